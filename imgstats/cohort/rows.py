"""What a cohort file holds: its good rows, its bad rows, and all that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgstats.applicant import Applicant

__all__ = ["BadRow", "Cohort", "CohortRow", "Problem"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing that is wrong with a row.

    Attributes
    ----------
    column : str
        Column it stands in; empty where it is the row as a whole.
    value : str
        What was found, quoted and cut; empty where nothing was given.
    reason : str
        What is allowed and what to do.

    Examples
    --------
    >>> print(Problem(column="step2_ck", value="'abc'", reason="allowed: a whole number"))
    step2_ck is 'abc'; allowed: a whole number
    >>> print(Problem(column="group", value="", reason="allowed: non-us-img or us-img"))
    group is missing; allowed: non-us-img or us-img
    """

    column: str
    value: str
    reason: str

    def __str__(self) -> str:
        """Return the problem on one line."""
        found = f"{self.column} is {self.value or 'missing'}" if self.column else self.value
        return "; ".join(part for part in (found, self.reason) if part)


@dataclass(frozen=True, slots=True, kw_only=True)
class CohortRow:
    """One applicant of a cohort.

    Attributes
    ----------
    line : int
        Line or row of the file as a person sees it; the header is 1.
    id : str
        The applicant's id, 1 to 200 printable characters, unlike all others of the cohort.
    applicant : Applicant
        What is known; the specialty as the tables print it.
    more : mapping of str to object
        Plain values of fields beside the applicant's, where such were asked for and given.
    """

    line: int
    id: str
    applicant: Applicant
    more: Mapping[str, object] = field(default_factory=dict, hash=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A row that says nothing that can be used.

    Attributes
    ----------
    line : int
        Line or row of the file; the header is 1.
    id : str
        Its id as read, on one line, printable and cut; empty where there is none.
    problems : tuple of Problem
        All that is wrong with it, in the order of the columns; at least one.
    cells : mapping of str to object
        Its cells as read, by field; empty where nobody will mend them.
    """

    line: int
    id: str
    problems: tuple[Problem, ...]
    cells: Mapping[str, object] = field(default_factory=dict, compare=False)

    def __str__(self) -> str:
        """Return line and problems on one line.

        Examples
        --------
        >>> print(BadRow(line=3, id="", problems=(Problem(column="id", value="", reason=""),)))
        line 3: id is missing
        """
        return f"line {self.line}: {self.reasons}"

    @property
    def reasons(self) -> str:
        """All that is wrong with it, on one line."""
        return "; ".join(map(str, self.problems))

    @property
    def named(self) -> str:
        """Line, id and problems on one line."""
        is_told = not self.id or any(each.column == "id" for each in self.problems)
        return f"line {self.line}{'' if is_told else f', {shown(self.id)}'}: {self.reasons}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Cohort:
    """The rows of a cohort file.

    Attributes
    ----------
    rows : tuple of CohortRow
        Good rows in the order of the file.
    bad : tuple of BadRow
        Bad rows in the order of the file.
    ignored : tuple of str
        Columns that nobody asked for and that were passed over.
    read : tuple of str
        Headers and values that were read as something written otherwise, a line each.
    """

    rows: tuple[CohortRow, ...]
    bad: tuple[BadRow, ...]
    ignored: tuple[str, ...]
    read: tuple[str, ...] = ()
