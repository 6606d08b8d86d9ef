"""Cells that a spreadsheet program would run."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

__all__ = ["FORMULA_STARTS", "harmless", "harmless_column"]

# The wide forms are typed in East Asia, and Excel takes them for the narrow ones.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")


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
    begins = value.startswith(FORMULA_STARTS) or value.lstrip().startswith(FORMULA_STARTS)
    return f"'{value}" if begins else value


def harmless_column(column: pa.Array) -> pa.Array:
    """Return a column of text as `harmless` returns each of its cells; null stays null.

    Examples
    --------
    >>> import pyarrow as pa
    >>> harmless_column(pa.array(["=1+1", None, "A-01"])).to_pylist()
    ["'=1+1", None, 'A-01']
    """
    import pyarrow as pa
    from pyarrow import compute

    # Few begin so, and with white space: they are found together and looked at one by one.
    starts = "".join(f"\\x{{{ord(each):x}}}" for each in FORMULA_STARTS)
    may_begin = compute.match_substring_regex(column, rf"^[^!-~]*[{starts}]")
    may_begin = compute.fill_null(may_begin, fill_value=False)
    found = column.filter(may_begin).to_pylist()
    safe = pa.array([harmless(each) for each in found], column.type)
    return compute.replace_with_mask(column, may_begin, safe)
