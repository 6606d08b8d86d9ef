"""One comparison or plan kept for a kernel, so that its notebook need not make it again.

A report compares before its kernel starts, and a plan is made before. The notebook asks for the
same; where it does so in the same words, of the same data, it gets the one that was made. Whatever
else is asked is computed.
"""

from __future__ import annotations

import pickle
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from imgstats.own_tables.digest import data_digest
from imgstats.own_tables.folder import own_folder
from imgstats.sources.locations import data_root

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from imgstats.applicant import Applicant
    from imgstats.evidence.scenario import Scenario
    from imgstats.joint.rates import Region

__all__ = ["Asked", "Kept", "data_words", "keeping", "read_kept", "recalled", "write_kept"]


class _Question(Protocol):
    """What somebody may ask for."""

    @property
    def words(self) -> str: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What `compare` was asked for, of the shipped tables and the user's own.

    Attributes
    ----------
    applicant : Applicant
        Whom it is about.
    level : float
        Level of the intervals.
    scenarios : sequence of Scenario or str
        Assumptions of the user's.
    denominator : str
        What the headline counts.
    correlations : Region or None
        Where the correlations may lie.
    """

    applicant: Applicant
    level: float
    scenarios: Sequence[Scenario | str]
    denominator: str
    correlations: Region | None

    @property
    def words(self) -> str:
        """All of it as text, which also tells 0.0 from -0.0 and 1 from True."""
        rest = (self.level, tuple(self.scenarios), self.denominator, self.correlations)
        return repr((type(self.applicant), self.applicant, *rest))


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A comparison or a plan with all that it depends on.

    Attributes
    ----------
    words : str
        What was asked for.
    data : str
        Where the data are, and their hash from before they were read.
    answer : Comparison or Plan
        What was made.
    said : tuple of Warning
        What it warned of.
    """

    words: str
    data: str
    answer: Any
    said: tuple[Warning, ...]

    def answers(self, asked: _Question) -> bool:
        """Say whether it is the answer to this question, of the data as they are now."""
        return self.words == asked.words and self.data == data_words()


_kept: Kept | None = None


def data_words() -> str:
    """Return where the data are and their hash, read anew each time."""
    return repr((str(data_root()), str(own_folder()), data_digest()))


@contextmanager
def keeping(kept: Kept) -> Iterator[None]:
    """Keep what was made for who asks for it within the block, also for processes forked in it."""
    global _kept  # noqa: PLW0603  one report a process
    before, _kept = _kept, kept
    try:
        yield
    finally:
        _kept = before


def recalled(asked: _Question) -> Any:  # noqa: ANN401  what is kept for such a question
    """Return what is kept if it answers this very question, else None, and warn as it did."""
    if _kept is None or not _kept.answers(asked):
        return None
    for each in _kept.said:
        warnings.warn(each, stacklevel=3)
    return _kept.answer


def write_kept(path: Path) -> None:
    """Write what is kept, if anything, for a kernel that is a program of its own."""
    if _kept is not None:
        path.write_bytes(pickle.dumps(_kept))


def read_kept(path: Path) -> None:
    """Keep what `write_kept` wrote into a folder that only this user can write."""
    global _kept  # noqa: PLW0603  as above
    _kept = pickle.loads(path.read_bytes())  # noqa: S301  of the process that started this one
