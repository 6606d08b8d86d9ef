"""All that is wrong with a file, told at once: a person mends it in one go."""

from __future__ import annotations

from contextlib import contextmanager
from operator import itemgetter
from typing import TYPE_CHECKING

from imgstats.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["MOST_TOLD", "Problems"]

MOST_TOLD = 10
_MOST_CHARACTERS = 700


class Problems:
    """The rows that are refused: the first ten are told, the rest counted.

    Examples
    --------
    >>> problems = Problems()
    >>> for line in (2, 5):
    ...     with problems.noted(line):
    ...         raise TableError("n is 'x'", "a whole number")
    >>> problems.settle()
    Traceback (most recent call last):
    ...
    imgstats.errors.TableError: line 2: n is 'x'; line 5: n is 'x'; allowed: a whole number
    """

    def __init__(self) -> None:
        self._by_line: list[tuple[int, TableError]] = []

    @contextmanager
    def noted(self, line: int) -> Iterator[None]:
        """Keep what is refused inside, under its line."""
        try:
            yield
        except TableError as e:
            told = TableError(f"line {line}: {e.found}", e.allowed, e.todo)
            self._by_line.append((line, told))

    @property
    def lines_are_bad(self) -> bool:
        """Whether any row was refused."""
        return bool(self._by_line)

    def settle(self) -> None:
        """Refuse the file if a row was refused.

        Raises
        ------
        TableError
            With all of them: those that allow the same are told together.
        """
        if self._by_line:
            raise self._told()

    def _told(self) -> TableError:
        every = [each for _, each in sorted(self._by_line, key=itemgetter(0))]
        found, left = every[:MOST_TOLD], len(every[MOST_TOLD:])
        same = {(each.allowed, each.todo) for each in found}
        if len(same) == 1:
            return TableError(_joined([each.found for each in found], left), *same.pop())
        told = [
            f"{each.found} (allowed: {each.allowed})" if each.allowed else each.found
            for each in found
        ]
        todo = next((each.todo for each in found if each.todo), "")
        return TableError(_joined(told, left), "", todo)


def _joined(told: list[str], left: int) -> str:
    """Return as many texts as a line bears, and how many rows are left out."""
    kept, length = 1, len(told[0])
    while kept < len(told) and length + len(told[kept]) < _MOST_CHARACTERS:
        length += len(told[kept])
        kept += 1
    left += len(told) - kept
    more = f"; and {left:,} more row{'s' * (left > 1)}" if left else ""
    return "; ".join(told[:kept]) + more
