"""`TrendRate` and `LastYearRate`: yearly match rates, and what they say of the next year."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, Self

import pandas as pd

from imgstats.errors import TableError
from imgstats.estimators import trend_model
from imgstats.estimators.contract import Estimator
from imgstats.estimators.parameters import SWITCH
from imgstats.estimators.trend_years import YearRate, Years
from imgstats.tables.tidy import records_of
from imgstats.tables.validation import number

if TYPE_CHECKING:
    from imgstats.estimators.trend_years import Quantiles, Way
    from imgstats.sources.tabular import Record

__all__ = ["LastYearRate", "TrendRate", "YearRate", "YearlyRate"]

_COLUMNS = {
    "year": ("match_year", "year"),
    "matched": ("matched",),
    "n": ("active_applicants", "n"),
    "rate": ("rate",),
    "rate_pct": ("match_rate_pct",),
}


class YearlyRate(Estimator, ABC):
    """Base of forecasts from yearly rates; a subclass names its way to a forecast."""

    _years_: Years

    @property
    @abstractmethod
    def _way(self) -> Way[Quantiles]:
        """How the years ahead are forecast."""

    def fit(self, table: pd.DataFrame | Iterable[YearRate]) -> Self:
        """Fit to yearly rates.

        Parameters
        ----------
        table : DataFrame or iterable of YearRate
            A frame has a row per year: match_year (or year); matched and active_applicants (or n),
            where known; and rate (a fraction) or match_rate_pct. Years may be missing.

        Raises
        ------
        InputError
            If a parameter is not allowed.
        TableError
            If fewer than six years have a rate, a year is there twice, or a number is impossible.
        WorkError
            If the equations cannot be solved.
        """
        self._check_parameters()
        self._years_ = Years.of(_years(table, type(self).__name__))
        self.rates_ = _frame(self._years_)
        return self

    def forecast(self, steps: int = 1, level: float = 0.95) -> pd.DataFrame:
        """Return rate and interval of the years after the last one.

        Parameters
        ----------
        steps : int
            Years ahead, 1 or more.
        level : float
            Level of the interval, a fraction.

        Returns
        -------
        DataFrame
            Columns year, rate (the median), low, high.

        Raises
        ------
        InputError
            If `steps` is not a whole number of 1 or more, or `level` is not between 0 and 1.
        """
        self._need_fit()
        return pd.DataFrame(map(asdict, self._years_.forecast(steps, level, self._way)))

    def rolling_origin(self, min_years: int = 8, level: float = 0.95) -> pd.DataFrame:
        """Forecast each year from the years before it, and say whether the interval held it.

        Parameters
        ----------
        min_years : int
            Number of earlier years with a rate that a forecast needs, 6 or more.
        level : float
            Level of the interval, a fraction.

        Returns
        -------
        DataFrame
            Columns year, steps (years since the last one with a rate), observed, rate, low, high,
            held, and score, the interval score (less is better).

        Raises
        ------
        InputError
            If `min_years` is not a whole number of 6 or more, or `level` is not between 0 and 1.
        TableError
            If no year has so many before it.
        """
        self._need_fit()
        tried = self._years_.rolling_origin(min_years, level, self._way)
        return pd.DataFrame(
            {
                "year": each.ahead.year,
                "steps": each.steps,
                "observed": each.observed,
                "rate": each.ahead.rate,
                "low": each.ahead.low,
                "high": each.ahead.high,
                "held": each.held,
                "score": each.score(level),
            }
            for each in tried
        )


class TrendRate(YearlyRate):
    """Yearly match rates as a level that takes a step each year.

    Use it to say how far next year's rate may lie from the last one, not to explain why.

    Parameters
    ----------
    drift : bool
        Whether the level has a constant yearly change, beside its steps.

    Attributes
    ----------
    rates_ : DataFrame
        A row per year from first to last: year, matched, n, rate (a fraction); empty where missing.
    step_sd_ : float
        Standard deviation of a yearly step on the logit scale, mean over its doubt.
    drift_ : float
        Yearly change on the logit scale, 0 without drift.

    Notes
    -----
    On the logit scale the level is a random walk with drift, seen with the sampling variance
    1 / (n p (1 - p)) of each year's counts. Level and drift are in closed form with
    a diffuse start, see `trend_model`. The size of the steps is averaged over all its values, each
    weighted by its likelihood (flat prior on the standard deviation): a few years do not tell it
    well, and the one most likely value is too small half of the time.

    A year with a rate and no count counts as many applicants as the median of the other years. If
    no year has a count, sampling is part of the steps. A rate of 0 or 1 needs a count; 1/2 is then
    added to both sides. A forecast is of the rate that will be printed: it holds sampling among as
    many applicants as in the last year with a count.

    In simulations of a walk of 6, 10 and 18 years, with counts of 60 to 4,000, intervals of 95 %
    held 0.95 to 1.00 of the next years; those that plug in the most likely step held 0.83 to
    0.97, the fewest with six years. On the shipped rates of both groups, 2008 to 2026, intervals
    made from eight years or more held 18 of 19 following years. The one they missed, US IMGs in
    2023, lay 6 points above the year before. The drift moved nothing there: without it 18 of 19
    were held too. Nineteen years of two groups that share a market prove little.

    Examples
    --------
    >>> years = [YearRate(year=2010 + i, matched=500 + 10 * i, n=1000) for i in range(8)]
    >>> TrendRate().fit(years).forecast().round(2)
       year  rate   low  high
    0  2018  0.58  0.53  0.63
    """

    _rules: ClassVar = {"drift": SWITCH}

    def __init__(self, *, drift: bool = True) -> None:
        self.drift = drift

    def fit(self, table: pd.DataFrame | Iterable[YearRate]) -> Self:
        """Fit to yearly rates; parameters and errors are those of `YearlyRate.fit`."""
        super().fit(table)
        ahead = self._years_.ahead(1, self._way)
        self.step_sd_ = float(ahead.weight @ ahead.step)
        self.drift_ = float(ahead.weight @ ahead.drift)
        return self

    @property
    def _way(self) -> Way[trend_model.Ahead]:
        return partial(trend_model.forecast, drift=self.drift)


class LastYearRate(YearlyRate):
    """The last year's rate as the forecast, with limits from past yearly changes.

    The simplest rival of `TrendRate`: a forecast that does not beat it in past years is not worth
    its assumptions. Limits are Student's t times the root mean square of the past changes on the
    logit scale, with as many degrees of freedom as there are changes.

    Attributes
    ----------
    rates_ : DataFrame
        As of `TrendRate`.
    change_ : float
        Root mean square of the yearly changes, logits.

    Examples
    --------
    >>> years = [YearRate(year=2010 + i, matched=500 + 10 * i, n=1000) for i in range(8)]
    >>> LastYearRate().fit(years).forecast().round(2)
       year  rate   low  high
    0  2018  0.57  0.52  0.62
    """

    def fit(self, table: pd.DataFrame | Iterable[YearRate]) -> Self:
        """Fit to yearly rates; parameters and errors are those of `YearlyRate.fit`."""
        super().fit(table)
        self.change_ = self._years_.ahead(1, self._way).change
        return self

    @property
    def _way(self) -> Way[trend_model.LastYear]:
        return trend_model.last_year


def _years(table: Any, asked: str) -> list[YearRate]:  # noqa: ANN401  anything is asked
    """Return the table's years; `asked` is the name of what is fitted."""
    if isinstance(table, pd.DataFrame):
        return [_from_row(row) for row in records_of(_named(table))]
    several = isinstance(table, Iterable) and not isinstance(table, str | Mapping)
    years = list(table) if several else [table]
    for each in years:
        if not isinstance(each, YearRate):
            raise TableError(
                f"{asked} got {type(each).__name__}", "a DataFrame or a sequence of YearRate"
            )
    return years


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    """Return the frame's known columns under one name each."""
    found = {
        ours: next(name for name in theirs if name in frame)
        for ours, theirs in _COLUMNS.items()
        if any(name in frame for name in theirs)
    }
    if "year" not in found:
        raise TableError(f"columns {', '.join(map(str, frame.columns))}", "also match_year or year")
    return pd.DataFrame({ours: frame[theirs] for ours, theirs in found.items()})


def _from_row(row: Record) -> YearRate:
    values = dict(row)
    percent = values.pop("rate_pct", None)
    if values.get("rate") is None and percent is not None:
        values["rate"] = number(percent, "match_rate_pct") / 100
    return YearRate(**values)


def _frame(years: Years) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "year": [each.year for each in years.rows],
            "matched": pd.array([each.matched for each in years.rows], dtype="Int64"),
            "n": pd.array([each.n for each in years.rows], dtype="Int64"),
            "rate": years.rate,
        }
    )
