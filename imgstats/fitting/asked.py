"""At which values a table is asked: its own figures, or values on its scale."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError, TableError
from imgstats.estimators.contract import as_points
from imgstats.tables import BandTable, OutcomeSummary
from imgstats.wording import band_words, number_words

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from imgstats.tables import Band

__all__ = ["MOST_BANDS", "check_points", "refuse_many_bands", "usual_points"]

# As many values as a screen bears, where nobody asks for some.
_MOST_AT = 6
# The bootstrap and its rivals take minutes beyond, and such a table is a list of people.
MOST_BANDS = 400
_QUARTILES = ("q1", "median", "q3")
_DIGITS = 9


def refuse_many_bands(table: OutcomeSummary | BandTable) -> None:
    """Refuse a table that would take minutes or more; call it before any fit.

    Raises
    ------
    TableError
        If it has more than `MOST_BANDS` bands.
    """
    if isinstance(table, BandTable) and len(table.bands) > MOST_BANDS:
        raise TableError(
            f"{len(table.bands):,} bands", f"up to {MOST_BANDS}", "join neighbouring bands"
        )


def usual_points(table: OutcomeSummary | BandTable) -> list[float]:
    """Return values that the table itself is about, in rising order.

    Raises
    ------
    TableError
        If a summary prints neither quartiles nor means.
    """
    if isinstance(table, OutcomeSummary):
        sides = (table.matched, table.not_matched)
        for names in (_QUARTILES, ("mean",)):
            printed = [side.value(name) for side in sides for name in names]
            if found := {each for each in printed if each is not None}:
                return sorted(found)
        raise TableError("neither quartiles nor means", "quartiles, or means with sd")
    closed = [band for band in table.bands if band.n_range[1] and None not in (band.low, band.high)]
    if not closed:
        ends = [each for band in table.bands for each in (band.low, band.high) if each is not None]
        return sorted(set(ends))[:_MOST_AT]
    places = np.unique(np.linspace(0, len(closed) - 1, min(_MOST_AT, len(closed))).round())
    return [_middle(closed[int(place)], table.step) for place in places]


def _middle(band: Band, step: float) -> float:
    low, high = float(band.low or 0), float(band.high or 0)
    return round(low + math.floor((high - low) / 2 / step + 1e-6) * step, _DIGITS)


def check_points(
    at: ArrayLike, table: OutcomeSummary | BandTable, name: str = ""
) -> NDArray[np.float64]:
    """Return values that were asked for as numbers on the scale; call it before any fit.

    Parameters
    ----------
    at : array-like, shape (n,)
        The values.
    table : OutcomeSummary or BandTable
        Whose measure they are of.
    name : str
        The option that asked for them, for the message.

    Raises
    ------
    InputError
        If a value is not finite or lies off the scale.

    Examples
    --------
    >>> from imgstats.measures import Measure
    >>> table = BandTable.from_counts(Measure("gpa", high=4), [("1-2", 10, 40), ("3-4", 30, 30)])
    >>> check_points([5], table, "--at")
    Traceback (most recent call last):
    ...
    imgstats.errors.InputError: --at is gpa 5; allowed: up to 4
    """
    said = f"{name} is " if name else ""
    if name and not np.isfinite(at).all():
        raise InputError(f"{said}no finite number", f"values of {table.measure}")
    points = as_points(at)
    low, high = table.of.limits
    for x in points.tolist():
        if not low <= x <= high:
            raise InputError(
                f"{said}{table.measure} {number_words(x)}",
                band_words(table.of.low, table.of.high),
            )
    return points
