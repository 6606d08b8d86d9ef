"""What the results say: verdicts by a rule fixed beforehand, and the README's generated part.

The rule, written before the first full run. In each shape a rival

1. covers: its 95 % interval holds the truth in at least 92 % on average, in every cell of the shape
   that is in `must_cover`;
2. answers: at most 1 % of the tables are refused, do not settle, or break;
3. and of those that do both, the one with the smallest mean band error over all cells of the shape
   wins; where that is the same, they tie.

Where none does both, nobody wins by the rule: the one whose worst coverage is highest is named as
the least bad.

``python -m benchmarks.calibration.summary`` writes the generated part of the README anew.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.calibration.cells import CELLS, DEFAULTS, RIVALS
from benchmarks.calibration.findings import FINDINGS

if TYPE_CHECKING:
    from collections.abc import Hashable

    from benchmarks.calibration.cells import Cell

__all__ = [
    "ENOUGH",
    "RESULTS",
    "default_name",
    "generated",
    "load",
    "must_cover",
    "readme",
    "verdicts",
    "winners",
]

FOLDER = Path(__file__).parent
RESULTS = FOLDER / "results.csv"
README = FOLDER / "README.md"
BEGIN, END = "<!-- generated: begin -->", "<!-- generated: end -->"

ENOUGH = 0.92
_MOST_FAILED = 0.01
_TIE = 1e-6
_WIDTH = 118
# A curve through digits can follow these; steps by band can follow any curve.
_SMOOTH = ("line", "mild_bend", "bend", "log_line", "long_lists_fall")
_BANDED = ("band_counts", "band_percent")
CELL_WORDS = "Held by the 95 % interval, in per cent / error of the band rates:"
SHAPE_WORDS = {
    "summary": "Full summary of both outcomes (n, min, quartiles, max, mean, sd)",
    "one_median": "Quartiles of the matched, one median of the not matched",
    "quartiles": "Quartiles of both, nothing else",
    "band_counts": "Bands with exact counts",
    "band_percent": "Bands with n and whole per cents",
    "ranks": "Full summary of contiguous ranks",
}


def load(path: Path = RESULTS) -> pd.DataFrame:
    """Return the results, a row per cell and estimator."""
    return pd.read_csv(path)


def must_cover(cell: Cell) -> bool:
    """Return whether every rival of the cell's shape is asked to cover it."""
    return cell.shape in _BANDED or cell.curve in _SMOOTH


def default_name(shape: str) -> str:
    """Return which rival is what the package uses for a shape unless told otherwise."""
    default = DEFAULTS[shape]
    same = [
        name
        for name, each in RIVALS[shape].items()
        if type(each) is type(default) and each.get_params() == default.get_params()
    ]
    if len(same) != 1:
        raise LookupError(f"the default of {shape}, {default!r}, is not among the rivals")
    return same[0]


def verdicts(results: pd.DataFrame, shape: str) -> pd.DataFrame:
    """Return a row per rival of a shape.

    Returns
    -------
    DataFrame
        estimator, worst_coverage and worst_cell (among those to be covered), failed (largest
        fraction of tables in a cell), band_error (mean over all cells), passes.
    """
    needed = [cell.name for cell in CELLS if cell.shape == shape and must_cover(cell)]
    # A whole band is asked of step and curve alike, so bands compare them fairly.
    column = "band_coverage_95" if shape in _BANDED else "coverage_95"
    rows = []
    for name in RIVALS[shape]:
        mine = results[(results["shape"] == shape) & (results["estimator"] == name)]
        asked = mine[mine["cell"].isin(needed)].set_index("cell")[column].dropna()
        failed = mine[["refused", "not_settled", "broken"]].sum(axis=1) / mine["replicates"]
        rows.append(
            {
                "estimator": name,
                "worst_coverage": float(asked.min()),
                "worst_cell": "" if asked.empty else str(asked.idxmin()),
                "failed": float(failed.max()),
                "band_error": float(mine["band_error"].mean()),
            }
        )
    frame = pd.DataFrame(rows)
    frame["passes"] = (frame["worst_coverage"] >= ENOUGH) & (frame["failed"] <= _MOST_FAILED)
    return frame


