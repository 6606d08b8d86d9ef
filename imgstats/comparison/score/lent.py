"""What a comparison holds of a borrowed rate: how it was worked out, and what speaks against it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from imgstats.tables.unsaid.gaps import Spread

__all__ = ["Borrowed", "DerivationStep", "GapRow", "TauRow"]


@dataclass(frozen=True, slots=True, kw_only=True)
class DerivationStep:
    """One line of the calculation behind a borrowed rate.

    Attributes
    ----------
    label : str
        What the value is.
    value : float
        The value.
    words : str
        The value as a reader sees it.
    sources : tuple of str
        Keys of `Comparison.sources`; none for what was worked out from lines above.
    """

    label: str
    value: float
    words: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TauRow:
    """The borrowed rate at the exact score under one size of the spread tau."""

    tau: float
    rate: float
    low: float
    high: float
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class GapRow:
    """The borrowed rate at the exact score with one choice of the gap over all specialties.

    Attributes
    ----------
    label : str
        Which years' gap.
    gap : float
        The gap, logits.
    base_rate : float
        Rate over all scores with it, a fraction.
    rate, low, high : float
        Rate at the score and its interval, fractions.
    used : bool
        Whether it is the one of the headline.
    """

    label: str
    gap: float
    base_rate: float
    rate: float
    low: float
    high: float
    used: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Borrowed:
    """How a rate was borrowed, and what speaks against it.

    Attributes
    ----------
    lender : str
        Whose figures stand in.
    sentence : str
        The calculation in plain words.
    steps : tuple of DerivationStep
        Its lines.
    over_tau : tuple of TauRow
        Other spreads; empty where the rate leans on other specialties.
    over_gap : tuple of GapRow
        The gap of the year beside the mean of the last years; empty as above.
    gap_sentence : str
        The same in a sentence.
    judged : bool
        Whether the spread is a judgement, since the tables do not decide it.
    spread : Spread or None
        What pairs of tables say of the spread; None where there are none.
    pairs : tuple of DerivationStep
        Each pair: by how much its gap differs from that over all specialties.
    against : tuple of str
        What speaks against it, a sentence each.
    """

    lender: str
    sentence: str
    steps: tuple[DerivationStep, ...]
    over_tau: tuple[TauRow, ...]
    against: tuple[str, ...]
    over_gap: tuple[GapRow, ...] = ()
    gap_sentence: str = ""
    judged: bool = False
    spread: Spread | None = None
    pairs: tuple[DerivationStep, ...] = ()
