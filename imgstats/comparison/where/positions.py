"""Where internal-medicine positions are, and how many of them IMGs filled."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited
from imgstats.comparison.where.records import StateRow, Where
from imgstats.comparison.where.states import STATES, TERRITORIES
from imgstats.errors import TableError, did_you_mean
from imgstats.wording import counted_percent, listed, thousands

if TYPE_CHECKING:
    from imgstats.sources.tabular import Record
    from imgstats.tables.published import PublishedTables

__all__ = ["LEAST_POSITIONS", "where"]

# With fewer positions a share is moved too much by a single one to be named.
LEAST_POSITIONS = 50
_NAMED = 5
_COUNTS = ("positions_offered", "filled", "us_img", "non_us_img")

_CODES = {name.upper(): code for name, code in (STATES | TERRITORIES).items()}
_NAMES = {code: name for name, code in (STATES | TERRITORIES).items()}


def where(tables: PublishedTables) -> Where:
    """Return the states by the number of positions that IMGs filled there.

    Parameters
    ----------
    tables : PublishedTables
        The tables to read; the one by state holds one Match.

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
    """
    printed = tables.rows("im_by_state")
    if not printed:
        raise TableError("no state in im_by_state", "at least one row")
    rows = [_row(each) for each in printed]
    codes = [row.code for row in rows]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise TableError(f"{_NAMES[twice[0]]} is there twice", "a row per state")
    rows.sort(key=lambda row: (-row.imgs, -row.filled, row.state))
    first = printed[0]
    year, specialty = str(first["match_year"]), str(first["specialty"])
    total = _state_row("all states", "", *(sum(row[name] for row in printed) for name in _COUNTS))
    return Where(
        match_year=year,
        specialty=specialty,
        rows=tuple(rows),
        total=total,
        least=LEAST_POSITIONS,
        without=tuple(name for name, code in STATES.items() if code not in codes),
        sentences=(
            _total_sentence(year, total),
            _most_sentence(rows, total),
            *_share_sentences(rows),
            _what_it_is_not(year),
        ),
        grade=str(first["trust"]),
        sources=cited((each["source"], each["dataset"]) for each in printed),
    )


def _row(values: Record) -> StateRow:
    printed = str(values["state"]).strip()
    code = _CODES.get(printed.upper())
    if code is None:
        known = [*STATES, *TERRITORIES]
        raise TableError(
            f"no state is named {printed!r}",
            "the name of a state, DC or a territory",
            did_you_mean(printed.title(), known),
        )
    return _state_row(_NAMES[code], code, *(values[name] for name in _COUNTS))


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


def _total_sentence(year: str, total: StateRow) -> str:
    share = "" if total.share is None else f", {counted_percent(total.share)}"
    return (
        f"In the {year} Match, {thousands(total.filled)} internal-medicine PGY-1 positions of all "
        f"tracks were filled, {thousands(total.imgs)} of them by IMGs{share}: "
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
