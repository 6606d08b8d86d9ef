"""The summary of a cohort: typed rows, harmless cells, the same bytes twice, and back again."""

from __future__ import annotations

import csv
import io

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyarrow import parquet

import imgstats
from imgstats import Applicant
from imgstats.cohort.summary import (
    COLUMNS,
    SummaryRow,
    read_summary,
    summary_csv,
    summary_frame,
    summary_parquet,
    summary_row,
)
from imgstats.comparison.many import Rates
from imgstats.errors import InputError
from imgstats.text import harmless
from tests.conftest import quiet_compare

ROWS = [
    SummaryRow(id="=cmd|' /C calc'!A0", line=2, state="bad", reason="-1 is no score\rat all"),
    SummaryRow(
        id="'=x",
        line=3,
        state="made",
        group="us_img",
        specialty="Internal Medicine",
        step2_ck=242,
        band_low=240,
        band_high=249,
        rate=0.1 + 0.2,
        in_record=False,
        report="reports/x.html",
    ),
    SummaryRow(id='مرحبا, "👩‍⚕️"', line=5, state="failed", reason="two\nlines"),
]
TEXT = [name for name, kind in COLUMNS.items() if kind == "string"]


@pytest.fixture
def kept(tmp_path):
    """Return a function that writes a summary and reads it again."""

    def keep(frame):
        path = tmp_path / "summary.parquet"
        path.write_bytes(summary_parquet(frame))
        return read_summary(path)

    return keep


def _parsed(text):
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_the_columns_are_those_that_were_promised():
    assert ",".join(summary_frame([]).columns) == (
        "id,line,state,group,specialty,step2_ck,band_low,band_high,rate,rate_low,rate_high,"
        "band_rate,band_rate_low,band_rate_high,matched_below,not_matched_below,"
        "combined_with,combined_low,combined_high,grade,in_record,match_year,report,pdf,plan,calendar,"
        "reason,label"
    )


@pytest.mark.parametrize("rows", [ROWS, ROWS[:1], []], ids=["three", "bad", "none"])
def test_the_columns_are_typed_whatever_is_missing(rows):
    frame = summary_frame(rows)
    assert frame.dtypes.astype(str).to_dict() == COLUMNS
    assert COLUMNS["step2_ck"] == "Int64"
    assert COLUMNS["rate"] == "Float64"
    assert COLUMNS["in_record"] == "boolean"
    assert not frame[TEXT].isna().any(axis=None)


def test_the_order_is_that_of_the_file():
    assert summary_frame(ROWS)["line"].tolist() == [2, 3, 5]


def test_an_unknown_state_is_refused():
    with pytest.raises(InputError, match="state is 'done'; allowed: made, failed, bad, waiting"):
        SummaryRow(id="A", line=2, state="done")


@pytest.mark.parametrize(
    "values",
    [
        {"group": "non_us_img", "step2_ck": 242},
        {"group": "us_img", "step2_ck": 230},
        {"group": "non_us_img", "step2_ck": 199},  # under the printed scores
        {"group": "us_img", "step2_ck": 290},  # above them
        {"group": "non_us_img", "step2_ck": 242, "specialty": "Dermatology"},
    ],
)
def test_a_row_holds_the_figures_of_the_comparison(values):
    who = Applicant(**values)
    found = quiet_compare(who)
    row = summary_row(who, Rates().of(who), id="A", line=2, report="reports/A.html")
    headline, band = found.headline, found.headline.band
    assert (row.rate, row.rate_low, row.rate_high) == (headline.rate, headline.low, headline.high)
    assert (row.band_rate, row.band_rate_low, row.band_rate_high) == (
        band.rate,
        band.rate_low,
        band.rate_high,
    )
    assert (row.band_low, row.band_high) == (band.low, band.high)
    assert (row.grade, row.match_year, row.in_record) == (
        headline.grade,
        headline.match_year,
        headline.in_record,
    )
    place = found.place
    assert (row.matched_below, row.not_matched_below) == (
        (place.matched, place.not_matched) if place else (None, None)
    )
    assert row.reason == ""


def test_a_refused_rate_leaves_its_reason():
    who = Applicant(group="us_img", step2_ck=230, specialty="Pediatrics")
    found, rate = quiet_compare(who), Rates().of(who)
    row = summary_row(who, rate, id="A", line=2)
    assert row.rate is None
    assert row.grade == ""
    assert row.reason == found.refusal.reason
    assert summary_row(who, rate, id="A", line=2, state="failed", reason="no").reason == "no"


