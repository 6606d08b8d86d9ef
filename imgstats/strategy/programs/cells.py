"""What a cell of a file of programs says; each distinct one is judged once."""

from __future__ import annotations

import re
from datetime import date
from typing import TYPE_CHECKING

from imgstats.cohort.judging import Judged, plain_cell, text_of_number
from imgstats.cohort.rows import Problem
from imgstats.comparison.where.states import state_code
from imgstats.errors import InputError, did_you_mean
from imgstats.meanings import Two, day_of, folded, is_nothing, visas_of, whole_of
from imgstats.specialties import printed_name
from imgstats.strategy.programs.fields import (
    NO_LIMIT,
    PROGRAM,
    SIGNALS,
    TYPES,
    Field,
    field_of,
)
from imgstats.text import plain_number, printable, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

__all__ = ["Cells"]

_LONGEST = 200
_UNKNOWN = {"unknown", "not known", "not stated", "not given"}
_NO_LIMIT = {"none", "no", "no limit", "no minimum", "no cutoff", "not needed", "not required"}
# Other words for a type, folded: those of lists of programs too.
_TYPE_OF = {
    **{folded(each): each for each in TYPES},
    "university based": "university",
    "academic": "university",
    "affiliated": "university-affiliated",
    "community university affiliated": "university-affiliated",
    "university affiliated community": "university-affiliated",
    "community based university affiliated": "university-affiliated",
    "community based university affiliated hospital": "university-affiliated",
    "community based": "community",
    "community hospital": "community",
    "military based": "military",
}
# With a number it can only mean per cent.
_PER_CENT = re.compile(r" ?(?:%|per ?cent|pct)\.?")
_EMPTY = Judged(None)


class Cells:
    """Judges cells and remembers what it found.

    Parameters
    ----------
    specialties : iterable of str
        Names of specialties as the tables print them.
    today : date
        A check on a later day is refused.
    """

    def __init__(self, specialties: Iterable[str], today: date) -> None:
        self._specialties = tuple(specialties)
        self._today = today
        self._seen: dict[tuple[str, type, object], Judged] = {}
        self._readers: dict[str, Callable[[object, Field], object]] = {
            "text": _text,
            "state": _state,
            "specialty": self._specialty,
            "type": _type,
            "share": _share,
            "visa": _visa,
            "limit": _limit,
            "count": _count,
            "signal": _signal,
            "day": self._day,
        }

    def judged(self, column: str, cells: Iterable[object]) -> list[Judged]:
        """Return what each cell of a column says, or what is wrong with it.

        Examples
        --------
        >>> cells = Cells(["Internal Medicine"], date(2026, 11, 30))
        >>> [each.value for each in cells.judged("min_step2_ck", ["225", 225.0, "none", ""])]
        [225, 225, 'none', None]
        >>> print(cells.judged("img_share", ["45"])[0].problem)
        img_share is '45'; allowed: a fraction under 1, or per cent with the sign, such as \
45%; did you mean 45%?
        """
        seen, found = self._seen, []
        for cell in cells:
            key = (column, cell.__class__, cell)
            try:
                said = seen.get(key)
                if said is None:
                    said = seen[key] = self._judge(column, cell)
            except TypeError:  # a list in a cell of a Parquet file has no hash
                said = self._judge(column, cell)
            found.append(said)
        return found

    def _judge(self, column: str, cell: object) -> Judged:
        value, field = plain_cell(cell), field_of(column)
        if _says_nothing(value, field):
            if column != PROGRAM:
                return _EMPTY
            reason = f"allowed: {field.allowed}; name the program"
            return Judged(None, Problem(column=column, value="", reason=reason))
        try:
            return Judged(self._readers[field.kind](value, field))
        except InputError as e:
            reason = str(InputError("", field.allowed, e.todo))
            return Judged(None, Problem(column=column, value=shown(cell), reason=reason))

    def _specialty(self, value: object, field: Field) -> object:
        return printed_name(str(_text(value, field)), self._specialties)

    def _day(self, value: object, _: Field) -> object:
        day = day_of(value) if isinstance(value, str) else value
        if isinstance(day, Two):
            raise InputError("", "", f"did you mean {day.first} or {day.second}?")
        if not isinstance(day, date) or day > self._today:
            todo = "write year-month-day" if not isinstance(day, date) else "that is a day to come"
            raise InputError("", "", todo)
        return date(day.year, day.month, day.day)


def _says_nothing(value: object, field: Field) -> bool:
    """Say whether a cell is empty or says that nobody knows; a name may be any text."""
    if field.kind == "text" or not isinstance(value, str):
        return value is None
    return is_nothing(value) or folded(value) in _UNKNOWN or not value.strip(" ?")


def _text(value: object, _: Field) -> object:
    text = text_of_number(value)
    if not isinstance(text, str):
        raise InputError("", "", "make the column text")
    line = " ".join(text.split())
    if not 0 < len(line) <= _LONGEST or not printable(line):
        raise InputError("", "", "shorten it or remove control characters")
    return line


def _state(value: object, _: Field) -> object:
    code = state_code(value) if isinstance(value, str) else None
    if code is None:
        raise InputError("", "", "write its two letters")
    return code


def _type(value: object, _: Field) -> object:
    words = folded(str(value))
    if words not in _TYPE_OF:
        raise InputError("", "", did_you_mean(words, TYPES))
    return _TYPE_OF[words]


def _signal(value: object, _: Field) -> object:
    words = folded(str(value))
    if words in {"no", "no signal"}:
        return "none"
    if words not in SIGNALS:
        raise InputError("", "", did_you_mean(words, SIGNALS))
    return words


def _visa(value: object, _: Field) -> object:
    found = visas_of(str(value))
    if found is None:
        raise InputError("", "", "name the visas that it sponsors")
    return found


def _number(value: object) -> float | None:
    if isinstance(value, str):
        return plain_number(value.strip(), signed=False)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return value if is_number else None  # type: ignore[return-value]


def _share(value: object, _: Field) -> object:
    """Return a fraction; a number that may be a fraction or per cent is neither."""
    text = " ".join(value.casefold().split()) if isinstance(value, str) else ""
    sign = _PER_CENT.search(text)
    bare = text[: sign.start()] if sign and sign.end() == len(text) else text
    number = _number((f"0{bare}" if bare.startswith(".") else bare) if text else value)
    if number is None:
        point = f"write a point for the comma: {text.replace(',', '.', 1)}"
        raise InputError("", "", point if "," in bare else "")
    if bare != text:
        number /= 100
    elif number == 1:
        raise InputError("", "", "did you mean 100% or 1%? in a workbook write it as text")
    elif 1 < number <= 100:
        raise InputError("", "", f"did you mean {number:g}%?")
    if not 0 <= number <= 1:
        raise InputError("", "", "")
    return float(number)


def _limit(value: object, field: Field) -> object:
    if isinstance(value, str) and folded(value) in _NO_LIMIT:
        return NO_LIMIT
    return _count(value, field)


def _count(value: object, field: Field) -> object:
    number = _number(value)
    if number is None or not field.low <= number <= field.high:
        raise InputError("", "", "write the number alone")
    if field.whole and not float(number).is_integer():
        raise InputError("", "", "write a whole number")
    return whole_of(number)
