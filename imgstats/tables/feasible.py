"""Whether printed digits can belong to one sample: the mean and sd that order statistics allow.

Every printed order statistic says how many people stand at or under it and at or above it. Taken
together they hold the quantile function Q(u), 0 < u < 1, between two steps, L(u) <= Q(u) <= U(u),
both of which only rise. From there on all is in closed form:

- the mean is anything from the integral of L to that of U;
- the least sd with a given mean has Q(u) = c, pushed into L(u) to U(u), for the c that gives the
  mean (Lagrange);
- the greatest has Q = L up to some share of the people and Q = U above it. It majorises every other
  Q with that mean (Hardy, Littlewood and Polya), so no convex function averages higher.

Plain functions on numbers; `OutcomeSummary` gives them what it knows of rounding and scale.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from imgstats.errors import TableError

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgstats.tables.digits import Summary

__all__ = ["Known", "check_feasible"]

# Whoever printed unrounded figures printed so many digits of them, at least.
_EXACT = 1e-6
# With 7 people a quartile may stand at one in seven, and with no other number any lower.
_WORST_FOR_QUARTILES = 7
# In the 2026 report medians with a half stand at odd n: some of the n did not report the measure,
# and it does not say how many. One that most of them did not report is not printed as theirs.
_LEAST_PART = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a summary beside its own digits.

    Attributes
    ----------
    mean_unit, sd_unit : float
        Rounding units of mean and sd; 0 for none.
    lowest, highest : float
        Limits of the scale; infinite where there are none.
    n_exact : bool
        Whether the printed n is the number who reported this very measure.
    """

    mean_unit: float
    sd_unit: float
    lowest: float = -math.inf
    highest: float = math.inf
    n_exact: bool = False


class _Cell(NamedTuple):
    """A share of the people, in the order of their values, and where these lie."""

    weight: float
    low: float
    high: float

    def nearest(self, value: float) -> float:
        """Return the place in the cell that is nearest to a value."""
        return min(max(value, self.low), self.high)


def check_feasible(summary: Summary, known: Known, label: str = "") -> None:
    """Refuse digits that no sample can have.

    Parameters
    ----------
    summary : Summary
        Printed digits; any may be missing.
    known : Known
        Rounding and scale.
    label : str
        Names the outcome in the error.

    Raises
    ------
    TableError
        If no sample of at most n people, and at least half as many unless n is exact, has such
        order statistics, mean and sd, by any usual convention for quartiles (the nine of Hyndman
        and Fan, and Tukey's hinges) and for the sd (n or n - 1).

    Notes
    -----
    An order statistic may be rounded by half of its own last digit, mean and sd by half of their
    units. The rank of a quartile differs between conventions by up to three quarters of a person;
    the median has half of the people to each side.

    References
    ----------
    Hyndman RJ, Fan Y. Sample quantiles in statistical packages. American Statistician
    1996;50:361-365. doi:10.1080/00031305.1996.10473566

    Examples
    --------
    >>> from imgstats.tables import Summary
    >>> digits = {"min": 209, "q1": 240, "median": 251, "q3": 259, "max": 289}
    >>> known = Known(mean_unit=1, sd_unit=1)
    >>> check_feasible(Summary(n=900, **digits, mean=249, sd=14), known)
    >>> check_feasible(Summary(n=900, **digits, sd=60), known)  # doctest: +ELLIPSIS
    Traceback (most recent call last):
    imgstats.errors.TableError: sd 60 with n 900, ..., max 289; allowed: 6.6 to 29.6, which ...
    """
    if summary.mean is None and summary.sd is None and summary.n != 1:
        return  # the order alone is checked where the summary is made
    cells = _cells(summary, known)
    name = f"{label}: " if label else ""
    if any(cell.low > cell.high for cell in cells):
        words = _others(summary, known, ("n", "mean", "sd"))
        raise _refusal(f"{name}n {summary.n}", words, (2, math.inf))
    means = _mean_range(cells)
    if summary.mean is not None:
        printed = _around(summary.mean, known.mean_unit)
        if printed[0] > means[1] or printed[1] < means[0]:
            words = _others(summary, known, ("mean", "sd"))
            raise _refusal(f"{name}mean {summary.mean:g}", words, means)
        means = max(printed[0], means[0]), min(printed[1], means[1])
    if summary.sd is None:
        return
    fewest = max(_fewest(summary, known), 2)
    spreads = (
        math.sqrt(_least_variance(cells, means)),
        math.sqrt(_greatest_variance(cells, means) * fewest / (fewest - 1)),
    )
    printed = _around(summary.sd, known.sd_unit)
    if printed[0] > spreads[1] or printed[1] < spreads[0]:
        words = _others(summary, known, ("sd",))
        raise _refusal(f"{name}sd {summary.sd:g}", words, spreads)


def _around(value: float, unit: float) -> tuple[float, float]:
    """Return what prints a value in steps of a unit."""
    half = unit / 2 + _EXACT * (1 + abs(value))
    return value - half, value + half


def _last_digit(value: float) -> float:
    """Return the unit of the last digit that is written, such as 0.1 for 240.5."""
    digits = f"{value:.6f}".rstrip("0").partition(".")[2]
    return float(10.0 ** -len(digits))


