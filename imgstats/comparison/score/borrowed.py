"""A group or specialty without a table of scores: a rate that is borrowed, and says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.citations import cited, merged
from imgstats.comparison.score.limits import behind_the_year
from imgstats.comparison.score.part import ScorePart, band_estimates, headline_of
from imgstats.comparison.score.rate import score_in
from imgstats.comparison.score.records import (
    BandEstimate,
    Borrowed,
    DerivationStep,
    TauRow,
)
from imgstats.comparison.score.way import CurveWay
from imgstats.wording import (
    band_words,
    counted_percent,
    interval_words,
    level_words,
    number_words,
    of_hundred,
    percent,
)

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.records import Headline
    from imgstats.tables.derivation import Step

__all__ = ["Transported"]


class Transported(CurveWay):
    """Another group's rate, carried over to a group that no table counts.

    Its curve holds the borrowed rates and how they were worked out; its summary is the other
    group's in the specialty.
    """

    def tell(self, request: Request) -> ScorePart:
        """Return headline and curve, with how the rate was borrowed."""
        view = _Told(self, request)
        return ScorePart(
            headline=view.headline(),
            place=None,
            curve=self.curve_record(request.applicant.band),
            assumptions=(behind_the_year(view.context, view.sources),),
            notes=view.notes(),
        )


class _Told:
    """One calculation and one applicant, in words."""

    def __init__(self, way: Transported, request: Request) -> None:
        curve, kin = way.curve, way.summary
        if curve.transport is None:
            raise ValueError("a curve that was not borrowed")
        self.transport, self.curve, self.applicant = curve.transport, curve, request.applicant
        self.ends, self.rate = way.ends, way.rate(request.applicant.step2_ck)
        self.context = kin.context
        self.own = f"{group_label(self.applicant.group)}s"
        self.lender = f"{group_label(kin.context.applicant_group)}s"
        self.specialty = kin.context.specialty
        self.interval = f"{level_words(curve.level)} interval"
        self.steps = tuple(_derivation_step(each) for each in self.transport.steps)
        self.sources = merged(*(each.sources for each in self.steps))
        tables = [context for step in self.transport.steps for context in step.contexts]
        self.letters = tuple(each.trust for each in tables if each.source)

    def headline(self) -> Headline:
        """Return the borrowed rate at the score and in its band."""
        (band,) = band_estimates(self.curve, *self.applicant.band, self.applicant.band)
        return headline_of(
            self.rate,
            level=self.curve.level,
            context=self.context,
            group=self.own,
            band=band,
            borrowed=self._borrowed(),
            base_rate=self.transport.base_rate,
            sources=self.sources,
            letters=self.letters,
            sentence=self._band_sentence(band),
            score_sentence=self._score_sentence(),
        )

    def _band_sentence(self, band: BandEstimate) -> str:
        scores = f"a Step 2 CK score of {band_words(band.low, band.high)}"
        interval = f"{self.interval} {interval_words(band.rate_low, band.rate_high)}"
        if not score_in(self.ends, band.low, band.high):
            return (
                f"No table at hand counts {self.own} in {self.specialty.lower()}, and nobody among "
                f"the {self.lender}, whose figures stand in, has {scores}. At the nearest printed "
                f"score the borrowed rate is {percent(band.rate)} ({interval})."
            )
        return (
            f"No table at hand counts {self.own} in {self.specialty.lower()}. For those with "
            f"{scores} who ranked it first in the {self.context.match_year} Match, a rate of about "
            f"{of_hundred(band.rate)} of 100 is worked out from the figures of {self.lender} "
            f"({interval})."
        )

    def _score_sentence(self) -> str:
        rate, low, high = self.rate.known
        return (
            f"At a score of exactly {self.applicant.step2_ck}, one point of the curve, the "
            f"borrowed rate is {percent(rate)} ({self.interval} {interval_words(low, high)}); all "
            f"scores together it is {percent(self.transport.base_rate)}. These intervals rest "
            "on a judgement of how far the groups may differ: nothing is known of how often they "
            "hold the true rate."
        )

    def _borrowed(self) -> Borrowed:
        at = self.curve.position(self.applicant.step2_ck)
        year = self.context.match_year
        return Borrowed(
            lender=self.lender,
            sentence=(
                f"The match rate of {self.lender} in {self.specialty.lower()} in {year} is moved "
                f"by the gap between {self.own} and {self.lender} in all specialties of that year, "
                f"and spread over the scores as steeply as the curve of {self.lender}."
            ),
            steps=self.steps,
            over_tau=tuple(
                TauRow(
                    tau=each.tau,
                    rate=float(self.curve.columns["rate"][at]),
                    low=float(each.low[at]),
                    high=float(each.high[at]),
                    used=each.tau == self.transport.tau,
                )
                for each in self.transport.over_tau
            ),
            against=self.transport.against,
        )

    def notes(self) -> tuple[str, ...]:
        """Say where the score lies outside the other group's record."""
        score = self.applicant.step2_ck
        if score_in(self.ends, score, score):
            return ()
        first, last = (number_words(each) for each in self.ends)
        note = (
            f"Nobody in the {self.context.match_year} table of {self.lender} has a score of "
            f"{score}: printed scores run from {first} to {last}. The borrowed rate of the nearest "
            "of them stands in."
        )
        return (note,)


def _derivation_step(step: Step) -> DerivationStep:
    words = {
        "rate": counted_percent(step.value),
        "logit": f"{step.value:+.2f}",
        "points": f"{step.value:+.1f} points",
    }[step.scale]
    if step.scale == "points" and "less that" not in step.label:
        words = f"{step.value:.1f} points"
    pairs = [(each.source, each.dataset) for each in step.contexts if each.source]
    return DerivationStep(label=step.label, value=step.value, words=words, sources=cited(pairs))
