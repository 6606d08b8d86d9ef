"""The misfit diagnostic and the printing of samples."""

import numpy as np
import pytest

from imgstats import PublishedTables, TiltRate
from imgstats.errors import InputError
from imgstats.estimators.misfit import misfit_p, print_digits
from imgstats.tables import Rounding

ALL = ("min", "q1", "median", "q3", "max", "mean", "sd")


@pytest.fixture(scope="module")
def table():
    return PublishedTables().outcome_summary(group="non_us_img", year="2026")


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 101, 1000])
def test_printed_digits_are_those_of_the_sorted_sample(n):
    random = np.random.default_rng(n)
    grid = np.arange(209.0, 301.0)
    values = np.sort(random.choice(grid, n))
    counts = np.array([(values == x).sum() for x in grid])
    printed = print_digits(counts, grid, ALL, Rounding())
    assert printed.min == values[0]
    assert printed.max == values[-1]
    assert printed.median == np.median(values)
    assert printed.q1 == values[int(np.ceil(n / 4)) - 1]
    assert printed.q3 == values[int(np.ceil(3 * n / 4)) - 1]
    assert printed.mean == np.floor(values.mean() + 0.5)


def test_a_unit_of_nought_prints_exactly():
    printed = print_digits(np.array([1, 2]), np.array([1.0, 2.0]), ("mean",), Rounding(mean=0))
    assert printed.mean == pytest.approx(5 / 3)


def test_the_same_seed_gives_the_same_p(table):
    fitted = TiltRate().fit(table)
    assert misfit_p(fitted, n_refits=20, seed=3) == misfit_p(fitted, n_refits=20, seed=3)


def test_the_digits_speak_against_a_straight_line(table):
    assert misfit_p(TiltRate(degree=1).fit(table), n_refits=300) < 0.05
    assert misfit_p(TiltRate().fit(table), n_refits=300) > 0.02


def test_p_of_a_true_model_is_not_small_too_often():
    # Digits drawn from a fitted curve: the p of the same curve must be spread over 0 to 1.
    fitted = TiltRate(degree=1).fit(
        PublishedTables().outcome_summary(group="non_us_img", year="2026", specialty="Neurology")
    )
    random = np.random.default_rng(1)
    from imgstats.estimators.misfit import _sample_table

    found = [
        misfit_p(TiltRate(degree=1).fit(_sample_table(fitted, random)), n_refits=40, seed=i)
        for i in range(25)
    ]
    assert np.mean(np.array(found) < 0.05) <= 0.2
    assert 0.25 < np.mean(found) < 0.75


def test_no_refit_is_refused(table):
    with pytest.raises(InputError, match="n_refits is 0"):
        misfit_p(TiltRate().fit(table), n_refits=0)