def _fewest(summary: Summary, known: Known) -> int:
    """Return the least number of people that the digits can be about."""
    n = summary.n or 1
    return n if known.n_exact else max(math.ceil(_LEAST_PART * n), 1)


def _shares(summary: Summary, known: Known) -> dict[str, tuple[float, float]]:
    """Return the least share of the people at or under, and at or above, each order statistic."""
    fewest = _fewest(summary, known)
    one = 1 / summary.n if summary.n else 0.0
    # The share at or beyond a quartile, on its short and on its long side, is least with
    # interpolation from rank n / 4 (type 4) and from rank (n + 3) / 4 (type 7).
    short = 1 / min(summary.n or math.inf, _WORST_FOR_QUARTILES)
    if fewest >= _WORST_FOR_QUARTILES:
        short = 0.25 - 0.75 / fewest
    long = 0.75 - 0.75 / max(fewest, 3)
    return {
        "min": (one, 1.0),
        "q1": (short, long),
        "median": (0.5, 0.5),
        "q3": (long, short),
        "max": (1.0, one),
    }


def _cells(summary: Summary, known: Known) -> list[_Cell]:
    """Return the cells between which the bounds of the quantile function step."""
    above, under = [(0.0, known.lowest)], [(1.0, known.highest)]
    for name, (at_most, at_least) in _shares(summary, known).items():
        value = summary.value(name)
        if value is None:
            continue
        low, high = _around(value, _last_digit(value))
        under.append((at_most, high))
        above.append((1 - at_least, low))
    ends = sorted({0.0, 1.0, *(share for share, _ in under), *(share for share, _ in above)})
    return [
        _Cell(
            weight=last - first,
            low=max(value for share, value in above if share <= first),
            high=min(value for share, value in under if share >= last),
        )
        for first, last in pairwise(ends)
    ]


def _mean_range(cells: list[_Cell]) -> tuple[float, float]:
    """Return the lowest and the highest mean."""
    return sum(c.weight * c.low for c in cells), sum(c.weight * c.high for c in cells)


def _root(function: Callable[[float], float], kinks: list[float]) -> float:
    """Return where a function that never falls, straight between its kinks, is 0."""
    points = [kinks[0] - 1, *kinks, kinks[-1] + 1]
    values = [function(point) for point in points]
    found = sum(value < 0 for value in values)
    place = min(max(found, 1), len(points) - 1)
    (x, y), (after, above) = ((points[i], values[i]) for i in (place - 1, place))
    return x if above == y else x - y * (after - x) / (above - y)


def _least_variance(cells: list[_Cell], means: tuple[float, float]) -> float:
    """Return the least variance with a mean in a range that the cells allow."""
    kinks = sorted({end for c in cells for end in (c.low, c.high) if math.isfinite(end)})
    if not kinks:
        return 0.0

    def mean_at(value: float) -> float:
        return sum(c.weight * c.nearest(value) for c in cells)

    # The least of all has everybody as near as can be to their own mean.
    free = _root(lambda value: value - mean_at(value), kinks)
    mean = min(max(free, means[0]), means[1])
    place = free if mean == free else _root(lambda value: mean_at(value) - mean, kinks)
    return sum(c.weight * (c.nearest(place) - mean) ** 2 for c in cells)


def _greatest_variance(cells: list[_Cell], means: tuple[float, float]) -> float:
    """Return the greatest variance with a mean in a range that the cells allow."""
    if not (math.isfinite(cells[0].low) and math.isfinite(cells[-1].high)):
        return math.inf
    zero = cells[0].low  # squares of distances from here lose no digits
    best, mean = 0.0, sum(c.weight * (c.high - zero) for c in cells)
    square = sum(c.weight * (c.high - zero) ** 2 for c in cells)
    for weight, low, high in cells:
        # Everybody under this cell stands at the low ends, everybody above at the high ends, and of
        # the cell itself so many at its low end that the mean is right. The variance is concave in
        # that mean, with its top where the mean is the cell's middle.
        width, middle = high - low, (low + high) / 2
        least, most = max(mean - weight * width, means[0] - zero), min(mean, means[1] - zero)
        if least <= most + _EXACT:
            here = min(max(middle - zero, least), most)
            best = max(best, square - (mean - here) * 2 * (middle - zero) - here**2)
        mean -= weight * width
        square -= weight * width * 2 * (middle - zero)
    return best


def _others(summary: Summary, known: Known, left_out: tuple[str, ...]) -> str:
    """Return the digits beside those that are judged, in words."""
    words = [f"{name} {summary.value(name):g}" for name in summary.printed if name not in left_out]
    if summary.n is not None and "n" not in left_out:
        words.insert(0, f"n {summary.n}")
    if math.isfinite(known.lowest) or math.isfinite(known.highest):
        words.append(f"scale {known.lowest:g}..{known.highest:g}")
    return ", ".join(words)


def _refusal(found: str, others: str, limits: tuple[float, float]) -> TableError:
    """Return the error that names the digits and what they leave room for."""
    return TableError(
        f"{found} with {others}" if others else found,
        f"{_range(*limits)}, which the other digits leave room for",
        "check the digits, and the rounding of mean and sd",
    )


def _range(low: float, high: float) -> str:
    low, high = (round(each, 1) + 0.0 for each in (low, high))
    if math.isinf(high):
        return f"{low:g} or more"
    return f"at most {high:g}" if math.isinf(low) else f"{low:g} to {high:g}"
