"""What a comparison holds: frozen records whose figures every face shows and none computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.evidence import Evidence

__all__ = [
    "BandEstimate",
    "Citation",
    "Comparison",
    "Curve",
    "Denominator",
    "Fact",
    "Factor",
    "Headline",
    "Place",
    "Printed",
    "Refusal",
    "Rival",
    "Trend",
    "YearRow",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class BandEstimate:
    """Fitted rate of one score band.

    Attributes
    ----------
    low, high : int
        Ends in score points, both included.
    rate, rate_low, rate_high : float
        Fractions.
    n : float
        Applicants of the group that the fitted curve puts into the band.
    own : bool
        Whether it is the applicant's band.
    """

    low: int
    high: int
    rate: float
    rate_low: float
    rate_high: float
    n: float
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Rival:
    """The same score's rate by another curve through the same digits."""

    name: str
    words: str
    rate: float
    band_rate: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Headline:
    """The historical rate at the applicant's score and in the applicant's band.

    Attributes
    ----------
    rate, low, high : float
        Rate at the exact score and its interval, fractions.
    level : float
        Level of the interval, a fraction.
    grade : str
        ``direct`` or ``borrowed``.
    band : BandEstimate
        The applicant's 10-point band.
    in_record : bool
        Whether the band touches the printed scores; if not, the nearest score's rate stands in.
    rivals : tuple of Rival
        Rates by other curves through the same digits.
    range_low, range_high : float
        Lowest and highest rate at the exact score of all curves, the headline's included.
    outcome, population, specialty, match_year : str
        What the rate is a rate of.
    group_matched, group_n : int
        Counts behind the base rate.
    summarised_n : int
        Applicants behind the printed digits.
    estimator : str
        Class name.
    sources : tuple of str
        Keys of `Comparison.sources`.
    sentence, score_sentence : str
        The band's and the exact score's rate in words.
    """

    rate: float
    low: float
    high: float
    level: float
    grade: str
    band: BandEstimate
    in_record: bool
    rivals: tuple[Rival, ...]
    range_low: float
    range_high: float
    outcome: str
    population: str
    specialty: str
    match_year: str
    group_matched: int
    group_n: int
    summarised_n: int
    estimator: str
    sources: tuple[str, ...]
    sentence: str
    score_sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A published figure in a sentence, with its source and the source's trust grade."""

    sentence: str
    grade: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """Why there is no headline, and what is known instead."""

    reason: str
    known: tuple[Fact, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Printed:
    """A measure's digits of one outcome as printed; None where not published."""

    outcome: str
    n: int | None
    min: float | None
    q1: float | None
    median: float | None
    q3: float | None
    max: float | None
    mean: float | None
    sd: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the score stands among the matched and among the not matched.

    Attributes
    ----------
    matched, not_matched : float
        Fraction that scored lower, half of those with the same score counted.
    matched_low, matched_high, not_matched_low, not_matched_high : float
        Intervals.
    printed : tuple of Printed
        The report's digits.
    match_year : str
        Year of the Match.
    sentence : str
        Both places in words.
    interval_sentence : str
        Their intervals in words; empty where both would read the same at either end.
    sources : tuple of str
        Keys of `Comparison.sources`.
    """

    matched: float
    matched_low: float
    matched_high: float
    not_matched: float
    not_matched_low: float
    not_matched_high: float
    printed: tuple[Printed, ...]
    match_year: str
    sentence: str
    interval_sentence: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Curve:
    """Match rate by whole score between the printed extremes, for drawing.

    Attributes
    ----------
    x : tuple of int
        Scores.
    rate, low, high : tuple of float
        The headline's estimator with its interval, fractions.
    rivals : tuple of (str, tuple of float)
        Other curves by name.
    density_matched, density_not_matched : tuple of float
        Fitted share of each outcome at each score.
    bands : tuple of BandEstimate
        The curve by 10-point band.
    """

    x: tuple[int, ...]
    rate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    rivals: tuple[tuple[str, tuple[float, ...]], ...]
    density_matched: tuple[float, ...]
    density_not_matched: tuple[float, ...]
    bands: tuple[BandEstimate, ...]


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
