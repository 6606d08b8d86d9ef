"""Reading and writing tables as tidy CSV: one row per outcome, band or answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, ClassVar, Self

from imgstats.errors import InputError, TableError
from imgstats.measures import OutcomeWords
from imgstats.tables.context import Context

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    import pandas as pd

    from imgstats.sources.tabular import Record

__all__ = [
    "TidyTable",
    "context_columns",
    "one_context",
    "one_of",
    "one_value",
    "records_of",
    "values_in",
]

_CONTEXT = tuple(field.name for field in fields(Context))
# Columns whose cells are words, even where they look like numbers.
_WORDS = (
    *_CONTEXT,
    "measure",
    "question",
    "answer",
    "matched_means",
    "measure_label",
    "measure_unit",
    *(f"outcome_{field.name}" for field in fields(OutcomeWords)),
)


def records_of(frame: pd.DataFrame) -> list[Record]:
    """Return a frame's rows as records.

    Examples
    --------
    >>> import pandas as pd
    >>> records_of(pd.DataFrame({"n": [7.0, float("nan")]}))
    [{'n': 7.0}, {'n': None}]
    """
    import pandas as pd

    def plain(value: Any) -> Any:  # noqa: ANN401  a cell may hold anything
        if pd.isna(value):
            return None
        return value.item() if hasattr(value, "item") else value

    rows = frame.to_dict("records")
    return [{str(name): plain(value) for name, value in row.items()} for row in rows]


def context_columns(context: Context) -> dict[str, object]:
    """Return the context's non-empty fields as columns."""
    return {name: value for name, value in asdict(context).items() if value}


def one_value(rows: Iterable[Record], column: str) -> str:
    """Return the one value that a column holds in all rows.

    Raises
    ------
    TableError
        If there is no row, or the column holds another number of values.
    """
    return one_of(column, values_in(rows, column))


def values_in(rows: Iterable[Record], column: str) -> list[object]:
    """Return the values that a column holds, each once, without empty cells."""
    found = dict.fromkeys(row.get(column) for row in rows)
    return [each for each in found if each is not None]


def one_of(column: str, values: list[object]) -> str:
    """Return the one value that a column was found to hold.

    Raises
    ------
    TableError
        If it is another number of values.
    """
    found = [str(each) for each in values]
    if len(found) != 1:
        raise TableError(
            f"column {column} holds {', '.join(found) or 'nothing'}",
            "one value for the whole table",
            "select the rows of one table first",
        )
    return found[0]


def one_context(rows: Sequence[Record]) -> Context:
    """Return the context that all rows share.

    Raises
    ------
    TableError
        If a context column holds more than one value.
    """
    found = {name: values_in(rows, name) for name in _CONTEXT}
    return Context(**{name: one_of(name, values) for name, values in found.items() if values})


class TidyTable(ABC):
    """A table that goes to and comes from a tidy frame."""

    __slots__ = ()
    # Those that a tidy frame cannot do without.
    _columns: ClassVar[tuple[str, ...]]

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the table as a tidy frame, a row per outcome, band or answer."""

    @classmethod
    @abstractmethod
    def from_records(cls, rows: Sequence[Record]) -> Self:
        """Make the table from its rows, plain values with None for an empty cell."""

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """Make the table from its tidy frame.

        Raises
        ------
        TableError
            If a column is missing or what it holds contradicts itself.
        """
        if frame.empty:
            cls._need(frame.columns, cls._columns)
        return cls.from_records(records_of(frame))

    def to_csv(self, path: str | Path) -> None:
        """Write the tidy frame as CSV; unpublished fields are empty cells."""
        self.to_frame().to_csv(path, index=False, lineterminator="\n")

    @classmethod
    def from_csv(cls, path: str | Path) -> Self:
        """Read the table from CSV.

        Raises
        ------
        InputError
            If the file cannot be read as CSV.
        TableError
            If what it holds contradicts itself.
        """
        import pandas as pd

        try:
            # Only an empty cell is missing: NA and None are words that somebody may have written.
            frame = pd.read_csv(
                path, dtype=dict.fromkeys(_WORDS, "str"), keep_default_na=False, na_values=[""]
            )
        except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as e:
            raise InputError(f"{path}: {e}", "a UTF-8 CSV file with a header row") from e
        return cls.from_frame(frame)

    @staticmethod
    def _need(present: Collection[str], columns: Iterable[str]) -> None:
        missing = [name for name in columns if name not in present]
        if missing:
            raise TableError(
                f"columns {', '.join(present)}",
                f"also {', '.join(missing)}",
                "add the missing columns; leave unpublished cells empty",
            )
