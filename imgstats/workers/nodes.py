"""Scheduler and worker of Dask `distributed` that open no web page and leave Ctrl-C to the parent.

Imported only where a cluster is started, and by its worker processes.
"""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

from distributed import Scheduler, Worker

from imgstats.workers.settings import WORKER_VARIABLE

if TYPE_CHECKING:
    from types import FrameType

__all__ = ["PlainScheduler", "PlainWorker"]


class PlainScheduler(Scheduler):
    """A scheduler without a web server.

    The stock one listens on a port without credentials even where it is told to have no dashboard.
    """

    def start_http_server(self, *_: object, **__: object) -> None:
        """Open no port."""


class PlainWorker(Worker):
    """A worker without a web server, deaf to Ctrl-C and to a terminal that is closed."""

    def __init__(self, *arguments: Any, **options: Any) -> None:  # noqa: ANN401  as the base
        # A terminal sends both to every process of a command. Its own end is told to a worker by
        # the parent. A function, because what a worker starts would inherit SIG_IGN.
        for number in (signal.SIGINT, signal.SIGHUP):
            signal.signal(number, _do_nothing)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT, signal.SIGHUP})
        # Its nanny has set it once more.
        os.environ.pop(WORKER_VARIABLE, None)
        super().__init__(*arguments, **options)

    def start_http_server(self, *_: object, **__: object) -> None:
        """Open no port."""


def _do_nothing(_number: int, _frame: FrameType | None) -> None:
    """Take a signal and go on."""
