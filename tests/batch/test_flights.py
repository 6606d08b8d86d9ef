"""Jobs on their way, with a client that only acts like one."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest
from distributed import KilledWorker

from imgstats.batch import flights, pool
from imgstats.batch.fingerprint import Fingerprint
from imgstats.batch.tasks import Job, Made, Unmade

LATE = "own.ipynb took longer than 5 s"
BY = Fingerprint(version="1", code="2", data="3")


def job_of(key):
    return Job(
        key=key,
        parameters={},
        title="",
        made_on="",
        notebook=b"",
        notebook_name="own.ipynb",
        made_by=BY,
        seconds=5,
    )


def made(key):
    return Made(key=key, page=b"", record=b"", seconds=1, cell_seconds=1)


class FakeFuture:
    """Comes to its end when it is told what comes of it."""

    def __init__(self, key):
        self.key, self.status, self.outcome, self.calls = key, "pending", None, []

    def add_done_callback(self, call):
        self.calls.append(call)

    def end(self, outcome, status="finished"):
        if self.status == "pending":
            self.outcome, self.status = outcome, status
            for each in self.calls:
                each(self)

    def result(self):
        if isinstance(self.outcome, BaseException):
            raise self.outcome
        return self.outcome

    def release(self):
        pass


class FakeClient:
    """Has workers that do what a function says, as soon as they are looked at."""

    status = "running"

    def __init__(self, act, nanny):
        self.act, self.nanny = act, nanny
        self.futures, self.restarted, self.cluster = [], [], None

    def nthreads(self):
        return {"a": 1}

    def submit(self, _, job, pure):
        assert not pure
        future = FakeFuture(f"{job.key}-{len(self.futures)}")
        self.futures.append((future, job))
        self.act(self, future, job)
        return future

    def processing(self):
        return {"a": [future.key for future, _ in self.futures if future.status == "pending"]}

    def cancel(self, futures, force):
        assert force
        for each in futures:
            each.end(None, "cancelled")

    def restart_workers(self, addresses, timeout, raise_for_error):
        assert timeout
        assert not raise_for_error
        if not self.nanny:
            raise ValueError("no nanny")
        self.restarted += addresses
        return dict.fromkeys(addresses, "OK")


def ends(outcomes):
    """Return what lets each try of a job end with the next of its outcomes; None hangs."""

    def act(client, future, job):
        tries = sum(each.key == job.key for _, each in client.futures)
        outcome = outcomes.get(job.key, [made(job.key)])[tries - 1]
        if outcome is not None:
            add = future.add_done_callback
            future.add_done_callback = lambda call: (add(call), future.end(outcome))

    return act


@pytest.fixture
def impatient(monkeypatch):
    """Look all the time, and give up at once."""
    monkeypatch.setattr(flights, "_LOOK_SECONDS", 0.0)
    monkeypatch.setattr(flights, "_GRACE_SECONDS", -5.0)


def results_of(client: Any, jobs: Any) -> Any:
    """Return what the pool makes of jobs with a client that only pretends."""
    return pool._results(client, jobs)


def run(outcomes, keys="abc", nanny=False):
    """Return what comes of jobs, and the client."""
    client = FakeClient(ends(outcomes), nanny)
    return list(results_of(client, map(job_of, keys))), client


def test_every_job_comes_once():
    found, client = run({})
    assert sorted(each.key for each in found) == ["a", "b", "c"]
    assert len(client.futures) == 3


def test_a_lost_kernel_gets_one_more_try():
    lost = Unmade(key="b", reason="the kernel gave up", again=True)
    found, client = run({"b": [lost, made("b")]})
    assert {type(each) for each in found} == {Made}
    assert len(client.futures) == 4
    found, client = run({"b": [lost, lost]})
    assert [each for each in found if isinstance(each, Unmade)] == [lost]
    assert len(client.futures) == 4


def test_a_failing_cell_gets_none():
    failed = Unmade(key="b", reason="cell 3 failed")
    found, client = run({"b": [failed]})
    assert failed in found
    assert len(client.futures) == 3


@pytest.mark.usefixtures("impatient")
def test_what_hangs_on_a_worker_that_nobody_can_end_gets_one_more_try():
    found, client = run({"b": [None, made("b")]})
    assert {type(each) for each in found} == {Made}
    assert len(client.futures) == 4
    found, _ = run({"b": [None, None]})
    assert [each.reason for each in found if isinstance(each, Unmade)] == [LATE]


@pytest.mark.usefixtures("impatient")
def test_what_hangs_twice_where_workers_come_again_took_too_long():
    found, client = run({"b": [None]}, nanny=True)
    assert client.restarted == ["a", "a"]
    assert [each.reason for each in found if isinstance(each, Unmade)] == [LATE]
    assert len(client.futures) == 3


@pytest.mark.usefixtures("impatient")
def test_a_worker_of_this_machine_is_killed():
    with contextlib.ExitStack() as stack:
        process = stack.enter_context(
            subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
        )
        stack.callback(process.kill)
        nanny = SimpleNamespace(pid=process.pid, worker_address="a")
        client: Any = FakeClient(ends({"a": [None]}), nanny=False)
        client.cluster = SimpleNamespace(workers={0: nanny})
        found = list(results_of(client, iter([job_of("a")])))
        assert process.wait() == -9
    assert found == [Unmade(key="a", reason=LATE)]


def test_a_worker_that_died_too_often_is_told():
    worker: Any = SimpleNamespace(address="a")
    died = KilledWorker("b", worker, 1)
    found, _ = run({"b": [died]})
    assert Unmade(key="b", reason="its worker died 2 times") in found


def test_whoever_stops_early_leaves_no_work_behind():
    client = FakeClient(ends({"b": [None]}), nanny=False)
    results = results_of(client, map(job_of, "ab"))
    assert next(results).key == "a"
    results.close()
    assert client.futures[1][0].status == "cancelled"
