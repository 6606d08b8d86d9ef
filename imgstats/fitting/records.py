"""What a fit says: of a table, at each of its values, and of each band by itself."""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from imgstats.estimators.band import BandRate
from imgstats.measures import MEASURES
from imgstats.tables import BandTable, OutcomeSummary
from imgstats.tables.steps import decimals

if TYPE_CHECKING:
    from imgstats.estimators.model_range import Candidate

__all__ = ["BandAnswer", "Fit", "RateAt", "or_none"]

_FIVE = ("min", "q1", "median", "q3", "max")


@dataclass(frozen=True, slots=True, kw_only=True)
class BandAnswer:
    """A band of the table by itself.

    Attributes
    ----------
    label : str
        The band.
    rate, low, high : float or None
        Rate and interval, fractions; None where nobody is in it. A band that hides a count has
        an interval and no rate.
    allowed : (float, float) or None
        Lowest and highest rate that the counts allow, where one is hidden.
    n : int
        People counted in it, the fewest where a count is hidden.
    """

    label: str
    rate: float | None
    low: float | None
    high: float | None
    allowed: tuple[float, float] | None
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class RateAt:
    """What is said at one value.

    Attributes
    ----------
    x : float
        The value, in the measure's unit.
    rate, low, high : float or None
        Rate and interval of the estimator, fractions; None where it has no rate.
    tried : (float, float)
        Lowest and highest rate of the estimators that count.
    alone, alone_above : (float, float) or None
        What the printed figures allow without a curve, at the value, and of all who have it or
        more; None where no extremes are printed.
    band : BandAnswer or None
        The band that holds the value, by itself.
    outside : bool
        Whether the curve goes on there by assumption alone: the table has nobody there.
    """

    x: float
    rate: float | None
    low: float | None
    high: float | None
    tried: tuple[float, float] | None
    alone: tuple[float, float] | None = None
    alone_above: tuple[float, float] | None = None
    band: BandAnswer | None = None
    outside: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fit:
    """A table's answers.

    Attributes
    ----------
    table : OutcomeSummary or BandTable
        What was fitted.
    level : float
        Level of the intervals, a fraction.
    asked : bool
        Whether the values were asked for, or are those of the table's own figures.
    rates : tuple of RateAt
        An answer for each value.
    bands : tuple of BandAnswer
        Each band by itself; empty for a summary.
    estimator : Candidate
        The one that gives rates and intervals.
    candidates : tuple of Candidate
        All that were tried.
    warnings : tuple of str
        What the library warns of, in the table's words, each once.
    """

    table: OutcomeSummary | BandTable
    level: float
    asked: bool
    rates: tuple[RateAt, ...]
    bands: tuple[BandAnswer, ...]
    estimator: Candidate
    candidates: tuple[Candidate, ...]
    warnings: tuple[str, ...]

    @property
    def has_curve(self) -> bool:
        """Whether a rate is of its value; else it is that of the band."""
        return not isinstance(self.estimator.estimator, BandRate)

    @property
    def step_from(self) -> str:
        """Where the step is from: ``given``, ``known``, ``printed`` decimals, or ``finer``."""
        if self.table.of.step is None:
            return "finer" if self.table.step < _printed_unit(self.table) * 0.99 else "printed"
        return "known" if self.table.measure in MEASURES else "given"

    def to_dict(self) -> dict[str, Any]:
        """Return all of it as JSON has it: plain values, None where there is no number."""
        table = self.table
        if isinstance(table, OutcomeSummary):
            kind, n, base_rate = "summary", table.base_n, table.base_rate
        else:
            kind, n, base_rate = "band", table.n, None
        return {
            "kind": kind,
            "measure": asdict(table.of) | {"step": table.step, "step_from": self.step_from},
            "n": n,
            "base_rate": base_rate,
            "level": self.level,
            "at": "asked" if self.asked else "the table's own figures",
            "estimator": self.estimator.name,
            "misfit_p": self.estimator.p,
            "rates": [asdict(each) for each in self.rates],
            "bands": [asdict(each) for each in self.bands],
            "estimators": [
                {"name": each.name, "words": each.words, "p": each.p, "counts": each.kept}
                | {"reason": each.reason, "rates": [or_none(rate) for rate in each.rate.tolist()]}
                for each in self.candidates
            ],
            "warnings": list(self.warnings),
        }


def _printed_unit(table: OutcomeSummary | BandTable) -> float:
    """Return one unit of the last place that the table prints of its measure."""
    if isinstance(table, OutcomeSummary):
        sides = (table.matched, table.not_matched)
        five = [side.value(name) for side in sides for name in _FIVE]
        printed = [x for x in five if x is not None] or [
            x for side in sides for x in (side.mean, side.sd) if x is not None
        ]
    else:
        printed = [x for band in table.bands for x in (band.low, band.high) if x is not None]
    return float(10.0 ** -max(map(decimals, printed), default=0))


def or_none(value: float) -> float | None:
    """Return a number as JSON has it: None where there is none."""
    return float(value) if math.isfinite(value) else None
