"""Yearly rates in order, and what they say of the years after them; plain records and arrays."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Protocol, TypeAlias, TypeVar

import numpy as np
from scipy.special import expit, logit

from imgstats.errors import InputError, TableError
from imgstats.estimators import trend_model
from imgstats.levels import check_level
from imgstats.tables.steps import decimals
from imgstats.tables.validation import number, optional_count, optional_number

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = [
    "WALK",
    "Ahead",
    "Quantiles",
    "Tried",
    "Way",
    "YearRate",
    "Years",
    "interval_score",
    "whole",
]

_FEWEST_YEARS = 6


class Quantiles(Protocol):
    """A forecast of the years ahead on the scale it was made on."""

    def quantile(self, probability: float) -> Array:
        """Return a quantile of each year ahead, shape (s,)."""


Found = TypeVar("Found", bound=Quantiles)
# A way to forecast from logits, their noise, years ahead and the noise of those:
# `trend_model.forecast` or `trend_model.last_year`.
Way: TypeAlias = "Callable[[Array, Array, int, float], Found]"

WALK: Way[Quantiles] = partial(trend_model.forecast, drift=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class YearRate:
    """The rate of one year, from counts where they are known.

    Parameters
    ----------
    year : int
        Year of the Match.
    matched, n : int, optional
        Number matched, and number of applicants.
    rate : float, optional
        Printed rate, a fraction; used where a count is missing. None with a missing count is
        a missing year.

    Raises
    ------
    TableError
        If a count is no whole number, if more matched than applied, or if the rate is not 0 to 1.

    Examples
    --------
    >>> YearRate(year=2026, matched=60, n=80).fraction
    0.75
    >>> YearRate(year=2021, matched=60, rate=0.75).applicants
    80.0
    """

    year: int
    matched: int | None = None
    n: int | None = None
    rate: float | None = None

    def __post_init__(self) -> None:
        """Check the numbers."""
        year = number(self.year, "year")
        if not year.is_integer():
            raise TableError(f"year is {self.year!r}", "a whole year")
        object.__setattr__(self, "year", int(year))
        object.__setattr__(self, "matched", optional_count(self.matched, "matched"))
        object.__setattr__(self, "n", optional_count(self.n, "n"))
        object.__setattr__(self, "rate", optional_number(self.rate, "rate"))
        if self.n == 0 or (self.n and self.matched is not None and self.matched > self.n):
            raise TableError(
                f"{self.year}: {self.matched} matched of n {self.n}",
                "n of 1 or more, at least matched",
            )
        if self.rate is not None and not 0 <= self.rate <= 1:
            raise TableError(f"{self.year}: rate {self.rate:g}", "0 to 1", "give 56.4 % as 0.564")

    @property
    def fraction(self) -> float | None:
        """The rate, from counts if both are known; None for a missing year."""
        if self.n is not None and self.matched is not None:
            return self.matched / self.n
        return self.rate

    @property
    def rounding(self) -> float:
        """What the rate is rounded to, a fraction; 0 where it comes from counts or is missing."""
        if self.rate is None or (self.n is not None and self.matched is not None):
            return 0.0
        return float(10.0 ** -max(decimals(self.rate), 2))

    @property
    def applicants(self) -> float | None:
        """The number of applicants, worked out from matched and rate where it is not printed."""
        if self.n is not None:
            return float(self.n)
        return self.matched / self.rate if self.matched and self.rate else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ahead:
    """The forecast of one year: its median and interval, fractions."""

    year: int
    rate: float
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """A forecast of a past year from the years before it, and whether its interval held it."""

    ahead: Ahead
    steps: int
    observed: float

    @property
    def held(self) -> bool:
        """Whether the printed rate lay in the interval."""
        return self.ahead.low <= self.observed <= self.ahead.high

    @property
    def error(self) -> float:
        """Distance of the middle from what was printed."""
        return abs(self.observed - self.ahead.rate)

    def score(self, level: float) -> float:
        """Return the interval score, see `interval_score`."""
        return interval_score(self.ahead.low, self.ahead.high, self.observed, level)


@dataclass(frozen=True, slots=True, kw_only=True)
class Years:
    """Every year from the first to the last with a rate.

    Attributes
    ----------
    rows : tuple of YearRate
        A year each; without numbers where it is missing.
    rate, logit, noise : ndarray, shape (t,)
        Rate, its logit (that of 0 and 1 moved by 1/2) and the logit's sampling variance; NaN where
        missing.
    """

    rows: tuple[YearRate, ...]
    rate: Array
    logit: Array
    noise: Array

    @classmethod
    def of(cls, given: Iterable[YearRate]) -> Years:
        """Put years in order and work out logits and sampling variances.

        Raises
        ------
        TableError
            If fewer than six years have a rate, a year is there twice, or a rate of 0 or 1 has no
            count.
        """
        years = _in_order(given)
        by_year = {each.year: each for each in years}
        every = range(years[0].year, years[-1].year + 1)
        rows = [by_year.get(year, YearRate(year=year)) for year in every]
        rate = _floats([each.fraction for each in rows])
        # Years after the last rate are for the forecast.
        last = int(np.flatnonzero(np.isfinite(rate))[-1]) + 1
        rows, rate = rows[:last], rate[:last]
        logits, noise = _logits(rows, rate)
        return cls(rows=tuple(rows), rate=rate, logit=logits, noise=noise)

    def ahead(self, steps: int, way: Way[Found], before: int | None = None) -> Found:
        """Return forecasts of the logit from the first `before` years; by default from all."""
        noise = self.noise[:before]
        last = float(noise[np.isfinite(noise)][-1])
        return way(self.logit[:before], noise, steps, last)

    def forecast(self, steps: int, level: float, way: Way[Quantiles] = WALK) -> list[Ahead]:
        """Return the years after the last one.

        Raises
        ------
        InputError
            If `steps` is not a whole number of 1 or more, or `level` is not between 0 and 1.
        """
        tail = (1 - check_level(level)) / 2
        found = self.ahead(whole(steps, "steps", 1), way)
        columns = [expit(found.quantile(p)) for p in (0.5, tail, 1 - tail)]
        first = self.rows[-1].year + 1
        return [
            Ahead(year=first + i, rate=float(rate), low=float(low), high=float(high))
            for i, (rate, low, high) in enumerate(zip(*columns, strict=True))
        ]

    def rolling_origin(
        self, min_years: int, level: float, way: Way[Quantiles] = WALK
    ) -> list[Tried]:
        """Forecast each year from the years before it.

        Raises
        ------
        InputError
            If `min_years` is not a whole number of 6 or more, or `level` is not between 0 and 1.
        TableError
            If no year has so many before it.
        """
        tail = (1 - check_level(level)) / 2
        min_years = whole(min_years, "min_years", _FEWEST_YEARS)
        seen = np.flatnonzero(np.isfinite(self.logit))
        if len(seen) <= min_years:
            raise TableError(
                f"{len(seen)} years with a rate", f"more than min_years, which is {min_years}"
            )
        tried = []
        for before, target in zip(seen[min_years - 1 :], seen[min_years:], strict=False):
            steps = int(target - before)
            found = self.ahead(steps, way, int(before) + 1)
            low, rate, high = (float(expit(found.quantile(q)[-1])) for q in (tail, 0.5, 1 - tail))
            ahead = Ahead(year=self.rows[target].year, rate=rate, low=low, high=high)
            tried.append(Tried(ahead=ahead, steps=steps, observed=float(self.rate[target])))
        return tried


def interval_score(low: float, high: float, observed: float, level: float) -> float:
    """Return the width of an interval, and 2 / (1 - level) times how far it missed; less is better.

    References
    ----------
    Gneiting T, Raftery AE. Strictly proper scoring rules, prediction, and estimation. Journal of
    the American Statistical Association 2007;102:359-378. doi:10.1198/016214506000001437

    Examples
    --------
    >>> [round(interval_score(0.4, 0.6, each, 0.95), 2) for each in (0.5, 0.61)]
    [0.2, 0.6]
    """
    missed = max(low - observed, observed - high, 0.0)
    return high - low + 2 / (1 - level) * missed


def whole(value: int, name: str, least: int) -> int:
    """Return a whole number that is large enough.

    Raises
    ------
    InputError
        If it is not.
    """
    if isinstance(value, bool) or not isinstance(value, int | np.integer) or value < least:
        raise InputError(f"{name} is {value!r}", f"a whole number, {least} or more")
    return int(value)


def _in_order(given: Iterable[YearRate]) -> list[YearRate]:
    years = sorted(given, key=lambda each: each.year)
    names = [each.year for each in years]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise TableError(f"year {twice[0]} is there twice", "a row per year", "choose one group")
    known = sum(each.fraction is not None for each in years)
    if known < _FEWEST_YEARS:
        raise TableError(f"{known} years with a rate", f"{_FEWEST_YEARS} or more")
    return years


def _logits(rows: list[YearRate], rate: Array) -> tuple[Array, Array]:
    """Return logits and their sampling variances."""
    n = _floats([each.applicants for each in rows])
    edge = (rate == 0) | (rate == 1)
    unknown = np.flatnonzero(edge & ~np.isfinite(n))
    if len(unknown):
        raise TableError(
            f"{rows[unknown[0]].year}: rate {rate[unknown[0]]:g} without n",
            "counts, or a rate between 0 and 1",
        )
    usual = float(np.nanmedian(n)) if np.isfinite(n).any() else np.inf
    n = np.where(np.isfinite(n), n, usual)
    safe = rate.copy()
    safe[edge] = (rate[edge] * n[edge] + 0.5) / (n[edge] + 1)
    steep = safe * (1 - safe)
    # A printed per cent stands for all rates that print it: years that agree prove no calm.
    units = np.array([each.rounding for each in rows])
    noise = np.where(np.isfinite(rate), 1 / (n * steep) + (units / steep) ** 2 / 12, np.nan)
    return np.asarray(logit(safe)), noise


def _floats(values: list[float | None]) -> Array:
    return np.array([np.nan if each is None else each for each in values], dtype=np.float64)
