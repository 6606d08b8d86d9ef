"""How often the 95 % interval of `TiltRate` holds the truth, in a small simulation.

A smoke test with a fixed seed; the study behind the default has many more tables.
"""

from __future__ import annotations

import warnings

import numpy as np
import pytest

from imgstats.errors import ImgstatsWarning
from imgstats.estimators import TiltRate
from tests.estimators.printing import HIGH, LOW, simulate

GRID = np.arange(LOW, HIGH + 1).astype(float)
Z = (GRID - 246) / 14
SHARE = np.exp(-(Z**2) / 2) / np.exp(-(Z**2) / 2).sum()
TRUTHS = {"linear": -0.1 + 0.5 * Z, "quadratic": -0.5 + 0.45 * Z + 0.3 * Z**2}
APPLICANTS, TABLES, SEED = 1500, 60, 20260320


def _coverage(estimator: TiltRate, truth: str) -> float:
    """Return how much of the score distribution the interval covers, over all tables."""
    rng = np.random.default_rng(SEED)
    rate = 1 / (1 + np.exp(-TRUTHS[truth]))
    covered = []
    for _ in range(TABLES):
        table = simulate(rng, APPLICANTS, SHARE, TRUTHS[truth], GRID)
        with warnings.catch_warnings():
            # A line cannot print the digits of a bend: that it says so is tested elsewhere.
            warnings.simplefilter("ignore", ImgstatsWarning)
            limits = estimator.fit(table).predict_interval(GRID)
        covered.append(((limits[:, 0] <= rate) & (rate <= limits[:, 1])) @ SHARE)
    return float(np.mean(covered))


@pytest.mark.slow
@pytest.mark.parametrize("truth", TRUTHS)
def test_the_default_covers(truth):
    assert _coverage(TiltRate(), truth) >= 0.88


@pytest.mark.slow
def test_a_straight_line_covers_a_straight_line():
    assert _coverage(TiltRate(degree=1), "linear") >= 0.88


@pytest.mark.slow
def test_a_straight_line_does_not_cover_a_bend():
    assert _coverage(TiltRate(degree=1), "quadratic") < 0.6
