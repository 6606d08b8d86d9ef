"""Match rates of a table's bands as bars, with fitted curves over them."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING, Any

import numpy as np

from imgstats.errors import InputError
from imgstats.plots.estimator_curves import LOOKS
from imgstats.plots.theme import (
    INK,
    MATCHED,
    QUIET,
    legend_above,
    measure_told,
    new_axes,
    percent_axis,
    theme,
)
from imgstats.tables.steps import band_step
from imgstats.wording import (
    band_words,
    interval_words,
    level_words,
    number_words,
    percent,
    thousands,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd
    from matplotlib.axes import Axes

    from imgstats.plots.estimator_curves import EstimatorCurve
    from imgstats.plots.theme import Told

__all__ = ["band_bars", "describe_band_bars"]

_NEEDED = ("low", "high", "rate", "rate_low", "rate_high", "n")
_LETTERS = 60  # side by side under the axis
_GAP = 0.08  # share of a bar's width that stays white
_TOP = 1.04  # a bar of 100 % and its whisker stay inside


def band_bars(
    bands: pd.DataFrame,
    *,
    curves: Sequence[EstimatorCurve] = (),
    of: Told | None = None,
    label: str | None = None,
    level: float = 0.95,
    ax: Axes | None = None,
) -> Axes:
    """Draw a bar per band with its interval, as wide as the band, and curves over them.

    An open band is drawn as wide as the usual band.

    Parameters
    ----------
    bands : DataFrame
        Columns low, high, rate, rate_low, rate_high and n, as `BandRate.band_rates` returns them;
        bands in rising order, an open end is missing.
    curves : sequence of EstimatorCurve, optional
        Drawn over the bars, as far as the bars reach.
    of : Measure, table or fitted estimator, optional
        Whose label and words the figure uses. Default: those of the curves.
    label : str, optional
        Of the horizontal axis, in the place of that.
    level : float
        Level of the intervals, a fraction, for the legend.

    Raises
    ------
    InputError
        If there is no band, or a column is missing.
    """
    rows = _rows(bands)
    edges = _edges(rows)
    middles = [(low + high) / 2 for low, high in edges]
    told = measure_told(of, *curves)
    with theme():
        ax = ax or new_axes()
        _bars(ax, rows, edges, f"{level_words(level)} interval")
        _over(ax, curves, edges[0][0], edges[-1][1])
        ax.set(ylim=(0, _TOP), xlim=(edges[0][0], edges[-1][1]))
        ax.set_xlabel(f"{label or told.label}, and {told.words.people}")
        ax.set_xticks(middles, _ticks(rows, edges), fontsize=9)
        percent_axis(ax, told.words.rate)
        _legend(ax)
    return ax


def _bars(
    ax: Axes, rows: list[dict[str, Any]], edges: list[tuple[float, float]], interval: str
) -> None:
    """Draw a bar with its interval for each band that holds somebody, a word for the others."""
    middles = [(low + high) / 2 for low, high in edges]
    widths = [(high - low) * (1 - _GAP) for low, high in edges]
    known = [i for i, row in enumerate(rows) if row["n"] > 0]
    ax.bar(
        [middles[i] for i in known],
        [rows[i]["rate"] for i in known],
        width=[widths[i] for i in known],
        color=MATCHED,
        alpha=0.3,
        lw=0,
        label="rate of the band",
    )
    ax.vlines(
        [middles[i] for i in known],
        [rows[i]["rate_low"] for i in known],
        [rows[i]["rate_high"] for i in known],
        color=INK,
        lw=2,
        label=interval,
    )
    for i in set(range(len(rows))) - set(known):
        ax.annotate("nobody", (middles[i], 0.02), rotation=90, ha="center", color=QUIET)


def _legend(ax: Axes) -> None:
    """Put the legend over the axes: bars first, then intervals, then curves."""
    handles, names = ax.get_legend_handles_labels()
    order = sorted(
        range(len(names)), key=lambda i: (handles[i] in ax.lines, handles[i] in ax.collections)
    )
    legend_above(
        ax,
        [handles[i] for i in order],
        [names[i] for i in order],
        columnspacing=1.2,
        handlelength=2.6,
    )


def _rows(bands: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the bands as records, with None for an open end."""
    missing = [name for name in _NEEDED if name not in bands]
    if missing:
        raise InputError(f"no column {', '.join(missing)}", f"columns {', '.join(_NEEDED)}")
    if not len(bands):
        raise InputError("no band", "at least one band")
    rows = [{str(k): v for k, v in row.items()} for row in bands.to_dict("records")]
    for row in rows:
        for end in ("low", "high"):
            row[end] = None if row[end] is None or np.isnan(row[end]) else float(row[end])
    return rows


