"""The score's part of a comparison, whichever way its rate comes about."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgstats.comparison.score.limits import behind_the_year
from imgstats.comparison.score.records import BandEstimate, Headline, Printed
from imgstats.grades import letter_words, weakest

if TYPE_CHECKING:
    from imgstats.comparison.score.consent import Consent
    from imgstats.comparison.score.lent import Borrowed
    from imgstats.comparison.score.rate import ScoreRate
    from imgstats.comparison.score.records import (
        Curve,
        Fact,
        Ladder,
        ModelRange,
        Place,
    )
    from imgstats.curves.record import RateCurve
    from imgstats.tables import Context, OutcomeSummary

__all__ = ["ScorePart", "alone", "band_estimates", "floats", "headline_of", "printed_digits"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScorePart:
    """Headline, place and curve, with what they take for granted and what to be warned of.

    `rate_curve` holds both outcomes' densities, for a score that is taken together with another
    number; None where they are not known.
    """

    headline: Headline
    place: Place | None
    curve: Curve | None
    assumptions: tuple[Fact, ...]
    notes: tuple[str, ...]
    rate_curve: RateCurve | None = None


def alone(headline: Headline, context: Context) -> ScorePart:
    """Return a headline without place and curve: all scores are taken together."""
    return ScorePart(
        headline=headline,
        place=None,
        curve=None,
        assumptions=(behind_the_year(context, headline.sources),),
        notes=(),
    )


def band_estimates(
    curve: RateCurve, low: float, high: float, own: tuple[int, int]
) -> tuple[BandEstimate, ...]:
    """Return the bands of a curve that touch low..high."""
    bands = curve.bands
    touching = np.flatnonzero((bands["high"] >= low) & (bands["low"] <= high))
    rows = ({name: float(column[at]) for name, column in bands.items()} for at in touching)
    return tuple(
        BandEstimate(
            low=int(row["low"]),
            high=int(row["high"]),
            rate=row["rate"],
            rate_low=row["rate_low"],
            rate_high=row["rate_high"],
            n=None if math.isnan(row["n"]) else row["n"],
            own=(row["low"], row["high"]) == own,
        )
        for row in rows
    )


def floats(values: object) -> tuple[float, ...]:
    """Return an array's values as plain floats."""
    return tuple(np.asarray(values, dtype=np.float64).tolist())


def headline_of(  # noqa: PLR0913  what a record holds beside its numbers
    rate: ScoreRate,
    *,
    level: float,
    context: Context,
    group: str,
    base_rate: float,
    sources: tuple[str, ...],
    sentence: str,
    score_sentence: str,
    band: BandEstimate | None = None,
    range: ModelRange | None = None,  # noqa: A002  the record's own name
    ladder: Ladder | None = None,
    consent: Consent | None = None,
    borrowed: Borrowed | None = None,
    letters: tuple[str, ...] = (),
    counts: tuple[int | None, int | None] = (None, None),
    summarised_n: int | None = None,
) -> Headline:
    """Return a rate as a headline.

    Parameters
    ----------
    rate : ScoreRate
        Its numbers.
    level : float
        Level of its interval.
    context : Context
        Of the table that it is read from.
    group : str
        Whom it is about, in the plural.
    band : BandEstimate, optional
        The band. Default: the rate's own, with no number of applicants.
    counts : (int or None, int or None)
        Matched of all of the group, and all of it.
    letters : tuple of str, optional
        Of all tables behind the rate. Default: the letter of `context`.
    **others
        As in `Headline`.

    Raises
    ------
    ValueError
        If there is no rate.
    """
    middle, low, high = rate.known
    letters = letters or (context.trust,)
    return Headline(
        rate=middle,
        low=low,
        high=high,
        level=level,
        grade=rate.grade,
        table_grade=weakest(*letters),
        table_sentence=_table_sentence(letters),
        band=band or _own_band(rate),
        by_score=bool(rate.by_score),
        in_record=bool(rate.in_record),
        range=range,
        ladder=ladder,
        consent=consent,
        borrowed=borrowed,
        base_rate=base_rate,
        outcome=context.outcome or "matched",
        population=(
            f"{group}, {context.population or 'as the table has them'}, {context.specialty}"
        ),
        specialty=context.specialty,
        match_year=rate.match_year,
        group_matched=counts[0],
        group_n=counts[1],
        summarised_n=summarised_n,
        estimator=rate.estimator,
        sources=sources,
        sentence=sentence,
        score_sentence=score_sentence,
    )


def _table_sentence(letters: tuple[str, ...]) -> str:
    """Return the letter of the tables behind a rate with its meaning; nothing without a letter."""
    letter = weakest(*letters)
    if not letter:
        return ""
    several = "Its tables" if len(set(letters)) == 1 else "The weakest of its tables"
    return f"{several if len(letters) > 1 else 'Its table'}: {letter_words(letter)}."


def _own_band(rate: ScoreRate) -> BandEstimate:
    middle, low, high = rate.band_known
    return BandEstimate(
        low=rate.band_low,
        high=rate.band_high,
        rate=middle,
        rate_low=low,
        rate_high=high,
        n=None,
        own=True,
    )


def printed_digits(table: OutcomeSummary) -> tuple[Printed, ...]:
    """Return both outcomes' digits as printed."""
    return tuple(
        Printed(
            outcome=name,
            n=side.n,
            min=side.min,
            q1=side.q1,
            median=side.median,
            q3=side.q3,
            max=side.max,
            mean=side.mean,
            sd=side.sd,
        )
        for name, side in (("matched", table.matched), ("not_matched", table.not_matched))
    )
