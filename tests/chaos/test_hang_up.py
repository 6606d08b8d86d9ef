"""A terminal that is closed while a report is made, or rows are scored."""

from __future__ import annotations

import os
import signal

import pytest

from tests.batch.making import (
    GATED,
    Gate,
    rows_of,
    run_here,
    start_command,
    write_cohort,
    write_notebook,
)
from tests.patience import PATIENCE
from tests.reporting.processes import all_gone, descendants
from tests.waiting import until

pytestmark = pytest.mark.slow
ROWS = 400_000  # many more than are scored before the terminal is closed


def _closed(command):
    """Close the terminal, as the system tells it to the whole group; return what was said."""
    family = descendants(command.pid)
    os.killpg(command.pid, signal.SIGHUP)
    _, said = command.communicate(timeout=PATIENCE)
    assert command.returncode == 130, said
    assert all_gone(family)
    assert "Traceback" not in said
    return said.splitlines()[-1]


def test_a_report_ends_and_leaves_nothing(tmp_path):
    gate, scratch = Gate(tmp_path), tmp_path / "scratch"
    scratch.mkdir()
    notebook = write_notebook(tmp_path, GATED)
    about = ("--group", "us-img", "--step2-ck", "230", "--notebook", notebook)
    out = tmp_path / "out"
    command = start_command("report", *about, "--out", out, **gate.environment, TMPDIR=str(scratch))
    until(lambda: any(scratch.rglob("kernel.json")), command)
    assert _closed(command) == "imgstats: stopped; nothing was left half-written"
    assert not out.exists()
    until(lambda: not list(scratch.iterdir()))


def test_scoring_ends_and_leaves_what_stood_there(tmp_path):
    cohort = write_cohort(tmp_path / "cohort.csv", rows_of(ROWS))
    place = tmp_path / "out"
    place.mkdir()
    out = place / "scores.csv"
    few = write_cohort(tmp_path / "few.csv", rows_of(2))
    assert run_here("score", few, "--out", out) == 0
    before = out.read_bytes()
    command = start_command("score", cohort, "--out", out)
    until(lambda: any(place.glob(".imgstats-*")), command)
    assert _closed(command).startswith("imgstats: stopped; nothing is half-written")
    assert [each.name for each in place.iterdir()] == ["scores.csv"]
    assert out.read_bytes() == before
