"""`TiltRate`: what it does with tables made up here."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from scipy.special import logit

from imgstats import PublishedTables
from imgstats.errors import ExtrapolationWarning, InputError, TableError, WorkError
from imgstats.estimators import TiltRate, tilt_bases, tilt_model
from imgstats.estimators.tilt_design import make_design, polynomial
from imgstats.tables import OutcomeSummary, Rounding, Summary
from tests.estimators.printing import HIGH, LOW, print_population, simulate

DIGITS = {
    "matched": {"min": 212, "q1": 240, "median": 250, "q3": 260, "max": 282, "mean": 250, "sd": 15},
    "not_matched": {
        "min": 209, "q1": 230, "median": 240, "q3": 250, "max": 278, "mean": 240, "sd": 15,
    },
}  # fmt: skip
EXACT = {"scale": (209, 300), "rounding": Rounding(quartile=0)}
EVERY_SCORE = np.arange(1, 301)
INSIDE = np.arange(210.0, 283.0, 6.0)
DEGREES = pytest.mark.parametrize("degree", [1, 2, 3])
KINDS = pytest.mark.parametrize("degree", [None, 1, 2, 3])


def _table(
    *, times: float = 1, keep: tuple[str, ...] = tuple(DIGITS["matched"]), **changes: object
) -> OutcomeSummary:
    """Return the example table, of more people or with fewer digits."""
    sides = {
        name: Summary(n=int(times * n), **{each: DIGITS[name][each] for each in keep})
        for name, n in (("matched", 400), ("not_matched", 600))
    }
    return OutcomeSummary(measure="step2_ck", **(sides | EXACT | changes))  # type: ignore[arg-type]


def _quiet(estimator: TiltRate, x: np.ndarray, level: float = 0.95) -> np.ndarray:
    """Return rate and interval, also where nobody is; shape (n, 3)."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        return np.column_stack(
            [estimator.predict_rate(x), estimator.predict_interval(x, level=level)]
        )


# Symmetries


def _relabelled(table: OutcomeSummary) -> OutcomeSummary:
    return replace(
        table,
        matched=table.not_matched,
        not_matched=table.matched,
        group_counts=table.group_counts and table.group_counts[::-1],
    )


@KINDS
@pytest.mark.parametrize("groups", [None, (500, 900)])
def test_swapping_the_outcomes_turns_the_rate_around(degree, groups):
    table = _table(group_counts=groups)
    rate = _quiet(TiltRate(degree=degree).fit(table), EVERY_SCORE)
    other = _quiet(TiltRate(degree=degree).fit(_relabelled(table)), EVERY_SCORE)
    np.testing.assert_allclose(1 - other[:, [0, 2, 1]], rate, atol=1e-7)


def _shifted(table: OutcomeSummary, by: int) -> OutcomeSummary:
    sides: dict[str, Any] = {}
    for name in ("matched", "not_matched"):
        side = table.outcome(name)
        moved = {each: side.value(each) for each in side.printed}
        moved = {k: v + (0 if k == "sd" else by) for k, v in moved.items() if v is not None}
        sides[name] = Summary(n=side.n, **moved)
    scale = table.scale and (table.scale[0] + by, table.scale[1] + by)
    return replace(table, scale=scale, **sides)


@KINDS
@pytest.mark.parametrize("by", [-150, 7, 1000])
def test_shifting_all_scores_leaves_the_rates(degree, by):
    table = replace(_table(), measure="another exam")
    rate = _quiet(TiltRate(degree=degree).fit(table), EVERY_SCORE)
    moved = _quiet(TiltRate(degree=degree).fit(_shifted(table, by)), EVERY_SCORE + by)
    np.testing.assert_allclose(moved, rate, atol=1e-7)


def test_equal_digits_give_the_base_rate_everywhere():
    table = _table(not_matched=Summary(n=600, **DIGITS["matched"]))
    fitted = TiltRate(degree=3, ridge=None).fit(table)
    # Extremes of more people lie further out, so equal ones speak, weakly, against equal shapes.
    middle = fitted.predict_rate(np.arange(230, 271, 10))
    np.testing.assert_allclose(middle, table.base_rate, atol=0.02)


