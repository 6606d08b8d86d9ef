"""Match rate by value of a factor: a point with its interval for each value or band."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgstats.plots.theme import HALO, INK, MATCHED, QUIET, new_axes, percent_axis, theme
from imgstats.wording import interval_words, level_words, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.comparison.factors.records import Factor

__all__ = ["describe_factor_rates", "factor_rates"]

_HALF = 0.5
_FLOOR = 0.15  # so near to the bottom the label stands beside the point
_RIGHT = 0.7  # from here on a label is turned inwards


def factor_rates(factor: Factor, *, xlabel: str, level: float, ax: Axes | None = None) -> Axes:
    """Draw the rate of each value or band of a factor.

    Parameters
    ----------
    factor : Factor
        With rows.
    xlabel : str
        Name of the factor.
    level : float
        Level of the intervals, a fraction.
    """
    with theme():
        ax = ax or new_axes()
        at = range(len(factor.rows))
        ax.axhline(_HALF, color=QUIET, lw=0.9, ls=":", label="one half")
        ax.vlines(
            at,
            [row.low for row in factor.rows],
            [row.high for row in factor.rows],
            color=MATCHED,
            lw=2,
            alpha=0.45,
            label=f"{level_words(level)} interval",
        )
        rates = [row.rate for row in factor.rows]
        ax.plot(at, rates, "o", color=MATCHED, ms=6, label="match rate")
        for place, row in enumerate(factor.rows):
            if row.own:
                ax.plot([place], [row.rate], "o", color=INK, ms=8, mec="white", mew=1.2, zorder=5)
                _label(ax, place, row.low, f"{row.label}: {percent(row.rate)}", len(factor.rows))
        ax.set_xticks(list(at), [row.label.split()[0] for row in factor.rows])
        ax.set(ylim=(0, 1), xlabel=xlabel)
        percent_axis(ax, "match rate")
        ax.legend(loc="lower right" if rates[-1] >= _HALF else "upper right", fontsize=9.5)
    return ax


def _label(ax: Axes, place: int, low: float, words: str, n_rows: int) -> None:
    """Write the applicant's rate under its interval, away from the points to the left."""
    left = place < _RIGHT * n_rows
    style: dict[str, Any] = {
        "textcoords": "offset points",
        "fontweight": "bold",
        "path_effects": list(HALO),
        "zorder": 6,
    }
    if low < _FLOOR:  # no room under the interval
        ax.annotate(words, (place, low), xytext=(8, 4), ha="left", va="bottom", **style)
        return
    offset, align = ((4, -5), "left") if left else ((6, -16), "right")
    ax.annotate(words, (place, low), xytext=offset, ha=align, va="top", **style)


def describe_factor_rates(factor: Factor, *, xlabel: str) -> str:
    """Return what the figure shows, in words with its figures."""
    points = [
        f"{percent(row.rate)} ({interval_words(row.low, row.high)}) for {row.label}"
        for row in factor.rows
    ]
    return f"Points with intervals: match rate by {xlabel}, {', '.join(points)}."
