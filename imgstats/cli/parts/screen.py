"""The short answer of ``imgstats estimate``: it fits a terminal of 24 lines and 80 columns.

The last of the 24 is the shell's, for the next command.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from itertools import zip_longest
from operator import gt
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.text import Text

    from imgstats.comparison.shown.brief import Brief, Line

__all__ = ["print_screen", "screen"]

_LINES, _COLUMNS, _NARROWEST = 23, 80, 40
_MORE = "--full shows the calculation, the curves tried, the evidence and the sources."
_CUT = " ..."
_GAP = 2
_TIED = "\N{NO-BREAK SPACE}"


def print_screen(shown: Brief, more: str = _MORE) -> None:
    """Print an answer in few lines, as wide as the terminal and at most 80 columns.

    Parameters
    ----------
    shown : Brief
        What is to be shown.
    more : str
        The last line: how to see the rest.
    """
    from rich.console import Console

    width = min(shutil.get_terminal_size().columns, _COLUMNS)
    console = Console(highlight=False, width=max(width, _NARROWEST))
    for line in screen(shown, console.width, more):
        console.print(line, soft_wrap=True)


def screen(shown: Brief, columns: int = _COLUMNS, more: str = _MORE) -> list[Text]:
    """Return the lines of a short answer, at most 23.

    Where there are more, what may go altogether goes first, then the empty line under the head, and
    then the last lines of the longest parts. A part that is cut ends with three dots.

    Parameters
    ----------
    shown : Brief
        What is to be shown.
    columns : int
        Width of the screen in columns, of which a wide character takes two.
    more : str
        The last line: how to see the rest.

    Examples
    --------
    >>> from imgstats.comparison.shown.brief import Brief, Line
    >>> made = Brief(head="a head", label="", columns=(), rows=(), lines=(Line(text="a line"),))
    >>> [line.plain for line in screen(made)][:3]
    ['a head', '', 'a line']
    """
    from rich.text import Text

    rates = _table(shown, columns)
    parts = [_wrapped(each, columns) for each in shown.lines]
    last = _wrapped_text(Text(more), columns)
    room = _LINES - 2 - len(rates) - len(last) - bool(rates)
    kept, gap = _kept([len(each) for each in parts], shown.lines, room)
    return [
        _one_line(_head(shown), columns),
        *([Text()] if gap else []),
        *rates,
        *([Text()] if rates else []),
        *(
            line
            for part, most in zip(parts, kept, strict=True)
            for line in _cut(part, most, columns)
        ),
        *last,
    ]


def _head(shown: Brief) -> Text:
    from rich.text import Text

    text = Text(shown.head, style="bold")
    return text.append(f"  {shown.label}" if shown.label else "", style="not bold italic")


def _table(shown: Brief, columns: int) -> list[Text]:
    """Return the rates in columns; a cell that is too wide goes on below, and none is cut."""
    from rich.text import Text

    rows = [shown.columns, *shown.rows] if shown.rows else []
    # A number stays beside its sign.
    kept = [[cell.replace(" %", f"{_TIED}%") for cell in row] for row in rows]
    widths = _widths(kept, columns)
    lines = (
        "".join(f"{cell:{width + _GAP}}" for cell, width in zip(line, widths, strict=True))
        for row in kept
        for line in zip_longest(*map(textwrap.wrap, row, widths), fillvalue="")
    )
    return [Text(line.rstrip().replace(_TIED, " ")) for line in lines]


def _widths(rows: Sequence[Sequence[str]], columns: int) -> list[int]:
    """Return widths of columns that fit the screen; the widest give way, words stay whole."""
    every = list(zip(*rows, strict=True))
    widths = [max(map(len, column)) for column in every]
    least = [max(len(word) for cell in column for word in cell.split(" ")) for column in every]
    while sum(widths) + _GAP * (len(widths) - 1) > columns and any(map(gt, widths, least)):
        spare = [at for at, width in enumerate(widths) if width > least[at]]
        widths[max(spare, key=widths.__getitem__)] -= 1
    return widths


def _wrapped(line: Line, columns: int) -> list[Text]:
    from rich.text import Text

    return _wrapped_text(Text(line.text, style="bold" if line.bold else ""), columns)


def _wrapped_text(text: Text, columns: int) -> list[Text]:
    from rich.console import Console

    lines = list(text.wrap(Console(width=columns), columns))
    for each in lines:
        each.rstrip()
    return lines


def _kept(lengths: Sequence[int], lines: Sequence[Line], room: int) -> tuple[list[int], bool]:
    """Return how many lines each part keeps so that all fit, and whether an empty one fits too."""
    kept = list(lengths)
    for at in range(len(kept) - 1, -1, -1):
        if lines[at].least == 0 and sum(kept) > room:
            kept[at] = 0
    gap = sum(kept) <= room
    room += not gap
    for least in ([each.least for each in lines], [1] * len(lines)):
        while sum(kept) > room and any(map(gt, kept, least)):
            spare = [at for at, each in enumerate(kept) if each > least[at]]
            kept[max(spare, key=kept.__getitem__)] -= 1
    return kept, gap


def _cut(part: list[Text], most: int, columns: int) -> list[Text]:
    """Return the first lines of a part, with three dots where more would follow."""
    kept = part[:most]
    if kept and len(kept) < len(part):
        last = kept[-1]
        last.truncate(columns - len(_CUT))
        last.right_crop(len(last) - last.plain.rfind(" ") if " " in last.plain else 0)
        last.append(_CUT)
    return kept


def _one_line(text: Text, columns: int) -> Text:
    """Return a text that is cut where the line ends; of a number nothing or all is left."""
    if text.cell_len > columns:
        text.truncate(columns - len(_CUT))
        if re.search(r"[\d.,]+$", text.plain):
            text.right_crop(len(text) - max(text.plain.rfind(" "), 0))
        text.append(_CUT)
    return text
