"""`Margin`: how one measure is spread among the matched and among the not matched."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError, TableError
from imgstats.measures import OutcomeWords
from imgstats.tables.validation import number, optional_number
from imgstats.wording import band_words, number_words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.curves.record import RateCurve
    from imgstats.tables import Band, BandTable

__all__ = ["Margin", "counts_of", "margin_from_bands", "margin_from_curve"]

_SLACK = 1e-6  # so far from 1 the shares of an outcome may add up
_CURVE_SLACK = 0.01  # a stored curve is cut at the last value that the table prints
_LEAST = 1e-6  # a smaller share is rounding of a stored curve, or nobody


@dataclass(frozen=True, slots=True, kw_only=True)
class Margin:
    """Shares of the matched and of the not matched in each cell of one measure.

    Parameters
    ----------
    name : str
        What is measured, as a sentence says it, such as ``Step 2 CK score``.
    cells : sequence of (low, high), length k
        Ends of each cell in the measure's unit, both included, rising and disjoint; a single value
        v is (v, v); None for an open end of the first or the last.
    matched, not_matched : sequence of float, length k
        Share of each outcome in each cell, fractions that add up to 1; they are divided by their
        sum.
    population : str
        Whom it is about; compared with the other margin's where both say it.
    sources : sequence of str
        Keys of the sources the shares come from.
    words : OutcomeWords
        What the outcomes are called.

    Raises
    ------
    TableError
        If lengths differ, a share is negative, shares do not add up to 1, or cells overlap.

    Examples
    --------
    >>> attempts = Margin(
    ...     name="attempts", cells=((1, 1), (2, None)), matched=(0.9, 0.1), not_matched=(0.7, 0.3)
    ... )
    >>> attempts.label(3)
    '2 and above'
    """

    name: str
    cells: tuple[tuple[float | None, float | None], ...]
    matched: tuple[float, ...]
    not_matched: tuple[float, ...]
    population: str = ""
    sources: tuple[str, ...] = ()
    words: OutcomeWords = field(default_factory=OutcomeWords)

    def __post_init__(self) -> None:
        """Check cells and shares, and make the shares add up to 1."""
        if not self.name.strip():
            raise TableError("a margin without a name", "what is measured, in words")
        object.__setattr__(self, "cells", _checked_cells(self.name, self.cells))
        object.__setattr__(self, "sources", tuple(self.sources))
        for outcome in ("matched", "not_matched"):
            shares = _checked_shares(f"{self.name}, {outcome}", getattr(self, outcome))
            if len(shares) != len(self.cells):
                raise TableError(
                    f"{self.name}: {len(shares)} shares {outcome}", f"{len(self.cells)}, one a cell"
                )
            object.__setattr__(self, outcome, shares)

    def position(self, value: float) -> int:
        """Return which cell holds a value.

        Raises
        ------
        InputError
            If none does.
        """
        wanted = number(value, self.name)
        for place, (low, high) in enumerate(self.cells):
            if (low is None or low <= wanted) and (high is None or wanted <= high):
                return place
        raise InputError(f"{self.name} {number_words(wanted)}", self._allowed())

    def answerable(self, value: float) -> int:
        """Return which cell holds a value, where both outcomes have people in it.

        Raises
        ------
        InputError
            If no cell holds it, or the cell holds under a millionth of an outcome.
        """
        place = self.position(value)
        for outcome in ("matched", "not_matched"):
            if self.share(outcome, place) < _LEAST:
                raise InputError(
                    f"{self.name} {self.label(value)} holds none of the {self.words.of(outcome)}",
                    "a value that people of both outcomes have",
                    "take a value nearer the middle, or join bands with their neighbours",
                )
        return place

    def share(self, outcome: str, place: int) -> float:
        """Return the share of an outcome in a cell, a fraction."""
        return float(getattr(self, outcome)[place])

    def cut_points(self, outcome: str, place: int) -> tuple[float, float]:
        """Return a cell's ends as normal scores of an outcome; infinite at both ends of all.

        Examples
        --------
        >>> half = Margin(
        ...     name="m", cells=((0, 0), (1, 1)), matched=(0.5, 0.5), not_matched=(0.5, 0.5)
        ... )
        >>> half.cut_points("matched", 1)
        (0.0, inf)
        """
        shares = getattr(self, outcome)
        return _normal_score(shares, place), _normal_score(shares, place + 1)

    def label(self, value: float) -> str:
        """Return the cell of a value in words."""
        low, high = self.cells[self.position(value)]
        return number_words(low) if low is not None and low == high else band_words(low, high)

    def _allowed(self) -> str:
        (low, _), (_, high) = self.cells[0], self.cells[-1]
        kind = "a value of its cells" if all(_is_single(each) for each in self.cells) else "a band"
        return f"{kind}, {band_words(low, high)}"


def margin_from_curve(curve: RateCurve, name: str, *, sources: Sequence[str] = ()) -> Margin:
    """Return the margin of a curve's fitted distributions, a cell for each whole value.

    Parameters
    ----------
    curve : RateCurve
        A direct curve, of a score or of a count such as contiguous ranks.
    name : str
        What is measured, as a sentence says it.
    sources : sequence of str, optional
        Keys of the sources of the curve's table.

    Returns
    -------
    Margin
        Values that nobody of either outcome has are left out at both ends. Shares are divided by
        their sum: a count's curve is cut at the highest value that the table prints.

    Raises
    ------
    TableError
        If the curve holds no distributions, as a borrowed one, or they do not add up to 1.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> from imgstats.curves.store import curve_for
    >>> table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    >>> score = margin_from_curve(curve_for(table), "Step 2 CK score")
    >>> score.cells[0], score.population
    ((209.0, 209.0), 'non_us_img, Internal Medicine, 2026')
    """
    key, columns = curve.key, curve.columns
    if "density_matched" not in columns or "density_not_matched" not in columns:
        raise TableError(
            f"the {curve.grade} curve of {key.measure} holds no distributions",
            "a curve of a table of this very group",
            "a borrowed rate has none: its group's digits are not printed",
        )
    shares = np.column_stack([columns["density_matched"], columns["density_not_matched"]])
    held = np.flatnonzero((shares > 0).any(axis=1))
    if not len(held) or np.abs(shares.sum(axis=0) - 1).max() > _CURVE_SLACK:
        raise TableError(f"the distributions of {key.measure} do not add up", "a sum of 1 each")
    inside = slice(held[0], held[-1] + 1)
    shares = shares[inside] / shares[inside].sum(axis=0)
    return Margin(
        name=name,
        cells=tuple((float(x), float(x)) for x in curve.x[inside]),
        matched=tuple(shares[:, 0].tolist()),
        not_matched=tuple(shares[:, 1].tolist()),
        population=_population(key.applicant_group, key.specialty, key.match_year),
        sources=tuple(sources),
    )


def margin_from_bands(table: BandTable, name: str) -> Margin:
    """Return the margin of a table by band, such as attempts 1, 2, 3 and above.

    Parameters
    ----------
    table : BandTable
        Bands with counts, or with a rate and the people behind it.
    name : str
        What is measured, as a sentence says it.

    Raises
    ------
    TableError
        If nobody matched, or everybody did, or a band hides how many.

    Examples
    --------
    >>> from imgstats.tables import BandTable
    >>> rows = [(1, 1, 60, 40), (2, 2, 15, 35), (3, None, 5, 25)]
    >>> margin_from_bands(BandTable.from_counts("attempts", rows), "attempts").matched
    (0.75, 0.1875, 0.0625)
    """
    with table.words.telling():
        return _margin(table, name)


def _margin(table: BandTable, name: str) -> Margin:
    counts = [counts_of(band) for band in table.bands]
    matched, not_matched = (sum(each) for each in zip(*counts, strict=True))
    if not matched or not not_matched:
        raise TableError(
            f"{matched:g} matched and {not_matched:g} not matched by {table.measure}",
            "people of both outcomes",
        )
    context = table.context
    return Margin(
        name=name,
        cells=tuple((band.low, band.high) for band in table.bands),
        matched=tuple(each / matched for each, _ in counts),
        not_matched=tuple(each / not_matched for _, each in counts),
        population=_population(context.applicant_group, context.specialty, context.match_year),
        sources=(context.source,) if context.source else (),
        words=table.words,
    )


def counts_of(band: Band) -> tuple[float, float]:
    """Return matched and not matched of a band, from its rate where only that is printed.

    Raises
    ------
    TableError
        If the band hides how many matched.
    """
    if band.hidden:
        raise TableError(f"band {band.label} hides how many matched", "counts or a rate")
    if band.matched is not None and band.not_matched is not None:
        return band.matched, band.not_matched
    n, rate = float(band.n or 0), float(band.rate or 0)
    return n * rate, n * (1 - rate)


def _population(group: str, specialty: str, year: str) -> str:
    return ", ".join((group, specialty, year)) if group and specialty and year else ""


def _is_single(cell: tuple[float | None, float | None]) -> bool:
    return cell[0] is not None and cell[0] == cell[1]


def _checked_cells(
    name: str, cells: Sequence[tuple[float | None, float | None]]
) -> tuple[tuple[float | None, float | None], ...]:
    checked = tuple(
        (optional_number(low, name), optional_number(high, name)) for low, high in cells
    )
    if not checked:
        raise TableError(f"{name} has no cell", "at least one")
    last = len(checked) - 1
    reached = -math.inf
    for place, (low, high) in enumerate(checked):
        least = reached if low is None and place == 0 else low
        most = math.inf if high is None and place == last else high
        if least is None or most is None or least > most or (place and least <= reached):
            raise TableError(
                f"cell {band_words(low, high)} of {name}",
                "disjoint cells in rising order, open ends only at the outside",
            )
        reached = most
    return checked


def _checked_shares(name: str, shares: Sequence[float]) -> tuple[float, ...]:
    values = [number(each, name) for each in shares]
    total = math.fsum(values)
    if any(each < 0 for each in values) or abs(total - 1) > _SLACK:
        raise TableError(
            f"shares of {name} add up to {total:.6g}", "fractions of 0 or more that add up to 1"
        )
    return tuple(each / total for each in values)


def _normal_score(shares: Sequence[float], place: int) -> float:
    """Return the normal score below which the first cells lie, exact in both tails."""
    from scipy.special import ndtri

    below, above = math.fsum(shares[:place]), math.fsum(shares[place:])
    return float(ndtri(below) if below <= above else -ndtri(above))
