"""Looking at processes from outside: who lives, and waiting until they do not."""

from __future__ import annotations

import contextlib
from pathlib import Path

import psutil

from tests.waiting import until

_SEMAPHORES = Path("/dev/shm")  # noqa: S108  where multiprocessing has them


def descendants(pid):
    """Return the processes that a process started, and those that they started."""
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def alive(processes):
    """Return those that still run; a zombie has ended."""
    found = []
    for each in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if each.is_running() and each.status() != psutil.STATUS_ZOMBIE:
                found.append(each)
    return found


def all_gone(processes):
    """Wait until none of them runs, and say that it is so."""
    until(lambda: not alive(processes))
    return True


def semaphores():
    """Return the names of those that processes of this machine share now."""
    names = {each.name for each in _SEMAPHORES.iterdir()} if _SEMAPHORES.is_dir() else set()
    return {each for each in names if each.startswith(("sem.", "psm_"))}
