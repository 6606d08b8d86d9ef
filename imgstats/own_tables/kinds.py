"""The four kinds of own tables: their columns, and the limits of what a cell may hold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from imgstats.measures import MEASURES

__all__ = [
    "COLUMNS",
    "KINDS",
    "MOST_PEOPLE",
    "OWN_MEASURES",
    "Column",
    "limits",
    "needs_measure",
    "only_whole",
]

KINDS = ("band", "summary", "count", "share")
OWN_MEASURES = ("attempts", "usce_months", "step2_ck", "contiguous_ranks")
# The whole Match has some 50,000 applicants a year.
MOST_PEOPLE = 1_000_000
# What an `Applicant` may say of a measure whose scale has no end.
_MOST = {"attempts": 999, "usce_months": 600, "contiguous_ranks": 999}

CellType = Literal["people", "value", "part", "unit", "words", "flag"]


@dataclass(frozen=True, slots=True)
class Column:
    """A column that a kind of table may have.

    Attributes
    ----------
    name : str
        Name in the header.
    type : str
        ``people`` (a count), ``value`` (of the measure), ``part`` (a fraction), ``unit`` (a step of
        rounding), ``words`` or ``flag`` (true or false).
    needed : bool
        Whether the column must be there and every cell of it filled.
    """

    name: str
    type: CellType
    needed: bool = False


_DIGITS = ("min", "q1", "median", "q3", "max", "mean")

COLUMNS: dict[str, tuple[Column, ...]] = {
    "band": (
        Column("low", "value"),
        Column("high", "value"),
        Column("matched", "people"),
        Column("not_matched", "people"),
        Column("n", "people"),
        Column("rate", "part"),
        Column("rate_unit", "unit"),
    ),
    "summary": (
        Column("outcome", "words", needed=True),
        Column("n", "people", needed=True),
        *(Column(name, "value") for name in _DIGITS),
        Column("sd", "unit"),
        Column("group_count", "people"),
        Column("scale_low", "people"),
        Column("scale_high", "people"),
        Column("mean_unit", "unit"),
        Column("sd_unit", "unit"),
        Column("n_exact", "flag"),
    ),
    "count": (
        Column("matched", "people", needed=True),
        Column("not_matched", "people", needed=True),
    ),
    "share": (
        Column("question", "words", needed=True),
        Column("answer", "words", needed=True),
        Column("share", "part", needed=True),
        Column("respondents", "people"),
        Column("exclusive", "flag"),
    ),
}


def needs_measure(kind: str) -> bool:
    """Return whether a kind says nothing without its measure.

    Examples
    --------
    >>> needs_measure("band"), needs_measure("count")
    (True, False)
    """
    return kind in {"band", "summary"}


def only_whole(measure: str) -> bool:
    """Return whether somebody's value of the measure is always whole; months may be halves.

    Examples
    --------
    >>> only_whole("attempts"), only_whole("usce_months")
    (True, False)
    """
    return measure != "usce_months"


def limits(measure: str) -> tuple[int, int]:
    """Return the lowest and the highest value of a measure that a table may name.

    Examples
    --------
    >>> limits("step2_ck"), limits("attempts")
    ((1, 300), (1, 999))
    """
    known = MEASURES[measure]
    return known.lowest, known.highest if known.highest is not None else _MOST[measure]
