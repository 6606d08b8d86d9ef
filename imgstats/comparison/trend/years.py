"""How the rates of both IMG groups and the internal-medicine positions moved over the years."""

from __future__ import annotations

from dataclasses import fields
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np

from imgstats.applicant import GROUPS, group_label
from imgstats.comparison.citations import cited
from imgstats.comparison.trend.attempts import (
    FEWEST_POSITION_YEARS,
    FEWEST_RATE_YEARS,
    POSITIONS,
    attempts,
    beats,
    error_words,
)
from imgstats.comparison.trend.records import (
    LAST_YEAR,
    TREND,
    Attempt,
    Forecast,
    Outlook,
    Trend,
    YearRow,
)
from imgstats.levels import LEVEL
from imgstats.specialties import ALL_SPECIALTIES, INTERNAL_MEDICINE
from imgstats.wording import counted_percent, level_words, thousands

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgstats.sources.tabular import Record
    from imgstats.tables.published import PublishedTables

__all__ = ["outlook", "trend"]

_RUN = 3  # so many errors to one side in a row are said
_ASSUMING = {
    TREND: "If the years ahead move as those behind",
    LAST_YEAR: "If the next Match is like the last, with changes as large as those behind",
}


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

    Rates are forecast by `TrendRate` and by `LastYearRate`. Positions are forecast in the same two
    ways, of their logarithm and without sampling: every position was counted. Each forecast is
    made again for past years, from the years before each and as far ahead; the trend is shown
    where it did better there (`attempts.beats`), the last year's figure otherwise.

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
        made.append(_forecast(name, rows, years, steps, level))
    return tuple(made), tuple(withheld)


def _too_few(name: str, years: int, needed: int) -> str:
    what = "the positions" if name == POSITIONS else f"the rate of {group_label(name)}s"
    return (
        f"No forecast of {what} is made: {years} years with a figure are at hand, and {needed} "
        "are needed to make one and to test it."
    )


def _forecast(
    name: str, rows: tuple[YearRow, ...], years: list[str], steps: int, level: float
) -> Forecast:
    """Return the forecast that is shown, with the other beside it."""
    # One way is shown at whatever level is asked.
    usual = attempts(name, rows, steps, LEVEL)
    found = usual if level == LEVEL else attempts(name, rows, steps, level)
    ways = (TREND, LAST_YEAR) if beats(usual[TREND], usual[LAST_YEAR]) else (LAST_YEAR, TREND)
    shown, other = (found[way] for way in ways)
    last, year = years[-1], str(int(years[-1]) + steps)
    said = (
        f"{_ASSUMING[shown.way]}, {_said(name, shown.words, year)} ({level_words(level)} interval "
        f"{shown.interval}); {_tried_words(name, steps, shown)}. {_rival_words(name, shown, other)}"
    )
    return Forecast(
        **{each.name: getattr(shown, each.name) for each in fields(Attempt)},
        name=name,
        label="IM positions offered" if name == POSITIONS else f"{group_label(name)} rate",
        match_year=year,
        level=level,
        last_year=last,
        years=len(years),
        steps=steps,
        other=other,
        sentence=said,
    )


def _rival_words(name: str, shown: Attempt, other: Attempt) -> str:
    """Say how the way that is not shown did in the same years; the table says more."""
    error = error_words(name, other.mean_error)
    if shown.way == TREND:
        return f"The last year's figure alone did worse there, off by {error}."
    wide, mine = (error_words(name, each.mean_width) for each in (other, shown))
    return (
        f"A trend did not do better there in both, its middle off by {error} and its intervals "
        f"{wide} wide instead of {mine}: it is not shown."
    )


def _tried_words(name: str, steps: int, shown: Attempt) -> str:
    """Return how the same did in past years, and whether it lately errs to one side."""
    past = shown.past
    ahead = f", {steps} years ahead," if steps > 1 else ""
    words = (
        f"the same made{ahead} for {len(past)} past years held {shown.held} times, its middle off "
        f"by {error_words(name, shown.mean_error)} on average"
    )
    signs = [np.sign(each.value - each.observed) for each in past]
    run = next((i for i, sign in enumerate(signs[::-1]) if sign != signs[-1]), len(signs))
    if run < _RUN or signs[-1] == 0:
        return words
    return f"{words} and too {'high' if signs[-1] > 0 else 'low'} in each of the last {run}"


def _said(name: str, words: str, year: str) -> str:
    if name == POSITIONS:
        return f"about {words} categorical internal-medicine positions are offered in {year}"
    return (
        f"about {words} of active {group_label(name)}s, all specialties, match to a PGY-1 "
        f"position in {year}"
    )
