"""What is printed on, and how a PDF of ours is known."""

from __future__ import annotations

from imgstats.errors import InputError, did_you_mean

__all__ = ["CREATOR", "PAPER", "PAPERS", "check_paper", "is_print"]

# Width and height in inches.
PAPERS = {"a4": (210 / 25.4, 297 / 25.4), "letter": (8.5, 11.0)}
PAPER = "a4"
CREATOR = "imgstats"
# In a title each bracket has a backslash before it.
_MARK = f"/Creator ({CREATOR} ".encode()


def check_paper(name: str) -> str:
    """Return the name of a paper.

    Raises
    ------
    InputError
        If there is no such paper.

    Examples
    --------
    >>> check_paper("letter")
    'letter'
    """
    if name not in PAPERS:
        hint = did_you_mean(name.lower(), PAPERS)
        raise InputError(f"the paper is {name!r}", " or ".join(PAPERS), hint)
    return name


def is_print(data: bytes) -> bool:
    r"""Return whether a PDF was printed by this package.

    Parameters
    ----------
    data : bytes
        What the file begins with.

    Examples
    --------
    >>> is_print(b"%PDF-1.4\n1 0 obj\n<</Title (A)\n/Creator (imgstats 0.1.0)")
    True
    >>> is_print(b"%PDF-1.4\n1 0 obj\n<</Title (/Creator \\(imgstats \\))\n/Creator (TeX)")
    False
    """
    return data.startswith(b"%PDF-") and _MARK in data
