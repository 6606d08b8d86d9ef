"""Which way to a rate by score: the user's own table, a published one, a borrowed rate, or none."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from imgstats.comparison.factors.own import named
from imgstats.comparison.score.banded import Banded
from imgstats.comparison.score.borrowed import Transported
from imgstats.comparison.score.counted import Counted
from imgstats.comparison.score.direct import Direct
from imgstats.comparison.score.pooled import Pooled
from imgstats.comparison.score.refused import Refused
from imgstats.curves.inputs import KIN
from imgstats.curves.store import borrowed_curve_for, curve_for, pooled_member_for
from imgstats.errors import TableError
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.tables import BandTable, CountTable, OutcomeSummary
from imgstats.tables.summary import OUTCOMES

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.way import Way
    from imgstats.own_tables import OwnTable

__all__ = ["score_way"]

_SCORE = "step2_ck"


class _Place(TypedDict):
    """Which published table is asked for."""

    group: str
    year: str
    specialty: str


def score_way(request: Request) -> Way:
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
        return Counted(counts, request.level)
    own = request.own_table(_SCORE)
    return _published_way(request) if own is None else _own_way(own, request)


def _own_way(own: OwnTable, request: Request) -> Way:
    table = own.table
    if isinstance(table, OutcomeSummary):
        with named(own):
            return Direct(table, curve_for(table, request.tables.root, level=request.level))
    if isinstance(table, CountTable):
        return Counted(table, request.level)
    if isinstance(table, BandTable):
        return Banded(own, table, request.level, lambda: _published_way(request))
    return _published_way(request)


def _published_way(request: Request) -> Way:
    tables, place = request.tables, _place(request)
    if request.year not in tables.years(place["group"], place["specialty"]):
        return _from_kin(request)
    table = tables.outcome_summary(**place)
    missing = _without_scores(table)
    if missing:
        # Their counts are printed, and lean on their kin.
        return _from_specialties(request, missing)
    return Direct(table, curve_for(table, tables.root, level=request.level))


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


def _from_kin(request: Request) -> Way:
    """Carry another group's rate over, or refuse."""
    tables, place = request.tables, _place(request)
    try:
        curve = borrowed_curve_for(tables, **place, level=request.level)
        place["group"] = KIN[request.applicant.group]
        return Transported(tables.outcome_summary(**place), curve)
    except TableError as e:
        return Refused(request, str(e.found))


def _from_specialties(request: Request, missing: tuple[str, ...]) -> Way:
    """Lean on the other specialties of the year, or refuse."""
    tables, place = request.tables, _place(request)
    try:
        member = pooled_member_for(tables, **place, level=request.level)
    except TableError as e:
        return Refused(request, str(e.found))
    return Pooled(member, tables.counts(**place), missing)
