"""`CountTable`: matched and not matched of one group."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, ClassVar, Self

from imgstats.errors import TableError
from imgstats.tables.context import Context
from imgstats.tables.tidy import TidyTable, context_columns, one_context
from imgstats.tables.validation import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from imgstats.sources.tabular import Record

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

    _columns: ClassVar[tuple[str, ...]] = ("matched", "not_matched")

    matched: int
    not_matched: int
    context: Context = field(default_factory=Context)

    def __post_init__(self) -> None:
        """Check the counts."""
        object.__setattr__(self, "matched", count(self.matched, "matched"))
        object.__setattr__(self, "not_matched", count(self.not_matched, "not_matched"))
        if self.n == 0:
            raise TableError("matched 0 and not_matched 0", "at least one person")

    @property
    def n(self) -> int:
        """Number of applicants."""
        return self.matched + self.not_matched

    @property
    def rate(self) -> float:
        """Match rate, a fraction of `n`."""
        return self.matched / self.n

    def wilson(self, level: float) -> tuple[float, float]:
        """Return the Wilson score interval of the rate, fractions.

        Parameters
        ----------
        level : float
            Level of the interval, a fraction between 0 and 1.

        References
        ----------
        Wilson EB. Probable inference, the law of succession, and statistical inference. Journal of
        the American Statistical Association 1927;22:209-212. doi:10.1080/01621459.1927.10502953

        Examples
        --------
        >>> low, high = CountTable(matched=3, not_matched=1).wilson(0.95)
        >>> round(low, 3), round(high, 3)
        (0.301, 0.954)
        """
        squared = NormalDist().inv_cdf((1 - level) / 2) ** 2
        middle = (self.matched + squared / 2) / (self.n + squared)
        variance = self.n * self.rate * (1 - self.rate) + squared / 4
        half = (squared * variance) ** 0.5 / (self.n + squared)
        return max(middle - half, 0.0), min(middle + half, 1.0)

    def to_frame(self) -> pd.DataFrame:
        """Return one row with ``matched`` and ``not_matched``."""
        import pandas as pd

        row = {"matched": self.matched, "not_matched": self.not_matched}
        return pd.DataFrame([context_columns(self.context) | row])

    @classmethod
    def from_records(cls, rows: Sequence[Record]) -> Self:
        """Make the table from one row.

        Raises
        ------
        TableError
            If there is not exactly one row, or a column is missing.
        """
        if len(rows) != 1:
            raise TableError(f"{len(rows)} rows", "exactly one row for a count table")
        row = rows[0]
        cls._need(row, cls._columns)
        return cls(
            matched=row["matched"], not_matched=row["not_matched"], context=one_context(rows)
        )
