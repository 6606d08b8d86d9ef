"""The spread between pairs of tables: when it decides, and what is taken when it does not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from imgstats.errors import InputError, TableError
from imgstats.estimators.transported_spread import leave_one_out, spread_of
from imgstats.tables import CountTable
from imgstats.tables.unsaid.gaps import JUDGED_TAU, GapPair

DIFFERENCES = st.lists(st.floats(-3, 3), min_size=1, max_size=12)
CLEAR = [0.8, -0.9, 0.7, -0.75, 1.0, 0.85, -0.8, 0.9, -1.1, 0.7]


@settings(max_examples=40, deadline=None)
@given(DIFFERENCES, st.floats(0.001, 1))
def test_with_equal_noise_the_estimate_is_the_mean_square_less_the_noise(differences, noise):
    found = spread_of(differences, [noise] * len(differences))
    expected = max(0.0, np.mean(np.square(differences)) - noise)
    assert found.estimate**2 == pytest.approx(expected, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(DIFFERENCES, st.floats(0.001, 1), st.floats(0.1, 10))
def test_another_unit_scales_the_spread(differences, noise, unit):
    noises = [noise * (i + 1) for i in range(len(differences))]
    found = spread_of(differences, noises)
    scaled = spread_of(np.multiply(differences, unit), np.multiply(noises, unit**2))
    for name in ("estimate", "low", "high"):
        assert getattr(scaled, name) == pytest.approx(unit * getattr(found, name), abs=2e-6)


@settings(max_examples=40, deadline=None)
@given(DIFFERENCES, st.floats(0.001, 1))
def test_limits_hold_the_estimate_and_order_and_sign_do_not_matter(differences, noise):
    noises = [noise * (i + 1) for i in range(len(differences))]
    found = spread_of(differences, noises)
    assert found.low <= found.estimate <= found.high
    again = spread_of([-each for each in differences[::-1]], noises[::-1])
    assert (again.estimate, again.high) == pytest.approx((found.estimate, found.high), abs=1e-7)


@settings(max_examples=40, deadline=None)
@given(DIFFERENCES, st.floats(0.001, 1))
def test_less_than_the_judgement_is_used_only_where_the_tables_decide(differences, noise):
    found = spread_of(differences, [noise] * len(differences))
    assert found.used >= JUDGED_TAU or found.high <= 2 * found.estimate
    assert found.used >= found.estimate


def test_one_pair_never_decides_however_clear():
    found = spread_of([0.2], [1e-6])
    assert not found.decides
    assert found.used == JUDGED_TAU
    assert spread_of([2.0], [1e-6]).used == pytest.approx(2.0, abs=1e-3)


def test_ten_clear_pairs_decide_even_for_less_than_the_judgement():
    small = np.multiply(CLEAR, 0.2)
    found = spread_of(small, [1e-4] * 10)
    assert found.decides
    assert found.used == found.estimate < JUDGED_TAU


def test_noise_alone_decides_nothing():
    found = spread_of([0.1, -0.1, 0.05] * 6, [0.2] * 18)
    assert (found.estimate, found.decides, found.used) == (0.0, False, JUDGED_TAU)


@pytest.mark.slow
@pytest.mark.parametrize("true", [0.0, 0.5])
def test_limits_hold_the_true_spread_and_intervals_a_new_difference(true):
    random = np.random.default_rng(20260401)
    noise = random.uniform(0.01, 0.2, 12)
    held, foretold = [], []
    for _ in range(300):
        differences = true * random.standard_normal(12) + np.sqrt(noise) * random.standard_normal(
            12
        )
        found = spread_of(differences, noise)
        held.append(found.low <= true <= found.high)
        foretold.append(np.mean(np.abs(differences) < leave_one_out(differences, noise)))
    # Three standard errors of 300 tables; at 0 the lower limit is met and nothing else can miss.
    assert np.mean(held) >= 0.95 - 3 * np.sqrt(0.95 * 0.05 / 300)
    assert np.mean(foretold) == pytest.approx(0.96, abs=0.03)


@pytest.mark.parametrize(
    ("differences", "variances"),
    [([], []), ([0.1], [0.1, 0.2]), ([0.1], [0.0]), ([np.nan], [0.1]), ([0.1], [np.inf])],
)
def test_what_is_no_difference_is_refused(differences, variances):
    with pytest.raises(TableError):
        spread_of(differences, variances)


def test_two_differences_leave_too_few():
    with pytest.raises(TableError, match="3 or more"):
        leave_one_out([0.1, 0.2], [0.1, 0.1])


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_out_of_range_is_refused(level):
    with pytest.raises(InputError, match="level"):
        spread_of([0.1], [0.1], level)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 5000), min_size=8, max_size=8))
def test_exchanging_the_groups_turns_the_difference_round(cells):
    assume(all(cells))
    a, b, c, d = (
        CountTable(matched=one, not_matched=other)
        for one, other in zip(cells[::2], cells[1::2], strict=True)
    )
    pair = GapPair(own=a, kin=b, own_specific=c, kin_specific=d)
    turned = GapPair(own=b, kin=a, own_specific=d, kin_specific=c)
    assert pair.difference == pytest.approx(-turned.difference)
    assert pair.variance == pytest.approx(sum(1 / each for each in cells)) == turned.variance
