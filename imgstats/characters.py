"""Which characters a page or a terminal shows, and does not obey."""

from __future__ import annotations

__all__ = ["JOINERS", "printable"]

# Names in Persian or Urdu, and some emoji, need these two; they change nothing around them.
JOINERS = {0x200C: None, 0x200D: None}


def printable(text: str) -> bool:
    r"""Return whether a text holds nothing that a page or terminal would obey.

    Examples
    --------
    >>> printable("Zoé"), printable("a\nb"), printable("a\u202eb")
    (True, False, False)
    """
    return text.translate(JOINERS).isprintable()
