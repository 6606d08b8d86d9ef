"""The program that keeps everything imported and forks a kernel for each request.

Started by `imgstats.reporting.kernels` as ``python -P -m imgstats.reporting.warm_server FD``, where
FD is one end of a socket pair: it has no name that another user could open. A request is one byte
with the end of another socket pair, the kernel's line. Over the line comes what to start; back go
the process number and, when the kernel ends, its exit code. When the line closes, the kernel's
process group is killed; when the first socket closes, all of them are, and the program ends.

A single thread: a fork of several threads copies their locks and not the threads.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import struct
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypedDict

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["Request", "main", "receive", "send"]

_SIZE = struct.Struct("!I")
_LARGEST = 16 * 1024 * 1024


class Request(TypedDict):
    """What to start: a kernel's command, environment and working folder."""

    cmd: list[str]
    env: dict[str, str]
    cwd: str


def send(line: socket.socket, message: object) -> None:
    """Send one message as JSON with its length before it."""
    data = json.dumps(message).encode()
    line.sendall(_SIZE.pack(len(data)) + data)


def receive(line: socket.socket) -> Any:  # noqa: ANN401  whatever the other end sent
    """Return one message.

    Raises
    ------
    EOFError
        If the other end has closed the line.
    """
    (size,) = _SIZE.unpack(_exactly(line, _SIZE.size))
    if size > _LARGEST:
        raise EOFError("a message of no known kind")
    return json.loads(_exactly(line, size))


def _exactly(line: socket.socket, size: int) -> bytes:
    data = bytearray()
    while len(data) < size:
        part = line.recv(size - len(data))
        if not part:
            raise EOFError("the line was closed")
        data += part
    return bytes(data)


@dataclass(eq=False)
class _Kernel:
    """A kernel that runs, or has ended and is kept until nobody asks for it."""

    pid: int
    line: socket.socket
    pidfd: int

    def end(self) -> None:
        """Kill the process group and take the process off the system's table."""
        # Until it is waited for, its number belongs to nobody else.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        with contextlib.suppress(ChildProcessError):
            os.waitpid(self.pid, 0)
        os.close(self.pidfd)
        self.line.close()

    def report(self) -> None:
        """Say the exit code to the other end of the line; the process stays unreaped."""
        found = os.waitid(os.P_PIDFD, self.pidfd, os.WEXITED | os.WNOWAIT)
        status = 0 if found is None else found.si_status
        killed = found is not None and found.si_code != os.CLD_EXITED
        with contextlib.suppress(OSError):
            send(self.line, {"code": -status if killed else status})


class _Server:
    """Waits for requests, forks kernels and clears up after them."""

    def __init__(self, control: socket.socket, become: Callable[[Request], None]) -> None:
        self.control, self.become = control, become
        self.selector = selectors.DefaultSelector()
        self.selector.register(control, selectors.EVENT_READ)
        self.kernels: set[_Kernel] = set()

    def serve(self) -> None:
        """Work until the other end is gone, then end every kernel."""
        try:
            served = True
            while served:
                for key, _ in self.selector.select():
                    served = self._handle(key) and served
        finally:
            for kernel in self.kernels:
                kernel.end()

    def _handle(self, key: selectors.SelectorKey) -> bool:
        """Do what one ready socket asks for; False once there is nobody left to serve."""
        if key.fileobj is self.control:
            return self._accept()
        kernel: _Kernel = key.data
        if kernel not in self.kernels:
            return True  # ended a moment ago, in this very round
        if key.fileobj == kernel.pidfd:
            self.selector.unregister(kernel.pidfd)
            kernel.report()
        else:
            self._forget(kernel)
        return True

    def _accept(self) -> bool:
        message, handles, _, _ = socket.recv_fds(self.control, 1, 1)
        if not message:
            return False
        line = socket.socket(fileno=handles[0])
        try:
            request: Request = receive(line)
        except (EOFError, ValueError):
            line.close()
            return True
        self._start(request, line)
        return True

    def _start(self, request: Request, line: socket.socket) -> None:
        threads = _threads()
        if threads != 1:
            with contextlib.suppress(OSError):
                send(line, {"error": f"the kernel server has {threads} threads, and may have one"})
            line.close()
            return
        pid = os.fork()
        if pid == 0:
            _run_child(lambda: self._become(request, line))
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # as the child does: no signal to its group may come too early
        kernel = _Kernel(pid, line, os.pidfd_open(pid))
        self.kernels.add(kernel)
        self.selector.register(line, selectors.EVENT_READ, kernel)
        self.selector.register(kernel.pidfd, selectors.EVENT_READ, kernel)
        with contextlib.suppress(OSError):
            send(line, {"pid": pid})

    def _become(self, request: Request, line: socket.socket) -> None:
        """Let go of all that is the server's, then be the kernel."""
        self.selector.close()
        self.control.close()
        line.close()
        for kernel in self.kernels:
            os.close(kernel.pidfd)
            kernel.line.close()
        self.kernels.clear()
        self.become(request)

    def _forget(self, kernel: _Kernel) -> None:
        self.selector.unregister(kernel.line)
        with contextlib.suppress(KeyError):
            self.selector.unregister(kernel.pidfd)
        self.kernels.discard(kernel)
        kernel.end()


def _run_child(become: Callable[[], None]) -> None:
    """Be the child and never come back to the server's code."""
    code = 1
    try:
        become()
        code = 0
    except SystemExit as e:
        code = e.code if isinstance(e.code, int) else 1
    except BaseException:  # noqa: BLE001  the end of a process: say it and go
        import traceback

        traceback.print_exc()
    finally:
        with contextlib.suppress(Exception):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(code)


def _threads() -> int:
    """Return how many threads the system counts, also those that Python does not know of."""
    return len(list(Path("/proc/self/task").iterdir()))


def main() -> None:
    """Import everything, then serve the socket whose number is the first argument."""
    from imgstats.reporting.warm_child import become_kernel, prepare

    control = socket.socket(fileno=int(sys.argv[1]))
    # A Ctrl-C in the terminal reaches the whole group; whoever started this decides what ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    prepare()
    gc.collect()
    gc.freeze()  # what is shared stays shared: a collection in a child does not touch its pages
    try:
        control.send(b"r")
    except OSError:
        return
    _Server(control, become_kernel).serve()


if __name__ == "__main__":
    main()
