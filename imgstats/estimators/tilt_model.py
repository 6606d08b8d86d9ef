"""The exponential tilt of two score distributions, fitted to printed digits.

Plain functions on arrays and small frozen records; `TiltRate` prepares their input and keeps
their output.

On a grid of whole scores with z = (x - center) / spread::

    matched(x)     ~ exp{h(z) + t(z) / 2}
    not matched(x) ~ exp{h(z) - t(z) / 2}

h is -z^2 / 2 plus a natural cubic spline, t a polynomial without constant. Hence
``logit rate(x) = logit(base rate) + t(z) - log Z1 + log Z0``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, logsumexp, ndtri_exp

from imgstats.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.tables.summary import Rounding, Summary

    Array = NDArray[np.float64]

__all__ = ["Design", "Digits", "Fit", "densities", "digits", "fit", "natural_spline"]

_QUARTILES = {"q1": 0.25, "median": 0.50, "q3": 0.75}
# A normal score beyond 8 has a probability under 1e-15: nothing is learned from it, and its
# logarithms lose all their digits.
_LARGEST_NORMAL_SCORE = 8.0
_MOST_ITERATIONS = 200
_TOLERANCE = 1e-9
_PATIENCE = 60


def natural_spline(z: Array, knots: tuple[float, ...]) -> Array:
    """Return the non-linear part of a natural cubic spline basis, shape (len(z), len(knots) - 2).

    Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 2nd ed., eq. 5.4-5.5.

    Examples
    --------
    >>> natural_spline(np.array([-3.0, 3.0]), (-1.0, 0.0, 1.0)).round(1)
    array([[0.],
           [9.]])
    """
    if len(knots) < 3:  # noqa: PLR2004  two knots leave a straight line
        return np.empty((len(z), 0))
    last = knots[-1]

    def slope(knot: float) -> Array:
        above = np.clip(z - knot, 0, None) ** 3 - np.clip(z - last, 0, None) ** 3
        result: Array = above / (last - knot)
        return result

    reference = slope(knots[-2])
    return np.column_stack([slope(knot) - reference for knot in knots[:-2]])


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Grid, bases and prior of one fit.

    Attributes
    ----------
    grid : ndarray, shape (g,)
        Whole scores of the scale.
    center, spread : float
        Of the standardisation z = (x - center) / spread, in score units.
    ends : (float, float)
        Lowest and highest printed score, in z: the tilt is flat outside.
    base : ndarray, shape (g, b)
        Basis of h beyond -z^2 / 2.
    tilt : ndarray, shape (g, k)
        Basis of t.
    precision : ndarray, shape (b + k,)
        Prior precision of each coefficient; 0 for none.
    """

    grid: Array
    center: float
    spread: float
    ends: tuple[float, float]
    base: Array
    tilt: Array
    precision: Array

    @property
    def z(self) -> Array:
        """Standardised grid, shape (g,)."""
        result: Array = (self.grid - self.center) / self.spread
        return result

    def tilt_at(self, z: Array) -> Array:
        """Return the basis of t at z, flat outside the printed extremes, shape (n, k)."""
        inside = np.clip(z, *self.ends)
        return np.column_stack([inside**power for power in range(1, self.tilt.shape[1] + 1)])

    def columns(self, side: float) -> Array:
        """Return the basis of a log density; side is +1/2 matched, -1/2 not matched."""
        return np.hstack([self.base, side * self.tilt])


SIDES = (0.5, -0.5)


