"""What the digits of a table allow at each score without a curve, rung by rung."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.curves.record import LADDER_COLUMNS, RUNGS
from imgstats.errors import TableError

if TYPE_CHECKING:
    from imgstats.curves.record import Array
    from imgstats.tables import OutcomeSummary

__all__ = ["ladder_columns"]


def ladder_columns(table: OutcomeSummary, points: Array) -> dict[str, Array]:
    """Return the bounds of each rung of `RateBounds` at each point, NaN outside the extremes.

    Nothing for a count, whose values lie too far apart for a smooth curve, and for a table whose
    digits the bounds cannot be worked out from.

    Examples
    --------
    >>> from imgstats import OutcomeSummary, Summary
    >>> table = OutcomeSummary(
    ...     measure="step2_ck", matched=Summary(n=40, median=250), not_matched=Summary(n=60)
    ... )
    >>> ladder_columns(table, np.array([242.0]))
    {}
    """
    if table.extremes is None or table.of.high is None:
        return {}
    from imgstats.estimators.bounds import RateBounds

    inside = (points >= table.extremes[0]) & (points <= table.extremes[1])
    found = {name: np.full(len(points), np.nan) for name in LADDER_COLUMNS}
    try:
        for rung in RUNGS:
            limits = RateBounds(assumption=rung).fit(table).predict_interval(points[inside])
            found[f"{rung}_low"][inside], found[f"{rung}_high"][inside] = limits.T
    except TableError:
        return {}
    return found
