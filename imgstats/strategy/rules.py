"""What the guide advises, as rules: each with its place, and whom it is for.

No data are behind any of it, and every face says so in the words of `LABEL`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from imgstats.sources.tabular import Record
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["LABEL", "Advice", "Rule", "advice", "rule", "rules"]

LABEL = "advice, no data behind it"
_TABLE = "guide_rules"
# Its upper end is where the guide calls a score low.
_LATER = {"at_target", "below_target"}
_LOW_SCORE = "borderline-or-lower"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One piece of advice.

    Attributes
    ----------
    name : str
        Short name.
    section, place : str
        Where it stands in the guide.
    part : str
        Which part of a plan it belongs to.
    kind : str
        What it is: ``band``, ``filter``, ``criterion``, ``do``, ``avoid``, ``weigh`` and others.
    low, high : float or None
        Its figures; None for an open end or none.
    unit : str
        Unit of the figures.
    applies : str
        Whom it is for, a name of `applies_to`.
    advice : str
        The advice.
    sources : tuple of str
        Key of the guide.
    """

    name: str
    section: str
    place: str
    part: str
    kind: str
    low: float | None
    high: float | None
    unit: str
    applies: str
    advice: str
    sources: tuple[str, ...]

    @property
    def where(self) -> str:
        """Its place in the guide as a page says it: ``Step 1, part 2``, or the section alone."""
        part = self.place.partition(" ")[0]
        return f"{self.section}, part {part}" if part[0].isdigit() else self.section


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """The advice on one part of a plan.

    Attributes
    ----------
    label : str
        `LABEL`.
    yours : tuple of Rule
        What is for this person.
    unsure : tuple of Rule
        What may be for this person: something it asks about was not said.
    later : tuple of Rule
        What is for this person once the score is there, above or below the target.
    others : tuple of Rule
        What is for somebody in another situation.
    """

    label: str
    yours: tuple[Rule, ...]
    unsure: tuple[Rule, ...]
    later: tuple[Rule, ...]
    others: tuple[Rule, ...]

    @property
    def every(self) -> tuple[Rule, ...]:
        """All rules of the part."""
        return (*self.yours, *self.unsure, *self.later, *self.others)

    def without(self, places: Collection[str]) -> Advice:
        """Return the advice that stands under no heading of these."""

        def kept(found: tuple[Rule, ...]) -> tuple[Rule, ...]:
            return tuple(each for each in found if each.place not in places)

        return replace(
            self,
            yours=kept(self.yours),
            unsure=kept(self.unsure),
            later=kept(self.later),
            others=kept(self.others),
        )


def rules(tables: PublishedTables, part: str = "") -> tuple[Rule, ...]:
    """Return the rules of a part of a plan, all of them without one, in the guide's order.

    Raises
    ------
    TableError
        If there is no such part; the message lists what there is.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> rules(PublishedTables(), "targets")[0].low
    230.0
    """
    rows = tables.rows(_TABLE, part=part) if part else tables.rows(_TABLE)
    return tuple(_rule(row) for row in rows)


def rule(tables: PublishedTables, name: str) -> Rule:
    """Return one rule by its name.

    Raises
    ------
    TableError
        If there is none of that name.
    """
    (row,) = tables.rows(_TABLE, rule=name)
    return _rule(row)


def advice(tables: PublishedTables, situation: Situation, *parts: str) -> Advice:
    """Return the rules of some parts of a plan, sorted by whom they are for.

    Raises
    ------
    TableError
        If there is no such part.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "non-us-img", "step2_ck": 225, "target": "235-245"})
    >>> found = advice(PublishedTables(), me, "targets")
    >>> [each.name for each in found.yours if each.kind == "band"]
    ['band-220-community', 'band-220-needs-profile']
    """
    found: dict[str, list[Rule]] = {"yours": [], "unsure": [], "later": [], "others": []}
    low_score = rule(tables, _LOW_SCORE)
    for each in (each for part in parts for each in rules(tables, part)):
        judge = low_score if each.applies == "low_score" else each
        here = _APPLIES[each.applies](situation, judge)
        if here is None:
            waits = each.applies in _LATER and not situation.scored
            found["later" if waits else "unsure"].append(each)
        else:
            found["yours" if here else "others"].append(each)
    return Advice(label=LABEL, **{name: tuple(some) for name, some in found.items()})


def _rule(row: Record) -> Rule:
    return Rule(
        name=str(row["rule"]),
        section=str(row["section"]),
        place=str(row["place"]),
        part=str(row["part"]),
        kind=str(row["kind"]),
        low=_number(row["low"]),
        high=_number(row["high"]),
        unit=str(row["unit"] or ""),
        applies=str(row["applies"]),
        advice=str(row["advice"]),
        sources=cited([(row["source"], row["dataset"])]),
    )


def _number(cell: object) -> float | None:
    return None if cell is None else float(str(cell))


def _in_band(situation: Situation, rule: Rule) -> bool | None:
    low, high = situation.aimed
    return (rule.low is None or high >= rule.low) and (rule.high is None or low <= rule.high)


def _fellowship_pending(situation: Situation, _: Rule) -> bool | None:
    return False if situation.scored else situation.fellowship


def _fellowship_score_from(situation: Situation, rule: Rule) -> bool | None:
    reached = rule.low is None or situation.aimed[1] >= rule.low
    return situation.fellowship if reached else False


def _exam_pending(situation: Situation, _: Rule) -> bool | None:
    return True if not situation.scored else situation.step1_pending


def _graduated(situation: Situation, _: Rule) -> bool | None:
    year = situation.graduated
    return None if year is None else year < situation.today.year


def _target_met(situation: Situation, _: Rule) -> bool | None:
    below = situation.below_target
    return None if below is None else not below


# By the word in the table: true, false, or None where the person did not say. The rule is the one
# with the figures: its own, and for a low score the one that says where low begins.
_APPLIES: dict[str, Callable[[Situation, Rule], bool | None]] = {
    "always": lambda _, __: True,
    "score_pending": lambda situation, _: not situation.scored,
    "exam_pending": _exam_pending,
    # What turns on a long-term goal.
    "fellowship_pending": _fellowship_pending,
    "fellowship_score_from": _fellowship_score_from,
    "step1_pending": lambda situation, _: situation.step1_pending,
    "step1_passed_first": lambda situation, _: (
        situation.step1 == "passed" if situation.step1 else None
    ),
    "step1_failed": lambda situation, _: "fail" in situation.step1 if situation.step1 else None,
    "failed": lambda situation, _: situation.failed,
    "score_in": _in_band,
    # The highest band of the guide has no upper end.
    "score_from": lambda situation, rule: rule.low is None or situation.aimed[1] >= rule.low,
    "at_target": _target_met,
    "below_target": lambda situation, _: situation.below_target,
    "low_score": lambda situation, low: low.high is None or situation.score <= low.high,
    "low_step1": lambda situation, _: None if situation.step1 != "not taken" else False,
    "graduated": _graduated,
}
