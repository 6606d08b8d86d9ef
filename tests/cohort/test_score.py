"""Scored rows say what a comparison says, keep their place, and appear whole or not at all."""

from __future__ import annotations

import csv

import pyarrow as pa
import pytest
from pyarrow import parquet

from imgstats import Applicant, __version__
from imgstats.cohort.files import parquet as parquet_rows
from imgstats.cohort.scoring.score import score_file
from imgstats.comparison.many import Rates
from imgstats.errors import InputError
from imgstats.own_tables.digest import data_digest
from tests.cohort.files import csv_text, sheet
from tests.cohort.rate_rows import RATE_COLUMNS

TEXT = """id,group,step2_ck,specialty
=1+1,non-us-img,242,
A,us-img,abc,
A,us-img,230,Pediatrics
"""


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "cohort.csv"
    path.write_text(TEXT)
    return path


def test_rows_say_what_rates_say_and_bad_ones_stay_in_place(source, tmp_path):
    result = score_file(source, tmp_path / "out.parquet")
    rows = parquet.read_table(result.out).to_pylist()
    assert (result.rows, result.bad, len(result.shown)) == (3, 1, 1)
    assert [row["id"] for row in rows] == ["=1+1", "A", "A"]
    rates = Rates()
    for row, specialty in ((rows[0], "Internal Medicine"), (rows[2], "Pediatrics")):
        who = Applicant(group=row["group"], step2_ck=row["step2_ck"], specialty=specialty)
        found = rates.of(who)
        assert {name: row[name] for name in RATE_COLUMNS} == {
            name: getattr(found, name) for name in RATE_COLUMNS
        }
        assert (row["problem"], row["specialty"]) == ("", specialty)
    assert rows[1]["problem"].startswith("line 3: step2_ck is 'abc'; allowed: a whole number")
    assert all(rows[1][name] is None for name in RATE_COLUMNS)


def test_csv_output_guards_ids_and_is_private(source, tmp_path):
    out = score_file(source, tmp_path / "out.csv").out
    with out.open() as stream:
        assert next(csv.DictReader(stream))["id"] == "'=1+1"
    assert out.stat().st_mode & 0o777 == 0o600
    assert {each.name for each in tmp_path.iterdir()} == {"cohort.csv", "out.csv"}


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("out.txt", "unknown kind of output"),
        ("cohort.csv", "is the very file that was given"),
        ("no/out.csv", "is in no folder"),
    ],
)
def test_an_unusable_output_is_refused(source, tmp_path, name, words):
    with pytest.raises(InputError, match=words):
        score_file(source, tmp_path / name)
    assert source.read_text() == TEXT


def test_a_failed_run_leaves_what_stood_there(source, tmp_path):
    out = score_file(source, tmp_path / "out.csv").out
    before = out.read_bytes()
    source.write_text(TEXT + '"A,us-img')
    with pytest.raises(InputError, match="a quote is not closed"):
        score_file(source, out)
    assert out.read_bytes() == before
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_only_a_file_of_scores_is_written_over(source, tmp_path, kind):
    out = tmp_path / f"out.{kind}"
    score_file(source, out)
    score_file(source, out)
    out.write_bytes(b"name,born\nmine,1990\n")
    with pytest.raises(InputError, match="was not made by imgstats and would be written over"):
        score_file(source, out)
    assert out.read_bytes() == b"name,born\nmine,1990\n"
    out.unlink()
    out.symlink_to(source)
    with pytest.raises(InputError, match=r"the very file that was given|is a link"):
        score_file(source, out)


def test_an_empty_row_of_a_parquet_file_stays_in_its_place(tmp_path, monkeypatch):
    path = tmp_path / "c.parquet"
    groups = ["us-img", None, " ", "us-img", None, None]
    scores = pa.array([230, None, None, 240, None, None], pa.int64())
    parquet.write_table(pa.table({"group": groups, "step2_ck": scores}), path)
    monkeypatch.setattr(parquet_rows, "_BATCH", 2)  # the last batch has empty rows only
    result = score_file(path, tmp_path / "out.parquet")
    rows = parquet.read_table(result.out).to_pylist()
    assert (result.rows, result.bad) == (6, 4)
    assert [row["step2_ck"] for row in rows] == scores.to_pylist()
    assert [bool(row["problem"]) for row in rows] == [score is None for score in scores.to_pylist()]
    assert rows[1]["problem"].startswith("line 3: group is missing; ")
    assert "step2_ck is missing" in rows[1]["problem"]


