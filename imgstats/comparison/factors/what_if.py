"""The same applicant with other numbers: the historical rates of other people, not of a change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.factors.records import WhatIf, WhatIfRow
from imgstats.factors import words_of
from imgstats.grades import ASSUMED, CARRIED_OVER
from imgstats.measures import MEASURES, band_of
from imgstats.wording import band_words

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.applicant import Applicant
    from imgstats.comparison.factors.records import Factor
    from imgstats.comparison.score.records import Curve, Headline

__all__ = ["what_if"]

_ASSUMED = " A line that is assumed is the headline under a scenario."

_SCORE = MEASURES["step2_ck"]
_STEPS = (-20, -10, 0, 10, 20)
_SENTENCE = (
    "Each line is a rate of people who had that one number, whatever their others: counted, fitted "
    "or borrowed, as its grade says. People who differ in a score or in ranks differ in other ways "
    "too, so no line says what a change would do."
)


def what_if(
    applicant: Applicant,
    headline: Headline | None,
    curve: Curve | None,
    factors: tuple[Factor, ...],
) -> WhatIf | None:
    """Return the applicant at other scores, other values of a factor, and under scenarios.

    Parameters
    ----------
    applicant : Applicant
        Whom it is about.
    headline : Headline or None
        The rate as given.
    curve : Curve or None
        Rates by score band.
    factors : tuple of Factor
        Rates by value of a factor, and scenarios.
    """
    if headline is None:
        return None
    rows = (
        *_scores(applicant, headline, curve),
        *(row for factor in factors for row in _values(factor)),
        *(row for factor in factors for row in _scenario(factor, headline)),
    )
    assumed = any(row.grade == ASSUMED for row in rows)
    sentence = f"{_SENTENCE}{_ASSUMED}" if assumed else _SENTENCE
    return WhatIf(rows=tuple(rows), sentence=sentence) if rows else None


def _scores(applicant: Applicant, headline: Headline, curve: Curve | None) -> Iterator[WhatIfRow]:
    """Yield the bands of scores ten and twenty points away, as far as the table goes."""
    if curve is None:
        return
    by_ends = {(band.low, band.high): band for band in curve.bands}
    lowest, highest = _SCORE.limits
    wanted = [
        band_of(applicant.step2_ck + step, _SCORE)
        for step in _STEPS
        if lowest <= applicant.step2_ck + step <= highest
    ]
    for ends in dict.fromkeys(wanted):
        if ends in by_ends:
            band = by_ends[ends]
            yield WhatIfRow(
                changed="step2_ck",
                label=f"score {band_words(*ends)}",
                rate=band.rate,
                low=band.rate_low,
                high=band.rate_high,
                grade=headline.grade if band.own else headline.grade.removesuffix(CARRIED_OVER),
                own=band.own,
                sources=headline.sources,
            )


def _values(factor: Factor) -> Iterator[WhatIfRow]:
    """Yield the rates at other values of a factor, where the applicant gave one."""
    if factor.value is None:
        return
    for row in factor.rows:
        yield WhatIfRow(
            changed=factor.factor,
            label=row.label,
            rate=row.rate,
            low=row.low,
            high=row.high,
            grade=factor.grade,
            own=row.own,
            sources=factor.sources[:1],
        )


def _scenario(factor: Factor, headline: Headline) -> Iterator[WhatIfRow]:
    """Yield what a scenario makes of the headline."""
    if factor.scenario is None:
        return
    band = factor.scenario
    yield WhatIfRow(
        changed=factor.factor,
        label=f"{words_of(factor.factor)}, assumed",
        rate=None,
        low=band.rate_low,
        high=band.rate_high,
        grade=band.grade,
        own=False,
        sources=headline.sources,
    )
