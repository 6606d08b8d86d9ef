"""The processed tables that comparisons read: rates, digits, survey, effects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.sources.recipes.recipe import ORIGIN, Recipe, Tables, as_printed, origin_of
from imgstats.specialties import ALL_SPECIALTIES

if TYPE_CHECKING:
    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.tabular import Row

__all__ = ["PUBLISHED"]

COUNTS_2026 = "charting_outcomes_2026_non_us_img_counts"
BY_SPECIALTY_2013 = "charting_outcomes_2013_img_by_specialty"
MEASURES_2026 = "charting_outcomes_2026_non_us_img_measures"
MEANS = "charting_outcomes_im_img_mean_scores"
PGY1 = "img_pgy1_match_by_year"
STATES = "match_by_state_specialty_2026"

# The three denominators of the project: a rate always says which one it has.
PREFERRED = (
    "matched to the preferred specialty",
    "active applicants who ranked the specialty first",
)
ANY_PGY1 = ("matched to any PGY-1 position", "active applicants")


def _counts(tables: Tables) -> list[Row]:
    return [*_specialty_counts(*tables[COUNTS_2026]), *_yearly_counts(*tables[PGY1])]


def _specialty_counts(item: Dataset, rows: list[Row]) -> list[Row]:
    outcome, population = PREFERRED
    return [
        {
            **item.applies_to,
            "specialty": row["specialty"],
            "outcome": outcome,
            "population": population,
            "matched": row["matched"],
            "not_matched": row["not_matched"],
            **origin_of(item, row),
        }
        for row in rows
    ]


def _yearly_counts(item: Dataset, rows: list[Row]) -> list[Row]:
    outcome, population = ANY_PGY1
    return [
        {
            "match_year": row["match_year"],
            "applicant_group": row["applicant_group"],
            "specialty": ALL_SPECIALTIES,
            "outcome": outcome,
            "population": population,
            "matched": row["matched"],
            "not_matched": str(int(row["active_applicants"]) - int(row["matched"])),
            **origin_of(item, row),
        }
        for row in rows
        if row["active_applicants"] and row["matched"]
    ]


def _summaries(tables: Tables) -> list[Row]:
    # The older table prints means alone; DictWriter leaves its other cells empty.
    return [*as_printed(MEASURES_2026)(tables), *as_printed(MEANS)(tables)]


COUNTS = Recipe(
    "counts",
    (COUNTS_2026, PGY1),
    {
        "match_year": "integer",
        "applicant_group": "string",
        "specialty": "string",
        "outcome": "string",
        "population": "string",
        "matched": "integer",
        "not_matched": "integer",
        **ORIGIN,
    },
    _counts,
)
SUMMARIES = Recipe(
    "summaries",
    (MEASURES_2026, MEANS),
    {
        "match_year": "integer",
        "applicant_group": "string",
        "specialty": "string",
        "measure": "string",
        "outcome": "string",
        "n": "integer?",
        "min": "integer?",
        "q1": "integer?",
        "median": "number?",
        "q3": "integer?",
        "max": "integer?",
        "mean": "number?",
        "sd": "number?",
        **ORIGIN,
    },
    _summaries,
)
BANDS = Recipe(
    "bands",
    ("step2_band_rates_us_md_2020_2024",),
    {
        "match_years": "string",
        "specialty": "string",
        "applicant_group": "string",
        "measure": "string",
        "band_low": "integer?",
        "band_high": "integer?",
        "n": "integer",
        "match_rate_pct": "number?",
        **ORIGIN,
    },
    as_printed("step2_band_rates_us_md_2020_2024"),
)
PROGRAM_SURVEY = Recipe(
    "program_survey",
    ("program_director_survey_2020_im",),
    {
        "figure": "string",
        "page": "integer",
        "question": "string",
        "category": "string",
        "unit": "string",
        "value": "number",
        "respondents_n": "integer?",
        "how_read": "string",
        **ORIGIN,
    },
    as_printed("program_director_survey_2020_im"),
)
PGY1_BY_YEAR = Recipe(
    "pgy1_by_year",
    (PGY1,),
    {
        "match_year": "integer",
        "applicant_group": "string",
        "active_applicants": "integer?",
        "matched": "integer",
        "match_rate_pct": "number?",
        "source": "string",
        "trust": "string",
        "dataset": "string",
    },
    as_printed(PGY1),
)
IM_POSITIONS_BY_YEAR = Recipe(
    "im_positions_by_year",
    ("im_categorical_positions_by_year",),
    {
        "match_year": "integer",
        "positions_offered": "integer",
        "positions_filled": "integer",
        "us_md_senior": "integer?",
        "us_do_senior": "integer?",
        "us_img": "integer?",
        "non_us_img": "integer?",
        "source": "string",
        "trust": "string",
        "note": "string?",
        "dataset": "string",
    },
    as_printed("im_categorical_positions_by_year"),
)
POSITIONS_BY_STATE = Recipe(
    "positions_by_state",
    (STATES,),
    {
        "match_year": "integer",
        "state": "string",
        "specialty": "string",
        "positions_offered": "integer",
        "filled": "integer",
        "us_md_senior": "integer",
        "us_md_graduate": "integer",
        "us_do_senior": "integer",
        "us_do_graduate": "integer",
        "us_img": "integer",
        "non_us_img": "integer",
        "other": "integer",
        **ORIGIN,
    },
    as_printed(STATES),
)
EFFECTS = Recipe(
    "effects",
    ("published_effects",),
    {
        "factor": "string",
        "comparison": "string",
        "outcome": "string",
        "population": "string",
        "data_years": "string?",
        "n": "integer?",
        "effect": "string",
        "estimate": "string?",
        "ci_low": "number?",
        "ci_high": "number?",
        "ci_level_pct": "integer?",
        "adjusted": "string?",
        "how_seen": "string",
        "grade": "string",
        "source": "string",
        "note": "string?",
        "dataset": "string",
    },
    # The table has a grade and a source of its own in each row.
    as_printed("published_effects", ("dataset",)),
)
IMG_BY_SPECIALTY = Recipe(
    "img_by_specialty",
    (BY_SPECIALTY_2013,),
    {
        "match_year": "integer",
        "applicant_group": "string",
        "specialty": "string",
        "outcome": "string",
        "n": "integer?",
        "step1_mean": "integer?",
        "step2_ck_mean": "integer?",
        **ORIGIN,
    },
    as_printed(BY_SPECIALTY_2013),
)
PASS_RATES = Recipe(
    "pass_rates",
    ("usmle_pass_rates_2024_2025",),
    {
        "exam": "string",
        "period": "string",
        "school_location": "string",
        "takers": "string",
        "tested_n": "integer?",
        "passing_pct": "integer?",
        "trust": "string",
        "dataset": "string",
        "source": "string",
    },
    as_printed("usmle_pass_rates_2024_2025"),
)
PASSING_SCORES = Recipe(
    "passing_scores",
    ("usmle_minimum_passing_scores",),
    {
        "exam": "string",
        "effective_from": "date",
        "minimum_passing_score": "integer",
        "trust": "string",
        "dataset": "string",
        "source": "string",
    },
    as_printed("usmle_minimum_passing_scores"),
)

PUBLISHED = (
    BANDS,
    COUNTS,
    EFFECTS,
    IMG_BY_SPECIALTY,
    IM_POSITIONS_BY_YEAR,
    PASSING_SCORES,
    PASS_RATES,
    PGY1_BY_YEAR,
    POSITIONS_BY_STATE,
    PROGRAM_SURVEY,
    SUMMARIES,
)
