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
_RUNS, _SMALL, _PAIRS, _TRIPLES = 16, 40, 20, 12
_LONG = 4
_MOST_ORDER = 4
_MOST = 30_000_000


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

    Raises
    ------
    ValueError
        If a number is beyond 30 million.

    Examples
    --------
    >>> packed([45, 45, 45, 46])
    '1]U#4'
    """
    tried, differences = [], list(values)
    if any(abs(each) > _MOST for each in values):
        raise ValueError(f"a number beyond {_MOST} cannot be packed")
    for order in range(_MOST_ORDER + 1):
        if any(abs(each) > _MOST for each in differences):
            break
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
    """Return a positive number: in one, two, three or five characters."""
    rest, lead = number - 1, _RUNS
    for size, leads in enumerate((_SMALL, _PAIRS, _TRIPLES)):
        if rest < leads * _BASE**size:
            return ALPHABET[lead + rest // _BASE**size] + _digits(rest % _BASE**size, size)
        rest, lead = rest - leads * _BASE**size, lead + leads
    return ALPHABET[lead] + _digits(rest, _LONG)


def _digits(number: int, size: int) -> str:
    return "".join(ALPHABET[number // _BASE**place % _BASE] for place in reversed(range(size)))
