"""From a table of printed digits to the design of a tilt: scale, grid, bases, prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from imgstats.errors import TableError
from imgstats.estimators.tilt_model import (
    LEAST_LOGGED,
    Design,
    natural_spline,
    tilt_basis,
)
from imgstats.measures import MEASURES

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.tables import OutcomeSummary, Summary

    Array = NDArray[np.float64]
    Scale = Callable[[Array], Array]

__all__ = ["make_design"]

# The base may bend only as far as there are digits to show it: from so many digits on, the knots
# of its spline and the prior sds of its coefficients (z, z^2, spline). The priors only keep a base
# from running away where the digits say nothing about it, so few digits need narrower ones.
_Bases = dict[int, tuple[tuple[float, ...], tuple[float, float, float]]]
_FEW_DIGITS: _Bases = {6: ((-2.0, 0.0, 2.0), (2.0, 0.2, 0.5)), 0: ((), (2.0, 0.2, 0.5))}
_SCORE_BASES: _Bases = {
    10: ((-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0), (2.0, 1.0, 2.0)),
    **_FEW_DIGITS,
}
# Small counts lie far apart in their logarithm: a base that bends more would chase single counts.
_COUNT_BASES: _Bases = {10: ((-2.0, -1.0, 0.0, 1.0, 2.0), (2.0, 0.2, 0.5)), **_FEW_DIGITS}
# The scale's ends where nothing is printed of them: spreads from the middle, and beyond an extreme.
_FAR, _BEYOND = 5.0, 2.0
# Where no extremes are printed the tilt is taken to be flat beyond so many spreads.
_FLAT = 3.0
# Bends that no prior holds need about as many digits as a full row of quartiles and moments has.
_ENOUGH_FOR_BENDS = 10
# Prior of the logarithm of a rising tilt's slope, per spread: a slope of 0.1 to 1.5 is usual.
_RISING_MEAN, _RISING_SD, _RISING_SIZE = float(np.log(0.4)), 1.0, 5
_IQR_OF_NORMAL = float(norm.ppf(0.75) - norm.ppf(0.25))


def make_design(
    table: OutcomeSummary,
    degree: int,
    ridge: tuple[float, float] | None,
    *,
    log_scale: bool = False,
    rising: bool = False,
) -> Design:
    """Return the design of a tilt of that degree for that table.

    With `log_scale` the tilt is a polynomial in the logarithm of the measure, for counts. With
    `rising` it is a spline that never falls; degree and ridge then say nothing.

    Raises
    ------
    TableError
        If a field that the curve needs is missing, or an outcome has nobody.
    """
    _check_fields(table)
    if not rising:
        _check_bends(table, degree, ridge)
    scale = _log if log_scale else _plain
    center, spread = _location(table, scale), _spread(table, scale)
    grid = _count_grid(table) if log_scale else _grid(table, center, spread)
    scaled = scale(grid)
    z = (scaled - center) / spread
    n_digits = sum(len(side.printed) for side in (table.matched, table.not_matched))
    bases = _COUNT_BASES if log_scale else _SCORE_BASES
    knots, base_prior = next(each for least, each in bases.items() if n_digits >= least)
    spline = natural_spline(z, knots)
    base_sds = [*base_prior[:2], *[base_prior[2]] * spline.shape[1]]
    tilt_sds = [np.inf, *(ridge or (np.inf, np.inf))[: degree - 1]]
    tilt_mean = 0.0
    if rising:
        tilt_sds, tilt_mean = [_RISING_SD] * _RISING_SIZE, _RISING_MEAN
    ends = _ends(table, center, spread, scale, z)
    return Design(
        grid=grid,
        log_scale=log_scale,
        center=center,
        spread=spread,
        ends=ends,
        base=np.column_stack([z, z**2, spline]),
        # A density in log x has the factor 1 / x in x.
        offset=-(z**2) / 2 - (scaled if log_scale else 0.0),
        tilt=tilt_basis(np.clip(z, *ends), len(tilt_sds), rising=rising),
        rising=rising,
        precision=1 / np.array([*base_sds, *tilt_sds]) ** 2,
        prior_mean=np.array([0.0] * len(base_sds) + [tilt_mean] * len(tilt_sds)),
    )


def _plain(x: Array) -> Array:
    return np.asarray(x, dtype=np.float64)


def _log(x: Array) -> Array:
    return np.asarray(np.log(np.maximum(x, LEAST_LOGGED)), dtype=np.float64)


def _ends(
    table: OutcomeSummary, center: float, spread: float, scale: Scale, z: Array
) -> tuple[float, float]:
    """Return where the tilt becomes flat, in z."""
    if table.extremes is None:
        return max(float(z[0]), -_FLAT), min(float(z[-1]), _FLAT)
    low, high = (scale(np.array([each]))[0] for each in table.extremes)
    return float(low - center) / spread, float(high - center) / spread


def _check_fields(table: OutcomeSummary) -> None:
    """Refuse a table whose digits cannot hold a curve, by the name of what is missing."""
    if min(table.counts) == 0:
        raise TableError(
            f"counts {table.counts[0]} matched, {table.counts[1]} not matched",
            "at least one applicant in each outcome",
        )
    for name in ("matched", "not_matched"):
        summary = table.outcome(name)
        if summary.n is None:
            raise TableError(f"{name}: n is missing", "n, the number the digits are about")
        if _middle(summary) is None:
            raise TableError(f"{name}: median and mean are missing", "at least one of the two")
    if not any(_width(table.outcome(name), _plain) for name in ("matched", "not_matched")):
        raise TableError(
            "sd is missing, and q1 with q3", "a measure of spread for at least one outcome"
        )


def _check_bends(table: OutcomeSummary, degree: int, ridge: tuple[float, float] | None) -> None:
    """Refuse bends without a prior where there are too few digits to show them."""
    n_digits = sum(len(side.printed) for side in (table.matched, table.not_matched))
    if degree > 1 and ridge is None and n_digits < _ENOUGH_FOR_BENDS:
        raise TableError(
            f"{n_digits} printed digits for degree {degree} without a ridge",
            f"degree 1, a ridge, or at least {_ENOUGH_FOR_BENDS} digits",
            "so few digits cannot show how a curve bends",
        )


def _middle(summary: Summary) -> float | None:
    return summary.mean if summary.mean is not None else summary.median


def _width(summary: Summary, scale: Scale) -> float | None:
    if summary.sd and scale is _plain:
        return summary.sd
    if summary.q1 is not None and summary.q3 is not None and summary.q3 > summary.q1:
        low, high = scale(np.array([summary.q1, summary.q3]))
        return float(high - low) / _IQR_OF_NORMAL
    if summary.sd and summary.mean:
        # The sd of log x where sd and mean of x are those of a log-normal.
        return float(np.sqrt(np.log1p((summary.sd / summary.mean) ** 2)))
    return None


def _location(table: OutcomeSummary, scale: Scale) -> float:
    """Mean of both middles, weighted by n: the z scale's zero."""
    sides = (table.matched, table.not_matched)
    middles = scale(np.array([_middle(side) for side in sides], dtype=np.float64))
    return float(
        np.average(middles, weights=np.array([side.n for side in sides], dtype=np.float64))
    )


