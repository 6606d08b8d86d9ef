"""What a worker does: one report or plan from one job, without touching any file of the batch.

Workers may be on other machines: a job brings the notebook along, and what it makes goes back to
the one process that writes.
"""

from __future__ import annotations

import contextlib
import gc
import os
import threading
import time
from dataclasses import dataclass
from hashlib import sha256
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgstats.batch.fingerprint import fingerprint
from imgstats.batch.summarize import index_files
from imgstats.errors import ImgstatsError, WorkError
from imgstats.kernels.loops import loop_closed
from imgstats.kernels.protocol import ServerGoneError
from imgstats.text import visible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from nbformat import NotebookNode

    from imgstats.batch.fingerprint import Fingerprint
    from imgstats.reporting.cohort.index import IndexFiles

__all__ = ["Job", "Made", "MadePlan", "Unmade", "make_index", "make_report", "one_line", "warm_up"]

# A report sets environment variables of the whole process, so a worker makes one at a time.
_ALONE = threading.Lock()
_STUCK_SECONDS = 30.0
# Collecting takes a tenth of a report's time, so not after each.
_COLLECT_EVERY = 8
_reports = count(1)
_LONGEST = 500
# Where the index lies, seen from a page. A constant: a page must not go stale with its cohort.
_INDEX = "../index.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """One report to make, or the plan beside it.

    Attributes
    ----------
    key : str
        The applicant's key in the ledger.
    parameters : dict
        The notebook's parameters, plain values.
    title : str
        Title of the page.
    made_on : str
        Date in words.
    notebook : bytes
        The notebook's file.
    notebook_name : str
        Its name, for messages.
    made_by : Fingerprint
        Package and data that it is to be made from.
    seconds : float
        How long it may take.
    folder : str
        Where an own notebook lies: it runs there, and finds what is beside it, on each machine that
        has such a folder. Empty: an empty folder.
    is_plan : bool
        Whether it is a plan and no report; the notebook is then that of plans.
    """

    key: str
    parameters: dict[str, object]
    title: str
    made_on: str
    notebook: bytes
    notebook_name: str
    made_by: Fingerprint
    seconds: float
    folder: str = ""
    is_plan: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A report as bytes, how many seconds it and its cells took, and what no page can show."""

    key: str
    page: bytes
    record: bytes
    seconds: float
    cell_seconds: float
    lost: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePlan:
    """A plan as bytes: its page, and its calendar file, which is empty where no day lies ahead."""

    key: str
    page: bytes
    calendar: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmade:
    """Why there is no report, or no plan.

    Attributes
    ----------
    key : str
        As in the `Job`.
    reason : str
        One short line.
    elsewhere : bool
        Whether the machine has other data or another package.
    again : bool
        Whether it may be made all the same: the notebook is not to blame, its kernel was killed.
    is_plan : bool
        As in the `Job`.
    """

    key: str
    reason: str
    elsewhere: bool = False
    again: bool = False
    is_plan: bool = False

    @classmethod
    def of(cls, job: Job, reason: str, *, elsewhere: bool = False, again: bool = False) -> Unmade:
        """Return why nothing came of a job."""
        return cls(
            key=job.key, reason=reason, elsewhere=elsewhere, again=again, is_plan=job.is_plan
        )


def make_report(job: Job) -> Made | MadePlan | Unmade:
    """Make one report or plan.

    Parameters
    ----------
    job : Job
        What to make.

    Returns
    -------
    Made, MadePlan or Unmade
        Never raises for what a notebook does: an error would travel with all its frames.
    """
    with _ALONE:
        stuck = _end_worker_when_stuck(job.seconds)
        try:
            with loop_closed():
                return _make(job)
        except ImgstatsError as e:
            return Unmade.of(job, one_line(str(e)), again=_is_kernel_lost(e))
        except Exception as e:  # noqa: BLE001  whatever a notebook or a library raises
            return Unmade.of(job, one_line(f"{type(e).__name__}: {e}"))
        finally:
            stuck.cancel()
            _give_memory_back()


def _is_kernel_lost(error: ImgstatsError) -> bool:
    """Say whether kernel or server died, and neither a cell failed nor time was over."""
    return isinstance(error, ServerGoneError) or isinstance(error.__cause__, RuntimeError)


def make_index(
    summary: bytes, *, title: str, made_on: str, changes: Mapping[str, Any] | None
) -> IndexFiles:
    """Make the index page as `index_files` does, and leave no event loop open."""
    with loop_closed():
        return index_files(summary, title=title, made_on=made_on, changes=changes)


def one_line(text: str) -> str:
    r"""Return what a notebook or a library said as one short line that no terminal obeys.

    Examples
    --------
    >>> print(one_line("no\n\x1b[31msuch file"))
    no \x1b[31msuch file
    """
    plain = visible(text)
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 4]} ..."


