"""Apply in this season, or wait for the next: what each needs, and by when it is decided.

Neither is recommended. The reasons are the guide's, with its label.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from imgstats.comparison.citations import merged
from imgstats.strategy.readiness.passing import not_reached, not_reached_words
from imgstats.strategy.rules import LABEL, advice
from imgstats.strategy.timeline.days import months_before
from imgstats.strategy.timeline.exams import exam_days, exam_events
from imgstats.strategy.timeline.experience import months_needed
from imgstats.strategy.timeline.frame import OPENS, REVIEW, frame_of
from imgstats.strategy.timeline.records import (
    ADVICE,
    COUNTED,
    NOT_ANNOUNCED,
    PUBLISHED,
    Choice,
    Decision,
    Need,
    Reason,
)
from imgstats.wording import count_words, day_words, number_words

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.rules import Rule
    from imgstats.strategy.situation import Situation
    from imgstats.strategy.timeline.frame import Frame
    from imgstats.tables.published import PublishedTables

__all__ = ["choices"]

_APPLY, _WAIT = "apply", "wait"
# What the guide says for either; the last rule weighs both.
_REASONS = {
    _APPLY: ("score-seen-for-invitations", "delay-depends"),
    _WAIT: (
        "pending-may-wait",
        "delay-for-step2",
        "delay-for-file",
        "delay-brings",
        "delay-depends",
    ),
}


def choices(situation: Situation, frame: Frame, tables: PublishedTables) -> tuple[Choice, Choice]:
    """Return both choices of a situation, the season's own first.

    The later one has the same exam, where its day is still to come or its score is there.
    """
    later = replace(situation, season=situation.season + 1, season_given=True)
    return (
        _choice(_APPLY, f"Apply in the {frame.season} Match", situation, frame, tables),
        _choice(
            _WAIT,
            f"Wait for the {later.season} Match",
            later,
            frame_of(later.season, tables),
            tables,
        ),
    )


def _choice(
    name: str, label: str, situation: Situation, frame: Frame, tables: PublishedTables
) -> Choice:
    found = advice(tables, situation, "calendar")
    groups: tuple[tuple[bool | None, tuple[Rule, ...]], ...] = (
        (True, found.yours),
        (None, (*found.unsure, *found.later)),
        (False, found.others),
    )
    whose = {rule.name: yours for yours, group in groups for rule in group}
    # What is for another situation is no reason here: with a score there is no time to win for it.
    rules = [frame.rules[each] for each in _REASONS[name] if whose[each] is not False]
    needs = [_season_need(situation, frame), _score_need(situation, frame, tables)]
    needs += [*_study_needs(name, situation, frame), _experience_need(situation, frame)]
    if name == _WAIT:
        needs.append(Need(text="Money, visa and plans allow one more year.", holds=None))
    return Choice(
        name=name,
        label=label,
        season=frame.season,
        needs=tuple(needs),
        decisions=_decisions(situation, frame),
        reasons=tuple(Reason(text=each.advice, yours=whose[each.name]) for each in rules),
        grade=LABEL,
        sources=merged(
            *(each.sources for each in rules), frame.deadline_sources, frame.wait.sources
        ),
    )


def _season_need(situation: Situation, frame: Frame) -> Need:
    over, opens = frame.over(situation.today), frame.known.get(OPENS)
    if over:
        text = f"The {frame.season} season is not over: {frame.ended(situation.today)}."
        return Need(text=text, holds=False)
    if opens is None:
        text = f"The {frame.season} season is not over; when it opens is not announced."
        return Need(text=text, holds=None if over is None else True)
    if opens.day > situation.today:
        text = f"Applications of the season can be handed in: from {day_words(opens.day)} on."
        return Need(text=text, holds=True)
    review = frame.known.get(REVIEW)
    read = ""
    if review and review.day < situation.today:
        read = f", and programs have reviewed since {day_words(review.day)}"
    text = (
        "Applications can still be handed in, and programs still look at them. They may be "
        f"submitted since {day_words(opens.day)}{read}; which still look is not known here."
    )
    return Need(text=text, holds=None)


def _score_need(situation: Situation, frame: Frame, tables: PublishedTables) -> Need:
    start = f"The score is out {frame.deadline_words}"
    if (passing := not_reached(tables, situation)) is not None:
        text = f"The score is a pass: {not_reached_words(passing, situation)}"
        return Need(text=text, holds=None if situation.exam_date is None else False)
    if situation.scored:
        return Need(text="The score is there.", holds=True)
    first, last = frame.wait.latest_exams(frame.deadline)
    if situation.exam_date is None:
        text = (
            f"{start}: an exam until {day_words(first)}, or until {day_words(last)} where the "
            f"score takes the usual {frame.wait.usual} days. No exam day was given."
        )
        return Need(text=text, holds=False if last < situation.today else None)
    usually, latest = frame.wait.scores(situation.exam_date)
    holds = frame.in_time(situation.exam_date)
    verdict = {
        True: "in time even after the long wait",
        None: "in time after the usual wait only",
        False: "too late",
    }[holds]
    text = (
        f"{start}: with your exam it is out on {day_words(usually)}, usually, and "
        f"{day_words(latest)} is to be allowed: {verdict}."
    )
    return Need(text=text, holds=holds)


def _study_needs(name: str, situation: Situation, frame: Frame) -> list[Need]:
    """Return whether the guide's shortest study still fits; nothing without an exam to come.

    Whoever waits may move the exam to the last day that is in time for the later season.
    """
    if exam_days(situation, frame) is None:
        return []
    moved = ""
    if name == _WAIT and situation.exam_date is not None:
        last, _ = frame.wait.latest_exams(frame.deadline)
        exam = max(last, situation.exam_date)
        situation, moved = situation.on(exam), f" for an exam on {day_words(exam)}"
    return [
        Need(
            text=f"{event.label}, the guide's months: begin by {day_words(event.begin_by)}{moved}.",
            holds=situation.today <= event.begin_by,
        )
        for event in exam_events(situation, frame)
        if event.name in {"study-step1", "study-step2"} and event.begin_by is not None
    ]


def _experience_need(situation: Situation, frame: Frame) -> Need:
    need, _ = months_needed(situation, frame)
    asked = count_words(frame.range_of("pathway-usce-months")[0], "month")
    done = situation.applicant.usce_months
    start = f"At least {asked} of US clinical experience"
    if not need:
        return Need(text=f"{start}: {count_words(done or 0, 'month')} done.", holds=True)
    begin_by = months_before(frame.deadline, need)
    late = begin_by < situation.today
    have = "how many are done was not said" if done is None else f"{number_words(done)} done"
    text = (
        f"{start}: {have}; {count_words(need, 'month')} more would "
        f"{'have had to begin' if late else 'begin'} by {day_words(begin_by)}."
    )
    return Need(text=text, holds=False if late and done is not None else None)


def _decisions(situation: Situation, frame: Frame) -> tuple[Decision, ...]:
    found: list[tuple[date | None, str, str]] = []
    if exam_days(situation, frame) is not None:
        found += _exam_decisions(frame)
    opens, review = frame.known.get(OPENS), frame.known.get(REVIEW)
    if opens is None:
        text = "The guide's months for the score end."
        found.append((frame.deadline, text, ADVICE))
    for known, text in (
        (opens, "Applications may be submitted."),
        (review, "Programs begin to review."),
    ):
        found.append(
            (known.day, text, PUBLISHED) if known is not None else (None, text, NOT_ANNOUNCED)
        )
    found.sort(key=lambda each: (each[0] is None, each[0] or situation.today))
    return tuple(
        Decision(
            day=day,
            words=NOT_ANNOUNCED if day is None else day_words(day),
            text=text,
            kind=kind,
            past=day is not None and day < situation.today,
        )
        for day, text, kind in found
    )


def _exam_decisions(frame: Frame) -> list[tuple[date | None, str, str]]:
    """Return the last exam days: for the score to be out before opening and before review."""
    found: list[tuple[date | None, str, str]] = []
    wait = frame.wait
    aims = [(frame.deadline, frame.deadline_words, frame.counted_kind)]
    if (review := frame.known.get(REVIEW)) is not None:
        words = f"before programs review on {day_words(review.day)}"
        aims.append((review.day - timedelta(days=1), words, COUNTED))
    for deadline, words, kind in aims:
        for exam, days in zip(wait.latest_exams(deadline), (wait.allow, wait.usual), strict=True):
            text = f"Last exam day for a score after {days} days to be out {words}."
            found.append((exam, text, kind))
    return found
