"""How far a batch is: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from imgstats.batch.records import Standing

__all__ = ["batch_progress"]

_EVERY_SECONDS = 10.0


def batch_progress() -> AbstractContextManager[Callable[[Standing], None]]:
    """Return a context that shows on stderr how far the batch is."""
    return _live() if sys.stderr.isatty() else _plain()


@contextmanager
def _live() -> Iterator[Callable[[Standing], None]]:
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("{task.fields[words]}"),
    )
    pace = _Pace()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("reading", total=None, words="")

        def show(standing: Standing) -> None:
            progress.update(
                task,
                description=standing.stage,
                total=standing.total or None,
                completed=standing.made + standing.failed,
                words=pace.words(standing),
            )

        yield show


@contextmanager
def _plain() -> Iterator[Callable[[Standing], None]]:
    """Yield what prints a line at each stage, and while reports are made one every ten seconds."""
    pace, said, last = _Pace(), [""], [0.0]

    def show(standing: Standing) -> None:
        if standing.stage != said[0]:
            said[0] = standing.stage
            typer.echo(f"{standing.stage} ...", err=True)
            last[0] = time.monotonic()
        elif time.monotonic() - last[0] >= _EVERY_SECONDS:
            last[0] = time.monotonic()
            done = standing.made + standing.failed
            words = pace.words(standing)
            typer.echo(f"{done} of {standing.total}{words and ': '}{words}", err=True)
        else:
            pace.words(standing)

    yield show


class _Pace:
    """Knows how fast reports are made."""

    def __init__(self) -> None:
        self.started: float | None = None
        self.before = 0

    def words(self, standing: Standing) -> str:
        """Return failures, reports a minute and the time left."""
        done = standing.made + standing.failed
        if self.started is None and done:
            # From the first report on: before it, workers start.
            self.started, self.before = time.monotonic(), done
        parts = [f"{standing.failed} failed"] if standing.failed else []
        seconds = time.monotonic() - (self.started or 0.0)
        if self.started is not None and done > self.before and seconds > 0:
            pace = (done - self.before) / seconds
            left = round((standing.total - done) / pace)
            parts += [f"{60 * pace:.0f} a minute", f"{left // 60}:{left % 60:02d} left"]
        return ", ".join(parts)
