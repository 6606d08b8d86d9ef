"""`Situation`: where somebody who plans stands; the one validator of a plan's input."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from imgstats.applicant import LOWEST_SCORE, Applicant
from imgstats.errors import InputError, did_you_mean
from imgstats.meanings import day_of, folded, visas_of
from imgstats.measures import MEASURES
from imgstats.text import plain_number, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = [
    "GOALS",
    "PLAN_KEYS",
    "STEP1",
    "VISAS",
    "Situation",
    "day_of_plan",
    "exam_day_of",
    "target_of",
]

_SCORE = MEASURES["step2_ck"]
# What may be said of Step 1, and whether it holds a failure and a pass.
STEP1 = {
    "passed": (False, True),
    "passed after a failure": (True, True),
    "failed": (True, False),
    "not taken": (False, False),
}
# What may be said of the visa that is needed, and which visas would do.
VISAS = {
    "none needed": (),
    "J-1": ("J-1",),
    "H-1B": ("H-1B",),
    "either": ("J-1", "H-1B"),
}
# What somebody wants to be in the long run, and whether a fellowship leads there; None: not known.
GOALS = {
    "hospitalist": False,
    "cardiology": True,
    "other fellowship": True,
    "undecided": None,
}
PLAN_KEYS = ("target", "step1", "exam_date", "graduated", "season", "visa", "goal")
_OR = re.compile(r"\s*(?:,|;|/|\bor\b|\band\b)\s*")
_GOALS_ALLOWED = f"{', '.join(GOALS)}, or two such as hospitalist or cardiology"
# Other words for a goal, folded.
_GOAL_WORDS = {
    "hospital medicine": "hospitalist",
    "hospitalist medicine": "hospitalist",
    "cardiologist": "cardiology",
    "cardiology fellowship": "cardiology",
    "fellowship in cardiology": "cardiology",
    "fellowship cardiology": "cardiology",
    "fellowship": "other fellowship",
    "another fellowship": "other fellowship",
    "not decided": "undecided",
}
# Applications of a season open in the September before its Match, in every season seen.
_OPENING_MONTH = 9
_EARLIEST = 1950
_FURTHEST = timedelta(days=5 * 366)


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What somebody who plans says of themselves.

    Parameters
    ----------
    applicant : Applicant
        With the Step 2 CK score; where there is none yet, the lower end of the target stands in.
    scored : bool
        Whether that score is a real one.
    target : (int, int) or None
        Scores that are aimed at, both ends included.
    step1 : str
        One of `STEP1`, or empty where nothing was said.
    exam_date : date or None
        Day of Step 2 CK, past or to come.
    graduated : int or None
        Year of graduation.
    season : int
        Year of the Match that the application is for.
    season_given : bool
        Whether somebody named it; if not, it is the first whose applications open after the exam.
    visa : str
        The visa that is needed, one of `VISAS`, or empty where nothing was said.
    goal : tuple of str
        The long-term goals, of `GOALS`; empty where nothing was said.
    today : date
        The day of the plan.
    """

    applicant: Applicant
    scored: bool
    target: tuple[int, int] | None
    step1: str
    exam_date: date | None
    graduated: int | None
    season: int
    season_given: bool
    visa: str
    goal: tuple[str, ...]
    today: date

    @classmethod
    def parse(cls, values: Mapping[str, Any], today: date | None = None) -> Situation:
        """Make a situation from a mapping, with an error that a person can act on.

        Parameters
        ----------
        values : mapping of str to object
            The keys of `Applicant` and those of `PLAN_KEYS`. The score may be left out where a
            target is given.
        today : date, optional
            The day of the plan. Default: the day where the person is.

        Raises
        ------
        InputError
            If a key is unknown or missing, or a value is not allowed.

        Examples
        --------
        >>> plan = Situation.parse(
        ...     {"group": "non-us-img", "target": "235-245", "exam_date": "2027-06-15"},
        ...     date(2026, 11, 30),
        ... )
        >>> plan.scored, plan.score, plan.season
        (False, 235, 2028)
        """
        day = today or date.today()  # noqa: DTZ011  the day where the person is
        known = (*Applicant.model_fields, *PLAN_KEYS)
        for key in values:
            if key not in known:
                todo = did_you_mean(str(key), known) or "remove it"
                raise InputError(f"unknown key {shown(key)}", ", ".join(known), todo)
        given = {key: value for key, value in values.items() if not _nothing(value)}
        target = target_of(given.get("target"))
        about = {key: value for key, value in given.items() if key not in PLAN_KEYS}
        scored = "step2_ck" in about
        if not scored and target is None:
            raise InputError(
                "neither step2_ck nor target is given",
                "a Step 2 CK score, or a target such as 240 or 235-245",
                "give the one you have",
            )
        applicant = Applicant.parse(about if scored else {**about, "step2_ck": target[0]})  # type: ignore[index]
        exam_date = _read(given.get("exam_date"), lambda text: exam_day_of(text, day))
        if exam_date is None and scored:
            exam_date = applicant.step2_ck_date
        season = _read(given.get("season"), lambda text: _year(text, "season", day))
        return cls(
            applicant=applicant,
            scored=scored,
            target=target,
            step1=_step1(given.get("step1")),
            exam_date=exam_date,
            graduated=_read(given.get("graduated"), lambda text: _year(text, "graduated", day)),
            season=season or _next_season(max(day, exam_date or day)),
            season_given=season is not None,
            visa=_visa(given.get("visa")),
            goal=_goal(given.get("goal")),
            today=day,
        )

    def values(self) -> dict[str, Any]:
        """Return plain values from which `parse` makes the same situation on the same day."""
        about = self.applicant.model_dump(mode="json", exclude_none=True)
        if not self.scored:
            del about["step2_ck"]
        given = {
            "target": self.aim,
            "step1": self.step1,
            "exam_date": None if self.exam_date is None else self.exam_date.isoformat(),
            "graduated": self.graduated,
            "season": self.season if self.season_given else None,
            "visa": self.visa,
            "goal": self.goal_words,
        }
        return about | {name: value for name, value in given.items() if value}

    @property
    def score(self) -> int:
        """The score that everything is shown at: the real one, or the lower end of the target."""
        return self.applicant.step2_ck

    @property
    def aim(self) -> str:
        """The target as it is written: ``240``, ``235-245``, or nothing."""
        return "" if self.target is None else "-".join(dict.fromkeys(map(str, self.target)))

    @property
    def aimed(self) -> tuple[int, int]:
        """The real score twice, or both ends of the target."""
        if self.scored or self.target is None:
            return self.score, self.score
        return self.target

    @property
    def goal_words(self) -> str:
        """The long-term goals as they are written: ``hospitalist or cardiology``, or nothing."""
        return " or ".join(self.goal)

    @property
    def fellowship(self) -> bool | None:
        """Whether a fellowship leads to one of the goals; None where that is not known."""
        known = {GOALS[each] for each in self.goal}
        return True if True in known else False if known == {False} else None

    @property
    def specialty(self) -> str:
        """Preferred specialty."""
        return self.applicant.specialty

    @property
    def failed(self) -> bool | None:
        """Whether a Step was failed; None where nothing was said that tells."""
        attempts = self.applicant.attempts
        if (attempts or 1) > 1 or (self.step1 and STEP1[self.step1][0]):
            return True
        # Before Step 2 CK a passed Step 1 is all there was.
        return False if attempts == 1 or (self.step1 and not self.scored) else None

    @property
    def step1_pending(self) -> bool | None:
        """Whether Step 1 is not passed yet; None where nothing was said."""
        return not STEP1[self.step1][1] if self.step1 else None

    @property
    def below_target(self) -> bool | None:
        """Whether the score lies under the target; None where one of them is not there."""
        if not self.scored or self.target is None:
            return None
        return self.score < self.target[0]

    def at(self, score: int) -> Applicant:
        """Return the same applicant with another score."""
        return self.applicant.model_copy(update={"step2_ck": score})

    def on(self, exam_date: date) -> Situation:
        """Return the same situation with another day of the exam, and the season that follows."""
        season = self.season if self.season_given else _next_season(max(self.today, exam_date))
        return replace(self, exam_date=exam_date, season=season)


