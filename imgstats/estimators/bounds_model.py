"""What printed digits alone allow: linear programs over all score distributions that print them.

Plain functions; `RateBounds` prepares their input. A distribution is a vector f >= 0 on the cells
of a measure; every printed digit is a pair of linear inequalities in f. Where a cell holds several
values, an inequality takes them to lie where it allows most.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import highspy
import numpy as np
from highspy.highs import _Highs  # type: ignore[attr-defined]  # the only quiet one
from scipy.optimize import linprog
from scipy.sparse import csr_array

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators.cells import Cells
    from imgstats.tables.digits import Rounding, Summary

    Array = NDArray[np.float64]

__all__ = ["Polytope", "crossing_feasible", "printing", "share_ranges", "with_mode", "with_ratio"]

_QUARTILES = {"q1": 0.25, "median": 0.50, "q3": 0.75}
# HiGHS accepts a violation of 1e-7; this much room keeps a table that just fits.
_ROOM = 1e-6
# Standard error of an sd, in sd / sqrt(n): 0.71 for a normal score, 1 for one with heavy tails.
_SD_ERROR = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Polytope:
    """All f >= 0 with ``matrix @ f <= limits`` and sum 1, on the scores `grid`."""

    grid: Array
    matrix: Array
    limits: Array

    def and_also(self, matrix: Array, limits: Array) -> Polytope:
        """Return the part that meets further inequalities."""
        return Polytope(
            grid=self.grid,
            matrix=np.vstack([self.matrix, matrix]),
            limits=np.concatenate([self.limits, limits]),
        )


def printing(
    cells: Cells, summary: Summary, rounding: Rounding, slack: float = 0.0, rare: float = 0.0
) -> Polytope:
    """Return all distributions that print these digits.

    Parameters
    ----------
    cells : Cells
        Values of the measure.
    summary, rounding : Summary, Rounding
        The digits and their rounding units.
    slack : float
        Standard errors by which a population may differ from its sample in each digit; 0 for the
        sample itself.
    rare : float
        Share of a population that may lie beyond its sample's extremes.
    """
    collect = _Rows(cells.grid)
    n = float(summary.n or 1)
    for name, share in _QUARTILES.items():
        printed = summary.value(name)
        if printed is not None:
            room = 1 / n + slack * np.sqrt(share * (1 - share) / n)
            under, at = cells.printed_as(np.array([printed]), rounding.quartile or 0.0)
            collect.at_most(under[0] >= 1, share + room)
            collect.at_least(under[0] + at[0] > 0, share - room)
    _print_extremes(collect, cells, summary, rare, slack)
    if summary.mean is not None:
        _print_moments(collect, cells, summary, rounding, slack)
    return collect.polytope()


def _print_extremes(
    collect: _Rows, cells: Cells, summary: Summary, rare: float, slack: float
) -> None:
    """Add that nobody lies beyond the extremes, or few, and somebody at them."""
    for name in ("min", "max"):
        printed = summary.value(name)
        if printed is None:
            continue
        under, at = (each[0] for each in cells.printed_as(np.array([printed]), 0.0))
        collect.at_most(under >= 1 if name == "min" else under + at <= 0, rare)
        if slack == 0:
            collect.at_least(at > 0, 1 / float(summary.n or 1))


def _print_moments(
    collect: _Rows, cells: Cells, summary: Summary, rounding: Rounding, slack: float
) -> None:
    """Add mean and sd, in widths of a cell from the lowest: the solver's limits have no unit."""
    root, unit = np.sqrt(float(summary.n or 1)), cells.width
    places = (cells.grid - cells.grid[0]) / unit
    mean, sd = (float(summary.mean or 0.0) - cells.grid[0]) / unit, float(summary.sd or 0.0) / unit
    # Where in its cell a value lies is free.
    away = (cells.size - 1) / cells.size / 2
    known = summary.sd is not None or slack == 0
    half = rounding.mean / unit / 2 + (slack * sd / root if known else np.inf)
    if np.isfinite(half):
        collect.at_most(places - away, mean + half)
        collect.at_least(places + away, mean - half)
    if summary.sd is None:
        return
    off = rounding.sd / unit / 2 + slack * _SD_ERROR * sd / root
    distance = np.abs(places - mean)
    collect.at_least((distance + away) ** 2, max(sd - off, 0.0) ** 2 * (1 - 1 / root**2))
    collect.at_most(np.maximum(distance - away, 0.0) ** 2, (sd + off) ** 2 + half**2)


class _Rows:
    """Collects inequalities."""

    def __init__(self, grid: Array) -> None:
        self.grid = grid
        self.rows: list[Array] = []
        self.limits: list[float] = []

    def at_most(self, row: Array | NDArray[np.bool_], limit: float) -> None:
        self.rows.append(np.asarray(row, dtype=np.float64))
        self.limits.append(limit + _ROOM)

    def at_least(self, row: Array | NDArray[np.bool_], limit: float) -> None:
        self.at_most(-np.asarray(row, dtype=np.float64), -limit)

    def polytope(self) -> Polytope:
        matrix = np.array(self.rows, dtype=np.float64).reshape(-1, len(self.grid))
        return Polytope(grid=self.grid, matrix=matrix, limits=np.array(self.limits))


