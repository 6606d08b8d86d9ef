"""Printing of a table: its certificate in wrapped lines, and its rows so that they can be read."""

from __future__ import annotations

import shutil
import textwrap
from typing import TYPE_CHECKING

import typer

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import pandas as pd

__all__ = ["print_lines", "print_rows", "print_wrapped"]

_NARROWEST, _WIDEST = 40, 100
_INDENT = "    "
_CUT = " ..."


def _columns() -> int:
    return max(_NARROWEST, min(shutil.get_terminal_size().columns, _WIDEST))


def print_wrapped(lines: Iterable[str]) -> None:
    """Print lines; what does not fit goes on under its beginning. An address is never cut.

    Parameters
    ----------
    lines : iterable of str
        Each may begin with spaces.
    """
    for line in lines:
        start = line[: len(line) - len(line.lstrip())]
        typer.echo(_filled(line.lstrip(), start, start + _INDENT))


def _filled(text: str, first: str, then: str) -> str:
    return textwrap.fill(
        text,
        _columns(),
        initial_indent=first,
        subsequent_indent=then,
        break_long_words=False,
        break_on_hyphens=False,
    )


def print_lines(header: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a line a row; only the last column is cut where the line ends.

    Parameters
    ----------
    header : sequence of str, length k
        Names of the columns.
    rows : iterable of sequence of str, length k each
        The cells.
    """
    every = [header, *rows]
    widths = [max(map(len, column)) for column in zip(*every, strict=True)][:-1]
    room = max(shutil.get_terminal_size().columns - sum(widths) - 2 * len(widths), len(_CUT))
    for *cells, last in every:
        start = "".join(f"{cell:{width}}  " for cell, width in zip(cells, widths, strict=True))
        typer.echo(start + textwrap.shorten(last, room, placeholder=_CUT))


def print_rows(frame: pd.DataFrame) -> None:
    """Print rows as a table where it fits, else a line for each cell that is given.

    Parameters
    ----------
    frame : pandas.DataFrame
        The rows.
    """
    import pandas as pd

    if frame.empty:
        return
    text = frame.to_string(index=False, na_rep="")
    if max(map(len, text.splitlines())) <= shutil.get_terminal_size().columns:
        typer.echo(text)
        return
    for number, cells in enumerate(frame.to_dict("records"), 1):
        typer.echo(f"row {number}")
        for name, cell in cells.items():
            if not pd.isna(cell):
                typer.echo(_filled(f"{name}: {cell}", "  ", "  " + _INDENT))
