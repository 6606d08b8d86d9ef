"""How many interviews come of some applications: a distribution, never one rate multiplied.

Three things differ and are kept apart: the programs' rates, who is chosen of them, and the level of
one applicant beside the average of all.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
from scipy.linalg import eigh_tridiagonal

from imgstats.errors import InputError, TableError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

__all__ = [
    "CHOICES",
    "ProgramList",
    "interview_counts",
    "level_nodes",
    "poisson_binomial",
    "quantile_of",
]

# Two ways to choose programs, from the fewest interviews to the most.
CHOICES = ("even", "highest")
# Where a sum over applicants' levels stands in for the integral. With twice as many no rate moves
# by a thousandth.
_NODES = 64
# Levels that so few applicants have are left out.
_LEAST_WEIGHT = 1e-12
_DIGITS = 12
# What the Fourier transform leaves where nobody is.
_LEAST_SHARE = 1e-15
# Under this spread all applicants are alike.
_NO_SPREAD = 1e-4


@dataclass(frozen=True, slots=True, eq=False)
class ProgramList:
    """The interview rates of all programs, sorted, as their sums are printed.

    Parameters
    ----------
    sums : ndarray, shape (n + 1,)
        Expected interviews of an average applicant at the 0, 1, ... n programs of highest rates.
    lowest : ndarray, shape (m, 2)
        Printed numbers of programs, and the lowest rate among so many, a fraction.
    """

    sums: Array
    lowest: Array

    @classmethod
    def from_printed(
        cls, printed: Mapping[int, float], lowest: Mapping[int, float] | None = None
    ) -> ProgramList:
        """Interpolate printed sums with a straight line from each to the next.

        The sums of a sorted list form a concave curve, and a straight line lies under every other
        concave one through the same points.

        Parameters
        ----------
        printed : mapping of int to float
            Expected interviews by number of programs.
        lowest : mapping of int to float, optional
            Lowest rate among so many programs, a fraction.

        Raises
        ------
        TableError
            If the rates between the printed numbers rise, or are none.

        Examples
        --------
        >>> found = ProgramList.from_printed({2: 0.6, 4: 0.8})
        >>> found.highest(3).tolist(), found.even(2).round(3).tolist()
        ([0.3, 0.3, 0.1], [0.3, 0.1])
        """
        counts = [0, *sorted(printed)]
        sums = [0.0, *(printed[each] for each in sorted(printed))]
        slopes = np.diff(sums) / np.diff(counts)
        if not len(slopes) or slopes[0] > 1 or slopes[-1] < 0 or np.any(np.diff(slopes) > 0):
            raise TableError(
                f"interviews {sums} at {counts} programs",
                "sums of rates from 0 to 1 that fall from program to program",
            )
        return cls(
            np.interp(np.arange(counts[-1] + 1), counts, sums),
            np.array(sorted((lowest or {}).items()), dtype=float).reshape(-1, 2),
        )

    @property
    def n(self) -> int:
        """How many programs there are."""
        return len(self.sums) - 1

    def chosen(self, choice: str, n: int) -> Array:
        """Return the rates of n programs, chosen in one of the `CHOICES`."""
        return self.highest(n) if choice == "highest" else self.even(n)

    def highest(self, n: int) -> Array:
        """Return the rates of the n programs of highest rates, shape (n,)."""
        self._check(n)
        return _plain(np.diff(self.sums[: n + 1]))

    def even(self, n: int) -> Array:
        """Return the rates of n programs drawn one from each of n equal parts of the list.

        A program drawn from a part interviews at the mean rate of that part. So n of them have n
        times the mean rate of all, and all of them have the rates of the list.

        Returns
        -------
        ndarray, shape (n,)
        """
        self._check(n)
        if n == 0:
            return np.empty(0)
        ends = np.linspace(0, self.n, n + 1)
        parts = np.diff(np.interp(ends, np.arange(self.n + 1), self.sums))
        return _plain(parts * n / self.n)

    def most_above(self) -> float:
        """Return by how much a concave curve through the printed sums can exceed this one.

        Where a list ends at its lowest rate, the curve's slope is that rate.
        """
        if not len(self.lowest):
            return 0.0
        counts, rates = self.lowest.T
        at = np.arange(self.n + 1)[:, None]
        tangents = self.sums[counts.astype(int)] + (at - counts) * rates
        return float(np.max(np.minimum(np.min(tangents, axis=1), at[:, 0]) - self.sums))

    def _check(self, n: int) -> None:
        if isinstance(n, bool) or not isinstance(n, int | np.integer) or not 0 <= n <= self.n:
            raise InputError(
                f"applications is {n!r}",
                f"a whole number from 0 to {self.n}, the programs whose rates are known",
                "give the number of programs of one specialty",
            )


def _plain(rates: Array) -> Array:
    """Return rates without the last digits, which differences of sums leave on equal ones."""
    return np.asarray(np.round(rates, _DIGITS))


def level_nodes(spread: float) -> tuple[Array, Array]:
    """Return levels of applicants and their weights, so that a sum stands for all applicants.

    Levels follow a gamma distribution of mean 1 whose standard deviation is `spread`. These are the
    points of its Gauss-Laguerre quadrature (Golub and Welsch 1969), the same on every run.

    Parameters
    ----------
    spread : float
        Coefficient of variation; with 0 all applicants are alike.

    Returns
    -------
    (ndarray, ndarray), shape (m,)
        Levels, the average applicant's being 1, and weights of sum 1.

    Examples
    --------
    >>> levels, weights = level_nodes(0.5)
    >>> round(float(weights @ levels), 6), round(float(weights @ (levels - 1) ** 2), 6)
    (1.0, 0.25)
    """
    if spread < _NO_SPREAD:
        return np.ones(1), np.ones(1)
    shape = 1 / spread**2
    # Points and weights are those of a tridiagonal matrix, which bears any shape: the gamma
    # function in the usual formula does not.
    at = np.arange(_NODES)
    points, vectors = eigh_tridiagonal(2 * at + shape, np.sqrt(at[1:] * (at[1:] + shape - 1)))
    weights = vectors[0] ** 2
    kept = weights > _LEAST_WEIGHT
    return points[kept] / shape, weights[kept] / weights[kept].sum()


def poisson_binomial(
    rates: Array, copies: NDArray[np.int64] | None = None, weights: Array | None = None
) -> Array:
    """Return the distribution of the number of successes of independent trials.

    Parameters
    ----------
    rates : ndarray, shape (d,) or (m, d)
        Rate of each trial, a fraction; a row for each kind of people who try.
    copies : ndarray, shape (d,), optional
        How many trials have that rate. Default: one.
    weights : ndarray, shape (m,), optional
        Share of each kind.

    Returns
    -------
    ndarray, shape (n + 1,)
        Share of each number 0 to n, where n trials are made; exact but for the last digits.

    Notes
    -----
    The generating function at the roots of unity, mixed over the kinds and turned back by a Fourier
    transform.

    References
    ----------
    Fernandez and Williams 2010, "Closed-form expression for the Poisson-binomial probability
    density function", IEEE Transactions on Aerospace and Electronic Systems 46(2).

    Examples
    --------
    >>> poisson_binomial(np.array([0.5, 0.2])).round(3).tolist()
    [0.4, 0.5, 0.1]
    """
    rows = np.atleast_2d(np.asarray(rates, dtype=float))
    times = np.ones(rows.shape[1], dtype=np.int64) if copies is None else copies
    n = int(times.sum())
    roots = np.exp(-2j * np.pi * np.arange((n + 1) // 2 + 1) / (n + 1))
    values = np.ones((len(rows), len(roots)), dtype=complex)
    for rate, copy in zip(rows.T, times, strict=True):
        values *= (1 + rate[:, None] * (roots - 1)) ** int(copy)
    mixed = (np.ones(1) if weights is None else weights) @ values
    counts = np.fft.irfft(mixed, n + 1)
    counts[counts < _LEAST_SHARE] = 0
    return np.asarray(counts / counts.sum())


def interview_counts(rates: Array, spread: float) -> Array:
    """Return the distribution of interviews over applicants who apply to the same programs.

    An applicant of level m is interviewed by a program at the rate 1 - exp(-h m). The h of each
    program is the one whose average over all levels is the program's own rate, so a spread moves no
    program's average. Given the level, programs decide independently.

    Parameters
    ----------
    rates : ndarray, shape (n,)
        Average interview rate of each program, a fraction.
    spread : float
        Coefficient of variation of the levels.

    Returns
    -------
    ndarray, shape (n + 1,)
        Share of applicants by number of interviews.

    Notes
    -----
    With a gamma level of variance v the average of exp(-h m) is (1 + v h)^(-1/v), so
    h = ((1 - rate)^(-v) - 1) / v; where v is 0, it is -log(1 - rate). This is the shared frailty
    model of survival analysis.

    Examples
    --------
    >>> share = interview_counts(np.array([0.1, 0.3]), 1.0)
    >>> round(float(share @ np.arange(3)), 6)
    0.4
    """
    return _interview_counts(np.asarray(rates, dtype=float).tobytes(), spread)


# They are most of a plan's time, and the same for all who apply to programs of the same rates.
@lru_cache(maxsize=2048)
def _interview_counts(rates: bytes, spread: float) -> Array:
    levels, weights = level_nodes(spread)
    variance = spread**2 if len(levels) > 1 else 0.0
    distinct, copies = np.unique(np.frombuffer(rates), return_counts=True)
    # A rate of 1 has no finite h: every level is interviewed there.
    with np.errstate(divide="ignore", over="ignore"):
        survived = -np.log1p(-distinct)
        hazards = np.expm1(variance * survived) / variance if variance else survived
    counts = poisson_binomial(-np.expm1(-levels[:, None] * hazards), copies, weights)
    counts.flags.writeable = False  # others are given it too
    return counts


def quantile_of(counts: Array, level: float) -> int:
    """Return the lowest number that a share of the people do not exceed.

    Examples
    --------
    >>> quantile_of(np.array([0.4, 0.5, 0.1]), 0.9)
    1
    """
    # Sums of shares end a little under 1.
    return int(np.searchsorted(np.cumsum(counts), min(level, 1) - 1e-12))
