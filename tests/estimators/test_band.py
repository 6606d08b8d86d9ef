"""What `BandRate` promises beyond the contract."""

from __future__ import annotations

import pickle
from functools import cache

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from imgstats.errors import InputError, TableError
from imgstats.estimators.band import BandRate
from imgstats.tables import Band, BandTable, CountTable
from tests.estimators.published import published_bands

patient = settings(deadline=None, max_examples=60, derandomize=True)
INTERVALS = ("jeffreys", "wilson")
SCORES = BandTable.from_counts(
    "step2_ck", [(None, 219, 3, 7), (220, 239, 40, 60), (240, 249, 0, 0), (250, None, 90, 30)]
)
ATTEMPTS = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, 2, 6, 14), (3, None, 1, 9)])
MONTHS = BandTable.from_counts("usce_months", [(0, 0, 20, 60), (1, 2, 30, 40), (3, None, 50, 30)])

every_interval = pytest.mark.parametrize("interval", INTERVALS)


def _printed(n: int, rate: float, unit: float = 0.01) -> BandTable:
    band = Band(low=240, high=249, n=n, rate=rate, rate_unit=unit)
    return BandTable(measure="step2_ck", bands=(band,))


def _width(table: BandTable, interval: str = "jeffreys") -> float:
    return float(np.diff(BandRate(interval=interval).fit(table).predict_interval(245))[0, 0])


def test_a_rate_is_matched_over_all():
    assert BandRate().fit(SCORES).predict_rate([200, 230, 280]).tolist() == [0.3, 0.4, 0.75]


@pytest.mark.parametrize("table", [ATTEMPTS, MONTHS], ids=["attempts", "months"])
def test_a_table_of_few_values_is_used_as_it_stands(table):
    found = BandRate().fit(table).predict_rate([1, 3])
    rates = {band.low: band.rate for band in table.bands}
    assert found.tolist() == [rates[1], rates[3]]


def test_an_empty_band_has_no_rate_and_the_widest_interval():
    fitted = BandRate().fit(SCORES)
    assert np.isnan(fitted.predict_rate(245)).all()
    assert fitted.predict_interval(245).tolist() == [[0, 1]]


def test_an_empty_band_counts_nobody():
    found = BandRate().fit(SCORES).band_rates([(240, 249)]).iloc[0]
    assert (found["n"], found["rate_low"], found["rate_high"]) == (0, 0, 1)


@every_interval
@pytest.mark.parametrize(("rows", "side", "limit"), [((0, 9), 0, 0.0), ((9, 0), 1, 1.0)])
def test_a_zero_cell_reaches_the_end(interval, rows, side, limit):
    table = BandTable.from_counts("x", [(1, 1, *rows)])
    assert BandRate(interval=interval).fit(table).predict_interval(1)[0, side] == limit


def test_a_single_band_is_enough():
    table = BandTable.from_counts("x", [(None, None, 3, 1)])
    assert BandRate().fit(table).predict_rate([-5, 500]).tolist() == [0.75, 0.75]


@pytest.mark.parametrize(
    ("x", "where"),
    [
        (0, "below the first band, 1-1"),
        (1.5, "between band 1-1 and band 2-2"),
        (4, "between band 2-2 and band 5-6"),
        (7, "above the last band, 5-6"),
    ],
)
def test_an_x_in_no_band_is_refused_by_the_name_of_the_gap(x, where):
    table = BandTable.from_counts("x", [(1, 1, 3, 1), (2, 2, 3, 1), (5, 6, 1, 1)])
    with pytest.raises(InputError, match=f"x {x:g} lies {where}: no band holds it"):
        BandRate().fit(table).predict_rate([1, x])


def test_an_open_band_ends_where_the_scale_ends():
    with pytest.raises(InputError, match=r"x 301 lies above the last band, 250\+"):
        BandRate().fit(SCORES).predict_rate(301)


def test_a_union_of_bands_pools_counts():
    found = BandRate().fit(SCORES).band_rates([(220, 300), (None, None)])
    assert found["n"].tolist() == [220, 230]
    np.testing.assert_allclose(found["rate"], [130 / 220, 133 / 230])


