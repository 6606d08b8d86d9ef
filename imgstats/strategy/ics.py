"""A plan's calendar as a file that calendar programs open (RFC 5545)."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from uuid import NAMESPACE_URL, uuid5

from imgstats.errors import InputError
from imgstats.extras import need_packages
from imgstats.strategy.rules import LABEL
from imgstats.wording import capital, day_words

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    import icalendar

    from imgstats.strategy.timeline.records import Calendar, Event

__all__ = ["PRODID", "calendar_file", "has_days", "is_calendar_file"]

# Who made the file; by this line the program knows its own files again.
PRODID = "-//imgstats//plan//EN"
_SCOPE = uuid5(NAMESPACE_URL, "imgstats/plan")


def has_days(calendar: Calendar) -> bool:
    """Return whether a day of the plan lies ahead, so that there is a file to write."""
    return any(True for _ in _days(calendar))


def calendar_file(calendar: Calendar) -> bytes:
    """Return the days of a plan that are not past as a calendar file.

    The same calendar gives the same bytes. An event keeps its identifier when its days move, so
    that a program that reads a later plan of the same label and season moves the event.

    Parameters
    ----------
    calendar : Calendar
        Events that are past or not announced are left out. A step of the person's own whose date
        is not known is a task without a day.

    Returns
    -------
    bytes
        UTF-8 text with all-day events that block no time, and tasks.

    Raises
    ------
    InputError
        If the package ``icalendar`` is missing, or no day lies ahead.
    """
    need_packages("plan", "icalendar")
    import icalendar

    days = list(_days(calendar))
    if not days:
        raise InputError(
            f"no day of the {calendar.season} season's plan lies after {calendar.today}",
            "a plan with a day to come",
            "plan for a later season",
        )
    found = icalendar.Calendar()
    found.add("prodid", PRODID)
    found.add("version", "2.0")
    found.add("calscale", "GREGORIAN")
    name = f"Plan for the {calendar.season} Match"
    # Most programs read the name that Apple introduced.
    title = f"{name}: {calendar.label}" if calendar.label else name
    found.add("x-wr-calname", icalendar.vText(title))  # else nothing in it is escaped
    for event, place, first, last in days:
        found.add_component(_entry(calendar, event, place, first, last))
    for event in calendar.not_known:
        task = icalendar.Todo()
        _fill(task, calendar, event, 0)
        found.add_component(task)
    return bytes(found.to_ical())


def is_calendar_file(content: bytes) -> bool:
    r"""Return whether a file's content was made by `calendar_file`.

    Examples
    --------
    >>> is_calendar_file(b"BEGIN:VCALENDAR\r\nPRODID:-//imgstats//plan//EN\r\n")
    True
    """
    return f"PRODID:{PRODID}".encode() in content.splitlines()


def _days(calendar: Calendar) -> Iterator[tuple[Event, int, date, date]]:
    """Yield each event to come with its first and last day, one for each day of a series.

    The place counts from the end of a series, so that it stays when a day at its start is past.
    """
    for event in calendar.events:
        if event.days:
            for place, day in zip(range(-len(event.days), 0), event.days, strict=True):
                if day >= calendar.today:
                    yield event, place, day, day
        elif event.earliest and event.latest and event.latest >= calendar.today:
            yield event, 0, event.earliest, event.latest


def _entry(
    calendar: Calendar, event: Event, place: int, first: date, last: date
) -> icalendar.Event:
    import icalendar

    entry = icalendar.Event()
    _fill(entry, calendar, event, place)
    entry.add("dtstart", first)
    entry.add("dtend", last + timedelta(days=1))
    entry.add("transp", "TRANSPARENT")
    return entry


def _fill(entry: icalendar.Component, calendar: Calendar, event: Event, place: int) -> None:
    """Fill in what an event and a task have in common."""
    # The label keeps two people's plans apart; of it, the identifier holds a hash alone.
    identity = f"{calendar.season}\n{event.name}\n{place}\n{calendar.label}"
    entry.add("uid", f"{uuid5(_SCOPE, identity)}@imgstats")
    entry.add("dtstamp", datetime.combine(calendar.today, time(), tzinfo=UTC))
    entry.add("summary", event.label)
    entry.add("description", _description(calendar, event))


def _description(calendar: Calendar, event: Event) -> str:
    grade = event.grade if event.grade == LABEL else f"grade: {event.grade}"
    how = f" ({event.kind}; {grade})" if event.grade else ""
    lines = [
        f"{event.when}{how}.",
        f"Reckoned: {event.reckoned}." if event.grade else f"{capital(event.reckoned)}.",
        event.note,
        f"From a plan of {day_words(calendar.today)}.",
    ]
    return "\n".join(line for line in lines if line)
