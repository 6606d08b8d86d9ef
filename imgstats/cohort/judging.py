"""Whether a cell can be used: `Applicant` is asked once for every distinct one."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from imgstats.applicant import GROUPS, LOWEST_SCORE, Applicant, all_problems
from imgstats.cohort.columns import COLUMNS, ID, NEEDED
from imgstats.cohort.rows import Problem
from imgstats.errors import InputError
from imgstats.specialties import printed_name
from imgstats.text import plain_number, printable, shown

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from imgstats.cohort.columns import MoreFields

__all__ = ["LONGEST_ID", "PLAIN_TEXT", "Judge", "Judged", "plain_cell", "same_id", "text_of_number"]

LONGEST_ID = 200
_MOST_READ, _LONGEST_READ = 1_000, 200
# A text that stands as it is, as an id or a label: ASCII that prints, and words one space apart.
PLAIN_TEXT = "[!-~]+(?: [!-~]+)*"
_PLAIN_TEXT = re.compile(PLAIN_TEXT)
_ID_ALLOWED = f"1 to {LONGEST_ID} printable characters"
# Values that Applicant takes, so that whatever it refuses is the one cell in question.
_GOOD = {"group": "non_us_img", "step2_ck": LOWEST_SCORE}


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a cell.

    Attributes
    ----------
    value : object
        What it says; None where nothing is given, or where it is bad.
    problem : Problem or None
        What is wrong with it.
    """

    value: object
    problem: Problem | None = None


class Judge:
    """Judges cells and remembers what it found.

    Parameters
    ----------
    specialties : iterable of str
        Names of specialties as the tables print them.
    needed : sequence of str
        Columns in which a cell must not be empty.
    more : MoreFields, optional
        Columns beside those of an applicant. Default: none.
    """

    def __init__(
        self,
        specialties: Iterable[str],
        needed: Sequence[str] = NEEDED,
        more: MoreFields | None = None,
    ) -> None:
        self._specialties = sorted(set(specialties))
        self._needed = frozenset(needed)
        self._more = more
        names = (*COLUMNS, *(more.names if more else ()))
        # By type too: 1, 1.0 and True are one key, and not one cell.
        self._seen: dict[str, dict[tuple[type, object], Judged]] = {name: {} for name in names}
        self._read: dict[tuple[str, str], str] = {}

    def cells(self, column: str, cells: Iterable[object]) -> list[Judged]:
        """Return what each cell of a column says or what is wrong with it.

        Parameters
        ----------
        column : str
            One of `COLUMNS`, or of those beside them.
        cells : iterable of object
            Text, numbers, dates, whatever a file holds; None, NaN and blank text are not given.

        Examples
        --------
        >>> judge = Judge(["Internal Medicine"])
        >>> [each.value for each in judge.cells("step2_ck", ["242", 242.0, None])]
        [242, 242, None]
        >>> print(judge.cells("attempts", ["0"])[0].problem)
        attempts is '0'; allowed: a whole number from 1 to 999; count the first sitting as 1, \
or leave it out
        """
        if column in {ID, "label"}:  # another in every row: nothing to remember
            return [self._judged(column, cell) for cell in cells]
        seen = self._seen[column]
        found = []
        for cell in cells:
            key = (cell.__class__, cell)
            try:
                judged = seen.get(key)
                if judged is None:
                    judged = seen[key] = self._judged(column, cell)
            except TypeError:  # a list in a cell of a Parquet file has no hash
                judged = self._judged(column, cell)
            found.append(judged)
        return found

    def forget(self) -> None:
        """Forget what was found, so that a long file does not fill the memory."""
        for seen in self._seen.values():
            seen.clear()

    def read_words(self) -> tuple[str, ...]:
        """Return the values that were read as something written otherwise, a line each."""
        return tuple(
            f"{column} {shown(found)} as {meant}" for (column, found), meant in self._read.items()
        )

    def _note(self, column: str, cell: object, said: object) -> None:
        """Remember a text that says a value in other words."""
        if isinstance(cell, str) and len(self._read) < _MOST_READ and is_reworded(cell, said):
            self._read[column, cell.strip()[:_LONGEST_READ]] = words_of(said)

    def _judged(self, column: str, cell: object) -> Judged:
        value = plain_cell(cell)
        if value is None:
            return self._missing(column) if column in self._needed else _NOT_GIVEN
        if column == ID:
            return _id(value)
        if column == "label":
            value = text_of_number(value)
            if isinstance(value, str) and _is_plain(value):
                return Judged(value)  # as Applicant would say, and it may be another in every row
        try:
            said = self._said(column, value)
            self._note(column, value, said)
            return Judged(said)
        except InputError as e:
            return Judged(None, _problem(column, shown(cell), e))

    def _said(self, column: str, value: object) -> object:
        if self._more is not None and column in self._more.names:
            return self._more.read(column, text_of_number(value))
        said = getattr(Applicant.parse({**_GOOD, column: value}), column)
        return printed_name(said, self._specialties) if column == "specialty" else said

    @staticmethod
    def _missing(column: str) -> Judged:
        if column == ID:
            return Judged(
                None,
                Problem(column=ID, value="", reason=f"allowed: {_ID_ALLOWED}; name the row"),
            )
        return Judged(None, _problem(column, "", all_problems({})[column]))


