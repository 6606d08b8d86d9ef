"""From a table of printed digits to the design of a tilt: scale, grid, bases, prior."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from imgstats.errors import TableError
from imgstats.estimators.cells import Cells, cells_between, make_cells
from imgstats.estimators.tilt_bases import (
    RISING_SIZE,
    WALK_GAP,
    natural_spline,
    powers,
    rising,
    walk,
    walk_knots,
)
from imgstats.estimators.tilt_model import LEAST_LOGGED, Design

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.tables import OutcomeSummary, Summary

    Array = NDArray[np.float64]
    Scale = Callable[[Array], Array]

__all__ = ["Tilt", "make_design", "polynomial", "rising_spline", "walking"]

# The base bends at seven knots, with wide priors on its coefficients (z, z^2, spline) that keep it
# from running away where the digits say nothing: with a narrower one skew is read as slope.
_BASE_KNOTS = (-3.0, -2.0, -1.0, 0.0, 1.0, 2.0, 3.0)
_BASE_SDS = (2.0, 1.0, 2.0)
# The scale's ends where nothing is printed of them: spreads from the middle, and beyond an extreme.
_FAR, _BEYOND = 5.0, 2.0
# Where no extremes are printed the tilt is taken to be flat beyond so many spreads.
_FLAT = 3.0
# A curve of so many counts takes seconds, and few count so far.
_MOST_COUNTS = 4000
# Bends that no prior holds need about as many digits as a full row of quartiles and moments has.
_ENOUGH_FOR_BENDS = 10
# Prior of the logarithm of a rising tilt's slope, per spread: a slope of 0.1 to 1.5 is usual.
_RISING_MEAN, _RISING_SD = float(np.log(0.4)), 1.0
# Sizes of a walk's bends: sd of the change of slope over one spread, logit per spread. From next to
# straight to steps; each is about twice the one before.
_BENDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
# Prior sd of its slope at the middle, logit per spread: a slope of 0.1 to 1.5 is usual.
_SLOPE_SD = 2.0
_IQR_OF_NORMAL = float(norm.ppf(0.75) - norm.ppf(0.25))


@dataclass(frozen=True, slots=True, kw_only=True)
class Tilt:
    """A kind of tilt: its basis, and t priors of its k coefficients.

    Attributes
    ----------
    basis : callable
        Returns the basis at z, shape (n, k).
    sds : ndarray, shape (t, k)
        Prior sds; infinite for no prior.
    mean : float
        Prior mean of every coefficient.
    rising : bool
        Whether the coefficients are logarithms of the weights of the basis.
    bends : ndarray, shape (t,)
        Size of the bends of a walk, logit per spread and spread; NaN for others.
    """

    basis: Callable[[Array], Array]
    sds: Array
    mean: float = 0.0
    rising: bool = False
    bends: Array = field(default_factory=lambda: np.array([np.nan]))


def walking() -> Tilt:
    """Return a straight tilt plus slopes that walk, with a prior for each size of the bends.

    Examples
    --------
    >>> walking().sds[:, 1].round(3)
    array([0.05 , 0.125, 0.25 , 0.5  , 1.   , 2.   ])
    """
    bends = np.array(_BENDS)
    steps = bends[:, None] * np.sqrt(WALK_GAP) * np.ones(len(walk_knots()))
    sds = np.column_stack([np.full(len(bends), _SLOPE_SD), steps])
    return Tilt(basis=walk, sds=sds, bends=bends)


def polynomial(degree: int, ridge: tuple[float, float] | None) -> Tilt:
    """Return a polynomial tilt; its slope has no prior."""
    sds = [np.inf, *(ridge or (np.inf, np.inf))[: degree - 1]]
    return Tilt(basis=partial(powers, degree=degree), sds=np.array([sds]))


def rising_spline() -> Tilt:
    """Return a tilt that rises throughout."""
    sds = np.full((1, RISING_SIZE), _RISING_SD)
    return Tilt(basis=rising, sds=sds, mean=_RISING_MEAN, rising=True)


def make_design(table: OutcomeSummary, tilt: Tilt, *, log_scale: bool = False) -> Design:
    """Return the design of a kind of tilt for that table.

    With `log_scale` the tilt is a curve in the logarithm of the measure, for counts.

    Raises
    ------
    TableError
        If a field that the curve needs is missing, an outcome has nobody, the digits are of
        another scale, or they are too few for bends without a prior.
    """
    _check_fields(table)
    _check_scale(table)
    _check_bends(table, tilt)
    scale = _log if log_scale else _plain
    center, spread = _location(table, scale), _spread(table, scale)
    cells = _count_cells(table) if log_scale else _score_cells(table, center, spread)
    scaled = scale(cells.grid)
    z = (scaled - center) / spread
    spline = natural_spline(z, _BASE_KNOTS)
    base_sds = np.array([*_BASE_SDS[:2], *[_BASE_SDS[2]] * spline.shape[1]])
    ends = _ends(table, center, spread, scale, z)
    design = Design(
        cells=cells,
        log_scale=log_scale,
        center=center,
        spread=spread,
        ends=ends,
        base=np.column_stack([z, z**2, spline]),
        # A density in log x has the factor 1 / x in x.
        offset=-(z**2) / 2 - (scaled if log_scale else 0.0),
        basis=tilt.basis,
        tilt=tilt.basis(np.clip(z, *ends)),
        rising=tilt.rising,
        precision=1 / np.hstack([np.tile(base_sds, (len(tilt.sds), 1)), tilt.sds]) ** 2,
        prior_mean=np.repeat([0.0, tilt.mean], [len(base_sds), tilt.sds.shape[1]]),
    )
    if tilt.rising:
        return design
    return replace(design, steady=design.columns(design.prior_mean[None]))


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


def _check_scale(table: OutcomeSummary) -> None:
    """Refuse digits that nobody can have on the measure's scale: another exam's, for example."""
    low, high = table.of.limits
    for outcome in ("matched", "not_matched"):
        summary = table.outcome(outcome)
        for name in ("min", "q1", "median", "q3", "max", "mean"):
            printed = summary.value(name)
            if printed is not None and not low <= printed <= high:
                raise TableError(
                    f"{table.words.of(outcome)} {name} is {printed:g}; {table.measure} runs "
                    + (f"from {low:g} to {high:g}" if np.isfinite(high) else f"from {low:g} up"),
                    f"digits of {table.measure}",
                    "check the digits; a table of another exam has a measure name of its own",
                )


def _check_bends(table: OutcomeSummary, tilt: Tilt) -> None:
    """Refuse bends without a prior where there are too few digits to show them."""
    n_digits = sum(len(side.printed) for side in (table.matched, table.not_matched))
    if np.isinf(tilt.sds[:, 1:]).any() and n_digits < _ENOUGH_FOR_BENDS:
        raise TableError(
            f"{n_digits} printed digits for bends without a prior",
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


def _count_cells(table: OutcomeSummary) -> Cells:
    """Return counts from the lowest that anybody can have to well beyond the highest printed."""
    low, high = table.extremes or (1.0, max(_most(table.matched), _most(table.not_matched)))
    least = min(low, 1.0) if table.of.low is None else table.of.low
    least, most = table.scale or (least, float(np.ceil(_BEYOND * high)))
    if (most - least) / table.step > _MOST_COUNTS:
        raise TableError(
            f"{table.of.label}: counts up to {most:g}",
            f"some {_MOST_COUNTS:,} different counts: each is a cell of its own",
            "give it to TiltRate, which takes wide scales",
        )
    return make_cells(least, most, table.step, most=_MOST_COUNTS)


def _most(summary: Summary) -> float:
    """Return a count that hardly anybody exceeds, where no maximum is printed."""
    found = [each for each in (summary.q3, summary.median, summary.mean) if each is not None]
    return _FAR * max(found)


def _score_cells(table: OutcomeSummary, center: float, spread: float) -> Cells:
    """Return scores from the lowest to the highest that anybody can have."""
    step, origin = table.step, table.origin
    if table.scale is not None:
        return make_cells(*table.scale, step)
    low, high = center - _FAR * spread, center + _FAR * spread
    if table.extremes is not None:
        low = min(low, table.extremes[0] - _BEYOND * spread)
        high = max(high, table.extremes[1] + _BEYOND * spread)
        # The same extreme in both outcomes is where the scale, or the rule to take part, ends.
        low = table.extremes[0] if table.matched.min == table.not_matched.min else low
        high = table.extremes[1] if table.matched.max == table.not_matched.max else high
    lowest, highest = table.of.limits
    return cells_between(max(low, lowest), min(high, highest), step, origin)
