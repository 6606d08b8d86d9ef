"""What a comparison holds: frozen records whose figures every face shows and none computes."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

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

    def to_json(self, *, curve: bool = False, indent: int | None = 2) -> str:
        """Return `to_dict` as JSON text.

        Parameters
        ----------
        curve : bool
            As in `to_dict`.
        indent : int or None
            Spaces of each level; None for a single line.

        Examples
        --------
        >>> import json
        >>> from imgstats import compare
        >>> text = compare({"group": "non-us-img", "step2_ck": 242}).to_json()
        >>> json.loads(text)["applicant"]["step2_ck"]
        242
        """
        return json.dumps(self.to_dict(curve=curve), indent=indent, allow_nan=False)

    def to_frame(self) -> pd.DataFrame:
        """Return a row for each rate: of the score, score bands, factors and denominators.

        Returns
        -------
        DataFrame
            Columns about (``score``, ``score band``, a factor's name or ``denominator``), label,
            rate, low and high (fractions; the interval), n (applicants, NaN where none are
            counted), grade (of a denominator the letter of its source), own (whether it is the
            applicant's), sources (keys). Without a headline there is no row of the score.

        Examples
        --------
        >>> from imgstats import compare
        >>> frame = compare({"group": "non-us-img", "step2_ck": 242}).to_frame()
        >>> frame[frame.own].about.tolist()
        ['score', 'score band']
        """
        from imgstats.comparison.shown.frame import rates_frame

        return rates_frame(self)

    def _repr_html_(self) -> str:
        """Return what a notebook's cell shows: the rates and a few sentences, nothing to run."""
        from imgstats.comparison.shown.brief import brief
        from imgstats.comparison.shown.html import brief_html

        return brief_html(brief(self))
