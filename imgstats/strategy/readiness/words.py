"""Sentences of readiness that more than one face shows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.evidence.pass_rates import EXAMS
from imgstats.grades import ASSUMED
from imgstats.strategy.readiness.choices import alike_words, interval_points
from imgstats.wording import (
    count_words,
    day_words,
    interval_words,
    level_words,
    number_words,
    p_words,
    percent,
)

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.readiness.records import Agreement, ItemShare, Outlook, Passing
    from imgstats.tables.published import PublishedTables

__all__ = [
    "agreement_sentences",
    "doubt_sentence",
    "drift_note",
    "drift_sentence",
    "passing_sentences",
    "score_sentence",
    "share_sentence",
]

_MODEL = "model"  # as the table has it


def score_sentence(
    exam: str, forms: int, apart: Outlook, together: Outlook, by_spread: Outlook | None
) -> str:
    """Return the distribution of the real score in words, by the spread of contradictory forms.

    It may stand alone, so it says what more than one form rests on, and the wider alternative.
    """
    found = by_spread or apart
    if by_spread:
        how = ", and contradict each other. By how far they lie apart"
    else:
        how = ": around it" if forms == 1 else ": around it, if every form errs by itself,"
    return (
        f"{count_words(forms, 'practice form')} combined to {found.mean:.0f}{how} the real "
        f"{exam} score has a standard deviation of {found.sd:.1f} points and a 90 % interval of "
        f"{interval_points(found.low_90, found.high_90)}{alike_words(found, together)}."
    )


def doubt_sentence(apart: Outlook, together: Outlook, forms: int, by_spread: Outlook | None) -> str:
    """Return what more forms can and cannot tell."""
    if by_spread:
        return (
            "The errors of the forms alone would give a standard deviation of "
            f"{apart.sd:.1f} if every form errs by itself and {together.sd:.1f} if all err alike; "
            "the forms do not fit them."
        )
    if forms == 1:
        return "One form says little: all of its own error is in the interval."
    return (
        "No published figure says that every form errs by itself: if all err alike, more forms "
        f"tell no more, and the standard deviation is {together.sd:.1f} instead of {apart.sd:.1f}."
    )


def agreement_sentences(found: Agreement | None) -> tuple[str, ...]:
    """Return that the forms contradict each other, where they do."""
    if found is None or not found.contradictory:
        return ()
    words = (
        "The forms contradict each other: they differ by more than their errors allow (chi-square "
        f"{found.chi_square:.1f} on {found.degrees}, {p_words(found.p)}). One level does not fit "
        "them all; look for what was different."
    )
    return (words,)


def passing_sentences(passing: Passing | None, exam: str) -> tuple[str, ...]:
    """Return which passing score holds, and that a later one may come."""
    if passing is None:
        return (f"No passing score of {exam} is known for that day.",)
    words = (
        f"The passing score is {passing.score}, for exams from {day_words(passing.since)} on; a "
        "later one may come before the exam."
    )
    return (words,)


def drift_note(drift: float) -> str:
    """Return what is assumed of the time until the exam.

    Examples
    --------
    >>> drift_note(0.0), drift_note(1.5)
    ('none, 0 points a week', '+1.5 points a week, as the user says')
    """
    if not drift:
        return "none, 0 points a week"
    return f"{drift:+g} points a week, as the user says"


def drift_sentence(tables: PublishedTables, drift: float, oldest: date) -> str:
    """Return what is assumed of the time until the exam, and which published model is not used."""
    (row,) = (each for each in tables.rows("practice_tests") if each["statistic"] == _MODEL)
    start = (
        f"Drift until the exam ({ASSUMED}): {drift_note(drift)}. A test of long ago weighs as "
        f"much as one of yesterday; the oldest is of {day_words(oldest)}."
    )
    return (
        f"{start} The published formula of growth is of {row['test']} and "
        f"{EXAMS[str(row['exam'])]} (n {number_words(int(row['n']))}, grade {row['trust']}) and is "
        "not used."
    )


def share_sentence(found: ItemShare) -> str:
    """Return a share of items with its interval, and what it is not."""
    return (
        f"{found.form} of {day_words(found.day)}: {found.right} of {found.items} items, "
        f"{percent(found.right / found.items)} ({level_words(found.level)} interval "
        f"{interval_words(found.low, found.high)}, sampling of items alone). No published figure "
        "leads from it to a score: it is in none of the figures."
    )
