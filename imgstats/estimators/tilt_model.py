"""The exponential tilt of two score distributions, and its fit to printed digits.

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

from imgstats.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.estimators.digits_model import Digits

    Array = NDArray[np.float64]

__all__ = ["LEAST_LOGGED", "Design", "Fit", "densities", "fit", "natural_spline", "tilt_basis"]

# Counts from 1 on have a logarithm; a nought is put below the first rank.
LEAST_LOGGED = 0.5
# A rising tilt has its knots from -2 to 2 spreads.
RISING_REACH = 2.0
_MOST_ITERATIONS = 200
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
    if len(knots) < 3:
        return np.empty((len(z), 0))
    last = knots[-1]

    def slope(knot: float) -> Array:
        above = np.clip(z - knot, 0, None) ** 3 - np.clip(z - last, 0, None) ** 3
        result: Array = above / (last - knot)
        return result

    reference = slope(knots[-2])
    return np.column_stack([slope(knot) - reference for knot in knots[:-2]])


def tilt_basis(z: Array, size: int, *, rising: bool) -> Array:
    """Return the basis of t: powers of z, or integrals of hats that only rise, shape (n, size).

    Weighted by positive numbers the integrals add up to a rising curve with a continuous slope
    (I-splines of degree 2, Ramsay 1988, doi:10.1214/ss/1177012761).

    Examples
    --------
    >>> tilt_basis(np.array([0.0, 2.0]), 2, rising=False)
    array([[0., 0.],
           [2., 4.]])
    """
    if not rising:
        return np.column_stack([z**power for power in range(1, size + 1)])
    knots = np.linspace(-RISING_REACH, RISING_REACH, size)
    gap = knots[1] - knots[0]

    def ramp(knot: float) -> Array:
        """Integral of a step at the knot, smoothed over one gap."""
        inside = np.clip(z - knot, 0, gap)
        result: Array = inside**2 / (2 * gap) + np.clip(z - knot - gap, 0, None)
        return result

    hats = [ramp(knot - gap) - ramp(knot) for knot in knots]
    # Beyond the outer knots the slope stays what it is there.
    hats[0] = z + RISING_REACH - ramp(knots[0])
    hats[-1] = ramp(knots[-2])
    return np.column_stack(hats)


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Grid, bases and prior of one fit.

    Attributes
    ----------
    grid : ndarray, shape (g,)
        Whole scores of the scale.
    log_scale : bool
        Whether z is standardised on log x.
    center, spread : float
        Of the standardisation z = (x - center) / spread, in the unit of x or of log x.
    ends : (float, float)
        Lowest and highest printed score, in z: the tilt is flat outside.
    base : ndarray, shape (g, b)
        Basis of h beyond -z^2 / 2.
    offset : ndarray, shape (g,)
        What h is before any coefficient: -z^2 / 2, and -log x on a log scale.
    tilt : ndarray, shape (g, k)
        Basis of t.
    rising : bool
        Whether t is a rising spline: then its weights are the exponentials of the coefficients.
    precision : ndarray, shape (b + k,)
        Prior precision of each coefficient; 0 for none.
    prior_mean : ndarray, shape (b + k,)
        Prior mean of each coefficient.
    """

    grid: Array
    log_scale: bool
    center: float
    spread: float
    ends: tuple[float, float]
    base: Array
    offset: Array
    tilt: Array
    rising: bool
    precision: Array
    prior_mean: Array

    def z(self, x: Array) -> Array:
        """Standardise values of the measure."""
        scaled = np.log(np.maximum(x, LEAST_LOGGED)) if self.log_scale else x
        result: Array = (scaled - self.center) / self.spread
        return result

    def tilt_at(self, z: Array) -> Array:
        """Return the basis of t at z, flat outside the printed extremes, shape (n, k)."""
        return tilt_basis(np.clip(z, *self.ends), self.tilt.shape[1], rising=self.rising)

    def weights(self, theta: Array) -> Array:
        """Return the weights of the basis of t, shape (k,)."""
        found = theta[self.base.shape[1] :]
        return np.asarray(np.exp(found)) if self.rising else found

    def tilt_slopes(self, basis: Array, theta: Array) -> Array:
        """Return the derivative of t by its coefficients where its basis is given."""
        return basis * self.weights(theta) if self.rising else basis

    def columns(self, theta: Array) -> tuple[Array, Array]:
        """Return the derivatives of both log densities by the coefficients, shape (g, b + k)."""
        half = self.tilt_slopes(self.tilt, theta) / 2
        return np.hstack([self.base, half]), np.hstack([self.base, -half])


def densities(theta: Array, design: Design) -> tuple[tuple[Array, Array], tuple[float, float]]:
    """Return both densities on the grid and the logarithms of Z1 and Z0."""
    n_base = design.base.shape[1]
    shared = design.offset + design.base @ theta[:n_base]
    half = design.tilt @ design.weights(theta) / 2
    found = [_normalised(exponent) for exponent in (shared + half, shared - half)]
    return (found[0][0], found[1][0]), (found[0][1], found[1][1])


def _normalised(exponent: Array) -> tuple[Array, float]:
    """Return exp(exponent) scaled to sum 1, and the logarithm of what it summed to."""
    top = float(exponent.max())
    weights = np.exp(exponent - top)
    total = float(weights.sum())
    return weights / total, top + float(np.log(total))


def _normal_equations(both: tuple[Digits, Digits], prior: Array) -> tuple[Array, Array, float, int]:
    """Return information with prior, the digits' gradient, their misfit and their number."""
    information, gradient = prior.copy(), np.zeros(len(prior))
    chi2, total = 0.0, 0
    for each in both:
        weighted = np.linalg.solve(each.covariance, each.jacobian)
        information += each.jacobian.T @ weighted
        gradient += weighted.T @ each.residuals
        chi2 += float(each.residuals @ np.linalg.solve(each.covariance, each.residuals))
        total += len(each.residuals)
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


def fit(
    design: Design,
    compare: Callable[[Array], tuple[Digits, Digits]],
    start: Array | None = None,
    tolerance: float = 1e-9,
    patience: int = _PATIENCE,
) -> Fit:
    """Maximise the Gaussian likelihood of the printed digits times the prior by Gauss-Newton.

    Parameters
    ----------
    design : Design
        Grid, bases and prior.
    compare : callable
        Returns both outcomes' `Digits` at given coefficients.
    start : ndarray, optional
        Coefficients to start from. Default: none but the offset.
    tolerance : float
        Length of the step at which the coefficients have settled.
    patience : int
        Steps after which a step is halved, and halved again: those that go to and fro settle.

    Raises
    ------
    WorkError
        If the steps do not settle.
    """
    theta = design.prior_mean.copy() if start is None else start
    prior = np.diag(design.precision)
    for iteration in range(1, _MOST_ITERATIONS + 1):
        try:
            information, gradient, chi2, total = _normal_equations(compare(theta), prior)
            gradient += prior @ (theta - design.prior_mean)
            step = np.linalg.solve(information, gradient)
        except np.linalg.LinAlgError:
            break
        longest = float(np.abs(step).max())
        if longest < tolerance:
            return Fit(
                theta=theta,
                covariance=np.asarray(np.linalg.inv(information), dtype=np.float64),
                chi2=chi2,
                n_digits=total,
                n_iter=iteration,
            )
        # Long steps are cut; steps that go to and fro are halved again and again.
        theta = theta - step / max(1.0, longest) * 0.5 ** (iteration // patience)
    raise WorkError(
        f"the fit did not settle in {_MOST_ITERATIONS} steps",
        todo="check the table's digits: matched and not matched may hardly overlap",
    )
