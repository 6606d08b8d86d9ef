"""`RankListRate`: match rate by a count, such as the number of contiguous ranks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import numpy as np

from imgstats.estimators.contract import in_its_words
from imgstats.estimators.tilt import TiltRate

if TYPE_CHECKING:
    from imgstats.tables import OutcomeSummary

__all__ = ["RankListRate"]


class RankListRate(TiltRate):
    """Match rate by the number of contiguous ranks, from an `OutcomeSummary`.

    A `TiltRate` whose tilt is a curve in the logarithm of the count: from 1 to 2 ranks is a
    longer way than from 11 to 12.

    Parameters
    ----------
    degree, ridge, shape : {1, 2, 3} or None, (float, float) or None, {"any", "rising"}
        As in `TiltRate`. No rising shape is forced: applicants with very long lists can match
        less often than those with long ones, since who ends up with a very long list differs.

    Attributes
    ----------
    half_ : float or None
        Lowest number of ranks, interpolated, at which the fitted rate reaches one half; None if it
        does not between the printed extremes.
    falls_from_ : int or None
        Number of ranks from which the fitted rate falls, None if it never does.

    Notes
    -----
    A rank list is a consequence of interviews, so the rate by ranks is no effect of adding one.

    Examples
    --------
    >>> from imgstats.tables import OutcomeSummary, Summary
    >>> table = OutcomeSummary(
    ...     measure="contiguous_ranks",
    ...     matched=Summary(n=500, min=1, q1=3, median=5, q3=8, max=30, mean=6.1, sd=4.5),
    ...     not_matched=Summary(n=500, min=1, q1=1, median=2, q3=3, max=15, mean=2.5, sd=2.2),
    ... )
    >>> fitted = RankListRate().fit(table)
    >>> bool(fitted.predict_rate([10])[0] > fitted.predict_rate([1])[0])
    True
    """

    _log_scale = True

    @in_its_words
    def fit(self, table: OutcomeSummary) -> Self:
        """Fit to the printed digits of both outcomes.

        Raises
        ------
        InputError, TableError, WorkError
            As `TiltRate.fit`.
        """
        super().fit(table)
        counts = np.arange(np.ceil(self.ends_[0]), np.floor(self.ends_[1]) + 1)
        rates = self.predict_rate(counts)
        self.half_ = _first_half(counts, rates)
        falling = np.flatnonzero(np.diff(rates) < 0)
        self.falls_from_ = int(counts[falling[0]]) if len(falling) else None
        return self


def _first_half(
    counts: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    rates: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> float | None:
    """Return where the rate first reaches one half, between two counts where it crosses there."""
    reached = np.flatnonzero(rates >= 0.5)
    if not len(reached):
        return None
    first = int(reached[0])
    if first == 0:
        return float(counts[0])
    low, high = rates[first - 1], rates[first]
    return float(counts[first - 1] + (0.5 - low) / (high - low))
