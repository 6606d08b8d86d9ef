"""From a distribution of ranks to a rate: at which rate people with so many ranks matched."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import bdtr

from imgstats.comparison.citations import cited_context
from imgstats.curves.store import curve_for
from imgstats.errors import TableError
from imgstats.factors import FACTORS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.curves.record import RateCurve
    from imgstats.tables import OutcomeSummary
    from imgstats.tables.published import PublishedTables

    Array = NDArray[np.float64]

__all__ = ["RankRates", "rank_rates", "thinned"]

_MEASURE = FACTORS["ranks"].measure


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class RankRates:
    """Match rates by the number of contiguous ranks.

    Attributes
    ----------
    table : OutcomeSummary
        What is printed of the matched and of the not matched.
    match_year : str
        Year of the Match.
    grade : str
        Letter of the table.
    level : float
        Level of the interval, a fraction.
    curves : mapping of str to ndarray, shape (k + 1,)
        ``rate``, ``low``, ``high`` and the names of the other curves that count, at 0 to k ranks.
    sources : tuple of str
        Key of the table's source.
    """

    table: OutcomeSummary
    match_year: str
    grade: str
    level: float
    curves: dict[str, Array]
    sources: tuple[str, ...]

    @property
    def most(self) -> int:
        """The highest number of ranks that is printed."""
        return len(self.curves["rate"]) - 1

    @property
    def tried(self) -> tuple[str, ...]:
        """Names of the curve and of all others that count, without the limits of the interval."""
        return tuple(name for name in self.curves if name not in {"low", "high"})

    def at(self, n: int, curve: str = "rate") -> Array:
        """Return the rates at 0 to n ranks, shape (n + 1,).

        Beyond the printed numbers the last rate stands in; nobody matches with no rank.
        """
        return self.curves[curve][np.minimum(np.arange(n + 1), self.most)]

    def over(self, counts: Array, curve: str = "rate") -> float:
        """Return the rate averaged over people of whom shares have 0 to n ranks."""
        return float(counts @ self.at(len(counts) - 1, curve))


def rank_rates(tables: PublishedTables, group: str, specialty: str) -> RankRates | None:
    """Return the stored rates by ranks of a group in a specialty's latest Match.

    Returns
    -------
    RankRates or None
        None where no table of contiguous ranks is there or gives no curve.
    """
    year = max(tables.years(group, specialty), default="")
    try:
        table = tables.outcome_summary(
            group=group, year=year, specialty=specialty, measure=_MEASURE
        )
        curve = curve_for(table, tables.root)
    except TableError:
        return None
    return RankRates(
        table=table,
        match_year=year,
        grade=table.context.trust,
        level=curve.level,
        curves=_curves(curve),
        sources=cited_context(table.context),
    )


def _curves(curve: RateCurve) -> dict[str, Array]:
    """Return the curves from 0 ranks on; under the first printed number nobody matches."""
    below = np.zeros(int(curve.x[0]))
    columns = {name: curve.columns[name] for name in ("rate", "low", "high")}
    columns |= {each.name: each.rate for each in curve.kept}
    return {name: np.concatenate([below, rates]) for name, rates in columns.items()}


def thinned(counts: Array, share: float) -> Array:
    """Return the distribution of ranks where each interview is ranked at one rate.

    Examples
    --------
    >>> thinned(np.array([0.0, 0.0, 1.0]), 0.5).round(6).tolist()
    [0.25, 0.5, 0.25]
    """
    ranks = np.arange(len(counts))
    interviews = ranks[:, None]
    # scipy.stats has the binomial distribution itself, and takes a second to import.
    at_most = bdtr(np.minimum(ranks, interviews), interviews, share)
    return np.asarray(counts @ np.diff(at_most, prepend=0))
