"""The chain from applications to a rate, over all its assumptions at once."""

from __future__ import annotations

from bisect import bisect_left
from itertools import product
from typing import TYPE_CHECKING

import numpy as np

from imgstats.strategy.funnel.interviews import CHOICES, interview_counts, quantile_of
from imgstats.strategy.funnel.records import FunnelRow

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from imgstats.strategy.funnel.interviews import ProgramList
    from imgstats.strategy.funnel.match import RankRates

    Array = NDArray[np.float64]

__all__ = ["SHARE", "Chain", "ends", "middle_range", "rates"]

# Share of applicants in a range of interviews.
SHARE = 0.9


class Chain:
    """Distributions of interviews by number of applications, and the rates they lead to.

    Parameters
    ----------
    programs : ProgramList
        Their interview rates.
    ranks : RankRates or None
        Match rates by ranks; without them the chain ends with the interviews.
    spreads : tuple of float
        Spreads of the applicants' levels, the lowest first.
    """

    def __init__(
        self, programs: ProgramList, ranks: RankRates | None, spreads: tuple[float, ...]
    ) -> None:
        self.programs = programs
        self.ranks = ranks
        self.spreads = spreads

    def counts(self, choice: str, spread: float, n: int) -> Array:
        """Return the distribution of interviews under one set of assumptions, shape (n + 1,)."""
        return interview_counts(self.programs.chosen(choice, n), spread)

    def every(self, n: int) -> tuple[Array, ...]:
        """Return the distributions of n applications, one for each set of assumptions."""
        return tuple(self.counts(*each, n) for each in product(CHOICES, self.spreads))

    def range_of(self, n: int, value: Callable[[Array], float]) -> tuple[float, float]:
        """Return the lowest and the highest of a value over the assumptions."""
        return ends(value(each) for each in self.every(n))

    def row(
        self, n: int, cost_usd: int, *, own: bool = False, published: bool = False
    ) -> FunnelRow:
        """Return what the chain says of n applications."""
        counts = self.every(n)
        expected = [float(np.sum(self.programs.chosen(choice, n))) for choice in CHOICES]
        lowest, highest = zip(*(middle_range(each) for each in counts), strict=True)
        none = ends(float(each[0]) for each in counts)
        return FunnelRow(
            applications=n,
            cost_usd=cost_usd,
            own=own,
            published=published,
            expected_low=min(expected),
            expected_high=max(expected),
            interviews_low=min(lowest),
            interviews_high=max(highest),
            none_low=none[0],
            none_high=none[1],
            **rates(self.ranks, counts),
            **self._curves(counts),
        )

    def _curves(self, counts: Sequence[Array]) -> dict[str, float]:
        if self.ranks is None:
            return {}
        tried = product(counts, self.ranks.tried)
        low, high = ends(self.ranks.over(each, name) for each, name in tried)
        return {"curves_low": low, "curves_high": high}

    def unseen(self) -> tuple[int, int] | None:
        """Return after how many applications nothing can be seen, over the assumptions.

        It is the smallest number from which all further applications together move the rate by
        no more than its sampling interval is wide there.

        Returns
        -------
        (int, int) or None
            None without rates by ranks.
        """
        if self.ranks is None:
            return None
        found = [
            bisect_left(range(self.programs.n), x=True, key=self._unseen_at(self.ranks, *each))
            for each in product(CHOICES, self.spreads)
        ]
        return min(found), max(found)

    def _unseen_at(self, ranks: RankRates, choice: str, spread: float) -> Callable[[int], bool]:
        """Return what tells whether further applications are lost in the interval at n."""
        most = ranks.over(self.counts(choice, spread, self.programs.n))

        def unseen(n: int) -> bool:
            here = self.counts(choice, spread, n)
            return most - ranks.over(here) <= ranks.over(here, "high") - ranks.over(here, "low")

        return unseen


def rates(ranks: RankRates | None, counts: Sequence[Array]) -> dict[str, float]:
    """Return rate and interval of a `FunnelRow` or `OwnList` over distributions of interviews.

    Without rates by ranks there are none.
    """
    if ranks is None:
        return {}
    low, high = ends(ranks.over(each) for each in counts)
    return {
        "rate_low": low,
        "rate_high": high,
        "interval_low": min(ranks.over(each, "low") for each in counts),
        "interval_high": max(ranks.over(each, "high") for each in counts),
    }


def ends(values: Iterator[float]) -> tuple[float, float]:
    """Return the lowest and the highest value.

    Examples
    --------
    >>> ends(iter([2.0, 1.0, 3.0]))
    (1.0, 3.0)
    """
    found = tuple(values)
    return min(found), max(found)


def middle_range(counts: Array) -> tuple[int, int]:
    """Return the range of interviews that holds the middle `SHARE` of the applicants.

    Examples
    --------
    >>> middle_range(np.array([0.04, 0.06, 0.86, 0.04]))
    (1, 2)
    """
    outside = (1 - SHARE) / 2
    return quantile_of(counts, outside), quantile_of(counts, 1 - outside)