def _edges(rows: list[dict[str, Any]]) -> list[tuple[float, float]]:
    """Return where each bar begins and ends, half a step beyond its values."""
    ends = [(row["low"], row["high"]) for row in rows]
    step = band_step(ends)
    closed = [high - low + step for low, high in ends if None not in (low, high)]
    usual = float(np.median(closed)) if closed else step
    found = []
    for row in rows:
        low, high = row["low"], row["high"]
        if low is None and high is None:
            low, high = 0.0, usual - step
        elif low is None:
            low = high - usual + step
        elif high is None:
            high = low + usual - step
        found.append((low - step / 2, high + step / 2))
    return found


def _ticks(rows: list[dict[str, Any]], edges: list[tuple[float, float]]) -> list[str]:
    """Return bands and their people, on one line more where the names would touch."""
    found = [_tick(row) for row in rows]
    whole = edges[-1][1] - edges[0][0]
    room = [_LETTERS * (high - low) / whole for low, high in edges]
    if all(
        max(map(len, each.split("\n"))) <= letters
        for each, letters in zip(found, room, strict=True)
    ):
        return found
    return [each.replace("\nto ", "\nto\n") for each in found]


def _tick(row: dict[str, Any]) -> str:
    """Return a band and its people on three lines."""
    low, high = row["low"], row["high"]
    if low is not None and low == high:
        words = f"{number_words(low)}\n"
    elif low is None or high is None:
        words = band_words(low, high).replace("up to ", "up to\n").replace(" and above", "\nand up")
    else:
        words = f"{number_words(low)}\nto {number_words(high)}"
    return f"{words}\n{thousands(row['n'])}"


def _over(ax: Axes, curves: Sequence[EstimatorCurve], first: float, last: float) -> None:
    """Draw the part of each curve that lies over the bars."""
    for curve, (color, style) in zip(curves, cycle(LOOKS[1:]), strict=False):
        shown = [
            (x, rate) for x, rate in zip(curve.x, curve.rate, strict=True) if first <= x <= last
        ]
        x, rate = zip(*shown, strict=True) if shown else ((), ())
        ax.plot(x, rate, color=color, ls=style, lw=2, label=curve.name)


def describe_band_bars(
    bands: pd.DataFrame,
    *,
    curves: Sequence[EstimatorCurve] = (),
    of: Told | None = None,
    label: str | None = None,
    level: float = 0.95,
) -> str:
    """Return what the figure shows, in words; parameters and errors as of `band_bars`."""
    rows = _rows(bands)
    told = measure_told(of, *curves)
    parts = [
        f"{band_words(row['low'], row['high'])}: nobody"
        if row["n"] == 0
        else (
            f"{band_words(row['low'], row['high'])}: {percent(row['rate'])} of "
            f"{thousands(row['n'])} ({interval_words(row['rate_low'], row['rate_high'])})"
        )
        for row in rows
    ]
    words = (
        f"Bars of the {told.words.rate} by band of {label or told.label}, with "
        f"{level_words(level)} intervals. {'; '.join(parts)}."
    )
    if not curves:
        return words
    edges = _edges(rows)
    over = [_ends_in_words(curve, edges[0][0], edges[-1][1]) for curve in curves]
    return f"{words} Curves over them: {'; '.join(over)}."


def _ends_in_words(curve: EstimatorCurve, first: float, last: float) -> str:
    """Return where a curve begins and ends over the bars."""
    inside = [pair for pair in zip(curve.x, curve.rate, strict=True) if first <= pair[0] <= last]
    if not inside:
        return f"{curve.name}, outside the bars"
    (low, at_low), (high, at_high) = inside[0], inside[-1]
    ends = (f"{percent(rate)} at {number_words(x)}" for x, rate in ((low, at_low), (high, at_high)))
    return f"{curve.name}, from {' to '.join(ends)}"
