"""Ranges of counts: what a table that hides a count leaves open, and totals that narrow it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from imgstats.errors import TableError
from imgstats.tables.tidy import one_of, values_in
from imgstats.tables.validation import count

if TYPE_CHECKING:
    from imgstats.sources.tabular import Record

__all__ = [
    "CountRange",
    "Total",
    "count_range",
    "counts_of_rate",
    "narrow_bands",
    "narrowed",
    "overlap",
    "range_columns",
    "ranges_of",
    "read_total",
    "single",
    "total_columns",
    "total_of",
]

# Fewest and most people, both included.
CountRange: TypeAlias = tuple[int, int]
# A printed number, or the fewest and the most that it may stand for.
Total: TypeAlias = int | CountRange | None

_TODO = "check counts and total; give a total that was rounded as (fewest, most)"
_Pair: TypeAlias = tuple[CountRange, CountRange]

_ENDS = 2
# A rate that was computed from counts and stored with a dozen digits misses its count by less.
_EXACT = 1e-6
# The fields of a band that hold one.
_RANGES = ("matched_range", "not_matched_range")


def count_range(given: CountRange | None, printed: int | None, name: str) -> CountRange | None:
    """Return a count's range: the given one, the printed count twice, or None.

    Raises
    ------
    TableError
        If the range is no pair of counts in rising order, or the printed count lies outside.

    Examples
    --------
    >>> count_range((0, 4), None, "matched"), count_range(None, 30, "matched")
    ((0, 4), (30, 30))
    """
    if given is None:
        return None if printed is None else (printed, printed)
    if not isinstance(given, Sequence) or isinstance(given, str) or len(given) != _ENDS:
        raise TableError(f"{name}_range is {given!r:.80}", "(fewest, most)")
    low, high = (count(each, f"{name}_range") for each in given)
    if low > high or (printed is not None and not low <= printed <= high):
        raise TableError(f"{name}_range is {low} to {high}", "fewest at or below most")
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


def range_columns(band: Any) -> dict[str, int | None]:  # noqa: ANN401  `Band` stands above this
    """Return the ends of a band's two ranges under the names of their columns."""
    return {
        column: None if (ends := getattr(band, name)) is None else ends[at]
        for name in _RANGES
        for at, column in enumerate(_end_columns(name))
    }


def ranges_of(values: Record) -> dict[str, Any]:
    """Return the two ranges that a row holds, None for each that it does not."""
    found = {name: tuple(values.get(each) for each in _end_columns(name)) for name in _RANGES}
    return {name: None if None in ends else ends for name, ends in found.items()}


def _end_columns(name: str) -> tuple[str, str]:
    outcome = name.removesuffix("_range")
    return f"{outcome}_low", f"{outcome}_high"


def read_total(given: object, name: str) -> Total:
    """Return a total as a count, or as a range where it may be one of several.

    Raises
    ------
    TableError
        If it is neither a count nor two in rising order.

    Examples
    --------
    >>> read_total(124, "total_matched"), read_total((120, 124), "total_matched")
    (124, (120, 124))
    """
    if given is None:
        return None
    if not isinstance(given, tuple | list):
        return count(given, name)
    ends = count_range(tuple(given), None, name)
    return ends if ends is None or single(ends) is None else single(ends)


def total_columns(totals: dict[str, Total]) -> dict[str, int]:
    """Return the ends of each total that is there under the names of their columns."""
    return {
        f"{name}_{end}": each
        for name, total in totals.items()
        if (ends := _total_ends(total)) is not None
        for end, each in zip(("low", "high"), ends, strict=True)
    }


def total_of(rows: Sequence[Record], name: str) -> Any:  # noqa: ANN401  the table reads it
    """Return the total that all rows hold, from one column or from those of its ends."""
    found = []
    for column in (name, f"{name}_low", f"{name}_high"):
        values = values_in(rows, column)
        if values:
            one_of(column, values)
        found.append(values[0] if values else None)
    whole, low, high = found
    return (low, high) if whole is None and None not in (low, high) else whole


