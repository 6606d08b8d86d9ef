"""From a population to the table a report would print of a sample of it.

The digits are those of the reports: quartiles are order statistics, a median of an even number is
the average of two, mean and sd are whole points (tenths for counts), rates are whole per cents. A
population may have its quartiles rounded to fives, and its table does not say so.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from imgstats.estimators.misfit import print_digits
from imgstats.measures import MEASURES
from imgstats.tables import Band, BandTable, OutcomeSummary, Rounding, Summary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.calibration.populations import Population

    Counts = NDArray[np.int64]

__all__ = ["SHAPES", "draw", "print_table"]

SHAPES = ("summary", "one_median", "quartiles", "band_counts", "band_percent", "ranks")

_QUARTILES = ("q1", "median", "q3")
_ALL = ("min", "q1", "median", "q3", "max", "mean", "sd")
_FIELDS = {
    "summary": (_ALL, _ALL),
    "one_median": (_QUARTILES, ("median",)),
    "quartiles": (_QUARTILES, _QUARTILES),
    "ranks": (_ALL, _ALL),
}
_PER_CENT = 0.01


def draw(random: np.random.Generator, whole: Population, n: int) -> tuple[Counts, Counts]:
    """Draw n applicants; return how many matched and how many did not at each value."""
    everyone = random.multinomial(n, whole.share)
    matched = random.binomial(everyone, whole.rate)
    return matched, everyone - matched


def print_table(
    shape: str, whole: Population, matched: Counts, not_matched: Counts
) -> OutcomeSummary | BandTable:
    """Print a sample in one of the `SHAPES`.

    Parameters
    ----------
    shape : str
        ``summary`` and ``ranks``: all digits of both outcomes. ``one_median``: quartiles of the
        matched, a median of the not matched. ``quartiles``: of both. ``band_counts``: matched and
        not matched by band. ``band_percent``: n and whole per cent by band.
    whole : Population
        Whose grid and bands are printed.
    matched, not_matched : ndarray of int, shape (g,)
        Applicants at each value.
    """
    if shape in _FIELDS:
        return _summary(shape, whole, matched, not_matched)
    inside = whole.inside.astype(np.int64)
    both = zip(inside @ matched, inside @ not_matched, whole.bands, strict=True)
    make = _counted if shape == "band_counts" else _rounded
    bands = [make(low, high, int(first), int(second)) for first, second, (low, high) in both]
    return BandTable(measure=whole.measure, bands=tuple(bands))


def _summary(shape: str, whole: Population, matched: Counts, not_matched: Counts) -> OutcomeSummary:
    known = MEASURES[whole.measure]
    rounding = Rounding(mean=known.mean_unit or 1.0, sd=known.sd_unit or 1.0)
    sides = [
        _coarse(print_digits(counts, whole.grid, fields, rounding), whole.quartile_unit)
        if counts.sum()
        else Summary(n=0)
        for counts, fields in zip((matched, not_matched), _FIELDS[shape], strict=True)
    ]
    return OutcomeSummary(
        measure=whole.measure,
        matched=sides[0],
        not_matched=sides[1],
        scale=(int(whole.grid[0]), int(whole.grid[-1])) if whole.tells_scale else None,
        rounding=rounding,
    )


def _coarse(printed: Summary, unit: float) -> Summary:
    """Round the quartiles to a unit, halves upwards; 0 leaves them as they are."""
    if unit == 0:
        return printed
    values = {name: printed.value(name) for name in _QUARTILES}
    return replace(
        printed,
        **{
            name: unit * np.floor(value / unit + 0.5)
            for name, value in values.items()
            if value is not None
        },
    )


def _counted(low: int | None, high: int | None, matched: int, not_matched: int) -> Band:
    return Band(low=low, high=high, matched=matched, not_matched=not_matched)


def _rounded(low: int | None, high: int | None, matched: int, not_matched: int) -> Band:
    n = matched + not_matched
    if n == 0:
        return Band(low=low, high=high, n=0, rate_unit=_PER_CENT)
    # Halves are printed upwards: 1 of 8 is 13 %.
    rate = (200 * matched + n) // (2 * n) / 100
    return Band(low=low, high=high, n=n, rate=rate, rate_unit=_PER_CENT)
