"""What a batch is asked for, how far it is, and what it did."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from imgstats.batch.beside.plans_asked import PlansAsked
    from imgstats.batch.fingerprint import Fingerprint
    from imgstats.batch.folder import BatchFolder
    from imgstats.cohort.changes import Changes
    from imgstats.cohort.overview import Unrated
    from imgstats.cohort.rows import BadRow, Cohort

__all__ = ["Batch", "BatchResult", "Pruned", "Standing"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How far a batch is.

    Attributes
    ----------
    stage : str
        What is being done, in a few words.
    total, made, failed : int
        Reports and plans that this run has to make, has made, and could not make.
    """

    stage: str
    total: int = 0
    made: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Pruned:
    """What pruning removed, or would remove.

    Attributes
    ----------
    ids : tuple of str
        Those whose files and ledger row are removed.
    kept : tuple of (str, str)
        Id and file of those of whom something stays that imgstats did not make.
    withheld : str
        Why nothing is removed although somebody left; empty if nothing speaks against it.
    """

    ids: tuple[str, ...] = ()
    kept: tuple[tuple[str, str], ...] = ()
    withheld: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchResult:
    """What a run did.

    Attributes
    ----------
    index : Path
        The index page; where it would be, of a dry run.
    wanted, made, kept, left : int
        Reports that were to be made, were made, stood already, and were left out although they do
        not stand, because only failed ones were asked for.
    failed : tuple of (str, int, str)
        Id, line and reason of each report that could not be made.
    bad : tuple of BadRow
        Rows that could not be read.
    ignored : tuple of str
        Columns that were passed over.
    gone : tuple of str
        Ids of those who are no longer in the file and whose reports stay.
    timings : tuple of (float, float)
        Seconds of each report that was made, and of its cells.
    lost : tuple of str
        What is in the notebook and on no page, a line each.
    to_print, printed : int
        PDFs that were to be made of pages, and were made.
    unprinted : tuple of (str, int, str)
        Id, line and reason of each page of which no PDF could be made.
    to_plan, planned : int
        Plans that were to be made beside reports, and were made.
    unplanned : tuple of (str, int, str)
        Id, line and reason of each plan that could not be made.
    unrated : tuple of Unrated
        Why there is no rate, and whose.
    changes : Changes or None
        What differs from the last run; None in a first run.
    pruned : Pruned or None
        What was removed, or would be in a dry run; None where that was not asked for.
    """

    index: Path
    wanted: int
    made: int
    kept: int
    left: int
    failed: tuple[tuple[str, int, str], ...]
    bad: tuple[BadRow, ...]
    ignored: tuple[str, ...]
    gone: tuple[str, ...]
    timings: tuple[tuple[float, float], ...]
    lost: tuple[str, ...] = ()
    to_print: int = 0
    printed: int = 0
    unprinted: tuple[tuple[str, int, str], ...] = ()
    to_plan: int = 0
    planned: int = 0
    unplanned: tuple[tuple[str, int, str], ...] = ()
    unrated: tuple[Unrated, ...] = ()
    changes: Changes | None = None
    pruned: Pruned | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What stays the same while a batch runs.

    Attributes
    ----------
    cohort : Cohort
        The file as read.
    title : str
        Name of the cohort, for the index.
    folder : BatchFolder
        Where it is written.
    notebook : bytes
        The notebook's file.
    notebook_name : str
        Its name, for messages.
    notebook_folder : str
        Where a notebook of one's own lies; empty for the stock one.
    names : str
        What file names are made from.
    seconds : float
        How long a report may take.
    only_failed : bool
        Whether only what failed is made again.
    prune : bool
        Whether the reports of those who left are removed.
    made_on : str
        Date in words.
    made_by : Fingerprint
        Package and data.
    say : callable
        Takes a `Standing`.
    paper : str or None
        What pages are printed on as PDF; None where none is asked for.
    plans : PlansAsked or None
        What plans beside the reports are made from; None where none is asked for.
    """

    cohort: Cohort
    title: str
    folder: BatchFolder
    notebook: bytes
    notebook_name: str
    notebook_folder: str
    names: str
    seconds: float
    only_failed: bool
    prune: bool
    made_on: str
    made_by: Fingerprint
    say: Callable[[Standing], None]
    paper: str | None = None
    plans: PlansAsked | None = None
