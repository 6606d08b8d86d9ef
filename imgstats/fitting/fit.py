"""`fit`: what a table of any measure says at some values, by the default of its shape.

It holds no word of matching: whoever shows it tells it in the words of the table.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from sklearn.base import clone

from imgstats.errors import ExtrapolationWarning, ImgstatsWarning, InputError, TableError
from imgstats.estimators.band import BandRate
from imgstats.estimators.bounds import RateBounds
from imgstats.estimators.logistic import LogisticRate
from imgstats.estimators.model_range import Candidate, fit_candidates
from imgstats.fitting.asked import check_points, refuse_many_bands, usual_points
from imgstats.levels import LEAST_P, LEVEL, check_level
from imgstats.measures import MEASURES
from imgstats.tables import BandTable, OutcomeSummary
from imgstats.tables.steps import decimals
from imgstats.wording import listed, p_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.contract import RateEstimator

    Array = NDArray[np.float64]

__all__ = ["BandAnswer", "Fit", "RateAt", "fit"]

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
        of, table = self.table.of, self.table
        summary = isinstance(table, OutcomeSummary)
        return {
            "kind": "summary" if summary else "band",
            "measure": asdict(of) | {"step": table.step, "step_from": self.step_from},
            "n": table.base_n if isinstance(table, OutcomeSummary) else table.n,
            "base_rate": table.base_rate if isinstance(table, OutcomeSummary) else None,
            "level": self.level,
            "at": "asked" if self.asked else "the table's own figures",
            "estimator": self.estimator.name,
            "misfit_p": self.estimator.p,
            "rates": [asdict(each) for each in self.rates],
            "bands": [asdict(each) for each in self.bands],
            "estimators": [
                {"name": each.name, "words": each.words, "p": each.p, "counts": each.kept}
                | {"reason": each.reason, "rates": [_or_none(rate) for rate in each.rate.tolist()]}
                for each in self.candidates
            ],
            "warnings": list(self.warnings),
        }


def fit(
    table: OutcomeSummary | BandTable,
    at: ArrayLike | None = None,
    *,
    level: float = LEVEL,
    n_refits: int = 500,
    seed: int = 0,
) -> Fit:
    """Fit the default estimator of a table's shape and say what it, and others, give.

    Parameters
    ----------
    table : OutcomeSummary or BandTable
        Of any measure. A summary takes `TiltRate`, or `RankListRate` where the measure is a count;
        bands take `LogisticRate`, and `BandRate` where no line can be fitted to them.
    at : array-like, shape (n,), optional
        Values of the measure. Default: the printed quartiles of both outcomes, without any the
        means; of bands the middle of up to six closed ones.
    level : float
        Level of the intervals, a fraction.
    n_refits, seed : int
        Of the bootstrap that judges whether an estimator could have printed the figures.

    Raises
    ------
    TableError
        If no estimator of the table's shape can be fitted to it.
    InputError
        If a value is no number of the measure, or the level is not between 0 and 1.

    Examples
    --------
    >>> from imgstats.measures import Measure, OutcomeWords
    >>> gpa = Measure("gpa", low=0, high=4, step=0.01, words=OutcomeWords("passed", "failed"))
    >>> rows = [("2.00-2.99", 10, 40), ("3.00-3.49", 30, 30), ("3.50-4.00", 60, 10)]
    >>> found = fit(BandTable.from_counts(gpa, rows), [3.2], n_refits=50)
    >>> round(found.rates[0].rate, 2), found.rates[0].band.rate, found.step_from
    (0.5, 0.5, 'given')
    """
    check_level(level)
    with table.words.telling(), warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always", ImgstatsWarning)
        refuse_many_bands(table)
        points = check_points(usual_points(table) if at is None else at, table)
        candidates = tuple(
            replace(each, rate=_rates_at(each, points))
            for each in fit_candidates(table, n_refits=n_refits, seed=seed)
        )
        chosen = _chosen(table, candidates)
        refit: RateEstimator = clone(chosen.estimator)
        refit.fit(table)  # again, for its warnings
        limits = refit.predict_interval(points, level)
        rate = refit.predict_rate(points)
    outside = _outside(refit, points)
    bands = _band_answers(table, level) if isinstance(table, BandTable) else ()
    answers = zip(points.tolist(), rate.tolist(), limits.tolist(), strict=True)
    alone = _alone(table, points)
    banded = isinstance(chosen.estimator, BandRate)
    return Fit(
        table=table,
        level=float(level),
        asked=at is not None,
        rates=tuple(
            RateAt(
                x=x,
                rate=band.rate if banded and band else _or_none(middle),
                low=_or_none(low),
                high=_or_none(high),
                tried=_tried(candidates, chosen, place, band),
                alone=alone[place][0] if alone else None,
                alone_above=alone[place][1] if alone else None,
                band=band,
                outside=x in outside,
            )
            for place, (x, middle, (low, high)) in enumerate(answers)
            for band in (_band_at(table, bands, x),)
        ),
        bands=bands,
        estimator=chosen,
        candidates=candidates,
        warnings=tuple(dict.fromkeys((*_told(caught, outside), *_hardly(chosen)))),
    )


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


def _or_none(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None


def _outside(estimator: RateEstimator, points: Array) -> dict[float, str]:
    """Return what is warned of each value where the table has nobody."""
    found = {}
    for x in points.tolist():
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always", ExtrapolationWarning)
            estimator.predict_rate([x])
        for each in caught:
            if issubclass(each.category, ExtrapolationWarning):
                found[x] = str(each.message)
    return found


def _told(
    caught: list[warnings.WarningMessage],
    outside: dict[float, str],
) -> Iterator[str]:
    """Yield the warnings; an estimator names the first value outside, a reader needs all."""
    for each in caught:
        if not issubclass(each.category, ImgstatsWarning):
            continue
        names, verb, rest = str(each.message).partition(" lies outside ")
        if issubclass(each.category, ExtrapolationWarning) and verb and len(outside) > 1:
            names = listed([f"{x:g}" for x in outside])
            yield f"{names} lie outside {rest}"
        else:
            yield str(each.message)


def _hardly(chosen: Candidate) -> Iterator[str]:
    if chosen.p is not None and chosen.p < LEAST_P:
        yield (
            f"such a curve could hardly have printed these figures ({p_words(chosen.p)}): "
            "its rates are to be doubted"
        )


def _rates_at(candidate: Candidate, points: Array) -> Array:
    """Return the rate at each point; NaN where a candidate has none."""
    found = []
    for x in points:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore", ImgstatsWarning)
                found.append(float(candidate.rate_at(np.array([x]))[0]))
        except InputError:  # no band holds it
            found.append(math.nan)
    return np.array(found)


def _chosen(table: OutcomeSummary | BandTable, candidates: tuple[Candidate, ...]) -> Candidate:
    """Return the one that answers: of bands the logistic line, if it can be fitted."""
    if isinstance(table, OutcomeSummary):
        return candidates[0]
    lines = (each for each in candidates if isinstance(each.estimator, LogisticRate))
    return next(lines, candidates[0])


def _tried(
    candidates: tuple[Candidate, ...], chosen: Candidate, place: int, band: BandAnswer | None
) -> tuple[float, float] | None:
    """Return the range of those that count, the chosen one among them whatever its p.

    Of a band that hides a count all that its counts allow is tried.
    """
    rates = [each.rate[place] for each in candidates if each.kept or each is chosen]
    rates += band.allowed if band is not None and band.allowed is not None else ()
    known = [float(each) for each in rates if math.isfinite(each)]
    return (min(known), max(known)) if known else None


def _alone(
    table: OutcomeSummary | BandTable, points: Array
) -> list[tuple[tuple[float, float], tuple[float, float]]] | None:
    """Return what the figures allow at each point and from it on; None where they cannot say."""
    if not isinstance(table, OutcomeSummary):
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)
        try:
            bounds: RateEstimator = RateBounds(assumption="digits").fit(table)
        except TableError:
            return None
        exact = bounds.predict_interval(points).tolist()
        above = bounds.band_rates([(x, None) for x in points.tolist()])
    ends = above[["rate_low", "rate_high"]].to_numpy().tolist()
    return [((a, b), (c, d)) for (a, b), (c, d) in zip(exact, ends, strict=True)]


def _band_answers(table: BandTable, level: float) -> tuple[BandAnswer, ...]:
    found = BandRate().fit(table).band_rates([(each.low, each.high) for each in table.bands], level)
    ends = found[["rate", "rate_low", "rate_high", "n"]].to_numpy(dtype=float).tolist()
    return tuple(
        BandAnswer(
            label=band.label,
            # Of a band that hides a count the rate is the middle of a range, and no estimate.
            rate=None if band.hidden else _or_none(rate),
            low=low if math.isfinite(rate) else None,
            high=high if math.isfinite(rate) else None,
            allowed=band.rate_range if band.hidden else None,
            n=int(n),
        )
        for band, (rate, low, high, n) in zip(table.bands, ends, strict=True)
    )


def _band_at(
    table: OutcomeSummary | BandTable, bands: tuple[BandAnswer, ...], x: float
) -> BandAnswer | None:
    if not isinstance(table, BandTable):
        return None
    for band, answer in zip(table.bands, bands, strict=True):
        if (band.low is None or band.low <= x) and (band.high is None or x <= band.high):
            return answer
    return None
