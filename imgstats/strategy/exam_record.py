"""Passes and failures: what programs say, how often people pass, what the guide advises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited, merged
from imgstats.evidence.pass_rates import pass_rate
from imgstats.evidence.survey import cited_factor, requirement
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.strategy.readiness.passing import not_reached, not_reached_words
from imgstats.strategy.rules import Advice, advice
from imgstats.wording import thousands

if TYPE_CHECKING:
    from imgstats.comparison import Comparison
    from imgstats.evidence.records import Evidence
    from imgstats.strategy.readiness.records import Passing
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["ExamRecord", "StepThree", "exam_record"]

_STEP3_FEE = "USMLE Step 3"
_NO_RATE = (
    "No table splits IMGs in this specialty by attempts, so no match rate stands here. Pass rates "
    "below are facts about an exam and its takers."
)


_NOT_AGAIN = (
    "A passed Step is not sat again: the pass stands, and each sitting is on the record. That is a "
    "rule of the exam, of which no source stands here."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class StepThree:
    """What speaks for Step 3 before residency, and what against it.

    Attributes
    ----------
    evidence : tuple of Evidence
        What programs say of it, and how often people pass.
    fee_usd : int
        Its fee, US dollars.
    fee_grade : str
        Letter of the fee.
    weighs_against : tuple of str
        What is known against it, in sentences.
    fee_sources : tuple of str
        Key of the fee's source.
    sources : tuple of str
        Keys of all that.
    """

    evidence: tuple[Evidence, ...]
    fee_usd: int
    fee_grade: str
    weighs_against: tuple[str, ...]
    fee_sources: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExamRecord:
    """Exams as programs see them.

    Attributes
    ----------
    sentences : tuple of str
        Where this person stands.
    evidence : tuple of Evidence
        What programs say of failures, what was published, how often people pass an exam.
    step3 : StepThree
        Step 3 before residency.
    advice : Advice
        The guide's.
    safeguards : Advice
        What the guide sets against a failure of Step 1.
    guarded : str
        Whom these are for, in a sentence.
    sources : tuple of str
        Keys of the evidence.
    """

    sentences: tuple[str, ...]
    evidence: tuple[Evidence, ...]
    step3: StepThree
    advice: Advice
    safeguards: Advice
    guarded: str
    sources: tuple[str, ...]


def exam_record(
    situation: Situation, comparison: Comparison, tables: PublishedTables
) -> ExamRecord:
    """Return what is known of passes, failures and Step 3, beside the guide's advice.

    Parameters
    ----------
    situation : Situation
        Whose plan it is.
    comparison : Comparison
        That of the situation's applicant; it holds the evidence on attempts.
    tables : PublishedTables
        Where pass rates, survey, fees and the guide stand.

    Examples
    --------
    >>> from imgstats import PublishedTables, compare
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "non-us-img", "step2_ck": 225, "attempts": 2})
    >>> exam_record(me, compare(me.applicant), PublishedTables()).sentences[0]
    'At least one Step took more than one attempt.'
    """
    evidence = comparison.factor("attempts").evidence
    not_passed = not_reached(tables, situation)
    return ExamRecord(
        sentences=_sentences(situation, not_passed),
        evidence=evidence,
        step3=_step3(situation, tables),
        advice=advice(tables, situation, "exam_record"),
        safeguards=advice(tables, situation, "safeguards"),
        guarded=_guarded(situation),
        sources=merged(
            cited((each.source, each.dataset) for each in evidence),
            () if not_passed is None else not_passed.sources,
        ),
    )


def _guarded(situation: Situation) -> str:
    start = "The guide gives these for Step 1"
    if situation.step1_pending is not False:
        return f"{start}."
    why = "" if situation.scored else "; they stand here since Step 2 CK is to come"
    return f"{start}, which is passed{why}."


def _sentences(situation: Situation, not_passed: Passing | None) -> tuple[str, ...]:
    if not_passed is not None:
        first = not_reached_words(not_passed, situation)
    elif situation.failed:
        first = (
            "At least one Step took more than one attempt."
            if (situation.applicant.attempts or 1) > 1
            else f"Step 1: {situation.step1}."
        )
    elif situation.applicant.attempts == 1:
        first = "Each Step so far was passed at the first attempt, as you say."
    elif situation.step1 == "passed" and not situation.scored:
        # A sitting of Step 2 CK that was failed would leave no score either.
        first = (
            "Step 1 was passed at the first attempt, as you say; of other sittings nothing was "
            "said."
        )
    elif situation.step1 == "not taken":
        first = "Step 1: not taken."
    elif situation.step1:
        first = f"Step 1: {situation.step1}. Of the other attempts nothing was said."
    else:
        first = "Nothing was said of Step 1 or of the number of attempts."
    return (
        first,
        _NO_RATE,
        _NOT_AGAIN,
    )


def _step3(situation: Situation, tables: PublishedTables) -> StepThree:
    said: tuple[Evidence, ...] = ()
    if situation.specialty == INTERNAL_MEDICINE:
        said = (
            requirement(tables, "step3", "Step 3"),
            cited_factor(tables, "step3", "USMLE Step 3 score"),
        )
    passed = pass_rate(tables, "step3", "step3")
    (fee,) = tables.rows("pathway_fees", item=_STEP3_FEE)
    found = (*said, passed)
    fee_sources = cited([(fee["source"], fee["dataset"])])
    return StepThree(
        evidence=found,
        fee_usd=int(fee["fee_usd"]),
        fee_grade=str(fee["trust"]),
        weighs_against=(
            f"It costs {thousands(int(fee['fee_usd']))} US dollars, as a page for applicants says.",
            "A failed Step 3 stands on the record as any other failure does.",
        ),
        fee_sources=fee_sources,
        sources=merged(cited((each.source, each.dataset) for each in found), fee_sources),
    )
