"""Row groups shared by the workers of a scheduler: the same rows, and one line for what fails."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import psutil
import pyarrow as pa
import pytest
from pyarrow import parquet

from imgstats.cohort.columns import NEEDED_FIELDS, match_columns
from imgstats.cohort.files.kinds import Stamp
from imgstats.cohort.scoring import by_workers
from imgstats.cohort.scoring.by_workers import score_range
from imgstats.cohort.scoring.score import score_file
from imgstats.errors import InputError, WorkError
from imgstats.workers.cluster import local_cluster

pytestmark = pytest.mark.slow

ROWS = 4_000


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "cohort.parquet"
    scores = [None if at % 7 == 0 else 200 + at % 100 for at in range(ROWS)]
    names = [f"A-{at}" for at in range(ROWS)]
    groups = ["us-img", "non-us-img"] * (ROWS // 2)
    table = pa.table({"id": names, "group": groups, "step2_ck": scores})
    parquet.write_table(table, path, row_group_size=330)
    return path


@pytest.fixture(scope="module")
def client():
    with local_cluster(2) as client:
        yield client


@pytest.mark.parametrize("rows", [100, 330, 10_000])
def test_workers_give_what_one_process_gives(client, source, tmp_path, monkeypatch, rows):
    monkeypatch.setattr(by_workers, "_TASK_ROWS", rows)
    said = []
    for name in ("out.parquet", "out.csv"):
        alone = score_file(source, tmp_path / f"a-{name}")
        shared = score_file(
            source, tmp_path / f"b-{name}", client=client, progress=lambda *each: said.append(each)
        )
        assert (shared.rows, shared.bad) == (alone.rows, alone.bad) == (ROWS, 572)
        assert shared.shown[:1] == alone.shown[:1]
        if name.endswith("csv"):
            assert alone.out.read_bytes() == shared.out.read_bytes()
        else:
            assert parquet.read_table(alone.out).equals(parquet.read_table(shared.out))
    assert said[-1] == (ROWS, ROWS)


def test_only_parquet_is_shared(client, tmp_path):
    path = tmp_path / "c.csv"
    path.write_text("group,step2_ck\nus-img,230\n")
    with pytest.raises(InputError, match=r"c\.csv is no Parquet file; .*leave --scheduler out"):
        score_file(path, tmp_path / "out.csv", client=client)


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        (
            "raise OSError(28, 'No space left')",
            r"a worker failed \(OSError.*No space left.*\); run",
        ),
        ("1 / 0", r"a worker failed \(ZeroDivisionError: division by zero\); run again without"),
        ("os._exit(9)", "a worker was killed; give the workers more memory"),
    ],
)
def test_a_worker_that_fails_is_one_line(client, source, tmp_path, monkeypatch, ends, words):
    def task(*_):
        exec(ends, {"os": __import__("os")})  # noqa: S102

    monkeypatch.setattr(by_workers, "score_range", task)
    with contextlib.ExitStack() as stack:
        if "exit" in ends:  # of others no worker dies
            client = stack.enter_context(local_cluster(1))
        with pytest.raises(WorkError, match=words) as caught:
            score_file(source, tmp_path / "out.parquet", client=client)
    assert "\n" not in str(caught.value)
    assert [each.name for each in tmp_path.iterdir()] == ["cohort.parquet"]


def test_a_worker_killed_midway_changes_no_row(source, tmp_path):
    expected = parquet.read_table(score_file(source, tmp_path / "a.parquet").out)
    killed: list[int] = []
    with local_cluster(2) as client:

        def kill_one(*_):
            if not killed:
                killed.append(next(iter(client.run(os.getpid).values())))
                psutil.Process(killed[0]).kill()

        out = score_file(source, tmp_path / "b.parquet", client=client, progress=kill_one).out
    assert len(killed) == 1
    assert parquet.read_table(out).equals(expected)


def test_a_cohort_that_changes_while_it_is_read_is_refused(client, source, tmp_path):
    def change(*_):
        with source.open("ab") as stream:
            stream.write(b"x")

    with pytest.raises(InputError, match=r"cohort\.parquet: the file changed while it was read"):
        score_file(source, tmp_path / "out.parquet", client=client, progress=change)
    assert [each.name for each in tmp_path.iterdir()] == ["cohort.parquet"]


def test_a_worker_with_other_tables_is_refused(source):
    columns = match_columns(["group", "step2_ck"], needed=NEEDED_FIELDS)
    with source.open("rb") as stream:
        stamp = Stamp.of(stream).elsewhere()
    with pytest.raises(WorkError, match="a worker has another version of imgstats, or other tab"):
        score_range(str(source), stamp, columns, ("0", "0"), (0, ROWS))


def test_no_worker_at_all_is_failed_work(source, tmp_path):
    class Nobody:
        def wait_for_workers(self, number, timeout):
            raise TimeoutError(f"no {number} after {timeout}")

    nobody: Any = Nobody()
    with pytest.raises(WorkError, match="no worker came within 60 s; start workers"):
        score_file(source, tmp_path / "out.parquet", client=nobody)
    assert [each.name for each in tmp_path.iterdir()] == ["cohort.parquet"]
