"""`compare`: one applicant against the published tables."""

from __future__ import annotations

import warnings
from dataclasses import replace
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from imgstats.applicant import Applicant, as_applicant
from imgstats.comparison.citations import citations_of, cited
from imgstats.comparison.denominators import denominators
from imgstats.comparison.factors.combined import score_and_ranks, with_own_factors
from imgstats.comparison.factors.known import factors, with_scenarios
from imgstats.comparison.factors.what_if import what_if
from imgstats.comparison.kept import Asked, recalled
from imgstats.comparison.records import Comparison, Refusal
from imgstats.comparison.request import Request, check_denominator
from imgstats.comparison.score.ways import score_way
from imgstats.comparison.trend.years import trend
from imgstats.comparison.where.positions import where
from imgstats.errors import InputError, PassingScoreWarning
from imgstats.evidence.scenario import Scenario, parse_scenarios
from imgstats.factors import words_of
from imgstats.joint.copula import checked_region
from imgstats.levels import LEVEL, check_level
from imgstats.own_tables import OwnTables
from imgstats.own_tables.uses import is_own_measure
from imgstats.specialties import ALL_SPECIALTIES, printed_name
from imgstats.tables.published import PublishedTables
from imgstats.wording import number_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgstats.comparison.factors.records import Factor
    from imgstats.comparison.score.records import Headline
    from imgstats.joint.rates import Region
    from imgstats.own_tables import OwnTable

__all__ = ["NOT_IN_DATA", "compare", "make_request", "passing_note"]

# The score has tables of its own, so no scenario goes by its name.
_SCORE_NAMES = ("score", "step2_ck", "step 2 ck")

_EARLIER = "; an exam before that day had another passing score"
NOT_IN_DATA = (
    "letters of recommendation",
    "interviews and how they went",
    "visa need",
    "year of graduation",
    "medical school",
    "exam attempts",
    "US clinical experience",
    "Step 1 and Step 3",
    "what a personal statement says",
    "which programs were applied to",
)


def compare(
    applicant: Applicant | Mapping[str, Any],
    tables: PublishedTables | None = None,
    *,
    level: float = LEVEL,
    scenarios: Sequence[Scenario | str] = (),
    denominator: str = "preferred",
    correlations: Region | None = None,
    own: OwnTables | None = None,
) -> Comparison:
    """Compare an applicant's numbers with historical match rates.

    Parameters
    ----------
    applicant : Applicant or mapping
        Group, Step 2 CK score, preferred specialty and what else is known; a mapping such as
        ``{"group": "non-us-img", "step2_ck": 242}`` is judged by `Applicant.parse`.
    tables : PublishedTables, optional
        The tables to compare with. Default: those that ship with the package.
    level : float
        Level of the intervals, a fraction.
    scenarios : sequence of Scenario or str
        Assumptions of one's own, such as ``attempts=0.3..0.9``: odds-ratio ranges that are shown
        beside the headline and never move it.
    denominator : {"preferred", "any-pgy1"}
        What the headline counts: matched to the preferred specialty among those who ranked it
        first, or matched to any PGY-1 position among active applicants.
    correlations : ((float, float), (float, float)), optional
        Where the correlation of score and ranks may lie among the matched and among the not
        matched. Without it the two are not taken together.
    own : OwnTables, optional
        The user's own tables. Default: those that `imgstats data add` keeps.

    Returns
    -------
    Comparison
        Every figure that a report, a JSON answer or a page shows, with source and grade.

    Raises
    ------
    InputError
        If the applicant, `level`, a scenario, the denominator or a correlation is not allowed, or
        no table knows the applicant's specialty.
    DataChangedError
        If a data file is not the one whose hash was recorded.

    Warns
    -----
    PassingScoreWarning
        If the score lies under the passing score of its date.

    Notes
    -----
    The rates are historical. They are an association in one population of one year, not the effect
    of a score and not a forecast for one person.

    Examples
    --------
    >>> from imgstats import Applicant
    >>> result = compare(Applicant(group="non_us_img", step2_ck=242))
    >>> result.headline.band.low, round(result.headline.band.rate, 2)
    (240, 0.45)
    """
    applicant = as_applicant(applicant)
    if tables is None and own is None:
        asked = Asked(
            applicant=applicant,
            level=level,
            scenarios=scenarios,
            denominator=denominator,
            correlations=correlations,
        )
        found: Comparison | None = recalled(asked)
        if found is not None:
            return found
    request = make_request(
        applicant,
        tables or PublishedTables(),
        level=level,
        scenarios=scenarios,
        denominator=denominator,
        correlations=correlations,
        own=own,
    )
    return _compared(request)


