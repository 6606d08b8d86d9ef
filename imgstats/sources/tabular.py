"""Tidy CSV in and out, cell by cell: an empty cell is missing and never zero."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, TypeAlias

from imgstats.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    import pandas as pd

__all__ = [
    "PATTERNS",
    "Field",
    "Record",
    "Row",
    "dtype_of",
    "parse_rows",
    "render_rows",
    "to_frame",
    "typed_rows",
]

# A row as printed: no cell is converted, so 251 stays 251 and 240.5 stays 240.5.
Row: TypeAlias = dict[str, str]
# A row by the schema's types; an empty cell is None.
Record: TypeAlias = "Mapping[str, Any]"

# int() and float() also take "1_000", " 7 " and "nan", which no report prints.
PATTERNS = {
    "date": re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "integer": re.compile(r"-?[0-9]+"),
    "number": re.compile(r"-?[0-9]+(\.[0-9]+)?"),
    "string": re.compile(r".+", re.DOTALL),
}

_CONVERT: dict[str, Callable[[str], object]] = {
    "date": date.fromisoformat,
    "integer": int,
    "number": float,
    "string": str,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a table.

    Parameters
    ----------
    name : str
        Column name.
    type : str
        ``string``, ``integer``, ``number`` or ``date`` (Frictionless names).
    description : str
        What a value means.
    unit : str
        Unit of a value; empty where it has none.
    required : bool
        Whether no cell may be empty.
    enum : tuple
        Allowed values; empty when any value is allowed.
    minimum, maximum : float or int, optional
        Smallest and largest value allowed.

    Examples
    --------
    >>> Field("n", "integer", required=True).required
    True
    """

    name: str
    type: str
    description: str = ""
    unit: str = ""
    required: bool = False
    enum: tuple[str | int | float, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


def parse_rows(data: bytes, columns: Sequence[str], label: str) -> list[Row]:
    r"""Return the rows of a CSV file as text.

    Parameters
    ----------
    data : bytes
        The file, UTF-8.
    columns : sequence of str
        The header it must have, in order.
    label : str
        Name of the file, for the message.

    Returns
    -------
    list of dict
        One mapping from column to cell for each row.

    Raises
    ------
    TableError
        The bytes are not UTF-8 or not CSV, the header is another one, or a row has too many or too
        few cells.

    Examples
    --------
    >>> parse_rows(b"a,b\n1,\n", ["a", "b"], "x.csv")
    [{'a': '1', 'b': ''}]
    """
    try:
        text = data.decode("utf-8")
        lines = list(csv.reader(io.StringIO(text, newline=""), strict=True))
    except (UnicodeDecodeError, csv.Error) as error:
        raise TableError(f"{label} is not UTF-8 CSV ({error})", "", "restore the file") from error
    header = lines[0] if lines else []
    if header != list(columns):
        raise TableError(
            f"{label} has the columns {', '.join(header) or '(none)'}", ", ".join(columns)
        )
    for number, cells in enumerate(lines[1:], start=2):
        if len(cells) != len(header):
            raise TableError(
                f"{label}, line {number} has {len(cells)} cells", f"{len(header)} cells"
            )
    return [dict(zip(header, cells, strict=True)) for cells in lines[1:]]


def render_rows(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    r"""Return rows as UTF-8 CSV with ``\n`` line ends, the cells as they are.

    Examples
    --------
    >>> render_rows(["a", "b"], [{"a": "240.5", "b": ""}])
    b'a,b\n240.5,\n'
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, fieldnames=list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8")


def dtype_of(field: Field) -> str:
    """Return the pandas type of a column; it depends on the schema only, never on the cells.

    Examples
    --------
    >>> dtype_of(Field("n", "integer", required=True)), dtype_of(Field("n", "integer"))
    ('int64', 'Int64')
    """
    if field.type == "integer":
        return "int64" if field.required else "Int64"
    return {"number": "float64", "date": "datetime64[ns]", "string": "str"}[field.type]


def to_frame(rows: Sequence[Row], fields: Sequence[Field], label: str) -> pd.DataFrame:
    """Return rows as a typed data frame.

    Parameters
    ----------
    rows : sequence of dict
        Cells as text.
    fields : sequence of Field
        The columns, in order.
    label : str
        Name of the file, for the message.

    Returns
    -------
    pandas.DataFrame
        ``int64`` for required integers, ``Int64`` for integers with gaps, ``float64`` for numbers,
        ``str`` for strings, ``datetime64[ns]`` for dates; an empty cell is missing.

    Raises
    ------
    TableError
        A cell is not of its column's type, or a required cell is empty.

    Examples
    --------
    >>> frame = to_frame([{"n": "7"}, {"n": ""}], [Field("n", "integer")], "x.csv")
    >>> frame["n"].isna().tolist()
    [False, True]
    """
    import pandas as pd

    typed = typed_rows(rows, fields, label)
    return pd.DataFrame({field.name: _column(typed, field) for field in fields})


def typed_rows(rows: Sequence[Row], fields: Sequence[Field], label: str) -> tuple[Record, ...]:
    """Return rows as plain Python values: int, float, str or date, None for an empty cell.

    Parameters and errors are those of `to_frame`.

    Examples
    --------
    >>> typed_rows([{"n": "7"}, {"n": ""}], [Field("n", "integer")], "x.csv")
    ({'n': 7}, {'n': None})
    """
    for field in fields:
        _refuse_bad_cells(rows, field, label)
    converters = [(field.name, _CONVERT[field.type]) for field in fields]
    return tuple(
        {name: convert(row[name]) if row[name] else None for name, convert in converters}
        for row in rows
    )


def _refuse_bad_cells(rows: Sequence[Row], field: Field, label: str) -> None:
    for number, row in enumerate(rows, start=2):
        cell = row[field.name]
        if cell == "" and field.required:
            raise TableError(f"{label}, line {number}: {field.name} is empty", "a value")
        if cell and not _fits(cell, field.type):
            raise TableError(
                f"{label}, line {number}: {field.name} is {cell!r}", f"a {field.type}, or empty"
            )


def _fits(cell: str, type_name: str) -> bool:
    if not PATTERNS[type_name].fullmatch(cell):
        return False
    if type_name == "date":
        try:
            date.fromisoformat(cell)
        except ValueError:
            return False
    return True


def _column(rows: Sequence[Record], field: Field) -> pd.Series:
    import pandas as pd

    values = [row[field.name] for row in rows]
    if field.type == "date":
        return pd.to_datetime(pd.Series(values, dtype=object)).astype("datetime64[ns]")
    if field.type == "string":
        # The explicit type keeps a missing cell missing in pandas 2 too, where "str" would not.
        return pd.Series(values, dtype=pd.StringDtype(na_value=float("nan")))
    return pd.Series(values, dtype=dtype_of(field))
