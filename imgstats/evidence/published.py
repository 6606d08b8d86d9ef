"""Effects and prevalences from papers and secondary pages, as data with their grade."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from operator import itemgetter
from typing import TYPE_CHECKING

from imgstats.errors import TableError
from imgstats.evidence.records import Evidence
from imgstats.wording import listed, number_words, percent, thousands

if TYPE_CHECKING:
    from imgstats.sources import Source
    from imgstats.sources.tabular import Record
    from imgstats.tables.published import PublishedTables

__all__ = ["effects"]

_FRACTIONS = ("proportion", "prevalence", "hazard")
_KEY = ("factor", "comparison", "outcome", "population")


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
    papers = tables.sources
    return tuple(
        _evidence(row, factor, papers[str(row["source"])])
        for row in sorted(rows, key=itemgetter("grade"))
    )


def _evidence(row: Record, factor: str, paper: Source) -> Evidence:
    return Evidence(
        factor=factor,
        statement=str(row["comparison"]),
        finding=_finding(row),
        population=str(row["population"]),
        year=str(row["data_years"] or ""),
        n=None if row["n"] is None else int(row["n"]),
        grade=str(row["grade"]),
        source=paper.name,
        dataset=str(row["dataset"]),
        note="; ".join(str(row[name]) for name in ("how_seen", "note") if row[name]),
        sentence=_sentence(row, paper),
    )


@cache
def _sentences() -> dict[tuple[str, ...], str]:
    """Return the sentences by factor, comparison, outcome and population."""
    text = (files("imgstats.evidence") / "sentences.toml").read_text(encoding="utf-8")
    return {
        tuple(each[name] for name in _KEY): each["sentence"]
        for each in tomllib.loads(text)["effect"]
    }


def _sentence(row: Record, paper: Source) -> str:
    """Say the one sentence about a row, its figures filled in."""
    key = tuple(str(row[name]) for name in _KEY)
    if key not in _sentences():
        raise TableError(
            f"no sentence for the published effect {', '.join(key)}",
            "a row of evidence/sentences.toml for each row of published effects",
        )
    return _sentences()[key].format(
        **_estimate(row),
        n="" if row["n"] is None else thousands(int(row["n"])),
        years=row["data_years"] or "",
        published=paper.year,
        low="" if row["ci_low"] is None else number_words(float(row["ci_low"])),
        high="" if row["ci_high"] is None else number_words(float(row["ci_high"])),
        level="" if row["ci_level_pct"] is None else f"{int(row['ci_level_pct'])} %",
        population=row["population"],
        about=str(row["population"]).partition(": ")[2],
    )


def _estimate(row: Record) -> dict[str, str]:
    """Return a row's estimate as a sentence may need it: one number, or several shares."""
    values = _numbers(row["estimate"])
    shares = [percent(each) for each in values]
    first, second = (*shares, "", "")[:2]
    return {
        "percent": first,
        "value": number_words(values[0]) if len(values) == 1 else str(row["estimate"] or ""),
        "first": first,
        "second": second,
        "shares": listed(shares),
    }


def _numbers(value: object) -> list[float]:
    """Return the numbers of an estimate; none where it is a word.

    Examples
    --------
    >>> _numbers("0.786; 0.649"), _numbers("lower"), _numbers(None)
    ([0.786, 0.649], [], [])
    """
    try:
        return [float(each) for each in str(value).split(";")]
    except ValueError:
        return []


def _finding(row: Record) -> str:
    """Say what was found; a row without a single value says so, its figures stay where they are."""
    estimate = row["estimate"]
    if row["effect"] == "direction":
        return f"{row['outcome']}: {estimate}" if estimate else f"{row['outcome']}: direction only"
    if estimate is None:
        return "shares by group, listed under whom it is about"
    said = _estimate(row)
    words = said["shares"] if row["effect"] in _FRACTIONS else said["value"]
    return words if row["outcome"] == "prevalence" else f"{row['outcome']}: {words}"
