"""Scoring on a full disk, with workers that fail or die, and while files change."""

from __future__ import annotations

import os
import subprocess
import sys

import psutil
import pyarrow as pa
import pytest
from pyarrow import parquet

from imgstats.cohort import score
from imgstats.cohort.columns import NEEDED_FIELDS, match_columns
from imgstats.cohort.plain_files import Stamp
from imgstats.cohort.score import score_file
from imgstats.cohort.score_parts import score_range
from imgstats.errors import InputError, WorkError

ROWS = 4_000
# A limit on the size of a file is met like a full disk.
_SMALL_FILES = """
import resource, sys
from imgstats.cli.main import _run
from imgstats.cohort import score
score._TASK_ROWS = 1_000
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
    ("rows", "name", "most", "workers"),
    [
        (2, "out.parquet", 100, 1),  # all of it waits for the closing of the file
        (2, "out.csv", 100, 1),
        (ROWS, "out.csv", 100_000, 1),
        (ROWS, "out.parquet", 20_000, 2),  # a worker is the first who meets it
    ],
)
def test_a_full_disk_is_one_line_and_leaves_nothing(tmp_path, rows, name, most, workers):
    path, out = write_rows(tmp_path / "cohort.parquet", rows), tmp_path / name
    done = subprocess.run(
        [sys.executable, "-c", _SMALL_FILES, str(most), path, "--out", out, "--workers",
         str(workers)],
        capture_output=True, text=True, check=False, timeout=300,
        env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1"},
    )  # fmt: skip
    place = out if workers == 1 else tmp_path
    assert done.stderr == (
        f"imgstats: {place} cannot be written: File too large; "
        "free space there, or choose another --out\n"
    )
    assert (done.returncode, done.stdout, left(tmp_path)) == (1, "", set())


# --- workers that fail or die


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (
            "raise OSError(28, 'No space left')",
            r"a worker failed \(OSError.*No space left.*\); run",
        ),
        ("1 / 0", r"a worker failed \(ZeroDivisionError: division by zero\); run again with"),
        ("os._exit(9)", "a worker was killed; free memory, or give fewer --workers"),
    ],
)
def test_a_worker_that_fails_is_one_line(source, tmp_path, monkeypatch, ends, words):
    def task(*_):
        exec(ends, {"os": __import__("os")})  # noqa: S102

    monkeypatch.setattr(score, "score_range", task)
    monkeypatch.setattr(score, "_TASK_ROWS", 1_000)
    with pytest.raises(WorkError, match=words) as caught:
        score_file(source, tmp_path / "out.parquet", workers=2)
    assert "\n" not in str(caught.value)
    assert left(tmp_path) == set()


def test_a_worker_killed_midway_changes_no_row(source, tmp_path, monkeypatch):
    expected = parquet.read_table(score_file(source, tmp_path / "a.parquet", workers=1).out)
    monkeypatch.setattr(score, "_TASK_ROWS", 50)
    killed: list[psutil.Process] = []

    def kill_one(*_):
        if not killed:
            workers = [each for each in psutil.Process().children(recursive=True)
                       if "spawn_main" in " ".join(each.cmdline())]  # fmt: skip
            killed.append(workers[0])
            workers[0].kill()

    result = score_file(source, tmp_path / "b.parquet", workers=2, progress=kill_one)
    assert len(killed) == 1
    assert (result.rows, result.bad) == (ROWS, 0)
    assert parquet.read_table(result.out).equals(expected)
    assert left(tmp_path) == {"a.parquet", "b.parquet"}


def test_a_task_that_runs_again_does_not_touch_what_is_being_read(source, tmp_path):
    columns = match_columns(["group", "step2_ck"], needed=NEEDED_FIELDS)
    out = tmp_path / "draft" / "0.arrow"
    out.parent.mkdir()
    with source.open("rb") as stream:
        task = (str(source), Stamp.of(stream), columns, (0, ROWS), str(out))
    score_range(*task)
    before = out.stat().st_ino
    with out.open("rb") as held:  # or the number could be given again
        score_range(*task)
        assert out.stat().st_ino != before
        assert os.fstat(held.fileno()).st_size == out.stat().st_size
    assert [each.name for each in out.parent.iterdir()] == ["0.arrow"]


# --- files that change


@pytest.mark.parametrize("workers", [1, 2])
def test_a_cohort_that_changes_while_it_is_read_is_refused(source, tmp_path, monkeypatch, workers):
    monkeypatch.setattr(score, "_TASK_ROWS", 50)

    def change(*_):
        with source.open("ab") as stream:
            stream.write(b"x")

    with pytest.raises(InputError, match=r"cohort\.parquet: the file changed while it was read"):
        score_file(source, tmp_path / "out.parquet", workers=workers, progress=change)
    assert left(tmp_path) == set()


def test_tables_that_change_while_rows_are_scored_are_noticed(source, tmp_path, monkeypatch):
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path / "own"))

    def change(*_):
        (tmp_path / "own" / "own_tables").mkdir(parents=True, exist_ok=True)
        (tmp_path / "own" / "own_tables" / "mine.csv").write_text("a")

    with pytest.raises(WorkError, match="the tables changed while rows were scored; run again"):
        score_file(source, tmp_path / "out.parquet", progress=change)
    assert left(tmp_path) == {"own"}
