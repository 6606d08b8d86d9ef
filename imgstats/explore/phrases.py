"""Sentences at many scores as a few templates and columns of figures.

Every sentence of the page is one that `compare` made. Those of neighbouring scores differ in
figures alone, so a template is kept once and its figures as numbers; the page's script puts them
together again and decides nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from imgstats.explore.packing import packed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

__all__ = ["BETWEEN", "PhraseBook"]

# Between the columns of a run.
BETWEEN = "|"
# A decimal number is two of them with a point between.
_NUMBER = re.compile(r"[0-9]+")
_SLOT = "{}"


@dataclass
class _Run:
    """Sentences of one template, beside each other."""

    length: int
    template: str
    columns: list[list[int]]
    known: Mapping[str, list[int]]


@dataclass
class PhraseBook:
    """All sentences of a page.

    Columns are added with `add`, which returns where they stand; `templates` and `columns` are what
    the page holds.
    """

    _columns: list[list[_Run]] = field(default_factory=list)
    _places: dict[object, int] = field(default_factory=dict)

    def add(
        self,
        sentences: Sequence[str],
        known: Mapping[str, Sequence[int | None]],
        names: Mapping[str, str],
    ) -> int:
        """Take the sentences of consecutive scores, and return the number of their column.

        Parameters
        ----------
        sentences : sequence of str, shape (n,)
            An empty one where nothing is said.
        known : mapping of str to sequence of int or None, shape (n,)
            Figures that the page knows anyway, by a letter; a slot that always holds such a figure
            needs no numbers of its own.
        names : mapping of str to str
            Names in the sentences, by what stands for them.
        """
        found, runs, start = [_split(each, names) for each in sentences], [], 0
        key = (tuple(found), *(tuple(each) for each in known.values()))
        if key in self._places:
            return self._places[key]
        for template, group in groupby(found, key=lambda each: each[0]):
            rows = [figures for _, figures in group]
            stop = start + len(rows)
            within = {
                letter: [-1 if each is None else each for each in figures[start:stop]]
                for letter, figures in known.items()
            }
            columns = [list(column) for column in zip(*rows, strict=True)]
            runs.append(_Run(len(rows), template, columns, within))
            start = stop
        self._places[key] = len(self._columns)
        self._columns.append(runs)
        return self._places[key]

    def written(self) -> tuple[list[str], list[list[object]]]:
        """Return the templates, and for each column its runs.

        Returns
        -------
        templates : list of str
            Texts with ``{}`` for each figure, or a letter in braces for one that is known.
        columns : list of list
            For each run, one after the other: number of sentences, number of the template, and its
            columns of figures, 0 where it has none.
        """
        by_template: dict[str, list[_Run]] = {}
        for run in (run for runs in self._columns for run in runs):
            by_template.setdefault(run.template, []).append(run)
        texts: dict[str, tuple[int, list[int]]] = {}
        for at, (template, runs) in enumerate(by_template.items()):
            texts[template] = (at, _kept_slots(runs))
        templates = [
            _filled(template, by_template[template], texts[template][1]) for template in by_template
        ]
        columns: list[list[object]] = []
        for runs in self._columns:
            flat: list[object] = []
            for run in runs:
                at, kept = texts[run.template]
                figures = BETWEEN.join(packed(run.columns[slot]) for slot in kept)
                flat += [run.length, at, figures or 0]
            columns.append(flat)
        return templates, columns


def _split(sentence: str, names: Mapping[str, str]) -> tuple[str, tuple[int, ...]]:
    """Return a sentence's template and its figures."""
    if "{" in sentence or "}" in sentence:
        raise ValueError(f"braces in {sentence!r}")
    figures: list[int] = []

    def taken(found: re.Match[str]) -> str:
        text = found.group()
        if str(int(text)) != text:
            return text
        figures.append(int(text))
        return _SLOT

    template = _NUMBER.sub(taken, sentence)
    for letters, name in names.items():
        template = template.replace(name, letters)
    return template, tuple(figures)


def _constant(runs: Sequence[_Run], slot: int) -> int | None:
    """Return the figure that a slot holds everywhere, None where it differs."""
    values = {figure for run in runs for figure in run.columns[slot]}
    return values.pop() if len(values) == 1 else None


def _letter(runs: Sequence[_Run], slot: int) -> str | None:
    """Return the letter of the known figure that a slot holds everywhere."""
    for letter in runs[0].known:
        if all(run.columns[slot] == run.known.get(letter) for run in runs):
            return letter
    return None


def _kept_slots(runs: Sequence[_Run]) -> list[int]:
    """Return the slots whose figures must be written."""
    return [
        slot
        for slot in range(len(runs[0].columns))
        if _constant(runs, slot) is None and _letter(runs, slot) is None
    ]


def _filled(template: str, runs: Sequence[_Run], kept: Sequence[int]) -> str:
    """Return a template with what its other slots hold everywhere."""
    parts = template.split(_SLOT)
    said = parts[0]
    for slot, part in enumerate(parts[1:]):
        if slot in kept:
            said += _SLOT
        else:
            letter = _letter(runs, slot)
            said += f"{{{letter}}}" if letter is not None else str(_constant(runs, slot))
        said += part
    return said
