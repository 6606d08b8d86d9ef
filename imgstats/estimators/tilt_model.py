"""The exponential tilt of two score distributions, and its fit to printed digits.

Plain functions on arrays and small frozen records; `TiltRate` prepares their input and keeps
their output.

On the values of a measure with z = (x - center) / spread::

    matched(x)     ~ exp{h(z) + t(z) / 2}
    not matched(x) ~ exp{h(z) - t(z) / 2}

h is -z^2 / 2 plus a natural cubic spline, t a tilt without constant. Hence
``logit rate(x) = logit(base rate) + t(z) - log Z1 + log Z0``.

Several priors of one design are fitted at once, as the rows of one array: t fits of k coefficients
on g scores.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.estimators.cells import Cells
    from imgstats.estimators.digits_model import Digits

    Array = NDArray[np.float64]

__all__ = ["LEAST_LOGGED", "Design", "Fit", "densities", "fit"]

# Counts from 1 on have a logarithm; a nought is put below the first rank.
LEAST_LOGGED = 0.5
_MOST_ITERATIONS = 200
_PATIENCE = 60
# A step that does not bring the digits nearer is halved, so often at most.
_MOST_HALVINGS = 10
_ROUNDING = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Grid, bases and priors of t fits to one table.

    Attributes
    ----------
    cells : Cells
        Values of the scale, g cells.
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
    basis : callable
        Returns the basis of t at z, shape (n, k).
    tilt : ndarray, shape (g, k)
        Basis of t on the grid.
    rising : bool
        Whether the weights of the basis of t are the exponentials of the coefficients.
    precision : ndarray, shape (t, b + k)
        Prior precision of each coefficient; 0 for none.
    prior_mean : ndarray, shape (b + k,)
        Prior mean of each coefficient.
    steady : (ndarray, ndarray) or None
        What `columns` returns, where it does not depend on the coefficients.
    """

    cells: Cells
    log_scale: bool
    center: float
    spread: float
    ends: tuple[float, float]
    base: Array
    offset: Array
    basis: Callable[[Array], Array]
    tilt: Array
    rising: bool
    precision: Array
    prior_mean: Array
    steady: tuple[Array, Array] | None = None

    def z(self, x: Array) -> Array:
        """Standardise values of the measure."""
        scaled = np.log(np.maximum(x, LEAST_LOGGED)) if self.log_scale else x
        result: Array = (scaled - self.center) / self.spread
        return result

    def unscaled_ends(self) -> tuple[float, float]:
        """Return the ends in the measure's unit."""
        low, high = (self.center + each * self.spread for each in self.ends)
        if self.log_scale:
            low, high = np.exp(low), np.exp(high)
        return round(float(low), 6), round(float(high), 6)

    def tilt_at(self, z: Array) -> Array:
        """Return the basis of t at z, flat outside the printed extremes, shape (n, k)."""
        return self.basis(np.clip(z, *self.ends))

    def weights(self, theta: Array) -> Array:
        """Return the weights of the basis of t, shape (t, k)."""
        found = theta[:, self.base.shape[1] :]
        return np.asarray(np.exp(found)) if self.rising else found

    def tilt_slopes(self, basis: Array, theta: Array) -> Array:
        """Return the derivative of t by its coefficients, shape (t, n, k); (1, n, k) for all."""
        return basis * self.weights(theta)[:, None] if self.rising else basis[None]

    def columns(self, theta: Array) -> tuple[Array, Array]:
        """Return the derivatives of both log densities, shape (t, g, b + k) or (1, g, b + k)."""
        if self.steady is not None:
            return self.steady
        half = self.tilt_slopes(self.tilt, theta) / 2
        base = np.broadcast_to(self.base, (len(half), *self.base.shape))
        return np.concatenate([base, half], axis=2), np.concatenate([base, -half], axis=2)


def densities(theta: Array, design: Design) -> tuple[tuple[Array, Array], tuple[Array, Array]]:
    """Return both densities on the grid, shape (t, g), and the logarithms of Z1 and Z0."""
    n_base = design.base.shape[1]
    shared = design.offset + theta[:, :n_base] @ design.base.T
    half = design.weights(theta) @ design.tilt.T / 2
    found = [_normalised(exponent) for exponent in (shared + half, shared - half)]
    return (found[0][0], found[1][0]), (found[0][1], found[1][1])


