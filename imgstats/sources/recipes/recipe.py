"""One recipe: how a processed table is made from raw tables.

A recipe moves text: no number is computed except the applicants who did not match, so every printed
digit arrives as it was printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from imgstats.sources.tabular import Field, Row

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imgstats.sources.catalogue import Dataset

__all__ = ["ORIGIN", "Recipe", "Tables", "as_printed", "origin_of"]

# The raw tables a recipe asks for, by name: the record and the rows as printed.
Tables: TypeAlias = "Mapping[str, tuple[Dataset, list[Row]]]"

ORIGIN = {"dataset": "string", "source": "string", "trust": "string"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """One processed table: its columns and how its rows come about.

    Parameters
    ----------
    name : str
        Table name.
    inputs : tuple of str
        Raw data sets it is made from.
    columns : mapping of str to str
        Column name to type; ``?`` after the type: cells may be empty.
    make : callable
        From the raw tables to the rows.
    """

    name: str
    inputs: tuple[str, ...]
    columns: Mapping[str, str]
    make: Callable[[Tables], list[Row]]

    @property
    def file_name(self) -> str:
        """Return the name of the file in ``data/processed``."""
        return f"{self.name}.csv"

    def fields(self) -> tuple[Field, ...]:
        """Return the columns as fields of a schema.

        Examples
        --------
        >>> from imgstats.sources.recipes import RECIPES
        >>> RECIPES["counts"].fields()[0].type
        'integer'
        """
        return tuple(
            Field(name, type_name.rstrip("?"), required=not type_name.endswith("?"))
            for name, type_name in self.columns.items()
        )


def origin_of(item: Dataset, row: Row) -> Row:
    """Return data set, source and trust of a row: its own where the table has them."""
    first = item.sources[0]
    return {
        "dataset": item.name,
        "source": row[item.source_column] if item.source_column else first.name,
        "trust": row.get("trust", first.trust),
    }


def as_printed(name: str, origin: tuple[str, ...] = tuple(ORIGIN)) -> Callable[[Tables], list[Row]]:
    """Return a maker that keeps every row and column and adds where it is from."""

    def make(tables: Tables) -> list[Row]:
        item, rows = tables[name]
        return [{**item.applies_to, **row, **_picked(origin_of(item, row), origin)} for row in rows]

    return make


def _picked(row: Row, columns: tuple[str, ...]) -> Row:
    return {name: row[name] for name in columns}
