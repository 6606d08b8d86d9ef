"""How far a batch is: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

from imgstats.cli.pace import Pace, left_words

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
    pace = Pace()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("reading", total=None, words="")

        def show(standing: Standing) -> None:
            progress.update(
                task,
                description=standing.stage,
                total=standing.total or None,
                completed=standing.made + standing.failed,
                words=_words(standing, pace),
            )

        yield show


@contextmanager
def _plain() -> Iterator[Callable[[Standing], None]]:
    """Yield what prints a line at each stage, and while reports are made one every ten seconds."""
    pace, said, last = Pace(), [""], [0.0]

    def show(standing: Standing) -> None:
        words = _words(standing, pace)
        if standing.stage != said[0]:
            said[0] = standing.stage
            typer.echo(f"{standing.stage} ...", err=True)
            last[0] = time.monotonic()
        elif time.monotonic() - last[0] >= _EVERY_SECONDS:
            last[0] = time.monotonic()
            done = standing.made + standing.failed
            typer.echo(f"{done} of {standing.total}{words and ': '}{words}", err=True)

    yield show


def _words(standing: Standing, pace: Pace) -> str:
    """Return failures, reports a minute and the time left."""
    done = standing.made + standing.failed
    per_second = pace.per_second(done)
    parts = [f"{standing.failed} failed"] if standing.failed else []
    if per_second is not None:
        parts += [f"{60 * per_second:.0f} a minute", left_words(standing.total - done, per_second)]
    return ", ".join(parts)
