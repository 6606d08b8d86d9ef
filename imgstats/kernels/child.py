"""What every kernel needs before it is forked, and how a fork becomes a kernel of its own."""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import sys
import tempfile
import time
import types
from importlib import import_module
from typing import TYPE_CHECKING

from imgstats.kernels.program import keep_off_ports, reseed

if TYPE_CHECKING:
    from imgstats.kernels.protocol import Request

__all__ = ["become_kernel", "import_all", "prepare"]

_PR_SET_PDEATHSIG = 1
# What a kernel imports by itself when it starts, runs a cell or hooks figures in; its debugger is
# the largest. They are for speed only: another version of IPython may lack one.
_USED = (
    "ipykernel.debugger",
    "ipykernel.ipkernel",
    "ipykernel.kernelapp",
    "matplotlib_inline.backend_inline",
    "IPython.core.completerlib",
    "IPython.core.debugger",
    "IPython.core.logger",
    "IPython.core.magics.execution",
    "IPython.core.oinspect",
    "IPython.extensions.storemagic",
    "tornado.platform.asyncio",
    "zmq.utils.garbage",
)


def import_all() -> None:
    """Import what every kernel needs."""
    keep_off_ports()
    from matplotlib.backends.registry import backend_registry

    for name in _USED:
        with contextlib.suppress(ImportError):
            import_module(name)
    backend_registry.resolve_gui_or_backend("inline")  # type: ignore[no-untyped-call]  # looks through all installed packages once


# A server that knows of no more than this does the same either way.
prepare = import_all


def become_kernel(request: Request) -> None:
    """Turn this fork into a Jupyter kernel, and return when it has ended.

    Parameters
    ----------
    request : Request
        The kernel's command, environment and working folder.
    """
    server = os.getppid()
    # The server says so too: whoever comes first, a signal to the group reaches it from now on.
    os.setpgid(0, 0)
    _die_with(server)
    _fresh_process(request)
    from ipykernel.kernelapp import IPKernelApp

    # What it logs is of its end, where a command was stopped and its folder is gone already.
    app = IPKernelApp.instance(parent_handle=server, log_level=logging.CRITICAL)
    # The arguments after "-m" and its module are the kernel's own.
    app.initialize(_arguments(request["cmd"]))  # type: ignore[no-untyped-call]
    if app.shell is not None:
        # matplotlib was imported long before this kernel: without this, figures turn into text.
        app.shell.enable_matplotlib("inline")
    reseed()
    app.start()  # type: ignore[no-untyped-call]


def _arguments(cmd: list[str]) -> list[str]:
    start = cmd.index("-m") + 2 if "-m" in cmd else 1
    own = cmd[start:]
    # Parameters would otherwise be kept in the history file of whoever runs this.
    history = (
        []
        if any("HistoryManager.enabled" in each for each in own)
        else ["--HistoryManager.enabled=False"]
    )
    # As "-P" has it for a program: no file of a working folder is a module.
    return [*own, *history, "--ignore-cwd"]


def _die_with(server: int) -> None:
    """Ask the system to kill this process when the server dies, also by a kill -9."""
    import ctypes

    ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != server:
        os._exit(1)  # it died before it could be asked


def _fresh_process(request: Request) -> None:
    """Put environment, folder, input, signals and main module as in a new process."""
    signal.pthread_sigmask(signal.SIG_SETMASK, ())
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.environ.clear()
    os.environ.update(request["env"])
    time.tzset()
    tempfile.tempdir = None  # found anew from that environment
    os.chdir(request["cwd"])
    nothing = os.open(os.devnull, os.O_RDONLY)
    os.dup2(nothing, 0)
    os.close(nothing)
    sys.argv = [request["cmd"][0]]
    sys.modules["__main__"] = types.ModuleType("__main__")
