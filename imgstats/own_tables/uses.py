"""Where an answer reads an own table, and what is read instead of a table that no answer reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from imgstats.errors import InputError
from imgstats.own_tables.kinds import KINDS, OWN_MEASURES, USES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.own_tables.certificate import Certificate

__all__ = ["evidence_on", "first_on", "instead_of", "pair_words", "refuse_unused", "used_in"]


class _Kept(Protocol):
    """Anything that has a kind and a measure: a table, or its certificate."""

    @property
    def kind(self) -> str: ...

    @property
    def measure(self) -> str: ...


T = TypeVar("T", bound=_Kept)


def first_on(place: str, tables: Sequence[T]) -> T | None:
    """Return the table that gives the rate of a place, None where there is none.

    Parameters
    ----------
    place : str
        A measure; ``step2_ck`` is the headline's.
    tables : sequence
        Tables or certificates of one group and specialty, newest first.

    Examples
    --------
    >>> from types import SimpleNamespace
    >>> counts = SimpleNamespace(kind="count", measure="")
    >>> scores = SimpleNamespace(kind="band", measure="step2_ck")
    >>> first_on("step2_ck", [counts, scores]) is scores
    True
    """
    found = [
        (use.turn, at)
        for at, each in enumerate(tables)
        if (use := USES.get((each.kind, each.measure))) and use.place == place and not use.evidence
    ]
    return tables[min(found)[1]] if found else None


def evidence_on(place: str, tables: Sequence[T]) -> tuple[T, ...]:
    """Return all tables that are evidence on a measure, in their order."""
    return tuple(
        each
        for each in tables
        if (use := USES.get((each.kind, each.measure))) and use.place == place and use.evidence
    )


def used_in(one: Certificate, every: Sequence[Certificate]) -> str:
    """Return where answers use a table, in words, or why they do not.

    Parameters
    ----------
    one : Certificate
        The table's.
    every : sequence of Certificate
        All that were added, newest first.
    """
    use = USES.get((one.kind, one.measure))
    if use is None:
        what = pair_words(one.kind, one.measure)
        return f"not used: no answer reads {what}; {instead_of(one.kind, one.measure)} is read"
    if use.evidence:
        return use.words
    of_same = [each for each in every if (each.group, each.specialty) == (one.group, one.specialty)]
    first = first_on(use.place, of_same)
    return use.words if first is None or first == one else f"not used: {first.name} comes first"


def refuse_unused(kind: str, measure: str) -> None:
    """Refuse a kind and measure that no answer reads.

    Raises
    ------
    InputError
        With what is read instead.

    Examples
    --------
    >>> refuse_unused("count", "attempts")
    Traceback (most recent call last):
    ...
    imgstats.errors.InputError: no answer reads a count of attempts; allowed: a band, summary or \
share of attempts, or a count without a measure
    """
    if (kind, measure) not in USES:
        raise InputError(f"no answer reads {pair_words(kind, measure)}", instead_of(kind, measure))


def pair_words(kind: str, measure: str) -> str:
    """Return kind and measure in words.

    Examples
    --------
    >>> pair_words("share", ""), pair_words("band", "attempts")
    ('a share without a measure', 'a band of attempts')
    """
    return f"a {kind} of {measure}" if measure else f"a {kind} without a measure"


def instead_of(kind: str, measure: str) -> str:
    """Return what is read in place of a pair: other kinds of the measure, other measures."""
    kinds = [each for each in KINDS if (each, measure) in USES and measure]
    measures = [each for each in OWN_MEASURES if (kind, each) in USES]
    parts = [
        *([f"a {_either(kinds)} of {measure}"] if kinds else []),
        *([f"a {kind} of {_either(measures)}"] if measures else []),
        *([pair_words(kind, "")] if (kind, "") in USES else []),
    ]
    return ", or ".join(parts)


def _either(words: Sequence[str]) -> str:
    """Return words joined by or.

    Examples
    --------
    >>> _either(["band", "summary", "share"])
    'band, summary or share'
    """
    return " or ".join([part for part in (", ".join(words[:-1]), words[-1]) if part])
