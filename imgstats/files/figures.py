"""Where a command may write a figure: its kinds, and the mark by which it knows its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.errors import InputError
from imgstats.files.writing import check_parent, check_replaceable

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["FIGURE_KINDS", "check_figure", "kind_of_figure"]

FIGURE_KINDS = ("png", "svg", "pdf")
_MOST_BYTES = 20_000_000


def kind_of_figure(path: Path) -> str:
    """Return which kind of figure a file's ending says.

    Raises
    ------
    InputError
        If it is another one.

    Examples
    --------
    >>> from pathlib import Path
    >>> kind_of_figure(Path("curve.SVG"))
    'svg'
    """
    kind = path.suffix.lower().removeprefix(".")
    if kind not in FIGURE_KINDS:
        raise InputError(f"a figure as {path.suffix or 'no kind'}", ", ".join(FIGURE_KINDS))
    return kind


def check_figure(path: Path, creator: str, inputs: Iterable[Path] = (), *, todo: str) -> None:
    """Refuse a place where no figure may stand; call it before any work is done.

    Parameters
    ----------
    path : pathlib.Path
        Where it shall stand.
    creator : str
        The mark in figures that may be written over.
    inputs : iterable of pathlib.Path
        The files that were given.
    todo : str
        What to do, for the message.

    Raises
    ------
    InputError
        If its ending is none of a figure, its folder cannot be written, or another file
        stands there.
    """
    kind_of_figure(path)
    check_parent(path, todo)

    def is_ours(found: Path) -> bool:
        try:
            with found.open("rb") as stream:
                return creator.encode("ascii") in stream.read(_MOST_BYTES)
        except OSError:
            return False

    check_replaceable(path, is_ours, inputs=inputs, todo=todo)
