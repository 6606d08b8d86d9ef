"""What plans beside reports are made from: the day of the run, the notebook, and a row's values."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar

from imgstats.batch.fingerprint import inputs_digest
from imgstats.extras import need_packages
from imgstats.reporting.notebook import notebook_bytes
from imgstats.reporting.plan.report import NOTEBOOK, plan_parameters, plan_title
from imgstats.sources import notebook_path
from imgstats.strategy.columns import plan_fields
from imgstats.strategy.plan import PlanFiles
from imgstats.strategy.situation import Situation

if TYPE_CHECKING:
    from datetime import date

    from imgstats.batch.fingerprint import Fingerprint
    from imgstats.cohort.columns import MoreFields
    from imgstats.cohort.rows import CohortRow

__all__ = ["PlansAsked"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PlansAsked:
    """What all plans of a run have in common.

    Attributes
    ----------
    today : date
        The day of the plans, the same for the whole run.
    notebook : bytes
        The notebook of plans; a person's own notebook is for reports only.
    notebook_name : str
        Its name, for messages.
    """

    today: date
    notebook: bytes
    notebook_name: ClassVar[str] = NOTEBOOK

    @classmethod
    def on(cls, today: date) -> PlansAsked:
        """Return what plans of a day are made from.

        Raises
        ------
        InputError
            If a package that plans need is not installed.
        """
        need_packages("plan")
        return cls(today=today, notebook=notebook_bytes(notebook_path(NOTEBOOK)))

    @property
    def fields(self) -> MoreFields:
        """What a cohort file may say of a plan beside the fields of an applicant."""
        return plan_fields(self.today)

    def inputs(self, row: CohortRow, made_by: Fingerprint) -> str:
        """Return the hash of what a row's plan is made from; the day is no part of it."""
        return inputs_digest(_values(row), sha256(self.notebook).hexdigest(), made_by)

    def parameters_and_title(self, row: CohortRow) -> tuple[dict[str, Any], str]:
        """Return what the notebook of a row's plan is run with, and the title of its page."""
        situation = Situation.parse(_values(row), self.today)
        return plan_parameters(situation, PlanFiles(), {}), plan_title(situation)


def _values(row: CohortRow) -> dict[str, Any]:
    """Return what a row says of a person, as a file for `imgstats plan` would."""
    return row.applicant.model_dump(mode="json", exclude_none=True) | dict(row.more)
