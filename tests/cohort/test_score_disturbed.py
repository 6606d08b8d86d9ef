"""Scoring on a full disk, and while files change."""

from __future__ import annotations

import os
import subprocess
import sys

import pyarrow as pa
import pytest
from pyarrow import parquet

from imgstats.cohort.files import parquet as parquet_rows
from imgstats.cohort.scoring.score import score_file
from imgstats.errors import InputError, WorkError

pytestmark = pytest.mark.slow

ROWS = 4_000
# A limit on the size of a file is met like a full disk.
_SMALL_FILES = """
import resource, sys
from imgstats.cli.main import _run
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]),) * 2)
sys.exit(_run(["score", *sys.argv[2:]]))
"""


def write_rows(path, rows=ROWS):
    """Write a Parquet cohort and return its path."""
    scores = [200 + at % 100 for at in range(rows)]
    parquet.write_table(pa.table({"group": ["us-img", "non-us-img"] * (rows // 2),
                                  "step2_ck": scores}), path)  # fmt: skip
    return path


@pytest.fixture
def source(tmp_path):
    return write_rows(tmp_path / "cohort.parquet")


def left(folder):
    """Return what is in a folder beside the cohort."""
    return {each.name for each in folder.iterdir()} - {"cohort.parquet"}


# --- a full disk


@pytest.mark.parametrize(
    ("rows", "name", "most"),
    [
        (2, "out.parquet", 100),  # all of it waits for the closing of the file
        (2, "out.csv", 100),
        (ROWS, "out.csv", 100_000),
        (200_000, "out.parquet", 100_000),  # met while more rows are scored
    ],
)
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path, rows, name, most):
    path, out = write_rows(tmp_path / "cohort.parquet", rows), tmp_path / name
    done = subprocess.run(
        [sys.executable, "-c", _SMALL_FILES, str(most), path, "--out", out],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    assert done.stderr == (
        f"imgstats: {out} cannot be written: File too large; "
        "free space there, or choose another --out\n"
    )
    assert (done.returncode, done.stdout, left(tmp_path)) == (1, "", set())


# --- files that change


def test_a_cohort_that_changes_while_it_is_read_is_refused(source, tmp_path, monkeypatch):
    monkeypatch.setattr(parquet_rows, "_BATCH", 50)

    def change(*_):
        with source.open("ab") as stream:
            stream.write(b"x")

    with pytest.raises(InputError, match=r"cohort\.parquet: the file changed while it was read"):
        score_file(source, tmp_path / "out.parquet", progress=change)
    assert left(tmp_path) == set()


def test_tables_that_change_while_rows_are_scored_are_noticed(source, tmp_path, monkeypatch):
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path / "own"))

    def change(*_):
        (tmp_path / "own" / "own_tables").mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / "own_tables" / "mine.csv").write_text("a")

    with pytest.raises(WorkError, match="the tables changed while rows were scored; run again"):
        score_file(source, tmp_path / "out.parquet", progress=change)
    assert left(tmp_path) == {"own"}
