"""Step 1 is pass or fail: what is printed of equated per cents, and nothing beyond it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited, merged
from imgstats.errors import InputError
from imgstats.evidence.pass_rates import EXAMS
from imgstats.grades import weakest
from imgstats.strategy.practice_file import UNSCORED
from imgstats.strategy.readiness.criteria import Facts, criteria
from imgstats.strategy.readiness.forms import FREE, NBME
from imgstats.strategy.readiness.model import agreement, combine
from imgstats.strategy.readiness.records import Readiness, Taken
from imgstats.strategy.readiness.shares import item_shares
from imgstats.strategy.readiness.sizes import RETEST_RANGE, official_form, published_rows
from imgstats.strategy.readiness.words import agreement_sentences, share_sentence
from imgstats.strategy.rules import LABEL
from imgstats.text import shown
from imgstats.wording import number_words, small_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgstats.sources.tabular import Record
    from imgstats.strategy.practice_file import PracticeTest, PracticeTests
    from imgstats.strategy.readiness.model import Combined
    from imgstats.strategy.readiness.records import Criterion, Planned
    from imgstats.tables.published import PublishedTables

__all__ = ["readiness_of_step1"]

_LOW, _HIGH, _EXAMPLE = "low_pass_range_low", "low_pass_range_high", "example_pass_probability"


def readiness_of_step1(
    situation: Planned,
    practice: PracticeTests,
    tables: PublishedTables,
    errors: Mapping[str, float],
    drift: float,
) -> Readiness:
    """Return what is printed of equated per cents near those of a person's forms.

    Step 1 reports no score, so there is none to have a distribution, and no table leads from a per
    cent to a share that passes, save one printed example.

    Raises
    ------
    InputError
        If a test is no form of Step 1, or an error or a drift is given.
    """
    _check(practice, tables, errors, drift)
    counted = practice.scored
    rows = {name: _row(tables, name) for name in (_LOW, _HIGH, _EXAMPLE, RETEST_RANGE)}
    error, low, high = (float(rows[name]["value"]) for name in (RETEST_RANGE, _LOW, _HIGH))
    shares = item_shares(practice)
    scores, adds = [each.score for each in counted], [error] * len(counted)
    combined = combine(scores, adds) if counted else None
    agreed = agreement(scores, adds, combined) if combined else None
    judged = _judged(tables, rows, counted, combined) if combined else ()
    name = EXAMS[UNSCORED]
    return Readiness(
        exam=UNSCORED,
        exam_name=name,
        exam_date=situation.exam_date,
        today=situation.today,
        target=None,
        passing=None,
        drift=0.0,
        tests=_taken(counted, error, str(rows[RETEST_RANGE]["trust"])),
        shares=shares,
        outlook=None,
        together=None,
        by_spread=None,
        parts=(),
        agreement=agreed,
        criteria=judged,
        advice_label=LABEL,
        sit=(),
        postpone=None,
        refusal=(
            f"{name} is pass or fail and reports no score, and no table leads from an equated per "
            "cent to a share that passes. One example is printed, and nothing between or beyond."
        ),
        notes=practice.said,
        sentences=(
            *([_where(scores, low, high, error)] if counted else []),
            *_printed(rows),
            *agreement_sentences(agreed),
            *(share_sentence(each) for each in shares),
        ),
        grade=weakest(*(str(row["trust"]) for row in rows.values())),
        sources=merged(
            cited((row["source"], row["dataset"]) for row in rows.values()),
            *(each.sources for each in judged),
        ),
    )


def _check(
    practice: PracticeTests, tables: PublishedTables, errors: Mapping[str, float], drift: float
) -> None:
    if errors or drift or any(each.error is not None for each in practice.tests):
        raise InputError(
            "an error or a drift is given for Step 1",
            "neither: it has no distribution that they could enter",
            "leave both out",
        )
    official = official_form(tables, UNSCORED)
    for each in practice.scored:
        if each.form.kind not in (NBME, official):
            raise InputError(
                f"no figure of {shown(each.form.name)} is published for Step 1",
                f"{official} forms of the NBME in equated per cent, and {FREE}",
                "remove its rows",
            )


def _judged(
    tables: PublishedTables,
    rows: Mapping[str, Record],
    counted: Sequence[PracticeTest],
    combined: Combined,
) -> tuple[Criterion, ...]:
    """Return the guide's criteria, with the low-pass range in the place of a passing score."""
    high, errors = rows[_HIGH], (float(rows[RETEST_RANGE]["value"]),) * len(counted)
    facts = Facts(
        days=tuple(each.day for each in counted),
        scores=tuple(each.score for each in counted),
        errors=errors,
        adds=errors,
        official=len(counted),
        bar=float(high["value"]),
        bar_name=f"the upper end of the low-pass range (read off a chart, grade {high['trust']})",
        target=None,
        mean=combined.mean,
    )
    return criteria(tables, facts)


def _printed(rows: Mapping[str, Record]) -> tuple[str, str]:
    """Return the low-pass range and the one example, as they are printed."""
    low, high, example = (rows[name] for name in (_LOW, _HIGH, _EXAMPLE))
    ends = " to ".join(number_words(float(each["value"])) for each in (low, high))
    return (
        (
            f"The NBME's low-pass range is {ends} equated per cent (grade {low['trust']}: "
            f"{low['note']})."
        ),
        (
            "Its one printed example of a share that passes: "
            f"{number_words(float(example['value']))} {example['unit']} (grade {example['trust']})."
        ),
    )


def _row(tables: PublishedTables, statistic: str) -> Record:
    (found,) = published_rows(tables, UNSCORED, statistic)
    return found


def _taken(counted: Sequence[PracticeTest], error: float, grade: str) -> tuple[Taken, ...]:
    return tuple(
        Taken(
            day=each.day,
            form=each.form.name,
            score=each.score,
            moved=each.score,
            error=error,
            adds=error,
            weight=1 / len(counted),
            grade=grade,
        )
        for each in counted
    )


def _where(scores: Sequence[float], low: float, high: float, error: float) -> str:
    """Return where a person's per cents lie beside the low-pass range."""
    under, above = sum(each < low for each in scores), sum(each > high for each in scores)
    inside = len(scores) - under - above
    words = (
        f"{small_number(number) if number else 'none'} {place}"
        for number, place in ((under, "under"), (inside, "within"), (above, "above"))
    )
    return (
        f"Your forms beside the low-pass range: {', '.join(words)}. A form taken again lies "
        f"within {number_words(error)} per cent points in about two thirds of cases."
    )
