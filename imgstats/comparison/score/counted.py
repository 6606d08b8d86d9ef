"""A group that is counted as a whole: a rate that is the same at every score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.score.limits import all_scores_together
from imgstats.comparison.score.part import alone, headline_of
from imgstats.comparison.score.rate import ScoreRate, flat_rate
from imgstats.comparison.score.way import Way
from imgstats.grades import DIRECT
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.wording import (
    counted_percent,
    level_words,
    listed,
    of_hundred,
    thousands,
)

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.part import ScorePart
    from imgstats.tables import CountTable

__all__ = ["Counted"]


class Counted(Way):
    """Counts of a group, whatever the scores.

    Parameters
    ----------
    counts : CountTable
        The group's counts.
    level : float
        Level of the interval.
    """

    def __init__(self, counts: CountTable, level: float) -> None:
        self.counts, self.level = counts, level
        self.limits = counts.wilson(level)

    def rate(self, score: int) -> ScoreRate:
        """Return the rate of all, with its Wilson interval."""
        year = self.counts.context.match_year
        return flat_rate(
            score,
            self.counts.rate,
            *self.limits,
            grade=DIRECT,
            year=year,
            estimator="CountTable",
        )

    def tell(self, request: Request) -> ScorePart:
        """Return the headline alone: the counts know no score."""
        context, score = self.counts.context, request.applicant.step2_ck
        sources = request.cite_table(context)
        headline = headline_of(
            self.rate(score),
            level=self.level,
            context=context,
            group=f"{group_label(context.applicant_group)}s",
            base_rate=self.counts.rate,
            counts=(self.counts.matched, self.counts.n),
            sources=sources,
            sentence=self._sentence(),
            score_sentence=f"They are counted all together. {all_scores_together(score)}",
        )
        return alone(headline, context)

    def _sentence(self) -> str:
        counts, context = self.counts, self.counts.context
        ends = listed([counted_percent(each) for each in self.limits])
        who = (
            "of all specialties"
            if context.specialty == ALL_SPECIALTIES
            else f"who ranked {context.specialty.lower()} first"
        )
        return (
            f"Of 100 {group_label(context.applicant_group)}s {who} in the {context.match_year} "
            f"Match, whatever their scores, {of_hundred(counts.rate)} {context.outcome} "
            f"({thousands(counts.matched)} of {thousands(counts.n)}, "
            f"{counted_percent(counts.rate)}; {level_words(self.level)} interval between {ends})."
        )
