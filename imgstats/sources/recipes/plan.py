"""The processed tables that plans read: practice tests, season, interviews, money and advice."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.sources.recipes.recipe import ORIGIN, Recipe, Tables, as_printed

if TYPE_CHECKING:
    from imgstats.sources.tabular import Row

__all__ = ["PLAN_RECIPES"]

SEASONS = ("season_dates", "season_dates_2027")
# Tables whose rows name their own source have that column among the printed ones.
NAMED = ("dataset",)
GRADED = ("dataset", "source")


def _season_dates(tables: Tables) -> list[Row]:
    """Return the events of every season; the older table has no notes."""
    older, newer = SEASONS
    return [*as_printed(older, tuple(ORIGIN))(tables), *as_printed(newer, NAMED)(tables)]


def _printed(
    name: str, raw: str, columns: dict[str, str], origin: tuple[str, ...] = GRADED
) -> Recipe:
    """Return the recipe of a table that keeps its rows and columns and adds where it is from."""
    added = dict.fromkeys(origin, "string")
    return Recipe(name, (raw,), {**columns, **added}, as_printed(raw, origin))


PLAN_RECIPES = (
    _printed(
        "practice_tests",
        "practice_test_errors",
        {
            "test": "string",
            "exam": "string",
            "statistic": "string",
            "value": "number?",
            "unit": "string?",
            "n": "integer?",
            "population": "string?",
            "note": "string?",
            "trust": "string",
            "source": "string",
        },
        NAMED,
    ),
    _printed(
        "score_percentiles",
        "usmle_percentiles_2026",
        {
            "score": "integer",
            "step2_ck_percentile_us_md_first_takers": "integer",
            "step3_percentile_us_md_first_takers": "integer",
            "trust": "string",
        },
    ),
    _printed(
        "score_norms",
        "usmle_means_sem_2026",
        {
            "exam": "string",
            "cohort": "string",
            "period": "string",
            "n": "integer?",
            "mean": "integer?",
            "sd": "integer?",
            "sem_points": "integer?",
            "passing_score": "integer?",
            "trust": "string",
        },
    ),
    _printed(
        "score_waits",
        "score_waits",
        {
            "exam": "string",
            "wait": "string",
            "days": "integer",
            "trust": "string",
            "source": "string",
            "note": "string?",
        },
        NAMED,
    ),
    Recipe(
        "season_dates",
        SEASONS,
        {
            "season": "integer",
            "event": "string",
            "date": "date?",
            "trust": "string?",
            "source": "string",
            "note": "string?",
            "dataset": "string",
        },
        _season_dates,
    ),
    _printed(
        "interview_quantiles",
        "im_program_interview_rate_quantiles_2024",
        {
            "data_year": "string",
            "specialty": "string",
            "applicant_group": "string",
            "programs_n": "integer",
            "mean_pct": "number",
            "zero_rate_programs_pct": "number",
            **{f"p{each:02}": "number" for each in (5, 10, 25, 50, 75, 90, 95)},
        },
        tuple(ORIGIN),
    ),
    _printed(
        "interview_concentration",
        "im_interview_rate_concentration_2024",
        {
            "data_year": "string",
            "specialty": "string",
            "applicant_group": "string",
            "programs_with_the_highest_rate": "integer",
            "mean_interview_rate_pct": "number",
            "lowest_rate_among_them_pct": "number",
            "expected_interviews_if_one_applied_to_all_of_them": "number",
            "trust": "string",
        },
    ),
    _printed(
        "interview_regions",
        "im_interview_rate_by_region_2024",
        {
            "data_year": "string",
            "specialty": "string",
            "region": "string",
            "programs_n": "integer",
            "us_img_mean_pct": "number",
            "non_us_img_mean_pct": "number",
            "trust": "string",
        },
    ),
    _printed(
        "application_volumes",
        "application_volumes",
        {
            "season": "integer",
            "group": "string",
            "specialty": "string",
            "quantity": "string",
            "value": "number",
            "trust": "string",
            "source": "string",
            "note": "string?",
        },
        NAMED,
    ),
    _printed(
        "program_signals",
        "program_signals",
        {
            "season": "integer",
            "specialty": "string",
            "gold": "integer",
            "silver": "integer",
            "trust": "string",
            "source": "string",
        },
        NAMED,
    ),
    _printed(
        "application_fees",
        "eras_application_fees",
        {
            "season": "integer",
            "from_program": "integer",
            "to_program": "integer?",
            "fee_usd_each": "integer",
            "per": "string",
            "trust": "string",
        },
    ),
    _printed(
        "pathway_fees",
        "img_pathway_fees_2026_2027",
        {
            "season": "string",
            "item": "string",
            "fee_usd": "integer",
            "optional": "string",
            "note": "string?",
            "trust": "string",
        },
    ),
    _printed(
        "candidates",
        "nrmp_2026_candidates_positions",
        {
            "match_year": "integer",
            "specialty": "string",
            "candidates_first_or_only_choice": "integer",
            "positions_offered": "integer",
            "charting_outcomes_applicants_all_types": "integer?",
            "charting_outcomes_positions": "integer?",
            "trust": "string",
        },
    ),
    _printed(
        "guide_rules",
        "guide_rules",
        {
            "rule": "string",
            "section": "string",
            "place": "string",
            "part": "string",
            "kind": "string",
            "low": "number?",
            "high": "number?",
            "unit": "string?",
            "applies": "string",
            "advice": "string",
        },
        tuple(ORIGIN),
    ),
)
