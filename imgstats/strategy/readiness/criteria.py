"""The guide's own criteria of readiness, each beside what the practice tests say.

The guide gives hardly a figure. Where it gives none, how a word was read is said with the verdict.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist, stdev
from typing import TYPE_CHECKING

from imgstats.strategy.readiness.model import slope
from imgstats.strategy.readiness.records import CANNOT_BE_TOLD, MET, MET_SO_FAR, NOT_MET, Criterion
from imgstats.strategy.rules import rules
from imgstats.wording import capital, day_words, number_words, small_number

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from imgstats.strategy.rules import Rule
    from imgstats.tables.published import PublishedTables

__all__ = ["Facts", "criteria"]

_KINDS = ("criterion", "count")
_WEEK = 7
_SIDED_90 = NormalDist().inv_cdf(0.95)
# The fewest that somebody calls several.
_SEVERAL = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the criteria are judged by.

    Attributes
    ----------
    days : tuple of date, length k
        When each counted test was taken, in order.
    scores : tuple of float, length k
        As printed.
    errors, adds : tuple of float, length k
        Standard deviation of form minus real score, and what the form adds.
    official : int
        How many of them are NBME forms.
    bar : float or None
        The passing score, or what stands for it; None where nothing does.
    bar_name : str
        What it is called.
    target : (int, int) or None
        Scores that are aimed at.
    mean : float
        The combined score, with an assumed drift.
    drift : float
        Assumed points a week until the exam.
    """

    days: tuple[date, ...]
    scores: tuple[float, ...]
    errors: tuple[float, ...]
    adds: tuple[float, ...]
    official: int
    bar: float | None
    bar_name: str
    target: tuple[int, int] | None
    mean: float
    drift: float = 0.0


def criteria(tables: PublishedTables, facts: Facts) -> tuple[Criterion, ...]:
    """Return the guide's criteria of readiness with a verdict and figures, in the guide's order.

    Raises
    ------
    TableError
        If there are no rules of the guide.
    """
    found = []
    for rule in rules(tables):
        if rule.kind in _KINDS and rule.name in _JUDGES:
            verdict, figures = _JUDGES[rule.name](rule, facts)
            found.append(
                Criterion(
                    name=rule.name,
                    advice=rule.advice,
                    place=rule.where,
                    verdict=verdict,
                    figures=figures,
                    sources=rule.sources,
                )
            )
    return tuple(found)


def _above(_: Rule, facts: Facts) -> tuple[str, str]:
    if facts.bar is None:
        return CANNOT_BE_TOLD, "No passing score is known for this exam and day."
    lowest = min(facts.scores)
    return (
        MET if lowest >= facts.bar else NOT_MET,
        (
            f"The lowest of {_tests(facts)} is {_points(lowest)}; {facts.bar_name} is "
            f"{_points(facts.bar)}."
        ),
    )


def _by_a_margin(_: Rule, facts: Facts) -> tuple[str, str]:
    if facts.bar is None:
        return CANNOT_BE_TOLD, "No passing score is known for this exam and day."
    bar = facts.bar
    above = sum(
        score > bar + error for score, error in zip(facts.scores, facts.errors, strict=True)
    )
    return (
        MET if above >= _SEVERAL else NOT_MET,
        (
            f"{_of(above, facts)} {'lies' if above == 1 else 'lie'} above {facts.bar_name}, "
            f"{_points(bar)}, by more than the form's error. Read so: several, {_SEVERAL} or more."
        ),
    )


def _small_spread(_: Rule, facts: Facts) -> tuple[str, str]:
    if len(facts.scores) < 2:
        return CANNOT_BE_TOLD, "One test has no spread."
    spread, allowed = stdev(facts.scores), max(facts.adds)
    return (
        MET if spread <= allowed else NOT_MET,
        (
            f"They run from {_points(min(facts.scores))} to {_points(max(facts.scores))}, standard "
            f"deviation {spread:.1f}. Read so: no more than what a form adds, {allowed:.1f}."
        ),
    )


def _enough(rule: Rule, facts: Facts) -> tuple[str, str]:
    least, most = rule.low or 0, rule.high or rule.low or 0
    return (
        MET if facts.official >= least else NOT_MET,
        (
            f"{capital(_number(facts.official, 'NBME form'))}; the guide asks for "
            f"{number_words(least)} to {number_words(most)} at least."
        ),
    )


def _rising(_: Rule, facts: Facts) -> tuple[str, str]:
    days = [each.toordinal() / _WEEK for each in facts.days]
    found = slope(days, facts.scores, facts.adds)
    if found is None:
        return CANNOT_BE_TOLD, "All tests are of one day."
    rise, error = found
    low, high = rise - _SIDED_90 * error, rise + _SIDED_90 * error
    verdict = MET if rise >= 0 else NOT_MET if high < 0 else CANNOT_BE_TOLD
    return (
        verdict,
        (
            f"{rise:+.1f} a week, 90 % interval {low:+.1f} to {high:+.1f}. A fall that the "
            "errors of the forms allow is not told from none."
        ),
    )


def _in_range(_: Rule, facts: Facts) -> tuple[str, str]:
    if facts.target is None:
        return CANNOT_BE_TOLD, "No target was given."
    low = facts.target[0]
    there = sum(score >= low for score in facts.scores)
    drifted = ", with the drift that you assume" if facts.drift else ""
    return (
        # The exam is to come, so that more tests may lie before it.
        MET_SO_FAR if facts.mean >= low else NOT_MET,
        (
            f"So far: {_of(there, facts).lower()} {'reaches' if there == 1 else 'reach'} {low}, "
            f"the newest of {day_words(max(facts.days))}. Read so: the combined score reaches it; "
            f"it is {_points(facts.mean)}{drifted}."
        ),
    )


def _of(number: int, facts: Facts) -> str:
    """Return how many of the tests, at the beginning of a sentence."""
    words = small_number(number) if number else "none"
    return f"{capital(words)} of {_tests(facts)}"


def _tests(facts: Facts) -> str:
    return _number(len(facts.scores), "test")


def _number(number: int, unit: str) -> str:
    """Return a number as a word, with its unit."""
    return f"{small_number(number)} {unit}{'' if number == 1 else 's'}"


def _points(score: float) -> str:
    return number_words(round(score, 1))


_JUDGES: dict[str, Callable[[Rule, Facts], tuple[str, str]]] = {
    "stable-above-passing": _above,
    "several-above-passing": _by_a_margin,
    "small-fluctuation": _small_spread,
    "practice-forms": _enough,
    "practice-trend": _rising,
    "pathway-in-range": _in_range,
}
