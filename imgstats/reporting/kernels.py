"""Warm kernels: a server imports everything once and forks a fresh kernel for each report.

Jupyter knows them by the name ``imgstats-warm``, so papermill, nbclient and voila use them by that
name alone. The server is started at the first kernel and ends with the process that started it;
`shared_server` has other processes of this user use the same one.
Forking needs Linux; elsewhere the ordinary kernel is started and that is said once.
"""

from __future__ import annotations

import asyncio
import atexit
import contextlib
import os
import select
import shutil
import socket
import subprocess
import sys
import threading
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

from jupyter_client.provisioning.local_provisioner import LocalProvisioner

from imgstats.errors import WorkError
from imgstats.processors import ONE_THREAD
from imgstats.reporting.kernel import NAME, figure_settings, say_ordinary, short_folder
from imgstats.reporting.warm_process import WarmProcess
from imgstats.reporting.warm_server import (
    DRAW,
    FOLDER_PREFIX,
    READY,
    is_same_user,
    receive,
    send,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jupyter_client.connect import KernelConnectionInfo

    from imgstats.reporting.warm_process import ServerProcess

__all__ = [
    "NAME",
    "SHARED_VARIABLE",
    "SharedServer",
    "WarmProvisioner",
    "WarmServer",
    "can_fork",
    "serving",
    "shared_server",
    "warm_server",
]

# Where a process finds a server that another one started.
SHARED_VARIABLE = "IMGSTATS_WARM_SERVER"

# The last one keeps the debugger, which every kernel imports, from talking.
_FIXED = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "agg",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
}
_START_SECONDS = 120.0
_END_SECONDS = 5.0
# Other sockets are in folders within the server's.
_LONGEST_FOLDER = 60


def can_fork() -> bool:
    """Say whether this system can fork kernels."""
    return sys.platform == "linux"


class _ServerConnection:
    """The way to a kernel server: asks it for kernels."""

    def __init__(self, control: socket.socket) -> None:
        self.owner = os.getpid()
        self._control = control
        self._ready = False
        self._lock = threading.Lock()

    def wait_until_ready(self) -> None:
        """Wait for the server to have imported everything.

        Raises
        ------
        WorkError
            If it does not start.
        """
        with self._lock:
            if self._ready:
                return
            self._control.settimeout(_START_SECONDS)
            try:
                self._ready = self._control.recv(1) == READY
            except OSError as e:
                raise WorkError(f"the kernel server does not start ({e})", todo="try again") from e
            if not self._ready:
                raise WorkError(f"the kernel server {self._end_in_words()}", todo="try again")

    def _end_in_words(self) -> str:
        return "is gone"

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
            ours.settimeout(_START_SECONDS)
            send(ours, {"cmd": cmd, "env": env, "cwd": cwd})
            answer = receive(ours)
            ours.settimeout(None)
        except (OSError, EOFError) as e:
            ours.close()
            raise WorkError(f"the kernel server is gone ({e})", todo="try again") from e
        if "error" in answer:
            ours.close()
            raise WorkError(str(answer["error"]), todo=str(answer["todo"]))
        return WarmProcess(int(answer["pid"]), cmd, ours)

    def close(self) -> None:
        """Let go of the server."""
        self._control.close()


class WarmServer(_ServerConnection):
    """The kernel server of this process; it ends when this process does, however that happens.

    Attributes
    ----------
    folder : pathlib.Path
        A folder that only its owner can open; the server removes it, also after a kill -9.
    path : pathlib.Path
        Socket for other processes, in there.
    draws : bool
        Whether it draws a report before it serves: that takes a while, and spares each report that
        follows a part of its figures.

    Raises
    ------
    WorkError
        If the server does not start.
    """

    def __init__(self, *, draws: bool = False) -> None:
        self.draws = draws
        # The end of this socket is what tells the server that its owner is gone.
        control, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        super().__init__(control)
        self.folder = Path(mkdtemp(prefix=FOLDER_PREFIX, dir=short_folder(_LONGEST_FOLDER)))
        self.path = self.folder / "s"
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs, listener:
            listener.bind(str(self.path))
            listener.listen()
            self._process = self._launch(theirs, listener)

    def _launch(self, theirs: socket.socket, listener: socket.socket) -> ServerProcess:
        """Start the server as a program."""
        handles = [theirs.fileno(), listener.fileno()]
        module = __name__.rpartition(".")[0] + ".warm_server"
        return subprocess.Popen(  # noqa: S603  this very Python
            [sys.executable, "-P", "-m", module, *map(str, handles), *[DRAW] * self.draws],
            pass_fds=handles,
            stdin=subprocess.DEVNULL,
            env=self._environment(),
            start_new_session=True,
        )

    def _environment(self) -> dict[str, str]:
        """Return the server's environment; one thread, since one with more cannot be forked."""
        return {
            **os.environ,
            **ONE_THREAD,
            **_FIXED,
            **figure_settings(),
            "TMPDIR": str(self.folder),  # what it leaves goes with the folder
        }

    @property
    def pid(self) -> int:
        """Its process number."""
        return self._process.pid

    @property
    def is_alive(self) -> bool:
        """Whether it runs, and belongs to this process and not to the one this was forked from."""
        return self.owner == os.getpid() and self._process.poll() is None

    def _end_in_words(self) -> str:
        return f"ended with exit code {self._process.wait()}"

    def close(self) -> None:
        """End the server and with it all its kernels."""
        super().close()
        if self.owner != os.getpid():
            return
        if not self._ready:
            self._process.kill()  # it is importing, and has started nobody yet
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


