"""The workers of a cluster: private, without web pages, and gone with whoever started them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from imgstats.errors import InputError, WorkError
from imgstats.workers.cluster import ENVIRONMENT, local_cluster
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow

# Says that the workers stand, and then waits for whatever comes.
_WAITING = """
import os, sys, time
from imgstats.workers.cluster import local_cluster
with local_cluster({workers}) as client:
    client.submit(os.getpid).result()
    print("up", flush=True)
    {then}
"""


def listening(process):
    found = [each for each in process.net_connections() if each.status == psutil.CONN_LISTEN]
    return [each.laddr for each in found]


def workers_of(process):
    return [
        each
        for each in process.children(recursive=True)
        if "spawn_main" in " ".join(each.cmdline())
    ]


@pytest.fixture
def started(tmp_path):
    """Return a function that runs a program with a cluster; it is ended afterwards."""
    running = []

    def start(then, workers=1):
        process = subprocess.Popen(
            [sys.executable, "-c", _WAITING.format(then=then, workers=workers)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env={**os.environ, "TMPDIR": str(tmp_path)},
            start_new_session=True,
        )
        running.append(process)
        assert process.stdout is not None
        assert process.stdout.readline() == "up\n"
        return process, psutil.Process(process.pid).children(recursive=True)

    yield start
    for process in running:
        process.kill()
        process.communicate()


def ended(processes):
    """Wait until none of some processes lives; return those that do."""
    return psutil.wait_procs(processes, timeout=PATIENCE)[1]


@pytest.fixture(scope="module")
def client():
    with local_cluster(2) as client:
        yield client


def test_every_worker_has_one_thread_and_no_spilling(client):
    workers = client.scheduler_info()["workers"].values()
    assert [(each["nthreads"], each["memory_limit"]) for each in workers] == [(1, 0), (1, 0)]


def test_no_process_is_woken_all_the_time(client):
    waits = client.run(lambda dask_worker: dask_worker.periodic_callbacks["tick"].callback_time)
    ours = client.cluster.scheduler.periodic_callbacks["tick"].callback_time
    assert {ours, *waits.values()} == {1000}


def test_every_address_is_of_this_machine_over_tls(client):
    info = client.scheduler_info()
    addresses = [info["address"], *info["workers"]]
    assert all(each.startswith("tls://127.0.0.1:") for each in addresses)


def test_no_web_page_is_served(client):
    me = psutil.Process()
    ports = [each for process in (me, *workers_of(me)) for each in listening(process)]
    assert {each.ip for each in ports} == {"127.0.0.1"}
    workers = client.scheduler_info()["workers"]
    nodes = [client.scheduler.address, *workers, *(each["nanny"] for each in workers.values())]
    assert {each.port for each in ports} == {int(each.rpartition(":")[2]) for each in nodes}


@pytest.mark.parametrize("protocol", ["tcp", "tls"])
def test_a_stranger_with_no_or_other_credentials_is_not_served(client, protocol):
    from distributed import Client
    from distributed.security import Security

    address = client.scheduler.address.replace("tls://", f"{protocol}://")
    security = Security.temporary() if protocol == "tls" else None
    with pytest.raises(OSError, match=r"reset|closed|Timed out|certificate"):
        Client(address, security=security, timeout="2s")


def test_the_workers_have_the_environment_and_the_parent_keeps_its_own(client):
    def environment():
        import os

        return dict(os.environ)

    found = client.submit(environment, pure=False).result()
    assert {name: found[name] for name in ENVIRONMENT} == ENVIRONMENT


def _child_of_an_interrupted(client):
    """Interrupt a worker, and return what becomes of its child that interrupts itself."""

    def interrupted():
        import signal
        import subprocess
        import sys

        signal.raise_signal(signal.SIGINT)
        child = "import signal; signal.raise_signal(signal.SIGINT); print('deaf')"
        done = subprocess.run([sys.executable, "-c", child], capture_output=True, check=False)
        return done.returncode, done.stdout

    return client.submit(interrupted, pure=False).result()


def test_a_worker_hears_no_ctrl_c_and_its_children_do(client):
    assert _child_of_an_interrupted(client) == (-signal.SIGINT, b"")


def test_so_it_is_where_a_shell_started_the_command_deaf():
    """A command in the background of a script ignores Ctrl-C, and passes that on unless told."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with local_cluster(1) as client:
            found = _child_of_an_interrupted(client)
    finally:
        signal.signal(signal.SIGINT, before)
    assert found == (-signal.SIGINT, b"")


def test_after_the_block_nothing_is_left(monkeypatch, tmp_path):
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before, environment = set(workers_of(psutil.Process())), dict(os.environ)
    with local_cluster(1) as client:
        assert client.submit(os.getpid, pure=False).result() != os.getpid()
        (folder,) = Path(tmp_path).iterdir()
        assert folder.stat().st_mode & 0o777 == 0o700
        mine = [each for each in workers_of(psutil.Process()) if each not in before]
        assert len(mine) == 1
    assert ended(mine) == []
    assert list(Path(tmp_path).iterdir()) == []
    assert dict(os.environ) == environment


def test_an_exception_ends_the_workers_and_comes_through():
    before: set[psutil.Process] = set(workers_of(psutil.Process()))
    mine: list[psutil.Process] = []

    def fail():
        mine.extend(each for each in workers_of(psutil.Process()) if each not in before)
        raise OSError("mine")  # and is not taken for a cluster that did not start

    with pytest.raises(OSError, match=r"^mine$"), local_cluster(1):
        fail()
    assert len(mine) == 1
    assert ended(mine) == []


def test_a_task_that_takes_its_worker_down_is_given_up():
    from distributed import KilledWorker

    with local_cluster(1, allowed_failures=1) as client:
        with pytest.raises(KilledWorker):
            client.submit(os._exit, 3, pure=False).result(timeout=PATIENCE)
        assert client.submit(os.getpid, pure=False).result(timeout=PATIENCE)


def test_a_normal_end_leaves_no_process_and_no_word(started, tmp_path):
    process, children = started("pass")
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (0, "", "")
    assert ended(children) == []
    assert list(tmp_path.iterdir()) == []


def test_ctrl_c_in_a_terminal_ends_all(started, tmp_path):
    process, children = started("time.sleep(60)", workers=2)
    os.killpg(process.pid, signal.SIGINT)
    _, err = process.communicate(timeout=PATIENCE)
    assert err.splitlines()[-1] == "KeyboardInterrupt"
    assert err.count("Traceback") == 1  # the workers say nothing
    assert ended(children) == []
    assert list(tmp_path.iterdir()) == []


def test_a_killed_parent_takes_its_workers_along(started):
    process, children = started("time.sleep(60)")
    assert len(children) >= 2
    process.kill()
    assert ended(children) == []


def test_no_worker_is_no_cluster():
    with pytest.raises(InputError, match="workers is 0; allowed: a whole number from 1"):
        local_cluster(0).__enter__()


def test_workers_that_do_not_start_are_failed_work(monkeypatch):
    def refuse(*_, **__):
        raise OSError("no processes left")

    monkeypatch.setattr("imgstats.workers.cluster._cluster", refuse)
    with pytest.raises(WorkError, match=r"the workers did not start .*no processes left"):
        local_cluster(1).__enter__()


def test_a_missing_package_is_named(monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "cryptography" or None)
    with pytest.raises(InputError, match=r"cryptography not installed; .*'batch'"):
        local_cluster(1).__enter__()
