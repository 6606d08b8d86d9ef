"""One kernel server for several processes of a user: shared, private, and gone in time."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import stat
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
import pytest

from imgstats.errors import WorkError
from imgstats.kernels import client, manager
from imgstats.kernels import server as server_module
from imgstats.kernels.client import (
    SHARED_VARIABLE,
    SharedServer,
    WarmServer,
    can_fork,
    shared_server,
)
from imgstats.kernels.manager import short_folder
from imgstats.reporting.notebook import execute
from imgstats.reporting.warm import WARM
from tests.reporting.processes import all_gone
from tests.reporting.small_notebooks import notebook_of, printed

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(not can_fork(), reason="kernels are forked on Linux only"),
]

LONGEST_SOCKET = 108
GUEST = """
import sys, time
from imgstats.kernels.client import SharedServer, warm_server
server = warm_server("imgstats.reporting.warm")
server.wait_until_ready()
process = server.start([sys.executable, "-m", "x", "-f", {file!r}], env=dict(), cwd="/")
print(type(server).__name__, process.pid, flush=True)
time.sleep(600)
"""
OWNER = """
import time
from imgstats.kernels.client import shared_server
with shared_server("imgstats.kernels.child") as environment:
    print(environment["IMGSTATS_WARM_SERVER"], flush=True)
    time.sleep(600)
"""


@pytest.fixture(scope="module")
def owner():
    """Return a server of this process that others may use."""
    found = WarmServer(WARM)
    found.wait_until_ready()
    yield found
    found.close()


@pytest.fixture
def guest(owner, tmp_path):
    """Return another process that uses the server, the server's name for it and its kernel."""
    process = subprocess.Popen(
        [sys.executable, "-c", GUEST.format(file=str(tmp_path / "c.json"))],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, SHARED_VARIABLE: str(owner.path)},
    )
    assert process.stdout is not None
    name, pid = process.stdout.readline().split()
    yield process, name, psutil.Process(int(pid))
    process.kill()
    process.communicate()


def test_another_process_uses_the_server(owner, guest):
    _, name, kernel = guest
    assert name == "SharedServer"
    assert kernel.ppid() == owner.pid


@pytest.mark.parametrize("end", [signal.SIGKILL, signal.SIGTERM])
def test_a_guest_s_kernels_end_with_it_and_the_server_stays(owner, guest, end):
    process, _, kernel = guest
    process.send_signal(end)
    assert all_gone([kernel])
    assert owner.is_alive
    with contextlib.closing(SharedServer(str(owner.path))) as other:
        assert other.is_alive


def test_a_request_that_stops_halfway_is_given_up(monkeypatch):
    monkeypatch.setattr(server_module, "_REQUEST_SECONDS", 0.1)
    asking, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours, theirs = socket.socketpair()
    with asking, control, ours, socket.socket(socket.AF_UNIX) as listener:
        server = server_module._Server(control, listener, lambda _: None)
        with theirs:
            socket.send_fds(asking, [b"k"], [theirs.fileno()])
        ours.send(b"\0\0")  # the beginning of a length
        assert server._accept(control)
        assert not server.kernels
        assert ours.recv(1) == b""
        server.selector.close()


def _answer(line):
    size = int.from_bytes(line.recv(4), "big")
    return json.loads(line.recv(size))


@pytest.mark.parametrize("call", ["fork", "pidfd_open"])
def test_a_kernel_that_cannot_be_started_costs_no_other(monkeypatch, call):
    def fail(*_):
        raise BlockingIOError(11, "Resource temporarily unavailable")

    owner, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    line, its = socket.socketpair()
    with owner, control, line, socket.socket(socket.AF_UNIX) as listener:
        server = server_module._Server(control, listener, lambda _: time.sleep(600))
        monkeypatch.setattr(server_module, "threads_now", lambda: 1)
        monkeypatch.setattr(os, call, fail)
        server._start({"cmd": [], "env": {}, "cwd": "/"}, its)
        found = _answer(line)
        assert "Resource temporarily unavailable" in found["error"]
        assert "fewer --workers" in found["todo"]
        assert not server.kernels
        server.selector.close()


def test_an_owner_who_lives_keeps_the_folder():
    owner, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with control:
        assert not server_module._is_gone(control)
        owner.send(b"k")
        assert not server_module._is_gone(control)
        control.recv(1)
        owner.close()
        assert server_module._is_gone(control)


