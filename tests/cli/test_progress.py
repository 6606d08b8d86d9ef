"""How far a command is, on a terminal and elsewhere; the result alone goes to stdout."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
from contextlib import suppress

import pyarrow as pa
import pytest
from pyarrow import parquet

from imgstats.batch.records import Standing
from imgstats.cli.main import _run
from imgstats.cli.parts.progress import (
    batch_progress,
    curve_progress,
    score_progress,
    stage_progress,
)
from imgstats.cohort.scoring.score import score_file
from imgstats.curves.record import CurveKey
from tests.batch.making import COMMAND, environment


@pytest.fixture
def clock(monkeypatch):
    """Return a clock in a list, which the module reads."""
    now = [100.0]
    monkeypatch.setattr("time.monotonic", lambda: now[0])
    return now


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "c.parquet"
    parquet.write_table(pa.table({"group": ["us-img"] * 2_000, "step2_ck": [230] * 2_000}), path)
    return path


def test_elsewhere_a_line_comes_every_ten_seconds(capsys, clock):
    with score_progress() as say:
        for second in range(26):
            clock[0] = 100.0 + second
            say(10_000 * (second + 1), 400_000)
    assert capsys.readouterr().err.splitlines() == [
        "110,000 of 400,000 rows, 10,000 rows/s, 0:29 left",
        "210,000 of 400,000 rows, 10,000 rows/s, 0:19 left",
    ]


def test_without_a_total_no_time_left_is_claimed(capsys, clock):
    with score_progress() as say:
        say(50_000, None)
        clock[0] += 20
        say(90_000, None)
    assert capsys.readouterr().err == "90,000 rows, 2,000 rows/s\n"


def test_the_first_rows_have_no_pace(capsys, clock):
    with score_progress() as say:
        clock[0] += 30  # workers are waited for
        say(1_000, 2_000)
    assert capsys.readouterr().err == "1,000 of 2,000 rows\n"


def test_a_batch_says_its_stages_and_then_a_line_every_ten_seconds(capsys, clock):
    with batch_progress() as say:
        say(Standing(stage="reading"))
        for made in range(13):
            clock[0] += 1
            say(Standing(stage="making", total=20, made=made, failed=made // 9))
    assert capsys.readouterr().err.splitlines() == [
        "reading ...",
        "making ...",
        "11 of 20: 1 failed, 67 a minute, 0:08 left",
    ]


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_terminal_shows_what_is_done(monkeypatch):
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "120")
    with batch_progress() as batch:
        batch(Standing(stage="making", total=9, made=3, failed=1))
    with score_progress() as score:
        score(1_000, 2_000)
    with curve_progress() as curves:
        curves(3, 8, CurveKey("2026", "us_img", "Neurology", "step2_ck"))
    with stage_progress() as stage:
        stage("rendering the page")
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", terminal.getvalue())
    assert re.search(r"making .*4/9 1 failed", shown)
    assert re.search(r"scoring .*1,000 of 2,000 rows", shown)
    assert re.search(r"fitting curves .*3/8 Neurology, step2_ck", shown)
    assert "rendering the page" in shown


def test_a_short_run_says_nothing_of_its_way(source, tmp_path, capsys):
    assert _run(["score", str(source), "--out", str(tmp_path / "out.csv")]) == 0
    said = capsys.readouterr()
    assert (said.out, said.err) == (f"{tmp_path / 'out.csv'}\n", "2,000 rows, 0 bad\n")


@pytest.mark.slow
def test_a_terminal_shows_a_bar_on_stderr_and_the_result_on_stdout(source, tmp_path):
    ours, theirs = pty.openpty()
    with os.fdopen(ours, "rb", buffering=0) as terminal:
        done = subprocess.run(
            [COMMAND, "score", source, "--out", tmp_path / "out.csv"],
            stdout=subprocess.PIPE, stderr=theirs, check=True, text=True, timeout=300,
            env=environment(TERM="xterm", COLUMNS="120"),
        )  # fmt: skip
        os.close(theirs)
        written = b""
        with suppress(OSError):  # which is how such a terminal ends
            while piece := terminal.read(1 << 16):
                written += piece
    shown = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", written.decode())
    assert done.stdout == f"{tmp_path / 'out.csv'}\n"
    assert re.search(r"scoring .*2,000 of 2,000 rows", shown)


@pytest.mark.parametrize(("name", "total"), [("c.parquet", 2_000), ("c.csv", None)])
def test_the_library_tells_rows_and_how_many_there_are(source, tmp_path, name, total):
    (tmp_path / "c.csv").write_text("group,step2_ck\n" + "us-img,230\n" * 2_000)
    said = []
    score_file(
        source.with_name(name), tmp_path / "out.csv", progress=lambda *each: said.append(each)
    )
    assert said[-1] == (2_000, total)
