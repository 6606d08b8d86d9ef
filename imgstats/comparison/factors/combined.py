"""The score together with another number: a range over a stated dependence, not a product."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from imgstats.comparison.citations import merged
from imgstats.comparison.factors.own import value_words
from imgstats.comparison.factors.ranks import ranks_curve
from imgstats.comparison.factors.records import Joint
from imgstats.comparison.score.records import Combined
from imgstats.errors import InputError, TableError
from imgstats.factors import FACTORS, MEASURED, words_of
from imgstats.joint.margin import Margin, counts_of, margin_from_bands, margin_from_curve
from imgstats.joint.rates import joint_range, joint_surface, margins_alone
from imgstats.tables import BandTable
from imgstats.wording import interval_words, level_words, listed, number_words, percent

if TYPE_CHECKING:
    from imgstats.comparison.factors.records import Factor
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.part import ScorePart
    from imgstats.comparison.score.records import Headline
    from imgstats.joint.rates import JointRange, Region
    from imgstats.own_tables import OwnTable

__all__ = ["has_own_factors", "score_and_ranks", "with_own_factors"]

# Where nothing was said of the dependence: a wide region, stated wherever it is used.
_UNSAID: Region = ((-0.6, 0.6), (-0.6, 0.6))
# An added table whose people match so much more or less often, on the logit, is of other people.
_FURTHEST = 1.0


def has_own_factors(request: Request) -> bool:
    """Say whether the user added bands of attempts, USCE or ranks, or scores that hide a count."""
    own = request.own_table("step2_ck")
    hides = own is not None and isinstance(own.table, BandTable) and own.table.hidden
    return hides or any(_own_bands(each.measure, request) for each in MEASURED)


def _own_bands(measure: str, request: Request) -> OwnTable | None:
    """Return the user's bands of a measure, None where another table or none gives its rate."""
    own = request.own_table(measure)
    return own if own is not None and own.kind == "band" else None


def score_and_ranks(part: ScorePart, request: Request) -> Joint | None:
    """Return score and ranks together, None unless both correlations and the ranks were given.

    Parameters
    ----------
    part : ScorePart
        The rate by score.
    request : Request
        Whom it is about.
    """
    ranks, region = request.applicant.ranks, request.correlations
    if _own_bands(FACTORS["ranks"].measure, request) is not None:
        return None  # the headline takes that table
    found = ranks_curve(request)
    if ranks is None or region is None or part.rate_curve is None or found is None:
        return None
    table, curve = found
    pair = (
        margin_from_curve(part.rate_curve, "Step 2 CK score"),
        margin_from_curve(curve, "contiguous ranks"),
    )
    base, at = part.headline.base_rate, (request.applicant.step2_ck, ranks)
    try:
        answer = joint_range(base, *pair, at=at, region=region)
        alone = margins_alone(base, *pair, at=at)
        surface = joint_surface(base, *pair, at=at)
    except InputError:  # nobody in the table has such a score or so many ranks
        return None
    return Joint(
        factor="ranks",
        value=ranks,
        low=answer.low,
        high=answer.high,
        independent=answer.independent,
        region=region,
        alone_low=alone[0],
        alone_high=alone[1],
        sentence=_joint_sentence(answer, alone, request, value_words("ranks", ranks)),
        sources=merged(part.headline.sources, request.cite_table(table.context)),
        answer=answer,
        surface=surface,
    )


def _range(
    part: ScorePart, request: Request, other: Margin, value: float, region: Region
) -> JointRange:
    if part.rate_curve is None:
        raise InputError("no scores of both outcomes are at hand")
    return joint_range(
        part.headline.base_rate,
        margin_from_curve(part.rate_curve, "Step 2 CK score"),
        other,
        at=(request.applicant.step2_ck, value),
        region=region,
    )


def _region_words(region: Region) -> str:
    ends = [" to ".join(number_words(end) for end in each) for each in region]
    return f"from {ends[0]} among the matched and from {ends[1]} among the not matched"


def _joint_sentence(
    answer: JointRange, alone: tuple[float, float], request: Request, words: str
) -> str:
    return (
        f"With a score of {request.applicant.step2_ck} and {words} together the rate lies between "
        f"{percent(answer.low)} and {percent(answer.high)}, if the two correlate "
        f"{_region_words(answer.region)}: an assumption of whoever made this page. With both "
        f"correlations 0, the product of the two tables, it is {percent(answer.independent)}; with "
        f"nothing said of them the tables allow {interval_words(*alone)}. This way to combine two "
        "tables is emerging: it has not been peer reviewed. The range holds no sampling doubt."
    )


