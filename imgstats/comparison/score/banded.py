"""A user's own table by score bands: each band's own rate, with the curves through all bands."""

from __future__ import annotations

import warnings
from dataclasses import replace
from functools import cache, cached_property
from typing import TYPE_CHECKING

import numpy as np

from imgstats.applicant import group_label
from imgstats.comparison.factors.own import (
    band_at,
    hidden_words,
    named,
    people_words,
    range_words,
)
from imgstats.comparison.records import Refusal
from imgstats.comparison.score.limits import all_scores_together, behind_the_year
from imgstats.comparison.score.part import ScorePart, floats, headline_of
from imgstats.comparison.score.rate import ScoreRate
from imgstats.comparison.score.records import (
    BandEstimate,
    Combined,
    Curve,
    ModelCurve,
    ModelRange,
)
from imgstats.comparison.score.way import Way
from imgstats.errors import ExtrapolationWarning, TableError, WorkError
from imgstats.grades import DIRECT
from imgstats.levels import LEAST_P
from imgstats.measures import MEASURES
from imgstats.wording import band_words, counted_percent, level_words, listed

if TYPE_CHECKING:
    from collections.abc import Callable

    from imgstats.comparison.request import Request
    from imgstats.comparison.score.records import Headline
    from imgstats.estimators import BandRate
    from imgstats.own_tables import OwnTable
    from imgstats.tables import Band, BandTable

__all__ = ["HIDDEN", "Banded"]

_SCORE = MEASURES["step2_ck"]
# What a headline's range is combined with where the table hides a count; it is no factor.
HIDDEN = "hidden counts"
_MOST_NOTED = 5
# Estimators that draw a curve through all bands; the others take each band, or their order alone.
_CURVES = "LogisticRate"
_NO_CURVES = "No curve is drawn through the bands of the added table {}: it hides counts."


