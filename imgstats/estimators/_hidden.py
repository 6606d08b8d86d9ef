"""The likelihood of a hidden count: the sum over all counts that the table prints alike.

Plain functions on arrays and one small frozen record.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import gammaln, logsumexp, xlogy

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from imgstats.tables import Band
    from imgstats.tables.ranges import CountRange

    Array = NDArray[np.float64]

__all__ = ["HiddenCount", "hidden_counts"]

# Of a hidden n no more are tried: in geometric steps, which pass over no small count.
_MOST_TRIED = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenCount:
    """All that a band with a hidden count may hold.

    Attributes
    ----------
    band : int
        Number of the band in its table.
    matched, others : ndarray, shape (m,)
        Each pair of counts that the table prints so.
    log_weight : ndarray, shape (m,)
        Logarithm of what multiplies p^matched q^others.

    Notes
    -----
    With n known that is the number of ways to choose the matched, and the sum is the binomial
    probability of the range. With n unknown and one count printed each pair is weighed by 1 / n
    besides: the sum is then the chance of so few of the other before that many of the printed one
    (inverse sampling, Haldane 1945). Of a long range counts in geometric steps are tried, and each
    is weighed by the number of counts that it stands for.

    References
    ----------
    Haldane JBS. On a method of estimating frequencies. Biometrika 1945;33:222-225.
    doi:10.1093/biomet/33.3.222
    """

    band: int
    matched: Array
    others: Array
    log_weight: Array

    def log_likelihood(self, p: float, q: float) -> float:
        """Return the logarithm of the probability of what was printed, up to a constant.

        Examples
        --------
        >>> from imgstats.tables import Band
        >>> few = hidden_counts([Band(low=1, high=1, n=10, matched_range=(0, 4))])[0]
        >>> round(float(np.exp(few.log_likelihood(0.5, 0.5))), 3)
        0.377
        """
        return float(logsumexp(self._terms(p, q)))

    def shares(self, p: float, q: float) -> Array:
        """Return the probability of each pair of counts given what was printed, shape (m,)."""
        terms = self._terms(p, q)
        result: Array = np.exp(terms - logsumexp(terms))
        return result

    def scores(self, p: float, q: float) -> Array:
        """Return the slope of each pair's log likelihood by the logit of p, shape (m,)."""
        return self.matched * q - self.others * p

    def expected(self, share: Array) -> tuple[float, float]:
        """Return expected matched and others, each pair with its share."""
        return float(share @ self.matched), float(share @ self.others)

    def _terms(self, p: float, q: float) -> Array:
        result: Array = self.log_weight + xlogy(self.matched, p) + xlogy(self.others, q)
        return result


def hidden_counts(bands: Sequence[Band]) -> tuple[HiddenCount, ...]:
    """Return what each band with a hidden count tells of its rate.

    Left out is a band that tells nothing: that may hold nobody, or from 0 to all of n matched.
    Left out too is one whose two counts and n are all hidden: any weight of its pairs of counts
    would pull its rate to a place of its own, as 1 / n pulls to 1/2.

    Examples
    --------
    >>> from imgstats.tables import Band
    >>> hidden_counts([Band(low=1, high=1, matched_range=(1, 4), not_matched_range=(1, 4))])
    ()
    """
    return tuple(
        _hidden_count(at, band.n, band.matched_range, band.not_matched_range)
        for at, band in enumerate(bands)
        if band.matched_range is not None
        and band.not_matched_range is not None
        and max(band.matched_range[0], band.not_matched_range[0]) > 0
        and (band.n is not None or (band.matched, band.not_matched) != (None, None))
    )


def _hidden_count(at: int, n: int | None, matched: CountRange, others: CountRange) -> HiddenCount:
    if n is not None:
        first = np.arange(matched[0], matched[1] + 1, dtype=np.float64)
        second, weight = n - first, np.zeros(len(first))
    else:
        # One of both is a single count.
        tried = _tried(matched), _tried(others)
        first, second = np.broadcast_arrays(*tried)
        weight = np.log(_stands_for(max(tried, key=len)) / (first + second))
    ways = gammaln(first + second + 1) - gammaln(first + 1) - gammaln(second + 1)
    return HiddenCount(band=at, matched=first, others=second, log_weight=ways + weight)


def _tried(ends: CountRange) -> Array:
    low, high = ends
    if high - low < _MOST_TRIED:
        return np.arange(low, high + 1, dtype=np.float64)
    steps = np.round(np.geomspace(max(low, 1), high, _MOST_TRIED))
    return np.unique(np.append(steps, low))


def _stands_for(tried: Array) -> Array:
    """Return how many counts each of those tried stands for: half of the way to both neighbours."""
    ends = np.concatenate([tried[:1] - 0.5, (tried[1:] + tried[:-1]) / 2, tried[-1:] + 0.5])
    return np.diff(ends)
