"""How a joint rate moves with the two correlations that are assumed for it (emerging)."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from imgstats.errors import InputError
from imgstats.joint.rates import EMERGING
from imgstats.plots.theme import INK, MATCHED, measure_told, new_axes, theme
from imgstats.wording import interval_words, number_words, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from imgstats.joint.rates import JointRange, JointSurface
    from imgstats.measures import OutcomeWords
    from imgstats.plots.theme import Told

    Array = NDArray[np.float64]
    Grid = tuple[Array, Array, Array]
    Region = tuple[tuple[float, float], tuple[float, float]]

__all__ = ["describe_joint_region", "joint_region"]

_STEPS = (0.01, 0.02, 0.05, 0.1)
_MOST_LINES = 9  # more contour lines than this cannot be told apart on a phone
# Labels of lines, in fractions of the axes: so far from the sides and the region's outline, from
# each other and the marked point, and only where the next line is at least so far away.
_SIDE, _APART, _GAP = 0.08, 0.16, 0.06
_SHADES = 256
_DARKEST = 0.62  # of the way to the full colour, so that dark letters stay legible
_LEAST = 2  # correlations a side


def joint_region(
    surface: JointSurface,
    answer: JointRange,
    *,
    of: Told | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the joint rate over both correlations, with the stated region outlined.

    Parameters
    ----------
    surface : JointSurface
        Rates over the correlations that the figure spans.
    answer : JointRange
        The answer over the stated region, which lies inside the surface.
    of : Measure, table or fitted estimator, optional
        Whose words for the outcomes the figure uses. Default: those of matching.

    Raises
    ------
    InputError
        If the surface has fewer than two correlations a side, or does not hold the region.
    """
    import seaborn as sns  # here: it takes a second, and most reports have no such figure

    across, up, rates = _arrays(surface, answer)
    words = measure_told(of).words
    with theme():
        ax = ax or new_axes()
        full = sns.light_palette(MATCHED, as_cmap=True)
        shades = full(np.linspace(0, _DARKEST, _SHADES))
        ax.pcolormesh(
            across,
            up,
            rates,
            cmap=sns.blend_palette(shades, as_cmap=True),
            shading="gouraud",
            rasterized=True,
        )
        whole = interval_words(rates.min(), rates.max())
        ax.add_patch(
            Rectangle(
                (0, 0), 0, 0, fc=shades[-1], lw=0, label=f"deeper colour, higher rate: {whole}"
            )
        )
        _draw_lines(ax, (across, up, rates), answer.region)
        ax.set(xlim=(across[0], across[-1]), ylim=(up[0], up[-1]))
        _mark_answer(ax, answer)
        ax.set(
            xlabel=f"assumed correlation among the {words.yes}",
            ylabel=f"assumed correlation\namong the {words.no}",
        )
        for axis in (ax.xaxis, ax.yaxis):
            axis.set_major_locator(MaxNLocator(nbins=6, steps=[1, 2, 3, 5, 10]))
            axis.set_major_formatter(lambda value, _: _number(value))
        ax.grid(visible=False)
        ax.legend(
            loc="lower left",
            bbox_to_anchor=(0, 1),
            fontsize=9.5,
            borderaxespad=0.2,
            labelspacing=0.3,
        )
    return ax


def _arrays(surface: JointSurface, answer: JointRange) -> Grid:
    """Return both correlations and the rates as the axes want them: a row for each height."""
    sides = (surface.correlation_matched, surface.correlation_not_matched)
    for side, (low, high) in zip(sides, answer.region, strict=True):
        if len(side) < _LEAST:
            raise InputError(f"a surface of {len(side)} correlation", "two or more a side")
        if not side[0] <= low <= high <= side[-1]:
            raise InputError(
                f"a surface from {side[0]:g} to {side[-1]:g}",
                f"one that holds the stated region, {low:g} to {high:g}",
            )
    return np.array(sides[0]), np.array(sides[1]), np.array(surface.rate).T


def _levels(rates: Array) -> Array:
    """Return the round rates where contour lines go; none where the rate hardly moves."""
    low, high = float(rates.min()), float(rates.max())
    for step in _STEPS:
        first, last = math.floor(low / step + 1e-9) + 1, math.ceil(high / step - 1e-9) - 1
        if last - first < _MOST_LINES:
            break
    return np.asarray(np.arange(first, last + 1) * step, dtype=np.float64)


def _draw_lines(ax: Axes, grid: Grid, region: Region) -> None:
    """Draw contour lines at round rates, and label those that have room for it."""
    levels = _levels(grid[2])
    if not len(levels):
        return
    lines = ax.contour(*grid, levels=levels, colors=MATCHED, linewidths=0.9)
    step = levels[1] - levels[0] if len(levels) > 1 else 1.0
    places = _label_places(lines.allsegs, grid, region, step)
    if places:  # matplotlib takes an empty list for "wherever you like"
        ax.clabel(lines, fmt=percent, fontsize=9.5, colors=INK, inline_spacing=3, manual=places)


