"""Batches over real processes: a scheduler of one's own, workers that die, kills and Ctrl-C.

Every moment is one of the ledger's: a gate in the notebook holds the reports back that come after
it, so that what is done to the processes is done in the middle on any machine.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from contextlib import contextmanager, suppress

import psutil
import pytest
from distributed import Client

from imgstats.batch import flights
from imgstats.batch.run import run_batch
from imgstats.errors import InputError
from tests.batch.making import (
    EPOCH,
    GATED,
    Gate,
    environment,
    ledger_rows,
    leftovers,
    made,
    pages,
    rows_of,
    run_command,
    start_command,
    states,
    working,
    write_cohort,
    write_notebook,
)
from tests.patience import PATIENCE
from tests.reporting.processes import alive, all_gone, descendants, semaphores
from tests.waiting import until

pytestmark = pytest.mark.slow
COUNT = 8


class Bench:
    """A cohort, a notebook with a gate, and commands over them into a folder."""

    def __init__(self, inputs, folder, name="out"):
        self.inputs, self.folder = inputs, folder
        self.cohort, self.notebook = inputs
        self.out = folder / name
        self.gate = Gate(folder)
        self.running = []

    def beside(self, name):
        """Return the same with another folder for the batch."""
        found = Bench(self.inputs, self.folder, name)
        found.running = self.running
        return found

    def _arguments(self, options):
        return ("batch", self.cohort, "--out", self.out, "--notebook", self.notebook, *options)

    def start(self, *options):
        command = start_command(*self._arguments(options), **self.gate.environment)
        self.running.append(command)
        return command

    def run(self, *options):
        return run_command(*self._arguments(options), **self.gate.environment)

    def until_made(self, command, count):
        """Let so many reports through and wait until the ledger has them."""
        self.gate.let(count)
        until(lambda: made(self.out) >= count, command)

    def finish(self, command):
        """Let all reports through and return what the command said."""
        self.gate.open()
        return command.communicate(timeout=PATIENCE)[1]

    def left_to_make(self):
        """Return how many a resumed run would make, and how many it would keep."""
        options = {"notebook": self.notebook, "resume": True, "dry_run": True}
        found = run_batch(self.cohort, self.out, **options)
        return found.wanted, found.kept


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    return write_cohort(folder / "cohort.csv", rows_of(COUNT)), write_notebook(folder, GATED)


@pytest.fixture
def bench(inputs, tmp_path):
    found = Bench(inputs, tmp_path)
    yield found
    for each in found.running:
        if each.poll() is None:
            each.kill()
            each.communicate()


@pytest.fixture(scope="module")
def expected(inputs, tmp_path_factory):
    """Return the pages of a run that nobody disturbed, while it was looked at from outside."""
    bench = Bench(inputs, tmp_path_factory.mktemp("undisturbed"))
    command = bench.start("--workers", "1")
    bench.until_made(command, 1)
    _refuses_a_second(bench)
    _listens_in_private(command)
    family = descendants(command.pid)
    assert len(family) >= 3
    said = bench.finish(command)
    assert command.returncode == 0, said
    assert all_gone(family)
    return pages(bench.out)


# --- a run that nobody disturbs


def test_a_run_is_private_and_alone_and_leaves_no_process(expected):
    # What it is while it runs is looked at where it is made.
    assert len(expected) == COUNT


def _refuses_a_second(bench):
    with pytest.raises(InputError, match="another batch is at work"):
        run_batch(bench.cohort, bench.out, resume=True, opening=working())


def _listens_in_private(command):
    family = alive([psutil.Process(command.pid), *descendants(command.pid)])
    heard = [
        each.laddr
        for process in family
        for each in process.net_connections("inet")
        if each.status == "LISTEN"
    ]
    assert heard
    assert {address.ip for address in heard} == {"127.0.0.1"}
    for address in heard:
        assert _answers_without_credentials(address) is False, address


def _answers_without_credentials(address):
    """Say whether somebody without the command's credentials gets into a conversation."""
    with socket.create_connection(address, timeout=PATIENCE) as line:
        try:
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            said = line.recv(64)
        except OSError:
            return False
    # TLS answers plain words with an alert, record type 21, and closes.
    return bool(said) and said[0] != 21


