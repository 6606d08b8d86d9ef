"""The default of `TiltRate` and `RankListRate`: slopes that walk, over several sizes of bends."""

from __future__ import annotations

import warnings

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import nbinom, skewnorm

from imgstats import PublishedTables
from imgstats.errors import (
    ImgstatsWarning,
    InputError,
    MisfitWarning,
    RoundingWarning,
    TableError,
    WorkError,
)
from imgstats.estimators import RankListRate, TiltRate, tilt_model
from imgstats.estimators.cells import whole_cells
from imgstats.estimators.digits_model import compare, make_targets
from imgstats.estimators.misfit import print_digits
from imgstats.tables import OutcomeSummary, Rounding, Summary

SCORES = np.arange(209, 301.0)
Z = (SCORES - 246) / 14
NORMAL = np.exp(-(Z**2) / 2)
ALL = ("min", "q1", "median", "q3", "max", "mean", "sd")
QUARTILES = ("q1", "median", "q3")


def _drawn(random, share, rate, n, fields=ALL, *, grid=SCORES, measure="step2_ck", unit=1.0):
    everyone = random.multinomial(n, share / share.sum())
    matched = random.binomial(everyone, rate)
    rounding = Rounding(mean=unit, sd=unit, quartile=0)
    sides = [print_digits(each, grid, fields, rounding) for each in (matched, everyone - matched)]
    return OutcomeSummary(
        measure=measure, matched=sides[0], not_matched=sides[1], rounding=rounding
    )


def _coverage(estimator, share, rate, n, tables, fields=ALL, **how) -> float:
    """Return how much of the population the 95 % interval holds, over some tables."""
    random, grid = np.random.default_rng(20261130), how.get("grid", SCORES)
    held = []
    for _ in range(tables):
        table = _drawn(random, share, rate, n, fields, **how)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImgstatsWarning)
            limits = estimator.fit(table).predict_interval(grid)
        held.append(((limits[:, 0] <= rate) & (rate <= limits[:, 1])) @ (share / share.sum()))
    return float(np.mean(held))


def _table(**changes) -> OutcomeSummary:
    sides = {
        "matched": Summary(n=400, min=212, q1=240, median=251, q3=260, max=282, mean=250, sd=15),
        "not_matched": Summary(
            n=600, min=209, q1=230, median=241, q3=250, max=278, mean=240, sd=15
        ),
    }
    return OutcomeSummary(**({"measure": "step2_ck"} | sides | changes))


def test_the_sizes_of_bends_are_weighed():
    parts = TiltRate().fit(_table()).components_
    assert parts["bends"].tolist() == [0.1, 0.25, 0.5, 1.0, 2.0, 4.0]
    assert parts["weight"].sum() == pytest.approx(1)
    assert (parts["weight"] > 0).all()
    # A larger size may come nearer to the digits, never less near by much.
    assert parts["chi2"].is_monotonic_decreasing


def test_a_line_asks_for_small_bends_and_a_step_for_large_ones():
    random = np.random.default_rng(3)
    line = _drawn(random, NORMAL, expit(0.5 * Z), 20000)
    step = _drawn(random, NORMAL, np.where(SCORES < 240, 0.25, 0.55), 20000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MisfitWarning)
        found = [TiltRate().fit(each).components_ for each in (line, step)]
    middle = [each["weight"] @ np.log(each["bends"]) for each in found]
    assert middle[0] < np.log(0.5) < middle[1]


@pytest.mark.parametrize("level", [0.001, 0.5, 0.8, 0.95, 0.999999, np.float32(0.95)])
def test_the_rate_lies_in_its_interval_at_every_level(level):
    fitted = TiltRate().fit(_table())
    x = np.arange(212, 279)
    limits, rate = fitted.predict_interval(x, level), fitted.predict_rate(x)
    assert ((limits[:, 0] <= rate) & (rate <= limits[:, 1])).all()
    band = fitted.band_rates([(240, 249)], level).iloc[0]
    assert band["rate_low"] <= band["rate"] <= band["rate_high"]


def test_a_wider_level_holds_a_narrower_one():
    fitted = TiltRate().fit(_table())
    narrow, wide = (fitted.predict_interval([220, 250, 275], level) for level in (0.8, 0.99))
    assert (wide[:, 0] < narrow[:, 0]).all()
    assert (wide[:, 1] > narrow[:, 1]).all()


def test_the_densities_are_the_mixtures():
    fitted = TiltRate().fit(_table())
    for density in (fitted.density_matched_, fitted.density_not_matched_):
        assert density.sum() == pytest.approx(1)
    places = fitted.predict_percentile([245]).iloc[0]
    below = (fitted.grid_ < 245) + 0.5 * (fitted.grid_ == 245)
    assert places["matched"] == pytest.approx(below @ fitted.density_matched_, abs=0.003)
    assert places["matched_low"] < places["matched"] < places["matched_high"]


@pytest.mark.slow
def test_a_plateau_in_a_large_table_is_held():
    rate = expit(0.5 + np.minimum(Z - 0.3, 0))
    assert _coverage(TiltRate(), NORMAL, rate, 20000, 30) > 0.9
    assert _coverage(TiltRate(degree=3), NORMAL, rate, 20000, 30) < 0.85


@pytest.mark.slow
@pytest.mark.parametrize("skew", [-1.5, -4.0])
def test_skew_is_not_read_as_slope_where_only_quartiles_are_printed(skew):
    share = skewnorm.pdf(SCORES, skew, 262, 22)
    assert _coverage(TiltRate(), share, expit(0.5 * Z), 1500, 30, QUARTILES) > 0.93