def winners(results: pd.DataFrame, shape: str) -> list[str]:
    """Return who wins a shape by the rule: nobody where none passes, several where they tie."""
    passed = verdicts(results, shape).query("passes")
    best = passed["band_error"].min()
    return list(passed.loc[passed["band_error"] <= best + _TIE, "estimator"])


def generated(results: pd.DataFrame) -> str:
    """Return the generated part of the README: findings, then a table per shape."""
    parts = ["## What was found", *_findings(results)]
    for shape in RIVALS:
        parts += [f"### {SHAPE_WORDS[shape]}", CELL_WORDS, _cell_table(results, shape)]
        parts += [_verdict_words(results, shape), _verdict_table(results, shape)]
    return "\n\n".join(parts)


def _findings(results: pd.DataFrame) -> list[str]:
    """Fill the figures of the results into the sentences."""
    keyed = results.set_index(results["cell"] + "/" + results["estimator"])
    columns = {
        "cov": "coverage_95",
        "band_cov": "band_coverage_95",
        "error": "band_error",
        "width": "width_95",
    }
    figures = {name: keyed[column].to_dict() for name, column in columns.items()}
    filled = [" ".join(each.format(**figures).replace("%", " %").split()) for each in FINDINGS]
    return [textwrap.fill(each, _WIDTH) for each in filled]


def _cell_table(results: pd.DataFrame, shape: str) -> str:
    """Return coverage and band error of each cell and rival as a Markdown table."""
    names = list(RIVALS[shape])
    lines = [_row("curve", "scores", "n", *names), _row(*["---"] * (len(names) + 3))]
    column = "band_coverage_95" if shape in _BANDED else "coverage_95"
    for cell in (each for each in CELLS if each.shape == shape):
        mine = results[results["cell"] == cell.name].set_index("estimator")
        coverage, error = mine[column].to_dict(), mine["band_error"].to_dict()
        entries = [_entry(float(coverage[name]), float(error[name])) for name in names]
        mark = "" if must_cover(cell) else " (*)"
        lines.append(_row(cell.curve + mark, cell.density, f"{cell.n:,}", *entries))
    return "\n".join(lines)


def _entry(coverage: float, error: float) -> str:
    return "no answer" if pd.isna(coverage) else f"{100 * coverage:.1f} / {error:.3f}"


def _verdict_words(results: pd.DataFrame, shape: str) -> str:
    names, default = winners(results, shape), default_name(shape)
    if not names:
        frame = verdicts(results, shape).sort_values("worst_coverage", na_position="first")
        best = frame["estimator"].iloc[-1]
        return (
            f"By the rule: no rival passes; the least bad is *{best}*. Default in the "
            f"code: *{default}*."
        )
    tie = ", which tie" if len(names) > 1 else ""
    won = " and ".join(f"*{name}*" for name in names)
    return f"By the rule the winner is {won}{tie}. Default in the code: *{default}*."


def _verdict_table(results: pd.DataFrame, shape: str) -> str:
    lines = [
        _row("rival", "worst coverage, %", "where", "failed, %", "mean band error", "passes"),
        _row(*["---"] * 6),
    ]
    lines += [_verdict_row(row) for row in verdicts(results, shape).to_dict("records")]
    return "\n".join(lines)


def _verdict_row(row: dict[Hashable, Any]) -> str:
    answered = bool(row["worst_cell"])
    return _row(
        row["estimator"],
        f"{100 * row['worst_coverage']:.1f}" if answered else "",
        row["worst_cell"],
        f"{100 * row['failed']:.1f}",
        f"{row['band_error']:.4f}" if answered else "",
        "yes" if row["passes"] else "no",
    )


def _row(*entries: str) -> str:
    return f"| {' | '.join(entries)} |"


def readme(results: pd.DataFrame) -> str:
    """Return the README's text with its generated part made anew."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{generated(results)}\n\n{END}{after}"


def main() -> int:
    """Write the README's generated part."""
    README.write_text(readme(load()), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