@KINDS
def test_the_group_counts_move_all_logits_alike(degree):
    alone = TiltRate(degree=degree).fit(_table()).predict_rate(INSIDE)
    group = TiltRate(degree=degree).fit(_table(group_counts=(900, 700))).predict_rate(INSIDE)
    shift = logit(900 / 1600) - logit(400 / 1000)
    # A median of a mixture moves a little less than its components, which keep their widths.
    np.testing.assert_allclose(
        logit(group) - logit(alone), shift, rtol=1e-3 if degree is None else 1e-9
    )


# Number of applicants


@DEGREES
@pytest.mark.parametrize(
    ("keep", "sizes"),
    [
        (("q1", "median", "q3"), (1, 2, 5, 20, 100)),
        (("q1", "median", "q3", "mean", "sd"), (1, 2, 5, 20, 100)),
        # Many more people do not have the extremes of few: such digits contradict each other.
        (tuple(DIGITS["matched"]), (1, 2, 4)),
    ],
    ids=["quartiles", "no extremes", "all"],
)
def test_more_applicants_never_widen_a_band(degree, keep, sizes):
    bands = [(None, 229), (230, 239), (240, 249), (250, 259), (260, None)]
    frames = [
        TiltRate(degree=degree).fit(_table(times=times, keep=keep)).band_rates(bands)
        for times in sizes
    ]
    widths = [logit(frame["rate_high"]) - logit(frame["rate_low"]) for frame in frames]
    assert (np.diff(widths, axis=0) <= 1e-9).all()


def _curve_sd(times: float) -> np.ndarray:
    """Return the sd of the logit rate without the base rate's part."""
    table = _table(times=times, keep=("q1", "median", "q3", "mean", "sd"))
    limits = logit(TiltRate().fit(table).predict_interval(INSIDE))
    half = (limits[:, 1] - limits[:, 0]) / 2 / 1.959963984540054
    result: np.ndarray = np.sqrt(
        half**2 - 1 / (table.base_n * table.base_rate * (1 - table.base_rate))
    )
    return result


def test_rounding_leaves_a_floor_that_no_number_of_applicants_removes():
    many, more = _curve_sd(1e5), _curve_sd(1e7)
    assert (more > 0.01).all()
    np.testing.assert_allclose(more, many, rtol=0.02)


# Standard errors of the coefficients


@DEGREES
def test_there_is_a_standard_error_for_each_coefficient(degree):
    fitted = TiltRate(degree=degree).fit(_table())
    assert fitted.coefficients_se_.shape == fitted.coefficients_.shape == (degree,)
    assert (fitted.coefficients_se_ > 0).all()


def test_a_prior_on_a_bend_is_more_than_its_standard_error():
    free = TiltRate(degree=3, ridge=None).fit(_table()).coefficients_se_
    held = TiltRate(degree=3, ridge=(0.2, 0.05)).fit(_table()).coefficients_se_
    assert (held[1:] <= [0.2, 0.05]).all()
    assert (held[1:] < free[1:]).all()


@pytest.mark.slow
def test_the_standard_error_of_a_slope_is_the_spread_of_slopes_over_samples():
    random = np.random.default_rng(8)
    grid = np.arange(LOW, HIGH + 1.0)
    z = (grid - 246) / 14
    share = np.exp(-(z**2) / 2) / np.exp(-(z**2) / 2).sum()
    slopes, errors = [], []
    for _ in range(150):
        fitted = TiltRate(degree=1).fit(simulate(random, 1500, share, 0.5 * z - 0.1, grid))
        # A table's own spread is the unit of z.
        unit = 14 / fitted._design_.spread
        slopes.append(fitted.coefficients_[0] * unit)
        errors.append(fitted.coefficients_se_[0] * unit)
    assert np.mean(slopes) == pytest.approx(0.5, abs=0.02)
    # The spread of 150 slopes is itself known within 6 %.
    assert np.mean(errors) == pytest.approx(np.std(slopes), rel=0.18)


# Populations that the model can hold


