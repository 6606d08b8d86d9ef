"""Computing a `RateCurve` from a published table."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from imgstats.curves.inputs import key_of
from imgstats.curves.ladder import ladder_columns
from imgstats.curves.record import CandidateCurve, RateCurve
from imgstats.errors import ExtrapolationWarning, TableError
from imgstats.estimators import TiltRate
from imgstats.estimators.contract import BAND_COLUMNS
from imgstats.estimators.model_range import fit_candidates
from imgstats.levels import LEVEL
from imgstats.measures import ten_point_bands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from imgstats.estimators.contract import RateEstimator
    from imgstats.estimators.model_range import Candidate
    from imgstats.tables import OutcomeSummary

    Array = NDArray[np.float64]

__all__ = ["band_columns", "compute_curve", "key_of", "measure_bands", "measure_points"]


def compute_curve(
    table: OutcomeSummary,
    *,
    level: float = LEVEL,
    p_values: Mapping[str, float | None] | None = None,
    n_refits: int = 500,
    ladder: bool = False,
) -> RateCurve:
    """Fit the default of a table's shape and its rivals and evaluate them everywhere.

    Parameters
    ----------
    table : OutcomeSummary
        The published table.
    level : float
        Level of the intervals, a fraction.
    p_values : mapping of str to float or None, optional
        p by estimator where it is known already.
    n_refits : int
        Most samples of the bootstrap that judges an estimator.
    ladder : bool
        Whether the bounds at each score are worked out too; they take some seconds.

    Raises
    ------
    TableError
        If the default cannot be fitted to the table.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    >>> curve = compute_curve(table, n_refits=20)
    >>> round(float(curve.columns["rate"][curve.position(242)]), 2)
    0.42
    """
    points, bands = measure_points(table), measure_bands(table)
    first, *others = fit_candidates(table, p_values=p_values, n_refits=n_refits)
    default = first.estimator
    if not isinstance(default, TiltRate):
        raise TableError(f"{first.name} fits the table", "a table that a TiltRate fits")
    bounds = ladder_columns(table, points) if ladder else {}
    with warnings.catch_warnings():
        # Whoever shows a value says whether it lies outside the record.
        warnings.simplefilter("ignore", ExtrapolationWarning)
        return RateCurve(
            key=key_of(table),
            grade="direct",
            estimator=first.name,
            p=first.p,
            level=level,
            x=points,
            columns=_columns(default, points, level) | bounds,
            bands=band_columns(default, bands, level),
            candidates=tuple(_candidate(each, points, bands) for each in others),
        )


def measure_points(table: OutcomeSummary) -> Array:
    """Return the whole values a curve is evaluated at: the whole scale, or the printed counts."""
    low, high = table.extremes or table.scale or (None, None)
    least = low if table.of.low is None else table.of.low
    most = high if table.of.high is None else table.of.high
    if least is None or most is None:
        raise TableError(
            f"{table.measure}: no extremes are printed", "a lowest and a highest value"
        )
    return np.arange(float(least), float(most) + 1)


def measure_bands(table: OutcomeSummary) -> list[tuple[int, int]]:
    """Return the 10-point bands of a score; none for a count."""
    return ten_point_bands(table.of)


def band_columns(
    fitted: RateEstimator, bands: list[tuple[int, int]], level: float
) -> dict[str, Array]:
    """Return the columns of an estimator's bands; empty ones where there is no band."""
    if not bands:
        return {name: np.empty(0) for name in BAND_COLUMNS}
    frame = fitted.band_rates(bands, level)
    return {name: frame[name].to_numpy(dtype=np.float64) for name in BAND_COLUMNS}


def _columns(fitted: TiltRate, points: Array, level: float) -> dict[str, Array]:
    limits = fitted.predict_interval(points, level)
    places = fitted.predict_percentile(points, level).drop(columns="x")
    inside = np.isin(points, fitted.grid_)
    densities = {}
    for name, density in (
        ("density_matched", fitted.density_matched_),
        ("density_not_matched", fitted.density_not_matched_),
    ):
        at = np.zeros(len(points))
        at[inside] = density[np.isin(fitted.grid_, points)]
        densities[name] = at
    return {
        "rate": fitted.predict_rate(points),
        "low": limits[:, 0],
        "high": limits[:, 1],
        **{str(name): places[name].to_numpy() for name in places},
        **densities,
    }


def _candidate(fitted: Candidate, points: Array, bands: list[tuple[int, int]]) -> CandidateCurve:
    return CandidateCurve(
        name=fitted.name,
        words=fitted.words,
        p=fitted.p,
        reason=fitted.reason,
        rate=fitted.rate_at(points),
        band_rate=_band_rates(fitted.estimator, bands),
    )


def _band_rates(estimator: RateEstimator | None, bands: list[tuple[int, int]]) -> Array:
    if estimator is None or not bands:
        return np.full(len(bands), np.nan)
    return estimator.band_rates(bands)["rate"].to_numpy(dtype=np.float64)
