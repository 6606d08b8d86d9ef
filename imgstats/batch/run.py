"""`run_batch`: a report for each applicant of a cohort file, with an index and a ledger."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.batch.beside.plans import plans_that_stand, plans_to_make
from imgstats.batch.beside.printing import pages_to_print, printing
from imgstats.batch.earlier.pruning import Pruning
from imgstats.batch.earlier.since import changes_since, note_untold, untold
from imgstats.batch.fingerprint import fingerprint
from imgstats.batch.folder import BatchFolder
from imgstats.batch.ledger import Ledger
from imgstats.batch.names import HASH, check_names, with_file_names
from imgstats.batch.plan import plan_batch, planned_result
from imgstats.batch.pool import check_scheduler, connected, dask_work
from imgstats.batch.records import Batch, Standing
from imgstats.batch.storing import Making
from imgstats.cohort.bad_rows import with_mended
from imgstats.cohort.reading import read_cohort
from imgstats.errors import InputError
from imgstats.printing.browser import find_browser
from imgstats.printing.paper import check_paper
from imgstats.processors import default_workers
from imgstats.reporting.notebook import check_parameters, notebook_bytes
from imgstats.reporting.report import day_of_making, made_on_words
from imgstats.sources import notebook_path
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from imgstats.batch.beside.plans_asked import PlansAsked
    from imgstats.batch.beside.printing import Printing
    from imgstats.batch.ledger import Entry
    from imgstats.batch.plan import Plan
    from imgstats.batch.records import BatchResult
    from imgstats.batch.work import Opening
    from imgstats.cohort.rows import Cohort

__all__ = ["SECONDS", "run_batch"]

# How long one report may take unless another time is given, and how long at most.
SECONDS = 120.0
# For so many reports of the stock notebook it pays to draw one before: what all of them share.
_MANY = 6
_MOST_SECONDS = 86_400.0
_LONGEST_TITLE = 200
# Kernel server, workers and logs belong to the whole process.
_ONE_AT_A_TIME = threading.Lock()


def run_batch(  # noqa: PLR0913  the command's options, by their names
    cohort: str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    resume: bool = False,
    only_failed: bool = False,
    notebook: str | Path | None = None,
    ignore_columns: bool = False,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    mended: str | Path | None = None,
    names: str = HASH,
    seconds: float = SECONDS,
    paper: str | None = None,
    with_plan: bool = False,
    title: str | None = None,
    prune: bool = False,
    dry_run: bool = False,
    checked: Callable[[Cohort], None] | None = None,
    progress: Callable[[Standing], None] | None = None,
    opening: Opening | None = None,
) -> BatchResult:
    """Make a report for each applicant of a cohort file.

    Parameters
    ----------
    cohort : path
        A ``.csv``, ``.xlsx`` or ``.parquet`` file with the fields of `Applicant` and an ``id``.
    out : path
        Folder for reports, records, index, summary and ledger; made if it is not there.
    workers : int, optional
        Processes to start. Default: one for each core this process may use.
    scheduler : str, optional
        Address of a running Dask scheduler, whose workers are used instead.
    resume : bool
        Go on with the batch that was begun in `out`: make what is missing, failed, or was made from
        other values, data, notebook or package.
    only_failed : bool
        Make only what failed in the batch that was begun in `out`.
    notebook : path, optional
        A notebook of one's own with a parameters cell. Default: the one that ships.
    ignore_columns, columns, sheet
        As in `read_cohort`.
    mended : path, optional
        The bad rows of the cohort, mended: a file such as ``bad_rows.xlsx``, which a batch writes
        into `out`. Its rows stand for the bad ones.
    names : {"hash", "id"}
        What file names are made from: a salted hash of the id, or the id.
    seconds : float
        How long one report may take before it is ended and counts as failed.
    paper : {"a4", "letter"}, optional
        Print each page as PDF too, on this paper, with an installed Chromium or Chrome. A page that
        stands is printed if it has no PDF on this paper. Default: none; the PDF of a page that is
        made anew is removed.
    with_plan : bool
        Make a plan beside each report, as `write_plan` does, of the day of the run; the file may
        then hold the columns of `PLAN_KEYS` too. A plan that stands is kept, whatever its day. A
        notebook of one's own is for the reports only. Default: none; the plan of a report that is
        made anew is removed.
    title : str, optional
        What the index is called. Default: the name of the cohort file.
    prune : bool
        Go on as with `resume`, and remove the reports of those who left the cohort file.
    dry_run : bool
        Say what would be done, and write nothing.
    checked : callable, optional
        Called with the `Cohort` once all of it is read, before anything is made.
    progress : callable, optional
        Called with a `Standing` whenever something changed.
    opening : callable, optional
        Opens the `Work` that makes reports and index. Default: `dask_work`, as `workers` and
        `scheduler` say.

    Returns
    -------
    BatchResult
        Counts, and every failure with its reason.

    Raises
    ------
    InputError
        If the file, the folder, the notebook or an option cannot be used.
    WorkError
        If the folder cannot be written any more, or the workers cannot make reports. What was made
        stands, and a run with `resume` goes on from there. Also if PDFs are asked for and no
        browser starts; nothing is made then.

    Notes
    -----
    One batch at a time in a process; another thread's waits. So `progress` and `checked` must not
    start one.
    """
    number = _checked_workers(workers, scheduler)
    seconds = _checked_seconds(seconds)
    _check_paper(paper)
    plans = _plans_asked() if with_plan else None
    title = Path(cohort).stem if title is None else _checked_title(title)
    folder = BatchFolder(Path(out).absolute())
    folder.check()
    _check_begun(folder, resume=resume, only_failed=only_failed, prune=prune)
    source = Path(notebook) if notebook is not None else notebook_path()
    more = None if plans is None else plans.fields
    found = read_cohort(
        Path(cohort), ignore_columns=ignore_columns, columns=columns, sheet=sheet, more=more
    )
    if mended is not None:
        found = with_mended(found, read_cohort(Path(mended), more=more))
    found = with_file_names(found, check_names(names))
    if checked is not None:
        checked(found)
    forks_here = bool(found.rows) and not dry_run and scheduler is None and opening is None
    draws = (notebook is None or with_plan) and len(found.rows) >= _MANY
    kernels = _kernels(wanted=forks_here, draws=draws, plans=with_plan)
    with _ONE_AT_A_TIME, kernels as environment:
        if found.rows:
            check_parameters(source, found.rows[0].applicant.model_dump(mode="json"))
        batch = Batch(
            cohort=found,
            title=title,
            folder=folder,
            notebook=notebook_bytes(source),
            notebook_name=source.name,
            notebook_folder="" if notebook is None else str(source.absolute().parent),
            names=names,
            seconds=seconds,
            only_failed=only_failed,
            prune=prune,
            made_on=made_on_words(),
            made_by=fingerprint(),
            say=progress or (lambda _: None),
            paper=paper,
            plans=plans,
        )
        if dry_run:
            return _dry(batch)
        opening = opening or _dask(batch, number, scheduler, environment)
        with printing(folder, paper) as printer, folder.locked():
            # Again: another run may have come in between.
            _check_begun(folder, resume=resume, only_failed=only_failed, prune=prune)
            return _run(batch, opening, printer)


def _plans_asked() -> PlansAsked:
    """Return what plans of today are made from: half a second of imports, for who asks only."""
    from imgstats.batch.beside.plans_asked import PlansAsked

    return PlansAsked.on(day_of_making())


def _dask(
    batch: Batch, workers: int, scheduler: str | None, environment: Mapping[str, str]
) -> Opening:
    """Return what opens Dask's workers, once a scheduler that was named has answered."""
    if scheduler is not None:
        with connected(scheduler, 0, environment):
            pass  # before that, no batch is begun
    return partial(
        dask_work,
        workers=workers,
        scheduler=scheduler,
        environment=environment,
        made_by=batch.made_by,
        plans=batch.plans is not None,
    )


