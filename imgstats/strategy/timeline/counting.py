"""`calendar`: the days of a plan, counted back from those of its season."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from imgstats.comparison.citations import merged
from imgstats.strategy.readiness.passing import not_reached
from imgstats.strategy.rules import LABEL
from imgstats.strategy.timeline.certification import certification_events
from imgstats.strategy.timeline.choices import choices
from imgstats.strategy.timeline.exams import exam_events
from imgstats.strategy.timeline.experience import experience_events
from imgstats.strategy.timeline.frame import frame_of
from imgstats.strategy.timeline.records import Calendar
from imgstats.strategy.timeline.season import season_events, season_missing
from imgstats.strategy.timeline.sentences import sentences_of

if TYPE_CHECKING:
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["calendar"]


def calendar(situation: Situation, tables: PublishedTables) -> Calendar:
    """Return the days of a plan, counted back from those of its season.

    Where the season's opening is not announced, the guide's own months stand in for it, and what
    is missing is named. No day is worked out from another season.

    Parameters
    ----------
    situation : Situation
        Who plans, and on which day.
    tables : PublishedTables
        With ``season_dates``, ``score_waits``, ``pathway_fees`` and ``guide_rules``.

    Raises
    ------
    DataChangedError
        If a table is not what was recorded.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse(
    ...     {"group": "non-us-img", "target": "235-245", "exam_date": "2027-06-15"},
    ...     date(2026, 11, 30),
    ... )
    >>> found = calendar(me, PublishedTables())
    >>> found.event("study-step2").when
    'begin 15 October 2026 to 15 December 2026, until 15 June 2027'
    >>> found.event("match-day").when
    'not announced'
    """
    frame = frame_of(situation.season, tables)
    missing = season_missing(frame, tables, situation.today)
    events = season_events(frame, missing, situation.today)
    if not frame.over(situation.today):
        events += [
            *exam_events(situation, frame),
            *experience_events(situation, frame),
            *certification_events(situation, frame, tables),
        ]
    # A calendar is read by day; of those that begin together the shorter goes first.
    events.sort(key=lambda each: (each.earliest or date.max, each.latest or date.max))
    both = choices(situation, frame, tables)
    not_passed = not_reached(tables, situation)
    return Calendar(
        season=frame.season,
        label=situation.applicant.label,
        today=situation.today,
        deadline=frame.deadline,
        deadline_kind=frame.deadline_kind,
        over=frame.over(situation.today),
        events=tuple(events),
        unknown=missing,
        choices=both,
        sentences=sentences_of(situation, frame, tuple(events), missing, not_passed),
        grade=LABEL,
        sources=merged(
            *(each.sources for each in events),
            *(each.sources for each in missing),
            *(each.sources for each in both),
            frame.deadline_sources,
            () if not_passed is None else not_passed.sources,
        ),
    )
