"""What is known of a real score from practice tests: numbers first, then sentences."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import date

__all__ = [
    "CANNOT_BE_TOLD",
    "MET",
    "MET_SO_FAR",
    "NOT_MET",
    "Agreement",
    "Criterion",
    "ItemShare",
    "MoreForms",
    "Need",
    "Outlook",
    "Part",
    "Passing",
    "Planned",
    "Postpone",
    "Readiness",
    "Sitting",
    "Taken",
]

MET, NOT_MET, CANNOT_BE_TOLD = "met", "not met", "cannot be told"
# Of a criterion that is about the time right before the exam, which is still to come.
MET_SO_FAR = "met so far"


class Planned(Protocol):
    """What is asked of a plan: a `Situation`, or a `Sitting` without an applicant."""

    @property
    def target(self) -> tuple[int, int] | None:
        """Scores that are aimed at."""

    @property
    def exam_date(self) -> date | None:
        """Day of the exam."""

    @property
    def today(self) -> date:
        """The day of the plan."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """The day of an exam and what is aimed at, where no applicant is needed.

    Attributes
    ----------
    target : (int, int) or None
        Scores that are aimed at.
    exam_date : date or None
        Day of the exam.
    today : date
        The day of the answer.
    """

    target: tuple[int, int] | None
    exam_date: date | None
    today: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Passing:
    """The passing score of an exam.

    Attributes
    ----------
    score : int
        Lowest score that passes.
    since : date
        Exams from this day on.
    grade : str
        Letter of the source.
    sources : tuple of str
        Its key.
    """

    score: int
    since: date
    grade: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A practice test as it counts.

    Attributes
    ----------
    day : date
        When it was taken.
    form : str
        Name of the form.
    score : float
        As its report prints it; points, or per cent of a pass-fail exam's form.
    moved : float
        The same with the assumed drift until the exam.
    error : float or None
        Standard deviation of form minus real score, in the unit of the score.
    adds : float or None
        What the form itself adds to the error of the exam.
    weight : float
        Its share of the combined score, a fraction; 0 where it is not counted.
    grade : str
        Letter of the error, or ``assumed``.
    """

    day: date
    form: str
    score: float
    moved: float
    error: float | None
    adds: float | None
    weight: float
    grade: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemShare:
    """A set of items without a three-digit score: the share that was right.

    Attributes
    ----------
    day : date
        When it was taken.
    form : str
        Name of the set.
    right, items : int
        Items that were right, of how many.
    low, high : float
        Wilson interval of the share, fractions.
    level : float
        Level of the interval.
    """

    day: date
    form: str
    right: int
    items: int
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of the variance of the real score.

    Attributes
    ----------
    name : str
        What it is.
    size : float
        Standard deviation, points.
    variance : float
        Its square; the parts add up to that of the real score.
    grade : str
        Letter of the source, with ``carried over`` from another exam, or ``assumed``.
    note : str
        Where the figure is from.
    sources : tuple of str
        Keys of the sources.
    """

    name: str
    size: float
    variance: float
    grade: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """A distribution of the real score.

    Attributes
    ----------
    mean, sd : float
        Points.
    low_50, high_50, low_90, high_90 : float
        Ends of both intervals, points; not below or above the scale.
    passes : float or None
        Share of the distribution at or above the passing score, a fraction.
    reaches : float or None
        The same of the lower end of the target.
    """

    mean: float
    sd: float
    low_50: float
    high_50: float
    low_90: float
    high_90: float
    passes: float | None
    reaches: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """Whether the forms say the same, by their errors.

    Attributes
    ----------
    chi_square, p : float
        Weighted squares around the combined score, and how often more would be seen.
    degrees : int
        Number of forms less one.
    contradictory : bool
        Whether p is under 0.01.
    """

    chi_square: float
    degrees: int
    p: float
    contradictory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Criterion:
    """One of the guide's own criteria beside the figures.

    Attributes
    ----------
    name, advice, place : str
        Short name, words and place in the guide.
    verdict : str
        `MET`, `MET_SO_FAR`, `NOT_MET` or `CANNOT_BE_TOLD`.
    figures : str
        What was found, and how the advice was read, a sentence or two.
    sources : tuple of str
        Key of the guide.
    """

    name: str
    advice: str
    place: str
    verdict: str
    figures: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class MoreForms:
    """The distribution after more forms at the same combined score.

    Attributes
    ----------
    added : int
        How many more.
    outlook : Outlook
        What they would make of it, if their errors are their own.
    """

    added: int
    outlook: Outlook


@dataclass(frozen=True, slots=True, kw_only=True)
class Need:
    """The combined score at which a share of the distribution would reach a goal.

    Attributes
    ----------
    goal : str
        ``target`` or ``passing score``.
    score : float
        The goal, points.
    share : float
        The share, a fraction.
    mean : float
        The combined score that it takes.
    more : float
        How far that is from the present one, points; below 0 where it is passed already.
    """

    goal: str
    score: float
    share: float
    mean: float
    more: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Postpone:
    """What would have to be true for a later day to look otherwise.

    Attributes
    ----------
    more : tuple of MoreForms
        More forms at the same score.
    needs : tuple of Need
        Combined scores that would be needed.
    sentences : tuple of str
        The same in words.
    """

    more: tuple[MoreForms, ...]
    needs: tuple[Need, ...]
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """Practice tests, the distribution of the real score, and both choices.

    Attributes
    ----------
    exam, exam_name : str
        Name in the tables, and in words.
    exam_date : date or None
        Day of the exam.
    today : date
        The day of the answer.
    target : (int, int) or None
        Scores that are aimed at.
    passing : Passing or None
        The passing score that holds; None where the exam prints no score.
    drift : float
        Assumed points a week between a practice test and the exam.
    tests : tuple of Taken
        Practice tests by day.
    shares : tuple of ItemShare
        Sets of items, which never enter the distribution.
    outlook : Outlook or None
        The real score if every form errs by itself; None where there is none, see `refusal`.
    together : Outlook or None
        The same if all forms err alike, so that more of them tell no more.
    by_spread : Outlook or None
        The same with errors as large as the spread of the forms says, where they contradict each
        other.
    parts : tuple of Part
        The parts of the variance of `outlook`.
    agreement : Agreement or None
        Whether the forms say the same; None with fewer than two.
    criteria : tuple of Criterion
        The guide's own criteria.
    advice_label : str
        What stands behind them.
    sit, postpone : tuple of str, Postpone or None
        Both choices; neither is called right.
    refusal : str
        Why there is no distribution; empty where there is one.
    notes : tuple of str
        What was left out or read otherwise.
    sentences : tuple of str
        What is known, in words.
    grade : str
        Grade of the distribution, by its weakest part.
    sources : tuple of str
        Keys of the sources.
    """

    exam: str
    exam_name: str
    exam_date: date | None
    today: date
    target: tuple[int, int] | None
    passing: Passing | None
    drift: float
    tests: tuple[Taken, ...]
    shares: tuple[ItemShare, ...]
    outlook: Outlook | None
    together: Outlook | None
    by_spread: Outlook | None
    parts: tuple[Part, ...]
    agreement: Agreement | None
    criteria: tuple[Criterion, ...]
    advice_label: str
    sit: tuple[str, ...]
    postpone: Postpone | None
    refusal: str
    notes: tuple[str, ...]
    sentences: tuple[str, ...]
    grade: str
    sources: tuple[str, ...]
