"""How far apart two groups are in a specialty, beside over all: pairs, and their spread."""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.tables.counts import CountTable

__all__ = ["JUDGED_TAU", "GapPair", "Spread", "gap_between"]

# The least spread, in logits, that is taken where the tables do not decide.
JUDGED_TAU = 0.35
# Tables decide where the upper limit of the spread is at most so many times its estimate.
_CLEAR = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GapPair:
    """Counts of two groups of one year, in a specialty and over all specialties.

    A rate that is carried from one group to another by their gap over all specialties is off by
    `difference`, had the specialty not been counted.

    Attributes
    ----------
    own, kin : CountTable
        Both groups over all specialties.
    own_specific, kin_specific : CountTable
        Both groups in the specialty.

    Examples
    --------
    >>> from imgstats.tables import CountTable
    >>> half, third = (CountTable(matched=n, not_matched=60) for n in (60, 30))
    >>> pair = GapPair(own=half, kin=third, own_specific=half, kin_specific=third)
    >>> pair.difference, round(pair.variance, 3)
    (0.0, 0.167)
    """

    own: CountTable
    kin: CountTable
    own_specific: CountTable
    kin_specific: CountTable

    @property
    def year(self) -> str:
        """Year of the Match."""
        return self.own_specific.context.match_year

    @property
    def specialty(self) -> str:
        """The specialty as printed."""
        return self.own_specific.context.specialty

    @property
    def difference(self) -> float:
        """Gap in the specialty less the gap over all, logits."""
        return (
            gap_between(self.own_specific, self.kin_specific)[0]
            - gap_between(self.own, self.kin)[0]
        )

    @property
    def variance(self) -> float:
        """Sampling variance of `difference`, as if nobody of the specialty were in the whole."""
        return (
            gap_between(self.own_specific, self.kin_specific)[1]
            + gap_between(self.own, self.kin)[1]
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Spread:
    """The spread tau of true differences around 0, logits.

    Attributes
    ----------
    estimate : float
        Paule and Mandel's, 0 or more.
    low, high : float
        Limits of the Q-profile.
    pairs : int
        Number of differences it was estimated from.
    level : float
        Level of the limits, a fraction.
    """

    estimate: float
    low: float
    high: float
    pairs: int
    level: float

    @property
    def decides(self) -> bool:
        """Whether the upper limit is at most twice the estimate; eight clear pairs reach that."""
        return self.estimate > 0 and self.high <= _CLEAR * self.estimate

    @property
    def used(self) -> float:
        """The estimate where it decides, otherwise no less than the judgement."""
        return self.estimate if self.decides else max(JUDGED_TAU, self.estimate)


def gap_between(own: CountTable, kin: CountTable) -> tuple[float, float]:
    """Return the gap of two rates on the logit scale and its sampling variance.

    Parameters
    ----------
    own, kin : CountTable
        Each with somebody matched and somebody not.

    Examples
    --------
    >>> from imgstats.tables import CountTable
    >>> gap_between(
    ...     CountTable(matched=50, not_matched=50), CountTable(matched=20, not_matched=20)
    ... )
    (0.0, 0.14)
    """
    gap = log(own.matched / own.not_matched) - log(kin.matched / kin.not_matched)
    cells = (own.matched, own.not_matched, kin.matched, kin.not_matched)
    return gap, sum(1 / each for each in cells)
