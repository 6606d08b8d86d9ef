"""How fine a measure is, and how its digits are rounded, as the printed decimals tell.

Only where nobody said so: a measure of `imgstats.measures` and one that was given with a step keep
theirs.
"""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgstats.tables.digits import Summary

__all__ = [
    "band_step",
    "decimals",
    "is_multiple",
    "moment_unit",
    "near_multiple",
    "summary_step",
]

_IQR_OF_NORMAL = 1.349
# Where decimals are printed the measure may be finer than they: a grid is, up to this.
_STEPS_A_SPREAD = 20
# A quartile that ends in a half may be the average of two people, unless the scale is so coarse
# that it has to be a value of its own.
_COARSE = 3
# A computer's 3.1 times 100 is 310.00000000000006.
_DIGITS = 9
_ORDER = ("min", "q1", "median", "q3", "max")


def decimals(value: float) -> int:
    """Return how many decimals a printed value has.

    Examples
    --------
    >>> decimals(3.42), decimals(242.0), decimals(3.1 * 100)
    (2, 0, 0)
    """
    exponent = Decimal(f"{value:.{_DIGITS}g}").normalize().as_tuple().exponent
    return max(0, -exponent) if isinstance(exponent, int) else 0


def is_multiple(value: float, unit: float) -> bool:
    """Whether a printed value is a multiple of a unit.

    Examples
    --------
    >>> is_multiple(3.1, 0.1), is_multiple(3.15, 0.1)
    (True, False)
    """
    away = value / unit
    return abs(away - round(away)) < 1e-6 * max(1.0, abs(away))


def near_multiple(value: float, origin: float, unit: float) -> bool:
    """Whether two printed values may lie whole units apart, as far as their last places tell.

    Examples
    --------
    >>> near_multiple(3.67, 0.33, 1 / 3), near_multiple(3.42, 0, 0.5)
    (True, False)
    """
    away = value - origin
    room = _power(decimals(value)) / 2
    room += 0 if is_multiple(origin, unit) else _power(decimals(origin)) / 2
    return abs(away - unit * round(away / unit)) <= room or is_multiple(away, unit)


def _power(places: int) -> float:
    return float(Decimal(1).scaleb(-places))


def summary_step(sides: Sequence[Summary]) -> float:
    """Return the step of a measure as both outcomes' digits print it.

    Whole numbers speak for a step of 1, decimals for their last place, or for a finer one where few
    such steps make up the spread.

    Examples
    --------
    >>> from imgstats.tables import Summary
    >>> summary_step([Summary(n=40, q1=240, median=250.5, q3=259)])
    1.0
    >>> summary_step([Summary(n=40, q1=3.1, median=3.4, q3=3.7)])
    0.01
    """
    printed = [(name, side.value(name)) for side in sides for name in _ORDER]
    values = [(name, value) for name, value in printed if value is not None]
    if not values:
        values = [("mean", each) for side in sides for each in (side.mean, side.sd) if each]
    places = max((decimals(value) for _, value in values), default=0)
    if places == 0:
        return 1.0
    spread = _spread(sides)
    coarse = _power(places - 1)
    if _are_halves(values, coarse) and spread >= _COARSE * coarse:
        places -= 1
    if places == 0:
        return 1.0
    while spread and spread < _STEPS_A_SPREAD * _power(places):
        places += 1
    return _power(places)


def _are_halves(values: Iterable[tuple[str, float]], coarse: float) -> bool:
    """Whether all fractions of a step are halves, and none is an extreme, which no average is."""
    fractions = [(name, value) for name, value in values if not is_multiple(value, coarse)]
    return all(
        is_multiple(value, coarse / 2) and name in ("q1", "median", "q3")
        for name, value in fractions
    )


def _spread(sides: Iterable[Summary]) -> float:
    """Return about one standard deviation, the wider outcome's; 0 where nothing tells it."""
    found = [0.0]
    for side in sides:
        if side.q1 is not None and side.q3 is not None:
            found.append((side.q3 - side.q1) / _IQR_OF_NORMAL)
        elif side.sd is not None:
            found.append(side.sd)
    return max(found)


def moment_unit(sides: Sequence[Summary], name: str) -> float:
    """Return the rounding unit of means or sds: the last place of the finest that is printed.

    Examples
    --------
    >>> from imgstats.tables import Summary
    >>> moment_unit([Summary(n=40, mean=3.42, sd=0.3)], "mean")
    0.01
    """
    own = [side.value(name) for side in sides]
    moments = [each for side in sides for each in (side.mean, side.sd)]
    for values in (own, moments):
        places = max((decimals(each) for each in values if each is not None), default=0)
        if places:
            return _power(places)
    return 1.0


def band_step(ends: Sequence[tuple[float | None, float | None]]) -> float:
    """Return the step of a measure as the ends of its bands print it.

    Neighbouring bands lie one step apart where all of them touch: 5.0-5.5 and 6.0-6.5 speak for
    half points. Whole numbers always speak for a step of 1.

    Examples
    --------
    >>> band_step([(5, 5.5), (6, 6.5)]), band_step([(3, 3.49), (3.5, 4)]), band_step([(1, 1)])
    (0.5, 0.01, 1.0)
    """
    printed = [end for pair in ends for end in pair if end is not None]
    places = max((decimals(each) for each in printed), default=0)
    if places == 0:
        return 1.0
    gaps = [
        low - high for (_, high), (low, _) in pairwise(ends) if high is not None and low is not None
    ]
    gap = round(min(gaps), _DIGITS) if gaps else 0.0
    if gap > 0 and all(is_multiple(each - printed[0], gap) for each in printed):
        return gap
    return _power(places)
