"""`RateCurve`: what an estimator says of one published table, at every whole value of its measure.

Everything a report shows about a score is read off this record, whether it was computed a moment
ago or by `imgstats data build`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from imgstats.tables.context import Step
    from imgstats.tables.unsaid.gaps import Spread

    Array = NDArray[np.float64]

# Bounds at each score without a curve, from the weakest assumption to the strongest; the names are
# those of `RateBounds`, which a lookup does not import.
RUNGS = ("digits", "unimodal", "smooth")
LADDER_COLUMNS = tuple(f"{rung}_{end}" for rung in RUNGS for end in ("low", "high"))

__all__ = [
    "LADDER_COLUMNS",
    "RUNGS",
    "CandidateCurve",
    "CurveKey",
    "PooledMember",
    "RateCurve",
    "TauLimits",
    "Transport",
]


@dataclass(frozen=True, slots=True, order=True)
class CurveKey:
    """Which table a curve belongs to."""

    match_year: str
    applicant_group: str
    specialty: str
    measure: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CandidateCurve:
    """Another curve through the same figures.

    Attributes
    ----------
    name : str
        Class and parameters.
    words : str
        What kind of curve it is.
    p : float or None
        How often its own samples print figures that fit it as badly as the table's.
    reason : str
        Why it does not count for the model range; empty for those that do.
    rate : ndarray, shape (n,)
        Rate at each x, a fraction; NaN where it could not be fitted.
    band_rate : ndarray, shape (b,)
        Rate in each band.
    """

    name: str
    words: str
    p: float | None
    reason: str
    rate: Array
    band_rate: Array

    @property
    def kept(self) -> bool:
        """Whether it counts for the model range."""
        return not self.reason


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class TauLimits:
    """The interval of a borrowed rate under one size of the spread.

    Attributes
    ----------
    tau : float
        Scale of the doubt on the logit scale.
    low, high : ndarray, shape (n,)
        Limits at each x of the curve, fractions.
    """

    tau: float
    low: Array
    high: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GapLimits:
    """A borrowed curve under one choice of the gap over all specialties.

    Attributes
    ----------
    first_year, last_year : int
        The gap is the mean of those of these years.
    gap : float
        The gap that was carried over, logits.
    base_rate : float
        The group's rate over all scores with it, a fraction.
    rate, low, high : ndarray, shape (n,)
        Rate and limits at each x of the curve, fractions.
    """

    first_year: int
    last_year: int
    gap: float
    base_rate: float
    rate: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Transport:
    """How a borrowed curve was worked out.

    Attributes
    ----------
    base_rate : float
        The group's rate over all scores, a fraction.
    tau : float
        The spread behind the curve's own interval.
    spread : Spread or None
        What the pairs of tables say of it; None where there are none.
    pairs : tuple of Step
        Each pair: how far its gap differs from that over all specialties.
    steps : tuple of Step
        The calculation.
    against : tuple of str
        What speaks against it, a sentence each.
    over_tau : tuple of TauLimits
        The interval under other spreads.
    over_gap : tuple of GapLimits
        The curve itself, and that with the mean gap of the last years.
    """

    base_rate: float
    tau: float
    steps: tuple[Step, ...]
    against: tuple[str, ...]
    over_tau: tuple[TauLimits, ...]
    over_gap: tuple[GapLimits, ...]
    spread: Spread | None = None
    pairs: tuple[Step, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateCurve:
    """Match rate by whole value of a measure.

    Attributes
    ----------
    key : CurveKey
        Group, year, specialty and measure.
    grade : str
        ``direct`` or ``borrowed``.
    estimator : str
        Class and parameters of the default.
    p : float or None
        How often the default's own samples print figures that fit it as badly as the table's.
    level : float
        Level of the intervals, a fraction.
    x : ndarray, shape (n,)
        Whole values in the measure's unit, ascending without gaps.
    columns : mapping of str to ndarray, shape (n,)
        rate, low, high; and unless borrowed matched, matched_low, matched_high, not_matched,
        not_matched_low, not_matched_high (fraction of each outcome that lies lower),
        density_matched, density_not_matched (fitted share of each outcome at x); of a score whose
        table prints its extremes also `LADDER_COLUMNS`, NaN outside them. Fractions.
    bands : mapping of str to ndarray, shape (b,)
        low, high, rate, rate_low, rate_high and n of each 10-point band; empty for a count.
    candidates : tuple of CandidateCurve
        The rivals, kept or not; without the default.
    transport : Transport or None
        How a borrowed curve was worked out; None of a direct one.
    """

    key: CurveKey
    grade: str
    estimator: str
    p: float | None
    level: float
    x: Array
    columns: Mapping[str, Array]
    bands: Mapping[str, Array]
    candidates: tuple[CandidateCurve, ...]
    transport: Transport | None = None

    @property
    def kept(self) -> tuple[CandidateCurve, ...]:
        """The rivals that count for the model range."""
        return tuple(each for each in self.candidates if each.kept)

    def position(self, value: float) -> int:
        """Return where a value stands in `x`.

        Raises
        ------
        InputError
            If it is not a whole value between the first and the last.
        """
        at = int(value - self.x[0]) if np.isfinite(value) else -1
        if not 0 <= at < len(self.x) or self.x[at] != value:
            raise InputError(
                f"{self.key.measure} {value:g}",
                f"a whole number from {self.x[0]:g} to {self.x[-1]:g}",
            )
        return at

    def at(self, value: float) -> dict[str, float]:
        """Return every column at a value.

        Raises
        ------
        InputError
            If it is not a whole value between the first and the last.
        """
        place = self.position(value)
        return {name: float(numbers[place]) for name, numbers in self.columns.items()}

    def between(self, low: float, high: float) -> dict[str, Array]:
        """Return x and every column between two values, both included."""
        inside = (self.x >= low) & (self.x <= high)
        return {name: numbers[inside] for name, numbers in {"x": self.x, **self.columns}.items()}

    def band_position(self, low: float, high: float) -> int:
        """Return where a band stands in `bands`.

        Raises
        ------
        InputError
            If there is no such band.
        """
        rows = np.flatnonzero((self.bands["low"] == low) & (self.bands["high"] == high))
        if len(rows) != 1:
            raise InputError(f"band {low:g}..{high:g}", "a 10-point band of the measure")
        return int(rows[0])

    def range_at(self, value: float) -> tuple[float, float]:
        """Return the model range at a value: lowest and highest rate of all that count."""
        at = self.position(value)
        return _ends(self.columns["rate"][at], [each.rate[at] for each in self.kept])

    def band_range(self, low: float, high: float) -> tuple[float, float]:
        """Return the model range of a band."""
        at = self.band_position(low, high)
        return _ends(self.bands["rate"][at], [each.band_rate[at] for each in self.kept])


def _ends(rate: float, others: list[float]) -> tuple[float, float]:
    rates = [float(rate), *(float(each) for each in others)]
    return min(rates), max(rates)


@dataclass(frozen=True, slots=True, kw_only=True)
class PooledMember:
    """One specialty's match rate, leaning on its kin.

    Attributes
    ----------
    specialty : str
        As printed.
    level : float
        Level of the interval, a fraction.
    rate, low, high : float
        Pooled rate with its interval, fractions.
    leaned : float
        How much of the way from its own rate to the kin's middle, a fraction on the logit scale.
    middle : float
        Middle rate of the kin, a fraction.
    tau : float
        Standard deviation between the kin on the logit scale.
    n_kin : int
        Number of specialties, itself included.
    """

    specialty: str
    level: float
    rate: float
    low: float
    high: float
    leaned: float
    middle: float
    tau: float
    n_kin: int
