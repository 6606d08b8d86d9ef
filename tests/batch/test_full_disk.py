"""Disks that are really full or read-only: what is said, what is left, and how it goes on.

Reports are only pretended, and written by the batch as those of workers are; with workers and
kernels it is run twice.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from contextlib import suppress

import psutil
import pytest

from imgstats.batch.summarize import index_files
from imgstats.errors import InputError, WorkError
from imgstats.reporting.files import write_report_files
from tests.batch.disks import AGAIN, COUNT, FULL, INDEX, PAGE, ROOMY, Bench, Disk, unmount, whole
from tests.batch.making import (
    GATED,
    PRINT,
    Gate,
    ledger_rows,
    made,
    rows_of,
    run_command,
    run_here,
    start_command,
    write_cohort,
    write_notebook,
)
from tests.patience import PATIENCE
from tests.reporting.processes import all_gone
from tests.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts a small tmpfs")
MARK = "IMGSTATS_TEST_OF_DISKS"


@pytest.fixture
def disk(tmp_path):
    """Return a disk that is not mounted yet; whatever is mounted on it is gone afterwards."""
    found = Disk(tmp_path / "disk")
    yield found
    for folder in (found.place / "out" / "reports", found.place / "out", found.place):
        while unmount(folder):
            pass


@pytest.fixture
def bench(tmp_path, disk):
    return Bench(tmp_path, disk.place / "out")


# --- full


@pytest.mark.parametrize("size", ["64k", "100k", "200k", "300k"])
def test_a_disk_that_fills_midway_stops_the_batch_and_more_space_goes_on(bench, disk, size):
    disk.begin(size)
    before = bench.stops(FULL)
    assert len(before) < COUNT
    if size == "300k":
        assert before
    disk.resize(ROOMY)
    bench.goes_on(before)


def test_a_disk_that_is_full_from_the_start_gets_no_ledger(bench, disk):
    disk.begin("256k")
    disk.fill()
    with pytest.raises(WorkError) as caught:
        bench.run()
    assert str(caught.value) == f"{bench.out / 'ledger.sqlite'}: database or disk is full; {AGAIN}"
    assert [path.name for path in bench.out.rglob("*") if path.is_file()] == [".lock"]
    (disk.place / "fill").unlink()
    disk.resize(ROOMY)
    bench.goes_on({})


def test_a_disk_that_fills_at_the_index_keeps_all_reports(bench, disk):
    disk.begin(ROOMY)
    bench.run()
    files = [path for path in bench.out.rglob("*") if path.is_file()]
    blocks = sum(-(-path.stat().st_size // 4096) for path in files)
    shutil.rmtree(bench.out)
    # The ledger's journal needs more than half of the index while reports are made.
    disk.resize(f"{4 * (blocks - INDEX // 4096 // 6)}k")
    before = bench.stops("No space left on device")
    assert len(before) == COUNT
    assert not (bench.out / "index.html").exists()
    disk.resize(ROOMY)
    bench.goes_on(before)


def test_a_folder_of_temporary_files_that_fills_is_named(disk, monkeypatch):
    disk.begin("64k")
    disk.fill()
    monkeypatch.setattr(tempfile, "tempdir", str(disk.place))
    named = f"the folder for temporary files, {disk.place}: No space left on device; free space"
    with pytest.raises(WorkError, match=re.escape(named)):
        index_files(b"x" * 5000, title="", made_on="")


# --- read-only


@pytest.mark.parametrize("what", ["the folder", "its reports"])
def test_a_folder_that_becomes_read_only_midway_stops_the_batch(bench, disk, what):
    disk.begin(ROOMY)
    sealed = bench.out if what == "the folder" else bench.out / "reports"

    def seal(begun):
        if begun == 2:
            disk.seal(sealed)

    before = bench.stops("Read-only file system", before_report=seal)
    assert len(before) == 2
    refused = InputError if what == "the folder" else WorkError
    with pytest.raises(refused, match="Read-only file system"):
        bench.run(resume=True)
    assert unmount(sealed)
    bench.goes_on(before)


@pytest.mark.skipif(not shutil.which("mkfs.ext4"), reason="no mkfs.ext4")
def test_a_disk_that_breaks_midway_stops_the_batch(bench, disk, tmp_path):
    # As after errors of the device: ext4 takes no further byte, of files that are open either.
    image = tmp_path / "image"
    with image.open("wb") as stream:
        stream.truncate(64 * 2**20)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    disk.mount("-o", "loop", image, disk.place)

    def abort(begun):
        if begun == 2:
            disk.mount("-o", "remount,abort", disk.place)

    why = "Read-only file system|disk I/O error|.*readonly database"
    before = bench.stops(why, before_report=abort)
    subprocess.run(["umount", disk.place], check=True)
    disk.mount("-o", "loop", image, disk.place)
    bench.goes_on(before)


# --- with workers and kernels


def _command(start, bench, *options, **more):
    arguments = ("batch", bench.cohort, "--out", bench.out, "--notebook", bench.notebook)
    return start(*arguments, *options, **{MARK: str(bench.out)}, **more)


def _stopped(command, bench, why):
    """Check a command that the disk stopped, and return what the ledger has as made."""
    said = command.communicate(timeout=PATIENCE)[1]
    assert all_gone(_of_the_run(bench.out))
    assert "Traceback" not in said
    assert command.returncode == 1, said
    assert re.fullmatch(rf"imgstats: {bench.out}\S*: ({why}); {AGAIN}", said.splitlines()[-1])
    assert [line for line in said.splitlines() if line.startswith("imgstats:")][:-1] == []
    return whole(bench.out)


def _of_the_run(out):
    """Return the processes with the mark of a run in their environment, which all inherit."""
    found = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if each.environ().get(MARK) == str(out):
                found.append(each)
    return found


@pytest.mark.slow
def test_the_command_on_a_disk_that_fills_leaves_no_process(bench, disk):
    disk.begin("300k")
    before = _stopped(_command(start_command, bench, "--workers", "1"), bench, FULL)
    assert 0 < len(before) < COUNT
    disk.resize(ROOMY)
    result = bench.run(resume=True)
    assert (result.made, result.kept) == (COUNT - len(before), len(before))
    assert {name: row for name, row in ledger_rows(bench.out).items() if name in before} == before


@pytest.mark.slow
def test_the_command_in_a_folder_that_becomes_read_only_leaves_no_process(bench, disk):
    disk.begin(ROOMY)
    bench.notebook = write_notebook(bench.notebook.parent, GATED)
    gate = Gate(bench.notebook.parent)
    command = _command(start_command, bench, **gate.environment)
    gate.let(2)
    until(lambda: made(bench.out) == 2, command)
    assert len(_of_the_run(bench.out)) >= 4
    disk.seal(bench.out)
    gate.open()
    before = _stopped(command, bench, "Read-only file system")
    assert len(before) == 2


@pytest.mark.slow
def test_a_folder_of_temporary_files_that_is_full_is_passed_over(disk, tmp_path):
    disk.begin("64k")
    disk.fill()
    cohort = write_cohort(tmp_path / "cohort.csv", rows_of(2))
    options = ("--out", tmp_path / "out", "--notebook", write_notebook(tmp_path, PRINT))
    done = run_command("batch", cohort, *options, "--workers", 1, TMPDIR=str(disk.place))
    assert done.returncode == 0, done.stderr  # Python takes the system's own folder then
    assert made(tmp_path / "out") == 2


# --- the commands that write one file or one report


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("free", ["nothing", "a little"])
def test_scores_on_a_full_disk_leave_no_file(disk, tmp_path, capsys, kind, free):
    disk.begin("64k")
    if free == "nothing":
        disk.fill()
    cohort = write_cohort(tmp_path / "cohort.csv", rows_of(2000 if kind == "csv" else 40_000))
    assert run_here("score", cohort, "--out", disk.place / f"scores.{kind}") == 1
    told = capsys.readouterr()
    assert re.fullmatch(r"imgstats: .*No space left on device.*\n", told.err)
    assert told.out == ""
    assert {path.name for path in disk.place.iterdir()} <= {"fill"}


def test_scores_that_stand_there_outlive_a_full_disk(disk, tmp_path):
    disk.begin("64k")
    old = disk.place / "scores.csv"
    assert run_here("score", write_cohort(tmp_path / "few.csv", rows_of(2)), "--out", old) == 0
    before = old.read_bytes()
    cohort = write_cohort(tmp_path / "cohort.csv", rows_of(2000))
    assert run_here("score", cohort, "--out", old) == 1
    assert [path.name for path in disk.place.iterdir()] == ["scores.csv"]
    assert old.read_bytes() == before


@pytest.mark.parametrize("free", ["nothing", "a little"])
def test_a_report_on_a_full_disk_leaves_no_file(disk, free):
    disk.begin("16k")
    if free == "nothing":
        disk.fill()
    out = disk.place / "deep" / "out"
    report = dict.fromkeys(("index.html", "report.ipynb", "comparison.json"), "x" * PAGE)
    said = f"{out}: No space left on device; free space or choose another folder"
    with pytest.raises(WorkError, match=re.escape(said)):
        write_report_files(out, report)
    assert {path.name for path in disk.place.iterdir()} <= {"fill"}