def with_own_factors(part: ScorePart, factors: tuple[Factor, ...], request: Request) -> Headline:
    """Return the headline with those factors of which the user added a table.

    Rate and interval stay those of the score alone; what the headline says is the range of both.

    Parameters
    ----------
    part : ScorePart
        The rate by score.
    factors : tuple of Factor
        Attempts, USCE and ranks.
    request : Request
        Whom it is about.
    """
    found = (_combined(part, factor, request) for factor in factors)
    combined = tuple(each for each in found if each is not None)
    headline = part.headline
    if not combined:
        return headline
    sentences = [each.sentence for each in combined]
    if len(combined) > 1:
        names = listed([words_of(each.factor) for each in combined])
        sentences.append(f"No rate of the score, {names} all together is given.")
    return replace(
        headline,
        combined=(*headline.combined, *combined),
        sentence=" ".join(sentences),
    )


def _combined(part: ScorePart, factor: Factor, request: Request) -> Combined | None:
    """Return score and factor together, None where the two cannot be combined.

    They cannot where the score's table does not give the scores of both outcomes, where the added
    table has a single band, hides a count or has a cell without people of an outcome, or where its
    people match so much more or less often that they are another population.
    """
    known = FACTORS.get(factor.factor)
    own = _own_bands(known.measure, request) if known and known.measure else None
    if own is None or factor.rate is None or factor.value is None or part.rate_curve is None:
        return None
    from scipy.special import logit

    headline, margin = part.headline, _margin_of(own.table, factor.factor)
    if margin is None or not isinstance(own.table, BandTable):
        return None
    own_rate = _rate_of_all(own.table)
    if abs(logit(own_rate) - logit(headline.base_rate)) > _FURTHEST:
        return None
    region = request.correlations if factor.factor == "ranks" else None
    region = region or _UNSAID
    try:
        answer = _range(part, request, margin, factor.value, region)
    except InputError:
        return None
    outer = _with_sampling(answer.low, answer.high, headline, factor)
    both = f"a score of {request.applicant.step2_ck} and {value_words(factor.factor, factor.value)}"
    found = Combined(
        factor=factor.factor,
        low=answer.low,
        high=answer.high,
        outer_low=outer[0],
        outer_high=outer[1],
        region=region,
        sentence="",
        sources=(*headline.sources, *factor.rate.sources),
    )
    words = _sentence(found, both, headline, factor.rate.rate, own_rate, own.certificate.year)
    return replace(found, sentence=words)


def _sentence(
    found: Combined, both: str, headline: Headline, alone: float, own_rate: float, year: str
) -> str:
    years = "" if year == headline.match_year else f" The added table is of {year}."
    return (
        f"With {both} the rate lies between {percent(found.low)} and {percent(found.high)}: by "
        f"score alone it is {percent(headline.rate)}, by {words_of(found.factor)} alone "
        f"{percent(alone)}, and how the two go together is not published. It is assumed that they "
        f"correlate {_region_words(found.region or _UNSAID)}. With the sampling of both tables, "
        f"{level_words(headline.level)}: {interval_words(found.outer_low, found.outer_high)}."
        f"{years} All together {percent(own_rate)} matched in the added table and "
        f"{percent(headline.base_rate)} in the table of scores; the range takes the latter."
    )


def _margin_of(table: object, name: str) -> Margin | None:
    """Return a banded table as a margin; None where it tells nothing."""
    if not isinstance(table, BandTable) or table.hidden:
        return None
    if len(table.bands) < 2:
        return None
    try:
        # It may be of another year than the scores: the sentence says so.
        return replace(margin_from_bands(table, name), population="")
    except TableError:
        return None


def _rate_of_all(table: BandTable) -> float:
    counts = [counts_of(band) for band in table.bands]
    return sum(each[0] for each in counts) / sum(sum(each) for each in counts)


def _with_sampling(
    low: float, high: float, headline: Headline, factor: Factor
) -> tuple[float, float]:
    """Widen a range by the sampling doubt of both tables, as if each end had both."""
    from scipy.special import expit, logit, ndtri

    if factor.rate is None:
        return low, high
    z = float(ndtri(0.5 + headline.level / 2))
    sds = [
        (logit(np.clip(each.high, 1e-9, 1 - 1e-9)) - logit(np.clip(each.low, 1e-9, 1 - 1e-9)))
        / (2 * z)
        for each in (headline, factor.rate)
    ]
    half = z * float(np.hypot(*sds))
    return float(expit(logit(low) - half)), float(expit(logit(high) + half))
