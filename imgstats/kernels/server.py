"""The program that keeps everything imported and forks a kernel for each request.

Started by `client` as ``python -P -m imgstats.kernels.server FD FD MODULE``. The first is one end
of a socket pair with the owner, who started it. The second listens in a folder of the owner's own,
for guests: other processes of the same user, such as the workers of a batch. The module has
`import_all` and `prepare`: what a notebook needs, and what else is worth its time for many kernels.
A request of owner or guest is one byte with the end of another socket pair, the kernel's
line. Over the line comes what to start; back go the process number and, when the kernel ends, its
exit code. When the line closes, the kernel's process group is killed; when the owner's socket
closes, all of them are, and the program ends.

A single thread: a fork of several threads copies their locks and not the threads.
"""

from __future__ import annotations

import contextlib
import gc
import os
import selectors
import signal
import socket
import sys
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.kernels.protocol import FOLDER_PREFIX, READY, is_same_user, receive, send

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imgstats.kernels.protocol import Request

__all__ = ["PREPARE", "main", "run_child", "serve", "threads_now"]

# Asks the program for `prepare` before it serves, and not for `import_all` alone.
PREPARE = "--prepare"
# So long may a request be on its way: nobody who falls asleep in it stops the others.
_REQUEST_SECONDS = 10.0
_LINGER_SECONDS = 4.0
_FEWER = "close other programs, or give fewer --workers"


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

    def __init__(
        self,
        owner: socket.socket,
        listener: socket.socket,
        become: Callable[[Request], None],
    ) -> None:
        self.owner, self.listener, self.become = owner, listener, become
        self.selector = selectors.DefaultSelector()
        self.selector.register(owner, selectors.EVENT_READ)
        self.selector.register(listener, selectors.EVENT_READ)
        self.guests: set[socket.socket] = set()
        self.kernels: set[_Kernel] = set()

    def serve(self) -> None:
        """Work until the owner is gone, then end every kernel."""
        try:
            served = True
            while served:
                for key, _ in self.selector.select():
                    served = self._handle(key) and served
        finally:
            for kernel in self.kernels:
                kernel.end()

    def _handle(self, key: selectors.SelectorKey) -> bool:
        """Do what one ready socket asks for; False once the owner is gone."""
        if key.fileobj is self.owner:
            return self._accept(self.owner)
        if key.fileobj is self.listener:
            self._welcome()
        elif isinstance(key.data, _Kernel):
            self._look_after(key.data, key.fileobj)
        elif isinstance(key.fileobj, socket.socket) and not self._accept(key.fileobj):
            self.selector.unregister(key.fileobj)
            self.guests.discard(key.fileobj)
            key.fileobj.close()
        return True

    def _welcome(self) -> None:
        try:
            guest, _ = self.listener.accept()
        except OSError:
            return  # it went away, or waits until there is a handle free
        if not is_same_user(guest):
            guest.close()
            return
        with contextlib.suppress(OSError):
            guest.send(READY)
        self.guests.add(guest)
        self.selector.register(guest, selectors.EVENT_READ)

    def _look_after(self, kernel: _Kernel, ready: object) -> None:
        if kernel not in self.kernels:
            return  # ended a moment ago, in this very round
        if ready == kernel.pidfd:
            self.selector.unregister(kernel.pidfd)
            kernel.report()
        else:
            self._forget(kernel)

    def _accept(self, control: socket.socket) -> bool:
        """Take a request; False if the other end is gone."""
        try:
            message, handles, _, _ = socket.recv_fds(control, 1, 1)
        except OSError:
            return False
        if not message:
            return False
        if not handles:
            return True
        line = socket.socket(fileno=handles[0])
        try:
            line.settimeout(_REQUEST_SECONDS)
            request: Request = receive(line)
            line.settimeout(None)
        except (EOFError, OSError, ValueError):
            line.close()
            return True
        self._start(request, line)
        return True

    def _start(self, request: Request, line: socket.socket) -> None:
        threads = threads_now()
        if threads != 1:
            what = f"the kernel server has {threads} threads, and may have one"
            _refuse(line, what, "set OPENBLAS_NUM_THREADS=1 and try again")
            return
        try:
            pid = os.fork()
        except OSError as e:
            _refuse(line, f"the system starts no kernel ({e.strerror or e})", _FEWER)
            return
        if pid == 0:
            run_child(lambda: self._become(request, line))
        with contextlib.suppress(OSError):
            os.setpgid(pid, pid)  # as the child does: no signal to its group may come too early
        try:
            kernel = _Kernel(pid, line, os.pidfd_open(pid))
        except OSError as e:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
            _refuse(line, f"the system watches no kernel ({e.strerror or e})", _FEWER)
            return
        self.kernels.add(kernel)
        self.selector.register(line, selectors.EVENT_READ, kernel)
        self.selector.register(kernel.pidfd, selectors.EVENT_READ, kernel)
        with contextlib.suppress(OSError):
            send(line, {"pid": pid})

    def _become(self, request: Request, line: socket.socket) -> None:
        """Let go of all that is the server's, then be the kernel."""
        self.selector.close()
        for each in (self.owner, self.listener, *self.guests, line):
            each.close()
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


