"""The headline of `compare` for many applicants: one look for each group, specialty and score."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

from imgstats.comparison.compare import compare, make_request
from imgstats.comparison.factors.combined import has_own_factors
from imgstats.comparison.records import Refusal
from imgstats.comparison.score.part import score_in
from imgstats.comparison.score.ways import score_way
from imgstats.errors import ImgstatsWarning
from imgstats.levels import LEVEL
from imgstats.measures import MEASURES, band_of
from imgstats.own_tables import OwnTables
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    import pandas as pd

    from imgstats.applicant import Applicant
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.part import ScorePart
    from imgstats.comparison.score.records import Combined
    from imgstats.comparison.score.ways import ScoreWay

__all__ = ["RATE_COLUMNS", "SCORES", "Rate", "Rates", "rate_frame", "rate_table"]

SCORES = range(MEASURES["step2_ck"].lowest, (MEASURES["step2_ck"].highest or 0) + 1)
# Names in a comparison's place, and of the ends of its intervals.
_PLACES = tuple((name, end) for name in ("matched", "not_matched") for end in ("", "_low", "_high"))


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
    level : float
        Level of the intervals, a fraction.

    Examples
    --------
    >>> from imgstats import Applicant
    >>> found = Rates().of(Applicant(group="non_us_img", step2_ck=242))
    >>> found.band_low, round(found.band_rate, 2), found.grade
    (240, 0.45, 'direct')
    """

    def __init__(
        self,
        tables: PublishedTables | None = None,
        own: OwnTables | None = None,
        level: float = LEVEL,
    ) -> None:
        self._tables, self._own = tables or PublishedTables(), own or OwnTables()
        self._level = level
        self._pairs: dict[tuple[str, str], _PairRates] = {}

    def of(self, applicant: Applicant) -> Rate:
        """Return what `compare` says of the applicant's score.

        Raises
        ------
        InputError
            As `compare` does.
        """
        return self._pair(applicant).of(applicant.step2_ck)

    def combined(self, applicant: Applicant) -> tuple[Combined, ...]:
        """Return the score and other factors together, where the user added tables of those.

        Raises
        ------
        InputError
            As `compare` does.
        """
        if not self._pair(applicant).has_own_factors:
            return ()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ImgstatsWarning)  # the report's notes say it
            found = compare(applicant, self._tables, own=self._own, level=self._level)
        return found.headline.combined if found.headline else ()

    def _pair(self, applicant: Applicant) -> _PairRates:
        key = (applicant.group, applicant.specialty)
        if key not in self._pairs:
            request = make_request(applicant, self._tables, own=self._own, level=self._level)
            self._pairs[key] = _PairRates(request)
        return self._pairs[key]


def rate_table(
    pairs: Iterable[tuple[str, str]],
    *,
    scores: Iterable[int] = SCORES,
    tables: PublishedTables | None = None,
    own: OwnTables | None = None,
    level: float = LEVEL,
) -> pd.DataFrame:
    """Return what `compare` says of every score of some groups and specialties.

    Parameters
    ----------
    pairs : iterable of (str, str)
        Group and specialty.
    scores : iterable of int
        Step 2 CK scores. Default: all there are.
    tables : PublishedTables, optional
        Default: those that ship.
    own : OwnTables, optional
        The user's own. Default: those that `imgstats data add` keeps.
    level : float
        Level of the intervals, a fraction.

    Returns
    -------
    DataFrame
        A row for each pair and score: group, specialty, step2_ck and the fields of `Rate`.

    Raises
    ------
    InputError
        As `compare` does.

    Examples
    --------
    >>> table = rate_table([("non_us_img", "Internal Medicine")])
    >>> len(table), f"{table.set_index('step2_ck').loc[242, 'rate']:.2f}"
    (300, '0.42')
    """
    from imgstats.applicant import Applicant

    rates, wanted = Rates(tables, own, level), list(scores)
    rows = []
    for group, specialty in pairs:
        # Each score is one that a cohort may hold, so it is judged as an applicant's.
        people = (
            Applicant.parse({"group": group, "specialty": specialty, "step2_ck": score})
            for score in wanted
        )
        rows += [
            {"group": each.group, "specialty": specialty, "step2_ck": each.step2_ck}
            | {name: getattr(rate, name) for name in RATE_COLUMNS}
            for each in people
            for rate in [rates.of(each)]
        ]
    return rate_frame(rows)