def _make(job: Job) -> Made | MadePlan | Unmade:
    found = fingerprint()
    if found != job.made_by:
        return Unmade.of(job, _differing(found, job.made_by), elsewhere=True)
    _wait_for_server(plans=job.is_plan)
    folder = Path(job.folder) if job.folder and Path(job.folder).is_dir() else None
    lost: dict[str, None] = {}
    started = time.monotonic()
    executed = _executed(job, folder)
    page = _page(executed, job, folder, lost)
    seconds = time.monotonic() - started
    if seconds > job.seconds:
        raise WorkError(
            f"{job.notebook_name} took longer than {job.seconds:g} s", todo="allow more: --timeout"
        )
    if job.is_plan:
        return _made_plan(job, page)
    return _made(job, page, executed, seconds=seconds, lost=tuple(lost))


def _executed(job: Job, folder: Path | None) -> NotebookNode:
    from imgstats.kernels.client import can_fork
    from imgstats.reporting.notebook import execute, parse_notebook

    executed = execute(
        parse_notebook(job.notebook, job.notebook_name),
        job.notebook_name,
        job.parameters,
        warm=can_fork(),
        seconds=job.seconds,
        folder=folder,
    )
    executed.metadata["imgstats"] = _birth_certificate(job)
    return executed


def _page(executed: NotebookNode, job: Job, folder: Path | None, lost: dict[str, None]) -> bytes:
    """Return the page; what it cannot show becomes a key of `lost`."""
    from imgstats.reporting.page import render_page

    return render_page(
        executed,
        title=job.title,
        made_on=job.made_on,
        version=job.made_by.version,
        folder=folder,
        index=_INDEX,
        lost=lost.setdefault,
    ).encode()


def _made(
    job: Job, page: bytes, executed: NotebookNode, *, seconds: float, lost: tuple[str, ...]
) -> Made:
    from imgstats.reporting.notebook import notebook_text

    cells = (cell.metadata.get("papermill", {}) for cell in executed.cells)
    return Made(
        key=job.key,
        page=page,
        record=notebook_text(executed).encode(),
        seconds=seconds,
        cell_seconds=sum(each.get("duration") or 0.0 for each in cells),
        lost=lost,
    )


def _made_plan(job: Job, page: bytes) -> MadePlan:
    from imgstats.reporting.plan.report import calendar_of

    return MadePlan(key=job.key, page=page, calendar=calendar_of(job.parameters))


def _differing(found: Fingerprint, wanted: Fingerprint) -> str:
    what = [
        name
        for name in ("version", "code", "data")
        if getattr(found, name) != getattr(wanted, name)
    ]
    return f"the worker's {' and '.join(what)} differ from those the batch began with"


def _birth_certificate(job: Job) -> dict[str, object]:
    """Return what the record keeps of where its figures come from."""
    return {
        "version": job.made_by.version,
        "made_on": job.made_on,
        "code_sha256": job.made_by.code,
        "data_sha256": job.made_by.data,
        "notebook_sha256": sha256(job.notebook).hexdigest(),
    }


def _end_worker_when_stuck(seconds: float) -> threading.Timer:
    """End a worker that hangs outside the kernel, where somebody starts another in its place."""
    timer = threading.Timer(seconds + _STUCK_SECONDS, os._exit, (1,))
    timer.daemon = True
    if _has_nanny():
        timer.start()
    return timer


def _give_memory_back() -> None:
    """Return to the system what past reports leave, now and then: it would pile up in holes."""
    import ctypes

    if next(_reports) % _COLLECT_EVERY:
        return
    gc.collect()
    with contextlib.suppress(OSError, AttributeError):  # no such function in other C libraries
        ctypes.CDLL(None).malloc_trim(0)


def _has_nanny() -> bool:
    from distributed import get_worker

    try:
        return get_worker().nanny is not None
    except ValueError:
        return False  # not in a worker


def _wait_for_server(*, plans: bool) -> None:
    """Start the kernel server, which takes seconds the first time and counts for no report."""
    from imgstats.kernels.client import can_fork, warm_server
    from imgstats.reporting.warm import warm_module

    if can_fork():
        warm_server(warm_module(plans=plans)).wait_until_ready()


def warm_up(*, plans: bool = False) -> Fingerprint:
    """Start a worker's kernel server and import what a report needs; return what it has.

    Parameters
    ----------
    plans : bool
        Whether plans are to come too.
    """
    from imgstats.kernels.client import can_fork, warm_server
    from imgstats.reporting.notebook_format import without_grammar
    from imgstats.reporting.warm import warm_module

    with without_grammar():
        import nbconvert  # noqa: F401
        import papermill  # noqa: F401

    if can_fork():
        warm_server(warm_module(plans=plans), draws=True)  # nobody knows how many reports will come
    return fingerprint()