def _run(batch: Batch, opening: Opening, printer: Printing | None) -> BatchResult:
    """Bring the ledger in line with the cohort and make what is wanted."""
    if batch.folder.is_begun:  # every page that stands is read and hashed
        batch.say(Standing(stage="comparing with the folder"))
    with _ledger(batch) as ledger:
        known, facts = ledger.entries(), ledger.facts()
        plan = _plan(batch, known, facts["salt"])
        pruning = _pruning(batch, plan, known, facts["salt"])
        changes = untold(facts, changes_since(batch, plan, known))
        note_untold(ledger, changes)
        ledger.put(plan.entries)
        ledger.remove(plan.dropped)
        return Making(batch, ledger, plan, changes, pruning, printer).run(opening)


@contextmanager
def _kernels(*, wanted: bool, draws: bool, plans: bool) -> Iterator[dict[str, str]]:
    """Start one kernel server for all workers of this machine, early: it imports meanwhile."""
    if not wanted:
        yield {}
        return
    from imgstats.kernels.client import shared_server
    from imgstats.reporting.warm import warm_module

    with shared_server(warm_module(plans=plans), draws=draws) as environment:
        yield environment


def _checked_workers(workers: int | None, scheduler: str | None) -> int:
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}", "a whole number from 1", "leave it out")
    if workers is not None and scheduler is not None:
        raise InputError(
            "both --workers and --scheduler",
            "one of them",
            "a running scheduler has its own workers",
        )
    if scheduler is not None:
        check_scheduler(scheduler)
    return workers or default_workers()


