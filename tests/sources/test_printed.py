"""Each kind of declared check fails when the table, with its hash made again, breaks it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest

from imgstats.errors import TableError
from imgstats.sources import check, dataset, require_ok
from imgstats.sources.checks import check_raw
from imgstats.sources.printed import KINDS, declared_results

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

COUNTS = "charting_outcomes_2026_non_us_img_counts"
MEASURES = "charting_outcomes_2026_non_us_img_measures"
STATES = "match_by_state_specialty_2026"
SURVEY = "program_director_survey_2020_im"
PASSED = "usmle_pass_rates_2024_2025"
BANDS = "step2_band_rates_us_md_2020_2024"

QUARTILES = "209,240,251,259,284,249,14"
NEVER = "never,programs_pct,4,45"
LOW_BAND = "Dermatology,us_md_senior,step2_ck,200,209,1,0"

# Start of the check's name, data set, text as printed, text that breaks the table, what is found.
BREACHES = [
    ("column_sum", COUNTS, "14734,3392,3600", "14734,3393,3600", "expected 5708, found 5709"),
    ("column_sum", COUNTS, "14734,3392,3600", "14734,3392,3601", "expected 5941, found 5942"),
    (
        "column_sum",
        STATES,
        "ALABAMA,Dermatology (PGY-2),6",
        "ALABAMA,Dermatology (PGY-2),7",
        "44345",
    ),
    ("mean_rate_pct", COUNTS, "63,61,3,2,", "63,61,2,3,", "expected 41.48 within 0.005, found 40."),
    ("row_sum", STATES, "20,20,9,3,8,0,0,0,0", "20,20,9,3,7,0,0,0,0", "19 against filled 20"),
    ("not_greater", STATES, "191,160,62,2,19,0,8,69", "159,160,62,2,19,0,8,69", "160, 159"),
    ("rate_pct", "img_pgy1_match_by_year", "4210,2949,70.0", "4210,2949,71.0", "printed 71.0"),
    ("share_sum", SURVEY, NEVER, NEVER.replace("4,", "8,"), "104"),
    ("ordered min q1", MEASURES, QUARTILES, QUARTILES.replace("240", "252"), "252, 251"),
    ("ordered min mean", MEASURES, QUARTILES, QUARTILES.replace("249", "299"), "299, 284"),
    ("row_count", "season_dates", "2026,ERAS season begins,2025-06-04,B\n", "", "found 3"),
    (
        "mended",
        "published_effects",
        '24 %, US graduates 9 %",2007,',
        '24 %, US graduates 9 %",2008,',
        "no longer '2008'",
    ),
    (
        "parts_sum",
        PASSED,
        "non_us,repeat,3594,",
        "non_us,repeat,3595,",
        "25661 against the printed 25660",
    ),
    (
        "parts_sum",
        PASSED,
        "us_all,all,29870,",
        "us_all,all,29871,",
        "29870 against the printed 29871",
    ),
    (
        "parts_mean",
        PASSED,
        "non_us,all,25660,72",
        "non_us,all,25660,74",
        "72.06 against the printed 74",
    ),
    ("unique", BANDS, LOW_BAND, LOW_BAND.replace(",200,209", ",,199"), "line 3 repeats line 2"),
]


@pytest.mark.usefixtures("no_schemas")
@pytest.mark.parametrize(("kind", "name", "old", "new", "sentence"), BREACHES)
def test_a_breach_is_found_by_its_check(
    root: Path,
    remake: Callable[[str, str, str], None],
    kind: str,
    name: str,
    old: str,
    new: str,
    sentence: str,
) -> None:
    remake(name, old, new)
    results = check_raw(root)
    failures = [result for result in results if not result.ok and result.check.startswith(kind)]
    assert [result.dataset for result in failures] == [name] * len(failures)
    assert any(sentence in result.message for result in failures), failures
    with pytest.raises(TableError, match=f"{name}.*found"):
        require_ok(results)


def test_every_kind_has_a_breach_and_is_used() -> None:
    assert {breach[0].split()[0] for breach in BREACHES} == set(KINDS)


def test_all_failures_are_collected(root: Path, remake: Callable[[str, str, str], None]) -> None:
    remake(COUNTS, "14734,3392,3600", "14734,3393,3600")
    remake("img_pgy1_match_by_year", "4210,2949,70.0", "4210,2949,71.0")
    names = {result.dataset for result in check(root) if not result.ok}
    assert {COUNTS, "img_pgy1_match_by_year"} <= names


def test_a_sum_over_an_empty_cell_fails_instead_of_counting_zero() -> None:
    item = dataset(COUNTS)
    rows = [{"matched": "1", "not_matched": ""}]
    results = {result.check: result for result in declared_results(item, rows)}
    assert "is empty in line 2" in results["column_sum not_matched"].found


ROWS = [{"a": "1", "b": "2"}, {"a": "", "b": "1"}]


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ({"kind": "colum_sum"}, "did you mean column_sum?"),
        ({"kind": "column_sum", "column": "c", "expected": 1}, "KeyError: 'c'"),
        ({"kind": "column_sum", "column": "a"}, "a is empty in line 3"),
        ({}, "an unknown kind of check"),
        # A check whose filter matches no row would pass for ever.
        ({"kind": "ordered", "columns": ["a", "b"], "where": {"a": "9"}}, "in every row"),
        ({"kind": "mean_rate_pct", "matched": "a", "not_matched": "b"}, "ConversionSyntax"),
    ],
)
def test_a_check_that_cannot_be_run_has_failed(spec: dict[str, Any], sentence: str) -> None:
    item = dataclasses.replace(dataset("season_dates"), checks=(spec,))
    (result,) = declared_results(item, ROWS)
    assert not result.ok
    assert sentence in result.message
