"""Where an answer reads an own table, and what is read instead of a table that no answer reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from imgstats.errors import InputError
from imgstats.own_tables.about import UNNAMED, about_columns, words_of
from imgstats.own_tables.certificate import measure_name
from imgstats.own_tables.kinds import KINDS, OWN_MEASURES, USES
from imgstats.own_tables.said import one_line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.measures import Measure
    from imgstats.own_tables.certificate import Certificate

__all__ = [
    "evidence_on",
    "first_on",
    "instead_of",
    "is_own_measure",
    "pair_words",
    "refuse_nobody",
    "refuse_unused",
    "settled",
    "used_in",
]

_OUTCOME = "matched, as the source of the table counts it"
_POPULATION = "the applicants that the source of the table counts"


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
    if use is None and is_own_measure(one.measure):
        return f"used nowhere in the report: `imgstats fit {one.key}` answers for it"
    if use is None:
        what = pair_words(one.kind, one.measure)
        return f"not used: no answer reads {what}; {instead_of(one.kind, one.measure)} is read"
    if use.evidence:
        return use.words
    of_same = [each for each in every if (each.group, each.specialty) == (one.group, one.specialty)]
    first = first_on(use.place, of_same)
    return use.words if first is None or first == one else f"not used: {first.name} comes first"


def refuse_unused(kind: str, measure: str) -> None:
    """Refuse a kind and measure that no answer reads; a measure of one's own is kept for fits.

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
    if (kind, measure) not in USES and not is_own_measure(measure):
        raise InputError(f"no answer reads {pair_words(kind, measure)}", instead_of(kind, measure))


def is_own_measure(measure: str) -> bool:
    """Return whether a measure is one that no answer for an applicant knows.

    Examples
    --------
    >>> is_own_measure("gpa"), is_own_measure("step2_ck"), is_own_measure("")
    (True, False, False)
    """
    return measure not in {*OWN_MEASURES, ""}


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


def refuse_nobody(said: dict[str, str]) -> None:
    """Refuse a table that does not say whom it is about.

    Raises
    ------
    InputError
        If the group is none, or the specialty is missing.
    """
    if not said["group"]:
        raise InputError("group is empty", "non-us-img or us-img", "say whom the table counts")
    one_line(said["specialty"], "specialty", needed=True)


def settled(said: dict[str, str], kind: str, measure: str | Measure) -> dict[str, Any]:
    """Return what is said of a table with what follows from its measure.

    Parameters
    ----------
    said : dict of str to str
        Fields of a certificate.
    kind, measure : str, str or Measure
        What the table holds.

    Raises
    ------
    InputError
        If the measure has no name, or the table does not say whom it is about.
    """
    name, words = measure_name(kind, measure), words_of(measure)
    if name == UNNAMED:
        raise InputError("measure is empty", "a name such as gpa", "say what is measured")
    if not is_own_measure(name):
        refuse_nobody(said)
    return said | {
        "measure": name,
        "about": about_columns(measure) if is_own_measure(name) else {},
        "specialty": said["specialty"] and _known_specialty(said["specialty"]),
        "outcome": said["outcome"] or words.say(_OUTCOME),
        "population": said["population"] or words.say(_POPULATION),
    }


def _known_specialty(given: str) -> str:
    """Return a specialty as the published tables print it: nobody could ask for another."""
    from imgstats.specialties import printed_name
    from imgstats.tables.published import PublishedTables

    return printed_name(given, PublishedTables().specialties)
