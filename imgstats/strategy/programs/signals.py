"""How many signals a season allows, and where to spend them: as advice."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited
from imgstats.strategy.programs.screen import REACH, SAFETY, TARGET, UNKNOWN
from imgstats.wording import count_words, listed

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgstats.sources.tabular import Record
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["Signals", "signals_of", "suggested"]

_KINDS = ("gold", "silver")
# Where a signal is spent first: never first on what is safe or on what nobody looked up.
_TURN = {TARGET: 0, REACH: 0, SAFETY: 1, UNKNOWN: 2}
_NAMED = 5
_LABEL = "advice of this program, no data behind it"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signals:
    """The signals of a season, and how the list spends them.

    Attributes
    ----------
    season : int or None
        Season of the numbers: that of the plan, or the newest before it that is known, or the
        oldest that is; None where no table has the specialty.
    gold, silver : int or None
        Signals that a person has.
    yours : tuple of (str, int)
        How many of each the user's file gives.
    suggested : tuple of (str, int)
        How many of each the list suggests beside them.
    sentences : tuple of str
        All of it in words.
    grade : str
        Letter of the numbers' source.
    sources : tuple of str
        Its key.
    """

    season: int | None
    gold: int | None
    silver: int | None
    yours: tuple[tuple[str, int], ...]
    suggested: tuple[tuple[str, int], ...]
    sentences: tuple[str, ...]
    grade: str
    sources: tuple[str, ...]


def suggested(
    own: Sequence[str], tiers: Sequence[str], allowed: Mapping[str, int]
) -> tuple[str, ...]:
    """Return a signal to suggest for each program, empty for none.

    Signals are scarce: targets and reaches come first, safeties after them, and programs whose
    screen is not known last. What the user's file says of a program wins, and takes from the
    number that is left.

    Parameters
    ----------
    own, tiers : sequence of str, length n
        Signals in the user's file and tiers, the programs that fit best first.
    allowed : mapping of str to int
        Signals of each kind that a person has.

    Examples
    --------
    >>> suggested(["", "gold", "", "none"], ["safety", "target", "reach", "reach"], {"gold": 2})
    ('', '', 'gold', '')
    """
    left = [
        kind
        for kind in _KINDS
        for _ in range(max(allowed.get(kind, 0) - sum(each == kind for each in own), 0))
    ]
    found = [""] * len(own)
    free = [at for at, said in enumerate(own) if not said]
    free.sort(key=lambda at: _TURN[tiers[at]])  # stable: the better fit stays first
    for at, kind in zip(free, left, strict=False):
        found[at] = kind
    return tuple(found)


def signals_of(
    situation: Situation,
    tables: PublishedTables,
    own: Sequence[tuple[str, str]],
    left_out: Sequence[tuple[str, str]],
    tiers: Sequence[str],
) -> tuple[Signals, tuple[str, ...]]:
    """Return the signals of the season, and the one that is suggested for each program.

    Parameters
    ----------
    situation : Situation
        The person, with the season and the specialty.
    tables : PublishedTables
        With the numbers of signals by season.
    own : sequence of (str, str), length n
        Program and the signal that the user's file gives it, the best fit first.
    left_out : sequence of (str, str)
        The same of the programs that are left out.
    tiers : sequence of str, length n
        Where the score stands beside each program's screen.
    """
    rows = [
        row for row in tables.rows("program_signals") if row["specialty"] == situation.specialty
    ]
    given = tuple((kind, sum(said == kind for _, said in (*own, *left_out))) for kind in _KINDS)
    on_left_out = [name for name, said in left_out if said in _KINDS]
    wasted = _wasted(on_left_out)
    if not rows:
        sentence = f"No table here says how many signals {situation.specialty} allows."
        nothing = Signals(
            season=None,
            gold=None,
            silver=None,
            yours=given,
            suggested=(),
            sentences=(sentence, *wasted),
            grade="",
            sources=(),
        )
        return nothing, ("",) * len(own)
    row = _season_row(rows, situation.season)
    allowed = {kind: int(row[kind]) for kind in _KINDS}
    # Those on programs that are left out are spent too, until their user takes them away.
    room = {kind: allowed[kind] - sum(said == kind for _, said in left_out) for kind in _KINDS}
    found = suggested([said for _, said in own], tiers, room)
    counts = tuple((kind, found.count(kind)) for kind in _KINDS)
    return (
        Signals(
            season=int(row["season"]),
            gold=allowed["gold"],
            silver=allowed["silver"],
            yours=given,
            suggested=counts,
            sentences=(
                _allowed_words(situation, int(row["season"]), allowed),
                *_too_many(given, allowed),
                *wasted,
                *_suggestion(counts),
            ),
            grade=str(row["trust"]),
            sources=cited([(row["source"], row["dataset"])]),
        ),
        found,
    )


def _season_row(rows: Sequence[Record], season: int) -> Record:
    """Return the row of the season, else of the newest before it, else of the oldest."""
    before = [row for row in rows if int(row["season"]) <= season]
    if before:
        return max(before, key=lambda row: int(row["season"]))
    return min(rows, key=lambda row: int(row["season"]))


def _allowed_words(situation: Situation, season: int, allowed: Mapping[str, int]) -> str:
    counts = listed(
        [count_words(allowed[kind], f"{kind} signal") for kind in _KINDS if allowed[kind]]
    )
    words = f"In the season of the {season} Match, {situation.specialty} allows {counts}"
    if season == situation.season:
        return f"{words}."
    return f"{words}; for the season of the {situation.season} Match no number is known here."


def _too_many(given: Sequence[tuple[str, int]], allowed: Mapping[str, int]) -> tuple[str, ...]:
    return tuple(
        f"Your file gives {count_words(count, f'{kind} signal')} and {allowed[kind]} are allowed: "
        f"take {count - allowed[kind]} away."
        for kind, count in given
        if count > allowed[kind]
    )


def _wasted(names: Sequence[str]) -> tuple[str, ...]:
    if not names:
        return ()
    shown = [*names[:_NAMED], *([f"{len(names) - _NAMED} more"] if len(names) > _NAMED else [])]
    return (f"Your file signals programs that are left out: {listed(shown)}.",)


def _suggestion(counts: Sequence[tuple[str, int]]) -> tuple[str, ...]:
    spent = [count_words(count, f"{kind} signal") for kind, count in counts if count]
    if not spent:
        return ()
    sentence = (
        f"The list suggests {listed(spent)} beside yours, because signals are scarce: to targets "
        "and reaches by fit, then to safeties, then to programs whose screen is not known "
        f"({_LABEL})."
    )
    return (sentence,)