def _checked_seconds(seconds: float) -> float:
    if not 0 < seconds <= _MOST_SECONDS:
        raise InputError(
            f"the time for one report is {seconds:g} s",
            f"more than 0 seconds, at most {_MOST_SECONDS:,.0f} (a day)",
        )
    return seconds


def _check_paper(paper: str | None) -> None:
    """Refuse a paper that is none, or one without a browser that prints on it."""
    if paper is not None:
        check_paper(paper)
        find_browser()


def _checked_title(title: str) -> str:
    if not title.strip() or len(title) > _LONGEST_TITLE:
        raise InputError(
            f"the title is {shown(title)}",
            f"1 to {_LONGEST_TITLE} characters, not all of them blank",
            "leave --title out for the name of the file",
        )
    return title


def _check_begun(folder: BatchFolder, *, resume: bool, only_failed: bool, prune: bool) -> None:
    if folder.is_begun and not (resume or only_failed or prune):
        raise InputError(
            f"{folder.root} holds a batch already",
            "a new folder, or the same with --resume",
            "add --resume to make what is missing or out of date",
        )
    if (only_failed or prune) and not folder.is_begun:
        option = "--only-failed" if only_failed else "--prune"
        raise InputError(
            f"no batch was begun in {folder.root}", "a folder with one", f"leave {option} out"
        )


def _ledger(batch: Batch) -> Ledger:
    path = batch.folder.ledger
    if batch.folder.is_begun:
        return Ledger.open(path, names=batch.names)
    return Ledger.create(path, names=batch.names)


def _plan(batch: Batch, known: dict[str, Entry], salt: str) -> Plan:
    return plan_batch(
        batch.cohort,
        known,
        batch.folder,
        salt=salt,
        names=batch.names,
        notebook=batch.notebook,
        made_by=batch.made_by,
        only_failed=batch.only_failed,
    )


def _pruning(batch: Batch, plan: Plan, known: dict[str, Entry], salt: str) -> Pruning | None:
    return Pruning(batch, plan, known, salt) if batch.prune else None


def _dry(batch: Batch) -> BatchResult:
    """Return what a run would do; of an earlier batch the ledger is read and not written."""
    known: dict[str, Entry] = {}
    facts: dict[str, str] = {}
    standing, plans = 0, {}
    if batch.folder.is_begun:
        with Ledger.open(batch.folder.ledger, names=batch.names) as ledger:
            known, facts = ledger.entries(), ledger.facts()
            plan = _plan(batch, known, facts.get("salt", ""))
            standing = len(pages_to_print(batch, plan, ledger))
            plans = plans_that_stand(batch, plan, ledger.plans())
    else:
        plan = _plan(batch, known, "")
    pruning = _pruning(batch, plan, known, facts.get("salt", ""))
    changes = untold(facts, changes_since(batch, plan, known))
    result = planned_result(batch, plan, changes, pruning.pruned if pruning else None)
    if batch.plans is not None:
        result = replace(result, to_plan=len(plans_to_make(plan, plans)))
    return result if batch.paper is None else replace(result, to_print=result.wanted + standing)
