"""Whole columns are scored as rows are, one by one: the same bytes, the same words."""

from __future__ import annotations

from contextlib import contextmanager
from functools import lru_cache

import numpy as np
import pytest

from imgstats.cohort.columns import match_columns
from imgstats.cohort.files import csv_columns, parquet, tables
from imgstats.cohort.files.rows import RawTable
from imgstats.cohort.files.tables import opened_tables
from imgstats.cohort.scoring import column_judging, rate_columns, score
from imgstats.cohort.scoring import scorer as scorer_module
from imgstats.cohort.scoring.score import score_file
from imgstats.cohort.scoring.scorer import Scorer
from imgstats.errors import InputError
from tests.cohort.odd_cohorts import odd_csv, odd_parquet

pytestmark = pytest.mark.slow

SEEDS = range(100)


@lru_cache(maxsize=1)
def one_scorer():
    """Return a scorer for all files, since its rates are found once."""
    return Scorer()


@pytest.fixture(autouse=True)
def small(monkeypatch):
    """Make blocks, batches and tables so small that a short file has many."""
    monkeypatch.setattr(csv_columns, "_BLOCK", 100)
    monkeypatch.setattr(csv_columns, "ROWS", 7)
    monkeypatch.setattr(tables, "ROWS", 7)
    monkeypatch.setattr(parquet, "_BATCH", 16)
    monkeypatch.setattr(score, "Scorer", one_scorer)
    monkeypatch.setattr(score, "data_digest", lambda: "0" * 64)


@contextmanager
def row_by_row(stream, _path, kind, _client, _sheet, asked):
    """Give the scored rows of a file with every cell read and judged by itself."""
    scorer = one_scorer()
    if kind == ".csv":
        with opened_tables(stream, kind, **asked) as (columns, raw):
            yield score._Opened(columns, None, (scorer.raw(table) for table in raw), scorer)
        return
    file = parquet.open_parquet(stream)
    names, rows = parquet.column_names(file), file.metadata.num_rows
    columns = match_columns(names, **asked)
    yield score._Opened(columns, rows, parquet_parts(scorer, file, columns, rows), scorer)


def parquet_parts(scorer, file, columns, rows):
    line = 2
    for batch in parquet.row_batches(file, columns, 0, rows):
        cells = {name: each.to_pylist() for name, each in batch.items()}
        count = len(cells["group"])
        yield scorer.raw(RawTable(lines=range(line, line + count), cells=cells))
        line += count


def outcome(path, out):
    """Return all that came of a file: what is said of it, and the bytes that were written."""
    try:
        found = score_file(path, out, ignore_columns=True)
    except InputError as e:
        return str(e)
    return found.rows, found.bad, found.shown, found.ignored, out.read_bytes()


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize(("make", "name"), [(odd_csv, "c.csv"), (odd_parquet, "c.parquet")])
def test_columns_give_what_rows_give_to_the_byte(tmp_path, monkeypatch, make, name, seed):
    path = tmp_path / name
    path.write_bytes(make(seed))
    out = tmp_path / ("out.csv" if seed % 3 else "out.parquet")
    by_columns = outcome(path, out)
    monkeypatch.setattr(score, "_opened", row_by_row)
    monkeypatch.setattr(parquet, "shortened", lambda column: column)
    monkeypatch.setattr(scorer_module, "_coded", lambda cells: (list(cells), np.arange(len(cells))))
    assert by_columns == outcome(path, out)


@pytest.mark.parametrize(
    "line", ["\ufeffA,us-img,230", "\ufeff", " ,us-img,230", "A,us-img,230,", "A,us-img",
             "A,us-img,230\x0bB,us-img,230", "\u2028,us-img,230", "A\x00,us-img,230", ",,", " ", ""]
)  # fmt: skip
def test_an_odd_line_is_the_same_wherever_it_stands(tmp_path, monkeypatch, line):
    good = ["id,group,step2_ck", *(f"A-{at},non-us-img,{230 + at}" for at in range(14))]
    path = tmp_path / "c.csv"
    for at in range(1, len(good) + 1):
        path.write_text("\n".join([*good[:at], line, *good[at:]]), newline="")
        by_columns = outcome(path, tmp_path / "out.csv")
        with monkeypatch.context() as patch:
            patch.setattr(score, "_opened", row_by_row)
            assert by_columns == outcome(path, tmp_path / "out.csv")


def test_kinds_of_rows_that_were_forgotten_are_looked_up_again(tmp_path, monkeypatch):
    path = tmp_path / "c.csv"
    rows = [f"us-img,{200 + at % 30}" for at in range(40)]
    path.write_text("\n".join(["group,step2_ck", *rows]))
    expected = outcome(path, tmp_path / "out.csv")
    monkeypatch.setattr(rate_columns, "_MOST_KINDS", 10)
    assert outcome(path, tmp_path / "out.csv") == expected


def test_the_made_up_files_go_both_ways_and_end_in_every_way(tmp_path, monkeypatch):
    """So that the comparison above is one."""
    taken = set()

    def watch(module, name):
        real = getattr(module, name)

        def wrapped(*given, **more):
            found = real(*given, **more)
            taken.add((name, found is None))
            return found

        monkeypatch.setattr(module, name, wrapped)

    for module, name in ((csv_columns, "_plain_piece"), (csv_columns, "_plain_header"),
                         (csv_columns, "tables_of"), (column_judging, "_as_text"),
                         (column_judging, "_by_dictionary")):  # fmt: skip
        watch(module, name)
    ends = []
    for seed in SEEDS:
        for make, name in ((odd_csv, "c.csv"), (odd_parquet, "c.parquet")):
            (tmp_path / name).write_bytes(make(seed))
            ends.append(outcome(tmp_path / name, tmp_path / "out.csv"))
    assert taken >= {(name, is_none) for name in ("_plain_piece", "_plain_header", "_as_text")
                     for is_none in (True, False)}  # fmt: skip
    assert taken >= {("tables_of", False), ("_by_dictionary", False)}
    good = [each for each in ends if not isinstance(each, str) and not each[1]]
    bad = [each for each in ends if not isinstance(each, str) and each[1]]
    said = {each.split(": ")[1][:12] for each in ends if isinstance(each, str)}
    assert min(len(good), len(bad)) > len(SEEDS) / 10
    assert len(said) > 5