def densities(theta: Array, design: Design) -> tuple[tuple[Array, Array], tuple[float, float]]:
    """Return both densities on the grid and the logarithms of Z1 and Z0."""
    exponents = [-(design.z**2) / 2 + design.columns(side) @ theta for side in SIDES]
    log_z = [float(logsumexp(each)) for each in exponents]
    first, second = (np.exp(each - total) for each, total in zip(exponents, log_z, strict=True))
    return (first, second), (log_z[0], log_z[1])


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """What one outcome's printed digits ask of its density.

    Attributes
    ----------
    names : tuple of str
        Printed fields, without those a density can not miss.
    printed : ndarray, shape (d,)
        The printed values.
    residuals : ndarray, shape (d,)
        Fitted minus printed: cdf units for quartiles, score units for mean and sd, normal scores
        for extremes.
    covariance : ndarray, shape (d, d)
        Of the residuals: sampling plus rounding.
    jacobian : ndarray, shape (d, b + k)
        Derivative of the residuals by the coefficients.
    """

    names: tuple[str, ...]
    printed: Array
    residuals: Array
    covariance: Array
    jacobian: Array


def digits(
    density: Array, grid: Array, columns: Array, summary: Summary, rounding: Rounding
) -> Digits:
    """Compare a density with the printed digits of one outcome.

    A quartile is an order statistic of whole scores, so the middle of the cdf's step at the
    printed value is compared with 1/4, 1/2 or 3/4; the step's height enters as rounding. An
    extreme enters as the normal score of the middle of its own distribution's step.
    """
    centred = columns - density @ columns
    names, values, targets, influence, spread = _smooth(density, grid, summary, rounding)
    extremes = [name for name in ("min", "max") if summary.value(name) is not None]
    residuals = [value - target for value, target in zip(values, targets, strict=True)]
    rows = [(density * (each - density @ each)) @ centred for each in influence]
    for name in extremes:
        score, row = _extreme(density, grid, centred, summary, name)
        residuals.append(score)
        rows.append(row)
    total = len(names) + len(extremes)
    covariance = np.eye(total)
    if influence:
        psi = np.array(influence)
        psi = psi - (psi @ density)[:, None]
        smooth = (psi * density) @ psi.T / float(summary.n or 1) + np.diag(spread)
        covariance[: len(names), : len(names)] = smooth
    everything = (*names, *extremes)
    return Digits(
        names=everything,
        printed=np.array([summary.value(name) for name in everything], dtype=np.float64),
        residuals=np.array(residuals),
        covariance=covariance,
        jacobian=np.array(rows).reshape(total, columns.shape[1]),
    )


def _smooth(
    density: Array, grid: Array, summary: Summary, rounding: Rounding
) -> tuple[list[str], list[float], list[float], list[Array], list[float]]:
    """Return names, fitted values, targets, influence functions and rounding variances."""
    names: list[str] = []
    values: list[float] = []
    targets: list[float] = []
    influence: list[Array] = []
    spread: list[float] = []

    def add(name: str, value: float, target: float, psi: Array, variance: float) -> None:
        names.append(name)
        values.append(value)
        targets.append(target)
        influence.append(psi)
        spread.append(variance)

    for name, printed, share in _distinct_quartiles(summary):
        below = (grid < printed) + 0.5 * (grid == printed)
        # A sample's own steps are no finer than one person.
        step = float(density[grid == printed].sum()) + 1 / float(summary.n or 1)
        add(name, float(density @ below), share, below, step**2 / 12)
    mean = float(density @ grid)
    variance = float(density @ (grid - mean) ** 2)
    sd = float(np.sqrt(variance))
    if summary.mean is not None:
        add("mean", mean, summary.mean, grid, rounding.mean**2 / 12)
    if summary.sd is not None:
        psi = ((grid - mean) ** 2 - variance) / (2 * sd)
        add("sd", sd, summary.sd, psi, rounding.sd**2 / 12)
    return names, values, targets, influence, spread


def _distinct_quartiles(summary: Summary) -> list[tuple[str, float, float]]:
    """Return name, value and share of each quartile, tied ones as one at their shares' middle.

    Tied quartiles are one fact: the value's step spans all of their shares.
    """
    found: dict[float, list[str]] = {}
    for name in _QUARTILES:
        printed = summary.value(name)
        if printed is not None:
            found.setdefault(printed, []).append(name)
    return [
        (names[0], printed, sum(_QUARTILES[name] for name in (names[0], names[-1])) / 2)
        for printed, names in found.items()
    ]


