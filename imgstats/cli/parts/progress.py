"""How far a command is, on stderr: a live bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imgstats.batch.records import Standing
    from imgstats.curves.record import CurveKey

__all__ = ["batch_progress", "curve_progress", "score_progress", "stage_progress"]

_EVERY_SECONDS = 10.0
_EVERY_FITS = 20


@contextmanager
def batch_progress() -> Iterator[Callable[[Standing], None]]:
    """Show reports that are made; elsewhere a line at each stage, then one every ten seconds."""
    pace, said = _Pace(), ""
    with _bar("reading", counted=True) as bar:

        def show(standing: Standing) -> None:
            nonlocal said
            done = standing.made + standing.failed
            failed = [f"{standing.failed} failed"] if standing.failed else []
            words = ", ".join([*failed, *pace.words(done, standing.total, "{:.0f} a minute", 60)])
            if bar:
                bar(done, standing.total or None, words, standing.stage)
            elif standing.stage != said:
                said = standing.stage
                pace.wait()
                typer.echo(f"{said} ...", err=True)
            elif pace.line_is_due():
                typer.echo(f"{done} of {standing.total}{words and ': '}{words}", err=True)

        yield show


@contextmanager
def score_progress() -> Iterator[Callable[[int, int | None], None]]:
    """Show rows that are written, of how many if known; elsewhere a line every ten seconds."""
    pace = _Pace()
    with _bar("scoring") as bar:

        def show(rows: int, total: int | None) -> None:
            done = f"{rows:,} rows" if total is None else f"{rows:,} of {total:,} rows"
            words = ", ".join([done, *pace.words(rows, total, "{:,.0f} rows/s")])
            if bar:
                bar(rows, total, words)
            elif pace.line_is_due():
                typer.echo(words, err=True)

        yield show


@contextmanager
def curve_progress() -> Iterator[Callable[[int, int, CurveKey], None]]:
    """Show curves that are fitted; elsewhere some lines in all, so that a log shows life."""
    with _bar("fitting curves", counted=True, transient=True) as bar:

        def show(done: int, total: int, key: CurveKey) -> None:
            words = f"{key.specialty}, {key.measure}"
            if bar:
                bar(done, total, words)
            elif done % _EVERY_FITS == 0 or done == total:
                typer.echo(f"fitting curves: {done} of {total} ({words})", err=True)

        yield show


@contextmanager
def stage_progress() -> Iterator[Callable[[str], None]]:
    """Show what is being done; elsewhere a line for each stage, which a comma ends."""
    if sys.stderr.isatty():
        from rich.console import Console

        status = Console(stderr=True).status("")

        def live(words: str) -> None:
            status.update(words)
            status.start()  # not before there is a word: a thread shows it

        try:
            yield live
        finally:
            status.stop()
        return
    seen: list[str] = []

    def plain(words: str) -> None:
        stage = words.partition(",")[0]
        if stage not in seen:
            seen.append(stage)
            typer.echo(f"{stage} ...", err=True)

    yield plain


@contextmanager
def _bar(
    stage: str, *, counted: bool = False, transient: bool = False
) -> Iterator[Callable[..., None] | None]:
    """Yield what moves a bar to (done, total, words, stage); None where there is no terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

    with Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        *([MofNCompleteColumn()] if counted else []),
        TextColumn("{task.fields[words]}"),
        console=Console(stderr=True),
        transient=transient,
    ) as progress:
        task = progress.add_task(stage, total=None, words="")

        def move(done: int, total: int | None, words: str, stage: str = stage) -> None:
            progress.update(task, completed=done, total=total, words=words, description=stage)

        yield move


class _Pace:
    """How fast something goes on, from the first piece that is done: before it, workers start."""

    def __init__(self) -> None:
        self._started: float | None = None
        self._before = 0
        self.wait()

    def wait(self) -> None:
        """Let ten seconds pass before the next line."""
        self._said = time.monotonic()

    def line_is_due(self) -> bool:
        """Return whether ten seconds have passed, and if so let them pass again."""
        due = time.monotonic() - self._said >= _EVERY_SECONDS
        if due:
            self.wait()
        return due

    def words(self, done: int, total: int | None, speed: str, seconds: int = 1) -> list[str]:
        """Return the pieces done in so many seconds and the time left; none if nobody can say."""
        now = time.monotonic()
        if self._started is None and done:
            self._started, self._before = now, done
        passed = now - (self._started or now)
        if done <= self._before or passed <= 0:
            return []
        pace = (done - self._before) / passed
        left = [] if total is None else [_left_words(total - done, pace)]
        return [speed.format(seconds * pace), *left]


def _left_words(left: int, per_second: float) -> str:
    """Return how long so many pieces take.

    Examples
    --------
    >>> _left_words(100, 0.8)
    '2:05 left'
    """
    seconds = round(left / per_second)
    return f"{seconds // 60}:{seconds % 60:02d} left"
