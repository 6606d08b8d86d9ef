"""What `LogisticRate` promises beyond the contract."""

from __future__ import annotations

import pickle
import warnings
from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import skewnorm
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from imgstats.errors import ExtrapolationWarning, InputError, TableError
from imgstats.estimators.logistic import LogisticRate
from imgstats.tables import Band, BandTable, CountTable
from tests.estimators.published import published_bands

patient = settings(deadline=None, max_examples=15, derandomize=True)
ROWS = [
    (None, 209, 2, 8),
    (210, 219, 8, 22),
    (220, 229, 30, 70),
    (230, 239, 60, 80),
    (240, 249, 110, 90),
    (250, None, 190, 80),
]
SCORES = BandTable.from_counts("step2_ck", ROWS)
SINGLE = BandTable.from_counts("x", [(i, i, 5 + i, 20 - i) for i in range(1, 16)])
ENDS = [(None, 209), *((low, low + 9) for low in range(210, 250, 10)), (250, None)]
DECADES = [(low, high) for low, high, *_ in ROWS]
SEED = 20261123

every_shape = pytest.mark.parametrize("shape", ["linear", "spline"])


def _limits(estimator: LogisticRate, x: object) -> np.ndarray:
    """Return the interval without the warning that nobody is there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        return estimator.predict_interval(np.asarray(x))


def _rates(estimator: LogisticRate, x: object) -> np.ndarray:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        return estimator.predict_rate(np.asarray(x))


def test_a_line_through_two_single_scores_meets_both_rates():
    table = BandTable.from_counts("x", [(1, 1, 30, 70), (5, 5, 60, 40)])
    np.testing.assert_allclose(LogisticRate().fit(table).predict_rate([1, 5]), [0.3, 0.6])


def test_a_spline_with_as_many_knots_as_scores_meets_all_rates():
    rows = [(1, 1, 30, 70), (2, 2, 60, 40), (3, 3, 50, 50), (4, 4, 90, 10)]
    fitted = LogisticRate(shape="spline", n_knots=4).fit(BandTable.from_counts("x", rows))
    np.testing.assert_allclose(fitted.predict_rate([1, 2, 3, 4]), [0.3, 0.6, 0.5, 0.9])


def test_a_band_is_an_interval_and_not_its_midpoint():
    """Where the curve is steep a band's average lies nearer to one half than its middle does."""
    rows = [(0, 19, 20, 980), (20, 39, 500, 500), (40, 59, 980, 20)]
    fitted = LogisticRate().fit(BandTable.from_counts("x", rows))
    assert fitted.predict_rate(9.5)[0] < 0.015
    assert fitted.band_rates([(0, 19)])["rate"].item() == pytest.approx(0.02, abs=0.003)


def _in_bands(size: int) -> LogisticRate:
    """Fit 35 scores, 230 to 264, in bands of that many scores."""
    x = np.arange(230, 265)
    n = np.round(400 * np.exp(-(((x - 247) / 9.0) ** 2) / 2)).astype(int)
    matched = np.round(n * expit(-0.2 + 0.06 * (x - 247))).astype(int)
    rows = [
        (
            int(x[i]),
            int(x[i + size - 1]),
            int(matched[i : i + size].sum()),
            int((n - matched)[i : i + size].sum()),
        )
        for i in range(0, len(x), size)
    ]
    return LogisticRate().fit(BandTable.from_counts("score", rows))


def test_bands_of_five_agree_with_the_single_scores_they_were_made_of():
    one, other, x = _in_bands(1), _in_bands(5), np.arange(230, 265)
    np.testing.assert_allclose(one.predict_rate(x), other.predict_rate(x), atol=0.002)
    assert one.odds_ratio().ratio == pytest.approx(other.odds_ratio().ratio, rel=0.01)


def test_the_density_keeps_the_printed_n():
    found = LogisticRate().fit(SCORES).band_rates(DECADES)
    np.testing.assert_allclose(found["n"], SCORES.to_frame()["n"])


