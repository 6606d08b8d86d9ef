"""What `TransportedRate` asks of its tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.errors import TableError
from imgstats.estimators.contract import need_table
from imgstats.estimators.tilt import TiltRate
from imgstats.tables import CountTable, OutcomeSummary

if TYPE_CHECKING:
    from imgstats.tables import Context

__all__ = ["check_counts", "check_slope", "moves"]

# What the two tables over all specialties must share.
_ALIKE = ("match_year", "specialty", "outcome", "population")


def check_counts(own: object, kin: object, kin_specific: object, estimator: object) -> None:
    """Refuse count tables that cannot play their parts together.

    Raises
    ------
    TableError
        If a table is of another shape, has a rate of 0 or 1, or is of the wrong group, year or
        outcome. Contexts are compared where both tables fill them in.
    """
    for table in (own, kin, kin_specific):
        need_table(table, CountTable, estimator)
        assert isinstance(table, CountTable)  # noqa: S101  for the type checker
        if min(table.matched, table.not_matched) == 0:
            raise TableError(
                f"matched {table.matched}, not_matched {table.not_matched}",
                "at least one of each",
                "a rate of 0 or 1 has no logit to carry over",
            )
    _same(_ALIKE, own, kin)
    _same(("applicant_group", "match_year"), kin, kin_specific)
    groups = [each.context.applicant_group for each in (own, kin)]  # type: ignore[attr-defined]
    if groups[0] and groups[0] == groups[1]:
        raise TableError(f"own and kin are both {groups[0]}", "two different groups")


def _same(fields: tuple[str, ...], first: object, second: object) -> None:
    """Refuse two tables whose contexts differ in a field that both fill in."""
    for field in fields:
        values = [getattr(each.context, field) for each in (first, second)]  # type: ignore[attr-defined]
        if all(values) and values[0] != values[1]:
            raise TableError(f"{field} {values[0]} beside {values[1]}", "the same in both tables")


def check_slope(slope: object, kin_specific: CountTable) -> None:
    """Refuse a slope that is not fitted, or that was fitted to another table.

    Raises
    ------
    TableError
        If so.
    """
    if not isinstance(slope, TiltRate) or not hasattr(slope, "base_rate_"):
        raise TableError("slope is no fitted TiltRate", "a TiltRate after fit")
    counted = kin_specific.n, kin_specific.rate
    if slope.base_n_ != counted[0] or not np.isclose(slope.base_rate_, counted[1]):
        raise TableError(
            f"slope fitted to {slope.base_n_} people, rate {slope.base_rate_:.3f}",
            f"{counted[0]} people, rate {counted[1]:.3f}, as in kin_specific",
            "fit the slope to the same group's table, with its group_counts",
        )


def moves(
    own: OutcomeSummary | None, kin: OutcomeSummary | None, estimator: object
) -> tuple[tuple[float, float], tuple[Context, ...]]:
    """Return how far the means of both outcomes lie apart, and the tables' contexts.

    Raises
    ------
    TableError
        If a table or a mean is missing, or the two are of different measures, years or specialties.
    """
    if own is None or kin is None:
        raise TableError(
            "slope without own_scores and kin_scores",
            "mean scores of both groups",
            "the base rate belongs to the middle of the group's own scores",
        )
    for each in (own, kin):
        need_table(each, OutcomeSummary, estimator)
    _same(("match_year", "specialty"), own, kin)
    if own.measure != kin.measure:
        raise TableError(f"means of {own.measure} and {kin.measure}", "one measure")
    apart = []
    for outcome in ("matched", "not_matched"):
        means = [getattr(each, outcome).mean for each in (own, kin)]
        if None in means:
            raise TableError(f"{outcome}: mean is missing", "the mean of both groups")
        apart.append(float(means[0] - means[1]))
    return (apart[0], apart[1]), (own.context, kin.context)
