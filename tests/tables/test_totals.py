"""A printed total of all bands: it fits what rounding and hiding leave open, and narrows it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgstats.errors import TableError
from imgstats.estimators import BandRate
from imgstats.tables import Band, BandTable

FEW = Band(low=1, high=1, matched_range=(0, 4), not_matched=30)
FULL = Band(low=2, high=2, matched=40, not_matched=60)
ROUNDED = Band(low=3, high=3, n=200, rate=0.62, rate_unit=0.01)


def _table(*bands: Band, **totals: Any) -> BandTable:
    return BandTable(measure="x", bands=bands, **totals)


def test_a_total_finds_the_one_count_that_is_hidden():
    first = _table(FEW, FULL, total_matched=43).bands[0]
    assert (first.matched, first.n, first.hidden) == (3, 33, False)
    assert _table(FEW, FULL, total_n=133).bands[0] == first


def test_a_total_narrows_two_hidden_counts_together():
    second = Band(low=3, high=3, matched_range=(0, 4), n=20)
    table = _table(FEW, FULL, second, total_matched=47)
    assert [band.matched_range for band in table.bands] == [(3, 4), None, (3, 4)]
    assert table.bands[0].n_range == (33, 34)


def test_whole_per_cents_and_a_total_that_they_do_not_give_agree_by_rounding():
    # 62 % of 200 is 124; 123 to 125 print it.
    found = _table(FULL, ROUNDED, total_matched=165).bands[1]
    assert (found.matched, found.n) == (125, 200)
    other = Band(low=4, high=4, n=200, rate=0.3, rate_unit=0.01)
    both = _table(ROUNDED, other, total_matched=186)
    assert [band.matched for band in both.bands] == [125, 61]


def test_a_total_that_tells_nothing_new_leaves_the_print_alone():
    assert _table(FULL, ROUNDED, total_matched=(160, 170)).bands == (FULL, ROUNDED)


@pytest.mark.parametrize(
    ("totals", "words"),
    [
        (
            {"total_matched": 170},
            r"where the bands hold \(0 to 4\) \+ 40 \+ \(123 to 125\) = \(163 to 169\)",
        ),
        ({"total_matched": (0, 162)}, r"a total matched of \(0 to 162\), where"),
        ({"total_n": 329}, r"a total n of 329, where .* \(330 to 334\)"),
        ({"total_n": 331, "total_matched": 163}, "the totals leave a band|a total not matched of"),
        ({"total_matched": 1.5}, "total_matched is 1.5"),
        ({"total_n": (5, 2)}, "total_n is 5 to 2; .*fewest at or below most"),
        ({"total_n": "330"}, "total_n is '330'"),
    ],
)
def test_a_total_beyond_rounding_is_refused_with_the_arithmetic(totals, words):
    with pytest.raises(TableError, match=words):
        _table(FEW, FULL, ROUNDED, **totals)


def test_exact_counts_leave_room_for_a_total_that_was_rounded_only():
    with pytest.raises(TableError, match=r"a total n of 135, where the bands hold 100 = 100"):
        _table(FULL, total_n=135)
    assert _table(FULL, total_n=(98, 102)).total_n == (98, 102)


@pytest.mark.parametrize("totals", [{"total_matched": 44}, {"total_n": (131, 132)}, {}])
def test_totals_come_back_from_a_frame(totals):
    table = _table(FEW, FULL, **totals)
    again = BandTable.from_frame(table.to_frame())
    assert again == table
    assert {name: getattr(again, name) for name in totals} == totals


def test_a_total_is_read_from_one_column_and_has_one_value():
    rows = [
        {"measure": "x", "low": 1, "high": 1, "n": 100, "rate": 0.4, "rate_unit": 0.01},
        {"measure": "x", "low": 2, "high": 2, "n": 300, "rate": 0.5, "rate_unit": 0.01},
    ]
    table = BandTable.from_records([row | {"total_matched": 191} for row in rows])
    assert table.bands[1].matched == 151
    with pytest.raises(TableError, match="column total_matched holds 191, 192"):
        BandTable.from_records(
            [{**rows[0], "total_matched": 191}, {**rows[1], "total_matched": 192}]
        )


@settings(deadline=None, max_examples=20, derandomize=True)
@given(
    counts=st.lists(st.tuples(st.integers(0, 9), st.integers(1, 60)), min_size=1, max_size=5),
    knows=st.booleans(),
    gives=st.sets(st.sampled_from(["total_matched", "total_n"]), min_size=1),
)
def test_a_true_total_never_loses_the_true_counts_and_never_widens(counts, knows, gives):
    bands = [
        Band(
            low=i,
            high=i,
            n=a + b if knows else None,
            matched_range=(0, 4) if a < 5 else (a, a),
            not_matched_range=(0, 4) if b < 5 else (b, b),
        )
        for i, (a, b) in enumerate(counts)
    ]
    true = {"total_matched": sum(a for a, _ in counts), "total_n": sum(map(sum, counts))}
    table = _table(*bands, **{name: true[name] for name in gives})
    for before, band, pair in zip(bands, table.bands, counts, strict=True):
        for wide, narrow, count in zip(before.possible, band.possible, pair, strict=True):
            assert wide[0] <= narrow[0] <= count <= narrow[1] <= wide[1]
    ends = [(i, i) for i in range(len(counts))]
    free, told = (BandRate().fit(each).band_rates(ends) for each in (_table(*bands), table))
    assert (told["rate_low"] >= free["rate_low"] - 1e-12).all()
    assert (told["rate_high"] <= free["rate_high"] + 1e-12).all()
