"""Ranges of counts: what a table that hides a count leaves open."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TypeAlias

from imgstats.errors import TableError
from imgstats.tables.validation import count

__all__ = [
    "CountRange",
    "Total",
    "count_range",
    "counts_of_rate",
    "end_columns",
    "narrowed",
    "overlap",
    "single",
]

# Fewest and most people, both included.
CountRange: TypeAlias = tuple[int, int]
# A printed number, or the fewest and the most that it may stand for.
Total: TypeAlias = int | CountRange | None

_ENDS = 2
# A rate that was computed from counts and stored with a dozen digits misses its count by less.
_EXACT = 1e-6


def count_range(given: CountRange | None, printed: int | None, name: str) -> CountRange | None:
    """Return a count's range: the given one, the printed count twice, or None.

    Raises
    ------
    TableError
        If the range is no pair of counts in rising order, or the printed count lies outside.

    Examples
    --------
    >>> count_range((0, 4), None, "matched_range"), count_range(None, 30, "matched_range")
    ((0, 4), (30, 30))
    """
    if given is None:
        return None if printed is None else (printed, printed)
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != _ENDS:
        raise TableError(f"{name} is {given!r:.80}", "(fewest, most)")
    low, high = (count(each, name) for each in given)
    if low > high or (printed is not None and not low <= printed <= high):
        raise TableError(f"{name} is {low} to {high}", "fewest at or below most")
    return (low, high) if printed is None else (printed, printed)


def counts_of_rate(n: int, rate: float, unit: float, name: str) -> CountRange:
    """Return the fewest and the most matched of n that print a rate in steps of a unit.

    Raises
    ------
    TableError
        If no whole number of n prints that rate.

    Examples
    --------
    >>> counts_of_rate(1171, 0.81, 0.01, "band 250+")
    (943, 954)
    """
    if n == 0:
        return 0, 0
    slack = max(_EXACT, n * unit / 2 + 1e-9 * n)
    least, most = max(math.ceil(n * rate - slack), 0), min(math.floor(n * rate + slack), n)
    if least > most:
        near = [k for k in (most, least) if 0 <= k <= n]
        rates = " and ".join(f"{k} of {n} is {k / n:.4g}" for k in near)
        raise TableError(
            f"{name}: rate {rate:g} with n {n}, printed in steps of {unit:g}, fits no whole number "
            "of matched",
            f"a rate that a count can print: {rates}",
            "check n and the rate, and give rate_unit as the step of the printed rate",
        )
    return least, most


def narrowed(
    first: CountRange | None, second: CountRange | None, n: int | None
) -> tuple[CountRange, CountRange] | None:
    """Return both ranges as far as their sum n allows; None where n and one of them are missing.

    A range whose first end is above its second is empty: no counts add up to n.

    Examples
    --------
    >>> narrowed((0, 4), None, 30), narrowed((0, 4), (30, 30), None)
    (((0, 4), (26, 30)), ((0, 4), (30, 30)))
    """
    if n is not None:
        first = overlap(first or (0, n), (0, n))
        if second is not None:
            first = overlap(first, (n - second[1], n - second[0]))
        return first, (n - first[1], n - first[0])
    return None if first is None or second is None else (first, second)


def overlap(first: CountRange, second: CountRange) -> CountRange:
    """Return what lies in both ranges; empty where its first end is above its second.

    Examples
    --------
    >>> overlap((0, 4), (2, 9))
    (2, 4)
    """
    return max(first[0], second[0]), min(first[1], second[1])


def single(ends: CountRange) -> int | None:
    """Return the one count of a range, None where there are more.

    Examples
    --------
    >>> single((3, 3)), single((0, 4))
    (3, None)
    """
    return ends[0] if ends[0] == ends[1] else None


def end_columns(name: str) -> tuple[str, str]:
    """Return the columns that hold both ends of a range."""
    return f"{name}_low", f"{name}_high"
