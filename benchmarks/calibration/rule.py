"""The rule that picks a default, written before the run.

In each shape a rival of the package

1. covers: its 95 % interval holds the truth, on average over a cell's applicants, in at least what
   `must_cover` asks of the cell;
2. answers: at most 1 % of a cell's tables are refused, do not settle, or break;
3. and of those that do both, the one with the smallest mean band error over all cells of the shape
   wins; where that is the same, they tie.

Where none does both, nobody wins by the rule: the one that falls short by least is named as the
least bad.

Beside it, a default is asked to be nearest: over all cells of full summaries, and over all cells of
quartiles alone, no rival of the package or of the literature has a smaller mean band error on the
cells' first tables (`errors`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.calibration.cells import CELLS, DEFAULTS, PUBLISHED, RIVALS

if TYPE_CHECKING:
    from benchmarks.calibration.cells import Cell

__all__ = [
    "BANDED",
    "ENOUGH",
    "NEAREST",
    "default_name",
    "errors",
    "is_nearest",
    "must_cover",
    "verdicts",
    "winners",
]

BANDED = ("band_counts", "band_percent")
# Shapes in which the default is asked to be nearer than every method of the literature.
NEAREST = ("summary", "quartiles")

ENOUGH = 0.92  # of a band, whose own counts assume no curve
_ENOUGH_OLD = 0.93
_ENOUGH_OUTSIDE = 0.90
# No digits tell where a step or a wave stands; zero against any is a step at the lowest count.
_HARD = ("threshold", "wave", "any")
_ENOUGH_HARD = 0.70
_MOST_FAILED = 0.01
_TIE = 1e-6


def must_cover(cell: Cell) -> float:
    """Return how much of a cell's applicants a 95 % interval is asked to hold, a fraction."""
    if cell.shape in BANDED:
        return ENOUGH
    if cell.curve in _HARD:
        return _ENOUGH_HARD
    return _ENOUGH_OUTSIDE if cell.is_outside else _ENOUGH_OLD


def default_name(shape: str) -> str:
    """Return which rival is what the package uses for a shape unless told otherwise.

    Raises
    ------
    LookupError
        If none is.
    """
    default = DEFAULTS[shape]
    for name, each in RIVALS[shape].items():
        if type(each) is type(default) and each.get_params() == default.get_params():
            return name
    raise LookupError(f"the default of {shape}, {default!r}, is not among the rivals")


def verdicts(results: pd.DataFrame, shape: str) -> pd.DataFrame:
    """Return a row per rival of the package in a shape.

    Returns
    -------
    DataFrame
        estimator; worst_coverage, asked and worst_cell, of the cell where it falls short by most or
        has least to spare; failed (largest fraction of tables in a cell); band_error (mean over
        all cells); passes.
    """
    asked = {cell.name: must_cover(cell) for cell in CELLS if cell.shape == shape}
    limits = pd.Series(asked, dtype=float)
    # A whole band is asked of step and curve alike, so bands compare them fairly.
    column = "band_coverage_95" if shape in BANDED else "coverage_95"
    rows = []
    for name in RIVALS[shape]:
        mine = results[(results["shape"] == shape) & (results["estimator"] == name)]
        coverage = mine.set_index("cell")[column].dropna()
        margin = coverage - limits.reindex(coverage.index)
        worst = "" if margin.empty else str(margin.idxmin())
        failed = mine[["refused", "not_settled", "broken"]].sum(axis=1) / mine["replicates"]
        rows.append(
            {
                "estimator": name,
                "worst_coverage": coverage.get(worst, float("nan")),
                "asked": asked.get(worst, float("nan")),
                "worst_cell": worst,
                "failed": float(failed.max()),
                "band_error": float(mine["band_error"].mean()),
            }
        )
    frame = pd.DataFrame(rows)
    frame["passes"] = (frame["worst_coverage"] >= frame["asked"]) & (
        frame["failed"] <= _MOST_FAILED
    )
    return frame


def winners(results: pd.DataFrame, shape: str) -> list[str]:
    """Return who wins a shape by the rule: nobody where none passes, several where they tie."""
    passed = verdicts(results, shape).query("passes")
    best = passed["band_error"].min()
    return list(passed.loc[passed["band_error"] <= best + _TIE, "estimator"])


def errors(results: pd.DataFrame, shape: str) -> pd.Series[float]:
    """Return each rival's mean band error on the first tables, the nearest first.

    Those of the literature are among them. A rival that has no answer in some cell is left out,
    since its mean would be that of other cells.
    """
    mine = results[results["shape"] == shape]
    table = mine.pivot_table(index="cell", columns="estimator", values="band_error_first")
    names = [name for name in (*RIVALS[shape], *PUBLISHED[shape]) if name in table]
    means = table[names].dropna(axis="columns").mean()
    return means.sort_values(kind="stable")


def is_nearest(results: pd.DataFrame, shape: str) -> bool:
    """Return whether no rival, published ones too, is nearer on average than the default."""
    found = errors(results, shape)
    return bool(found[default_name(shape)] <= found.min() + _TIE)
