"""A specialty whose table prints too few figures for a curve: its rate leans on its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.score import ScorePart
from imgstats.comparison.score_records import BandEstimate, Borrowed, DerivationStep, Headline
from imgstats.wording import (
    counted_percent,
    interval_words,
    level_words,
    number_words,
    of_hundred,
    percent,
    thousands,
)

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.citations import Citations
    from imgstats.curves.record import PooledMember
    from imgstats.tables import CountTable

__all__ = ["pooled_score"]


def pooled_score(
    member: PooledMember, counts: CountTable, applicant: Applicant, citations: Citations
) -> ScorePart:
    """Return the score's part of a specialty whose rate leans on the other specialties.

    Parameters
    ----------
    member : PooledMember
        The specialty's rate, own and pooled.
    counts : CountTable
        Its counts.
    applicant : Applicant
        Whose score it is.
    citations : Citations
        Where sources are noted.
    """
    context, score = counts.context, applicant.step2_ck
    group, specialty = f"{group_label(context.applicant_group)}s", context.specialty.lower()
    sources = (citations.cite(context.source, context.dataset),)
    low, high = applicant.band
    interval = f"{level_words(member.level)} interval {interval_words(member.low, member.high)}"
    headline = Headline(
        rate=member.rate,
        low=member.low,
        high=member.high,
        level=member.level,
        grade="borrowed",
        band=BandEstimate(
            low=low,
            high=high,
            rate=member.rate,
            rate_low=member.low,
            rate_high=member.high,
            n=None,
            own=True,
        ),
        in_record=True,
        range=None,
        borrowed=_borrowed(member, counts, sources),
        base_rate=member.rate,
        outcome=context.outcome,
        population=f"{group}, {context.population}, {context.specialty}",
        specialty=context.specialty,
        match_year=context.match_year,
        group_matched=counts.matched,
        group_n=counts.n,
        summarised_n=None,
        estimator="PooledRate",
        sources=sources,
        sentence=(
            f"Of 100 {group} in the {context.match_year} Match who ranked {specialty} first, "
            f"whatever their scores, about {of_hundred(member.rate)} matched to it ({interval}). "
            f"They were few, so the rate leans on {member.n_kin - 1} other specialties."
        ),
        score_sentence=(
            f"Counted, {thousands(counts.matched)} of {thousands(counts.n)} matched, "
            f"{counted_percent(counts.rate)}. No figures of their scores are printed, so the rate "
            f"is the same at {score} as at any score."
        ),
    )
    return ScorePart(headline=headline, place=None, curve=None, assumptions=(), notes=())


def _borrowed(member: PooledMember, counts: CountTable, sources: tuple[str, ...]) -> Borrowed:
    group, name = f"{group_label(counts.context.applicant_group)}s", counts.context.specialty
    return Borrowed(
        lender="the other specialties",
        sentence=(
            f"The match rates of {group} in {member.n_kin} specialties scatter around a middle. "
            "A specialty with many applicants keeps its own rate; one with few is drawn towards "
            f"the middle, {name.lower()} by {percent(member.leaned)} of the way on the logit scale."
        ),
        steps=(
            DerivationStep(
                label=f"{name}, {thousands(counts.matched)} of {thousands(counts.n)}, counted",
                value=counts.rate,
                words=counted_percent(counts.rate),
                sources=sources,
            ),
            DerivationStep(
                label=f"the middle of {member.n_kin} specialties",
                value=member.middle,
                words=counted_percent(member.middle),
                sources=sources,
            ),
            DerivationStep(
                label="spread between specialties, standard deviation on the logit scale",
                value=member.tau,
                words=number_words(round(member.tau, 2)),
                sources=(),
            ),
            DerivationStep(
                label=f"{name}, leaning on the others",
                value=member.rate,
                words=counted_percent(member.rate),
                sources=(),
            ),
        ),
        over_tau=(),
        against=(
            "A specialty that differs from the others for a reason is drawn to them all the same.",
            "The rate is about all scores together. It says nothing of this score.",
        ),
    )
