"""Small cohorts and notebooks, runs of the command, and runs that only pretend to make reports."""

from __future__ import annotations

import csv
import json
import os
import sqlite3
import subprocess
import sys
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import replace
from hashlib import sha256
from html import escape
from io import BytesIO, StringIO
from pathlib import Path

import nbformat
import pandas as pd
import pytest

from imgstats import Applicant
from imgstats.batch.summarize import index_files
from imgstats.batch.tasks import Made, Unmade, make_report
from imgstats.batch.work import Work
from imgstats.cli.main import main
from imgstats.reporting.cohort.index import IndexFiles
from tests.patience import PATIENCE
from tests.reporting.small_notebooks import notebook_of
from tests.waiting import until

EPOCH = "1793491200"
FIELDS = ("id", "group", "step2_ck", "label")
PARAMETERS = "\n".join(f"{name} = None" for name in Applicant.model_fields)
PRINT = "print(f'score {step2_ck}, {label}')"
_GATE = "IMGSTATS_TEST_GATE"
# As PRINT, but a report waits until the gate lets it through.
GATED = f"""
import os, pathlib, time
gate = os.environ.get("{_GATE}")
while gate and int(pathlib.Path(gate).read_text()) <= step2_ck - 215:
    time.sleep(0.02)
{PRINT}
"""
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


def run_command(*arguments, patience=PATIENCE, **more):
    """Run ``imgstats`` to its end."""
    return subprocess.run(
        [COMMAND, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=patience,
        env=environment(**more),
    )


def run_here(*arguments):
    """Run ``imgstats`` in this process and return its exit code; capsys has what it said."""
    with pytest.raises(SystemExit) as ended:
        main([*map(str, arguments)])
    return ended.value.code


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


class Gate:
    """Holds the reports of the notebook `GATED` back, from a number in `rows_of` on."""

    def __init__(self, folder):
        self.path = folder / "gate"
        self.environment = {_GATE: str(self.path)}
        self.let(0)

    def let(self, count):
        """Let so many of the first reports through."""
        draft = self.path.with_name("gate.part")
        draft.write_text(str(count), encoding="utf-8")
        draft.replace(self.path)

    def open(self):
        """Hold nobody back any more."""
        self.let(10**6)


def ledger_rows(out):
    """Return the ledger's rows by id, those of bad rows by their key."""
    rows = _read_only(out / "ledger.sqlite")
    return {row["key" if row["state"] == "bad" else "id"]: dict(row) for row in rows}


def _read_only(path):
    """Return the rows without putting anything in order that a kill may have left."""
    found: list[sqlite3.Row] = []

    def read():
        db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
        try:
            db.row_factory = sqlite3.Row
            found[:] = db.execute("SELECT * FROM applicants").fetchall()
        except sqlite3.OperationalError:  # the command is at this moment setting the file up
            return False
        finally:
            db.close()
        return True

    until(read)
    return found


def states(out):
    """Return how many rows of the ledger are in each state."""
    counts: dict[str, int] = {}
    for row in ledger_rows(out).values():
        counts[row["state"]] = counts.get(row["state"], 0) + 1
    return counts


def made(out):
    """Return how many reports the ledger has; 0 while there is none."""
    return states(out).get("made", 0) if (out / "ledger.sqlite").exists() else 0


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
    known |= {
        "ledger.sqlite-wal",
        "ledger.sqlite-shm",
        "summary.xlsx",
        "bad_rows.csv",
        "bad_rows.xlsx",
    }
    keys = {row["key"] for row in ledger_rows(out).values()}
    inside = {f"reports/{key}.html" for key in keys} | {f"records/{key}.ipynb" for key in keys}
    files = {p.relative_to(out).as_posix() for p in out.rglob("*") if p.is_file()}
    return files - known - inside - {"records/_cohort.ipynb"}


# --- batches without workers and kernels

RECORD = b"the executed notebook"


def pretended(job):
    """Return at once what the notebook `PRINT` would give."""
    given = job.parameters
    page = f"<p>score {given['step2_ck']}, {escape(str(given['label']))}</p>"
    return Made(key=job.key, page=page.encode(), record=RECORD, seconds=0.2, cell_seconds=0.1)


def recorded(job):
    """Return a page and a record that bear the marks of real ones."""
    metadata = {
        "papermill": {"parameters": job.parameters},
        "imgstats": {
            "version": job.made_by.version,
            "code_sha256": job.made_by.code,
            "data_sha256": job.made_by.data,
            "notebook_sha256": sha256(job.notebook).hexdigest(),
        },
    }
    record = json.dumps({"cells": [], "metadata": metadata, "nbformat": 4, "nbformat_minor": 5})
    mark = '<meta name="generator" content="imgstats 1">'
    page = f"<!DOCTYPE html>{mark}<p>{escape(str(job.parameters['label']))}</p>"
    return replace(pretended(job), page=page.encode(), record=record.encode())


def failing(ids_of, reason="no"):
    """Return what fails for some labels and pretends for all others."""

    def make(job):
        if job.parameters["label"] in ids_of:
            return Unmade(key=job.key, reason=reason)
        return pretended(job)

    return make


def plain_index(summary, *, title, made_on, changes=None):
    """Return an index page that holds the links and reasons of a summary, and nothing else."""
    rows = pd.read_parquet(BytesIO(summary)).to_dict("records")
    links = [f"<a href='{row['report']}'>{escape(row['id'])}</a>" for row in rows if row["report"]]
    reasons = [f"<p>{escape(row['reason'])}</p>" for row in rows if row["reason"]]
    told = [] if changes is None else [f"<p>{escape(json.dumps(changes))}</p>"]
    page = "".join([f"<h1>{escape(title)}</h1><p>{made_on}</p>", *told, *links, *reasons])
    return IndexFiles(page=page, record="{}")


def working(make=pretended, index=plain_index):
    """Return what opens the work of a batch: each job goes to a function, here and one by one."""

    @contextmanager
    def opening(_):
        yield Work(reports=lambda jobs: (make(job) for job in jobs), index=index)

    return opening


# --- batches with real kernels and without workers


@contextmanager
def kernels_here(_):
    """Open the work of a batch with real kernels, asked for by this process one by one."""
    yield Work(reports=lambda jobs: (make_report(job) for job in jobs), index=index_files)


def run_with_kernels(*arguments):
    """Run ``imgstats batch`` in this process, with real kernels; return what it said."""
    out, err = StringIO(), StringIO()
    with pytest.MonkeyPatch.context() as patch, redirect_stdout(out), redirect_stderr(err):
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        patch.setattr("imgstats.batch.run._dask", lambda *_: kernels_here)
        code = run_here("batch", *arguments)
    return subprocess.CompletedProcess(arguments, code, out.getvalue(), err.getvalue())
