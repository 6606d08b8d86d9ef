"""How surprising a table's printed figures are under a fitted curve: a parametric bootstrap.

For diagnosis only. Intervals do not come from here: samples that print again and round again all
print the same digits once n is large, and an interval made of them would be too short.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, overload

import numpy as np

from imgstats.errors import InputError, TableError, WorkError
from imgstats.estimators.tilt import TiltRate
from imgstats.estimators.tilt_digits import quartile_unit
from imgstats.levels import LEAST_P
from imgstats.tables import Band, BandTable, OutcomeSummary, Rounding, Summary

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from numpy.typing import NDArray

    from imgstats.estimators.logistic import LogisticRate
    from imgstats.tables.ranges import Total

    Array = NDArray[np.float64]

__all__ = ["misfit_p", "print_digits"]

_SHARES = {"q1": 0.25, "q3": 0.75}
# So many times the usual number of samples are drawn, and within this factor of the limit, where a
# few samples would decide whether a curve counts.
_LONGER, _NEAR = 3, 1.6
# The same figures fitted twice differ by the tolerance of the fit.
_TIE = 1e-6
# So many samples are fitted at once: more are drawn in vain where the drawing stops early.
_AT_ONCE = 16


def print_digits(
    counts: NDArray[np.int64], grid: Array, fields: tuple[str, ...], rounding: Rounding
) -> Summary:
    """Print a sample the way the 2026 report does.

    Parameters
    ----------
    counts : ndarray, shape (g,)
        How many people have each score.
    grid : ndarray, shape (g,)
        Values of the measure.
    fields : tuple of str
        Which digits to print.
    rounding : Rounding
        Units of mean, sd and quartiles.

    Returns
    -------
    Summary
        Quartiles are order statistics, a median of an even number is the average of two.

    Examples
    --------
    >>> print_digits(
    ...     np.array([1, 2, 1]), np.array([1.0, 2.0, 3.0]), ("median", "mean"), Rounding()
    ... )
    Summary(n=4, min=None, q1=None, median=2.0, q3=None, max=None, mean=2.0, sd=None)
    """
    n = int(counts.sum())
    cumulative = counts.cumsum()

    def ordered(rank: int) -> float:
        """Return the score of the rank-th person, counted from 1."""
        return float(grid[np.searchsorted(cumulative, rank)])

    mean = float(counts @ grid) / n
    sd = float(np.sqrt(counts @ (grid - mean) ** 2 / max(n - 1, 1)))
    everything = {
        "min": ordered(1),
        "max": ordered(n),
        "mean": _rounded(mean, rounding.mean),
        "sd": _rounded(sd, rounding.sd),
    }
    quartiles = {"median": (ordered((n + 1) // 2) + ordered(n // 2 + 1)) / 2} | {
        name: ordered(int(np.ceil(share * n))) for name, share in _SHARES.items()
    }
    unit = rounding.quartile or 0.0
    everything |= {
        name: min(max(_rounded(value, unit), ordered(1)), ordered(n))
        for name, value in quartiles.items()
    }
    return Summary(n=n, **{name: everything[name] for name in fields})


def _rounded(value: float, unit: float) -> float:
    return value if unit == 0 else float(np.floor(value / unit + 0.5) * unit)


@overload
def misfit_p(
    fitted: TiltRate, *, n_refits: int = 500, seed: int = 0, enough: int = 10
) -> float: ...


@overload
def misfit_p(
    fitted: TiltRate | LogisticRate, *, n_refits: int = 500, seed: int = 0, enough: int = 10
) -> float | None: ...


def misfit_p(
    fitted: TiltRate | LogisticRate, *, n_refits: int = 500, seed: int = 0, enough: int = 10
) -> float | None:
    """Return how often the curve's own samples print figures that fit it as badly as the table's.

    Parameters
    ----------
    fitted : TiltRate or LogisticRate
        After `fit`.
    n_refits : int
        The most samples that are drawn, printed and fitted again.
    seed : int
        Of the random numbers; the same seed gives the same p.
    enough : int
        The drawing stops once so many samples fit as badly as the table: a p that is far from
        small needs no more digits.

    Returns
    -------
    float or None
        p, a fraction: `enough` / number drawn where the drawing stopped, else (1 + number that fit
        as badly) / (1 + number drawn). None for a `LogisticRate` with as many coefficients as
        bands, which fits every table.

    Raises
    ------
    InputError
        If `n_refits` or `enough` is not at least 1.

    Notes
    -----
    Both forms are valid p values: where the curve is true, p is at most a with probability at most
    a, up to what its fitted coefficients cost. A sample that the curve cannot be fitted to is not
    counted as drawn. The table itself could be fitted, so it is compared with its like.

    Of a `BandTable` the bands' n are kept and their matched drawn; a rate that was printed in whole
    per cents is printed so again, and a count that falls where the table hides it is hidden again.
    A hidden n is drawn from its range. A total of matched is printed of each sample as the table
    prints its own.

    References
    ----------
    Besag J, Clifford P. Sequential Monte Carlo p-values. Biometrika 1991;78:301-304.
    doi:10.1093/biomet/78.2.301

    Examples
    --------
    >>> from imgstats import OutcomeSummary, Summary, TiltRate
    >>> table = OutcomeSummary(
    ...     measure="step2_ck",
    ...     matched=Summary(n=400, q1=241, median=251, q3=260, mean=250, sd=15),
    ...     not_matched=Summary(n=600, q1=231, median=241, q3=250, mean=240, sd=15),
    ... )
    >>> misfit_p(TiltRate(degree=1).fit(table), n_refits=50) > 0.05
    True
    """
    for name, value in (("n_refits", n_refits), ("enough", enough)):
        if value < 1:
            raise InputError(f"{name} is {value!r}", "1 or more")
    random = np.random.default_rng(seed)
    if isinstance(fitted, TiltRate):
        draws: Iterable[float | None] = _tilt_misfits(fitted, random, _LONGER * n_refits)
    elif fitted.dof_ > 0:
        draws = (_misfit(fitted, _sample_bands(fitted, random)) for _ in range(_LONGER * n_refits))
    else:
        return None
    return _sequential_p(draws, fitted.chi2_ * (1 - _TIE) - _TIE, enough, n_refits)


def _sequential_p(draws: Iterable[float | None], least: float, enough: int, n_refits: int) -> float:
    """Return p of a misfit, by Besag and Clifford; None among the draws is no draw.

    After `n_refits` the drawing goes on only while p is so near `LEAST_P` that a few draws decide
    whether a curve is left out.
    """
    worse = drawn = 0
    for chi2 in draws:
        if chi2 is None:
            continue
        drawn += 1
        worse += chi2 >= least
        if worse == enough:
            return enough / drawn
        p = (1 + worse) / (1 + drawn)
        if drawn >= n_refits and not LEAST_P / _NEAR < p < LEAST_P * _NEAR:
            return p
    return (1 + worse) / (1 + drawn)


def _tilt_misfits(
    fitted: TiltRate, random: np.random.Generator, most: int
) -> Iterator[float | None]:
    """Yield the misfits of samples, some fitted at once; None where the curve does not settle."""
    for start in range(0, most, _AT_ONCE):
        samples = range(start, min(start + _AT_ONCE, most))
        yield from fitted.refit_chi2s([_sample_table(fitted, random) for _ in samples])


def _misfit(fitted: LogisticRate, table: BandTable) -> float | None:
    """Return the misfit of a sample, None where the curve cannot be fitted to it."""
    try:
        return fitted.refit_chi2(table)
    except (TableError, WorkError):
        return None


def _sample_table(fitted: TiltRate, random: np.random.Generator) -> OutcomeSummary:
    """Draw both outcomes from the fitted densities and print their digits."""
    table, cells = fitted.table_, fitted.cells_
    unit = quartile_unit(table, log_scale=fitted.is_log_scale)
    rounding = replace(table.rounding or Rounding(), quartile=unit) if unit else table.rounding
    sides = []
    both = (table.matched, table.not_matched)
    for summary, density in zip(both, fitted.likeliest_densities(), strict=True):
        counts = random.multinomial(summary.n or 1, density / density.sum())
        grid = cells.grid
        if cells.size > 1:  # people lie anywhere in a cell, and report a value of the measure
            places = random.integers(cells.size, size=len(grid)) - (cells.size - 1) / 2
            grid = grid + cells.step * places
        sides.append(print_digits(counts, grid, summary.printed, rounding or Rounding()))
    return OutcomeSummary(
        measure=table.measure,
        matched=sides[0],
        not_matched=sides[1],
        scale=table.scale,
        rounding=rounding,
        of=table.of if table.of.step is not None else replace(table.of, step=table.step),
    )


def _sample_bands(fitted: LogisticRate, random: np.random.Generator) -> BandTable:
    """Draw the matched of each band from the fitted rates and print them as the table did."""
    table = fitted.table_
    n = [_sample_n(band, random) for band in table.bands]
    matched = random.binomial(n, fitted.fitted_rates_)
    drawn = zip(table.bands, matched.tolist(), n, strict=True)
    bands = tuple(_printed_band(band, count, people) for band, count, people in drawn)
    total = _printed_total(table.total_matched, int(matched.sum()))
    return replace(table, bands=bands, total_matched=total, total_n=None)


def _printed_total(printed: Total, drawn: int) -> Total:
    """Return a drawn total as the table prints its own: exactly, or by a range as long."""
    if not isinstance(printed, tuple):
        return None if printed is None else drawn
    low, high = printed
    start = max(drawn - (drawn - low) % (high - low + 1), 0)
    return start, max(start + high - low, drawn)


def _sample_n(band: Band, random: np.random.Generator) -> int:
    """Return the band's n, one of its range where it is hidden."""
    low, high = band.n_range
    return low if low == high else int(random.integers(low, high, endpoint=True))


def _printed_band(band: Band, matched: int, n: int) -> Band:
    """Return a band with another number of matched: a count, a range or a rate as the band's own.

    A count that falls out of a hidden one's range would have been printed.
    """
    others = n - matched
    ends: dict[str, Any] = {"low": band.low, "high": band.high}
    if band.matched_range is not None and band.not_matched_range is not None:
        first, second = (
            hidden if hidden[0] <= count <= hidden[1] and hidden[0] < hidden[1] else (count, count)
            for hidden, count in ((band.matched_range, matched), (band.not_matched_range, others))
        )
        return Band(**ends, n=band.n, matched_range=first, not_matched_range=second)
    if band.rate_unit == 0 or n == 0:
        return Band(**ends, matched=matched, not_matched=others)
    rate = min(_rounded(matched / n, band.rate_unit), 1.0)
    return Band(**ends, n=n, rate=rate, rate_unit=band.rate_unit)
