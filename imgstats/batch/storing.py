"""Making the reports and plans of a run: others make them, this process writes and keeps track."""

from __future__ import annotations

import contextlib
from dataclasses import replace
from hashlib import sha256
from typing import TYPE_CHECKING

from imgstats.batch.beside.plans import Plans
from imgstats.batch.beside.printing import pages_to_print, prints_that_stand
from imgstats.batch.earlier.since import note_told
from imgstats.batch.plan import planned_result
from imgstats.batch.records import Standing
from imgstats.batch.summarize import summary_rows
from imgstats.batch.tasks import Job, Made, MadePlan
from imgstats.cohort.bad_rows import bad_rows_csv, bad_rows_xlsx
from imgstats.cohort.overview import unrated
from imgstats.cohort.summary import summary_csv, summary_frame, summary_parquet, summary_xlsx
from imgstats.errors import WorkError
from imgstats.reporting.report import page_title
from imgstats.text import visible

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.batch.beside.printing import Printing
    from imgstats.batch.earlier.pruning import Pruning
    from imgstats.batch.ledger import Ledger
    from imgstats.batch.plan import Plan, PlannedReport
    from imgstats.batch.records import Batch, BatchResult
    from imgstats.batch.tasks import Unmade
    from imgstats.batch.work import Opening, Work
    from imgstats.cohort.changes import Changes
    from imgstats.cohort.overview import Unrated

__all__ = ["Making"]

# No id that may be a file name begins so.
_INDEX_RECORD = "_cohort.ipynb"