class Banded(Way):
    """A user's own table by score bands; a published way where no band holds the score.

    A band that is open at both ends holds the whole group: its rate is the same at every score.
    Where a band hides a count, its rate is a range, and the number that stands for it the middle.

    Parameters
    ----------
    own : OwnTable
        The user's table.
    table : BandTable
        Its bands of Step 2 CK scores.
    level : float
        Level of the intervals.
    published : callable
        Returns the way for scores without a band; called for the first of them.
    """

    def __init__(
        self, own: OwnTable, table: BandTable, level: float, published: Callable[[], Way]
    ) -> None:
        self.own, self.table, self.level = own, table, level
        self._published = cache(published)

    @property
    def is_whole(self) -> bool:
        """Whether the table counts the whole group as one band."""
        first = self.table.bands[0]
        return first.low is None and first.high is None

    @cached_property
    def fitted(self) -> BandRate:
        """The rates of the bands."""
        from imgstats.estimators import BandRate

        with named(self.own):
            return BandRate().fit(self.table)

    @cached_property
    def bands(self) -> tuple[BandEstimate, ...]:
        """Every band with its rate; none is anybody's own."""
        ends = [(each.low, each.high) for each in self.table.bands]
        with named(self.own):
            rows = self.fitted.band_rates(ends, self.level).to_dict("records")
        return tuple(
            BandEstimate(
                low=_ends(band)[0],
                high=_ends(band)[1],
                rate=row["rate"],
                rate_low=row["rate_low"],
                rate_high=row["rate_high"],
                n=float(row["n"]),
                own=False,
            )
            for band, row in zip(self.table.bands, rows, strict=True)
        )

    def band_of(self, score: int) -> tuple[Band, BandEstimate] | None:
        """Return the band that holds a score with its rate, None where there is none."""
        mine = band_at(self.table, score)
        if mine is None:
            return None
        at = self.table.bands.index(mine)
        return mine, replace(self.bands[at], own=True)

    def rate(self, score: int) -> ScoreRate:
        """Return the rate of the score's band."""
        found = self.band_of(score)
        if found is None:
            return self._published().rate(score)
        band = found[1]
        return ScoreRate(
            rate=band.rate,
            rate_low=band.rate_low,
            rate_high=band.rate_high,
            band_low=band.low,
            band_high=band.high,
            band_rate=band.rate,
            band_rate_low=band.rate_low,
            band_rate_high=band.rate_high,
            # The middle of what a hidden count allows is no rate by itself.
            grade=f"{DIRECT}, {HIDDEN}" if found[0].hidden else DIRECT,
            by_score=not self.is_whole,
            in_record=True,
            match_year=self.own.certificate.year,
            estimator="BandRate",
        )

    def tell(self, request: Request) -> ScorePart | Refusal:
        """Return the band's own rate with the curves through all bands."""
        found = self.band_of(request.applicant.step2_ck)
        if found is None:
            return self._elsewhere(request)
        with named(self.own):
            headline = self._headline(*found, request)
            return ScorePart(
                headline=headline,
                place=None,
                curve=None if self.is_whole else self._curve(found[0]),
                assumptions=(
                    behind_the_year(self.table.context, request.cite_table(self.table.context)),
                ),
                notes=self._notes(found[0], headline.range),
            )

    def _notes(self, mine: Band, drawn: ModelRange | None) -> tuple[str, ...]:
        """Say what the table hides of other bands than the applicant's, whose sentence says it."""
        if self.is_whole or not self.table.hidden:
            return ()
        has_curve = drawn is not None and any(map(_is_curve, drawn.estimators))
        notes = [] if has_curve else [_NO_CURVES.format(self.own.name)]
        others = [each for each in self.table.bands if each.hidden and each is not mine]
        notes.extend(
            f"At a score of {band_words(each.low, each.high)} the rate of the added table lies "
            f"{range_words(each)}: {hidden_words(each)}."
            for each in others[:_MOST_NOTED]
        )
        return tuple(notes)

    def _elsewhere(self, request: Request) -> ScorePart | Refusal:
        """Return what the published way tells, and say that the own table was passed over."""
        found = self._published().tell(request)
        if isinstance(found, Refusal):
            return found
        note = (
            f"The added table {self.own.name} has no band for a score of "
            f"{request.applicant.step2_ck}; the rate here does not come from it."
        )
        return replace(found, notes=(*found.notes, note))

    def _headline(self, mine: Band, band: BandEstimate, request: Request) -> Headline:
        certificate, context = self.own.certificate, self.table.context
        group = f"{group_label(certificate.group)}s"
        score = request.applicant.step2_ck
        base_rate, counts = self._base()
        sentence, score_sentence = self._sentences(mine, band, group, score)
        sources = request.cite_table(context)
        headline = headline_of(
            self.rate(score),
            level=self.level,
            context=context,
            group=group,
            band=band,
            range=self._range(mine, band, score),
            base_rate=base_rate,
            counts=counts,
            sources=sources,
            sentence=sentence,
            score_sentence=score_sentence,
        )
        if not mine.hidden:
            return headline
        low, high = mine.rate_range
        only = Combined(
            factor=HIDDEN,
            low=low,
            high=high,
            outer_low=band.rate_low,
            outer_high=band.rate_high,
            region=None,
            sentence=sentence,
            sources=sources,
        )
        return replace(headline, combined=(only,))

    def _base(self) -> tuple[float, tuple[int | None, int | None]]:
        """Return the rate of all bands together, and its counts where all are printed."""
        bands = self.table.bands
        if all(each.matched is not None and each.not_matched is not None for each in bands):
            matched, n = sum(each.matched or 0 for each in bands), self.table.n
            return matched / n, (matched or None, n)
        whole = self.fitted.band_rates([(bands[0].low, bands[-1].high)], self.level)
        return float(whole["rate"].item()), (None, None)

    def _sentences(self, mine: Band, band: BandEstimate, group: str, score: int) -> tuple[str, str]:
        """Return the band's rate in words, a range where a count is hidden, and the score's."""
        certificate, level = self.own.certificate, level_words(self.level)
        ends = listed([counted_percent(band.rate_low), counted_percent(band.rate_high)])
        where = (
            ", whatever their scores"
            if self.is_whole
            else f" with a Step 2 CK score of {band_words(mine.low, mine.high)}"
        )
        who = (
            f"Of {people_words(mine)} {group} of the added table ({certificate.source}, "
            f"{certificate.year}){where}"
        )
        same = (
            f"They are counted all together. {all_scores_together(score)}"
            if self.is_whole
            else f"The table counts by band, so the rate at {score} is that of its band."
        )
        if not mine.hidden:
            rate = counted_percent(band.rate)
            return f"{who}, {rate} matched ({level} interval between {ends}).", same
        sentence = (
            f"{who}, {range_words(mine)} matched: {hidden_words(mine)} ({level} interval from both "
            f"ends between {ends})."
        )
        return sentence, f"{same} No rate within the range is nearer the truth than another."

    def _range(self, mine: Band, band: BandEstimate, score: int) -> ModelRange | None:
        """Return what the curves through all bands give at the score, beside the band's own rate.

        None where no curve goes through them, as through a single band. Where the band hides a
        count, the ends of its range stand in for its rate.
        """
        curves = self._curves(score)
        if mine.hidden:
            others = [each for each in curves if each.name.startswith(_CURVES)]
            return _range_of((*_ends_of_range(mine), *others), mine.rate_range)
        if not any(map(_is_curve, curves)):
            return None
        return _range_of(curves, (band.rate, band.rate))

    def _curves(self, score: int) -> tuple[ModelCurve, ...]:
        """Return the estimators that a table of bands takes, at a score; none where one fails."""
        from imgstats.estimators.model_range import rate_range

        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExtrapolationWarning)
            try:
                found = rate_range(self.table, [score], level=self.level)
            except (TableError, WorkError):
                return ()
        return tuple(
            ModelCurve(
                name=each.name,
                words=each.words,
                rate=None if np.isnan(each.rate[0]) else float(each.rate[0]),
                band_rate=None,
                p=each.p,
                kept=each.kept,
                reason=each.reason,
            )
            for each in found.candidates
        )

    def _curve(self, mine: Band) -> Curve:
        """Return the bands' rates as steps by whole score."""
        at = self.table.bands.index(mine)
        bands = tuple(replace(each, own=i == at) for i, each in enumerate(self.bands))
        x = np.arange(bands[0].low, bands[-1].high + 1)
        inside = np.array([band_at(self.table, float(each)) is not None for each in x])
        x = x[inside]
        limits = self.fitted.predict_interval(x, self.level)
        return Curve(
            x=tuple(int(each) for each in x),
            rate=floats(self.fitted.predict_rate(x)),
            low=floats(limits[:, 0]),
            high=floats(limits[:, 1]),
            rivals=(),
            density_matched=(),
            density_not_matched=(),
            bands=bands,
        )


