"""The plans of a batch's folder: which stand, which are to be made, and how they are written."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from imgstats.batch.beside.entries import PlanEntry
from imgstats.batch.folder import hash_of
from imgstats.batch.tasks import Job

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from imgstats.batch.folder import BatchFolder
    from imgstats.batch.ledger import Ledger
    from imgstats.batch.plan import Plan, PlannedReport
    from imgstats.batch.records import Batch, BatchResult
    from imgstats.batch.tasks import MadePlan, Unmade

__all__ = ["Plans", "plans_that_stand", "plans_to_make"]


def plans_that_stand(
    batch: Batch, plan: Plan, noted: Mapping[str, PlanEntry]
) -> dict[str, PlanEntry]:
    """Return the plans of a cohort that are there as they were written.

    Parameters
    ----------
    batch : Batch
        Where plans are asked for, one that was made from other values, package or data does not
        stand. Where they are not, a row's values of a plan are not known, and none is made anew.
    plan : Plan
        The rows.
    noted : mapping
        What the ledger has, by key.
    """
    rows = {each.key: each.row for each in plan.reports}
    return {
        key: each
        for key, each in noted.items()
        if key in rows
        and _is_intact(batch.folder, each)
        and (
            batch.plans is None
            or batch.plans.inputs(rows[key], batch.made_by) == each.inputs_sha256
        )
    }


def plans_to_make(plan: Plan, standing: Iterable[str]) -> tuple[PlannedReport, ...]:
    """Return the rows whose plan is to be made: their report stands or is made in this run."""
    kept = set(standing)
    return tuple(
        each for each in plan.reports if (each.stands or each.wanted) and each.key not in kept
    )


def _is_intact(folder: BatchFolder, entry: PlanEntry) -> bool:
    return (
        hash_of(folder.plan(entry.key)) == entry.page_sha256
        and hash_of(folder.calendar(entry.key)) == entry.calendar_sha256
    )


class Plans:
    """The plans of one run.

    Parameters
    ----------
    batch : Batch
        What stays the same; without plans none is made, and those of reports that are made anew
        are removed.
    ledger : Ledger
        Open.
    plan : Plan
        The rows.
    """

    def __init__(self, batch: Batch, ledger: Ledger, plan: Plan) -> None:
        self._batch, self._ledger = batch, ledger
        self._noted = set(found := ledger.plans())
        self.standing = plans_that_stand(batch, plan, found)
        wanted = () if batch.plans is None else plans_to_make(plan, self.standing)
        self.wanted = {each.key: each for each in wanted}
        self.made = 0
        self.failed: list[tuple[str, int, str]] = []

    def job(self, key: str) -> Job | None:
        """Return the job of a row's plan, None where none is to be made."""
        batch = self._batch
        if batch.plans is None or key not in self.wanted:
            return None
        parameters, title = batch.plans.parameters_and_title(self.wanted[key].row)
        return Job(
            key=key,
            parameters=parameters,
            title=title,
            made_on=batch.made_on,
            notebook=batch.plans.notebook,
            notebook_name=batch.plans.notebook_name,
            made_by=batch.made_by,
            seconds=batch.seconds,
            is_plan=True,
        )

    def keep(self, made: MadePlan) -> None:
        """Write a plan, then note it: a kill in between has it made again."""
        if self._batch.plans is None:
            raise ValueError(f"a plan that nobody asked for: {made.key}")
        folder = self._batch.folder
        if made.calendar:
            folder.write(folder.calendar(made.key), made.calendar)
        else:
            folder.remove(folder.calendar(made.key))  # of the plan before
        folder.write(folder.plan(made.key), made.page)
        entry = PlanEntry(
            key=made.key,
            inputs_sha256=self._batch.plans.inputs(self.wanted[made.key].row, self._batch.made_by),
            page_sha256=sha256(made.page).hexdigest(),
            calendar_sha256=sha256(made.calendar).hexdigest() if made.calendar else "",
        )
        self._ledger.note_plan(entry)
        self._noted.add(made.key)
        self.standing[made.key] = entry
        self.made += 1

    def note(self, unmade: Unmade) -> None:
        """Note why there is no plan; what stood there was made from other values or data."""
        row = self.wanted[unmade.key].row
        self._remove(unmade.key)
        self.failed.append((row.id, row.line, unmade.reason))

    def leave(self, key: str) -> None:
        """Remove the plan of a report that is made anew or fails, where none is made in its place.

        Where plans are asked for, one stands or falls by its own inputs.
        """
        if self._batch.plans is None and key in self._noted:
            self._remove(key)

    def told(self, result: BatchResult) -> BatchResult:
        """Return the result of a run with what became of its plans."""
        return replace(
            result, to_plan=len(self.wanted), planned=self.made, unplanned=tuple(self.failed)
        )

    def _remove(self, key: str) -> None:
        folder = self._batch.folder
        folder.remove(folder.plan(key), folder.calendar(key))
        self._ledger.forget_plan(key)
        self._noted.discard(key)
        self.standing.pop(key, None)
