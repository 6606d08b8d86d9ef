"""The exact probability that a sample prints given order statistics.

A multinomial is a row of Poisson counts with their sum given. So the cells between and at the
printed values are added one by one by convolution, and after each cell the counts that would print
another value are struck out. No sampling, no normal approximation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.stats import poisson

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.tables import Summary

    Array = NDArray[np.float64]


def order_statistics(summary: Summary) -> list[tuple[int, float]]:
    """Return rank and value of the printed order statistics; n has to be odd."""
    n = summary.n or 0
    if n % 2 == 0:
        raise ValueError("the median of an even n is not one order statistic")
    ranks = {
        "min": 1,
        "q1": int(np.ceil(n / 4)),
        "median": (n + 1) // 2,
        "q3": int(np.ceil(3 * n / 4)),
        "max": n,
    }
    values = {name: summary.value(name) for name in ranks}
    return [(ranks[name], value) for name, value in values.items() if value is not None]


def log_probability(density: Array, grid: Array, summary: Summary) -> float:
    """Return the log probability that n draws print exactly these order statistics."""
    n = summary.n or 0
    statistics = order_statistics(summary)
    count = np.zeros(n + 1)
    count[0] = 1.0
    many = np.arange(n + 1)
    below = -np.inf
    for value in sorted({value for _, value in statistics}):
        ranks = [rank for rank, each in statistics if each == value]
        between = float(density[(grid > below) & (grid < value)].sum())
        count = np.convolve(count, poisson.pmf(many, n * between))[: n + 1]
        count[min(ranks) :] = 0.0
        count = np.convolve(count, poisson.pmf(many, n * float(density[grid == value].sum())))
        count = count[: n + 1]
        count[: max(ranks)] = 0.0
        below = value
    rest = float(density[grid > below].sum())
    count = np.convolve(count, poisson.pmf(many, n * rest))[: n + 1]
    # What underflows is as good as impossible; a floor keeps a search away from it.
    return float(np.log(max(count[n], np.finfo(float).tiny)) - poisson.logpmf(n, n))
