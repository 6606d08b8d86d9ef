"""Every shape comes back the same from a frame, a CSV file and a pickle."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError, fields
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings

from imgstats.tables import (
    BandTable,
    Context,
    CountTable,
    OutcomeSummary,
    Share,
    ShareTable,
    Summary,
    TidyTable,
)
from tests.tables.strategies import tables

# Writing a file takes longer than hypothesis expects on a busy machine.
patient = settings(deadline=None, max_examples=80, derandomize=True)

EXAMPLES = [
    CountTable(matched=3, not_matched=1),
    BandTable.from_counts("attempts", [(1, 1, 6, 4), (2, None, 1, 4)]),
    OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=40, q1=240, median=250.5, q3=258),
        not_matched=Summary(n=60, median=243),
        group_counts=(50, 75),
        scale=(209, 300),
    ),
    ShareTable(question="ever?", shares=(Share(answer="no", share=1.0),), respondents=45),
]


def _through_csv(table: TidyTable) -> TidyTable:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "table.csv"
        table.to_csv(path)
        return type(table).from_csv(path)


def _changed(table: TidyTable) -> list[str]:
    """Return the ways on which a table did not stay the same, hash and all."""
    through = {
        "frame": type(table).from_frame(table.to_frame()),
        "CSV file": _through_csv(table),
        "pickle": pickle.loads(pickle.dumps(table)),  # noqa: S301  made here
    }
    return [way for way, each in through.items() if (each, hash(each)) != (table, hash(table))]


@pytest.mark.slow
@patient
@given(tables)
def test_a_frame_a_csv_file_and_a_pickle_give_any_table_back(table):
    assert _changed(table) == []


@pytest.mark.parametrize("table", EXAMPLES, ids=lambda each: type(each).__name__)
def test_a_frame_a_csv_file_and_a_pickle_give_the_table_back(table):
    assert _changed(table) == []


@pytest.mark.parametrize("table", EXAMPLES, ids=lambda each: type(each).__name__)
def test_no_field_can_be_changed(table):
    for each in fields(table):
        with pytest.raises(FrozenInstanceError, match=each.name):
            setattr(table, each.name, None)


@pytest.mark.parametrize("table", EXAMPLES, ids=lambda each: type(each).__name__)
def test_unpublished_fields_are_empty_cells(table, tmp_path):
    table.to_csv(tmp_path / "table.csv")
    assert "None" not in (tmp_path / "table.csv").read_text(encoding="utf-8")


@pytest.mark.parametrize("table", EXAMPLES, ids=lambda each: type(each).__name__)
def test_a_csv_file_ends_its_lines_alike_on_every_system(table, tmp_path):
    table.to_csv(tmp_path / "table.csv")
    assert b"\r" not in (tmp_path / "table.csv").read_bytes()


# Words a survey may well print, which a reader of CSV files takes for an empty cell.
@pytest.mark.parametrize("answer", ["None", "N/A", "NA", "null", "nan"])
def test_an_answer_that_looks_like_an_empty_cell_stays(answer):
    shares = (Share(answer=answer, share=0.4), Share(answer="Some", share=0.6))
    table = ShareTable(question="Letters asked for?", shares=shares)
    assert _through_csv(table) == table


@pytest.mark.parametrize("answers", [("0", "1", "2"), ("1", "2", "3+"), ("01", "02", "03")])
def test_an_answer_that_looks_like_a_number_stays(answers):
    shares = tuple(
        Share(answer=each, share=share)
        for each, share in zip(answers, (0.5, 0.3, 0.2), strict=True)
    )
    table = ShareTable(question="How many letters?", shares=shares)
    assert _through_csv(table) == table


def test_a_context_that_looks_like_an_empty_cell_stays():
    table = CountTable(matched=3, not_matched=1, context=Context(population="None", trust="NA"))
    assert _through_csv(table) == table


def test_a_year_stays_text():
    table = CountTable(matched=3, not_matched=1, context=Context(match_year="2026"))
    assert _through_csv(table) == table
