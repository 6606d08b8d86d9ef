"""A headless browser of our own, spoken to over a pipe.

Messages of the DevTools protocol go over two pipes that no other process has, so no port is open to
other users of the machine. The browser ends when its pipe closes, however this process ends; the
shell that waits for it then removes its folder.
"""

from __future__ import annotations

import contextlib
import json
import os
import select
import shutil
import signal
import subprocess
import time
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import TYPE_CHECKING, Any

from imgstats.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

__all__ = ["Browser", "BrowserGoneError", "BrowserHangsError"]

FOLDER_PREFIX = "imgstats-browser-"
# The browser reads from 3 and writes to 4. The shell lives as long as the browser does. The browser
# binds a socket below TMPDIR, and aborts where its address has more than 107 bytes: so it stands in
# its folder and names it by a dot. Children that outlive it would write there again.
_SHELL = (
    "exec 3<&0 4>&1 0</dev/null 1>/dev/null; folder=$1; shift; "
    'cd -- "$folder" && TMPDIR=. "$@"; code=$?; exec 4>&-; '
    'trap "" TERM; kill -s TERM 0; cd /; rm -rf -- "$folder"; exit $code'
)
_FLAGS = (
    "--headless",
    "--remote-debugging-pipe",
    "--disable-gpu",
    "--disable-dev-shm-usage",  # containers have little of it
    "--no-first-run",
    "--no-default-browser-check",
    "--password-store=basic",
    "--use-mock-keychain",
    # Nothing is looked up, fetched or reported.
    "--host-resolver-rules=MAP * ~NOTFOUND",
    "--no-proxy-server",
    "--disable-background-networking",
    "--disable-breakpad",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-domain-reliability",
    "--disable-extensions",
    "--disable-sync",
    "--no-pings",
)
_END_SECONDS = 20.0
_PIECE = 1 << 16
_TRIES, _PAUSE = 50, 0.02
_NONE = -1  # no open file


class BrowserGoneError(WorkError):
    """The browser ended, or did not start."""


class BrowserHangsError(WorkError):
    """The browser does not answer in its time."""


