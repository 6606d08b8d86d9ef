"""What `IsotonicRate` promises beyond the contract."""

from __future__ import annotations

import pickle
import warnings
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.isotonic import IsotonicRegression

from imgstats.errors import ExtrapolationWarning, ImgstatsWarning, InputError, TableError
from imgstats.estimators.band import BandRate
from imgstats.estimators.isotonic import IsotonicRate
from imgstats.estimators.isotonic_model import window_limits
from imgstats.tables import Band, BandTable, CountTable
from tests.estimators.published import published_bands

patient = settings(deadline=None, max_examples=40, derandomize=True)
# 230-239 breaks the order, 240-249 has nobody.
SCORES = BandTable.from_counts(
    "step2_ck",
    [
        (None, 219, 2, 8),
        (220, 229, 8, 12),
        (230, 239, 12, 28),
        (240, 249, 0, 0),
        (250, 259, 30, 20),
        (260, None, 40, 10),
    ],
)
ATTEMPTS = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, 2, 6, 14), (3, None, 4, 6)])
MONTHS = BandTable.from_counts("usce_months", [(0, 0, 20, 60), (1, 2, 30, 40), (3, None, 50, 30)])
REFUTED = BandTable.from_counts("x", [(1, 1, 800, 200), (2, 2, 200, 800), (3, 3, 900, 100)])

counts = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), min_size=1, max_size=7)


def _table(rows: list[tuple[int, int]]) -> BandTable:
    assume(sum(sum(row) for row in rows) > 0)
    return BandTable.from_counts("x", [(i, i, *row) for i, row in enumerate(rows)])


def _fit(table: BandTable, *, increasing: bool = True) -> IsotonicRate:
    """Fit without the warning that the order is refuted."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)
        return IsotonicRate(increasing=increasing).fit(table)


def _quiet(fitted: IsotonicRate, x: object) -> np.ndarray:
    """Return the interval without the warning that nobody is there."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        return fitted.predict_interval(np.asarray(x))


def test_bands_that_break_the_order_are_pooled():
    found = IsotonicRate().fit(SCORES).predict_rate([215, 225, 235, 255, 265])
    np.testing.assert_allclose(found, [0.2, 1 / 3, 1 / 3, 0.6, 0.8])


@given(rows=counts, increasing=st.booleans())
@patient
def test_the_fit_is_that_of_all_applicants_one_by_one(rows, increasing):
    table = _table(rows)
    fitted = _fit(table, increasing=increasing)
    x = np.repeat(np.arange(len(rows)), [sum(row) for row in rows])
    matched = np.concatenate([[1.0] * m + [0.0] * u for m, u in rows])
    single = IsotonicRegression(increasing=increasing, out_of_bounds="clip").fit(x, matched)
    np.testing.assert_allclose(fitted.predict_rate(x), single.predict(x), atol=1e-12)


def test_who_broke_the_order_is_named():
    found = IsotonicRate().fit(SCORES).violations_.to_dict("records")
    assert found == [
        {
            "band": "220-229",
            "next_band": "230-239",
            "rate": 0.4,
            "next_rate": 0.3,
            "pooled_rate": pytest.approx(1 / 3),
            "is_within_rounding": False,
        }
    ]


def test_a_table_in_order_has_no_violations():
    assert IsotonicRate().fit(MONTHS).violations_.empty


def test_an_order_that_rounding_can_restore_says_so():
    bands = (
        Band(low=1, high=1, n=2877, rate=0.99, rate_unit=0.01),
        Band(low=2, high=2, n=2456, rate=0.99, rate_unit=0.01),
    )
    fitted = [
        IsotonicRate(increasing=rising).fit(BandTable(measure="x", bands=bands)).violations_
        for rising in (True, False)
    ]
    both = np.concatenate([each["is_within_rounding"] for each in fitted])
    assert both.tolist() == [True]


def test_a_falling_order_is_the_rising_one_upside_down():
    rows = [(1, 1, 60, 40), (2, 2, 6, 14), (3, 3, 4, 6)]
    mirrored = BandTable.from_counts("x", [(-low, -high, m, u) for low, high, m, u in rows[::-1]])
    falling = IsotonicRate(increasing=False).fit(BandTable.from_counts("x", rows))
    x = np.array([1.0, 2, 3])
    np.testing.assert_array_equal(
        falling.predict_interval(x), IsotonicRate().fit(mirrored).predict_interval(-x)
    )


def test_more_attempts_pool_downwards():
    fitted = IsotonicRate(increasing=False).fit(ATTEMPTS)
    np.testing.assert_allclose(fitted.predict_rate([1, 2, 3]), [0.6, 1 / 3, 1 / 3])


