"""The folder of a report: whose files it holds, and its own written whole or not at all."""

from __future__ import annotations

import errno
import os
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import gettempdir
from typing import TYPE_CHECKING, TypeAlias

from imgstats.errors import InputError, WorkError
from imgstats.files.locking import held_bare
from imgstats.files.opening import named
from imgstats.files.writing import (
    FULL,
    OWNER_FOLDER,
    check_replaceable,
    try_folder,
    write_all,
    write_whole,
)
from imgstats.reporting.marks import is_page, is_pdf, is_record, is_values

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    Ours: TypeAlias = Mapping[str, Callable[[Path], bool]]

__all__ = [
    "PAGE",
    "PDF",
    "RECORD",
    "REPORT",
    "VALUES",
    "check_folder",
    "check_pdf",
    "held_report",
    "remove_pdf",
    "temporary_files",
    "write_pdf",
    "write_report_files",
]

PAGE, RECORD, VALUES = "index.html", "report.ipynb", "comparison.json"
PDF = "report.pdf"  # of the page, where one is asked for
_LEDGER = "ledger.sqlite"  # of a batch
_ADVICE = "choose another folder with --out"
_UNWRITABLE = {*FULL, errno.EROFS, errno.EACCES, errno.EPERM}


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot be written, before any work is done and without making it.

    Raises
    ------
    InputError
        If the folder, or the nearest one above it that exists, is no folder or not writable, if no
        folder can have such a name, or if the working folder is gone, which papermill would take
        for a broken notebook.
    WorkError
        If its disk is full.
    """
    place = _absolute(folder)
    missing = []
    while not os.path.lexists(place):
        missing.append(place.name)
        place = place.parent
    if not place.is_dir():
        raise _unwritable(f"{named(place)} is not a folder")
    for path in (folder, *(place / name for name in missing)):
        _check_name(path, folder)
    try:
        try_folder(place)
    except OSError as e:
        _say_full(place, e)
        raise _unwritable(f"{named(place)} cannot be written ({e.strerror or e})") from e


def _absolute(folder: Path) -> Path:
    """Return a folder's whole path, and refuse to work where the working folder was deleted."""
    try:
        return Path.cwd() / folder
    except FileNotFoundError as e:
        raise InputError(
            "the folder that you are in is gone", "a folder that is there", "cd to one, try again"
        ) from e


def _check_name(path: Path, folder: Path) -> None:
    """Ask the system, which tells what it cannot have: of a name, or of the whole path."""
    try:
        path.lstat()
    except FileNotFoundError:
        return
    except (OSError, ValueError) as e:
        why = getattr(e, "strerror", None) or e
        raise InputError(f"{named(folder)}: {why}", "a name that a folder can have", _ADVICE) from e


@contextmanager
def held_report(
    folder: Path, inputs: Iterable[Path] = (), ours: Ours | None = None
) -> Iterator[None]:
    """Have the folder of a report for oneself in the block, or refuse it before any work is done.

    The folder is made if it is not there, and taken back if nothing was written into it.

    Parameters
    ----------
    folder : pathlib.Path
        Where a report is to be written.
    inputs : iterable of pathlib.Path
        Files that were given, which no file of the report may replace.
    ours : mapping of str to callable, optional
        How each file that is to be written is known as one of ours. Default: those of a report.

    Raises
    ------
    InputError
        If the folder cannot be written, holds a file that a report would write over and imgstats
        did not make, or another report is being made there.
    WorkError
        If its disk is full.
    """
    check_folder(folder)
    _check_targets(folder, inputs, ours or REPORT)
    made = _missing_parents(folder)
    try:
        with ExitStack() as stack:
            _make_and_lock(folder, stack)
            yield
    finally:
        _remove_empty(made)


def _make_and_lock(folder: Path, stack: ExitStack) -> None:
    try:
        folder.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
        stack.enter_context(held_bare(folder))
    except BlockingIOError as e:
        raise InputError(
            f"another report is being made in {named(folder)}",
            "one at a time",
            f"wait for it, or {_ADVICE}",
        ) from e
    except OSError as e:
        _say_full(folder, e)
        raise _unwritable(f"{named(folder)}: {e.strerror or e}") from e


