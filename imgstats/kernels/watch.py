"""Ending a report that takes too long, with all the processes it started."""

from __future__ import annotations

import contextlib
import os
import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from imgstats.kernels.manager import PrivateKernelManager

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["Watch", "watched"]


@contextmanager
def watched(seconds: float | None) -> Iterator[Watch]:
    """Limit the time of everything inside the ``with`` block.

    Parameters
    ----------
    seconds : float or None
        After so long the kernel's process group is killed, and the work in the block fails for it.
        None: never. A kernel that runs at the end of the block is killed too.
    """
    watch = Watch(seconds)
    timer = threading.Timer(seconds or 0, watch.end)
    timer.daemon = True
    if seconds is not None:
        timer.start()
    try:
        yield watch
    finally:
        timer.cancel()
        watch.close()


class Watch:
    """Knows the kernel of a report and whether its time is over."""

    def __init__(self, seconds: float | None) -> None:
        self.seconds = seconds
        self.is_over = False
        self._lock = threading.Lock()
        self._process: Any = None

    def manager(self, *, program: str, warm: str = "") -> type[PrivateKernelManager]:
        """Return a class of kernel managers whose kernels this watch can end.

        Parameters
        ----------
        program : str
            The module that is the kernel's program.
        warm : str
            The module that a server prepares before it forks the kernel. Default: no fork.
        """
        own = {"started": staticmethod(self._note), "program": program, "warm": warm}
        return type("WatchedKernelManager", (PrivateKernelManager,), own)

    def _note(self, process: Any) -> None:  # noqa: ANN401  Popen, or what acts like it
        with self._lock:
            self._process = process
            if self.is_over:
                _kill(process)

    def close(self) -> None:
        """Kill a kernel that outlives the work, as where somebody stopped it midway."""
        with self._lock:
            if self._process is not None:
                _kill(self._process)

    def end(self) -> None:
        """Kill the kernel, at once or as soon as there is one."""
        with self._lock:
            self.is_over = True
            if self._process is not None:
                _kill(self._process)


def _kill(process: Any) -> None:  # noqa: ANN401  as above
    """Kill a kernel with its process group, which bears its number."""
    if process.poll() is None:
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
        with contextlib.suppress(OSError):
            process.kill()
