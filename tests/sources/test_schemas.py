"""The schema of a descriptor is carried out, and a misfit is named with its line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imgstats.sources import catalogue, dataset
from imgstats.sources.checks import check_raw
from imgstats.sources.reading import raw_rows
from imgstats.sources.schemas import schema_result

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PGY1 = "img_pgy1_match_by_year"


@pytest.mark.parametrize("name", sorted(catalogue()))
def test_every_committed_table_fits(name: str) -> None:
    item = dataset(name)
    assert schema_result(item, raw_rows(item)).ok


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("2026,us_img,4210", "2026,us_imgs,4210", "found us_imgs in column applicant_group, line"),
        ("2026,us_img,4210", "2026,us_img,-1", "found -1 in column active_applicants, line 38"),
        ("4210,2949,70.0", "4210,2949,170.0", "found 170.0 in column match_rate_pct, line 38"),
        ("4210,2949,70.0", "4210,,70.0", "line 38: matched is empty"),
        ("4210,2949,70.0", "4210,2949,seventy", "match_rate_pct is 'seventy'"),
        ("2026,us_img,4210", "2026,non_us_img,4210", "in column match_year, line 38 (4 in all)"),
        ("2026,us_img,4210", "2126,us_img,4210", "less_than_or_equal_to(2100), found 2126"),
        ("match_year,applicant_group", "year,applicant_group", "has the columns year, applicant"),
        ("4210,2949,70.0,", "4210,2949,", "line 38 has 6 cells"),
    ],
)  # fmt: skip
def test_a_misfit_is_named(
    root: Path, remake: Callable[[str, str, str], None], old: str, new: str, sentence: str
) -> None:
    remake(PGY1, old, new)
    failures = [result for result in check_raw(root) if result.check == "schema" and not result.ok]
    assert [result.dataset for result in failures] == [PGY1]
    assert sentence in failures[0].message
