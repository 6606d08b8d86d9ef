"""Cells of a spreadsheet as they are read."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = ["is_empty"]


def is_empty(cells: Iterable[object]) -> bool:
    """Say whether nothing is given in any cell.

    Examples
    --------
    >>> is_empty([None, "", " "]), is_empty([None, 0])
    (True, False)
    """
    # Plain loops: this is asked of every row, and the first cell mostly answers it.
    for cell in cells:
        if cell is None or cell == "" or (isinstance(cell, str) and cell.isspace()):
            continue
        return False
    return True
