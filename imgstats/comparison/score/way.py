"""`Way`: what every way to a rate by score can say."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from imgstats.comparison.score.part import band_estimates, floats
from imgstats.comparison.score.rate import curve_rate
from imgstats.comparison.score.records import Curve

if TYPE_CHECKING:
    from imgstats.comparison.records import Refusal
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.part import ScorePart
    from imgstats.comparison.score.rate import ScoreRate
    from imgstats.curves.record import RateCurve
    from imgstats.tables import OutcomeSummary

__all__ = ["CurveWay", "Way"]


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


class CurveWay(Way):
    """A way whose rates a curve holds, between the printed extremes of a summary.

    Parameters
    ----------
    summary : OutcomeSummary
        Scores of the matched and of the not matched, for outcome, year and extremes.
    curve : RateCurve
        Rates at every score.
    """

    def __init__(self, summary: OutcomeSummary, curve: RateCurve) -> None:
        self.summary, self.curve = summary, curve
        self.ends = summary.extremes or (float(curve.x[0]), float(curve.x[-1]))
        self._records: dict[tuple[int, int], Curve] = {}

    def rate(self, score: int) -> ScoreRate:
        """Return what the curve says at a score."""
        return curve_rate(self.curve, self.ends, self.summary.context.match_year, score)

    def curve_record(self, band: tuple[int, int]) -> Curve:
        """Return the curve between the extremes, with the applicant's band marked.

        Densities and rivals are empty where the curve has none.
        """
        if band not in self._records:
            self._records[band] = self._curve_record(band)
        return self._records[band]

    def _curve_record(self, band: tuple[int, int]) -> Curve:
        low, high = self.ends
        inside = (self.curve.x >= low) & (self.curve.x <= high)
        columns = self.curve.between(low, high)
        return Curve(
            x=tuple(int(each) for each in columns["x"]),
            rate=floats(columns["rate"]),
            low=floats(columns["low"]),
            high=floats(columns["high"]),
            rivals=tuple((each.words, floats(each.rate[inside])) for each in self.curve.kept),
            density_matched=floats(columns.get("density_matched", ())),
            density_not_matched=floats(columns.get("density_not_matched", ())),
            bands=band_estimates(self.curve, low, high, band),
        )
