"""A specialty whose table prints too few figures for a curve: its rate leans on its kin."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.score.lent import Borrowed, DerivationStep
from imgstats.comparison.score.limits import all_scores_together
from imgstats.comparison.score.part import alone, headline_of
from imgstats.comparison.score.rate import ScoreRate, flat_rate
from imgstats.comparison.score.way import Way
from imgstats.grades import BORROWED
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

__all__ = ["Pooled"]

_DRAWN = "A specialty that differs from the others for a reason is drawn to them all the same."
_FURTHEST = (
    "In simulations the interval of the specialty that lies furthest from the others held its rate "
    "less often than it says."
)


class Pooled(Way):
    """A specialty whose rate leans on the other specialties.

    Parameters
    ----------
    member : PooledMember
        The specialty's rate, own and pooled.
    counts : CountTable
        Its counts.
    missing : tuple of str
        Outcomes whose scores are not printed.
    """

    def __init__(self, member: PooledMember, counts: CountTable, missing: tuple[str, ...]) -> None:
        self.member, self.counts, self.missing = member, counts, missing
        self.group = f"{group_label(counts.context.applicant_group)}s"

    def rate(self, score: int) -> ScoreRate:
        """Return the pooled rate, which is the same at every score."""
        member, year = self.member, self.counts.context.match_year
        return flat_rate(
            score,
            member.rate,
            member.low,
            member.high,
            grade=BORROWED,
            year=year,
            estimator="PooledRate",
        )

    def tell(self, request: Request) -> ScorePart:
        """Return the headline alone, with what it leans on."""
        context, score = self.counts.context, request.applicant.step2_ck
        sources = request.cite_table(context)
        headline = headline_of(
            self.rate(score),
            level=self.member.level,
            context=context,
            group=self.group,
            borrowed=self._borrowed(sources),
            base_rate=self.counts.rate,
            counts=(self.counts.matched, self.counts.n),
            sources=sources,
            sentence=self._sentence(),
            score_sentence=(
                f"The scores of those who {listed(_verbs(self.missing))} are not printed. "
                f"{all_scores_together(score)}"
            ),
        )
        return alone(headline, context)

    def _sentence(self) -> str:
        member, counts = self.member, self.counts
        interval = f"{level_words(member.level)} interval {interval_words(member.low, member.high)}"
        return (
            f"In the {counts.context.match_year} Match {thousands(counts.matched)} of "
            f"{thousands(counts.n)} {self.group} who ranked {counts.context.specialty.lower()} "
            f"first matched to it ({counted_percent(counts.rate)}), whatever their scores. So few "
            f"say little of the rate behind them: leaning on {member.n_kin - 1} other specialties, "
            f"it is put at about {of_hundred(member.rate)} of 100 ({interval})."
        )

    def _borrowed(self, sources: tuple[str, ...]) -> Borrowed:
        member, name = self.member, self.counts.context.specialty
        return Borrowed(
            lender="the other specialties",
            sentence=(
                f"The match rates of {self.group} in {member.n_kin} specialties scatter around a "
                "middle. A specialty with many applicants keeps nearly its own rate; one with few, "
                f"such as {name.lower()}, is drawn towards the middle."
            ),
            steps=self._steps(sources),
            over_tau=(),
            against=(
                _DRAWN,
                _FURTHEST,
                "The rate is about all scores together. It says nothing of this score.",
            ),
        )

    def _steps(self, sources: tuple[str, ...]) -> tuple[DerivationStep, ...]:
        member, counts, name = self.member, self.counts, self.counts.context.specialty
        counted = f"{name}, {thousands(counts.matched)} of {thousands(counts.n)}, counted"
        spread = "spread between specialties, standard deviation on the logit scale"
        return tuple(
            DerivationStep(label=label, value=value, words=words, sources=keys)
            for label, value, words, keys in (
                (counted, counts.rate, counted_percent(counts.rate), sources),
                (
                    f"the middle of {member.n_kin} specialties",
                    member.middle,
                    counted_percent(member.middle),
                    sources,
                ),
                (spread, member.tau, number_words(round(member.tau, 2)), ()),
                (f"{name}, leaning on the others", member.rate, counted_percent(member.rate), ()),
            )
        )


def _verbs(outcomes: tuple[str, ...]) -> list[str]:
    return ["matched" if name == "matched" else "did not match" for name in outcomes]
