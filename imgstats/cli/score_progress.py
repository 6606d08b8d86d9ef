"""How far scoring is: a live line on a terminal, now and then a plain one elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

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
    pace = _Pace()
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("", total=None)

        def show(rows: int, total: int | None) -> None:
            words = pace.words(rows, total)
            progress.update(task, description=words, total=total, completed=rows)

        yield show


@contextmanager
def _plain() -> Iterator[Say]:
    """Yield what prints a line every ten seconds, and none of a run that is shorter."""
    pace, last = _Pace(), [time.monotonic()]

    def show(rows: int, total: int | None) -> None:
        words = pace.words(rows, total)
        if time.monotonic() - last[0] >= _EVERY_SECONDS:
            last[0] = time.monotonic()
            typer.echo(words, err=True)

    yield show


class _Pace:
    """Knows how fast rows are scored."""

    def __init__(self) -> None:
        self.started: float | None = None
        self.before = 0

    def words(self, rows: int, total: int | None) -> str:
        """Return rows, rows a second and the time left."""
        now = time.monotonic()
        if self.started is None and rows:
            # From the first rows on: before them, workers start.
            self.started, self.before = now, rows
        parts = [f"{rows:,} of {total:,} rows" if total is not None else f"{rows:,} rows"]
        seconds = now - (self.started or now)
        if rows > self.before and seconds > 0:
            pace = (rows - self.before) / seconds
            parts.append(f"{pace:,.0f} rows/s")
            if total is not None:
                left = round((total - rows) / pace)
                parts.append(f"{left // 60}:{left % 60:02d} left")
        return ", ".join(parts)
