"""Bases of a tilt and of what both densities share: natural spline, powers, rising, walk."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["natural_spline", "powers", "rising", "walk", "walk_knots"]

# A rising tilt has its knots from -2 to 2 spreads, so many of them.
_RISING_REACH, RISING_SIZE = 2.0, 5
# A walk may change its slope at every quarter spread out to 2.5 spreads.
WALK_GAP, _WALK_REACH = 0.25, 2.5


def natural_spline(z: Array, knots: tuple[float, ...]) -> Array:
    """Return the non-linear part of a natural cubic spline basis, shape (len(z), len(knots) - 2).

    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd ed., eq. 5.4-5.5.

    Examples
    --------
    >>> natural_spline(np.array([-3.0, 3.0]), (-1.0, 0.0, 1.0)).round(1)
    array([[0.],
           [9.]])
    """
    if len(knots) < 3:
        return np.empty((len(z), 0))
    last = knots[-1]

    def slope(knot: float) -> Array:
        above = np.clip(z - knot, 0, None) ** 3 - np.clip(z - last, 0, None) ** 3
        result: Array = above / (last - knot)
        return result

    reference = slope(knots[-2])
    return np.column_stack([slope(knot) - reference for knot in knots[:-2]])


def powers(z: Array, degree: int) -> Array:
    """Return z, z^2, ... as columns, shape (n, degree).

    Examples
    --------
    >>> powers(np.array([0.0, 2.0]), 2)
    array([[0., 0.],
           [2., 4.]])
    """
    return np.column_stack([z**power for power in range(1, degree + 1)])


def rising(z: Array) -> Array:
    """Return integrals of hats that only rise, shape (n, `RISING_SIZE`).

    Weighted by positive numbers they add up to a rising curve with a continuous slope (I-splines
    of degree 2, Ramsay 1988, doi:10.1214/ss/1177012761).
    """
    knots = np.linspace(-_RISING_REACH, _RISING_REACH, RISING_SIZE)
    gap = knots[1] - knots[0]

    def ramp(knot: float) -> Array:
        """Integral of a step at the knot, smoothed over one gap."""
        inside = np.clip(z - knot, 0, gap)
        result: Array = inside**2 / (2 * gap) + np.clip(z - knot - gap, 0, None)
        return result

    hats = [ramp(knot - gap) - ramp(knot) for knot in knots]
    # Beyond the outer knots the slope stays what it is there.
    hats[0] = z + _RISING_REACH - ramp(knots[0])
    hats[-1] = ramp(knots[-2])
    return np.column_stack(hats)


def walk_knots() -> Array:
    """Return where a walk may change its slope, in spreads; nowhere at the middle itself.

    Examples
    --------
    >>> walk_knots()[[0, 9, 10, -1]]
    array([-2.5 , -0.25,  0.25,  2.5 ])
    """
    steps = np.arange(1, round(_WALK_REACH / WALK_GAP) + 1) * WALK_GAP
    return np.concatenate([-steps[::-1], steps])


def walk(z: Array) -> Array:
    """Return z, and at each knot a ramp away from the middle: coefficients are changes of slope.

    Examples
    --------
    >>> walk(np.array([-1.0, 0.0, 1.0])).shape
    (3, 21)
    """
    knots = walk_knots()
    away = np.sign(knots) * np.clip((z[:, None] - knots) * np.sign(knots), 0, None)
    return np.column_stack([z, away])
