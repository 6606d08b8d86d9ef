"""Two published margins of one population, combined under a dependence that is stated.

Emerging: this combination has not been peer reviewed. A report prints who matched by score and who
matched by ranks, never by both, so how the two go together within each outcome is an assumption.
Here it is a Gaussian copula (Sklar 1959; Nelsen 2006, An Introduction to Copulas, section 2.3) with
one correlation among the matched and one among the not matched, and Bayes' rule turns the two
shares of a cell into a rate. The answer is a range over a region of both correlations.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError
from imgstats.joint.copula import (
    checked_correlation,
    checked_region,
    correlation_grid,
    ends_over,
    is_number,
    log_rectangle,
)
from imgstats.joint.margin import Margin, margin_from_bands, margin_from_curve

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    At = tuple[float, float]
    Ends = tuple[float, float]
    Region = tuple[Ends, Ends]

__all__ = [
    "EMERGING",
    "FRECHET",
    "INDEPENDENT",
    "JointRange",
    "JointSurface",
    "Margin",
    "joint_range",
    "joint_rate",
    "joint_share",
    "joint_surface",
    "margin_from_bands",
    "margin_from_curve",
    "margins_alone",
]

EMERGING = "emerging: this way to combine two tables has not been peer reviewed"
INDEPENDENT = "Correlation 0 in both outcomes is the product of the two margins."
# True wherever `margins_alone` returns 0 and 1, as it does for a single score with a rank.
FRECHET = (
    "With nothing said about how the two go together, the two tables allow any rate from 0 to 1 "
    "(Fr\u00e9chet bounds)."
)

_POINTS = 17
_INSIDE = (np.nextafter(0.0, 1.0), np.nextafter(1.0, 0.0))
_WIDE = ((-0.9, 0.9), (-0.9, 0.9))


@dataclass(frozen=True, slots=True, kw_only=True)
class JointSurface:
    """Joint rate over a grid of both correlations.

    Attributes
    ----------
    correlation_matched : tuple of float, length m
        Correlations among the matched, rising.
    correlation_not_matched : tuple of float, length n
        Correlations among the not matched, rising.
    rate : tuple of m tuples of n floats
        Rates, fractions; ``rate[i][j]`` stands at the i-th and the j-th correlation.
    """

    correlation_matched: tuple[float, ...]
    correlation_not_matched: tuple[float, ...]
    rate: tuple[tuple[float, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class JointRange:
    """Lowest and highest joint rate over a region of both correlations.

    Attributes
    ----------
    names : (str, str)
        Names of both margins.
    at : (float, float)
        Their values.
    low, high : float
        Ends over the region, fractions. They hold no sampling doubt: the margins are taken as
        printed or fitted.
    independent : float
        Rate where both correlations are 0, the product of the margins; outside `low` to `high`
        where the region leaves that point out.
    region : ((float, float), (float, float))
        Ends of the correlation among the matched, then among the not matched.
    low_at, high_at : (float, float)
        Correlations among the matched and among the not matched where the ends were found.
    grid : JointSurface
        Rates over the region, its edges and corners included.
    """

    names: tuple[str, str]
    at: At
    low: float
    high: float
    independent: float
    region: Region
    low_at: At
    high_at: At
    grid: JointSurface


def joint_rate(
    base_rate: float,
    first: Margin,
    second: Margin,
    *,
    at: At,
    correlation_matched: float,
    correlation_not_matched: float,
) -> float:
    """Return the rate of one cell of two margins under a stated dependence.

    Parameters
    ----------
    base_rate : float
        Rate of the whole population, a fraction between 0 and 1.
    first, second : Margin
        Two margins of that population.
    at : (float, float)
        A value of each margin.
    correlation_matched, correlation_not_matched : float
        Correlation of the Gaussian copula within each outcome, -0.99 to 0.99. There is no default.

    Returns
    -------
    float
        A fraction. Where both correlations are 0, the product of the margins.

    Raises
    ------
    InputError
        If a correlation is missing or out of range, the base rate is not between 0 and 1, a value
        has no cell or a cell holds nobody of an outcome, or the margins are of two populations.

    Examples
    --------
    >>> score = Margin(
    ...     name="score", cells=((1, 239), (240, 300)), matched=(0.25, 0.75), not_matched=(0.5, 0.5)
    ... )
    >>> ranks = Margin(
    ...     name="ranks", cells=((1, 4), (5, None)), matched=(0.4, 0.6), not_matched=(0.8, 0.2)
    ... )
    >>> def rate(matched, not_matched):
    ...     return joint_rate(
    ...         0.5,
    ...         score,
    ...         ranks,
    ...         at=(245, 5),
    ...         correlation_matched=matched,
    ...         correlation_not_matched=not_matched,
    ...     )
    >>> round(rate(0.0, 0.0), 4), round(0.75 * 0.6 / (0.75 * 0.6 + 0.5 * 0.2), 4)
    (0.8182, 0.8182)
    >>> round(rate(0.3, 0.6), 4)
    0.7441
    """
    correlations = (correlation_matched, correlation_not_matched)
    for outcome, value in zip(("matched", "not_matched"), correlations, strict=True):
        checked_correlation(value, f"correlation_{outcome}")
    cells = _cells(base_rate, first, second, at)
    logs = [cell.log_share(np.array([r]))[0] for cell, r in zip(cells, correlations, strict=True)]
    return float(_bayes(base_rate, logs[0], logs[1]))


def joint_share(
    first: Margin, second: Margin, *, at: At, outcome: str, correlation: float
) -> float:
    """Return the share of an outcome that a cell of two margins holds.

    Parameters
    ----------
    first, second : Margin
        Two margins of one population.
    at : (float, float)
        A value of each margin.
    outcome : {"matched", "not_matched"}
        Among whom.
    correlation : float
        Correlation of the Gaussian copula, -0.99 to 0.99.

    Returns
    -------
    float
        A fraction.

    Raises
    ------
    InputError
        As `joint_rate`, and if the outcome has another name.
    """
    checked_correlation(correlation, "correlation")
    if outcome not in ("matched", "not_matched"):
        raise InputError(f"outcome {outcome!r:.60}", "matched or not_matched")
    cell = _cells(0.5, first, second, at)[outcome == "not_matched"]
    return float(np.exp(cell.log_share(np.array([correlation]))[0]))


def joint_range(
    base_rate: float, first: Margin, second: Margin, *, at: At, region: Region
) -> JointRange:
    """Return the lowest and the highest joint rate over a region of both correlations.

    Parameters
    ----------
    base_rate : float
        Rate of the whole population, a fraction between 0 and 1.
    first, second : Margin
        Two margins of that population.
    at : (float, float)
        A value of each margin.
    region : ((float, float), (float, float))
        Lowest and highest correlation among the matched, then among the not matched. There is no
        default.

    Raises
    ------
    InputError
        As `joint_rate`, and if the region is missing or the wrong way round.

    Notes
    -----
    The rate rises with the cell's share among the matched and falls with its share among the not
    matched, and each depends on one correlation alone, so the two are searched one by one.

    Examples
    --------
    >>> score = Margin(
    ...     name="score", cells=((1, 239), (240, 300)), matched=(0.25, 0.75), not_matched=(0.5, 0.5)
    ... )
    >>> ranks = Margin(
    ...     name="ranks", cells=((1, 4), (5, None)), matched=(0.4, 0.6), not_matched=(0.8, 0.2)
    ... )
    >>> found = joint_range(0.5, score, ranks, at=(245, 5), region=((0.0, 0.6), (0.0, 0.6)))
    >>> round(found.low, 3), round(found.high, 3), round(found.independent, 3)
    (0.728, 0.841, 0.818)
    """
    with first.words.telling():
        matched_ends, not_matched_ends = checked_region(region)
    cells = _cells(base_rate, first, second, at)
    least, most = ends_over(cells[0].log_share, *matched_ends)
    least_not, most_not = ends_over(cells[1].log_share, *not_matched_ends)
    zero = np.zeros(1)
    return JointRange(
        names=(first.name, second.name),
        at=(float(at[0]), float(at[1])),
        low=float(_bayes(base_rate, least[1], most_not[1])),
        high=float(_bayes(base_rate, most[1], least_not[1])),
        independent=float(_bayes(base_rate, *(cell.log_share(zero)[0] for cell in cells))),
        region=(matched_ends, not_matched_ends),
        low_at=(float(least[0]), float(most_not[0])),
        high_at=(float(most[0]), float(least_not[0])),
        grid=_surface(base_rate, cells, (matched_ends, not_matched_ends), _POINTS),
    )


def joint_surface(
    base_rate: float,
    first: Margin,
    second: Margin,
    *,
    at: At,
    region: Region = _WIDE,
    points: int = 61,
) -> JointSurface:
    """Return the joint rate on a grid of both correlations, for a figure.

    Parameters
    ----------
    base_rate, first, second, at
        As in `joint_range`.
    region : ((float, float), (float, float))
        Ends of the grid, no statement about what the correlations are.
    points : int
        About how many correlations a side; 0 is always among them where it is inside.

    Raises
    ------
    InputError
        As `joint_range`, and if there are fewer than 2 points.
    """
    if points < 2:
        raise InputError(f"points {points}", "2 or more")
    with first.words.telling():
        ends = checked_region(region)
    return _surface(base_rate, _cells(base_rate, first, second, at), ends, points)


def margins_alone(
    base_rate: float, first: Margin, second: Margin, *, at: At
) -> tuple[float, float]:
    """Return the lowest and highest rate of a cell under any dependence at all.

    A cell's share of an outcome lies between max(0, p + q - 1) and min(p, q) of its two margins
    (Frechet 1951; Hoeffding 1940). For a single score with anything it is 0 to 1: see `FRECHET`.

    Raises
    ------
    InputError
        As `joint_rate`.

    Examples
    --------
    >>> score = Margin(
    ...     name="score", cells=((1, 239), (240, 300)), matched=(0.4, 0.6), not_matched=(0.5, 0.5)
    ... )
    >>> margins_alone(0.5, score, score, at=(220, 220))
    (0.0, 1.0)
    """
    cells = _cells(base_rate, first, second, at)
    least = [max(0.0, cell.shares[0] + cell.shares[1] - 1) for cell in cells]
    most = [min(cell.shares) for cell in cells]
    low = base_rate * least[0] / (base_rate * least[0] + (1 - base_rate) * most[1])
    high = base_rate * most[0] / (base_rate * most[0] + (1 - base_rate) * least[1])
    return low, high


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cell:
    """One cell within one outcome: shares of both margins, and their normal cut points."""

    shares: tuple[float, float]
    cuts: tuple[Ends, Ends]

    def log_share(self, correlation: Array) -> Array:
        """Return the logarithm of the cell's share, shape (m,); at 0 exactly the product."""
        product = math.log(self.shares[0]) + math.log(self.shares[1])
        return np.where(correlation == 0, product, log_rectangle(*self.cuts, correlation))