@pytest.mark.parametrize("letters", [20, 60, 61, 80, 81, 200])
def test_no_socket_has_a_path_that_is_too_long(monkeypatch, letters):
    def folder_in(longest):
        """Return the name that a folder would get."""
        return f"{short_folder(longest) or tempfile.gettempdir()}/imgstats-12345678"

    monkeypatch.setattr(tempfile, "tempdir", "/" + "\u00e9" * (letters // 2 - 1) + "x")
    outer = folder_in(client._LONGEST_FOLDER)
    assert len(os.fsencode(f"{outer}/s")) < LONGEST_SOCKET
    monkeypatch.setattr(tempfile, "tempdir", outer)
    inner = folder_in(manager._LONGEST_FOLDER)
    assert len(os.fsencode(f"{inner}/k-pipe")) < LONGEST_SOCKET
    # What workers write stays where the server removes it.
    assert inner.startswith(outer)


def test_the_server_and_its_socket_end_with_an_owner_who_was_killed():
    process = subprocess.Popen([sys.executable, "-c", OWNER], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    path = process.stdout.readline().strip()
    shared = SharedServer(path)
    shared.wait_until_ready()
    (Path(path).parent / "draft").mkdir()  # what a worker was writing
    servers = psutil.Process(process.pid).children()
    assert len(servers) == 1
    process.kill()
    process.communicate()
    assert all_gone(servers)
    assert not shared.is_alive
    assert not os.path.lexists(path)
    assert not Path(path).parent.exists()
    shared.close()


def test_the_block_ends_the_server_that_it_started(monkeypatch):
    monkeypatch.setattr(client, "_server", None)
    with shared_server(WARM) as environment:
        path = environment[SHARED_VARIABLE]
        server = client.warm_server(WARM)
        assert isinstance(server, WarmServer)
        process = psutil.Process(server.pid)
        assert stat.S_IMODE(Path(path).parent.stat().st_mode) == 0o700
    assert all_gone([process])
    assert not os.path.lexists(path)


def test_the_block_leaves_a_server_that_was_there(owner, monkeypatch):
    monkeypatch.setattr(client, "_server", owner)
    with shared_server(WARM) as environment:
        assert environment == {
            SHARED_VARIABLE: str(owner.path),
            "TMPDIR": str(owner.path.parent),
        }
    assert owner.is_alive


def test_a_report_does_not_see_where_the_server_is(owner, monkeypatch):
    monkeypatch.setattr(client, "_server", None)
    monkeypatch.setenv(SHARED_VARIABLE, str(owner.path))
    cell = f"import os; print(os.environ.get('{SHARED_VARIABLE}'), os.getppid())"
    executed = execute(notebook_of(cell), "small", {"x": None}, warm=True)
    assert printed(executed) == [f"None {owner.pid}"]
    client._close_server()


def test_a_process_starts_its_own_where_the_shared_one_is_gone(monkeypatch, tmp_path):
    monkeypatch.setattr(client, "_server", None)
    monkeypatch.setenv(SHARED_VARIABLE, str(tmp_path / "nobody"))
    found = client.warm_server(WARM)
    assert isinstance(found, WarmServer)
    found.close()


def test_a_server_of_another_user_is_not_used(owner, monkeypatch):
    monkeypatch.setattr(os, "getuid", lambda: 987_654)
    with pytest.raises(PermissionError, match="another user"):
        SharedServer(str(owner.path))


def test_a_guest_of_another_user_is_turned_away(monkeypatch, tmp_path):
    with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as listener:
        listener.bind(str(tmp_path / "s"))
        listener.listen()
        owner, control = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        server = server_module._Server(control, listener, lambda _: None)
        with owner, control, contextlib.closing(SharedServer(str(tmp_path / "s"))) as guest:
            monkeypatch.setattr(os, "getuid", lambda: 987_654)
            server._welcome()
            assert not server.guests
            with pytest.raises(WorkError, match="the kernel server is gone"):
                guest.wait_until_ready()
        server.selector.close()


def test_nothing_is_shared_where_kernels_are_not_forked(monkeypatch):
    monkeypatch.setattr(client, "can_fork", lambda: False)
    with shared_server(WARM) as environment:
        assert environment == {}


def test_a_server_removes_no_folder_that_was_not_made_for_it(tmp_path):
    server_module._remove(str(tmp_path / "s"))
    server_module._remove("")
    assert tmp_path.is_dir()
    folder = tmp_path / "imgstats-x"
    folder.mkdir()
    server_module._remove(str(folder / "s"))
    assert not folder.exists()
