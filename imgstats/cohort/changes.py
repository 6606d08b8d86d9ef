"""What is new, changed and gone in a cohort since the last run, by id."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self

from imgstats.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

__all__ = ["Change", "Changes"]

# What else than a row a report is made from, in words.
_REASONS = {
    "package": "another version of the package",
    "data": "other data",
    "notebook": "another notebook",
    "files": "missing or altered files",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One applicant whose report is made anew.

    Attributes
    ----------
    id : str
        As in the cohort file.
    what : tuple of str
        What differs: fields of the row, or else ``package``, ``data``, ``notebook`` or the
        report's ``files``, removed or altered by somebody; empty where nobody can tell.
    """

    id: str
    what: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """A cohort beside that of the last run; no value of anybody is in it.

    Attributes
    ----------
    new : tuple of str
        Ids of those who had no row that could be read, or had left the file.
    changed : tuple of Change
        Those whose row says something else, with its fields.
    remade : tuple of Change
        Those whose row is the same, and whose report is made anew for another reason.
    gone : tuple of str
        Ids of those who left the file.
    """

    new: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    remade: tuple[Change, ...] = ()
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Say whether anything differs."""
        return bool(self.new or self.changed or self.remade or self.gone)

    def to_plain(self) -> dict[str, Any]:
        """Return plain values, which `from_plain` takes; lists, as a notebook's parameters are.

        Examples
        --------
        >>> found = Changes(new=("A",), changed=(Change(id="B", what=("label",)),))
        >>> Changes.from_plain(found.to_plain()) == found
        True
        """
        return {
            "new": list(self.new),
            "changed": [{"id": each.id, "what": list(each.what)} for each in self.changed],
            "remade": [{"id": each.id, "what": list(each.what)} for each in self.remade],
            "gone": list(self.gone),
        }

    @classmethod
    def from_plain(cls, plain: Mapping[str, Any]) -> Self:
        """Return what `to_plain` was asked for, also after a way through JSON."""
        return cls(
            new=tuple(plain["new"]),
            changed=tuple(_change(each) for each in plain["changed"]),
            remade=tuple(_change(each) for each in plain["remade"]),
            gone=tuple(plain["gone"]),
        )

    def after(self, earlier: Changes) -> Changes:
        """Return these with those of an earlier run that was stopped before it told them.

        Who came and left in between, or left and came back, is not told.

        Parameters
        ----------
        earlier : Changes
            What the stopped run found.

        Examples
        --------
        >>> stopped = Changes(new=("A", "B"), changed=(Change(id="C", what=("label",)),))
        >>> both = Changes(gone=("B",), changed=(Change(id="C", what=("ranks",)),)).after(stopped)
        >>> both.new, both.gone, both.changed[0].what
        (('A',), (), ('label', 'ranks'))
        """
        back = {*earlier.gone} & {*self.new}
        passed = {*earlier.new} & {*self.gone}
        new = tuple(x for x in dict.fromkeys((*earlier.new, *self.new)) if x not in back | passed)
        gone = tuple(
            x for x in dict.fromkeys((*earlier.gone, *self.gone)) if x not in back | passed
        )
        told = {*new, *gone, *passed}
        changed = _joined((*earlier.changed, *self.changed), told)
        told |= {each.id for each in changed}
        return Changes(
            new=new,
            changed=changed,
            remade=_joined((*earlier.remade, *self.remade), told),
            gone=gone,
        )

    def lists(self) -> Iterator[tuple[str, tuple[Change, ...]]]:
        """Yield each kind of change that there is, in words, with those it is about.

        Examples
        --------
        >>> found = Changes(new=("A",), remade=(Change(id="B", what=("data",)),))
        >>> [(words, [each.id for each in who]) for words, who in found.lists()]
        [('new', ['A']), ('with the same values, made again for other data', ['B'])]
        """
        if self.new:
            yield "new", _plainly(self.new)
        if self.changed:
            yield "changed", self.changed
        by_reason: dict[tuple[str, ...], list[str]] = {}
        for each in self.remade:
            by_reason.setdefault(each.what, []).append(each.id)
        for what, ids in by_reason.items():
            yield f"with the same values, made again for {_reason(what)}", _plainly(tuple(ids))
        if self.gone:
            yield "gone", _plainly(self.gone)


def _change(plain: Mapping[str, Any]) -> Change:
    return Change(id=plain["id"], what=tuple(plain["what"]))


def _joined(changes: tuple[Change, ...], told: set[str]) -> tuple[Change, ...]:
    what: dict[str, tuple[str, ...]] = {}
    for each in changes:
        if each.id not in told:
            what[each.id] = tuple(dict.fromkeys((*what.get(each.id, ()), *each.what)))
    return tuple(Change(id=name, what=fields) for name, fields in what.items())


def _plainly(ids: tuple[str, ...]) -> tuple[Change, ...]:
    return tuple(Change(id=each, what=()) for each in ids)


def _reason(what: tuple[str, ...]) -> str:
    return listed([_REASONS[each] for each in what]) or "a reason that no record tells"
