"""`Evidence`: one published observation about a factor."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["Evidence"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """One observation, with what it is about, how far it can be trusted, and what may be said.

    Attributes
    ----------
    factor : str
        Its name among `imgstats.factors.FACTORS`, such as ``attempts``.
    statement : str
        What was asked or compared.
    finding : str
        What was found, in words with its figures.
    population : str
        Whom it is about.
    year : str
        Year or years of the data.
    n : int or None
        Number of respondents or people, where published.
    grade : str
        A letter of `imgstats.grades.LETTERS`.
    source : str
        Source name in the catalogue: the paper, page or report itself.
    dataset : str
        Data set that holds it; empty where a person added it.
    note : str
        What to keep in mind.
    sentence : str
        The one sentence that may be said about it.
    """

    factor: str
    statement: str
    finding: str
    population: str
    year: str
    n: int | None
    grade: str
    source: str
    dataset: str = ""
    note: str = ""
    sentence: str = ""
