"""What a kernel server imports and draws for reports that have plans beside them."""

from __future__ import annotations

from datetime import date
from importlib import import_module

from imgstats.reporting import warm

__all__ = ["import_all", "prepare"]

# Any day does: nothing of it is kept.
_DAY = date(2026, 11, 30)


def import_all() -> None:
    """Import what a report and a plan need."""
    warm.import_all()
    for name in ("pictures", "sections"):
        import_module(f"imgstats.reporting.plan.{name}")
    import_module("imgstats.strategy.plan")


def prepare() -> None:
    """Import what both need and draw one of each, as `warm.prepare` does."""
    import_all()
    with warm.drawing():
        warm.draw_reports()
        _draw_plan()


def _draw_plan() -> None:
    """Draw every part of a plan that needs no file of a person."""
    from imgstats.reporting.plan import pictures, sections
    from imgstats.strategy.plan import make_plan
    from imgstats.strategy.situation import Situation

    values = {"group": "us-img", "step2_ck": 240, "step1": "passed", "visa": "J-1"}
    make_plan(Situation.parse(values, _DAY))  # what each group shares is computed once
    plan = make_plan(Situation.parse({**values, "group": "non-us-img"}, _DAY))
    for part in plan.advice:
        sections.advice(plan, part)
    warm.draw_all(sections, plan, but="advice")
    warm.draw_all(pictures, plan)
