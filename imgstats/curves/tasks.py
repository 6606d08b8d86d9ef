"""The curves there are to fit, and fitting them in several processes."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.curves.inputs import KIN, SCORE, borrowed_inputs, digest_of
from imgstats.curves.record import CurveKey, RateCurve
from imgstats.errors import TableError, WorkError
from imgstats.measures import MEASURES
from imgstats.specialties import INTERNAL_MEDICINE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from imgstats.tables import OutcomeSummary
    from imgstats.tables.published import PublishedTables

    # How many of how many are done, and which one was the last.
    Progress = Callable[[int, int, CurveKey], None]

__all__ = ["Task", "fit_all", "fit_task", "summary_keys", "wanted_curves"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """One curve to fit.

    Attributes
    ----------
    key : CurveKey
        Which table.
    inputs : str
        Digest of its figures; empty where a table it needs is not there.
    table : OutcomeSummary or None
        The table of a curve of its own.
    base : pathlib.Path or None
        Data folder of a borrowed curve.
    reason : str
        Why it cannot be fitted, where that is known beforehand.
    """

    key: CurveKey
    inputs: str
    table: OutcomeSummary | None = None
    base: Path | None = None
    reason: str = ""


def wanted_curves(tables: PublishedTables, base: Path) -> list[Task]:
    """Return every curve that a data folder's tables ask for, by key.

    Parameters
    ----------
    tables : PublishedTables
        The tables of `base`.
    base : pathlib.Path
        Data folder.
    """
    keys = summary_keys(tables)
    borrowed = [
        _borrowed(tables, base, group, key.match_year)
        for group, kin in KIN.items()
        for key in keys
        if (key.applicant_group, key.specialty, key.measure) == (kin, INTERNAL_MEDICINE, SCORE)
    ]
    return sorted([*(_own(tables, key) for key in keys), *borrowed], key=lambda task: task.key)


def summary_keys(tables: PublishedTables) -> list[CurveKey]:
    """Return each measure of a group whose digits and counts are both printed."""
    names = ("match_year", "applicant_group", "specialty")
    counted = {tuple(str(row[name]) for name in names) for row in tables.rows("counts")}
    keys = {
        CurveKey(*(str(row[name]) for name in (*names, "measure"))): None
        for row in tables.rows("summaries")
        if row["measure"] in MEASURES
    }
    return [key for key in keys if (key.match_year, key.applicant_group, key.specialty) in counted]


def _own(tables: PublishedTables, key: CurveKey) -> Task:
    table = tables.outcome_summary(
        group=key.applicant_group,
        year=key.match_year,
        specialty=key.specialty,
        measure=key.measure,
    )
    return Task(key=key, inputs=digest_of(table), table=table)


def _borrowed(tables: PublishedTables, base: Path, group: str, year: str) -> Task:
    key = CurveKey(year, group, INTERNAL_MEDICINE, SCORE)
    try:
        found = borrowed_inputs(tables, group=group, year=year, specialty=INTERNAL_MEDICINE)
    except TableError as error:
        return Task(key=key, inputs="", reason=str(error))
    return Task(key=key, inputs=found.digest, base=base)


def fit_task(task: Task) -> RateCurve | str:
    """Return a curve, or why there is none.

    Parameters
    ----------
    task : Task
        What to fit. The numbers do not depend on what else the process fits.
    """
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    from imgstats.curves.borrowed import transported_curve
    from imgstats.curves.compute import compute_curve
    from imgstats.tables.published import PublishedTables

    if task.reason:
        return task.reason
    # One thread a process: the matrices are small, and sums in another order are other numbers.
    with threadpool_limits(limits=1):
        try:
            if task.table is not None:
                return compute_curve(task.table, ladder=True)
            key = task.key
            return transported_curve(
                PublishedTables(task.base),
                group=key.applicant_group,
                year=key.match_year,
                specialty=key.specialty,
            )
        except (TableError, WorkError) as error:
            return str(error)


def fit_all(
    tasks: Sequence[Task], workers: int, progress: Progress | None = None
) -> Mapping[CurveKey, RateCurve | str]:
    """Fit every task; the results do not depend on the number of workers.

    Parameters
    ----------
    tasks : sequence of Task
        What to fit.
    workers : int
        Number of processes; 1 fits in this one.
    progress : callable, optional
        Called after each with the number done, the number of all, and its key.

    Raises
    ------
    WorkError
        If a process died.
    """
    done: dict[CurveKey, RateCurve | str] = {}
    source = _one_by_one(tasks) if min(workers, len(tasks)) <= 1 else _pooled(tasks, workers)
    for key, result in source:
        done[key] = result
        if progress is not None:
            progress(len(done), len(tasks), key)
    return done


def _one_by_one(tasks: Sequence[Task]) -> Iterator[tuple[CurveKey, RateCurve | str]]:
    for task in tasks:
        yield task.key, fit_task(task)


def _pooled(tasks: Sequence[Task], workers: int) -> Iterator[tuple[CurveKey, RateCurve | str]]:
    # spawn, not fork: a forked child inherits locks that a thread of numpy's may hold.
    pool = ProcessPoolExecutor(
        min(workers, len(tasks)),
        mp_context=multiprocessing.get_context("spawn"),
        initializer=_start_worker,
    )
    try:
        waiting = {pool.submit(fit_task, task): task.key for task in tasks}
        for future in as_completed(waiting):
            yield waiting[future], future.result()
    except BrokenProcessPool as error:
        raise WorkError(
            "a process that fits curves died", "", "run again with --workers 1"
        ) from error
    finally:
        pool.shutdown(cancel_futures=True)


def _start_worker() -> None:
    # Ctrl-C is the parent's to handle; a worker that outlives its parent would wait for ever.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
