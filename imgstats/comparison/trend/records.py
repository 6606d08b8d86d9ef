"""What a trend holds: figures by year, and what they say of the next Match if nothing turns."""

from __future__ import annotations

from dataclasses import dataclass

from imgstats.specialties import INTERNAL_MEDICINE

__all__ = [
    "LAST_YEAR",
    "TREND",
    "Attempt",
    "Forecast",
    "Outlook",
    "PastForecast",
    "Trend",
    "YearRow",
]

# Ways to forecast, by what a reader sees.
TREND = "trend"
LAST_YEAR = "last year"


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRow:
    """One year of a trend; None where not published.

    Attributes
    ----------
    match_year : str
        Year of the Match.
    us_img_rate, non_us_img_rate : float or None
        Printed rate to any PGY-1 position, a fraction.
    us_img_matched, us_img_n, non_us_img_matched, non_us_img_n : int or None
        Counts behind the rate: matched, and active applicants.
    im_positions : int or None
        Categorical internal-medicine positions offered.
    im_filled_us_img, im_filled_non_us_img : int or None
        How many of them each group filled.
    """

    match_year: str
    us_img_rate: float | None
    non_us_img_rate: float | None
    us_img_matched: int | None
    us_img_n: int | None
    non_us_img_matched: int | None
    non_us_img_n: int | None
    im_positions: int | None
    im_filled_us_img: int | None
    im_filled_non_us_img: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PastForecast:
    """A past year, forecast from the years before it alone.

    Attributes
    ----------
    match_year : str
        The year that was forecast.
    observed : float
        What came: a fraction, or a number of positions.
    value, low, high : float
        Forecast and its interval, in the same unit.
    held : bool
        Whether the interval held what came.
    """

    match_year: str
    observed: float
    value: float
    low: float
    high: float
    held: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """A figure of the next Match in one way to forecast it, and how that way did in past years.

    Attributes
    ----------
    way : str
        ``trend``: a level that takes steps and has a yearly change (`TrendRate`); or ``last
        year``: the last figure, with limits from past changes (`LastYearRate`).
    value, low, high : float
        Median and interval: fractions, or numbers of positions.
    words, interval : str
        Median and interval as a sentence writes them.
    past : tuple of PastForecast
        The same made for past years, each from the years before it (rolling origin).
    tested, held : int
        Number of past years, and how many of their intervals held.
    coverage : float
        held / tested.
    mean_error : float
        Mean absolute error of the past medians, in the unit of `value`.
    mean_width, mean_score : float
        Mean width and mean interval score of the past intervals, in the same unit.
    """

    way: str
    value: float
    low: float
    high: float
    words: str
    interval: str
    past: tuple[PastForecast, ...]
    tested: int
    held: int
    coverage: float
    mean_error: float
    mean_width: float
    mean_score: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast(Attempt):
    """The forecast that is shown, if the years ahead move as those behind, beside the other way.

    It is about a whole year, never about a person. The trend is shown where it beat the last
    year's figure in past years (`attempts.beats`), the last year's figure otherwise.

    Attributes
    ----------
    name : str
        ``us_img`` or ``non_us_img`` (rate to any PGY-1 position, all specialties), or
        ``im_positions`` (categorical internal-medicine positions offered).
    label : str
        The same in words.
    match_year : str
        The year it is for: the one after the last year of the trend.
    level : float
        Level of the interval, a fraction.
    last_year : str
        Last year with a figure; the forecast reaches `steps` years further.
    years, steps : int
        Number of years with a figure, and how far ahead the forecast reaches.
    other : Attempt
        The way that is not shown.
    sentence : str
        All of it in sentences.
    """

    name: str
    label: str
    match_year: str
    level: float
    last_year: str
    years: int
    steps: int
    other: Attempt
    sentence: str

    @property
    def both(self) -> tuple[Attempt, Attempt]:
        """The way that is shown, and the other."""
        return self, self.other


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """Forecasts for the Match after the last one, and why any is missing.

    Attributes
    ----------
    match_year : str
        The year they are for.
    level : float
        Level of the intervals, a fraction.
    forecasts : tuple of Forecast
        Those that could be made and tested.
    withheld : tuple of str
        For each other, a sentence that says why.
    sentences : tuple of str
        What a page says, the applicant's group first; positions for internal medicine only.
    """

    match_year: str
    level: float
    forecasts: tuple[Forecast, ...]
    withheld: tuple[str, ...]
    sentences: tuple[str, ...]

    def find(self, name: str) -> Forecast | None:
        """Return a forecast by name, or None if it was withheld."""
        return next((each for each in self.forecasts if each.name == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """Match rates of both IMG groups, all specialties, and internal-medicine positions by year.

    Attributes
    ----------
    rows : tuple of YearRow
        Years in order.
    outcome : str
        What the rates count.
    sentence : str
        Both ends of the applicant's group, and of the positions for internal medicine.
    sources : tuple of str
        Keys of `Comparison.sources`.
    group, specialty : str
        The applicant's, for whom sentences are chosen.
    level : float
        Level of the intervals, a fraction.
    """

    rows: tuple[YearRow, ...]
    outcome: str
    sentence: str
    sources: tuple[str, ...]
    group: str
    specialty: str
    level: float

    @property
    def positions_apply(self) -> bool:
        """Whether the positions by year, which are of internal medicine, are the applicant's."""
        return self.specialty == INTERNAL_MEDICINE
