"""What a table prints in place of a small count, and what that leaves open."""

from __future__ import annotations

import re
from dataclasses import dataclass

from imgstats.errors import InputError, TableError
from imgstats.own_tables.kinds import MOST_PEOPLE
from imgstats.text import shown

__all__ = ["NOTHING_HIDDEN", "Hidden", "HidesCounts", "hidden_count", "is_mark"]

_MARKS = {"*", "**", "***", "s", "(s)", "suppressed", "hidden", "masked", "redacted"}
_UNDER = re.compile(r"(<=?|\u2264|under|less than|fewer than|below|up to) ?([0-9]{1,7})\*?")
_INCLUDED = {"<=", "\u2264", "up to"}


@dataclass(frozen=True, slots=True)
class Hidden:
    """A count that is hidden.

    Attributes
    ----------
    mark : str
        What stands in the cell.
    most : int or None
        The most it can be; None where only the other counts tell.
    """

    mark: str
    most: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HidesCounts:
    """What a person says of a table's hidden counts.

    Parameters
    ----------
    below : int
        Counts under this number are hidden; 0 where it was not said.
    join : bool
        Whether a band that hides a count is joined with a neighbour.

    Raises
    ------
    InputError
        If the number is no count above 0.
    """

    below: int = 0
    join: bool = False

    def __post_init__(self) -> None:
        """Check the number."""
        good = type(self.below) is int and 0 <= self.below <= MOST_PEOPLE
        if not good or type(self.join) is not bool:
            raise InputError(
                f"suppressed below {shown(self.below)}", f"a whole number from 1 to {MOST_PEOPLE}"
            )

    def refuse_idle(self, kind: str) -> None:
        """Refuse what is said of hidden counts where no count is hidden, or has no neighbour.

        Raises
        ------
        InputError
            If the kind of table has no use for it.
        """
        if self.below and kind not in {"band", "count"}:
            raise InputError(
                f"a {kind} with --suppressed-below", "a band or a count", "leave it out"
            )
        if self.join and kind != "band":
            raise InputError(f"a {kind} with --join-suppressed", "a band", "leave it out")


NOTHING_HIDDEN = HidesCounts()


def is_mark(cell: str) -> bool:
    """Return whether a cell says that its count is hidden.

    Examples
    --------
    >>> is_mark("<5"), is_mark("*"), is_mark("4"), is_mark("n/a")
    (True, True, False, False)
    """
    text = cell.casefold()
    return text in _MARKS or _UNDER.fullmatch(text) is not None


def hidden_count(cell: str, hides: HidesCounts) -> Hidden:
    """Return what a mark leaves open.

    Parameters
    ----------
    cell : str
        A cell for which `is_mark` is true.
    hides : HidesCounts
        What was said of the table.

    Raises
    ------
    TableError
        If no count is so small.

    Examples
    --------
    >>> hidden_count("< 11", HidesCounts()).most, hidden_count("*", HidesCounts(below=5)).most
    (10, 4)
    >>> hidden_count("*", HidesCounts()).most is None
    True
    """
    found = _UNDER.fullmatch(cell.casefold())
    if found is None:
        return Hidden(cell, hides.below - 1 if hides.below else None)
    most = int(found[2]) - (found[1] not in _INCLUDED)
    if most < 0:
        raise TableError(f"the hidden count {shown(cell)}", "a count of 0 or more")
    return Hidden(cell, most)
