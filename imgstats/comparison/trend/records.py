"""What a trend holds: figures by year, and what they say of the next Match if nothing turns."""

from __future__ import annotations

from dataclasses import dataclass

from imgstats.specialties import INTERNAL_MEDICINE

__all__ = ["Forecast", "Outlook", "PastForecast", "Trend", "YearRow"]


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
class Forecast:
    """A figure of the next Match, if the years ahead move as those behind.

    It is about a whole year, never about a person.

    Attributes
    ----------
    name : str
        ``us_img`` or ``non_us_img`` (rate to any PGY-1 position, all specialties), or
        ``im_positions`` (categorical internal-medicine positions offered).
    label : str
        The same in words.
    match_year : str
        The year it is for: the one after the last year of the trend.
    value, low, high : float
        Median and interval: fractions, or numbers of positions.
    level : float
        Level of the interval, a fraction.
    words, interval : str
        Median and interval as a sentence writes them.
    last_year : str
        Last year with a figure; the forecast reaches `steps` years further.
    years, steps : int
        Number of years with a figure, and how far ahead the forecast reaches.
    past : tuple of PastForecast
        The same made for past years, each from the years before it (rolling origin).
    tested, held : int
        Number of past years, and how many of their intervals held.
    coverage : float
        held / tested.
    mean_error : float
        Mean absolute error of the past medians, in the unit of `value`.
    sentence : str
        All of it in one sentence.
    """

    name: str
    label: str
    match_year: str
    value: float
    low: float
    high: float
    level: float
    words: str
    interval: str
    last_year: str
    years: int
    steps: int
    past: tuple[PastForecast, ...]
    tested: int
    held: int
    coverage: float
    mean_error: float
    sentence: str


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
