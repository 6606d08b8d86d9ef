"""The guide's sample pathway as one sequence of dates for one person, each step with its rules."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from imgstats.comparison.citations import merged
from imgstats.strategy.rules import LABEL, rules
from imgstats.wording import day_words

if TYPE_CHECKING:
    from imgstats.strategy.rules import Rule
    from imgstats.strategy.situation import Situation
    from imgstats.strategy.timeline.records import Calendar, Event
    from imgstats.tables.published import PublishedTables

__all__ = ["PathStep", "Pathway", "pathway"]

PART = "pathway"
DONE, PAST, AHEAD, NOT_YOURS, NOT_SAID = "done", "past", "ahead", "not yours", "not said"
_BELOW, _STEP1 = "below", "study-step1"
# Step, event of the calendar, and the beginnings of the names of its rules, in the guide's order.
_STEPS = (
    ("Study for Step 1", "study-step1", ("step1",)),
    ("Study for Step 2 CK", "study-step2", ("step2", "baseline", "im-systems", "question-bank")),
    ("Practice tests", "practice-tests", ("practice", "in-range")),
    ("US clinical experience in internal medicine", "usce", ("usce",)),
    ("Letters of US faculty", "letters", ("letters",)),
    ("A small project of research or quality improvement", "research", ("research",)),
    ("Step 2 CK", "exam", ("exam",)),
    ("The score is out", "score", ("score",)),
    ("If the score lies below the target", _BELOW, ("below",)),
    # The guide's example ends before these.
    ("ECFMG certification", "certification", ()),
    ("Applications open", "applications-open", ()),
    ("Programs review", "programs-review", ()),
    ("Match Day", "match-day", ()),
)
_WHAT = (
    "The guide tells one example from Step 1 to the application. Here it has your dates: each is "
    "one of the calendar\u2019s, which says how it was reckoned. A step without words of the guide "
    "is not in its example."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class PathStep:
    """One step of the pathway.

    Attributes
    ----------
    name, label : str
        The event of the calendar that it is, and what it is.
    when : str
        Its dates in words, or why it has none.
    state : str
        Whether it is done, past, ahead, for somebody else, or nothing was said of it.
    first : date or None
        Where it stands in the sequence; None for a step without a date.
    rules : tuple of Rule
        What the guide says at this step; none where its example has no such step.
    """

    name: str
    label: str
    when: str
    state: str
    first: date | None
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pathway:
    """The guide's example for one person.

    Attributes
    ----------
    steps : tuple of PathStep
        What is done, then by date, then what has none.
    sentences : tuple of str
        What the sequence is.
    grade : str
        `rules.LABEL`.
    sources : tuple of str
        Key of the guide.
    """

    steps: tuple[PathStep, ...]
    sentences: tuple[str, ...]
    grade: str
    sources: tuple[str, ...]


def pathway(situation: Situation, calendar: Calendar, tables: PublishedTables) -> Pathway:
    """Return the guide's sample pathway with the dates of a person's calendar.

    Parameters
    ----------
    situation : Situation
        Who plans.
    calendar : Calendar
        That person's; each date of the pathway is one of its.
    tables : PublishedTables
        Where the guide stands.

    Examples
    --------
    >>> from datetime import date
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.situation import Situation
    >>> from imgstats.strategy.timeline.counting import calendar
    >>> values = {"group": "non-us-img", "target": "235-245", "exam_date": "2027-06-15"}
    >>> me = Situation.parse(values, date(2026, 11, 30))
    >>> found = pathway(me, calendar(me, PublishedTables()), PublishedTables())
    >>> [each.name for each in found.steps][:4]
    ['study-step1', 'study-step2', 'practice-tests', 'usce']
    """
    known = rules(tables, PART)
    steps = [
        _step(name, label, begins, situation, calendar, known) for label, name, begins in _STEPS
    ]
    steps.sort(key=lambda each: (each.state != DONE, each.first or date.max))
    return Pathway(
        steps=tuple(steps),
        sentences=(_WHAT,),
        grade=LABEL,
        sources=merged(*(each.sources for each in known)),
    )


def _step(
    name: str,
    label: str,
    begins: tuple[str, ...],
    situation: Situation,
    calendar: Calendar,
    known: tuple[Rule, ...],
) -> PathStep:
    event = calendar.event(name)
    if name == _BELOW:
        when, state, first = _below(situation, calendar)
    elif event is not None:
        when, state, first = _dated(event, calendar)
    else:
        when, state, first = _without(name, situation, calendar)
    mine = tuple(f"{PART}-{each}" for each in begins)
    return PathStep(
        name=name,
        label=label,
        when=when,
        state=state,
        first=first,
        rules=tuple(each for each in known if mine and each.name.startswith(mine)),
    )


def _dated(event: Event, calendar: Calendar) -> tuple[str, str, date | None]:
    if event.earliest is None:
        who = {each.name: each.announced_by for each in calendar.unknown}.get(event.name)
        return f"date unknown until it is announced by {who}" if who else event.kind, AHEAD, None
    if event.state == "past":
        return f"{event.when} (past)", PAST, event.earliest
    return event.when, AHEAD, event.earliest


def _without(name: str, situation: Situation, calendar: Calendar) -> tuple[str, str, date | None]:
    """Return why the calendar has no such event."""
    if name == _STEP1 and situation.step1_pending is not None:
        return f"done: Step 1 is {situation.step1}, as you say", DONE, None
    found: tuple[str, str, date | None]
    if calendar.over:
        found = f"the {calendar.season} season is over", NOT_YOURS, None
    elif name == _STEP1:
        found = "whether Step 1 is passed was not said", NOT_SAID, date.min
    elif name == "usce":
        found = "done: the months of the guide are met", DONE, None
    elif situation.scored:
        found = "done: the score is there", DONE, None
    elif name == "practice-tests" and calendar.event("study-step2") is not None:
        found = "no day of one lies between today and the exam", NOT_YOURS, calendar.today
    else:
        found = "done: the exam lies behind", DONE, None
    return found


def _below(situation: Situation, calendar: Calendar) -> tuple[str, str, date | None]:
    """Return whether a score below the target is there, may come, or is out of the question."""
    below = situation.below_target
    if below:
        by = f", until {day_words(calendar.deadline)}" if calendar.deadline > calendar.today else ""
        return f"it does: from now on{by}", AHEAD, calendar.today
    if below is False:
        return "it does not", NOT_YOURS, calendar.today
    if situation.scored:
        return "no target was given", NOT_SAID, calendar.today
    score = calendar.event("score")
    return "once the score is there", AHEAD, score.latest if score else None
