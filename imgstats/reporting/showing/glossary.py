"""The terms that a page explains at its end: their one home."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["TERMS", "Term"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """A term, what it means, and how it is written in a sentence.

    Attributes
    ----------
    key : str
        Name of its place on a page.
    name : str
        As the list writes it.
    written : str
        A regular expression for it in a sentence, without regard to case.
    meaning : str
        One or two plain sentences.
    """

    key: str
    name: str
    written: str
    meaning: str


TERMS: tuple[Term, ...] = (
    Term(
        key="img",
        name="IMG",
        written=r"(?:non-)?(?:US )?IMGs?\b|international medical graduates?\b",
        meaning=(
            "International medical graduate: somebody whose medical school is outside the United "
            "States and Canada. A US IMG is a US citizen, any other is a non-US IMG."
        ),
    ),
    Term(
        key="usce",
        name="USCE",
        written=r"USCE\b|US clinical experience\b",
        meaning=(
            "US clinical experience: months of work with patients in the United States before "
            "residency, such as an elective or an observership."
        ),
    ),
    Term(
        key="ranks",
        name="Contiguous ranks",
        written=r"contiguous ranks?\b",
        meaning=(
            "How many programs of the preferred specialty stand on a rank list before the first "
            "program of another specialty."
        ),
    ),
    Term(
        key="preferred",
        name="Preferred specialty",
        written=r"preferred specialty\b|ranked [\w /()-]{1,60}? first\b",
        meaning=(
            "The specialty of the first program on a rank list. A rate of the preferred specialty "
            "counts those who matched to it among those who ranked it first."
        ),
    ),
    Term(
        key="pgy1",
        name="PGY-1",
        written=r"PGY-1\b",
        meaning=(
            "Postgraduate year one, the first year of residency. Some specialties begin in the "
            "second, PGY-2."
        ),
    ),
    Term(
        key="interval",
        name="Interval",
        written=r"intervals?\b",
        meaning=(
            "The range in which the rate behind a figure may lie, since few people were counted "
            "and the figures are rounded. It speaks of the group and not of one person."
        ),
    ),
    Term(
        key="odds-ratio",
        name="Odds ratio",
        written=r"odds[ -]ratios?\b",
        meaning=(
            "Odds are the matched for each one who did not match. An odds ratio is how many times "
            "larger the odds of one group are than those of another."
        ),
    ),
    Term(
        key="fitted",
        name="Fitted",
        written=r"fitted\b",
        meaning=(
            "Read from a curve that was laid through printed figures, because no table prints the "
            "figure itself."
        ),
    ),
)
