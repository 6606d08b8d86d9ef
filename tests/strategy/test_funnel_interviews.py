"""Interviews as distributions: exact against brute force, and what each choice promises."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.stats import binom, gamma

from imgstats import PublishedTables
from imgstats.errors import InputError, TableError
from imgstats.strategy.funnel.interviews import (
    CHOICES,
    ProgramList,
    interview_counts,
    level_nodes,
    poisson_binomial,
    quantile_of,
)

RATES = st.lists(st.floats(0, 1), max_size=9)


def _printed(group="non_us_img"):
    rows = PublishedTables().rows("interview_concentration", applicant_group=group)
    name = "programs_with_the_highest_rate"
    return (
        {row[name]: row["expected_interviews_if_one_applied_to_all_of_them"] for row in rows},
        {row[name]: row["lowest_rate_among_them_pct"] / 100 for row in rows},
    )


@pytest.fixture(scope="module")
def programs():
    return ProgramList.from_printed(*_printed())


def _by_all_outcomes(rates):
    """Return the distribution by adding up every outcome of every trial."""
    hits = np.array(list(product((0, 1), repeat=len(rates))), dtype=int)
    shares = np.where(hits == 1, rates, 1 - np.array(rates)).prod(axis=1)
    return np.bincount(hits.sum(axis=1), shares, len(rates) + 1)


@given(RATES)
def test_the_distribution_is_that_of_all_outcomes(rates):
    np.testing.assert_allclose(
        poisson_binomial(np.array(rates)), _by_all_outcomes(rates), atol=1e-12
    )


def test_many_trials_agree_with_convolution_and_with_the_binomial():
    rates = np.random.default_rng(3).random(500) * 0.2
    slow = np.ones(1)
    for rate in rates:
        slow = np.convolve(slow, [1 - rate, rate])
    np.testing.assert_allclose(poisson_binomial(rates), slow, atol=1e-12)
    same = poisson_binomial(np.array([0.5]), np.array([301]))
    np.testing.assert_allclose(same, binom.pmf(np.arange(302), 301, 0.5), atol=1e-11)


# Rates of programs are far from 1, where the sum over levels needs more of them.
@given(st.lists(st.floats(0, 0.6), max_size=9), st.floats(0, 1.5))
def test_a_spread_moves_no_average(rates, spread):
    counts = interview_counts(np.array(rates), spread)
    assert counts.sum() == pytest.approx(1)
    assert counts @ np.arange(len(counts)) == pytest.approx(sum(rates), abs=1e-4)


@pytest.mark.parametrize("spread", [0.2, 0.5, 1.0, 1.5])
def test_the_sum_over_levels_is_the_integral(programs, spread):
    rates = programs.highest(77)
    shape, variance = 1 / spread**2, spread**2
    hazards = ((1 - rates) ** -variance - 1) / variance
    value = np.minimum(np.arange(78), 5) / 5

    def at(level):
        here = poisson_binomial(1 - np.exp(-hazards * level))
        return gamma.pdf(level, shape, scale=variance) * (here @ value)

    cuts = gamma.ppf([1e-9, 0.01, 0.1, 0.5, 0.9, 0.999, 1 - 1e-10], shape, scale=variance)
    whole = sum(quad(at, low, high, limit=100)[0] for low, high in pairwise(cuts))
    assert interview_counts(rates, spread) @ value == pytest.approx(whole, abs=1e-4)


def test_without_a_spread_all_are_alike():
    levels, weights = level_nodes(0)
    assert (levels.tolist(), weights.tolist()) == ([1], [1])
    rates = np.array([0.1, 0.4, 1.0])
    np.testing.assert_allclose(interview_counts(rates, 0), _by_all_outcomes(rates), atol=1e-12)


def test_a_wider_spread_leaves_more_without_an_interview(programs):
    none = [interview_counts(programs.even(77), each)[0] for each in (0, 0.5, 1.0, 1.5)]
    assert none == sorted(none)
    # No interview of independent programs: the product of those who say no.
    assert none[0] == pytest.approx(np.prod(1 - programs.even(77)))


def test_both_choices_have_the_printed_sums(programs):
    printed, _ = _printed()
    for n, interviews in printed.items():
        assert programs.highest(n).sum() == pytest.approx(interviews)
        assert programs.even(n).sum() == pytest.approx(n * printed[576] / 576)
    np.testing.assert_allclose(programs.even(576), programs.highest(576))
    # Of all 12.5 the last 176 give 0.6: 12.5 less the 11.9 of the first 400.
    assert programs.highest(576)[400:].sum() == pytest.approx(0.6)


@pytest.mark.parametrize("choice", CHOICES)
def test_more_programs_bring_more(programs, choice):
    sums = [programs.chosen(choice, n).sum() for n in range(577)]
    assert (np.diff(sums) >= 0).all()
    assert sums[0] == 0


def test_the_highest_rates_are_never_fewer_than_an_even_draw(programs):
    assert all(programs.highest(n).sum() >= programs.even(n).sum() - 1e-9 for n in range(0, 577, 9))


@pytest.mark.slow
def test_an_even_draw_is_like_a_draw_without_replacement(programs):
    rates, n = programs.highest(576), 77
    rng = np.random.default_rng(11)
    lists = rng.permuted(np.tile(rates, (20_000, 1)), axis=1)[:, :n]
    drawn = (rng.random(lists.shape) < lists).sum(axis=1)
    counts = interview_counts(programs.even(n), 0)
    numbers = np.arange(n + 1)
    mean = counts @ numbers
    assert np.mean(drawn) == pytest.approx(mean, abs=0.04)
    assert np.var(drawn) == pytest.approx(counts @ (numbers - mean) ** 2, rel=0.05)


def test_a_curve_through_the_lowest_rates_lies_little_above(programs):
    # By hand at 5 programs: 1.5 less 5 at 0.09 is 1.05, and the straight line gives 0.75.
    assert 1.5 - 5 * 0.09 - programs.highest(5).sum() == pytest.approx(0.3)
    assert 0.3 <= programs.most_above() < 0.6
    assert ProgramList.from_printed({2: 0.5}).most_above() == 0


@pytest.mark.parametrize("printed", [{}, {1: 1.5}, {10: 1.0, 20: 2.5}, {10: 1.0, 20: 0.5}], ids=str)
def test_sums_that_are_none_of_a_sorted_list_are_refused(printed):
    with pytest.raises(TableError, match="sums of rates"):
        ProgramList.from_printed(printed)


@pytest.mark.parametrize("n", [-1, 577, 3.5, True, "77"])
def test_numbers_of_programs_that_are_none(programs, n):
    with pytest.raises(InputError, match="0 to 576"):
        programs.highest(n)


def test_quantiles_are_the_lowest_numbers_that_reach_a_share():
    counts = np.array([0.05, 0.15, 0.6, 0.2])
    assert [quantile_of(counts, q) for q in (0.05, 0.051, 0.2, 0.5, 0.8, 0.81, 1)] == [
        0, 1, 1, 2, 2, 3, 3,
    ]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("spread", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("choice", CHOICES)
def test_the_middle_range_holds_simulated_applicants(programs, choice, spread):
    rates = programs.chosen(choice, 150)
    counts = interview_counts(rates, spread)
    low, high = quantile_of(counts, 0.05), quantile_of(counts, 0.95)
    rng = np.random.default_rng(20261130)
    people, variance = 20_000, spread**2
    if spread:
        levels = rng.gamma(1 / variance, variance, people)
        hazards = ((1 - rates) ** -variance - 1) / variance
    else:
        levels, hazards = np.ones(people), -np.log(1 - rates)
    met = 1 - np.exp(-levels[:, None] * hazards)
    interviews = (rng.random(met.shape) < met).sum(axis=1)
    inside = np.mean((interviews >= low) & (interviews <= high))
    exact = counts[low : high + 1].sum()
    assert inside >= 0.9 - 0.01
    assert inside == pytest.approx(exact, abs=0.01)
    np.testing.assert_allclose(interviews.mean(), rates.sum(), rtol=0.03)
