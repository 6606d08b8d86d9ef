"""How each processed table is made from raw tables.

A recipe moves text: no number is computed except the applicants who did not match, so every printed
digit arrives as it was printed.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from imgstats.sources.tabular import Field, Row
from imgstats.specialties import ALL_SPECIALTIES

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from imgstats.sources.catalogue import Dataset

__all__ = ["RECIPES", "Recipe"]

# The raw tables a recipe asks for, by name: the record and the rows as printed.
Tables: TypeAlias = "Mapping[str, tuple[Dataset, list[Row]]]"

COUNTS_2026 = "charting_outcomes_2026_non_us_img_counts"
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

ORIGIN = {"dataset": "string", "source": "string", "trust": "string"}


@dataclass(frozen=True, slots=True)
class Recipe:
    """One processed table: its columns and how its rows come about.

    Parameters
    ----------
    name : str
        Table name.
    inputs : tuple of str
        Raw data sets it is made from.
    columns : mapping of str to str
        Column name to type; ``?`` after the type: cells may be empty.
    make : callable
        From the raw tables to the rows.
    """

    name: str
    inputs: tuple[str, ...]
    columns: Mapping[str, str]
    make: Callable[[Tables], list[Row]]

    @property
    def file_name(self) -> str:
        """Return the name of the file in ``data/processed``."""
        return f"{self.name}.csv"

    def fields(self) -> tuple[Field, ...]:
        """Return the columns as fields of a schema.

        Examples
        --------
        >>> RECIPES["counts"].fields()[0].type
        'integer'
        """
        return tuple(
            Field(name, type_name.rstrip("?"), required=not type_name.endswith("?"))
            for name, type_name in self.columns.items()
        )


def _origin(item: Dataset, row: Row) -> Row:
    """Return data set, source and trust of a row: its own where the table has them."""
    first = item.sources[0]
    return {
        "dataset": item.name,
        "source": row[item.source_column] if item.source_column else first.name,
        "trust": row.get("trust", first.trust),
    }


def _as_printed(
    name: str, origin: tuple[str, ...] = tuple(ORIGIN)
) -> Callable[[Tables], list[Row]]:
    """Return a maker that keeps every row and column and adds where it is from."""

    def make(tables: Tables) -> list[Row]:
        item, rows = tables[name]
        return [{**item.applies_to, **row, **_picked(_origin(item, row), origin)} for row in rows]

    return make


def _picked(row: Row, columns: tuple[str, ...]) -> Row:
    return {name: row[name] for name in columns}


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
            **_origin(item, row),
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
            **_origin(item, row),
        }
        for row in rows
        if row["active_applicants"] and row["matched"]
    ]


def _summaries(tables: Tables) -> list[Row]:
    # The older table prints means alone; DictWriter leaves its other cells empty.
    return [*_as_printed(MEASURES_2026)(tables), *_as_printed(MEANS)(tables)]


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
    _as_printed("step2_band_rates_us_md_2020_2024"),
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
    _as_printed("program_director_survey_2020_im"),
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
    _as_printed(PGY1),
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
    _as_printed("im_categorical_positions_by_year"),
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
    _as_printed(STATES),
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
    _as_printed("published_effects", ("dataset",)),
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
    _as_printed("usmle_pass_rates_2024_2025"),
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
    _as_printed("usmle_minimum_passing_scores"),
)

RECIPES: dict[str, Recipe] = {
    recipe.name: recipe
    for recipe in (
        BANDS,
        COUNTS,
        EFFECTS,
        IM_POSITIONS_BY_YEAR,
        PASSING_SCORES,
        PASS_RATES,
        PGY1_BY_YEAR,
        POSITIONS_BY_STATE,
        PROGRAM_SURVEY,
        SUMMARIES,
    )
}
