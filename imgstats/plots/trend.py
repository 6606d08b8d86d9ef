"""Match rates of both IMG groups by year, all specialties, and a forecast of the next year."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import GROUPS
from imgstats.comparison.trend.years import outlook
from imgstats.plots.theme import MATCHED, NOT_MATCHED, QUIET, new_axes, percent_axis, theme
from imgstats.wording import counted_percent, level_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.comparison.trend.records import Forecast, Trend

__all__ = ["describe_trend", "trend_lines"]

_ROOM_FOR_NAMES = 6.5  # years right of the last point
_STRIP = 0.5  # years shaded on each side of the forecast
_TICK_EVERY = 3
_STYLES = {"non_us_img": (MATCHED, "o", "-"), "us_img": (NOT_MATCHED, "s", "--")}


def trend_lines(trend: Trend, *, ax: Axes | None = None) -> Axes:
    """Draw the yearly match rate to any PGY-1 position of both groups, and the next forecast.

    The forecast is a hollow mark with a bar for its interval, on a shaded strip that says so, and
    no line leads to it: it is not a published figure.

    Parameters
    ----------
    trend : Trend
        Yearly rows; years without a published rate are left out, a withheld forecast too.
    """
    found = outlook(trend)
    with theme():
        ax = ax or new_axes()
        for group, (color, marker, style) in _STYLES.items():
            years, rates = _known(trend, group)
            ax.plot(
                years, rates, color=color, lw=1.6, ls=style, marker=marker, ms=5, mec="w", mew=0.75
            )
            end = (years[-1], rates[-1])
            if (forecast := found.find(group)) is not None:
                end = _mark(ax, forecast, color, marker)
            ax.annotate(
                GROUPS[group],
                end,
                xytext=(8, 0),
                textcoords="offset points",
                color=color,
                va="center",
                fontweight="bold",
            )
        first, last = int(trend.rows[0].match_year), int(trend.rows[-1].match_year)
        if found.forecasts:
            _shade(ax, int(found.match_year), trend.level)
        ax.set(ylim=(0, 1), xlabel="Match year")
        ax.set_xlim(right=last + _ROOM_FOR_NAMES)
        percent_axis(ax, "matched to any PGY-1")
        ax.set_xticks(sorted(range(last, first - 1, -_TICK_EVERY)))
    return ax


def _mark(ax: Axes, forecast: Forecast, color: str, marker: str) -> tuple[int, float]:
    """Draw a forecast and its interval, and return where it stands."""
    year = int(forecast.match_year)
    ax.errorbar(
        [year],
        [forecast.value],
        yerr=[[forecast.value - forecast.low], [forecast.high - forecast.value]],
        color=color,
        fmt=marker,
        mfc="white",
        mew=1.4,
        ms=5.5,
        lw=1.6,
        capsize=3.5,
        zorder=4,
    )
    return year, forecast.value


def _shade(ax: Axes, year: int, level: float) -> None:
    """Shade the year that has not come, and say what stands there."""
    ax.axvspan(year - _STRIP, year + _STRIP, color=QUIET, alpha=0.12, lw=0, zorder=0)
    ax.annotate(
        f"forecast for {year},\n{level_words(level)} interval",
        (year - _STRIP, 0.02),
        xytext=(-4, 0),
        textcoords="offset points",
        color=QUIET,
        ha="right",
        va="bottom",
        fontsize=9.5,
    )


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
        f"{'; '.join(parts)}.{_forecast_words(trend)}"
    )


def _forecast_words(trend: Trend) -> str:
    ahead = outlook(trend)
    found = [ahead.find(group) for group in GROUPS]
    parts = [
        f"{GROUPS[each.name]}s {each.words} ({each.interval}, {each.way})"
        for each in found
        if each is not None
    ]
    if not parts:
        return ""
    return (
        f" On a shaded strip, as hollow marks, forecasts for {ahead.match_year} from the years "
        f"behind, with {level_words(trend.level)} intervals, by a trend or like the last year: "
        f"{'; '.join(parts)}."
    )