def day_of_plan(text: str | None, real: date | None = None) -> date:
    """Return the day that a plan is made for; the day where the person is if none is named.

    Raises
    ------
    InputError
        If it is no date that is written in one clear way, or lies years ahead.
    """
    real = real or date.today()  # noqa: DTZ011  the day where the person is
    return real if text is None else exam_day_of(text, real, "--today")


def _nothing(value: object) -> bool:
    return value is None or (isinstance(value, str) and not value.strip())


def _read(value: object, read: Callable[[str], Any]) -> Any:  # noqa: ANN401  many types
    """Read one value of a plan from its text; None where it is not given."""
    if value is None:
        return None
    return read(str(value).strip())


def target_of(value: object) -> tuple[int, int] | None:
    """Return both ends of a target that is written as a score or two; None where none is given.

    Raises
    ------
    InputError
        If it is written otherwise, or holds no Step 2 CK scores in rising order.

    Examples
    --------
    >>> target_of("240"), target_of("235-245")
    ((240, 240), (235, 245))
    """
    allowed = f"a score, or two such as 235-245, from {LOWEST_SCORE} to {_SCORE.high}"
    if value is None:
        return None
    found = re.fullmatch(
        r"([0-9]{1,4})(?:\s*(?:-|\u2013|to|\.\.)\s*([0-9]{1,4}))?", str(value).strip(), re.ASCII
    )
    if found is None:
        raise InputError(f"target is {shown(value)}", allowed, "such as 240")
    low = int(found[1])
    high = int(found[2] or low)
    if not LOWEST_SCORE <= low <= high <= (_SCORE.high or high):
        todo = "the lower end goes first" if high < low else "give Step 2 CK scores"
        raise InputError(f"target is {shown(value)}", allowed, todo)
    return low, high


