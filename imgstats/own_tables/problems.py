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
    """The rows that are refused, up to ten of them.

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
        """Keep what is refused inside, under its line.

        Raises
        ------
        TableError
            If it is the tenth: more are not looked for.
        """
        try:
            yield
        except TableError as e:
            told = TableError(f"line {line}: {e.found}", e.allowed, e.todo)
            self._by_line.append((line, told))
            if len(self._by_line) == MOST_TOLD:
                raise self._told(" (there may be more)") from e

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
            raise self._told("")

    def _told(self, more: str) -> TableError:
        found = [each for _, each in sorted(self._by_line, key=itemgetter(0))]
        same = {(each.allowed, each.todo) for each in found}
        if len(same) == 1:
            return TableError(_joined([each.found for each in found]) + more, *same.pop())
        told = [
            f"{each.found} (allowed: {each.allowed})" if each.allowed else each.found
            for each in found
        ]
        todo = next((each.todo for each in found if each.todo), "")
        return TableError(_joined(told) + more, "", todo)


def _joined(told: list[str]) -> str:
    """Return as many texts as a line bears, and how many are left out."""
    kept, length = 1, len(told[0])
    while kept < len(told) and length + len(told[kept]) < _MOST_CHARACTERS:
        length += len(told[kept])
        kept += 1
    left = len(told) - kept
    return "; ".join(told[:kept]) + (f"; and {left} more" if left else "")
