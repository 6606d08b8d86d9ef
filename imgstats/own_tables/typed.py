"""Rows to the typed table of their kind; a row that contradicts itself or another is named."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any, TypeAlias

from imgstats.errors import TableError
from imgstats.measures import Measure, OutcomeWords
from imgstats.own_tables.about import about_columns, name_of, words_of
from imgstats.own_tables.cells.hidden import hidden_band, join_hidden
from imgstats.own_tables.cells.marks import NOTHING_HIDDEN, Hidden, HidesCounts
from imgstats.own_tables.cells.values import decimals, values_of, whole_ends
from imgstats.own_tables.meanings import outcome_of
from imgstats.own_tables.problems import Problems
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
from imgstats.tables.bands import refuse_overlap
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgstats.own_tables.cells.values import Values
    from imgstats.own_tables.reading import Row
    from imgstats.tables.ranges import CountRange

__all__ = ["Made", "Table", "make_table"]

Table: TypeAlias = BandTable | OutcomeSummary | CountTable | ShareTable

# Ways to say how many matched: both columns of one of these are enough.
_COUNTED = ({"matched", "not_matched"}, {"matched", "n"}, {"not_matched", "n"}, {"n", "rate"})
# Reports print whole per cent or finer; a spreadsheet drops the last digit of 0.50. Beyond the most
# digits a rate is a quotient that a spreadsheet worked out, not a printed figure.
_LEAST_DECIMALS, _MOST_DECIMALS = 2, 6
_OUTCOMES = ("matched", "not_matched")
_SAY_WORDS = "say what the outcomes are called with --outcome, such as --outcome passed/failed"
_SCORE = "step2_ck"  # whose place a count of the whole group takes


@dataclass(frozen=True, slots=True)
class Made:
    """A table with what is to be said of how it was made, a line each."""

    table: Table
    said: tuple[str, ...] = ()


def make_table(
    kind: str,
    measure: str | Measure,
    rows: Sequence[Row],
    context: Context,
    *,
    hides: HidesCounts = NOTHING_HIDDEN,
    problems: Problems | None = None,
) -> Made:
    """Return the typed table of some rows.

    Parameters
    ----------
    kind, measure : str, str or Measure
        What the rows are; a measure of one's own is a `Measure`.
    rows : sequence of Row
        Cells as text, with their lines.
    context : Context
        Whom the table is about and where it is from.
    hides : HidesCounts, optional
        What was said of counts that the table hides.
    problems : Problems, optional
        Rows that were refused before; they are told together with those refused here.

    Returns
    -------
    Made
        A count that is hidden makes a `BandTable` of one band that is open at both ends.

    Raises
    ------
    TableError
        If a row is not allowed, or contradicts another; the message names up to ten
        lines and counts the rest.

    Examples
    --------
    >>> from imgstats.own_tables.reading import Row
    >>> row = Row(2, {"matched": "30", "not_matched": "10"})
    >>> make_table("count", "", [row], Context()).table.rate
    0.75
    """
    noted = problems or Problems()
    if rows and kind == "band":
        _check_band_columns(rows[0])
    values: list[Values] = []
    for row in rows:
        with noted.noted(row.line):
            values.append(values_of(row, kind, measure, hides))
    if kind == "band":
        return _band_table(measure, rows, values, context, hides=hides, problems=noted)
    noted.settle()
    if kind == "summary":
        return Made(_summary(measure, values, context, noted))
    if kind == "count":
        return _counts(values, context, noted)
    return Made(_shares(values, context, noted))


def _check_band_columns(row: Row) -> None:
    names = set(row.cells)
    if not {"low", "high"} <= names or not any(each <= names for each in _COUNTED):
        raise TableError(
            f"columns {', '.join(row.cells)}",
            "low and high, and matched with not_matched, or n with rate",
            "`imgstats data template band` prints an example",
        )


def _band_table(
    measure: str | Measure,
    rows: Sequence[Row],
    values: Sequence[Values],
    context: Context,
    *,
    hides: HidesCounts,
    problems: Problems,
) -> Made:
    unit = _printed_unit(rows)
    bands: list[Band] = []
    for each in values:
        with problems.noted(each[0]):
            whole_ends(each, measure)
            band = _band(each, unit)
            _refuse_unprintable(band)
            if bands:
                refuse_overlap(bands[-1], band)
            bands.append(band)
    problems.settle()
    said: list[str] = []
    if hides.join:
        bands, said = join_hidden(bands, BandTable(measure=measure, bands=tuple(bands)).step)
    table = BandTable(measure=measure, bands=tuple(bands), context=context)
    return Made(table, (*said, *_hidden_said(table)))


def _hidden_said(table: BandTable) -> tuple[str, ...]:
    """Say which counts are hidden, and what is left of them."""
    return tuple(
        f"{band.label}: a count is hidden, {_to(ends)} of {_to(band.n_range)} matched"
        for band in table.bands
        if (ends := band.matched_range)
    )


def _to(ends: CountRange) -> str:
    low, high = ends
    return str(low) if low == high else f"{low} to {high}"


def _printed_unit(rows: Sequence[Row]) -> float:
    """Return the step of the printed rates: that of the one with most digits."""
    most = max((decimals(row.cells.get("rate", "")) for row in rows), default=0)
    return float(f"1e-{min(max(most, _LEAST_DECIMALS), _MOST_DECIMALS)}")


def _band(values: Values, unit: float) -> Band:
    cells: dict[str, Any] = dict(values[1])
    given = cells.pop("rate_unit", None)
    step = unit if given is None else given
    if _hides(cells):
        return hidden_band(cells, unit=step)
    empty = [each for each in _OUTCOMES if each in cells and cells[each] is None]
    if len(empty) == 1 and cells.get("n") is None and cells.get("rate") is None:
        label = Band(low=cells.get("low"), high=cells.get("high"), n=0).label
        raise TableError(
            f"band {label} lacks numbers: {empty[0]} is empty",
            "a count, or n beside the other count",
            "write <5 or * where the table hides it, or join the band with its neighbour",
        )
    return Band(**cells, rate_unit=step)


def _hides(cells: Mapping[str, Any]) -> bool:
    """Say whether a row hides a count: by a mark, or by empty cells beside a printed n."""
    if any(isinstance(each, Hidden) for each in cells.values()):
        return True
    counted = [cells[each] for each in _OUTCOMES if each in cells]
    nothing = bool(counted) and all(each is None for each in counted)
    return nothing and bool(cells.get("n")) and cells.get("rate") is None


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


def _summary(
    measure: str | Measure, values: Sequence[Values], context: Context, problems: Problems
) -> OutcomeSummary:
    outcomes = [cells["outcome"] for _, cells in values]
    meant = [outcome_of(str(each), words_of(measure)) for each in outcomes]
    if sorted(meant) != sorted(_OUTCOMES):
        raise TableError(
            f"outcomes {', '.join(shown(each) for each in outcomes[:5])}",
            "one row matched and one row not_matched",
            _SAY_WORDS if isinstance(measure, Measure) and measure.words == OutcomeWords() else "",
        )
    digits = {each.name for each in fields(Summary)}
    for line, cells in values:
        given: dict[str, Any] = {name: value for name, value in cells.items() if name in digits}
        with problems.noted(line):
            Summary(**given)
    problems.settle()
    rows: list[dict[str, Any]] = [
        cells | {"measure": name_of(measure)} | about_columns(measure) | {"outcome": outcome}
        for outcome, (_, cells) in zip(meant, values, strict=True)
    ]
    table = replace(OutcomeSummary.from_records(rows), context=context)
    unit = rows[0].get("quartile_unit")
    if unit is None or table.rounding is None:
        return table
    return replace(table, rounding=replace(table.rounding, quartile=unit))


def _counts(values: Sequence[Values], context: Context, problems: Problems) -> Made:
    if len(values) > 1:
        raise TableError(f"line {values[1][0]}: a second row", "one row for a count table")
    line, found = values[0]
    cells: dict[str, Any] = dict(found)
    if len(cells) == 1:
        others = [each for each in (*_OUTCOMES, "n") if each not in cells]
        raise TableError(
            f"columns {', '.join(cells)}", f"also {' or '.join(others)}", "add the missing column"
        )
    made: list[Made] = []
    with problems.noted(line):
        made.append(_counted(cells, context))
    problems.settle()
    return made[0]


def _counted(cells: dict[str, Any], context: Context) -> Made:
    band = hidden_band(cells, unit=0.0) if _hides(cells) else _whole(cells)
    if band.hidden:
        table = BandTable(measure=_SCORE, bands=(band,), context=context)
        return Made(table, _hidden_said(table))
    matched, others = band.fewest
    return Made(CountTable(matched=matched, not_matched=others, context=context))


def _whole(cells: dict[str, Any]) -> Band:
    """Return counts as one band; a cell may be empty where the other two tell it."""
    empty = [name for name, value in cells.items() if value is None]
    if len(cells) - len(empty) < len(_OUTCOMES):
        raise TableError(
            f"{empty[0]} is empty",
            "a count",
            "write <5 or * where the table hides it, with n or the other count beside it",
        )
    return Band(low=None, high=None, **cells)


def _shares(values: Sequence[Values], context: Context, problems: Problems) -> ShareTable:
    first: dict[str, Any] = dict(values[0][1])
    seen: set[object] = set()
    for line, cells in values:
        with problems.noted(line):
            _refuse_other_question(first, cells, seen)
    problems.settle()
    exclusive = first.get("exclusive")
    return ShareTable(
        question=first["question"],
        shares=tuple(_share(cells) for _, cells in values),
        respondents=first.get("respondents"),
        exclusive=True if exclusive is None else exclusive,
        context=context,
    )


def _refuse_other_question(
    first: dict[str, Any], cells: Mapping[str, Any], seen: set[object]
) -> None:
    """Refuse an answer to another question, and one that stands twice."""
    for name in ("question", "respondents", "exclusive"):
        if cells.get(name) != first.get(name):
            raise TableError(
                f"{name} is {shown(cells.get(name))}",
                f"the same in all rows: {shown(first.get(name))}",
                "give each question a file of its own",
            )
    if cells["answer"] in seen:
        raise TableError(f"answer {shown(cells['answer'])} stands twice", "each answer once")
    seen.add(cells["answer"])


def _share(cells: Mapping[str, Any]) -> Share:
    return Share(answer=cells["answer"], share=cells["share"])