# --- a scheduler and workers of one's own


def _dask(gate, *arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(DASK_DISTRIBUTED__DASHBOARD__ENABLED="False", **gate.environment),
    )


@contextmanager
def _running_cluster(bench, workers):
    """Start a real scheduler and workers as processes, and end them."""
    file = bench.folder / "scheduler.json"
    where = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [
        _dask(bench.gate, "dask_scheduler", "--port", "0", "--scheduler-file", str(file), *where)
    ]
    try:
        until(file.exists, started[0])
        for number in range(workers):
            place = bench.folder / f"worker-{number}"
            place.mkdir()
            options = ["--nthreads", "1", "--no-nanny", "--no-dashboard", "--memory-limit", "0"]
            options += ["--scheduler-file", str(file), "--local-directory", str(place)]
            started.append(_dask(bench.gate, "dask_worker", *options))
        address = _address(file)
        with Client(address, timeout=PATIENCE, set_as_default=False) as client:
            client.wait_for_workers(workers, timeout=PATIENCE)
        yield address, started
    finally:
        family = [each for one in started for each in descendants(one.pid)]
        for each in started:
            each.kill()
            each.wait()
        assert all_gone(family)


def _address(file):
    found = []

    def read():
        with suppress(ValueError, KeyError):  # it is at this moment being written
            found.append(json.loads(file.read_text())["address"])
        return bool(found)

    until(read)
    return found[0]


def test_a_scheduler_of_ones_own_is_used_and_what_it_loses_costs_no_report(bench, expected):
    with _running_cluster(bench, 2) as (address, (scheduler, killed, other)):
        _a_killed_worker_costs_no_report(bench, address, killed, expected)
        assert other.poll() is None  # it belongs to somebody else
        second = bench.beside("second")
        _a_lost_scheduler_is_said_once(second, address, scheduler, expected)


def _a_killed_worker_costs_no_report(bench, address, killed, expected):
    command = bench.start("--scheduler", address)
    bench.until_made(command, 2)
    kernels = descendants(killed.pid)
    assert kernels
    killed.kill()
    said = bench.finish(command)
    assert command.returncode == 0, said
    assert all_gone(kernels)
    assert pages(bench.out) == expected
    assert states(bench.out) == {"made": COUNT}
    assert len(list((bench.out / "reports").iterdir())) == COUNT
    assert leftovers(bench.out) == set()


def _a_lost_scheduler_is_said_once(bench, address, scheduler, expected):
    command = bench.start("--scheduler", address)
    bench.until_made(command, 2)
    scheduler.kill()
    said = command.communicate(timeout=PATIENCE)[1]
    assert command.returncode == 1
    last = said.splitlines()[-1]
    assert "the connection to the workers was lost" in last
    assert "--resume" in last
    assert "Traceback" not in said
    assert "failed" not in states(bench.out)
    assert bench.left_to_make() == (COUNT - 2, 2)
    assert pages(bench.out).items() <= expected.items()


# --- workers and kernel server of the command


def _runs(process, what):
    try:
        return any(what in part for part in process.cmdline())
    except psutil.NoSuchProcess:
        return False


def _servers(process):
    """Return kernel servers and kernels that a process has under it."""
    return [each for each in descendants(process.pid) if _runs(each, "imgstats.kernels.server")]


def _children(process):
    """Return the children of a process, none of one that is gone."""
    with suppress(psutil.NoSuchProcess):
        return process.children()
    return []


def test_killed_kernels_their_server_and_a_worker_cost_no_report(bench, expected):
    # One after the other, each with reports in the middle that nothing befell before.
    command = bench.start("--workers", "2")
    workers = _two_workers(command)
    server = _kill_the_kernels(bench, command)
    _kill_the_server(bench, command, server, workers)
    workers[0].kill()
    said = bench.finish(command)
    assert command.returncode == 0, said
    assert states(bench.out) == {"made": COUNT}, said
    assert pages(bench.out) == expected


def _two_workers(command):
    def find():
        found[:] = [each for each in descendants(command.pid) if _runs(each, "spawn_main")]
        return len(found) == 2

    found: list[psutil.Process] = []
    until(find, command)
    return found


