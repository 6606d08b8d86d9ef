"""How many processes are worth starting on this machine, and how a process keeps to one thread."""

from __future__ import annotations

import gc
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

__all__ = ["ONE_THREAD", "default_workers", "environment", "one_thread", "restored", "uncollected"]

# Libraries that start threads unasked read these when they are imported.
ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}


@contextmanager
def environment(wanted: Mapping[str, str]) -> Iterator[None]:
    """Set variables of the environment in the block, and put everything back after.

    Examples
    --------
    >>> with environment({"IMGSTATS_EXAMPLE": "1"}):
    ...     os.environ["IMGSTATS_EXAMPLE"]
    '1'
    >>> "IMGSTATS_EXAMPLE" in os.environ
    False
    """
    with restored(wanted):
        os.environ.update(wanted)
        yield


@contextmanager
def restored(names: Iterable[str]) -> Iterator[None]:
    """Put variables of the environment back after the block, whatever it made of them."""
    before = {name: os.environ.get(name) for name in names}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


@contextmanager
def uncollected() -> Iterator[None]:
    """Look for no garbage in the block; for a process that imports much, works and ends.

    Examples
    --------
    >>> with uncollected():
    ...     gc.isenabled()
    False
    """
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


@contextmanager
def one_thread() -> Iterator[None]:
    """Keep what is first imported in the block from starting threads of its own."""
    with environment(ONE_THREAD):
        yield


def default_workers() -> int:
    """Return the number of processors this process may use.

    A container or a batch system often allows fewer than the machine has.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
