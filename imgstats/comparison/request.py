"""What a comparison is asked for: one applicant, the tables, and what the user chose."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.comparison.citations import Cited, cited_context
from imgstats.errors import InputError, did_you_mean
from imgstats.own_tables.uses import evidence_on, first_on

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.evidence.scenario import Scenario
    from imgstats.joint.rates import Region
    from imgstats.own_tables import OwnTable
    from imgstats.tables import Context
    from imgstats.tables.published import PublishedTables

__all__ = ["DENOMINATORS", "Request", "check_denominator"]

DENOMINATORS = ("preferred", "any-pgy1")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Everything that the parts of a comparison are made from.

    Attributes
    ----------
    applicant : Applicant
        Whom it is about.
    specialty, year : str
        Preferred specialty as printed, and the year of the tables.
    level : float
        Level of intervals, a fraction.
    denominator : str
        One of `DENOMINATORS`.
    scenarios : tuple of Scenario
        Assumptions that the user chose.
    correlations : Region or None
        Where the correlations of score and another number may lie; None where it was not said.
    tables : PublishedTables
        The published tables.
    own : tuple of OwnTable
        The user's own tables of this group and specialty, newest first.
    """

    applicant: Applicant
    specialty: str
    year: str
    level: float
    denominator: str
    scenarios: tuple[Scenario, ...]
    correlations: Region | None
    tables: PublishedTables
    own: tuple[OwnTable, ...]

    def cite_table(self, context: Context) -> tuple[str, ...]:
        """Return the keys of the source of a published or own table."""
        return (Cited(context.source),) if self.is_own(context) else cited_context(context)

    def is_own(self, context: Context) -> bool:
        """Say whether a table is one of the user's own."""
        return any(each.table.context.source == context.source for each in self.own)

    def own_table(self, measure: str) -> OwnTable | None:
        """Return the user's table that gives the rate by a measure, None where there is none.

        `own_tables.kinds.USES` says which: ``step2_ck`` is the headline's.
        """
        return first_on(measure, self.own)

    def own_evidence(self, measure: str) -> tuple[OwnTable, ...]:
        """Return the user's tables that are evidence on a measure and give no rate."""
        return evidence_on(measure, self.own)


def check_denominator(name: str) -> str:
    """Return a denominator's name.

    Raises
    ------
    InputError
        If it is none of `DENOMINATORS`.

    Examples
    --------
    >>> check_denominator("any-pgy1")
    'any-pgy1'
    """
    if name not in DENOMINATORS:
        raise InputError(
            f"denominator is {name!r}", " or ".join(DENOMINATORS), did_you_mean(name, DENOMINATORS)
        )
    return name
