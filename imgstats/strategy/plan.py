"""`make_plan`: all parts of one person's plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imgstats.comparison import compare
from imgstats.comparison.citations import Citation, citations_of
from imgstats.comparison.plain_values import plain
from imgstats.strategy.exam_record import ExamRecord, exam_record
from imgstats.strategy.low_score import LowScore, low_score
from imgstats.strategy.rules import Advice, advice
from imgstats.strategy.targets import Targets, targets
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from imgstats.comparison import Comparison
    from imgstats.strategy.situation import Situation

__all__ = ["NOT_ON_THE_PAGE", "Plan", "make_plan"]

NOT_ON_THE_PAGE = (
    "how a program reads a file, and which filters it sets",
    "how an interview goes",
    "what the guide's advice does to anybody's result: nobody has measured it",
    "whether programs, dates, fees and rules are the same next year",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a plan's page shows.

    Attributes
    ----------
    situation : Situation
        Where the person stands.
    comparison : Comparison
        The historical record at the score, or at the lower end of the target.
    targets, exam_record, low_score : record
        The parts that need no file.
    study : Advice
        How the guide would study.
    not_known : tuple of str
        What this page cannot know.
    sources : tuple of Citation
        In the order in which they are first used.
    """

    situation: Situation
    comparison: Comparison
    targets: Targets
    exam_record: ExamRecord
    low_score: LowScore
    study: Advice
    not_known: tuple[str, ...]
    sources: tuple[Citation, ...]
