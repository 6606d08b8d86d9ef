"""What a rate by score would be if those whose scores are not summarised had other scores.

A report may summarise the scores of a part of a group: in 2026 of those who agreed to research use.
The rate of the whole group is counted all the same, so only the two score distributions move.
Nothing here fits anything: a lookup does without an estimator.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError
from imgstats.tables.summary import OUTCOMES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.tables.summary import OutcomeSummary

    Array = NDArray[np.float64]

__all__ = ["SHIFT", "rates_if_others_differ", "summarised_shares"]

# Assumed, in points of Step 2 CK: no source says how far the scores of the others lie off.
SHIFT = 5.0


def summarised_shares(table: OutcomeSummary) -> tuple[float, float] | None:
    """Return which share of the matched and of the not matched the digits are about.

    Returns
    -------
    (float, float) or None
        Fractions, 1 where the table counts no larger group; None where a summary lacks its n.

    Examples
    --------
    >>> from imgstats.tables import OutcomeSummary, Summary
    >>> summarised_shares(
    ...     OutcomeSummary(
    ...         measure="step2_ck",
    ...         matched=Summary(n=40, median=250),
    ...         not_matched=Summary(n=60, median=243),
    ...         group_counts=(50, 80),
    ...     )
    ... )
    (0.8, 0.75)
    """
    if table.group_counts is None:
        return 1.0, 1.0
    parts = [table.outcome(name).n for name in OUTCOMES]
    matched, not_matched = (
        None if part is None else part / whole if whole else 1.0
        for part, whole in zip(parts, table.group_counts, strict=True)
    )
    return None if matched is None or not_matched is None else (matched, not_matched)


def rates_if_others_differ(
    grid: Array,
    rate: Array,
    density_matched: Array,
    density_not_matched: Array,
    *,
    shares: tuple[float, float],
    shift: float = SHIFT,
) -> Array:
    """Return the rate where the others' scores differ by as much in opposite directions.

    The scores of an outcome are then a mixture: its share has the fitted density, the rest the same
    density moved by `shift` and cut at the ends of the scale.

    Parameters
    ----------
    grid : ndarray, shape (g,)
        Values of the measure at equal steps, ascending.
    rate : ndarray, shape (g,)
        Fitted rate, a fraction.
    density_matched, density_not_matched : ndarray, shape (g,)
        Fitted share of each outcome at each value; 0 outside the scale.
    shares : (float, float)
        Of the matched and of the not matched whose scores are summarised, fractions.
    shift : float
        In the measure's units; a number below 0 swaps the directions.

    Returns
    -------
    ndarray, shape (2, g)
        First where the other matched lie higher and the other not matched lower, then the other way
        round. Summed over the group, each gives the rate of the whole group that `rate` gives. NaN
        where a density is 0.

    Raises
    ------
    InputError
        If a share is not above 0 and at most 1, or the shift is no number or wider than a standard
        deviation of the scores.

    Examples
    --------
    >>> grid, rate = np.arange(5.0), np.full(5, 0.5)
    >>> density = np.array([0.1, 0.2, 0.4, 0.2, 0.1])
    >>> found = rates_if_others_differ(grid, rate, density, density, shares=(0.5, 0.5), shift=1)
    >>> found.round(2).tolist()
    [[0.33, 0.33, 0.5, 0.67, 0.67], [0.67, 0.67, 0.5, 0.33, 0.33]]
    """
    if not all(0 < each <= 1 for each in shares):
        raise InputError(f"shares {shares!r}", "fractions above 0 and up to 1")
    if not math.isfinite(shift):
        raise InputError(f"shift {shift!r}", "a number in the measure's units")
    _check_shift(grid, (density_matched, density_not_matched), shift)
    found = []
    for distance in (shift, -shift):
        matched = rate * _times(grid, density_matched, shares[0], distance)
        not_matched = (1 - rate) * _times(grid, density_not_matched, shares[1], -distance)
        found.append(matched / (matched + not_matched))
    return np.array(found)


def _check_shift(grid: Array, densities: tuple[Array, Array], shift: float) -> None:
    """Refuse a shift that would push a good part of the people off the scale."""
    wide = 0.0
    for density in densities:
        share = density / density.sum()
        wide = max(wide, float(np.sqrt(share @ (grid - share @ grid) ** 2)))
    if abs(shift) > wide:
        raise InputError(
            f"shift {abs(shift):g}", f"at most a standard deviation of the scores, {wide:.3g}"
        )


def _times(grid: Array, density: Array, share: float, distance: float) -> Array:
    """Return how many times as dense the whole outcome is as its summarised part."""
    there = density > 0
    moved = np.zeros(len(grid))
    moved[there] = _moved(grid[there], density[there], distance)
    known = np.where(there, density, np.nan)
    result: Array = share + (1 - share) * moved * (density.sum() / moved.sum()) / known
    return result


def _moved(scale: Array, density: Array, distance: float) -> Array:
    """Return a density moved along its scale; beyond an end it goes on at the end's steepness.

    A cut at a passing score is the scale's: nobody's scores stop five points above it.
    """
    steepness = np.diff(np.log(density)) / np.diff(scale)
    origin = scale - distance
    nearest = np.clip(origin, scale[0], scale[-1])
    beyond = np.where(origin < nearest, steepness[0], steepness[-1]) * (origin - nearest)
    result: Array = np.interp(nearest, scale, density) * np.exp(beyond)
    return result
