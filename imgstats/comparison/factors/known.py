"""Attempts, US clinical experience, ranks and scenarios: what is known of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited
from imgstats.comparison.factors.own import own_evidence, own_factor, with_evidence
from imgstats.comparison.factors.ranks import ranks_factor
from imgstats.comparison.factors.records import Factor
from imgstats.evidence import cited_factor, consideration, effects, pass_rate
from imgstats.factors import FACTORS, MEASURED, FactorName
from imgstats.grades import ASSUMED, NO_RATE
from imgstats.specialties import INTERNAL_MEDICINE

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.records import Headline
    from imgstats.evidence import Evidence
    from imgstats.evidence.scenario import Scenario

__all__ = ["factors", "with_scenarios"]

_OTHER_SURVEY = f" The programs asked are those of {INTERNAL_MEDICINE.lower()}."


def factors(request: Request) -> tuple[Factor, ...]:
    """Return attempts, USCE, ranks and whatever else a scenario names, without their scenarios.

    Parameters
    ----------
    request : Request
        Whom it is about, and the tables.
    """
    usual = tuple(_measured(each, request) for each in MEASURED)
    known = {each.factor for each in usual}
    others = (_of_scenario(each, request) for each in request.scenarios if each.factor not in known)
    return (*usual, *others)


def with_scenarios(
    known: tuple[Factor, ...], request: Request, headline: Headline | None
) -> tuple[Factor, ...]:
    """Return the factors with the scenarios that were chosen, set beside the headline."""
    named = {each.factor: each for each in request.scenarios}
    return tuple(_with_scenario(each, named, headline) for each in known)


def _evidence(known: FactorName, request: Request) -> tuple[Evidence, ...]:
    """Return what the survey, the exams and papers say of a factor."""
    tables, name = request.tables, known.name
    return (
        *(consideration(tables, name, each) for each in known.considered),
        *(cited_factor(tables, name, each) for each in known.cited),
        *(pass_rate(tables, name, each) for each in known.exams),
        *(found for each in known.effects for found in effects(tables, each, name)),
    )


def _measured(known: FactorName, request: Request) -> Factor:
    """Return a factor by a table of it, published or the user's own, or without a rate."""
    value = getattr(request.applicant, known.field)
    if known.name == "ranks":  # the only one of which tables are published
        return ranks_factor(request)
    evidence = _evidence(known, request)
    sources = _cite(evidence)
    mine = own_evidence(known.name, known.measure, request)
    own = request.own_table(known.measure)
    if own is not None:
        found = own_factor(known.name, value, own, request)
        found = replace(found, evidence=evidence, sources=(*found.sources, *sources))
        return with_evidence(found, mine)
    found = Factor(
        factor=known.name,
        value=value,
        grade=NO_RATE,
        sentence=(
            f"No public table at hand gives a match rate by {known.label} for international "
            f"medical graduates in {request.specialty.lower()}, so no rate here depends on it. "
            "What was published about it is listed with its grade, in the order of how it was seen."
            f"{'' if request.specialty == INTERNAL_MEDICINE else _OTHER_SURVEY}"
        ),
        evidence=evidence,
        scenario=None,
        rate=None,
        rows=(),
        printed=(),
        sources=sources,
    )
    return with_evidence(found, mine)


def _cite(evidence: tuple[Evidence, ...]) -> tuple[str, ...]:
    """Return the paper, page or report of each piece, once."""
    return cited([(each.source, each.dataset) for each in evidence])


def _of_scenario(scenario: Scenario, request: Request) -> Factor:
    """Return a factor that only a scenario speaks of, with what was published on it."""
    name = scenario.factor
    evidence = _evidence(FACTORS[name], request) if name in FACTORS else ()
    return Factor(
        factor=name,
        value=None,
        grade=ASSUMED,
        sentence=(
            "No public table at hand gives a match rate by it. What was published is listed with "
            "its grade, in the order of how it was seen."
            if evidence
            else "No public table gives a match rate by it, and nothing published on it is at hand."
        ),
        evidence=evidence,
        scenario=None,
        rate=None,
        rows=(),
        printed=(),
        sources=_cite(evidence),
    )


def _with_scenario(factor: Factor, named: dict[str, Scenario], headline: Headline | None) -> Factor:
    """Return a factor with its scenario beside the headline, if one was chosen."""
    scenario = named.get(factor.factor)
    if scenario is None or headline is None:
        return factor
    ends = headline.rate, headline.low, headline.high
    return replace(factor, scenario=scenario.band(*ends, of=_starts_from(headline)))


def _starts_from(headline: Headline) -> str:
    """Return which rate a scenario shifts where the headline is a range; empty where it is one."""
    if any(each.is_assumed for each in headline.combined):
        return "the score alone"
    return "the middle of its range" if headline.combined else ""
