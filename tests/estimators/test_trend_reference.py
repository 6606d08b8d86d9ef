"""`TrendRate`'s closed form against statsmodels' state-space filter."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import logsumexp
from statsmodels.tsa.statespace.structural import UnobservedComponents

from imgstats.estimators import trend_model
from imgstats.estimators.pooled_model import spread_grid

NAMES = {True: "rwdrift", False: "rwalk"}


def _by_statsmodels(logits, noise, steps, new_noise, *, drift):
    seen = logits[np.isfinite(logits)]
    scale = float(np.std(np.diff(seen)) + np.sqrt(np.nanmean(noise)) + 1e-3)
    size, width = spread_grid(scale, trend_model._NODES)
    padded = np.concatenate([logits, np.full(steps, np.nan)])
    known = np.concatenate([noise, np.zeros(steps)])
    model = UnobservedComponents(padded, NAMES[drift], use_exact_diffuse=True)
    model.ssm["obs_cov"] = np.where(np.isfinite(known), known, 0.0)[None, None, :]
    ahead = slice(len(logits), len(logits) + steps)
    weights, means, variances, drifts = [], [], [], []
    for each in size:
        model.update(np.array([each**2]))
        found = model.ssm.filter()
        weights.append(float(np.sum(found.llf_obs)))
        means.append(found.predicted_state[0, ahead])
        variances.append(found.predicted_state_cov[0, 0, ahead] + new_noise)
        drifts.append(found.predicted_state[1, -1] if found.k_states > 1 else 0.0)
    log_weight = np.array(weights) + np.log(width)
    return trend_model.Ahead(
        weight=np.exp(log_weight - logsumexp(log_weight)),
        step=size,
        mean=np.array(means),
        sd=np.sqrt(np.array(variances)),
        drift=np.array(drifts),
    )


@pytest.mark.parametrize("drift", [True, False])
@pytest.mark.parametrize("missing", [(), (3,), (2, 7)])
@pytest.mark.parametrize("seed", range(4))
def test_the_closed_form_is_the_filter(drift, missing, seed):
    random = np.random.default_rng(seed)
    logits = np.cumsum(random.normal(0.02, 0.1, 14))
    noise = random.uniform(1e-4, 1e-2, 14)
    for year in missing:
        logits[year] = noise[year] = np.nan
    mine = trend_model.forecast(logits, noise, 3, 0.001, drift=drift)
    other = _by_statsmodels(logits, noise, 3, 0.001, drift=drift)
    for name in ("weight", "mean", "sd", "drift"):
        np.testing.assert_allclose(getattr(mine, name), getattr(other, name), rtol=1e-6, atol=1e-8)
    for probability in (0.025, 0.5, 0.975):
        np.testing.assert_allclose(
            mine.quantile(probability), other.quantile(probability), atol=1e-8
        )


def test_years_counted_without_doubt_are_followed_exactly():
    logits = np.array([0.0, 0.1, 0.3, 0.2, 0.4, 0.5, 0.45])
    mine = trend_model.forecast(logits, np.zeros(7), 1, 0.0, drift=True)
    other = _by_statsmodels(logits, np.zeros(7), 1, 0.0, drift=True)
    np.testing.assert_allclose(mine.quantile(0.5), other.quantile(0.5), atol=1e-7)
