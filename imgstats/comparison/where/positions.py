"""Where the positions of a specialty are, and how many of them IMGs filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited
from imgstats.comparison.where.records import StateRow, Where, positions_words
from imgstats.comparison.where.states import STATE_NAMES, STATES, TERRITORIES, state_code
from imgstats.errors import TableError, did_you_mean
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.wording import counted_percent, listed, thousands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.sources.tabular import Record
    from imgstats.tables.published import PublishedTables

__all__ = ["LEAST_POSITIONS", "has_positions", "where"]

# With fewer positions a share is moved too much by a single one to be named.
LEAST_POSITIONS = 50
_NAMED = 5
_COUNTS = ("positions_offered", "filled", "us_img", "non_us_img")
# The table by state has names of its own for two specialties, and counts each year of entry apart.
_NAMED_THERE = {"Pathology-Anatomic and Clinical": "Pathology", "Surgery-General": "Surgery"}
_ENTRIES = ("PGY-1", "PGY-2")


def where(tables: PublishedTables, specialty: str = INTERNAL_MEDICINE) -> Where:
    """Return the states by the number of positions of a specialty that IMGs filled there.

    Parameters
    ----------
    tables : PublishedTables
        The tables to read; the one by state holds one Match.
    specialty : str
        As the other tables print it. Its positions that begin in the first and in the second
        year of training are taken together; those for physicians with training are left out.

    Raises
    ------
    TableError
        If a state has an unknown name or stands there twice, if there is none, or if IMGs fill
        more positions than were filled.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> found = where(PublishedTables())
    >>> found.rows[0].state, found.rows[0].imgs
    ('New York', 786)
    >>> where(PublishedTables(), "Dermatology").specialty
    'Dermatology (PGY-1 and PGY-2)'
    """
    name, wanted = _names(specialty)
    printed = _printed(tables, wanted)
    if not printed:
        raise TableError(f"no state in positions_by_state for {specialty}", "at least one row")
    entries = [each for each, full in zip(_ENTRIES, wanted, strict=True) if _has(printed, full)]
    rows = _rows(printed)
    rows.sort(key=lambda row: (-row.imgs, -row.filled, row.state))
    first = printed[0]
    year = str(first["match_year"])
    sums = (sum(row[column] for row in printed) for column in _COUNTS)
    total = _state_row("all states", "", *sums)
    codes = {row.code for row in rows}
    printed_as = f"{name} ({listed(entries)})"
    return Where(
        match_year=year,
        specialty=printed_as,
        rows=tuple(rows),
        total=total,
        least=LEAST_POSITIONS,
        without=tuple(name for name, code in STATES.items() if code not in codes),
        sentences=(
            _total_sentence(year, total, positions_words(printed_as)),
            _most_sentence(rows, total),
            *_share_sentences(rows),
            _what_it_is_not(year),
        ),
        grade=str(first["trust"]),
        sources=cited((each["source"], each["dataset"]) for each in printed),
    )


def has_positions(tables: PublishedTables, specialty: str) -> bool:
    """Say whether the table by state has positions of a specialty.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> has_positions(PublishedTables(), "Dermatology"), has_positions(PublishedTables(), "None")
    (True, False)
    """
    return bool(_printed(tables, _names(specialty)[1]))


def _names(specialty: str) -> tuple[str, list[str]]:
    """Return a specialty's name in the table by state, and the same with each year of entry."""
    name = _NAMED_THERE.get(specialty, specialty)
    return name, [f"{name} ({entry})" for entry in _ENTRIES]


def _printed(tables: PublishedTables, wanted: Sequence[str]) -> list[Record]:
    return [row for row in tables.rows("positions_by_state") if row["specialty"] in wanted]


def _has(printed: Sequence[Record], specialty: str) -> bool:
    return any(row["specialty"] == specialty for row in printed)


def _rows(printed: Sequence[Record]) -> list[StateRow]:
    """Return a row for each state; the years of entry of one state are added up."""
    seen: set[tuple[str, str]] = set()
    counts: dict[str, list[int]] = {}
    for each in printed:
        code = _code(str(each["state"]).strip())
        if (code, each["specialty"]) in seen:
            raise TableError(f"{STATE_NAMES[code]} is there twice", "a row per state")
        seen.add((code, each["specialty"]))
        so_far = counts.get(code, [0] * len(_COUNTS))
        counts[code] = [a + each[name] for a, name in zip(so_far, _COUNTS, strict=True)]
    return [_state_row(STATE_NAMES[code], code, *numbers) for code, numbers in counts.items()]


def _code(printed: str) -> str:
    code = state_code(printed)
    if code is None:
        known = [*STATES, *TERRITORIES]
        raise TableError(
            f"no state is named {printed!r}",
            "the name of a state, DC or a territory",
            did_you_mean(printed.title(), known),
        )
    return code


def _state_row(
    state: str, code: str, offered: int, filled: int, us_img: int, non_us_img: int
) -> StateRow:
    imgs = us_img + non_us_img
    if not 0 <= imgs <= filled <= offered:
        raise TableError(
            f"{state}: {imgs} by IMGs of {filled} filled of {offered} offered",
            "each at most the next",
        )
    return StateRow(
        state=state,
        code=code,
        positions_offered=offered,
        filled=filled,
        us_img=us_img,
        non_us_img=non_us_img,
        imgs=imgs,
        share=imgs / filled if filled else None,
        enough=offered >= LEAST_POSITIONS and filled > 0,
    )


def _total_sentence(year: str, total: StateRow, positions: str) -> str:
    if positions.startswith("internal-medicine"):
        positions = f"{positions} of all tracks"
    share = "" if total.share is None else f", {counted_percent(total.share)}"
    return (
        f"In the {year} Match, {thousands(total.filled)} {positions} "
        f"were filled, {thousands(total.imgs)} of them by IMGs{share}: "
        f"{thousands(total.us_img)} by US IMGs and {thousands(total.non_us_img)} by non-US IMGs."
    )


def _most_sentence(rows: list[StateRow], total: StateRow) -> str:
    most = [row for row in rows if row.imgs][:_NAMED]
    if not most:
        return "IMGs filled none in any state."
    named = listed([f"{row.state} ({thousands(row.imgs)})" for row in most])
    together = counted_percent(sum(row.imgs for row in most) / total.imgs)
    return f"Most were in {named}: together {together} of those that IMGs filled."


def _share_sentences(rows: list[StateRow]) -> tuple[str, ...]:
    """Return the largest and smallest shares of the states with enough positions."""
    shares = sorted(
        ((row.share, row.state) for row in rows if row.enough and row.share is not None),
        key=lambda pair: (-pair[0], pair[1]),
    )
    if len(shares) < 2 * _NAMED:
        return ()
    high, low = (
        listed([f"{state} ({counted_percent(share)})" for share, state in part])
        for part in (shares[:_NAMED], shares[: -_NAMED - 1 : -1])
    )
    sentence = (
        f"Among the {len(shares)} with {LEAST_POSITIONS} or more positions, IMGs hold the largest "
        f"share of the filled ones in {high}, and the smallest in {low}."
    )
    return (sentence,)


def _what_it_is_not(year: str) -> str:
    return (
        "These are positions filled, not match rates of applicants: the table does not know how "
        "many applied in a state or did not match there. Every position was counted and nothing "
        f"sampled, so no share has an interval; it describes {year} and no other year."
    )
