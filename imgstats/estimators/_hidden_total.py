"""What a printed total of matched tells of the counts that a table hides.

Plain functions on arrays and one small frozen record.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import reduce
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgstats.tables.unsaid.totals import total_ends

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators._hidden import HiddenCount
    from imgstats.tables import BandTable

    Array = NDArray[np.float64]

__all__ = ["GivenTotal", "HiddenTotal", "hidden_total"]

_FEWEST_PARTS = 2


class GivenTotal(NamedTuple):
    """Hidden counts given what is printed of each and of their sum.

    Attributes
    ----------
    shares : tuple of ndarray
        Probability of each count that each part may be.
    covariance : ndarray, shape (m, m)
        Of the parts' scores.
    """

    shares: tuple[Array, ...]
    covariance: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class HiddenTotal:
    """The range of the sum of some hidden counts.

    Attributes
    ----------
    parts : tuple of int
        Which of the table's `HiddenCount` are summed: those whose matched are hidden.
    low, high : int
        Fewest and most of the sum above the least that the parts can be.
    """

    parts: tuple[int, ...]
    low: int
    high: int

    def log_probability(self, shares: list[Array]) -> float:
        """Return the logarithm of the probability of the range, each part with its own shares.

        Examples
        --------
        >>> coins = HiddenTotal(parts=(0, 1), low=1, high=1)
        >>> round(float(np.exp(coins.log_probability([np.array([0.5, 0.5])] * 2))), 3)
        0.5
        """
        with np.errstate(divide="ignore"):
            return float(np.log(self._room(_sum_of(shares), 1)[0]))

    def given(self, shares: list[Array], scores: list[Array]) -> GivenTotal | None:
        """Return the parts' shares and the covariance of their scores given the range.

        None where the shares are so far from the range that its probability is 0 in floats.
        """
        if not np.isfinite(self.log_probability(shares)):
            return None
        found = []
        for at, share in enumerate(shares):
            rest = _sum_of([each for i, each in enumerate(shares) if i != at])
            joint = share * self._room(rest, len(share))
            found.append(joint / joint.sum())
        means = np.array([share @ score for share, score in zip(found, scores, strict=True)])
        squares = [share @ score**2 for share, score in zip(found, scores, strict=True)]
        covariance = np.diag(squares) - np.outer(means, means)
        for a, b in combinations(range(len(shares)), 2):
            rest = _sum_of([each for i, each in enumerate(shares) if i not in (a, b)])
            size = np.add.outer(np.arange(len(shares[a])), np.arange(len(shares[b])))
            joint = np.outer(shares[a], shares[b]) * self._room(rest, int(size[-1, -1]) + 1)[size]
            both = scores[a] @ joint @ scores[b] / joint.sum()
            covariance[a, b] += both
            covariance[b, a] += both
        return GivenTotal(tuple(found), covariance)

    def _room(self, rest: Array, number: int) -> Array:
        """Return the probability that the rest and 0, 1, ... together lie in the range."""
        window = np.convolve(rest, np.ones(self.high - self.low + 1))
        at = self.high - np.arange(number)
        inside = (at >= 0) & (at < len(window))
        return np.where(inside, window[np.clip(at, 0, len(window) - 1)], 0.0)


def _sum_of(shares: list[Array]) -> Array:
    return reduce(np.convolve, shares, np.ones(1))


def hidden_total(table: BandTable, hidden: tuple[HiddenCount, ...]) -> HiddenTotal | None:
    """Return what the table's total of matched leaves to the sum of its hidden counts.

    Every other count is taken from the total as far as it is known. None where no total is printed,
    or where it leaves the sum all that its parts can be.
    """
    ends = total_ends(table.total_matched)
    if ends is None:
        return None
    parts = tuple(
        at for at, each in enumerate(hidden) if len(each.matched) > 1 and _by_ones(each.matched)
    )
    summed = {hidden[at].band for at in parts}
    others = [band.possible[0] for at, band in enumerate(table.bands) if at not in summed]
    least = sum(int(hidden[at].matched[0]) for at in parts)
    most = sum(int(hidden[at].matched[-1]) for at in parts)
    low = max(ends[0] - sum(other[1] for other in others), least)
    high = min(ends[1] - sum(other[0] for other in others), most)
    if len(parts) < _FEWEST_PARTS or (low, high) == (least, most):
        return None
    return HiddenTotal(parts=parts, low=low - least, high=high - least)


def _by_ones(counts: Array) -> bool:
    return bool((np.diff(counts) == 1).all())
