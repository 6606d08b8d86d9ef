"""Why a program is left out: each reason with its value, the person's, and who checked it."""

from __future__ import annotations

import operator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgstats.strategy.programs.fields import NO_LIMIT, field_of
from imgstats.strategy.programs.program import value_words
from imgstats.strategy.situation import STEP1, VISAS
from imgstats.wording import count_words, listed, number_words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from imgstats.strategy.programs.program import Program
    from imgstats.strategy.situation import Situation

__all__ = ["Asked", "Filter", "Reason", "filters_of", "reasons", "unsaid_words"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One reason to leave a program out.

    Attributes
    ----------
    reason, field : str
        Its short name, that of its `Filter`, and the field of the program.
    program_value, your_value : str
        What the program asks or gives, and what the person said.
    checked : str
        Who checked the program's value, and when.
    sentence : str
        All of it.
    """

    reason: str
    field: str
    program_value: str
    your_value: str
    checked: str
    sentence: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """One comparison of a program with a person.

    Attributes
    ----------
    reason, field : str
        As in `Reason`.
    said : callable
        Given a situation and the states that are wanted, what the person said; None where nothing
        was said, and then nobody is left out for it.
    your_words : callable
        Given that, the same in words.
    key : str
        What a person has to give for it; without it no program is left out by the field.
    fails : callable
        Given the program's value and the person's, whether the program is left out.
    words : callable
        Given the program's value, what it asks or gives.
    """

    reason: str
    field: str
    said: Callable[[Situation, Sequence[str]], Any]
    your_words: Callable[[Any], str]
    key: str
    fails: Callable[[Any, Any], bool]
    words: Callable[[Any], str]


@dataclass(frozen=True, slots=True)
class Asked:
    """A comparison with what one person said.

    Attributes
    ----------
    filter : Filter
        The comparison.
    yours : object
        What the person said; None where nothing was said.
    """

    filter: Filter
    yours: Any


def filters_of(situation: Situation, states: Sequence[str] = ()) -> tuple[Asked, ...]:
    """Return the comparisons for a person, in the order in which reasons are told.

    A value that is the very limit passes. The score is that of the situation: the lower end of the
    target where there is no real one.

    Parameters
    ----------
    situation : Situation
        What the person said.
    states : sequence of str
        Postal codes of the states that are wanted. Default: all.
    """
    return tuple(Asked(each, each.said(situation, states)) for each in _FILTERS)


def _years_since_graduation(situation: Situation, _: Sequence[str]) -> int | None:
    """Return years to the year in which applications open: the one before the Match."""
    if situation.graduated is None:
        return None
    return max(situation.season - 1 - situation.graduated, 0)


def _attempts(situation: Situation, _: Sequence[str]) -> int | None:
    """Return the most attempts at a Step that were said; a failure says two at least."""
    least = (2,) if situation.step1 and STEP1[situation.step1][0] else ()
    said = situation.applicant.attempts
    return max((*least, *(() if said is None else (said,))), default=None)


def _limit(
    field: str,
    key: str,
    said: Callable[[Situation, Sequence[str]], float | None],
    *,
    fails: Callable[[float, float], bool],
    theirs: str,
    unit: str,
    yours: str,
) -> Filter:
    """Return the comparison with a number, which is called as its field is.

    In `theirs` and `yours` the numbers stand at ``{}``, that of the program with its unit.
    """
    return Filter(
        reason=field_of(field).label,
        field=field,
        said=said,
        your_words=lambda number: yours.format(number_words(number)),
        key=key,
        fails=fails,
        words=lambda number: theirs.format(
            count_words(number, unit) if unit else number_words(number)
        ),
    )


# In the order in which reasons are told.
_FILTERS = (
    Filter(
        reason="no visa",
        field="visa",
        said=lambda situation, _: VISAS[situation.visa] if situation.visa else None,
        your_words=lambda yours: f"you need {' or '.join(yours)}",
        key="visa",
        # Who needs none is left out by none; of two that would do one is enough.
        fails=lambda theirs, yours: bool(yours) and not set(theirs) & set(yours),
        words=lambda theirs: f"it sponsors {value_words(theirs)}",
    ),
    _limit(
        "max_years_since_graduation",
        "graduated",
        _years_since_graduation,
        fails=operator.lt,
        theirs="it takes up to {} from graduation to the year in which applications open",
        unit="year",
        yours="{} will have passed for you",
    ),
    _limit(
        "max_attempts",
        "attempts",
        _attempts,
        fails=operator.lt,
        theirs="it takes up to {} at a Step",
        unit="attempt",
        yours="you have {}",
    ),
    _limit(
        "min_step2_ck",
        "step2_ck",
        lambda situation, _: situation.score,
        fails=operator.gt,
        theirs="its minimum is {}",
        unit="",
        yours="the plan is for {}",
    ),
    _limit(
        "min_usce_months",
        "usce_months",
        lambda situation, _: situation.applicant.usce_months,
        fails=operator.gt,
        theirs="it asks for {} of US clinical experience",
        unit="month",
        yours="you have {}",
    ),
    Filter(
        reason="another specialty",
        field="specialty",
        said=lambda situation, _: situation.specialty,
        your_words=lambda yours: f"the plan is for {yours}",
        key="specialty",
        fails=operator.ne,
        words=lambda theirs: f"it is in {theirs}",
    ),
    Filter(
        reason="another state",
        field="state",
        said=lambda _, states: tuple(states) or None,
        your_words=lambda yours: f"you look in {listed(yours)}",
        key="",
        fails=lambda theirs, yours: theirs not in yours,
        words=lambda theirs: f"it is in {theirs}",
    ),
)


def reasons(program: Program, asked: Sequence[Asked]) -> tuple[tuple[Reason, ...], tuple[str, ...]]:
    """Return why a program is left out, and the fields that are not known and so leave it in.

    Examples
    --------
    >>> from datetime import date
    >>> from imgstats.strategy.programs.program import Check, Program
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "non-us-img", "step2_ck": 225, "visa": "J-1"})
    >>> seen = Check(field="", by="A", on=date(2026, 10, 1))
    >>> it = Program(line=2, program="P", visa=("H-1B",), min_step2_ck=225, check=seen)
    >>> (reason,), unknown = reasons(it, filters_of(me))
    >>> print(reason.sentence)
    no visa: it sponsors H-1B, you need J-1 (checked by A on 2026-10-01)
    >>> unknown
    ('specialty',)
    """
    found, unknown = [], []
    for each in asked:
        if each.yours is None:
            continue
        theirs = getattr(program, each.filter.field)
        if theirs is None or theirs == "":
            unknown.append(each.filter.field)
        elif theirs != NO_LIMIT and each.filter.fails(theirs, each.yours):
            found.append(_reason(program, each, theirs))
    return tuple(found), tuple(unknown)


def unsaid_words(asked: Sequence[Asked]) -> str:
    """Return what the person did not say, in one sentence; empty where all was said."""
    unsaid = [each.filter for each in asked if each.yours is None and each.filter.key]
    if not unsaid:
        return ""
    keys = listed([each.key for each in unsaid])
    labels = listed([field_of(each.field).label for each in unsaid])
    return f"You did not say {keys}: no program is left out for {labels}."


def _reason(program: Program, each: Asked, theirs: object) -> Reason:
    it, checked = each.filter, program.checked(each.filter.field).words
    return Reason(
        reason=it.reason,
        field=it.field,
        program_value=value_words(theirs),
        your_value=value_words(each.yours),
        checked=checked,
        sentence=f"{it.reason}: {it.words(theirs)}, {it.your_words(each.yours)} ({checked})",
    )
