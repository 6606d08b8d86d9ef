"""The summary of a batch: a row for each applicant, with the state of their report."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from imgstats.batch import ledger as states
from imgstats.cohort.summary import SummaryRow, summary_row
from imgstats.comparison.many import Rates

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence

    from imgstats.batch.beside.entries import PlanEntry
    from imgstats.batch.ledger import Entry
    from imgstats.batch.plan import PlannedReport
    from imgstats.cohort.rows import BadRow, Cohort
    from imgstats.reporting.cohort.index import IndexFiles

__all__ = ["index_files", "summary_rows"]


# From the folder of records, where the executed notebook of the index stands.
_FROM_RECORDS = "../summary.parquet"
_STATES = {
    states.MADE: "made",
    states.FAILED: "failed",
    states.WAITING: "waiting",
    states.RUNNING: "waiting",
}


def summary_rows(
    cohort: Cohort,
    reports: Sequence[PlannedReport],
    entries: Mapping[str, Entry],
    printed: Container[str] = (),
    plans: Mapping[str, PlanEntry] = MappingProxyType({}),
) -> list[SummaryRow]:
    """Return a row for each applicant of the cohort, in the order of the file.

    Parameters
    ----------
    cohort : Cohort
        The file as read, for its bad rows.
    reports : sequence of PlannedReport
        Its good rows.
    entries : mapping
        The ledger's rows by key.
    printed : container of str
        Keys of the pages that stand as PDF too.
    plans : mapping
        The plans that stand, by key.
    """
    rates = Rates()
    good = [
        _good_row(each, entries[each.key], rates, _places(each.key, printed, plans))
        for each in reports
    ]
    return sorted([*good, *map(_bad_row, cohort.bad)], key=lambda row: row.line)


def _places(key: str, printed: Container[str], plans: Mapping[str, PlanEntry]) -> dict[str, str]:
    """Return where the files beside a report stand, by column of the summary."""
    plan = plans.get(key)
    return {
        "pdf": f"reports/{key}.pdf" if key in printed else "",
        "plan": f"reports/{key}.plan.html" if plan else "",
        "calendar": f"reports/{key}.plan.ics" if plan and plan.calendar_sha256 else "",
    }


def _good_row(
    report: PlannedReport, entry: Entry, rates: Rates, places: dict[str, str]
) -> SummaryRow:
    applicant, state = report.row.applicant, _STATES[entry.state]
    return summary_row(
        applicant,
        rates.of(applicant),
        rates.combined(applicant),
        id=report.row.id,
        line=report.row.line,
        state=state,
        report=f"reports/{report.key}.html" if state == "made" else "",
        reason=entry.error if state == "failed" else "",
        **places,
    )


def _bad_row(row: BadRow) -> SummaryRow:
    return SummaryRow(
        id=row.id, line=row.line, state="bad", reason="; ".join(map(str, row.problems))
    )


def index_files(
    summary: bytes, *, title: str, made_on: str, changes: Mapping[str, Any] | None = None
) -> IndexFiles:
    """Make the index page from the summary's bytes; a worker may do it.

    Parameters
    ----------
    summary : bytes
        A ``summary.parquet``.
    title, made_on, changes
        As in `index_page`.
    """
    from imgstats.kernels.client import can_fork
    from imgstats.reporting.cohort.index import index_page
    from imgstats.reporting.files import temporary_files
    from imgstats.reporting.notebook import check_parameters, execute, read_notebook

    def run(path: Path, parameters: Mapping[str, object]) -> object:
        check_parameters(path, parameters)
        return execute(read_notebook(path), path.name, parameters, warm=can_fork())

    with temporary_files(), TemporaryDirectory(prefix="imgstats-") as folder:
        file = Path(folder, "summary.parquet")
        file.write_bytes(summary)
        return index_page(
            file, title=title, made_on=made_on, changes=changes, kept_as=_FROM_RECORDS, run=run
        )
