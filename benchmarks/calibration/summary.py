"""What the results say: the README's generated part, by the rule of `benchmarks.calibration.rule`.

``python -m benchmarks.calibration.summary`` writes that part anew from ``results.csv`` and
``withheld.csv``.
"""

from __future__ import annotations

import sys
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.calibration import withheld_words
from benchmarks.calibration.cells import CELLS, PUBLISHED, RIVALS
from benchmarks.calibration.findings import FINDINGS
from benchmarks.calibration.rule import (
    BANDED,
    ENOUGH,
    NEAREST,
    default_name,
    errors,
    is_nearest,
    must_cover,
    verdicts,
    winners,
)
from benchmarks.calibration.withheld import WITHHELD
from benchmarks.calibration.withheld_words import row

if TYPE_CHECKING:
    from collections.abc import Hashable

    from benchmarks.calibration.cells import Cell

__all__ = [
    "ENOUGH",
    "RESULTS",
    "default_name",
    "errors",
    "generated",
    "is_nearest",
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

_WIDTH = 118
_FIGURES = {
    "cov": "coverage_95",
    "band_cov": "band_coverage_95",
    "error": "band_error",
    "width": "width_95",
    "worst": "worst_coverage_95",
    "worst_at": "worst_at",
}
CELL_WORDS = (
    "Held by the 95 % interval, in per cent / error of the band rates. *Asked* is what the rule "
    "asks an interval to hold, *worst* what the default's holds at the score (rank, band) where it "
    "holds least, and which that is:"
)
ERROR_WORDS = "Error of the band rates on the first tables, published methods beside the package's:"
SHAPE_WORDS = {
    "summary": "Full summary of both outcomes (n, min, quartiles, max, mean, sd)",
    "one_median": "Quartiles of the matched, one median of the not matched",
    "quartiles": "Quartiles of both, nothing else",
    "band_counts": "Bands with exact counts",
    "band_percent": "Bands with n and whole per cents",
    "ranks": "Full summary of counts: ranks and publications",
}


def load(path: Path = RESULTS) -> pd.DataFrame:
    """Return the results, a row per cell and estimator."""
    return pd.read_csv(path)


def generated(results: pd.DataFrame, withheld: pd.DataFrame) -> str:
    """Return the generated part of the README: findings, a table per shape, withheld digits."""
    parts = ["## What was found", *_findings(results)]
    for shape in RIVALS:
        parts += [f"### {SHAPE_WORDS[shape]}", _wrapped(CELL_WORDS), _cell_table(results, shape)]
        parts += [_wrapped(_verdict_words(results, shape)), _verdict_table(results, shape)]
        if PUBLISHED[shape]:
            parts += [ERROR_WORDS, _error_table(results, shape)]
    parts += ["### Withheld digits", *map(_wrapped, withheld_words.sentences(withheld))]
    return "\n\n".join([*parts, withheld_words.table(withheld)])


def _wrapped(text: str) -> str:
    return textwrap.fill(text, _WIDTH)


def _findings(results: pd.DataFrame) -> list[str]:
    """Fill the figures of the results into the sentences."""
    keyed = results.set_index(results["cell"] + "/" + results["estimator"])
    figures = {name: keyed[column].to_dict() for name, column in _FIGURES.items()}
    figures["mean"] = {
        f"{shape}/{name}": value
        for shape in RIVALS
        for name, value in errors(results, shape).to_dict().items()
    }
    filled = [" ".join(each.format(**figures).replace("%", " %").split()) for each in FINDINGS]
    return [_wrapped(each) for each in filled]


def _cell_table(results: pd.DataFrame, shape: str) -> str:
    """Return coverage and band error of each cell and rival as a Markdown table."""
    names, default = list(RIVALS[shape]), default_name(shape)
    heads = ["curve", "scores", "n", "asked", *names, "worst"]
    lines = [row(*heads), row(*["---"] * len(heads))]
    column = "band_coverage_95" if shape in BANDED else "coverage_95"
    for cell in (each for each in CELLS if each.shape == shape):
        mine = results[results["cell"] == cell.name].set_index("estimator")
        coverage, error = mine[column].to_dict(), mine["band_error"].to_dict()
        worst, worst_at = (
            float(mine[name].to_dict()[default]) for name in ("worst_coverage_95", "worst_at")
        )
        entries = [_entry(float(coverage[name]), float(error[name])) for name in names]
        asked = f"{100 * must_cover(cell):.0f}"
        lines.append(row(*_about(cell), asked, *entries, f"{100 * worst:.0f} at {worst_at:.0f}"))
    return "\n".join(lines)


def _about(cell: Cell) -> tuple[str, str, str]:
    return cell.curve, cell.density, f"{cell.n:,}"


def _entry(coverage: float, error: float) -> str:
    return "no answer" if pd.isna(coverage) else f"{100 * coverage:.1f} / {error:.3f}"


def _verdict_words(results: pd.DataFrame, shape: str) -> str:
    names, default = winners(results, shape), default_name(shape)
    if not names:
        frame = verdicts(results, shape)
        frame["spare"] = frame["worst_coverage"] - frame["asked"]
        best = frame.sort_values("spare", na_position="first")["estimator"].iloc[-1]
        words = f"By the rule: no rival passes; the least bad is *{best}*."
    else:
        won = " and ".join(f"*{name}*" for name in names)
        tie = ", which tie" if len(names) > 1 else ""
        words = f"By the rule the winner is {won}{tie}."
    return f"{words} Default in the code: *{default}*.{_nearest_words(results, shape)}"


def _nearest_words(results: pd.DataFrame, shape: str) -> str:
    """Say whether the default is nearest of all, where that is asked."""
    if shape not in NEAREST:
        return ""
    found, default = errors(results, shape), default_name(shape)
    own, where = found[default], "on average over the cells' first tables"
    if is_nearest(results, shape):
        second = found.drop(default)
        return (
            f" It is the nearest of all, published methods too: {own:.4f} off {where}; the next is "
            f"*{second.index[0]}*, {second.iloc[0]:.4f}."
        )
    nearer = found[found < own].to_dict().items()
    words = "; ".join(f"*{name}*, {value:.4f}" for name, value in nearer)
    return f" It is {own:.4f} off {where}, and not the nearest of all as the rule asks: {words}."


def _verdict_table(results: pd.DataFrame, shape: str) -> str:
    heads = ("rival", "least to spare, %", "asked, %", "where", "failed, %", "mean band error")
    lines = [row(*heads, "passes"), row(*["---"] * (len(heads) + 1))]
    lines += [_verdict_row(each) for each in verdicts(results, shape).to_dict("records")]
    return "\n".join(lines)


def _verdict_row(found: dict[Hashable, Any]) -> str:
    answered = bool(found["worst_cell"])
    return row(
        found["estimator"],
        f"{100 * found['worst_coverage']:.1f}" if answered else "",
        f"{100 * found['asked']:.0f}" if answered else "",
        found["worst_cell"],
        f"{100 * found['failed']:.1f}",
        f"{found['band_error']:.4f}" if answered else "",
        "yes" if found["passes"] else "no",
    )


def _error_table(results: pd.DataFrame, shape: str) -> str:
    """Return the band errors on the first tables, a row per cell and their mean."""
    mine = results[results["shape"] == shape]
    table = mine.pivot_table(index="cell", columns="estimator", values="band_error_first")
    means = errors(results, shape).to_dict()
    names = [name for name in (*RIVALS[shape], *PUBLISHED[shape]) if name in means]
    heads = ["curve", "scores", "n", *names]
    columns = [table[name].to_dict() for name in names]
    lines = [row(*heads), row(*["---"] * len(heads))]
    lines += [
        row(*_about(cell), *(f"{column[cell.name]:.3f}" for column in columns))
        for cell in CELLS
        if cell.shape == shape
    ]
    return "\n".join([*lines, row("mean", "", "", *(f"{means[name]:.4f}" for name in names))])


def readme(results: pd.DataFrame, withheld: pd.DataFrame) -> str:
    """Return the README's text with its generated part made anew."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(BEGIN)
    after = rest.split(END)[1]
    return f"{before}{BEGIN}\n\n{generated(results, withheld)}\n\n{END}{after}"


def main() -> int:
    """Write the README's generated part."""
    README.write_text(readme(load(), load(WITHHELD)), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
