"""Effects and prevalences from papers and secondary pages, as data with their grade."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import TYPE_CHECKING

from imgstats.errors import TableError
from imgstats.evidence.records import Evidence
from imgstats.wording import number_words, percent, thousands

if TYPE_CHECKING:
    from imgstats.sources.tabular import Record
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
    rows = tables.rows("effects", factor=published_factor)
    return tuple(_evidence(row, factor) for row in sorted(rows, key=itemgetter("grade")))


def _evidence(row: Record, factor: str) -> Evidence:
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
        sentence=_sentence(row),
    )


@cache
def _sentences() -> dict[tuple[str, str, str], str]:
    """Return the sentences by factor, comparison and population."""
    text = (files("imgstats.evidence") / "sentences.toml").read_text(encoding="utf-8")
    return {
        (each["factor"], each["comparison"], each["population"]): each["sentence"]
        for each in tomllib.loads(text)["effect"]
    }


def _sentence(row: Record) -> str:
    """Say the one sentence about a row, its figures filled in."""
    key = (str(row["factor"]), str(row["comparison"]), str(row["population"]))
    if key not in _sentences():
        raise TableError(
            f"no sentence for the published effect {', '.join(key)}",
            "a row of evidence/sentences.toml for each row of published effects",
        )
    value = row["estimate"]
    number = _number(value)
    return _sentences()[key].format(
        percent="" if number is None else percent(number),
        value=value if number is None else number_words(number),
        n="" if row["n"] is None else thousands(int(row["n"])),
        years=row["data_years"] or "",
        low="" if row["ci_low"] is None else number_words(float(row["ci_low"])),
        high="" if row["ci_high"] is None else number_words(float(row["ci_high"])),
        level="" if row["ci_level_pct"] is None else f"{int(row['ci_level_pct'])} %",
        population_shares=key[2].partition(": ")[2],
    )


def _number(value: object) -> float | None:
    try:
        return float(str(value))
    except ValueError:
        return None


def _finding(row: Record) -> str:
    """Say what was found; a row without a single value says so, its figures stay where they are."""
    estimate = row["estimate"]
    if row["effect"] == "direction":
        return f"{row['outcome']}: {estimate}" if estimate else f"{row['outcome']}: direction only"
    if estimate is None:
        return "shares by group, listed under whom it is about"
    value = _number(estimate)
    if value is None:
        return f"{row['outcome']}: {estimate}"
    words = percent(value) if row["effect"] in _FRACTIONS else number_words(value)
    if row["outcome"] == "prevalence":
        return words
    return f"{row['outcome']}: {words}"