def _population(degree: int) -> tuple[tilt_model.Design, np.ndarray]:
    design = make_design(_table(), polynomial(degree, None))
    bends = [0.1, -0.15, 0.02, -0.04, 0.05, -0.03, 0.02]
    assert len(bends) == design.base.shape[1]
    return design, np.array([*bends, *[0.6, 0.2, -0.05][:degree]])


def _of_population(degree: int, *, decimals: int) -> tuple[OutcomeSummary, np.ndarray]:
    """Return the digits printed from endlessly many people, and the true rates."""
    design, theta = _population(degree)
    both, log_z = tilt_model.densities(theta[None], design)
    matched, not_matched = (
        print_population(design.cells.grid, each[0], 10**6, decimals=decimals) for each in both
    )
    table = _table(
        matched=matched,
        not_matched=not_matched,
        rounding=Rounding(mean=10.0**-decimals, sd=10.0**-decimals),
    )
    tilt = design.tilt_at((INSIDE - design.center) / design.spread) @ theta[-degree:]
    return table, 1 / (1 + np.exp(-(logit(table.base_rate) + tilt - log_z[0][0] + log_z[1][0])))


@DEGREES
@pytest.mark.parametrize("decimals", [0, 3])
def test_the_digits_of_a_population_are_reproduced(degree, decimals):
    table, _ = _of_population(degree, decimals=decimals)
    residuals = TiltRate(degree=degree, ridge=None).fit(table).digits_["residual_sd"]
    # Rounding is at most half a step, and a step has the sd of a uniform: 0.5 * sqrt(12) = 1.73.
    assert residuals.abs().max() < 1.74


@DEGREES
@pytest.mark.parametrize(("decimals", "near"), [(0, 0.05), (3, 0.02)])
def test_the_rates_of_a_population_are_found(degree, decimals, near):
    table, truth = _of_population(degree, decimals=decimals)
    middle = (INSIDE >= 220) & (INSIDE <= 270)
    rate = TiltRate(degree=degree, ridge=None).fit(table).predict_rate(INSIDE)
    np.testing.assert_allclose(rate[middle], truth[middle], atol=near)


@DEGREES
def test_the_interval_holds_the_rates_of_a_population(degree):
    table, truth = _of_population(degree, decimals=0)
    limits = TiltRate(degree=degree, ridge=None).fit(table).predict_interval(INSIDE)
    assert ((limits[:, 0] <= truth) & (truth <= limits[:, 1])).all()


def test_densities_add_up_to_one():
    fitted = TiltRate().fit(_table())
    assert fitted.density_matched_.sum() == pytest.approx(1)
    assert fitted.density_not_matched_.sum() == pytest.approx(1)


def test_the_rate_is_bayes_rule_on_the_densities():
    fitted = TiltRate(degree=3).fit(_table(group_counts=(500, 900)))
    inside = (fitted.grid_ >= 209) & (fitted.grid_ <= 282)
    matched = fitted.density_matched_ * 500
    bayes = matched / (matched + fitted.density_not_matched_ * 900)
    np.testing.assert_allclose(fitted.predict_rate(fitted.grid_[inside]), bayes[inside], rtol=1e-9)


# Outside the printed extremes


@pytest.mark.parametrize("x", [1, 208, 283, 300])
@pytest.mark.parametrize("method", ["predict_rate", "predict_interval"])
def test_a_score_outside_the_extremes_warns(x, method):
    fitted = TiltRate().fit(_table())
    with pytest.warns(ExtrapolationWarning, match=f"{x} lies outside the printed scores"):
        getattr(fitted, method)(x)


@pytest.mark.parametrize("band", [(None, 200), (150, 208), (283, 290), (290, None), (301, 310)])
def test_a_band_outside_the_extremes_warns(band):
    fitted = TiltRate().fit(_table())
    with pytest.warns(ExtrapolationWarning, match="lies outside the printed scores"):
        fitted.band_rates([band])


@pytest.mark.parametrize("x", [209, 245.5, 282])
def test_a_score_within_the_extremes_does_not_warn(x):
    assert TiltRate().fit(_table()).predict_rate(x).shape == (1,)