def _label_places(
    segments: Sequence[Sequence[Array]], grid: Grid, region: Region, step: float
) -> list[tuple[float, float]]:
    """Return one free place on each contour line that has any."""
    across, up, _ = grid
    start, size = np.array([across[0], up[0]]), np.array([np.ptp(across), np.ptp(up)])
    box = (np.array(region).T - start) / size
    taken = [(np.zeros(2) - start) / size]
    places = []
    for of_level in segments:
        found = [(np.asarray(each) - start) / size for each in of_level if len(each)]
        points = np.concatenate([np.zeros((0, 2)), *found])
        points = points[((points > _SIDE) & (points < 1 - _SIDE)).all(axis=1)]
        points = points[_off_outline(points, box)]
        points = points[_gaps(points * size + start, grid, step) > _GAP]
        if not len(points):
            continue
        free = np.min([np.hypot(*(points - each).T) for each in taken], axis=0)
        best = int(np.argmax(free))
        if free[best] > _APART:
            taken.append(points[best])
            x, y = points[best] * size + start
            places.append((float(x), float(y)))
    return places


def _off_outline(points: Array, box: Array) -> NDArray[np.bool_]:
    """Return which points lie well outside or well inside a box of lower and upper corner."""
    outside = ((points < box[0] - _SIDE) | (points > box[1] + _SIDE)).any(axis=1)
    inside = ((points > box[0] + _SIDE) & (points < box[1] - _SIDE)).all(axis=1)
    return np.asarray(outside | inside)


def _gaps(points: Array, grid: Grid, step: float) -> Array:
    """Return about how far the next contour line is from each point, as a fraction of the axes."""
    from scipy.interpolate import RegularGridInterpolator

    across, up, rates = grid
    slope_up, slope_across = np.gradient(rates, up, across)
    steepness = np.hypot(slope_up * np.ptp(up), slope_across * np.ptp(across))
    there = RegularGridInterpolator((up, across), steepness)(points[:, ::-1])
    return np.asarray(step / np.maximum(there, 1e-12))


def _mark_answer(ax: Axes, answer: JointRange) -> None:
    """Outline the stated region and mark where both correlations are 0."""
    (left, right), (bottom, top) = answer.region
    ax.add_patch(
        Rectangle(
            (left, bottom),
            right - left,
            top - bottom,
            fill=False,
            ec=INK,
            lw=2,
            zorder=4,
            label=f"stated region: {_range_words(answer)}",
        )
    )
    sides = (ax.get_xlim(), ax.get_ylim())
    if not all(low <= 0 <= high for low, high in sides):
        return
    ax.plot(
        [0],
        [0],
        "o",
        color=INK,
        ms=7,
        mec="white",
        mew=1.3,
        ls="none",
        zorder=5,
        clip_on=False,
        label=f"product of margins: {percent(answer.independent)}",
    )


def _range_words(answer: JointRange) -> str:
    low, high = percent(answer.low), percent(answer.high)
    return low if low == high else interval_words(answer.low, answer.high)


def describe_joint_region(
    surface: JointSurface, answer: JointRange, *, of: Told | None = None
) -> str:
    """Return what the figure shows, in words; parameters and errors as of `joint_region`."""
    words = measure_told(of).words
    across, up, rates = _arrays(surface, answer)
    subjects = " and ".join(
        f"{name} {number_words(value)}" for name, value in zip(answer.names, answer.at, strict=True)
    )
    return (
        f"Contour map of the {words.rate} at {subjects} by two assumed correlations, among the "
        f"{words.yes} from {_span(across[0], across[-1])} and among the {words.no} from "
        f"{_span(up[0], up[-1])} ({EMERGING}). Where both are 0, the product of "
        f"margins, it is {percent(answer.independent)}. In the outlined region, "
        f"{_span(*answer.region[0])} among the {words.yes} and {_span(*answer.region[1])} among "
        f"the {words.no}, it is {_range_words(answer)}: lowest at {_place(answer.low_at, words)}, "
        f"highest at {_place(answer.high_at, words)}. Over the whole map it is "
        f"{interval_words(rates.min(), rates.max())}."
    )


def _number(value: float) -> str:
    """Return a correlation with at most two decimals and a minus that is read aloud."""
    return f"{round(value, 2) + 0:g}".replace("-", "\u2212")


def _span(low: float, high: float) -> str:
    return _number(low) if low == high else f"{_number(low)} to {_number(high)}"


def _place(at: tuple[float, float], words: OutcomeWords) -> str:
    return f"{_number(at[0])} among the {words.yes} with {_number(at[1])} among the {words.no}"
