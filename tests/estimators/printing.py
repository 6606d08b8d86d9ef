"""From people or a population to the digits a report would print of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.tables import OutcomeSummary, Summary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LOW, HIGH = 209, 300


def print_sample(scores: Array) -> Summary:
    """Return the digits of a sample: order statistics, medians averaged, mean and sd whole."""
    ordered = np.sort(scores)
    n = len(ordered)
    return Summary(
        n=n,
        min=ordered[0],
        q1=ordered[int(np.ceil(n / 4)) - 1],
        median=float(np.median(ordered)),
        q3=ordered[int(np.ceil(3 * n / 4)) - 1],
        max=ordered[-1],
        mean=float(np.round(ordered.mean())),
        sd=float(np.round(ordered.std(ddof=1))),
    )


def print_population(grid: Array, density: Array, n: int, *, decimals: int = 0) -> Summary:
    """Return the digits of endlessly many people, said to be n; without extremes."""
    cdf = np.cumsum(density)
    quartiles = [float(grid[np.searchsorted(cdf, share)]) for share in (0.25, 0.5, 0.75)]
    mean = float(density @ grid)
    sd = float(np.sqrt(density @ (grid - mean) ** 2))
    return Summary(
        n=n,
        q1=quartiles[0],
        median=quartiles[1],
        q3=quartiles[2],
        mean=round(mean, decimals),
        sd=round(sd, decimals),
    )


def simulate(
    rng: np.random.Generator, n: int, share: Array, logit_rate: Array, grid: Array
) -> OutcomeSummary:
    """Return the printed table of n people with these scores and these rates."""
    scores = rng.choice(grid, size=n, p=share)
    rate = 1 / (1 + np.exp(-logit_rate))
    matched = rng.random(n) < rate[np.searchsorted(grid, scores)]
    return OutcomeSummary(
        measure="step2_ck",
        matched=print_sample(scores[matched]),
        not_matched=print_sample(scores[~matched]),
        scale=(LOW, HIGH),
    )
