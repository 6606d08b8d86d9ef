"""`fit`: what a table of any measure says at some values, by the default of its shape.

It holds no word of matching: whoever shows it tells it in the words of the table.
"""

from __future__ import annotations

import math
import warnings
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from sklearn.base import clone

from imgstats.errors import ExtrapolationWarning, ImgstatsWarning, InputError, TableError
from imgstats.estimators.band import BandRate
from imgstats.estimators.bounds import RateBounds
from imgstats.estimators.logistic import LogisticRate
from imgstats.estimators.model_range import Candidate, fit_candidates
from imgstats.fitting.asked import check_points, refuse_many_bands, usual_points
from imgstats.fitting.records import BandAnswer, Fit, RateAt, or_none
from imgstats.levels import LEAST_P, LEVEL, check_level
from imgstats.tables import BandTable, OutcomeSummary
from imgstats.wording import listed, p_words

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.contract import RateEstimator

    Array = NDArray[np.float64]

__all__ = ["fit"]


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
    found = Fit(
        table=table,
        level=float(level),
        asked=at is not None,
        rates=(),
        bands=bands,
        estimator=chosen,
        candidates=candidates,
        warnings=tuple(dict.fromkeys((*_told(caught, outside), *_hardly(chosen)))),
    )
    return replace(found, rates=tuple(_rates(found, points, rate, limits, outside)))


def _rates(
    found: Fit, points: Array, rate: Array, limits: Array, outside: Container[float]
) -> Iterator[RateAt]:
    """Yield an answer for each value, with its band and what others give beside it."""
    alone = _alone(found.table, points)
    answers = zip(points.tolist(), rate.tolist(), limits.tolist(), strict=True)
    for place, (x, middle, (low, high)) in enumerate(answers):
        band = _band_at(found.table, found.bands, x)
        yield RateAt(
            x=x,
            rate=or_none(middle) if found.has_curve or band is None else band.rate,
            low=or_none(low),
            high=or_none(high),
            tried=_tried(found.candidates, found.estimator, place, band),
            alone=alone[place][0] if alone else None,
            alone_above=alone[place][1] if alone else None,
            band=band,
            outside=x in outside,
        )


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
            rate=None if band.hidden else or_none(rate),
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
