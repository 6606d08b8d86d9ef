"""The schema of a descriptor, carried out: types, required cells, values allowed, primary key."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from imgstats.errors import TableError
from imgstats.sources.results import CheckResult, failed, passed
from imgstats.sources.tabular import typed_rows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.tabular import Field, Record, Row

__all__ = ["schema_result"]


def schema_result(item: Dataset, rows: Sequence[Row]) -> CheckResult:
    """Return whether the cells of a raw table fit its schema.

    Parameters
    ----------
    item : Dataset
        The data set's record.
    rows : sequence of dict
        Its cells as printed.

    Returns
    -------
    CheckResult
        The first misfit and how many there are, or the number of rows and columns that fit.

    Examples
    --------
    >>> from imgstats.sources.catalogue import dataset
    >>> from imgstats.sources.reading import raw_rows
    >>> item = dataset("season_dates")
    >>> schema_result(item, raw_rows(item)).message
    'season_dates: schema: 4 rows of 4 columns, as expected'
    """
    try:
        typed = typed_rows(rows, item.fields, item.path.name)
    except TableError as error:
        return failed(item.name, "schema", expected=error.allowed, found=error.found)
    misfits = [*_repeats(item.primary_key, typed)]
    for field in item.fields:
        misfits += _beyond(field, typed)
    if not misfits:
        return passed(item.name, "schema", f"{len(rows)} rows of {len(item.fields)} columns")
    expected, found = misfits[0]
    return failed(item.name, "schema", expected=expected, found=f"{found} ({len(misfits)} in all)")


def _repeats(key: Sequence[str], rows: Sequence[Record]) -> Iterator[tuple[str, str]]:
    """Yield what is expected and found in each cell of a primary key that stands twice."""
    times = Counter(tuple(row[name] for name in key) for row in rows)
    for name in key:
        for line, row in enumerate(rows, start=2):
            if times[tuple(row[each] for each in key)] > 1:
                yield "multiple_fields_uniqueness", _found(name, line, row[name])


def _beyond(field: Field, rows: Sequence[Record]) -> Iterator[tuple[str, str]]:
    """Yield what is expected and found in each cell of a column that is not allowed."""
    low, high = field.minimum, field.maximum
    limits: dict[str, Callable[[Any], bool]] = {
        f"isin({list(field.enum)})": lambda value: not field.enum or value in field.enum,
        f"greater_than_or_equal_to({low})": lambda value: low is None or value >= low,
        f"less_than_or_equal_to({high})": lambda value: high is None or value <= high,
    }
    for expected, fits in limits.items():
        for line, row in enumerate(rows, start=2):
            value = row[field.name]
            if value is not None and not fits(value):
                yield expected, _found(field.name, line, value)


def _found(name: str, line: int, value: object) -> str:
    return f"{value} in column {name}, line {line}"
