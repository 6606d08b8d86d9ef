"""Published formulas for a mean and an sd from quartiles and extremes.

Each takes the printed digits of one outcome and answers None where a digit that it needs is
missing. ``reference.R`` asks packages of R for the same figures.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from scipy.special import ndtri

if TYPE_CHECKING:
    from imgstats.tables import Summary

__all__ = ["luo_mean", "shi_sd", "wan_sd"]


def luo_mean(printed: Summary) -> float | None:
    """Return the mean that Luo et al. infer from quartiles, with the extremes where printed.

    References
    ----------
    Luo D, Wan X, Liu J, Tong T. Optimally estimating the sample mean from the sample size, median,
    mid-range, and/or mid-quartile range. Stat Methods Med Res 2018;27:1785-1805.
    doi:10.1177/0962280216669183
    """
    if printed.q1 is None or printed.median is None or printed.q3 is None:
        return None
    n, quarters = float(printed.n or 1), (printed.q1 + printed.q3) / 2
    if printed.min is None or printed.max is None:
        weight = 0.7 + 0.39 / n
        return weight * quarters + (1 - weight) * printed.median
    outer: float = 2.2 / (2.2 + n**0.75)
    inner: float = 0.7 - 0.72 / n**0.55
    extremes = (printed.min + printed.max) / 2
    return outer * extremes + inner * quarters + (1 - outer - inner) * printed.median


def wan_sd(printed: Summary) -> float | None:
    """Return the sd that Wan et al. infer from quartiles, with the extremes where printed.

    References
    ----------
    Wan X, Wang W, Liu J, Tong T. Estimating the sample mean and standard deviation from the sample
    size, median, range and/or interquartile range. BMC Med Res Methodol 2014;14:135.
    doi:10.1186/1471-2288-14-135
    """
    if printed.q1 is None or printed.q3 is None:
        return None
    n = float(printed.n or 1)
    quarters = (printed.q3 - printed.q1) / (2 * _quartile_score(n))
    if printed.min is None or printed.max is None:
        return quarters
    return (quarters + (printed.max - printed.min) / (2 * _extreme_score(n))) / 2


def shi_sd(printed: Summary) -> float | None:
    """Return the sd that Shi et al. infer from quartiles and extremes, weighted by n.

    References
    ----------
    Shi J, Luo D, Weng H, Zeng XT, Lin L, Chu H, Tong T. Optimally estimating the sample standard
    deviation from the five-number summary. Res Synth Methods 2020;11:641-654.
    doi:10.1002/jrsm.1429
    """
    if printed.q1 is None or printed.q3 is None or printed.min is None or printed.max is None:
        return None
    n = float(printed.n or 1)
    first: float = (2 + 0.14 * n**0.6) * _extreme_score(n)
    second: float = (2 + 2 / (0.07 * n**0.6)) * _quartile_score(n)
    return (printed.max - printed.min) / first + (printed.q3 - printed.q1) / second


def _extreme_score(n: float) -> float:
    """Return where the highest of n lies on average, in sds of a normal."""
    return float(ndtri((n - 0.375) / (n + 0.25)))


def _quartile_score(n: float) -> float:
    """Return where the third quartile of n lies on average, in sds of a normal."""
    return float(ndtri((0.75 * n - 0.125) / (n + 0.25)))
