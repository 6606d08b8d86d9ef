"""Rates that are the same at every score: headline without curve and place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.score.part import ScorePart
from imgstats.comparison.score.records import BandEstimate, Headline
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.wording import (
    counted_percent,
    level_words,
    listed,
    of_hundred,
    thousands,
)

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.records import Borrowed
    from imgstats.tables import CountTable

__all__ = ["FlatRate", "counted_score", "flat_part", "group_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlatRate:
    """A rate with its interval, how it came about, and its sentences, as in `Headline`."""

    rate: float
    low: float
    high: float
    level: float
    grade: str
    estimator: str
    sentence: str
    score_sentence: str


def group_words(counts: CountTable) -> str:
    """Return the group that a table counts, in the plural."""
    return f"{group_label(counts.context.applicant_group)}s"


def flat_part(
    rate: FlatRate,
    counts: CountTable,
    applicant: Applicant,
    sources: tuple[str, ...],
    borrowed: Borrowed | None = None,
) -> ScorePart:
    """Return the score's part of a rate that does not depend on the score.

    Parameters
    ----------
    rate : FlatRate
        The rate.
    counts : CountTable
        Counts of the group that it is about.
    applicant : Applicant
        Whose score it is.
    sources : tuple of str
        Keys of the comparison's sources.
    borrowed : Borrowed, optional
        How it was borrowed.
    """
    context, (low, high) = counts.context, applicant.band
    band = BandEstimate(
        low=low,
        high=high,
        rate=rate.rate,
        rate_low=rate.low,
        rate_high=rate.high,
        n=None,
        own=True,
    )
    headline = Headline(
        rate=rate.rate,
        low=rate.low,
        high=rate.high,
        level=rate.level,
        grade=rate.grade,
        band=band,
        in_record=True,
        range=None,
        borrowed=borrowed,
        base_rate=counts.rate,
        by_score=False,
        outcome=context.outcome,
        population=f"{group_words(counts)}, {context.population}, {context.specialty}",
        specialty=context.specialty,
        match_year=context.match_year,
        group_matched=counts.matched,
        group_n=counts.n,
        summarised_n=None,
        estimator=rate.estimator,
        sources=sources,
        sentence=rate.sentence,
        score_sentence=rate.score_sentence,
    )
    return ScorePart(headline=headline, place=None, curve=None, assumptions=(), notes=())


def counted_score(counts: CountTable, request: Request) -> ScorePart:
    """Return the score's part of a group that is counted as a whole, not by score.

    Parameters
    ----------
    counts : CountTable
        The group's counts.
    request : Request
        Whom it is about.
    """
    level = request.level
    low, high = counts.wilson(level)
    context, group = counts.context, group_words(counts)
    ends = listed([counted_percent(low), counted_percent(high)])
    who = (
        "of all specialties"
        if context.specialty == ALL_SPECIALTIES
        else f"who ranked {context.specialty.lower()} first"
    )
    rate = FlatRate(
        rate=counts.rate,
        low=low,
        high=high,
        level=level,
        grade="direct",
        estimator="CountTable",
        sentence=(
            f"Of 100 {group} {who} in the {context.match_year} Match, whatever their scores, "
            f"{of_hundred(counts.rate)} {context.outcome} ({thousands(counts.matched)} of "
            f"{thousands(counts.n)}, {counted_percent(counts.rate)}; {level_words(level)} interval "
            f"between {ends})."
        ),
        score_sentence=(
            "They are counted all together, so the rate is the same at "
            f"{request.applicant.step2_ck} as at any score."
        ),
    )
    return flat_part(rate, counts, request.applicant, request.cite_table(context))
