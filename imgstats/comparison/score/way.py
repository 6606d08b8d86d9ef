"""`Way`: what every way to a rate by score can say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.comparison.records import Refusal
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.part import ScorePart
    from imgstats.comparison.score.rate import ScoreRate

__all__ = ["Way"]


class Way(ABC):
    """A way to a rate by score, with all of it that does not depend on the score.

    `tell` takes its figures from `rate`.
    """

    @abstractmethod
    def rate(self, score: int) -> ScoreRate:
        """Return the numbers at a Step 2 CK score."""

    @abstractmethod
    def tell(self, request: Request) -> ScorePart | Refusal:
        """Return the rate of a request's score with its sentences, or why there is none.

        Parameters
        ----------
        request : Request
            One that differs from the way's own in the score alone.
        """