def _cells(base_rate: float, first: Margin, second: Margin, at: At) -> tuple[_Cell, _Cell]:
    """Check what was given and return the cell among the matched and among the not matched."""
    if not is_number(base_rate) or not 0 < base_rate < 1:
        raise InputError(f"base_rate {base_rate!r:.60}", "a fraction between 0 and 1")
    if not isinstance(at, tuple | list) or len(at) != 2:
        raise InputError(f"at {at!r:.60}", "a value of each of the two margins")
    _check_margins(first, second)
    places = first.answerable(at[0]), second.answerable(at[1])
    matched, not_matched = (
        _Cell(
            shares=(first.share(outcome, places[0]), second.share(outcome, places[1])),
            cuts=(first.cut_points(outcome, places[0]), second.cut_points(outcome, places[1])),
        )
        for outcome in ("matched", "not_matched")
    )
    return matched, not_matched


def _check_margins(first: Margin, second: Margin) -> None:
    if first.name == second.name and first is not second:
        raise InputError(f"both margins are named {first.name}", "two different margins")
    if first.population and second.population and first.population != second.population:
        raise InputError(
            f"{first.name} of {first.population} beside {second.name} of {second.population}",
            "two margins of one population",
        )


def _surface(
    base_rate: float, cells: tuple[_Cell, _Cell], ends: Region, points: int
) -> JointSurface:
    at = [correlation_grid(*each, points) for each in ends]
    logs = [cell.log_share(values) for cell, values in zip(cells, at, strict=True)]
    rates = _bayes(base_rate, logs[0][:, None], logs[1][None, :])
    return JointSurface(
        correlation_matched=tuple(at[0].tolist()),
        correlation_not_matched=tuple(at[1].tolist()),
        rate=tuple(tuple(row) for row in rates.tolist()),
    )


def _bayes(base_rate: float, log_matched: Array, log_not_matched: Array) -> Array:
    """Return the rate of a cell from the logarithms of its share of each outcome; never 0 or 1."""
    from scipy.special import expit

    log_odds = math.log(base_rate) - math.log1p(-base_rate) + log_matched - log_not_matched
    return np.asarray(np.clip(expit(log_odds), *_INSIDE))
