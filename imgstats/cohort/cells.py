"""Cells that a spreadsheet program would run."""

from __future__ import annotations

__all__ = ["FORMULA_STARTS", "harmless"]

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
