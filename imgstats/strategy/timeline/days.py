"""Counting days and months back, and saying in words where a day lies."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from typing import TYPE_CHECKING

from imgstats.strategy.rules import LABEL
from imgstats.strategy.timeline.records import ADVICE, NOT_ANNOUNCED, Event
from imgstats.wording import count_words, day_words, listed

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "begun",
    "dated",
    "last_day",
    "months_before",
    "series_back",
    "span",
    "undated",
    "weeks_words",
]

# A part of a month is counted in days of a month this long.
_MONTH = 30
_WEEK = 7


def months_before(day: date, months: float) -> date:
    """Return the day that lies some months before another.

    Where the month is too short for the day of the month, its last day stands in.

    Parameters
    ----------
    day : date
        The day from which is counted.
    months : float
        How many months; a part of one counts as so much of 30 days.

    Examples
    --------
    >>> months_before(date(2027, 6, 15), 8), months_before(date(2028, 8, 31), 6)
    (datetime.date(2026, 10, 15), datetime.date(2028, 2, 29))
    """
    whole = int(months)
    year, place = divmod(day.year * 12 + day.month - 1 - whole, 12)
    month = place + 1
    found = date(year, month, min(day.day, monthrange(year, month)[1]))
    return found - timedelta(days=round((months - whole) * _MONTH))


def last_day(year: int, month: int) -> date:
    """Return the last day of a month.

    Examples
    --------
    >>> last_day(2028, 2)
    datetime.date(2028, 2, 29)
    """
    return date(year, month, monthrange(year, month)[1])


def series_back(end: date, start: date, weeks: float) -> tuple[date, ...]:
    """Return the days before an end that lie some weeks apart, none before the start.

    Parameters
    ----------
    end, start : date
        The end itself is no day of the series; the start may be.
    weeks : float
        How many weeks lie between two days.

    Examples
    --------
    >>> [str(day) for day in series_back(date(2027, 6, 15), date(2027, 3, 1), 6)]
    ['2027-03-23', '2027-05-04']
    """
    step = timedelta(weeks=weeks)
    return tuple(sorted(end - step * k for k in range(1, (end - start) // step + 1)))


def weeks_words(start: date, end: date) -> str:
    """Return how long it is from one day to a later one.

    Examples
    --------
    >>> weeks_words(date(2026, 11, 30), date(2027, 6, 15))
    '28 weeks'
    >>> weeks_words(date(2026, 11, 30), date(2026, 12, 3))
    '3 days'
    """
    days = (end - start).days
    return count_words(days, "day") if days < 2 * _WEEK else count_words(days // _WEEK, "week")


def begun(today: date, earliest: date, begin_by: date, end: date, low: float) -> str:
    """Return what the day of the plan means for a period that should begin before it.

    Parameters
    ----------
    today : date
        The day of the plan.
    earliest, begin_by, end : date
        Where the longest and the shortest period begin, and where both end.
    low : float
        Months of the shortest.

    Examples
    --------
    >>> days = date(2026, 10, 15), date(2026, 12, 15), date(2027, 6, 15)
    >>> begun(date(2027, 2, 1), *days, 6)
    '6 months would have had to begin by 15 December 2026; 19 weeks are left until 15 June 2027.'
    """
    if today < earliest:
        return ""
    if today <= begin_by:
        return (
            f"The longest period would have begun on {day_words(earliest)}; "
            f"{count_words(low, 'month')} are left if it begins by {day_words(begin_by)}."
        )
    late = f"{count_words(low, 'month')} would have had to begin by {day_words(begin_by)}"
    if today < end:
        is_one = end - today == timedelta(days=1)
        left = f"{weeks_words(today, end)} {'is' if is_one else 'are'} left"
        return f"{late}; {left} until {day_words(end)}."
    return f"{late}; no day is left."


def span(earliest: date, latest: date) -> str:
    """Return a period in words.

    Examples
    --------
    >>> span(date(2027, 6, 1), date(2027, 7, 31))
    '1 June 2027 to 31 July 2027'
    """
    return (
        day_words(earliest)
        if earliest == latest
        else f"{day_words(earliest)} to {day_words(latest)}"
    )


def dated(  # noqa: PLR0913  the fields of an event
    today: date,
    *,
    name: str,
    label: str,
    earliest: date,
    latest: date,
    reckoned: str,
    sources: tuple[str, ...],
    kind: str = ADVICE,
    grade: str = LABEL,
    begin_by: date | None = None,
    days: Sequence[date] = (),
    when: str = "",
    note: str = "",
) -> Event:
    """Return an event that has days, by default of the guide's advice, with where today lies."""
    if days:
        when = listed([day_words(day) for day in days])
    elif begin_by is not None:
        when = f"begin {span(earliest, begin_by)}, until {day_words(latest)}"
    return Event(
        name=name,
        label=label,
        earliest=earliest,
        latest=latest,
        begin_by=begin_by,
        days=tuple(days),
        when=when or span(earliest, latest),
        kind=kind,
        grade=grade,
        reckoned=reckoned,
        state="past" if latest < today else "ahead" if today < earliest else "now",
        note=note,
        sources=sources,
    )


def undated(
    *,
    name: str,
    label: str,
    note: str,
    sources: tuple[str, ...],
    kind: str = NOT_ANNOUNCED,
    reckoned: str = "not reckoned: no day is worked out from another season",
) -> Event:
    """Return an event without a day, by default one that nobody has announced."""
    return Event(
        name=name,
        label=label,
        earliest=None,
        latest=None,
        begin_by=None,
        days=(),
        when=kind,
        kind=kind,
        grade="",
        reckoned=reckoned,
        state=kind,
        note=note,
        sources=sources,
    )
