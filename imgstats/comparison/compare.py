"""`compare`: one applicant against the published tables."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

from imgstats.comparison.choose import score_part
from imgstats.comparison.citations import Citations
from imgstats.comparison.denominators import denominators
from imgstats.comparison.factors import factors
from imgstats.comparison.records import Comparison, Refusal
from imgstats.comparison.trend import trend
from imgstats.errors import PassingScoreWarning
from imgstats.estimators.contract import check_level
from imgstats.specialties import ALL_SPECIALTIES, printed_name
from imgstats.tables.published import PublishedTables
from imgstats.wording import number_words

if TYPE_CHECKING:
    from imgstats.applicant import Applicant

__all__ = ["NOT_IN_DATA", "compare"]

_EARLIER = "; an exam before that day had another passing score"
NOT_IN_DATA = (
    "letters of recommendation",
    "interviews and how they went",
    "visa need",
    "year of graduation",
    "medical school",
    "exam attempts",
    "US clinical experience",
    "Step 1 and Step 3",
    "what a personal statement says",
    "which programs were applied to",
)


def compare(
    applicant: Applicant, tables: PublishedTables | None = None, *, level: float = 0.95
) -> Comparison:
    """Compare an applicant's numbers with historical match rates.

    Parameters
    ----------
    applicant : Applicant
        Group, Step 2 CK score, preferred specialty and what else is known.
    tables : PublishedTables, optional
        The tables to compare with. Default: those that ship with the package.
    level : float
        Level of the intervals, a fraction.

    Returns
    -------
    Comparison
        Every figure that a report, a JSON answer or a page shows, with source and grade.

    Raises
    ------
    InputError
        If `level` is not between 0 and 1, or no table knows the applicant's specialty.
    DataChangedError
        If a data file is not the one whose hash was recorded.

    Warns
    -----
    PassingScoreWarning
        If the score lies under the passing score of its date.

    Notes
    -----
    The rates are historical. They are an association in one population of one year, not the effect
    of a score and not a forecast for one person.

    Examples
    --------
    >>> from imgstats import Applicant
    >>> result = compare(Applicant(group="non_us_img", step2_ck=242))
    >>> result.headline.band.low, round(result.headline.band.rate, 2)
    (240, 0.45)
    """
    check_level(level)
    tables = tables or PublishedTables()
    citations = Citations(tables.root)
    group = applicant.group
    specialty = printed_name(applicant.specialty, tables.frame("counts")["specialty"])
    year = _latest_year(tables, group, ALL_SPECIALTIES)
    found = score_part(applicant, specialty, year, level, tables, citations)
    part = None if isinstance(found, Refusal) else found
    return Comparison(
        applicant=applicant.model_copy(update={"specialty": specialty}),
        headline=part.headline if part else None,
        refusal=found if isinstance(found, Refusal) else None,
        place=part.place if part else None,
        curve=part.curve if part else None,
        factors=factors(applicant, specialty, year, tables, citations),
        trend=trend(group, specialty, tables, citations),
        denominators=denominators(group, specialty, year, level, tables, citations),
        assumptions=part.assumptions if part else (),
        notes=(
            *_passing_note(applicant, tables, citations),
            *(part.notes if part else ()),
        ),
        not_in_data=NOT_IN_DATA,
        sources=citations.collected(),
    )


def _latest_year(tables: PublishedTables, group: str, specialty: str) -> str:
    """Return the last year with counts of that group, or an empty string."""
    rows = tables.frame("counts")
    mine = rows[(rows["applicant_group"] == group) & (rows["specialty"] == specialty)]
    return max((str(year) for year in mine["match_year"]), default="")


def _passing_note(
    applicant: Applicant, tables: PublishedTables, citations: Citations
) -> tuple[str, ...]:
    """Warn of a score under the passing score of its date, else of the newest date."""
    rows = tables.select("passing_scores", exam="step2_ck").sort_values("effective_from")
    since = rows["effective_from"].astype(str)
    if applicant.step2_ck_date is not None:
        rows = rows[since <= applicant.step2_ck_date.isoformat()]
    if rows.empty:
        return ()
    last = rows.to_dict("records")[-1]
    passing = int(last["minimum_passing_score"])
    if applicant.step2_ck >= passing:
        return ()
    citations.cite(str(last["source"]), str(last["dataset"]))
    note = (
        f"A Step 2 CK score of {applicant.step2_ck} is under the passing score of "
        f"{number_words(passing)} that holds for exams from {last['effective_from']:%Y-%m-%d}"
        f"{'' if applicant.step2_ck_date else _EARLIER}."
    )
    warnings.warn(note, PassingScoreWarning, stacklevel=3)
    return (note,)
