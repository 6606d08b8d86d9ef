"""What a comparison holds: frozen records whose figures every face shows and none computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.score_records import Curve, Fact, Headline, Place, Printed
    from imgstats.evidence import Evidence

__all__ = [
    "Citation",
    "Comparison",
    "Denominator",
    "Factor",
    "Refusal",
    "Trend",
    "YearRow",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no headline, and what is known instead."""

    reason: str
    known: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Factor:
    """What is known about a factor that no match-rate table holds.

    Attributes
    ----------
    factor : str
        ``attempts``, ``usce`` or ``ranks``.
    value : float or None
        What the applicant gave.
    grade : str
        ``direct`` where a table of this group is at hand, else ``no rate``.
    sentence : str
        What can be said.
    evidence : tuple of Evidence
        Published observations, strongest grade first.
    printed : tuple of Printed
        Digits of a table about the factor, where there is one.
    sources : tuple of str
        Keys of `Comparison.sources`.
    """

    factor: str
    value: float | None
    grade: str
    sentence: str
    evidence: tuple[Evidence, ...]
    printed: tuple[Printed, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """One year of a trend; None where not published."""

    match_year: str
    us_img_rate: float | None
    non_us_img_rate: float | None
    im_positions: int | None
    im_filled_us_img: int | None
    im_filled_non_us_img: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Match rates of both IMG groups, all specialties, and internal-medicine positions by year."""

    rows: tuple[YearRow, ...]
    outcome: str
    sentence: str
    sources: tuple[str, ...]


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
        Trust grade of the source.
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
class Citation:
    """A source that a figure came from.

    Attributes
    ----------
    key : str
        Name in the catalogue.
    title, publisher, year, url, where, trust, how_obtained, caveats : str
        Its birth certificate.
    files : tuple of (str, str)
        Data set name and sha256 of each file that was read.
    """

    key: str
    title: str
    publisher: str
    year: str
    url: str
    where: str
    trust: str
    how_obtained: str
    caveats: str
    files: tuple[tuple[str, str], ...]


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
        Attempts, USCE and ranks.
    trend : Trend
        Years.
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
    trend: Trend
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
        from imgstats.comparison.plain import plain

        return plain(self, curve=curve)
