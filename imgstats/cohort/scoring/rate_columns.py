"""The rates of many rows: one look for each kind of row, and one table of what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgstats.applicant import Applicant
from imgstats.cohort.columns import kinds_of
from imgstats.comparison.many import Rates
from imgstats.comparison.score.rate import ScoreRate

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pyarrow as pa

    from imgstats.cohort.scoring.column_judging import JudgedColumn
    from imgstats.tables.published import PublishedTables

__all__ = ["RateRows", "rate_types"]

_MOST_KINDS = 100_000


class RateRows:
    """Looks up what is said of each row, and remembers it for rows of the same kind.

    Parameters
    ----------
    tables : PublishedTables
        Where it is looked up.
    """

    def __init__(self, tables: PublishedTables) -> None:
        self._tables = tables
        self._forget()

    def _forget(self) -> None:
        self._rates = Rates(self._tables)
        self._found: list[ScoreRate | None] = [None]  # of the bad rows
        self._rows: dict[tuple[object, ...], int] = {}
        self._columns: dict[str, pa.Array] = {}

    def of(
        self,
        keys: Mapping[str, JudgedColumn],
        is_bad: Any,  # noqa: ANN401  numpy is imported late
    ) -> tuple[dict[str, pa.Array], set[str]]:
        """Return the columns of the rates, and the Matches that they come from.

        Parameters
        ----------
        keys : mapping of str to JudgedColumn, n rows each
            Group, score, and specialty where there is one.
        is_bad : ndarray of bool, shape (n,)
            Rows that have no rate.
        """
        import numpy as np
        import pyarrow as pa

        code = is_bad.astype(np.int64)
        for each in keys.values():
            code = code * len(each.cells) + each.codes
        kinds = pa.array(code).dictionary_encode()
        if len(self._found) > _MOST_KINDS:
            self._forget()
        rows = [self._row(keys, kind) for kind in kinds.dictionary.to_pylist()]
        if len(self._found) != len(self._columns.get("rate", ())):
            self._columns = _columns(self._found)
        places = pa.array(np.array(rows, dtype=np.int64)).take(kinds.indices)
        years = {found.match_year for row in rows if (found := self._found[row]) is not None}
        return {name: each.take(places) for name, each in self._columns.items()}, years - {""}

    def _row(self, keys: Mapping[str, JudgedColumn], kind: int) -> int:
        """Return where the rate of a kind of row stands among those that were found."""
        said: dict[str, object] = {}
        for name in reversed(list(keys)):
            kind, code = divmod(kind, len(keys[name].cells))
            said[name] = keys[name].cells[code].value
        if kind:  # a bad row
            return 0
        key = tuple(said.items())
        if key not in self._rows:
            given = {name: value for name, value in said.items() if value is not None}
            self._rows[key] = len(self._found)
            self._found.append(self._rates.of(Applicant.parse(given)))
        return self._rows[key]


def rate_types() -> dict[str, pa.DataType]:
    """Return the columns of the rates and their types."""
    import pyarrow as pa

    kinds = {str: pa.string(), float: pa.float64(), int: pa.int64(), bool: pa.bool_()}
    return {name: kinds[kind] for name, kind in kinds_of(ScoreRate).items()}


def _columns(found: Sequence[ScoreRate | None]) -> dict[str, pa.Array]:
    import pyarrow as pa

    def values(name: str) -> list[object]:
        return [None if each is None else getattr(each, name) for each in found]

    return {name: pa.array(values(name), kind) for name, kind in rate_types().items()}