def _refuse(line: socket.socket, what: str, todo: str) -> None:
    with contextlib.suppress(OSError):
        send(line, {"error": what, "todo": todo})
    line.close()


def run_child(become: Callable[[], None]) -> None:
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


def threads_now() -> int:
    """Return how many threads the system counts, also those that Python does not know of."""
    return len(list(Path("/proc/self/task").iterdir()))


def main() -> None:
    """Prepare as the module that is named says, then serve the sockets that are given."""
    owner, listener = (socket.socket(fileno=int(each)) for each in sys.argv[1:3])
    warm = import_module(sys.argv[3])
    serve(owner, listener, warm.prepare if PREPARE in sys.argv[4:] else warm.import_all)


def serve(owner: socket.socket, listener: socket.socket, prepare: Callable[[], None]) -> None:
    """Prepare, then fork kernels until the owner is gone.

    Parameters
    ----------
    owner, listener : socket.socket
        Where the owner asks for kernels, and where guests come.
    prepare : callable
        Imports what kernels need.
    """
    from imgstats.kernels.child import become_kernel

    # A Ctrl-C in the terminal reaches the whole group; whoever started this decides what ends.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        gc.disable()  # imports make much that stays and little that goes
        with _quiet_figures():
            prepare()
        gc.enable()
        gc.freeze()  # what is shared stays shared: a collection in a child does not touch its pages
        with contextlib.suppress(OSError):
            owner.send(READY)
            _Server(owner, listener, become_kernel).serve()
    finally:
        if _is_gone(owner):  # one who lives removes it, and until then workers write there
            _remove(listener.getsockname())


@contextlib.contextmanager
def _quiet_figures() -> Iterator[None]:
    """Keep matplotlib from telling that a home cannot be written: it uses our folder instead."""
    import logging

    logger = logging.getLogger("matplotlib")
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        yield
    finally:
        logger.setLevel(before)


def _is_gone(owner: socket.socket) -> bool:
    try:
        return not owner.recv(1, socket.MSG_PEEK | socket.MSG_DONTWAIT)
    except BlockingIOError:
        return False
    except OSError:
        return True


def _remove(socket_path: str) -> None:
    """Remove the owner's folder, also for an owner who was killed.

    Guests that were killed with it may write there for a moment more.
    """
    import shutil
    import time

    folder = Path(socket_path).parent
    if not folder.name.startswith(FOLDER_PREFIX):
        return  # no folder that an owner made for this
    end = time.monotonic() + _LINGER_SECONDS
    while folder.exists() and time.monotonic() < end:
        shutil.rmtree(folder, ignore_errors=True)
        time.sleep(0.05)


if __name__ == "__main__":
    main()
