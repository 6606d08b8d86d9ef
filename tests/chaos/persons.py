"""Whether every page, link and row is of the person whose it should be."""

from __future__ import annotations

import re
from contextlib import contextmanager
from itertools import islice
from random import Random

import pandas as pd

from imgstats.batch.run import run_batch
from imgstats.batch.tasks import Unmade
from imgstats.batch.work import Work
from tests.batch.making import (
    PRINT,
    ledger_rows,
    pages,
    plain_index,
    pretended,
    rows_of,
    write_cohort,
    write_notebook,
)

_IN_FLIGHT = 8
_LINK = re.compile(r"<a href='reports/([0-9a-f]+)\.html'>(A-\d+)</a>")


def is_of(page, name):
    """Say whether a page of the notebook `PRINT` is that of somebody of `rows_of`."""
    number = int(name.removeprefix("A-"))
    return re.findall(r"score (\d+), label (\d+)", page) == [
        (str(215 + number % 60), f"{number:03d}")
    ]


def shuffled(random, fails):
    """Return what opens work whose results come in another order than the jobs."""

    def reports(jobs):
        flying = list(islice(jobs, _IN_FLIGHT))
        while flying:
            job = flying.pop(random.randrange(len(flying)))
            lost = random.random() < fails
            yield (
                Unmade(key=job.key, reason=f"no {job.parameters['label']}")
                if lost
                else (pretended(job))
            )
            flying += islice(jobs, 1)

    @contextmanager
    def opening(_):
        yield Work(reports=reports, index=plain_index)

    return opening


def mixed_up(folder, applicants, seed):
    """Make the reports of many in several runs, and return how many pages are of somebody else.

    A tenth fails in each run, and the file is in another order each time, with some people less.
    """
    random = Random(seed)  # noqa: S311  no secret
    notebook = write_notebook(folder, PRINT)
    out, rows = folder / "out", rows_of(applicants)
    for run in range(3):
        random.shuffle(rows)
        given = rows if run == 2 else rows[: -max(1, applicants // 10)]
        cohort = write_cohort(folder / f"cohort-{run}.csv", given)
        opening = shuffled(random, 0.1 if run < 2 else 0)
        run_batch(cohort, out, notebook=notebook, opening=opening, resume=run > 0)
    found = pages(out)
    assert len(found) == applicants
    return sum(
        [
            *(not is_of(page.decode(), name) for name, page in found.items()),
            *_wrong_links(out, found),
            *_wrong_rows(out),
        ]
    )


def _wrong_links(out, found):
    keys = {name: row["key"] for name, row in ledger_rows(out).items()}
    links = _LINK.findall((out / "index.html").read_text(encoding="utf-8"))
    assert len(links) == len(found)
    return [keys[name] != key for key, name in links]


def _wrong_rows(out):
    table = pd.read_parquet(out / "summary.parquet")
    scores = table["id"].str.removeprefix("A-").astype(int) % 60 + 215
    return [*(scores != table["step2_ck"])]
