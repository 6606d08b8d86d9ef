"""Match rate by score, and what it is if those whom the figures leave out had other scores."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError
from imgstats.plots.theme import MATCHED, NOT_MATCHED, QUIET, new_axes, percent_axis, theme
from imgstats.wording import interval_words, level_words, number_words, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from numpy.typing import ArrayLike, NDArray

    from imgstats.plots.estimator_curves import EstimatorCurve

    Array = NDArray[np.float64]

__all__ = ["consent_band", "describe_consent_band"]

_SPOKEN_EVERY = 10
_MINUS = "\N{MINUS SIGN}"


def consent_band(
    curve: EstimatorCurve,
    differing: ArrayLike,
    *,
    shift: float,
    label: str = "Step 2 CK score",
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
    label : str
        Of the horizontal axis.

    Raises
    ------
    InputError
        If there are not two rates at each score of the curve.
    """
    higher, lower = _both(curve, differing)
    points = number_words(shift)
    with theme():
        ax = ax or new_axes()
        ends = (np.fmin(higher, lower), np.fmax(higher, lower))
        ax.fill_between(curve.x, *ends, color=NOT_MATCHED, alpha=0.22, lw=0)
        for rates, style, up, down in ((higher, "-.", "+", _MINUS), (lower, ":", _MINUS, "+")):
            words = f"those left out: matched {up}{points}, not matched {down}{points}"
            ax.plot(curve.x, rates, color=NOT_MATCHED, lw=1.6, ls=style, label=words)
        for position, limit in enumerate((curve.low, curve.high)):
            words = "_" if position else f"{level_words(curve.level)} interval"
            ax.plot(curve.x, limit, color=QUIET, lw=1, ls="--", label=words)
        ax.plot(curve.x, curve.rate, color=MATCHED, lw=2.2, label="those left out have like scores")
        ax.set(ylim=(0, 1), xlim=(curve.x[0], curve.x[-1]), xlabel=label)
        percent_axis(ax, "match rate")
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), fontsize=9.5)
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
    curve: EstimatorCurve, differing: ArrayLike, *, shift: float, label: str = "Step 2 CK score"
) -> str:
    """Return what the figure shows, in words with its figures; errors as of `consent_band`."""
    higher, lower = _both(curve, differing)
    spoken = [at for at, x in enumerate(curve.x) if x % _SPOKEN_EVERY == 0] or [0]
    parts = [
        f"{percent(curve.rate[at])} at {number_words(curve.x[at])} "
        f"({interval_words(*sorted((higher[at], lower[at])))})"
        for at in spoken
    ]
    apart = np.abs(higher - lower)
    closest, furthest = (curve.x[int(find(apart))] for find in (np.nanargmin, np.nanargmax))
    return (
        f"Line chart of the match rate by {label}, in brackets what it is if the scores of the "
        f"people whom the figures leave out differ by {number_words(shift)} points in opposite "
        f"directions: {', '.join(parts)}. The two directions are closest at "
        f"{number_words(closest)} and furthest apart at {number_words(furthest)}. Two dashed "
        f"lines are the {level_words(curve.level)} interval of the rate itself."
    )
