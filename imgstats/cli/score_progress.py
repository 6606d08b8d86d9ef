"""How far scoring is: a live line on a terminal, now and then a plain one elsewhere."""

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

    Say = Callable[[int, int | None], None]

__all__ = ["score_progress"]

_EVERY_SECONDS = 10.0


def score_progress() -> AbstractContextManager[Say]:
    """Return a context that shows on stderr how many rows are written, of how many if known."""
    return _live() if sys.stderr.isatty() else _plain()


@contextmanager
def _live() -> Iterator[Say]:
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn

    columns = (TextColumn("scoring"), BarColumn(), TextColumn("{task.description}"))
    pace = Pace()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)

        def show(rows: int, total: int | None) -> None:
            words = _words(rows, total, pace.per_second(rows))
            progress.update(task, description=words, total=total, completed=rows)

        yield show


@contextmanager
def _plain() -> Iterator[Say]:
    """Yield what prints a line every ten seconds, and none of a run that is shorter."""
    pace, last = Pace(), [time.monotonic()]

    def show(rows: int, total: int | None) -> None:
        words = _words(rows, total, pace.per_second(rows))
        if time.monotonic() - last[0] >= _EVERY_SECONDS:
            last[0] = time.monotonic()
            typer.echo(words, err=True)

    yield show


def _words(rows: int, total: int | None, pace: float | None) -> str:
    """Return rows, rows a second and the time left."""
    parts = [f"{rows:,} of {total:,} rows" if total is not None else f"{rows:,} rows"]
    if pace is not None:
        parts.append(f"{pace:,.0f} rows/s")
        if total is not None:
            parts.append(left_words(total - rows, pace))
    return ", ".join(parts)