class Making:
    """One run of a batch.

    Parameters
    ----------
    batch : Batch
        What stays the same.
    ledger : Ledger
        Open, with the plan's rows in it.
    plan : Plan
        What is to be done.
    changes : Changes or None
        What differs from the last run, for the index.
    pruning : Pruning or None
        What is to be removed.
    printing : Printing, optional
        Makes PDFs of the pages. Default: none are made.
    """

    def __init__(
        self,
        batch: Batch,
        ledger: Ledger,
        plan: Plan,
        changes: Changes | None = None,
        pruning: Pruning | None = None,
        printing: Printing | None = None,
    ) -> None:
        self.batch, self.ledger, self.plan, self.printing = batch, ledger, plan, printing
        self.changes, self.pruning = changes, pruning
        self.plans = Plans(batch, ledger, plan)
        self.unrated: tuple[Unrated, ...] = ()
        self._by_key = {each.key: each for each in plan.reports}
        self.failed: list[tuple[str, int, str]] = []
        self.timings: list[tuple[float, float]] = []
        self.lost: dict[str, None] = {}

    def run(self, opening: Opening) -> BatchResult:
        """Make what is wanted, then summary and index.

        Parameters
        ----------
        opening : callable
            Gives the `Work` for a number of reports and plans.
        """
        self._write_bad_rows()
        self._prune()
        wanted = self._wanted
        if self.printing is not None:
            for key, page in pages_to_print(self.batch, self.plan, self.ledger).items():
                self.printing.begin(key, page)
        if wanted:
            self._say("starting workers")
        with opening(wanted) as work:
            if wanted:
                self._make(work)
            self._end_printing()
            self._write_summary(work)
        result = replace(
            planned_result(
                self.batch, self.plan, self.changes, self.pruning.pruned if self.pruning else None
            ),
            made=len(self.timings),
            failed=tuple(self.failed),
            timings=tuple(self.timings),
            lost=tuple(self.lost),
            unrated=self.unrated,
        )
        result = self.plans.told(result)
        return result if self.printing is None else self.printing.told(result, self._by_key)

    @property
    def _wanted(self) -> int:
        """Number of reports and plans that are to be made."""
        return len(self.plan.wanted) + len(self.plans.wanted)

    def _prune(self) -> None:
        """Remove those who left before anything is made: that may take an hour."""
        if self.pruning and self.pruning.pruned.ids:
            self._remove_index()
            self.pruning.run(self.ledger)

    def _remove_index(self) -> None:
        """Remove index and summaries, for a run that may be stopped.

        They would link to pages that are newer than their figures, and name who was removed.
        """
        folder = self.batch.folder
        folder.remove(folder.index, *folder.summaries, folder.records / _INDEX_RECORD)

    def _make(self, work: Work) -> None:
        self._remove_index()
        stage = "making reports and plans" if self.plans.wanted else "making reports"
        self._say(stage)
        with contextlib.closing(work.reports(self._jobs())) as found:
            for each in found:
                if isinstance(each, Made):
                    self._keep(each)
                elif isinstance(each, MadePlan):
                    self.plans.keep(each)
                else:
                    self._note(each)
                if self.printing is not None:
                    self.printing.note_done(self.ledger)
                self._say(stage)

    def _jobs(self) -> Iterator[Job]:
        for each in self.plan.reports:
            if each.wanted:
                self.ledger.start(each.key)
                yield self._job(each)
            plan = self.plans.job(each.key)
            if plan is not None:
                yield plan

    def _job(self, report: PlannedReport) -> Job:
        applicant = report.row.applicant
        return Job(
            key=report.key,
            parameters=applicant.model_dump(mode="json"),
            title=page_title(applicant),
            made_on=self.batch.made_on,
            notebook=self.batch.notebook,
            notebook_name=self.batch.notebook_name,
            made_by=self.batch.made_by,
            seconds=self.batch.seconds,
            folder=self.batch.notebook_folder,
        )

    def _keep(self, made: Made) -> None:
        """Write a report, then note it: a kill in between has it made again, to the same bytes."""
        folder = self.batch.folder
        page = sha256(made.page).hexdigest()
        folder.write(folder.record(made.key), made.record)
        folder.remove(folder.pdf(made.key))  # of the page before
        self.plans.leave(made.key)
        folder.write(folder.page(made.key), made.page)
        self.ledger.finish(
            made.key,
            inputs=self._by_key[made.key].inputs,
            page=page,
            record=sha256(made.record).hexdigest(),
        )
        if self.printing is not None:
            self.printing.begin(made.key, page)
        self.timings.append((made.seconds, made.cell_seconds))
        self.lost |= dict.fromkeys(made.lost)

    def _note(self, unmade: Unmade) -> None:
        if unmade.elsewhere:
            raise WorkError(
                unmade.reason,
                "one package and one set of tables for the whole batch",
                "run the same command with --resume",
            )
        if unmade.is_plan:
            self.plans.note(unmade)
            return
        row, reason = self._by_key[unmade.key].row, unmade.reason
        self.ledger.fail(unmade.key, reason)
        # What stood there was made from other values, data or another notebook.
        folder = self.batch.folder
        folder.remove(*(place(unmade.key) for place in (folder.pdf, folder.page, folder.record)))
        self.plans.leave(unmade.key)
        self.failed.append((row.id, row.line, reason))

    def _end_printing(self) -> None:
        if self.printing is not None:
            for standing in self.printing.note_rest(self.ledger):
                self.batch.say(standing)

    def _write_bad_rows(self) -> None:
        """Write what is to be mended before anything is made: that may take an hour."""
        folder, bad = self.batch.folder, self.batch.cohort.bad
        if not bad:
            folder.remove(*folder.bad_rows)
            return
        for path, content in zip(
            folder.bad_rows, (bad_rows_csv(bad), bad_rows_xlsx(bad)), strict=True
        ):
            folder.write(path, content)

    def _write_summary(self, work: Work) -> None:
        self._say("writing the index")
        folder = self.batch.folder
        entries = self.ledger.entries()
        printed = prints_that_stand(folder, entries, self.ledger.prints())
        rows = summary_rows(
            self.batch.cohort, self.plan.reports, entries, printed, self.plans.standing
        )
        frame = summary_frame(rows)
        data = summary_parquet(frame)
        self.unrated = unrated(frame)
        files = work.index(
            data,
            title=visible(self.batch.title),
            made_on=self.batch.made_on,
            changes=None if self.changes is None else self.changes.to_plain(),
        )
        made = (summary_csv(frame).encode(), data, summary_xlsx(frame))
        for path, content in zip(folder.summaries, made, strict=True):
            folder.write(path, content)
        folder.write(folder.records / _INDEX_RECORD, files.record.encode())
        folder.write(folder.index, files.page.encode())
        note_told(self.ledger)

    def _say(self, stage: str) -> None:
        self.batch.say(
            Standing(
                stage=stage,
                total=self._wanted,
                made=len(self.timings) + self.plans.made,
                failed=len(self.failed) + len(self.plans.failed),
            )
        )
