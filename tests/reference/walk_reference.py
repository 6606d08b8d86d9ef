"""Writes walk_reference.json: the curve of `TiltRate()` worked out a second time, from the paper.

Nothing of imgstats is taken but the published figures and the ends of the grid. One size of bends
after another, loops instead of arrays, derivatives by differences, `scipy.optimize.least_squares`
instead of Gauss-Newton, and quantiles by root finding. Run it from the root of the project:

    python -m tests.reference.walk_reference
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from scipy.optimize import brentq, least_squares
from scipy.stats import norm

FILE = Path(__file__).with_name("walk_reference.json")
BENDS = (0.1, 0.25, 0.5, 1.0, 2.0, 4.0)
KNOTS = [each for each in np.arange(-10, 11) / 4 if each != 0]
BASE_KNOTS = (-3, -2, -1, 0, 1, 2, 3)
SCORES = (210, 220, 230, 242, 250, 260, 270, 280)
COUNTS = (1, 2, 3, 5, 8, 12, 20)
SIDES = ("matched", "not_matched")
QUARTILES = (("q1", 0.25), ("median", 0.5), ("q3", 0.75))


def _spline(z: float) -> list[float]:
    """Return the bends of a natural cubic spline through the seven knots."""

    def d(k: int) -> float:
        last = BASE_KNOTS[-1]
        return (max(z - BASE_KNOTS[k], 0) ** 3 - max(z - last, 0) ** 3) / (last - BASE_KNOTS[k])

    return [d(k) - d(5) for k in range(5)]


def _ramps(z: float) -> list[float]:
    return [max(z - k, 0.0) if k > 0 else -max(k - z, 0.0) for k in KNOTS]


class Model:
    """One table: its grid, its digits, its curve for given coefficients."""

    def __init__(self, table: dict[str, Any]) -> None:
        self.table, self.log = table, table["log"]
        sides = (table["matched"], table["not_matched"])
        turn = (lambda x: np.log(max(x, 0.5))) if self.log else float
        middles = [turn(s.get("mean", s.get("median"))) for s in sides]
        n = [s["n"] for s in sides]
        self.center = (middles[0] * n[0] + middles[1] * n[1]) / sum(n)
        widths = []
        for s in sides:
            iqr = (turn(s["q3"]) - turn(s["q1"])) / (norm.ppf(0.75) - norm.ppf(0.25))
            widths.append(s["sd"] if "sd" in s and not self.log else iqr)
        self.spread = float(np.sqrt(np.mean(np.square(widths))))
        self.turn = turn
        self.grid = np.arange(table["grid"][0], table["grid"][1] + 1)
        self.ends = table["ends"] and [self.z(x) for x in table["ends"]]
        zs = [self.z(x) for x in self.grid]
        self.ends = self.ends or [max(zs[0], -3), min(zs[-1], 3)]
        self.base = np.array([[z, z * z, *_spline(z)] for z in zs])
        self.tilt = np.array([self.tilt_row(x) for x in self.grid])
        offsets = [
            -z * z / 2 - (turn(x) if self.log else 0) for x, z in zip(self.grid, zs, strict=True)
        ]
        self.offset = np.array(offsets)
        self.size = 7 + 1 + len(KNOTS)

    def z(self, x: float) -> float:
        return float((self.turn(x) - self.center) / self.spread)

    def tilt_row(self, x: float) -> list[float]:
        z = min(max(self.z(x), self.ends[0]), self.ends[1])
        return [z, *_ramps(z)]

    def densities(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray, float]:
        """Return both densities and log Z0 - log Z1."""
        shared, half = self.offset + self.base @ theta[:7], self.tilt @ theta[7:] / 2
        raw = [np.exp(shared + sign * half) for sign in (1, -1)]
        totals = [each.sum() for each in raw]
        return raw[0] / totals[0], raw[1] / totals[1], float(np.log(totals[1] / totals[0]))

    def digits(self, f: np.ndarray, side: dict[str, float]) -> tuple[np.ndarray, np.ndarray]:
        """Return residuals of one outcome's digits and their covariance."""
        x, n = self.grid.astype(float), side["n"]
        mean = float(f @ x)
        sd = float(np.sqrt(f @ (x - mean) ** 2))
        residuals, influence, rounding = [], [], []
        groups: dict[float, list[float]] = {}
        for name, share in QUARTILES:
            if name in side:
                groups.setdefault(side[name], []).append(share)
        for value, shares in groups.items():
            row = (x < value) + (x == value) / 2
            residuals.append(float(row @ f) - (shares[0] + shares[-1]) / 2)
            influence.append(row)
            rounding.append((float(f[x == value].sum()) + 1 / n) ** 2 / 12)
        if "mean" in side:
            residuals.append(mean - side["mean"])
            influence.append(x)
            rounding.append(self.table["unit"] ** 2 / 12)
        if "sd" in side:
            residuals.append(sd - side["sd"])
            influence.append(((x - mean) ** 2 - sd**2) / (2 * sd))
            rounding.append(self.table["unit"] ** 2 / 12)
        rows = np.array(influence)
        covariance = (rows * f) @ rows.T - np.outer(rows @ f, rows @ f)
        covariance = covariance / n + np.diag(rounding)
        for name in ("min", "max"):
            if name in side:
                beyond = x > side[name] if name == "max" else x < side[name]
                at = beyond | (x == side[name])
                below = [(1 - float(f[each].sum())) ** n for each in (beyond, at)]
                residuals.append(float(norm.ppf(sum(below) / 2)))
                covariance = np.pad(covariance, ((0, 1), (0, 1)))
                covariance[-1, -1] = 1
        return np.array(residuals), covariance

    def both(self, theta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return all residuals and their covariance."""
        parts = [
            self.digits(f, self.table[name])
            for f, name in zip(self.densities(theta)[:2], SIDES, strict=True)
        ]
        size = len(parts[0][0])
        covariance = np.zeros((size + len(parts[1][0]),) * 2)
        covariance[:size, :size], covariance[size:, size:] = parts[0][1], parts[1][1]
        return np.concatenate([each[0] for each in parts]), covariance

    def jacobian(self, theta: np.ndarray) -> np.ndarray:
        step = 1e-5
        moves = step * np.eye(self.size)
        columns = [(self.both(theta + m)[0] - self.both(theta - m)[0]) / (2 * step) for m in moves]
        return np.array(columns).T

    def logit_rate(self, theta: np.ndarray, x: float) -> float:
        p = self.table["base_rate"]
        tilt = float(np.array(self.tilt_row(x)) @ theta[7:])
        return float(np.log(p / (1 - p))) + tilt + self.densities(theta)[2]


def fit(model: Model, bends: float, start: np.ndarray) -> dict[str, Any]:
    """Solve the likelihood equations for one size of bends."""
    steps = [bends * 0.5] * len(KNOTS)
    precision = 1 / np.square(np.array([2.0, 1.0, *[2.0] * 5, 2.0, *steps]))

    theta = start
    for _ in range(60):
        # The covariance is that of the curve; it is held while the curve is fitted to it.
        half = np.linalg.inv(np.linalg.cholesky(model.both(theta)[1]))

        def both(at: np.ndarray, half: np.ndarray = half) -> np.ndarray:
            return np.concatenate([half @ model.both(at)[0], np.sqrt(precision) * at])

        before, theta = theta, least_squares(both, theta, method="lm", xtol=1e-14, ftol=1e-14).x
        if np.abs(theta - before).max() < 1e-8:
            break
    else:
        raise RuntimeError(f"bends {bends} did not settle")
    residuals, covariance = model.both(theta)
    jacobian = model.jacobian(theta)
    information = jacobian.T @ np.linalg.solve(covariance, jacobian) + np.diag(precision)
    log_evidence = (
        -residuals @ np.linalg.solve(covariance, residuals)
        - precision @ theta**2
        - np.linalg.slogdet(covariance)[1]
        + np.log(precision).sum()
        - np.linalg.slogdet(information)[1]
    ) / 2
    return {"theta": theta, "information": information, "log_evidence": log_evidence}


def answers(table: dict[str, Any]) -> dict[str, Any]:
    """Return the weights of the sizes of bends, and rate and 95 % limits at each value."""
    model, start, fits = Model(table), np.zeros(28), []
    for bends in BENDS:
        fits.append(fit(model, bends, start))
        start = fits[-1]["theta"]
    logs = np.array([each["log_evidence"] for each in fits])
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    p, n = table["base_rate"], table["base_n"]
    rows = []
    for x in COUNTS if table["log"] else SCORES:
        means, sds = [], []
        for each in fits:
            theta, step = each["theta"], 1e-5
            gradient = np.array([
                (model.logit_rate(theta + m, x) - model.logit_rate(theta - m, x)) / (2 * step)
                for m in step * np.eye(28)
            ])  # fmt: skip
            variance = gradient @ np.linalg.solve(each["information"], gradient)
            means.append(model.logit_rate(theta, x))
            sds.append(np.sqrt(variance + 1 / (n * p * (1 - p))))

        def below(eta: float, means: list[float] = means, sds: list[float] = sds) -> float:
            return float(weights @ norm.cdf((eta - np.array(means)) / np.array(sds)))

        etas = [
            brentq(lambda e, q=q: below(e) - q, -40, 40, xtol=1e-13) for q in (0.5, 0.025, 0.975)
        ]
        rows.append([x, *(float(1 / (1 + np.exp(-eta))) for eta in etas)])
    return {"weights": weights.tolist(), "rows": rows}


def tables() -> dict[str, dict[str, Any]]:
    """Return the tables, with the published figures where they are published."""
    from imgstats import PublishedTables
    from imgstats.estimators import RankListRate, TiltRate

    published = PublishedTables()
    found: dict[str, dict[str, Any]] = {}
    for name, specialty, measure, keep in (
        ("internal medicine", "Internal Medicine", "step2_ck", None),
        ("neurology", "Neurology", "step2_ck", None),
        ("quartiles of internal medicine", "Internal Medicine", "step2_ck", ("q1", "median", "q3")),
        ("ranks of internal medicine", "Internal Medicine", "contiguous_ranks", None),
    ):
        table = published.outcome_summary(
            group="non_us_img", year="2026", specialty=specialty, measure=measure
        )
        sides = {
            side: {
                key: table.outcome(side).value(key)
                for key in ("n", *(keep or table.outcome(side).printed))
            }
            for side in ("matched", "not_matched")
        }
        kind = RankListRate if measure == "contiguous_ranks" else TiltRate
        # The grid's ends are a choice of layout, not of mathematics.
        grid = kind(degree=1).fit(table).grid_
        found[name] = {
            **sides,
            "log": measure == "contiguous_ranks",
            "unit": table.rounding.mean if table.rounding else 0.0,
            "ends": None if keep else list(table.extremes or ()),
            "grid": [int(grid[0]), int(grid[-1])],
            "group_counts": list(table.counts),
            "base_rate": table.base_rate,
            "base_n": table.base_n,
        }
    return found


def main() -> None:
    """Write the file."""
    result = {name: {"table": table, **answers(table)} for name, table in tables().items()}
    FILE.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