def test_a_parquet_file_of_empty_rows_only_is_all_bad(tmp_path):
    path = tmp_path / "c.parquet"
    nothing = pa.array([None, None], pa.string())
    parquet.write_table(pa.table({"group": nothing, "step2_ck": nothing}), path)
    result = score_file(path, tmp_path / "out.csv")
    assert (result.rows, result.bad) == (2, 2)


@pytest.mark.parametrize("name", ["c.csv", "c.xlsx"])
def test_a_blank_line_of_text_or_of_a_sheet_is_no_row(tmp_path, name):
    rows = [["group", "step2_ck"], ["us-img", 230], [None, None], ["us-img", 240]]
    path = tmp_path / name
    path.write_bytes(sheet(rows) if name.endswith("xlsx") else csv_text(rows).encode())
    result = score_file(path, tmp_path / "out.parquet")
    assert (result.rows, result.bad) == (2, 0)
    assert parquet.read_table(result.out).column("step2_ck").to_pylist() == [230, 240]


def test_a_parquet_file_says_what_its_rates_come_from(source, tmp_path):
    out = score_file(source, tmp_path / "out.parquet").out
    said = parquet.read_schema(out).metadata
    assert said[b"imgstats_version"].decode() == __version__
    assert said[b"imgstats_data_sha256"].decode() == data_digest()
    assert b"no statement about a person" in said[b"imgstats_meaning"]
    years = {row["match_year"] for row in parquet.read_table(out).to_pylist()} - {None, ""}
    assert years
    assert parquet.read_metadata(out).metadata[b"imgstats_match_years"].decode() == ", ".join(
        sorted(years)
    )


def test_a_sheet_says_what_the_same_rows_of_text_say(tmp_path):
    rows = [["id", "group", "step2_ck", "label"], [7, "us-img", 230, 12], ["B", "img", 240, None],
            ["C", "non-us-img", "242", "x"]]  # fmt: skip
    (tmp_path / "c.xlsx").write_bytes(sheet(rows))
    (tmp_path / "c.csv").write_text(csv_text(rows))
    found = [
        parquet.read_table(score_file(tmp_path / name, tmp_path / f"{name}.parquet").out)
        for name in ("c.xlsx", "c.csv")
    ]
    assert found[0].column("id").to_pylist() == ["7", "B", "C"]
    assert found[0].column("step2_ck").to_pylist() == [230, 240, 242]
    assert [bool(each) for each in found[0].column("problem").to_pylist()] == [False, True, False]
    assert found[0].equals(found[1])


def test_unknown_columns_are_passed_over_where_asked(tmp_path):
    rows = [["group", "shoe size", "step2_ck"], ["us-img", 44, 230]]
    (tmp_path / "c.csv").write_text(csv_text(rows))
    table = pa.table({"group": ["us-img"], "shoe size": [44], "step2_ck": [230]})
    parquet.write_table(table, tmp_path / "c.parquet")
    for name in ("c.csv", "c.parquet"):
        with pytest.raises(InputError, match=r"unknown column 'shoe size'.*--ignore-columns"):
            score_file(tmp_path / name, tmp_path / "out.parquet")
        result = score_file(tmp_path / name, tmp_path / "out.parquet", ignore_columns=True)
        assert (result.rows, result.bad, result.ignored) == (1, 0, ("shoe size",))
        assert "shoe size" not in parquet.read_schema(result.out).names


def test_bytes_that_are_no_text_spoil_their_own_row(tmp_path):
    names = pa.array([b"A", b"caf\xe9", "Zo\u00e9".encode()], pa.binary())
    groups = pa.array([b"us-img", b"us-img", b"us\xffimg"], pa.binary())
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table({"id": names, "group": groups, "step2_ck": [230] * 3}), path)
    rows = parquet.read_table(score_file(path, tmp_path / "out.parquet").out).to_pylist()
    assert [row["id"] for row in rows] == ["A", None, "Zo\u00e9"]
    assert [row["problem"].partition(";")[0] for row in rows] == [
        "", r"line 3: id is b'caf\xe9'", r"line 4: group is b'us\xffimg'"]  # fmt: skip


@pytest.mark.parametrize("column", ["id", "group"])
def test_a_text_column_that_is_no_utf_8_is_a_broken_file(tmp_path, column):
    wrong = pa.Array.from_buffers(pa.string(), 1, pa.array([b"\xff"], pa.binary()).buffers())
    good = {"id": pa.array(["A"]), "group": pa.array(["us-img"]), "step2_ck": pa.array([230])}
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table({**good, column: wrong}), path)
    with pytest.raises(InputError, match=r"no readable \.parquet \(UnicodeDecodeError"):
        score_file(path, tmp_path / "out.parquet")
    assert [each.name for each in tmp_path.iterdir()] == ["c.parquet"]
