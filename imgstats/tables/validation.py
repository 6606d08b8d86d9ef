"""Checks that several table shapes share; each returns the clean value or raises `TableError`."""

from __future__ import annotations

import math
from numbers import Integral, Real

from imgstats.errors import TableError

__all__ = ["count", "number", "optional_count", "optional_number", "yes_or_no"]


def number(value: object, name: str) -> float:
    """Return a finite float.

    Raises
    ------
    TableError
        If the value is not a finite real number.
    """
    if not isinstance(value, bool) and isinstance(value, Real):
        try:
            result = float(value)
        except OverflowError:
            result = math.inf
        if math.isfinite(result):
            return result
    raise TableError(f"{name} is {value!r:.80}", "a finite number", "leave unpublished fields out")


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
    if not isinstance(value, bool) and isinstance(value, Integral):
        whole = int(value)
    elif not isinstance(value, bool) and isinstance(value, Real) and float(value).is_integer():
        whole = int(float(value))
    else:
        whole = -1
    if whole >= 0:
        return whole
    raise TableError(
        f"{name} is {value!r:.80}", "a whole number, 0 or more", "leave unpublished fields out"
    )


def optional_count(value: object, name: str) -> int | None:
    """Return None for None, else as `count`."""
    return None if value is None else count(value, name)


def yes_or_no(value: object, name: str) -> bool:
    """Return True or False from a flag or its usual words.

    Raises
    ------
    TableError
        If the value is neither.

    Examples
    --------
    >>> yes_or_no("no", "n_exact"), yes_or_no(True, "n_exact")
    (False, True)
    """
    words = {"true": True, "yes": True, "1": True, "false": False, "no": False, "0": False}
    found = words.get(str(value).strip().lower())
    if found is None:
        raise TableError(f"{name} is {value!r:.80}", "true or false")
    return found
