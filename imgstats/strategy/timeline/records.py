"""What a calendar holds: events, days that nobody has announced, and two ways to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "ADVICE",
    "COUNTED",
    "GIVEN",
    "NOT_ANNOUNCED",
    "NOT_KNOWN",
    "PUBLISHED",
    "Calendar",
    "Choice",
    "Decision",
    "Event",
    "Missing",
    "Need",
    "Reason",
]

# How a day came about.
PUBLISHED = "published date"
COUNTED = "counted from a published wait"
ADVICE = "counted back by the guide's advice"
GIVEN = "given by you"
NOT_ANNOUNCED = "not announced"
# No season announces it: it depends on the person, and no table here has its time.
NOT_KNOWN = "date not known"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One row of a calendar: a day, a period, or a series of days.

    Attributes
    ----------
    name : str
        Short name, the same in every season.
    label : str
        What happens.
    earliest, latest : date or None
        First and last day, both included; None where they are not announced.
    begin_by : date or None
        For a period with a range of lengths: the day on which the shortest of them begins.
    days : tuple of date
        The days of a series; empty for a day or a period.
    when : str
        The same in words.
    kind : str
        `PUBLISHED`, `COUNTED`, `ADVICE`, `GIVEN`, `NOT_ANNOUNCED` or `NOT_KNOWN`.
    grade : str
        Letter of the source, ``assumed`` for what the user gave, `rules.LABEL` for advice; empty
        where there is no day.
    reckoned : str
        How the days were reckoned.
    state : {"past", "now", "ahead", "not announced", "date not known"}
        Where the day of the plan lies.
    note : str
        What the day of the plan means for it, or what to know of its source; may be empty.
    sources : tuple of str
        Keys of the sources.
    """

    name: str
    label: str
    earliest: date | None
    latest: date | None
    begin_by: date | None
    days: tuple[date, ...]
    when: str
    kind: str
    grade: str
    reckoned: str
    state: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Missing:
    """A day of the season that nothing seen announces.

    Attributes
    ----------
    name, label : str
        As in its event.
    announced_by : str
        Who will announce it, and where.
    before : str
        When it was in the last season that is known, with its grade; empty where none is.
    sources : tuple of str
        Keys of the sources.
    """

    name: str
    label: str
    announced_by: str
    before: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """What has to be true for a choice.

    Attributes
    ----------
    text : str
        What it is, with the figures of this plan.
    holds : bool or None
        Whether it is true; None where that is not known yet or cannot be known here.
    """

    text: str
    holds: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """A day at which a choice is decided.

    Attributes
    ----------
    day : date or None
        The day; None where it is not announced.
    words : str
        The same in words.
    text : str
        What is decided by it.
    kind : str
        As in `Event`.
    past : bool
        Whether it lies behind the day of the plan.
    """

    day: date | None
    words: str
    text: str
    kind: str
    past: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """What the guide says for a choice.

    Attributes
    ----------
    text : str
        The advice.
    yours : bool or None
        Whether it is for this person; None where something it asks about is not known.
    """

    text: str
    yours: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of two ways to go on: apply in a season, or in the one after it.

    Attributes
    ----------
    name : {"apply", "wait"}
        Which one.
    label : str
        The same in words.
    season : int
        Year of the Match.
    needs : tuple of Need
        What has to be true.
    decisions : tuple of Decision
        By when it is decided, in the order of days.
    reasons : tuple of Reason
        What the guide says for it.
    grade : str
        `rules.LABEL`, of the reasons.
    sources : tuple of str
        Keys of the sources.
    """

    name: str
    label: str
    season: int
    needs: tuple[Need, ...]
    decisions: tuple[Decision, ...]
    reasons: tuple[Reason, ...]
    grade: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Calendar:
    """The days of a plan.

    Attributes
    ----------
    season : int
        Year of the Match.
    label : str
        Whom the plan is for; may be empty.
    today : date
        The day of the plan.
    deadline : date
        The day by which the score is to be out, from which the rest is counted back.
    deadline_kind : str
        `PUBLISHED` where it is the day before applications may be submitted, `ADVICE` where it is
        the end of the guide's last month.
    over : bool or None
        Whether the season is over; None where no day tells.
    events : tuple of Event
        By day; those without one last.
    unknown : tuple of Missing
        The days that are not announced.
    choices : tuple of Choice
        Apply, and wait.
    sentences : tuple of str
        What the plan comes to, and, last, what it is not.
    grade : str
        `rules.LABEL`: whatever is counted back rests on advice. Each event has its own.
    sources : tuple of str
        Keys of all sources.
    """

    season: int
    label: str
    today: date
    deadline: date
    deadline_kind: str
    over: bool | None
    events: tuple[Event, ...]
    unknown: tuple[Missing, ...]
    choices: tuple[Choice, ...]
    sentences: tuple[str, ...]
    grade: str
    sources: tuple[str, ...]

    @property
    def not_known(self) -> tuple[Event, ...]:
        """The steps on the way whose dates no table here has."""
        return tuple(each for each in self.events if each.kind == NOT_KNOWN)

    def event(self, name: str) -> Event | None:
        """Return an event by its name, or None where the plan has none of it."""
        return next((each for each in self.events if each.name == name), None)