@given(rows=counts, increasing=st.booleans())
@patient
def test_rates_keep_the_order(rows, increasing):
    table = _table(rows)
    fitted = _fit(table, increasing=increasing)
    rates = fitted.predict_rate(fitted._counts_.low[fitted._some_])
    assert (np.diff(rates) * (1 if increasing else -1) >= -1e-12).all()


@pytest.mark.slow
@given(rows=counts, increasing=st.booleans(), level=st.sampled_from([0.5, 0.9, 0.99]))
@patient
def test_an_interval_holds_its_rate_and_stays_within_0_and_1(rows, increasing, level):
    fitted = _fit(_table(rows), increasing=increasing)
    x = np.arange(-1, len(rows) + 1, 0.5)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        rate, limits = fitted.predict_rate(x), fitted.predict_interval(x, level=level)
    ladder = np.column_stack([0 * rate, limits[:, 0], rate, limits[:, 1], 0 * rate + 1])
    assert (np.diff(ladder) >= 0).all()


@given(rows=counts)
@patient
def test_an_interval_grows_with_its_level(rows):
    fitted = _fit(_table(rows))
    x = np.arange(len(rows))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        limits = [fitted.predict_interval(x, level=each) for each in (0.5, 0.9, 0.99)]
    for narrow, wide in pairwise(limits):
        assert (wide[:, 0] <= narrow[:, 0]).all()
        assert (wide[:, 1] >= narrow[:, 1]).all()


def test_an_empty_band_lies_between_its_neighbours():
    fitted = IsotonicRate().fit(SCORES)
    before, inside, after = fitted.predict_interval([235, 245, 255])
    assert inside.tolist() == [before[0], after[1]]
    assert fitted.predict_rate(245)[0] == pytest.approx((1 / 3 + 0.6) / 2)


def test_a_gap_lies_between_its_neighbours():
    fitted = IsotonicRate(increasing=False).fit(ATTEMPTS)
    first, gap, second = fitted.predict_interval([1, 1.5, 2])
    assert gap.tolist() == [second[0], first[1]]


def test_an_empty_band_counts_nobody():
    fitted = IsotonicRate().fit(SCORES)
    found = fitted.band_rates([(240, 249)]).iloc[0]
    assert found["n"] == 0
    assert found["rate"] == fitted.predict_rate(245)[0]


@pytest.mark.parametrize(("x", "rate", "side"), [(100, 0.2, 0), (299, 0.8, 1)])
def test_beyond_the_applicants_the_nearest_rate_stands_and_one_limit_is_open(x, rate, side):
    rows = [(200, 219, 2, 8), (220, 229, 40, 10), (230, 299, 0, 0)]
    fitted = IsotonicRate().fit(BandTable.from_counts("step2_ck", rows))
    with pytest.warns(ExtrapolationWarning, match=f"{x} lies outside the bands with applicants"):
        assert fitted.predict_rate(x).tolist() == [rate]
    assert _quiet(fitted, x)[0, side] == side


def test_a_single_band_is_enough():
    fitted = IsotonicRate().fit(BandTable.from_counts("x", [(1, 9, 3, 1)]))
    assert fitted.predict_rate([1, 5]).tolist() == [0.75, 0.75]


@pytest.mark.parametrize(("rows", "side"), [((0, 9), 0), ((9, 0), 1)])
def test_a_zero_cell_reaches_the_end(rows, side):
    fitted = IsotonicRate().fit(BandTable.from_counts("x", [(1, 1, *rows)]))
    assert fitted.predict_interval(1)[0, side] == side


def test_rates_against_the_order_beyond_chance_are_reported():
    with pytest.warns(ImgstatsWarning, match="do not rise from band to band: band 1-1, 2-2 speaks"):
        fitted = IsotonicRate().fit(REFUTED)
    assert fitted.refuted_ == ("1-1", "2-2")


def test_where_the_order_is_refuted_the_bands_own_interval_stands():
    limits = _fit(REFUTED).predict_interval([1, 2])
    own = BandRate(interval="jeffreys").fit(REFUTED).predict_interval([1, 2])
    assert limits[0, 0] == pytest.approx(0.5)
    assert limits[0, 1] >= own[0, 1]
    assert limits[1, 0] <= own[1, 0]
    assert limits[1, 1] == pytest.approx(0.5)


def test_neighbours_narrow_the_interval_of_a_small_band():
    rows = [(1, 1, 300, 700), (2, 2, 4, 6), (3, 3, 500, 500)]
    small = IsotonicRate().fit(BandTable.from_counts("x", rows)).predict_interval(2)
    alone = BandRate().fit(BandTable.from_counts("x", rows)).predict_interval(2)
    assert np.diff(small)[0, 0] < 0.6 * np.diff(alone)[0, 0]


