"""Disks that are really full or read-only: what is said, what is left, and how it goes on."""

from __future__ import annotations

import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import suppress

import psutil
import pytest

from imgstats.batch.summarize import index_files
from imgstats.errors import WorkError
from tests.batch.making import (
    ledger_rows,
    leftovers,
    pages,
    rows_of,
    run_command,
    start_command,
    states,
    write_cohort,
    write_notebook,
)
from tests.batch.test_processes import made, until
from tests.reporting.processes import all_gone

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="mounts a small tmpfs"),
]
COUNT = 10
SLOW = "import time; time.sleep(0.3); print(f'score {step2_ck}, {label}')"
AGAIN = "free space or make the folder writable, then run the same command with --resume"
ROOMY = "64m"
MARK = "IMGSTATS_TEST_OF_DISKS"


class Disk:
    """A small disk of its own under a folder."""

    def __init__(self, place):
        self.place = place
        place.mkdir()

    def mount(self, *arguments):
        """Mount something, or skip where this may not be done."""
        done = subprocess.run(
            ["mount", *map(str, arguments)], capture_output=True, text=True, check=False
        )
        if done.returncode:
            pytest.skip(f"no right to mount here: {done.stderr.strip()}")

    def begin(self, size):
        self.mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", self.place)

    def resize(self, size):
        self.mount("-o", f"remount,size={size}", self.place)

    def fill(self):
        """Leave no byte free."""
        with suppress(OSError), (self.place / "fill").open("wb", buffering=0) as stream:
            while True:
                stream.write(bytes(4096))

    def seal(self, folder):
        """Let nobody write in a folder any more, though files in it may be open."""
        self.mount("--bind", folder, folder)
        self.mount("-o", "remount,bind,ro", folder)


def _unmount(folder):
    return (
        subprocess.run(["umount", "-l", folder], capture_output=True, check=False).returncode == 0
    )


@pytest.fixture
def disk(tmp_path):
    """Return a disk that is not mounted yet; whatever is mounted on it is gone afterwards."""
    found = Disk(tmp_path / "disk")
    yield found
    for folder in (found.place / "out" / "reports", found.place / "out", found.place):
        while _unmount(folder):
            pass


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return cohort, notebook and folder of a run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    cohort = write_cohort(folder / "cohort.csv", rows_of(COUNT))
    notebook = write_notebook(folder, SLOW)
    done = run_command("batch", cohort, "--out", folder / "out", "--notebook", notebook)
    assert done.returncode == 0, done.stderr
    return cohort, notebook, folder / "out"


def _start(undisturbed, out, *options):
    cohort, notebook, _ = undisturbed
    arguments = ("batch", cohort, "--out", out, "--notebook", notebook, *options)
    return start_command(*arguments, **{MARK: str(out)})


def _ended(command, out):
    """Wait for the end and return what was said; no process is left, nothing half-written."""
    _, said = command.communicate(timeout=600)
    assert all_gone(_of_the_run(out))
    assert "Traceback" not in said
    hidden = [path.name for path in out.rglob("*") if path.name.startswith(".")]
    assert set(hidden) <= {".lock"}
    assert list(out.rglob("*.tmp")) == []
    return said


def _of_the_run(out):
    """Return the processes with the mark of a run in their environment, which all inherit."""
    found = []
    for each in psutil.process_iter():
        with suppress(psutil.Error):
            if each.environ().get(MARK) == str(out):
                found.append(each)
    return found


