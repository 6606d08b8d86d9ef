"""Rivals that fit a family of densities to one outcome's printed quantiles."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import least_squares, minimize_scalar
from scipy.special import betainc, betaincinv, gammainc, gammaincinv, ndtr, ndtri, owens_t

from benchmarks.calibration.rivals_normal import each_outcome, moments, normal, on_cells
from imgstats.tables import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.tables import OutcomeSummary

    Array = NDArray[np.float64]

__all__ = [
    "box_cox",
    "box_cox_density",
    "quantile_density",
    "quantile_estimation",
    "quantiles",
    "skew_normals",
]

_SHARES = {"q1": 0.25, "median": 0.5, "q3": 0.75}
_SHAPES = (-3.0, 0.5, 3.0)  # a skew-normal's shape is sought from either side
_SHAPE_SD = 250.0  # keeps it finite where the digits are as skewed as a skew-normal can be
_POWERS = (0.0, 3.0)  # as in R's estmeansd
_FLAT = 1e-6
_STEPS = 200


def quantiles(printed: Summary, extreme: float) -> tuple[Array, Array]:
    """Return shares and values of the printed quantiles.

    Parameters
    ----------
    printed : Summary
        Of one outcome.
    extreme : float
        Share of the lowest value, in persons: 1 takes it for the 1/n quantile.
    """
    n = float(printed.n or 1)
    shares = {"min": extreme / n} | _SHARES | {"max": 1 - extreme / n}
    found = [(share, printed.value(name)) for name, share in shares.items()]
    kept = [(share, value) for share, value in found if value is not None]
    return np.array([share for share, _ in kept]), np.array([value for _, value in kept])


def skew_normals(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return skew-normal densities that are nearest to all printed digits by least squares.

    Where quartiles are missing, a normal.

    References
    ----------
    Azzalini A. A class of distributions which includes the normal ones. Scand J Stat
    1985;12:171-178.
    """
    return _where_quartiles(_skew_normal, table, grid)


def _where_quartiles(
    make: Callable[[Summary, Array], Array], table: OutcomeSummary, grid: Array
) -> tuple[Array, Array]:
    """Return both densities, a normal for an outcome whose quartiles are missing or alike."""

    def density(printed: Summary, other: Summary, grid: Array) -> Array:
        if printed.q1 is None or printed.q3 is None or printed.q1 == printed.q3:
            return normal(*moments(printed, other), grid)
        return make(printed, grid)

    return each_outcome(density, table, grid)


def _skew_normal(printed: Summary, grid: Array) -> Array:
    mean, sd = moments(printed, printed)
    shares, values = quantiles(printed, 0.5)
    doubt = np.sqrt(shares * (1 - shares))

    def misses(found: Array) -> Array:
        shape, place, scale = found[0], found[1], np.exp(found[2])
        delta = shape / np.sqrt(1 + shape**2)
        rows = [(_skew_cdf(values, shape, place, scale) - shares) / doubt]
        rows.append(np.array([shape / _SHAPE_SD]))
        if printed.mean is not None:
            found_mean = place + scale * delta * np.sqrt(2 / np.pi)
            rows.append(np.array([(found_mean - printed.mean) / sd]))
        if printed.sd is not None:
            found_sd = scale * np.sqrt(1 - 2 * delta**2 / np.pi)
            rows.append(np.array([(found_sd - printed.sd) / sd]))
        return np.concatenate(rows)

    tried = [
        least_squares(misses, [shape, mean - 0.2 * shape * sd, np.log(sd)], max_nfev=_STEPS)
        for shape in _SHAPES
    ]
    shape, place, scale = min(tried, key=lambda each: float(each.cost)).x
    return on_cells(lambda edge: _skew_cdf(edge, shape, place, np.exp(scale)), grid)


def _skew_cdf(x: Array, shape: float, place: float, scale: float) -> Array:
    z = (x - place) / scale
    return np.asarray(ndtr(z) - 2 * owens_t(z, shape))


