"""How the rates of both IMG groups and the internal-medicine positions moved over the years."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from imgstats.applicant import GROUPS, group_label
from imgstats.comparison.citations import cited
from imgstats.comparison.trend.records import Forecast, Outlook, PastForecast, Trend, YearRow
from imgstats.levels import LEVEL
from imgstats.specialties import ALL_SPECIALTIES, INTERNAL_MEDICINE
from imgstats.wording import counted_percent, interval_words, level_words, percent, thousands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgstats.sources.tabular import Record
    from imgstats.tables.published import PublishedTables

__all__ = ["FEWEST_POSITION_YEARS", "FEWEST_RATE_YEARS", "POSITIONS", "outlook", "trend"]

POSITIONS = "im_positions"
# A past year is forecast from at least so many before it.
FEWEST_RATE_YEARS = 8
FEWEST_POSITION_YEARS = 6
_WHOLE = -2  # positions ahead are written to the hundred
_RUN = 3  # so many errors to one side in a row are said
_ASSUMING = "If the years ahead move as those behind"


def trend(
    group: str,
    specialty: str,
    tables: PublishedTables,
    *,
    level: float = LEVEL,
) -> Trend:
    """Return the yearly rows and the ends of the applicant's group in words.

    Positions by year are at hand for internal medicine; for another specialty there are none.
    """
    by_group = {
        (row["match_year"], row["applicant_group"]): row for row in tables.rows("pgy1_by_year")
    }
    with_positions = specialty == INTERNAL_MEDICINE
    positions = tables.rows("im_positions_by_year") if with_positions else ()
    by_year = {row["match_year"]: row for row in positions}
    years = sorted({year for year, _ in by_group} | set(by_year))
    rows = tuple(_row(year, by_group, by_year.get(year, {})) for year in years)
    pairs = [(row["source"], row["dataset"]) for row in (*by_group.values(), *by_year.values())]
    sentences = [_rate_sentence(group, rows)]
    if with_positions:
        sentences.append(_positions_sentence(rows))
    return Trend(
        rows=rows,
        outcome=tables.rows("counts", specialty=ALL_SPECIALTIES)[0]["outcome"],
        sentence=" ".join(sentences),
        sources=cited(pairs),
        group=group,
        specialty=specialty,
        level=level,
    )


def _row(year: int, by_group: Mapping[tuple[int, str], Record], offered: Record) -> YearRow:
    us, non_us = (by_group.get((year, group), {}) for group in ("us_img", "non_us_img"))
    return YearRow(
        match_year=str(year),
        us_img_rate=_fraction(us.get("match_rate_pct")),
        non_us_img_rate=_fraction(non_us.get("match_rate_pct")),
        us_img_matched=us.get("matched"),
        us_img_n=us.get("active_applicants"),
        non_us_img_matched=non_us.get("matched"),
        non_us_img_n=non_us.get("active_applicants"),
        im_positions=offered.get("positions_offered"),
        im_filled_us_img=offered.get("us_img"),
        im_filled_non_us_img=offered.get("non_us_img"),
    )


def _fraction(per_cent: float | None) -> float | None:
    return None if per_cent is None else per_cent / 100


def _rate_sentence(group: str, rows: tuple[YearRow, ...]) -> str:
    known = [
        (row.match_year, rate)
        for row in rows
        if (rate := getattr(row, f"{group}_rate")) is not None
    ]
    (first, low), (last, high) = known[0], known[-1]
    return (
        f"Of active {group_label(group)}s, all specialties, {counted_percent(low)} matched to a "
        f"PGY-1 position in {first} and {counted_percent(high)} in {last}."
    )


def _positions_sentence(rows: tuple[YearRow, ...]) -> str:
    known = [(row.match_year, row.im_positions) for row in rows if row.im_positions is not None]
    (first, low), (last, high) = known[0], known[-1]
    return (
        f"Categorical internal-medicine positions: {thousands(low)} offered in {first}, "
        f"{thousands(high)} in {last}."
    )


def outlook(trend: Trend) -> Outlook:
    """Return what the years behind say of the next Match, if it moves as they did.

    Rates are forecast by `TrendRate`. Positions are a walk with drift too, of their logarithm and
    without sampling: every position was counted. Each kind of forecast is made again for past
    years, from the years before each and as far ahead, and the record says how that went.

    Parameters
    ----------
    trend : Trend
        Yearly rows, the level of the intervals, and the group that is named first.

    Returns
    -------
    Outlook
        Rates of both groups and, for that specialty, internal-medicine positions. A forecast that
        cannot be made and tested is withheld, with the reason.

    Notes
    -----
    A process makes the forecasts of the same rows and level once, which takes about a second, most
    of it for the past years that test them. What does not show them does not wait for them.
    """
    forecasts, withheld = _forecasts(trend.rows, trend.level)
    order = sorted(GROUPS, key=lambda name: name != trend.group)
    if trend.positions_apply:
        order.append(POSITIONS)
    sentences = {each.name: each.sentence for each in forecasts} | dict(withheld)
    return Outlook(
        match_year=_next_year(trend.rows),
        level=trend.level,
        forecasts=tuple(each for each in forecasts if each.name in order),
        withheld=tuple(sentence for name, sentence in withheld if name in order),
        sentences=tuple(sentences[name] for name in order),
    )


def _next_year(rows: tuple[YearRow, ...]) -> str:
    return str(int(rows[-1].match_year) + 1)


@lru_cache(maxsize=8)
def _forecasts(
    rows: tuple[YearRow, ...], level: float
) -> tuple[tuple[Forecast, ...], tuple[tuple[str, str], ...]]:
    """Return the forecasts, and name and reason of those that are withheld."""
    made, withheld = [], []
    for name in (*GROUPS, POSITIONS):
        column = name if name == POSITIONS else f"{name}_rate"
        years = [row.match_year for row in rows if getattr(row, column) is not None]
        steps = int(_next_year(rows)) - int(years[-1]) if years else 1
        needed = FEWEST_POSITION_YEARS + steps if name == POSITIONS else FEWEST_RATE_YEARS + 1
        if len(years) < needed:
            withheld.append((name, _too_few(name, len(years), needed)))
            continue
        ahead = _positions_ahead if name == POSITIONS else _rate_ahead
        values, past = ahead(name, rows, steps, level)
        made.append(_forecast(name, years, steps, values, past, level))
    return tuple(made), tuple(withheld)


def _too_few(name: str, years: int, needed: int) -> str:
    what = "the positions" if name == POSITIONS else f"the rate of {group_label(name)}s"
    return (
        f"No forecast of {what} is made: {years} years with a figure are at hand, and {needed} "
        "are needed to make one and to test it."
    )


def _rate_ahead(
    name: str, rows: tuple[YearRow, ...], steps: int, level: float
) -> tuple[tuple[float, float, float], tuple[PastForecast, ...]]:
    """Return median and interval of a group's next rate, and those of past years."""
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
    last = years.forecast(steps, level)[-1]
    past = tuple(
        PastForecast(
            match_year=str(each.ahead.year),
            observed=each.observed,
            value=each.ahead.rate,
            low=each.ahead.low,
            high=each.ahead.high,
            held=each.held,
        )
        for each in years.rolling_origin(FEWEST_RATE_YEARS, level)
    )
    return (last.rate, last.low, last.high), past


