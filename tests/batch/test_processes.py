"""Batches over real processes: a scheduler of one's own, workers that die, kills and Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager

import psutil
import pytest

from tests.batch.making import (
    environment,
    ledger_rows,
    leftovers,
    pages,
    rows_of,
    run_command,
    start_command,
    states,
    write_cohort,
    write_notebook,
)
from tests.reporting.processes import alive, all_gone, descendants

pytestmark = pytest.mark.slow
SLOW = "import time; time.sleep(0.3); print(f'score {step2_ck}, {label}')"


def until(condition, seconds=300):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.05)


def made(out):
    """Return how many reports the ledger has; 0 while there is none."""
    return states(out).get("made", 0) if (out / "ledger.sqlite").exists() else 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Return cohort, notebook and the pages of a run of sixteen that nobody disturbed."""
    folder = tmp_path_factory.mktemp("undisturbed")
    cohort = write_cohort(folder / "cohort.csv", rows_of(16))
    notebook = write_notebook(folder, SLOW)
    done = run_command("batch", cohort, "--out", folder / "out", "--notebook", notebook)
    assert done.returncode == 0, done.stderr
    return cohort, notebook, pages(folder / "out")


# --- a scheduler and workers of one's own


def _dask(*arguments):
    return subprocess.Popen(
        [sys.executable, "-m", "distributed.cli." + arguments[0], *arguments[1:]],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=environment(DASK_DISTRIBUTED__DASHBOARD__ENABLED="False"),
    )


@contextmanager
def _running_cluster(folder, port):
    """Start a real scheduler and two workers as processes, and end them."""
    address = f"tcp://127.0.0.1:{port}"
    where = ["--host", "127.0.0.1", "--no-dashboard"]
    started = [_dask("dask_scheduler", "--port", str(port), *where)]
    time.sleep(1)
    for number in range(2):
        place = folder / f"worker-{number}"
        place.mkdir()
        started.append(
            _dask(
                "dask_worker",
                address,
                "--nthreads",
                "1",
                "--no-nanny",
                "--no-dashboard",
                "--local-directory",
                str(place),
                "--memory-limit",
                "0",
            )
        )
    try:
        yield address, started[1:]
    finally:
        family = [each for one in started for each in descendants(one.pid)]
        for each in started:
            each.kill()
            each.wait()
        assert all_gone(family)


def _free_port():
    import socket

    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def test_a_cohort_goes_through_a_scheduler_and_two_workers(undisturbed, tmp_path):
    cohort, notebook, expected = undisturbed
    with _running_cluster(tmp_path, _free_port()) as (address, workers):
        done = run_command(
            "batch",
            cohort,
            "--out",
            tmp_path / "out",
            "--notebook",
            notebook,
            "--scheduler",
            address,
        )
        assert done.returncode == 0, done.stderr
        assert all(each.poll() is None for each in workers)
    assert pages(tmp_path / "out") == expected


def test_a_worker_killed_midway_costs_no_report(undisturbed, tmp_path):
    cohort, notebook, expected = undisturbed
    out = tmp_path / "out"
    with _running_cluster(tmp_path, _free_port()) as (address, workers):
        command = start_command(
            "batch", cohort, "--out", out, "--notebook", notebook, "--scheduler", address
        )
        until(lambda: made(out) >= 2)
        kernels = descendants(workers[0].pid)
        workers[0].kill()
        _, said = command.communicate(timeout=600)
        assert command.returncode == 0, said
        assert all_gone(kernels)
    assert pages(out) == expected
    assert states(out) == {"made": 16}
    assert len(list((out / "reports").iterdir())) == 16
    assert leftovers(out) == set()


def test_a_worker_of_the_command_killed_midway_costs_no_report(undisturbed, tmp_path):
    cohort, notebook, expected = undisturbed
    out = tmp_path / "out"
    command = start_command("batch", cohort, "--out", out, "--notebook", notebook, "--workers", "2")
    until(lambda: made(out) >= 2)
    workers = [each for each in descendants(command.pid) if _runs(each, "spawn_main")]
    assert len(workers) == 2
    workers[0].kill()
    _, said = command.communicate(timeout=600)
    assert command.returncode == 0, said
    assert pages(out) == expected
    assert states(out) == {"made": 16}


def test_a_killed_kernel_server_costs_the_reports_at_hand_and_no_more(undisturbed, tmp_path):
    cohort, notebook, expected = undisturbed
    out = tmp_path / "out"
    options = ("batch", cohort, "--out", out, "--notebook", notebook)
    command = start_command(*options, "--workers", "2")
    until(lambda: made(out) >= 2)
    servers = [
        each
        for each in psutil.Process(command.pid).children()
        if _runs(each, "imgstats.reporting.warm_server")
    ]
    assert len(servers) == 1, "the workers have one server among them"
    servers[0].kill()
    _, said = command.communicate(timeout=600)
    found = states(out)
    assert found["made"] >= 14, said
    assert found["made"] + found.get("failed", 0) == 16
    done = run_command(*options, "--resume")
    assert done.returncode == 0, done.stderr
    assert pages(out) == expected


