"""Batches that are killed at random moments, and go on."""

from __future__ import annotations

import time
from random import Random

from tests.batch.making import (
    PRINT,
    ledger_rows,
    leftovers,
    made,
    pages,
    rows_of,
    run_command,
    start_command,
    write_cohort,
    write_notebook,
)
from tests.chaos.persons import is_of
from tests.reporting.processes import all_gone, descendants, semaphores
from tests.waiting import until


def made_by_id(out):
    """Return how often each report was tried that the ledger has as made."""
    if not (out / "ledger.sqlite").exists():
        return {}
    rows = ledger_rows(out)
    return {name: row["attempts"] for name, row in rows.items() if row["state"] == "made"}


def survived(folder, kills, reports, seed):
    """Kill a batch so many times and let it end, and return what was found.

    Checks after each kill that no process, semaphore or temporary file is left and that no report
    that stood was made again; at the end that each page is its applicant's own.
    """
    random = Random(seed)  # noqa: S311  no secret
    scratch = folder / "scratch"
    scratch.mkdir()
    notebook = write_notebook(folder, PRINT)
    cohort = write_cohort(folder / "cohort.csv", rows_of(reports))
    out, at_kill = folder / "out", []
    words = ("batch", cohort, "--out", out, "--notebook", notebook, "--resume", "--workers", "2")
    before: dict[str, int] = {}
    for _ in range(kills):
        known = semaphores()
        command = start_command(*words, TMPDIR=str(scratch))
        if not random.randrange(4):
            time.sleep(random.uniform(0, 4))  # while it starts
        else:
            wanted = min(len(before) + random.randrange(4), reports - 1)
            until(lambda wanted=wanted: made(out) >= wanted and out.exists(), command)
            time.sleep(random.uniform(0, 0.5))
        family = descendants(command.pid)
        command.kill()
        command.communicate()
        assert all_gone(family)
        assert list(scratch.iterdir()) == [], "a killed run left something behind"
        until(lambda known=known: semaphores() <= known)
        after = made_by_id(out)
        assert before.items() <= after.items(), "a report that stood was made again"
        at_kill.append(len(after))
        before = after
    done = run_command(*words, TMPDIR=str(scratch))
    assert done.returncode == 0, done.stderr
    assert before.items() <= made_by_id(out).items()
    assert leftovers(out) == set()
    found = pages(out)
    assert len(found) == reports
    assert all(is_of(page.decode(), name) for name, page in found.items())
    return at_kill
