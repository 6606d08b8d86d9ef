"""How fast something goes on, and how long it takes to its end."""

from __future__ import annotations

import time

__all__ = ["Pace", "left_words"]


class Pace:
    """Measures from the first piece that is done: before it, workers start."""

    def __init__(self) -> None:
        self._started: float | None = None
        self._before = 0

    def per_second(self, done: int) -> float | None:
        """Return the pieces done a second; None while nobody can say.

        Parameters
        ----------
        done : int
            How many are done by now.
        """
        now = time.monotonic()
        if self._started is None and done:
            self._started, self._before = now, done
        seconds = now - (self._started or now)
        return (done - self._before) / seconds if done > self._before and seconds > 0 else None


def left_words(left: int, per_second: float) -> str:
    """Return how long so many pieces take.

    Examples
    --------
    >>> left_words(100, 0.8)
    '2:05 left'
    """
    seconds = round(left / per_second)
    return f"{seconds // 60}:{seconds % 60:02d} left"
