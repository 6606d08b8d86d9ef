"""What to do next, in order of date: the calendar in a few lines, with no claim of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.strategy.timeline.days import span
from imgstats.wording import capital, day_words, listed

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.situation import Situation
    from imgstats.strategy.timeline.records import Calendar, Event, Missing

__all__ = ["CALENDAR", "EXAMS", "FILE", "PATHWAY", "PROGRAMS", "Action", "actions"]

# Headings of the page, which a line points to.
CALENDAR, EXAMS, FILE, PATHWAY, PROGRAMS = (
    "Calendar",
    "Exam record",
    "Beside the score",
    "Sample pathway with your dates",
    "Programs",
)
_STEP3, _RESEARCH = "step3", "research"
# By event of the calendar: what is to be done, and where it stands. Two of one text are one line.
_DATED = {
    "study-step1": ("Study for Step 1 and sit it", PATHWAY),
    "study-step2": ("Begin to study for Step 2 CK", PATHWAY),
    "practice-tests": ("Take practice tests", PATHWAY),
    "usce": ("Begin US clinical experience in internal medicine", PATHWAY),
    "research": ("Join a small project; later ask for letters of US faculty", PATHWAY),
    "exam": ("Sit Step 2 CK", CALENDAR),
    "score": ("Give the score as step2_ck and plan again", CALENDAR),
    "step3": ("Step 3 at the latest, if you choose it", EXAMS),
    "applications-open": ("Hand in applications, with a list of programs", PROGRAMS),
    "rank-lists": ("Hand in the rank order list", CALENDAR),
    "match-day": ("Match Day", CALENDAR),
}
# Who announces days, an event that is one of them, and what they are for.
_ANNOUNCED = (
    ("the AAMC", "applications-open", "decide whether to apply or to wait a season, and apply"),
    ("the NRMP", "rank-lists", "hand in the rank order list"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """One line of what to do.

    Attributes
    ----------
    day : date or None
        The day it is sorted by; None where none is known.
    when : str
        Its date in words, or until when it is unknown.
    text : str
        What to do.
    section : str
        Heading under which it is told.
    """

    day: date | None
    when: str
    text: str
    section: str

    @property
    def anchor(self) -> str:
        """The id of that heading on the page."""
        return self.section.replace(" ", "-")


def actions(
    situation: Situation, calendar: Calendar, *, is_low: bool = False
) -> tuple[Action, ...]:
    """Return what to do next: by date, then what has none yet.

    Parameters
    ----------
    situation : Situation
        Who plans.
    calendar : Calendar
        That person's; each line tells one or some of its rows.
    is_low : bool
        Whether the guide calls the score low, or it lies below the target.

    Examples
    --------
    >>> from datetime import date
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.situation import Situation
    >>> from imgstats.strategy.timeline.counting import calendar
    >>> values = {"group": "us-img", "target": 240, "step1": "passed", "exam_date": "2027-06-15"}
    >>> me = Situation.parse(values, date(2026, 11, 30))
    >>> found = actions(me, calendar(me, PublishedTables()))
    >>> found[0].when, found[0].text
    ('by 15 December 2026', 'Begin to study for Step 2 CK')
    """
    if calendar.over:
        text = "Name a later season to plan for it"
        return (Action(day=None, when="now", text=text, section=CALENDAR),)
    days = [each for each in calendar.events if is_low or each.name != _STEP3]
    found = [each for event in days if (each := _dated(event, calendar.today))]
    if is_low and situation.scored:
        text = "Put the weight on the rest of the file, and choose programs more broadly"
        found.append(Action(day=calendar.today, when="now", text=text, section=FILE))
    if still := _still_open(calendar):
        found.append(still)
    if situation.step1_pending is None and not situation.scored:
        found.append(
            Action(
                day=calendar.today,
                when="now",
                text="Say whether Step 1 is passed (step1): if not, it comes first",
                section=EXAMS,
            )
        )
    found.sort(key=lambda each: each.day or calendar.today)
    return (*found, *_announced(calendar.unknown), *_own(calendar))


def _dated(event: Event, today: date) -> Action | None:
    """Return what an event with days asks for; None for one that asks nothing or is past."""
    if event.name not in _DATED or event.earliest is None or event.latest is None:
        return None
    if event.latest < today:
        return None
    text, section = _DATED[event.name]
    day, when = _when(event, today, event.earliest, event.latest)
    return Action(day=day, when=when, text=text, section=section)


def _when(event: Event, today: date, earliest: date, latest: date) -> tuple[date, str]:
    """Return the day that a line is sorted by, and its words."""
    start = max(earliest, today)
    if event.days:
        start = next(day for day in event.days if day >= today)
        words = f"{day_words(start)}{' and later' if start < event.days[-1] else ''}"
    elif event.begin_by is not None and event.begin_by < today:
        words = f"now: by the guide it had to begin by {day_words(event.begin_by)}"
    elif event.begin_by is not None:
        start, words = event.begin_by, f"by {day_words(event.begin_by)}"
    elif event.name == _STEP3:
        words = event.when
    elif event.name == _RESEARCH:
        words = f"from {day_words(start)}"
    else:
        words = span(start, latest)
    return start, words


def _still_open(calendar: Calendar) -> Action | None:
    """Return that applications can be handed in, where they may be since a day that is past."""
    opened = calendar.event("applications-open")
    if opened is None or opened.earliest is None or opened.state != "past":
        return None
    return Action(
        day=calendar.today,
        when="now",
        text=f"Decide whether to apply still (since {day_words(opened.earliest)}) or to wait",
        section=CALENDAR,
    )


def _announced(missing: tuple[Missing, ...]) -> list[Action]:
    """Return one line for all days that nobody has announced, with who will."""
    names = {each.name: each for each in missing}
    there = [(who, text) for who, name, text in _ANNOUNCED if name in names]
    if not there:
        return []
    return [
        Action(
            day=None,
            when=f"date unknown until {listed([who for who, _ in there])} "
            f"{'announce' if len(there) > 1 else 'announces'} it",
            text=capital("; then ".join(text for _, text in there)),
            section=CALENDAR,
        )
    ]


def _own(calendar: Calendar) -> list[Action]:
    """Return one line for the person's own steps without a date; Step 3 is no step to take."""
    there = {each.name for each in calendar.not_known}
    if "certification" not in there:
        return []
    visa = "; ask the same of the visa" if "visa" in there else ""
    return [
        Action(
            day=None,
            when="date unknown until ECFMG says it",
            text=f"Ask ECFMG what certification needs and how long it takes{visa}",
            section=CALENDAR,
        )
    ]
