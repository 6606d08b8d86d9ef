"""Warm kernels: a server imports everything once and forks a fresh kernel for each report.

Jupyter knows them by the name ``imgstats-warm``, so papermill, nbclient and voila use them by that
name alone. The server is started at the first kernel and ends with the process that started it.
Forking needs Linux; elsewhere the ordinary kernel is started and that is said once.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import select
import shutil
import signal
import socket
import subprocess
import sys
import threading
import warnings
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from imgstats.errors import ImgstatsWarning, WorkError
from imgstats.reporting.kernel import NAME, figure_settings, short_folder
from imgstats.reporting.warm_server import receive, send

if TYPE_CHECKING:
    from jupyter_client.connect import KernelConnectionInfo

__all__ = ["NAME", "WarmProcess", "WarmProvisioner", "WarmServer", "can_fork", "warm_server"]

# One thread: a process with more cannot be forked safely, and these start them unasked.
_ONE_THREAD = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "NUMEXPR_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
_FIXED = {"PYTHONHASHSEED": "0", "MPLBACKEND": "agg"}
_START_SECONDS = 120.0
_END_SECONDS = 5.0


def can_fork() -> bool:
    """Say whether this system can fork kernels."""
    return sys.platform == "linux"


class WarmServer:
    """The kernel server of this process; it ends when this process does, however that happens.

    Raises
    ------
    WorkError
        If the server does not start.
    """

    def __init__(self) -> None:
        self.owner = os.getpid()
        # The end of this socket is what tells the server that its owner is gone.
        self._control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(  # noqa: S603  this very Python
                [
                    sys.executable,
                    "-P",
                    "-m",
                    __name__.rpartition(".")[0] + ".warm_server",
                    str(theirs.fileno()),
                ],
                pass_fds=[theirs.fileno()],
                stdin=subprocess.DEVNULL,
                env={**os.environ, **_ONE_THREAD, **_FIXED, **figure_settings()},
                start_new_session=True,
            )
        self._ready = False
        self._lock = threading.Lock()

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs, and belongs to this process and not to the one this was forked from."""
        return self.owner == os.getpid() and self._process.poll() is None

    def wait_until_ready(self) -> None:
        """Wait for the server to have imported everything."""
        with self._lock:
            if self._ready:
                return
            self._control.settimeout(_START_SECONDS)
            try:
                self._ready = self._control.recv(1) == b"r"
            except OSError as e:
                raise WorkError(f"the kernel server does not start ({e})", todo="try again") from e
            if not self._ready:
                code = self._process.wait()
                raise WorkError(f"the kernel server ended with exit code {code}", todo="try again")

    def start(self, cmd: list[str], *, env: dict[str, str], cwd: str) -> WarmProcess:
        """Fork a kernel.

        Parameters
        ----------
        cmd : list of str
            The kernel's command; what follows ``-m`` and its module is for the kernel.
        env : dict of str
            Its whole environment.
        cwd : str
            Its working folder.

        Raises
        ------
        WorkError
            If the server is gone or will not fork.
        """
        self.wait_until_ready()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            with theirs:
                socket.send_fds(self._control, [b"k"], [theirs.fileno()])
            send(ours, {"cmd": cmd, "env": env, "cwd": cwd})
            answer = receive(ours)
        except (OSError, EOFError) as e:
            ours.close()
            raise WorkError(f"the kernel server is gone ({e})", todo="try again") from e
        if "error" in answer:
            ours.close()
            raise WorkError(str(answer["error"]), todo="set OPENBLAS_NUM_THREADS=1 and try again")
        return WarmProcess(int(answer["pid"]), cmd, ours)

    def close(self) -> None:
        """End the server and with it all its kernels."""
        self._control.close()
        if self.owner != os.getpid():
            return
        if not self._ready:
            self._process.kill()  # it is importing, and has started nobody yet
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


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


_server: WarmServer | None = None
_server_lock = threading.Lock()


def warm_server() -> WarmServer:
    """Return this process's kernel server, starting one where there is none that runs."""
    global _server  # noqa: PLW0603  one server a process
    with _server_lock:
        if _server is None or not _server.is_alive:
            if _server is not None:
                _server.close()
            _server = WarmServer()
        return _server


@atexit.register
def _close_server() -> None:
    if _server is not None:
        _server.close()


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by forking the warm server, behind sockets that only their owner can open."""

    process: Any = None
    _sockets: str | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  base signature
        """Choose sockets in a private folder, unless whoever starts the kernel chose some."""
        manager = self.parent
        if can_fork() and manager is not None and manager.transport != "ipc":
            if self._sockets is None:
                self._sockets = mkdtemp(prefix="imgstats-", dir=short_folder())
            manager.transport = "ipc"
            manager.ip = str(Path(self._sockets, "k"))
        found: dict[str, Any] = await super().pre_launch(**kwargs)
        return found

    async def launch_kernel(
        self,
        cmd: list[str],
        **kwargs: Any,  # noqa: ANN401  base signature
    ) -> KernelConnectionInfo:
        """Fork a kernel; where that cannot be, start an ordinary one."""
        if not can_fork():
            _say_ordinary()
            return await super().launch_kernel(cmd, **kwargs)
        env = kwargs.get("env") or dict(os.environ)
        cwd = str(kwargs.get("cwd") or Path.cwd())
        loop = asyncio.get_running_loop()
        self.process = await loop.run_in_executor(
            None, lambda: warm_server().start(cmd, env=env, cwd=cwd)
        )
        self.pid = self.pgid = self.process.pid
        self.cwd = cwd
        return self.connection_info

    async def kill(self, restart: bool = False) -> None:
        """End the process group and wait until it is gone, which takes milliseconds."""
        process = self.process
        await super().kill(restart=restart)
        if isinstance(process, WarmProcess):
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(_END_SECONDS)

    async def cleanup(self, restart: bool = False) -> None:
        """Remove the sockets' folder."""
        await super().cleanup(restart=restart)
        if self._sockets is not None and not restart:
            shutil.rmtree(self._sockets, ignore_errors=True)
            self._sockets = None


_said = False


def _say_ordinary() -> None:
    """Say once that kernels are not forked here."""
    global _said  # noqa: PLW0603  once a process
    if not _said:
        _said = True
        warnings.warn(
            f"kernels are forked on Linux only; on {sys.platform} each report starts an ordinary "
            "one, which takes seconds more",
            ImgstatsWarning,
            stacklevel=2,
        )
