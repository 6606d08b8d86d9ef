"""A specialty whose table prints too few figures for a curve: its rate leans on its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.score.counted import FlatRate, flat_part, group_words
from imgstats.comparison.score.records import Borrowed, DerivationStep
from imgstats.wording import (
    counted_percent,
    interval_words,
    level_words,
    listed,
    number_words,
    of_hundred,
    thousands,
)

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.part import ScorePart
    from imgstats.curves.record import PooledMember
    from imgstats.tables import CountTable

__all__ = ["pooled_score"]


def pooled_score(
    member: PooledMember, counts: CountTable, missing: tuple[str, ...], request: Request
) -> ScorePart:
    """Return the score's part of a specialty whose rate leans on the other specialties.

    Parameters
    ----------
    member : PooledMember
        The specialty's rate, own and pooled.
    counts : CountTable
        Its counts.
    missing : tuple of str
        Outcomes whose scores are not printed.
    request : Request
        Whom it is about.
    """
    group, specialty = group_words(counts), counts.context.specialty.lower()
    sources = request.cite_table(counts.context)
    interval = f"{level_words(member.level)} interval {interval_words(member.low, member.high)}"
    rate = FlatRate(
        rate=member.rate,
        low=member.low,
        high=member.high,
        level=member.level,
        grade="borrowed",
        estimator="PooledRate",
        sentence=(
            f"In the {counts.context.match_year} Match {thousands(counts.matched)} of "
            f"{thousands(counts.n)} {group} who ranked {specialty} first matched to it "
            f"({counted_percent(counts.rate)}), whatever their scores. So few say little of the "
            f"rate behind them: leaning on {member.n_kin - 1} other specialties, it is put at "
            f"about {of_hundred(member.rate)} of 100 ({interval})."
        ),
        score_sentence=(
            f"The scores of those who {listed(_verbs(missing))} are not printed, so the rate is "
            f"the same at {request.applicant.step2_ck} as at any score."
        ),
    )
    return flat_part(rate, counts, request.applicant, sources, _borrowed(member, counts, sources))


def _verbs(outcomes: tuple[str, ...]) -> list[str]:
    return ["matched" if name == "matched" else "did not match" for name in outcomes]


def _borrowed(member: PooledMember, counts: CountTable, sources: tuple[str, ...]) -> Borrowed:
    group, name = group_words(counts), counts.context.specialty
    return Borrowed(
        lender="the other specialties",
        sentence=(
            f"The match rates of {group} in {member.n_kin} specialties scatter around a middle. "
            f"A specialty with many applicants keeps its own rate; one with few, such as "
            f"{name.lower()}, is drawn towards the middle."
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
