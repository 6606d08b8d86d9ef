"""Rows of a cohort with what the tables say of each: every distinct cell is judged once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from imgstats.cohort.columns import ID, NEEDED_FIELDS
from imgstats.cohort.files.parquet import row_batches
from imgstats.cohort.files.tables import HEADER_LINES
from imgstats.cohort.judging import Judge
from imgstats.cohort.rows import BadRow
from imgstats.cohort.scoring.column_judging import JudgedColumn, judged_column
from imgstats.cohort.scoring.rate_columns import RateRows, rate_types
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from imgstats.cohort.columns import Columns
    from imgstats.cohort.files.rows import RawTable
    from imgstats.cohort.rows import Problem

__all__ = ["MOST_SHOWN", "Part", "Scorer", "part_schema", "scored_range"]

_KEYS = ("group", "specialty", "step2_ck")
MOST_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What became of some rows.

    Attributes
    ----------
    rows, bad : int
        Number of rows, and of bad ones among them.
    shown : tuple of str
        The first bad rows, a line each.
    match_years : frozenset of str
        The Matches that the rates come from.
    """

    rows: int
    bad: int
    shown: tuple[str, ...]
    match_years: frozenset[str]


@cache
def part_schema(*, with_id: bool) -> pa.Schema:
    """Return the columns of the output and their types."""
    import pyarrow as pa

    text = pa.string()
    keys = {"group": text, "specialty": text, "step2_ck": pa.int64()}
    names = ({ID: text} if with_id else {}) | keys | rate_types() | {"problem": text}
    return pa.schema(list(names.items()))


class Scorer:
    """Scores tables of rows, and remembers cells and rates.

    Parameters
    ----------
    tables : PublishedTables, optional
        Default: those that ship.
    """

    def __init__(self, tables: PublishedTables | None = None) -> None:
        tables = tables or PublishedTables()
        self._judge, self._rates = Judge(tables.specialties, NEEDED_FIELDS), RateRows(tables)

    def read_words(self) -> tuple[str, ...]:
        """Return the values that were read as something written otherwise, a line each."""
        return self._judge.read_words()

    def raw(self, table: RawTable) -> tuple[pa.Table, Part]:
        """Score rows as a sheet has them, cell by cell."""
        import numpy as np

        judged = {name: self._cells(name, cells) for name, cells in table.cells.items()}
        return self._scored(np.asarray(table.lines), judged, table.faults)

    def _cells(self, name: str, cells: Sequence[object]) -> JudgedColumn:
        import pyarrow as pa

        values, codes = _coded(cells)
        found, texts = self._judge.cells(name, values), None
        if name == ID:
            texts = pa.array([each.value for each in found], pa.string()).take(pa.array(codes))
        return JudgedColumn(cells=found, codes=codes, texts=texts)

    def batch(
        self,
        columns: Mapping[str, pa.Array],
        lines: Any,  # noqa: ANN401  numpy is imported late
        faults: Mapping[int, Problem] | None = None,
    ) -> tuple[pa.Table, Part]:
        """Score rows as a Parquet or a CSV file has them, column by column.

        An empty row is a bad one, so that the rows of both files stand side by side.

        Parameters
        ----------
        columns : mapping of str to pyarrow.Array, length n each
            Cells by column.
        lines : ndarray of int64, shape (n,)
            The line of each row.
        faults : mapping of int to Problem, optional
            What is wrong with a row as a whole, by its position.
        """
        judged = {name: judged_column(self._judge, name, each) for name, each in columns.items()}
        return self._scored(lines, judged, faults or {})

    def _scored(
        self,
        lines: Any,  # noqa: ANN401
        judged: Mapping[str, JudgedColumn],
        faults: Mapping[int, Problem],
    ) -> tuple[pa.Table, Part]:
        import numpy as np
        import pyarrow as pa

        self._judge.forget()
        is_bad = np.zeros(len(lines), dtype=bool)
        is_bad[list(faults)] = True
        for each in judged.values():
            is_wrong = np.array([cell.problem is not None for cell in each.cells])
            if is_wrong.any():
                is_bad |= is_wrong[each.codes]
        problems = [
            str(BadRow(line=int(lines[at]), id="", problems=_problems(at, judged, faults)))
            for at in np.flatnonzero(is_bad).tolist()
        ]
        schema = part_schema(with_id=ID in judged)
        columns, years = self._figures(judged, is_bad)
        columns["problem"] = _problem_column(problems, is_bad)
        found = pa.table([columns[name] for name in schema.names], schema=schema)
        return found, Part(
            rows=len(lines),
            bad=len(problems),
            shown=tuple(problems[:MOST_SHOWN]),
            match_years=frozenset(years),
        )

    def _figures(
        self,
        judged: Mapping[str, JudgedColumn],
        is_bad: Any,  # noqa: ANN401
    ) -> tuple[dict[str, Any], set[str]]:
        """Return columns and Matches; the problems are left out."""
        import pyarrow as pa

        types = part_schema(with_id=True)
        columns = {
            name: pa.array(_said(name, judged[name].cells), types.field(name).type).take(
                pa.array(judged[name].codes)
            )
            for name in _KEYS
            if name in judged
        }
        if ID in judged:
            columns[ID] = judged[ID].texts
        # What nobody gave is the default, as the rate is that of the default.
        if "specialty" not in judged:
            columns["specialty"] = pa.repeat(pa.scalar(INTERNAL_MEDICINE), len(is_bad))
        keys = {name: judged[name] for name in _KEYS if name in judged}
        rates, years = self._rates.of(keys, is_bad)
        return {**columns, **rates}, years


def _said(name: str, cells: Sequence[Any]) -> list[Any]:
    default = INTERNAL_MEDICINE if name == "specialty" else None
    return [
        default if each.value is None and each.problem is None else each.value for each in cells
    ]


def _problem_column(problems: Sequence[str], is_bad: Any) -> pa.Array:  # noqa: ANN401
    import pyarrow as pa
    from pyarrow import compute

    none = pa.repeat(pa.scalar(""), len(is_bad))
    if not problems:
        return none
    return compute.replace_with_mask(none, pa.array(is_bad), pa.array(problems, pa.string()))


def _coded(cells: Sequence[object]) -> tuple[list[object], Any]:
    """Return distinct cells and codes; 1, 1.0 and True are one key, and not one cell."""
    import numpy as np

    seen: dict[tuple[type, object], int] = {}
    codes = [seen.setdefault((cell.__class__, cell), len(seen)) for cell in cells]
    return [cell for _, cell in seen], np.array(codes, dtype=np.int64)


def _problems(
    at: int, judged: Mapping[str, JudgedColumn], faults: Mapping[int, Problem]
) -> tuple[Problem, ...]:
    cells = (each.cells[each.codes[at]] for each in judged.values())
    found = [each.problem for each in cells if each.problem is not None]
    return (faults[at], *found) if at in faults else tuple(found)


def scored_range(
    scorer: Scorer, file: object, columns: Columns, start: int, stop: int
) -> Iterator[tuple[pa.Table, Part]]:
    """Yield the scored rows start..stop (stop not included) of an open Parquet file."""
    import numpy as np

    line = start + HEADER_LINES + 1
    for batch in row_batches(file, columns, start, stop):
        rows = len(next(iter(batch.values())))
        yield scorer.batch(batch, np.arange(line, line + rows))
        line += rows