@pytest.mark.slow
def test_counts_where_each_rank_is_one_more_try_are_held():
    grid = np.arange(1, 61.0)
    share, rate = nbinom.pmf(grid - 1, 1.0, 1 / 4.5), 1 - 0.8**grid
    how = {"grid": grid, "measure": "contiguous_ranks", "unit": 0.1}
    assert _coverage(RankListRate(), share, rate, 6992, 30, **how) > 0.93


# What does not fit says so


def test_a_curve_that_does_not_fit_names_the_digit():
    bend = _drawn(np.random.default_rng(1), NORMAL, expit(-0.5 + 0.45 * Z + 0.3 * Z**2), 5000)
    with pytest.warns(MisfitWarning, match=r"(not )?matched \w+ \d+ is \d\.\d of its standard"):
        TiltRate(degree=1).fit(bend)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TiltRate().fit(bend)


@pytest.mark.parametrize("specialty", ["Internal Medicine", "Neurology", "Family Medicine"])
def test_published_tables_fit_without_a_warning(specialty):
    table = PublishedTables().outcome_summary(group="non_us_img", year="2026", specialty=specialty)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TiltRate().fit(table)


def test_a_fit_that_does_not_settle_names_the_digit(monkeypatch):
    monkeypatch.setattr(tilt_model, "_MOST_ITERATIONS", 1)
    with pytest.raises(WorkError, match=r"farthest from the printed (not )?matched \w+ \d"):
        TiltRate().fit(_table())


def test_sizes_whose_fit_does_not_settle_are_left_out(monkeypatch):
    needed = TiltRate().fit(_table()).n_iter_
    monkeypatch.setattr(tilt_model, "_MOST_ITERATIONS", needed - 1)
    parts = TiltRate().fit(_table()).components_
    assert 0 < len(parts) < 6
    assert parts["weight"].sum() == pytest.approx(1)


def test_a_few_values_far_out_settle():
    # One value at 25 spreads: the steps go to and fro unless they are damped.
    table = _table(
        measure="a ratio in per cent",
        matched=Summary(n=2000, min=0, q1=27, median=32, q3=36, max=300, mean=32, sd=9),
        not_matched=Summary(n=300, min=0, q1=31, median=36, q3=42, max=256, mean=38, sd=18),
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", MisfitWarning)
        limits = TiltRate().fit(table).predict_interval([25, 35, 45])
    assert np.isfinite(limits).all()


@pytest.mark.parametrize(
    ("digits", "words"),
    [
        ({"q1": 520, "median": 570, "q3": 620}, "q1 is 520; step2_ck runs from 1 to 300"),
        ({"mean": 570, "sd": 60}, "mean is 570; step2_ck runs from 1 to 300"),
        ({"q1": 3, "median": 24.5, "q3": 301}, "q3 is 301; step2_ck"),
    ],
)
def test_a_table_of_another_exam_is_told_so(digits, words):
    with pytest.raises(TableError, match=f"matched {words}") as refused:
        TiltRate().fit(_table(matched=Summary(n=400, **digits)))
    assert "another exam" in str(refused.value)


def test_a_printed_minimum_of_nought_is_inside():
    table = OutcomeSummary(
        measure="publications",
        matched=Summary(n=500, min=0, q1=1, median=3, q3=6, max=60, mean=5.1, sd=6.2),
        not_matched=Summary(n=500, min=0, q1=0, median=2, q3=5, max=44, mean=4.2, sd=5.5),
    )
    fitted = RankListRate().fit(table)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        fitted.predict_rate([0])
    assert fitted.ends_[0] == 0


# Quartiles that are rounded

FIVES = {
    "matched": Summary(n=700, q1=240, median=250, q3=260),
    "not_matched": Summary(n=800, q1=230, median=240, q3=255),
}


def test_quartiles_in_fives_are_read_as_rounded_and_that_is_said():
    with pytest.warns(RoundingWarning, match="all printed quartiles are multiples of 5"):
        read = TiltRate().fit(_table(**FIVES)).predict_interval([230, 250])
    told, exact = (
        TiltRate()
        .fit(_table(**FIVES, rounding=Rounding(quartile=unit)))
        .predict_interval([230, 250])
        for unit in (5, 0)
    )
    np.testing.assert_allclose(read, told)
    assert ((exact[:, 1] - exact[:, 0]) < 0.9 * (told[:, 1] - told[:, 0])).all()


def test_a_rounding_that_is_told_needs_no_warning():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        TiltRate().fit(_table(**FIVES, rounding=Rounding(quartile=0)))


@pytest.mark.parametrize("unit", [-5, "five"])
def test_a_rounding_unit_is_a_number_of_0_or_more(unit):
    with pytest.raises((TableError, InputError), match="quartile"):
        Rounding(quartile=unit)


@pytest.mark.parametrize(("unit", "scores"), [(0, 1), (5, 5), (10, 10)])
def test_the_rounding_of_a_quartile_is_the_mass_of_its_step(unit, scores):
    grid, n = np.arange(100.0), 400
    targets = make_targets(whole_cells(grid), Summary(n=n, median=50), Rounding(quartile=unit))
    digits = compare(np.full((1, 100), 0.01), targets, np.ones((1, 100, 1)))
    # All scores are alike, so the step holds as many hundredths as scores are printed as 50.
    rounding = (0.01 * scores + 1 / n) ** 2 / 12
    below = targets.below[0, 0] / 100
    sampling = (below @ targets.below[0, 0] - below.sum() ** 2) / n
    assert digits.covariance[0, 0, 0] == pytest.approx(sampling + rounding)
    # However wide the step, its middle stays where it is.
    assert digits.residuals[0, 0] == pytest.approx(0.505 - 0.5)
