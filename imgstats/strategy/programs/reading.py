"""`read_programs`: the programs of a user's spreadsheet, and what is wrong with its bad rows."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgstats.cohort.columns import read_words, refuse_no_rows
from imgstats.cohort.files.kinds import KINDS, kind_of, named
from imgstats.cohort.files.tables import opened_tables
from imgstats.cohort.judging import same_id
from imgstats.cohort.rows import BadRow, Problem
from imgstats.errors import InputError
from imgstats.files.opening import Wanted, open_plain
from imgstats.strategy.programs.cells import Cells
from imgstats.strategy.programs.fields import (
    CHECKED_BY,
    CHECKED_ON,
    PROGRAM,
    PROGRAMS,
    field_of,
)
from imgstats.strategy.programs.program import Check, Program, Programs
from imgstats.tables.published import PublishedTables
from imgstats.text import printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

    from imgstats.cohort.columns import HeaderAsked
    from imgstats.cohort.files.rows import RawTable

__all__ = ["COMMENT", "MOST_ROWS", "read_programs"]

# A list that a person looked up; its page and its files stay light.
MOST_ROWS = 10_000
# A row whose name begins so is for people.
COMMENT = "#"
# A workbook is packed, and takes far longer to read than its size says.
_MOST_BYTES = {".csv": 32 * 1024**2, ".xlsx": 1024**2, ".parquet": 32 * 1024**2}
_LONGEST_NAME = 60
_TODO = "keep the programs that you think of; a workbook that is too large may do as .csv"
_WHAT = f"a {', '.join(KINDS[:-1])} or {KINDS[-1]} file"
_PLAIN = tuple(
    each.name for each in fields(Program) if each.name not in {"line", "check", "checks"}
)


def read_programs(
    path: str | Path,
    *,
    today: date,
    ignore_columns: bool = False,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    tables: PublishedTables | None = None,
) -> Programs:
    r"""Read programs from a ``.csv``, ``.xlsx`` or ``.parquet`` file.

    Parameters
    ----------
    path : str or pathlib.Path
        The file: a header with ``program`` and other columns of `fields.FIELDS`, and a row for
        each program. Up to 10,000 rows; 1 MiB of a workbook,
        32 MiB of other files.
    today : date
        A check on a later day is refused.
    ignore_columns : bool
        Whether unknown columns are passed over instead of refused.
    columns : mapping of str to str, optional
        Fields of some headers, such as ``{"Hospital site": "program"}``.
    sheet : str
        Name of the sheet of a workbook. Default: the only one with content that is not hidden.
    tables : PublishedTables, optional
        Tables that say which specialties there are. Default: those that ship.

    Returns
    -------
    Programs
        Good and bad rows. An empty cell is not known. Of two rows with the same program and state
        the first good one is kept and the later one is bad, with both lines named.

    Raises
    ------
    InputError
        If the file cannot be read, is too large, has no rows, or has other columns.

    Examples
    --------
    >>> import tempfile
    >>> from datetime import date
    >>> folder = tempfile.TemporaryDirectory()
    >>> file = Path(folder.name, "programs.csv")
    >>> _ = file.write_text("program,State,Minimum Step 2 CK\nExample A,NY,225\nexample a,NY,\n")
    >>> found = read_programs(file, today=date(2026, 11, 30))
    >>> found.rows[0].min_step2_ck, str(found.bad[0])[:48]
    (225, "line 3: program is 'example a'; line 2 has the s")
    >>> folder.cleanup()
    """
    file = Path(path)
    kind = kind_of(file)
    reader = _Reader(Cells((tables or PublishedTables()).specialties, today))
    size = f"up to {_MOST_BYTES[kind] // 1024**2} MiB and {MOST_ROWS:,} rows"
    wanted = Wanted(what=_WHAT, most=_MOST_BYTES[kind], size=size, todo=_TODO)
    with open_plain(file, wanted) as stream, named(file):
        asked: HeaderAsked = {
            "words": PROGRAMS,
            "needed": (PROGRAM,),
            "ignore": ignore_columns,
            "named": columns or {},
        }
        with opened_tables(stream, kind, sheet=sheet, rows=MOST_ROWS + 1, **asked) as (found, raw):
            for table in raw:
                reader.take(table)
        refuse_no_rows(len(reader.rows) + len(reader.bad), "program")
    return Programs(
        rows=tuple(reader.rows),
        bad=tuple(reader.bad),
        ignored=found.ignored,
        read=read_words(found.read),
        comments=reader.comments,
    )


class _Reader:
    """Collects good and bad rows."""

    def __init__(self, cells: Cells) -> None:
        self.cells = cells
        self.rows: list[Program] = []
        self.bad: list[BadRow] = []
        self.comments = 0
        self._lines: dict[tuple[str, str], int] = {}

    def take(self, table: RawTable) -> None:
        """Judge the rows of one table.

        Raises
        ------
        InputError
            If there are too many.
        """
        if len(self.rows) + len(self.bad) + self.comments + len(table.lines) > MOST_ROWS:
            raise InputError(f"more than {MOST_ROWS:,} rows", f"up to {MOST_ROWS:,} rows", _TODO)
        names = tuple(table.cells)  # the program, which is needed, is the first
        columns = [self.cells.judged(name, table.cells[name]) for name in names]
        for at, (line, row) in enumerate(zip(table.lines, zip(*columns, strict=True), strict=True)):
            first = table.cells[names[0]][at]
            if isinstance(first, str) and first.lstrip().startswith(COMMENT):
                self.comments += 1
                continue
            problems = [each.problem for each in row if each.problem is not None]
            if at in table.faults:
                problems.insert(0, table.faults[at])
            if problems:
                self._refuse(line, first, problems)
                continue
            values = {name: each.value for name, each in zip(names, row, strict=True)}
            program = _program(line, values)
            key = (same_id(program.program.casefold()), program.state)
            before = self._lines.setdefault(key, line)
            if before == line:
                self.rows.append(program)
            else:
                self._refuse(line, first, [_said_before(program, before)])

    def _refuse(self, line: int, name: object, problems: Sequence[Problem]) -> None:
        is_told = name is None or any(each.column == PROGRAM for each in problems)
        text = "" if is_told else " ".join(str(name).split())[:_LONGEST_NAME]
        safe = text if printable(text) else shown(text)
        self.bad.append(BadRow(line=line, id=safe, problems=tuple(problems)))


def _said_before(program: Program, line: int) -> Problem:
    reason = f"line {line} has the same program and state, and is kept; remove one of the two"
    return Problem(column=PROGRAM, value=shown(program.program), reason=reason)


def _program(line: int, values: Mapping[str, Any]) -> Program:
    given = {name: values[name] for name in _PLAIN if values.get(name) is not None}
    row = Check(field="", by=values.get(CHECKED_BY) or "", on=values.get(CHECKED_ON))
    return Program(line=line, **given, check=row, checks=tuple(_checks(values, row)))


def _checks(values: Mapping[str, Any], row: Check) -> Iterator[Check]:
    """Yield who checked single fields; what a field leaves unsaid the row says."""
    own: dict[str, dict[str, Any]] = {}
    for column, value in values.items():
        end = field_of(column).name
        if value is not None and end in {CHECKED_BY, CHECKED_ON} and column != end:
            own.setdefault(column.removesuffix(f"_{end}"), {})[end] = value
    for name, said in own.items():
        yield Check(field=name, by=said.get(CHECKED_BY, row.by), on=said.get(CHECKED_ON, row.on))
