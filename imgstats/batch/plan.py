"""Which reports of a cohort are to be made, and which stand already."""

from __future__ import annotations

from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from imgstats.batch import ledger as states
from imgstats.batch.fingerprint import inputs_digest
from imgstats.batch.folder import hash_of
from imgstats.batch.ledger import Entry
from imgstats.batch.names import file_name
from imgstats.batch.records import BatchResult
from imgstats.cohort.judging import same_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imgstats.batch.fingerprint import Fingerprint
    from imgstats.batch.folder import BatchFolder
    from imgstats.batch.records import Batch, Pruned
    from imgstats.cohort.changes import Changes
    from imgstats.cohort.rows import BadRow, Cohort, CohortRow

__all__ = ["Plan", "PlannedReport", "plan_batch", "planned_result", "those_who_left"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedReport:
    """One applicant of the cohort.

    Attributes
    ----------
    key : str
        File name without ending, and key in the ledger.
    row : CohortRow
        The applicant.
    inputs : str
        Hash of all that the report is made from.
    stands : bool
        Whether it is there as it was written, from the same inputs.
    wanted : bool
        Whether it is to be made in this run.
    """

    key: str
    row: CohortRow
    inputs: str
    stands: bool
    wanted: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What a run has to do.

    Attributes
    ----------
    reports : tuple of PlannedReport
        Every good row, in file order.
    entries : tuple of Entry
        Rows of the ledger as they are to be before the run.
    dropped : tuple of str
        Keys of ledger rows that stood for bad lines and are no longer needed.
    """

    reports: tuple[PlannedReport, ...]
    entries: tuple[Entry, ...]
    dropped: tuple[str, ...]

    @property
    def wanted(self) -> tuple[PlannedReport, ...]:
        """Those to be made."""
        return tuple(each for each in self.reports if each.wanted)


def plan_batch(
    cohort: Cohort,
    known: Mapping[str, Entry],
    folder: BatchFolder,
    *,
    salt: str,
    names: str,
    notebook: bytes,
    made_by: Fingerprint,
    only_failed: bool = False,
) -> Plan:
    """Compare the cohort with the ledger and the files.

    Parameters
    ----------
    cohort : Cohort
        The file as read.
    known : mapping
        The ledger's rows by key.
    folder : BatchFolder
        Where the reports stand.
    salt, names : str
        How files are named.
    notebook : bytes
        The notebook's file.
    made_by : Fingerprint
        Package and data.
    only_failed : bool
        Whether to leave out what was not tried yet or is out of date.
    """
    digest = sha256(notebook).hexdigest()
    bad_before = {each.id for each in known.values() if each.state == states.BAD}
    reports = []
    for row in cohort.rows:
        key = file_name(row.id, salt, names)
        inputs = inputs_digest(row.applicant.model_dump(mode="json"), digest, made_by)
        before = known.get(key)
        stands = _stands(before, inputs, folder)
        wanted = not stands and (not only_failed or _failed_before(before, row, bad_before))
        reports.append(PlannedReport(key=key, row=row, inputs=inputs, stands=stands, wanted=wanted))
    bad = tuple(_bad_entry(each) for each in cohort.bad)
    now = {each.key for each in reports} | {each.key for each in bad}
    return Plan(
        reports=tuple(reports),
        entries=(
            *(_entry(each, known.get(each.key)) for each in reports),
            *bad,
            *_gone(known, now),
        ),
        dropped=tuple(
            key for key, each in known.items() if each.state == states.BAD and key not in now
        ),
    )


def _stands(entry: Entry | None, inputs: str, folder: BatchFolder) -> bool:
    """Say whether a report is there as it was written, from the same inputs."""
    if entry is None or _state_before(entry) != states.MADE:
        return False
    return (
        entry.inputs_sha256 == inputs
        and hash_of(folder.page(entry.key)) == entry.page_sha256
        and hash_of(folder.record(entry.key)) == entry.record_sha256
    )


def _failed_before(entry: Entry | None, row: CohortRow, bad_before: set[str]) -> bool:
    """Say whether an applicant's report failed, or their row was bad and is good now."""
    if entry is not None:
        return bool(entry.error) and _state_before(entry) != states.MADE
    return row.id in bad_before


def _entry(report: PlannedReport, before: Entry | None) -> Entry:
    row = report.row
    if before is None:
        return Entry(key=report.key, id=row.id, line=row.line, state=states.WAITING)
    state = states.MADE if report.stands else states.WAITING
    return replace(before, id=row.id, line=row.line, state=state)


def _state_before(entry: Entry) -> str:
    """Return the state of an entry; of one who was gone, that from before they were."""
    if entry.state != states.GONE:
        return entry.state
    if entry.error:
        return states.FAILED
    return states.MADE if entry.page_sha256 else states.WAITING


def _bad_entry(row: BadRow) -> Entry:
    return Entry(
        key=f"line:{row.line}",
        id=row.id,
        line=row.line,
        state=states.BAD,
        error="; ".join(map(str, row.problems)),
    )


def _gone(known: Mapping[str, Entry], now: set[str]) -> list[Entry]:
    """Return those who are in the ledger and no longer in the file; their reports stay."""
    return [
        replace(each, state=states.GONE)
        for key, each in known.items()
        if key not in now and each.state != states.BAD
    ]


def those_who_left(known: Iterable[Entry], plan: Plan, cohort: Cohort) -> tuple[Entry, ...]:
    """Return the ledger's rows of those who have no row in the file, good or bad.

    Parameters
    ----------
    known : iterable of Entry
        The ledger's rows.
    plan : Plan
        The good rows.
    cohort : Cohort
        The file as read, for its bad rows: who is to be mended has not left.
    """
    here = {each.key for each in plan.reports}
    bad = {same_id(each.id) for each in cohort.bad}
    return tuple(
        each
        for each in known
        if each.state != states.BAD and each.key not in here and same_id(each.id) not in bad
    )


def planned_result(
    batch: Batch, plan: Plan, changes: Changes | None = None, pruned: Pruned | None = None
) -> BatchResult:
    """Return the result of a plan of which nothing has been done yet."""
    removed = set(pruned.ids) if pruned else set()
    left = those_who_left(plan.entries, plan, batch.cohort)
    return BatchResult(
        index=batch.folder.index,
        wanted=len(plan.wanted),
        made=0,
        kept=sum(each.stands for each in plan.reports),
        left=sum(not (each.stands or each.wanted) for each in plan.reports),
        failed=(),
        bad=batch.cohort.bad,
        ignored=batch.cohort.ignored,
        gone=tuple(each.id for each in left if each.id not in removed),
        timings=(),
        changes=changes,
        pruned=pruned,
    )