def _step1(value: object) -> str:
    if value is None:
        return ""
    words = folded(str(value))
    for known in STEP1:
        if words == folded(known):
            return known
    raise InputError(f"step1 is {shown(value)}", ", ".join(STEP1), did_you_mean(words, STEP1))


def _visa(value: object) -> str:
    if value is None:
        return ""
    found = visas_of(str(value))
    for known, visas in VISAS.items():
        if found == visas:
            return known
    todo = did_you_mean(folded(str(value)), VISAS)
    raise InputError(f"visa is {shown(value)}", ", ".join(VISAS), todo)


def _goal(value: object) -> tuple[str, ...]:
    """Return the goals that a text names, each once and in the order of `GOALS`."""
    if value is None:
        return ()
    found = set()
    for each in _OR.split(str(value).casefold().strip()):
        words = _GOAL_WORDS.get(folded(each), folded(each))
        if words not in GOALS:
            todo = did_you_mean(words, GOALS) or "a fellowship but cardiology is: other fellowship"
            raise InputError(f"goal is {shown(value)}", _GOALS_ALLOWED, todo)
        found.add(words)
    if len(found) > 1 and "undecided" in found:
        raise InputError(f"goal is {shown(value)}", _GOALS_ALLOWED, "undecided stands alone")
    return tuple(each for each in GOALS if each in found)


def exam_day_of(text: str, today: date, name: str = "exam_date") -> date:
    """Return the day of an exam, past or some years to come.

    Raises
    ------
    InputError
        If it is no date that is written in one clear way, or lies further ahead.

    Examples
    --------
    >>> exam_day_of("15 June 2027", date(2026, 11, 30))
    datetime.date(2027, 6, 15)
    """
    day = day_of(text)
    if not isinstance(day, date):
        raise InputError(
            f"{name} is {shown(text)}", "a date such as 2027-06-15", "write year-month-day"
        )
    if day > today + _FURTHEST:
        furthest = today + _FURTHEST
        raise InputError(f"{name} is {day}", f"a day until {furthest}", "name one that is nearer")
    return day


def _year(text: str, name: str, today: date) -> int:
    number = plain_number(text)
    low, high = (today.year, today.year + 6) if name == "season" else (_EARLIEST, today.year + 6)
    if number is None or not float(number).is_integer() or not low <= number <= high:
        what = "the year of the Match" if name == "season" else "the year of graduation"
        raise InputError(f"{name} is {shown(text)}", f"a year from {low} to {high}", f"give {what}")
    return int(number)


def _next_season(day: date) -> int:
    """Return the first Match whose applications open after a day, by the month they open in."""
    return day.year + 1 if day.month < _OPENING_MONTH else day.year + 2
