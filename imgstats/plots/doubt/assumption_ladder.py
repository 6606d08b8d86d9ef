"""The assumption ladder: what a table allows to say of one band, rung by rung."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from textwrap import fill
from typing import TYPE_CHECKING

from matplotlib.ticker import PercentFormatter

from imgstats.errors import TableError
from imgstats.plots.theme import INK, MATCHED, NOT_MATCHED, measure_told, new_axes, theme
from imgstats.wording import band_words, interval_words, level_words, percent

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from matplotlib.axes import Axes

    from imgstats.comparison.score.records import Headline, Ladder
    from imgstats.measures import Measure
    from imgstats.plots.theme import Told
    from imgstats.tables import OutcomeSummary

__all__ = [
    "Rung",
    "assumption_ladder",
    "assumption_rungs",
    "describe_assumption_ladder",
    "laddered",
]

_NAMES = {
    "digits": "printed digits",
    "unimodal": "and one peak",
    "smooth": "and no jumps",
    "monotone": "digits and a\nrising rate",
}
_LETTERS = 44  # of the label on one line
_HEIGHT = 0.56
_BESIDE = 0.62  # a bar that begins further right has its label to the left
_NARROW = 0.02  # the least width that is drawn, so that no bar vanishes


@dataclass(frozen=True, slots=True, kw_only=True)
class Rung:
    """What one set of assumptions allows for the match rate of a band.

    Attributes
    ----------
    name : str
        The assumption in few words.
    kind : {"bounds", "branch", "interval"}
        Bounds of a rung of the ladder, bounds of the branch beside it, or a fitted curve's
        interval.
    low, high : float
        Ends, fractions.
    rate : float or None
        The fitted rate; None for bounds, which single out none.
    of : Measure or None
        What the band is of, and what the outcomes are called.
    """

    name: str
    kind: str
    low: float
    high: float
    rate: float | None = None
    of: Measure | None = None


def assumption_rungs(
    table: OutcomeSummary,
    *,
    bands: Iterable[tuple[float | None, float | None]],
    level: float = 0.95,
) -> list[tuple[Rung, ...]]:
    """Return bounds and interval of each band, from the weakest assumption to the strongest.

    All of them speak of the people in the summaries, also where the whole group's counts are
    known, so that like stands beside like.

    Parameters
    ----------
    table : OutcomeSummary
        Printed digits with n and extremes of both outcomes.
    bands : iterable of (low, high)
        Ends, both included; None for an open end.
    level : float
        Level of the fitted curve's interval, a fraction.

    Returns
    -------
    list of tuple of Rung
        For each band the rungs of `RateBounds`, its branch with a rising rate, and the interval of
        `TiltRate`. A higher rung is left out where no distribution under it prints the digits, as
        on a coarse scale whose neighbours differ much, and the branch where no rising rate does.

    Raises
    ------
    InputError
        If a band's low end is above its high end, or the level is not between 0 and 1.
    TableError
        If n or an extreme is missing, or no distribution prints the digits.
    """
    asked = list(bands)
    from imgstats.estimators import TiltRate
    from imgstats.estimators.bounds import LADDER, RateBounds

    bounds = {LADDER[0]: RateBounds(assumption=LADDER[0]).fit(table)}
    for name in LADDER[1:]:
        with suppress(TableError):  # of an assumption that the digits refute; the others stand
            bounds[name] = RateBounds(assumption=name).fit(table)
    curve = TiltRate().fit(replace(table, group_counts=None))
    frames = [("bounds", _NAMES[name], each.band_rates(asked)) for name, each in bounds.items()]
    with suppress(TableError):  # likewise of a rising rate
        frames.append(("branch", _NAMES["monotone"], bounds[LADDER[0]].monotone_rates(asked)))
    frames.append(("interval", _curve_name(level), curve.band_rates(asked, level)))
    return [
        tuple(_rung(kind, name, frame, place, table.of) for kind, name, frame in frames)
        for place in range(len(asked))
    ]


def laddered(headline: Headline, ladder: Ladder) -> tuple[Rung, ...]:
    """Return the rungs of a comparison as they are drawn, with the curve's interval below them.

    Parameters
    ----------
    headline : Headline
        The fitted rate at the score.
    ladder : Ladder
        What the figures allow there without a curve, as `Headline.ladder` holds it.
    """
    bounds = [
        Rung(name=_NAMES[each.name], kind="bounds", low=each.low, high=each.high)
        for each in ladder.rungs
    ]
    curve = Rung(
        name=_curve_name(headline.level),
        kind="interval",
        low=headline.low,
        high=headline.high,
        rate=headline.rate,
    )
    return (*bounds, curve)


def _curve_name(level: float) -> str:
    return f"fitted curve,\n{level_words(level)} interval"


def _rung(kind: str, name: str, frame: pd.DataFrame, place: int, of: Measure) -> Rung:
    """Return one row of a frame of bands as a rung; bounds have no rate."""
    rate, low, high = (float(frame[each].iloc[place]) for each in ("rate", "rate_low", "rate_high"))
    known = rate if kind == "interval" else None
    return Rung(name=name, kind=kind, low=low, high=high, rate=known, of=of)


def assumption_ladder(
    rungs: tuple[Rung, ...],
    *,
    band: tuple[float | None, float | None],
    of: Told | None = None,
    measure: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the ladder as horizontal bars, the weakest assumption on top.

    Parameters
    ----------
    rungs : tuple of Rung
        In the order of drawing, as `assumption_rungs` returns them.
    band : (low, high)
        The band they are about; None for an open end.
    of : Measure, table or fitted estimator, optional
        Whose label and words the figure uses. Default: those of what is drawn.
    measure : str, optional
        Name of the measure, in the place of its label.
    """
    with theme():
        ax = ax or new_axes()
        for place, rung in enumerate(rungs):
            _draw_rung(ax, place, rung)
        ax.set_yticks(range(len(rungs)), [rung.name for rung in rungs])
        ax.tick_params(axis="y", labelcolor=INK)
        ax.set(xlim=(0, 1), ylim=(len(rungs) - 0.4, -0.6), ylabel="what is assumed")
        subject = _subject(rungs, band, of, measure)
        between = ", " if len(", ".join(subject)) <= _LETTERS else ",\n"
        ax.set_xlabel(between.join(fill(each, _LETTERS) for each in subject))
        ax.xaxis.set_major_formatter(PercentFormatter(xmax=1, decimals=0, symbol=" %"))
        ax.grid(visible=False, axis="y")
    return ax


