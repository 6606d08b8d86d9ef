"""A file's bytes to a typed table: one reader, for the store and for a fit without it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.measures import MEASURES, Measure
from imgstats.own_tables.about import (
    ABOUT,
    UNNAMED,
    check_own,
    columns_with,
    merged,
    refuse_other_rows,
    words_of,
)
from imgstats.own_tables.cells.marks import NOTHING_HIDDEN, HidesCounts
from imgstats.own_tables.kinds import OWN_KINDS
from imgstats.own_tables.problems import Problems
from imgstats.own_tables.reading import content_of, first_row, named, rows_of
from imgstats.own_tables.said import one_of
from imgstats.tables.context import Context
from imgstats.text import shown

if TYPE_CHECKING:
    from imgstats.own_tables.reading import Row
    from imgstats.own_tables.typed import Table

__all__ = ["ReadTable", "measure_in", "read_table", "tabled"]


@dataclass(frozen=True, slots=True)
class ReadTable:
    """What a file holds.

    Attributes
    ----------
    table : BandTable, OutcomeSummary, CountTable or ShareTable
        The table.
    said : tuple of str
        What was read by another name, hidden, or joined, a line each.
    rows : tuple of Row
        The rows of the file as text, by the names that their columns have here.
    """

    table: Table
    said: tuple[str, ...]
    rows: tuple[Row, ...]


def read_table(
    path: Path | str,
    *,
    kind: str,
    measure: Measure | str = "",
    hides: HidesCounts = NOTHING_HIDDEN,
    sheet: str = "",
) -> ReadTable:
    r"""Read a table of any measure from a CSV or .xlsx file; nothing is kept.

    Parameters
    ----------
    path : pathlib.Path or str
        The file.
    kind : {"band", "summary"}
        What it holds.
    measure : Measure or str
        What the bands or digits are of. Default: as the file says in its columns ``measure``,
        ``measure_step``, ``outcome_yes`` and so on.
    hides : HidesCounts, optional
        What was said of counts that the table hides.
    sheet : str
        Name of the sheet of a workbook. Default: the only one with content.

    Raises
    ------
    InputError
        If a word is not allowed or the file is no such table; all bad rows are told.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     file = Path(folder, "grades.csv")
    ...     _ = file.write_text("low,high,matched,not_matched\n3.00,3.49,30,30\n3.50,4.00,60,10\n")
    ...     found = read_table(file, kind="band", measure="gpa")
    >>> found.table.step, found.table.n
    (0.01, 130)
    """
    file, kind = Path(path), one_of(kind, "kind", OWN_KINDS)
    hides.refuse_idle(kind)
    data, label = content_of(file, sheet), shown(file.name)
    told = measure_in(data, label, kind, measure)
    if told not in MEASURES:
        told = Measure(told or UNNAMED) if isinstance(told, str) else told
        check_own(told, kind)
    return tabled(data, label, kind, told, Context(), hides)


def measure_in(data: bytes, label: str, kind: str, told: Measure | str) -> Measure | str:
    """Return a measure as it was told and as its file says it; a name alone is a text.

    Raises
    ------
    TableError
        If both contradict each other, or the file is no text.
    """
    if kind not in OWN_KINDS:
        return told
    with named(label):
        return merged(told, first_row(data, ABOUT))


def tabled(
    data: bytes,
    label: str,
    kind: str,
    measure: Measure | str,
    context: Context,
    hides: HidesCounts,
) -> ReadTable:
    """Return the typed table of a file's bytes.

    Parameters
    ----------
    data : bytes
        CSV.
    label : str
        The file, for messages.
    kind, measure : str, Measure or str
        What it holds; a measure of one's own is a `Measure`.
    context : Context
        Whom the table is about and where it is from.
    hides : HidesCounts
        What was said of counts that the table hides.

    Raises
    ------
    TableError
        If it is no such table; the message speaks in the measure's words.
    """
    problems, words = Problems(), words_of(measure)
    own = words if isinstance(measure, Measure) else None
    with named(label), words.telling():
        sheet = rows_of(data, columns_with(kind), kind, problems, own)
        # Imported only now: a file that is no table, or a folder without any, costs no pandas.
        if not sheet.rows:
            problems.settle()
        refuse_other_rows(sheet.rows)
        from imgstats.own_tables.typed import make_table

        made = make_table(kind, measure, sheet.rows, context, hides=hides, problems=problems)
    said = tuple(words.say(each) for each in (*sheet.said, *made.said))
    return ReadTable(made.table, said, tuple(sheet.rows))
