"""`Band` and `BandTable`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from imgstats.errors import TableError
from imgstats.tables import Band, BandTable


def test_counts_give_n_and_rate():
    band = Band(low=230, high=239, matched=30, not_matched=10)
    assert (band.n, band.rate, band.rate_unit) == (40, 0.75, 0.0)


def test_n_and_rate_leave_the_counts_open():
    band = Band(low=230, high=239, n=1807, rate=0.98, rate_unit=0.01)
    assert (band.matched, band.not_matched, band.n, band.rate) == (None, None, 1807, 0.98)


@pytest.mark.parametrize(
    ("low", "high", "label"),
    [(230, 239, "230-239"), (250, None, "250+"), (None, 199, "up to 199"), (None, None, "all")],
)
def test_a_band_has_a_label(low, high, label):
    assert Band(low=low, high=high, matched=1, not_matched=1).label == label


def test_a_band_of_one_value_is_a_band():
    assert Band(low=1, high=1, matched=1, not_matched=1).low == 1


def test_an_empty_band_has_no_rate():
    assert Band(low=1, high=2, n=0).rate is None


def test_the_rate_of_an_empty_band_is_dropped():
    assert Band(low=1, high=2, n=0, rate=0.0).rate is None


def test_counts_of_zero_have_no_rate():
    assert Band(low=1, high=2, matched=0, not_matched=0).rate is None


def test_low_above_high_is_refused():
    with pytest.raises(TableError, match=r"band 239\.\.230"):
        Band(low=239, high=230, matched=1, not_matched=1)


def test_n_against_the_counts_is_refused():
    with pytest.raises(TableError, match=r"n 41.*= 40"):
        Band(low=1, high=2, matched=30, not_matched=10, n=41)


@pytest.mark.parametrize("given", [{}, {"matched": 3}, {"n": 3}, {"rate": 0.5}, {"not_matched": 3}])
def test_half_the_numbers_are_refused(given):
    with pytest.raises(TableError, match="lacks numbers"):
        Band(low=1, high=2, **given)


@pytest.mark.parametrize("rate", [-0.01, 1.01, 98])
def test_a_rate_outside_0_to_1_is_refused(rate):
    with pytest.raises(TableError, match="give 98 % as"):
        Band(low=1, high=2, n=10, rate=rate)


def test_a_rate_against_the_counts_is_refused():
    with pytest.raises(TableError, match="rate"):
        Band(low=1, high=2, matched=30, not_matched=10, rate=0.1)


@pytest.mark.parametrize("matched", [5, 50])
def test_one_count_against_n_and_rate_is_refused(matched):
    with pytest.raises(TableError, match=r"at most n|counts give"):
        Band(low=1, high=2, matched=matched, n=10, rate=0.9)


def test_a_negative_rounding_unit_is_refused():
    with pytest.raises(TableError, match="rate_unit"):
        Band(low=1, high=2, n=10, rate=0.9, rate_unit=-0.01)


@pytest.mark.parametrize("value", [float("nan"), float("inf"), True, "230", 1j], ids=repr)
@pytest.mark.parametrize("name", ["low", "high", "rate", "rate_unit"])
def test_what_is_no_number_is_refused_by_name(name, value):
    given = {"low": 1, "high": 2, "n": 10, "rate": 0.5} | {name: value}
    with pytest.raises(TableError, match=f"^{name} is"):
        Band(**given)


@pytest.mark.parametrize("value", [-1, 1.5, float("nan"), True, "3"], ids=repr)
@pytest.mark.parametrize("name", ["matched", "not_matched", "n"])
def test_what_is_no_count_is_refused_by_name(name, value):
    given = {"low": 1, "high": 2, "matched": 1, "not_matched": 1, "n": 2} | {name: value}
    with pytest.raises(TableError, match=f"^{name} is"):
        Band(**given)


def test_numpy_numbers_are_numbers():
    ends: dict[str, Any] = {"low": np.int64(1), "high": np.float32(2)}
    band = Band(**ends, matched=np.int32(3), not_matched=np.int8(1))  # type: ignore[arg-type]
    assert (band.low, band.high, band.matched) == (1.0, 2.0, 3)


def test_a_table_counts_its_people():
    assert BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)]).n == 120


def test_gaps_between_bands_are_allowed():
    assert BandTable.from_counts("step2_ck", [(200, 209, 1, 1), (230, 239, 1, 1)]).n == 4


def test_bands_become_a_tuple():
    band = Band(low=1, high=1, matched=1, not_matched=1)
    assert BandTable(measure="attempts", bands=[band]).bands == (band,)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "ends",
    [
        [(200, 210), (210, 219)],
        [(200, 215), (210, 219)],
        [(210, 219), (200, 209)],
        [(200, None), (210, 219)],
        [(200, 209), (None, 219)],
        [(200, 209), (None, None), (220, 229)],
    ],
    ids=["touch", "overlap", "fall", "open above", "open below", "open in the middle"],
)
def test_bands_that_are_not_apart_and_rising_are_refused(ends):
    with pytest.raises(TableError, match="rising bands that share no value"):
        BandTable.from_counts("step2_ck", [(low, high, 1, 1) for low, high in ends])


@pytest.mark.parametrize("rows", [[], [(1, 1, 0, 0)], [(1, 1, 0, 0), (2, None, 0, 0)]])
def test_a_table_without_people_is_refused(rows):
    with pytest.raises(TableError, match="no applicant in any band"):
        BandTable.from_counts("attempts", rows)


# --- counts that the table hides


def test_a_hidden_count_leaves_a_range():
    band = Band(low=None, high=219, matched_range=(0, 4), not_matched=30)
    assert (band.matched, band.not_matched, band.n, band.rate) == (None, 30, None, None)
    assert (band.matched_range, band.not_matched_range) == ((0, 4), (30, 30))
    assert (band.hidden, band.n_range) == (True, (30, 34))
    assert (band.fewest, band.most) == ((0, 30), (4, 30))
    assert band.rate_range == (0.0, 4 / 34)


def test_n_narrows_a_hidden_count():
    band = Band(low=1, high=1, matched_range=(0, 40), not_matched_range=(0, 4), n=30)
    assert (band.matched_range, band.not_matched_range) == ((26, 30), (0, 4))
    assert (band.n, band.n_range, band.rate_range) == (30, (30, 30), (26 / 30, 1.0))


def test_both_hidden_without_n_may_be_nobody():
    band = Band(low=1, high=1, matched_range=(0, 4), not_matched_range=(0, 4))
    assert (band.n_range, band.rate_range) == ((0, 8), (0.0, 1.0))


def test_a_range_of_one_number_is_a_count():
    assert Band(low=1, high=1, matched_range=(3, 3), not_matched=7) == Band(
        low=1, high=1, matched=3, not_matched=7
    )


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"matched_range": (0, 4)}, "one count is hidden and the other is missing"),
        ({"matched_range": (4, 0), "n": 9}, "fewest at or below most"),
        ({"matched_range": (0, 4), "matched": 5, "n": 9}, "fewest at or below most"),
        ({"matched_range": (0, -1), "n": 9}, "matched_range is -1"),
        ({"matched_range": 4, "n": 9}, "matched_range is 4"),
        ({"matched_range": "04", "n": 9}, "matched_range is"),
        ({"matched_range": (0, 4), "not_matched": 3, "n": 30}, "no number of matched agrees"),
        ({"matched_range": (0, 4), "n": 30, "rate": 0.1}, "a rate beside a hidden count"),
    ],
)
def test_ranges_that_contradict_the_band_are_refused(given, message):
    with pytest.raises(TableError, match=message):
        Band(low=1, high=1, **given)


def test_a_table_counts_the_fewest_where_n_is_hidden():
    few = Band(low=1, high=1, matched_range=(0, 4), not_matched=30)
    table = BandTable(
        measure="attempts", bands=(few, Band(low=2, high=2, matched=1, not_matched=1))
    )
    assert (table.n, table.hidden) == (32, True)
    assert BandTable.from_frame(table.to_frame()) == table


def test_only_a_table_that_hides_a_count_has_columns_of_ranges():
    frame = BandTable.from_counts("attempts", [(1, 1, 60, 40)]).to_frame()
    assert not {"matched_low", "matched_high", "not_matched_low"} & set(frame.columns)


def test_a_printed_rate_has_no_counts_at_its_ends():
    with pytest.raises(TableError, match="prints a rate"):
        _ = Band(low=1, high=1, n=40, rate=0.5, rate_unit=0.01).fewest