def with_mode(polytope: Polytope, mode: int) -> Polytope:
    """Return the part that rises up to the position `mode` and falls after it."""
    size = len(polytope.grid)
    steps = np.eye(size)[:-1] - np.eye(size)[1:]  # f[i] - f[i + 1] <= 0 where rising
    steps[mode:] *= -1
    return polytope.and_also(steps, np.zeros(size - 1))


def with_ratio(polytope: Polytope, ratio: float, low: float, high: float) -> Polytope:
    """Return the part whose neighbours between low and high differ by at most a factor."""
    inside = (polytope.grid >= low) & (polytope.grid <= high)
    pairs = np.flatnonzero(inside[:-1] & inside[1:])
    eye = np.eye(len(polytope.grid))
    up, down = eye[pairs + 1] - ratio * eye[pairs], eye[pairs] - ratio * eye[pairs + 1]
    return polytope.and_also(np.vstack([up, down]), np.zeros(2 * len(pairs)))


def share_ranges(polytope: Polytope, masks: Array) -> Array | None:
    """Return the least and the largest share inside each set of scores, shape (m, 2).

    Parameters
    ----------
    polytope : Polytope
        Allowed distributions.
    masks : ndarray, shape (m, g)
        1 inside each set, 0 outside.

    Returns
    -------
    ndarray or None
        None if no distribution is allowed.
    """
    solver = _solver(polytope)
    columns = np.arange(len(polytope.grid), dtype=np.int32)
    found = np.empty((len(masks), 2))
    # All lowest shares, then all largest: neighbours have much the same solution.
    for end, sign in enumerate((1.0, -1.0)):
        for row, mask in enumerate(masks):
            # The model stays, only the goal changes: each solution starts from the last one.
            solver.changeColsCost(len(columns), columns, sign * mask)
            solver.run()
            if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
                return None
            found[row, end] = sign * solver.getInfo().objective_function_value
    return np.clip(found, 0.0, 1.0)


def _solver(polytope: Polytope) -> _Highs:
    """Return HiGHS with the polytope and the sum 1 as its constraints."""
    size = len(polytope.grid)
    matrix = csr_array(np.vstack([polytope.matrix, np.ones((1, size))]))
    program = highspy.HighsLp()
    program.num_col_, program.num_row_ = size, matrix.shape[0]
    program.col_cost_ = np.zeros(size)
    program.col_lower_, program.col_upper_ = np.zeros(size), np.ones(size)
    program.row_lower_ = np.append(np.full(len(polytope.limits), -np.inf), 1.0)
    program.row_upper_ = np.append(polytope.limits, 1.0)
    program.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    program.a_matrix_.start_ = matrix.indptr
    program.a_matrix_.index_ = matrix.indices
    program.a_matrix_.value_ = matrix.data
    # The bare solver: from 1.16 on `highspy.Highs()` prints a banner before any option can be set.
    solver = _Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("presolve", "off")
    # A new goal leaves the last solution allowed: the primal simplex goes on from there.
    solver.setOptionValue("simplex_strategy", 4)
    solver.passModel(program)
    return solver


def crossing_feasible(matched: Polytope, not_matched: Polytope, band: Array, ratio: float) -> bool:
    """Return whether both outcomes can print their digits with a rising rate and this odds ratio.

    If matched(x) / not matched(x) rises in x and its average over the band is `ratio`, then it is
    at most `ratio` at every score below the band and at least that at every score above: linear
    for a given ratio. Necessary, not sufficient, so the bounds found with it are outer bounds.
    """
    size = len(matched.grid)
    first, last = np.flatnonzero(band)[[0, -1]]
    below, above = np.eye(size)[:first], np.eye(size)[last + 1 :]
    rising = np.vstack([np.hstack([below, -ratio * below]), np.hstack([-above, ratio * above])])
    zeros = [np.zeros((len(each.matrix), size)) for each in (matched, not_matched)]
    matrix = np.vstack(
        [np.hstack([matched.matrix, zeros[0]]), np.hstack([zeros[1], not_matched.matrix]), rising]
    )
    limits = np.concatenate([matched.limits, not_matched.limits, np.zeros(len(rising))])
    ones, none = np.ones(size), np.zeros(size)
    equal = np.vstack(
        [np.hstack([ones, none]), np.hstack([none, ones]), np.hstack([band, -ratio * band])]
    )
    result = linprog(
        np.zeros(2 * size),
        A_ub=csr_array(matrix),
        b_ub=limits,
        A_eq=equal,
        b_eq=[1.0, 1.0, 0.0],
        method="highs",
    )
    return bool(result.status == 0)
