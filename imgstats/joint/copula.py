"""Shares of a bivariate normal rectangle by correlation: the mathematics of `joint`, on arrays.

Everything is kept in logarithms: where both correlations go to their ends a cell's share among the
matched and among the not matched may both be far below what a plain float holds, and their ratio
still decides the rate.
"""

from __future__ import annotations

import math
from functools import cache
from numbers import Real
from typing import TYPE_CHECKING, Any, TypeGuard

import numpy as np

from imgstats.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    LogShare = Callable[[Array], Array]
    Ends = tuple[float, float]

__all__ = [
    "MOST_CORRELATION",
    "checked_correlation",
    "checked_region",
    "correlation_grid",
    "ends_over",
    "is_number",
    "log_rectangle",
]

# Nearer to 1 the integral's rule loses digits, and the margins' limits say all there is.
MOST_CORRELATION = 0.99

_TODO = "state both correlations: no table tells them, and there is no usual value"
_REGION = "((low, high) among the matched, (low, high) among the not matched)"
_NARROW, _FEW_NODES, _NODES = 0.5, 40, 160  # standard deviations; nodes up to there, and beyond
_FAR = 8.5  # standard deviations; 1e-17 of a normal distribution lies beyond
_GRID = 97
_MOST_PEAKS = 4
_ZOOMS, _ZOOM_POINTS = 8, 9


def log_rectangle(
    first: tuple[float, float], second: tuple[float, float], correlation: Array
) -> Array:
    """Return the logarithm of a rectangle's share of a standard bivariate normal distribution.

    Parameters
    ----------
    first, second : (float, float)
        Lower and upper cut point of each variable, in standard deviations; may be infinite.
    correlation : ndarray, shape (m,)
        Correlations, each between -0.99 and 0.99.

    Returns
    -------
    ndarray, shape (m,)
        Natural logarithms.

    Notes
    -----
    The conditional form of the bivariate normal integral (Genz 2004, Statistics and Computing 14,
    251-260, section 2.1): the second variable's conditional share is integrated over the first by
    Gauss and Legendre's rule. Every term is positive, so small shares keep their digits. The
    narrower side is the outer one.

    Examples
    --------
    >>> quadrant = log_rectangle((0.0, np.inf), (0.0, np.inf), np.array([0.0, 0.5]))
    >>> np.exp(quadrant).round(6).tolist()
    [0.25, 0.333333]
    """
    outer, inner = sorted((first, second), key=_width)
    low, high = np.clip(outer, -_FAR, _FAR)
    node, weight = _legendre(_FEW_NODES if high - low < _NARROW else _NODES)
    z = (low + high) / 2 + (high - low) / 2 * node
    log_weight = np.log(weight * (high - low) / 2) - z**2 / 2 - np.log(2 * np.pi) / 2
    spread = np.sqrt(1 - correlation**2)[:, None]
    shift = correlation[:, None] * z
    log_inner = _log_between((inner[0] - shift) / spread, (inner[1] - shift) / spread)
    return _log_sum(log_weight + log_inner)


def correlation_grid(low: float, high: float, points: int = _GRID) -> Array:
    """Return correlations from low to high, closer together towards -1 and 1; 0 if it is inside.

    Examples
    --------
    >>> correlation_grid(-0.9, 0.9, 5).round(2).tolist()
    [-0.9, -0.63, 0.0, 0.63, 0.9]
    >>> correlation_grid(0.3, 0.3).tolist()
    [0.3]
    """
    inside = np.tanh(np.linspace(np.arctanh(low), np.arctanh(high), points))[1:-1]
    inside = np.where(np.abs(inside) < 1e-12, 0.0, inside)
    middle = [0.0] if low < 0 < high else []
    inside = inside[(inside > low) & (inside < high)]
    return np.unique(np.array([low, *inside, *middle, high]))


def ends_over(log_share: LogShare, low: float, high: float) -> tuple[Array, Array]:
    """Return where a smooth function of a correlation is least and greatest, and how large.

    Parameters
    ----------
    log_share : callable
        Takes correlations, shape (m,), and returns values, shape (m,).
    low, high : float
        Ends of the correlations.

    Returns
    -------
    least, greatest : ndarray, shape (2,)
        Correlation and value.

    Notes
    -----
    A grid finds the peaks, and each is looked at again on ever finer grids between its neighbours:
    eight times, to about a millionth of a correlation.
    """
    at = correlation_grid(low, high)
    values = log_share(at)
    return -_peak(lambda r: -log_share(r), at, -values) * [-1, 1], _peak(log_share, at, values)


