"""What the estimators of a `BandTable` share: counts that fit the printed rates, and finding bands.

Plain functions on arrays and one small frozen record.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from imgstats.errors import InputError, TableError
from imgstats.estimators._hidden import HiddenCount, hidden_counts
from imgstats.estimators._hidden_total import HiddenTotal, hidden_total

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.measures import Measure
    from imgstats.tables import Band, BandTable

    Array = NDArray[np.float64]

__all__ = [
    "BandCounts",
    "band_counts",
    "band_middle",
    "gap_words",
    "locate",
    "middle_rate",
    "rate_ends",
    "whole_bands",
]

# The arrays of `BandCounts` that count people.
_PEOPLE = ("n", "matched_low", "matched_high", "n_fewest", "n_low", "n_high", "n_variance")


@dataclass(frozen=True, slots=True, kw_only=True)
class BandCounts:
    """The bands of one table as arrays.

    Attributes
    ----------
    labels : tuple of str
        Bands in words.
    low, high : ndarray, shape (k,)
        Ends, both included; an open end is the measure's limit where one is known, else infinite.
    is_open_low, is_open_high : ndarray of bool, shape (k,)
        Whether the table prints no such end.
    n : ndarray, shape (k,)
        Applicants; the middle of the fewest and the most where the band hides n.
    matched_low, matched_high : ndarray, shape (k,)
        Fewest and most matched that the table allows; equal where counts are printed.
    n_fewest : ndarray, shape (k,)
        Fewest applicants; n where it is printed.
    n_low, n_high : ndarray, shape (k,)
        Applicants where the rate is lowest (the fewest matched, the most not matched) and where it
        is highest; both n where n is printed.
    n_variance : ndarray, shape (k,)
        Of n, each whole number of its range as likely; 0 where n is printed.
    is_hidden : ndarray of bool, shape (k,)
        Whether the band hides a count.
    hidden : tuple of HiddenCount
        What the bands that hide a count tell of their rates.
    total : HiddenTotal or None
        What a printed total tells of their sum.
    step : float
        Distance of two neighbouring values of the measure.
    """

    labels: tuple[str, ...]
    low: Array
    high: Array
    is_open_low: NDArray[np.bool_]
    is_open_high: NDArray[np.bool_]
    n: Array
    matched_low: Array
    matched_high: Array
    n_fewest: Array
    n_low: Array
    n_high: Array
    n_variance: Array
    is_hidden: NDArray[np.bool_]
    hidden: tuple[HiddenCount, ...] = ()
    total: HiddenTotal | None = None
    step: float = 1.0

    @property
    def matched(self) -> Array:
        """Middle of the counts that the table allows, shape (k,)."""
        result: Array = (self.matched_low + self.matched_high) / 2
        return result

    @property
    def rounding_variance(self) -> Array:
        """Variance of a count, each whole number that prints the rate as likely, shape (k,)."""
        return _uniform_variance(self.matched_low, self.matched_high)

    @property
    def rate_ends(self) -> tuple[Array, Array]:
        """Lowest and highest rate that the table allows, see `rate_ends`."""
        return rate_ends(self.matched_low, self.matched_high, self.n_low, self.n_high)

    @property
    def rate(self) -> Array:
        """Middle of the lowest and the highest rate; NaN where n is 0, shape (k,)."""
        return middle_rate(self.matched_low, self.matched_high, self.n_low, self.n_high)

    @property
    def without_hidden(self) -> BandCounts:
        """The same bands with nobody in those that hide a count."""
        kept = ~self.is_hidden
        people = {name: getattr(self, name) * kept for name in _PEOPLE}
        return replace(self, **people, hidden=(), total=None)

    def to_frame(self) -> pd.DataFrame:
        """Return a row per band: band, n (the fewest), matched_low, matched_high, rate."""
        return pd.DataFrame(
            {
                "band": self.labels,
                "n": self.n_fewest.astype(int),
                "matched_low": self.matched_low.astype(int),
                "matched_high": self.matched_high.astype(int),
                "rate": self.rate,
            }
        )


def band_counts(table: BandTable) -> BandCounts:
    """Return the table's bands as arrays.

    Raises
    ------
    TableError
        If a printed rate fits no whole number of matched.
    """
    ends = [_ends(band, table.of) for band in table.bands]
    counts = [band.possible[0] for band in table.bands]
    n_low, n_high = np.array([band.n_range for band in table.bands], dtype=np.float64).T
    corners = [
        (sum(band.fewest), sum(band.most)) if band.hidden else band.n_range for band in table.bands
    ]
    lowest, highest = np.array(corners, dtype=np.float64).T
    hidden = hidden_counts(table.bands)
    return BandCounts(
        labels=tuple(band.label for band in table.bands),
        low=np.array([low for low, _ in ends], dtype=np.float64),
        high=np.array([high for _, high in ends], dtype=np.float64),
        is_open_low=np.array([band.low is None for band in table.bands]),
        is_open_high=np.array([band.high is None for band in table.bands]),
        n=(n_low + n_high) / 2,
        matched_low=np.array([least for least, _ in counts], dtype=np.float64),
        matched_high=np.array([most for _, most in counts], dtype=np.float64),
        n_fewest=n_low,
        n_low=lowest,
        n_high=highest,
        n_variance=_uniform_variance(n_low, n_high),
        is_hidden=np.array([band.hidden for band in table.bands]),
        hidden=hidden,
        total=hidden_total(table, hidden),
        step=table.step,
    )


def _uniform_variance(low: Array, high: Array) -> Array:
    """Return the variance of a whole number from low to high, each as likely."""
    result: Array = ((high - low + 1) ** 2 - 1) / 12
    return result


def rate_ends(low: Array, high: Array, n_low: Array, n_high: Array) -> tuple[Array, Array]:
    """Return the lowest and the highest rate; 0 and 1 where nobody may be counted.

    Parameters
    ----------
    low, high : ndarray, shape (k,)
        Fewest and most matched.
    n_low, n_high : ndarray, shape (k,)
        Applicants of the lowest and of the highest rate, as `BandCounts` has them.

    Examples
    --------
    >>> ends = [np.array(each) for each in ([0.0, 0.0], [4.0, 0.0], [30.0, 4.0], [34.0, 0.0])]
    >>> [each.round(3).tolist() for each in rate_ends(*ends)]
    [[0.0, 0.0], [0.118, 1.0]]
    """
    lowest = np.divide(low, n_low, out=np.zeros(len(low)), where=n_low > 0)
    highest = np.divide(high, n_high, out=np.ones(len(high)), where=n_high > 0)
    return lowest, highest


def middle_rate(low: Array, high: Array, n_low: Array, n_high: Array) -> Array:
    """Return the middle of both `rate_ends`; NaN where nobody is counted.

    Examples
    --------
    >>> ends = [np.array([each]) for each in (0.0, 4.0, 30.0, 34.0)]
    >>> middle_rate(*ends).round(3)
    array([0.059])
    """
    lowest, highest = rate_ends(low, high, n_low, n_high)
    return np.where(np.maximum(n_low, n_high) > 0, (lowest + highest) / 2, np.nan)


def _ends(band: Band, of: Measure) -> tuple[float, float]:
    """Return both ends; an open one is the measure's limit or infinite."""
    lowest, highest = of.limits
    low, high = band.low, band.high
    if low is None:
        low = lowest if high is None else min(lowest, high)
    if high is None:
        high = max(highest, low)
    return low, high


