"""A group without a table of its own: why there is no headline, and what is known instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.citations import cited, cited_context
from imgstats.comparison.records import Refusal
from imgstats.comparison.score.rate import ScoreRate, no_rate
from imgstats.comparison.score.records import Fact
from imgstats.comparison.score.way import Way
from imgstats.curves.inputs import SCORE, last_year_with_means
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.wording import counted_percent, listed, number_words, thousands

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.tables.published import PublishedTables

__all__ = ["Refused"]


class Refused(Way):
    """No rate: what is lacking, and the published figures that come nearest.

    Parameters
    ----------
    request : Request
        What was asked for.
    lacking : str
        What would have been needed to borrow a rate, in words.
    """

    def __init__(self, request: Request, lacking: str) -> None:
        self.reason = (
            f"No {request.year} table counts matched and not matched "
            f"{group_label(request.applicant.group)}s in {request.specialty.lower()}, and no rate "
            f"can be borrowed for them: {lacking}."
        )

    def rate(self, score: int) -> ScoreRate:
        """Return the reason."""
        return no_rate(score, self.reason)

    def tell(self, request: Request) -> Refusal:
        """Return the reason and what is known instead."""
        group, specialty, tables = request.applicant.group, request.specialty, request.tables
        return Refusal(
            reason=self.reason,
            known=(
                _all_specialties(group, request.year, tables),
                *_means(group, specialty, tables),
            ),
        )


def _all_specialties(group: str, year: str, tables: PublishedTables) -> Fact:
    counts = tables.counts(group=group, year=year, specialty=ALL_SPECIALTIES)
    return Fact(
        sentence=(
            f"In the {year} Match {thousands(counts.matched)} of {thousands(counts.n)} active "
            f"{group_label(group)}s, all specialties and scores, {counts.context.outcome}: "
            f"{counted_percent(counts.rate)}."
        ),
        grade=counts.context.trust,
        sources=cited_context(counts.context),
    )


def _means(group: str, specialty: str, tables: PublishedTables) -> tuple[Fact, ...]:
    """Return the mean scores of the last year that has both outcomes."""
    wanted = (group, specialty, SCORE)
    rows = [
        row
        for row in tables.rows("summaries")
        if (row["applicant_group"], row["specialty"], row["measure"]) == wanted
    ]
    year = last_year_with_means(rows, (group,))
    if year is None:
        return ()
    last = {row["outcome"]: row for row in rows if row["match_year"] == year}
    words = [
        f"{number_words(last[outcome]['mean'])} for those who {verb}"
        for outcome, verb in (("matched", "matched"), ("not_matched", "did not match"))
    ]
    pairs = [(row["source"], row["dataset"]) for row in last.values()]
    return (
        Fact(
            sentence=(
                f"In {year}, the last year with both, the mean Step 2 CK score of "
                f"{group_label(group)}s in {specialty.lower()} was {listed(words)}."
            ),
            grade=max(row["trust"] for row in last.values()),
            sources=cited(pairs),
        ),
    )
