"""`IsotonicRate`: match rates of bands that may only rise, or only fall."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np

from imgstats.errors import ImgstatsWarning
from imgstats.estimators._banded import band_counts, band_middle, whole_bands
from imgstats.estimators.contract import RateEstimator, in_its_words, need_table
from imgstats.estimators.isotonic_model import order_violations, ordered_rates, window_limits
from imgstats.estimators.parameters import SWITCH
from imgstats.tables import BandTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators.contract import Answer

    Array = NDArray[np.float64]
    Window = tuple[int, int]

__all__ = ["IsotonicRate"]

# The level at which limits that cross speak against the order itself.
_REFUTED_LEVEL = 0.95


class IsotonicRate(RateEstimator):
    """Match rate of each band under a rising (or falling) order, from a `BandTable`.

    Use it where a higher value can be assumed not to lower the rate (or not to raise it), and
    small bands should lean on their neighbours without a formula for the curve.

    Parameters
    ----------
    increasing : bool
        Whether the rate rises with the measure. False: it falls, as with attempts.

    Attributes
    ----------
    table_ : BandTable
        What was fitted.
    bands_ : DataFrame
        A row per band: band, n, matched_low and matched_high (fewest and most matched that the
        table allows), rate (fraction, before pooling), pooled_rate (NaN where nobody is). Where a
        band hides n too, n is the fewest.
    violations_ : DataFrame
        A row per pair of neighbouring bands that broke the order before pooling: band, next_band,
        rate, next_rate, pooled_rate (fractions), and is_within_rounding, whether counts that print
        the same rates keep the order.
    refuted_ : tuple of str
        Bands in which the table speaks against the order beyond chance, at the 5 % level.

    Notes
    -----
    The estimate is the least-squares fit under the order with weights n, which is that of all
    applicants one by one, and the maximum of the binomial likelihood.

    The interval is valid under the order. For a rising rate any window of bands that ends at band
    j has an average rate at or below that of j, so its Clopper-Pearson lower limit is one for j;
    the largest of them is taken, each at its share of the error (Bonferroni). Upper limits come
    from windows that begin at j. That holds at any number of applicants, and is wider than needed.
    Rounded rates and hidden counts enter as in `BandRate`: lower limits from the lowest rate that
    the table allows, upper limits from the highest. A hidden count has the rate in its range that
    the order asks for, and the middle where it asks for none. Where the order is refuted, the
    band's own Clopper-Pearson interval stands, stretched to the pooled rate, and `fit` warns.

    A band with nobody, or a gap, lies between its neighbours: the rate is the middle of theirs,
    the limits are theirs. Beyond the last band with applicants the rate is that band's, one limit
    is 0 or 1, and `ExtrapolationWarning` says so. The rate at x is that of the band that holds x.
    `band_rates` answers for whole bands of the table and pools neighbours.

    References
    ----------
    de Leeuw J, Hornik K, Mair P. Isotone optimization in R. Journal of Statistical Software
    2009;32(5):1-24. doi:10.18637/jss.v032.i05

    Clopper CJ, Pearson ES. The use of confidence or fiducial limits illustrated in the case of the
    binomial. Biometrika 1934;26:404-413. doi:10.1093/biomet/26.4.404

    Hoeffding W. On the distribution of the number of successes in independent trials. Annals of
    Mathematical Statistics 1956;27:713-721. doi:10.1214/aoms/1177728178 (windows of unequal rates)

    Examples
    --------
    >>> rows = [(220, 229, 4, 6), (230, 239, 12, 28), (240, 249, 30, 20)]
    >>> fitted = IsotonicRate().fit(BandTable.from_counts("step2_ck", rows))
    >>> fitted.predict_rate([225, 235, 245]).round(2)
    array([0.32, 0.32, 0.6 ])
    >>> fitted.violations_[["band", "next_band"]].to_numpy().tolist()
    [['220-229', '230-239']]
    """

    _rules: ClassVar = {"increasing": SWITCH}

    def __init__(self, *, increasing: bool = True) -> None:
        self.increasing = increasing

    @in_its_words
    def fit(self, table: BandTable) -> Self:
        """Pool the bands that break the order.

        Raises
        ------
        InputError
            If `increasing` is not true or false.
        TableError
            If the table is of another shape, or a printed rate fits no whole number of matched.

        Warns
        -----
        ImgstatsWarning
            If the table speaks against the order beyond chance.
        """
        need_table(table, BandTable, self)
        self.table_ = table
        self._check_parameters()
        counts = band_counts(table)
        self._counts_, self._some_ = counts, np.flatnonzero(counts.n > 0)
        self._rate_ = ordered_rates(counts, increasing=bool(self.increasing))
        self.bands_ = counts.to_frame()
        pooled = np.full(len(counts.n), np.nan)
        pooled[self._some_] = self._rate_
        self.bands_["pooled_rate"] = pooled
        self.violations_ = order_violations(counts, pooled, increasing=bool(self.increasing))
        self._refute()
        return self

    def _refute(self) -> None:
        """Find the bands whose limits cross, and warn."""
        crossed = [
            low > high
            for low, high in (self._window((j, j), _REFUTED_LEVEL) for j in range(len(self._some_)))
        ]
        self._crossed_ = np.array(crossed)
        self.refuted_ = tuple(
            self._counts_.labels[self._some_[j]] for j in np.flatnonzero(self._crossed_)
        )
        if self.refuted_:
            warnings.warn(
                f"the rates do not {'rise' if self.increasing else 'fall'} from band to band: band "
                f"{', '.join(self.refuted_)} speaks against it at the 5 % level; use BandRate",
                ImgstatsWarning,
                stacklevel=3,
            )

    def _rates(self, points: Array) -> Array:
        windows, which = self._windows_at(points)
        return np.array([self._rate_of(each) for each in windows], dtype=np.float64)[which]

    def _limits(self, points: Array, level: float) -> Array:
        windows, which = self._windows_at(points)
        limits = np.array([self._limits_of(each, level) for each in windows], dtype=np.float64)
        return limits.reshape(-1, 2)[which]

    def _band(self, least: float, most: float, level: float) -> Answer:
        inside = whole_bands(least, most, self._counts_)
        held = np.flatnonzero(inside[self._some_])
        if len(held):
            window = (int(held[0]), int(held[-1]))
        else:
            middle = np.array([band_middle(least, most)])
            self._warn_outside(middle)
            window = self._windows_at(middle)[0][0]
        n = int(self._counts_.n_fewest[inside].sum())
        return self._rate_of(window), self._limits_of(window, level), n

    def _outside(self, points: Array) -> str:
        counts, first, last = self._counts_, self._some_[0], self._some_[-1]
        outside = points[(points < counts.low[first]) | (points > counts.high[last])]
        if not len(outside):
            return ""
        return (
            f"{outside[0]:g} lies outside the bands with applicants, {counts.labels[first]} to "
            f"{counts.labels[last]}: nobody in the table is there, and the rate of the nearest "
            "band stands in"
        )

    def _windows_at(self, points: Array) -> tuple[list[Window], NDArray[np.intp]]:
        """Return windows of bands with applicants, and the number of each point's window.

        A window is one band twice where it holds the point; where none does, the band after the
        point and the band before it, either of which may be missing (-1 or the number of bands).
        """
        low, high = self._counts_.low[self._some_], self._counts_.high[self._some_]
        before = np.searchsorted(low, points, side="right") - 1
        after = np.searchsorted(high, points)
        k = len(low) + 1
        codes, which = np.unique(after * k + before + 1, return_inverse=True)
        return [(code // k, code % k - 1) for code in codes.tolist()], which

    def _rate_of(self, window: Window) -> float:
        """Return the rate of a window of bands with applicants, or of the gap between two."""
        first, last = window
        if first > last:
            ends = np.clip([last, first], 0, len(self._rate_) - 1)
            return float(self._rate_[ends].mean())
        inside = slice(first, last + 1)
        return float(np.average(self._rate_[inside], weights=self._weights[inside]))

    @property
    def _weights(self) -> Array:
        return self._counts_.n[self._some_]

    def _limits_of(self, window: Window, level: float) -> tuple[float, float]:
        """Return the interval of a window or of a gap; it holds the rate."""
        first, last = window
        rate = self._rate_of(window)
        if first > last:
            low, high = self._gap_limits(last, first, level)
        elif self._crossed_[first : last + 1].any():
            low, high = self._window(window, level, alone=True)
        else:
            low, high = self._window(window, level)
        return min(low, rate), max(high, rate)

    def _gap_limits(self, before: int, after: int, level: float) -> tuple[float, float]:
        lower, upper = (before, after) if self.increasing else (after, before)
        sides = [
            self._limits_of((j, j), level) if 0 <= j < len(self._rate_) else (0.0, 1.0)
            for j in (lower, upper)
        ]
        return sides[0][0], sides[1][1]

    def _window(self, window: Window, level: float, *, alone: bool = False) -> tuple[float, float]:
        """Return the limits of a window, from itself alone or with what the order adds."""
        first, last = window
        counts, order = self._counts_, self._some_
        if not self.increasing:
            first, last, order = len(order) - 1 - last, len(order) - 1 - first, order[::-1]
        if alone:
            order, first, last = order[first : last + 1], 0, last - first
        lowest = counts.matched_low[order], counts.n_low[order]
        highest = counts.matched_high[order], counts.n_high[order]
        return window_limits(lowest, highest, (first, last), level)
