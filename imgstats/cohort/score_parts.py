"""Rows of a cohort with what the tables say of each: every distinct cell is judged once."""

from __future__ import annotations

import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgstats.applicant import Applicant
from imgstats.cohort.columns import ID, NEEDED_FIELDS
from imgstats.cohort.judging import Judge
from imgstats.cohort.parquet_rows import open_parquet, row_batches, values_and_codes
from imgstats.cohort.plain_files import Stamp, open_plain
from imgstats.cohort.rates import RATE_COLUMNS, Rates
from imgstats.cohort.raw_tables import HEADER_LINES
from imgstats.cohort.rows import BadRow
from imgstats.cohort.saving import saving
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    import pyarrow as pa

    from imgstats.cohort.columns import Columns
    from imgstats.cohort.rows import Problem
    from imgstats.cohort.table_rows import RawTable

__all__ = ["Part", "Scorer", "part_schema", "score_range", "scored_range"]

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


def part_schema(*, with_id: bool) -> pa.Schema:
    """Return the columns of the output and their types."""
    import pyarrow as pa

    kinds = {"str": pa.string(), "float": pa.float64(), "int": pa.int64(), "bool": pa.bool_()}
    names = [(ID, pa.string())] if with_id else []
    names += [("group", pa.string()), ("specialty", pa.string()), ("step2_ck", pa.int64())]
    names += [(name, kinds[kind]) for name, kind in RATE_COLUMNS.items()]
    return pa.schema([*names, ("problem", pa.string())])


class Scorer:
    """Scores tables of rows, and remembers cells and rates.

    Parameters
    ----------
    tables : PublishedTables, optional
        Default: those that ship.
    """

    def __init__(self, tables: PublishedTables | None = None) -> None:
        tables = tables or PublishedTables()
        names = [str(each) for each in tables.frame("counts")["specialty"]]
        self._judge, self._rates = Judge(names, NEEDED_FIELDS), Rates(tables)

    def raw(self, table: RawTable) -> tuple[pa.Table, Part]:
        """Score rows as a sheet or a CSV file has them."""
        import numpy as np

        coded = {name: _coded(cells) for name, cells in table.cells.items()}
        return self._scored(np.asarray(table.lines), coded, table.faults)

    def batch(self, columns: Mapping[str, pa.Array], line: int) -> tuple[pa.Table, Part]:
        """Score rows of a Parquet file, whose first one has this line.

        An empty row is a bad one, so that the rows of both files stand side by side.
        """
        import numpy as np

        coded = {name: values_and_codes(array) for name, array in columns.items()}
        rows = len(next(iter(columns.values())))
        return self._scored(np.arange(line, line + rows), coded, {})

    def _scored(
        self,
        lines: Any,  # noqa: ANN401  numpy is imported late
        coded: Mapping[str, tuple[list[object], Any]],
        faults: Mapping[int, Problem],
    ) -> tuple[pa.Table, Part]:
        import numpy as np
        import pyarrow as pa

        judged = {name: self._judge.cells(name, values) for name, (values, _) in coded.items()}
        self._judge.forget()
        is_bad = np.zeros(len(lines), dtype=bool)
        is_bad[list(faults)] = True
        for name, cells in judged.items():
            is_bad |= np.array([each.problem is not None for each in cells])[coded[name][1]]
        problems = {
            int(at): BadRow(
                line=int(lines[at]), id="", problems=_problems(int(at), judged, coded, faults)
            )
            for at in np.flatnonzero(is_bad)
        }
        schema = part_schema(with_id=ID in coded)
        columns, years = self._figures(judged, coded, is_bad)
        columns["problem"] = pa.array([""]).take(pa.array(np.zeros(len(lines), dtype=np.int64)))
        if problems:
            columns["problem"] = pa.array([str(problems.get(at, "")) for at in range(len(lines))])
        found = pa.table([columns[name] for name in schema.names], schema=schema)
        shown = tuple(str(each) for each in list(problems.values())[:MOST_SHOWN])
        return found, Part(
            rows=len(lines), bad=len(problems), shown=shown, match_years=frozenset(years)
        )

    def _figures(
        self,
        judged: Mapping[str, Sequence[Any]],
        coded: Mapping[str, tuple[list[object], Any]],
        is_bad: Any,  # noqa: ANN401
    ) -> tuple[dict[str, Any], set[str]]:
        """Return columns and Matches; the problems are left out.

        There is one row of rates for each kind of row.
        """
        import numpy as np
        import pyarrow as pa

        types = part_schema(with_id=True)
        columns = {
            name: pa.array(_said(name, judged[name]), types.field(name).type).take(
                pa.array(coded[name][1])
            )
            for name in (ID, *_KEYS)
            if name in coded
        }
        code = is_bad.astype(np.int64)
        for name in _KEYS:
            if name in coded:
                code = code * len(judged[name]) + coded[name][1]
        _, first, inverse = np.unique(code, return_index=True, return_inverse=True)
        people = [
            None if is_bad[at] else _applicant(judged, coded, int(at)) for at in first.tolist()
        ]
        found = [None if who is None else self._rates.of(who) for who in people]
        for name in RATE_COLUMNS:
            values = [None if rate is None else getattr(rate, name) for rate in found]
            columns[name] = pa.array(values, types.field(name).type).take(pa.array(inverse))
        # What nobody gave is the default, as the rate is that of the default.
        if "specialty" not in coded:
            columns["specialty"] = pa.array([INTERNAL_MEDICINE] * len(is_bad), pa.string())
        years = {each.match_year for each in found if each is not None and each.match_year}
        return columns, years


