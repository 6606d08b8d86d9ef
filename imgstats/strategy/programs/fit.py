"""How well a program fits: parts from 0 to 1, and their sum under weights that are assumed."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imgstats.errors import InputError, did_you_mean
from imgstats.strategy.programs.fields import NO_LIMIT
from imgstats.strategy.programs.program import value_words
from imgstats.strategy.rules import LABEL, advice
from imgstats.text import shown
from imgstats.wording import counted_percent, listed, number_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgstats.comparison.where.records import Where
    from imgstats.strategy.programs.program import Program
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["WEIGHTS", "Fit", "Fitting", "Part", "weights_of"]

# Nobody published these: they are chosen, and may be chosen otherwise.
WEIGHTS = {"score": 3.0, "img_share": 3.0, "type": 2.0, "usce": 1.0, "positions": 1.0, "state": 1.0}
_LABELS = {
    "score": "score above the minimum",
    "img_share": "share of IMGs",
    "type": "type the guide names for the score",
    "usce": "US clinical experience beside what is asked",
    "positions": "positions",
    "state": "share of the state's positions that IMGs filled",
}
_FULL_MARGIN = 20  # points
_FULL_POSITIONS = 30
_FULL_USCE = 2  # times what is asked
_MOST_WEIGHT = 1_000
# The types that the guide names for a score, by its rules for bands.
_TYPES_OF = {
    "band-240-university": ("university",),
    "band-230-community": ("community", "university-affiliated"),
    "band-220-community": ("community",),
    "community-first": ("community",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One part of a fit.

    Attributes
    ----------
    name, label : str
        Key of `WEIGHTS`, and what it is called.
    value : float or None
        From 0 to 1; None where something is not known.
    weight : float
        Its part of the sum, all weights together being 1.
    words : str
        What the value comes from.
    """

    name: str
    label: str
    value: float | None
    weight: float
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The fit of one program.

    Attributes
    ----------
    low, high : float
        The sum of its parts times their weights, parts that are not known taken as 0 and as 1.
    parts : tuple of Part
        In the order of `WEIGHTS`.
    """

    low: float
    high: float
    parts: tuple[Part, ...]

    @property
    def words(self) -> str:
        """The fit out of 100: one number, or the range that what is not known leaves."""
        low, high = round(100 * self.low), round(100 * self.high)
        return f"{low}" if low == high else f"{low} to {high}"


def weights_of(weights: Mapping[str, float] | None = None) -> dict[str, float]:
    """Return the weights of the parts, all of them together being 1.

    Parameters
    ----------
    weights : mapping of str to float, optional
        Weights by part, from 0 to 1,000; those left out keep their default.

    Raises
    ------
    InputError
        If there is no such part, a weight is no such number, or all of them are 0.

    Examples
    --------
    >>> only = dict.fromkeys(WEIGHTS, 0) | {"score": 1}
    >>> weights_of(only)["score"]
    1.0
    """
    given = dict(weights or {})
    for name, weight in given.items():
        if name not in WEIGHTS:
            todo = did_you_mean(str(name), WEIGHTS)
            raise InputError(f"no part of the fit is named {shown(name)}", ", ".join(WEIGHTS), todo)
        is_number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not is_number or not math.isfinite(weight) or not 0 <= weight <= _MOST_WEIGHT:
            allowed = f"a number from 0 to {_MOST_WEIGHT:,}"
            raise InputError(f"the weight of {name} is {shown(weight)}", allowed)
    merged = {name: float(given.get(name, usual)) for name, usual in WEIGHTS.items()}
    total = sum(merged.values())
    if not total:
        raise InputError("every weight is 0", "at least one above 0", "leave one out")
    return {name: weight / total for name, weight in merged.items()}


class Fitting:
    """The fit of programs for one person.

    Parameters
    ----------
    situation : Situation
        The person.
    tables : PublishedTables
        With the guide's rules.
    where : Where or None
        Positions of the specialty by state.
    weights : mapping of str to float, optional
        As for `weights_of`.
    """

    def __init__(
        self,
        situation: Situation,
        tables: PublishedTables,
        where: Where | None,
        weights: Mapping[str, float] | None = None,
    ) -> None:
        self.weights = weights_of(weights)
        self._situation = situation
        # A list is judged at one score: of a target not at its upper end.
        at_score = replace(situation, target=None)
        rules = [
            each
            for part in ("targets", "shortlist")
            for each in advice(tables, at_score, part).yours
            if each.name in _TYPES_OF
        ]
        named = [each for rule in rules for each in _TYPES_OF[rule.name]]
        self.types = tuple(dict.fromkeys(named))
        self.type_sources = tuple(dict.fromkeys(key for each in rules for key in each.sources))
        self.where = where
        self._shares = {} if where is None else {row.code: row for row in where.rows}

    def of(self, program: Program) -> Fit:
        """Return the fit of a program, its parts shown.

        Examples
        --------
        >>> from imgstats import PublishedTables
        >>> from imgstats.strategy.programs.program import Check, Program
        >>> from imgstats.strategy.situation import Situation
        >>> me = Situation.parse({"group": "non-us-img", "step2_ck": 235})
        >>> weights = dict.fromkeys(WEIGHTS, 0) | {"score": 3, "img_share": 3}
        >>> fitting = Fitting(me, PublishedTables(), None, weights)
        >>> seen = Check(field="", by="", on=None)
        >>> it = Program(line=2, program="P", min_step2_ck=225, check=seen)
        >>> fit = fitting.of(it)
        >>> fit.low, fit.high, fit.words
        (0.25, 0.75, '25 to 75')
        """
        found = {
            "score": self._score(program.min_step2_ck),
            "img_share": _share(program.img_share),
            "type": self._type(program.type),
            "usce": self._usce(program.min_usce_months),
            "positions": _positions(program.positions),
            "state": self._state(program.state),
        }
        parts = tuple(
            Part(
                name=name,
                label=_LABELS[name],
                value=value,
                weight=self.weights[name],
                words=words,
            )
            for name, (value, words) in found.items()
        )
        low = sum(each.weight * each.value for each in parts if each.value is not None)
        missing = sum(each.weight for each in parts if each.value is None)
        return Fit(low=low, high=min(low + missing, 1.0), parts=parts)

    def words(self) -> tuple[str, ...]:
        """Return how the fit is made, exactly."""
        weights = ", ".join(
            f"{name} {counted_percent(each)}" for name, each in self.weights.items()
        )
        types = listed(self.types) or "none"
        what = (
            "Fit is a sum of parts from 0 to 1 under weights that are assumed and may be changed "
            f"({weights}), shown out of 100. It orders a list and says nothing of how often "
            "anybody matched. Parts that are not known leave a range: its lower end takes them "
            "as 0, its upper end as 1. Programs are sorted by the lower end."
        )
        parts = (
            f"Parts: score is 0 at the minimum and 1 from {_FULL_MARGIN} points above it on; "
            f"share of IMGs is the share itself; type is 1 for {types}, which the guide names for "
            f"this score ({LABEL}), and 0 for another; US clinical experience is 1 from "
            f"{_FULL_USCE} times the months asked on, or where none are asked; positions are 1 "
            f"from {_FULL_POSITIONS} on; state is the share of its positions that IMGs filled."
        )
        return what, parts

    def _score(self, minimum: float | str | None) -> tuple[float | None, str]:
        if minimum is None:
            return None, "its minimum is not known"
        if isinstance(minimum, str):
            return 1.0, "it has no minimum"
        margin = self._situation.score - minimum
        words = f"{number_words(margin)} above its minimum of {number_words(minimum)}"
        return _within(margin / _FULL_MARGIN), words

    def _type(self, kind: str) -> tuple[float | None, str]:
        if not kind:
            return None, "its type is not known"
        if not self.types:
            return None, "the guide names no type for this score"
        return float(kind in self.types), kind

    def _usce(self, asked: float | str | None) -> tuple[float | None, str]:
        months = self._situation.applicant.usce_months
        if asked in (NO_LIMIT, 0):
            return 1.0, "none asked"
        if asked is None or months is None:
            who = "what it asks is" if asked is None else "your months are"
            return None, f"{who} not known"
        need = float(asked)
        words = f"{number_words(months)} months beside {number_words(need)} asked"
        return _within(months / (_FULL_USCE * need)), words

    def _state(self, code: str) -> tuple[float | None, str]:
        if self.where is None:
            return None, "no positions by state for the specialty"
        row = self._shares.get(code)
        if row is None or row.share is None:
            return None, f"no positions known there in {self.where.match_year}"
        if not row.enough:
            return None, f"fewer than {self.where.least} positions there: no share is named"
        words = f"{counted_percent(row.share)} in {row.state}, {self.where.match_year}"
        return row.share, words


def _share(share: float | None) -> tuple[float | None, str]:
    return share, "not known" if share is None else counted_percent(share)


def _positions(count: int | None) -> tuple[float | None, str]:
    value = None if count is None else _within(count / _FULL_POSITIONS)
    return value, value_words(count)


def _within(value: float) -> float:
    return min(max(float(value), 0.0), 1.0)