def test_a_union_of_bands_pools_counts():
    found = IsotonicRate().fit(SCORES).band_rates([(220, 249), (None, None)])
    assert found["n"].tolist() == [60, 170]
    np.testing.assert_allclose(found["rate"], [1 / 3, 92 / 170])


def test_a_band_that_cuts_a_band_is_refused():
    with pytest.raises(TableError, match=r"band 225\.\.239 cuts the table's band 220-229"):
        IsotonicRate().fit(SCORES).band_rates([(225, 239)])


def test_a_rate_that_no_count_prints_is_refused():
    band = Band(low=1, high=1, n=7, rate=0.4, rate_unit=0.01)
    with pytest.raises(TableError, match="fits no whole number of matched"):
        IsotonicRate().fit(BandTable(measure="x", bands=(band,)))


@given(rows=counts, times=st.integers(2, 9))
@patient
def test_more_of_the_same_counts_never_widen(rows, times):
    rising = sorted((row for row in rows if sum(row)), key=lambda row: row[0] / sum(row))
    few = _fit(_table(rising))
    many = _fit(_table([(times * matched, times * rest) for matched, rest in rising]))
    x = np.arange(len(rising))
    assert (np.diff(many.predict_interval(x)) <= np.diff(few.predict_interval(x)) + 1e-12).all()


def test_no_number_of_applicants_beats_the_rounding():
    bands = tuple(
        Band(low=i, high=i, n=10**8, rate=rate, rate_unit=0.01)
        for i, rate in enumerate((0.5, 0.6, 0.7))
    )
    limits = IsotonicRate().fit(BandTable(measure="x", bands=bands)).predict_interval(1)
    assert 0.01 <= float(np.diff(limits)[0, 0]) < 0.011


@given(rows=counts, shift=st.integers(-100, 100))
@patient
def test_relabelled_bands_have_the_same_rates(rows, shift):
    here = _fit(_table(rows))
    moved = [(i + shift, i + shift, *row) for i, row in enumerate(rows)]
    there = _fit(BandTable.from_counts("x", moved))
    x = np.arange(len(rows))
    np.testing.assert_array_equal(_quiet(here, x), _quiet(there, x + shift))


@pytest.mark.parametrize("increasing", ["yes", 2, None])
def test_a_direction_is_true_or_false(increasing):
    with pytest.raises(InputError, match=r"increasing is .*; allowed: True or False"):
        IsotonicRate(increasing=increasing).fit(SCORES)


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(TableError, match="IsotonicRate got CountTable"):
        IsotonicRate().fit(CountTable(matched=1, not_matched=1))  # type: ignore[arg-type]


def test_nothing_is_known_before_a_fit():
    with pytest.raises(NotFittedError, match="not fitted"):
        IsotonicRate().band_rates([(1, 1)])


def test_a_second_fit_forgets_the_first():
    again = _fit(REFUTED).fit(MONTHS)
    assert again.refuted_ == ()
    np.testing.assert_array_equal(
        again.predict_interval([0, 3]), IsotonicRate().fit(MONTHS).predict_interval([0, 3])
    )


def test_a_pickle_predicts_the_same():
    fitted = IsotonicRate().fit(MONTHS)
    copy = pickle.loads(pickle.dumps(fitted))  # noqa: S301  made one line above
    np.testing.assert_array_equal(copy.predict_interval([0, 2]), fitted.predict_interval([0, 2]))


def test_a_clone_keeps_the_direction():
    copy = clone(IsotonicRate(increasing=False).fit(ATTEMPTS))
    assert copy.get_params() == {"increasing": False}


@pytest.mark.parametrize("size", [8, 60, 1000])
@pytest.mark.parametrize("kind", ["steep", "flat"])
def test_the_interval_covers_in_every_band(size, kind):
    """600 tables of 5 bands; the error of a band's coverage is about 0.009."""
    rng = np.random.default_rng(20261123)
    truth = np.array([0.1, 0.3, 0.35, 0.6, 0.9] if kind == "steep" else [0.4] * 5)
    n = size * np.array([1.0, 2, 4, 2, 1])
    held = np.zeros(5)
    for _ in range(600):
        matched = rng.binomial(n.astype(int), truth).astype(float)
        for j in range(5):
            low, high = window_limits((matched, n), (matched, n), (j, j), 0.95)
            held[j] += low <= truth[j] <= high
    assert (held / 600 >= 0.93).all()


@pytest.mark.parametrize("specialty", sorted(published_bands()))
def test_every_published_table_is_fitted_and_none_refutes_the_order(specialty):
    fitted = IsotonicRate().fit(published_bands()[specialty])
    assert fitted.refuted_ == ()
    assert (np.diff(fitted.bands_["pooled_rate"].dropna()) >= 0).all()
