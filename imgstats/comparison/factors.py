"""Attempts, US clinical experience and ranks: what is known where no rate is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.records import Factor
from imgstats.comparison.score import printed_digits
from imgstats.errors import TableError
from imgstats.evidence import cited_factor, consideration, effects
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.tables.summary import OUTCOMES
from imgstats.wording import number_words

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.citations import Citations
    from imgstats.comparison.score_records import Printed
    from imgstats.evidence import Evidence
    from imgstats.tables import OutcomeSummary
    from imgstats.tables.published import PublishedTables

__all__ = ["factors"]

NO_RATE = "no rate"
_OTHER_SURVEY = f" The programs asked are those of {INTERNAL_MEDICINE.lower()}."
_NAMES = {"attempts": "number of exam attempts", "usce": "months of US clinical experience"}


def factors(
    applicant: Applicant,
    specialty: str,
    year: str,
    tables: PublishedTables,
    citations: Citations,
) -> tuple[Factor, ...]:
    """Return attempts, USCE and ranks, each with its evidence.

    Parameters
    ----------
    applicant : Applicant
        Whose values they are.
    specialty, year : str
        Preferred specialty as printed, and the year of the tables.
    tables : PublishedTables
        Where the evidence stands.
    citations : Citations
        Where sources are noted.
    """
    attempts = (
        consideration(
            tables, "attempts", "considers applicants who failed Step 1 on the first attempt"
        ),
        consideration(
            tables, "attempts", "considers applicants who failed Step 2 CK on the first attempt"
        ),
        cited_factor(tables, "attempts", "Any failed attempt in USMLE"),
        *effects(tables, "failed_attempt", "attempts"),
    )
    usce = (
        cited_factor(tables, "usce", "Audition elective/rotation within your department"),
        cited_factor(tables, "usce", "Away rotation in your specialty at another institution"),
        *effects(tables, "usce", "usce"),
    )
    return (
        _without_rate("attempts", applicant.attempts, specialty, attempts, tables, citations),
        _without_rate("usce", applicant.usce_months, specialty, usce, tables, citations),
        _ranks(applicant, _ranks_table(applicant.group, specialty, year, tables), citations),
    )


def _without_rate(
    name: str,
    value: float | None,
    specialty: str,
    evidence: tuple[Evidence, ...],
    tables: PublishedTables,
    citations: Citations,
) -> Factor:
    survey = str(tables.frame("program_survey")["dataset"].iloc[0])
    collected = str(tables.frame("effects")["dataset"].iloc[0])
    pairs = [(each.source, collected if each.origin else survey) for each in evidence]
    return Factor(
        factor=name,
        value=value,
        grade=NO_RATE,
        sentence=(
            f"No public table gives a match rate by {_NAMES[name]} for international medical "
            f"graduates in {specialty.lower()}, so no rate here depends on it. What was "
            "published about it is listed with its grade, strongest first."
            f"{'' if specialty == INTERNAL_MEDICINE else _OTHER_SURVEY}"
        ),
        evidence=evidence,
        printed=(),
        sources=citations.cite_all(pairs),
    )


def _ranks_table(
    group: str, specialty: str, year: str, tables: PublishedTables
) -> OutcomeSummary | None:
    """Return the group's contiguous ranks where their quartiles are printed."""
    try:
        table = tables.outcome_summary(
            group=group, year=year, specialty=specialty, measure="contiguous_ranks"
        )
    except TableError:
        return None
    return table if len(_ranks_words(table)) == len(OUTCOMES) else None


def _ranks(applicant: Applicant, table: OutcomeSummary | None, citations: Citations) -> Factor:
    if table is None:
        sentence = "No recent table of contiguous ranks is at hand for this group."
        printed: tuple[Printed, ...] = ()
        used: tuple[str, ...] = ()
        grade = NO_RATE
    else:
        printed = printed_digits(table)
        used = (citations.cite(table.context.source, table.context.dataset),)
        sentence, grade = _ranks_sentence(table), "direct"
    return Factor(
        factor="ranks",
        value=applicant.ranks,
        grade=grade,
        sentence=sentence,
        evidence=(),
        printed=printed,
        sources=used,
    )


def _ranks_words(table: OutcomeSummary) -> list[str]:
    """Say the middle half of each outcome, as far as it is printed."""
    words = []
    for name, side in (("matched", table.matched), ("did not match", table.not_matched)):
        if side.q1 is None or side.median is None or side.q3 is None:
            continue
        words.append(
            f"the middle half of those who {name} had {number_words(side.q1)} to "
            f"{number_words(side.q3)} contiguous ranks (median {number_words(side.median)})"
        )
    return words


def _ranks_sentence(table: OutcomeSummary) -> str:
    return (
        f"In the {table.context.match_year} Match {', and '.join(_ranks_words(table))}. A rank "
        "list comes out of interviews: it is no lever by itself, and who gets many interviews "
        "differs in other ways."
    )
