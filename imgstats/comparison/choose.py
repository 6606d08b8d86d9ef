"""Which way to a rate by score: a group's own table, a borrowed one, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.direct import direct_score
from imgstats.comparison.refused import refusal
from imgstats.curves.store import borrowed_curve_for, curve_for
from imgstats.errors import TableError

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.citations import Citations
    from imgstats.comparison.records import Refusal
    from imgstats.comparison.score import ScorePart
    from imgstats.tables.published import PublishedTables

__all__ = ["score_part"]


def score_part(
    applicant: Applicant,
    specialty: str,
    year: str,
    level: float,
    tables: PublishedTables,
    citations: Citations,
) -> ScorePart | Refusal:
    """Return the rate by score, direct before borrowed, or why there is none.

    Parameters
    ----------
    applicant : Applicant
        Whose score it is.
    specialty, year : str
        Preferred specialty as printed, and the year of the tables.
    level : float
        Level of the intervals, a fraction.
    tables : PublishedTables
        The tables.
    citations : Citations
        Where sources are noted.
    """
    if not _counted(tables, applicant.group, specialty, year):
        return _from_kin(applicant, specialty, year, level, tables, citations)
    try:
        table = tables.outcome_summary(group=applicant.group, year=year, specialty=specialty)
        curve = curve_for(table, tables.root, level=level)
    except TableError:
        # The few applicants' scores are not printed: their counts are, and lean on their kin.
        return _from_specialties(applicant, specialty, year, level, tables, citations)
    return direct_score(table, curve, applicant, citations)


def _counted(tables: PublishedTables, group: str, specialty: str, year: str) -> bool:
    """Say whether the group is counted in the specialty in that year."""
    rows = tables.frame("counts")
    mine = rows[(rows["applicant_group"] == group) & (rows["specialty"] == specialty)]
    return year in set(mine["match_year"].astype(str))


def _from_kin(
    applicant: Applicant,
    specialty: str,
    year: str,
    level: float,
    tables: PublishedTables,
    citations: Citations,
) -> ScorePart | Refusal:
    """Carry another group's rate over, or refuse."""
    from imgstats.comparison.borrowed import transported_score
    from imgstats.curves.borrowed import KIN, fit_transported

    try:
        fitted = fit_transported(tables, group=applicant.group, year=year, specialty=specialty)
        kin = tables.outcome_summary(group=KIN[applicant.group], year=year, specialty=specialty)
    except TableError as e:
        return refusal(applicant.group, specialty, year, str(e.found), tables, citations)
    curve = borrowed_curve_for(
        tables, group=applicant.group, year=year, specialty=specialty, level=level
    )
    return transported_score(fitted, curve, kin, applicant, citations)


def _from_specialties(
    applicant: Applicant,
    specialty: str,
    year: str,
    level: float,
    tables: PublishedTables,
    citations: Citations,
) -> ScorePart | Refusal:
    """Lean on the other specialties of the year, or refuse."""
    from imgstats.comparison.pooled import pooled_score
    from imgstats.curves.borrowed import fit_pooled, pooled_member

    try:
        fitted = fit_pooled(tables, group=applicant.group, year=year)
    except TableError as e:
        return refusal(applicant.group, specialty, year, str(e.found), tables, citations)
    member = pooled_member(fitted, specialty, level)
    counts = tables.counts(group=applicant.group, year=year, specialty=specialty)
    return pooled_score(member, counts, applicant, citations)
