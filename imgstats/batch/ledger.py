"""The ledger of a batch: one row for each applicant, in SQLite, written by one process."""

from __future__ import annotations

import contextlib
import os
import secrets
import sqlite3
import struct
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Self, TypeVar

from imgstats.batch.beside.entries import PLANS, PRINTS, TABLES, PlanEntry, Print
from imgstats.errors import InputError, WorkError
from imgstats.files.writing import DRAFT

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

__all__ = [
    "BAD",
    "FAILED",
    "FIRST",
    "GONE",
    "MADE",
    "RUNNING",
    "WAITING",
    "Entry",
    "Ledger",
]

WAITING, RUNNING, MADE, FAILED, BAD, GONE = "waiting", "running", "made", "failed", "bad", "gone"
_FORMAT = "1"
# A fact of a batch of which no run has ended yet.
FIRST = "first"
# What the file begins with: SQLite's own words, and at byte 68 a number that says whose it is.
_MAGIC, _APPLICATION = b"SQLite format 3\0", 0x696D6762
_HEADER = struct.Struct(">16s52xI")
_OWNER_FILE = 0o600
_AGAIN = "free space or make the folder writable, then run the same command with --resume"
_BUSY_SECONDS = 60.0
_TABLES = f"""
PRAGMA application_id = {_APPLICATION};
CREATE TABLE facts (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
CREATE TABLE applicants (
  key TEXT PRIMARY KEY,
  id TEXT NOT NULL,
  line INTEGER NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('waiting', 'running', 'made', 'failed', 'bad', 'gone')),
  attempts INTEGER NOT NULL DEFAULT 0,
  started_at TEXT NOT NULL DEFAULT '',
  finished_at TEXT NOT NULL DEFAULT '',
  error TEXT NOT NULL DEFAULT '',
  inputs_sha256 TEXT NOT NULL DEFAULT '',
  page_sha256 TEXT NOT NULL DEFAULT '',
  record_sha256 TEXT NOT NULL DEFAULT ''
) STRICT;
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One applicant's row.

    Attributes
    ----------
    key : str
        File name of the report without its ending; of a bad row ``line:`` and the line,
        which is the name of no file.
    id : str
        As in the cohort file; may be empty in a bad row.
    line : int
        Line of the cohort file.
    state : str
        ``waiting``, ``running``, ``made``, ``failed``, ``bad`` (the row cannot be read) or ``gone``
        (no longer in the cohort file).
    attempts : int
        How often the report was begun.
    started_at, finished_at : str
        Times in UTC, ISO 8601; empty where there is none.
    error : str
        Why it is bad, or failed when it was last tried; empty once it is made.
    inputs_sha256, page_sha256, record_sha256 : str
        Hashes of what it was made from and of what was written.
    """

    key: str
    id: str
    line: int
    state: str
    attempts: int = 0
    started_at: str = ""
    finished_at: str = ""
    error: str = ""
    inputs_sha256: str = ""
    page_sha256: str = ""
    record_sha256: str = ""


_Row = TypeVar("_Row", Entry, Print, PlanEntry)


