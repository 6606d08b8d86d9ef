"""Groups and specialties without a table of scores: which tables stand in, by which calculation."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit

from imgstats.curves.compute import band_columns
from imgstats.curves.inputs import KIN, SCORE, borrowed_inputs, kin_counts
from imgstats.curves.record import (
    CurveKey,
    GapLimits,
    PooledMember,
    RateCurve,
    TauLimits,
    Transport,
)
from imgstats.errors import ExtrapolationWarning, TableError
from imgstats.estimators import PooledRate, TiltRate, TransportedRate
from imgstats.estimators.model_range import estimator_name
from imgstats.estimators.transported import TAUS
from imgstats.levels import LEVEL
from imgstats.measures import MEASURES, ten_point_bands
from imgstats.tables.context import Step

if TYPE_CHECKING:
    from imgstats.curves.inputs import BorrowedInputs
    from imgstats.curves.record import Array
    from imgstats.tables.published import PublishedTables

__all__ = [
    "GAP_YEARS",
    "KIN",
    "fit_pooled",
    "fit_transported",
    "pooled_member",
    "pooled_members",
    "transported_curve",
]

# Beside the gap of the year stands the mean of the last so many.
GAP_YEARS = 5


def fit_transported(
    tables: PublishedTables, *, group: str, year: str, specialty: str, gap_years: int = 1
) -> TransportedRate:
    """Fit a group's rate in a specialty from its kin's tables.

    Parameters
    ----------
    tables : PublishedTables
        The tables.
    group : str
        A key of `KIN`.
    year, specialty : str
        Where the kin has a table of scores.
    gap_years : int
        As `TransportedRate` takes it.

    Raises
    ------
    TableError
        If a table that the calculation needs is not there.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> fitted = fit_transported(
    ...     PublishedTables(), group="us_img", year="2026", specialty="Internal Medicine"
    ... )
    >>> round(fitted.base_rate_, 2)
    0.63
    """
    found = borrowed_inputs(tables, group=group, year=year, specialty=specialty)
    return _fitted(tables, found, TiltRate().fit(found.table), gap_years)


def _fitted(
    tables: PublishedTables, found: BorrowedInputs, slope: TiltRate, gap_years: int
) -> TransportedRate:
    return TransportedRate(gap_years=gap_years).fit(
        own=found.own,
        kin=found.kin,
        kin_specific=found.kin_specific,
        slope=slope,
        own_scores=found.own_scores,
        kin_scores=found.kin_scores,
        history=tables.frame("pgy1_by_year"),
        pairs=found.pairs,
    )


def transported_curve(
    tables: PublishedTables, *, group: str, year: str, specialty: str, level: float = LEVEL
) -> RateCurve:
    """Return the borrowed rate at every score, as a curve without places and rivals.

    Raises
    ------
    TableError
        If a table that the calculation needs is not there.
    """
    found = borrowed_inputs(tables, group=group, year=year, specialty=specialty)
    slope = TiltRate().fit(found.table)
    fitted, of_years = (_fitted(tables, found, slope, each) for each in (1, GAP_YEARS))
    low, high = MEASURES[SCORE].limits
    points = np.arange(low, high + 1)
    with warnings.catch_warnings():
        # Whoever shows a value says whether it lies outside the record.
        warnings.simplefilter("ignore", ExtrapolationWarning)
        limits = fitted.predict_interval(points, level)
        columns = {
            "rate": fitted.predict_rate(points),
            "low": limits[:, 0],
            "high": limits[:, 1],
        }
        bands = band_columns(fitted, ten_point_bands(MEASURES[SCORE]), level)
    return RateCurve(
        key=CurveKey(year, group, specialty, SCORE),
        grade=fitted.grade_,
        estimator=estimator_name(fitted),
        p=None,
        level=level,
        x=points,
        columns=columns,
        bands=bands,
        candidates=(),
        transport=_transport(found, fitted, of_years, points, level),
    )


def _transport(
    found: BorrowedInputs,
    fitted: TransportedRate,
    of_years: TransportedRate,
    points: Array,
    level: float,
) -> Transport:
    year = int(found.own.context.match_year)
    taus = sorted({*TAUS, fitted.tau_})
    return Transport(
        base_rate=fitted.base_rate_,
        tau=fitted.tau_,
        spread=fitted.spread_,
        pairs=tuple(
            Step(
                label=f"{each.specialty}, {each.year}",
                value=each.difference,
                scale="logit",
                contexts=(each.own_specific.context, each.kin_specific.context),
            )
            for each in found.pairs
        ),
        steps=fitted.derivation_,
        against=fitted.against_,
        over_tau=tuple(
            TauLimits(tau=tau, low=limits[:, 0], high=limits[:, 1])
            for tau, limits in fitted.limits_over_tau(points, taus, level)
        ),
        over_gap=(
            _gap_limits(fitted, (year, year), points, level),
            _gap_limits(of_years, of_years.gap_years_, points, level),
        ),
    )


def _gap_limits(
    fitted: TransportedRate, years: tuple[int, ...], points: Array, level: float
) -> GapLimits:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        limits = fitted.predict_interval(points, level)
        rate = fitted.predict_rate(points)
    return GapLimits(
        first_year=years[0],
        last_year=years[-1],
        gap=fitted.gap_,
        base_rate=fitted.base_rate_,
        rate=rate,
        low=limits[:, 0],
        high=limits[:, 1],
    )


def fit_pooled(tables: PublishedTables, *, group: str, year: str) -> PooledRate:
    """Pool a group's match rates of all specialties of a year.

    Raises
    ------
    TableError
        If fewer than three specialties are there.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> fitted = fit_pooled(PublishedTables(), group="non_us_img", year="2026")
    >>> len(fitted.names_)
    24
    """
    return PooledRate().fit(kin_counts(tables, group=group, year=year))


def pooled_member(fitted: PooledRate, specialty: str, level: float = LEVEL) -> PooledMember:
    """Return one specialty's rate, leaning on the others.

    Parameters
    ----------
    fitted : PooledRate
        What `fit_pooled` returned.
    specialty : str
        As printed.
    level : float
        Level of the interval, a fraction.

    Raises
    ------
    InputError
        If the specialty is not among the kin, or `level` is not between 0 and 1.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> fitted = fit_pooled(PublishedTables(), group="non_us_img", year="2026")
    >>> member = pooled_member(fitted, "Dermatology")
    >>> member.low < member.rate < member.high, member.n_kin
    (True, 24)
    """
    low, high = fitted.predict_interval(specialty, level)[0]
    at = fitted.names_.index(specialty)
    return PooledMember(
        specialty=specialty,
        level=level,
        rate=float(fitted.rates_["pooled_rate"].iloc[at]),
        low=float(low),
        high=float(high),
        leaned=float(fitted.rates_["leaned"].iloc[at]),
        middle=float(expit(fitted.mu_)),
        tau=float(np.sqrt(fitted.tau2_)),
        n_kin=len(fitted.names_),
    )


def pooled_members(tables: PublishedTables, *, group: str, year: str) -> tuple[PooledMember, ...]:
    """Return every specialty's rate of a group and year; none where too few are counted."""
    try:
        fitted = fit_pooled(tables, group=group, year=year)
    except TableError:
        return ()
    return tuple(pooled_member(fitted, name) for name in fitted.names_)
