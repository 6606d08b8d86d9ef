"""Rows of a sheet or a CSV file, gathered into tables of columns."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from imgstats.cohort.rows import Problem
from imgstats.files.workbooks.cells import is_empty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from imgstats.cohort.columns import Columns

    # Line of the file and its cells.
    Record = tuple[int, Sequence[object]]

__all__ = ["RawTable", "tables_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawTable:
    """Some rows of a file as read, column by column.

    Attributes
    ----------
    lines : sequence of int, length n
        Line of each row as a person sees it.
    cells : mapping of str to sequence of object, length n each
        Cells by column, in the order of `columns.COLUMNS`; None where nothing is given.
    faults : mapping of int to Problem
        What is wrong with a row as a whole, by its position.
    """

    lines: Sequence[int]
    cells: Mapping[str, Sequence[object]]
    faults: Mapping[int, Problem] = field(default_factory=dict)


def tables_of(
    records: Iterable[Record], columns: Columns, rows: int, *, padded: bool = False
) -> Iterator[RawTable]:
    """Yield the records that follow a header as tables of some rows each.

    A record with nothing in any of the known columns is passed over.

    Parameters
    ----------
    records : iterable of (int, sequence of object)
        Line and cells of each.
    columns : Columns
        Which column is which.
    rows : int
        Most rows of a table.
    padded : bool
        Whether a short record lacks empty cells only, as in a sheet; in a CSV file it is a fault.
    """
    places = tuple(columns.places.values())
    waiting = (
        found
        for line, cells in records
        if (found := _picked(line, cells, columns.width, places, padded=padded)) is not None
    )
    while chunk := list(islice(waiting, rows)):
        cells = zip(*(each[1] for each in chunk), strict=True)
        yield RawTable(
            lines=[each[0] for each in chunk],
            cells=dict(zip(columns.places, cells, strict=True)),
            faults={at: each[2] for at, each in enumerate(chunk) if each[2] is not None},
        )


def _picked(
    line: int, cells: Sequence[object], width: int, places: Sequence[int], *, padded: bool
) -> tuple[int, list[object], Problem | None] | None:
    """Return a record's known cells and what is wrong with it, None if it is empty."""
    found, fault = len(cells), None
    if found != width:
        if found < width:
            is_fault, cells = not padded, [*cells, *[None] * (width - found)]
        else:
            is_fault = not is_empty(cells[width:])
        fault = _other_width(found, width) if is_fault else None
    known = [cells[place] for place in places]
    if is_empty(known) and (fault is None or is_empty(cells)):
        return None
    return line, known, fault


def _other_width(found: int, width: int) -> Problem:
    return Problem(
        column="",
        value=f"the row has {found} cells",
        reason=(
            f"allowed: {width}, as the header has; write numbers without thousands separators, "
            "and text with a comma in quotes"
        ),
    )
