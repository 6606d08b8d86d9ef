"""Jobs to Dask workers and results back, a bounded number at a time."""

from __future__ import annotations

import contextlib
import logging
import re
from functools import partial
from typing import TYPE_CHECKING, Any

from imgstats.batch.flights import TRIES, Flights
from imgstats.batch.summarize import index_files
from imgstats.batch.tasks import Unmade, make_index, one_line, warm_up
from imgstats.batch.work import Work
from imgstats.errors import ImgstatsError, InputError, WorkError
from imgstats.kernels.limits import need_files
from imgstats.workers.cluster import wait_for_a_worker

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from distributed import Client

    from imgstats.batch.fingerprint import Fingerprint
    from imgstats.batch.flights import Flight
    from imgstats.batch.tasks import Job, Made, MadePlan
    from imgstats.reporting.cohort.index import IndexFiles

__all__ = ["check_scheduler", "connected", "dask_work"]

_ADDRESS = re.compile(r"(tcp|tls)://([\w.-]+|\[[0-9a-fA-F:.%]+\]):(?P<port>[0-9]{1,5})")
_LAST_PORT = 65_535
_TALKATIVE = {"asyncio", "distributed", "tornado"}
_CONNECT_SECONDS = 15
# Jobs in flight for each worker: one that runs and one that waits for its turn.
_EACH = 2
# Files that are open at once here, and those of each worker: lines to it and to its nanny.
_FILES, _FILES_OF_A_WORKER = 64, 16
# After so long the index is made here: the worker that has it may have been stopped.
_INDEX_SECONDS = 600


def check_scheduler(address: str) -> None:
    """Refuse what is no address of a scheduler, before anybody waits for an answer from there.

    Raises
    ------
    InputError
        If so.

    Examples
    --------
    >>> check_scheduler("tcp://127.0.0.1:8786")
    """
    found = _ADDRESS.fullmatch(address)
    if not found or not 0 < int(found["port"]) <= _LAST_PORT:
        raise InputError(
            f"--scheduler is {address!r}",
            "tcp:// or tls://, a host, a colon and a port, such as tcp://127.0.0.1:8786",
            "`dask scheduler` prints its address when it starts",
        )


