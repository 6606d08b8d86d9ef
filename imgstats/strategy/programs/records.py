"""What a shortlist shows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.strategy.programs.fields import field_of

if TYPE_CHECKING:
    from imgstats.strategy.programs.filtering import Reason
    from imgstats.strategy.programs.fit import Fit
    from imgstats.strategy.programs.program import Checks, Program
    from imgstats.strategy.programs.ranking import States
    from imgstats.strategy.programs.screen import Screen
    from imgstats.strategy.programs.signals import Signals

__all__ = ["SHOWN", "Entry", "Excluded", "Shortlist"]

# A page shows so many programs; the files beside it have all.
SHOWN = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A program of the list.

    Attributes
    ----------
    rank : int
        Its place, from 1.
    program : Program
        What the file says.
    fit : Fit
        How well it fits, with its parts.
    screen : Screen
        Reach, target or safety.
    suggested : str
        Signal that is suggested, empty for none; `Program.signal` is the user's own.
    unknown : tuple of str
        Fields that a filter asks for and nobody knows; they leave no program out.
    checks : Checks
        How much of what is known was checked.
    """

    rank: int
    program: Program
    fit: Fit
    screen: Screen
    suggested: str
    unknown: tuple[str, ...]
    checks: Checks

    @property
    def unknown_words(self) -> str:
        """The fields that are not known, as they are called in a sentence."""
        return ", ".join(field_of(each).label for each in self.unknown)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excluded:
    """A program that is left out.

    Attributes
    ----------
    program : Program
        What the file says.
    reasons : tuple of Reason
        Every reason, at least one, in the order of the filters.
    checks : Checks
        How much of what is known was checked.
    """

    program: Program
    reasons: tuple[Reason, ...]
    checks: Checks


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """Programs of a file for one person, or states where there is no file.

    Attributes
    ----------
    entries : tuple of Entry
        The programs that are kept, the best fit first.
    excluded : tuple of Excluded
        The programs that are left out, in the order of their first reason and of the file.
    bad : tuple of str
        Rows that cannot be read or stood before, a line each, with what is wrong.
    checks : Checks or None
        Checks of all programs together; None without a file.
    signals : Signals or None
        Signals of the season; None without a file.
    states : States or None
        Only without a file, and where the table has the specialty.
    sentences : tuple of str
        What the list holds, what was not said and what is not known.
    how : tuple of str
        What fit, reach, target and safety mean, exactly.
    grade : str
        How the order came about.
    sources : tuple of str
        Keys of the sources.
    """

    entries: tuple[Entry, ...]
    excluded: tuple[Excluded, ...]
    bad: tuple[str, ...]
    checks: Checks | None
    signals: Signals | None
    states: States | None
    sentences: tuple[str, ...]
    how: tuple[str, ...]
    grade: str
    sources: tuple[str, ...]

    @property
    def given(self) -> bool:
        """Whether there is a file of programs."""
        return self.checks is not None

    @property
    def most(self) -> int:
        """So many programs a page shows of a list."""
        return SHOWN

    @property
    def first(self) -> tuple[Entry, ...]:
        """The programs that a page shows."""
        return self.entries[:SHOWN]

    @property
    def by_reason(self) -> tuple[tuple[str, tuple[Excluded, ...]], ...]:
        """The programs that are left out, by their first reason."""
        found: dict[str, list[Excluded]] = {}
        for each in self.excluded:
            found.setdefault(each.reasons[0].reason, []).append(each)
        return tuple((reason, tuple(rows)) for reason, rows in found.items())
