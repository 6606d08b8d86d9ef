"""`rate_range`: the same table through several estimators of its shape.

The default's interval holds sampling and rounding. How far another curve through the same figures
would move the answer is a doubt of its own, and this is its number.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import ExtrapolationWarning, ImgstatsWarning, TableError, WorkError
from imgstats.estimators.band import BandRate
from imgstats.estimators.contract import as_points
from imgstats.estimators.isotonic import IsotonicRate
from imgstats.estimators.logistic import LogisticRate
from imgstats.estimators.misfit import misfit_p
from imgstats.estimators.rank_list import RankListRate
from imgstats.estimators.tilt import TiltRate
from imgstats.levels import LEAST_P, check_level
from imgstats.tables import BandTable, OutcomeSummary
from imgstats.wording import p_words

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.contract import RateEstimator

    Array = NDArray[np.float64]

__all__ = [
    "Candidate",
    "RateRange",
    "estimator_name",
    "fit_candidates",
    "rate_range",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """One estimator of a table's shape after its fit.

    Attributes
    ----------
    name : str
        Class and parameters.
    words : str
        What kind of curve it is.
    estimator : RateEstimator or None
        Fitted; None where it could not be.
    p : float or None
        How often its own samples print figures that fit it as badly as the table's; None where
        the estimator fits every table exactly, or could not be fitted.
    reason : str
        Why it does not count for the range; empty for those that do.
    rate : ndarray, shape (n,)
        Rate at each x of `rate_range`, a fraction; NaN where it could not be fitted.
    """

    name: str
    words: str
    estimator: RateEstimator | None
    p: float | None
    reason: str
    rate: Array = field(default_factory=lambda: np.empty(0))

    @property
    def kept(self) -> bool:
        """Whether it counts for the range."""
        return not self.reason

    def rate_at(self, points: Array) -> Array:
        """Return the rate at each point, a fraction, shape (n,); NaN where it is not fitted."""
        if self.estimator is None:
            return np.full(len(points), np.nan)
        return self.estimator.predict_rate(points)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RateRange:
    """Lowest and highest rate of the estimators tried, beside the default's interval.

    Attributes
    ----------
    x : ndarray, shape (n,)
        Where it was asked for, in the measure's unit.
    low, high : ndarray, shape (n,)
        Range of the kept estimators, fractions.
    rate, interval : ndarray, shape (n,) and (n, 2)
        The default's rate and interval.
    candidates : tuple of Candidate
        The default first.
    """

    x: Array
    low: Array
    high: Array
    rate: Array
    interval: Array
    candidates: tuple[Candidate, ...]


def rate_range(
    table: OutcomeSummary | BandTable,
    x: ArrayLike,
    *,
    level: float = 0.95,
    n_refits: int = 500,
    seed: int = 0,
) -> RateRange:
    """Fit several estimators of a table's shape and return the range of their rates.

    Parameters
    ----------
    table : OutcomeSummary or BandTable
        The published table.
    x : array-like, shape (n,)
        Values of the measure.
    level : float
        Level of the default's interval, a fraction.
    n_refits, seed : int
        Of the bootstrap that judges whether an estimator could print the table's digits.

    Returns
    -------
    RateRange
        An estimator whose own samples would print such digits with p under 0.01 is left out, with
        its p; the default never is, and where its own p is so small, nobody is.

    Raises
    ------
    TableError
        If the table is of another shape, or the default cannot be fitted to it.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    >>> found = rate_range(table, [242], n_refits=50)
    >>> bool(found.low[0] <= found.rate[0] <= found.high[0])
    True
    """
    check_level(level)
    points = as_points(x)
    fitted = fit_candidates(table, n_refits=n_refits, seed=seed)
    default = fitted[0].estimator
    if default is None:  # `fit_candidates` raises before
        raise WorkError("the default was not fitted")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        rate = default.predict_rate(points)
        interval = default.predict_interval(points, level)
        candidates = tuple(_at(each, points) for each in fitted)
    kept = np.array([each.rate for each in candidates if each.kept])
    return RateRange(
        x=points,
        low=kept.min(axis=0),
        high=kept.max(axis=0),
        rate=rate,
        interval=interval,
        candidates=candidates,
    )


def fit_candidates(
    table: OutcomeSummary | BandTable,
    *,
    n_refits: int = 500,
    seed: int = 0,
    p_values: Mapping[str, float | None] | None = None,
) -> tuple[Candidate, ...]:
    """Fit the default of a table's shape and its rivals, and judge each.

    Parameters
    ----------
    table : OutcomeSummary or BandTable
        The published table.
    n_refits, seed : int
        Of the bootstrap that judges whether an estimator could print the table's digits.
    p_values : mapping of str to float or None, optional
        p by name where it is known already; those are not computed again.

    Returns
    -------
    tuple of Candidate
        The default first; it always counts. Where its own p is under `LEAST_P`, no rival is left
        out for its p: such digits speak against all of them.

    Raises
    ------
    TableError
        If the table is of another shape, or the default cannot be fitted to it.
    """
    (first_words, default), *others = _estimators(table)
    known = p_values or {}

    def judge(estimator: RateEstimator) -> float | None:
        name = estimator_name(estimator)
        return known[name] if name in known else _p(estimator, n_refits, seed)

    _fit_quietly(default, table)
    first = Candidate(
        name=estimator_name(default),
        words=first_words,
        estimator=default,
        p=judge(default),
        reason="",
    )
    # Where not even the default could well have printed the digits, p tells no rival from another.
    least = LEAST_P if first.p is None or first.p >= LEAST_P else 0.0
    return (first, *(_fit_one(each, words, table, judge, least) for words, each in others))


def estimator_name(estimator: RateEstimator) -> str:
    """Return class and parameters on one line.

    Examples
    --------
    >>> estimator_name(TiltRate(degree=1))
    'TiltRate(degree=1)'
    """
    return " ".join(repr(estimator).split())


def _fit_quietly(estimator: RateEstimator, table: OutcomeSummary | BandTable) -> None:
    """Fit without a warning: of a misfit each candidate's p tells."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)
        estimator.fit(table)


