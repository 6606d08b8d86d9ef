"""Rate by score, and what it is if those whom the figures leave out had other scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError
from imgstats.plots.estimator_curves import spread_places
from imgstats.plots.theme import (
    MATCHED,
    NOT_MATCHED,
    QUIET,
    legend_above,
    measure_axis,
    measure_told,
    new_axes,
    percent_axis,
    theme,
)
from imgstats.wording import interval_words, level_words, number_words, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from imgstats.plots.estimator_curves import EstimatorCurve
    from imgstats.plots.theme import Told

    Array = NDArray[np.float64]

__all__ = ["consent_band", "describe_consent_band"]

_MINUS = "\N{MINUS SIGN}"


def consent_band(
    curve: EstimatorCurve,
    differing: ArrayLike,
    *,
    shift: float,
    of: Told | None = None,
    label: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the rate with its interval, and the rates where the others' scores differ.

    Parameters
    ----------
    curve : EstimatorCurve
        Rate and interval by score.
    differing : array_like, shape (n, 2)
        At the curve's scores: the rate where the other matched lie higher and the other not matched
        lower, and the other way round, fractions.
    shift : float
        How far, in the measure's units.
    of : Measure, table or fitted estimator, optional
        Whose label and words the figure uses. Default: those of the curve.
    label : str, optional
        Of the horizontal axis, in the place of that.

    Raises
    ------
    InputError
        If there are not two rates at each score of the curve.
    """
    higher, lower = _both(curve, differing)
    told, points = measure_told(of, curve), number_words(shift)
    yes, no = told.words.yes, told.words.no
    with theme():
        ax = ax or new_axes()
        ends = (np.fmin(higher, lower), np.fmax(higher, lower))
        ax.fill_between(curve.x, *ends, color=NOT_MATCHED, alpha=0.22, lw=0)
        for rates, style, up, down in ((higher, "-.", "+", _MINUS), (lower, ":", _MINUS, "+")):
            words = f"those left out: {yes} {up}{points}, {no} {down}{points}"
            ax.plot(curve.x, rates, color=NOT_MATCHED, lw=1.6, ls=style, label=words)
        for position, limit in enumerate((curve.low, curve.high)):
            words = "_" if position else f"{level_words(curve.level)} interval"
            ax.plot(curve.x, limit, color=QUIET, lw=1, ls="--", label=words)
        ax.plot(curve.x, curve.rate, color=MATCHED, lw=2.2, label="those left out have like scores")
        ax.set(ylim=(0, 1), xlim=(curve.x[0], curve.x[-1]))
        measure_axis(ax, label or told.label)
        percent_axis(ax, told.words.rate)
        legend_above(ax, ncols=1)
    return ax


def _both(curve: EstimatorCurve, differing: ArrayLike) -> tuple[Array, Array]:
    """Return the rates of both directions at the curve's scores."""
    rates = np.asarray(differing, dtype=np.float64)
    if rates.shape != (len(curve.x), 2):
        raise InputError(
            f"rates of shape {rates.shape}", f"two rates at each of {len(curve.x)} scores"
        )
    return rates[:, 0], rates[:, 1]


def describe_consent_band(
    curve: EstimatorCurve,
    differing: ArrayLike,
    *,
    shift: float,
    of: Told | None = None,
    label: str | None = None,
) -> str:
    """Return what the figure shows, in words; parameters and errors as of `consent_band`."""
    told = measure_told(of, curve)
    higher, lower = _both(curve, differing)
    parts = [
        f"{percent(curve.rate[at])} at {number_words(curve.x[at])} "
        f"({interval_words(*sorted((higher[at], lower[at])))})"
        for at in spread_places(len(curve.x))
    ]
    apart = np.abs(higher - lower)
    closest, furthest = (curve.x[int(find(apart))] for find in (np.nanargmin, np.nanargmax))
    return (
        f"Line chart of the {told.words.rate} by {label or told.label}, in brackets what it is if "
        f"the scores of the people whom the figures leave out differ by {number_words(shift)} "
        f"points in opposite directions: {', '.join(parts)}. The two directions are closest at "
        f"{number_words(closest)} and furthest apart at {number_words(furthest)}. Two dashed "
        f"lines are the {level_words(curve.level)} interval of the rate itself."
    )
