"""One cell of the study: draw, print, fit with every rival, compare with the truth."""

from __future__ import annotations

import time
import warnings
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from sklearn.base import clone

from benchmarks.calibration.cells import PUBLISHED, RIVALS, Cell
from benchmarks.calibration.printing import draw, print_table
from imgstats.errors import InputError, WorkError
from imgstats.estimators import BandRate, IsotonicRate, RateEstimator

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.calibration.populations import Population
    from imgstats.tables import BandTable, OutcomeSummary

    Array = NDArray[np.float64]

__all__ = ["COLUMNS", "FIRST", "SEED", "run_cell"]

SEED = 20260320
FIRST = 100  # tables that the published rivals are asked for: some of them are slow
COLUMNS = [
    "cell", "shape", "curve", "density", "n", "estimator", "at", "replicates", "refused",
    "not_settled", "broken", "bias", "curve_bias", "band_error", "band_error_first",
    "coverage_90", "coverage_95", "coverage_95_se", "worst_coverage_95", "worst_at", "width_95",
    "band_coverage_95", "band_width_95", "fit_ms",
]  # fmt: skip
# These answer with one rate for a whole band, so they are asked for bands, not for scores.
_STEPS = (BandRate, IsotonicRate)


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where an estimator is asked, how much each place weighs, and what is true there."""

    at: str
    points: Array
    weight: Array
    truth: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What one fit said.

    Attributes
    ----------
    error : ndarray, shape (p,)
        Rate minus truth at each point.
    held : ndarray, shape (2, p)
        1 at the points whose 90 % and 95 % interval holds the truth; NaN of no interval.
    width : float
        Mean width of the 95 % interval.
    band : ndarray, shape (3,)
        Mean absolute error, coverage and width of the band rates, weighted by applicants.
    """

    error: Array
    held: Array
    width: float
    band: Array


def run_cell(cell: Cell, replicates: int, seed: int = SEED) -> pd.DataFrame:
    """Return a row for each rival of a cell, the published ones last.

    Parameters
    ----------
    cell : Cell
        What is drawn and printed.
    replicates : int
        Number of tables.
    seed : int
        Of the study. The cell's own stream follows from it and the cell's name, so no other cell
        and no number of workers changes it.

    Returns
    -------
    DataFrame
        With `COLUMNS`; what each holds stands in the README of this folder.
    """
    whole = cell.whole
    sequence = np.random.SeedSequence(seed, spawn_key=(zlib.crc32(cell.name.encode()),))
    random = np.random.default_rng(sequence)
    ours, published = (
        {name: _Log(clone(each), whole) for name, each in rivals[cell.shape].items()}
        for rivals in (RIVALS, PUBLISHED)
    )
    logs = ours | published
    for number in range(replicates):
        table = print_table(cell.shape, whole, *draw(random, whole, cell.n))
        for log in (logs if number < FIRST else ours).values():
            log.add(table)
    about = {"cell": cell.name} | {
        key: getattr(cell, key) for key in ("shape", "curve", "density", "n")
    }
    rows = [about | {"estimator": name} | log.row() for name, log in logs.items()]
    return pd.DataFrame(rows, columns=COLUMNS)


def target(estimator: RateEstimator, whole: Population) -> Target:
    """Return where an estimator is asked: at all scores, or at all bands."""
    if isinstance(estimator, _STEPS):
        # Any value inside a band asks for the band.
        points = np.array([low if low is not None else high for low, high in whole.bands])
        return Target(
            at="bands",
            points=points.astype(np.float64),
            weight=whole.band_share,
            truth=whole.band_rate,
        )
    return Target(at="scores", points=whole.grid, weight=whole.share, truth=whole.rate)


def ask(estimator: RateEstimator, goal: Target, whole: Population) -> Answer:
    """Ask a fitted estimator and compare with the truth."""
    error = estimator.predict_rate(goal.points) - goal.truth
    limits = [estimator.predict_interval(goal.points, level) for level in (0.90, 0.95)]
    held = np.array([_held(each, goal.truth) for each in limits])
    width = float((limits[1][:, 1] - limits[1][:, 0]) @ goal.weight)
    if goal.at == "bands":
        band = np.array([_mean_absolute(error, goal.weight), held[1] @ goal.weight, width])
    else:
        found = estimator.band_rates(whole.bands)
        band_limits = found[["rate_low", "rate_high"]].to_numpy()
        band = np.array(
            [
                _mean_absolute(found["rate"].to_numpy() - whole.band_rate, whole.band_share),
                _held(band_limits, whole.band_rate) @ whole.band_share,
                (band_limits[:, 1] - band_limits[:, 0]) @ whole.band_share,
            ]
        )
    return Answer(error=error, held=held, width=width, band=band)