def _spread(table: OutcomeSummary, scale: Scale) -> float:
    """Root mean square of both widths: the z scale's unit."""
    widths = [_width(side, scale) for side in (table.matched, table.not_matched)]
    return float(np.sqrt(np.mean([width**2 for width in widths if width is not None])))


def _count_grid(table: OutcomeSummary) -> Array:
    """Return counts from the lowest that anybody can have to well beyond the highest printed."""
    if table.scale is not None:
        return np.arange(float(table.scale[0]), float(table.scale[1]) + 1)
    known = MEASURES.get(table.measure)
    low, high = table.extremes or (1.0, max(_most(table.matched), _most(table.not_matched)))
    least = known.lowest if known else min(low, 1.0)
    return np.arange(float(least), float(np.ceil(_BEYOND * high)) + 1)


def _most(summary: Summary) -> float:
    """Return a count that hardly anybody exceeds, where no maximum is printed."""
    found = [each for each in (summary.q3, summary.median, summary.mean) if each is not None]
    return _FAR * max(found)


def _grid(table: OutcomeSummary, center: float, spread: float) -> Array:
    """Whole scores from the lowest to the highest that anybody can have."""
    if table.scale is not None:
        return np.arange(float(table.scale[0]), float(table.scale[1]) + 1)
    known = MEASURES.get(table.measure)
    low, high = center - _FAR * spread, center + _FAR * spread
    if table.extremes is not None:
        low = min(low, table.extremes[0] - _BEYOND * spread)
        high = max(high, table.extremes[1] + _BEYOND * spread)
        # The same extreme in both outcomes is where the scale, or the rule to take part, ends.
        low = table.extremes[0] if table.matched.min == table.not_matched.min else low
        high = table.extremes[1] if table.matched.max == table.not_matched.max else high
    if known is not None:
        low = max(low, known.lowest)
        high = high if known.highest is None else min(high, known.highest)
    return np.arange(np.floor(low), np.ceil(high) + 1)