def rate_frame(rows: Sequence[Mapping[str, object]]) -> pd.DataFrame:
    """Return rows of rates as a table whose columns have their types even where all are empty."""
    import pandas as pd

    names = ["group", "specialty", "step2_ck", *RATE_COLUMNS]
    frame = pd.DataFrame([[row[name] for name in names] for row in rows], columns=names)
    kinds = {"int": "int64", "float": "float64", "bool": "boolean", "str": "object"}
    return frame.astype(
        {name: kinds[kind] for name, kind in RATE_COLUMNS.items()} | {"step2_ck": "int64"}
    )


class _PairRates:
    """The rates of one group and specialty."""

    def __init__(self, request: Request) -> None:
        self._request, self._way = request, score_way(request)
        self.has_own_factors = has_own_factors(request)
        self._curve = None if self._way.curve is None else _CurveRates(self._way)
        self._found: dict[object, Rate] = {}

    def of(self, score: int) -> Rate:
        """Return the rate of a score."""
        key = self._way.alike(score)
        if key not in self._found:
            self._found[key] = self._curve.of(score) if self._curve else self._told(score)
        found = self._found[key]
        if found.reason:  # there is no rate at any score, and yet each has its band
            low, high = band_of(score, MEASURES["step2_ck"])
            return replace(found, band_low=low, band_high=high)
        return found

    def _told(self, score: int) -> Rate:
        """Return a rate that does not come from a curve, as a comparison tells it."""
        applicant = self._request.applicant.model_copy(update={"step2_ck": score})
        found = self._way.tell(replace(self._request, applicant=applicant))
        if isinstance(found, Refusal):
            low, high = applicant.band
            return Rate(band_low=low, band_high=high, reason=found.reason)
        return _filled(found)


def _filled(part: ScorePart) -> Rate:
    headline, place, band = part.headline, part.place, part.headline.band
    places: dict[str, Any] = (
        {f"{name}_below{end}": getattr(place, f"{name}{end}") for name, end in _PLACES}
        if place
        else {}
    )
    return Rate(
        rate=headline.rate,
        rate_low=headline.low,
        rate_high=headline.high,
        band_low=band.low,
        band_high=band.high,
        band_rate=band.rate,
        band_rate_low=band.rate_low,
        band_rate_high=band.rate_high,
        grade=headline.grade,
        by_score=headline.by_score,
        in_record=headline.in_record,
        match_year=headline.match_year,
        estimator=headline.estimator,
        **places,
    )


class _CurveRates:
    """The rates of one curve, read off as a headline reads them, without its sentences."""

    def __init__(self, way: ScoreWay) -> None:
        curve = way.curve
        if curve is None:
            raise ValueError("this way has no curve")
        self._curve, self._ends, self._year = curve, way.ends, way.match_year
        self._bands = {
            ends: {name: float(column[at]) for name, column in curve.bands.items()}
            for at, ends in enumerate(zip(curve.bands["low"], curve.bands["high"], strict=True))
        }

    def of(self, score: int) -> Rate:
        """Return the rate of a score."""
        curve, at = self._curve, self._curve.position(score)
        low, high = band_of(score, MEASURES["step2_ck"])
        band = self._bands[low, high]
        places: dict[str, Any] = {
            f"{name}_below{end}": self._at(f"{name}{end}", at) for name, end in _PLACES
        }
        return Rate(
            rate=self._at("rate", at),
            rate_low=self._at("low", at),
            rate_high=self._at("high", at),
            band_low=low,
            band_high=high,
            band_rate=band["rate"],
            band_rate_low=band["rate_low"],
            band_rate_high=band["rate_high"],
            grade=curve.grade,
            by_score=True,
            in_record=score_in(self._ends, low, high),
            match_year=self._year,
            estimator=curve.estimator.partition("(")[0],
            **places,
        )

    def _at(self, column: str, at: int) -> float | None:
        """Return a value of the curve; None of a column that a borrowed curve lacks."""
        values = self._curve.columns.get(column)
        return None if values is None else float(values[at])
