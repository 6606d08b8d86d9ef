"""What applications cost, and what else does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.strategy.funnel.records import FeeStep, SideFee

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from imgstats.sources.tabular import Record

__all__ = ["cost_usd", "fee_steps", "required_usd", "side_fees"]

# The table of a pathway names money for applications so; the schedule counts it exactly.
_APPLICATIONS = "ERAS, "


def fee_steps(rows: Iterable[Record]) -> tuple[FeeStep, ...]:
    """Return the fee schedule from its table."""
    return tuple(
        FeeStep(
            from_program=int(row["from_program"]),
            to_program=None if row["to_program"] is None else int(row["to_program"]),
            fee_usd_each=int(row["fee_usd_each"]),
        )
        for row in rows
    )


def cost_usd(steps: Sequence[FeeStep], applications: int) -> int:
    """Return the fees of applications in one specialty.

    Parameters
    ----------
    steps : sequence of FeeStep
        The schedule.
    applications : int
        How many.

    Examples
    --------
    >>> steps = (
    ...     FeeStep(from_program=1, to_program=30, fee_usd_each=11),
    ...     FeeStep(from_program=31, to_program=None, fee_usd_each=30),
    ... )
    >>> cost_usd(steps, 30), cost_usd(steps, 32)
    (330, 390)
    """
    return sum(
        each.fee_usd_each
        * max(
            0,
            min(applications, applications if each.to_program is None else each.to_program)
            - each.from_program
            + 1,
        )
        for each in steps
    )


def side_fees(rows: Iterable[Record]) -> tuple[SideFee, ...]:
    """Return what else costs money, from its table."""
    return tuple(
        SideFee(
            item=str(row["item"]),
            note=str(row["note"] or ""),
            fee_usd=int(row["fee_usd"]),
            optional=row["optional"] == "yes",
            within=str(row["item"]).startswith(_APPLICATIONS),
            grade=str(row["trust"]),
        )
        for row in rows
    )


def required_usd(fees: Iterable[SideFee], paid: Collection[str] = ()) -> int:
    """Return the sum of what nobody can do without, money for applications left out.

    Parameters
    ----------
    fees : iterable of SideFee
        The fees.
    paid : collection of str
        Items of exams that lie behind.
    """
    return sum(
        each.fee_usd
        for each in fees
        if not each.optional and not each.within and each.item not in paid
    )