def _said(name: str, cells: Sequence[Any]) -> list[Any]:
    default = INTERNAL_MEDICINE if name == "specialty" else None
    return [
        default if each.value is None and each.problem is None else each.value for each in cells
    ]


def _coded(cells: Sequence[object]) -> tuple[list[object], Any]:
    """Return distinct cells and codes; 1, 1.0 and True are one key, and not one cell."""
    import numpy as np

    seen: dict[tuple[type, object], int] = {}
    codes = [seen.setdefault((cell.__class__, cell), len(seen)) for cell in cells]
    return [cell for _, cell in seen], np.array(codes, dtype=np.int64)


def _problems(
    at: int,
    judged: Mapping[str, Sequence[Any]],
    coded: Mapping[str, tuple[list[object], Any]],
    faults: Mapping[int, Problem],
) -> tuple[Problem, ...]:
    cells = (judged[name][coded[name][1][at]] for name in judged)
    found = [each.problem for each in cells if each.problem is not None]
    return (faults[at], *found) if at in faults else tuple(found)


def _applicant(
    judged: Mapping[str, Sequence[Any]], coded: Mapping[str, tuple[list[object], Any]], at: int
) -> Applicant:
    said = {name: judged[name][coded[name][1][at]].value for name in _KEYS if name in coded}
    return Applicant.parse({name: value for name, value in said.items() if value is not None})


def scored_range(
    scorer: Scorer, file: object, columns: Columns, start: int, stop: int
) -> Iterator[tuple[pa.Table, Part]]:
    """Yield the scored rows start..stop (stop not included) of an open Parquet file."""
    line = start + HEADER_LINES + 1
    for batch in row_batches(file, columns, start, stop):
        yield scorer.batch(batch, line)
        line += len(next(iter(batch.values())))


def score_range(
    source: str, stamp: Stamp, columns: Columns, rows: tuple[int, int], out: str
) -> list[Part]:
    """Score some rows of a Parquet file into an Arrow file of their own: the task of a worker.

    Raises
    ------
    InputError
        If the file is broken, or no longer the one that the run began with.
    WorkError
        If the disk does not take what was scored.
    """
    import pyarrow as pa

    schema, parts = part_schema(with_id=ID in columns.places), []
    place = Path(out)
    # Under a name of its own until it is whole: a task whose worker dies runs again, and must not
    # cut short what is being read.
    draft = place.with_suffix(f".{os.getpid()}")
    with saving(place.parents[1]):
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with (
            os.fdopen(descriptor, "wb") as sink,
            open_plain(Path(source)) as stream,
            stamp.held(stream),
            pa.ipc.new_file(sink, schema) as writer,
        ):
            for table, part in scored_range(_scorer(), open_parquet(stream), columns, *rows):
                writer.write_table(table)
                parts.append(part)
        draft.replace(place)
    return parts


@lru_cache(maxsize=1)
def _scorer() -> Scorer:
    """Return a worker's scorer, which lives as long as the worker."""
    return Scorer()
