"""Removing the pages of those who left the cohort file: files first, then the ledger's row.

A kill in between leaves a row without files, which the next run removes. In the other order it
would leave a page that no row knows.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from imgstats.batch import ledger as states
from imgstats.batch.names import HASH, file_name, id_problem
from imgstats.batch.plan import those_who_left
from imgstats.batch.records import Pruned
from imgstats.cohort.judging import same_id
from imgstats.errors import InputError
from imgstats.files.writing import sync_folder
from imgstats.reporting.marks import is_calendar, is_page, is_pdf, is_record

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imgstats.batch.folder import BatchFolder
    from imgstats.batch.ledger import Entry, Ledger
    from imgstats.batch.plan import Plan
    from imgstats.batch.records import Batch

__all__ = ["Pruning"]

_Mark = Callable[["Path"], bool]


class Pruning:
    """What is to be removed of those who left; nothing is touched before `run`.

    Parameters
    ----------
    batch : Batch
        Its cohort, folder and way of naming files.
    plan : Plan
        Who is in the file.
    known : mapping
        The ledger's rows by key.
    salt : str
        That of the batch.

    Raises
    ------
    InputError
        If nobody of the batch is in the file any more: it may be the wrong file.
    """

    def __init__(self, batch: Batch, plan: Plan, known: Mapping[str, Entry], salt: str) -> None:
        self._folder = batch.folder
        self._files: dict[str, tuple[Path, ...]] = {}
        left = those_who_left(known.values(), plan, batch.cohort)
        _refuse_another_cohort(left, known)
        withheld = _withheld(batch, plan) if left else ""
        ids, kept = [], []
        here = {each.key.casefold() for each in plan.reports}
        for each in () if withheld else left:
            # A ledger that somebody edited names no file elsewhere, and none of another person.
            if not _names_a_report(each, salt, batch.names) or each.key.casefold() in here:
                kept.append((each.id, "the ledger's row"))
                continue
            files = {path: mark(path) for path, mark in _files_of(batch.folder, each.key)}
            foreign = [path for path, is_ours in files.items() if not is_ours]
            if foreign:
                root = batch.folder.root
                kept += [(each.id, path.relative_to(root).as_posix()) for path in foreign]
                continue
            ids.append(each.id)
            self._files[each.key] = tuple(files)
        self.pruned = Pruned(ids=tuple(ids), kept=tuple(kept), withheld=withheld)

    def run(self, ledger: Ledger) -> None:
        """Remove the files, see to it that they stay away, then remove the rows.

        Parameters
        ----------
        ledger : Ledger
            Open.

        Raises
        ------
        WorkError
            If the folder cannot be written.
        """
        if not self._files:
            return
        for files in self._files.values():
            self._folder.remove(*files)
        with self._folder.failing():
            sync_folder(self._folder.reports)
            sync_folder(self._folder.records)
        ledger.remove(self._files)


def _files_of(folder: BatchFolder, key: str) -> list[tuple[Path, _Mark]]:
    """Return the files of a report that are there, each with what knows it for imgstats' own."""
    all_of_them: list[tuple[Path, _Mark]] = [
        (folder.page(key), is_page),
        (folder.pdf(key), is_pdf),
        (folder.plan(key), is_page),
        (folder.calendar(key), is_calendar),
        (folder.record(key), is_record),
    ]
    return [(path, mark) for path, mark in all_of_them if _is_there(path)]


def _is_there(path: Path) -> bool:
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    return True


def _names_a_report(entry: Entry, salt: str, names: str) -> bool:
    is_named = names == HASH or not id_problem(entry.id)
    return is_named and file_name(entry.id, salt, names) == entry.key


def _refuse_another_cohort(left: tuple[Entry, ...], known: Mapping[str, Entry]) -> None:
    people = [each for each in known.values() if each.state != states.BAD]
    if left and len(left) == len(people):
        raise InputError(
            "nobody of this batch is in the file, so --prune would remove every page",
            "the next file of the same cohort",
            "if it is the right one, run it with --resume first and with --prune after",
        )


def _withheld(batch: Batch, plan: Plan) -> str:
    """Return why nobody can say who left: a bad row whose id is not known may be theirs."""
    here = {same_id(each.row.id) for each in plan.reports}
    unclear = [
        each.line
        for each in batch.cohort.bad
        if not each.id
        or (any(x.column in {"id", ""} for x in each.problems) and same_id(each.id) not in here)
    ]
    if not unclear:
        return ""
    lines = "line" if len(unclear) == 1 else "lines"
    return (
        f"nothing is removed: the bad row in {lines} {', '.join(map(str, unclear[:5]))}"
        f"{' and more' if unclear[5:] else ''} has no id that can be read and may be of one who "
        "left; mend it first"
    )