def locate(points: Array, counts: BandCounts) -> NDArray[np.intp]:
    """Return the number of the band that holds each point, -1 for none, shape (n,)."""
    number = np.searchsorted(counts.low, points, side="right") - 1
    inside = (number >= 0) & (points <= counts.high[number])
    return np.where(inside, number, -1)


def gap_words(point: float, counts: BandCounts) -> str:
    """Return where a point lies that no band holds.

    Examples
    --------
    >>> from imgstats.tables import BandTable
    >>> table = BandTable.from_counts("score", [(1, 2, 6, 4), (5, 6, 8, 2)])
    >>> gap_words(3.0, band_counts(table))
    'between band 1-2 and band 5-6'
    """
    after = int(np.searchsorted(counts.low, point))
    if after == 0:
        return f"below the first band, {counts.labels[0]}"
    if after == len(counts.labels):
        return f"above the last band, {counts.labels[-1]}"
    return f"between band {counts.labels[after - 1]} and band {counts.labels[after]}"


def band_middle(least: float, most: float) -> float:
    """Return the middle of a band, or its one end where the other is open; 0 for all.

    Examples
    --------
    >>> band_middle(240.0, math.inf)
    240.0
    """
    ends = [end for end in (least, most) if math.isfinite(end)]
    return sum(ends) / len(ends) if ends else 0.0


def whole_bands(least: float, most: float, counts: BandCounts) -> NDArray[np.bool_]:
    """Return which of the table's bands make up the band that is asked for, shape (k,).

    Raises
    ------
    TableError
        If it cuts one of the table's bands.
    InputError
        If it holds none of them.
    """
    inside = (counts.low >= least) & (counts.high <= most)
    touched = (counts.low <= most) & (counts.high >= least)
    cut = [counts.labels[i] for i in np.flatnonzero(touched & ~inside)]
    if cut:
        raise TableError(
            f"band {least:g}..{most:g} cuts the table's band {' and '.join(cut)}",
            "whole bands of the table: it tells nothing about the inside of a band",
            "ask for whole bands, or use LogisticRate, which assumes a curve",
        )
    if not inside.any():
        where = gap_words(least if math.isfinite(least) else most, counts)
        raise InputError(
            f"band {least:g}..{most:g} lies {where}: the table holds nobody there",
            "bands of the table: " + ", ".join(counts.labels),
        )
    return inside
