"""Holding a folder against other processes; the lock ends with the process, however it ends."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from imgstats.files.writing import OWNER_FILE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["LOCK", "held", "held_bare"]

LOCK = ".lock"
_PAUSE = 0.02


@contextmanager
def held(folder: Path, patience: float = 0.0) -> Iterator[None]:
    """Hold a folder while the block runs.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that is there.
    patience : float
        Seconds to wait for another holder.

    Raises
    ------
    BlockingIOError
        If another process holds it for longer.
    OSError
        If the folder cannot be written, or its file system knows no locks.
    """
    flags = os.O_CREAT | os.O_RDWR | os.O_CLOEXEC | getattr(os, "O_NOFOLLOW", 0)
    lock = os.open(folder / LOCK, flags, OWNER_FILE)
    try:
        _wait_for(lock, patience)
        yield
    finally:
        os.close(lock)


@contextmanager
def held_bare(folder: Path) -> Iterator[None]:
    """Hold a folder while the block runs, with no file in it: the folder itself is locked.

    For folders that shall hold what was asked for and nothing else. `held` does not know of it, nor
    the other way round.

    Parameters
    ----------
    folder : pathlib.Path
        A folder that is there. Where its file system locks no folders, nobody is kept out.

    Raises
    ------
    BlockingIOError
        If another process, or another block of this one, holds it.
    OSError
        If the folder cannot be opened.
    """
    flags = os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_DIRECTORY", 0)
    lock = os.open(folder, flags)
    try:
        _lock_if_possible(lock)
        yield
    finally:
        os.close(lock)


def _lock_if_possible(lock: int) -> None:
    try:
        _wait_for(lock, patience=0.0)
    except BlockingIOError:
        raise
    except OSError:
        return  # some network file systems lock only what is open for writing


def _wait_for(lock: int, patience: float) -> None:
    try:
        import fcntl
    except ImportError:  # no such lock on this system
        return
    until = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
        else:
            return
