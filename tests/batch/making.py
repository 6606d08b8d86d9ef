"""Small cohorts, small notebooks and whole runs of the command, for the tests of batches."""

from __future__ import annotations

import csv
import os
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import nbformat

from imgstats import Applicant
from tests.reporting.small_notebooks import notebook_of

EPOCH = "1793491200"
FIELDS = ("id", "group", "step2_ck", "label")
PARAMETERS = "\n".join(f"{name} = None" for name in Applicant.model_fields)
COMMAND = str(Path(sys.executable).with_name("imgstats"))


def write_cohort(path, rows, fields=FIELDS):
    """Write rows as CSV and return the path."""
    with path.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(fields)
        writer.writerows(rows)
    return path


def rows_of(n, first=0):
    """Return rows of applicants who differ in everything."""
    return [
        (f"A-{i:03d}", "non-us-img", 215 + i % 60, f"label {i:03d}")
        for i in range(first, first + n)
    ]


def write_notebook(folder, *cells, name="own.ipynb"):
    """Write a small notebook that knows all parameters of an applicant."""
    path = folder / name
    nbformat.write(notebook_of(*cells, parameters=PARAMETERS), path)
    return path


def environment(**more):
    """Return the environment of a command whose pages can be compared."""
    return {**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **more}


def run_command(*arguments, timeout=900, **more):
    """Run ``imgstats`` to its end."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=timeout,
        env=environment(**more),
    )


def start_command(*arguments, **more):
    """Start ``imgstats`` in a session of its own, as a terminal does."""
    return subprocess.Popen(
        [COMMAND, *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=environment(**more),
    )


def ledger_rows(out):
    """Return the ledger's rows by id, those of bad rows by their key."""
    rows = _read_only(out / "ledger.sqlite")
    return {row["key" if row["state"] == "bad" else "id"]: dict(row) for row in rows}


def _read_only(path, tries=100):
    """Return the rows without putting anything in order that a kill may have left."""
    for left in reversed(range(tries)):
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            db.row_factory = sqlite3.Row
            return db.execute("SELECT * FROM applicants").fetchall()
        except sqlite3.OperationalError:  # the command is at this moment setting the file up
            if not left:
                raise
            time.sleep(0.05)
        finally:
            db.close()
    return []


def states(out):
    """Return how many rows of the ledger are in each state."""
    counts: dict[str, int] = {}
    for row in ledger_rows(out).values():
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    return counts


def pages(out):
    """Return the page of each applicant by id."""
    return {
        name: (out / "reports" / f"{row['key']}.html").read_bytes()
        for name, row in ledger_rows(out).items()
        if row["state"] == "made"
    }


def leftovers(out):
    """Return files that are half-written, or that nobody knows."""
    known = {"index.html", "summary.csv", "summary.parquet", "ledger.sqlite", ".lock"}
    known |= {"ledger.sqlite-wal", "ledger.sqlite-shm"}
    keys = {row["key"] for row in ledger_rows(out).values()}
    inside = {f"reports/{key}.html" for key in keys} | {f"records/{key}.ipynb" for key in keys}
    files = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    return files - known - inside - {"records/_cohort.ipynb"}
