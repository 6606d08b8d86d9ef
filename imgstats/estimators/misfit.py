"""How surprising a table's printed digits are under a fitted curve: a parametric bootstrap.

For diagnosis only. Intervals do not come from here: samples that print again and round again all
print the same digits once n is large, and an interval made of them would be too short.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import InputError, WorkError
from imgstats.tables import OutcomeSummary, Rounding, Summary

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators.tilt import TiltRate

    Array = NDArray[np.float64]

__all__ = ["misfit_p", "print_digits"]

_SHARES = {"q1": 0.25, "q3": 0.75}


def print_digits(
    counts: NDArray[np.int64], grid: Array, fields: tuple[str, ...], rounding: Rounding
) -> Summary:
    """Print a sample the way the 2026 report does.

    Parameters
    ----------
    counts : ndarray, shape (g,)
        How many people have each score.
    grid : ndarray, shape (g,)
        Whole scores.
    fields : tuple of str
        Which digits to print.
    rounding : Rounding
        Units of mean and sd.

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
        "median": (ordered((n + 1) // 2) + ordered(n // 2 + 1)) / 2,
        "mean": _rounded(mean, rounding.mean),
        "sd": _rounded(sd, rounding.sd),
    } | {name: ordered(int(np.ceil(share * n))) for name, share in _SHARES.items()}
    return Summary(n=n, **{name: everything[name] for name in fields})


def _rounded(value: float, unit: float) -> float:
    return value if unit == 0 else float(np.floor(value / unit + 0.5) * unit)


def misfit_p(fitted: TiltRate, *, n_refits: int = 500, seed: int = 0) -> float:
    """Return how often the curve's own samples print digits that fit it as badly as the table's.

    Parameters
    ----------
    fitted : TiltRate
        After `fit`.
    n_refits : int
        Number of samples that are drawn, printed and fitted again.
    seed : int
        Of the random numbers; the same seed gives the same p.

    Returns
    -------
    float
        p, a fraction: (1 + number of refits with a larger misfit) / (1 + `n_refits`).

    Raises
    ------
    InputError
        If `n_refits` is not at least 1.

    Examples
    --------
    >>> from imgstats import OutcomeSummary, Summary, TiltRate
    >>> table = OutcomeSummary(
    ...     measure="step2_ck",
    ...     matched=Summary(n=400, q1=240, median=250, q3=260, mean=250, sd=15),
    ...     not_matched=Summary(n=600, q1=230, median=240, q3=250, mean=240, sd=15),
    ... )
    >>> misfit_p(TiltRate(degree=1).fit(table), n_refits=50) > 0.05
    True
    """
    if n_refits < 1:
        raise InputError(f"n_refits is {n_refits!r}", "1 or more")
    random = np.random.default_rng(seed)
    worse = 0
    for _ in range(n_refits):
        try:
            chi2 = fitted.refit_chi2(_sample_table(fitted, random))
        except WorkError:
            continue  # a sample the curve cannot settle on speaks for neither side
        worse += chi2 >= fitted.chi2_
    return (1 + worse) / (1 + n_refits)


def _sample_table(fitted: TiltRate, random: np.random.Generator) -> OutcomeSummary:
    """Draw both outcomes from the fitted densities and print their digits."""
    table, grid = fitted.table_, fitted.grid_
    rounding = table.rounding or Rounding()
    sides = []
    for summary, density in (
        (table.matched, fitted.density_matched_),
        (table.not_matched, fitted.density_not_matched_),
    ):
        counts = random.multinomial(summary.n or 1, density / density.sum())
        sides.append(print_digits(counts, grid, summary.printed, rounding))
    return OutcomeSummary(
        measure=table.measure,
        matched=sides[0],
        not_matched=sides[1],
        scale=table.scale,
        rounding=rounding,
    )
