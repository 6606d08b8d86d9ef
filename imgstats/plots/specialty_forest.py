"""Forest of specialties: own rates, and what remains of them when they lean on their kin."""

from __future__ import annotations

from textwrap import wrap
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from imgstats.errors import InputError
from imgstats.plots.theme import INK, MATCHED, NOT_MATCHED, QUIET, measure_told, theme
from imgstats.wording import counted_percent, interval_words, level_words, percent, thousands

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from imgstats.measures import OutcomeWords
    from imgstats.plots.theme import Told

__all__ = ["describe_specialty_forest", "specialty_forest"]

_NEEDED = (
    "name",
    "n",
    "rate",
    "rate_low",
    "rate_high",
    "pooled_rate",
    "pooled_low",
    "pooled_high",
)
_WIDTH, _ROW, _REST = 4.9, 0.36, 1.15  # inches
_LETTERS = 24  # of a name on one line
_TICKS = (0, 0.25, 0.5, 0.75, 1)
_APART = 0.17  # rows between a specialty's two marks


def specialty_forest(
    rates: pd.DataFrame,
    *,
    mean: float,
    level: float = 0.95,
    of: Told | None = None,
    label: str = "specialty",
    ax: Axes | None = None,
) -> Axes:
    """Draw each specialty's own rate and its pooled rate, the highest on top.

    Parameters
    ----------
    rates : DataFrame
        A row per specialty, as `PooledRate.rates_`: name, n; rate, rate_low, rate_high of its own
        counts (missing where they are not published); pooled_rate, pooled_low, pooled_high.
    mean : float
        Mean of the kin, a fraction.
    level : float
        Level of the intervals, a fraction, for the legend.
    of : Measure, table or fitted estimator, optional
        Whose words for the outcomes the figure uses. Default: those of matching.
    label : str
        What a row is.

    Raises
    ------
    InputError
        If there is no specialty, or a column is missing.
    """
    rows = _sorted(rates)
    places = np.arange(len(rows), dtype=np.float64)
    with theme():
        ax = ax or _tall_axes(len(rows))
        ax.axvline(mean, color=QUIET, lw=1.2, ls=":", label=f"mean of all, {percent(mean)}")
        ax.hlines(places - _APART, rows["rate_low"], rows["rate_high"], color=NOT_MATCHED, lw=1.2)
        ax.plot(
            rows["rate"],
            places - _APART,
            "s",
            mfc="white",
            mec=NOT_MATCHED,
            mew=1.4,
            ms=5,
            ls="none",
            label="own counts alone",
        )
        ax.hlines(places + _APART, rows["pooled_low"], rows["pooled_high"], color=MATCHED, lw=2.4)
        ax.plot(
            rows["pooled_rate"],
            places + _APART,
            "o",
            color=MATCHED,
            ms=5.5,
            ls="none",
            label="leaning on the others",
        )
        for place in places[rows["rate"].isna()]:
            ax.annotate(
                "own rate not published",
                (0.01, place - _APART),
                va="center",
                color=QUIET,
                fontsize=9,
            )
        _dress(ax, rows, level, label, measure_told(of).words)
    return ax


def _sorted(rates: pd.DataFrame) -> pd.DataFrame:
    missing = [name for name in _NEEDED if name not in rates]
    if missing:
        raise InputError(f"no column {', '.join(missing)}", f"columns {', '.join(_NEEDED)}")
    if not len(rates):
        raise InputError("no row", "at least one row")
    return rates.sort_values("pooled_rate", ascending=False, kind="stable").reset_index(drop=True)


def _tall_axes(rows: int) -> Axes:
    figure = Figure(figsize=(_WIDTH, _ROW * rows + _REST), layout="constrained")
    return figure.add_subplot()


def _dress(ax: Axes, rows: pd.DataFrame, level: float, label: str, words: OutcomeWords) -> None:
    """Write names, axes and legend, and shade every other row."""
    for place in range(0, len(rows), 2):
        ax.axhspan(place - 0.5, place + 0.5, color=QUIET, alpha=0.06, lw=0, zorder=0)
    names = [_label(name, n) for name, n in zip(rows["name"], rows["n"], strict=True)]
    ax.set_yticks(range(len(rows)), names, fontsize=9, linespacing=1.0)
    ax.tick_params(axis="y", labelcolor=INK)
    ax.set(xlim=(0, 1), ylim=(len(rows) - 0.5, -0.5), ylabel=f"{label} ({words.people})")
    ax.set_xlabel(f"{words.rate} with {level_words(level)} interval")
    ax.set_xticks(_TICKS)
    ax.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))
    ax.grid(visible=False, axis="y")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), fontsize=9.5)


def _label(name: str, n: float) -> str:
    """Return a name with its people, on two lines where one is too long."""
    return "\n".join(wrap(f"{name} ({thousands(n)})", _LETTERS))


def describe_specialty_forest(
    rates: pd.DataFrame,
    *,
    mean: float,
    level: float = 0.95,
    of: Told | None = None,
    label: str = "specialty",
) -> str:
    """Return what the figure shows, in words; parameters and errors as of `specialty_forest`."""
    rows = _sorted(rates)
    parts = [
        f"{row['name']} {percent(row['pooled_rate'])} "
        f"({interval_words(row['pooled_low'], row['pooled_high'])}; own "
        f"{'not published' if np.isnan(row['rate']) else counted_percent(row['rate'])} of "
        f"{thousands(row['n'])})"
        for row in rows.to_dict("records")
    ]
    return (
        f"Forest plot of {len(rows)} rows, one a {label}, each with the "
        f"{measure_told(of).words.rate} of its own counts and the rate after leaning on the "
        f"others, with {level_words(level)} intervals, sorted by the latter. The mean of all is "
        f"{percent(mean)}. {'; '.join(parts)}."
    )
