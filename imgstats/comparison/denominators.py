"""The different ways to count a rate, side by side, so that they are not mixed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.citations import cited_context
from imgstats.comparison.records import Denominator
from imgstats.comparison.where.positions import where
from imgstats.specialties import ALL_SPECIALTIES, INTERNAL_MEDICINE

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.where.records import Where
    from imgstats.tables import CountTable

__all__ = ["denominators"]


def denominators(request: Request) -> tuple[Denominator, ...]:
    """Return preferred specialty, any PGY-1 and positions filled, as far as each is known."""
    group, specialty, year = request.applicant.group, request.specialty, request.year
    tables, level = request.tables, request.level
    found = [
        _of_people(tables.counts(group=group, year=year, specialty=name), level)
        for name in (specialty, ALL_SPECIALTIES)
        if year in tables.years(group, name)
    ]
    return (*found, _of_positions(group, where(tables, specialty)))


def _of_people(counts: CountTable, level: float) -> Denominator:
    context = counts.context
    low, high = counts.wilson(level)
    return Denominator(
        outcome=context.outcome,
        population=(
            f"{group_label(context.applicant_group)}s, {context.population} "
            f"({context.specialty.lower()})"
        ),
        matched=counts.matched,
        n=counts.n,
        rate=counts.rate,
        low=low,
        high=high,
        match_year=context.match_year,
        grade=context.trust,
        sources=cited_context(context),
    )


def _of_positions(group: str, found: Where) -> Denominator:
    by_group, filled = getattr(found.total, group), found.total.filled
    # One row of the table pools all tracks of internal medicine.
    tracks = ", all tracks" if found.specialty.startswith(f"{INTERNAL_MEDICINE} (") else ""
    return Denominator(
        outcome=f"positions filled by {group_label(group)}s",
        population=f"{found.positions} that were filled{tracks}",
        matched=by_group,
        n=filled,
        rate=by_group / filled,
        low=None,
        high=None,
        match_year=found.match_year,
        grade=found.grade,
        sources=found.sources,
    )
