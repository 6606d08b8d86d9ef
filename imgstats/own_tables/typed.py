"""Rows to the typed table of their kind; a row that contradicts itself or another is named."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from imgstats.errors import TableError
from imgstats.own_tables.values import decimals, values_of, whole_ends
from imgstats.tables import (
    Band,
    BandTable,
    Context,
    CountTable,
    OutcomeSummary,
    Share,
    ShareTable,
    Summary,
)
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imgstats.own_tables.reading import Row
    from imgstats.own_tables.values import Values

__all__ = ["Table", "make_table"]

Table: TypeAlias = BandTable | OutcomeSummary | CountTable | ShareTable

# Ways to say how many matched: both columns of one of these are enough.
_COUNTED = ({"matched", "not_matched"}, {"matched", "n"}, {"not_matched", "n"}, {"n", "rate"})
# Reports print whole per cent or finer; a spreadsheet drops the last digit of 0.50. Beyond the most
# digits a rate is a quotient that a spreadsheet worked out, not a printed figure.
_LEAST_DECIMALS, _MOST_DECIMALS = 2, 6
_OUTCOMES = ("matched", "not_matched")


def make_table(kind: str, measure: str, rows: Sequence[Row], context: Context) -> Table:
    """Return the typed table of some rows.

    Parameters
    ----------
    kind, measure : str
        What the rows are.
    rows : sequence of Row
        Cells as text, with their lines.
    context : Context
        Whom the table is about and where it is from.

    Raises
    ------
    TableError
        If a row is not allowed, or contradicts another; the message names its line.

    Examples
    --------
    >>> from imgstats.own_tables.reading import Row
    >>> row = Row(2, {"matched": "30", "not_matched": "10"})
    >>> make_table("count", "", [row], Context()).rate
    0.75
    """
    if kind == "band":
        return _band_table(measure, rows, context)
    values = [values_of(row, kind, measure) for row in rows]
    if kind == "summary":
        return _summary(measure, values, context)
    return _counts(values, context) if kind == "count" else _shares(values, context)


@contextmanager
def _at_line(line: int) -> Iterator[None]:
    """Name the line of whatever is refused inside."""
    try:
        yield
    except TableError as e:
        raise TableError(f"line {line}: {e.found}", e.allowed, e.todo) from e


def _band_table(measure: str, rows: Sequence[Row], context: Context) -> BandTable:
    names = set(rows[0].cells)
    if not {"low", "high"} <= names or not any(each <= names for each in _COUNTED):
        raise TableError(
            f"columns {', '.join(rows[0].cells)}",
            "low and high, and matched with not_matched, or n with rate",
            "`imgstats data template band` prints an example",
        )
    unit = _printed_unit(rows)
    bands: list[Band] = []
    for row in rows:
        values = values_of(row, "band", measure)
        whole_ends(values, measure)
        with _at_line(row.line):
            band = _band(values, unit)
            _refuse_unprintable(band)
            if bands:
                _refuse_overlap(bands[-1], band)
        bands.append(band)
    return BandTable(measure=measure, bands=tuple(bands), context=context)


def _printed_unit(rows: Sequence[Row]) -> float:
    """Return the step of the printed rates: that of the one with most digits."""
    most = max(decimals(row.cells.get("rate", "")) for row in rows)
    return float(f"1e-{min(max(most, _LEAST_DECIMALS), _MOST_DECIMALS)}")


def _band(values: Values, unit: float) -> Band:
    cells: dict[str, Any] = dict(values[1])
    given = cells.pop("rate_unit", None)
    return Band(**cells, rate_unit=unit if given is None else given)


def _refuse_unprintable(band: Band) -> None:
    """Refuse a rate that no whole number of matched gives."""
    if not band.n or band.matched is not None or band.rate is None:
        return
    slack = band.n * band.rate_unit / 2 + 1e-6
    if abs(round(band.n * band.rate) - band.n * band.rate) > slack:
        raise TableError(
            f"rate {band.rate:g} with n {band.n}",
            f"a rate that some whole number of {band.n} gives",
            "check n and the rate; rate_unit is the step of the printed rate",
        )


def _refuse_overlap(first: Band, second: Band) -> None:
    if first.high is None or second.low is None or first.high >= second.low:
        raise TableError(
            f"band {second.label} after band {first.label}",
            "rising bands that share no value (both ends belong to a band), open ends only at the "
            "outside",
        )


def _summary(measure: str, values: Sequence[Values], context: Context) -> OutcomeSummary:
    outcomes = [cells["outcome"] for _, cells in values]
    if sorted(map(str, outcomes)) != sorted(_OUTCOMES):
        raise TableError(
            f"outcomes {', '.join(shown(each) for each in outcomes[:5])}",
            "one row matched and one row not_matched",
        )
    digits = {each.name for each in fields(Summary)}
    for line, cells in values:
        given: dict[str, Any] = {name: value for name, value in cells.items() if name in digits}
        with _at_line(line):
            Summary(**given)
    rows = [cells | {"measure": measure} for _, cells in values]
    return replace(OutcomeSummary.from_records(rows), context=context)


def _counts(values: Sequence[Values], context: Context) -> CountTable:
    if len(values) > 1:
        raise TableError(f"line {values[1][0]}: a second row", "one row for a count table")
    cells: dict[str, Any] = values[0][1]
    with _at_line(values[0][0]):
        return CountTable(**cells, context=context)


def _shares(values: Sequence[Values], context: Context) -> ShareTable:
    first: dict[str, Any] = values[0][1]
    seen: set[object] = set()
    for line, cells in values:
        for name in ("question", "respondents", "exclusive"):
            if cells.get(name) != first.get(name):
                raise TableError(
                    f"line {line}: {name} is {shown(cells.get(name))}",
                    f"the same in all rows: {shown(first.get(name))}",
                    "give each question a file of its own",
                )
        if cells["answer"] in seen:
            raise TableError(
                f"line {line}: answer {shown(cells['answer'])} stands twice", "each answer once"
            )
        seen.add(cells["answer"])
    exclusive = first.get("exclusive")
    return ShareTable(
        question=first["question"],
        shares=tuple(_share(cells) for _, cells in values),
        respondents=first.get("respondents"),
        exclusive=True if exclusive is None else exclusive,
        context=context,
    )


def _share(cells: dict[str, Any]) -> Share:
    return Share(answer=cells["answer"], share=cells["share"])