def checked_region(region: object) -> tuple[Ends, Ends]:
    """Return a region of two correlations, among the matched and among the not matched.

    Raises
    ------
    InputError
        If it is missing, no pair of pairs, out of range or the wrong way round.
    """
    if region is None:
        raise InputError("no region of correlations", _REGION, _TODO)
    if not _is_pair(region) or not all(_is_pair(each) for each in region):
        raise InputError(f"region {region!r:.60}", _REGION, _TODO)
    matched, not_matched = region
    return _checked_ends(matched, "matched"), _checked_ends(not_matched, "not matched")


def _is_pair(value: object) -> TypeGuard[Sequence[Any]]:
    return isinstance(value, tuple | list) and len(value) == 2


def _checked_ends(ends: Sequence[Any], outcome: str) -> Ends:
    name = f"correlation among the {outcome}"
    least, most = (checked_correlation(each, name) for each in ends)
    if least > most:
        raise InputError(f"{name} from {least:g} to {most:g}", "low at or below high")
    return least, most


def checked_correlation(value: object, name: str) -> float:
    """Return a correlation as a float.

    Raises
    ------
    InputError
        If it is missing or not a number from -0.99 to 0.99.
    """
    allowed = f"a number from -{MOST_CORRELATION} to {MOST_CORRELATION}"
    if value is None:
        raise InputError(f"{name} is missing", allowed, _TODO)
    if not is_number(value) or abs(value) > MOST_CORRELATION:
        raise InputError(f"{name} is {value!r:.60}", allowed, _TODO)
    return float(value)


def is_number(value: object) -> TypeGuard[float]:
    """Return whether a value is a finite real number, and not true or false.

    Examples
    --------
    >>> is_number(0.5), is_number(True), is_number(float("nan")), is_number("0.5")
    (True, False, False, False)
    """
    return not isinstance(value, bool) and isinstance(value, Real) and math.isfinite(value)


def _peak(function: LogShare, at: Array, values: Array) -> Array:
    """Return correlation and value of the highest point on and between the grid's points."""
    padded = np.concatenate([[-np.inf], values, [-np.inf]])
    peaks = np.flatnonzero((padded[1:-1] > padded[:-2]) & (padded[1:-1] >= padded[2:]))
    highest = peaks[np.argsort(-values[peaks], kind="stable")][:_MOST_PEAKS]
    found = [_zoomed(function, at, values, int(peak)) for peak in highest]
    return max(found, key=lambda each: float(each[1]))


def _zoomed(function: LogShare, at: Array, values: Array, peak: int) -> Array:
    best = np.array([at[peak], values[peak]])
    low, high = at[max(peak - 1, 0)], at[min(peak + 1, len(at) - 1)]
    if low == high:
        return best
    for _ in range(_ZOOMS):
        finer = np.linspace(low, high, _ZOOM_POINTS)
        there = function(finer)
        top = int(np.argmax(there))
        if there[top] > best[1]:
            best = np.array([finer[top], there[top]])
        low, high = finer[max(top - 1, 0)], finer[min(top + 1, _ZOOM_POINTS - 1)]
    return best


def _width(side: tuple[float, float]) -> float:
    return float(np.ptp(np.clip(side, -_FAR, _FAR)))


@cache
def _legendre(nodes: int) -> tuple[Array, Array]:
    node, weight = np.polynomial.legendre.leggauss(nodes)
    return node, weight


def _log_between(low: Array, high: Array) -> Array:
    """Return the logarithm of the normal share between two points, exact in both tails."""
    from scipy.special import log_ndtr

    flip = low > -high
    least, most = np.where(flip, -high, low), np.where(flip, -low, high)
    log_most = log_ndtr(most)
    return np.asarray(log_most + np.log(-np.expm1(log_ndtr(least) - log_most)))


def _log_sum(terms: Array) -> Array:
    top = terms.max(axis=1, keepdims=True)
    return np.asarray(top[:, 0] + np.log(np.exp(terms - top).sum(axis=1)))
