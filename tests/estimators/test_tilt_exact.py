"""`TiltRate` against the exact probability of the printed order statistics.

The estimator replaces that probability by a normal one. Here both are maximised with the same
prior, for tables of order statistics only, and the curves are compared. Means and sds have no
such closed form and are not part of it.
"""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.special import expit, logit

from imgstats.estimators import TiltRate, tilt_model
from imgstats.estimators.tilt_design import make_design, polynomial
from imgstats.tables import OutcomeSummary, Summary
from tests.estimators.exact import log_probability

QUARTILES = {
    "matched": {"q1": 240, "median": 251, "q3": 259},
    "not_matched": {"q1": 233, "median": 243, "q3": 253},
}
EXTREMES = {"matched": {"min": 212, "max": 282}, "not_matched": {"min": 210, "max": 277}}
RIDGE = (0.3, 0.1)
SCORES = np.array([220, 230, 240, 250, 260, 270])


def _table(n_matched: int, n_not_matched: int, *, extremes: bool) -> OutcomeSummary:
    more = EXTREMES if extremes else {"matched": {}, "not_matched": {}}
    return OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=n_matched, **QUARTILES["matched"], **more["matched"]),
        not_matched=Summary(n=n_not_matched, **QUARTILES["not_matched"], **more["not_matched"]),
        scale=(209, 300),
    )


def _exact_rates(table: OutcomeSummary, start: np.ndarray) -> np.ndarray:
    """Return the rates at SCORES where the exact posterior is highest."""
    design = make_design(table, polynomial(3, RIDGE))

    def loss(theta: np.ndarray) -> float:
        both, _ = tilt_model.densities(theta[None], design)
        exact = sum(
            log_probability(density[0], design.cells.grid, side)
            for density, side in zip(both, (table.matched, table.not_matched), strict=True)
        )
        return float(-exact + theta @ (design.precision[0] * theta) / 2)

    theta = minimize(loss, start, method="BFGS", options={"gtol": 1e-3}).x
    _, log_z = tilt_model.densities(theta[None], design)
    tilt = design.tilt_at((SCORES - design.center) / design.spread) @ theta[-3:]
    return np.asarray(expit(logit(table.base_rate) + tilt - log_z[0] + log_z[1]))


def _start(table: OutcomeSummary) -> np.ndarray:
    """Return a poor but possible start, so that the answer is not handed over."""
    design = make_design(table, polynomial(3, RIDGE))
    theta = np.zeros(len(design.prior_mean))
    theta[-3] = 0.3
    return theta


@pytest.mark.slow
@pytest.mark.parametrize(("n", "extremes"), [((161, 241), False), ((401, 601), False),
                                             ((401, 601), True)])  # fmt: skip
def test_the_normal_likelihood_gives_the_exact_curve(n, extremes):
    table = _table(*n, extremes=extremes)
    exact = _exact_rates(table, _start(table))
    # The design allows 0.01; 0.003 was found.
    np.testing.assert_allclose(
        TiltRate(degree=3, ridge=RIDGE).fit(table).predict_rate(SCORES), exact, atol=0.006
    )


def test_the_exact_probability_is_that_of_counting_all_samples():
    grid, density = np.array([0.0, 1.0, 2.0]), np.array([0.2, 0.5, 0.3])
    samples = [tuple(sorted(each)) for each in product(range(3), repeat=5)]
    weights = [float(np.prod(density[list(each)])) for each in samples]
    for printed in set(samples):
        summary = Summary(n=5, **dict(zip(("min", "q1", "median", "q3", "max"), printed,
                                          strict=True)))  # fmt: skip
        counted = sum(w for each, w in zip(samples, weights, strict=True) if each == printed)
        assert np.exp(log_probability(density, grid, summary)) == pytest.approx(counted)
