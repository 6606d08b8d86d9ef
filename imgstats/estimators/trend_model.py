"""Mathematics of yearly forecasts: a level that takes steps, seen with noise; or the last year."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import logsumexp, stdtrit

from imgstats.errors import WorkError
from imgstats.estimators.mixture import mixture_quantile
from imgstats.estimators.pooled_model import spread_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Ahead", "LastYear", "forecast", "last_year"]

_NODES = 48


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """Forecasts of the logit as mixtures of normals; a component is a possible size of step.

    Attributes
    ----------
    weight : ndarray, shape (g,)
        Posterior probability of each size of step; they add up to 1.
    step : ndarray, shape (g,)
        Standard deviation of the yearly step on the logit scale.
    mean, sd : ndarray, shape (g, s)
        Mean and standard deviation of the logit 1, ..., s years ahead.
    drift : ndarray, shape (g,)
        Mean yearly change, 0 without drift.
    """

    weight: Array
    step: Array
    mean: Array
    sd: Array
    drift: Array

    def quantile(self, probability: float) -> Array:
        """Return a quantile of the logit of each year ahead, shape (s,)."""
        return mixture_quantile(self.mean, self.sd, self.weight, probability)


@dataclass(frozen=True, slots=True, kw_only=True)
class LastYear:
    """Forecasts that stay at the last figure, with limits from past changes.

    Attributes
    ----------
    value : float
        The last figure on its scale (logit, or logarithm of a count).
    change : float
        Root mean square of past yearly changes.
    degrees : int
        Number of past changes, the degrees of freedom of Student's t.
    steps : int
        Years ahead.
    """

    value: float
    change: float
    degrees: int
    steps: int

    def quantile(self, probability: float) -> Array:
        """Return a quantile of each year ahead, shape (s,): the changes add up as a walk's do."""
        reach = float(stdtrit(self.degrees, probability)) * self.change
        result: Array = self.value + reach * np.sqrt(np.arange(1, self.steps + 1))
        return result


def last_year(logits: Array, noise: Array, steps: int, new_noise: float) -> LastYear:
    """Forecast that the years after the last are like it.

    A change over some missing years counts as one by its root. Changes are no smaller than the
    sampling of two years alone makes them: printed figures that happen to agree prove no calm.

    Parameters are those of `forecast`.

    Examples
    --------
    >>> found = last_year(np.array([0.0, 0.3, 0.1]), np.zeros(3), 1, 0.0)
    >>> round(found.change, 3), found.quantile(0.5).round(2), found.quantile(0.975).round(2)
    (0.255, array([0.1]), array([1.2]))
    """
    seen = np.flatnonzero(np.isfinite(logits))
    changes = np.diff(logits[seen]) / np.sqrt(np.diff(seen))
    least = float(np.mean(noise[seen])) + new_noise
    change = max(float(np.mean(changes**2)), least) ** 0.5
    return LastYear(
        value=float(logits[seen[-1]]),
        change=change,
        degrees=len(changes),
        steps=steps,
    )


def forecast(logits: Array, noise: Array, steps: int, new_noise: float, *, drift: bool) -> Ahead:
    """Forecast the logit of the years after the last.

    A random walk, with or without drift, with the sampling variance of each year known from its
    counts. The size of the steps is not known for sure: each is weighted by its
    (diffuse) likelihood, with a flat prior on its standard deviation.

    Parameters
    ----------
    logits, noise : ndarray, shape (t,)
        Logit of each year's rate and its sampling variance, NaN in both for a missing year.
    steps : int
        Years ahead.
    new_noise : float
        Sampling variance of the years ahead.
    drift : bool
        Whether the level has a constant yearly change.

    Raises
    ------
    WorkError
        If the arithmetic warns or fails.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _forecast(logits, noise, steps, new_noise, drift=drift)
    except (Warning, np.linalg.LinAlgError, ValueError) as e:
        raise WorkError(f"the trend could not be fitted: {e}", todo="check the yearly rates") from e


def _forecast(logits: Array, noise: Array, steps: int, new_noise: float, *, drift: bool) -> Ahead:
    """Return the forecast in closed form, for all sizes of step at once.

    Given the size, the years are normal with a diffuse level and drift: generalised least squares
    with the covariance of a random walk. The tests hold it to statsmodels' state-space filter,
    which takes some twenty times as long.
    """
    seen = np.flatnonzero(np.isfinite(logits))
    y, known = logits[seen], noise[seen]
    scale = float(np.std(np.diff(y)) + np.sqrt(np.mean(known)) + 1e-3)
    size, width = spread_grid(scale, _NODES)
    walk = size[:, None, None] ** 2
    ahead = len(logits) - 1 + np.arange(1, steps + 1)
    design, design_ahead = _trend_design(seen, drift=drift), _trend_design(ahead, drift=drift)
    # The constant is taken up by the diffuse level; without it a year without noise is singular.
    covariance = walk * np.minimum.outer(seen, seen) + np.diag(known) + 1.0
    across = walk * np.minimum.outer(ahead, seen) + 1.0
    solved = np.linalg.solve(covariance, np.column_stack([design, y])[None])
    by_design, by_y = solved[..., :-1], solved[..., -1]
    information = design.T @ by_design
    effect = np.linalg.solve(information, (by_y @ design)[..., None])[..., 0]
    residual = y - effect @ design.T
    weighted = by_y - np.einsum("gij,gj->gi", by_design, effect)
    log_likelihood = -0.5 * (
        np.linalg.slogdet(covariance)[1]
        + np.linalg.slogdet(information)[1]
        + np.einsum("gi,gi->g", residual, weighted)
    )
    unexplained = design_ahead - np.einsum("gsi,gij->gsj", across, by_design)
    variance = (
        size[:, None] ** 2 * ahead
        + 1.0
        - np.einsum("gsi,gis->gs", across, np.linalg.solve(covariance, across.swapaxes(1, 2)))
        + np.einsum("gsi,gij,gsj->gs", unexplained, np.linalg.inv(information), unexplained)
        + new_noise
    )
    log_weight = log_likelihood + np.log(width)
    return Ahead(
        weight=np.exp(log_weight - logsumexp(log_weight)),
        step=size,
        mean=effect @ design_ahead.T + np.einsum("gsi,gi->gs", across, weighted),
        sd=np.sqrt(variance),
        drift=np.asarray(effect[:, 1] if drift else np.zeros(len(size)), dtype=np.float64),
    )


def _trend_design(years: NDArray[np.intp], *, drift: bool) -> Array:
    """Return a column of ones and, with drift, one of years."""
    ones = np.ones(len(years))
    return np.column_stack([ones, years]) if drift else ones[:, None]
