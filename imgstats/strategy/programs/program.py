"""What a file says of one program, and who checked it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.strategy.programs.fields import CHECKED
from imgstats.wording import number_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from imgstats.cohort.rows import BadRow

__all__ = ["Check", "Checks", "Program", "Programs", "checks_of", "value_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Who looked something up, and when.

    Attributes
    ----------
    field : str
        The field that it speaks of; empty where it speaks of the row.
    by : str
        Who; empty where nobody is named.
    on : date or None
        The day.
    """

    field: str
    by: str
    on: date | None

    @property
    def words(self) -> str:
        """It in words."""
        if not self.by and self.on is None:
            return "not checked"
        by = f" by {self.by}" if self.by else ", by nobody named"
        return f"checked{by}{'' if self.on is None else f' on {self.on}'}" + (
            ", on no day named" if self.on is None else ""
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """One program; None, or an empty text, where nothing is known.

    Attributes
    ----------
    line : int
        Line or row of the file; the header is 1.
    program, state, specialty, type : str
        Name, postal code, specialty as printed, one of `fields.TYPES`.
    img_share, interview_rate : float or None
        Fractions.
    visa : tuple of str or None
        Visas that it sponsors; none of them where it sponsors none.
    min_step2_ck, max_attempts, max_years_since_graduation, min_usce_months : float, str or None
        Limits in points, attempts, years and months; `fields.NO_LIMIT` where it has none.
    positions : int or None
        Positions in a year.
    signal : str
        The signal that the user means to send, one of `fields.SIGNALS`.
    notes : str
        Anything else.
    check : Check
        Who checked the row.
    checks : tuple of Check
        Fields that say it for themselves.
    """

    line: int
    program: str
    state: str = ""
    specialty: str = ""
    type: str = ""
    img_share: float | None = None
    visa: tuple[str, ...] | None = None
    min_step2_ck: float | str | None = None
    max_attempts: float | str | None = None
    max_years_since_graduation: float | str | None = None
    min_usce_months: float | str | None = None
    positions: int | None = None
    interview_rate: float | None = None
    signal: str = ""
    notes: str = ""
    check: Check
    checks: tuple[Check, ...] = ()

    def checked(self, field: str) -> Check:
        """Return who checked a field: what it says for itself, else what the row says."""
        for each in self.checks:
            if each.field == field:
                return each
        return self.check

    @property
    def known(self) -> tuple[str, ...]:
        """The fields with a value, of those that are asked who checked them."""
        return tuple(name for name in CHECKED if getattr(self, name) not in {None, ""})


@dataclass(frozen=True, slots=True, kw_only=True)
class Programs:
    """The rows of a file of programs.

    Attributes
    ----------
    rows : tuple of Program
        Good rows in the order of the file.
    bad : tuple of BadRow
        Rows that cannot be read and those of a program that stood before, with what is wrong.
    ignored : tuple of str
        Columns that were passed over.
    read : tuple of str
        Headers in other words than a column's name, a line each.
    comments : int
        Rows whose name begins with ``#``, which were passed over.
    """

    rows: tuple[Program, ...]
    bad: tuple[BadRow, ...]
    ignored: tuple[str, ...] = ()
    read: tuple[str, ...] = ()
    comments: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """How much of what is known was checked, and how long ago.

    Attributes
    ----------
    known, checked, old, unchecked : int
        Values that are known: all of them; checked by somebody named within the age that is
        allowed; checked earlier; and those without a name or a day.
    old_fields, unchecked_fields : tuple of str
        Which ones; empty where values of many programs are counted together.
    """

    known: int
    checked: int
    old: int
    unchecked: int
    old_fields: tuple[str, ...] = ()
    unchecked_fields: tuple[str, ...] = ()

    @classmethod
    def summed(cls, counts: Iterable[Checks]) -> Checks:
        """Return the counts of many programs together."""
        known = checked = old = unchecked = 0
        for each in counts:
            known += each.known
            checked += each.checked
            old += each.old
            unchecked += each.unchecked
        return cls(known=known, checked=checked, old=old, unchecked=unchecked)

    @property
    def words(self) -> str:
        """The counts in a few words."""
        if not self.known:
            return "nothing known"
        parts = [(self.checked, "checked"), (self.old, "old"), (self.unchecked, "unchecked")]
        return ", ".join(f"{count} {word}" for count, word in parts if count)


def checks_of(program: Program, oldest: date) -> Checks:
    """Count which known values of a program were checked.

    Parameters
    ----------
    program : Program
        The program.
    oldest : date
        A check before this day is old.

    Examples
    --------
    >>> from datetime import date
    >>> seen = Check(field="", by="A", on=date(2025, 1, 1))
    >>> checks_of(Program(line=2, program="P", visa=(), check=seen), date(2026, 1, 1)).old_fields
    ('visa',)
    """
    known, old, unchecked = program.known, [], []
    for name in known:
        check = program.checked(name)
        if check.on is None or not check.by:
            unchecked.append(name)
        elif check.on < oldest:
            old.append(name)
    return Checks(
        known=len(known),
        checked=len(known) - len(old) - len(unchecked),
        old=len(old),
        unchecked=len(unchecked),
        old_fields=tuple(old),
        unchecked_fields=tuple(unchecked),
    )


def value_words(value: object) -> str:
    """Return a value of a program as a person would say it.

    Examples
    --------
    >>> value_words(None), value_words(()), value_words(("J-1", "H-1B")), value_words(2.5)
    ('not known', 'none', 'J-1 and H-1B', '2.5')
    """
    if value is None or value == "":
        return "not known"
    if isinstance(value, tuple):
        return " and ".join(value) or "none"
    return number_words(value) if isinstance(value, int | float) else str(value)
