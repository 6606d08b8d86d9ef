"""Writes spread_reference.json: the spread of differences around 0, worked out a second time.

Nothing of imgstats, numpy or scipy is taken: the chi-squared distribution is its series, Student's
t an integral by Simpson's rule, and roots are found by halving. The counts are those of the report
of 2013. Run it from the root of the project:

    python -m tests.reference.spread_reference
"""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

FILE = Path(__file__).with_name("spread_reference.json")
# Matched and not: US IMGs and others in anesthesiology, then over all specialties.
ANESTHESIOLOGY = ((95, 65), (78, 85), (2706, 2389), (3601, 3967))
LEVELS = (0.8, 0.95)


def root(falling: Callable[[float], float], low: float, high: float) -> float:
    """Return where a falling function is 0."""
    for _ in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if falling(middle) > 0 else (low, middle)
    return (low + high) / 2


def chi2_below(x: float, k: int) -> float:
    """Return how much of a chi-squared distribution lies below x."""
    a, half = k / 2, x / 2
    term = total = 1 / a
    for i in range(1, 2000):
        term *= half / (a + i)
        total += term
    return total * math.exp(a * math.log(half) - half - math.lgamma(a)) if x > 0 else 0.0


def chi2_point(p: float, k: int) -> float:
    """Return the quantile."""
    return root(lambda x: p - chi2_below(x, k), 0.0, 60.0 + 4 * k)


def t_point(p: float, k: int) -> float:
    """Return the quantile of Student's t, p above one half."""
    front = math.gamma((k + 1) / 2) / (math.sqrt(k * math.pi) * math.gamma(k / 2))

    def below(x: float) -> float:
        step = x / 4000
        heights: list[float] = [
            front * (1 + (i * step) ** 2 / k) ** (-(k + 1) / 2) for i in range(4001)
        ]
        inner: float = 4 * sum(heights[1:-1:2]) + 2 * sum(heights[2:-1:2])
        return 0.5 + step / 3 * (heights[0] + inner + heights[-1])

    return root(lambda x: p - below(x), 0.0, 40.0)


def tau(differences: list[float], variances: list[float], target: float) -> float:
    """Return the spread at which the weighted squares add up to the target."""

    def above(spread: float) -> float:
        pairs = zip(differences, variances, strict=True)
        return sum(d * d / (spread * spread + v) for d, v in pairs) - target

    return root(above, 0.0, 100.0) if above(0.0) > 0 else 0.0


def worked_out(differences: list[float], variances: list[float], level: float) -> dict[str, object]:
    """Return one case with its results."""
    k, tail = len(differences), (1 - level) / 2
    halves = []
    for i in range(k if k > 2 else 0):
        others = [j for j in range(k) if j != i]
        spread = tau([differences[j] for j in others], [variances[j] for j in others], k - 1)
        halves.append(t_point(0.5 + level / 2, k - 1) * math.sqrt(spread**2 + variances[i]))
    return {
        "differences": differences,
        "variances": variances,
        "level": level,
        "estimate": tau(differences, variances, k),
        "low": tau(differences, variances, chi2_point(1 - tail, k)),
        "high": tau(differences, variances, chi2_point(tail, k)),
        "halves": halves,
    }


def main() -> None:
    """Write the cases."""
    gaps = [math.log(a / b) for a, b in ANESTHESIOLOGY]
    pair = (gaps[0] - gaps[1]) - (gaps[2] - gaps[3])
    noise = sum(1 / a + 1 / b for a, b in ANESTHESIOLOGY)
    tables = {
        "anesthesiology": ([pair], [noise]),
        "four": ([0.5, -0.2, 0.9, 0.1], [0.02, 0.1, 0.05, 0.3]),
        "ten": ([0.8, -0.9, 0.7, -0.75, 1.0, 0.85, -0.8, 0.9, -1.1, 0.7], [0.01] * 10),
        "nothing but noise": ([0.1, -0.1, 0.05], [0.2, 0.3, 0.1]),
    }
    cases = {
        f"{name}, {level}": worked_out(*table, level)
        for name, table in tables.items()
        for level in LEVELS
    }
    FILE.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