def _normalised(exponent: Array) -> tuple[Array, Array]:
    """Return exp(exponent) scaled to sum 1, and the logarithm of what it summed to."""
    top = exponent.max(axis=1)
    weights = np.exp(exponent - top[:, None])
    total = weights.sum(axis=1)
    return weights / total[:, None], top + np.log(total)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What `fit` found, an entry for each prior whose fit settled.

    Attributes
    ----------
    settled : ndarray of int, shape (t,)
        Which priors of the design these are.
    theta : ndarray, shape (t, b + k)
        Coefficients of h, then of t.
    covariance : ndarray, shape (t, b + k, b + k)
        Inverse of information plus prior precision.
    chi2 : ndarray, shape (t,)
        Residuals in units of their covariance, summed over both outcomes, without the prior.
    log_evidence : ndarray, shape (t,)
        Logarithm of the marginal likelihood by Laplace, up to a constant; a prior that is none
        counts as 1.
    n_digits : int
        Number of printed digits that were used.
    n_iter : int
        Gauss-Newton steps taken.
    """

    settled: NDArray[np.intp]
    theta: Array
    covariance: Array
    chi2: Array
    log_evidence: Array
    n_digits: int
    n_iter: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """What the digits say at some coefficients, and what a step from there needs."""

    inverses: tuple[Array, ...]
    information: Array
    gradient: Array
    chi2: Array
    log_volume: Array
    n_digits: int


def _place(both: tuple[Digits, Digits], prior: Array, away: Array) -> _Place:
    """Return the normal equations with a prior whose mean lies `away` from the coefficients."""
    information = prior[:, :, None] * np.eye(prior.shape[1])
    gradient, inverses = prior * away, []
    chi2, log_volume = np.zeros(len(prior)), np.zeros(len(prior))
    for each in both:
        inverse = _inverse(each.covariance)
        turned = each.jacobian.swapaxes(1, 2) @ inverse
        information += turned @ each.jacobian
        gradient += (turned @ each.residuals[:, :, None])[:, :, 0]
        chi2 += _squares(each.residuals, inverse)
        log_volume += np.linalg.slogdet(each.covariance)[1]
        inverses.append(inverse)
    return _Place(
        inverses=tuple(inverses),
        information=information,
        gradient=gradient,
        chi2=chi2,
        log_volume=log_volume,
        n_digits=sum(each.residuals.shape[1] for each in both),
    )


def _inverse(matrices: Array) -> Array:
    return np.asarray(np.linalg.inv(matrices), dtype=np.float64)


def _squares(residuals: Array, inverse: Array) -> Array:
    result: Array = ((residuals[:, None] @ inverse)[:, 0] * residuals).sum(axis=1)
    return result


def fit(
    design: Design,
    compare: Callable[[Array], tuple[Digits, Digits]],
    start: Array | None = None,
    tolerance: float = 1e-9,
    patience: int = _PATIENCE,
    tell: Callable[[tuple[Digits, Digits]], str] | None = None,
) -> Fit:
    """Maximise the Gaussian likelihood of the printed digits times each prior by Gauss-Newton.

    Parameters
    ----------
    design : Design
        Grid, bases and priors.
    compare : callable
        Returns both outcomes' `Digits` at given coefficients, shape (t, b + k).
    start : ndarray, shape (t, b + k), optional
        Coefficients to start from. Default: the priors' means.
    tolerance : float
        Length of the step at which the coefficients have settled.
    patience : int
        Steps after which a step is halved, and halved again: those that go to and fro settle.
    tell : callable, optional
        Returns words on digits that no fit came near, for the error.

    Raises
    ------
    WorkError
        If the steps of no prior settle.
    """
    prior = design.precision
    theta = np.tile(design.prior_mean, (len(prior), 1)) if start is None else start
    both = compare(theta)
    try:
        for iteration in range(1, _MOST_ITERATIONS + 1):
            place = _place(both, prior, theta - design.prior_mean)
            found = np.linalg.solve(place.information, place.gradient[:, :, None])
            step = np.asarray(found[:, :, 0], dtype=np.float64)
            longest = np.abs(step).max(axis=1)
            settled = longest < tolerance
            if settled.all() or (iteration == _MOST_ITERATIONS and settled.any()):
                return _found(theta, place, design, iteration, np.flatnonzero(settled))
            # Long steps are cut; steps that go to and fro are halved again and again.
            step *= (0.5 ** (iteration // patience) / np.maximum(1.0, longest))[:, None]
            theta, both = _nearer(theta, step, place, design, compare)
    except np.linalg.LinAlgError:
        pass
    raise WorkError(
        f"the fit did not settle in {_MOST_ITERATIONS} steps{'' if tell is None else tell(both)}",
        todo="check the table's digits: matched and not matched may hardly overlap",
    )


def _nearer(
    theta: Array,
    step: Array,
    place: _Place,
    design: Design,
    compare: Callable[[Array], tuple[Digits, Digits]],
) -> tuple[Array, tuple[Digits, Digits]]:
    """Take the steps, each halved until it brings the digits nearer, with the digits there.

    Nearer in units of the covariance where the step starts: that is what Gauss and Newton lower.
    """
    here = place.chi2 + _penalty(theta, design)
    limit = here + _ROUNDING * (1 + here)
    for _ in range(_MOST_HALVINGS):
        tried = theta - step
        both = compare(tried)
        there = _penalty(tried, design)
        for each, inverse in zip(both, place.inverses, strict=True):
            there = there + _squares(each.residuals, inverse)
        farther = ~(there <= limit)
        if not farther.any():
            break
        step = np.where(farther[:, None], step / 2, step)
    return tried, both


def _penalty(theta: Array, design: Design) -> Array:
    result: Array = (design.precision * (theta - design.prior_mean) ** 2).sum(axis=1)
    return result


def _found(
    theta: Array, place: _Place, design: Design, n_iter: int, settled: NDArray[np.intp]
) -> Fit:
    """Return the fits that settled, each with its evidence by Laplace."""
    prior = design.precision
    log_prior = np.log(np.where(prior > 0, prior, 1.0)).sum(axis=1)
    misfit = place.chi2 + _penalty(theta, design) + place.log_volume
    log_evidence = (log_prior - misfit - np.linalg.slogdet(place.information)[1]) / 2
    return Fit(
        settled=settled,
        theta=theta[settled],
        covariance=_inverse(place.information[settled]),
        chi2=place.chi2[settled],
        log_evidence=log_evidence[settled],
        n_digits=place.n_digits,
        n_iter=n_iter,
    )
