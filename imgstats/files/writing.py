"""Writing files so that each appears whole or not at all, and outlives a power cut.

A draft is written beside its place, brought to the disk, moved there in one step, and the folder is
brought to the disk too. A draft that a killed process left is known by its name.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from imgstats.errors import InputError, WorkError
from imgstats.files.opening import named

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

__all__ = [
    "DRAFT",
    "FULL",
    "OWNER_FILE",
    "OWNER_FOLDER",
    "PROBE",
    "SHARED_FILE",
    "check_parent",
    "check_replaceable",
    "move_whole",
    "remove_drafts",
    "saving",
    "sync_folder",
    "try_folder",
    "write_all",
    "write_new",
    "write_whole",
]

# How the names of what stands for a moment begin, and those of drafts among them.
PROBE = ".imgstats-"
DRAFT = f"{PROBE}part-"
FULL = {errno.ENOSPC, errno.EDQUOT}
# What is made for a person is for that person alone; a build is for whoever has the folder.
OWNER_FILE, OWNER_FOLDER, SHARED_FILE = 0o600, 0o700, 0o666


_MAY = "an empty place, or a file that imgstats made there before"


def check_replaceable(
    path: Path,
    is_ours: Callable[[Path], bool],
    *,
    inputs: Iterable[Path] = (),
    todo: str = "choose another place with --out",
) -> None:
    """Refuse to write over a file that is not the program's own; nothing is changed.

    This is the one rule for every command that writes where a person says. A place may be taken
    where nothing stands, where a plain file without a byte stands, and where a file stands that
    imgstats made, which is known by a mark inside it and never by its name. A file that was given
    as an input is never written over, by whatever path, link or other spelling it is reached.

    Call it before the work, so that a refusal costs nothing, and again just before the file is
    moved into its place, since somebody may have put another there meanwhile.

    Parameters
    ----------
    path : pathlib.Path
        Where a file shall stand; it and its folder may be missing.
    is_ours : callable
        Given the path of a plain file that has content: whether imgstats made it, told by what is
        in it. It is not asked about anything else. What cannot be read is not ours.
    inputs : iterable of pathlib.Path
        The files that were given; those that are missing do not matter.
    todo : str
        What to do, for the message.

    Raises
    ------
    InputError
        If the place may not be taken.

    Examples
    --------
    >>> from pathlib import Path
    >>> from tempfile import TemporaryDirectory
    >>> with TemporaryDirectory() as folder:
    ...     path = Path(folder, "page.html")
    ...     check_replaceable(path, lambda _: False)  # nothing stands there
    ...     _ = path.write_text("mine")
    ...     try:
    ...         check_replaceable(path, lambda path: path.read_text() == "made")
    ...     except InputError as e:
    ...         print(e.found.removeprefix(folder))
    /page.html was not made by imgstats and would be written over
    """
    label = named(path)
    try:
        found = path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as e:
        raise InputError(f"{label}: {getattr(e, 'strerror', None) or e}", _MAY, todo) from e
    for each in inputs:
        if _is_same(path, each):
            raise InputError(f"{label} is the very file that was given", _MAY, todo)
    if not stat.S_ISREG(found.st_mode):
        kinds = ((stat.S_ISLNK, "a link"), (stat.S_ISDIR, "a folder"))
        kind = next((name for is_it, name in kinds if is_it(found.st_mode)), "no plain file")
        raise InputError(f"{label} is {kind}", _MAY, todo)
    if found.st_size and not is_ours(path):
        raise InputError(f"{label} was not made by imgstats and would be written over", _MAY, todo)


def _is_same(path: Path, other: Path) -> bool:
    try:
        return path.samefile(other)
    except (OSError, ValueError):
        return False


def check_parent(path: Path, todo: str) -> None:
    """Refuse a place in no folder, or in one that cannot be written; call it before any work.

    Raises
    ------
    InputError
        If so.
    WorkError
        If the disk is full.
    """
    folder = path.parent
    if not folder.is_dir():
        raise InputError(f"{named(folder)} is not a folder", "a folder that is there", todo)
    try:
        try_folder(folder)
    except OSError as e:
        if e.errno in FULL:
            raise WorkError(f"{named(folder)}: {e.strerror}", "", "free space") from e
        raise InputError(
            f"{named(folder)} cannot be written ({e.strerror or e})",
            "a folder that can be written",
            todo,
        ) from e


def try_folder(folder: Path) -> None:
    """Make a folder in one and take it back: some file systems only say then that they cannot.

    Raises
    ------
    OSError
        If it cannot be made.
    """
    Path(mkdtemp(prefix=PROBE, dir=folder)).rmdir()


@contextmanager
def saving(place: Path, todo: str) -> Iterator[None]:
    """Turn what the system says while something is written into one line.

    Parameters
    ----------
    place : pathlib.Path
        File or folder that is named.
    todo : str
        What to do.

    Raises
    ------
    WorkError
        In place of an OSError, such as that of a full disk.
    """
    try:
        yield
    except OSError as e:
        raise WorkError(f"{named(place)} cannot be written: {e.strerror or e}", "", todo) from e


def write_whole(path: Path, data: bytes, *, rights: int = OWNER_FILE) -> None:
    """Write a file in one step: a reader sees the old bytes or the new ones, never a part.

    Parameters
    ----------
    path : pathlib.Path
        Where it shall stand, in a folder that is there.
    data : bytes
        Its content.
    rights : int
        Its permissions, from which the process's umask takes.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written; what stood there stands there still.
    """
    write_all(path.parent, {path.name: data}, rights=rights)


def write_new(path: Path, data: bytes, *, rights: int = OWNER_FILE) -> None:
    """Write a file where nothing stands; nothing is left of one that could not be written whole.

    Parameters
    ----------
    path : pathlib.Path
        Where it shall stand, in a folder that is there.
    data : bytes
        Its content.
    rights : int
        Its permissions, from which the process's umask takes.

    Raises
    ------
    FileExistsError
        If anything stands there, be it a link to nowhere.
    OSError
        If the disk is full or the folder cannot be written.
    """
    try:
        _write_and_sync(path, data, rights)
    except FileExistsError:
        raise
    except BaseException:
        with suppress(OSError):
            path.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def write_all(folder: Path, contents: Mapping[str, bytes], *, rights: int = OWNER_FILE) -> None:
    """Write several files: first all drafts, then each into its place, in their order.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that is there.
    contents : mapping of str to bytes
        Content by file name.
    rights : int
        Permissions of each file, from which the process's umask takes.

    Raises
    ------
    OSError
        If the disk is full or the folder cannot be written; what stood there stands there still.
    """
    drafts: dict[str, Path] = {}
    try:
        for name, data in contents.items():
            drafts[name] = _draft(folder)
            _write_and_sync(drafts[name], data, rights)
        _move_all(folder, drafts)
    finally:
        for draft in drafts.values():
            with suppress(OSError):
                draft.unlink(missing_ok=True)
    sync_folder(folder)


def move_whole(draft: Path, path: Path) -> None:
    """Bring a draft that was written elsewhere on the same disk into its place.

    Raises
    ------
    OSError
        If the disk does not take it.
    """
    with draft.open("rb") as stream:
        os.fsync(stream.fileno())
    draft.replace(path)
    sync_folder(path.parent)


def _draft(folder: Path) -> Path:
    return folder / f"{DRAFT}{secrets.token_hex(8)}"


def _write_and_sync(path: Path, data: bytes, rights: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC
    with os.fdopen(os.open(path, flags, rights), "wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())


def _move_all(folder: Path, drafts: Mapping[str, Path]) -> None:
    """Move every draft to its place, or put back what stood there."""
    before: dict[str, Path] = {}
    moved = []
    try:
        for name, draft in drafts.items():
            # With one file there is nothing to put back: it is moved, or it is not.
            if len(drafts) > 1 and (folder / name).exists():
                before[name] = _draft(folder)
                shutil.copy2(folder / name, before[name])
            draft.replace(folder / name)
            moved.append(name)
    except BaseException:
        for name in moved:
            if name in before:
                before[name].replace(folder / name)
            else:
                (folder / name).unlink(missing_ok=True)
        raise
    finally:
        for kept in before.values():
            kept.unlink(missing_ok=True)


def sync_folder(folder: Path) -> None:
    """Make what was moved into a folder outlive a power cut."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def remove_drafts(*folders: Path) -> None:
    """Remove what killed processes left; only under a lock, since another may be writing."""
    for folder in folders:
        for path in folder.glob(f"{DRAFT}*"):
            if not path.is_dir():
                path.unlink(missing_ok=True)
