"""Printed totals of a table's bands: how they are read, and what they narrow."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeAlias

from imgstats.errors import TableError
from imgstats.tables.ranges import CountRange, count_range, end_columns, overlap, single
from imgstats.tables.tidy import one_of, values_in
from imgstats.tables.validation import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.sources.tabular import Record
    from imgstats.tables.band import Band
    from imgstats.tables.ranges import Total

__all__ = ["narrow_bands", "read_total", "total_columns", "total_ends", "total_of"]

_TODO = "check counts and total; give a total that was rounded as (fewest, most)"
_Pair: TypeAlias = tuple[CountRange, CountRange]


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
        column: each
        for name, total in totals.items()
        if (ends := total_ends(total)) is not None
        for column, each in zip(end_columns(name), ends, strict=True)
    }


def total_of(rows: Sequence[Record], name: str) -> Any:  # noqa: ANN401  the table reads it
    """Return the total that all rows hold, from one column or from those of its ends."""
    found = []
    for column in (name, *end_columns(name)):
        values = values_in(rows, column)
        if values:
            one_of(column, values)
        found.append(values[0] if values else None)
    whole, low, high = found
    return (low, high) if whole is None and None not in (low, high) else whole


def narrow_bands(bands: Sequence[Band], matched: Total, n: Total) -> tuple[Band, ...]:
    """Return the bands as far as the totals leave them open.

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
        found = _by_totals([_by_n(*each) for each in found], total_ends(matched), total_ends(n))
    pairs = zip(bands, found, strict=True)
    return tuple(_narrowed(band, counts, single(people)) for band, (counts, people) in pairs)


def total_ends(total: Total) -> CountRange | None:
    """Return the fewest and the most that a total may be; None where none is printed."""
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


def _narrowed(band: Band, counts: _Pair, n: int | None) -> Band:
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
