"""Texts that people gave: what a page or a terminal may show of them, and how a number is written.

Nothing here knows the package's own words, so that errors too can use it.
"""

from __future__ import annotations

import re
from datetime import date, time
from decimal import Decimal

__all__ = [
    "FORMULA_STARTS",
    "JOINERS",
    "harmless",
    "is_formula",
    "plain_number",
    "printable",
    "shown",
    "visible",
]

# Names in Persian or Urdu, and some emoji, need these two; they change nothing around them.
JOINERS = {0x200C: None, 0x200D: None}
# With these a cell begins that a spreadsheet runs. The wide forms are typed in East Asia, and Excel
# takes them for the narrow ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
# A number under 0, or a dash for nothing.
_NEGATIVE = re.compile(r"-[0-9.]+|--?")
_SHOWN = 60
_DIGITS = 17


def printable(text: str) -> bool:
    r"""Return whether a text holds nothing that a page or terminal would obey.

    Examples
    --------
    >>> printable("Zoé"), printable("a\nb"), printable("a\u202eb")
    (True, False, False)
    """
    return text.translate(JOINERS).isprintable()


def visible(text: str) -> str:
    r"""Return text on one line, with the characters that a page or terminal would obey spelled out.

    Examples
    --------
    >>> print(visible("two\nlines, \x1b[31mred"))
    two lines, \x1b[31mred
    """
    line = " ".join(text.split())
    if printable(line):
        return line
    return "".join(
        each
        if each.isprintable() or ord(each) in JOINERS
        else each.encode("unicode_escape").decode()
        for each in line
    )


def shown(value: object, most: int = _SHOWN) -> str:
    r"""Show a value in a message: quoted, on one line, cut when long.

    Parameters
    ----------
    value : object
        What was found.
    most : int
        How many characters of it are shown.

    Examples
    --------
    >>> shown("a\nb"), shown(date(2025, 1, 3))
    ("'a\\nb'", 'the date 2025-01-03')
    """
    if isinstance(value, date | time):
        return f"the {'time' if isinstance(value, time) else 'date'} {value.isoformat()}"
    if isinstance(value, Decimal):
        value = float(value)
    # Cut before it is quoted: the value may be a file's one cell.
    text = repr(value[: most + 1] if isinstance(value, str) else value)
    return text if len(text) <= most else f"{text[:most]}..."


def plain_number(text: str, *, signed: bool = True, digits: int = _DIGITS) -> int | float | None:
    """Return a number that is written plainly, None for any other text.

    Plain are digits of 0 to 9 with a point between them: no exponent, no thousands separators, no
    words.

    Parameters
    ----------
    text : str
        What was written, without spaces around it.
    signed : bool
        Whether a sign may stand before.
    digits : int
        Most digits on each side of the point.

    Examples
    --------
    >>> plain_number("242"), plain_number("-0.5"), plain_number("1_000"), plain_number("1e3")
    (242, -0.5, None, None)
    """
    # int() and float() also take "1_000", "1e9", "nan" and digits of other scripts.
    sign = "[+-]?" if signed else ""
    if not re.fullmatch(rf"{sign}[0-9]{{1,{digits}}}(\.[0-9]{{1,{digits}}})?", text):
        return None
    return float(text) if "." in text else int(text)


def is_formula(cell: str) -> bool:
    """Return whether a spreadsheet would run a cell instead of showing it.

    Examples
    --------
    >>> is_formula(" =1+1"), is_formula("-5"), is_formula("-"), is_formula("never")
    (True, False, False, False)
    """
    return _begins_so(cell) and _NEGATIVE.fullmatch(cell.strip()) is None


def harmless(value: str) -> str:
    """Return text that no spreadsheet takes for a formula.

    Parameters
    ----------
    value : str
        Text that somebody gave; the program's own numbers need no guard.

    Returns
    -------
    str
        The text, with an apostrophe before it where it begins as a formula does, spaces left out.

    Examples
    --------
    >>> harmless("=1+1"), harmless(" @SUM(A1)"), harmless("A-01")
    ("'=1+1", "' @SUM(A1)", 'A-01')
    """
    return f"'{value}" if _begins_so(value) else value


def _begins_so(cell: str) -> bool:
    return cell.startswith(FORMULA_STARTS) or cell.lstrip().startswith(FORMULA_STARTS)