def test_a_union_is_as_narrow_as_one_band_of_these_counts():
    united = BandRate().fit(ATTEMPTS).band_rates([(2, None)])
    single = BandRate().fit(BandTable.from_counts("attempts", [(2, None, 7, 23)]))
    np.testing.assert_allclose(
        united[["rate_low", "rate_high"]], single.predict_interval(2), rtol=1e-12
    )


@pytest.mark.parametrize("band", [(225, 249), (None, 230), (260, None)])
def test_a_band_that_cuts_a_band_is_refused(band):
    with pytest.raises(TableError, match=r"cuts the table's band .*nothing about the inside"):
        BandRate().fit(SCORES).band_rates([band])


def test_a_band_beyond_the_table_is_refused():
    with pytest.raises(InputError, match="lies above the last band, 5-6: the table holds nobody"):
        BandRate().fit(BandTable.from_counts("x", [(5, 6, 1, 1)])).band_rates([(8, 9)])


@pytest.mark.parametrize("band", [(1, float("nan")), ("low", "high")])
def test_ends_that_are_no_numbers_are_refused(band):
    with pytest.raises(InputError, match="band "):
        BandRate().fit(ATTEMPTS).band_rates([band])


@pytest.mark.slow
@given(
    n=st.integers(1, 5000),
    share=st.floats(0, 1),
    unit=st.sampled_from([0.01, 0.001, 0.05]),
    interval=st.sampled_from(INTERVALS),
)
@patient
def test_the_interval_covers_that_of_every_count_that_prints_the_rate(n, share, unit, interval):
    matched = round(share * n)
    rate = round(round(matched / n / unit) * unit, 6)
    assume(rate <= 1)
    ours = BandRate(interval=interval).fit(_printed(n, rate, unit)).predict_interval(245)[0]
    exact = BandTable.from_counts("step2_ck", [(240, 249, matched, n - matched)])
    theirs = BandRate(interval=interval).fit(exact).predict_interval(245)[0]
    assert ours[0] <= theirs[0] + 1e-12
    assert ours[1] >= theirs[1] - 1e-12


@given(n=st.integers(1, 20_000), percent=st.integers(0, 100))
@patient
def test_a_rate_rounds_to_the_printed_one_or_the_table_is_refused(n, percent):
    try:
        fitted = BandRate().fit(_printed(n, percent / 100))
    except TableError:
        assert all(abs(100 * k / n - percent) > 0.5 for k in range(n + 1))
    else:
        assert abs(100 * fitted.predict_rate(245)[0] - percent) <= 0.5 + 1e-9


def test_a_rate_that_no_count_prints_is_refused_with_what_would_fit():
    with pytest.raises(
        TableError,
        match=r"band 240-249: rate 0.4 with n 7, .*no whole number.*2 of 7 is 0.2857 and 3 of 7",
    ):
        BandRate().fit(_printed(7, 0.40))


def test_an_exact_rate_must_be_a_count_over_n():
    with pytest.raises(TableError, match=r"rate 0\.39 with n 18, printed in steps of 0"):
        BandRate().fit(_printed(18, 0.39, 0.0))


def test_an_exact_rate_that_is_a_count_over_n_is_that_count():
    fitted = BandRate().fit(_printed(18, 7 / 18, 0.0))
    assert fitted.bands_[["matched_low", "matched_high"]].to_numpy().tolist() == [[7, 7]]


@every_interval
@given(matched=st.integers(0, 300), rest=st.integers(0, 300), times=st.integers(2, 20))
@patient
def test_more_of_the_same_counts_narrow(interval, matched, rest, times):
    assume(matched + rest > 0)
    few, many = (
        BandTable.from_counts("step2_ck", [(240, 249, k * matched, k * rest)]) for k in (1, times)
    )
    assert _width(many, interval) < _width(few, interval)


