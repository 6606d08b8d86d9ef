"""What is known about where the positions of a specialty are, and who filled them."""

from __future__ import annotations

from dataclasses import dataclass

from imgstats.specialties import INTERNAL_MEDICINE

__all__ = ["StateRow", "Where", "positions_words"]


def positions_words(printed: str) -> str:
    """Return the positions of a specialty in words.

    Parameters
    ----------
    printed : str
        The specialty with its years of entry, as `Where.specialty` has it.

    Examples
    --------
    >>> positions_words("Dermatology (PGY-1 and PGY-2)")
    'dermatology PGY-1 and PGY-2 positions'
    >>> positions_words("Internal Medicine (PGY-1)")
    'internal-medicine PGY-1 positions'
    """
    name, _, entries = printed.removesuffix(")").rpartition(" (")
    name = "internal-medicine" if name == INTERNAL_MEDICINE else name.lower()
    return f"{name} {entries} positions"


@dataclass(frozen=True, slots=True, kw_only=True)
class StateRow:
    """Positions of one state, DC or territory, or of all of them.

    Attributes
    ----------
    state, code : str
        Name, and postal code of two letters; the code is empty for the total.
    positions_offered, filled : int
        Positions offered, and how many of them were filled.
    us_img, non_us_img, imgs : int
        Positions filled by US IMGs, by non-US IMGs, and by both.
    share : float or None
        imgs / filled, a fraction; None where nothing was filled. It has no interval: every
        position was counted.
    enough : bool
        Whether there are enough positions for the share to be named in a sentence.
    """

    state: str
    code: str
    positions_offered: int
    filled: int
    us_img: int
    non_us_img: int
    imgs: int
    share: float | None
    enough: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Where:
    """Positions of a specialty by state, and how many of them IMGs filled.

    Attributes
    ----------
    match_year, specialty : str
        Year of the Match, and the specialty with its years of entry, as printed.
    rows : tuple of StateRow
        The states of the table, those with most positions filled by IMGs first.
    total : StateRow
        All of them together.
    least : int
        A share is named only for states with so many positions offered.
    without : tuple of str
        States that the table has no positions for.
    sentences : tuple of str
        Totals, where IMGs filled most, where their share is largest, and what this is not.
    grade : str
        Letter of the source.
    sources : tuple of str
        Keys of `Comparison.sources`.
    """

    match_year: str
    specialty: str
    rows: tuple[StateRow, ...]
    total: StateRow
    least: int
    without: tuple[str, ...]
    sentences: tuple[str, ...]
    grade: str
    sources: tuple[str, ...]

    def state(self, code: str) -> StateRow | None:
        """Return a state by its code, or None where the table has no positions."""
        return next((row for row in self.rows if row.code == code), None)

    @property
    def positions(self) -> str:
        """Its positions in words, such as ``internal-medicine PGY-1 positions``."""
        return positions_words(self.specialty)
