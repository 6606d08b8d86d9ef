"""Which people a table is about and where it stands in print; a step of a calculation with it."""

from __future__ import annotations

from dataclasses import dataclass

from imgstats.meanings import group_key

__all__ = ["Context", "Step"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Population, outcome and source of a table.

    Attributes
    ----------
    applicant_group : str
        ``non_us_img``, ``us_img`` or another group's name.
    specialty : str
        Specialty as printed.
    match_year : str
        Year of the Main Residency Match, or a range such as ``2020-2024``; a number is taken too.
    outcome : str
        What counts as matched, such as ``matched to the preferred specialty``.
    population : str
        The denominator in words.
    dataset : str
        Name of the data file the numbers were read from.
    source : str
        Name of the source in the catalogue.
    trust : str
        How far to trust it: a letter of `imgstats.grades.LETTERS`.

    All are empty for a table made from plain numbers.

    Examples
    --------
    >>> Context(applicant_group="non-us-img", match_year=2026).match_year
    '2026'
    """

    applicant_group: str = ""
    specialty: str = ""
    match_year: str = ""
    outcome: str = ""
    population: str = ""
    dataset: str = ""
    source: str = ""
    trust: str = ""

    def __post_init__(self) -> None:
        """Take a group in other words, and a year that is a number."""
        object.__setattr__(self, "applicant_group", group_key(str(self.applicant_group)))
        object.__setattr__(self, "match_year", str(self.match_year))


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
