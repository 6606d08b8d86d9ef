"""Counts that a table hides: taken as ranges, never as nobody."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgstats import Applicant
from imgstats.errors import InputError, TableError
from imgstats.estimators import BandRate
from imgstats.joint.margin import margin_from_bands
from imgstats.own_tables import OwnTables
from imgstats.own_tables.kinds import MOST_PEOPLE
from imgstats.tables import Band, BandTable
from tests.own_tables.adding import add

COUNTED = "low,high,matched,not_matched\n"
WITH_N = "low,high,matched,n\n"
LOW = "1,1,60,40\n"


def added(folder, text, **said):
    return add(folder, text, **said).table.bands


@pytest.mark.parametrize(
    ("mark", "most"),
    [
        ("<5", 4), ("< 11", 10), ("<=5", 5), ("\u22645", 5), ("fewer than 5", 4), ("Under 5", 4),
        ("<5*", 4), ("<1", 0),
    ],
)  # fmt: skip
def test_a_mark_with_a_number_is_a_range(tmp_path, mark, most):
    band = added(tmp_path, f"{COUNTED}{LOW}2,2,{mark},30\n")[1]
    assert band.fewest == (0, 30)
    assert band.most == (most, 30)


@pytest.mark.parametrize("mark", ["*", "**", "s", "S", "(s)", "suppressed", "Suppressed"])
def test_a_mark_alone_needs_n_or_the_threshold(tmp_path, mark):
    text = f"{COUNTED}{LOW}2,2,{mark},30\n"
    with pytest.raises(InputError, match=r"line 3: matched is .*--suppressed-below 11"):
        add(tmp_path, text)
    assert added(tmp_path, text, suppressed_below=11)[1].matched_range == (0, 10)
    band = added(tmp_path, f"{WITH_N}1,1,60,100\n2,2,{mark},30\n", file="n.csv")[1]
    assert (band.matched_range, band.n) == ((0, 30), 30)
    both = added(
        tmp_path, f"{WITH_N}1,1,60,100\n2,2,{mark},30\n", file="m.csv", suppressed_below=11
    )[1]
    assert both.matched_range == (0, 10)


@pytest.mark.parametrize(
    ("text", "matched", "n"),
    [
        ("low,high,matched,n\n1,1,60,100\n2,2,,30\n", (0, 30), (30, 30)),
        ("low,high,matched,not_matched,n\n1,1,60,40,100\n2,2,,,30\n", (0, 30), (30, 30)),
        ("low,high,matched,not_matched,n\n1,1,60,40,100\n2,2,<5,<11,12\n", (2, 4), (12, 12)),
        ("low,high,matched,not_matched\n1,1,60,40\n2,2,3,<11\n", (3, 3), (3, 13)),
        ("low,high,matched,not_matched\n1,1,60,40\n2,2,<5,<11\n", (0, 4), (0, 14)),
        ("low,high,matched,n\n1,1,60,100\n2,2,<5,<11\n", (0, 4), (0, 14)),
        ("low,high,matched,n\n1,1,60,100\n2,2,3,<11\n", (3, 3), (3, 10)),
        ("low,high,n,rate\n1,1,100,0.6\n2,2,30,*\n", (0, 30), (30, 30)),
        ("low,high,matched,n,rate\n1,1,60,100,0.6\n2,2,<11,40,0.2\n", (8, 8), (40, 40)),
    ],
)
def test_what_is_printed_beside_narrows_the_range(tmp_path, text, matched, n):
    band = added(tmp_path, text)[1]
    assert (band.fewest[0], band.most[0]) == matched
    assert band.n_range == n


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("2,2,,30", "line 3: band 2-2 lacks numbers: matched is empty; allowed: a count, or n"),
        ("2,2,*,*", "line 3: matched is '*'"),
        ("2,2,<0,30", "line 3: the hidden count '<0'"),
    ],
)
def test_what_leaves_a_band_open_is_refused_without_a_circle(tmp_path, row, message):
    with pytest.raises(InputError) as caught:
        add(tmp_path, f"{COUNTED}{LOW}{row}\n")
    assert message in str(caught.value)
    assert "n 0" not in str(caught.value)
    assert "leave the cell empty" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "low,high,matched,not_matched,n\n1,1,60,40,100\n2,2,<5,3,30\n",
        "low,high,matched,n\n1,1,60,100\n2,2,30,<11\n",
        "low,high,matched,n,rate\n1,1,60,100,0.6\n2,2,<5,40,0.9\n",
    ],
)
def test_counts_that_contradict_a_hidden_one_are_refused(tmp_path, text):
    with pytest.raises(InputError, match="line 3: "):
        add(tmp_path, text)


def test_a_mark_where_no_count_belongs_is_refused(tmp_path):
    with pytest.raises(InputError, match="line 3: low is '<5'"):
        add(tmp_path, f"{COUNTED}{LOW}<5,5,3,3\n")
    with pytest.raises(InputError, match="line 2: n is '<5'"):
        add(tmp_path, "outcome,n\nmatched,<5\nnot_matched,60\n", kind="summary")


# --- joining


def test_a_hidden_band_is_joined_with_its_smaller_neighbour(tmp_path):
    text = f"{WITH_N}1,1,60,100\n2,2,<5,30\n3,3,9,40\n4,,50,90\n"
    found = add(tmp_path, text, join_suppressed=True)
    assert [each.label for each in found.table.bands] == ["1-1", "2-3", "4+"]
    assert found.table.bands[1].matched_range == (9, 13)
    assert found.table.bands[1].n == 70
    assert found.said[0] == "joined band 2-2 with 3-3: a count is hidden"
    assert found.certificate.joined
    assert OwnTables(tmp_path / "data").all() == (found,)


def test_two_hidden_neighbours_become_one_band(tmp_path):
    text = f"{WITH_N}1,1,60,100\n2,2,<5,30\n3,3,<5,10\n4,,50,90\n"
    bands = added(tmp_path, text, join_suppressed=True)
    assert [each.label for each in bands] == ["1-1", "2-3", "4+"]
    assert bands[1].matched_range == (0, 8)


def test_a_neighbour_of_a_rate_is_joined_by_the_counts_that_print_it(tmp_path):
    text = "low,high,n,rate,matched\n1,1,100,0.6,\n2,,30,,<5\n"
    (band,) = added(tmp_path, text, join_suppressed=True)
    assert (band.label, band.n, band.matched_range) == ("1+", 130, (60, 64))


def test_a_band_beside_a_gap_is_not_joined(tmp_path):
    text = f"{COUNTED}1,1,60,40\n5,,<5,30\n"
    with pytest.raises(InputError, match="leave --join-suppressed out"):
        add(tmp_path, text, join_suppressed=True)


def test_nothing_to_join_is_said(tmp_path):
    assert add(tmp_path, join_suppressed=True).said == ("no band hides a count: none was joined",)


@pytest.mark.parametrize(
    "said",
    [
        {"suppressed_below": -1},
        {"suppressed_below": MOST_PEOPLE + 1},
        {"suppressed_below": "5"},
        {"kind": "count", "join_suppressed": True},
        {"kind": "share", "suppressed_below": 5},
    ],
)
def test_what_is_said_of_hidden_counts_is_checked(tmp_path, said):
    with pytest.raises(InputError):
        add(tmp_path, **said)
    assert not (tmp_path / "data").exists()


# --- rates


HIDDEN = Band(low=None, high=219, matched_range=(0, 4), not_matched=30)
TABLE = BandTable(
    measure="step2_ck",
    bands=(
        HIDDEN,
        Band(low=220, high=239, matched=40, not_matched=60),
        Band(low=240, high=None, matched=80, not_matched=50),
    ),
)


def ends_of(matched, not_matched):
    table = BandTable.from_counts("step2_ck", [(None, None, matched, not_matched)])
    return BandRate().fit(table).band_rates([(None, None)]).iloc[0]


def test_limits_come_from_the_worst_ends():
    row = BandRate().fit(TABLE).band_rates([(None, 219)]).iloc[0]
    assert row["rate_low"] == ends_of(0, 30)["rate_low"] == 0
    assert row["rate_high"] == ends_of(4, 30)["rate_high"]
    assert row["rate"] == pytest.approx(2 / 34)


@pytest.mark.slow
@given(
    matched=st.tuples(st.integers(0, 30), st.integers(0, 10)),
    others=st.tuples(st.integers(0, 30), st.integers(0, 10)),
    at=st.tuples(st.floats(0, 1), st.floats(0, 1)),
)
def test_every_count_that_is_allowed_lies_inside(matched, others, at):
    ranges = [(low, low + more) for low, more in (matched, others)]
    true = [
        low + round(share * (high - low)) for share, (low, high) in zip(at, ranges, strict=True)
    ]
    if not sum(true):
        return
    band = Band(low=1, high=1, matched_range=ranges[0], not_matched_range=ranges[1])
    table = BandTable(measure="attempts", bands=(band,))
    found = BandRate().fit(table).band_rates([(1, 1)]).iloc[0]
    row = ends_of(*true)
    assert found["rate_low"] <= row["rate_low"] + 1e-12
    assert found["rate_high"] >= row["rate_high"] - 1e-12
    assert found["rate_low"] <= found["rate"] <= found["rate_high"]
    if band.hidden:
        low, high = band.rate_range
        assert low - 1e-12 <= true[0] / sum(true) <= high + 1e-12


def test_a_margin_refuses_a_table_that_hides_a_count():
    with pytest.raises(TableError, match="hides how many matched"):
        margin_from_bands(TABLE, "score")


def compared_with(compared, folder, text, score=210, **said):
    add(folder, text, **said)
    applicant = Applicant(group="non_us_img", step2_ck=score, attempts=2)
    return compared(applicant, own=OwnTables(folder / "data"))


SCORES = f"{COUNTED},219,<5,30\n220,239,40,60\n240,,80,50\n"


@pytest.mark.slow
def test_a_hidden_band_of_scores_is_a_range(compared, tmp_path):
    found = compared_with(compared, tmp_path, SCORES, measure="step2_ck")
    headline = found.headline
    (only,) = headline.combined
    assert (only.low, only.high) == (0, pytest.approx(4 / 34))
    assert (only.outer_low, only.outer_high) == (headline.low, headline.high)
    # The range of the score holds the band's own and the curve through all bands.
    curve = next(each.rate for each in headline.range.estimators if "Logistic" in each.name)
    assert headline.range.low == only.low < only.high < headline.range.high == curve
    assert "between 0.0 % and 11.8 % matched: the table hides counts under 5" in headline.sentence
    assert "Of 30 to 34 non-US IMGs" in headline.sentence
    assert found.to_dict(curve=True)


@pytest.mark.slow
def test_a_shown_band_beside_a_hidden_one_keeps_its_rate(compared, tmp_path):
    found = compared_with(compared, tmp_path, SCORES, score=230, measure="step2_ck")
    assert (found.headline.rate, found.headline.combined) == (0.4, ())
    names = [each.name for each in found.headline.range.estimators if each.rate is not None]
    assert "LogisticRate()" in names
    assert not any("No curve is drawn" in note for note in found.notes)
    assert any("lies between 0.0 % and 11.8 %" in note for note in found.notes)


def test_a_hidden_count_of_all_is_a_range_at_every_score(compared, tmp_path):
    found = compared_with(compared, tmp_path, "matched,n\n<5,30\n", kind="count")
    assert not found.headline.by_score
    assert found.curve is None
    assert "whatever their scores, between 0.0 % and 13.3 % matched" in found.headline.sentence


def test_a_count_may_be_told_by_n(tmp_path):
    assert add(tmp_path, "matched,total\n3,30\n", kind="count").table.not_matched == 27


def test_a_hidden_band_of_a_factor_is_a_range(compared, tmp_path):
    text = f"{WITH_N}1,1,600,1000\n2,2,<5,30\n3,,30,90\n"
    found = compared_with(compared, tmp_path, text)
    factor = found.factor("attempts")
    assert (factor.rate.range_low, factor.rate.range_high) == (0, pytest.approx(4 / 30))
    assert "between 0.0 % and 13.3 % matched: the table hides counts under 5" in (
        factor.rate.sentence
    )
    assert "not taken together with the score" in factor.sentence
    assert [row.label for row in factor.rows] == [
        "1 attempt",
        "2 attempts (between 0.0 % and 13.3 %: the table hides counts under 5)",
        "3 or more attempts",
    ]
    assert found.headline.combined == ()


def test_a_hidden_count_without_a_threshold_is_called_so(compared, tmp_path):
    text = f"{WITH_N}1,1,600,1000\n2,2,*,30\n3,,30,90\n"
    found = compared_with(compared, tmp_path, text).factor("attempts")
    assert "between 0.0 % and 100.0 % matched: the table hides how many matched" in (
        found.rate.sentence
    )
