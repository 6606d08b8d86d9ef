"""``imgstats score`` that is stopped: at any moment it leaves no process and no file."""

from __future__ import annotations

import os
import signal
import time

import numpy as np
import pyarrow as pa
import pytest
from pyarrow import parquet

from imgstats.cohort.scoring.score import score_file
from tests.batch.making import start_command
from tests.reporting.processes import all_gone, descendants

pytestmark = pytest.mark.slow

ROWS = 10_000_000  # many times of what is scored before the signal comes


@pytest.fixture(scope="module")
def cohort(tmp_path_factory):
    path = tmp_path_factory.mktemp("many") / "cohort.parquet"
    at = np.arange(ROWS)
    groups = pa.array(["us-img", "non-us-img"]).take(pa.array(at % 2))
    parquet.write_table(pa.table({"group": groups, "step2_ck": 200 + at % 90}), path)
    return path


def _until(condition, seconds=120):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def _begun(folder):
    return any(folder.glob(".imgstats-*"))


def _midway(folder):
    """Say whether rows are in the output already."""
    return any(each.stat().st_size for each in folder.glob(".imgstats-*/out.parquet"))


@pytest.mark.parametrize(
    ("number", "moment"),
    [
        (signal.SIGINT, _begun),
        (signal.SIGTERM, _begun),
        (signal.SIGINT, _midway),
        (signal.SIGTERM, _midway),
    ],
)
def test_a_stop_leaves_what_stood_there_and_nothing_else(cohort, tmp_path, number, moment):
    out, temporary = tmp_path / "there" / "out.parquet", tmp_path / "temporary"
    out.parent.mkdir()
    temporary.mkdir()
    earlier = tmp_path / "earlier.csv"
    earlier.write_text("group,step2_ck\nus-img,242\n")
    before = score_file(earlier, out).out.read_bytes()
    command = start_command("score", cohort, "--out", out, TMPDIR=str(temporary))
    try:
        _until(lambda: moment(out.parent) or command.poll() is not None)
        family = descendants(command.pid)
        if number == signal.SIGINT:  # as a terminal sends it: to the whole group
            os.killpg(command.pid, number)
        else:
            command.send_signal(number)
        told, said = command.communicate(timeout=120)
    finally:
        command.kill()
    assert (command.returncode, told) == (130, "")
    assert said == (
        "imgstats: stopped; nothing is half-written, and a file that stood there stands; "
        "the same command begins anew\n"
    )
    assert all_gone(family)
    assert [each.name for each in out.parent.iterdir()] == ["out.parquet"]
    assert out.read_bytes() == before
    assert list(temporary.iterdir()) == []
