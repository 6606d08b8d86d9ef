"""Opening a file that somebody named, without believing what it is."""

from __future__ import annotations

import os
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, BinaryIO

from imgstats.errors import InputError
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Wanted", "named", "open_plain", "read_plain"]

_LONGEST_PATH = 200
_KINDS = ((stat.S_ISDIR, "a folder"), (stat.S_ISFIFO, "a pipe"), (stat.S_ISSOCK, "a socket"))


def named(path: Path) -> str:
    """Return a path for a message: as it is, or quoted and cut where it is very long.

    Examples
    --------
    >>> from pathlib import Path
    >>> named(Path("reports/mine"))
    'reports/mine'
    >>> len(named(Path("a" * 5000)))
    203
    """
    text = str(path)
    return text if len(text) <= _LONGEST_PATH else shown(text, _LONGEST_PATH)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a file should be, in the words of an error.

    Attributes
    ----------
    what : str
        Such as ``a CSV file``.
    most : int or None
        Most bytes it may have; None for any number.
    size : str
        What is allowed instead of more bytes.
    todo : str
        What to do about a file that is too large.
    """

    what: str
    most: int | None = None
    size: str = ""
    todo: str = ""

    def refuse_size(self, label: str, size: int) -> None:
        """Refuse a file of too many bytes."""
        if self.most is not None and size > self.most:
            allowed = self.size or f"up to {self.most:,} bytes"
            raise InputError(f"{label} is larger than {self.most:,} bytes", allowed, self.todo)


@contextmanager
def open_plain(path: Path, wanted: Wanted, *, follow: bool = True) -> Iterator[BinaryIO]:
    """Open a plain file for reading.

    Parameters
    ----------
    path : pathlib.Path
        The file.
    wanted : Wanted
        What it should be.
    follow : bool
        Whether the path may be a symbolic link to a plain file.

    Yields
    ------
    binary file
        At its beginning.

    Raises
    ------
    InputError
        If it is no plain file (a folder, a pipe, a device), cannot be read or is too large.
    """
    label = shown(str(path), _LONGEST_PATH)
    flags = os.O_RDONLY | os.O_CLOEXEC | (0 if follow else os.O_NOFOLLOW)
    try:
        # Asked first, because opening some devices has effects; again below, since it may change.
        _refuse_other_than_file(path.stat(follow_symlinks=follow), label, wanted)
        # Without O_NONBLOCK, opening a pipe that nobody writes to would wait for ever.
        descriptor = os.open(path, flags | os.O_NONBLOCK)
    except (OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or e
        raise InputError(f"{label}: {why}", f"{wanted.what} that can be read") from e
    with os.fdopen(descriptor, "rb") as stream:
        _refuse_other_than_file(os.fstat(descriptor), label, wanted)
        yield stream


def read_plain(path: Path, wanted: Wanted, *, follow: bool = True) -> bytes:
    """Return the bytes of a plain file; no more than one above the most is ever read.

    Parameters and errors are those of `open_plain`.
    """
    label = shown(str(path), _LONGEST_PATH)
    with open_plain(path, wanted, follow=follow) as stream:
        try:
            data = stream.read(-1 if wanted.most is None else wanted.most + 1)
        except OSError as e:
            raise InputError(
                f"{label}: {e.strerror or e}", f"{wanted.what} that can be read"
            ) from e
    wanted.refuse_size(label, len(data))
    return data


def _refuse_other_than_file(found: os.stat_result, label: str, wanted: Wanted) -> None:
    if not stat.S_ISREG(found.st_mode):
        kind = next((name for is_it, name in _KINDS if is_it(found.st_mode)), "a device or a link")
        raise InputError(f"{label} is {kind}", wanted.what)
    wanted.refuse_size(label, found.st_size)