def narrow_bands(bands: Sequence[Any], matched: Total, n: Total) -> tuple[Any, ...]:
    """Return the bands (each a `Band`) as far as the totals leave them open.

    A count that the totals fix is known from then on; a printed rate whose counts they narrow is
    taken for their range.

    Raises
    ------
    TableError
        If no counts that the bands allow add up to a total.

    Examples
    --------
    >>> from imgstats.tables import Band
    >>> few, many = Band(low=1, high=1, matched_range=(0, 4), not_matched=30), Band(
    ...     low=2, high=2, n=200, rate=0.4, rate_unit=0.01
    ... )
    >>> found = narrow_bands([few, many], matched=84, n=None)
    >>> found[0].matched_range, found[1].matched_range
    ((3, 4), (80, 81))
    """
    found = [(band.possible, band.n_range) for band in bands]
    before = None
    while found != before:
        before = found
        found = _by_totals([_by_n(*each) for each in found], _total_ends(matched), _total_ends(n))
    pairs = zip(bands, found, strict=True)
    return tuple(_narrowed(band, counts, single(people)) for band, (counts, people) in pairs)


def _total_ends(total: Total) -> CountRange | None:
    return (total, total) if isinstance(total, int) else total


def _by_n(counts: _Pair, n: CountRange) -> tuple[_Pair, CountRange]:
    """Narrow both counts of a band by its n, and n by them."""
    (a, b), (c, d) = counts
    n = overlap(n, (a + c, b + d))
    pair = overlap((a, b), (n[0] - d, n[1] - c)), overlap((c, d), (n[0] - b, n[1] - a))
    if any(low > high for low, high in (*pair, n)):
        raise TableError(
            f"the totals leave a band {_words((a, b))} matched, {_words((c, d))} not matched and n "
            f"{_words(n)}",
            "totals of matched and n that agree in every band",
            _TODO,
        )
    return pair, n


def _by_totals(
    found: list[tuple[_Pair, CountRange]], matched: CountRange | None, n: CountRange | None
) -> list[tuple[_Pair, CountRange]]:
    """Narrow matched, not matched and n of all bands by what they add up to."""
    others = None
    if matched is not None and n is not None:
        others = n[0] - matched[1], n[1] - matched[0]
    return [
        ((first, second), people)
        for first, second, people in zip(
            _summed([counts[0] for counts, _ in found], matched, "matched"),
            _summed([counts[1] for counts, _ in found], others, "not matched"),
            _summed([people for _, people in found], n, "n"),
            strict=True,
        )
    ]


def _summed(parts: list[CountRange], total: CountRange | None, name: str) -> list[CountRange]:
    """Narrow each part by the total and by what the others can be."""
    if total is None:
        return parts
    low, high = (sum(ends) for ends in zip(*parts, strict=True))
    if total[1] < low or total[0] > high:
        raise TableError(
            f"a total {name} of {_words(total)}, where the bands hold "
            f"{' + '.join(_words(each) for each in parts)} = {_words((low, high))}",
            f"a total {name} of {_words((low, high))}",
            _TODO,
        )
    return [
        overlap(each, (total[0] - (high - each[1]), total[1] - (low - each[0]))) for each in parts
    ]


def _words(ends: CountRange) -> str:
    return f"{ends[0]}" if ends[0] == ends[1] else f"({ends[0]} to {ends[1]})"


def _narrowed(band: Any, counts: _Pair, n: int | None) -> Any:  # noqa: ANN401  `Band` is above
    """Return the band itself where nothing was narrowed."""
    if counts == band.possible and n == band.n:
        return band
    return replace(
        band,
        n=n,
        rate=None,
        matched=None,
        not_matched=None,
        matched_range=counts[0],
        not_matched_range=counts[1],
    )