@pytest.mark.parametrize("x", [100, 400])
def test_without_extremes_a_score_off_the_digits_warns(x):
    fitted = TiltRate().fit(_table(keep=("q1", "median", "q3"), scale=None))
    with pytest.warns(ExtrapolationWarning, match=f"{x}"):
        fitted.predict_rate(x)


@DEGREES
def test_the_rate_is_flat_outside_the_extremes(degree):
    fitted = TiltRate(degree=degree).fit(_table())
    below = _quiet(fitted, np.array([209, 208, 150, 1]))[:, 0]
    above = _quiet(fitted, np.array([282, 283, 290, 300]))[:, 0]
    np.testing.assert_allclose(below, below[0], rtol=1e-12)
    np.testing.assert_allclose(above, above[0], rtol=1e-12)


@DEGREES
@pytest.mark.parametrize("outward", [range(209, 0, -8), range(282, 301, 3)])
def test_the_interval_grows_with_the_distance_outside(degree, outward):
    limits = _quiet(TiltRate(degree=degree).fit(_table()), np.array(outward))[:, 1:]
    assert (np.diff(limits[:, 1] - limits[:, 0]) > 0).all()


@DEGREES
def test_every_score_from_1_to_300_is_answered(degree):
    answers = _quiet(TiltRate(degree=degree).fit(_table(scale=None)), EVERY_SCORE)
    assert np.isfinite(answers).all()


def test_a_number_far_from_any_score_is_answered():
    answers = _quiet(TiltRate().fit(_table()), np.array([-1e200, 1e200]))
    assert np.isfinite(answers).all()