class Ledger:
    """The ledger in a file. Each change is on the disk when the method returns.

    Use `create` or `open`; close it, or use it in a ``with`` block.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        with _failing(path):
            self._db = sqlite3.connect(path, timeout=_BUSY_SECONDS, isolation_level=None)
            try:
                self._db.execute("PRAGMA journal_mode = WAL")
                self._db.execute("PRAGMA synchronous = FULL")
                for each in TABLES:
                    self._db.execute(each)
                # Who is removed is not to be read from the free space of the file.
                self._db.execute("PRAGMA secure_delete = ON")
            except BaseException:
                self.close()
                raise

    @classmethod
    def create(cls, path: Path, *, names: str) -> Self:
        """Begin a ledger.

        Parameters
        ----------
        path : Path
            Where; nothing may be there.
        names : str
            What file names are made from, see `names`.

        Raises
        ------
        WorkError
            If it cannot be written; nothing is left behind then.
        """
        # It gets its name when it is whole, so that a kill leaves no ledger without tables.
        draft = path.with_name(f"{DRAFT}{path.name}")
        facts = {"format": _FORMAT, "names": names, "salt": secrets.token_hex(16), FIRST: ""}
        with _failing(path):
            draft.unlink(missing_ok=True)
            try:
                _write_whole(draft, facts)
                draft.replace(path)
            except BaseException:
                with contextlib.suppress(OSError):
                    draft.unlink(missing_ok=True)
                raise
        return cls(path)

    @classmethod
    def open(cls, path: Path, *, names: str) -> Self:
        """Open a ledger that was begun earlier.

        Raises
        ------
        InputError
            If it is none, or its file names are made from something else.
        """
        _refuse_other_file(path)
        ledger = cls(path)
        try:
            ledger._check(names)
        except BaseException:
            ledger.close()
            raise
        return ledger

    def _check(self, names: str) -> None:
        facts = self.facts()
        if not facts.get("salt"):
            raise InputError(f"{self.path} is no whole ledger", "", "choose another --out")
        if facts.get("format") != _FORMAT or facts.get("names") != names:
            raise InputError(
                f"the batch there has format {facts.get('format')} and names from "
                f"{facts.get('names')}",
                f"format {_FORMAT} and names from {names}",
                f"add --names-from {facts.get('names')}, or choose another --out",
            )

    def facts(self) -> dict[str, str]:
        """Return what holds for the whole batch: format, names, salt, and what was noted."""
        with _failing(self.path):
            return dict(self._db.execute("SELECT name, value FROM facts").fetchall())

    def note(self, name: str, value: str) -> None:
        """Note something of the whole batch, in place of what was noted by that name."""
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def forget(self, *names: str) -> None:
        """Forget what was noted by these names."""
        with self._transaction():
            self._db.executemany("DELETE FROM facts WHERE name = ?", [(each,) for each in names])

    def entries(self) -> dict[str, Entry]:
        """Return all rows by key, in the order of the cohort file."""
        return self._rows("applicants", Entry, "ORDER BY line, key")

    def prints(self) -> dict[str, Print]:
        """Return the PDFs by key, those of pages too that do not stand any more."""
        return self._rows(PRINTS, Print)

    def note_print(self, made: Print) -> None:
        """Note that a page is printed."""
        self._put(PRINTS, [made])

    def plans(self) -> dict[str, PlanEntry]:
        """Return the plans by key, those too whose files do not stand any more."""
        return self._rows(PLANS, PlanEntry)

    def note_plan(self, made: PlanEntry) -> None:
        """Note that a plan is written."""
        self._put(PLANS, [made])

    def forget_plan(self, key: str) -> None:
        """Forget a plan whose files are removed."""
        with self._transaction():
            self._db.execute(f"DELETE FROM {PLANS} WHERE key = ?", (key,))  # noqa: S608  own name

    def _rows(self, table: str, record: type[_Row], order: str = "") -> dict[str, _Row]:
        """Return the rows of a table by key, each as a record whose fields are its columns."""
        names = [field.name for field in fields(record)]
        with _failing(self.path):
            rows = self._db.execute(
                f"SELECT {', '.join(names)} FROM {table} {order}"  # noqa: S608  own names
            ).fetchall()
        found = [record(**dict(zip(names, row, strict=True))) for row in rows]
        return {each.key: each for each in found}

    def _put(self, table: str, records: Iterable[Entry | Print | PlanEntry]) -> None:
        """Write rows of a table, replacing those of the same key, all or none."""
        with self._transaction():
            for each in records:
                row = {field.name: getattr(each, field.name) for field in fields(each)}
                self._db.execute(
                    f"INSERT OR REPLACE INTO {table} ({', '.join(row)}) "  # noqa: S608  own names
                    f"VALUES ({', '.join('?' * len(row))})",
                    (*row.values(),),
                )

    def put(self, entries: Iterable[Entry]) -> None:
        """Write rows, replacing those of the same key, all or none."""
        self._put("applicants", entries)

    def remove(self, keys: Iterable[str]) -> None:
        """Remove rows, all or none, with those of their PDFs and plans."""
        with self._transaction():
            for key in keys:
                for table in ("applicants", PRINTS, PLANS):
                    self._db.execute(f"DELETE FROM {table} WHERE key = ?", (key,))  # noqa: S608

    def start(self, key: str) -> None:
        """Note that a report is begun."""
        self._update(
            key,
            "state = ?, attempts = attempts + 1, started_at = ?, finished_at = ''",
            (RUNNING, _now()),
        )

    def finish(self, key: str, *, inputs: str, page: str, record: str) -> None:
        """Note that a report is written: hashes of its inputs, page and record."""
        self._update(
            key,
            "state = ?, finished_at = ?, error = '', inputs_sha256 = ?, page_sha256 = ?, "
            "record_sha256 = ?",
            (MADE, _now(), inputs, page, record),
        )

    def fail(self, key: str, error: str) -> None:
        """Note that a report could not be made, and why."""
        self._update(key, "state = ?, finished_at = ?, error = ?", (FAILED, _now(), error))

    def _update(self, key: str, assignments: str, values: tuple[str, ...]) -> None:
        with self._transaction():
            self._db.execute(
                f"UPDATE applicants SET {assignments} WHERE key = ?",  # noqa: S608  own names
                (*values, key),
            )

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        with _failing(self.path):
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
                self._db.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")
                raise

    def close(self) -> None:
        """Close the file."""
        with contextlib.suppress(sqlite3.Error):
            self._db.close()

    def __enter__(self) -> Self:
        """Return the ledger."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close it."""
        self.close()


def _write_whole(draft: Path, facts: Mapping[str, str]) -> None:
    os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_RDWR, _OWNER_FILE))
    with contextlib.closing(sqlite3.connect(draft)) as db:
        db.executescript(_TABLES)
        db.executemany("INSERT INTO facts VALUES (?, ?)", facts.items())
        db.commit()


def _refuse_other_file(path: Path) -> None:
    """Refuse a file that is no ledger by its first bytes, before SQLite could change it.

    A ledger cannot be asked without being written: what a kill left beside it is put in order.
    """
    try:
        with path.open("rb") as stream:
            begin = stream.read(_HEADER.size)
    except OSError as e:
        raise InputError(f"{path}: {e.strerror or e}", "", "choose another --out") from e
    if len(begin) < _HEADER.size or _HEADER.unpack(begin) != (_MAGIC, _APPLICATION):
        raise InputError(f"{path} is no ledger of a batch", "", "choose another --out")


@contextlib.contextmanager
def _failing(path: Path) -> Iterator[None]:
    try:
        yield
    except (sqlite3.OperationalError, OSError) as e:
        if _code(e) == sqlite3.SQLITE_BUSY:
            raise WorkError(
                f"{path} is held by another program ({e})",
                todo="close it there, then run the same command with --resume",
            ) from e
        raise WorkError(f"{path}: {getattr(e, 'strerror', None) or e}", todo=_AGAIN) from e
    except sqlite3.DatabaseError as e:
        if _code(e) not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
            raise
        raise WorkError(f"{path} is broken ({e})", todo="choose another --out") from e


def _code(problem: Exception) -> int:
    """Return SQLite's code without what it says more closely."""
    return int(getattr(problem, "sqlite_errorcode", 0)) & 0xFF


def _now() -> str:
    return datetime.now(tz=UTC).isoformat(timespec="seconds")
