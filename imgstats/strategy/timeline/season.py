"""The days of a season: published ones with their grade, and those that nobody has announced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.citations import merged
from imgstats.strategy.timeline.days import dated, undated
from imgstats.strategy.timeline.frame import MATCH_DAY, OPENS, REVIEW, known
from imgstats.strategy.timeline.records import PUBLISHED, Event, Missing
from imgstats.wording import capital, day_words

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.timeline.frame import Frame
    from imgstats.tables.published import PublishedTables

__all__ = ["EVENTS", "season_events", "season_missing"]

_AAMC = "the AAMC, on its pages on ERAS"
_NRMP = "the NRMP, in its calendar of the Match"
# By event of the table, in the order of a season: short name, words, who announces the day, and
# whether a plan misses it where it is not announced.
EVENTS: dict[str, tuple[str, str, str, bool]] = {
    "ERAS season begins": ("season-begins", "Application season begins (ERAS)", _AAMC, True),
    OPENS: ("applications-open", "Applications may be submitted", _AAMC, True),
    "NRMP registration opens": ("registration", "Registration for the Match opens", _NRMP, False),
    REVIEW: ("programs-review", "Programs begin to review applications", _AAMC, True),
    "rank order list deadline": ("rank-lists", "Rank order lists are due", _NRMP, True),
    "Match Week begins": ("match-week", "Match Week begins", _NRMP, False),
    MATCH_DAY: ("match-day", "Match Day", _NRMP, True),
    "ERAS season ends": ("season-ends", "Application season ends (ERAS)", _AAMC, False),
}


def season_missing(frame: Frame, tables: PublishedTables, today: date) -> tuple[Missing, ...]:
    """Return the days of a season that a plan misses, each with when it was before.

    An earlier season's day is told as that season's and never carried over. Of a season that is
    over nothing will be announced.
    """
    if frame.over(today):
        return ()
    return tuple(
        _missing(event, name, label, who, frame, tables)
        for event, (name, label, who, missed) in EVENTS.items()
        if missed and event not in frame.known
    )


def _missing(
    event: str, name: str, label: str, who: str, frame: Frame, tables: PublishedTables
) -> Missing:
    before = {
        int(row["season"]): known(row)
        for row in tables.rows("season_dates")
        if row["event"] == event and row["date"] is not None and int(row["season"]) < frame.season
    }
    words, sources = "", frame.looked_for
    if before:
        last = max(before)
        found = before[last]
        words = f"in season {last} it was {day_words(found.day)} (grade {found.letter})"
        sources = merged(sources, found.sources)
    return Missing(name=name, label=label, announced_by=who, before=words, sources=sources)


def season_events(frame: Frame, missing: tuple[Missing, ...], today: date) -> list[Event]:
    """Return an event for each day of a season, those that are not announced without one."""
    events = [
        dated(
            today,
            name=name,
            label=label,
            earliest=found.day,
            latest=found.day,
            kind=PUBLISHED,
            grade=found.letter,
            reckoned="as published, not reckoned",
            note=f"{capital(found.note)}." if found.note else "",
            sources=found.sources,
        )
        for event, (name, label, _, _) in EVENTS.items()
        if (found := frame.known.get(event)) is not None
    ]
    return events + [
        undated(
            name=each.name,
            label=each.label,
            note=f"Announced by {each.announced_by}."
            + (f" {capital(each.before)}." if each.before else ""),
            sources=each.sources,
        )
        for each in missing
    ]
