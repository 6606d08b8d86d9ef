"""How far a carried gap may be off: the spread between pairs of tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import brentq
from scipy.stats import chi2
from scipy.stats import t as student

from imgstats.errors import TableError
from imgstats.levels import LEVEL, check_level
from imgstats.tables.unsaid.gaps import Spread

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]

__all__ = ["leave_one_out", "spread_of"]

_FEWEST_LEFT = 2


def spread_of(differences: ArrayLike, variances: ArrayLike, level: float = LEVEL) -> Spread:
    """Estimate the spread of true differences around 0 from differences with sampling variances.

    Parameters
    ----------
    differences, variances : array_like of float, shape (k,)
        Logits and logits squared; variances above 0.
    level : float
        Level of the limits, a fraction.

    Raises
    ------
    InputError
        If `level` is not between 0 and 1.
    TableError
        If there is no difference, or a number is not finite or a variance not above 0.

    Notes
    -----
    difference_i ~ N(0, tau² + variance_i). The mean is 0 and not free: a carried rate adds no
    mean difference, so one is part of what the spread has to hold. Q(tau²), the sum of
    difference² / (tau² + variance), is chi-squared with k degrees of freedom: tau is estimated
    where Q is k, and its limits are where Q is a quantile.

    References
    ----------
    Paule RC, Mandel J. Consensus values and weighting factors. Journal of Research of the National
    Bureau of Standards 1982;87:377-385. Viechtbauer W. Confidence intervals for the amount of
    heterogeneity in meta-analysis. Statistics in Medicine 2007;26:37-52.

    Examples
    --------
    >>> found = spread_of([0.3, -0.4, 0.5], [0.01, 0.01, 0.01])
    >>> round(found.estimate, 2), round(found.low, 2), round(found.high, 2), found.decides
    (0.4, 0.21, 1.52, False)
    """
    squares, noise = _checked(differences, variances)
    tail, k = (1 - check_level(level)) / 2, len(squares)
    estimate, low, high = (
        _tau_where(squares, noise, target)
        for target in (k, chi2.ppf(1 - tail, k), chi2.ppf(tail, k))
    )
    return Spread(estimate=estimate, low=low, high=high, pairs=k, level=level)


def leave_one_out(differences: ArrayLike, variances: ArrayLike, level: float = LEVEL) -> Array:
    """Foretell each difference from the spread of the others.

    Parameters
    ----------
    differences, variances : array_like of float, shape (k,)
        As `spread_of` takes them, at least three.
    level : float
        Level of the intervals, a fraction.

    Returns
    -------
    ndarray, shape (k,)
        Half the width of each interval around 0, logits; it held where the difference is smaller.
        Student's t with as many degrees of freedom as there are others.

    Raises
    ------
    InputError
        If `level` is not between 0 and 1.
    TableError
        If there are fewer than three, or a number is not allowed.

    Examples
    --------
    >>> leave_one_out([0.3, -0.4, 0.5], [0.01, 0.01, 0.01]).round(2)
    array([1.95, 1.77, 1.52])
    """
    squares, noise = _checked(differences, variances)
    others = len(squares) - 1
    if others < _FEWEST_LEFT:
        raise TableError(f"{len(squares)} differences", "3 or more to leave one out")
    reach = float(student.ppf(0.5 + check_level(level) / 2, others))
    taus = [
        _tau_where(np.delete(squares, i), np.delete(noise, i), others) for i in range(others + 1)
    ]
    result: Array = reach * np.sqrt(np.square(taus) + noise)
    return result


def _checked(differences: ArrayLike, variances: ArrayLike) -> tuple[Array, Array]:
    """Return squared differences and variances as arrays of one length."""
    found, noise = (np.atleast_1d(np.asarray(each, float)) for each in (differences, variances))
    if found.ndim != 1 or found.shape != noise.shape or not len(found):
        raise TableError(
            f"{found.size} differences and {noise.size} variances", "as many of both, 1 or more"
        )
    if not (np.isfinite(found) & np.isfinite(noise) & (noise > 0)).all():
        raise TableError("a difference or variance that is no number", "variances above 0")
    return found**2, noise


def _tau_where(squares: Array, noise: Array, target: float) -> float:
    """Return the spread at which Q is the target, 0 where it is less without any spread."""

    def above(tau2: float) -> float:
        return float(np.sum(squares / (tau2 + noise))) - target

    if above(0.0) <= 0:
        return 0.0
    # Q is under sum / tau², so it is under the target there.
    return float(np.sqrt(brentq(above, 0.0, squares.sum() / target, xtol=1e-14)))
