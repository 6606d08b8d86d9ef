"""How the rates of both IMG groups and the internal-medicine positions moved over the years."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from imgstats.applicant import group_label
from imgstats.comparison.records import Trend, YearRow
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.wording import counted_percent, thousands

if TYPE_CHECKING:
    from imgstats.comparison.citations import Citations
    from imgstats.tables.published import PublishedTables

__all__ = ["trend"]


def trend(group: str, specialty: str, tables: PublishedTables, citations: Citations) -> Trend:
    """Return the yearly rows and the ends of the applicant's group in words.

    Positions are those of internal medicine; for another specialty no sentence speaks of them.
    """
    rates, positions = tables.frame("pgy1_by_year"), tables.frame("im_positions_by_year")
    years = sorted(set(rates["match_year"]) | set(positions["match_year"]))
    rows = tuple(_row(int(year), rates, positions) for year in years)
    pairs = [
        (str(row["source"]), str(row["dataset"]))
        for frame in (rates, positions)
        for row in frame.to_dict("records")
    ]
    sentences = [_rate_sentence(group, rows)]
    if specialty == INTERNAL_MEDICINE:
        sentences.append(_positions_sentence(rows))
    return Trend(
        rows=rows,
        outcome=str(tables.select("counts", specialty="All specialties")["outcome"].iloc[0]),
        sentence=" ".join(sentences),
        sources=citations.cite_all(pairs),
    )


def _row(year: int, rates: pd.DataFrame, positions: pd.DataFrame) -> YearRow:
    by_group = rates[rates["match_year"] == year].set_index("applicant_group")["match_rate_pct"]
    offered = positions[positions["match_year"] == year]
    first = offered.iloc[0] if len(offered) else pd.Series(dtype=object)
    return YearRow(
        match_year=str(year),
        us_img_rate=_fraction(by_group.get("us_img")),
        non_us_img_rate=_fraction(by_group.get("non_us_img")),
        im_positions=_whole(first.get("positions_offered")),
        im_filled_us_img=_whole(first.get("us_img")),
        im_filled_non_us_img=_whole(first.get("non_us_img")),
    )


def _fraction(value: object) -> float | None:
    return None if value is None or pd.isna(value) else float(value) / 100  # type: ignore[arg-type, call-overload]


def _whole(value: object) -> int | None:
    return None if value is None or pd.isna(value) else int(value)  # type: ignore[call-overload]


def _rate_sentence(group: str, rows: tuple[YearRow, ...]) -> str:
    known = [
        (row.match_year, rate)
        for row in rows
        if (rate := getattr(row, f"{group}_rate")) is not None
    ]
    (first, low), (last, high) = known[0], known[-1]
    return (
        f"Of active {group_label(group)}s, all specialties, {counted_percent(low)} matched to a "
        f"PGY-1 position in {first} and {counted_percent(high)} in {last}."
    )


def _positions_sentence(rows: tuple[YearRow, ...]) -> str:
    known = [(row.match_year, row.im_positions) for row in rows if row.im_positions is not None]
    (first, low), (last, high) = known[0], known[-1]
    return (
        f"Categorical internal-medicine positions: {thousands(low)} offered in {first}, "
        f"{thousands(high)} in {last}."
    )
