"""Which sections of a notebook are run and shown: marked in the notebook by tags on their heads."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from imgstats.errors import InputError, did_you_mean
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from nbformat import NotebookNode

__all__ = ["chosen_sections", "keep_sections", "section_names"]

# A section begins with the cell that has such a tag, and ends before the next one.
_TAG = "section-"
# Stay on every page: what a figure rests on, and what its words mean.
_ALWAYS = {"sources", "words"}


def section_names(notebook: NotebookNode) -> tuple[str, ...]:
    """Return the names of a notebook's sections, in their order.

    Parameters
    ----------
    notebook : NotebookNode
        Its cells' tags are read: a cell with the tag ``section-trend`` begins ``trend``.
    """
    return tuple(name for cell in notebook.cells if (name := _name(cell)) is not None)


def chosen_sections(text: str) -> tuple[str, ...]:
    """Return the names in a list with commas.

    Raises
    ------
    InputError
        If there is none.

    Examples
    --------
    >>> chosen_sections("history, ranks")
    ('history', 'ranks')
    """
    names = tuple(dict.fromkeys(name.strip() for name in text.split(",") if name.strip()))
    if not names:
        raise InputError(f"--sections is {shown(text)}", "names with commas between them")
    return names


def keep_sections(notebook: NotebookNode, wanted: Sequence[str], name: str) -> NotebookNode:
    """Return a notebook with some of its sections, in its own order.

    What stands before the first section stays, and so do the list of sources and the glossary.

    Parameters
    ----------
    notebook : NotebookNode
        It is not changed.
    wanted : sequence of str
        Names of sections, in any order.
    name : str
        The notebook's name, for messages.

    Raises
    ------
    InputError
        If the notebook has no sections, or not one of those.
    """
    known = section_names(notebook)
    if not known:
        raise InputError(
            f"{name} has no sections to choose from",
            f"a notebook whose cells have tags such as {_TAG}history",
            "leave out --sections, or delete the cells that you do not want",
        )
    for each in wanted:
        if each not in known:
            raise InputError(
                f"no section is called {shown(each)}", ", ".join(known), did_you_mean(each, known)
            )
    kept, keeping = [], True
    for cell in notebook.cells:
        begun = _name(cell)
        keeping = keeping if begun is None else begun in {*wanted, *_ALWAYS}
        if keeping:
            kept.append(cell)
    chosen = copy(notebook)
    chosen.cells = kept
    return chosen


def _name(cell: NotebookNode) -> str | None:
    tags = cell.metadata.get("tags", [])
    return next((tag.removeprefix(_TAG) for tag in tags if tag.startswith(_TAG)), None)
