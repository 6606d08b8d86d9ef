"""Rates that may only rise from band to band: who broke the order, and honest limits.

Plain functions on arrays; `IsotonicRate` prepares their input and keeps their output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import betainccinv, betaincinv
from sklearn.isotonic import isotonic_regression

from imgstats.levels import check_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators._banded import BandCounts

    Array = NDArray[np.float64]

__all__ = ["order_violations", "ordered_rates", "window_limits"]

_MOST_ITERATIONS = 10_000
_TOLERANCE = 1e-9


def ordered_rates(counts: BandCounts, *, increasing: bool) -> Array:
    """Return the rates under the order that lie nearest to the bands' own, shape (bands with n,).

    Nearest is by squares with weights n. A band that hides a count is as near at every rate that it
    allows: its own is taken anew where the order has moved it, until nothing moves. A band that
    the order does not move keeps the middle of its range.

    Examples
    --------
    >>> from imgstats.estimators._banded import band_counts
    >>> from imgstats.tables import Band, BandTable
    >>> few = Band(low=1, high=1, n=10, matched_range=(0, 9))
    >>> bands = (few, Band(low=2, high=2, matched=4, not_matched=16))
    >>> ordered_rates(band_counts(BandTable(measure="x", bands=bands)), increasing=True).round(3)
    array([0.2, 0.2])
    """
    some = counts.n > 0
    own, n = counts.rate[some], counts.n[some]
    nearest: Array = isotonic_regression(own, sample_weight=n, increasing=increasing)
    if not counts.is_hidden.any():
        return nearest
    low, high = (ends[some] for ends in counts.rate_ends)
    hidden = counts.is_hidden[some]
    for _ in range(_MOST_ITERATIONS):
        own = np.where(hidden, np.clip(nearest, low, high), own)
        moved = isotonic_regression(own, sample_weight=n, increasing=increasing)
        if np.abs(moved - nearest).max() < _TOLERANCE:
            return np.asarray(moved, dtype=np.float64)
        nearest = moved
    return nearest


def order_violations(counts: BandCounts, pooled: Array, *, increasing: bool) -> pd.DataFrame:
    """Return a row per pair of neighbouring bands with applicants that broke the order.

    Parameters
    ----------
    counts : BandCounts
        The bands.
    pooled : ndarray, shape (k,)
        Rates after pooling, fractions.
    increasing : bool
        Whether the rate should rise.

    Returns
    -------
    DataFrame
        Columns band, next_band, rate, next_rate, pooled_rate, is_within_rounding.
    """
    some = np.flatnonzero(counts.n > 0)
    first, second = some[:-1], some[1:]
    sign = 1 if increasing else -1
    broken = sign * (counts.rate[second] - counts.rate[first]) < 0
    first, second = first[broken], second[broken]
    lowest, highest = counts.rate_ends
    small, large = (first, second) if increasing else (second, first)
    return pd.DataFrame(
        {
            "band": [counts.labels[i] for i in first],
            "next_band": [counts.labels[i] for i in second],
            "rate": counts.rate[first],
            "next_rate": counts.rate[second],
            "pooled_rate": pooled[first],
            "is_within_rounding": lowest[small] <= highest[large],
        }
    )


def window_limits(
    lowest: tuple[Array, Array], highest: tuple[Array, Array], window: tuple[int, int], level: float
) -> tuple[float, float]:
    """Return limits of the rate of bands first..last where rates rise from band to band.

    Parameters
    ----------
    lowest, highest : pair of ndarray, shape (k,)
        Matched and applicants of each band where its rate is lowest, and where it is highest.
    window : (int, int)
        First and last band, both included, from 0.
    level : float
        Level, a fraction.

    Returns
    -------
    (float, float)
        Lower and upper limit. The lower may be above the upper: then the order is refuted.

    Notes
    -----
    Lower: windows i..last with i at or below first; upper: windows first..j with j at or above
    last. Each window has an equal share of half the error.

    Examples
    --------
    >>> matched, n = np.array([10.0, 12.0]), np.array([100.0, 100.0])
    >>> low, high = window_limits((matched, n), (matched, n), (1, 1), 0.95)
    >>> round(low, 3), round(high, 3)
    (0.066, 0.2)
    """
    first, last = window
    half = (1 - check_level(level)) / 2
    matched, total = (np.cumsum(each[last::-1])[last - first :] for each in lowest)
    share = half / len(total)
    lower = np.where(
        matched > 0, betaincinv(np.maximum(matched, 1), total - matched + 1, share), 0.0
    )
    matched, total = (np.cumsum(each[first:])[last - first :] for each in highest)
    share = half / len(total)
    rest = total - matched
    upper = np.where(rest > 0, betainccinv(matched + 1, np.maximum(rest, 1), share), 1.0)
    return float(lower.max()), float(upper.min())
