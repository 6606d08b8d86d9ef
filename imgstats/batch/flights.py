"""Jobs on their way: handed to workers, waited for, and taken from a worker that stands still."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any

from imgstats.batch.tasks import make_report

if TYPE_CHECKING:
    from distributed import Client, Future

    from imgstats.batch.tasks import Job

__all__ = ["TRIES", "Flight", "Flights"]

# How often a job is tried where neither notebook nor values are to blame that it was lost.
TRIES = 2
# A worker ends itself before that where it still can.
_GRACE_SECONDS = 40.0
_LOOK_SECONDS = 2.0
_RESTART_SECONDS = 10.0


@dataclass(eq=False, slots=True, kw_only=True)
class Flight:
    """A job that was handed to the workers.

    Attributes
    ----------
    job : Job
        The job.
    future : distributed.Future
        What comes of it.
    number : int
        Place in the order in which they were handed over.
    tries : int
        How often it was, with this time.
    late : int
        How often its worker was taken away because the job was out for too long.
    """

    job: Job
    future: Future[Any]
    number: int
    tries: int
    late: int = 0


class Flights:
    """All jobs that workers have, and the time that each worker has gone without finishing any.

    The command keeps the time, since a process that is stopped keeps none: a worker that finishes
    nothing for as long as a report may take, and some more, is killed. Where it was started here
    or has a nanny, another one comes in its place, and the scheduler gives it the job once more.

    Parameters
    ----------
    client : distributed.Client
        Of the workers.
    """

    def __init__(self, client: Client) -> None:
        self._client = client
        self._landed: SimpleQueue[Future[Any]] = SimpleQueue()
        self._flights: dict[Any, Flight] = {}
        self._number = 0
        # By the address of a worker: what it has, and since when nothing of it has changed.
        self._standing: dict[str, tuple[frozenset[str], float]] = {}
        self._next_look = time.monotonic()

    def __len__(self) -> int:
        """Return how many jobs are on their way."""
        return len(self._flights)

    def start(self, job: Job, tries: int = 1) -> None:
        """Hand a job to the workers."""
        future = self._client.submit(make_report, job, pure=False)
        self._number += 1
        self._flights[future.key] = Flight(job=job, future=future, number=self._number, tries=tries)
        future.add_done_callback(self._landed.put)

    def landed(self) -> Flight:
        """Wait for the next job that has come to an end, and return it."""
        while True:
            self._look()
            with contextlib.suppress(Empty):
                future = self._landed.get(timeout=_LOOK_SECONDS)
                if future.key in self._flights:
                    return self._flights.pop(future.key)

    def cancel(self) -> None:
        """Leave no work behind on workers that live on."""
        futures = [each.future for each in self._flights.values()]
        with contextlib.suppress(Exception):
            self._client.cancel(futures, force=True)

    def _look(self) -> None:
        """Take workers away that stand still; look every other second."""
        now = time.monotonic()
        if now < self._next_look:
            return
        self._next_look = now + _LOOK_SECONDS
        try:
            found = self._client.processing()
        except Exception:  # noqa: BLE001  the futures will say that the scheduler is gone
            return
        for address, keys in found.items():
            mine = frozenset(keys) & self._flights.keys()
            before, since = self._standing.get(address, (frozenset(), now))
            if mine != before:
                self._standing[address] = (mine, now)
            elif mine and now - since > self._longest(mine):
                del self._standing[address]
                self._take_away(address, min(mine, key=lambda key: self._flights[key].number))

    def _longest(self, keys: frozenset[str]) -> float:
        return max(self._flights[key].job.seconds for key in keys) + _GRACE_SECONDS

    def _take_away(self, address: str, key: str) -> None:
        """Kill a worker; give up the job it is at where that cannot be, or not for the first time.

        Parameters
        ----------
        address : str
            Of the worker.
        key : str
            Of what it is at: it works on its jobs one after the other.
        """
        flight = self._flights[key]
        flight.late += 1
        taken = self._killed_here(address) or self._restarted(address)
        if not taken or flight.late >= TRIES:
            with contextlib.suppress(Exception):
                self._client.cancel([flight.future], force=True)

    def _killed_here(self, address: str) -> bool:
        workers = getattr(getattr(self._client, "cluster", None), "workers", {})
        pids = [each.pid for each in workers.values() if each.worker_address == address]
        for each in filter(None, pids):
            with contextlib.suppress(OSError):
                os.kill(each, signal.SIGKILL)
        return bool(pids)

    def _restarted(self, address: str) -> bool:
        """Ask the nanny of somebody else's worker for another one."""
        try:
            done = self._client.restart_workers(
                [address], timeout=_RESTART_SECONDS, raise_for_error=False
            )
        except Exception:  # noqa: BLE001  it has none, say
            return False
        return bool(done.get(address) == "OK")