def test_csv_holds_every_row_and_figure():
    read = _parsed(summary_csv(summary_frame(ROWS)))
    assert [row["line"] for row in read] == ["2", "3", "5"]
    assert float(read[1]["rate"]) == 0.1 + 0.2
    assert (read[1]["step2_ck"], read[1]["in_record"]) == ("242", "False")
    assert (read[0]["step2_ck"], read[0]["rate"], read[0]["in_record"]) == ("", "", "")
    assert read[2]["id"] == ROWS[2].id
    assert read[2]["reason"] == "two\nlines"


def test_csv_ends_its_lines_as_unix_does():
    text = summary_csv(summary_frame(ROWS[1:2]))
    assert text.endswith("\n")
    assert "\r" not in text
    assert len(text.splitlines()) == 2


def test_no_cell_of_the_csv_is_a_formula(kept, tmp_path):
    cells = [(column, f"{start}1+1") for column in TEXT for start in "=+-@\t\r"]
    frame = summary_frame([ROWS[1]] * len(cells))
    for at, (column, evil) in enumerate(cells):
        frame.loc[at, column] = evil
    read, back = _parsed(summary_csv(frame)), kept(frame)
    stored = parquet.read_table(tmp_path / "summary.parquet").to_pylist()
    found = [
        (read[at][column], back[column][at], stored[at][column])
        for at, (column, _) in enumerate(cells)
    ]
    assert found == [(f"'{evil}", evil, evil) for _, evil in cells]


def test_the_programs_own_negative_numbers_stay_numbers():
    row = SummaryRow(id="A", line=2, state="made", rate=-0.5)  # no rate, but a number
    assert _parsed(summary_csv(summary_frame([row])))[0]["rate"] == "-0.5"


def test_a_summary_comes_back_as_it_was(kept):
    frame = summary_frame(ROWS)
    pd.testing.assert_frame_equal(kept(frame), frame)


def test_a_summary_of_nobody_comes_back(kept):
    pd.testing.assert_frame_equal(kept(summary_frame([])), summary_frame([]))


TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)


@pytest.mark.slow
@given(ids=st.lists(TEXTS | st.sampled_from(["=", "'=", "''=", "-'"]), max_size=6))
def test_any_text_comes_back_and_is_harmless_in_csv(ids, tmp_path_factory):
    frame = summary_frame([SummaryRow(id=each, line=2, state="bad") for each in ids])
    path = tmp_path_factory.mktemp("any") / "summary.parquet"
    path.write_bytes(summary_parquet(frame))
    assert read_summary(path)["id"].tolist() == ids
    assert parquet.read_table(path).column("id").to_pylist() == ids
    assert [row["id"] for row in _parsed(summary_csv(frame))] == [harmless(each) for each in ids]


def test_the_same_rows_give_the_same_bytes():
    assert summary_parquet(summary_frame(ROWS)) == summary_parquet(summary_frame(list(ROWS)))
    assert summary_csv(summary_frame(ROWS)) == summary_csv(summary_frame(list(ROWS)))


def test_the_file_says_what_it_is(tmp_path):
    path = tmp_path / "summary.parquet"
    path.write_bytes(summary_parquet(summary_frame(ROWS)))
    notes = parquet.read_schema(path).metadata
    assert notes[b"imgstats.version"].decode() == imgstats.__version__
    assert b"no statement about a person" in notes[b"imgstats.note"]


def test_a_file_that_is_not_there_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.parquet: No such file or directory; allowed: the"):
        read_summary(tmp_path / "none.parquet")


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="Is a directory"):
        read_summary(tmp_path)


def test_another_kind_of_file_is_refused(tmp_path):
    path = tmp_path / "summary.parquet"
    path.write_text("id,line\n", encoding="utf-8")
    with pytest.raises(InputError, match="is no Parquet file"):
        read_summary(path)


def test_a_file_without_a_column_is_refused(tmp_path):
    path = tmp_path / "summary.parquet"
    parquet.write_table(pa.table({"id": ["A"], "line": [2]}), path)
    with pytest.raises(InputError, match="lacks state, group"):
        read_summary(path)


def test_a_file_with_columns_of_another_kind_is_refused(tmp_path):
    path = tmp_path / "summary.parquet"
    parquet.write_table(pa.table({name: ["abc"] for name in COLUMNS}), path)
    with pytest.raises(InputError, match="columns of another kind"):
        read_summary(path)
