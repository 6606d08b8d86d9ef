"""What there is beside the score: each lever, what is known of it, and what the guide advises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited
from imgstats.evidence.survey import cited_factor
from imgstats.specialties import INTERNAL_MEDICINE
from imgstats.strategy.rules import Advice, advice
from imgstats.wording import capital, listed

if TYPE_CHECKING:
    from imgstats.comparison import Comparison
    from imgstats.evidence.records import Evidence
    from imgstats.strategy.rules import Rule
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["Lever", "LowScore", "low_score"]

# By heading of the guide: the lever, and the survey's names for it.
_LEVERS = {
    "2a US clinical experience": ("US clinical experience", ()),
    "2b letters": ("Letters", ("Letters of recommendation in the specialty",)),
    "2c research": ("Research", ("Demonstrated involvement and interest in research",)),
    "2d personal statement": (
        "Personal statement",
        ("Personal Statement", "Perceived commitment to specialty"),
    ),
}
_USCE = "2a US clinical experience"
_PARTS = ("low_score", "application")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """One thing beside the score.

    Attributes
    ----------
    name : str
        What it is.
    evidence : tuple of Evidence
        What is known of it.
    rules : tuple of Rule
        What the guide advises.
    """

    name: str
    evidence: tuple[Evidence, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class LowScore:
    """The file beside the score.

    Attributes
    ----------
    is_low : bool
        Whether the guide calls the score low, or it lies below the target.
    sentences : tuple of str
        What it comes to.
    levers : tuple of Lever
        One by one.
    advice : Advice
        What the guide says beyond the levers.
    sources : tuple of str
        Keys of the evidence.
    """

    is_low: bool
    sentences: tuple[str, ...]
    levers: tuple[Lever, ...]
    advice: Advice
    sources: tuple[str, ...]


def low_score(situation: Situation, comparison: Comparison, tables: PublishedTables) -> LowScore:
    """Return the levers beside the score, each with what is known of it.

    Parameters
    ----------
    situation : Situation
        Whose plan it is.
    comparison : Comparison
        That of the situation's applicant; it holds the evidence on clinical experience.
    tables : PublishedTables
        Where the survey and the guide stand.

    Examples
    --------
    >>> from imgstats import PublishedTables, compare
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "non-us-img", "step2_ck": 225})
    >>> found = low_score(me, compare(me.applicant), PublishedTables())
    >>> found.is_low, [each.name for each in found.levers][:2]
    (True, ['US clinical experience', 'Letters'])
    """
    found = advice(tables, situation, *_PARTS)
    levers = tuple(
        Lever(
            name=name,
            evidence=comparison.factor("usce").evidence
            if place == _USCE
            else _survey(situation, tables, categories),
            rules=tuple(each for each in found.every if each.place == place),
        )
        for place, (name, categories) in _LEVERS.items()
    )
    called_low = any(each.applies == "low_score" for each in found.yours)
    is_low = called_low or bool(situation.below_target)
    return LowScore(
        is_low=is_low,
        sentences=_sentences(situation, is_low, called_low),
        levers=levers,
        advice=found.without(_LEVERS),
        sources=cited((each.source, each.dataset) for lever in levers for each in lever.evidence),
    )


def _survey(
    situation: Situation, tables: PublishedTables, categories: tuple[str, ...]
) -> tuple[Evidence, ...]:
    if situation.specialty != INTERNAL_MEDICINE:
        return ()
    return tuple(cited_factor(tables, "file", each) for each in categories)


def _why(situation: Situation, is_low: bool, called_low: bool) -> str:
    """Say whether the score is low, and by which of the two."""
    if not is_low:
        return "The guide does not call such a score low; the rest of the file counts all the same."
    found = ["the guide calls it low"] if called_low else []
    if situation.below_target and situation.target is not None:
        found.append(f"it lies {situation.target[0] - situation.score} points under the target")
    weight = "the guide then puts the weight on the rest of the file"
    return f"{capital(listed(found))}: {weight}."


def _sentences(situation: Situation, is_low: bool, called_low: bool) -> tuple[str, ...]:
    months = situation.applicant.usce_months
    return (
        _why(situation, is_low, called_low),
        ("How much any of this moves a match rate is not known: no table here has it."),
        *(() if months is None else (f"US clinical experience so far: {months:g} months.",)),
    )