def box_cox(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return densities that are normal after the power that makes the quantiles symmetric.

    The power is sought between 0 and 3, as R's *estmeansd* does. Where quartiles are missing, a
    normal.

    References
    ----------
    McGrath S, Zhao X, Steele R, Thombs BD, Benedetti A. Estimating the sample mean and standard
    deviation from commonly reported quantiles in meta-analysis. Stat Methods Med Res
    2020;29:2520-2537. doi:10.1177/0962280219889080
    """
    return _where_quartiles(box_cox_density, table, grid)


def box_cox_density(printed: Summary, grid: Array) -> Array:
    """Return the Box-Cox density of one outcome whose quartiles are printed."""
    unit = float(printed.median or 1.0)  # powers of values near 1 stay finite

    def turned(power: float) -> Summary:
        names = [name for name in printed.printed if name not in {"mean", "sd"}]
        values = np.array([printed.value(name) for name in names], dtype=np.float64)
        new = _powered(values / unit, power)
        return Summary(n=printed.n, **dict(zip(names, new.tolist(), strict=True)))

    power = float(
        minimize_scalar(lambda power: _asymmetry(turned(power)), bounds=_POWERS, method="bounded").x
    )
    mean, sd = moments(turned(power), turned(power), least=_FLAT)

    def cdf(edges: Array) -> Array:
        return np.asarray(ndtr((_powered(np.maximum(edges, _FLAT) / unit, power) - mean) / sd))

    return on_cells(cdf, grid)


def _asymmetry(printed: Summary) -> float:
    """Return how far the quantiles are from lying evenly about their median."""
    total, middle = 0.0, float(printed.median or 0.0)
    for low, high in ((printed.q1, printed.q3), (printed.min, printed.max)):
        if low is not None and high is not None:
            total += ((high - middle) / max(middle - low, _FLAT) - 1) ** 2
    return total


def _powered(x: Array, power: float) -> Array:
    """Return Box and Cox's transform of positive values."""
    return np.log(x) if abs(power) < _FLAT else np.asarray((x**power - 1) / power)


def quantile_estimation(table: OutcomeSummary, grid: Array) -> tuple[Array, Array]:
    """Return the nearest of five families by the squared distance of the quantiles.

    The families are normal, log-normal, gamma, Weibull and, between the scale's ends, beta, without
    the bounds that *estmeansd* sets for their parameters. Where quartiles are missing, a normal.

    References
    ----------
    McGrath S, Zhao X, Steele R, Thombs BD, Benedetti A. Estimating the sample mean and standard
    deviation from commonly reported quantiles in meta-analysis. Stat Methods Med Res
    2020;29:2520-2537. doi:10.1177/0962280219889080
    """
    return _where_quartiles(quantile_density, table, grid)


def quantile_density(printed: Summary, grid: Array) -> Array:
    """Return the quantile estimate's density of one outcome whose quartiles are printed."""
    shares, values = quantiles(printed, 1.0)
    mean, sd = moments(printed, printed)
    found = [_fitted(family, shares, values, grid) for family in _families(mean, sd, grid)]
    return min(found, key=lambda each: each[0])[1]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Family:
    """A family of two positive parameters, after a shift and in a unit of its own.

    Attributes
    ----------
    cdf, quantile : callable
        Of an array and both parameters.
    start : (float, float)
        Parameters of the wanted mean and sd, or near them.
    shift, unit : float
        A value x is (x - shift) / unit to the family.
    """

    cdf: Callable[[Array, float, float], Array]
    quantile: Callable[[Array, float, float], Array]
    start: tuple[float, float]
    shift: float = 0.0
    unit: float = 1.0


def _families(mean: float, sd: float, grid: Array) -> list[_Family]:
    ratio, low, width = sd / mean, grid[0] - 1, grid[-1] - grid[0] + 2
    middle = (mean - low) / width
    both = max(middle * (1 - middle) * (width / sd) ** 2 - 1, 1.0)
    return [
        _Family(
            cdf=lambda x, a, b: np.asarray(ndtr((x - a) / b)),
            quantile=lambda p, a, b: np.asarray(a + b * ndtri(p)),
            start=(mean, sd),
        ),
        _Family(
            cdf=lambda x, a, b: np.asarray(ndtr(np.log(np.maximum(x, _FLAT) / a) / b)),
            quantile=lambda p, a, b: np.asarray(a * np.exp(b * ndtri(p))),
            start=(mean, ratio),
        ),
        _Family(
            cdf=lambda x, a, b: np.asarray(gammainc(a, np.maximum(x, 0) / b)),
            quantile=lambda p, a, b: np.asarray(b * gammaincinv(a, p)),
            start=(ratio**-2, sd * ratio),
        ),
        _Family(
            cdf=lambda x, a, b: np.asarray(-np.expm1(-((np.maximum(x, 0) / b) ** a))),
            quantile=lambda p, a, b: np.asarray(b * (-np.log1p(-p)) ** (1 / a)),
            start=(1.2 / ratio, mean + sd / 2),
        ),
        _Family(
            cdf=lambda x, a, b: np.asarray(betainc(a, b, np.clip(x, 0, 1))),
            quantile=lambda p, a, b: np.asarray(betaincinv(a, b, p)),
            start=(middle * both, (1 - middle) * both),
            shift=low,
            unit=width,
        ),
    ]


def _fitted(family: _Family, shares: Array, values: Array, grid: Array) -> tuple[float, Array]:
    """Return a family's squared distance from the quantiles, and its density."""

    def misses(logs: Array) -> Array:
        first, second = np.exp(logs)
        return family.shift + family.unit * family.quantile(shares, first, second) - values

    best = least_squares(misses, np.log(family.start), x_scale=[0.1, 0.1], max_nfev=_STEPS)
    first, second = np.exp(best.x)
    density = on_cells(
        lambda edges: family.cdf((edges - family.shift) / family.unit, first, second), grid
    )
    return float(best.cost), density
