"""What a comparison holds: frozen records whose figures every face shows and none computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.citations import Citation
    from imgstats.comparison.factors.records import Factor, Joint, WhatIf
    from imgstats.comparison.score.records import Curve, Fact, Headline, Place
    from imgstats.comparison.trend.records import Trend
    from imgstats.comparison.where.records import Where

__all__ = [
    "Comparison",
    "Denominator",
    "Refusal",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no headline, and what is known instead."""

    reason: str
    known: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Denominator:
    """One way to count a rate, so that different rates are not mixed.

    Attributes
    ----------
    outcome, population : str
        What is counted, among whom.
    matched, n : int
        Counts.
    rate, low, high : float or None
        Rate with its Wilson interval, fractions. A share of positions has no interval: nothing
        was sampled.
    match_year : str
        Year of the Match.
    grade : str
        Letter of the source.
    sources : tuple of str
        Keys of `Comparison.sources`.
    """

    outcome: str
    population: str
    matched: int
    n: int
    rate: float
    low: float | None
    high: float | None
    match_year: str
    grade: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """Everything that a report, a JSON answer or a page shows about one applicant.

    Attributes
    ----------
    applicant : Applicant
        Whom it is about.
    headline : Headline or None
        The historical rate; None where it is refused.
    refusal : Refusal or None
        Why, and what is known instead.
    place : Place or None
        Percentiles of the score.
    curve : Curve or None
        Rate by score.
    factors : tuple of Factor
        Attempts, USCE and ranks, and whatever else a scenario names.
    joint : Joint or None
        Score and ranks together; None unless both correlations were given.
    what_if : WhatIf or None
        The same applicant with other numbers.
    trend : Trend
        Years.
    where : Where
        Internal-medicine positions by state.
    denominators : tuple of Denominator
        Ways to count.
    assumptions : tuple of Fact
        What the headline takes for granted.
    notes : tuple of str
        Warnings about this applicant's input.
    not_in_data : tuple of str
        What no table here holds.
    sources : tuple of Citation
        In the order in which they are first used.
    """

    applicant: Applicant
    headline: Headline | None
    refusal: Refusal | None
    place: Place | None
    curve: Curve | None
    factors: tuple[Factor, ...]
    joint: Joint | None
    what_if: WhatIf | None
    trend: Trend
    where: Where
    denominators: tuple[Denominator, ...]
    assumptions: tuple[Fact, ...]
    notes: tuple[str, ...]
    not_in_data: tuple[str, ...]
    sources: tuple[Citation, ...]

    def factor(self, name: str) -> Factor:
        """Return a factor by name.

        Raises
        ------
        KeyError
            If there is no such factor.
        """
        for each in self.factors:
            if each.factor == name:
                return each
        raise KeyError(name)

    def to_dict(self, *, curve: bool = False) -> dict[str, object]:
        """Return plain values for JSON, fractions to six decimals.

        Parameters
        ----------
        curve : bool
            Whether to include the curve by score, some hundreds of numbers.
        """
        from imgstats.comparison.plain_values import plain_comparison

        return plain_comparison(self, curve=curve)
