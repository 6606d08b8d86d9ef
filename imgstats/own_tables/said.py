"""What a person says about a table: names and texts, checked before any file is opened."""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from pathlib import PurePath
from typing import TYPE_CHECKING

from imgstats.errors import InputError, did_you_mean
from imgstats.meanings import GROUPS, Two, group_of
from imgstats.text import printable, shown

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "NAME",
    "group_name",
    "name_from_file",
    "one_line",
    "one_of",
    "table_name",
    "year_words",
]

# Lower case only: some file systems take attempts and Attempts for one name.
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")
_LONGEST_NAME = 60
_LONGEST_TEXT = 300
_SHOWN = 60
_FIRST_MATCH = 1952


def one_line(value: str, name: str, *, needed: bool = False) -> str:
    """Return a text on one line, without spaces at its ends.

    Raises
    ------
    InputError
        If it is no text, empty where it is needed, too long, or holds control characters.

    Examples
    --------
    >>> one_line(" annual report ", "source")
    'annual report'
    """
    allowed = f"one line of up to {_LONGEST_TEXT} printable characters"
    if not isinstance(value, str):
        raise InputError(f"{name} is {shown(value)}", allowed)
    text = value.strip(" ")
    if needed and not text:
        raise InputError(f"{name} is empty", allowed, "say where the numbers stand in print")
    if len(text) > _LONGEST_TEXT:
        raise InputError(f"{name} has {len(text)} characters", allowed, "shorten it")
    if not printable(text):
        raise InputError(f"{name} is {shown(text)}", allowed, "remove control characters")
    return text


def one_of(value: str, name: str, allowed: Sequence[str]) -> str:
    """Return a value that must be one of some names.

    Raises
    ------
    InputError
        If it is none of them.

    Examples
    --------
    >>> one_of("band", "kind", ["band", "count"])
    'band'
    """
    if isinstance(value, str) and value in allowed:
        return value
    raise InputError(
        f"{name} is {shown(value)}" if value else f"{name} is empty",
        ", ".join(allowed),
        did_you_mean(str(value)[:_SHOWN].lower().replace("-", "_"), allowed),
    )


def group_name(value: str) -> str:
    """Return an applicant group's name, however it is spelled, see `meanings.group_of`.

    Raises
    ------
    InputError
        If it is no group.

    Examples
    --------
    >>> group_name("non-us-img"), group_name("US IMG")
    ('non_us_img', 'us_img')
    """
    found = group_of(value) if isinstance(value, str) else None
    if isinstance(found, str):
        return found
    written = [each.replace("_", "-") for each in GROUPS]
    if isinstance(found, Two):
        guess = f"{found.first} or {found.second}?"
    else:
        guess = did_you_mean(str(value)[:_SHOWN].strip().lower().replace("_", "-"), written)
    raise InputError(f"group is {shown(value)}", " or ".join(written), guess)


def year_words(value: str | int) -> str:
    """Return the year of a Match, or a range of years, as text.

    Raises
    ------
    InputError
        If it is neither, or lies before the first Match or in the future.

    Examples
    --------
    >>> year_words(2026), year_words("2020-2024")
    ('2026', '2020-2024')
    """
    text = str(value).strip() if isinstance(value, str | int) else ""
    found = re.fullmatch(r"(\d{4})(?:-(\d{4}))?", text, flags=re.ASCII)
    last_match = date.today().year + 1  # noqa: DTZ011  a Match of next March may be counted early
    if found is not None:
        first, last = int(found[1]), int(found[2] or found[1])
        in_order = first < last or found[2] is None
        if first >= _FIRST_MATCH and in_order and last <= last_match:
            return text
    raise InputError(
        f"year is {shown(value)}",
        f"a year from {_FIRST_MATCH} to {last_match}, or a range such as 2020-2024",
        "give the year that the table counts",
    )


def table_name(value: str) -> str:
    """Return the name of a table, which becomes part of a file name.

    Raises
    ------
    InputError
        If it holds anything but lower-case letters, digits, ``-`` and ``_``.

    Examples
    --------
    >>> table_name("attempts-2026")
    'attempts-2026'
    """
    if isinstance(value, str) and NAME.fullmatch(value):
        return value
    guess = _plain_name(value) if isinstance(value, str) else ""
    raise InputError(
        f"name is {shown(value)}",
        f"up to {_LONGEST_NAME} lower-case letters, digits, - and _, the first a letter or a digit",
        f"did you mean {guess}?" if guess else "",
    )


def name_from_file(file_name: str) -> str:
    """Return a table's name made from that of its file.

    Raises
    ------
    InputError
        If nothing of it can be used.

    Examples
    --------
    >>> name_from_file("Attempts (2026).csv")
    'attempts-2026'
    """
    name = _plain_name(file_name)
    if not name:
        raise InputError(
            f"the file's name {shown(file_name)} makes no name for the table",
            "a name of lower-case letters and digits",
            "give one with --name",
        )
    return name


def _plain_name(file_name: str) -> str:
    """Return a file's name as a table's; empty where nothing of it can be used."""
    stem = PurePath(file_name[: 4 * _LONGEST_NAME]).stem
    ascii_only = unicodedata.normalize("NFKD", stem).encode("ascii", "ignore").decode("ascii")
    words = re.sub(r"[^a-z0-9_]+", "-", ascii_only.lower()).strip("-_")
    return words[:_LONGEST_NAME].strip("-_")
