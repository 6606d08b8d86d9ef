"""Printed digits against a density: residuals, their covariance and their derivatives.

A quartile is an order statistic of values that lie whole steps apart, so the middle of the cdf's
step at the printed value is compared with 1/4, 1/2 or 3/4; the step's height enters as rounding. A
quartile that is itself rounded has a wider step. Mean and sd enter in widths of a cell with the
rounding of print. An extreme enters as the normal score of the middle of its own distribution's
step.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import log_ndtr, ndtri_exp

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgstats.estimators.cells import Cells
    from imgstats.tables.digits import Rounding, Summary

    Array = NDArray[np.float64]

__all__ = ["Digits", "Targets", "compare", "make_targets", "stack"]

_QUARTILES = {"q1": 0.25, "median": 0.50, "q3": 0.75}
# A normal score beyond 8 has a probability under 1e-15: nothing is learned from it, and its
# logarithms lose all their digits.
_LOWEST_LOG = float(log_ndtr(-8.0))
_HIGHEST_LOG = -float(np.exp(_LOWEST_LOG))
_ALMOST_ALL = 1 - 1e-15
_ROOT_TWO_PI = float(np.sqrt(2 * np.pi))


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """One outcome's printed digits of t tables, laid out on the grid once for many comparisons.

    Attributes
    ----------
    names : tuple of str
        Printed fields in the order of the residuals: quartiles, mean, sd, extremes. The same of
        all tables.
    printed : ndarray, shape (t, d)
        Their values.
    n : float
        Number of applicants, the same of all tables.
    grid : ndarray, shape (g,)
        Middles of the cells, counted from the lowest: moments far from 0 would lose digits.
    shares : ndarray, shape (t, q)
        1/4, 1/2, 3/4 of the printed quartiles; the middle for tied ones.
    below, at : ndarray, shape (t, q, g)
        Share of each cell below the quartile with half of what is at it; at it. At it is what its
        rounding prints as it.
    mean, sd : ndarray, shape (t, 1), or None
        Printed moments, in cells as the grid is.
    mean_variance, sd_variance : float
        Of their rounding.
    inner, outer : ndarray, shape (t, e, g)
        Share of each cell at or beyond each printed extreme; beyond it.
    """

    names: tuple[str, ...]
    printed: Array
    n: float
    grid: Array
    shares: Array
    below: Array
    at: Array
    mean: Array | None
    sd: Array | None
    mean_variance: float
    sd_variance: float
    inner: Array
    outer: Array


def stack(targets: Sequence[Targets]) -> Targets:
    """Return the targets of several tables that print the same digits as one."""
    first = targets[0]

    def joined(name: str) -> Array:
        """Return a field of all tables."""
        return np.concatenate([getattr(each, name) for each in targets])

    return replace(
        first,
        printed=joined("printed"),
        shares=joined("shares"),
        below=joined("below"),
        at=joined("at"),
        mean=None if first.mean is None else joined("mean"),
        sd=None if first.sd is None else joined("sd"),
        inner=joined("inner"),
        outer=joined("outer"),
    )


def make_targets(cells: Cells, summary: Summary, rounding: Rounding) -> Targets:
    """Lay one outcome's printed digits of one table out on cells."""
    quartiles = _distinct_quartiles(summary)
    values = np.array([value for _, value, _ in quartiles], dtype=np.float64)
    under, at = cells.printed_as(values, rounding.quartile or 0.0)
    ends = [name for name in ("min", "max") if summary.value(name) is not None]
    moments = [name for name in ("mean", "sd") if summary.value(name) is not None]
    names = (*(name for name, _, _ in quartiles), *moments, *ends)
    low, unit = cells.grid[0], cells.width
    shape = (1, len(quartiles), len(cells.grid))
    inner, outer = _beyond(cells, summary, ends)
    return Targets(
        names=names,
        printed=np.array([[summary.value(name) for name in names]], dtype=np.float64),
        n=float(summary.n or 1),
        grid=(cells.grid - low) / unit,
        shares=np.array([[share for _, _, share in quartiles]]),
        below=(under + 0.5 * at).reshape(shape),
        at=at.reshape(shape),
        mean=_moment(summary.mean, low, unit),
        sd=_moment(summary.sd, 0.0, unit),
        mean_variance=(rounding.mean / unit) ** 2 / 12,
        sd_variance=(rounding.sd / unit) ** 2 / 12,
        inner=inner[None],
        outer=outer[None],
    )


def _moment(value: float | None, low: float, unit: float) -> Array | None:
    return None if value is None else np.array([[(value - low) / unit]], dtype=np.float64)


def _beyond(cells: Cells, summary: Summary, ends: Sequence[str]) -> tuple[Array, Array]:
    """Return the share of each cell at or beyond each printed extreme, and beyond it, (e, g)."""
    values = np.array([summary.value(name) or 0.0 for name in ends])
    under, within = cells.under(values), cells.within(values)
    is_top = np.array([name == "max" for name in ends])[:, None]
    return np.where(is_top, 1 - under, within), np.where(is_top, 1 - within, under)


