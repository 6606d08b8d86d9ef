"""The spread of differences against the same worked out by hand in spread_reference.py."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from imgstats.curves.inputs import gap_pairs
from imgstats.estimators.transported_spread import leave_one_out, spread_of

REFERENCE = json.loads(Path(__file__).with_name("spread_reference.json").read_text("utf-8"))
# Simpson's rule and halving: 1e-9 was found.
NEAR = 1e-7


@pytest.mark.parametrize("name", REFERENCE)
def test_spread_limits_and_intervals_left_out(name):
    case = REFERENCE[name]
    table = case["differences"], case["variances"]
    found = spread_of(*table, case["level"])
    expected = [case["estimate"], case["low"], case["high"]]
    np.testing.assert_allclose([found.estimate, found.low, found.high], expected, NEAR, NEAR)
    if case["halves"]:
        np.testing.assert_allclose(leave_one_out(*table, case["level"]), case["halves"], NEAR, NEAR)


def test_the_pair_of_the_shipped_tables_is_the_one_worked_out(tables):
    (pair,) = gap_pairs(tables, "us_img", "non_us_img")
    case = REFERENCE["anesthesiology, 0.95"]
    found = [pair.difference, pair.variance]
    np.testing.assert_allclose(found, [case["differences"][0], case["variances"][0]])