def test_a_lost_scheduler_is_said_once_and_no_report_is_blamed(undisturbed, tmp_path):
    cohort, notebook, expected = undisturbed
    out = tmp_path / "out"
    options = ("batch", cohort, "--out", out, "--notebook", notebook)
    with _running_cluster(tmp_path, _free_port()) as (address, _):
        command = start_command(*options, "--scheduler", address)
        until(lambda: made(out) >= 2)
        _scheduler_of(address).kill()
        _, said = command.communicate(timeout=300)
    assert command.returncode == 1
    last = said.splitlines()[-1]
    assert "the connection to the workers was lost" in last
    assert "--resume" in last
    assert "Traceback" not in said
    assert "failed" not in states(out)
    done = run_command(*options, "--resume")
    assert done.returncode == 0, done.stderr
    assert pages(out) == expected


def _scheduler_of(address):
    """Return the process that listens there."""
    port = int(address.rpartition(":")[2])
    return next(
        each
        for each in psutil.Process().children(recursive=True)
        if any(c.status == "LISTEN" and c.laddr.port == port for c in each.net_connections("inet"))
    )


def _runs(process, what):
    try:
        return any(what in part for part in process.cmdline())
    except psutil.NoSuchProcess:
        return False


# --- ends of the command


def test_no_process_is_left_after_a_normal_end(undisturbed, tmp_path):
    cohort, notebook, _ = undisturbed
    command = start_command("batch", cohort, "--out", tmp_path / "out", "--notebook", notebook)
    until(lambda: made(tmp_path / "out") >= 1)
    family = descendants(command.pid)
    assert len(family) >= 3
    command.communicate(timeout=600)
    assert command.returncode == 0
    assert all_gone(family)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_stop_is_clean_and_says_how_to_go_on(undisturbed, tmp_path, number):
    cohort, notebook, expected = undisturbed
    out = tmp_path / "out"
    options = ("batch", cohort, "--out", out, "--notebook", notebook)
    command = start_command(*options)
    until(lambda: made(out) >= 3)
    family = descendants(command.pid)
    if number == signal.SIGINT:  # as a terminal sends it: to the whole group
        os.killpg(command.pid, number)
    else:
        command.send_signal(number)
    _, said = command.communicate(timeout=300)
    assert command.returncode == 130
    assert said.splitlines()[-1].startswith("imgstats: stopped; ")
    assert "--resume" in said.splitlines()[-1]
    assert "Traceback" not in said
    assert all_gone(family)
    assert leftovers(out) == set()
    done = run_command(*options, "--resume")
    assert done.returncode == 0, done.stderr
    assert pages(out) == expected


def test_kill_9_at_any_moment_and_resume_make_exactly_the_missing_reports(
    undisturbed, tmp_path, monkeypatch
):
    cohort, notebook, expected = undisturbed
    out = tmp_path / "out"
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setenv("TMPDIR", str(scratch))
    options = ("batch", cohort, "--out", out, "--notebook", notebook)
    before: dict[str, int] = {}
    # Right after the ledger, while reports are made, and near the end.
    moments = [
        (out / "ledger.sqlite").exists,
        lambda: made(out) >= 4,
        lambda: made(out) >= 11,
    ]
    for moment in moments:
        command = start_command(*options, "--resume")
        until(moment)
        family = descendants(command.pid)
        command.kill()
        command.communicate()
        assert all_gone(family)
        assert list(scratch.iterdir()) == [], "a killed run left something behind"
        rows = ledger_rows(out)
        for name, attempts in before.items():
            assert rows[name]["attempts"] == attempts, "a report that stood was made again"
        before = {name: row["attempts"] for name, row in rows.items() if row["state"] == "made"}
    done = run_command(*options, "--resume")
    assert done.returncode == 0, done.stderr
    assert f"{16 - len(before)} made, {len(before)} stood already" in done.stderr
    rows = ledger_rows(out)
    assert {name: rows[name]["attempts"] for name in before} == before
    assert pages(out) == expected
    assert leftovers(out) == set()


def test_a_second_batch_in_the_same_folder_is_refused(undisturbed, tmp_path):
    cohort, notebook, _ = undisturbed
    out = tmp_path / "out"
    command = start_command("batch", cohort, "--out", out, "--notebook", notebook)
    until(lambda: made(out) >= 1)
    second = run_command("batch", cohort, "--out", out, "--notebook", notebook, "--resume")
    assert second.returncode == 2
    assert "another batch is at work" in second.stderr
    _, said = command.communicate(timeout=600)
    assert command.returncode == 0, said


def test_workers_listen_on_this_machine_only_and_in_private(undisturbed, tmp_path):
    cohort, notebook, _ = undisturbed
    out = tmp_path / "out"
    command = start_command("batch", cohort, "--out", out, "--notebook", notebook)
    until(lambda: made(out) >= 1)
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
    command.communicate(timeout=600)


def _answers_without_credentials(address):
    """Say whether somebody without the command's credentials gets into a conversation."""
    import socket

    with socket.create_connection(address, timeout=5) as line:
        line.settimeout(5)
        try:
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            said = line.recv(64)
        except OSError:
            return False
    # TLS answers plain words with an alert, record type 21, and closes.
    return bool(said) and said[0] != 21
