"""Study, practice tests, exam and score, counted back from the exam or from the guide's months."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from imgstats.comparison.citations import merged
from imgstats.grades import ASSUMED, weakest
from imgstats.strategy.timeline.days import begun, dated, months_before, series_back
from imgstats.strategy.timeline.frame import REVIEW
from imgstats.strategy.timeline.records import COUNTED, GIVEN, Event
from imgstats.wording import count_words, day_words, number_words

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.situation import Situation
    from imgstats.strategy.timeline.frame import Frame

__all__ = [
    "exam_days",
    "exam_events",
    "last_exam",
    "last_stretch",
    "step1_months",
    "step1_period",
    "step2_period",
]

# The guide says "more than two or three years": whoever is past three is past both.
_LONG_AGO = 3
_STUDY = "pathway-step2-months"
_EXAM = "pathway-exam-months"
_SCORE = "score-by-august"
_TESTS = "pathway-practice-weeks"


def exam_days(situation: Situation, frame: Frame) -> tuple[date, date] | None:
    """Return the first and last day of the exam that is to come; None where none is.

    Without a day of their own a person is given the guide's months.
    """
    if situation.scored:
        return None
    if situation.exam_date is None:
        return frame.window(_EXAM)
    to_come = situation.exam_date >= situation.today
    return (situation.exam_date, situation.exam_date) if to_come else None


def exam_events(situation: Situation, frame: Frame) -> list[Event]:
    """Return the events around the exams, in no order; none of an exam whose score is there."""
    events = []
    days = exam_days(situation, frame)
    if not situation.scored:
        events += [_exam(situation, frame), _score(situation, frame)]
    if days is not None:
        study = _study(situation, frame, days)
        events += [study, *_tests(situation, frame, study), *_last_exams(situation, frame)]
    if situation.step1_pending:
        events.append(_step1(situation, frame))
    return events


def _exam(situation: Situation, frame: Frame) -> Event:
    name, label = "exam", "Step 2 CK"
    if (day := situation.exam_date) is not None:
        return dated(
            situation.today,
            name=name,
            label=label,
            earliest=day,
            latest=day,
            kind=GIVEN,
            grade=ASSUMED,
            reckoned="the day that you gave",
            note="No score was given of it yet." if day < situation.today else "",
            sources=(),
        )
    safe, _ = frame.wait.latest_exams(frame.deadline)
    return _in_months(
        situation,
        frame,
        _EXAM,
        name=name,
        label=label,
        note=f"No day was given. After {day_words(safe)} a score that takes "
        f"{frame.wait.allow} days is not out {frame.deadline_words}.",
    )


def _score(situation: Situation, frame: Frame) -> Event:
    wait, name, label = frame.wait, "score", "Step 2 CK score is out"
    if situation.exam_date is not None:
        usually, latest = wait.scores(situation.exam_date)
        return dated(
            situation.today,
            name=name,
            label=label,
            earliest=usually,
            latest=latest,
            kind=COUNTED,
            grade=wait.letter,
            reckoned=f"your exam and {wait.usual} days, which it usually takes; "
            f"{wait.allow} days are to be allowed",
            note="" if latest >= situation.today else "It should be out: give it as step2_ck.",
            sources=wait.sources,
        )
    return _in_months(situation, frame, _SCORE, name=name, label=label)


def _in_months(
    situation: Situation, frame: Frame, rule: str, *, name: str, label: str, note: str = ""
) -> Event:
    """Return an event that lies in the months that the guide names for it."""
    first, last = frame.window(rule)
    return dated(
        situation.today,
        name=name,
        label=label,
        earliest=first,
        latest=last,
        reckoned=f"the guide's months for it, {first:%B} and {last:%B}, in the year of applying",
        note=note,
        sources=frame.rules[rule].sources,
    )


def step2_period(frame: Frame, days: tuple[date, date]) -> tuple[date, date, date]:
    """Return the earliest and latest begin of studying for Step 2 CK, and its last day.

    Parameters
    ----------
    frame : Frame
        What the plan is counted from.
    days : (date, date)
        As `exam_days` returns them.
    """
    low, high = frame.range_of(_STUDY)
    return months_before(days[0], high), months_before(days[1], low), days[1]


def last_stretch(frame: Frame, days: tuple[date, date]) -> tuple[date, float]:
    """Return where the last stretch of study begins, and its weeks.

    The guide gives it no length. It is taken to be the guide's longest gap between two practice
    tests, counted back from the first day that the exam may have.
    """
    _, weeks = frame.range_of(_TESTS)
    return days[0] - timedelta(weeks=weeks), weeks


def _study(situation: Situation, frame: Frame, days: tuple[date, date]) -> Event:
    low, high = frame.range_of(_STUDY)
    earliest, begin_by, end = step2_period(frame, days)
    return dated(
        situation.today,
        name="study-step2",
        label="Study for Step 2 CK",
        earliest=earliest,
        latest=end,
        begin_by=begin_by,
        reckoned=f"{_months(low, high)} before {_exam_words(situation)}",
        note=begun(situation.today, earliest, begin_by, end, low),
        sources=frame.rules[_STUDY].sources,
    )


def _months(low: float, high: float) -> str:
    return f"{number_words(low)} to {count_words(high, 'month')}"


def _exam_words(situation: Situation) -> str:
    return "your exam" if situation.exam_date else "the guide's months for the exam"


def _tests(situation: Situation, frame: Frame, study: Event) -> list[Event]:
    """Return the days of practice tests, if any lies between today and the exam."""
    if study.latest is None or study.earliest is None:
        return []
    low, high = frame.range_of(_TESTS)
    start = max(situation.today, study.earliest)
    days = series_back(study.latest, start, high)
    if not days:
        return []
    closer = len(series_back(study.latest, start, low))
    return [
        dated(
            situation.today,
            name="practice-tests",
            label="Practice tests",
            earliest=days[0],
            latest=days[-1],
            days=days,
            reckoned=f"every {count_words(high, 'week')} back from {_exam_words(situation)}, the "
            f"longest gap of the guide; every {count_words(low, 'week')}, the shortest, would be "
            f"{count_words(closer, 'test')}",
            sources=frame.rules[_TESTS].sources,
        )
    ]


def _last_exams(situation: Situation, frame: Frame) -> list[Event]:
    """Return the last days of the exam for a score in time, for opening and for review."""
    by = frame.deadline_short
    events = [
        last_exam(
            situation,
            frame,
            "last-exam-opening",
            f"Step 2 CK at the latest, score {by}",
            deadline=frame.deadline,
            kind=frame.counted_kind,
            grade=frame.counted_grade,
            sources=frame.deadline_sources,
        )
    ]
    if (review := frame.known.get(REVIEW)) is not None:
        events.append(
            last_exam(
                situation,
                frame,
                "last-exam-review",
                "Step 2 CK at the latest, score before programs review",
                deadline=review.day - timedelta(days=1),
                kind=COUNTED,
                grade=weakest(review.letter, frame.wait.letter),
                sources=review.sources,
            )
        )
    return events


def last_exam(  # noqa: PLR0913  the fields of an event
    situation: Situation,
    frame: Frame,
    name: str,
    label: str,
    *,
    deadline: date,
    kind: str,
    grade: str,
    sources: tuple[str, ...],
    note: str = "",
) -> Event:
    """Return the last days of an exam for a score by a deadline, after the long and usual wait."""
    wait = frame.wait
    first, last = wait.latest_exams(deadline)
    return dated(
        situation.today,
        name=name,
        label=label,
        earliest=first,
        latest=last,
        kind=kind,
        grade=grade,
        when=f"{day_words(first)} (a score after {wait.allow} days) "
        f"or {day_words(last)} (after {wait.usual})",
        reckoned=f"{wait.allow} and {wait.usual} days before {day_words(deadline)}",
        note=note,
        sources=merged(wait.sources, sources),
    )


def step1_months(situation: Situation, frame: Frame) -> tuple[float, float, tuple[str, ...]]:
    """Return the shortest and longest study for Step 1 by the guide, and the rules they are from.

    Whoever graduated long ago has the longer range. For all others it depends on how long ago the
    basic sciences were, which is not asked, so that both ranges hold.
    """
    names = ["step1-months-after-gap"]
    year = situation.graduated
    if year is None or situation.today.year - year <= _LONG_AGO:
        names.append("step1-months-recent")
    ranges = [frame.range_of(name) for name in names]
    sources = merged(*(frame.rules[name].sources for name in names))
    return min(low for low, _ in ranges), max(high for _, high in ranges), sources


def step1_period(situation: Situation, frame: Frame) -> tuple[date, date, date]:
    """Return the earliest and latest begin of studying for Step 1, and its last day.

    It ends where studying for Step 2 CK begins; with that exam behind, so early that the result is
    out by the deadline.
    """
    low, high, _ = step1_months(situation, frame)
    days = exam_days(situation, frame)
    if days is None:
        end = frame.wait.latest_exams(frame.deadline)[0]
        return months_before(end, high), months_before(end, low), end
    first, last, _ = step2_period(frame, days)
    return months_before(first, high), months_before(last, low), last


def _step1(situation: Situation, frame: Frame) -> Event:
    low, high, sources = step1_months(situation, frame)
    earliest, begin_by, end = step1_period(situation, frame)
    ends = (
        f"{frame.wait.allow} days before {day_words(frame.deadline)}"
        if exam_days(situation, frame) is None
        else "when studying for Step 2 CK begins"
    )
    return dated(
        situation.today,
        name="study-step1",
        label="Study for Step 1 and its exam",
        earliest=earliest,
        latest=end,
        begin_by=begin_by,
        reckoned=f"{_months(low, high)}, over {ends}",
        note=begun(situation.today, earliest, begin_by, end, low),
        sources=sources,
    )
