"""The folder of a report: whether it can be written, and its files whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir, mkdtemp
from typing import TYPE_CHECKING

from imgstats.errors import InputError, WorkError
from imgstats.files.writing import OWNER_FOLDER, write_all

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["PROBE", "check_folder", "temporary_files", "write_report_files"]

# How the names of folders begin that stand for a moment, to try whether there can be any.
PROBE = ".imgstats-"
_ADVICE = "choose another folder with --out"
_FULL = {errno.ENOSPC, errno.EDQUOT}
_UNWRITABLE = {*_FULL, errno.EROFS, errno.EACCES, errno.EPERM}


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written, before any work is done and without making it.

    Raises
    ------
    InputError
        If the folder, or the nearest one above it that exists, is no folder or not writable.
    WorkError
        If its disk is full.
    """
    place = folder.absolute()
    while not os.path.lexists(place):
        place = place.parent
    if not place.is_dir():
        raise _unwritable(f"{place} is not a folder")
    try:
        Path(mkdtemp(prefix=PROBE, dir=place)).rmdir()  # some file systems only say so then
    except OSError as e:
        _say_full(place, e)
        raise _unwritable(f"{place} cannot be written ({e.strerror or e})") from e


@contextmanager
def temporary_files() -> Iterator[None]:
    """Name the folder for temporary files when it is what cannot be written in the block.

    Raises
    ------
    WorkError
        If so.
    """
    try:
        yield
    except OSError as e:
        if e.errno not in _UNWRITABLE:
            raise
        raise WorkError(
            f"the folder for temporary files, {gettempdir()}: {e.strerror}",
            todo="free space there, or name another folder in TMPDIR",
        ) from e


def write_report_files(folder: Path, contents: Mapping[str, str]) -> None:
    """Write all files of a report, or none; they are for their owner alone.

    Raises
    ------
    InputError
        If the folder cannot be made or written.
    WorkError
        If the disk is full or gives up midway; what stood there before stands there still.
    """
    made = _missing_parents(folder)
    try:
        try:
            folder.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
            Path(mkdtemp(prefix=PROBE, dir=folder)).rmdir()
        except OSError as e:
            _say_full(folder, e)
            raise _unwritable(f"{folder}: {e.strerror or e}") from e
        try:
            write_all(folder, {name: text.encode() for name, text in contents.items()})
        except OSError as e:
            raise _gave_up(folder, e) from e
    finally:
        # Also after an interruption; a folder that now holds the report is not empty and stays.
        _remove_empty(made)


def _unwritable(found: str) -> InputError:
    return InputError(found, "a folder that can be written", _ADVICE)


def _say_full(folder: Path, problem: OSError) -> None:
    """Raise what is no fault of the one who named the folder."""
    if problem.errno in _FULL:
        raise _gave_up(folder, problem) from problem


def _gave_up(folder: Path, problem: OSError) -> WorkError:
    return WorkError(
        f"{folder}: {problem.strerror or problem}", todo="free space or choose another folder"
    )


def _missing_parents(folder: Path) -> list[Path]:
    """Return the folders that are about to be made, the innermost first."""
    return [place for place in (folder, *folder.parents) if not place.exists()]


def _remove_empty(folders: list[Path]) -> None:
    """Take back folders that were made for nothing."""
    for place in folders:
        try:
            place.rmdir()
        except OSError:
            return
