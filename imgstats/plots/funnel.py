"""Match rate by money for applications, as a range, and where nothing more can be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.ticker import FuncFormatter, MultipleLocator

from imgstats.errors import InputError
from imgstats.plots.theme import HALO, INK, MATCHED, QUIET, new_axes, percent_axis, theme
from imgstats.wording import interval_words, level_words, thousands

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from imgstats.strategy.funnel.records import Funnel, FunnelRow

__all__ = ["describe_funnel", "funnel_range"]

_APPLICATIONS = (0, 50, 100, 200, 300, 400, 500)  # written above the figure
_NAMED_AT = 0.3  # share of the money where the bands are named
_TICK_EVERY = 4000  # USD
_SAID = 100  # applications that the description gives the rate at


def funnel_range(funnel: Funnel, *, ax: Axes | None = None) -> Axes:
    """Draw the range of the match rate against the money, with its interval around it.

    No line runs through the middle: nothing is known to be likelier there.

    Parameters
    ----------
    funnel : Funnel
        With a rate.

    Raises
    ------
    InputError
        If it has no rate.
    """
    rows = _drawn(funnel)
    money = np.array([each.cost_usd for each in rows], dtype=float)
    with theme():
        ax = ax or new_axes()
        outer, inner = (
            [[float(getattr(each, f"{name}_{end}")) for each in rows] for end in ("low", "high")]
            for name in ("interval", "rate")
        )
        ax.fill_between(
            money, outer[0], outer[1], color=MATCHED, alpha=0.22, lw=0, label="interval"
        )
        ax.fill_between(
            money, inner[0], inner[1], color=MATCHED, alpha=0.5, lw=0, label="assumptions"
        )
        _name_bands(ax, funnel, money, outer[0], inner)
        _shade_unseen(ax, funnel, money)
        _mark_own(ax, funnel)
        ax.set(ylim=(0, 1), xlim=(0, money[-1]), xlabel="Fees for applications, USD")
        ax.xaxis.set_major_locator(MultipleLocator(_TICK_EVERY))
        ax.xaxis.set_major_formatter(FuncFormatter(lambda value, _: thousands(value)))
        percent_axis(ax, "matched, over the assumptions")
        _count_above(ax, rows)
    return ax


def _drawn(funnel: Funnel) -> tuple[FunnelRow, ...]:
    if not funnel.curve:
        raise InputError(
            f"no rate for {funnel.specialty}", "a funnel with a rate", "show its sentences instead"
        )
    return funnel.curve


def _name_bands(
    ax: Axes,
    funnel: Funnel,
    money: NDArray[np.float64],
    outer: list[float],
    inner: list[list[float]],
) -> None:
    """Write into the bands what they are."""
    at = int(np.searchsorted(money, money[-1] * _NAMED_AT))
    ax.annotate(
        "range over the assumptions",
        (money[at], (inner[0][at] + inner[1][at]) / 2),
        color=INK,
        va="center",
        path_effects=HALO,
    )
    ax.annotate(
        f"with the {level_words(funnel.level)} sampling interval",
        (money[at], outer[at]),
        xytext=(12, -10),
        textcoords="offset points",
        color=INK,
        fontsize=9.5,
        va="top",
        path_effects=HALO,
    )


def _shade_unseen(ax: Axes, funnel: Funnel, money: NDArray[np.float64]) -> None:
    """Shade where nothing can be seen under some assumptions, darker where under all."""
    if funnel.unseen_low is None or funnel.unseen_high is None:
        return
    numbers = [each.applications for each in funnel.curve]
    low, high = (
        float(np.interp(each, numbers, money)) for each in (funnel.unseen_low, funnel.unseen_high)
    )
    ax.axvspan(low, high, color=QUIET, alpha=0.1, lw=0, zorder=0, gid="unseen-some")
    ax.axvspan(high, money[-1], color=QUIET, alpha=0.22, lw=0, zorder=0, gid="unseen-all")
    for at, words in ((low, "nothing more seen,\nby some assumptions"), (high, "by all of them")):
        ax.annotate(
            words,
            (at, 0.02),
            xytext=(4, 0),
            textcoords="offset points",
            color=INK,
            fontsize=9,
            va="bottom",
        )


def _mark_own(ax: Axes, funnel: Funnel) -> None:
    """Mark the number that was asked about."""
    own = next((each for each in funnel.rows if each.own), None)
    if own is None or own.rate_low is None or own.rate_high is None:
        return
    ax.plot(
        [own.cost_usd] * 2,
        [own.rate_low, own.rate_high],
        color=INK,
        lw=2,
        marker="_",
        ms=9,
        gid="own",
    )
    ax.annotate(
        f"{own.applications}",
        (own.cost_usd, own.rate_high),
        xytext=(0, 14),
        textcoords="offset points",
        color=INK,
        fontweight="bold",
        ha="center",
    )


def _count_above(ax: Axes, rows: tuple[FunnelRow, ...]) -> None:
    """Write the number of applications on a second axis."""
    numbers = np.array([each.applications for each in rows], dtype=float)
    money = np.array([each.cost_usd for each in rows], dtype=float)
    above = ax.secondary_xaxis(
        "top",
        functions=(
            lambda usd: np.interp(np.asarray(usd, dtype=float), money, numbers),
            lambda count: np.interp(np.asarray(count, dtype=float), numbers, money),
        ),
    )
    above.set_xticks([each for each in _APPLICATIONS if each < numbers[-1]])
    above.set_xlabel("Applications in one specialty")


def describe_funnel(funnel: Funnel) -> str:
    """Return what the figure shows, in words with its figures."""
    rows = _drawn(funnel)
    near = min(rows, key=lambda each: abs(each.applications - _SAID))
    shown = {each.applications: each for each in (near, rows[-1])}
    parts = [
        f"{thousands(each.cost_usd)} USD ({each.applications} applications) "
        f"{interval_words(each.rate_low or 0, each.rate_high or 0)}, with the sampling interval "
        f"{interval_words(each.interval_low or 0, each.interval_high or 0)}"
        for each in shown.values()
    ]
    return (
        "Band of the match rate against the fees for applications, without a middle line: "
        f"{'; '.join(parts)}. A shaded strip begins at {funnel.unseen_low} applications and a "
        f"darker one at {funnel.unseen_high}: from there further applications move the rate by no "
        f"more than its {level_words(funnel.level)} sampling interval is wide, under some and "
        "under all assumptions."
    )
