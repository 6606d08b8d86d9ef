"""Figures of a cohort as pictures with a text alternative; None where there is nothing to draw."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.plots import (
    RateMark,
    cohort_bands,
    cohort_rates,
    cohort_scores,
    describe_cohort_bands,
    describe_cohort_rates,
    describe_cohort_scores,
)
from imgstats.reporting.pictures import Picture

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from imgstats.cohort.overview import Overview
    from imgstats.comparison.score.records import Printed

__all__ = ["bands_picture", "rates_picture", "scores_picture"]

_MARK = ["step2_ck", "rate", "rate_low", "rate_high", "grade", "group", "specialty"]


def scores_picture(frame: pd.DataFrame, found: Overview) -> Picture | None:
    """Return the scores by group, with the printed quartiles of the kind of rate most have."""
    rows = frame[frame["step2_ck"].notna()]
    if rows.empty:
        return None
    scores, groups = [int(each) for each in rows["step2_ck"]], rows["group"].tolist()
    printed, whose = _printed(found)
    return Picture(
        cohort_scores(scores, groups, printed=printed, whose=whose),
        describe_cohort_scores(scores, groups, printed=printed, whose=whose),
    )


def _printed(found: Overview) -> tuple[Sequence[Printed], str]:
    """Return the printed scores of those whom most of the cohort's rates are about."""
    for kind in found.kinds:
        if kind.printed:
            whom = f"{group_label(kind.group)}s, {kind.specialty.lower()}, {kind.match_year}"
            return kind.printed, whom
    return (), ""


def bands_picture(frame: pd.DataFrame) -> Picture | None:
    """Return the applicants by score band."""
    rows = frame[frame["step2_ck"].notna()]
    if rows.empty:
        return None
    scores, grades = [int(each) for each in rows["step2_ck"]], rows["grade"].tolist()
    return Picture(cohort_bands(scores, grades), describe_cohort_bands(scores, grades))


def rates_picture(frame: pd.DataFrame, found: Overview) -> Picture | None:
    """Return each rate at each score, once."""
    rows = frame[frame["rate"].notna()]
    if rows.empty or not found.kinds:
        return None
    counted = rows.groupby(_MARK, sort=True).size().reset_index(name="n")
    marks = [
        RateMark(
            score=int(row["step2_ck"]),
            rate=float(row["rate"]),
            low=float(row["rate_low"]),
            high=float(row["rate_high"]),
            grade=str(row["grade"]),
            kind=f"{group_label(str(row['group']))}s, {str(row['specialty']).lower()}",
            n=int(row["n"]),
        )
        for row in counted.to_dict("records")
    ]
    level = found.kinds[0].level
    return Picture(cohort_rates(marks, level=level), describe_cohort_rates(marks, level=level))
