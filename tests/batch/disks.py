"""Disks that are really full: small ones of their own, and batches that only pretend to work."""

from __future__ import annotations

import re
import sqlite3
import subprocess
from contextlib import suppress
from dataclasses import replace

import pytest

from imgstats.batch.run import run_batch
from imgstats.errors import WorkError
from tests.batch.making import (
    PRINT,
    ledger_rows,
    leftovers,
    pages,
    plain_index,
    pretended,
    rows_of,
    states,
    working,
    write_cohort,
    write_notebook,
)

COUNT = 10
AGAIN = "free space or make the folder writable, then run the same command with --resume"
FULL = "No space left on device|database or disk is full"
ROOMY = "64m"
PAGE, INDEX = 20_000, 600_000  # bytes, as of a small notebook and of the index of many


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


def unmount(folder):
    return (
        subprocess.run(["umount", "-l", folder], capture_output=True, check=False).returncode == 0
    )


class Bench:
    """A cohort, and runs over it into a folder of a disk, in this process and without workers."""

    def __init__(self, folder, out):
        self.cohort = write_cohort(folder / "cohort.csv", rows_of(COUNT))
        self.notebook = write_notebook(folder, PRINT)
        self.out = out

    def run(self, before_report=lambda _: None, **options):
        def make(job):
            before_report(len(begun))
            begun.append(job.key)
            report = pretended(job)
            return replace(report, page=report.page.ljust(PAGE))

        begun: list[str] = []
        opening = working(make, _large_index)
        return run_batch(self.cohort, self.out, notebook=self.notebook, opening=opening, **options)

    def stops(self, why, **options):
        """Check a run that the disk stops, and return what the ledger has as made."""
        with pytest.raises(WorkError) as caught:
            self.run(**options)
        assert re.fullmatch(rf"{self.out}\S*: ({why}); {AGAIN}", str(caught.value))
        return whole(self.out)

    def goes_on(self, before):
        """Resume: exactly what is missing is made."""
        result = self.run(resume=True)
        assert (result.made, result.kept, result.failed) == (COUNT - len(before), len(before), ())
        after = ledger_rows(self.out)
        assert {name: after[name] for name in before} == before
        assert states(self.out) == {"made": COUNT}
        for name, page in pages(self.out).items():
            number = int(name[2:])
            words = f"<p>score {215 + number}, label {number:03d}</p>"
            assert page == words.encode().ljust(PAGE)
        assert leftovers(self.out) == set()
        assert (self.out / "index.html").stat().st_size >= INDEX


def _large_index(*arguments, **options):
    files = plain_index(*arguments, **options)
    return replace(files, page=files.page.ljust(INDEX))


def whole(out):
    """Check that nothing is half-written, and return the reports that the ledger has."""
    hidden = [path.name for path in out.rglob("*") if path.name.startswith(".")]
    assert set(hidden) <= {".lock"}
    assert list(out.rglob("*.tmp")) == []
    assert leftovers(out) == set()
    with sqlite3.connect(f"file:{out / 'ledger.sqlite'}?mode=ro", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()
    return {name: row for name, row in ledger_rows(out).items() if row["state"] == "made"}
