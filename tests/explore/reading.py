"""Packed numbers read again, as the page's script does."""

from __future__ import annotations

from imgstats.explore.packing import ALPHABET

_BASE, _RUNS, _SMALL = len(ALPHABET), 20, 40
_TRIPLE = _BASE - 2


def unpacked(text: str) -> list[int]:
    """Return the numbers of a text that `packed` made."""
    values = list(_read(text[1:]))
    for _ in range(int(text[0])):
        total = 0
        for at, each in enumerate(values):
            total = values[at] = total + each
    return values


def _read(text: str) -> Iterator[int]:
    codes = iter(ALPHABET.index(each) for each in text)
    for code in codes:
        if code < _RUNS:
            yield from [0] * (code + 1)
            continue
        if code < _RUNS + _SMALL:
            number = code - _RUNS + 1
        elif code < _TRIPLE:
            number = (code - _RUNS - _SMALL) * _BASE + next(codes) + _SMALL + 1
        else:
            number = 0
            for _ in range(3 if code == _TRIPLE else 5):
                number = number * _BASE + next(codes)
            number += _SMALL + 1
        yield number // 2 if number % 2 == 0 else -(number + 1) // 2
