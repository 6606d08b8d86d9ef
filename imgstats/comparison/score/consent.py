"""What the rate at a score is if those whose scores the figures leave out had other scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgstats.tables.unsaid.consent import SHIFT, rates_if_others_differ, summarised_shares
from imgstats.wording import counted_percent, interval_words, number_words

if TYPE_CHECKING:
    from imgstats.curves.record import RateCurve
    from imgstats.tables import OutcomeSummary

__all__ = ["Consent", "consent_at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent:
    """The rate at the exact score if the others' scores differ in opposite directions.

    Attributes
    ----------
    shift : float
        How far they are assumed to lie off, in score points.
    matched_share, not_matched_share : float
        Of each outcome, the fraction that the printed figures are about.
    matched_higher, matched_lower : float
        The rate where the other matched lie higher and the other not matched lower, and the other
        way round, fractions.
    sentence : str
        Both in words, with what is assumed.
    """

    shift: float
    matched_share: float
    not_matched_share: float
    matched_higher: float
    matched_lower: float
    sentence: str


def consent_at(
    table: OutcomeSummary, curve: RateCurve, score: int, *, why: str = "", shift: float = SHIFT
) -> Consent | None:
    """Return the rates at a score, None where the printed figures are about the whole group.

    None too outside the printed scores, where nobody is whose scores could differ.

    Parameters
    ----------
    table : OutcomeSummary
        Behind the curve.
    curve : RateCurve
        A direct one.
    score : int
        A Step 2 CK score.
    why : str
        Why the figures are about a part, to follow on its share.
    shift : float
        In score points.
    """
    shares, (low, high) = summarised_shares(table), table.extremes or (-np.inf, np.inf)
    if shares is None or min(shares) in (0, 1) or not low <= score <= high:
        return None
    names = ("rate", "density_matched", "density_not_matched")
    columns = [curve.columns[name] for name in names]
    both = rates_if_others_differ(curve.x, *columns, shares=shares, shift=shift)
    higher, lower = (float(each) for each in both[:, curve.position(score)])
    if np.isnan(higher + lower):
        return None
    return Consent(
        shift=shift,
        matched_share=shares[0],
        not_matched_share=shares[1],
        matched_higher=higher,
        matched_lower=lower,
        sentence=_sentence(score, shares, shift, sorted((higher, lower)), why),
    )


def _sentence(
    score: int, shares: tuple[float, float], shift: float, ends: list[float], why: str
) -> str:
    points = number_words(shift)
    matched, not_matched = (counted_percent(each) for each in shares)
    return (
        f"The printed figures are about {matched} of the matched and {not_matched} of the not "
        f"matched{why}. If the scores of the others differ by {points} points in opposite "
        "directions, up among the matched and down among the not matched or the other way round, "
        f"the rate at {score} is {interval_words(*ends)}. The {points} points are assumed: no "
        "figure says how far those scores lie off. The doubt of sampling comes on top."
    )
