"""Which way to a rate by score: a group's own table, a borrowed one, or none."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cache, partial
from typing import TYPE_CHECKING, TypedDict

from imgstats.comparison.records import Refusal
from imgstats.comparison.score.borrowed import transported_score
from imgstats.comparison.score.counted import counted_score
from imgstats.comparison.score.direct import direct_score
from imgstats.comparison.score.pooled import pooled_score
from imgstats.comparison.score.refused import refusal
from imgstats.curves.inputs import KIN
from imgstats.curves.store import borrowed_curve_for, curve_for, pooled_member_for
from imgstats.errors import InputError, TableError, WorkError
from imgstats.measures import MEASURES, band_of
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.tables import BandTable, CountTable, OutcomeSummary
from imgstats.tables.summary import OUTCOMES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from imgstats.comparison.request import Request
    from imgstats.comparison.score.part import ScorePart
    from imgstats.curves.record import RateCurve
    from imgstats.own_tables import OwnTable

__all__ = ["ScoreWay", "score_part", "score_way"]

_SCORE = "step2_ck"


class _Place(TypedDict):
    """Which published table is asked for."""

    group: str
    year: str
    specialty: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreWay:
    """How a rate by score comes about, with all of it that does not depend on the score.

    Attributes
    ----------
    tell : callable
        Takes a request that differs in the score alone, and returns its rate or why there is none.
    alike : callable
        Takes a score; scores for which it returns the same have the same figures.
    curve : RateCurve or None
        Where the figures of every score are read; None where they do not come from a curve.
    ends : (float, float) or None
        Lowest and highest printed score behind the curve.
    match_year : str
        Year of the curve's table.
    """

    tell: Callable[[Request], ScorePart | Refusal]
    alike: Callable[[int], object]
    curve: RateCurve | None = None
    ends: tuple[float, float] | None = None
    match_year: str = ""


def score_part(request: Request) -> ScorePart | Refusal:
    """Return the rate by score: the user's own table, a published one, a borrowed rate, or none.

    Parameters
    ----------
    request : Request
        Whom it is about, and the tables.
    """
    return score_way(request).tell(request)


def score_way(request: Request) -> ScoreWay:
    """Choose the way to a rate, and read and fit whatever does not depend on the score.

    Parameters
    ----------
    request : Request
        Whom it is about, and the tables.

    Raises
    ------
    InputError
        If the user's own table gives no rate.
    """
    if request.denominator == "any-pgy1":
        counts = request.tables.counts(
            group=request.applicant.group, year=request.year, specialty=ALL_SPECIALTIES
        )
        return ScoreWay(tell=partial(counted_score, counts), alike=_band)
    own = request.own_table(_SCORE, "summary", "band") or request.own_table("", "count")
    return _published_way(request) if own is None else _own_way(own, request)


def _own_way(own: OwnTable, request: Request) -> ScoreWay:
    """Return the way by the user's own table, and by a published one where that has no band."""
    table = own.table
    if isinstance(table, OutcomeSummary):
        with _named(own):
            curve = curve_for(table, request.tables.root, level=request.level)
        return _by_curve(table, curve, partial(direct_score, table, curve))
    if isinstance(table, CountTable):
        return ScoreWay(tell=partial(counted_score, table), alike=_band)
    if isinstance(table, BandTable):
        return _banded_way(own, table, request)
    return _published_way(request)


def _banded_way(own: OwnTable, table: BandTable, request: Request) -> ScoreWay:
    from imgstats.comparison.factors.own import band_at
    from imgstats.comparison.score.banded import banded_score

    @cache
    def published() -> ScoreWay:
        return _published_way(request)

    def tell(asked: Request) -> ScorePart | Refusal:
        with _named(own):
            found = banded_score(own, table, asked)
        return found or _with_note(published().tell(asked), own, asked)

    def alike(score: int) -> object:
        return band_at(table, score) or score

    return ScoreWay(tell=tell, alike=alike)


def _by_curve(
    table: OutcomeSummary, curve: RateCurve, tell: Callable[[Request], ScorePart | Refusal]
) -> ScoreWay:
    return ScoreWay(
        tell=tell,
        alike=lambda score: score,
        curve=curve,
        ends=table.extremes or (float(curve.x[0]), float(curve.x[-1])),
        match_year=table.context.match_year,
    )


def _band(score: int) -> object:
    """Return the score's band: a rate that is the same at every score still names it."""
    return band_of(score, MEASURES[_SCORE])


@contextmanager
def _named(own: OwnTable) -> Iterator[None]:
    """Name the added table where it gives no rate."""
    try:
        yield
    except (TableError, WorkError) as e:
        raise InputError(
            f"the added table {own.name} gives no rate: {e.found}",
            e.allowed,
            f"`imgstats data remove {own.name}` takes it away",
        ) from e


def _with_note(found: ScorePart | Refusal, own: OwnTable, request: Request) -> ScorePart | Refusal:
    """Say that an own table was passed over."""
    if isinstance(found, Refusal):
        return found
    note = (
        f"The added table {own.name} has no band for a score of {request.applicant.step2_ck}; "
        "the rate here does not come from it."
    )
    return replace(found, notes=(*found.notes, note))


def _published_way(request: Request) -> ScoreWay:
    tables = request.tables
    if not _counted(request):
        return _from_kin(request)
    table = tables.outcome_summary(**_place(request))
    missing = _without_scores(table)
    if missing:
        # Their counts are printed, and lean on their kin.
        return _from_specialties(request, missing)
    curve = curve_for(table, tables.root, level=request.level)
    return _by_curve(table, curve, partial(direct_score, table, curve))


def _without_scores(table: OutcomeSummary) -> tuple[str, ...]:
    """Return the outcomes whose scores are not printed: of few applicants, n alone is."""
    return tuple(
        name
        for name in OUTCOMES
        if table.outcome(name).median is None and table.outcome(name).mean is None
    )


def _place(request: Request) -> _Place:
    return {
        "group": request.applicant.group,
        "year": request.year,
        "specialty": request.specialty,
    }


def _counted(request: Request) -> bool:
    """Say whether the group is counted in the specialty in that year."""
    return request.year in request.tables.years(request.applicant.group, request.specialty)


def _from_kin(request: Request) -> ScoreWay:
    """Carry another group's rate over, or refuse."""
    tables, where = request.tables, _place(request)
    try:
        curve = borrowed_curve_for(tables, **where, level=request.level)
        where["group"] = KIN[request.applicant.group]
        kin = tables.outcome_summary(**where)
    except TableError as e:
        return _refused(str(e.found))

    return _by_curve(kin, curve, partial(transported_score, curve, kin))


def _refused(lacking: str) -> ScoreWay:
    return ScoreWay(tell=partial(refusal, lacking=lacking), alike=lambda _: None)


def _from_specialties(request: Request, missing: tuple[str, ...]) -> ScoreWay:
    """Lean on the other specialties of the year, or refuse."""
    tables, where = request.tables, _place(request)
    try:
        member = pooled_member_for(tables, **where, level=request.level)
    except TableError as e:
        return _refused(str(e.found))
    counts = tables.counts(**where)
    return ScoreWay(tell=partial(pooled_score, member, counts, missing), alike=_band)
