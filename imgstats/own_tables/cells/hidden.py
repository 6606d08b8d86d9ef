"""Bands that hide a count: the range that the other counts leave, and neighbours joined."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias

from imgstats.errors import TableError
from imgstats.own_tables.cells.marks import Hidden
from imgstats.tables import Band
from imgstats.tables.ranges import overlap
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgstats.tables.ranges import CountRange

__all__ = ["hidden_band", "join_hidden"]

_SLACK = 1e-6
_HOW = "give n or the other count, or `--suppressed-below 11` where the table hides counts under 11"


_Value: TypeAlias = int | Hidden | None


def hidden_band(cells: Mapping[str, Any], *, unit: float) -> Band:
    """Return a band of which a count is hidden.

    Parameters
    ----------
    cells : mapping of str to value
        low, high, and those of matched, not_matched, n and rate that are there; a `Hidden` where
        the table hides a count, None where a cell is empty.
    unit : float
        Step of the printed rate, a fraction.

    Raises
    ------
    TableError
        If the counts leave the band open, or contradict each other.

    Examples
    --------
    >>> from imgstats.own_tables.cells.marks import Hidden
    >>> few = hidden_band(
    ...     {"low": None, "high": 219, "matched": Hidden("<5", 4), "not_matched": 30}, unit=0.01
    ... )
    >>> few.matched_range, few.n_range
    ((0, 4), (30, 34))
    """
    ends: dict[str, Any] = {name: cells.get(name) for name in ("low", "high")}
    n = cells.get("n")
    most = n if isinstance(n, int) else None if n is None else n.most
    matched, others = (_range(cells.get(name), most, name) for name in ("matched", "not_matched"))
    if n is not None and not isinstance(n, int):
        matched, others = _under(matched, others, most)
    if isinstance(n, int):
        matched, others = _beside(matched, others, n, cells.get("rate"), unit)
    elif isinstance(cells.get("rate"), int | float):
        raise TableError("a rate without n", "n beside the rate", "give n")
    known = isinstance(n, int)
    return Band(**ends, n=n if known else None, matched_range=matched, not_matched_range=others)


def _range(value: _Value, most: int | None, name: str) -> CountRange | None:
    """Return the fewest and the most of a count, as far as its own cell and n tell."""
    if value is None:
        return None
    if isinstance(value, int):
        return value, value
    ends = [each for each in (value.most, most) if each is not None]
    if ends:
        return 0, min(ends)
    raise TableError(f"{name} is {shown(value.mark)}", "a count, or a hidden one with n", _HOW)


def _under(
    matched: CountRange | None, others: CountRange | None, most: int | None
) -> tuple[CountRange | None, CountRange | None]:
    """Narrow both counts by a hidden n; one that is missing lies between 0 and the rest of it."""
    if most is None:
        return matched, others
    left = [most - (other[0] if other else 0) for other in (others, matched)]
    if min(left) < 0 or (matched and others and matched[0] + others[0] > most):
        raise TableError(f"n is at most {most}", "counts that add up to n")
    return (
        overlap(matched or (0, most), (0, left[0])),
        overlap(others or (0, most), (0, left[1])),
    )


def _beside(
    matched: CountRange | None,
    others: CountRange | None,
    n: int,
    rate: object,
    unit: float,
) -> tuple[CountRange | None, CountRange | None]:
    """Narrow the matched by a rate that is printed too; without any count they are 0 to n."""
    if isinstance(rate, int | float):
        slack = n * unit / 2 + _SLACK
        printed = (max(math.ceil(n * rate - slack), 0), min(math.floor(n * rate + slack), n))
        matched = printed if matched is None else overlap(matched, printed)
        if matched[0] > matched[1]:
            raise TableError(f"rate {rate:g} of {n}", "a rate that the counts allow")
    elif matched is None and others is None:
        matched = (0, n)
    return matched, others


def join_hidden(bands: Sequence[Band], step: float = 1.0) -> tuple[list[Band], list[str]]:
    """Join each band that hides a count with the neighbour of fewer applicants.

    Parameters
    ----------
    bands : sequence of Band
        Rising and disjoint.
    step : float
        Distance of two neighbouring values: bands so far apart touch.

    Returns
    -------
    list of Band, list of str
        The bands, and what was joined, a line each.

    Raises
    ------
    TableError
        If a band has no neighbour that begins where it ends.

    Examples
    --------
    >>> from imgstats.tables import Band
    >>> few = Band(low=None, high=219, n=34, matched_range=(0, 4))
    >>> bands, _ = join_hidden([few, Band(low=220, high=239, matched=40, not_matched=60)])
    >>> bands[0].label, bands[0].matched_range, bands[0].n
    ('up to 239', (40, 44), 134)
    """
    pairs = {_pair_of(bands, at, step) for at, band in enumerate(bands) if band.hidden}
    joined, said = [bands[0]], []
    for at, band in enumerate(bands[1:]):
        if at not in pairs:
            joined.append(band)
            continue
        said.append(f"joined band {joined[-1].label} with {band.label}: a count is hidden")
        joined[-1] = _sum(joined[-1], band)
    return joined, said or ["no band hides a count: none was joined"]


def _pair_of(bands: Sequence[Band], at: int, step: float) -> int:
    """Return the place of the first of the two bands that are joined."""
    found = [
        (bands[other].n_range[0], min(at, other))
        for other in (at - 1, at + 1)
        if 0 <= other < len(bands) and _touch(bands[min(at, other)], bands[max(at, other)], step)
    ]
    if not found:
        raise TableError(
            f"band {bands[at].label} hides a count and has no neighbour",
            "a band that begins where it ends, or ends where it begins",
            "leave --join-suppressed out: the band's rate is then given as a range",
        )
    return min(found)[1]


def _touch(first: Band, second: Band, step: float) -> bool:
    if first.high is None or second.low is None:
        return False
    return second.low - first.high <= step * (1 + _SLACK)


def _sum(first: Band, second: Band) -> Band:
    """Return two neighbours as one band."""
    (a, b), (c, d) = _counts(first), _counts(second)
    n = None if first.n is None or second.n is None else first.n + second.n
    return Band(
        low=first.low,
        high=second.high,
        n=n,
        matched_range=(a[0] + c[0], a[1] + c[1]),
        not_matched_range=(b[0] + d[0], b[1] + d[1]),
    )


def _counts(band: Band) -> tuple[CountRange, CountRange]:
    """Return both counts of a band as ranges; those that print its rate where only that is."""
    if band.matched_range is not None and band.not_matched_range is not None:
        return band.matched_range, band.not_matched_range
    if band.matched is not None and band.not_matched is not None:
        return (band.matched, band.matched), (band.not_matched, band.not_matched)
    n = band.n or 0
    matched, _ = _beside(None, None, n, band.rate, band.rate_unit)
    low, high = matched or (0, n)
    return (low, high), (n - high, n - low)
