"""One step of a calculation that leads from published tables to a borrowed rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.tables.context import Context

__all__ = ["Step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One step of a derivation, to be printed as a line.

    Attributes
    ----------
    label : str
        What the value is, in words.
    value : float
        The value.
    scale : str
        ``rate`` (a fraction), ``logit`` or ``points`` (the measure's unit).
    contexts : tuple of Context
        The tables it was read from; none for a value worked out from steps above.
    """

    label: str
    value: float
    scale: str
    contexts: tuple[Context, ...] = ()
