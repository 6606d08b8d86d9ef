"""Mathematics of `TransportedRate`: a judged spread, and a slope carried to another group."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.special import expit, logit
from scipy.stats import chi2, norm

from imgstats.errors import ExtrapolationWarning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators.tilt import TiltRate
    from imgstats.tables import CountTable

    Array = NDArray[np.float64]

__all__ = [
    "Scores",
    "curve_variance",
    "half_width",
    "level_at",
    "line_slope",
    "logit_and_variance",
    "move_scores",
    "weighted_curve",
]

_NODES = 128
_HALVINGS = 60
# No rate of a real group is farther from even odds than this on the logit scale.
_FARTHEST = 30.0


def logit_and_variance(table: CountTable) -> tuple[float, float]:
    """Return the logit of a table's rate and its sampling variance.

    Examples
    --------
    >>> from imgstats.tables import CountTable
    >>> logit_and_variance(CountTable(matched=50, not_matched=50))
    (0.0, 0.04)
    """
    matched, not_matched = table.matched, table.not_matched
    return float(np.log(matched / not_matched)), 1 / matched + 1 / not_matched


def half_width(variance: Array, tau: float, degrees: float, level: float) -> Array:
    """Return half the width of the interval of a judged error plus a normal one.

    The judged error is tau times a Student t, the other is normal; both are around 0 and
    independent. A Student t is a normal whose variance is not known for sure, so the sum is
    a mixture of normals over that variance.

    Parameters
    ----------
    variance : ndarray, shape (n,)
        Of the normal error.
    tau : float
        Scale of the judged error, 0 or more.
    degrees : float
        Degrees of freedom of the Student t; infinite for a normal one.
    level : float
        Between 0 and 1.

    Returns
    -------
    ndarray, shape (n,)

    Examples
    --------
    >>> half_width(np.array([0.0, 1.0]), 0.0, 5.0, 0.95).round(2)
    array([0.  , 1.96])
    >>> half_width(np.zeros(1), 1.0, 5.0, 0.95).round(2)
    array([2.57])
    """
    different, back = np.unique(variance, return_inverse=True)
    z = float(norm.ppf(0.5 + level / 2))
    # Nodes crowd at both ends, where the quantiles of chi2 run away: u = sin(a)^2.
    x, w = np.polynomial.legendre.leggauss(_NODES)
    angle = (x + 1) * np.pi / 4
    weight = w * np.pi / 4 * np.sin(2 * angle)
    widen = np.ones(_NODES)
    if np.isfinite(degrees):
        widen = degrees / chi2.ppf(np.sin(angle) ** 2, degrees)
    sd = np.sqrt(different[:, None] + tau**2 * widen)
    low, high = z * sd.min(axis=1), z * sd.max(axis=1)
    safe = np.where(sd > 0, sd, 1.0)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        inside = (2 * norm.cdf(middle[:, None] / safe) - 1) @ weight < level
        low, high = np.where(inside, middle, low), np.where(inside, high, middle)
    result: Array = ((low + high) / 2)[back]
    return result


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """Where a group's scores lie.

    Attributes
    ----------
    points : ndarray, shape (s,)
        Scores, rising.
    share : ndarray, shape (s,)
        Share of the group at each; they add up to 1.
    mean : float
        Mean score.
    """

    points: Array
    share: Array
    mean: float


def move_scores(
    grid: Array, densities: tuple[Array, Array], moves: tuple[float, float], rate: float
) -> Scores:
    """Return the scores of a group that are another's, moved.

    Parameters
    ----------
    grid : ndarray, shape (g,)
        Scores of the other group.
    densities : (ndarray, ndarray), each of shape (g,)
        The other group's densities of the matched and of the not matched.
    moves : (float, float)
        Points to move the matched and the not matched by.
    rate : float
        Match rate of the group itself, which mixes the two.
    """
    points = np.concatenate([grid + moves[0], grid + moves[1]])
    share = np.concatenate([rate * densities[0], (1 - rate) * densities[1]])
    order = np.argsort(points, kind="stable")
    points, share = points[order], share[order] / share.sum()
    return Scores(points=points, share=share, mean=float(points @ share))


def line_slope(x: Array, eta: Array, weight: Array) -> float:
    """Return the slope of the straight line nearest to a curve, by weighted least squares.

    Examples
    --------
    >>> x = np.array([230.0, 240.0, 250.0])
    >>> round(line_slope(x, 0.03 * x - 7, np.array([1.0, 2.0, 1.0])), 6)
    0.03
    """
    away = x - weight @ x / weight.sum()
    return float((weight * away) @ eta / ((weight * away) @ away))


def level_at(x: Array, slope: float, share: Array, rate: float) -> float:
    """Return a so that a + slope * x, as rates, averages to `rate` over a group's scores.

    Examples
    --------
    >>> round(level_at(np.array([240.0]), 0.03, np.array([1.0]), 0.5), 6)
    -7.2
    """
    middle = float(logit(rate)) - slope * float(share @ x)

    def miss(level: float) -> float:
        return float(share @ expit(level + slope * x)) - rate

    return float(brentq(miss, middle - _FARTHEST, middle + _FARTHEST, xtol=1e-12))


def weighted_curve(slope: TiltRate) -> tuple[Array, Array, Array]:
    """Return scores inside the printed extremes, the logit there, and what each score counts."""
    grid, rate = slope.grid_, slope.base_rate_
    low, high = slope.extremes_ or (grid[0], grid[-1])
    inside = (grid >= low) & (grid <= high)
    share = rate * slope.density_matched_ + (1 - rate) * slope.density_not_matched_
    at = slope.predict_rate(grid[inside])
    return grid[inside], logit(at), share[inside] * at * (1 - at)


def curve_variance(slope: TiltRate, points: Array) -> Array:
    """Variance of a curve's logit, less that of its base rate, which is counted elsewhere."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        limits = np.clip(slope.predict_interval(points, 0.5), 1e-15, 1 - 1e-15)
    half = (logit(limits[:, 1]) - logit(limits[:, 0])) / 2
    base = 1 / (slope.base_n_ * slope.base_rate_ * (1 - slope.base_rate_))
    result: Array = np.maximum(0.0, (half / norm.ppf(0.75)) ** 2 - base)
    return result
