"""The published 2026 tables, read from the project's own data files."""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from imgstats.sources import read_processed
from imgstats.sources.locations import data_root
from imgstats.tables import BandTable, OutcomeSummary, Summary

if TYPE_CHECKING:
    from pathlib import Path

FOLDER = data_root() / "raw" / "charting-outcomes-2026-non-us-img"
COUNTS = FOLDER / "charting_outcomes_2026_non_us_img_counts.csv"
MEASURES = FOLDER / "charting_outcomes_2026_non_us_img_measures.csv"
# The lowest score the report prints, and the highest there is.
SCALE = (209, 300)

needs_published = pytest.mark.skipif(
    not (COUNTS.is_file() and MEASURES.is_file()), reason=f"{FOLDER} is not there"
)


@cache
def _read(path: Path) -> pd.DataFrame:
    return pd.read_csv(path)


def _rows(measure: str) -> pd.DataFrame:
    rows = _read(MEASURES)
    return rows[rows["measure"] == measure]


def specialties(measure: str = "step2_ck") -> list[str]:
    """Return the specialties that print a measure for both outcomes."""
    if not MEASURES.is_file():
        return []
    rows = _rows(measure).dropna(subset=["median"])
    printed = rows["specialty"].value_counts()
    return sorted(printed[printed == 2].index)


def published(
    specialty: str,
    *,
    measure: str = "step2_ck",
    scale: tuple[int, int] | None = None,
) -> OutcomeSummary:
    """Return one specialty's printed digits with the whole group's counts."""
    counts = _read(COUNTS).set_index("specialty").loc[[specialty]]
    rows = _rows(measure)
    sides = {
        row["outcome"]: Summary(**{each.name: row[each.name] for each in fields(Summary)})
        for row in rows[rows["specialty"] == specialty].to_dict("records")
    }
    return OutcomeSummary(
        measure=measure,
        matched=sides["matched"],
        not_matched=sides["not_matched"],
        group_counts=(int(counts["matched"].iloc[0]), int(counts["not_matched"].iloc[0])),
        scale=scale,
    )


@cache
def published_bands() -> dict[str, BandTable]:
    """Return the published band tables by specialty."""
    frame = read_processed("bands")
    return {str(name): BandTable.from_frame(rows) for name, rows in frame.groupby("specialty")}
