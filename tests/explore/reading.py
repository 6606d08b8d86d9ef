"""Packed numbers read again, as the page's script does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.explore.packing import ALPHABET

if TYPE_CHECKING:
    from collections.abc import Iterator

_BASE, _RUNS = len(ALPHABET), 16
_LEADS = (40, 20, 12, 1)
_SIZES = (0, 1, 2, 4)


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
        lead, start = code - _RUNS, 1
        for leads, size in zip(_LEADS, _SIZES, strict=True):
            if lead < leads:
                break
            lead, start = lead - leads, start + leads * _BASE**size
        number = lead
        for _ in range(size):
            number = number * _BASE + next(codes)
        number += start
        yield number // 2 if number % 2 == 0 else -(number + 1) // 2
