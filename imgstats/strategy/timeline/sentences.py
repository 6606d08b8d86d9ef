"""What a calendar comes to, in sentences."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.strategy.readiness.passing import not_reached_words
from imgstats.strategy.rules import LABEL
from imgstats.strategy.timeline.days import weeks_words
from imgstats.strategy.timeline.exams import exam_days, step1_months, step1_period
from imgstats.strategy.timeline.experience import months_needed
from imgstats.strategy.timeline.frame import OPENS, REVIEW
from imgstats.wording import capital, count_words, day_words, listed, number_words

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.readiness.records import Passing
    from imgstats.strategy.situation import Situation
    from imgstats.strategy.timeline.frame import Frame
    from imgstats.strategy.timeline.records import Event, Missing

__all__ = ["sentences_of"]


def sentences_of(
    situation: Situation,
    frame: Frame,
    events: tuple[Event, ...],
    missing: tuple[Missing, ...],
    not_passed: Passing | None = None,
) -> tuple[str, ...]:
    """Return what the plan comes to; the last sentence says what it is not.

    A passing score that the real score does not reach is said in the place of a pass.
    """
    if frame.over(situation.today):
        return (
            (
                f"The {frame.season} season is over: {frame.ended(situation.today)}. Nothing is "
                "counted back from it; name a later season to plan for that."
            ),
            "The days have the grade of their source.",
        )
    return (
        *_season(situation, frame),
        *_score(situation, frame, not_passed),
        *_study(events),
        *_step1(situation, frame),
        *_experience(situation, frame),
        *_missing(missing),
        (
            f"Months and weeks here are a guide's ({LABEL}). Published days have the grade of "
            "their source, and no day was worked out from another season."
        ),
    )


def _season(situation: Situation, frame: Frame) -> list[str]:
    today = situation.today
    over, opens = frame.over(today), frame.known.get(OPENS)
    told = []
    if opens is None:
        told.append(
            f"When applications of the {frame.season} Match may be submitted is not announced."
            if situation.scored
            else f"When applications of the {frame.season} Match may be submitted is not "
            "announced. So the plan counts back from the guide's months: the score is out "
            f"{_between(frame.window('score-by-august'))}."
        )
        if frame.deadline < today:
            told.append("These months lie behind: what is counted back from them is past.")
    elif opens.day > today:
        told.append(
            f"Applications of the {frame.season} Match may be submitted from "
            f"{day_words(opens.day)} (grade {opens.letter}), {weeks_words(today, opens.day)} "
            f"from {day_words(today)}."
        )
    else:
        told.append(_open_since(today, frame))
    if over is None:
        told.append(
            f"Whether the {frame.season} Match is past is not told here: its day is not known."
        )
    return told


def _between(window: tuple[date, date]) -> str:
    first, last = window
    return f"in {first:%B} or {last:%B} {last.year}"


def _open_since(today: date, frame: Frame) -> str:
    opens, review = frame.known[OPENS], frame.known.get(REVIEW)
    read = ""
    if review is not None:
        since = "have reviewed them since" if review.day <= today else "review them from"
        read = f", and programs {since} {day_words(review.day)} (grade {review.letter})"
    return (
        f"Applications of the {frame.season} Match may be submitted since {day_words(opens.day)} "
        f"(grade {opens.letter}){read}. What is counted back from that day is past."
    )


def _score(situation: Situation, frame: Frame, not_passed: Passing | None) -> list[str]:
    if not_passed is not None:
        return [
            (
                f"{not_reached_words(not_passed, situation)} Study and days of another sitting are "
                "not reckoned here: for those give a target in the place of step2_ck."
            )
        ]
    if situation.scored:
        return [
            (
                "The Step 2 CK score is there, so study, practice tests and exam are left out. It "
                "stands: a passed Step is not sat again, so a later season brings no other score."
            )
        ]
    if (exam := situation.exam_date) is None:
        return [
            (
                "No exam day was given, so study is counted back from the guide's months for the "
                f"exam: {_between(frame.window('pathway-exam-months'))}."
            )
        ]
    usually, latest = frame.wait.scores(exam)
    if latest < situation.today:
        return [
            (
                f"The exam of {day_words(exam)} lies behind and its score was to be out by "
                f"{day_words(latest)}, but none was given: give it as step2_ck. Study is left out."
            )
        ]
    told = [
        (
            f"With the exam on {day_words(exam)} the score is usually out on {day_words(usually)}; "
            f"{day_words(latest)} is to be allowed for (grade {frame.wait.letter}). "
            f"{_verdict(frame, exam)}"
        )
    ]
    if exam < situation.today:
        told.append("The exam lies behind, so study and practice tests are left out.")
    return told


def _verdict(frame: Frame, exam: date) -> str:
    """Return whether the score comes in time, and what that is measured by."""
    opens = frame.known.get(OPENS)
    if opens is not None and exam >= opens.day:
        return (
            f"The exam comes after applications of the {frame.season} Match may be submitted "
            f"({day_words(opens.day)}): the score is not there when they open."
        )
    first, last = frame.wait.latest_exams(frame.deadline)
    words = {
        True: f"Both are {frame.deadline_words}.",
        None: f"Only the usual wait is {frame.deadline_words}; an exam until {day_words(first)} "
        "leaves room for the long one.",
        False: f"Neither is {frame.deadline_words}; that needs an exam until {day_words(last)}, "
        f"better until {day_words(first)}.",
    }
    return words[frame.in_time(exam)]


def _study(events: tuple[Event, ...]) -> list[str]:
    names = ("study-step1", "study-step2")
    return [f"{each.label}: {each.note}" for each in events if each.name in names and each.note]


def _step1(situation: Situation, frame: Frame) -> list[str]:
    """Return when studying for Step 1 would begin, where nothing was said of it."""
    if situation.step1_pending is not None or exam_days(situation, frame) is None:
        return []
    low, high, _ = step1_months(situation, frame)
    earliest, begin_by, _ = step1_period(situation, frame)
    return [
        (
            "Nothing was said of Step 1. If it is not passed yet, its study comes first, "
            f"{number_words(low)} to {count_words(high, 'month')} by the guide: it would begin "
            f"between {day_words(earliest)} and {day_words(begin_by)}."
        )
    ]


def _experience(situation: Situation, frame: Frame) -> list[str]:
    done = situation.applicant.usce_months
    low, high = frame.range_of("pathway-usce-months")
    asked = f"the guide's {number_words(low)} to {count_words(high, 'month')}"
    if done is None:
        return [f"How much US clinical experience is done was not said; {asked} are counted back."]
    _, left = months_needed(situation, frame)
    if not left:
        return [f"US clinical experience: {count_words(done, 'month')} done, {asked} are met."]
    return []


def _missing(missing: tuple[Missing, ...]) -> list[str]:
    """Return what is not announced, by who will announce it."""
    by: dict[str, list[str]] = {}
    for each in missing:
        by.setdefault(each.announced_by, []).append(each.label.removesuffix(" (ERAS)"))
    return [
        f"Not announced in anything seen: {listed([f'“{label}”' for label in labels])}. "
        f"{capital(who)}, will name the day{'s' if len(labels) > 1 else ''}."
        for who, labels in by.items()
    ]
