"""Mathematics of `PooledRate`: kin that share a mean and a spread on the logit scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, log_expit, logsumexp

from imgstats.errors import WorkError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = [
    "Pooled",
    "Posterior",
    "logits",
    "pool",
    "posterior",
    "spread_grid",
    "without_zeros",
]

_NODES = 64
# Means within this many standard errors of the normal stand-in's, and how many of them.
_FARTHEST_MEAN = 5.0
_MEANS = 17
_HERMITE = 9
_NEWTON_STEPS = 8
# Differences of log posterior probability beyond this are left out.
_NEGLIGIBLE = 25.0
# Components that together hold less than about this are dropped after the exact weighing.
_TOO_LIGHT = 1e-9
_MOST_ITERATIONS = 500
_TOLERANCE = 1e-9
# The estimating equation of Paule and Mandel, which is of the size of the number of kin.
_SETTLED = 1e-6


def without_zeros(matched: Array, not_matched: Array, continuity: float) -> tuple[Array, Array]:
    """Add `continuity` to both counts of each table that has a 0, and to no other.

    Examples
    --------
    >>> without_zeros(np.array([30.0, 0.0]), np.array([10.0, 4.0]), 0.5)
    (array([30. ,  0.5]), array([10. ,  4.5]))
    """
    add = np.where((matched == 0) | (not_matched == 0), continuity, 0.0)
    return matched + add, not_matched + add


def logits(matched: Array, not_matched: Array) -> tuple[Array, Array]:
    """Return the logit of each rate and its sampling variance, each of shape (k,).

    Examples
    --------
    >>> logits(np.array([30.0]), np.array([10.0]))[0].round(3)
    array([1.099])
    """
    return np.log(matched / not_matched), 1 / matched + 1 / not_matched


@dataclass(frozen=True, slots=True, kw_only=True)
class Pooled:
    """The kin's common mean and spread.

    Attributes
    ----------
    mu, mu_se : float
        Mean of the kin on the logit scale and its standard error.
    tau2 : float
        Variance between kin on the logit scale.
    q : float
        Cochran's Q: weighted squares around the common mean.
    i2 : float
        Part of Q above what sampling explains, a fraction.
    weights : ndarray, shape (k,)
        Share of each member in the mean.
    """

    mu: float
    mu_se: float
    tau2: float
    q: float
    i2: float
    weights: Array


def pool(effect: Array, variance: Array, method: str) -> Pooled:
    """Pool by statsmodels' `combine_effects`.

    A spread that would be negative is 0; the common mean is then that without random effects.

    Parameters
    ----------
    effect, variance : ndarray, shape (k,)
        Logits and their sampling variances.
    method : {"pm", "dl"}
        Paule and Mandel, or DerSimonian and Laird.

    Raises
    ------
    WorkError
        If the iteration of Paule and Mandel does not settle.
    """
    from statsmodels.stats.meta_analysis import combine_effects

    options = {"atol": _TOLERANCE, "maxiter": _MOST_ITERATIONS} if method == "pm" else {}
    with np.errstate(all="ignore"):  # a negative spread has no random-effects weights
        found = combine_effects(effect, variance, method_re=method, **options)
    tau2 = float(found.tau2)
    if method == "pm" and not tau2 <= 0:
        _check_settled(effect, variance, tau2)
    kind = "re" if tau2 > 0 else "fe"
    q = float(found.q)
    return Pooled(
        mu=float(getattr(found, f"mean_effect_{kind}")),
        mu_se=float(getattr(found, f"sd_eff_w_{kind}")),
        tau2=max(0.0, tau2),
        q=q,
        i2=max(0.0, 1 - (len(effect) - 1) / q) if q > 0 else 0.0,
        weights=np.asarray(getattr(found, f"weights_rel_{kind}"), dtype=np.float64),
    )


def _check_settled(effect: Array, variance: Array, tau2: float) -> None:
    weight = 1 / (variance + tau2)
    mean = weight @ effect / weight.sum()
    miss = float(weight @ (effect - mean) ** 2) - (len(effect) - 1)
    if not abs(miss) < _SETTLED:
        raise WorkError(
            f"Paule and Mandel's spread did not settle in {_MOST_ITERATIONS} steps",
            todo="use method dl",
        )


def spread_grid(scale: float, nodes: int = _NODES) -> tuple[Array, Array]:
    """Return spreads from 0 to infinity and their widths, densest around `scale`.

    Gauss-Legendre nodes u in 0 to 1, with tau = scale * u / (1 - u).

    Examples
    --------
    >>> tau, width = spread_grid(0.5)
    >>> round(float((np.exp(-tau) * width).sum()), 6)
    1.0
    """
    x, w = np.polynomial.legendre.leggauss(nodes)
    u, du = (x + 1) / 2, w / 2
    return scale * u / (1 - u), scale * du / (1 - u) ** 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Posterior:
    """What the kin say of each member, as mixtures of normals on the logit scale.

    A component is a possible pair of the kin's mean and spread.

    Attributes
    ----------
    weight : ndarray, shape (c,)
        Posterior probability of each component; they add up to 1.
    mu, new_sd : ndarray, shape (c,)
        Mean of the kin, and standard deviation of a new member's logit around it.
    mean, sd : ndarray, shape (c, k)
        Mean and standard deviation of each member's logit given the component.
    lean : ndarray, shape (k,)
        How much of the way from its own logit to the kin's mean a member goes, 0 to 1.
    """

    weight: Array
    mu: Array
    new_sd: Array
    mean: Array
    sd: Array
    lean: Array


def posterior(matched: Array, not_matched: Array, tau2: float) -> Posterior:
    """Return each member's logit, given all kin.

    The likelihood of the counts is binomial, not its normal stand-in, which is too narrow where
    counts are small. Flat priors on the kin's mean and on the spread tau itself (not on tau
    squared): with three kin the posterior is proper.

    Parameters
    ----------
    matched, not_matched : ndarray, shape (k,)
        Counts above 0, a continuity correction already added.
    tau2 : float
        A first estimate of tau squared, which only says where the grid is dense.

    References
    ----------
    Gelman A. Prior distributions for variance parameters in hierarchical models. Bayesian Analysis
    2006;1:515-534. doi:10.1214/06-BA117A
    """
    effect, variance = logits(matched, not_matched)
    mu, tau, step, log_width = _components(effect, variance, tau2)
    log_likelihood, mean, sd = _members(matched, not_matched, mu, tau)
    log_weight = log_likelihood.sum(axis=1) + log_width
    weight = np.exp(log_weight - logsumexp(log_weight))
    kept = weight > _TOO_LIGHT
    weight, mu, tau, step = weight[kept] / weight[kept].sum(), mu[kept], tau[kept], step[kept]
    lean = variance / (variance + tau[:, None] ** 2)
    return Posterior(
        weight=weight,
        mu=mu,
        # Each mean stands for the cell of the grid around it.
        new_sd=np.sqrt(tau**2 + step**2 / 12),
        mean=mean[kept],
        sd=np.sqrt(sd[kept] ** 2 + (lean * step[:, None]) ** 2 / 12),
        lean=weight @ lean,
    )


def _components(effect: Array, variance: Array, tau2: float) -> tuple[Array, Array, Array, Array]:
    """Return mean, spread, distance to the next mean and log area of each cell of the grid.

    Cells that the normal stand-in finds next to impossible are left out.
    """
    typical = len(effect) / float((1 / variance).sum())
    tau, width = spread_grid(float(np.sqrt(tau2 + typical)))
    total = variance + tau[:, None] ** 2
    mu_variance = 1 / (1 / total).sum(axis=1)
    center = mu_variance * ((1 / total) @ effect)
    misfit = ((effect - center[:, None]) ** 2 / total).sum(axis=1)
    log_density = (-np.log(total).sum(axis=1) - misfit)[:, None] / 2
    away = np.linspace(-_FARTHEST_MEAN, _FARTHEST_MEAN, _MEANS)
    mu = center[:, None] + np.sqrt(mu_variance)[:, None] * away
    log_density = log_density - away**2 / 2
    step = np.sqrt(mu_variance) * (away[1] - away[0])
    log_area = np.log(width) + np.log(step)
    log_mass = log_density + log_area[:, None]
    kept = log_mass > log_mass.max() - _NEGLIGIBLE
    tau, step, log_area = (
        np.broadcast_to(each[:, None], mu.shape)[kept] for each in (tau, step, log_area)
    )
    return mu[kept], tau, step, log_area


def _members(
    matched: Array, not_matched: Array, mu: Array, tau: Array
) -> tuple[Array, Array, Array]:
    """Return log likelihood, mean and sd of each member's logit, each of shape (c, k).

    Gauss-Hermite nodes around the most likely logit, which Newton's steps find.
    """
    effect, variance = logits(matched, not_matched)
    n, mu, precision = matched + not_matched, mu[:, None], 1 / tau[:, None] ** 2
    lean = variance / (variance + tau[:, None] ** 2)
    center = (1 - lean) * effect + lean * mu
    for _ in range(_NEWTON_STEPS):
        rate = expit(center)
        slope = matched - n * rate - (center - mu) * precision
        center = center + np.clip(slope / (n * rate * (1 - rate) + precision), -1.0, 1.0)
    rate = expit(center)
    spread = 1 / np.sqrt(n * rate * (1 - rate) + precision)
    x, w = np.polynomial.hermite_e.hermegauss(_HERMITE)
    top = matched * effect + n * log_expit(-effect)
    theta = center + spread * x[:, None, None]
    logs = matched * theta + n * log_expit(-theta) - top - (theta - mu) ** 2 * precision / 2
    logs += (x**2 / 2 + np.log(w))[:, None, None]
    highest = logs.max(axis=0)
    share = np.exp(logs - highest)
    total = share.sum(axis=0)
    first = np.einsum("i,ijk->jk", x, share) / total
    away = (x[:, None, None] - first) ** 2
    sd = spread * np.sqrt((share * away).sum(axis=0) / total)
    log_likelihood = highest + np.log(total) + np.log(spread) + np.log(precision) / 2
    return log_likelihood, center + spread * first, sd
