"""Clinical experience in the US, and what comes of it: letters and a small project."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.citations import merged
from imgstats.strategy.timeline.days import begun, dated, months_before
from imgstats.strategy.timeline.exams import exam_days, last_stretch, step2_period
from imgstats.wording import count_words, day_words, number_words

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.situation import Situation
    from imgstats.strategy.timeline.frame import Frame
    from imgstats.strategy.timeline.records import Event

__all__ = ["experience_events", "months_needed"]

_USCE = "pathway-usce-months"
_LETTERS = "pathway-letters"
_RESEARCH = "pathway-research"


def months_needed(situation: Situation, frame: Frame) -> tuple[float, float]:
    """Return how many months are to come by the guide's lower and upper figure, at least 0."""
    low, high = frame.range_of(_USCE)
    done = situation.applicant.usce_months or 0
    return max(0, low - done), max(0, high - done)


def experience_events(situation: Situation, frame: Frame) -> list[Event]:
    """Return the months of experience that are to come, then letters and research."""
    end, end_words = _end(situation, frame)
    low, high = months_needed(situation, frame)
    today, deadline = situation.today, frame.deadline
    events = []
    begins = min(today, deadline)
    if high:
        begins = months_before(end, high)
        events.append(_usce(situation, frame, end, end_words))
    # Whoever begins at the earliest and stays as short as the guide allows is done first.
    letters = min(months_before(end, high - low) if low else today, deadline)
    for name, label, first, source in (
        ("letters", "Letters of US faculty", letters, _LETTERS),
        ("research", "A small project of research or quality improvement", begins, _RESEARCH),
    ):
        events.append(
            dated(
                today,
                name=name,
                label=label,
                earliest=first,
                latest=deadline,
                reckoned="with or after the months of US clinical experience; the guide names no "
                f"last day for it, and the plan takes {day_words(deadline)}, when the score is "
                "to be out",
                sources=merged(frame.rules[source].sources, frame.deadline_sources),
            )
        )
    return events


def _end(situation: Situation, frame: Frame) -> tuple[date, str]:
    """Return the day by which the months are over: the last stretch of study, or the deadline."""
    days = exam_days(situation, frame)
    if days is not None:
        begins, weeks = last_stretch(frame, days)
        if situation.today <= begins < frame.deadline:
            whose = "your exam" if situation.exam_date else "the guide's months for the exam"
            return begins, (
                f"over before the last {count_words(weeks, 'week')} of study for {whose} (the "
                "guide's longest gap between practice tests)"
            )
    return frame.deadline, frame.deadline_words


def _usce(situation: Situation, frame: Frame, end: date, end_words: str) -> Event:
    low, high = months_needed(situation, frame)
    earliest, begin_by = months_before(end, high), months_before(end, low)
    asked = "{} to {}".format(*(number_words(each) for each in frame.range_of(_USCE)))
    done = situation.applicant.usce_months
    have = "none was said to be done" if done is None else f"{number_words(done)} of them done"
    note = (
        begun(situation.today, earliest, begin_by, end, low) if low else "The lower figure is met."
    )
    return dated(
        situation.today,
        name="usce",
        label="US clinical experience in internal medicine",
        earliest=earliest,
        latest=end,
        begin_by=begin_by if low else None,
        reckoned=f"at least {asked} months, {have}, {end_words}",
        note=" ".join(filter(None, (note, _overlap(situation, frame, earliest, end)))),
        sources=merged(frame.rules[_USCE].sources, frame.deadline_sources),
    )


def _overlap(situation: Situation, frame: Frame, earliest: date, end: date) -> str:
    """Return that months of experience lie in those of study for Step 2 CK, where they do."""
    days = exam_days(situation, frame)
    if days is None:
        return ""
    begins, _, ends = step2_period(frame, days)
    if ends < earliest or end < begins:
        return ""
    return f"These months overlap with study for Step 2 CK, which goes on until {day_words(ends)}."
