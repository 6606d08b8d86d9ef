"""One table through several estimators: their curves and the range between them."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from itertools import cycle
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import ExtrapolationWarning, InputError
from imgstats.plots.theme import (
    INK,
    MATCHED,
    NOT_MATCHED,
    OTHER,
    legend_above,
    measure_axis,
    measure_told,
    new_axes,
    percent_axis,
    theme,
)
from imgstats.wording import interval_words, level_words, number_words, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from matplotlib.axes import Axes
    from numpy.typing import NDArray

    from imgstats.estimators.contract import RateEstimator
    from imgstats.measures import Measure
    from imgstats.plots.theme import Told

    Array = NDArray[np.float64]

__all__ = [
    "LOOKS",
    "EstimatorCurve",
    "curves_of",
    "describe_estimator_curves",
    "estimator_curves",
    "spread_places",
]

# Colour and dash of the first curve, the second and so on: told apart without colour too.
LOOKS = (
    (MATCHED, "-"),
    (NOT_MATCHED, "--"),
    (INK, ":"),
    (OTHER, "-."),
    (NOT_MATCHED, (0, (1, 1))),
    (INK, (0, (5, 1, 1, 1))),
)
_SPOKEN = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class EstimatorCurve:
    """Match rate by score of one estimator.

    Attributes
    ----------
    name : str
        The estimator in few words.
    x, rate : tuple of float
        Scores in rising order, and the rate at each, a fraction.
    low, high : tuple of float
        Ends of the interval at each score, fractions.
    level : float
        Level of the interval, a fraction.
    of : Measure or None
        What x is, and what the outcomes are called.
    """

    name: str
    x: tuple[float, ...]
    rate: tuple[float, ...]
    low: tuple[float, ...]
    high: tuple[float, ...]
    level: float = 0.95
    of: Measure | None = None


def curves_of(
    estimators: Mapping[str, RateEstimator], x: Iterable[float], *, level: float = 0.95
) -> tuple[EstimatorCurve, ...]:
    """Return the curves of fitted estimators at the same scores.

    Parameters
    ----------
    estimators : mapping of str to RateEstimator
        Fitted, by name; the first one is drawn with its interval.
    x : iterable of float
        Scores in rising order.
    level : float
        Level of the intervals, a fraction.

    Returns
    -------
    tuple of EstimatorCurve
        In the order given. Scores beyond the table raise no warning: they are asked for to be
        looked at.

    Raises
    ------
    InputError
        If an estimator has no rate at a score, or the level is not between 0 and 1.
    """
    points = tuple(float(each) for each in x)
    found = []
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        for name, fitted in estimators.items():
            limits = fitted.predict_interval(points, level)
            found.append(
                EstimatorCurve(
                    name=name,
                    x=points,
                    rate=tuple(fitted.predict_rate(points).tolist()),
                    low=tuple(limits[:, 0].tolist()),
                    high=tuple(limits[:, 1].tolist()),
                    level=level,
                    of=measure_told(None, fitted),
                )
            )
    return tuple(found)


def estimator_curves(
    curves: Sequence[EstimatorCurve],
    *,
    of: Told | None = None,
    label: str | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the curves, the interval of the first and the range of all.

    Parameters
    ----------
    curves : sequence of EstimatorCurve
        At the same scores. The first is the one whose interval is shaded.
    of : Measure, table or fitted estimator, optional
        Whose label and words the figure uses. Default: those of what is drawn.
    label, ylabel : str, optional
        Of the horizontal and the vertical axis, in the place of those.

    Raises
    ------
    InputError
        If there is no curve, or the curves are at different scores.
    """
    lowest, highest = _range(curves)
    first = curves[0]
    told = measure_told(of, *curves)
    with theme():
        ax = ax or new_axes()
        interval = f"{level_words(first.level)} interval of the first"
        ax.fill_between(first.x, first.low, first.high, color=MATCHED, alpha=0.16, lw=0)
        ax.collections[-1].set_label(interval)
        if len(curves) > 1:
            ax.fill_between(first.x, lowest, highest, fc="none", ec=OTHER, hatch="////", lw=0)
            ax.collections[-1].set_label("range of all")
        # The first is drawn last, and so on top.
        looks = list(zip(curves, cycle(LOOKS), strict=False))
        for position, (curve, (color, style)) in reversed(list(enumerate(looks))):
            width = 1.6 if position else 2.4
            ax.plot(curve.x, curve.rate, color=color, ls=style, lw=width, label=curve.name)
        ax.set(ylim=(0, 1), xlim=(first.x[0], first.x[-1]))
        measure_axis(ax, label or told.label)
        percent_axis(ax, ylabel or told.words.rate)
        handles, names = ax.get_legend_handles_labels()
        lines = [pair for pair in zip(handles, names, strict=True) if pair[0] in ax.lines][::-1]
        areas = [pair for pair in zip(handles, names, strict=True) if pair[0] not in ax.lines]
        shown = lines + areas
        # Names of estimators are long, and curves run everywhere.
        legend_above(ax, [handle for handle, _ in shown], [name for _, name in shown], ncols=1)
    return ax


def _range(curves: Sequence[EstimatorCurve]) -> tuple[Array, Array]:
    """Return the lowest and the highest rate at each score."""
    if not curves:
        raise InputError("no curve", "at least one curve")
    if len({curve.x for curve in curves}) > 1:
        raise InputError("curves at different scores", "the same scores for all curves")
    rates = np.array([curve.rate for curve in curves], dtype=np.float64)
    return rates.min(axis=0), rates.max(axis=0)


def spread_places(count: int) -> list[int]:
    """Return places of the few scores that a description tells of, both ends among them.

    Examples
    --------
    >>> spread_places(11), spread_places(2)
    ([0, 2, 4, 6, 8, 10], [0, 1])
    """
    return [round(at) for at in np.linspace(0, count - 1, min(_SPOKEN, count))]


def describe_estimator_curves(
    curves: Sequence[EstimatorCurve],
    *,
    of: Told | None = None,
    label: str | None = None,
    ylabel: str | None = None,
) -> str:
    """Return what the figure shows, in words; parameters and errors as of `estimator_curves`."""
    told = measure_told(of, *curves)
    chart = f"Line chart of the {ylabel or told.words.rate} by {label or told.label}"
    lowest, highest = _range(curves)
    x = curves[0].x
    places = spread_places(len(x))
    parts = [
        f"{curve.name}: "
        + ", ".join(f"{percent(curve.rate[i])} at {number_words(x[i])}" for i in places)
        for curve in curves
    ]
    if len(curves) == 1:
        return f"{chart}. {parts[0]}."
    widest = int(np.nanargmax(highest - lowest))
    closest = int(np.nanargmin(highest - lowest))
    return (
        f"{chart}, by {len(curves)} estimators. {'; '.join(parts)}. The curves are closest at "
        f"{number_words(x[closest])} ({interval_words(lowest[closest], highest[closest])}) and "
        f"furthest apart at {number_words(x[widest])} "
        f"({interval_words(lowest[widest], highest[widest])})."
    )