class SharedServer(_ServerConnection):
    """The kernel server of another process.

    Parameters
    ----------
    path : str
        Its socket.

    Raises
    ------
    OSError
        If nobody listens there, or another user does.
    """

    def __init__(self, path: str) -> None:
        control = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            control.connect(path)
            if not is_same_user(control):
                raise PermissionError(f"{path} belongs to another user")
        except OSError:
            control.close()
            raise
        super().__init__(control)

    @property
    def is_alive(self) -> bool:
        """Whether the server still holds its end, and this process is the one that asked."""
        if self.owner != os.getpid():
            return False
        poll = select.poll()
        try:
            poll.register(self._control, select.POLLIN)
            return not poll.poll(0) or bool(self._control.recv(1, socket.MSG_PEEK))
        except (OSError, ValueError):
            return False


_server: WarmServer | SharedServer | None = None
_server_lock = threading.Lock()


def warm_server(*, draws: bool = False) -> WarmServer | SharedServer:
    """Return the kernel server of this process: a shared one, or its own, started where needed."""
    global _server  # noqa: PLW0603  one server a process
    with _server_lock:
        if _server is None or not _server.is_alive:
            if _server is not None:
                _server.close()
            _server = _shared() or WarmServer(draws=draws)
        return _server


def _shared() -> SharedServer | None:
    path = os.environ.get(SHARED_VARIABLE)
    if not path:
        return None
    try:
        return SharedServer(path)
    except OSError:
        return None  # it ended; a server of one's own is only slower


def _for_others(server: WarmServer) -> dict[str, str]:
    return {SHARED_VARIABLE: str(server.path), "TMPDIR": str(server.folder)}


@contextlib.contextmanager
def serving(server: WarmServer) -> Iterator[None]:
    """Have this process's kernels come from a server, and end it with the block."""
    global _server  # noqa: PLW0603  as above
    before, _server = _server, server
    try:
        yield
    finally:
        _server = before
        server.close()


@contextlib.contextmanager
def shared_server(*, draws: bool = False) -> Iterator[dict[str, str]]:
    """Start this process's server for others too, and end it with the block if it is new.

    Yields
    ------
    dict of str
        What the environment of the others needs: where the server is, and a folder for what they
        write for a while, which the server removes even if all others are killed. Empty where
        kernels are not forked.
    """
    if not can_fork():
        yield {}
        return
    before = _server
    server = warm_server(draws=draws)
    try:
        yield _for_others(server) if isinstance(server, WarmServer) else {}
    finally:
        if server is not before:
            _close_server()


@atexit.register
def _close_server() -> None:
    global _server  # noqa: PLW0603  as above
    if _server is not None:
        _server.close()
        _server = None


class WarmProvisioner(LocalProvisioner):
    """Starts a kernel by forking the warm server, behind sockets that only their owner can open."""

    process: Any = None
    _sockets: str | None = None

    async def pre_launch(self, **kwargs: Any) -> dict[str, Any]:  # noqa: ANN401  base signature
        """Choose sockets in a private folder, unless whoever starts the kernel chose some."""
        manager = self.parent
        if can_fork() and manager is not None and manager.transport != "ipc":
            if self._sockets is None:
                self._sockets = mkdtemp(prefix=FOLDER_PREFIX, dir=short_folder())
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
            say_ordinary()
            return await super().launch_kernel(cmd, **kwargs)
        env = dict(kwargs.get("env") or os.environ)
        env.pop(SHARED_VARIABLE, None)  # the server forks for whoever runs reports, not for them
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
