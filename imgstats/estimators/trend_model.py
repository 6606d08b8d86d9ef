"""Mathematics of `TrendRate`: a level that takes steps from year to year, seen with noise."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logsumexp

from imgstats.errors import WorkError
from imgstats.estimators.pooled_model import mixture_quantile, spread_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["Ahead", "forecast"]

_NODES = 48
_STATSMODELS_NAMES = {True: "rwdrift", False: "rwalk"}


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


def forecast(logits: Array, noise: Array, steps: int, new_noise: float, *, drift: bool) -> Ahead:
    """Forecast the logit of the years after the last.

    statsmodels' random walk, with or without drift, with the sampling variance of each year
    known from its counts. The size of the steps is not known for sure: each is weighted by its
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
        If statsmodels warns or fails.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return _forecast(logits, noise, steps, new_noise, drift=drift)
    except (Warning, np.linalg.LinAlgError, ValueError) as e:
        raise WorkError(f"the trend could not be fitted: {e}", todo="check the yearly rates") from e


def _forecast(logits: Array, noise: Array, steps: int, new_noise: float, *, drift: bool) -> Ahead:
    seen = logits[np.isfinite(logits)]
    scale = float(np.std(np.diff(seen)) + np.sqrt(np.nanmean(noise)) + 1e-3)
    size, width = spread_grid(scale, _NODES)
    model = _model(logits, noise, steps, drift=drift)
    rows = [_run(model, float(each), len(logits), steps) for each in size]
    log_weight = np.array([row[0] for row in rows]) + np.log(width)
    variance = np.array([row[2] for row in rows]) + new_noise
    return Ahead(
        weight=np.exp(log_weight - logsumexp(log_weight)),
        step=size,
        mean=np.array([row[1] for row in rows]),
        sd=np.sqrt(variance),
        drift=np.array([row[3] for row in rows]),
    )


def _model(logits: Array, noise: Array, steps: int, *, drift: bool) -> Any:  # noqa: ANN401
    """Return statsmodels' model of the years seen and, as missing ones, those ahead."""
    from statsmodels.tsa.statespace.structural import UnobservedComponents

    seen = np.concatenate([logits, np.full(steps, np.nan)])
    known = np.concatenate([noise, np.zeros(steps)])
    model = UnobservedComponents(seen, _STATSMODELS_NAMES[drift], use_exact_diffuse=True)
    model.ssm["obs_cov"] = np.where(np.isfinite(known), known, 0.0)[None, None, :]
    return model


def _run(model: Any, size: float, years: int, steps: int) -> tuple[float, Array, Array, float]:  # noqa: ANN401
    """Return log likelihood, level and its variance in the years ahead, and the drift."""
    model.update(np.array([size**2]))
    found = model.ssm.filter()
    ahead = slice(years, years + steps)
    level, spread = found.predicted_state[0, ahead], found.predicted_state_cov[0, 0, ahead]
    drift = float(found.predicted_state[1, -1]) if found.k_states > 1 else 0.0
    return float(np.sum(found.llf_obs)), level, spread, drift
