"""Checks that several table shapes share; each returns the clean value or raises `TableError`."""

from __future__ import annotations

import math
from numbers import Integral, Real

from imgstats.errors import TableError

__all__ = ["count", "number", "optional_count", "optional_number"]


def number(value: object, name: str) -> float:
    """Return a finite float.

    Raises
    ------
    TableError
        If the value is not a finite real number.
    """
    if isinstance(value, bool) or not isinstance(value, Real) or not math.isfinite(float(value)):
        raise TableError(f"{name} is {value!r}", "a finite number", "leave unpublished fields out")
    return float(value)


def optional_number(value: object, name: str) -> float | None:
    """Return None for None, else as `number`."""
    return None if value is None else number(value, name)


def count(value: object, name: str) -> int:
    """Return a whole number of people, 0 or more.

    Raises
    ------
    TableError
        If the value is not a whole number or is negative.
    """
    whole = isinstance(value, Integral) or (isinstance(value, Real) and float(value).is_integer())
    if isinstance(value, bool) or not whole or int(value) < 0:  # type: ignore[call-overload]
        raise TableError(
            f"{name} is {value!r}", "a whole number, 0 or more", "leave unpublished fields out"
        )
    return int(value)  # type: ignore[call-overload, no-any-return]


def optional_count(value: object, name: str) -> int | None:
    """Return None for None, else as `count`."""
    return None if value is None else count(value, name)