def _kill_the_kernels(bench, command):
    """Kill the kernels of the first reports; return the server, which makes others."""
    children = psutil.Process(command.pid).children()
    (server,) = [each for each in children if _runs(each, "imgstats.kernels.server")]
    until(lambda: len(server.children()) == 2, command)
    killed = server.children()
    for each in killed:
        each.kill()
    # Before that, a report that is held back might come before one that is tried again.
    until(lambda: len({*server.children()} - {*killed}) == 2, command)
    bench.until_made(command, COUNT // 2)
    assert server.is_running(), "the workers have one server among them"
    return server


def _kill_the_server(bench, command, server, workers):
    """Kill the server in the middle of two reports, and wait until the workers have their own."""
    until(lambda: len(_children(server)) == 2, command)
    assert [_servers(each) for each in workers] == [[], []]
    server.kill()
    # A server and its kernel each.
    until(lambda: all(len(_servers(each)) >= 2 for each in workers), command)
    assert made(bench.out) == COUNT // 2


def test_a_stopped_worker_holds_nobody_up(bench, expected, monkeypatch):
    # The time for a report is long, so that a slow machine fails none, and the patience is short.
    monkeypatch.setattr(flights, "_GRACE_SECONDS", 15 - PATIENCE)
    for name, value in {"SOURCE_DATE_EPOCH": EPOCH, **bench.gate.environment}.items():
        monkeypatch.setenv(name, value)
    stopped: list[int] = []

    def stop(standing):
        if standing.made == 1 and not stopped:
            workers = [each for each in descendants(os.getpid()) if _runs(each, "spawn_main")]
            workers[0].suspend()
            stopped.append(workers[0])

    bench.gate.open()
    options = {"workers": 2, "notebook": bench.notebook, "seconds": PATIENCE, "progress": stop}
    result = run_batch(bench.cohort, bench.out, **options)
    assert (result.made, result.failed) == (COUNT, ())
    assert all_gone(stopped)
    assert pages(bench.out) == expected


# --- ends of the command


@pytest.mark.parametrize(
    ("number", "workers"), [(signal.SIGINT, 2), (signal.SIGTERM, 1), (signal.SIGHUP, 1)]
)
def test_a_stop_is_clean_and_says_how_to_go_on(bench, expected, number, workers):
    known = semaphores()
    command = bench.start("--workers", str(workers))
    bench.until_made(command, 3)
    family = descendants(command.pid)
    if number != signal.SIGTERM:  # as a terminal sends them: to the whole group
        os.killpg(command.pid, number)
    else:
        command.send_signal(number)
    said = command.communicate(timeout=PATIENCE)[1]
    assert command.returncode == 130
    assert said.splitlines()[-1].startswith("imgstats: stopped; ")
    assert "--resume" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert all_gone(family)
    assert leftovers(bench.out) == set()
    until(lambda: semaphores() <= known)
    assert bench.left_to_make() == (COUNT - 3, 3)
    assert pages(bench.out).items() <= expected.items()


def test_kill_9_at_any_moment_and_resume_make_exactly_the_missing_reports(
    bench, expected, monkeypatch
):
    scratch = bench.folder / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    before: dict[str, int] = {}
    # Right after the ledger, and while reports are made.
    for count in (0, 3):
        command = bench.start("--resume", "--workers", "1")
        until(bench.out.joinpath("ledger.sqlite").exists, command)
        bench.until_made(command, count)
        family = descendants(command.pid)
        command.kill()
        command.communicate()
        assert all_gone(family)
        assert list(scratch.iterdir()) == [], "a killed run left something behind"
        rows = ledger_rows(bench.out)
        for name, attempts in before.items():
            assert rows[name]["attempts"] == attempts, "a report that stood was made again"
        before = {name: row["attempts"] for name, row in rows.items() if row["state"] == "made"}
        assert len(before) == count
    bench.gate.open()
    done = bench.run("--resume", "--workers", "1")
    assert done.returncode == 0, done.stderr
    assert f"{COUNT - 3} made, 3 kept from before" in done.stderr
    rows = ledger_rows(bench.out)
    assert {name: rows[name]["attempts"] for name in before} == before
    assert pages(bench.out) == expected
    assert leftovers(bench.out) == set()
