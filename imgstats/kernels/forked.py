"""A kernel server that is a fork of this process: what both need is imported once.

For the process of a command, which makes one report and ends. It is forked before there is a second
thread, and before anything was imported that a person's settings could have changed. It then is
what a server that was started is, see `server`, but draws nothing before it forks its kernel.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
from importlib import import_module
from typing import TYPE_CHECKING

from imgstats.kernels.client import WarmServer, can_fork, serving
from imgstats.kernels.limits import FILES_OF_A_KERNEL, need_files
from imgstats.kernels.process import ForkedProcess
from imgstats.kernels.server import run_child, serve, threads_now

if TYPE_CHECKING:
    import socket
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["ForkedServer", "can_fork_this", "forked_server"]

# A process that has them has settings of its own, which a report must not see.
_SETTINGS_OF = {"IPython", "ipykernel", "matplotlib"}


def can_fork_this() -> bool:
    """Say whether a fork of this very process can be a kernel server."""
    return can_fork() and threads_now() == 1 and not _SETTINGS_OF & sys.modules.keys()


@contextlib.contextmanager
def forked_server(warm: str, *, wanted: bool = True) -> Iterator[Path | None]:
    """Fork a kernel server from this process and have its kernels come from there in the block.

    Parameters
    ----------
    warm : str
        The module whose `import_all` the server calls.
    wanted : bool
        False: do nothing.

    Yields
    ------
    pathlib.Path or None
        A folder that the server removes, even if this process is killed; None where nothing was
        forked, so that kernels are to be started as programs.

    Raises
    ------
    WorkError
        If too few files may be open for any kernel.
    """
    need_files(FILES_OF_A_KERNEL)
    server = _forked(warm) if wanted and can_fork_this() else None
    if server is None:
        yield None
        return
    with serving(server):
        yield server.folder


def _forked(warm: str) -> ForkedServer | None:
    try:
        return ForkedServer(warm)
    except OSError:
        return None  # no process, handle or folder to be had: what comes next meets it and says so


class ForkedServer(WarmServer):
    """A server that this process forks from itself.

    Raises
    ------
    OSError
        If the system forks no process.
    """

    def _launch(self, theirs: socket.socket, listener: socket.socket) -> ForkedProcess:
        """Fork; the child never comes back from here."""
        for stream in (sys.stdout, sys.stderr):
            stream.flush()  # what waits there would be written twice
        try:
            pid = os.fork()
        except OSError:
            super(WarmServer, self).close()
            shutil.rmtree(self.folder, ignore_errors=True)
            raise
        if pid == 0:
            run_child(lambda: self._serve(theirs, listener))
        return ForkedProcess(pid)

    def _serve(self, theirs: socket.socket, listener: socket.socket) -> None:
        """Become what a program started with `subprocess.Popen` would be, and serve."""
        os.setsid()
        super(WarmServer, self).close()
        _close_all_but({0, 1, 2, theirs.fileno(), listener.fileno()})
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.environ.update(self._environment())
        if not sys.flags.safe_path:
            del sys.path[:1]  # the folder of the command, or the working folder
        serve(theirs, listener, lambda: import_module(self.warm).import_all())


def _close_all_but(kept: set[int]) -> None:
    """Close every file that the owner has open, so that none outlives it here."""
    for each in os.listdir("/proc/self/fd"):  # noqa: PTH208  names, not paths
        if int(each) not in kept:
            with contextlib.suppress(OSError):
                os.close(int(each))
