"""From a table of printed digits to the design of a tilt: scale, grid, bases, prior."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import norm

from imgstats.errors import TableError
from imgstats.estimators.tilt_model import Design, natural_spline
from imgstats.measures import MEASURES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.tables import OutcomeSummary, Summary

    Array = NDArray[np.float64]

__all__ = ["make_design"]

# Prior sd of the base density's coefficients (z, z^2, spline), wide against what the 2026 digits
# show; they only keep a base from running away where the digits say nothing about it.
_BASE_PRIOR = (2.0, 0.2, 0.5)
# The base may bend only as far as there are digits to show it.
_KNOTS = {10: (-2.0, -1.0, 0.0, 1.0, 2.0), 6: (-2.0, 0.0, 2.0), 0: ()}
# The scale's ends where nothing is printed of them: spreads from the middle, and beyond an extreme.
_FAR, _BEYOND = 5.0, 2.0
# Where no extremes are printed the tilt is taken to be flat beyond so many spreads.
_FLAT = 3.0
_IQR_OF_NORMAL = float(norm.ppf(0.75) - norm.ppf(0.25))


def make_design(table: OutcomeSummary, degree: int, ridge: tuple[float, float] | None) -> Design:
    """Return the design of a tilt of that degree for that table.

    Raises
    ------
    TableError
        If a field that the curve needs is missing, or an outcome has nobody.
    """
    _check_fields(table)
    center, spread = _location(table), _spread(table)
    grid = _grid(table, center, spread)
    z = (grid - center) / spread
    n_digits = sum(len(side.printed) for side in (table.matched, table.not_matched))
    knots = next(knots for least, knots in _KNOTS.items() if n_digits >= least)
    spline = natural_spline(z, knots)
    prior = [*_BASE_PRIOR[:2], *[_BASE_PRIOR[2]] * spline.shape[1], np.inf]
    prior += list((ridge or (np.inf, np.inf))[: degree - 1])
    low, high = table.extremes or (
        max(grid[0], center - _FLAT * spread),
        min(grid[-1], center + _FLAT * spread),
    )
    ends = (float(low - center) / spread, float(high - center) / spread)
    return Design(
        grid=grid,
        center=center,
        spread=spread,
        ends=ends,
        base=np.column_stack([z, z**2, spline]),
        tilt=np.column_stack([np.clip(z, *ends) ** k for k in range(1, degree + 1)]),
        precision=1 / np.array(prior) ** 2,
    )


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
    if not any(_width(table.outcome(name)) for name in ("matched", "not_matched")):
        raise TableError(
            "sd is missing, and q1 with q3", "a measure of spread for at least one outcome"
        )


def _middle(summary: Summary) -> float | None:
    return summary.mean if summary.mean is not None else summary.median


def _width(summary: Summary) -> float | None:
    if summary.sd:
        return summary.sd
    if summary.q1 is not None and summary.q3 is not None and summary.q3 > summary.q1:
        return (summary.q3 - summary.q1) / _IQR_OF_NORMAL
    return None


def _location(table: OutcomeSummary) -> float:
    """Mean of both middles, weighted by n: the z scale's zero."""
    sides = (table.matched, table.not_matched)
    middles = np.array([_middle(side) for side in sides], dtype=np.float64)
    return float(
        np.average(middles, weights=np.array([side.n for side in sides], dtype=np.float64))
    )


def _spread(table: OutcomeSummary) -> float:
    """Root mean square of both widths: the z scale's unit."""
    widths = [_width(side) for side in (table.matched, table.not_matched)]
    return float(np.sqrt(np.mean([width**2 for width in widths if width is not None])))


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
