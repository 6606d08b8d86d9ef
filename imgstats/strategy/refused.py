"""Figures that a plan does not list among what is known, by name, and why."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited, merged
from imgstats.grades import LETTERS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from imgstats.evidence.records import Evidence
    from imgstats.strategy.exam_record import ExamRecord
    from imgstats.strategy.funnel import Funnel
    from imgstats.strategy.low_score import LowScore

__all__ = ["REFUSED", "Refused", "refuse"]

# Of this grade nothing is listed: a plan would lend it a weight that it does not have.
REFUSED = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """What was left out.

    Attributes
    ----------
    names : tuple of str
        The figures, each by what it is about.
    sentence : str
        All of them and why; empty where nothing was left out.
    sources : tuple of str
        Keys of their sources.
    """

    names: tuple[str, ...]
    sentence: str
    sources: tuple[str, ...]


def refuse(
    record: ExamRecord, beside: LowScore, funnel: Funnel
) -> tuple[ExamRecord, LowScore, Funnel, Refused]:
    """Return parts of a plan without figures of the grade that is refused, and their names."""
    known = (*record.evidence, *(each for lever in beside.levers for each in lever.evidence))
    out = [each for each in known if each.grade == REFUSED]
    figures = [each for each in funnel.beside if each.grade == REFUSED]
    names = tuple(dict.fromkeys([*(e.statement for e in out), *(e.what for e in figures)]))
    evidence = _kept(record.evidence)
    levers = tuple(replace(each, evidence=_kept(each.evidence)) for each in beside.levers)
    said = f"Left out as grade {REFUSED} ({LETTERS[REFUSED]}): {'; '.join(names)}."
    return (
        replace(record, evidence=evidence, sources=_cites(evidence)),
        replace(
            beside,
            levers=levers,
            sources=_cites(each for lever in levers for each in lever.evidence),
        ),
        replace(funnel, beside=tuple(each for each in funnel.beside if each.grade != REFUSED)),
        Refused(
            names=names,
            sentence=said if names else "",
            sources=merged(_cites(out), *(each.sources for each in figures)),
        ),
    )


def _kept(evidence: Iterable[Evidence]) -> tuple[Evidence, ...]:
    return tuple(each for each in evidence if each.grade != REFUSED)


def _cites(evidence: Iterable[Evidence]) -> tuple[str, ...]:
    return cited((each.source, each.dataset) for each in evidence)
