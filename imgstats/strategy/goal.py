"""A long-term goal: what of the guide turns on it, and what no table knows of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.comparison.citations import merged
from imgstats.strategy.rules import LABEL, rule, rules
from imgstats.strategy.situation import GOALS
from imgstats.wording import number_words

if TYPE_CHECKING:
    from imgstats.strategy.rules import Rule
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["Goal", "goal"]

_TURNS = "fellowship"
_BAND = "band-240-fellowship"
_STATEMENT = "statement-emphasis"
_NOT_KNOWN = (
    "No table here follows anybody past the Match: no rate of fellowships or of hospitalists, by "
    "score or by program, stands here. So the goal moves no rate on this page and leaves out no "
    "program."
)
_NOT_GIVEN = (
    f"No long-term goal was given (goal: {', '.join(GOALS)}), so what turns on a fellowship stands "
    "under what may be for you."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """A long-term goal beside the guide.

    Attributes
    ----------
    words : str
        As the person wrote it; empty where nothing was said.
    sentences : tuple of str
        What the guide makes of it, and, last, what is not known.
    rules : tuple of Rule
        The guide's rules that turn on it.
    grade : str
        `rules.LABEL`.
    sources : tuple of str
        Key of the guide.
    """

    words: str
    sentences: tuple[str, ...]
    rules: tuple[Rule, ...]
    grade: str
    sources: tuple[str, ...]


def goal(situation: Situation, tables: PublishedTables) -> Goal:
    """Return what the guide makes of a long-term goal, and what no table knows of it.

    Parameters
    ----------
    situation : Situation
        Whose goal it is.
    tables : PublishedTables
        Where the guide stands.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "us-img", "target": "235-245", "goal": "cardiology"})
    >>> [each.name for each in goal(me, PublishedTables()).rules]
    ['competitive-needs-plan', 'band-240-fellowship', 'statement-emphasis']
    """
    turning = tuple(each for each in rules(tables) if each.applies.startswith(_TURNS))
    found = (*turning, rule(tables, _STATEMENT))
    return Goal(
        words=situation.goal_words,
        sentences=(*_sentences(situation, rule(tables, _BAND)), _NOT_KNOWN),
        rules=found,
        grade=LABEL,
        sources=merged(*(each.sources for each in found)),
    )


def _sentences(situation: Situation, band: Rule) -> list[str]:
    if not situation.goal:
        return [_NOT_GIVEN]
    told = [f"Your long-term goal: {situation.goal_words}."]
    if situation.fellowship is None:
        told.append("What turns on a fellowship stands under what may be for you.")
    elif situation.fellowship:
        told.append(_beside_band(situation, band))
    else:
        told.append("What the guide says of tracks that lead to fellowships is not for you.")
    if "hospitalist" in situation.goal:
        told.append(
            "Of a hospitalist the guide says only that the personal statement may name that aim."
        )
    return told


def _beside_band(situation: Situation, band: Rule) -> str:
    """Return where score or target lie beside the guide's range for tracks to fellowships."""
    low, (least, most) = band.low or 0, situation.aimed
    whose = "your score" if situation.scored else "your target"
    at = situation.score if situation.scored else situation.aim.replace("-", " to ")
    where = (
        "lies in it or above"
        if least >= low
        else "lies under it"
        if most < low
        else "begins under it and reaches into it"
    )
    return (
        "The guide calls scores strong for tracks that lead to fellowships from "
        f"{number_words(low)} on; {whose}, {at}, {where}."
    )
