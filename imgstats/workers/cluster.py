"""`local_cluster`: worker processes on this machine, by Dask `distributed`, and gone afterwards."""

from __future__ import annotations

import logging
import signal
import threading
from contextlib import ExitStack, contextmanager
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from imgstats.errors import InputError, WorkError
from imgstats.extras import need_packages
from imgstats.processors import ONE_THREAD, restored
from imgstats.workers.settings import WORKER_VARIABLE, import_dask, stock_settings
from imgstats.workers.signals import undisturbed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from distributed import Client

__all__ = ["ENVIRONMENT", "local_cluster", "wait_for_a_worker"]

_HOST = "127.0.0.1"
# One thread a worker: whoever wants more takes more workers. pyarrow's allocator and the linear
# algebra would start threads of their own, and what a worker forks must have none.
ENVIRONMENT = {**ONE_THREAD, "PYTHONHASHSEED": "0"}
_WORKER_SECONDS = 60
_CONNECT = "60s"


@contextmanager
def local_cluster(
    workers: int, *, allowed_failures: int = 1, environment: Mapping[str, str] | None = None
) -> Iterator[Client]:
    """Start worker processes and end them with the block, whatever happens in it.

    Parameters
    ----------
    workers : int
        Number of processes, each with one thread.
    allowed_failures : int
        How often a task may take its worker down before the task is given up.
    environment : mapping of str to str, optional
        More variables for the workers.

    Yields
    ------
    distributed.Client
        Where tasks are submitted.

    Raises
    ------
    InputError
        If `workers` is less than 1, or the extra 'batch' is not installed.
    WorkError
        If the workers do not start.

    Notes
    -----
    Everything goes over TLS between addresses of this machine, with credentials that are made for
    this block and stand in no file. No web server is started, and nothing is written but into a
    private temporary folder. A worker ends when the process that started it does, even if that is
    killed. What a person has set for Dask, in files or variables, does not matter. Processes are
    spawned, which imports ``__main__`` again: a script must do its work under
    ``if __name__ == "__main__":``.
    """
    if workers < 1:
        raise InputError(f"workers is {workers}", "a whole number from 1", "leave it out")
    need_packages("batch", "cryptography", "distributed", otherwise="--workers 1")
    started = ExitStack()
    try:
        # Half-started workers cannot be ended properly, and half-ended ones say so.
        with undisturbed():
            client = _started(started, workers, allowed_failures, environment or {})
        yield client
    finally:
        with undisturbed():
            started.close()


def _started(
    stack: ExitStack, workers: int, allowed_failures: int, environment: Mapping[str, str]
) -> Client:
    """Start everything; the stack then holds what has to be ended."""
    import_dask()
    import dask

    stack.enter_context(restored([*ENVIRONMENT, WORKER_VARIABLE]))
    place = environment.get("TMPDIR")
    try:
        folder = stack.enter_context(TemporaryDirectory(prefix="imgstats-workers-", dir=place))
        stack.enter_context(stock_settings())
        stack.enter_context(dask.config.set(_settings(folder)))
        loop = stack.enter_context(_deaf_loop())
        options = _worker_options(folder, {**ENVIRONMENT, **environment})
        cluster = stack.enter_context(_cluster(workers, allowed_failures, options, loop))
        client: Client = stack.enter_context(_client(cluster, loop))
    except (OSError, RuntimeError, ValueError) as e:
        raise WorkError(
            f"the workers did not start ({type(e).__name__}: {e})",
            "",
            "free memory and space for temporary files"
            + (", or run again with --workers 1" if workers > 1 else ""),
        ) from e
    return client


def _settings(folder: str) -> dict[str, Any]:
    """Return what Dask reads from its configuration only."""
    return {
        "temporary-directory": folder,
        # These have to be there before a worker's Python starts.
        "distributed.nanny.pre-spawn-environ": {**ENVIRONMENT, WORKER_VARIABLE: "1"},
        "distributed.comm.timeouts.connect": _CONNECT,
        "distributed.diagnostics.erred-tasks.max-history": 0,
        "distributed.worker.profile.enabled": False,
        # Each of these wakes every process all the time: ticks alone fifty times a second.
        "distributed.admin.system-monitor.interval": "10s",
        "distributed.admin.tick.interval": "1s",
        "distributed.worker.multiprocessing-method": "spawn",
    }


def _worker_options(folder: str, environment: dict[str, str]) -> dict[str, Any]:
    from imgstats.workers.nodes import PlainWorker

    return {
        "host": _HOST,
        "protocol": "tls",
        "nthreads": 1,
        "memory_limit": 0,  # no spilling to disk, no restarts: a task's memory is bounded
        "local_directory": folder,
        "env": environment,
        "worker_class": PlainWorker,
        "silence_logs": logging.CRITICAL,
        "dashboard": False,
    }


def _cluster(workers: int, allowed_failures: int, options: dict[str, Any], loop: object) -> Any:  # noqa: ANN401  distributed has no types
    from distributed import Nanny, SpecCluster
    from distributed.security import Security

    from imgstats.workers.nodes import PlainScheduler

    security = Security.temporary()
    worker = {"cls": Nanny, "options": {**options, "security": security}}
    return SpecCluster(
        scheduler={
            "cls": PlainScheduler,
            "options": {
                "host": _HOST,
                "protocol": "tls",
                "port": 0,
                "security": security,
                "dashboard": False,
                "allowed_failures": allowed_failures,
            },
        },
        workers=dict.fromkeys(range(workers), worker),
        security=security,
        silence_logs=logging.CRITICAL,
        loop=loop,
        name="imgstats",
    )


def _client(cluster: object, loop: object) -> Client:
    from distributed import Client

    return Client(cluster, loop=loop, set_as_default=False)


@contextmanager
def _deaf_loop() -> Iterator[object]:
    """Run an event loop in a thread whose processes start without ears for Ctrl-C.

    A process inherits the blocked signals of the thread that starts it. So a worker that is still
    importing cannot be interrupted halfway, and this process still can. Nor does a terminal that is
    closed end the process that clears semaphores away.
    """
    from multiprocessing import resource_tracker

    from distributed.utils import LoopRunner

    runner = LoopRunner(asynchronous=False)
    with _blocked(signal.SIGHUP):
        # Before the thread: whichever thread starts it has Ctrl-C unblocked afterwards.
        resource_tracker.ensure_running()
        with _blocked(signal.SIGINT):
            runner.start()
    try:
        yield runner.loop
    finally:
        runner.stop()


@contextmanager
def _blocked(number: int) -> Iterator[None]:
    """Have the main thread hear a signal only after the block; what it starts there, never."""
    is_main = threading.current_thread() is threading.main_thread()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {number}) if is_main else None
    try:
        yield
    finally:
        if before is not None:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


def wait_for_a_worker(client: Client) -> None:
    """Wait until a scheduler has a worker.

    Raises
    ------
    WorkError
        If none comes within a minute.
    """
    try:
        client.wait_for_workers(1, timeout=_WORKER_SECONDS)
    except TimeoutError as e:
        raise WorkError(
            f"no worker came within {_WORKER_SECONDS} s", todo="start workers: `dask worker`"
        ) from e
