"""`rate_range`: the same table through all defensible estimators of its shape.

The default's interval holds sampling and rounding. How far another curve through the same figures
would move the answer is a doubt of its own, and this is its number.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import chi2

from imgstats.errors import ExtrapolationWarning, TableError, WorkError
from imgstats.estimators.band import BandRate
from imgstats.estimators.contract import as_points, check_level
from imgstats.estimators.isotonic import IsotonicRate
from imgstats.estimators.logistic import LogisticRate
from imgstats.estimators.misfit import misfit_p
from imgstats.estimators.rank_list import RankListRate
from imgstats.estimators.tilt import TiltRate
from imgstats.measures import MEASURES
from imgstats.tables import BandTable, OutcomeSummary

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.contract import RateEstimator

    Array = NDArray[np.float64]

__all__ = ["Candidate", "ModelRange", "rate_range"]

_LEAST_P = 0.01


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidate:
    """One estimator of the table's shape.

    Attributes
    ----------
    name : str
        Class and parameters.
    words : str
        What kind of curve it is.
    rate : ndarray, shape (n,)
        Rate at each x, a fraction; NaN where it could not be fitted.
    p : float or None
        How often its own samples print figures that fit it as badly as the table's; None where
        the estimator fits every table exactly.
    kept : bool
        Whether it counts for the range.
    reason : str
        Why it was left out; empty for those that were kept.
    """

    name: str
    words: str
    rate: Array
    p: float | None
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ModelRange:
    """Lowest and highest rate of all defensible estimators, beside the default's interval.

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
) -> ModelRange:
    """Fit all defensible estimators of a table's shape and return the range of their rates.

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
    ModelRange
        An estimator whose own samples would print such digits with p under 0.01 is left out, with
        its p; the default never is.

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
    (first_words, default), *others = _estimators(table)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        default.fit(table)
        rate = default.predict_rate(points)
        interval = default.predict_interval(points, level)
        p = _p(default, n_refits, seed)
        first = Candidate(
            name=_name(default), words=first_words, rate=rate, p=p, kept=True, reason=""
        )
        rest = [_candidate(each, words, table, points, n_refits, seed) for words, each in others]
    candidates = (first, *rest)
    kept = np.array([each.rate for each in candidates if each.kept])
    return ModelRange(
        x=points,
        low=kept.min(axis=0),
        high=kept.max(axis=0),
        rate=rate,
        interval=interval,
        candidates=candidates,
    )


def _estimators(table: object) -> list[tuple[str, RateEstimator]]:
    """Return the estimators of a shape with their words, the default first."""
    if isinstance(table, BandTable):
        return [
            ("a logistic line that integrates over each band", LogisticRate()),
            ("a logistic spline", LogisticRate(shape="spline")),
            ("a rising step in each band", IsotonicRate()),
            ("each band by itself", BandRate()),
        ]
    if isinstance(table, OutcomeSummary):
        known = MEASURES.get(table.measure)
        kind = RankListRate if known is not None and known.highest is None else TiltRate
        return [
            ("the default, a curve with weak priors on its bends", kind()),
            ("a logistic line", kind(degree=1)),
            ("a curve with one bend", kind(degree=2, ridge=None)),
            ("a curve with two bends", kind(degree=3, ridge=None)),
            ("a curve that never falls", kind(shape="rising")),
        ]
    raise TableError(f"rate_range got {type(table).__name__}", "an OutcomeSummary or a BandTable")


def _name(estimator: RateEstimator) -> str:
    return " ".join(repr(estimator).split())


def _candidate(
    estimator: RateEstimator,
    words: str,
    table: OutcomeSummary | BandTable,
    points: Array,
    n_refits: int,
    seed: int,
) -> Candidate:
    try:
        estimator.fit(table)
        rate = estimator.predict_rate(points)
    except (TableError, WorkError) as e:
        nothing = np.full(len(points), np.nan)
        return Candidate(
            name=_name(estimator), words=words, rate=nothing, p=None, kept=False, reason=str(e)
        )
    p = _p(estimator, n_refits, seed)
    kept = (p is None or p >= _LEAST_P) and bool(np.isfinite(rate).all())
    reason = ""
    if not kept:
        reason = (
            "no rate at every x" if p is None or p >= _LEAST_P else f"p {p:.3f} under {_LEAST_P:g}"
        )
    return Candidate(name=_name(estimator), words=words, rate=rate, p=p, kept=kept, reason=reason)


def _p(estimator: RateEstimator, n_refits: int, seed: int) -> float | None:
    """Return how well an estimator could have printed its table, None where it always does."""
    if isinstance(estimator, TiltRate):
        return misfit_p(estimator, n_refits=n_refits, seed=seed)
    if isinstance(estimator, LogisticRate) and estimator.dof_ > 0:
        return float(chi2.sf(estimator.chi2_, estimator.dof_))
    return None
