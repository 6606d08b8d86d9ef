"""Opening a cohort file without believing its name."""

from __future__ import annotations

import os
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, BinaryIO

from imgstats.errors import InputError
from imgstats.files.opening import Wanted, open_plain
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from pathlib import Path

__all__ = [
    "KINDS",
    "MOST_BYTES",
    "MOST_ROWS",
    "Stamp",
    "kind_of",
    "named",
    "open_cohort",
    "too_large",
]

KINDS = (".csv", ".xlsx", ".parquet")
MOST_BYTES = 256 * 1024**2
MOST_ROWS = 200_000
_LONGEST_PATH = 200
_OTHER_KINDS = {
    ".xls": "it is of Excel 97-2003: save it as .xlsx",
    ".xlsm": "it holds macros: save it as .xlsx",
    ".xlsb": "it is a binary workbook: save it as .xlsx",
    ".ods": "it is an OpenDocument spreadsheet: save it as .xlsx",
    ".numbers": "export it as .xlsx",
    ".gz": "unpack it first",
    ".zip": "unpack it first",
}
_WHAT = "a .csv, .xlsx or .parquet file"
_WHOLE = Wanted(
    what=_WHAT,
    most=MOST_BYTES,
    size=f"up to {MOST_BYTES // 1024**2} MiB and {MOST_ROWS:,} rows",
    todo="`imgstats score` takes more: it reads a .csv or .parquet file piece by piece",
)


@dataclass(frozen=True, slots=True)
class Stamp:
    """What tells one state of a file from another; None where another machine numbers it."""

    device: int | None
    inode: int | None
    size: int
    changed_ns: int

    @classmethod
    def of(cls, stream: BinaryIO) -> Stamp:
        """Return the stamp of an open file."""
        found = os.fstat(stream.fileno())
        return cls(found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)

    def elsewhere(self) -> Stamp:
        """Return the stamp as another machine knows it, which sees the file by another way."""
        return replace(self, device=None, inode=None)

    @contextmanager
    def held(self, stream: BinaryIO) -> Iterator[None]:
        """Refuse a file that is in another state before, or after, what is done with it.

        Raises
        ------
        InputError
            If it is not the file of this stamp, or was written since. That is said instead of what
            a reader says of a file that is half another one.
        """
        self._check(stream)
        try:
            yield
        except InputError:
            self._check(stream)
            raise
        self._check(stream)

    def _check(self, stream: BinaryIO) -> None:
        found = Stamp.of(stream)
        if self not in {found, found.elsewhere()}:
            raise InputError("the file changed while it was read", "", "run again")


def kind_of(path: Path) -> str:
    """Return a file's kind by its ending, one of `KINDS`.

    Raises
    ------
    InputError
        If it is another one.

    Examples
    --------
    >>> from pathlib import Path
    >>> kind_of(Path("cohort.CSV"))
    '.csv'
    """
    kind = path.suffix.lower()
    if kind not in KINDS:
        raise InputError(
            f"{shown(path.name, _LONGEST_PATH)}: unknown kind of file",
            f"{', '.join(KINDS[:-1])} or {KINDS[-1]}",
            _OTHER_KINDS.get(kind, "save the table as one of these"),
        )
    return kind


def too_large(what: str) -> InputError:
    """Return the error of a file that is too large to be read as a whole."""
    return InputError(what, _WHOLE.size, _WHOLE.todo)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Put a file's name before whatever is said of its content."""
    try:
        yield
    except InputError as e:
        label = shown(path.name, _LONGEST_PATH)[1:-1]
        raise type(e)(f"{label}: {e.found}", e.allowed, e.todo) from e


def open_cohort(path: Path, *, whole: bool) -> AbstractContextManager[BinaryIO]:
    """Open a cohort's file, see `open_plain`.

    Parameters
    ----------
    path : pathlib.Path
        The file, or a link to it.
    whole : bool
        Whether it will be read as a whole and has to be small enough for that.
    """
    return open_plain(path, _WHOLE if whole else Wanted(what=_WHAT))