def _extreme(
    density: Array, grid: Array, centred: Array, summary: Summary, name: str
) -> tuple[float, Array]:
    """Return the normal score of a printed extreme and its derivative by the coefficients."""
    printed, n = float(summary.value(name) or 0.0), float(summary.n or 1)
    at_or_beyond = grid >= printed if name == "max" else grid <= printed
    beyond = grid > printed if name == "max" else grid < printed
    inner, outer = (float(density[mask].sum()) for mask in (at_or_beyond, beyond))
    # Nobody of n beyond the extreme, or nobody at it either: the step of the extreme's own cdf.
    logs = [n * np.log1p(-min(tail, 1 - 1e-15)) for tail in (outer, inner)]
    log_u = float(np.logaddexp(*logs)) - np.log(2)
    limit = float(log_ndtr(-_LARGEST_NORMAL_SCORE))
    log_u = float(np.clip(log_u, limit, -np.exp(limit)))
    score = float(ndtri_exp(log_u))
    slopes = [
        -n * np.exp(log - np.log1p(-min(t, 1 - 1e-15)))
        for log, t in zip(logs, (outer, inner), strict=True)
    ]
    change = 0.5 * (
        slopes[0] * ((density * beyond) @ centred)
        + slopes[1] * ((density * at_or_beyond) @ centred)
    )
    height = np.exp(-(score**2) / 2) / np.sqrt(2 * np.pi)
    return score, change / height


def _normal_equations(both: tuple[Digits, Digits], prior: Array) -> tuple[Array, Array, float, int]:
    """Return information with prior, the digits' gradient, their misfit and their number."""
    information, gradient = prior.copy(), np.zeros(len(prior))
    chi2, total = 0.0, 0
    for each in both:
        weighted = np.linalg.solve(each.covariance, each.jacobian)
        information += each.jacobian.T @ weighted
        gradient += weighted.T @ each.residuals
        chi2 += float(each.residuals @ np.linalg.solve(each.covariance, each.residuals))
        total += len(each.names)
    return information, gradient, chi2, total


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What `fit` found.

    Attributes
    ----------
    theta : ndarray, shape (b + k,)
        Coefficients of h, then of t.
    covariance : ndarray, shape (b + k, b + k)
        Inverse of information plus prior precision.
    chi2 : float
        Residuals in units of their covariance, summed over both outcomes, without the prior.
    n_digits : int
        Number of printed digits that were used.
    n_iter : int
        Gauss-Newton steps taken.
    """

    theta: Array
    covariance: Array
    chi2: float
    n_digits: int
    n_iter: int


def fit(design: Design, compare: Callable[[Array], tuple[Digits, Digits]]) -> Fit:
    """Maximise the Gaussian likelihood of the printed digits times the prior by Gauss-Newton.

    Parameters
    ----------
    design : Design
        Grid, bases and prior.
    compare : callable
        Returns both outcomes' `Digits` at given coefficients.

    Raises
    ------
    WorkError
        If the steps do not settle.
    """
    theta = np.zeros(len(design.precision))
    prior = np.diag(design.precision)
    for iteration in range(1, _MOST_ITERATIONS + 1):
        try:
            information, gradient, chi2, total = _normal_equations(compare(theta), prior)
            gradient += prior @ theta
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            break
        longest = float(np.abs(step).max())
        if longest < _TOLERANCE:
            return Fit(
                theta=theta,
                covariance=np.asarray(np.linalg.inv(information), dtype=np.float64),
                chi2=chi2,
                n_digits=total,
                n_iter=iteration,
            )
        # Long steps are cut; steps that go to and fro are halved again and again.
        theta = theta - step / max(1.0, longest) * 0.5 ** (iteration // _PATIENCE)
    raise WorkError(
        f"the fit did not settle in {_MOST_ITERATIONS} steps",
        todo="check the table's digits: they may contradict each other",
    )
