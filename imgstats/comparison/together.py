"""The score together with another number: a range over a stated dependence, not a product."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit, logit, ndtri

from imgstats.comparison.factor_records import Joint
from imgstats.comparison.own_factor import value_words
from imgstats.comparison.ranks import ranks_curve
from imgstats.comparison.score_records import Combined
from imgstats.errors import InputError
from imgstats.evidence.joint import (
    joint_range,
    joint_surface,
    margin_from_bands,
    margin_from_curve,
    margins_alone,
)
from imgstats.tables import BandTable
from imgstats.wording import interval_words, level_words, listed, number_words, percent

if TYPE_CHECKING:
    from imgstats.comparison.factor_records import Factor
    from imgstats.comparison.request import Request
    from imgstats.comparison.score import ScorePart
    from imgstats.comparison.score_records import Headline
    from imgstats.evidence.joint import JointRange, Margin, Region

__all__ = ["score_and_ranks", "with_own_factors"]

# Where nothing was said of the dependence: a wide region, stated wherever it is used.
_UNSAID: Region = ((-0.6, 0.6), (-0.6, 0.6))
_MEASURES = {"attempts": "attempts", "usce": "usce_months", "ranks": "contiguous_ranks"}


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
        sources=tuple(dict.fromkeys((*part.headline.sources, *request.cite_table(table.context)))),
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
    """Return the headline, moved by those factors of which the user added a table.

    Parameters
    ----------
    part : ScorePart
        The rate by score.
    factors : tuple of Factor
        Attempts, USCE and ranks.
    request : Request
        Whom it is about.
    """
    combined = [
        each for factor in factors if (each := _combined(part, factor, request)) is not None
    ]
    headline = part.headline
    if not combined:
        return headline
    low, high = min(each.low for each in combined), max(each.high for each in combined)
    ends = min(each.outer_low for each in combined), max(each.outer_high for each in combined)
    return replace(
        headline,
        rate=_middle(low, high),
        low=ends[0],
        high=ends[1],
        grade="direct" if headline.grade == "direct" else headline.grade,
        estimator=f"{headline.estimator} with BandRate",
        combined=tuple(combined),
        sentence=" ".join(each.sentence for each in combined),
        sources=tuple(dict.fromkeys(key for each in combined for key in each.sources)),
    )


def _middle(low: float, high: float) -> float:
    """Return the middle of a range on the logit scale."""
    return float(expit((logit(low) + logit(high)) / 2))


def _combined(part: ScorePart, factor: Factor, request: Request) -> Combined | None:
    """Return score and factor together, None where either says nothing at the applicant's value."""
    own = request.own_table(_MEASURES.get(factor.factor, ""), "band")
    if own is None or factor.rate is None or factor.value is None:
        return None
    headline, region = part.headline, request.correlations or _UNSAID
    if not isinstance(own.table, BandTable):
        return None
    try:
        answer = _range(
            part, request, margin_from_bands(own.table, factor.factor), factor.value, region
        )
    except InputError:
        # Without both margins the two stand side by side, and the truth may lie beyond either.
        return _side_by_side(headline, factor, request)
    outer = _with_sampling(answer.low, answer.high, headline, factor)
    words = value_words(factor.factor, factor.value)
    return Combined(
        factor=factor.factor,
        low=answer.low,
        high=answer.high,
        outer_low=outer[0],
        outer_high=outer[1],
        region=region,
        sentence=(
            f"With a score of {request.applicant.step2_ck} and {words} the rate lies between "
            f"{percent(answer.low)} and {percent(answer.high)}: by score alone it is "
            f"{percent(headline.rate)}, by {factor.factor} alone {percent(factor.rate.rate)}, and "
            f"how the two go together is not published. Correlations {_region_words(region)} are "
            f"allowed. With sampling, {level_words(headline.level)}: {interval_words(*outer)}."
        ),
        sources=(*headline.sources, *factor.rate.sources),
    )


def _with_sampling(
    low: float, high: float, headline: Headline, factor: Factor
) -> tuple[float, float]:
    """Widen a range by the sampling doubt of both tables, as if each end had both."""
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


def _side_by_side(headline: Headline, factor: Factor, request: Request) -> Combined | None:
    """Return both rates where they cannot be combined: the scores are not those of a table."""
    if factor.rate is None or factor.value is None:
        return None
    rates = sorted([headline.rate, factor.rate.rate])
    outer = min(headline.low, factor.rate.low), max(headline.high, factor.rate.high)
    alone = listed(
        [
            f"{percent(headline.rate)} by score",
            f"{percent(factor.rate.rate)} by {factor.factor}",
        ]
    )
    return Combined(
        factor=factor.factor,
        low=rates[0],
        high=rates[1],
        outer_low=outer[0],
        outer_high=outer[1],
        region=None,
        sentence=(
            f"For a score of {request.applicant.step2_ck} and "
            f"{value_words(factor.factor, factor.value)} there are two rates, {alone}, and no way "
            "to combine them, since no table gives the scores of both outcomes. The rate of both "
            "together may lie beyond either."
        ),
        sources=(*headline.sources, *factor.rate.sources),
    )
