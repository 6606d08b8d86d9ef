"""`CountTable`: matched and not matched of one group."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

import pandas as pd

from imgstats.errors import TableError
from imgstats.tables.context import Context
from imgstats.tables.tidy import TidyTable, cell, context_columns, one_context
from imgstats.tables.validation import count

__all__ = ["CountTable"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CountTable(TidyTable):
    """Number matched and number not matched.

    Parameters
    ----------
    matched, not_matched : int
        Counts of applicants, 0 or more, not both 0.
    context : Context, optional
        Which people, which outcome, which source.

    Raises
    ------
    TableError
        If a count is negative or not whole, or if both are 0.

    Examples
    --------
    >>> table = CountTable(matched=3, not_matched=1)
    >>> table.n, table.rate
    (4, 0.75)
    """

    matched: int
    not_matched: int
    context: Context = field(default_factory=Context)

    def __post_init__(self) -> None:
        """Check the counts."""
        object.__setattr__(self, "matched", count(self.matched, "matched"))
        object.__setattr__(self, "not_matched", count(self.not_matched, "not_matched"))
        if self.n == 0:
            raise TableError("matched 0 and not_matched 0", "at least one applicant")

    @property
    def n(self) -> int:
        """Number of applicants."""
        return self.matched + self.not_matched

    @property
    def rate(self) -> float:
        """Match rate, a fraction of `n`."""
        return self.matched / self.n

    def to_frame(self) -> pd.DataFrame:
        """Return one row with ``matched`` and ``not_matched``."""
        row = {"matched": self.matched, "not_matched": self.not_matched}
        return pd.DataFrame([context_columns(self.context) | row])

    @classmethod
    def from_frame(cls, frame: pd.DataFrame) -> Self:
        """Make the table from a frame of one row.

        Raises
        ------
        TableError
            If the frame has not exactly one row, or a column is missing.
        """
        cls._need(frame, ("matched", "not_matched"))
        if len(frame) != 1:
            raise TableError(f"{len(frame)} rows", "exactly one row for a count table")
        row = frame.iloc[0]
        return cls(
            matched=cell(row["matched"]),
            not_matched=cell(row["not_matched"]),
            context=one_context(frame),
        )
