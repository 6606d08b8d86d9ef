"""Cells to values: each is written plainly and lies within its limits; who reads names the line."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, TypeAlias

from imgstats.errors import InputError, TableError
from imgstats.meanings import is_nothing
from imgstats.own_tables.about import name_of
from imgstats.own_tables.cells.marks import (
    NOTHING_HIDDEN,
    Hidden,
    HidesCounts,
    hidden_count,
    is_mark,
)
from imgstats.own_tables.kinds import COLUMNS, FLAGS, MOST_PEOPLE, limits, step_of
from imgstats.own_tables.said import one_line
from imgstats.tables.steps import is_multiple
from imgstats.text import plain_number, shown

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgstats.measures import Measure
    from imgstats.own_tables.kinds import Column
    from imgstats.own_tables.reading import Row

__all__ = ["Values", "decimals", "values_of", "whole_ends"]

Value: TypeAlias = int | float | str | bool | Hidden | None
# Values of one row by column, and the row's line.
Values: TypeAlias = tuple[int, dict[str, Value]]

_MOST_UNIT = 1_000
_PLAIN = "write it plainly, such as 1234 or 0.45: no thousands separators, no % sign"
_EMPTY = "leave the cell empty where nothing is printed"
_MARK = "write <5 or * where the table hides a count"


def values_of(
    row: Row, kind: str, measure: str | Measure, hides: HidesCounts = NOTHING_HIDDEN
) -> Values:
    """Return the values of a row; an empty cell is None.

    Parameters
    ----------
    row : Row
        Its cells as text; those of columns that the kind has not are left out.
    kind, measure : str, str or Measure
        What the row is.
    hides : HidesCounts, optional
        What was said of counts that the table hides.

    Raises
    ------
    TableError
        If a cell is empty where it is needed, is not written plainly, or lies outside its limits.

    Examples
    --------
    >>> from imgstats.own_tables.reading import Row
    >>> values_of(Row(2, {"low": "1", "high": "", "matched": "3"}), "band", "attempts")
    (2, {'low': 1, 'high': None, 'matched': 3})
    """
    columns = {column.name: column for column in COLUMNS[kind]}
    return row.line, {
        name: _value(cell, columns[name], measure, kind, hides)
        for name, cell in row.cells.items()
        if name in columns
    }


def decimals(cell: str) -> int:
    """Return how many digits stand behind the point.

    Examples
    --------
    >>> decimals("0.45"), decimals("1")
    (2, 0)
    """
    return len(cell.partition(".")[2])


def _value(
    cell: str, column: Column, measure: str | Measure, kind: str, hides: HidesCounts
) -> Value:
    found = f"{column.name} is"
    # As in every other file that people write; of a text it may be the answer itself.
    if not cell or (column.type != "words" and is_nothing(cell)):
        if column.needed:
            raise TableError(f"{found} empty", "a value", "fill the cell or remove the row")
        return None
    may_hide = kind in {"band", "count"} and column.type in {"people", "part"}
    if may_hide and is_mark(cell):
        return hidden_count(cell, hides) if column.type == "people" else Hidden(cell, None)
    readers: dict[str, Callable[[str, str | Measure, str], Value]] = {
        "people": _people,
        "value": _measured,
        "part": _part,
        "unit": _unit,
        "words": _words,
        "flag": _flag,
    }
    try:
        return readers[column.type](cell, measure, found)
    except TableError as e:
        if e.todo != _PLAIN:
            raise
        more = _MARK if may_hide else "" if column.needed else _EMPTY
        raise TableError(e.found, e.allowed, "; ".join(filter(None, (_PLAIN, more)))) from e


def _number(cell: str, found: str, allowed: str) -> int | float:
    number = plain_number(cell)
    if number is None:
        raise TableError(f"{found} {shown(cell)}", allowed, _PLAIN)
    return number


def _people(cell: str, _: str | Measure, found: str) -> int:
    allowed = f"a whole number from 0 to {MOST_PEOPLE}"
    number = _number(cell, found, allowed)
    if not float(number).is_integer() or not 0 <= number <= MOST_PEOPLE:
        raise TableError(f"{found} {shown(cell)}", allowed)
    return int(number)


def _measured(cell: str, measure: str | Measure, found: str) -> int | float:
    low, high = limits(measure)
    ends = f" from {low:,.10g}" * math.isfinite(low) + f" to {high:,.10g}" * math.isfinite(high)
    allowed = f"a number{ends}"
    number = _number(cell, found, allowed)
    if not low <= number <= high:
        raise TableError(
            f"{found} {shown(cell)}",
            allowed,
            f"{name_of(measure)} has these limits; an open end is empty",
        )
    return number


def _part(cell: str, _: str | Measure, found: str) -> int | float:
    number = _number(cell, found, "a fraction from 0 to 1")
    if not 0 <= number <= 1:
        raise TableError(f"{found} {shown(cell)}", "a fraction from 0 to 1", "give 45 % as 0.45")
    return number


def _unit(cell: str, measure: str | Measure, found: str) -> int | float:
    most = _MOST_UNIT if isinstance(measure, str) else math.inf
    allowed = f"a number from 0 to {most}" if math.isfinite(most) else "a number, 0 or more"
    number = _number(cell, found, allowed)
    if not 0 <= number <= most:
        raise TableError(f"{found} {shown(cell)}", allowed)
    return number


def _words(cell: str, _: str | Measure, found: str) -> str:
    try:
        return one_line(cell, found.removesuffix(" is"))
    except InputError as e:
        raise TableError(e.found, e.allowed, e.todo) from e


def _flag(cell: str, _: str | Measure, found: str) -> bool:
    if cell.lower() not in FLAGS:
        raise TableError(f"{found} {shown(cell)}", "true or false")
    return FLAGS[cell.lower()]


def whole_ends(values: Values, measure: str | Measure) -> None:
    """Refuse half attempts, points and ranks as ends of a band, and others between two steps.

    Raises
    ------
    TableError
        If an end is no whole number of steps though every value of the measure is.

    Examples
    --------
    >>> whole_ends((2, {"low": 0.5, "high": 1}), "usce_months")
    """
    step = step_of(measure)
    if step is None:
        return
    start = 0.0 if isinstance(measure, str) else measure.low or 0.0
    for name in ("low", "high"):
        end = values[1].get(name)
        if not isinstance(end, int | float) or is_multiple(end - start, step):
            continue
        if isinstance(measure, str):
            raise TableError(f"{name} is {end:g}", f"a whole number of {measure}")
        raise TableError(
            f"{name} is {end:,.10g}",
            f"a value of {measure.name} in steps of {step:g} from {start:g}",
            "both ends belong to a band: write 2.99 where the next begins at 3.00",
        )