class Browser:
    """A browser that runs until it is closed.

    Parameters
    ----------
    program : str
        Its program.
    agent : str
        What it calls itself; it stands in a PDF as the creator.
    seconds : float
        How long the browser may take for what is asked between two calls of `begin`.
    heard : callable
        Takes an event that nobody waits for.

    Raises
    ------
    BrowserGoneError
        If it cannot be started.
    """

    def __init__(
        self, program: str, *, agent: str, seconds: float, heard: Callable[[dict[str, Any]], None]
    ) -> None:
        self.program, self.seconds, self.heard = program, seconds, heard
        self._numbers, self._buffer = 0, b""
        try:
            self._folder = str(Path(mkdtemp(prefix=FOLDER_PREFIX)).absolute())
            self._said = TemporaryFile()  # noqa: SIM115  closed with the browser
        except OSError as e:
            raise BrowserGoneError(
                f"the folder for temporary files cannot be written: {e.strerror or e}",
                todo="free space there, or name another folder in TMPDIR",
            ) from e
        self._to = self._from = _NONE
        try:
            self._process = self._started(
                [str(Path(program).absolute()), *_flags(self._folder, agent)]
            )
        except BaseException:
            self._clear()
            raise
        self.begin()

    def _started(self, command: Sequence[str]) -> subprocess.Popen[bytes]:
        its_in, self._to = os.pipe()
        self._from, its_out = os.pipe()
        try:
            process = subprocess.Popen(  # noqa: S603  no word of it comes from a page
                ["/bin/sh", "-c", _SHELL, "sh", self._folder, *command],
                stdin=its_in,
                stdout=its_out,
                stderr=self._said,
                start_new_session=True,  # Ctrl-C is for this process alone
            )
        except OSError as e:
            raise self._gone(f"cannot be started: {e.strerror or e}") from e
        finally:
            os.close(its_in)
            os.close(its_out)
        os.set_blocking(self._to, False)
        return process

    def begin(self) -> None:
        """Let the time for what is asked begin anew."""
        self._until = time.monotonic() + self.seconds

    def call(self, method: str, session: str = "", **parameters: object) -> dict[str, Any]:
        """Ask for something and return the answer.

        Parameters
        ----------
        method : str
            Name of a command of the DevTools protocol.
        session : str
            The page it is for. Default: the browser itself.
        **parameters
            Of the command.

        Raises
        ------
        BrowserGoneError
            If the browser ends or refuses.
        BrowserHangsError
            If its time is over.
        """
        number = self.tell(method, session, **parameters)
        while (answer := self._received()).get("id") != number:
            self._hear(answer)
        if "error" in answer:
            raise self._gone(f"refuses {method}: {answer['error'].get('message')}")
        result: dict[str, Any] = answer["result"]
        return result

    def tell(self, method: str, session: str = "", **parameters: object) -> int:
        """Ask for something whose answer does not matter; return the number of the message."""
        self._numbers += 1
        message = {"id": self._numbers, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        self._send(json.dumps(message).encode() + b"\0")
        return self._numbers

    def listen(self) -> None:
        """Wait for one event and hand it on."""
        self._hear(self._received())

    def _hear(self, message: dict[str, Any]) -> None:
        if message.get("method") == "Inspector.targetCrashed":
            raise self._gone("lost the page that it was to print")
        if "method" in message:
            self.heard(message)

    def _send(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            self._wait(self._to, select.POLLOUT)
            try:
                left = left[os.write(self._to, left[:_PIECE]) :]
            except BlockingIOError:
                continue
            except OSError as e:
                raise self._gone() from e

    def _received(self) -> dict[str, Any]:
        pieces = [self._buffer]
        while b"\0" not in pieces[-1]:
            self._wait(self._from, select.POLLIN)
            pieces.append(os.read(self._from, _PIECE))
            if not pieces[-1]:
                raise self._gone()
        message, _, self._buffer = b"".join(pieces).partition(b"\0")
        try:
            found = json.loads(message)
        except ValueError as e:
            raise self._gone("does not speak as Chromium does") from e
        return found if isinstance(found, dict) else {}

    def _wait(self, handle: int, events: int) -> None:
        poll = select.poll()
        poll.register(handle, events)
        left = self._until - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            self.kill()
            raise BrowserHangsError(
                f"the browser {self.program} does not answer within {self.seconds:g} s"
            )

    def _gone(self, what: str = "") -> BrowserGoneError:
        """Return the error of a browser that ended, with the last that it said."""
        if not what:
            self._end()
            what = f"ended with code {self._process.returncode}{self._last_words()}"
        return BrowserGoneError(f"the browser {self.program} {what}")

    def _last_words(self) -> str:
        self._said.seek(0)
        lines = self._said.read().decode(errors="replace").split("\n")
        last = next((each.strip() for each in reversed(lines) if each.strip()), "")
        return f" ({last})" if last else ""

    def kill(self) -> None:
        """End the browser at once; another thread that waits for it then hears that it is gone."""
        if self._process.poll() is None:
            with contextlib.suppress(OSError):
                os.killpg(self._process.pid, signal.SIGKILL)

    def close(self) -> None:
        """End the browser and remove what it kept; for the thread that speaks to it."""
        self._end()
        self._clear()

    def _end(self) -> None:
        """Close the pipe, which ends the browser, and wait; kill one that stays."""
        if self._to != _NONE:
            os.close(self._to)
            self._to = _NONE
        try:
            self._process.wait(_END_SECONDS)
        except subprocess.TimeoutExpired:
            self.kill()
            self._process.wait()

    def _clear(self) -> None:
        for handle in (self._to, self._from):
            if handle != _NONE:
                os.close(handle)
        self._to = self._from = _NONE
        self._said.close()
        for _ in range(_TRIES):  # what was killed may write for a moment
            shutil.rmtree(self._folder, ignore_errors=True)
            if not os.path.lexists(self._folder):
                break
            time.sleep(_PAUSE)


def _flags(folder: str, agent: str) -> list[str]:
    # Chromium's sandbox refuses to run as root, as in most containers. The pages are our own, run
    # no script and fetch nothing.
    root = ["--no-sandbox"] if os.geteuid() == 0 else []
    return [*_FLAGS, *root, f"--user-agent={agent}", f"--user-data-dir={folder}"]