def _distinct_quartiles(summary: Summary) -> list[tuple[str, float, float]]:
    """Return name, value and share of each quartile, tied ones as one at their shares' middle.

    Tied quartiles are one fact: the value's step spans all of their shares.
    """
    found: dict[float, list[str]] = {}
    for name in _QUARTILES:
        printed = summary.value(name)
        if printed is not None:
            found.setdefault(printed, []).append(name)
    return [
        (names[0], printed, sum(_QUARTILES[name] for name in (names[0], names[-1])) / 2)
        for printed, names in found.items()
    ]


@dataclass(frozen=True, slots=True, kw_only=True)
class Digits:
    """What one outcome's printed digits say of t densities at once.

    Attributes
    ----------
    residuals : ndarray, shape (t, d)
        Fitted minus printed: cdf units for quartiles, cells for mean and sd, normal scores
        for extremes.
    covariance : ndarray, shape (t, d, d)
        Of the residuals: sampling plus rounding.
    jacobian : ndarray, shape (t, d, k)
        Derivative of the residuals by the coefficients.
    """

    residuals: Array
    covariance: Array
    jacobian: Array


def compare(density: Array, targets: Targets, columns: Array) -> Digits:
    """Compare densities with one outcome's digits.

    Parameters
    ----------
    density : ndarray, shape (t, g)
        Fitted shares on the grid.
    targets : Targets
        The printed digits of one table, or of t.
    columns : ndarray, shape (t, g, k) or (1, g, k)
        Derivative of the log density by the coefficients, up to a constant.

    One table is compared with all densities, t tables with one each.
    """
    weighted = density[:, :, None] * (columns - density[:, None] @ columns)
    residuals, influence, spread = _smooth(density, targets)
    scores, slopes = _extremes(density, targets, weighted)
    n_smooth, total = residuals.shape[1], len(targets.names)
    covariance = np.tile(np.eye(total), (len(density), 1, 1))
    if n_smooth:
        averages = _shares(influence, density)
        second = (influence * density[:, None]) @ influence.swapaxes(1, 2)
        second -= averages[:, :, None] * averages[:, None]
        diagonal = np.arange(n_smooth)
        covariance[:, :n_smooth, :n_smooth] = second / targets.n
        covariance[:, diagonal, diagonal] += spread
    return Digits(
        residuals=np.hstack([residuals, scores]),
        covariance=covariance,
        jacobian=np.concatenate([influence @ weighted, slopes], axis=1),
    )


def _shares(inside: Array, density: Array) -> Array:
    """Return the share of each density inside each set of scores, shape (t, q)."""
    result: Array = (inside @ density[:, :, None])[:, :, 0]
    return result


def _smooth(density: Array, targets: Targets) -> tuple[Array, Array, Array]:
    """Return residuals, influence functions and rounding variances of quartiles, mean and sd.

    Their shapes are (t, q), (t, q, g) and (t, q).
    """
    # A sample's own steps are no finer than one person.
    steps = _shares(targets.at, density) + 1 / targets.n
    residuals = [_shares(targets.below, density) - targets.shares]
    influence = [np.broadcast_to(targets.below, (len(density), *targets.below.shape[1:]))]
    spread = [steps**2 / 12]
    mean = (density @ targets.grid)[:, None]
    centred = targets.grid - mean
    one = np.ones_like(mean)
    if targets.mean is not None:
        residuals.append(mean - targets.mean)
        influence.append(np.broadcast_to(targets.grid, (len(density), 1, len(targets.grid))))
        spread.append(one * targets.mean_variance)
    if targets.sd is not None:
        variance = (density * centred**2).sum(axis=1, keepdims=True)
        sd = np.sqrt(variance)
        residuals.append(sd - targets.sd)
        influence.append(((centred**2 - variance) / (2 * sd))[:, None])
        spread.append(one * targets.sd_variance)
    return np.hstack(residuals), np.concatenate(influence, axis=1), np.hstack(spread)


def _extremes(density: Array, targets: Targets, weighted: Array) -> tuple[Array, Array]:
    """Return the normal scores of the printed extremes and their derivatives."""
    if not targets.inner.shape[1]:
        return np.empty((len(density), 0)), np.empty((len(density), 0, weighted.shape[2]))
    # Nobody of n beyond the extreme, or nobody at it either: the step of the extreme's own cdf.
    outer, inner = (
        np.log1p(-np.minimum(_shares(each, density), _ALMOST_ALL))
        for each in (targets.outer, targets.inner)
    )
    log_u = np.logaddexp(targets.n * outer, targets.n * inner) - np.log(2)
    scores = ndtri_exp(np.clip(log_u, _LOWEST_LOG, _HIGHEST_LOG))
    change = (
        -targets.n
        / 2
        * (
            np.exp((targets.n - 1) * outer)[:, :, None] * (targets.outer @ weighted)
            + np.exp((targets.n - 1) * inner)[:, :, None] * (targets.inner @ weighted)
        )
    )
    heights = np.exp(-(scores**2) / 2) / _ROOT_TWO_PI
    return scores, change / heights[:, :, None]
