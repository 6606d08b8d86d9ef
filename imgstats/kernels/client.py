"""Servers of kernels: one imports everything once and forks a fresh kernel for each notebook.

It is started at the first kernel and ends with the process that started it; `shared_server` has
other processes of this user use the same one. Forking needs Linux.
"""

from __future__ import annotations

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
from typing import TYPE_CHECKING

from imgstats.errors import WorkError
from imgstats.kernels import server
from imgstats.kernels.limits import FILES_OF_A_KERNEL, need_files
from imgstats.kernels.manager import figure_settings, short_folder
from imgstats.kernels.process import WarmProcess
from imgstats.kernels.protocol import (
    FOLDER_PREFIX,
    READY,
    ServerGoneError,
    is_same_user,
    receive,
    send,
)
from imgstats.processors import ONE_THREAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.kernels.process import ServerProcess

__all__ = [
    "SHARED_VARIABLE",
    "SharedServer",
    "WarmServer",
    "can_fork",
    "end_server",
    "serving",
    "shared_server",
    "warm_server",
]

# Where a process finds a server that another one started.
SHARED_VARIABLE = "IMGSTATS_WARM_SERVER"

# The debugger, which every kernel imports, is kept from talking. What a person has set for Python's
# warnings would be seen on a page.
_FIXED = {
    "PYTHONHASHSEED": "0",
    "MPLBACKEND": "agg",
    "PYDEVD_DISABLE_FILE_VALIDATION": "1",
    "PYTHONWARNINGS": "",
    "PYTHONDEVMODE": "",
    "PYTHONASYNCIODEBUG": "",
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
        ServerGoneError
            If it does not start.
        """
        with self._lock:
            if self._ready:
                return
            self._control.settimeout(_START_SECONDS)
            try:
                self._ready = self._control.recv(1) == READY
            except OSError as e:
                raise ServerGoneError(
                    f"the kernel server does not start ({e})", todo="try again"
                ) from e
            if not self._ready:
                raise ServerGoneError(f"the kernel server {self._end_in_words()}", todo="try again")

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
        ServerGoneError
            If the server is gone.
        WorkError
            If it will not fork.
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
            raise ServerGoneError(f"the kernel server is gone ({e})", todo="try again") from e
        if "error" in answer:
            ours.close()
            raise WorkError(str(answer["error"]), todo=str(answer["todo"]))
        return WarmProcess(int(answer["pid"]), cmd, ours)

    def close(self) -> None:
        """Let go of the server."""
        self._control.close()


class WarmServer(_ServerConnection):
    """The kernel server of this process; it ends when this process does, however that happens.

    Parameters
    ----------
    warm : str
        The module whose `import_all` it calls before it serves.
    draws : bool
        Whether it calls `prepare` of that module instead: that takes a while, and spares each
        notebook that follows a part of its work.

    Attributes
    ----------
    folder : pathlib.Path
        A folder that only its owner can open; the server removes it, also after a kill -9.
    path : pathlib.Path
        Socket for other processes, in there.

    Raises
    ------
    WorkError
        If the server does not start.
    """

    def __init__(self, warm: str, *, draws: bool = False) -> None:
        self.warm, self.draws = warm, draws
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
        what = [*map(str, handles), self.warm, *[server.PREPARE] * self.draws]
        return subprocess.Popen(  # noqa: S603  this very Python
            [sys.executable, "-P", "-m", server.__name__, *what],
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


def warm_server(warm: str, *, draws: bool = False) -> WarmServer | SharedServer:
    """Return the kernel server of this process: a shared one, or its own, started where needed.

    Raises
    ------
    WorkError
        If it does not start, or too few files may be open.
    """
    global _server  # noqa: PLW0603  one server a process
    with _server_lock:
        if _server is None or not _server.is_alive:
            need_files(FILES_OF_A_KERNEL)
            if _server is not None:
                _server.close()
            _server = _shared() or WarmServer(warm, draws=draws)
        return _server


def end_server() -> None:
    """End the kernel server of this process, and with it each kernel that it forked."""
    global _server  # noqa: PLW0603  as above
    with _server_lock:
        if _server is not None:
            _server.close()
        _server = None


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
def shared_server(warm: str, *, draws: bool = False) -> Iterator[dict[str, str]]:
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
    server = warm_server(warm, draws=draws)
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