def make_request(
    applicant: Applicant,
    tables: PublishedTables,
    *,
    level: float = LEVEL,
    scenarios: Sequence[Scenario | str] = (),
    denominator: str = "preferred",
    correlations: Region | None = None,
    own: OwnTables | None = None,
) -> Request:
    """Return what `compare` looks for, from its own arguments; it raises what `compare` raises."""
    specialty = printed_name(applicant.specialty, tables.specialties)
    return Request(
        applicant=applicant.model_copy(update={"specialty": specialty}),
        specialty=specialty,
        year=max(tables.years(applicant.group, ALL_SPECIALTIES), default=""),
        level=check_level(level),
        denominator=check_denominator(denominator),
        scenarios=_parsed(scenarios),
        correlations=None if correlations is None else checked_region(correlations),
        tables=tables,
        own=_own_tables(own or OwnTables(), applicant.group, specialty),
    )


def _compared(request: Request) -> Comparison:
    found = score_way(request).tell(request)
    part = None if isinstance(found, Refusal) else found
    known = factors(request)
    headline = with_own_factors(part, known, request) if part else None
    known = with_scenarios(known, request, headline)
    curve = part.curve if part else None
    joint = score_and_ranks(part, request) if part else None
    note, noted = passing_note(request.applicant, request.tables)
    comparison = Comparison(
        applicant=request.applicant,
        headline=headline,
        refusal=found if isinstance(found, Refusal) else None,
        place=part.place if part else None,
        curve=curve,
        factors=known,
        joint=joint,
        what_if=what_if(request.applicant, headline, curve, known),
        trend=trend(
            request.applicant.group, request.specialty, request.tables, level=request.level
        ),
        where=where(request.tables, request.specialty),
        denominators=denominators(request),
        assumptions=part.assumptions if part else (),
        notes=(
            *note,
            *(part.notes if part else ()),
            *_correlation_note(request, used=joint is not None or _ranks_in(headline)),
        ),
        not_in_data=_not_in_data(known),
        sources=(),
    )
    sources = citations_of((comparison, noted), request.tables.root, request.own)
    return replace(comparison, sources=sources)


def _parsed(scenarios: Sequence[Scenario | str]) -> tuple[Scenario, ...]:
    """Return scenarios, those that are text read; no factor twice."""
    found = parse_scenarios(scenarios)
    for each in found:
        if each.factor.casefold() in _SCORE_NAMES:
            raise InputError(
                f"scenario {each.factor}",
                "a factor that no table holds, such as attempts, usce or visa",
                "the score has a table of its own",
            )
    return found


def _ranks_in(headline: Headline | None) -> bool:
    return headline is not None and any(each.factor == "ranks" for each in headline.combined)


def _correlation_note(request: Request, *, used: bool) -> tuple[str, ...]:
    """Say why correlations that were given are not used."""
    if request.correlations is None or used:
        return ()
    if request.applicant.ranks is None:
        reason = "no number of ranks was given"
    elif request.denominator == "any-pgy1":
        reason = "the headline is counted and does not depend on the score"
    else:
        reason = "no table gives both outcomes at this score and this number of ranks"
    return (f"Score and ranks are not taken together: {reason}.",)


def _not_in_data(factors: tuple[Factor, ...]) -> tuple[str, ...]:
    """Return what no table holds, without those factors of which the user added one."""
    held = {words_of(each.factor) for each in factors if each.rate}
    return tuple(each for each in NOT_IN_DATA if each not in held)


def _own_tables(own: OwnTables, group: str, specialty: str) -> tuple[OwnTable, ...]:
    """Return the user's own tables of a group and specialty that answers read, newest first."""
    mine = [
        each
        for each in own.all()
        if (each.certificate.group, each.certificate.specialty) == (group, specialty)
        and not is_own_measure(each.measure)
    ]
    return tuple(
        sorted(
            mine,
            key=lambda each: (each.certificate.last_year, each.certificate.added_at),
            reverse=True,
        )
    )


def passing_note(
    applicant: Applicant, tables: PublishedTables
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Warn of a score under the passing score of its date, else of the newest date.

    Parameters
    ----------
    applicant : Applicant
        Whose score and date.
    tables : PublishedTables
        With the passing scores.

    Returns
    -------
    notes, sources : tuple of str
        What is said, and where it stands.
    """
    day = applicant.step2_ck_date
    rows = [
        row
        for row in tables.rows("passing_scores", exam="step2_ck")
        if day is None or row["effective_from"] <= day
    ]
    if not rows:
        return (), ()
    last = max(rows, key=itemgetter("effective_from"))
    passing = int(last["minimum_passing_score"])
    if applicant.step2_ck >= passing:
        return (), ()
    note = (
        f"A Step 2 CK score of {applicant.step2_ck} is under the passing score of "
        f"{number_words(passing)} that holds for exams from {last['effective_from']:%Y-%m-%d}"
        f"{'' if applicant.step2_ck_date else _EARLIER}."
    )
    warnings.warn(note, PassingScoreWarning, stacklevel=4)
    return (note,), cited([(last["source"], last["dataset"])])