def test_bands_over_the_whole_scale_count_everybody():
    bands = [(None, 208), *[(low, low + 9) for low in range(209, 299, 10)], (299, None)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        frame = TiltRate().fit(_table(scale=None)).band_rates(bands)
    assert frame["n"].sum() == pytest.approx(1000, rel=1e-9)


def test_one_band_of_all_is_the_base():
    row = TiltRate().fit(_table(group_counts=(500, 900))).band_rates([(None, None)]).iloc[0]
    assert (row["rate"], row["n"]) == (pytest.approx(500 / 1400), pytest.approx(1400))


def test_the_interval_of_all_is_that_of_the_count():
    row = TiltRate().fit(_table()).band_rates([(None, None)]).iloc[0]
    half = 1.959963984540054 * np.sqrt(1 / 400 + 1 / 600)
    expected = 1 / (1 + np.exp(-(logit(0.4) + np.array([-half, half]))))
    np.testing.assert_allclose([row["rate_low"], row["rate_high"]], expected, rtol=1e-9)


def test_a_band_of_one_score_is_the_score():
    fitted = TiltRate().fit(_table())
    row = fitted.band_rates([(242, 242)]).iloc[0]
    np.testing.assert_allclose(row["rate"], fitted.predict_rate(242)[0], rtol=1e-9)
    np.testing.assert_allclose(
        row[["rate_low", "rate_high"]].astype(float), fitted.predict_interval(242)[0], rtol=1e-9
    )


def test_a_band_between_whole_scores_is_refused():
    with pytest.raises(InputError, match="at least one value"):
        TiltRate().fit(_table()).band_rates([(240.2, 240.8)])


# Percentiles


def test_percentiles_rise_with_the_score():
    frame = TiltRate().fit(_table()).predict_percentile(INSIDE)
    assert (frame[["matched", "not_matched"]].diff().dropna() > 0).all(axis=None)


def test_the_printed_median_is_near_the_middle():
    frame = TiltRate().fit(_table()).predict_percentile([250, 240])
    assert frame["matched"][0] == pytest.approx(0.5, abs=0.05)
    assert frame["not_matched"][1] == pytest.approx(0.5, abs=0.05)


def test_a_percentile_interval_holds_the_percentile():
    frame = TiltRate().fit(_table()).predict_percentile(INSIDE)
    for side in ("matched", "not_matched"):
        assert frame[side].between(frame[f"{side}_low"], frame[f"{side}_high"]).all()


# Tables that leave something out


PARTIAL = {
    "quartiles only": {"keep": ("q1", "median", "q3")},
    "mean and sd only": {"keep": ("mean", "sd")},
    "no extremes": {"keep": ("q1", "median", "q3", "mean", "sd")},
    "no moments": {"keep": ("min", "q1", "median", "q3", "max")},
    "median on one side": {"not_matched": Summary(n=600, median=240)},
    "mean on one side": {"matched": Summary(n=400, mean=250)},
    "one quartile on one side": {"not_matched": Summary(n=600, q1=230, median=240)},
    "extremes on one side": {
        "not_matched": Summary(n=600, q1=230, median=240, q3=250),
    },
    "half points": {
        "not_matched": Summary(n=600, q1=230, median=239.5, q3=250, mean=240, sd=15),
    },
}


@pytest.mark.parametrize("given", PARTIAL.values(), ids=PARTIAL)
@pytest.mark.parametrize("scale", [None, (209, 300)])
def test_a_partial_table_gives_a_rising_curve_where_the_matched_score_higher(given, scale):
    rate = TiltRate().fit(_table(**{"scale": scale, **given})).predict_rate([230, 240, 250, 260])
    assert (np.diff(rate) > 0).all()


@pytest.mark.parametrize("given", PARTIAL.values(), ids=PARTIAL)
def test_fewer_digits_never_narrow_the_interval(given):
    whole = logit(TiltRate().fit(_table()).predict_interval([230, 260]))
    part = logit(TiltRate().fit(_table(**given)).predict_interval([230, 260]))
    # Another set of digits is another fit, so a hair less is no contradiction.
    assert (np.diff(part) > 0.97 * np.diff(whole)).all()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"matched": Summary(**DIGITS["matched"])}, "matched: n|n missing for matched"),
        (
            {"matched": Summary(**DIGITS["matched"]), "group_counts": (500, 700)},
            "matched: n is missing",
        ),
        ({"not_matched": Summary(n=600, q1=230, q3=250, sd=15)}, "median and mean are missing"),
        ({"keep": ("median",)}, "sd is missing, and q1 with q3"),
        ({"keep": ("q1", "median", "mean")}, "sd is missing, and q1 with q3"),
        ({"matched": Summary(n=0)}, "counts 0 matched, 600 not matched"),
        ({"not_matched": Summary(n=0)}, "counts 400 matched, 0 not matched"),
        (
            {"matched": Summary(n=0), "group_counts": (3, 700)},
            "matched: median and mean are missing",
        ),
    ],
)
def test_what_the_curve_needs_is_refused_by_name(changes, message):
    with pytest.raises(TableError, match=message):
        TiltRate().fit(_table(**changes))


@pytest.mark.parametrize("degree", [0, 4, -1, 1.5, 2.0, "3", [1], True], ids=repr)
def test_a_degree_is_1_2_or_3(degree):
    with pytest.raises(InputError, match=r"degree is .*; allowed: None, 1, 2 or 3"):
        TiltRate(degree=degree).fit(_table())


@pytest.mark.parametrize(
    "ridge",
    [(0.3,), (0.3, 0.1, 0.1), (0, 0.1), (-1, 0.1), (float("nan"), 0.1), (0.3, float("nan")), 0.3,
     "ab", ("0.3", "0.1")],
    ids=repr,
)  # fmt: skip
def test_a_ridge_is_two_positive_numbers(ridge):
    with pytest.raises(InputError, match="ridge is"):
        TiltRate(ridge=ridge).fit(_table())


# Skewed quartiles, without extremes to hold the tails


def _quartiles(
    matched: tuple[float, ...], not_matched: tuple[float, ...], n: int
) -> OutcomeSummary:
    names = ("q1", "median", "q3")
    return OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=n, **dict(zip(names, map(int, matched), strict=True))),
        not_matched=Summary(n=n, **dict(zip(names, map(int, not_matched), strict=True))),
    )


