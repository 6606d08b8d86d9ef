"""A shortlist as files: every program, kept or left out, with its parts and reasons."""

from __future__ import annotations

import csv
import io
from datetime import date
from typing import TYPE_CHECKING

from imgstats.cohort.files.excel_out import sheet_bytes
from imgstats.strategy.programs.fields import CHECKED_BY, CHECKED_ON, FIELDS, PROGRAM
from imgstats.strategy.programs.fit import WEIGHTS
from imgstats.strategy.programs.program import value_words
from imgstats.text import harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.strategy.programs.program import Program
    from imgstats.strategy.programs.records import Entry, Excluded, Shortlist

__all__ = ["HEADER", "shortlist_csv", "shortlist_rows", "shortlist_xlsx"]

_DIGITS = 4
_FIRST = (PROGRAM, "state")
_GIVEN = tuple(each.name for each in FIELDS if each.name not in _FIRST)
HEADER = (
    "rank",
    "kept",
    "why_left_out",
    *_FIRST,
    "fit_low",
    "fit_high",
    "screen",
    "screen_by",
    "signal_suggested",
    *(f"part_{name}" for name in WEIGHTS),
    "not_known",
    "values_checked",
    "values_old",
    "values_unchecked",
    *_GIVEN,
    "line",
)


def shortlist_csv(shortlist: Shortlist) -> bytes:
    """Return a shortlist as CSV: UTF-8 with a mark, no cell that a spreadsheet would run."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(HEADER)
    for row in shortlist_rows(shortlist):
        writer.writerow([harmless(each) if isinstance(each, str) else each for each in row])
    return text.getvalue().encode("utf-8-sig")


def shortlist_xlsx(shortlist: Shortlist) -> bytes:
    """Return a shortlist as a workbook of one sheet; the same list gives the same bytes."""
    return sheet_bytes("shortlist", HEADER, shortlist_rows(shortlist))


def shortlist_rows(shortlist: Shortlist) -> Iterator[tuple[object, ...]]:
    """Yield a row for each program, those that are kept first; None where nothing is known.

    Yields
    ------
    tuple of object
        In the order of `HEADER`: text, whole numbers and fractions.
    """
    for kept in shortlist.entries:
        yield _kept(kept)
    for left_out in shortlist.excluded:
        yield _left_out(left_out)


def _kept(entry: Entry) -> tuple[object, ...]:
    it = entry.program
    parts = {each.name: each.value for each in entry.fit.parts}
    return (
        entry.rank,
        "yes",
        None,
        it.program,
        it.state or None,
        _short(entry.fit.low),
        _short(entry.fit.high),
        entry.screen.tier,
        entry.screen.by,
        entry.suggested or None,
        *(_short(parts[name]) for name in WEIGHTS),
        ", ".join(entry.unknown) or None,
        entry.checks.checked,
        entry.checks.old,
        entry.checks.unchecked,
        *_given(it),
    )


def _left_out(excluded: Excluded) -> tuple[object, ...]:
    it, checks = excluded.program, excluded.checks
    return (
        None,
        "no",
        "; ".join(each.sentence for each in excluded.reasons),
        it.program,
        it.state or None,
        *[None] * (5 + len(WEIGHTS)),
        None,
        checks.checked,
        checks.old,
        checks.unchecked,
        *_given(it),
    )


def _given(program: Program) -> Iterator[object]:
    """Yield what the file says, by the columns at the end of `HEADER`."""
    check = {CHECKED_BY: program.check.by, CHECKED_ON: program.check.on}
    for name in _GIVEN:
        value = check[name] if name in check else getattr(program, name)
        if isinstance(value, tuple):
            value = value_words(value)
        elif isinstance(value, date):  # a spreadsheet writes a day in its own way
            value = str(value)
        yield None if value == "" else value
    yield program.line


def _short(value: float | None) -> float | None:
    return None if value is None else round(value, _DIGITS)
