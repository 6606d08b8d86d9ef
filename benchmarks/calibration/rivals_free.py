"""Rivals that assume no family: the cdf is drawn through the printed quantiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.interpolate import PchipInterpolator

from benchmarks.calibration.rivals_fitted import quantiles
from benchmarks.calibration.rivals_normal import each_outcome, moments, on_cells
from imgstats.errors import WorkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.tables import OutcomeSummary, Summary

    Array = NDArray[np.float64]

__all__ = ["maximum_entropy", "monotone_cubic", "piecewise_uniform"]

# Quantiles that stand in for those that are not printed: share, and sds from the mean.
_STAND_INS = ((0.001, -3.0), (0.25, -0.674), (0.75, 0.674), (0.999, 3.0))
_FLOOR = 1e-7  # a share everywhere, so that a rate is defined
_REACH = 4.5  # sds, where no extreme is printed
_PENALTY = 1e-5
_STEPS, _SETTLED = 300, 1e-8


def _drawn(printed: Summary, other: Summary) -> tuple[Array, Array]:
    """Return values and shares that the cdf is drawn through, strictly rising values."""
    mean, sd = moments(printed, other)
    shares, values = quantiles(printed, 0.5)
    knots = dict(zip(values.tolist(), shares.tolist(), strict=True))
    missing = (printed.min, printed.q1, printed.q3, printed.max)
    for value, (share, sds) in zip(missing, _STAND_INS, strict=True):
        if value is None:
            knots.setdefault(mean + sds * sd, share)
    places = np.array(sorted(knots))
    return places, np.maximum.accumulate([knots[each] for each in places.tolist()])


def _floored(density: Array) -> Array:
    whole = density + _FLOOR
    result: Array = whole / whole.sum()
    return result


def piecewise_uniform(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return densities that are level between printed quantiles: the histogram they make."""

    def make(printed: Summary, other: Summary, grid: Array) -> Array:
        places, shares = _drawn(printed, other)
        places = np.concatenate([[places[0] - 0.5], places, [places[-1] + 0.5]])
        shares = np.concatenate([[0.0], shares, [1.0]])
        return _floored(on_cells(lambda edges: np.interp(edges, places, shares), grid))

    return each_outcome(make, table, grid)


def monotone_cubic(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return densities whose cdf is a monotone cubic through the printed quantiles (PCHIP).

    References
    ----------
    Fritsch FN, Carlson RE. Monotone piecewise cubic interpolation. SIAM J Numer Anal
    1980;17:238-246. doi:10.1137/0717021
    """

    def make(printed: Summary, other: Summary, grid: Array) -> Array:
        places, shares = _drawn(printed, other)
        places = np.concatenate([[places[0] - 1], places, [places[-1] + 1]])
        curve = PchipInterpolator(places, np.concatenate([[0.0], shares, [1.0]]))
        return _floored(on_cells(lambda edges: curve(np.clip(edges, places[0], places[-1])), grid))

    return each_outcome(make, table, grid)


def maximum_entropy(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return the densities of largest entropy that have the printed quartiles, mean and sd.

    A density lies between the printed extremes. Moments that are not printed are those of Luo and
    Wan, or the other outcome's sd.

    References
    ----------
    Jaynes ET. Information theory and statistical mechanics. Phys Rev 1957;106:620-630.
    doi:10.1103/PhysRev.106.620
    """
    return each_outcome(_entropy, table, grid)


def _entropy(printed: Summary, other: Summary, grid: Array) -> Array:
    mean, sd = moments(printed, other)
    low = mean - _REACH * sd if printed.min is None else printed.min
    high = mean + _REACH * sd if printed.max is None else printed.max
    inside = (grid >= low) & (grid <= high)
    z = (grid[inside] - mean) / sd
    steps, shares = [z, z**2], [0.0, 1.0]
    for name, share in (("q1", 0.25), ("median", 0.5), ("q3", 0.75)):
        value = printed.value(name)
        if value is not None:
            steps.append((grid[inside] < value) + 0.5 * (grid[inside] == value))
            shares.append(share)
    density = np.zeros(len(grid))
    density[inside] = _most_even(np.array(steps), np.array(shares))
    return _floored(density)


def _most_even(features: Array, targets: Array) -> Array:
    """Return the density of largest entropy whose features average to targets, by Newton's steps.

    A small penalty keeps the weights finite where no density has exactly such averages.
    """
    weights = np.zeros(len(targets))
    weights[1] = -0.5
    value, density = _dual(weights, features, targets)
    for _ in range(_STEPS):
        averages = features @ density
        gradient = averages - targets + 2 * _PENALTY * weights
        curvature = (features * density) @ features.T - np.outer(averages, averages)
        curvature += 2 * _PENALTY * np.eye(len(weights))
        step = np.linalg.solve(curvature, gradient)
        if float(gradient @ step) < _SETTLED:
            return density
        size = 1.0
        while size > _SETTLED:
            tried, found = _dual(weights - size * step, features, targets)
            if tried <= value - 1e-4 * size * float(gradient @ step):
                break
            size /= 2
        else:
            return density
        weights, value, density = weights - size * step, tried, found
    raise WorkError("the density of largest entropy did not settle")


def _dual(weights: Array, features: Array, targets: Array) -> tuple[float, Array]:
    """Return the dual of the entropy at some weights, and their density."""
    exponent = weights @ features
    top = float(exponent.max())
    shares = np.exp(exponent - top)
    total = float(shares.sum())
    value = top + float(np.log(total)) - float(weights @ targets)
    return value + _PENALTY * float(weights @ weights), shares / total
