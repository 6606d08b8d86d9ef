"""An example file of each kind, for a person to write their own numbers into."""

from __future__ import annotations

from imgstats.own_tables.kinds import KINDS
from imgstats.own_tables.said import one_of

__all__ = ["template"]

# Made up, and round enough to look it.
_TEMPLATES = {
    "band": "low,high,matched,not_matched\n1,1,60,40\n2,2,20,30\n3,,10,40\n",
    "summary": (
        "outcome,n,min,q1,median,q3,max,mean,sd\n"
        "matched,400,210,240,250,260,290,250,15\n"
        "not_matched,600,210,230,240,250,290,240,15\n"
    ),
    "count": "matched,not_matched\n400,600\n",
    "share": (
        "question,answer,share,respondents\n"
        "An example question,never,0.2,100\n"
        "An example question,seldom,0.7,100\n"
        "An example question,often,0.1,100\n"
    ),
}


def template(kind: str) -> str:
    """Return an example CSV of a kind; its numbers are made up.

    Parameters
    ----------
    kind : str
        ``band``, ``summary``, ``count`` or ``share``.

    Raises
    ------
    InputError
        If it is another kind.

    Examples
    --------
    >>> print(template("count"), end="")
    matched,not_matched
    400,600
    """
    return _TEMPLATES[one_of(kind, "kind", KINDS)]
