"""Which way to a rate by score: a group's own table, a borrowed one, or none."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imgstats.comparison.direct import direct_score
from imgstats.comparison.flat import counted_score
from imgstats.comparison.records import Refusal
from imgstats.comparison.refused import refusal
from imgstats.curves.store import borrowed_curve_for, curve_for
from imgstats.errors import InputError, TableError, WorkError
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.tables import BandTable, CountTable, OutcomeSummary
from imgstats.tables.summary import OUTCOMES

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.score import ScorePart
    from imgstats.own_tables import OwnTable

__all__ = ["score_part"]

_SCORE = "step2_ck"


def score_part(request: Request) -> ScorePart | Refusal:
    """Return the rate by score: the user's own table, a published one, a borrowed rate, or none.

    Parameters
    ----------
    request : Request
        Whom it is about, and the tables.
    """
    if request.denominator == "any-pgy1":
        counts = request.tables.counts(
            group=request.applicant.group, year=request.year, specialty=ALL_SPECIALTIES
        )
        return counted_score(counts, request)
    own = request.own_table(_SCORE, "summary", "band") or request.own_table("", "count")
    if own is None:
        return _from_published(request)
    try:
        found = _from_own(own, request)
    except (TableError, WorkError) as e:
        raise InputError(
            f"the added table {own.name} gives no rate: {e.found}",
            e.allowed,
            f"`imgstats data remove {own.name}` takes it away",
        ) from e
    return found or _with_note(_from_published(request), own, request)


def _from_own(own: OwnTable, request: Request) -> ScorePart | None:
    """Return the rate by the user's own table of scores or counts, None where it has none here."""
    if isinstance(own.table, OutcomeSummary):
        curve = curve_for(own.table, request.tables.root, level=request.level)
        return direct_score(own.table, curve, request)
    if isinstance(own.table, BandTable):
        from imgstats.comparison.banded import banded_score

        return banded_score(own, own.table, request)
    if isinstance(own.table, CountTable):
        return counted_score(own.table, request)
    return None


def _with_note(found: ScorePart | Refusal, own: OwnTable, request: Request) -> ScorePart | Refusal:
    """Say that an own table was passed over."""
    if isinstance(found, Refusal):
        return found
    note = (
        f"The added table {own.name} has no band for a score of {request.applicant.step2_ck}; "
        "the rate here does not come from it."
    )
    return replace(found, notes=(*found.notes, note))


def _from_published(request: Request) -> ScorePart | Refusal:
    applicant, tables = request.applicant, request.tables
    if not _counted(request):
        return _from_kin(request)
    table = tables.outcome_summary(
        group=applicant.group, year=request.year, specialty=request.specialty
    )
    missing = _without_scores(table)
    if missing:
        # Their counts are printed, and lean on their kin.
        return _from_specialties(request, missing)
    return direct_score(table, curve_for(table, tables.root, level=request.level), request)


def _without_scores(table: OutcomeSummary) -> tuple[str, ...]:
    """Return the outcomes whose scores are not printed: of few applicants, n alone is."""
    return tuple(
        name
        for name in OUTCOMES
        if table.outcome(name).median is None and table.outcome(name).mean is None
    )


def _counted(request: Request) -> bool:
    """Say whether the group is counted in the specialty in that year."""
    rows = request.tables.frame("counts")
    mine = rows[
        (rows["applicant_group"] == request.applicant.group)
        & (rows["specialty"] == request.specialty)
    ]
    return request.year in set(mine["match_year"].astype(str))


def _from_kin(request: Request) -> ScorePart | Refusal:
    """Carry another group's rate over, or refuse."""
    from imgstats.comparison.borrowed import transported_score
    from imgstats.curves.borrowed import KIN, fit_transported

    group, tables = request.applicant.group, request.tables
    year, specialty = request.year, request.specialty
    try:
        fitted = fit_transported(tables, group=group, year=year, specialty=specialty)
        kin = tables.outcome_summary(group=KIN[group], year=year, specialty=specialty)
    except TableError as e:
        return refusal(request, str(e.found))
    curve = borrowed_curve_for(
        tables, group=group, year=year, specialty=specialty, level=request.level
    )
    return transported_score(fitted, curve, kin, request)


def _from_specialties(request: Request, missing: tuple[str, ...]) -> ScorePart | Refusal:
    """Lean on the other specialties of the year, or refuse."""
    from imgstats.comparison.pooled import pooled_score
    from imgstats.curves.borrowed import fit_pooled, pooled_member

    group, tables = request.applicant.group, request.tables
    try:
        fitted = fit_pooled(tables, group=group, year=request.year)
    except TableError as e:
        return refusal(request, str(e.found))
    member = pooled_member(fitted, request.specialty, request.level)
    counts = tables.counts(group=group, year=request.year, specialty=request.specialty)
    return pooled_score(member, counts, missing, request)
