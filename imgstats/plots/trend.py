"""Match rates of both IMG groups by year, all specialties."""

from __future__ import annotations

from typing import TYPE_CHECKING

import seaborn as sns

from imgstats.applicant import GROUPS
from imgstats.plots.theme import MATCHED, NOT_MATCHED, new_axes, percent_axis, theme
from imgstats.wording import counted_percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.comparison.records import Trend

__all__ = ["describe_trend", "trend_lines"]

_ROOM_FOR_NAMES = 5.5  # years right of the last point
_TICK_EVERY = 3
_STYLES = {"non_us_img": (MATCHED, "o", "-"), "us_img": (NOT_MATCHED, "s", "--")}


def trend_lines(trend: Trend, *, ax: Axes | None = None) -> Axes:
    """Draw the yearly match rate to any PGY-1 position of both groups.

    Parameters
    ----------
    trend : Trend
        Yearly rows; years without a published rate are left out.
    ax : Axes, optional
        Where to draw. Default: new axes.

    Returns
    -------
    Axes
        What was drawn on.
    """
    with theme():
        ax = ax or new_axes()
        for group, (color, marker, style) in _STYLES.items():
            years, rates = _known(trend, group)
            sns.lineplot(
                x=years,
                y=rates,
                ax=ax,
                color=color,
                lw=1.6,
                ls=style,
                marker=marker,
                ms=5,
                legend=False,
            )
            ax.annotate(
                GROUPS[group],
                (years[-1], rates[-1]),
                xytext=(6, 0),
                textcoords="offset points",
                color=color,
                va="center",
                fontweight="bold",
            )
        ax.set(ylim=(0, 1), xlabel="Match year")
        first, last = int(trend.rows[0].match_year), int(trend.rows[-1].match_year)
        ax.set_xlim(right=last + _ROOM_FOR_NAMES)
        percent_axis(ax, "matched to any PGY-1")
        ax.set_xticks(sorted(range(last, first - 1, -_TICK_EVERY)))
    return ax


def _known(trend: Trend, group: str) -> tuple[list[int], list[float]]:
    pairs = [
        (int(row.match_year), rate)
        for row in trend.rows
        if (rate := getattr(row, f"{group}_rate")) is not None
    ]
    return [year for year, _ in pairs], [rate for _, rate in pairs]


def describe_trend(trend: Trend) -> str:
    """Return what the figure shows, in words with its figures."""
    parts = []
    for group, label in GROUPS.items():
        years, rates = _known(trend, group)
        low, high = min(rates), max(rates)
        parts.append(
            f"{label}s went from {counted_percent(rates[0])} in {years[0]} to "
            f"{counted_percent(rates[-1])} in {years[-1]} (lowest {counted_percent(low)}, highest "
            f"{counted_percent(high)})"
        )
    return (
        "Line chart of the share of active applicants who matched to any PGY-1 position, by year: "
        f"{'; '.join(parts)}."
    )
