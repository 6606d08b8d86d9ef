"""Ways to forecast the next year, each tried on past years; which of them is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.comparison.trend.records import LAST_YEAR, TREND, Attempt, PastForecast
from imgstats.wording import counted_percent, interval_words, percent, thousands

if TYPE_CHECKING:
    from imgstats.comparison.trend.records import YearRow
    from imgstats.estimators.trend_years import Quantiles, Way

__all__ = [
    "FEWEST_POSITION_YEARS",
    "FEWEST_RATE_YEARS",
    "POSITIONS",
    "attempts",
    "beats",
    "error_words",
]

POSITIONS = "im_positions"
# A past year is forecast from at least so many before it.
FEWEST_RATE_YEARS = 8
FEWEST_POSITION_YEARS = 6
_WHOLE = -2  # positions ahead are written to the hundred


def beats(trend: Attempt, last_year: Attempt) -> bool:
    """Return whether the trend did better in past years than the last year's figure alone.

    Its middles must have been nearer on average, and its intervals must have scored less: width,
    and how far they missed (`interval_score`). A tie is no win: the simpler is shown.
    """
    return trend.mean_error < last_year.mean_error and trend.mean_score < last_year.mean_score


def attempts(name: str, rows: tuple[YearRow, ...], steps: int, level: float) -> dict[str, Attempt]:
    """Forecast a figure in every way, now and for each past year.

    Parameters
    ----------
    name : str
        A group, or `POSITIONS`.
    rows : tuple of YearRow
        Years in order, enough of them for one past year.
    steps : int
        Years ahead.
    level : float
        Level of the intervals, a fraction.
    """
    from imgstats.estimators import trend_model, trend_years

    made = _positions if name == POSITIONS else _rate
    ways = {TREND: trend_years.WALK, LAST_YEAR: trend_model.last_year}
    return {key: made(name, key, rows, steps, level, way) for key, way in ways.items()}


def _rate(
    name: str, key: str, rows: tuple[YearRow, ...], steps: int, level: float, way: Way[Quantiles]
) -> Attempt:
    from imgstats.estimators.trend_years import YearRate, Years

    years = Years.of(
        YearRate(
            year=int(row.match_year),
            matched=getattr(row, f"{name}_matched"),
            n=getattr(row, f"{name}_n"),
            rate=getattr(row, f"{name}_rate"),
        )
        for row in rows
    )
    ahead = years.forecast(steps, level, way)[-1]
    past = tuple(
        PastForecast(
            match_year=str(each.ahead.year),
            observed=each.observed,
            value=each.ahead.rate,
            low=each.ahead.low,
            high=each.ahead.high,
            held=each.held,
        )
        for each in years.rolling_origin(FEWEST_RATE_YEARS, level, way)
    )
    return _attempt(name, key, (ahead.rate, ahead.low, ahead.high), past, level)


def _positions(
    name: str, key: str, rows: tuple[YearRow, ...], steps: int, level: float, way: Way[Quantiles]
) -> Attempt:
    """Forecast the logarithm of a count, so far ahead and without sampling."""
    known = {int(row.match_year): getattr(row, name) for row in rows}
    known = {year: count for year, count in known.items() if count is not None}
    years = range(min(known), max(known) + 1)
    logs = np.log([known.get(year, np.nan) for year in years])
    past = []
    for target in range(FEWEST_POSITION_YEARS + steps - 1, len(logs)):
        before, observed = logs[: target + 1 - steps], known.get(years[target])
        seen = int(np.isfinite(before).sum())
        if observed is None or seen < FEWEST_POSITION_YEARS or np.isnan(before[-1]):
            continue
        value, low, high = _counts_ahead(before, steps, level, way)
        past.append(
            PastForecast(
                match_year=str(years[target]),
                observed=float(observed),
                value=value,
                low=low,
                high=high,
                held=low <= observed <= high,
            )
        )
    return _attempt(name, key, _counts_ahead(logs, steps, level, way), tuple(past), level)


def _counts_ahead(
    logs: np.ndarray, steps: int, level: float, way: Way[Quantiles]
) -> tuple[float, float, float]:
    """Return median and interval of a count whose logarithm is forecast."""
    ahead = way(logs, np.where(np.isfinite(logs), 0.0, np.nan), steps, 0.0)
    tail = (1 - level) / 2
    low, value, high = (float(np.exp(ahead.quantile(p)[-1])) for p in (tail, 0.5, 1 - tail))
    return value, low, high


def _attempt(
    name: str,
    way: str,
    values: tuple[float, float, float],
    past: tuple[PastForecast, ...],
    level: float,
) -> Attempt:
    from imgstats.estimators.trend_years import interval_score

    value, low, high = values
    words, interval = percent(value), interval_words(low, high)
    if name == POSITIONS:
        words, interval = _hundreds(value), f"{_hundreds(low)} to {_hundreds(high)}"
    held, tested = sum(each.held for each in past), len(past)
    scores = [interval_score(each.low, each.high, each.observed, level) for each in past]
    return Attempt(
        way=way,
        value=value,
        low=low,
        high=high,
        words=words,
        interval=interval,
        past=past,
        tested=tested,
        held=held,
        coverage=held / tested,
        mean_error=float(np.mean([abs(each.observed - each.value) for each in past])),
        mean_width=float(np.mean([each.high - each.low for each in past])),
        mean_score=float(np.mean(scores)),
    )


def _hundreds(count: float) -> str:
    return thousands(round(count, _WHOLE))


def error_words(name: str, error: float) -> str:
    """Return an error or a width in points, or in positions.

    Examples
    --------
    >>> error_words("us_img", 0.0206), error_words(POSITIONS, 171.7)
    ('2.1 points', '172 positions')
    """
    if name == POSITIONS:
        return f"{thousands(error)} positions"
    return f"{counted_percent(error).removesuffix(' %')} points"
