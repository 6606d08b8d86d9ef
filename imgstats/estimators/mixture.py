"""Quantiles of mixtures of normals, for estimators that average over what they do not know."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, ndtr, ndtri

from imgstats.levels import check_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["logit_limits", "mixture_limits", "mixture_quantile"]

# A bisection halves the bracket this often: from any width on the logit scale to rounding.
_HALVINGS = 48
# The sd of a component that is a point, so that there is a step to find.
_POINT = 1e-12


def mixture_quantile(mean: Array, sd: Array, weight: Array, probability: float) -> Array:
    """Return a quantile of mixtures of normals.

    Parameters
    ----------
    mean, sd : ndarray, shape (g, k)
        Components of k mixtures; a component whose sd is 0 is a point.
    weight : ndarray, shape (g,)
        Weights of the components, the same in all mixtures; they add up to 1.
    probability : float
        Between 0 and 1.

    Returns
    -------
    ndarray, shape (k,)

    Examples
    --------
    >>> one = np.ones((1, 1))
    >>> mixture_quantile(0 * one, one, np.ones(1), 0.975).round(3)
    array([1.96])
    """
    sd = np.maximum(sd, _POINT)
    each = mean + sd * ndtri(probability)
    if len(each) == 1:
        return np.asarray(each[0])
    low, high = each.min(axis=0), each.max(axis=0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        below = weight @ ndtr((middle - mean) / sd) < probability
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    result: Array = (low + high) / 2
    return result


def mixture_limits(eta: Array, variance: Array, weight: Array, level: float) -> Array:
    """Return the interval of rates whose logits are mixtures of normals, shape (k, 2).

    Parameters
    ----------
    eta, variance : ndarray, shape (g, k)
        Components of k logits.
    weight : ndarray, shape (g,)
        Their weights.
    level : float
        Level of the interval, a fraction.

    Raises
    ------
    InputError
        If the level is not strictly between 0 and 1.

    Examples
    --------
    >>> two = np.array([[-1.0], [1.0]])
    >>> mixture_limits(two, 0.01 + 0 * two, np.array([0.5, 0.5]), 0.95).round(2)
    array([[0.24, 0.76]])
    """
    tail = (1 - check_level(level)) / 2
    sd = np.sqrt(variance)
    low, high = (mixture_quantile(eta, sd, weight, each) for each in (tail, 1 - tail))
    return np.column_stack([expit(low), expit(high)])


def logit_limits(eta: Array, variance: Array, level: float) -> Array:
    """Return the interval of rates whose logits are normal, shape (k, 2).

    Raises
    ------
    InputError
        If the level is not strictly between 0 and 1.

    Examples
    --------
    >>> logit_limits(np.array([0.0]), np.array([0.01]), 0.95).round(2)
    array([[0.45, 0.55]])
    """
    return mixture_limits(eta[None], variance[None], np.ones(1), level)