@pytest.mark.slow
@given(percent=st.integers(0, 100), times=st.integers(2, 50), hundreds=st.integers(1, 20))
@patient
def test_more_at_the_same_printed_rate_never_widens_beyond_the_rounding(percent, times, hundreds):
    few, many = (_width(_printed(100 * hundreds * k, percent / 100)) for k in (1, times))
    assert many <= max(few, 0) + 0.01


def test_no_number_of_applicants_beats_the_rounding():
    assert 0.01 <= _width(_printed(10**9, 0.81)) < 0.0102


def test_counts_have_no_floor():
    table = BandTable.from_counts("step2_ck", [(240, 249, 81 * 10**7, 19 * 10**7)])
    assert _width(table) < 1e-4


@cache
def _relabelled(shift: int) -> np.ndarray:
    rows = [
        (1 + shift, 3 + shift, 5, 6),
        (4 + shift, 4 + shift, 0, 9),
        (7 + shift, 9 + shift, 8, 1),
    ]
    fitted = BandRate().fit(BandTable.from_counts("x", rows))
    return fitted.predict_interval(np.array([2.0, 4, 8]) + shift)


@given(shift=st.integers(-200, 200))
@patient
def test_relabelled_bands_have_the_same_rates(shift):
    np.testing.assert_array_equal(_relabelled(0), _relabelled(shift))


@given(order=st.permutations(range(4)))
@patient
def test_the_order_of_x_is_of_no_account(order):
    fitted, x = BandRate().fit(SCORES), np.array([200.0, 230, 245, 280])
    np.testing.assert_array_equal(
        fitted.predict_interval(x[list(order)]), fitted.predict_interval(x)[list(order)]
    )


def test_an_unknown_interval_is_refused():
    with pytest.raises(InputError, match="interval is 'wald'; allowed: jeffreys or wilson"):
        BandRate(interval="wald").fit(SCORES)


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(TableError, match="BandRate got CountTable"):
        BandRate().fit(CountTable(matched=1, not_matched=1))  # type: ignore[arg-type]


def test_nothing_is_known_before_a_fit():
    with pytest.raises(NotFittedError, match="not fitted"):
        BandRate().predict_rate(1)


def test_a_second_fit_forgets_the_first():
    again = BandRate().fit(SCORES).fit(ATTEMPTS)
    np.testing.assert_array_equal(
        again.predict_interval([1, 2, 3]), BandRate().fit(ATTEMPTS).predict_interval([1, 2, 3])
    )


def test_a_pickle_predicts_the_same():
    fitted = BandRate().fit(ATTEMPTS)
    copy = pickle.loads(pickle.dumps(fitted))  # noqa: S301  made one line above
    np.testing.assert_array_equal(copy.predict_interval([1, 2]), fitted.predict_interval([1, 2]))


def test_a_clone_keeps_the_interval():
    assert clone(BandRate(interval="wilson").fit(ATTEMPTS)).get_params() == {"interval": "wilson"}


@pytest.mark.slow
@every_interval
@pytest.mark.parametrize("n", [40, 2000])
def test_the_interval_covers_after_rounding(interval, n):
    """4,000 replicates over rates from 0.05 to 0.95; the error of the coverage is about 0.004."""
    rng = np.random.default_rng(20261123)
    truth = rng.uniform(0.05, 0.95, 4000)
    counts = rng.binomial(n, truth)
    limits = {}
    for matched in np.unique(counts):
        table = _printed(n, round(matched / n, 2))
        limits[matched] = BandRate(interval=interval).fit(table).predict_interval(245)[0]
    low, high = np.array([limits[each] for each in counts]).T
    assert ((low <= truth) & (truth <= high)).mean() >= 0.93


@pytest.mark.parametrize("specialty", sorted(published_bands()))
def test_every_published_table_is_read(specialty):
    table = published_bands()[specialty]
    fitted = BandRate().fit(table)
    printed = np.array([np.nan if band.rate is None else band.rate for band in table.bands])
    np.testing.assert_allclose(fitted.bands_["rate"], printed, atol=0.005 + 1e-9)
