"""Attempts, US clinical experience, ranks and scenarios: what is known of each."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imgstats.comparison.factors.own import own_factor, own_shares
from imgstats.comparison.factors.ranks import ranks_factor
from imgstats.comparison.factors.records import Factor
from imgstats.evidence import cited_factor, consideration, effects
from imgstats.specialties import INTERNAL_MEDICINE

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.records import Headline
    from imgstats.evidence import Evidence
    from imgstats.evidence.scenario import Scenario

__all__ = ["NO_RATE", "factors", "with_scenarios"]

NO_RATE = "no rate"
_OTHER_SURVEY = f" The programs asked are those of {INTERNAL_MEDICINE.lower()}."
_NAMES = {"attempts": "number of exam attempts", "usce": "months of US clinical experience"}
_MEASURES = {"attempts": "attempts", "usce": "usce_months"}
# Published effects that a scenario's name stands for.
_PUBLISHED = {"visa": "visa", "age": "age", "reapplication": "reapplication", "signal": "signal"}


def factors(request: Request) -> tuple[Factor, ...]:
    """Return attempts, USCE, ranks and whatever else a scenario names, without their scenarios.

    Parameters
    ----------
    request : Request
        Whom it is about, and the tables.
    """
    applicant = request.applicant
    usual = (
        _with_evidence("attempts", applicant.attempts, _attempts(request), request),
        _with_evidence("usce", applicant.usce_months, _usce(request), request),
        ranks_factor(request),
    )
    known = {each.factor for each in usual}
    others = (_of_scenario(each, request) for each in request.scenarios if each.factor not in known)
    return (*usual, *others)


def with_scenarios(
    known: tuple[Factor, ...], request: Request, headline: Headline | None
) -> tuple[Factor, ...]:
    """Return the factors with the scenarios that were chosen, set beside the headline."""
    named = {each.factor: each for each in request.scenarios}
    return tuple(_with_scenario(each, named, headline) for each in known)


def _attempts(request: Request) -> tuple[Evidence, ...]:
    tables = request.tables
    return (
        consideration(
            tables, "attempts", "considers applicants who failed Step 1 on the first attempt"
        ),
        consideration(
            tables, "attempts", "considers applicants who failed Step 2 CK on the first attempt"
        ),
        cited_factor(tables, "attempts", "Any failed attempt in USMLE"),
        *effects(tables, "failed_attempt", "attempts"),
    )


def _usce(request: Request) -> tuple[Evidence, ...]:
    tables = request.tables
    return (
        cited_factor(tables, "usce", "Audition elective/rotation within your department"),
        cited_factor(tables, "usce", "Away rotation in your specialty at another institution"),
        *effects(tables, "usce", "usce"),
    )


def _with_evidence(
    name: str, value: float | None, evidence: tuple[Evidence, ...], request: Request
) -> Factor:
    """Return a factor by the user's own table of it, or without a rate."""
    sources = _cite(evidence, request)
    own = request.own_table(_MEASURES[name], "band")
    if own is not None:
        found = own_factor(name, value, own, request)
        return replace(found, evidence=evidence, sources=(*found.sources, *sources))
    shares = own_shares(name, _MEASURES[name], request)
    return Factor(
        factor=name,
        value=value,
        grade=NO_RATE,
        sentence=(
            f"No public table gives a match rate by {_NAMES[name]} for international medical "
            f"graduates in {request.specialty.lower()}, so no rate here depends on it. What was "
            "published about it is listed with its grade, strongest first."
            f"{'' if request.specialty == INTERNAL_MEDICINE else _OTHER_SURVEY}"
        ),
        evidence=(*shares, *evidence),
        scenario=None,
        rate=None,
        rows=(),
        printed=(),
        sources=(*(each.source for each in shares), *sources),
    )


def _cite(evidence: tuple[Evidence, ...], request: Request) -> tuple[str, ...]:
    """Note where the evidence stands."""
    survey, collected = (
        request.tables.rows(name)[0]["dataset"] for name in ("program_survey", "effects")
    )
    pairs = [(each.source, collected if each.origin else survey) for each in evidence]
    return request.citations.cite_all(pairs)


def _of_scenario(scenario: Scenario, request: Request) -> Factor:
    """Return a factor that only a scenario speaks of, with what was published on it."""
    name = scenario.factor
    evidence = effects(request.tables, _PUBLISHED[name], name) if name in _PUBLISHED else ()
    return Factor(
        factor=name,
        value=None,
        grade="assumed",
        sentence=(
            "No public table gives a match rate by it. What was published is listed with its "
            "grade, strongest first."
            if evidence
            else "No public table gives a match rate by it, and nothing published on it is at hand."
        ),
        evidence=evidence,
        scenario=None,
        rate=None,
        rows=(),
        printed=(),
        sources=_cite(evidence, request),
    )


def _with_scenario(factor: Factor, named: dict[str, Scenario], headline: Headline | None) -> Factor:
    """Return a factor with its scenario beside the headline, if one was chosen."""
    scenario = named.get(factor.factor)
    if scenario is None or headline is None:
        return factor
    return replace(factor, scenario=scenario.band(headline.rate, headline.low, headline.high))