def _stopped(command, out, why):
    """Check a run that the disk stopped, and return what the ledger has as made."""
    said = _ended(command, out)
    assert command.returncode == 1, said
    assert re.fullmatch(rf"imgstats: {out}\S*: ({why}); {AGAIN}", said.splitlines()[-1])
    assert [line for line in said.splitlines() if line.startswith("imgstats:")][:-1] == []
    assert leftovers(out) == set()
    with sqlite3.connect(f"file:{out / 'ledger.sqlite'}?mode=ro", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()
    return {name: row for name, row in ledger_rows(out).items() if row["state"] == "made"}


def _goes_on(undisturbed, out, before):
    """Resume: exactly what is missing is made, and the pages are those of a quiet run."""
    command = _start(undisturbed, out, "--resume")
    said = _ended(command, out)
    assert command.returncode == 0, said
    assert f"{COUNT - len(before)} made, {len(before)} stood already, 0 failed" in said
    after = ledger_rows(out)
    assert {name: after[name] for name in before} == before
    assert states(out) == {"made": COUNT}
    assert pages(out) == pages(undisturbed[2])
    assert leftovers(out) == set()
    assert (out / "index.html").exists()


# --- full


@pytest.mark.parametrize("size", ["64k", "100k", "200k", "300k"])
def test_a_disk_that_fills_midway_stops_the_batch_and_more_space_goes_on(undisturbed, disk, size):
    disk.begin(size)
    out = disk.place / "out"
    command = _start(undisturbed, out)
    before = _stopped(command, out, "No space left on device|database or disk is full")
    assert len(before) < COUNT
    if size == "300k":
        assert before
    disk.resize(ROOMY)
    _goes_on(undisturbed, out, before)


def test_a_disk_that_is_full_from_the_start_gets_no_ledger(undisturbed, disk):
    disk.begin("256k")
    disk.fill()
    out = disk.place / "out"
    command = _start(undisturbed, out)
    said = _ended(command, out)
    assert command.returncode == 1
    assert said == f"imgstats: {out / 'ledger.sqlite'}: database or disk is full; {AGAIN}\n"
    assert [path.name for path in out.rglob("*") if path.is_file()] == [".lock"]
    (disk.place / "fill").unlink()
    disk.resize(ROOMY)
    _goes_on(undisturbed, out, {})


def test_a_disk_that_fills_at_the_index_keeps_all_reports(undisturbed, disk):
    files = [path for path in undisturbed[2].rglob("*") if path.is_file()]
    whole = sum(-(-path.stat().st_size // 4096) for path in files)
    # The ledger's journal needs more than half of the index while reports are made.
    index = (undisturbed[2] / "index.html").stat().st_size // 4096
    disk.begin(f"{4 * (whole - index // 6)}k")
    out = disk.place / "out"
    command = _start(undisturbed, out)
    before = _stopped(command, out, "No space left on device")
    assert len(before) == COUNT
    assert not (out / "index.html").exists()
    disk.resize(ROOMY)
    _goes_on(undisturbed, out, before)


def _fill(place):
    """Write until there is no room left."""
    try:
        with (place / "filler").open("wb", buffering=0) as stream:
            while True:
                stream.write(b"x" * 512)
    except OSError:
        return


def test_a_folder_of_temporary_files_that_fills_is_named(disk, monkeypatch):
    disk.begin("64k")
    _fill(disk.place)
    monkeypatch.setattr(tempfile, "tempdir", str(disk.place))
    named = f"the folder for temporary files, {disk.place}: No space left on device; free space"
    with pytest.raises(WorkError, match=re.escape(named)):
        index_files(b"x" * 5000, title="", made_on="")


def test_a_folder_of_temporary_files_that_is_full_is_passed_over(undisturbed, disk, tmp_path):
    disk.begin("64k")
    _fill(disk.place)
    cohort, notebook, expected = undisturbed
    out = tmp_path / "out"
    options = ("batch", cohort, "--out", out, "--notebook", notebook, "--workers", 1)
    done = run_command(*options, TMPDIR=str(disk.place))
    assert done.returncode == 0, done.stderr  # Python takes the system's own folder then
    assert pages(out) == pages(expected)


# --- read-only


@pytest.mark.parametrize("what", ["the folder", "its reports"])
def test_a_folder_that_becomes_read_only_midway_stops_the_batch(undisturbed, disk, what):
    disk.begin(ROOMY)
    out = disk.place / "out"
    sealed = out if what == "the folder" else out / "reports"
    command = _start(undisturbed, out)
    until(lambda: made(out) >= 2)
    assert len(_of_the_run(out)) >= 4
    disk.seal(sealed)
    before = _stopped(command, out, "Read-only file system")
    assert 2 <= len(before) < COUNT
    again = _start(undisturbed, out, "--resume")
    said = _ended(again, out)
    assert again.returncode == (2 if what == "the folder" else 1)
    assert "Read-only file system" in said.splitlines()[-1]
    assert _unmount(sealed)
    _goes_on(undisturbed, out, before)


@pytest.mark.skipif(not shutil.which("mkfs.ext4"), reason="no mkfs.ext4")
def test_a_disk_that_breaks_midway_stops_the_batch(undisturbed, disk, tmp_path):
    # As after errors of the device: ext4 takes no further byte, of files that are open either.
    image = tmp_path / "image"
    with image.open("wb") as stream:
        stream.truncate(64 * 2**20)
    subprocess.run(["mkfs.ext4", "-q", image], check=True)
    disk.mount("-o", "loop", image, disk.place)
    out = disk.place / "out"
    command = _start(undisturbed, out)
    until(lambda: made(out) >= 2)
    disk.mount("-o", "remount,abort", disk.place)
    before = _stopped(command, out, "Read-only file system|disk I/O error|.*readonly database")
    subprocess.run(["umount", disk.place], check=True)
    disk.mount("-o", "loop", image, disk.place)
    _goes_on(undisturbed, out, before)


# --- the commands that write one file or one report


@pytest.mark.parametrize("kind", ["csv", "parquet"])
@pytest.mark.parametrize("free", ["nothing", "a little"])
def test_scores_on_a_full_disk_leave_no_file(disk, tmp_path, kind, free):
    disk.begin("64k")
    if free == "nothing":
        disk.fill()
    cohort = write_cohort(tmp_path / "cohort.csv", rows_of(2000 if kind == "csv" else 40_000))
    done = run_command("score", cohort, "--out", disk.place / f"scores.{kind}")
    assert done.returncode == 1
    assert re.fullmatch(r"imgstats: .*No space left on device.*\n", done.stderr)
    assert done.stdout == ""
    assert {path.name for path in disk.place.iterdir()} <= {"fill"}


def test_scores_that_stand_there_outlive_a_full_disk(disk, tmp_path):
    disk.begin("64k")
    old = disk.place / "scores.csv"
    old.write_text("old", encoding="utf-8")
    cohort = write_cohort(tmp_path / "cohort.csv", rows_of(2000))
    assert run_command("score", cohort, "--out", old).returncode == 1
    assert [path.name for path in disk.place.iterdir()] == ["scores.csv"]
    assert old.read_text(encoding="utf-8") == "old"


@pytest.mark.parametrize("free", ["nothing", "a little"])
def test_a_report_on_a_full_disk_leaves_no_file(disk, tmp_path, free):
    disk.begin("16k")
    if free == "nothing":
        disk.fill()
    notebook = write_notebook(tmp_path, "print(label)")
    out = disk.place / "deep" / "out"
    options = ("--group", "us-img", "--step2-ck", 230, "--notebook", notebook, "--out", out)
    done = run_command("report", *options)
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1] == (
        f"imgstats: {out}: No space left on device; free space or choose another folder"
    )
    assert done.stdout == ""
    assert {path.name for path in disk.place.iterdir()} <= {"fill"}