_NOT_GIVEN = Judged(None)


def is_reworded(cell: str, said: object) -> bool:
    """Say whether a cell says a value in other words than the field's own.

    Examples
    --------
    >>> is_reworded("Non-US IMG", "non_us_img"), is_reworded("non-us-img", "non_us_img")
    (True, False)
    >>> is_reworded("242.0", 242), is_reworded("3 months", 3.0)
    (False, True)
    """
    text = " ".join(cell.split())
    if isinstance(said, str):
        return text.casefold().replace("-", "_") != said.casefold().replace("-", "_")
    if isinstance(said, int | float):
        return plain_number(text) != said
    return text != words_of(said)


def words_of(said: object) -> str:
    """Return a value as a person would write it.

    Examples
    --------
    >>> words_of("us_img"), words_of(None), words_of(3.0)
    ('us-img', 'nothing given', '3')
    """
    if said is None:
        return "nothing given"
    if isinstance(said, float):
        return f"{said:g}"
    return str(said).replace("_", "-") if said in GROUPS else str(said)


def _problem(column: str, value: str, wrong: InputError) -> Problem:
    return Problem(
        column=column, value=value, reason=str(InputError("", wrong.allowed, wrong.todo))
    )


def plain_cell(cell: object) -> object:
    """Return a cell as a person would have typed it: no NaN, no midnight, no bytes of text.

    Examples
    --------
    >>> plain_cell(" "), plain_cell(float("nan")), plain_cell(Decimal("3.0"))
    (None, None, 3)
    """
    if isinstance(cell, str):
        return None if not cell or cell.isspace() else cell
    if isinstance(cell, bytes):
        try:
            return plain_cell(cell.decode("utf-8"))
        except UnicodeDecodeError:
            return cell  # no text, and so refused wherever text or a number is asked for
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date()
    if isinstance(cell, Decimal) and not cell.is_nan():
        return int(cell) if cell.is_finite() and cell == int(cell) else float(cell)
    # NaN is the one value unlike itself.
    return None if cell != cell else cell  # noqa: PLR0124


def _is_plain(text: str) -> bool:
    return len(text) <= LONGEST_ID and _PLAIN_TEXT.fullmatch(text) is not None


def _id(value: object) -> Judged:
    """Return an id on one line; a number is its plain text."""
    text = ""
    if isinstance(value, str):
        if _is_plain(value):
            return Judged(value)
        text = " ".join(value.split())
    elif isinstance(found := text_of_number(value), str):
        text = found
    if isinstance(value, date | time):
        reason = f"allowed: {_ID_ALLOWED}; make the column text, and write the id again"
        return Judged(None, Problem(column=ID, value=shown(value), reason=reason))
    if not text or len(text) > LONGEST_ID or not printable(text):
        reason = f"allowed: {_ID_ALLOWED}; shorten it or remove control characters"
        return Judged(None, Problem(column=ID, value=shown(value), reason=reason))
    return Judged(text)


def text_of_number(value: object) -> object:
    """Return a number as its plain text: a sheet turns text that looks like one into a number.

    Examples
    --------
    >>> text_of_number(12.0), text_of_number("A-01")
    ('12', 'A-01')
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _number_text(value) or value
    return value


def _number_text(value: float) -> str:
    if isinstance(value, int):
        return str(value)
    if value in {float("inf"), float("-inf")}:
        return ""
    return str(int(value)) if value == int(value) else repr(value)


def same_id(text: str) -> str:
    r"""Return what two ids that look the same have in common.

    Examples
    --------
    >>> same_id("Zoe\u0301") == same_id("Zo\u00e9")
    True
    """
    return text if text.isascii() else unicodedata.normalize("NFC", text)
