"""Reading and writing tables as tidy CSV: one row per outcome, band or answer."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, Self

import pandas as pd

from imgstats.errors import InputError, TableError
from imgstats.tables.context import Context

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

__all__ = ["TidyTable", "cell", "context_columns", "one_context", "one_value"]

_CONTEXT = tuple(field.name for field in fields(Context))
# Columns whose cells are words, even where they look like numbers.
_WORDS = (*_CONTEXT, "measure", "question", "answer", "matched_means")


def cell(value: Any) -> Any:  # noqa: ANN401  a cell may hold anything
    """Return None for an empty cell, else a plain Python value.

    Examples
    --------
    >>> cell(float("nan")) is None
    True
    """
    if value is None or pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value


def context_columns(context: Context) -> dict[str, object]:
    """Return the context's non-empty fields as columns."""
    return {name: value for name, value in asdict(context).items() if value}


def one_value(frame: pd.DataFrame, column: str) -> str:
    """Return the one value that a column holds in all rows.

    Raises
    ------
    TableError
        If the frame is empty, or the column holds another number of values.
    """
    return _only(column, _distinct(frame[column]))


def _distinct(column: pd.Series) -> list[object]:
    # Plain Python: a table has a few rows, and pandas takes a hundred times longer for those.
    return [each for each in dict.fromkeys(column.tolist()) if not pd.isna(each)]


def _only(column: str, values: list[object]) -> str:
    found = [str(each) for each in values]
    if len(found) != 1:
        raise TableError(
            f"column {column} holds {', '.join(found) or 'nothing'}",
            "one value for the whole table",
            "select the rows of one table first",
        )
    return found[0]


def one_context(frame: pd.DataFrame) -> Context:
    """Return the context that all rows share.

    Raises
    ------
    TableError
        If a context column holds more than one value.
    """
    found = {name: _distinct(frame[name]) for name in _CONTEXT if name in frame}
    return Context(**{name: _only(name, values) for name, values in found.items() if values})


class TidyTable(ABC):
    """A table that goes to and comes from a tidy frame."""

    __slots__ = ()

    @abstractmethod
    def to_frame(self) -> pd.DataFrame:
        """Return the table as a tidy frame, a row per outcome, band or answer."""

    @classmethod
    @abstractmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """Make the table from its tidy frame."""

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
        try:
            # Only an empty cell is missing: NA and None are words that somebody may have written.
            frame = pd.read_csv(
                path, dtype=dict.fromkeys(_WORDS, "str"), keep_default_na=False, na_values=[""]
            )
        except (OSError, UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as e:
            raise InputError(f"{path}: {e}", "a UTF-8 CSV file with a header row") from e
        return cls.from_frame(frame)

    @staticmethod
    def _need(frame: pd.DataFrame, columns: Iterable[str]) -> None:
        missing = [name for name in columns if name not in frame]
        if missing:
            raise TableError(
                f"columns {', '.join(frame.columns)}",
                f"also {', '.join(missing)}",
                "add the missing columns; leave unpublished cells empty",
            )
