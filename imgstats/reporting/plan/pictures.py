"""Figures of a plan, with their words for those who cannot see them."""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from imgstats import plots
from imgstats.reporting.pictures import Picture

if TYPE_CHECKING:
    from imgstats.strategy.funnel import Funnel
    from imgstats.strategy.plan import Plan

__all__ = ["calendar_picture", "funnel_picture", "readiness_picture"]


def readiness_picture(plan: Plan) -> Picture | None:
    """Return the distribution of the real score, or None where there is none."""
    found = plan.readiness
    if found is None or found.outlook is None:
        return None
    return Picture(plots.readiness_distribution(found), plots.describe_readiness(found))


def calendar_picture(plan: Plan) -> Picture | None:
    """Return the days of the plan, or None where none is known."""
    found = plan.calendar
    return Picture(plots.plan_calendar(found), plots.describe_plan_calendar(found))


def funnel_picture(plan: Plan) -> Picture | None:
    """Return match rate against money, or None where the chain is refused."""
    if not plan.funnel.curve:
        return None
    # These depend on the person and are not drawn.
    return _funnel_picture(replace(plan.funnel, required_usd=0, assumptions=(), own=None))


# The same for everybody of a group and specialty, so a process draws it once.
@lru_cache(maxsize=8)
def _funnel_picture(found: Funnel) -> Picture:
    return Picture(plots.funnel_range(found), plots.describe_funnel(found))
