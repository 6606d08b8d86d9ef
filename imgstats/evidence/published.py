"""Effects and prevalences from papers and secondary pages, as data with their grade."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgstats.evidence.records import Evidence
from imgstats.tables.tidy import cell
from imgstats.wording import number_words, percent

if TYPE_CHECKING:
    from imgstats.tables.published import PublishedTables

__all__ = ["effects"]

_FRACTIONS = ("proportion", "prevalence")
_SOURCE = "published-effects"


def effects(tables: PublishedTables, published_factor: str, factor: str) -> tuple[Evidence, ...]:
    """Return what was published on a factor, strongest grade first.

    Parameters
    ----------
    tables : PublishedTables
        Where the rows stand.
    published_factor : str
        The factor's name in the collection, such as ``failed_attempt``.
    factor : str
        The factor's name in a comparison, such as ``attempts``.

    Raises
    ------
    TableError
        If nothing was collected on that factor.
    """
    rows = tables.select("effects", factor=published_factor).to_dict("records")
    clean = [{str(name): cell(value) for name, value in row.items()} for row in rows]
    return tuple(_evidence(row, factor) for row in sorted(clean, key=lambda row: row["grade"]))


def _evidence(row: dict[str, Any], factor: str) -> Evidence:
    return Evidence(
        factor=factor,
        statement=str(row["comparison"]),
        finding=_finding(row),
        population=str(row["population"]),
        year=str(row["data_years"] or ""),
        n=None if row["n"] is None else int(row["n"]),
        grade=str(row["grade"]),
        source=_SOURCE,
        origin=str(row["source"]),
        note="; ".join(str(row[name]) for name in ("how_seen", "note") if row[name]),
    )


def _finding(row: dict[str, Any]) -> str:
    """Say what was found; a row without a single value says so, its figures stay where they are."""
    estimate = row["estimate"]
    if row["effect"] == "direction":
        return f"{row['outcome']}: {estimate}" if estimate else f"{row['outcome']}: direction only"
    if estimate is None:
        return "shares by group, listed under whom it is about"
    try:
        value = float(estimate)
    except ValueError:
        return f"{row['outcome']}: {estimate}"
    words = percent(value) if row["effect"] in _FRACTIONS else number_words(value)
    if row["outcome"] == "prevalence":
        return words
    return f"{row['outcome']}: {words}"
