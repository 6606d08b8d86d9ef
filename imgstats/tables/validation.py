"""Checks that several table shapes share; each returns the clean value or raises `TableError`."""

from __future__ import annotations

import math
from numbers import Integral, Real
from typing import TYPE_CHECKING, TypeAlias

from imgstats.errors import InputError, TableError
from imgstats.meanings import band_of_text
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterable

__all__ = [
    "band_pair",
    "band_pairs",
    "count",
    "number",
    "optional_count",
    "optional_number",
    "yes_or_no",
]

# Both ends of a band as a person asks for it: two numbers, None for an open end, or a text.
Pair: TypeAlias = tuple[float | None, float | None]


def band_pair(band: object) -> Pair:
    """Return both ends of a band that is asked for; the ends themselves are not looked at.

    Parameters
    ----------
    band : (low, high) or str
        Ends, None for an open one, or a text such as ``230-239``, ``250+`` or ``up to 208``.

    Raises
    ------
    InputError
        If it is neither.

    Examples
    --------
    >>> band_pair((230, 239)), band_pair("230-239"), band_pair("250+")
    ((230, 239), (230, 239), (250, None))
    """
    if isinstance(band, str):
        found = band_of_text(band)
        if found is not None:
            return found
    elif hasattr(band, "__len__") and hasattr(band, "__iter__") and len(band) == 2:
        low, high = band
        return low, high
    raise InputError(
        f"band is {shown(band)}",
        "(low, high) such as (230, 239) with None for an open end, or a text such as '230-239'",
        "give bands as a list",
    )


def band_pairs(bands: Iterable[Pair | str] | Pair | str) -> list[Pair]:
    """Return the ends of bands that are asked for; a single band is taken for a list of one.

    Raises
    ------
    InputError
        If one is no band, see `band_pair`.

    Examples
    --------
    >>> band_pairs(["230-239", (240, None)]), band_pairs((230, 239))
    ([(230, 239), (240, None)], [(230, 239)])
    """
    if isinstance(bands, str):
        return [band_pair(bands)]
    asked = list(bands) if hasattr(bands, "__iter__") else [bands]
    ends = [isinstance(each, int | float) or each is None for each in asked]
    return [band_pair(asked)] if len(asked) == 2 and all(ends) else [band_pair(x) for x in asked]


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