def _is_curve(each: ModelCurve) -> bool:
    """Whether a curve goes through all bands, and has a rate."""
    return each.name.startswith(_CURVES) and each.rate is not None


def _range_of(curves: tuple[ModelCurve, ...], own: tuple[float, float]) -> ModelRange:
    """Return the range of the band's own rates and of all curves that are kept."""
    rates = [*own, *(each.rate for each in curves if each.kept and each.rate is not None)]
    return ModelRange(
        low=min(rates),
        high=max(rates),
        band_low=min(rates),
        band_high=max(rates),
        least_p=LEAST_P,
        poor=False,
        estimators=curves,
    )


def _ends_of_range(mine: Band) -> tuple[ModelCurve, ...]:
    """Return the lowest and the highest rate of a band that hides a count."""
    return tuple(
        ModelCurve(
            name="BandRate",
            words=f"the band with {words} matched that it allows",
            rate=rate,
            band_rate=rate,
            p=None,
            kept=True,
            reason="",
        )
        for words, rate in zip(("the fewest", "the most"), mine.rate_range, strict=True)
    )


def _ends(band: Band) -> tuple[int, int]:
    """Return a band's ends; those of the scale where it is open."""
    low, high = _SCORE.limits
    return int(low if band.low is None else band.low), int(high if band.high is None else band.high)
