"""PDFs of a batch's pages, printed by one browser beside the making of the reports.

A thread has the browser, prints a page that stands and writes the PDF. Whoever writes the ledger
asks what is done and never waits for it before the last report, so that printing holds up nothing.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import TYPE_CHECKING

from imgstats.batch import ledger as states
from imgstats.batch.beside.entries import Print
from imgstats.batch.folder import hash_of
from imgstats.batch.records import Standing
from imgstats.errors import WorkError
from imgstats.printing.devtools import BrowserGoneError, BrowserHangsError
from imgstats.printing.printer import Printer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from imgstats.batch.folder import BatchFolder
    from imgstats.batch.ledger import Entry, Ledger
    from imgstats.batch.plan import Plan, PlannedReport
    from imgstats.batch.records import Batch, BatchResult

__all__ = ["Printing", "pages_to_print", "printing", "prints_that_stand"]

# After so many pages in a row that no browser printed, the rest are not tried.
_MOST_FAILED = 3


def prints_that_stand(
    folder: BatchFolder, entries: Mapping[str, Entry], prints: Mapping[str, Print]
) -> dict[str, Print]:
    """Return the PDFs that are there as they were printed, from the page that stands.

    Parameters
    ----------
    folder : BatchFolder
        Where they are.
    entries, prints : mapping
        The ledger's rows by key.
    """
    return {
        key: each
        for key, each in prints.items()
        if (entry := entries.get(key)) is not None
        and entry.state == states.MADE
        and entry.page_sha256 == each.page_sha256
        and hash_of(folder.pdf(key)) == each.pdf_sha256
    }


def pages_to_print(batch: Batch, plan: Plan, ledger: Ledger) -> dict[str, str]:
    """Return the pages that stand and have no PDF on the paper asked for: their hashes by key.

    Parameters
    ----------
    batch : Batch
        With a paper.
    plan : Plan
        What stands.
    ledger : Ledger
        Open.
    """
    entries = ledger.entries()
    printed = prints_that_stand(batch.folder, entries, ledger.prints())
    return {
        each.key: entries[each.key].page_sha256
        for each in plan.reports
        if each.stands and not (each.key in printed and printed[each.key].paper == batch.paper)
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class _Unprinted:
    """A page of which no PDF could be made, and why."""

    key: str
    reason: str


@contextmanager
def printing(folder: BatchFolder, paper: str | None) -> Iterator[Printing | None]:
    """Have a browser print pages in the block; None where no PDF is asked for.

    Parameters
    ----------
    folder : BatchFolder
        Where pages stand and PDFs are written.
    paper : str or None
        What is printed on.

    Raises
    ------
    WorkError
        If there is no browser, or it does not start.
    """
    if paper is None:
        yield None
        return
    with Printer(paper) as printer, ThreadPoolExecutor(1, "imgstats-print") as thread:
        try:
            yield Printing(folder, printer, thread, paper)
        except BaseException:  # nobody waits for what is left in line
            thread.shutdown(wait=False, cancel_futures=True)
            printer.stop()
            raise


class Printing:
    """Pages that are handed over to be printed; made by `printing`."""

    def __init__(
        self, folder: BatchFolder, printer: Printer, thread: ThreadPoolExecutor, paper: str
    ) -> None:
        self.paper = paper
        self._folder, self._printer, self._thread = folder, printer, thread
        self._line: deque[Future[Print | _Unprinted]] = deque()
        self._in_a_row = self._begun = self._printed = 0
        self._unprinted: dict[str, str] = {}

    def begin(self, key: str, page: str) -> None:
        """Hand a page over that stands.

        Parameters
        ----------
        key : str
            That of the report.
        page : str
            SHA-256 of the page.
        """
        self._begun += 1
        self._line.append(self._thread.submit(self._print, key, page))

    def note_done(self, ledger: Ledger) -> None:
        """Note in the ledger what is printed by now.

        Raises
        ------
        WorkError
            If the folder cannot be written.
        """
        while self._line and self._line[0].done():
            self._note_first(ledger)

    def note_rest(self, ledger: Ledger) -> Iterator[Standing]:
        """Wait for all that is left, note each page, and yield how far it is; errors as above."""
        while self._line:
            yield self._standing()
            self._note_first(ledger)
        yield self._standing()

    def told(self, result: BatchResult, reports: Mapping[str, PlannedReport]) -> BatchResult:
        """Return the result of a run with what was printed.

        Parameters
        ----------
        result : BatchResult
            Of the reports.
        reports : mapping
            Every report of the plan by key.
        """
        unprinted = tuple(
            (reports[key].row.id, reports[key].row.line, reason)
            for key, reason in self._unprinted.items()
        )
        return replace(result, to_print=self._begun, printed=self._printed, unprinted=unprinted)

    def _note_first(self, ledger: Ledger) -> None:
        found = self._line.popleft().result()
        if isinstance(found, _Unprinted):
            self._unprinted[found.key] = found.reason
        else:
            ledger.note_print(found)
            self._printed += 1

    def _standing(self) -> Standing:
        return Standing(
            stage="printing",
            total=self._begun,
            made=self._printed,
            failed=len(self._unprinted),
        )

    def _print(self, key: str, page: str) -> Print | _Unprinted:
        """Print and write one page; the thread's work."""
        if self._in_a_row >= _MOST_FAILED:
            reason = f"the browser failed at {_MOST_FAILED} pages in a row, so this was not tried"
            return _Unprinted(key=key, reason=reason)
        try:
            content = self._folder.page(key).read_bytes()
        except OSError as e:
            return _Unprinted(key=key, reason=f"the page: {e.strerror or e}")
        if sha256(content).hexdigest() != page:
            return _Unprinted(key=key, reason="the page was altered meanwhile")
        try:
            made = self._printer.pdf(content)
        except WorkError as e:
            self._in_a_row += isinstance(e, BrowserGoneError | BrowserHangsError)
            return _Unprinted(key=key, reason=str(e))
        self._in_a_row = 0
        self._folder.write(self._folder.pdf(key), made)
        return Print(
            key=key,
            paper=self.paper,
            page_sha256=page,
            pdf_sha256=sha256(made).hexdigest(),
        )