@pytest.mark.parametrize("n", [150, 600, 2700])
@pytest.mark.parametrize(
    ("matched", "not_matched"),
    [((238, 250, 258), (232, 243, 251)), ((239, 251, 258), (233, 245, 252))],
)
def test_quartiles_alone_put_hardly_anybody_far_from_them(n, matched, not_matched):
    fitted = TiltRate().fit(_quartiles(matched, not_matched, n))
    # Five times the quartiles' distance below the lowest or above the highest.
    far = (fitted.grid_ < 232 - 5 * 20) | (fitted.grid_ > 258 + 5 * 20)
    assert fitted.density_matched_[far].sum() < 0.001
    assert fitted.density_not_matched_[far].sum() < 0.001


@pytest.mark.parametrize("n", [150, 600, 2700])
def test_another_number_of_applicants_does_not_tell_another_story(n):
    few = TiltRate().fit(_quartiles((238, 250, 258), (232, 243, 251), 100)).predict_interval(220)
    rate = TiltRate().fit(_quartiles((238, 250, 258), (232, 243, 251), n)).predict_rate(220)
    assert few[0, 0] < rate[0] < few[0, 1]


# Digits with ties, as small whole numbers have them


TIED = OutcomeSummary(
    measure="contiguous_ranks",
    matched=Summary(n=422, min=1, q1=3, median=6, q3=11, max=31, mean=7.6, sd=5.8),
    not_matched=Summary(n=182, min=1, q1=1, median=1, q3=2, max=8, mean=1.7, sd=1.3),
)


@DEGREES
def test_tied_quartiles_are_answered_or_refused_in_words(degree):
    try:
        fitted = TiltRate(degree=degree).fit(TIED)
    except (TableError, WorkError):
        return
    assert np.isfinite(fitted.predict_interval([1, 2, 3, 5, 8])).all()


def test_tied_quartiles_that_the_curve_holds_are_no_misfit():
    table = _table(
        keep=("q1", "median", "q3"),
        matched=Summary(n=5, q1=230, median=252, q3=252, mean=242, sd=16),
    )
    # Two of five people at one score are nothing unusual, so no digit may be far off.
    assert TiltRate().fit(table).chi2_ < 30


@pytest.mark.parametrize("degree", [2, 3])
def test_few_digits_hold_no_bend_without_a_ridge(degree):
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=400, q1=240, median=251, q3=259),
        not_matched=Summary(n=500, median=243),
    )
    with pytest.raises(TableError, match="cannot show how a curve bends"):
        TiltRate(degree=degree, ridge=None).fit(table)
    assert TiltRate(degree=degree).fit(table).base_n_ == 900


def test_many_whole_scores_are_looked_up_and_equal_the_curve():
    fitted = TiltRate().fit(_table())
    x = np.resize(np.arange(fitted.grid_[0], fitted.grid_[-1] + 1), 5000)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        one_by_one = np.array([fitted.predict_rate([each])[0] for each in x[:100]])
        np.testing.assert_allclose(fitted.predict_rate(x)[:100], one_by_one, rtol=1e-14)


def test_a_rising_tilt_never_falls():
    # Digits whose free curve falls at the low end.
    table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    x = np.arange(209, 285)
    free = TiltRate(degree=3).fit(table).predict_rate(x)
    rising = TiltRate(shape="rising").fit(table).predict_rate(x)
    assert (np.diff(free) < 0).any()
    assert (np.diff(rising) >= 0).all()


def test_a_rising_tilt_follows_a_rising_truth():
    table = _table()
    x = np.arange(225, 266)
    line = TiltRate(degree=1).fit(table).predict_rate(x)
    rising = TiltRate(shape="rising").fit(table).predict_rate(x)
    np.testing.assert_allclose(rising, line, atol=0.05)


def test_an_unknown_shape_is_refused():
    with pytest.raises(InputError, match="shape is 'falling'; allowed: any or rising"):
        TiltRate(shape="falling").fit(_table())


def test_the_rising_basis_only_rises_and_holds_the_line():
    z = np.linspace(-4, 4, 161)
    basis = tilt_bases.rising(z)
    assert (np.diff(basis, axis=0) >= -1e-12).all()
    np.testing.assert_allclose(np.diff(basis.sum(axis=1)), np.diff(z), atol=1e-12)
