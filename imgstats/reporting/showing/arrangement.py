"""Pieces of a page in their order: what stands first, the sections, and a list of them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgstats.reporting.showing.outputs import Piece

__all__ = ["Arrangement", "Section", "arranged"]

HEADING = re.compile(r"<h2\b(?P<attributes>[^>]*)>(?P<words>.*?)</h2>", re.DOTALL)
_ID = re.compile(r'\bid="([^"]*)"')
_ANCHOR = re.compile(r'<a class="anchor-link".*?</a>', re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
# What closes a first sheet that is complete by itself, and whether the rest is printed in columns:
# who says so and what is not known, or where somebody who plans stands.
_SUMMARIES = {'class="standing"': True, 'class="standing-now"': False}
_FIRST_SHEET = 2  # sections at most
# A list of fewer sections is no help.
_LISTED_FROM = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A heading and what stands under it.

    Attributes
    ----------
    title, anchor : str
        Words of the heading as HTML without tags, and its id; empty where it has none.
    parts : tuple of str
        HTML, the heading first.
    """

    title: str
    anchor: str
    parts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrangement:
    """A whole page.

    Attributes
    ----------
    before : tuple of str
        HTML before the first section.
    sections : tuple of Section
        In their order.
    """

    before: tuple[str, ...]
    sections: tuple[Section, ...]

    @property
    def opening(self) -> int:
        """How many sections are complete by themselves, before an appendix; 0 for none."""
        for at, mark in ((at, mark) for at in range(_FIRST_SHEET) for mark in _SUMMARIES):
            if self._has(at, mark) and len(self.sections) > at + 1:
                return at + 1
        return 0

    @property
    def in_columns(self) -> bool:
        """Whether the appendix is printed in two columns."""
        return any(self._has(self.opening - 1, mark) for mark, two in _SUMMARIES.items() if two)

    def _has(self, at: int, mark: str) -> bool:
        return any(mark in part for each in self.sections[at : at + 1] for part in each.parts)

    @property
    def has_appendix(self) -> bool:
        """Whether the first sections are complete by themselves, and others are their appendix."""
        return self.opening > 0

    @property
    def listed(self) -> tuple[Section, ...]:
        """The sections of an appendix that a list of contents names; none on a short page."""
        if not self.has_appendix:
            return ()
        after = self.sections[self.opening :]
        found = tuple(each for each in after if each.title and each.anchor)
        return found if len(found) >= _LISTED_FROM else ()


def arranged(pieces: Iterable[Piece]) -> Arrangement:
    """Return pieces as sections, without those whose cells had nothing to say.

    Parameters
    ----------
    pieces : iterable of Piece
        What the cells of a notebook put on a page.
    """
    groups: list[list[Piece]] = [[]]
    for each in pieces:
        if each.opens:
            groups.append([])
        groups[-1].append(each)
    before, *sections = groups
    return Arrangement(
        before=_parts(before), sections=tuple(_section(each) for each in sections if _says(each))
    )


def _parts(pieces: Sequence[Piece]) -> tuple[str, ...]:
    return tuple(part for piece in pieces for part in piece.parts if part.strip())


def _says(pieces: Sequence[Piece]) -> bool:
    """Say whether a section has more than its heading; one without a cell to run is as meant."""
    head, *others = pieces
    said = HEADING.sub("", "".join(head.parts), count=1).strip() or _parts(others)
    return bool(said) or not any(each.runs for each in others)


def _section(pieces: Sequence[Piece]) -> Section:
    found = HEADING.search("".join(pieces[0].parts))
    anchor = _ID.search(found["attributes"]) if found else None
    return Section(
        title=title_of(found["words"]) if found else "",
        anchor=anchor[1] if anchor else "",
        parts=_parts(pieces),
    )


def title_of(words: str) -> str:
    """Return the words of a heading without its tags and the mark that links to it.

    Examples
    --------
    >>> title_of('Exam <em>attempts</em><a class="anchor-link" href="#Exam">x</a>')
    'Exam attempts'
    """
    return _TAG.sub("", _ANCHOR.sub("", words)).strip()
