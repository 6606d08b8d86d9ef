"""`ScoreRate`: what the tables say of a score, in numbers alone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgstats.grades import rate_grade
from imgstats.measures import MEASURES, band_of

if TYPE_CHECKING:
    from imgstats.curves.record import RateCurve

__all__ = ["ScoreRate", "curve_rate", "flat_rate", "no_rate", "score_in"]

_SCORE = MEASURES["step2_ck"]
# Names in a curve, and of the ends of their intervals.
_PLACES = tuple((name, end) for name in ("matched", "not_matched") for end in ("", "_low", "_high"))


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreRate:
    """What the tables say of a score; None and empty text where they say nothing.

    Attributes
    ----------
    rate, rate_low, rate_high : float or None
        Historical rate at the exact score with its interval, fractions.
    band_low, band_high : int
        Ends of the score band, both included.
    band_rate, band_rate_low, band_rate_high : float or None
        The same of the band.
    matched_below, matched_below_low, matched_below_high : float or None
        Fraction of the matched who scored lower, with its interval.
    not_matched_below, not_matched_below_low, not_matched_below_high : float or None
        The same of the not matched.
    grade : str
        ``direct``, ``direct, fitted`` (a curve answers for the table) or ``borrowed``, with
        ``, carried over`` where the band lies outside the record.
    by_score, in_record : bool or None
        Whether the rate depends on the score, and whether the band touches the printed scores.
    match_year, estimator : str
        Which Match, and how.
    reason : str
        Why there is no rate.
    """

    rate: float | None = None
    rate_low: float | None = None
    rate_high: float | None = None
    band_low: int
    band_high: int
    band_rate: float | None = None
    band_rate_low: float | None = None
    band_rate_high: float | None = None
    matched_below: float | None = None
    matched_below_low: float | None = None
    matched_below_high: float | None = None
    not_matched_below: float | None = None
    not_matched_below_low: float | None = None
    not_matched_below_high: float | None = None
    grade: str = ""
    by_score: bool | None = None
    in_record: bool | None = None
    match_year: str = ""
    estimator: str = ""
    reason: str = ""

    @property
    def known(self) -> tuple[float, float, float]:
        """Rate and interval at the score.

        Raises
        ------
        ValueError
            If there is no rate.
        """
        return _three(self.rate, self.rate_low, self.rate_high)

    @property
    def band_known(self) -> tuple[float, float, float]:
        """Rate and interval of the band.

        Raises
        ------
        ValueError
            If there is no rate.
        """
        return _three(self.band_rate, self.band_rate_low, self.band_rate_high)


def _three(rate: float | None, low: float | None, high: float | None) -> tuple[float, float, float]:
    if rate is None or low is None or high is None:
        raise ValueError("there is no rate")
    return rate, low, high


def score_in(ends: tuple[float, float] | None, low: float, high: float) -> bool:
    """Say whether a printed score lies between low and high."""
    return ends is None or not (high < ends[0] or low > ends[1])


def curve_rate(
    curve: RateCurve, ends: tuple[float, float] | None, year: str, score: int
) -> ScoreRate:
    """Return what a curve says at a score.

    Parameters
    ----------
    curve : RateCurve
        Rates at every score, own or borrowed.
    ends : (float, float) or None
        Lowest and highest printed score behind it.
    year : str
        The Match of its table.
    score : int
        A Step 2 CK score.
    """
    low, high = band_of(score, _SCORE)
    at, band_at = curve.position(score), curve.band_position(low, high)
    columns, bands, in_record = curve.columns, curve.bands, score_in(ends, low, high)
    places: dict[str, Any] = {
        f"{name}_below{end}": float(columns[f"{name}{end}"][at])
        for name, end in _PLACES
        if f"{name}{end}" in columns  # a borrowed curve has none
    }
    return ScoreRate(
        rate=float(columns["rate"][at]),
        rate_low=float(columns["low"][at]),
        rate_high=float(columns["high"][at]),
        band_low=low,
        band_high=high,
        band_rate=float(bands["rate"][band_at]),
        band_rate_low=float(bands["rate_low"][band_at]),
        band_rate_high=float(bands["rate_high"][band_at]),
        grade=rate_grade(curve.grade, fitted=True, in_record=in_record),
        by_score=True,
        in_record=in_record,
        match_year=year,
        estimator=curve.estimator.partition("(")[0],
        **places,
    )


def flat_rate(
    score: int,
    rate: float,
    low: float,
    high: float,
    *,
    grade: str,
    year: str,
    estimator: str,
) -> ScoreRate:
    """Return a rate that is the same at every score, for the band of one."""
    ends = band_of(score, _SCORE)
    return ScoreRate(
        rate=rate,
        rate_low=low,
        rate_high=high,
        band_low=ends[0],
        band_high=ends[1],
        band_rate=rate,
        band_rate_low=low,
        band_rate_high=high,
        grade=grade,
        by_score=False,
        in_record=True,
        match_year=year,
        estimator=estimator,
    )


def no_rate(score: int, reason: str) -> ScoreRate:
    """Return that there is none at a score, which has its band all the same."""
    low, high = band_of(score, _SCORE)
    return ScoreRate(band_low=low, band_high=high, reason=reason)
