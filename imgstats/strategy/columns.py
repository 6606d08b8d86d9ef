"""The columns of a cohort file that a plan reads beside those of an applicant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import LOWEST_SCORE
from imgstats.cohort.columns import MoreFields
from imgstats.meanings import is_nothing
from imgstats.strategy.situation import PLAN_KEYS, Situation

if TYPE_CHECKING:
    from datetime import date

__all__ = ["plan_fields"]

# What a situation takes, so that whatever it refuses is the one cell in question.
_GOOD = {"group": "non_us_img", "step2_ck": LOWEST_SCORE}


def plan_fields(today: date) -> MoreFields:
    """Return the fields of a plan, judged as `Situation` judges them.

    Parameters
    ----------
    today : date
        The day of the plans.

    Examples
    --------
    >>> from datetime import date
    >>> fields = plan_fields(date(2026, 11, 30))
    >>> fields.read("visa", "j1 visa"), fields.read("exam_date", "15 June 2027")
    ('J-1', '2027-06-15')
    >>> fields.read("season", "n/a") is None
    True
    """

    def read(name: str, cell: object) -> object:
        if isinstance(cell, str) and is_nothing(cell):
            return None
        return Situation.parse({**_GOOD, name: cell}, today).values()[name]

    return MoreFields(names=PLAN_KEYS, read=read)
