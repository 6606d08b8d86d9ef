"""Writing files so that each appears whole or not at all, and outlives a power cut.

A draft is written beside its place, brought to the disk, moved there in one step, and the folder is
brought to the disk too. A draft that a killed process left is known by its name.
"""

from __future__ import annotations

import os
import secrets
import shutil
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from imgstats.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = [
    "DRAFT",
    "OWNER_FILE",
    "OWNER_FOLDER",
    "SHARED_FILE",
    "move_whole",
    "remove_drafts",
    "saving",
    "write_all",
    "write_whole",
]

# How the names of drafts begin.
DRAFT = ".imgstats-part-"
# What is made for a person is for that person alone; a build is for whoever has the folder.
OWNER_FILE, OWNER_FOLDER, SHARED_FILE = 0o600, 0o700, 0o666


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
        raise WorkError(f"{place} cannot be written: {e.strerror or e}", "", todo) from e


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
    _sync_folder(folder)


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
    _sync_folder(path.parent)


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


def _sync_folder(folder: Path) -> None:
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