@contextlib.contextmanager
def connected(
    scheduler: str | None, workers: int, environment: Mapping[str, str]
) -> Iterator[Client]:
    """Return a client of a running scheduler, or of workers started here and ended with the block.

    Parameters
    ----------
    scheduler : str or None
        Address such as ``tcp://host:8786``; None starts workers on this machine.
    workers : int
        How many to start.
    environment : mapping of str to str
        Variables for those that are started.

    Raises
    ------
    InputError
        If no scheduler answers at the address.
    WorkError
        If the workers do not start, or too few files may be open for them.
    """
    if scheduler is None:
        from imgstats.workers.cluster import local_cluster

        need_files(_FILES + _FILES_OF_A_WORKER * workers, "give fewer --workers")
        with local_cluster(workers, environment=environment) as client:
            yield client
        return
    try:
        from distributed import Client
    except Exception as e:  # a broken file of settings makes Dask raise all sorts
        raise InputError(
            f"Dask cannot be imported ({e})",
            "settings that it can read, since they say how to reach a scheduler",
            "mend or remove the file, or leave --scheduler out",
        ) from e
    try:
        client = Client(scheduler, timeout=_CONNECT_SECONDS, set_as_default=False)
    except (OSError, ValueError, TypeError) as e:
        raise InputError(
            f"no scheduler answers at {scheduler} ({e})",
            "the address of a running one, such as tcp://127.0.0.1:8786",
            "start one with `dask scheduler`, or leave --scheduler out",
        ) from e
    with _quiet(), client:
        yield client


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep what Dask logs off the terminal: what matters is raised."""
    # Each by itself: Dask gives many of them a level of their own.
    loggers = [
        logging.getLogger(name)
        for name in list(logging.root.manager.loggerDict)
        if name.partition(".")[0] in _TALKATIVE
    ]
    before = [each.level for each in loggers]
    for each in loggers:
        each.setLevel(logging.CRITICAL + 1)
    try:
        yield
    finally:
        for each, level in zip(loggers, before, strict=True):
            each.setLevel(level)


@contextlib.contextmanager
def dask_work(
    wanted: int,
    *,
    workers: int,
    scheduler: str | None,
    environment: Mapping[str, str],
    made_by: Fingerprint,
    plans: bool = False,
) -> Iterator[Work]:
    """Have Dask's workers do the work of a batch; of no reports, make the index in this process.

    Parameters
    ----------
    wanted : int
        Number of reports and plans.
    workers : int
        How many to start on this machine, at most one for each of them.
    scheduler : str or None
        Address of a running scheduler, whose workers are used instead.
    environment : mapping of str to str
        Variables for processes that are started here.
    made_by : Fingerprint
        Package and data that every worker must have.
    plans : bool
        Whether plans are among the work.

    Raises
    ------
    InputError, WorkError
        If no scheduler answers, or the workers do not start or cannot make the same reports.
    """
    if not wanted:
        yield Work(reports=_none, index=index_files)
        return
    with connected(scheduler, min(workers, wanted), environment) as client:
        _check_workers(client, made_by, plans=plans)
        yield Work(reports=partial(_results, client), index=partial(_index_of, client))


def _none(_: Iterator[Job]) -> Generator[Made | MadePlan | Unmade]:
    yield from ()


def _check_workers(client: Client, made_by: Fingerprint, *, plans: bool) -> None:
    """Have every worker start its kernel server, and refuse those with another package or data.

    Raises
    ------
    WorkError
        If no worker is there, or one cannot make the same reports.
    """
    wait_for_a_worker(client)
    found = client.run(warm_up, plans=plans, on_error="return")
    for address, each in found.items():
        if isinstance(each, Exception):
            raise WorkError(
                f"the worker {address} cannot make reports ({type(each).__name__}: {each})",
                todo="install the same imgstats[batch] there",
            )
        if each != made_by:
            raise WorkError(
                f"the worker {address} has {_words(each)}",
                _words(made_by),
                "install the same version and data on every machine",
            )


def _words(made_by: Fingerprint) -> str:
    return f"imgstats {made_by.version}, code {made_by.code[:12]} and data {made_by.data[:12]}"


def _results(client: Client, jobs: Iterator[Job]) -> Generator[Made | MadePlan | Unmade]:
    """Return what comes of each job as it comes.

    Parameters
    ----------
    client : Client
        Of the workers.
    jobs : iterator of Job
        Taken one by one, so that not all of a large cohort wait in memory.
    """
    flights = Flights(client)

    def start(job: Job | None, tries: int = 1) -> None:
        if job is not None:
            with _still_there(client):
                flights.start(job, tries)

    try:
        for _ in range(_in_flight(client)):
            start(next(jobs, None))
        while flights:
            flight = flights.landed()
            found = _result(client, flight)
            flight.future.release()
            if isinstance(found, Unmade) and found.again and flight.tries < TRIES:
                start(flight.job, flight.tries + 1)
                continue
            yield found
            start(next(jobs, None))
    finally:
        flights.cancel()


def _in_flight(client: Client) -> int:
    return _EACH * max(1, int(sum(client.nthreads().values())))


def _result(client: Client, flight: Flight) -> Made | MadePlan | Unmade:
    from distributed import KilledWorker

    if flight.late and flight.future.status != "finished":
        reason = f"{flight.job.notebook_name} took longer than {flight.job.seconds:g} s"
        return Unmade.of(flight.job, one_line(reason), again=flight.late < TRIES)
    try:
        with _still_there(client):
            found: Made | MadePlan | Unmade = flight.future.result()
    except KilledWorker as e:
        return Unmade.of(flight.job, f"its worker died {e.allowed_failures + 1} times")
    except ImgstatsError:
        raise
    except Exception as e:  # noqa: BLE001  a result that was lost with its worker, or cannot travel
        reason = one_line(f"the worker did not live to finish it ({type(e).__name__}: {e})")
        return Unmade.of(flight.job, reason)
    return found


@contextlib.contextmanager
def _still_there(client: Client) -> Iterator[None]:
    """Tell a scheduler that is gone from a report that cannot be made.

    Raises
    ------
    WorkError
        If it is gone.
    """
    from asyncio import CancelledError as Cancelled
    from concurrent.futures import CancelledError

    from distributed.client import ClosedClientError
    from distributed.comm.core import CommClosedError

    try:
        yield
    except (Cancelled, CancelledError, ClosedClientError, CommClosedError) as e:
        raise _lost(e) from e
    except Exception as e:
        if client.status == "running":
            raise
        raise _lost(e) from e


def _lost(why: BaseException) -> WorkError:
    return WorkError(
        f"the connection to the workers was lost ({type(why).__name__})",
        todo="see that they run, then run the same command with --resume",
    )


def _index_of(client: Client, summary: bytes, **about: Any) -> IndexFiles:  # noqa: ANN401  as below
    """Have a worker make the index, since its kernel server is warm; else make it here.

    Parameters
    ----------
    client : Client
        Of the workers.
    summary, title, made_on
        As in `index_files`.
    """
    try:
        future = client.submit(make_index, summary, **about, pure=False)
        found: IndexFiles = future.result(timeout=_INDEX_SECONDS)
    except InputError:
        raise
    except Exception:  # noqa: BLE001  the reports are made: they get their index, if a little later
        return index_files(summary, **about)
    return found
