"""The passing score of an exam on a day."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited
from imgstats.strategy.readiness.records import Passing
from imgstats.wording import day_words

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["not_reached", "not_reached_words", "passing_on"]


def passing_on(tables: PublishedTables, exam: str, day: date) -> Passing | None:
    """Return the newest passing score of an exam that is not after a day; None before the first.

    Examples
    --------
    >>> from datetime import date
    >>> from imgstats import PublishedTables
    >>> passing_on(PublishedTables(), "step2_ck", date(2025, 6, 30)).score
    214
    """
    rows = [row for row in tables.rows("passing_scores", exam=exam) if row["effective_from"] <= day]
    if not rows:
        return None
    last = max(rows, key=itemgetter("effective_from"))
    return Passing(
        score=int(last["minimum_passing_score"]),
        since=last["effective_from"],
        grade=str(last["trust"]),
        sources=cited([(last["source"], last["dataset"])]),
    )


def not_reached(tables: PublishedTables, situation: Situation) -> Passing | None:
    """Return the passing score that a real Step 2 CK score does not reach; None where it does.

    Without the day of the exam it is the one that holds on the day of the plan.
    """
    if not situation.scored:
        return None
    day = min(situation.exam_date or situation.today, situation.today)
    found = passing_on(tables, "step2_ck", day)
    return found if found is not None and situation.score < found.score else None


def not_reached_words(passing: Passing, situation: Situation) -> str:
    """Return that a real score is no pass, or that it turns on a day that was not given."""
    start = f"The Step 2 CK score, {situation.score}, is under the passing score"
    if situation.exam_date is not None:
        return f"{start} of its day, {passing.score}: the exam is not passed."
    return (
        f"{start} of exams from {day_words(passing.since)} on, {passing.score}: whether it is a "
        "pass turns on the day of the exam, which was not given (exam_date)."
    )
