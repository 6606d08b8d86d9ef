"""`shortlist`: a user's programs filtered, each with its reason, and sorted by fit."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from imgstats.comparison.where.states import STATE_NAMES, state_code
from imgstats.errors import InputError, did_you_mean
from imgstats.grades import ASSUMED
from imgstats.strategy.programs.filtering import filters_of, reasons, unsaid_words
from imgstats.strategy.programs.fit import Fitting
from imgstats.strategy.programs.program import Checks, checks_of
from imgstats.strategy.programs.ranking import positions_of, states_of
from imgstats.strategy.programs.records import Entry, Excluded, Shortlist
from imgstats.strategy.programs.screen import TIERS, UNKNOWN, Screens
from imgstats.strategy.programs.signals import signals_of
from imgstats.text import shown
from imgstats.wording import count_words, listed, thousands

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from imgstats.strategy.programs.filtering import Asked
    from imgstats.strategy.programs.fit import Fit
    from imgstats.strategy.programs.program import Program, Programs
    from imgstats.strategy.programs.signals import Signals
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["OLD_AFTER_DAYS", "shortlist"]

OLD_AFTER_DAYS = 365
_MOST_DAYS = 36_500
_MOST_BAD = 20


def shortlist(
    situation: Situation,
    programs: Programs | None,
    tables: PublishedTables,
    *,
    states: Sequence[str] = (),
    weights: Mapping[str, float] | None = None,
    old_after_days: int = OLD_AFTER_DAYS,
) -> Shortlist:
    """Return the programs of a file for one person, or states where there is no file.

    A program is left out only by a value that the file says and a value that the person said; a
    value that is the very limit passes, and one that is not known is said so. What is kept is
    sorted by the lower end of its fit, then by its upper end, name and line. Reach, target and
    safety are defined at `screen.Screens`, the fit at `fit.Fit`.

    Parameters
    ----------
    situation : Situation
        The person; `situation.today` says how old a check is.
    programs : Programs or None
        The user's file as read; None for a ranking of states.
    tables : PublishedTables
        Positions by state, signals, interview rates by region and the guide's rules.
    states : sequence of str
        Names or postal codes of the states that are wanted. Default: all.
    weights : mapping of str to float, optional
        Weights of the parts of a fit, see `fit.weights_of`.
    old_after_days : int
        A check from more days ago is old.

    Raises
    ------
    InputError
        If a state, a weight or the number of days is not allowed.

    Examples
    --------
    >>> from datetime import date
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.programs.program import Check, Program, Programs
    >>> from imgstats.strategy.situation import Situation
    >>> today = date(2026, 11, 30)
    >>> me = Situation.parse({"group": "non-us-img", "step2_ck": 235, "visa": "J-1"}, today)
    >>> seen = Check(field="", by="A", on=date(2026, 10, 1))
    >>> rows = (Program(line=2, program="A", visa=(), check=seen),
    ...         Program(line=3, program="B", visa=("J-1",), type="community", check=seen))
    >>> found = shortlist(me, Programs(rows=rows, bad=()), PublishedTables())
    >>> [each.program.program for each in found.entries], found.excluded[0].reasons[0].reason
    (['B'], 'no visa')
    """
    if isinstance(old_after_days, bool) or not 0 <= old_after_days <= _MOST_DAYS:
        allowed = f"a number of days from 0 to {_MOST_DAYS:,}"
        raise InputError(f"old_after_days is {shown(old_after_days)}", allowed)
    codes = _codes(states)
    fitting = Fitting(situation, tables, positions_of(situation, tables), weights)
    if programs is None:
        return _ranked_states(situation, tables)
    asked = filters_of(situation, codes)
    oldest = situation.today - timedelta(days=old_after_days)
    kept, excluded = _parted(programs, asked, oldest)
    screens = Screens(tables)
    ordered = _ordered(kept, fitting, screens, situation.score, oldest)
    signals, suggestions = signals_of(
        situation,
        tables,
        [(each.program.program, each.program.signal) for each in ordered],
        [(each.program.program, each.program.signal) for each in excluded],
        [each.screen.tier for each in ordered],
    )
    entries = tuple(
        replace(each, suggested=suggestion)
        for each, suggestion in zip(ordered, suggestions, strict=True)
    )
    every = [*(each.checks for each in entries), *(each.checks for each in excluded)]
    checks = Checks.summed(every)
    where_sources = () if fitting.where is None else fitting.where.sources
    return Shortlist(
        entries=entries,
        excluded=excluded,
        bad=_bad_words(programs),
        checks=checks,
        signals=signals,
        states=None,
        sentences=(
            *_counted(programs, entries, excluded),
            *_what_is_asked(situation, programs, asked),
            *_unknown_words(entries),
            _checks_words(situation, checks, old_after_days),
        ),
        how=(*fitting.words(), *screens.words()),
        grade=ASSUMED,
        sources=_sources(entries, signals, fitting.type_sources, where_sources),
    )


def _codes(states: Sequence[str]) -> tuple[str, ...]:
    found = []
    for each in states:
        code = state_code(str(each))
        if code is None:
            raise InputError(
                f"no state is named {shown(each)}",
                "names or postal codes of states, such as NY",
                did_you_mean(str(each).title(), STATE_NAMES.values()),
            )
        found.append(code)
    return tuple(dict.fromkeys(found))


def _ranked_states(situation: Situation, tables: PublishedTables) -> Shortlist:
    found = states_of(situation, tables)
    missing = (
        (
            "There is no file of programs, and no table here says where the positions of "
            f"{situation.specialty} are."
        ),
    )
    return Shortlist(
        entries=(),
        excluded=(),
        bad=(),
        checks=None,
        signals=None,
        states=found,
        sentences=missing if found is None else found.sentences,
        how=(),
        grade="" if found is None else found.grade,
        sources=() if found is None else (*found.sources, *found.interview_sources),
    )


def _parted(
    programs: Programs, asked: Sequence[Asked], oldest: date
) -> tuple[list[tuple[Program, tuple[str, ...]]], tuple[Excluded, ...]]:
    """Return the programs that are kept, and those that are left out by their first reason."""
    no_specialty = not any(each.specialty for each in programs.rows)
    kept, excluded = [], []
    for program in programs.rows:
        why, unknown = reasons(program, asked)
        if why:
            checks = checks_of(program, oldest)
            excluded.append(Excluded(program=program, reasons=why, checks=checks))
        else:
            # Where no row names a specialty that is said once, of the file.
            known = tuple(each for each in unknown if not (no_specialty and each == "specialty"))
            kept.append((program, known))
    places = {each.filter.reason: at for at, each in enumerate(asked)}
    excluded.sort(key=lambda each: (places[each.reasons[0].reason], each.program.line))
    return kept, tuple(excluded)


def _ordered(
    kept: Sequence[tuple[Program, tuple[str, ...]]],
    fitting: Fitting,
    screens: Screens,
    score: int,
    oldest: date,
) -> list[Entry]:
    """Return the programs that are kept, the best fit first; no signal is suggested yet."""
    fits = [(program, unknown, fitting.of(program)) for program, unknown in kept]
    return [
        Entry(
            rank=rank,
            program=program,
            fit=fit,
            screen=screens.of(program, score),
            suggested="",
            unknown=unknown,
            checks=checks_of(program, oldest),
        )
        for rank, (program, unknown, fit) in enumerate(sorted(fits, key=_order), start=1)
    ]


def _order(row: tuple[Program, tuple[str, ...], Fit]) -> tuple[float, float, str, int]:
    program, _, fit = row
    # Sums of the same parts in another order may differ in their last digits.
    return -round(fit.low, 9), -round(fit.high, 9), program.program.casefold(), program.line


def _counted(
    programs: Programs, entries: Sequence[Entry], excluded: Sequence[Excluded]
) -> tuple[str, ...]:
    total = len(programs.rows)
    said = [
        (
            f"Of {count_words(total, 'program')} in your file that can be read, "
            f"{thousands(len(entries))} {'is' if len(entries) == 1 else 'are'} kept and "
            f"{thousands(len(excluded))} left out."
        )
    ]
    if programs.bad:
        said.append(
            f"{count_words(len(programs.bad), 'row')} of it cannot be read or "
            "stood there before; the lines are listed."
        )
    counts = Counter(each.screen.tier for each in entries)
    tiers = [f"{counts[each]} {each}" for each in TIERS if counts[each] and each != UNKNOWN]
    if counts[UNKNOWN]:
        tiers.append(f"{counts[UNKNOWN]} without a screen that is known")
    if tiers:
        said.append(f"Of the programs that are kept: {listed(tiers)}.")
    return tuple(said)


def _what_is_asked(
    situation: Situation, programs: Programs, asked: Sequence[Asked]
) -> tuple[str, ...]:
    said = [unsaid_words(asked)]
    if not situation.scored:
        said.append(
            f"There is no score yet: programs are judged at {situation.score}, the lower end of "
            "the target."
        )
    if programs.rows and not any(each.specialty for each in programs.rows):
        said.append(f"No row names a specialty: all are taken as {situation.specialty}.")
    return tuple(filter(None, said))


def _unknown_words(entries: Sequence[Entry]) -> tuple[str, ...]:
    count = sum(bool(each.unknown) for each in entries)
    if not count:
        return ()
    sentence = (
        f"Of {count_words(count, 'program')} that "
        f"{'is' if count == 1 else 'are'} kept something that a filter asks for is not known; "
        "that leaves none out."
    )
    return (sentence,)


def _checks_words(situation: Situation, checks: Checks, days: int) -> str:
    return (
        f"Of {count_words(checks.known, 'value')} in the file, {thousands(checks.checked)} "
        f"{'was' if checks.checked == 1 else 'were'} checked by somebody named within "
        f"{count_words(days, 'day')} before {situation.today}, {thousands(checks.old)} earlier, "
        f"and {thousands(checks.unchecked)} bear no name or no day. Programs change their rules "
        "every year: look each one up before you apply."
    )


def _bad_words(programs: Programs) -> tuple[str, ...]:
    said = [each.named for each in programs.bad[:_MOST_BAD]]
    more = len(programs.bad) - len(said)
    return (*said, f"and {count_words(more, 'more row')}") if more else tuple(said)


def _sources(entries: Sequence[Entry], signals: Signals, *others: Sequence[str]) -> tuple[str, ...]:
    keys = [key for each in entries for key in each.screen.sources]
    return tuple(
        dict.fromkeys([*keys, *signals.sources, *(key for each in others for key in each)])
    )
