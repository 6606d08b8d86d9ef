"""A forked kernel, seen from the process that asked for it."""

from __future__ import annotations

import contextlib
import os
import select
import signal
import subprocess
import threading
from typing import TYPE_CHECKING, Protocol

from imgstats.kernels.protocol import receive

if TYPE_CHECKING:
    import socket

__all__ = ["ForkedProcess", "ServerProcess", "WarmProcess"]


class WarmProcess:
    """A forked kernel, with as much of `subprocess.Popen` as a provisioner needs.

    Parameters
    ----------
    pid : int
        Its process number, which is that of its process group too.
    args : list of str
        Its command.
    line : socket
        The server says the exit code over it; closing it ends the process group.
    """

    stdin = stdout = stderr = None

    def __init__(self, pid: int, args: list[str], line: socket.socket) -> None:
        self.pid, self.args = pid, args
        self.returncode: int | None = None
        self._line = line
        self._lock = threading.Lock()  # the code is sent once, and a watch may ask for it too

    def poll(self) -> int | None:
        """Return the exit code, None while it runs; minus the number of a signal that ended it."""
        return self._ended_within(0)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code.

        Raises
        ------
        TimeoutExpired
            If it still runs after so many seconds.
        """
        code = self._ended_within(timeout)
        if code is None:
            raise subprocess.TimeoutExpired(self.args, timeout or 0)
        return code

    def _ended_within(self, seconds: float | None) -> int | None:
        if self.returncode is None and self._says_something(seconds):
            with self._lock:
                if self.returncode is None:
                    self.returncode = self._code()
        return self.returncode

    def _says_something(self, seconds: float | None) -> bool:
        poll = select.poll()
        try:
            poll.register(self._line, select.POLLIN)
        except (OSError, ValueError):
            return True  # closed in this moment, by another thread that has the code
        return bool(poll.poll(None if seconds is None else seconds * 1000))

    def _code(self) -> int:
        try:
            code = int(receive(self._line)["code"])
        except (OSError, EOFError):
            # The server died, and its children with it; what they started may live on.
            code = -signal.SIGKILL
            with contextlib.suppress(OSError):
                os.killpg(self.pid, signal.SIGKILL)
        self._line.close()  # the server now ends the rest of the group
        return code

    def send_signal(self, signum: int) -> None:
        """Send a signal to the process group, if the kernel still runs."""
        if self.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.pid, signum)

    def terminate(self) -> None:
        """Ask the process group to end."""
        self.send_signal(signal.SIGTERM)

    def kill(self) -> None:
        """End the process group."""
        self.send_signal(signal.SIGKILL)


class ServerProcess(Protocol):
    """What `subprocess.Popen` and a fork of this process have in common."""

    @property
    def pid(self) -> int:
        """Its number."""

    def poll(self) -> int | None:
        """Return the exit code, None while it runs."""

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code."""

    def kill(self) -> None:
        """End it."""


class ForkedProcess:
    """A child of this process that was forked, with what a server's owner needs of it.

    Parameters
    ----------
    pid : int
        Its process number.
    """

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, None while it runs; minus the number of a signal that ended it."""
        return self._ended(os.WNOHANG)

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end and return the exit code.

        Raises
        ------
        TimeoutExpired
            If it still runs after so many seconds.
        """
        if self.returncode is None and timeout is not None:
            self._wait_for_end(timeout)
        code = self._ended(0)
        return 0 if code is None else code

    def _wait_for_end(self, seconds: float) -> None:
        handle = os.pidfd_open(self.pid)
        try:
            poll = select.poll()
            poll.register(handle, select.POLLIN)
            if not poll.poll(seconds * 1000):
                raise subprocess.TimeoutExpired("the forked process", seconds)
        finally:
            os.close(handle)

    def _ended(self, options: int) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, options)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def kill(self) -> None:
        """End it."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)
