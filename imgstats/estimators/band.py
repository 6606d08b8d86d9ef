"""`BandRate`: the match rate of each band of a table, by itself."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Self

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from imgstats.errors import InputError
from imgstats.estimators._banded import (
    BandCounts,
    band_counts,
    gap_words,
    locate,
    rate_frame,
    whole_bands,
)
from imgstats.estimators.contract import RateEstimator, as_points, need_table
from imgstats.levels import check_level
from imgstats.tables import Band, BandTable

if TYPE_CHECKING:
    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.contract import Bands

    Array = NDArray[np.float64]

__all__ = ["BandRate", "proportion_limits"]

_INTERVALS = ("jeffreys", "wilson")


class BandRate(RateEstimator):
    """Match rate of each band by itself, from a `BandTable`.

    Use it where bands hold enough applicants, and wherever nothing is to be assumed about the
    shape of the curve: bands may be scores, attempts, or months.

    Parameters
    ----------
    interval : {"jeffreys", "wilson"}
        Binomial interval.

    Attributes
    ----------
    bands_ : DataFrame
        A row per band: band, n, matched_low and matched_high (fewest and most matched that print
        the rate), rate (fraction). Where a band hides n too, n is the fewest.

    Notes
    -----
    A printed rate is rounded, so the count matched is known only within n (rate +- unit / 2). The
    lower limit is that of the fewest matched that print the rate, the upper limit that of the
    most: no number of applicants takes the interval below the width of the rounding. The rate is
    the middle of these counts over n, and rounds to the printed rate. Printed counts have no such
    floor. With nobody matched the lower limit is 0, with all matched the upper limit is 1, as
    Brown, Cai and DasGupta advise for Jeffreys' interval.

    A band that hides a count allows a lowest rate, of the fewest matched among the most not
    matched, and a highest. The lower limit is that of the lowest rate's counts, the upper limit
    that of the highest's; the rate is their middle, which stands for the range and is no
    estimate (`Band.rate_range` is the range).

    The rate at x is that of the band that holds x: an average over its applicants, not the rate
    of those at x. A band with nobody has rate NaN and interval 0 to 1.

    References
    ----------
    Brown LD, Cai TT, DasGupta A. Interval estimation for a binomial proportion. Statistical
    Science 2001;16:101-133. doi:10.1214/ss/1009213286

    Examples
    --------
    >>> table = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, 2, 6, 14), (3, None, 1, 9)])
    >>> fitted = BandRate().fit(table)
    >>> fitted.predict_rate([1, 2]).round(2)
    array([0.6, 0.3])
    >>> fitted.band_rates([(2, None)]).round(2)["rate"].item()
    0.23
    """

    def __init__(self, *, interval: str = "jeffreys") -> None:
        self.interval = interval

    def fit(self, table: BandTable) -> Self:
        """Read the counts of all bands.

        Raises
        ------
        InputError
            If `interval` is not allowed.
        TableError
            If the table is of another shape, or a printed rate fits no whole number of matched.
        """
        need_table(table, BandTable, self)
        if self.interval not in _INTERVALS:
            raise InputError(f"interval is {self.interval!r}", "jeffreys or wilson")
        self._counts_, self._n_most_ = _counts_of(table)
        self.bands_ = self._counts_.to_frame().assign(rate=self._rates())
        return self

    def _rates(self) -> Array:
        """Return the rate of each band, shape (k,)."""
        counts = self._counts_
        return _middle(counts.matched_low, counts.matched_high, counts.n, self._n_most_)

    def predict_rate(self, x: ArrayLike) -> Array:
        """Return the match rate of the band that holds each x.

        Parameters
        ----------
        x : array-like, shape (n,)
            In the measure's unit.

        Returns
        -------
        ndarray, shape (n,)
            Fractions; NaN where the band holds nobody.

        Raises
        ------
        InputError
            If no band holds an x.
        """
        self._need_fit()
        return self._rates()[self._band_of(as_points(x))]

    def predict_interval(self, x: ArrayLike, level: float = 0.95) -> Array:
        """Return lower and upper limit of the rate of the band that holds each x, shape (n, 2).

        Raises
        ------
        InputError
            If no band holds an x, or the level is not between 0 and 1.
        """
        self._need_fit()
        counts = self._counts_
        limits = self._limits(
            counts.matched_low, counts.matched_high, counts.n, self._n_most_, level
        )
        return limits[self._band_of(as_points(x))]

    def _limits(self, low: Array, high: Array, n_low: Array, n_high: Array, level: float) -> Array:
        """Return the lower limit of the lowest rate and the upper limit of the highest."""
        lowest = proportion_limits(low, low, n_low, level, self.interval)
        highest = proportion_limits(high, high, n_high, level, self.interval)
        return np.column_stack([lowest[:, 0], highest[:, 1]])

    def band_rates(self, bands: Bands, level: float = 0.95) -> pd.DataFrame:
        """Return the match rate of bands and of unions of neighbouring bands.

        Parameters
        ----------
        bands : iterable of (low, high)
            Ends, both included; None for an open end. Each must be made of whole bands.
        level : float
            Level of the interval, a fraction.

        Returns
        -------
        DataFrame
            Columns low, high, rate, rate_low, rate_high (fractions) and n, the pooled count.

        Raises
        ------
        TableError
            If a band cuts one of the table's bands.
        InputError
            If a band holds none of the table's bands, its low end is above its high end, or the
            level is not between 0 and 1.
        """
        self._need_fit()
        check_level(level)
        return rate_frame([self._pooled(low, high, level) for low, high in bands])

    def _band_of(self, points: Array) -> NDArray[np.intp]:
        """Return the number of the band that holds each point."""
        number = locate(points, self._counts_)
        if (number < 0).any():
            point = float(points[number < 0][0])
            raise InputError(
                f"x {point:g} lies {gap_words(point, self._counts_)}: no band holds it",
                "bands of the table: " + ", ".join(self._counts_.labels),
            )
        return number

    def _pooled(
        self, low: float | None, high: float | None, level: float
    ) -> tuple[float | None, float | None, float, float, float, int]:
        inside = whole_bands(low, high, self._counts_)
        counts = self._counts_
        fewest, most, n_low, n_high = (
            np.array([each[inside].sum()])
            for each in (counts.matched_low, counts.matched_high, counts.n, self._n_most_)
        )
        limits = self._limits(fewest, most, n_low, n_high, level)[0]
        rate = float(_middle(fewest, most, n_low, n_high)[0])
        return low, high, rate, float(limits[0]), float(limits[1]), int(min(n_low[0], n_high[0]))


def _counts_of(table: BandTable) -> tuple[BandCounts, Array]:
    """Return the bands as arrays, and n of each where most matched.

    Where a band hides a count, matched_low and n are those of its lowest rate, matched_high and
    the second n those of its highest.
    """
    shown = tuple(_with_most(band) if band.hidden else band for band in table.bands)
    counts = band_counts(replace(table, bands=shown))
    hidden = [(at, band) for at, band in enumerate(table.bands) if band.hidden]
    least, most, n_low, n_high = (
        each.copy() for each in (counts.matched_low, counts.matched_high, counts.n, counts.n)
    )
    for at, band in hidden:
        least[at], n_low[at] = band.fewest[0], sum(band.fewest)
        most[at], n_high[at] = band.most[0], sum(band.most)
    return replace(counts, matched_low=least, matched_high=most, n=n_low), n_high


def _with_most(band: Band) -> Band:
    """Return a band of the same ends that certainly holds somebody."""
    (_, matched), (_, others) = band.matched_range or (0, 1), band.not_matched_range or (0, 1)
    return Band(low=band.low, high=band.high, matched=matched, not_matched=others)


def _middle(low: Array, high: Array, n_low: Array, n_high: Array) -> Array:
    """Return the middle of the lowest and the highest rate; NaN where nobody is counted."""
    same = n_low == n_high
    n = np.where(same, n_low, 1.0)
    alike = np.divide(low + high, 2 * n, out=np.full(len(n), np.nan), where=n > 0)
    lowest = np.divide(low, n_low, out=np.zeros(len(n)), where=n_low > 0)
    highest = np.divide(high, n_high, out=np.ones(len(n)), where=n_high > 0)
    return np.where(same, alike, (lowest + highest) / 2)


def proportion_limits(
    matched_low: Array, matched_high: Array, n: Array, level: float, interval: str
) -> Array:
    """Return an interval of each rate that holds for every count from low to high.

    Parameters
    ----------
    matched_low, matched_high : ndarray, shape (k,)
        Fewest and most matched.
    n : ndarray, shape (k,)
        Applicants; 0 gives the interval 0 to 1.
    level : float
        Level, a fraction.
    interval : {"jeffreys", "wilson"}
        Binomial interval.

    Returns
    -------
    ndarray, shape (k, 2)
        Lower and upper limits, fractions.

    Raises
    ------
    InputError
        If the level is not between 0 and 1.

    Examples
    --------
    >>> one, many = np.array([50.0]), np.array([100.0])
    >>> proportion_limits(one, one, many, 0.95, "wilson").round(3)
    array([[0.404, 0.596]])
    """
    alpha = 1 - check_level(level)
    some = n > 0
    limits = np.tile([0.0, 1.0], (len(n), 1))
    for column, matched, choose in ((0, matched_low, np.minimum), (1, matched_high, np.maximum)):
        found = proportion_confint(matched[some], n[some], alpha=alpha, method=interval)[column]
        limits[some, column] = np.clip(choose(found, matched[some] / n[some]), 0, 1)
    return limits