def _check_targets(folder: Path, inputs: Iterable[Path], ours: Ours) -> None:
    given = tuple(inputs)
    if os.path.lexists(folder / _LEDGER):
        raise InputError(f"{named(folder)} holds a batch", "a folder of its own", _ADVICE)
    for name, is_ours in ours.items():
        check_replaceable(folder / name, is_ours, inputs=given, todo=_ADVICE)


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


def write_report_files(
    folder: Path,
    contents: Mapping[str, str | bytes],
    inputs: Iterable[Path] = (),
    ours: Ours | None = None,
) -> None:
    """Write all files of a report, or none; they are for their owner alone.

    A file of `ours` that an earlier report put there and this one has not is removed: it would be
    about the page before.

    Parameters
    ----------
    folder : pathlib.Path
        Where; made if it is not there.
    contents : mapping of str to str or bytes
        What each file holds, by its name.
    inputs : iterable of pathlib.Path
        Files that were given, which none may replace.
    ours : mapping of str to callable, optional
        As for `held_report`.

    Raises
    ------
    InputError
        If the folder cannot be made or written, or a file is in the way that is not imgstats' own.
    WorkError
        If the disk is full or gives up midway; what stood there before stands there still.
    """
    made = _missing_parents(folder)
    try:
        try:
            folder.mkdir(mode=OWNER_FOLDER, parents=True, exist_ok=True)
            try_folder(folder)
        except OSError as e:
            _say_full(folder, e)
            raise _unwritable(f"{named(folder)}: {e.strerror or e}") from e
        _check_targets(folder, inputs, ours or REPORT)  # again: the work took a while
        before = [folder / name for name in (ours or REPORT) if name not in contents]
        try:
            write_all(folder, {name: _bytes(each) for name, each in contents.items()})
            for path in before:
                path.unlink(missing_ok=True)
        except OSError as e:
            raise _gave_up(folder, e) from e
    finally:
        # Also after an interruption; a folder that now holds the report is not empty and stays.
        _remove_empty(made)


def check_pdf(folder: Path) -> None:
    """Refuse a folder with a PDF in the way that imgstats did not print.

    Raises
    ------
    InputError
        If so.
    """
    check_replaceable(folder / PDF, is_pdf, todo=_ADVICE)


def write_pdf(folder: Path, data: bytes) -> None:
    """Write the PDF of a report's page, whole or not at all, for its owner alone.

    Raises
    ------
    InputError
        If a file is in the way that imgstats did not print.
    WorkError
        If the disk is full or the folder cannot be written.
    """
    check_pdf(folder)
    try:
        write_whole(folder / PDF, data)
    except OSError as e:
        raise _gave_up(folder, e) from e


def remove_pdf(folder: Path) -> None:
    """Remove the PDF of a page that no longer stands; another's file stays.

    Raises
    ------
    WorkError
        If the folder cannot be written.
    """
    if is_pdf(folder / PDF):
        try:
            (folder / PDF).unlink(missing_ok=True)
        except OSError as e:
            raise _gave_up(folder, e) from e


def _bytes(content: str | bytes) -> bytes:
    return content.encode() if isinstance(content, str) else content


def _unwritable(found: str) -> InputError:
    return InputError(found, "a folder that can be written", _ADVICE)


def _say_full(folder: Path, problem: OSError) -> None:
    """Raise what is no fault of the one who named the folder."""
    if problem.errno in FULL:
        raise _gave_up(folder, problem) from problem


def _gave_up(folder: Path, problem: OSError) -> WorkError:
    return WorkError(
        f"{named(folder)}: {problem.strerror or problem}",
        todo="free space or choose another folder",
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


# How each file of a report is known as one that may be replaced.
REPORT: Ours = {PAGE: is_page, RECORD: is_record, VALUES: is_values}