def _subject(
    rungs: tuple[Rung, ...],
    band: tuple[float | None, float | None],
    of: Told | None,
    measure: str | None,
) -> tuple[str, str]:
    """Return what the rate is called, and the band in words."""
    told = measure_told(of, *rungs)
    return told.words.rate, f"{measure or told.label} {band_words(*band)}"


def _draw_rung(ax: Axes, place: int, rung: Rung) -> None:
    """Draw one bar, or for a fitted curve a line with its rate, and write its ends."""
    words = interval_words(rung.low, rung.high)
    if rung.kind == "interval" and rung.rate is not None:
        ax.hlines(place, rung.low, rung.high, color=INK, lw=7)
        ax.plot([rung.rate], [place], "o", color="white", ms=3.5, zorder=5)
        words = f"{percent(rung.rate)} ({words})"
    else:
        color = NOT_MATCHED if rung.kind == "branch" else MATCHED
        width = max(rung.high - rung.low, _NARROW)
        hatch = "///" if rung.kind == "branch" else None
        ax.barh(place, width, left=rung.low, height=_HEIGHT, color=color, alpha=0.22, lw=0)
        ax.barh(
            place, width, left=rung.low, height=_HEIGHT, fill=False, ec=color, hatch=hatch, lw=1.2
        )
    _write(ax, place, rung, words)


def _write(ax: Axes, place: int, rung: Rung, words: str) -> None:
    """Write the ends beside the bar, or inside it where it leaves no room."""
    x, align, gap = rung.high, "left", 6
    if rung.high > _BESIDE:
        x, align, gap = rung.low, "right", -6
        if rung.low < 1 - _BESIDE:
            x, align, gap = (rung.low + rung.high) / 2, "center", 0
    box = {"facecolor": "white", "edgecolor": "none", "pad": 1.4} if align == "center" else None
    ax.annotate(
        words,
        (x, place),
        xytext=(gap, 0),
        textcoords="offset points",
        ha=align,
        va="center",
        fontsize=9.5,
        bbox=box,
        zorder=6,
    )


def describe_assumption_ladder(
    rungs: tuple[Rung, ...],
    *,
    band: tuple[float | None, float | None],
    of: Told | None = None,
    measure: str | None = None,
) -> str:
    """Return what the figure shows, in words; parameters as of `assumption_ladder`."""
    rate, where = _subject(rungs, band, of, measure)
    parts = [
        f"{rung.name.replace(chr(10), ' ')}: {interval_words(rung.low, rung.high)}"
        + ("" if rung.rate is None else f" around {percent(rung.rate)}")
        for rung in rungs
    ]
    return (
        f"Horizontal bars of what can be said about the {rate} at {where}, "
        f"by what is assumed. {'; '.join(parts)}. The more is assumed, the "
        "shorter the bar, and the less credible what it says."
    )
