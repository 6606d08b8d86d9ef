"""The headline of `compare` for many applicants: one look for each group, specialty and score."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING

from imgstats.comparison.choose import score_part
from imgstats.comparison.compare import make_request
from imgstats.comparison.records import Refusal
from imgstats.own_tables import OwnTables
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.request import Request
    from imgstats.comparison.score import ScorePart

__all__ = ["RATE_COLUMNS", "Rate", "Rates"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
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
        ``direct`` or ``borrowed``.
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


RATE_COLUMNS: dict[str, str] = {each.name: str(each.type).split()[0] for each in fields(Rate)}


class Rates:
    """Looks each group, specialty and score up once.

    Parameters
    ----------
    tables : PublishedTables, optional
        Default: those that ship.
    own : OwnTables, optional
        The user's own. Default: those that `imgstats data add` keeps.

    Examples
    --------
    >>> from imgstats import Applicant
    >>> found = Rates().of(Applicant(group="non_us_img", step2_ck=242))
    >>> found.band_low, round(found.band_rate, 2), found.grade
    (240, 0.45, 'direct')
    """

    def __init__(self, tables: PublishedTables | None = None, own: OwnTables | None = None) -> None:
        self._tables, self._own = tables or PublishedTables(), own or OwnTables()
        self._requests: dict[tuple[str, str], Request] = {}
        self._found: dict[tuple[str, str, int], Rate] = {}

    def of(self, applicant: Applicant) -> Rate:
        """Return what `compare` says of the applicant's score.

        Raises
        ------
        InputError
            As `compare` does.
        """
        key = (applicant.group, applicant.specialty, applicant.step2_ck)
        if key not in self._found:
            self._found[key] = _rate(self._request(applicant))
        return self._found[key]

    def _request(self, applicant: Applicant) -> Request:
        """Return a request that differs from another of the same people in the score alone."""
        key = (applicant.group, applicant.specialty)
        if key not in self._requests:
            self._requests[key] = make_request(applicant, self._tables, own=self._own)
        known = self._requests[key]
        score = {"step2_ck": applicant.step2_ck}
        return replace(known, applicant=known.applicant.model_copy(update=score))


def _rate(request: Request) -> Rate:
    low, high = request.applicant.band
    found = score_part(request)
    if isinstance(found, Refusal):
        return Rate(band_low=low, band_high=high, reason=found.reason)
    return _filled(found, low, high)


def _filled(part: ScorePart, low: int, high: int) -> Rate:
    headline, place = part.headline, part.place
    return Rate(
        rate=headline.rate,
        rate_low=headline.low,
        rate_high=headline.high,
        band_low=low,
        band_high=high,
        band_rate=headline.band.rate,
        band_rate_low=headline.band.rate_low,
        band_rate_high=headline.band.rate_high,
        matched_below=place.matched if place else None,
        matched_below_low=place.matched_low if place else None,
        matched_below_high=place.matched_high if place else None,
        not_matched_below=place.not_matched if place else None,
        not_matched_below_low=place.not_matched_low if place else None,
        not_matched_below_high=place.not_matched_high if place else None,
        grade=headline.grade,
        by_score=headline.by_score,
        in_record=headline.in_record,
        match_year=headline.match_year,
        estimator=headline.estimator,
    )
