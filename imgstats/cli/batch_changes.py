"""What ``imgstats batch`` says of those who are new, changed, gone and removed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.text import shown
from imgstats.wording import first_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from imgstats.batch.records import Pruned
    from imgstats.cohort.changes import Change, Changes

__all__ = ["ALL_ON_INDEX", "changes_lines", "ids_words", "pruned_lines"]

_FEW = 8
# Where the rest of a list is found once a run has ended.
ALL_ON_INDEX = "all on the index"


def ids_words(ids: Sequence[str], rest: str = "") -> str:
    """Return a few ids, quoted, and how many more there are.

    Examples
    --------
    >>> ids_words(["A-1", "A-2"])
    "'A-1' and 'A-2'"
    """
    return first_of([shown(each) for each in ids], _FEW, rest)


def changes_lines(changes: Changes, rest: str = "") -> Iterator[str]:
    """Yield what differs from the last run, a line for each kind of change.

    Examples
    --------
    >>> from imgstats.cohort.changes import Changes
    >>> list(changes_lines(Changes(new=("A-1",)))), list(changes_lines(Changes()))
    (["since the last run: 1 new: 'A-1'"], ['since the last run: nobody is new, changed or gone'])
    """
    if not changes:
        yield "since the last run: nobody is new, changed or gone"
    for words, who in changes.lists():
        named = first_of([_named(each) for each in who], _FEW, rest)
        yield f"since the last run: {len(who)} {words}: {named}"


def _named(change: Change) -> str:
    return f"{shown(change.id)} ({', '.join(change.what)})" if change.what else shown(change.id)


def pruned_lines(pruned: Pruned, *, dry_run: bool) -> Iterator[str]:
    """Yield who was removed, or would be, and of whom something stays.

    Examples
    --------
    >>> from imgstats.batch.records import Pruned
    >>> list(pruned_lines(Pruned(ids=("A-1",)), dry_run=True))
    ["would remove all files of 1: 'A-1'"]
    """
    if pruned.withheld:
        yield pruned.withheld
    for name, file in pruned.kept:
        yield f"not removed, {shown(name)}: {file} is not as imgstats made it; remove it by hand"
    if pruned.ids:
        verb = "would remove" if dry_run else "removed"
        yield f"{verb} all files of {len(pruned.ids)}: {ids_words(pruned.ids)}"
    elif not pruned.withheld:
        yield "nothing to remove"