def _fit_one(
    estimator: RateEstimator,
    words: str,
    table: OutcomeSummary | BandTable,
    judge: Callable[[RateEstimator], float | None],
    least: float,
) -> Candidate:
    name = estimator_name(estimator)
    try:
        _fit_quietly(estimator, table)
    except (TableError, WorkError) as e:
        return Candidate(name=name, words=words, estimator=None, p=None, reason=str(e))
    p = judge(estimator)
    reason = "" if p is None or p >= least else f"{p_words(p)} under {least:g}"
    return Candidate(name=name, words=words, estimator=estimator, p=p, reason=reason)


def _at(fitted: Candidate, points: Array) -> Candidate:
    """Return a candidate with its rate at some points; without one everywhere it does not count."""
    rate = fitted.rate_at(points)
    reason = fitted.reason or ("" if np.isfinite(rate).all() else "no rate at every x")
    return replace(fitted, rate=rate, reason=reason)


def _estimators(table: object) -> list[tuple[str, RateEstimator]]:
    """Return the estimators of a shape with their words, the default first."""
    if isinstance(table, BandTable):
        return [
            ("each band by itself", BandRate()),
            ("a rising step in each band", IsotonicRate()),
            ("a logistic line that integrates over each band", LogisticRate()),
            ("a logistic spline", LogisticRate(shape="spline")),
        ]
    if isinstance(table, OutcomeSummary):
        kind = RankListRate if table.of.is_count else TiltRate
        return [
            ("a curve that bends as far as the printed figures ask", kind()),
            ("a logistic line", kind(degree=1)),
            ("a curve with one bend", kind(degree=2, ridge=None)),
            ("a curve with two bends, held small", kind(degree=3)),
            ("a curve that rises throughout", kind(shape="rising")),
        ]
    raise TableError(f"rate_range got {type(table).__name__}", "an OutcomeSummary or a BandTable")


def _p(estimator: RateEstimator, n_refits: int, seed: int) -> float | None:
    """Return how well an estimator could have printed its table, None where it always does."""
    if isinstance(estimator, TiltRate | LogisticRate):
        return misfit_p(estimator, n_refits=n_refits, seed=seed)
    return None
