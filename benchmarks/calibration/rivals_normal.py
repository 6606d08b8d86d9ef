"""Rivals that take both outcomes' scores for normal."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtr

from benchmarks.calibration.formulas import luo_mean, wan_sd

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.tables import OutcomeSummary, Summary

    Array = NDArray[np.float64]

__all__ = [
    "each_outcome",
    "from_moments",
    "from_quartiles",
    "moments",
    "normal",
    "on_cells",
    "one_sd",
]

_LEAST_SD = 0.3  # of whole scores that are all alike


def on_cells(cdf: Callable[[Array], Array], grid: Array) -> Array:
    """Return the shares of a cdf on whole scores, each from half a point below to half above."""
    edges = np.append(grid - 0.5, grid[-1] + 0.5)
    shares = np.clip(np.diff(cdf(edges)), 0, None)
    total = float(shares.sum())
    return shares / total if total > 0 else np.full(len(grid), np.nan)


def moments(printed: Summary, other: Summary, least: float = _LEAST_SD) -> tuple[float, float]:
    """Return mean and sd as printed, else by Luo and Wan, else the median and the other's sd.

    The sd is not below `least`.
    """
    mean = printed.mean
    if mean is None:
        mean = luo_mean(printed)
    if mean is None:
        mean = printed.median
    sds = (each for side in (printed, other) for each in (side.sd, wan_sd(side)))
    sd = next((each for each in sds if each is not None), least)
    return float(mean if mean is not None else np.nan), max(float(sd), least)


def normal(mean: float, sd: float, grid: Array) -> Array:
    """Return a normal density on whole scores."""
    return on_cells(lambda edge: np.asarray(ndtr((edge - mean) / sd)), grid)


def each_outcome(
    make: Callable[[Summary, Summary, Array], Array], table: OutcomeSummary, grid: Array
) -> tuple[Array, Array]:
    """Return both densities; each outcome may borrow the other's spread where it prints none."""
    return (
        make(table.matched, table.not_matched, grid),
        make(table.not_matched, table.matched, grid),
    )


def from_quartiles(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return normals whose mean and sd are inferred from the quartiles alone.

    References
    ----------
    Wan X, Wang W, Liu J, Tong T. BMC Med Res Methodol 2014;14:135.
    doi:10.1186/1471-2288-14-135
    Luo D, Wan X, Liu J, Tong T. Stat Methods Med Res 2018;27:1785-1805.
    doi:10.1177/0962280216669183
    """

    def make(printed: Summary, other: Summary, grid: Array) -> Array:
        sides = [
            side if side.q1 is None else replace(side, mean=None, sd=None, min=None, max=None)
            for side in (printed, other)
        ]
        return normal(*moments(sides[0], sides[1]), grid)

    return each_outcome(make, table, grid)


def from_moments(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return normals with the printed mean and sd; by Luo and Wan where they are not printed."""
    return each_outcome(
        lambda printed, other, grid: normal(*moments(printed, other), grid), table, grid
    )


def one_sd(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return normals with one sd, so that the rate is a logistic curve.

    This is linear discriminant analysis from summaries.

    References
    ----------
    Fisher RA. The use of multiple measurements in taxonomic problems. Ann Eugen 1936;7:179-188.
    doi:10.1111/j.1469-1809.1936.tb02137.x
    """
    sides = [(table.matched, table.not_matched), (table.not_matched, table.matched)]
    found = [moments(*pair) for pair in sides]
    # An outcome that prints no spread has the other's, and adds nothing to it.
    variance = np.average(
        [sd**2 for _, sd in found], weights=[float(first.n or 1) for first, _ in sides]
    )
    sd = float(np.sqrt(variance))
    return normal(found[0][0], sd, grid), normal(found[1][0], sd, grid)
