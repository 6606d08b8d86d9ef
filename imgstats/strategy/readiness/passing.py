"""The passing score of an exam on a day."""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited
from imgstats.strategy.readiness.records import Passing

if TYPE_CHECKING:
    from datetime import date

    from imgstats.tables.published import PublishedTables

__all__ = ["passing_on"]


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
