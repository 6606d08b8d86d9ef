"""The schema of a descriptor, carried out by pandera."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.errors import TableError
from imgstats.sources.results import CheckResult, failed, passed
from imgstats.sources.tabular import dtype_of, to_frame

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandera.pandas as pa

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.tabular import Field, Row

__all__ = ["schema_of", "schema_result"]


def schema_of(item: Dataset) -> pa.DataFrameSchema:
    """Return the pandera schema of a data set's fields.

    Parameters
    ----------
    item : Dataset
        The data set's record.

    Returns
    -------
    pandera.pandas.DataFrameSchema
        Types, required cells, allowed values, limits, order of columns and primary key.

    Examples
    --------
    >>> from imgstats.sources.catalogue import dataset
    >>> schema_of(dataset("season_dates")).unique
    ['season', 'event']
    """
    import pandera.pandas as pa

    columns = {
        field.name: pa.Column(
            dtype_of(field), checks=_limits(field), nullable=not field.required, required=True
        )
        for field in item.fields
    }
    return pa.DataFrameSchema(
        columns, strict=True, ordered=True, unique=list(item.primary_key) or None
    )


def _limits(field: Field) -> list[pa.Check]:
    import pandera.pandas as pa

    limits = []
    if field.enum:
        limits.append(pa.Check.isin(list(field.enum)))
    if field.minimum is not None:
        limits.append(pa.Check.ge(field.minimum))
    if field.maximum is not None:
        limits.append(pa.Check.le(field.maximum))
    return limits


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
    import pandas as pd
    from pandera.errors import SchemaErrors

    try:
        schema_of(item).validate(to_frame(rows, item.fields, item.path.name), lazy=True)
    except TableError as error:
        return failed(item.name, "schema", expected=error.allowed, found=error.found)
    except SchemaErrors as error:
        cases = error.failure_cases
        first = cases.iloc[0]
        place = "" if pd.isna(first["index"]) else f", line {int(first['index']) + 2}"
        found = f"{first['failure_case']} in column {first['column']}{place} ({len(cases)} in all)"
        return failed(item.name, "schema", expected=str(first["check"]), found=found)
    return passed(item.name, "schema", f"{len(rows)} rows of {len(item.fields)} columns")
