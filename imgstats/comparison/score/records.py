"""What a comparison holds about the score: headline, place and curve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.comparison.score.consent import Consent
    from imgstats.comparison.score.lent import Borrowed

__all__ = [
    "BandEstimate",
    "Combined",
    "Curve",
    "Fact",
    "Headline",
    "Ladder",
    "ModelCurve",
    "ModelRange",
    "Place",
    "Printed",
    "Rung",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """A published figure in a sentence, with its source and that source's letter."""

    sentence: str
    grade: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BandEstimate:
    """Fitted rate of one score band.

    Attributes
    ----------
    low, high : int
        Ends in score points, both included.
    rate, rate_low, rate_high : float
        Fractions.
    n : float or None
        Applicants of the group that the fitted curve puts into the band; None where no table
        counts the group.
    own : bool
        Whether it is the applicant's band.
    """

    low: int
    high: int
    rate: float
    rate_low: float
    rate_high: float
    n: float | None
    own: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelCurve:
    """What one estimator says, and whether it counts for the model range.

    Attributes
    ----------
    name : str
        Class and parameters.
    words : str
        What kind of curve it is.
    rate, band_rate : float or None
        Rate at the exact score and in the band, fractions; None where it could not be fitted.
    p : float or None
        How often the curve's own samples print figures that fit it as badly as the table's.
    kept : bool
        Whether it counts.
    reason : str
        Why it does not; empty for those that do.
    """

    name: str
    words: str
    rate: float | None
    band_rate: float | None
    p: float | None
    kept: bool
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRange:
    """Lowest and highest rate of the curves tried that could have printed the table's figures.

    Attributes
    ----------
    low, high : float
        At the exact score, fractions.
    band_low, band_high : float
        In the applicant's band.
    least_p : float
        Under this p a curve does not count.
    poor : bool
        Whether not even the headline's curve reaches it; then no curve is left out for its p.
    estimators : tuple of ModelCurve
        Those that count and those that do not, the headline's first.
    """

    low: float
    high: float
    band_low: float
    band_high: float
    least_p: float
    poor: bool
    estimators: tuple[ModelCurve, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """Lowest and highest rate that one set of assumptions allows, fractions, without a curve."""

    name: str
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Ladder:
    """What a table's figures allow at the exact score without a curve.

    Attributes
    ----------
    rungs : tuple of Rung
        From the weakest assumption to the strongest: ``digits``, ``unimodal`` and ``smooth``.
    sentence : str
        The last rung in words, with what it assumes.
    caption : str
        What each rung assumes, and whom all of them are about.
    """

    rungs: tuple[Rung, ...]
    sentence: str
    caption: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """The score together with a factor of which the user added a table: a range, no product.

    A band of scores that hides a count is such a range too.

    Attributes
    ----------
    factor : str
        The factor; ``hidden counts`` where the range is what a hidden count allows.
    low, high : float
        Ends over the region of correlations, or over the hidden counts, fractions.
    outer_low, outer_high : float
        The same with the sampling doubt of both tables.
    region : ((float, float), (float, float)) or None
        Where the correlations among the matched and among the not matched may lie; None for
        hidden counts.
    sentence : str
        The range in words.
    sources : tuple of str
        Keys of `Comparison.sources`.
    """

    factor: str
    low: float
    high: float
    outer_low: float
    outer_high: float
    region: tuple[tuple[float, float], tuple[float, float]] | None
    sentence: str
    sources: tuple[str, ...]

    @property
    def is_assumed(self) -> bool:
        """Whether the range rests on a dependence that no table prints."""
        return self.region is not None


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
        ``direct``, ``direct, fitted`` (a curve answers for the table) or ``borrowed``, with
        ``, carried over`` where the band lies outside the record.
    table_grade : str
        Letter of the table behind it, of the weakest where there are several.
    table_sentence : str
        The letter with its meaning.
    band : BandEstimate
        The applicant's 10-point band.
    by_score : bool
        Whether the rate depends on the score. If not, the band holds the same rate as any other.
    in_record : bool
        Whether the band touches the printed scores; if not, the nearest score's rate stands in.
    range : ModelRange or None
        What other curves through the same figures give; None for a borrowed rate.
    ladder : Ladder or None
        What the figures allow without a curve; None where that was not worked out.
    consent : Consent or None
        The rate if the people whose scores the figures leave out had other scores; None where
        they leave nobody out, or nobody has the score.
    borrowed : Borrowed or None
        How the rate was borrowed; None for a direct one.
    base_rate : float
        Rate of the whole group, all scores together.
    combined : tuple of Combined
        The score together with the user's own tables of other factors, a range each, or the range
        of a hidden count. Rate, low and high stay those of the score alone.
    outcome, population, specialty, match_year : str
        What the rate is a rate of.
    group_matched, group_n : int or None
        Counts behind the base rate; None where no table counts the group.
    summarised_n : int or None
        Applicants behind the printed digits.
    estimator : str
        Class name.
    sources : tuple of str
        Keys of `Comparison.sources` behind the rate by score; those of `combined` are its own.
    sentence, score_sentence : str
        The band's and the exact score's rate in words.
    """

    rate: float
    low: float
    high: float
    level: float
    grade: str
    table_grade: str
    table_sentence: str
    band: BandEstimate
    in_record: bool
    range: ModelRange | None
    borrowed: Borrowed | None
    base_rate: float
    outcome: str
    population: str
    specialty: str
    match_year: str
    group_matched: int | None
    group_n: int | None
    summarised_n: int | None
    estimator: str
    sources: tuple[str, ...]
    sentence: str
    score_sentence: str
    combined: tuple[Combined, ...] = ()
    by_score: bool = True
    ladder: Ladder | None = None
    consent: Consent | None = None


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
    """Match rate by score between the printed extremes, for drawing.

    Attributes
    ----------
    x : tuple of float
        Scores, whole ones in a comparison.
    rate, low, high : tuple of float
        The headline's estimator with its interval, fractions.
    rivals : tuple of (str, tuple of float)
        The other curves that count for the model range, in words.
    density_matched, density_not_matched : tuple of float
        Fitted share of each outcome at each score; empty for a borrowed curve.
    bands : tuple of BandEstimate
        The curve by 10-point band.
    """

    x: tuple[float, ...]
    rate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    rivals: tuple[tuple[str, tuple[float, ...]], ...]
    density_matched: tuple[float, ...]
    density_not_matched: tuple[float, ...]
    bands: tuple[BandEstimate, ...]
