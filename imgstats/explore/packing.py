"""Whole numbers as short text: differences in one or two characters each, runs of zeros in one.

The page's script reads them again with the same alphabet, which is part of its data.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["ALPHABET", "packed"]

# Printable, and none that JSON or HTML would have to write otherwise; | stands between columns.
ALPHABET = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"\\<&|')
_BASE = len(ALPHABET)
# What the first character of a number says: a run of zeros, a small number, or how many follow.
_RUNS, _SMALL = 20, 40
_PAIRS = _BASE - _RUNS - _SMALL - 2
_TRIPLE, _LONG = _BASE - 2, _BASE - 1
_MOST_ORDER = 4


def packed(values: Sequence[int]) -> str:
    """Return whole numbers as text.

    Parameters
    ----------
    values : sequence of int, shape (n,)
        In their order; numbers that change smoothly take the least room.

    Returns
    -------
    str
        How often differences were taken, then the differences.

    Examples
    --------
    >>> packed([45, 45, 45, 46])
    '1aU#8'
    """
    tried, differences = [], list(values)
    for order in range(_MOST_ORDER + 1):
        tried.append(str(order) + "".join(_written(differences)))
        differences = differences[:1] + [b - a for a, b in pairwise(differences)]
    return min(tried, key=len)


def _written(numbers: Sequence[int]) -> Iterator[str]:
    zeros = 0
    for each in numbers:
        if each == 0:
            zeros += 1
            continue
        yield from _zeros(zeros)
        zeros = 0
        yield _one(2 * each if each > 0 else -2 * each - 1)
    yield from _zeros(zeros)


def _zeros(count: int) -> Iterator[str]:
    while count > 0:
        yield ALPHABET[min(count, _RUNS) - 1]
        count -= _RUNS


def _one(number: int) -> str:
    """Return a positive number: in one, two, four or six characters."""
    if number <= _SMALL:
        return ALPHABET[_RUNS + number - 1]
    rest = number - _SMALL - 1
    if rest < _PAIRS * _BASE:
        return ALPHABET[_RUNS + _SMALL + rest // _BASE] + ALPHABET[rest % _BASE]
    size, lead = (3, _TRIPLE) if rest < _BASE**3 else (5, _LONG)
    if rest >= _BASE**5:
        raise ValueError(f"{number} is too large to be packed")
    digits = [ALPHABET[rest // _BASE**place % _BASE] for place in reversed(range(size))]
    return ALPHABET[lead] + "".join(digits)