def test_the_density_finds_a_normal_measure():
    grid = np.arange(1, 301)
    share = np.exp(-(((grid - 247) / 14) ** 2) / 2)
    n = [
        round(1e6 * share[(grid >= (a or 0)) & (grid <= (b or 300))].sum() / share.sum())
        for a, b in ENDS
    ]
    rows = [(a, b, k // 2, k - k // 2) for (a, b), k in zip(ENDS, n, strict=True)]
    fitted = LogisticRate().fit(BandTable.from_counts("step2_ck", rows))
    assert (fitted.center_, fitted.scale_) == pytest.approx((247, 14), abs=0.05)


def test_parts_of_a_band_add_up():
    fitted = LogisticRate().fit(SCORES)
    parts, whole = fitted.band_rates([(240, 244), (245, 249)]), fitted.band_rates([(240, 249)])
    assert parts["n"].sum() == pytest.approx(whole["n"].item())
    assert np.average(parts["rate"], weights=parts["n"]) == pytest.approx(whole["rate"].item())


def test_a_band_of_one_score_is_that_score():
    fitted = LogisticRate().fit(SCORES)
    found = fitted.band_rates([(245, 245)])[["rate", "rate_low", "rate_high"]].to_numpy()[0]
    at = [fitted.predict_rate(245)[0], *fitted.predict_interval(245)[0]]
    np.testing.assert_allclose(found, at)


def test_single_scores_average_to_the_base_rate():
    found = LogisticRate().fit(SINGLE).band_rates([(None, 4), (5, None)])
    matched = sum(5 + i for i in range(1, 16))
    assert found["rate"] @ found["n"] == pytest.approx(matched)


@pytest.mark.parametrize("measure", ["attempts", "unheard_of"])
def test_an_open_end_without_a_limit_is_cut_off(measure):
    table = BandTable.from_counts(measure, [(1, 1, 60, 40), (2, 2, 16, 14), (3, None, 4, 9)])
    assert LogisticRate().fit(table).grid_.tolist() == [1, 2, 3, 4, 5]


def test_an_open_end_goes_to_the_limit_of_the_measure():
    grid = LogisticRate().fit(SCORES).grid_
    assert (grid[0], grid[-1]) == (1, 300)


def test_an_open_band_whose_length_cannot_be_told_is_refused():
    table = BandTable.from_counts("step2_ck", [(240, 249, 10, 10), (250, None, 400, 100)])
    with pytest.raises(TableError, match=r"do not fall towards the open end of band 250\+"):
        LogisticRate().fit(table)


def test_an_open_band_leaves_a_doubt_that_no_number_removes():
    closed = [*ROWS[1:-1], (250, 259, 190, 80)]
    widths = []
    for rows in (ROWS, closed):
        many = [(a, b, 10**5 * m, 10**5 * u) for a, b, m, u in rows]
        fitted = LogisticRate().fit(BandTable.from_counts("step2_ck", many))
        widths.append(float(np.diff(fitted.predict_interval(245))[0, 0]))
    assert widths[0] > 0.01
    assert widths[1] < 0.002


@pytest.mark.parametrize(
    "rows",
    [
        [(1, 1, 0, 9), (2, 2, 7, 0)],
        [(1, 1, 9, 0), (2, 2, 3, 4), (3, 3, 0, 7)],
        [(1, 1, 0, 9), (2, 2, 0, 7)],
        [(1, 1, 9, 0), (2, 2, 7, 0)],
        [(1, 1, 3, 9), (2, 2, 0, 0), (3, 3, 7, 0)],
    ],
    ids=["complete", "one mixed band", "nobody matched", "all matched", "empty band between"],
)
def test_perfect_separation_is_refused(rows):
    with pytest.raises(TableError, match="separates matched from not matched: no finite slope"):
        LogisticRate().fit(BandTable.from_counts("x", rows))


def test_separation_by_a_bent_curve_is_refused():
    rows = [(1, 1, 0, 90), (2, 2, 90, 0), (3, 3, 90, 0), (4, 4, 0, 90)]
    with pytest.raises(TableError, match="the likelihood has no top"):
        LogisticRate(shape="spline").fit(BandTable.from_counts("x", rows))


def test_zero_cells_without_separation_are_fitted():
    rows = [(1, 1, 0, 9), (2, 2, 3, 6), (3, 3, 5, 5), (4, 4, 9, 0)]
    limits = LogisticRate().fit(BandTable.from_counts("x", rows)).predict_interval([1, 4])
    assert ((limits > 0) & (limits < 1)).all()


@pytest.mark.parametrize("rows", [[(1, 9, 5, 5)], [(1, 2, 0, 0), (3, 4, 5, 5)]])
def test_a_single_band_gives_no_slope(rows):
    with pytest.raises(TableError, match="1 band with applicants; allowed: at least 2"):
        LogisticRate().fit(BandTable.from_counts("x", rows))


def test_a_spline_needs_as_many_bands_as_knots():
    table = BandTable.from_counts("x", [(1, 1, 5, 5), (2, 2, 6, 5)])
    with pytest.raises(TableError, match="2 bands with applicants; allowed: at least 3"):
        LogisticRate(shape="spline").fit(table)


def test_knots_that_coincide_are_refused():
    rows = [(1, 1, 500, 500), (2, 2, 6, 5), (3, 3, 5, 4)]
    with pytest.raises(TableError, match="knots at 1, 1, 1 coincide"):
        LogisticRate(shape="spline").fit(BandTable.from_counts("x", rows))


def test_a_band_without_a_whole_score_is_refused():
    table = BandTable.from_counts("step2_ck", [(1, 2, 5, 5), (2.25, 2.75, 6, 5)])
    with pytest.raises(TableError, match=r"band 2\.25-2\.75 holds no value"):
        LogisticRate().fit(table)


def test_a_rate_that_no_count_prints_is_refused():
    bands = tuple(Band(low=i, high=i, n=7, rate=0.4, rate_unit=0.01) for i in (1, 2))
    with pytest.raises(TableError, match="fits no whole number of matched"):
        LogisticRate().fit(BandTable(measure="x", bands=bands))


def test_an_empty_band_changes_nothing():
    without = [row for row in ROWS if row[0] != 220]
    gap = [*without[:2], (220, 229, 0, 0), *without[2:]]
    curve = LogisticRate().fit(BandTable.from_counts("step2_ck", gap))
    assert curve.band_rates([(220, 229)])["n"].item() == 0
    assert curve.predict_rate(225)[0] == pytest.approx(
        curve.band_rates([(220, 229)])["rate"][0], abs=0.01
    )


@pytest.mark.parametrize("x", [0, 16.5])
def test_beyond_the_bands_the_curve_goes_on_with_a_warning(x):
    fitted = LogisticRate().fit(SINGLE)
    with pytest.warns(ExtrapolationWarning, match=f"{x} lies outside 1 to 15"):
        rate = fitted.predict_rate(x)
    slope = np.diff(logit(fitted.predict_rate([1, 2])))[0]
    assert logit(rate)[0] == pytest.approx(logit(fitted.predict_rate(1))[0] + slope * (x - 1))


def test_deep_in_an_open_band_nobody_is_left():
    fitted = LogisticRate().fit(SCORES)
    with pytest.warns(ExtrapolationWarning, match="where the table has applicants"):
        fitted.predict_interval(100)


def test_a_band_beyond_the_table_is_answered_with_a_warning():
    with pytest.warns(ExtrapolationWarning, match="lies outside 1 to 15"):
        found = LogisticRate().fit(SINGLE).band_rates([(20, 24)])
    assert found["n"].item() == 0


def test_doubt_grows_beyond_the_bands():
    widths = np.diff(logit(_limits(LogisticRate().fit(SINGLE), [15, 20, 30])))[:, 0]
    assert (np.diff(widths) > 0).all()


def test_an_odds_ratio_is_the_step_of_the_odds():
    fitted = LogisticRate().fit(SCORES)
    found = fitted.odds_ratio(step=7)
    rates = fitted.predict_rate([230, 237])
    odds = rates / (1 - rates)
    assert found.ratio == pytest.approx(odds[1] / odds[0])
    assert found.low < found.ratio < found.high


def test_a_step_down_turns_the_odds_ratio_over():
    fitted = LogisticRate().fit(SCORES)
    up, down = fitted.odds_ratio(step=10), fitted.odds_ratio(step=-10)
    assert (down.ratio, down.low) == pytest.approx((1 / up.ratio, 1 / up.high))


def test_a_spline_has_no_single_odds_ratio():
    with pytest.raises(InputError, match="a spline has no single odds ratio"):
        LogisticRate(shape="spline").fit(SCORES).odds_ratio()


@pytest.mark.slow
@given(times=st.integers(2, 50))
@every_shape
@patient
def test_more_of_the_same_counts_never_widen(shape, times):
    many = BandTable.from_counts("step2_ck", [(a, b, times * m, times * u) for a, b, m, u in ROWS])
    x = np.arange(212, 281, 4)
    narrow, wide = (
        np.diff(LogisticRate(shape=shape).fit(each).predict_interval(x)) for each in (many, SCORES)
    )
    assert (narrow <= wide).all()


def test_single_scores_narrow_with_the_root_of_n():
    many = BandTable.from_counts("x", [(i, i, 500 + 100 * i, 2000 - 100 * i) for i in range(1, 16)])
    few, lots = (
        np.diff(logit(LogisticRate().fit(each).predict_interval([3, 12])))
        for each in (SINGLE, many)
    )
    np.testing.assert_allclose(few / lots, 10)


def test_rounding_widens():
    rows = [(a or 200, b or 264, 1000 * m, 1000 * u) for a, b, m, u in ROWS]
    printed = tuple(
        Band(low=a, high=b, n=m + u, rate=round(m / (m + u), 2), rate_unit=0.01)
        for a, b, m, u in rows
    )
    exact, rounded = (
        np.diff(LogisticRate().fit(each).predict_interval(225))[0, 0]
        for each in (BandTable.from_counts("x", rows), BandTable(measure="x", bands=printed))
    )
    assert rounded > 1.5 * exact


@cache
def _relabelled(shape: str, shift: int) -> np.ndarray:
    rows = [((a or 200) + shift, (b or 264) + shift, m, u) for a, b, m, u in ROWS]
    fitted = LogisticRate(shape=shape).fit(BandTable.from_counts("x", rows))
    return fitted.predict_interval(np.arange(200, 265, 8) + shift)


@given(shift=st.integers(-100, 500))
@every_shape
@patient
def test_relabelled_bands_have_the_same_rates(shape, shift):
    np.testing.assert_allclose(_relabelled(shape, 0), _relabelled(shape, shift), rtol=1e-6)


@every_shape
def test_the_mirrored_table_has_the_mirrored_curve(shape):
    rows = [(a or 200, b or 264, m, u) for a, b, m, u in ROWS]
    mirrored = [(-b, -a, m, u) for a, b, m, u in rows[::-1]]
    here, there = (
        LogisticRate(shape=shape, n_knots=3).fit(BandTable.from_counts("x", each))
        for each in (rows, mirrored)
    )
    x = np.arange(205, 260, 5)
    # A quantile is a whole score from below, so mirrored knots may lie one score beside.
    tolerance = 1e-8 if shape == "linear" else 0.01
    np.testing.assert_allclose(here.predict_rate(x), there.predict_rate(-x), atol=tolerance)


@every_shape
def test_matched_and_not_matched_change_places(shape):
    swapped = BandTable.from_counts("step2_ck", [(a, b, u, m) for a, b, m, u in ROWS])
    here, there = (LogisticRate(shape=shape).fit(each) for each in (SCORES, swapped))
    x = np.arange(215, 270, 5)
    np.testing.assert_allclose(here.predict_rate(x), 1 - there.predict_rate(x), atol=1e-8)


@pytest.mark.parametrize(
    ("parameters", "message"),
    [
        ({"shape": "cubic"}, "shape is 'cubic'; allowed: linear or spline"),
        ({"n_knots": 2}, "n_knots is 2; allowed: 3, 4 or 5"),
        ({"n_knots": True}, "n_knots is True"),
    ],
)
def test_a_parameter_that_is_not_allowed_is_refused(parameters, message):
    with pytest.raises(InputError, match=message):
        LogisticRate(**parameters).fit(SCORES)


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(TableError, match="LogisticRate got CountTable"):
        LogisticRate().fit(CountTable(matched=1, not_matched=1))  # type: ignore[arg-type]


@pytest.mark.parametrize("ask", ["predict_rate", "predict_interval", "odds_ratio"])
def test_nothing_is_known_before_a_fit(ask):
    with pytest.raises(NotFittedError, match="not fitted"):
        getattr(LogisticRate(), ask)(1)


@every_shape
def test_a_second_fit_forgets_the_first(shape):
    again = LogisticRate(shape="spline").fit(SINGLE).set_params(shape=shape).fit(SCORES)
    fresh = LogisticRate(shape=shape).fit(SCORES)
    np.testing.assert_array_equal(again.predict_interval([230]), fresh.predict_interval([230]))


def test_a_pickle_predicts_the_same():
    fitted = LogisticRate(shape="spline").fit(SCORES)
    copy = pickle.loads(pickle.dumps(fitted))  # noqa: S301  made one line above
    np.testing.assert_array_equal(copy.predict_interval([230]), fitted.predict_interval([230]))


def test_a_clone_keeps_shape_and_knots():
    copy = clone(LogisticRate(shape="spline", n_knots=4))
    assert copy.get_params() == {"shape": "spline", "n_knots": 4}


GRID = np.arange(180, 301)
MEASURES = {
    "normal": np.exp(-(((GRID - 249) / 15.0) ** 2) / 2),
    "left-skewed": skewnorm.pdf(GRID, -3, loc=266, scale=24),
}


def _simulate(rng: np.random.Generator, n: int, share: np.ndarray, eta: np.ndarray) -> BandTable:
    """Return n applicants in the report's bands, rates in whole per cent."""
    held = rng.multinomial(n, share / share.sum())
    matched = rng.binomial(held, expit(eta))
    bands = []
    for low, high in ENDS:
        least, most = low or 0, high or 999
        inside = (least <= GRID) & (most >= GRID)
        total, yes = int(held[inside].sum()), int(matched[inside].sum())
        rate = round(yes / total, 2) if total else None
        bands.append(Band(low=low, high=high, n=total, rate=rate, rate_unit=0.01))
    return BandTable(measure="step2_ck", bands=tuple(bands))


def _coverage(estimator: LogisticRate, n: int, measure: str, eta: np.ndarray) -> float:
    """Return the coverage of 95 % intervals, averaged over the applicants, in 100 tables."""
    rng = np.random.default_rng(SEED)
    share = MEASURES[measure] / MEASURES[measure].sum()
    truth, held = expit(eta), []
    for _ in range(100):
        limits = _limits(estimator.fit(_simulate(rng, n, share, eta)), GRID)
        held.append(((limits[:, 0] <= truth) & (truth <= limits[:, 1])) @ share)
    return float(np.mean(held))


LINE = 0.8 + 0.06 * (GRID - 245)
BEND = 0.8 + 0.05 * (GRID - 245) - 0.05 * np.clip(GRID - 250, 0, None)


@pytest.mark.slow
@pytest.mark.parametrize("n", [300, 10_000])
@pytest.mark.parametrize("measure", MEASURES)
def test_a_line_covers_a_line_even_where_the_measure_is_skewed(n, measure):
    """100 replicates; the error of the coverage is 0.01 to 0.02."""
    assert _coverage(LogisticRate(), n, measure, LINE) >= 0.92


@pytest.mark.slow
@pytest.mark.parametrize("n", [300, 10_000])
def test_a_spline_covers_a_line(n):
    assert _coverage(LogisticRate(shape="spline"), n, "normal", LINE) >= 0.92


@pytest.mark.slow
def test_a_line_does_not_cover_a_plateau():
    assert _coverage(LogisticRate(), 10_000, "normal", BEND) < 0.7


# Bands with both matched and not matched: two of them, and they fall.
REFUSED_AS_SPLINE = {"Radiation Oncology"}


@pytest.mark.parametrize("specialty", sorted(published_bands()))
def test_every_published_table_has_a_line(specialty):
    fitted = LogisticRate().fit(published_bands()[specialty])
    found = fitted.band_rates([(220, 229), (230, 239), (240, 249), (250, None)])
    assert found["rate"].between(found["rate_low"], found["rate_high"]).all()
    assert found["rate"].is_monotonic_increasing


@pytest.mark.parametrize("specialty", sorted(set(published_bands()) - REFUSED_AS_SPLINE))
def test_every_published_table_but_one_has_a_spline(specialty):
    fitted = LogisticRate(shape="spline").fit(published_bands()[specialty])
    limits = fitted.predict_interval([225, 245])
    assert ((limits > 0) & (limits < 1)).all()


@pytest.mark.parametrize("specialty", sorted(REFUSED_AS_SPLINE))
def test_a_table_with_too_few_mixed_bands_is_refused_as_a_spline(specialty):
    with pytest.raises(TableError, match="bands with both: 2"):
        LogisticRate(shape="spline").fit(published_bands()[specialty])
