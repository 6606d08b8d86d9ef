"""Cells: the values a measure can have, one by one or several together, and printed values on them.

A measure runs in steps from its lowest value. A cell holds one of them, or several where the scale
has more steps than a curve can use: a score of six digits is looked at in some hundred cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = ["MOST_CELLS", "Cells", "cells_between", "make_cells", "whole_cells"]

# So many say as much of a curve as all steps do: they are far narrower than what bends it.
MOST_CELLS = 400
# Values are printed in decimals, and 3.1 / 0.1 is no whole number to a computer.
_PLACES = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """Cells of a measure in rising order.

    Attributes
    ----------
    grid : ndarray, shape (g,)
        Middle of each cell, in the measure's unit: the value itself where a cell holds one.
    step : float
        Distance of two neighbouring values of the measure.
    size : int
        Values in a cell.
    """

    grid: Array
    step: float
    size: int = 1

    @property
    def width(self) -> float:
        """Width of a cell in the measure's unit."""
        return self.step * self.size

    def steps(self, values: Array) -> Array:
        """Return how many steps values lie above the lowest of all."""
        first = self.grid[0] - self.step * (self.size - 1) / 2
        result: Array = np.round((np.asarray(values) - first) / self.step, _PLACES)
        return result

    def under(self, values: Array) -> Array:
        """Return the share of each cell that lies below each value, shape (n, g)."""
        return self._up_to(np.ceil(self.steps(values)) - 0.5)

    def within(self, values: Array) -> Array:
        """Return the share of each cell that lies at or below each value, shape (n, g)."""
        return self._up_to(np.floor(self.steps(values)) + 0.5)

    def printed_as(self, values: Array, unit: float) -> tuple[Array, Array]:
        """Return what lies below what is printed as each value, and what is, shapes (n, g).

        Parameters
        ----------
        values : ndarray, shape (n,)
            Printed values.
        unit : float
            What they are rounded to; 0 for none.
        """
        half = unit / self.step / 2
        if half <= 0.5:
            under = self.under(values)
            return under, self.within(values) - under
        steps = self.steps(values)
        under = self._up_to(steps - half)
        return under, self._up_to(steps + half) - under

    def lower(self, values: Array) -> Array:
        """Return the share of each cell below each value with half of the value, shape (n, g)."""
        result: Array = (self.under(values) + self.within(values)) / 2
        return result

    def between(self, low: float, high: float) -> Array:
        """Return the share of each cell from `low` to `high`, both included, shape (g,)."""
        ends = np.clip([low, high], self.grid[0] - self.width, self.grid[-1] + self.width)
        result: Array = self.within(ends[1:])[0] - self.under(ends[:1])[0]
        return np.maximum(result, 0.0)

    def _up_to(self, places: Array) -> Array:
        starts = np.arange(len(self.grid)) * self.size - 0.5
        result: Array = np.clip((np.asarray(places)[..., None] - starts) / self.size, 0.0, 1.0)
        return result


def make_cells(low: float, high: float, step: float, *, most: int = MOST_CELLS) -> Cells:
    """Return cells for all values of a scale.

    Parameters
    ----------
    low, high : float
        Lowest and highest value, both included.
    step : float
        Distance of two neighbouring values.
    most : int
        About how many cells there may be; a cell holds one value up to there.

    Examples
    --------
    >>> make_cells(0, 4, 0.5).grid
    array([0. , 0.5, 1. , 1.5, 2. , 2.5, 3. , 3.5, 4. ])
    >>> wide = make_cells(200_000, 800_000, 1)
    >>> len(wide.grid), wide.size
    (400, 1501)
    """
    values = round((high - low) / step) + 1
    size = 1 if values <= 2 * most else -(-values // most)
    count = -(-values // size)
    first = low + step * (size - 1) / 2
    grid = first + step * size * np.arange(count, dtype=np.float64)
    return Cells(grid=grid, step=step, size=size)


def cells_between(
    low: float, high: float, step: float, origin: float, *, most: int = MOST_CELLS
) -> Cells:
    """Return cells for all values from `low` or below to `high` or above.

    Examples
    --------
    >>> cells_between(2.9, 4.1, 0.5, 0).grid
    array([2.5, 3. , 3.5, 4. , 4.5])
    """
    first = np.floor(round((low - origin) / step, _PLACES))
    last = np.ceil(round((high - origin) / step, _PLACES))
    return make_cells(origin + step * float(first), origin + step * float(last), step, most=most)


def whole_cells(grid: Array) -> Cells:
    """Return cells of one value each, whole scores in rising order."""
    return Cells(grid=np.asarray(grid, dtype=np.float64), step=1.0)
