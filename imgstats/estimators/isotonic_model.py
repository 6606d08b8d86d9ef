"""Rates that may only rise from band to band: who broke the order, and honest limits.

Plain functions on arrays; `IsotonicRate` prepares their input and keeps their output.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from scipy.special import betainccinv, betaincinv

from imgstats.levels import check_level

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators._banded import BandCounts

    Array = NDArray[np.float64]

__all__ = ["order_violations", "window_limits"]


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
    ends = (
        counts.matched_low / np.maximum(counts.n, 1),
        counts.matched_high / np.maximum(counts.n, 1),
    )
    small, large = (first, second) if increasing else (second, first)
    return pd.DataFrame(
        {
            "band": [counts.labels[i] for i in first],
            "next_band": [counts.labels[i] for i in second],
            "rate": counts.rate[first],
            "next_rate": counts.rate[second],
            "pooled_rate": pooled[first],
            "is_within_rounding": ends[0][small] <= ends[1][large],
        }
    )


def window_limits(
    matched_low: Array, matched_high: Array, n: Array, window: tuple[int, int], level: float
) -> tuple[float, float]:
    """Return limits of the rate of bands first..last where rates rise from band to band.

    Parameters
    ----------
    matched_low, matched_high : ndarray, shape (k,)
        Fewest and most matched of each band.
    n : ndarray, shape (k,)
        Applicants of each band, above 0.
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
    >>> low, high = window_limits(matched, matched, n, (1, 1), 0.95)
    >>> round(low, 3), round(high, 3)
    (0.066, 0.2)
    """
    first, last = window
    half = (1 - check_level(level)) / 2
    matched = np.cumsum(matched_low[last::-1])[last - first :]
    total = np.cumsum(n[last::-1])[last - first :]
    share = half / len(total)
    lower = np.where(
        matched > 0, betaincinv(np.maximum(matched, 1), total - matched + 1, share), 0.0
    )
    matched = np.cumsum(matched_high[first:])[last - first :]
    total = np.cumsum(n[first:])[last - first :]
    share = half / len(total)
    rest = total - matched
    upper = np.where(rest > 0, betainccinv(matched + 1, np.maximum(rest, 1), share), 1.0)
    return float(lower.max()), float(upper.min())