def _positions_ahead(
    name: str, rows: tuple[YearRow, ...], steps: int, level: float
) -> tuple[tuple[float, float, float], tuple[PastForecast, ...]]:
    """Return median and interval of the positions, and those of past years."""
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
        value, low, high = _walk_ahead(before, steps, level)
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
    return _walk_ahead(logs, steps, level), tuple(past)


def _walk_ahead(logs: np.ndarray, steps: int, level: float) -> tuple[float, float, float]:
    """Return median and interval of a count whose logarithm walks with drift, so far ahead."""
    from imgstats.estimators.trend_model import forecast

    unsampled = np.where(np.isfinite(logs), 0.0, np.nan)
    ahead = forecast(logs, unsampled, steps, 0.0, drift=True)
    tail = (1 - level) / 2
    low, value, high = (float(np.exp(ahead.quantile(p)[-1])) for p in (tail, 0.5, 1 - tail))
    return value, low, high


def _forecast(
    name: str,
    years: list[str],
    steps: int,
    values: tuple[float, float, float],
    past: tuple[PastForecast, ...],
    level: float,
) -> Forecast:
    value, low, high = values
    held, tested = sum(each.held for each in past), len(past)
    error = float(np.mean([abs(each.observed - each.value) for each in past]))
    words, interval = percent(value), interval_words(low, high)
    if name == POSITIONS:
        words, interval = _hundreds(value), f"{_hundreds(low)} to {_hundreds(high)}"
    last, year = years[-1], str(int(years[-1]) + steps)
    return Forecast(
        name=name,
        label="IM positions offered" if name == POSITIONS else f"{group_label(name)} rate",
        match_year=year,
        value=value,
        low=low,
        high=high,
        level=level,
        words=words,
        interval=interval,
        last_year=last,
        years=len(years),
        steps=steps,
        past=past,
        tested=tested,
        held=held,
        coverage=held / tested,
        mean_error=error,
        sentence=(
            f"{_ASSUMING}, {_said(name, words, year)} ({level_words(level)} interval {interval}); "
            f"{_tried_words(name, steps, past, error)}."
        ),
    )


def _tried_words(name: str, steps: int, past: tuple[PastForecast, ...], error: float) -> str:
    """Return how the same did in past years, and whether it lately errs to one side."""
    held = sum(each.held for each in past)
    ahead = f", {steps} years ahead," if steps > 1 else ""
    words = (
        f"the same made{ahead} for {len(past)} past years held {held} times, its middle off by "
        f"{_error_words(name, error)} on average"
    )
    signs = [np.sign(each.value - each.observed) for each in past]
    run = next((i for i, sign in enumerate(signs[::-1]) if sign != signs[-1]), len(signs))
    if run < _RUN or signs[-1] == 0:
        return words
    return f"{words} and too {'high' if signs[-1] > 0 else 'low'} in each of the last {run}"


def _hundreds(count: float) -> str:
    return thousands(round(count, _WHOLE))


def _said(name: str, words: str, year: str) -> str:
    if name == POSITIONS:
        return f"about {words} categorical internal-medicine positions are offered in {year}"
    return (
        f"about {words} of active {group_label(name)}s, all specialties, match to a PGY-1 "
        f"position in {year}"
    )


def _error_words(name: str, error: float) -> str:
    if name == POSITIONS:
        return f"{thousands(error)} positions"
    return f"{counted_percent(error).removesuffix(' %')} points"
