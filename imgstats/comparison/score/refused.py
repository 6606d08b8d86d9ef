"""A group without a table of its own: why there is no headline, and what is known instead."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.citations import cited, cited_context
from imgstats.comparison.records import Refusal
from imgstats.comparison.score.rate import ScoreRate, no_rate
from imgstats.comparison.score.records import Fact
from imgstats.comparison.score.way import Way
from imgstats.comparison.where.positions import where
from imgstats.curves.inputs import KIN, SCORE, last_year_with_means
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.wording import counted_percent, listed, number_words, thousands

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.where.records import Where
    from imgstats.sources.tabular import Record
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
        group, specialty = group_label(request.applicant.group), request.specialty.lower()
        self.reason = (
            f"No {request.year} table counts matched and not matched {group}s in {specialty}. "
            f"{_why_not_borrowed(request, lacking)}"
        )
        self._told: Refusal | None = None  # the same at every score

    def rate(self, score: int) -> ScoreRate:
        """Return the reason."""
        return no_rate(score, self.reason)

    def tell(self, request: Request) -> Refusal:
        """Return the reason and what is known instead."""
        self._told = self._told or self._refusal(request)
        return self._told

    def _refusal(self, request: Request) -> Refusal:
        group, specialty, tables = request.applicant.group, request.specialty, request.tables
        return Refusal(
            reason=self.reason,
            known=(
                _all_specialties(group, request.year, tables),
                *_means(group, specialty, tables),
                *_of_kin(request),
                _positions(group, where(tables, specialty)),
            ),
        )


def _why_not_borrowed(request: Request, lacking: str) -> str:
    group = request.applicant.group
    kin = KIN.get(group)
    rows = _score_rows(request.tables, request.specialty)
    if kin is None or last_year_with_means(rows, (group, kin)) is not None:
        return f"Nor can a rate be borrowed for them: {lacking}."
    return (
        f"Nor can a rate be borrowed from {group_label(kin)}s: that takes the mean scores of both "
        f"groups in {request.specialty.lower()} in one year, and no report at hand prints them."
    )


def _of_kin(request: Request) -> tuple[Fact, ...]:
    """Return the count of the group that a rate would have been borrowed from."""
    group, tables = request.applicant.group, request.tables
    kin = KIN.get(group)
    if kin is None or request.year not in tables.years(kin, request.specialty):
        return ()
    counts = tables.counts(group=kin, year=request.year, specialty=request.specialty)
    return (
        Fact(
            sentence=(
                f"Of another group, {group_label(kin)}s, {thousands(counts.matched)} of "
                f"{thousands(counts.n)} who ranked {request.specialty.lower()} first matched to "
                f"it in {request.year}: {counted_percent(counts.rate)}. It is no rate of "
                f"{group_label(group)}s."
            ),
            grade=counts.context.trust,
            sources=cited_context(counts.context),
        ),
    )


def _positions(group: str, found: Where) -> Fact:
    filled = getattr(found.total, group)
    share = counted_percent(filled / found.total.filled)
    return Fact(
        sentence=(
            f"{group_label(group)}s filled {thousands(filled)} of the "
            f"{thousands(found.total.filled)} {found.positions} that were filled in "
            f"{found.match_year}: {share}. How many had applied for them is not printed."
        ),
        grade=found.grade,
        sources=found.sources,
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


def _score_rows(tables: PublishedTables, specialty: str) -> list[Record]:
    """Return the summaries of the score in a specialty; none where it has none."""
    wanted = (specialty, SCORE)
    return [row for row in tables.rows("summaries") if (row["specialty"], row["measure"]) == wanted]


def _means(group: str, specialty: str, tables: PublishedTables) -> tuple[Fact, ...]:
    """Return the mean scores of the last year that has both outcomes."""
    rows = [row for row in _score_rows(tables, specialty) if row["applicant_group"] == group]
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
