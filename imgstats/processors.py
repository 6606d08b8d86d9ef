"""How many processes are worth starting on this machine."""

from __future__ import annotations

import os

__all__ = ["default_workers"]


def default_workers() -> int:
    """Return the number of processors this process may use.

    A container or a batch system often allows fewer than the machine has.
    """
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
