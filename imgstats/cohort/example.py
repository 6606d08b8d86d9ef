"""A made-up cohort, so that the notebook can be tried out without a file."""

from __future__ import annotations

from itertools import cycle
from typing import TYPE_CHECKING

from imgstats.applicant import GROUPS, Applicant
from imgstats.cohort.summary import summary_frame, summary_row
from imgstats.comparison.many import Rates

if TYPE_CHECKING:
    import pandas as pd

    from imgstats.tables.published import PublishedTables

__all__ = ["made_up_summary"]

_SCORES = range(210, 281, 5)


def made_up_summary(tables: PublishedTables | None = None) -> pd.DataFrame:
    """Return the summary of nobody in particular: one applicant at every fifth score.

    The two groups take turns.

    Parameters
    ----------
    tables : PublishedTables, optional
        The tables to compare with. Default: those that ship with the package.
    """
    rates, rows = Rates(tables), []
    for line, (score, group) in enumerate(zip(_SCORES, cycle(GROUPS), strict=False), start=2):
        applicant = Applicant.parse({"group": group, "step2_ck": score})
        rows.append(summary_row(applicant, rates.of(applicant), id=f"made-up-{score}", line=line))
    return summary_frame(rows)