def _held(limits: Array, truth: Array) -> Array:
    if np.isnan(limits).all():
        return np.full(len(truth), np.nan)
    return ((limits[:, 0] <= truth) & (truth <= limits[:, 1])).astype(np.float64)


def _mean_absolute(error: Array, weight: Array) -> float:
    """Weighted mean of the absolute errors; a band with nobody has no rate and no weight."""
    some = ~np.isnan(error)
    return float(np.abs(error[some]) @ weight[some] / weight[some].sum())


class _Log:
    """One rival's answers over all tables of a cell."""

    def __init__(self, estimator: RateEstimator, whole: Population) -> None:
        self.estimator, self.whole = estimator, whole
        self.goal = target(estimator, whole)
        self.answers: list[Answer] = []
        self.seconds: list[float] = []
        self.failed = {"refused": 0, "not_settled": 0, "broken": 0}
        self.tables = 0
        self.first = 0  # answers among the first tables

    def add(self, table: OutcomeSummary | BandTable) -> None:
        """Fit one table and keep the answer, or count the failure."""
        self.tables += 1
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                begin = time.perf_counter()
                self.estimator.fit(table)
                self.seconds.append(time.perf_counter() - begin)
                self.answers.append(ask(self.estimator, self.goal, self.whole))
                self.first += self.tables <= FIRST
        except InputError:
            self.failed["refused"] += 1
        except WorkError:
            self.failed["not_settled"] += 1
        except (ArithmeticError, ValueError, IndexError):  # a fault of the package, worth a number
            self.failed["broken"] += 1

    def row(self) -> dict[str, object]:
        """Return the averages over the tables that were fitted."""
        row: dict[str, object] = {
            "at": self.goal.at,
            "replicates": self.tables,
            "fit_ms": 1000 * float(np.mean(self.seconds)) if self.seconds else np.nan,
        } | self.failed
        if not self.answers:
            return row
        errors = np.array([each.error for each in self.answers])
        held = np.array([each.held for each in self.answers])
        covered = held @ self.goal.weight
        worst_at, worst = self._worst(held[:, 1].mean(axis=0))
        bands = np.array([each.band for each in self.answers])
        mean_error = _column_means(errors)
        return row | {
            "bias": float(mean_error @ self.goal.weight),
            "curve_bias": float(np.abs(mean_error) @ self.goal.weight),
            "band_error": float(np.median(bands[:, 0])),
            "band_error_first": float(np.median(bands[: self.first, 0])),
            "coverage_90": float(covered[:, 0].mean()),
            "coverage_95": float(covered[:, 1].mean()),
            "coverage_95_se": float(covered[:, 1].std() / np.sqrt(len(covered))),
            "worst_coverage_95": worst,
            "worst_at": worst_at,
            "width_95": float(np.mean([each.width for each in self.answers])),
            "band_coverage_95": float(bands[:, 1].mean()),
            "band_width_95": float(bands[:, 2].mean()),
        }

    def _worst(self, coverage: Array) -> tuple[float, float]:
        """Return where among the middle 95 % of applicants the least is held, and how much."""
        low, high = self.whole.middle
        places = self.goal.points
        if self.goal.at == "bands":
            # A band counts where any of its values lies in the middle.
            inside = self.whole.inside[:, (self.whole.grid >= low) & (self.whole.grid <= high)]
            asked = np.flatnonzero(inside.any(axis=1))
        else:
            asked = np.flatnonzero((places >= low) & (places <= high))
        if np.isnan(coverage).any():
            return np.nan, np.nan
        worst = asked[np.argmin(coverage[asked])]
        return float(places[worst]), float(coverage[worst])


def _column_means(errors: Array) -> Array:
    """Mean error at each place, over the tables that have a rate there; 0 where none has."""
    some = ~np.isnan(errors)
    sums = np.where(some, errors, 0.0).sum(axis=0)
    means: Array = np.zeros(errors.shape[1])
    np.divide(sums, some.sum(axis=0), out=means, where=some.any(axis=0))
    return means
