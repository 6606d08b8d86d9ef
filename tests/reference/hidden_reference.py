"""Writes hidden_reference.json: a line through bands with hidden counts, worked out a second time.

Nothing of imgstats is taken. Each band holds one value, so no density is between the line and the
counts. The likelihood is a plain sum of `scipy.stats` probabilities over the counts that print a
cell: binomial where n is printed, negative binomial where the other count is. It is maximised on a
fine grid that shrinks about its best point; the covariance is the inverse of its curvature by
differences. Run it from the root of the project:

    python -m tests.reference.hidden_reference
"""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from scipy.special import expit
from scipy.stats import binom, nbinom

FILE = Path(__file__).with_name("hidden_reference.json")
POINTS = (1, 2, 3, 4, 5)
# One row a band at x = 1, 2, ...: a count, a pair for its range, None where nothing is printed.
CASES: dict[str, list[dict[str, Any]]] = {
    "matched hidden, n printed": [
        {"matched": [0, 4], "others": None, "n": 30},
        {"matched": 9, "others": 31, "n": None},
        {"matched": 22, "others": 28, "n": None},
        {"matched": 33, "others": 17, "n": None},
        {"matched": 25, "others": 5, "n": None},
    ],
    "not matched hidden, matched printed": [
        {"matched": 3, "others": 27, "n": None},
        {"matched": 9, "others": 31, "n": None},
        {"matched": 22, "others": 28, "n": None},
        {"matched": 33, "others": 17, "n": None},
        {"matched": 25, "others": [0, 9], "n": None},
    ],
    "both ends hidden": [
        {"matched": [0, 4], "others": 26, "n": None},
        {"matched": [5, 14], "others": None, "n": 40},
        {"matched": 22, "others": 28, "n": None},
        {"matched": 33, "others": 17, "n": None},
        {"matched": 25, "others": [0, 4], "n": None},
    ],
}


def _band(row: dict[str, Any], p: float) -> float:
    """Return the logarithm of the probability of what one band prints."""
    matched, others, n = row["matched"], row["others"], row["n"]
    if isinstance(matched, int) and isinstance(others, int):
        return float(binom.logpmf(matched, matched + others, p))
    if n is not None:
        low, high = matched
        return float(np.log(sum(binom.pmf(k, n, p) for k in range(low, high + 1))))
    if isinstance(matched, list):
        low, high = matched
        return float(np.log(sum(nbinom.pmf(k, others, 1 - p) for k in range(low, high + 1))))
    low, high = others
    return float(np.log(sum(nbinom.pmf(k, matched, p) for k in range(low, high + 1))))


def _log_likelihood(rows: list[dict[str, Any]], a: float, b: float) -> float:
    return sum(_band(row, float(expit(a + b * x))) for x, row in enumerate(rows, start=1))


def _top(rows: list[dict[str, Any]]) -> tuple[float, float]:
    """Return the best intercept and slope of a grid that shrinks about them."""
    best, reach = (-3.0, 1.0), (4.0, 1.5)
    for _ in range(22):
        grids = [np.linspace(c - r, c + r, 13) for c, r in zip(best, reach, strict=True)]
        found = [(_log_likelihood(rows, a, b), a, b) for a in grids[0] for b in grids[1]]
        best = max(found)[1:]
        reach = (reach[0] * 0.45, reach[1] * 0.45)
    return best


def _covariance(rows: list[dict[str, Any]], top: tuple[float, float]) -> np.ndarray:
    h = (2e-3, 5e-4)

    def at(i: int, j: int) -> float:
        return _log_likelihood(rows, top[0] + i * h[0], top[1] + j * h[1])

    aa = (at(1, 0) - 2 * at(0, 0) + at(-1, 0)) / h[0] ** 2
    bb = (at(0, 1) - 2 * at(0, 0) + at(0, -1)) / h[1] ** 2
    ab = (at(1, 1) - at(1, -1) - at(-1, 1) + at(-1, -1)) / (4 * h[0] * h[1])
    return np.linalg.inv(-np.array([[aa, ab], [ab, bb]]))


def _case(rows: list[dict[str, Any]]) -> dict[str, Any]:
    top = _top(rows)
    covariance = _covariance(rows, top)
    found = []
    for x in POINTS:
        eta, column = top[0] + top[1] * x, np.array([1.0, x])
        half = 1.959963984540054 * np.sqrt(column @ covariance @ column)
        found.append([float(expit(each)) for each in (eta, eta - half, eta + half)])
    assert all(first[0] < second[0] for first, second in pairwise(found))
    return {"table": rows, "rates": np.round(found, 7).tolist()}


if __name__ == "__main__":
    cases = {name: _case(rows) for name, rows in CASES.items()}
    FILE.write_text(json.dumps(cases, indent=1) + "\n", encoding="utf-8")
