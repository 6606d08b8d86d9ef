"""`BandRate`: the match rate of each band of a table, by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from statsmodels.stats.proportion import proportion_confint

from imgstats.errors import InputError
from imgstats.estimators._banded import band_counts, gap_words, locate, middle_rate, whole_bands
from imgstats.estimators.contract import RateEstimator, in_its_words, need_table
from imgstats.estimators.parameters import one_of
from imgstats.levels import check_level
from imgstats.tables import BandTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators.contract import Answer

    Array = NDArray[np.float64]

__all__ = ["BandRate", "proportion_limits"]


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
    table_ : BandTable
        What was fitted.
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
    of those at x. A band with nobody has rate NaN and interval 0 to 1. An x that no band holds is
    refused. `band_rates` answers for whole bands of the table and pools neighbours.

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

    _rules: ClassVar = {"interval": one_of("jeffreys", "wilson")}

    def __init__(self, *, interval: str = "jeffreys") -> None:
        self.interval = interval

    @in_its_words
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
        self.table_ = table
        self._check_parameters()
        self._counts_ = band_counts(table)
        self.bands_ = self._counts_.to_frame()
        return self

    def _rates(self, points: Array) -> Array:
        return self._counts_.rate[self._band_of(points)]

    def _limits(self, points: Array, level: float) -> Array:
        counts = self._counts_
        limits = self._worst(
            counts.matched_low, counts.matched_high, counts.n_low, counts.n_high, level
        )
        return limits[self._band_of(points)]

    def _worst(self, low: Array, high: Array, n_low: Array, n_high: Array, level: float) -> Array:
        """Return the lower limit of the lowest rate and the upper limit of the highest."""
        lowest = proportion_limits(low, low, n_low, level, self.interval)
        highest = proportion_limits(high, high, n_high, level, self.interval)
        return np.column_stack([lowest[:, 0], highest[:, 1]])

    def _band(self, least: float, most: float, level: float) -> Answer:
        counts, inside = self._counts_, whole_bands(least, most, self._counts_)
        fewest, greatest, n_low, n_high = (
            each[inside].sum(keepdims=True)
            for each in (counts.matched_low, counts.matched_high, counts.n_low, counts.n_high)
        )
        limits = self._worst(fewest, greatest, n_low, n_high, level)[0]
        rate = float(middle_rate(fewest, greatest, n_low, n_high)[0])
        return rate, limits, int(counts.n_fewest[inside].sum())

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
