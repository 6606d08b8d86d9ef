"""The csv module's limit is raised while a file is read, and put back by the last who reads."""

from __future__ import annotations

import csv
import io

import pytest

from imgstats.cohort.files.cell_limit import cells_up_to
from imgstats.cohort.files.csv_rows import csv_records
from imgstats.cohort.reading import read_cohort
from imgstats.cohort.scoring.score import score_file
from imgstats.errors import InputError

LONG = "x" * 200_000
TEXT = f"id,group,step2_ck,label\nA,us-img,242,{LONG}\nB,us-img,242,\n"


@pytest.fixture(autouse=True)
def limit():
    """Set a limit of one's own, and put back what was there."""
    before = csv.field_size_limit(1_000)
    yield 1_000
    csv.field_size_limit(before)


@pytest.mark.parametrize("text", [TEXT, TEXT + '"C', TEXT.replace("group", "grp")])
def test_reading_leaves_the_limit_as_it_was(tmp_path, limit, text):
    path = tmp_path / "c.csv"
    path.write_text(text)
    for read in (read_cohort, lambda path: score_file(path, tmp_path / "out.csv")):
        try:
            read(path)
        except InputError:
            assert text != TEXT
        assert csv.field_size_limit() == limit


def test_the_last_of_two_readers_puts_it_back(limit):
    first = csv_records(io.BytesIO(TEXT.encode()))
    second = csv_records(io.BytesIO(TEXT.encode()))
    next(first)
    next(second)
    first.close()
    assert next(second)[1][-1] == LONG
    second.close()
    assert csv.field_size_limit() == limit


def test_a_higher_limit_stays():
    csv.field_size_limit(1 << 20)
    with cells_up_to(1_000):
        assert csv.field_size_limit() == 1 << 20
    assert csv.field_size_limit() == 1 << 20
