"""A group with a table of its own: headline, place and curve from one outcome summary."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.applicant import group_label
from imgstats.comparison.score.ladder import ladder_at
from imgstats.comparison.score.limits import behind_the_year, shape_is_assumed
from imgstats.comparison.score.part import (
    ScorePart,
    band_estimates,
    headline_of,
    printed_digits,
)
from imgstats.comparison.score.rate import score_in
from imgstats.comparison.score.records import Fact, ModelCurve, ModelRange, Place
from imgstats.comparison.score.way import CurveWay
from imgstats.levels import LEAST_P
from imgstats.wording import (
    about_percent,
    band_words,
    counted_percent,
    interval_words,
    level_words,
    listed,
    number_words,
    of_hundred,
    p_words,
    percent,
    small_number,
    thousands,
)

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.comparison.score.records import BandEstimate, Headline

__all__ = ["Direct"]

# Fewer of the group than this are few.
_FEW = 0.1


class Direct(CurveWay):
    """A group's own table of scores, and what the estimators make of it."""

    def tell(self, request: Request) -> ScorePart:
        """Return headline, place and curve."""
        view = _Told(self, request)
        return ScorePart(
            headline=view.headline(),
            place=view.place(),
            curve=self.curve_record(request.applicant.band),
            assumptions=view.assumptions(),
            notes=view.notes(),
            rate_curve=self.curve,
        )


class _Told:
    """One table and one applicant, in words."""

    def __init__(self, way: Direct, request: Request) -> None:
        self.table, self.curve, self.applicant = way.summary, way.curve, request.applicant
        self.ends, table = way.ends, way.summary
        self.rate = way.rate(self.applicant.step2_ck)
        self.sources = request.cite_table(table.context)
        self.year = table.context.match_year
        self.group = f"{group_label(table.context.applicant_group)}s"
        self.people = f"{self.group} who ranked {table.context.specialty.lower()} first"
        self.interval = f"{level_words(way.curve.level)} interval"

    def headline(self) -> Headline:
        """Return the rate at the score and in its band, with what the other curves give."""
        (band,) = band_estimates(self.curve, *self.applicant.band, self.applicant.band)
        model = self._range()
        return headline_of(
            self.rate,
            level=self.curve.level,
            context=self.table.context,
            group=self.group,
            band=band,
            range=model,
            ladder=ladder_at(self.curve, self.applicant.step2_ck, self._summarised),
            base_rate=self.table.base_rate,
            counts=(self.table.counts[0], self.table.base_n),
            summarised_n=self._summarised,
            sources=self.sources,
            sentence=self._band_sentence(band),
            score_sentence=self._score_sentence(model),
        )

    def _range(self) -> ModelRange:
        """Return what the default and each rival give at the score and in its band."""
        score, band = self.applicant.step2_ck, self.applicant.band
        at, band_at = self.curve.position(score), self.curve.band_position(*band)
        default = ModelCurve(
            name=self.curve.estimator,
            words="the curve of the headline, which bends as far as the printed figures ask",
            rate=self.rate.rate,
            band_rate=float(self.curve.bands["rate"][band_at]),
            p=self.curve.p,
            kept=True,
            reason="",
        )
        rivals = tuple(
            ModelCurve(
                name=each.name,
                words=each.words,
                rate=_number(each.rate[at]),
                band_rate=_number(each.band_rate[band_at]),
                p=each.p,
                kept=each.kept,
                reason=each.reason,
            )
            for each in self.curve.candidates
        )
        low, high = self.curve.range_at(score)
        band_low, band_high = self.curve.band_range(*band)
        return ModelRange(
            low=low,
            high=high,
            band_low=band_low,
            band_high=band_high,
            least_p=LEAST_P,
            poor=self._poor,
            estimators=(default, *rivals),
        )

    @property
    def _poor(self) -> bool:
        """Whether the headline's curve could hardly have printed the digits."""
        return self.curve.p is not None and self.curve.p < LEAST_P

    @property
    def _summarised(self) -> int:
        return (self.table.matched.n or 0) + (self.table.not_matched.n or 0)

    def _band_sentence(self, band: BandEstimate) -> str:
        scores = f"a Step 2 CK score of {band_words(band.low, band.high)}"
        interval = f"{self.interval} {interval_words(band.rate_low, band.rate_high)}"
        if not score_in(self.ends, band.low, band.high):
            return (
                f"Nobody among the {self.people} in the {self.year} table has {scores}. At the "
                f"nearest printed score the fitted rate is {percent(band.rate)}; so far from it, "
                f"the {interval} is wide."
            )
        return (
            f"Of 100 {self.people} in the {self.year} Match with {scores}, about "
            f"{of_hundred(band.rate)} matched to it by the fitted curve ({interval})."
        )

    def _score_sentence(self, model: ModelRange) -> str:
        score, (middle, low, high) = self.applicant.step2_ck, self.rate.known
        rate, interval = percent(middle), f"{self.interval} {interval_words(low, high)}"
        others = _tried_sentence(model)
        if not score_in(self.ends, score, score):
            return (
                f"For {score} itself the rate of the nearest printed score stands in, "
                f"{rate} ({interval}, widened by a rule with the distance: how often that holds "
                f"is unknown). {others.removesuffix('.')} there."
            )
        return (
            f"At a score of exactly {score} the fitted rate is {rate} ({interval}): one point of "
            f"the curve, with fewer people behind it than its band has. {others}"
        )

    def place(self) -> Place:
        """Return the score's percentiles beside the printed digits."""
        fractions = {
            f"{name}{end}": getattr(self.rate, f"{name}_below{end}")
            for name in ("matched", "not_matched")
            for end in ("", "_low", "_high")
        }
        return Place(
            **fractions,
            printed=printed_digits(self.table),
            match_year=self.year,
            sentence=self._place_sentence(fractions),
            interval_sentence=self._place_interval(fractions),
            sources=self.sources,
        )

    def _place_sentence(self, fractions: dict[str, float]) -> str:
        score, (low, high) = self.applicant.step2_ck, self.ends
        if not score_in(self.ends, score, score):
            side, end = ("under the lowest", low) if score < low else ("over the highest", high)
            return (
                f"A score of {score} is {side} printed score, {number_words(end)}: everybody in "
                f"the {self.year} table scored {'higher' if score < low else 'lower'}."
            )
        return (
            f"A score of {score} is higher than those of {about_percent(fractions['matched'])} of "
            f"the applicants who matched and {about_percent(fractions['not_matched'])} of those "
            "who did not."
        )

    def _place_interval(self, fractions: dict[str, float]) -> str:
        """Say the intervals of both places, unless rounding leaves nothing to say."""
        if not score_in(self.ends, self.applicant.step2_ck, self.applicant.step2_ck):
            return ""
        words = [
            interval_words(fractions[f"{name}_low"], fractions[f"{name}_high"])
            for name in ("matched", "not_matched")
            if percent(fractions[f"{name}_low"]) != percent(fractions[f"{name}_high"])
        ]
        if len(words) < 2:
            return ""
        return f"The {self.interval}s of these two shares are {listed(words)}."

    def assumptions(self) -> tuple[Fact, ...]:
        """Return what the headline takes for granted."""
        context, (matched, _) = self.table.context, self.table.counts
        return (
            shape_is_assumed(self.table, self.sources),
            Fact(
                sentence=(
                    f"The {context.match_year} report prints no counts by score. The rates here "
                    "are fitted to the quartiles, extremes, means and standard deviations it "
                    f"prints for {thousands(self.table.matched.n or 0)} matched and "
                    f"{thousands(self.table.not_matched.n or 0)} not matched applicants."
                ),
                grade=context.trust,
                sources=self.sources,
            ),
            Fact(
                sentence=(
                    "Those digits are about applicants who agreed to research use, "
                    f"{percent(self._summarised / self.table.base_n)} of the group of "
                    f"{thousands(self.table.base_n)}. The curve takes the others to have like "
                    "scores. The rate of the whole group is counted, not fitted: "
                    f"{thousands(matched)} of {thousands(self.table.base_n)}, "
                    f"{counted_percent(self.table.base_rate)}."
                ),
                grade=context.trust,
                sources=self.sources,
            ),
            behind_the_year(context, self.sources),
        )

    def notes(self) -> tuple[str, ...]:
        """Say where no curve fits, the score lies outside the record, or the curve falls."""
        return (*self._misfit_note(), *(self._outside_note() or self._falling_note()))

    def _misfit_note(self) -> tuple[str, ...]:
        p = self.curve.p
        if p is None or not self._poor:
            return ()
        note = (
            "The printed figures fit no curve of this page well: how often that of the headline "
            f"would print figures that fit as badly, {p_words(p)}. Read its rates with more doubt "
            "than their intervals say."
        )
        return (note,)

    def _outside_note(self) -> tuple[str, ...]:
        score = self.applicant.step2_ck
        if score_in(self.ends, score, score):
            return ()
        first, last = self.ends
        note = (
            f"Nobody in the {self.year} table has a score of {score}: printed scores run from "
            f"{number_words(first)} to {number_words(last)}. The rate of the nearest of them "
            "stands in, with an interval that grows with the distance."
        )
        return (note,)

    def _falling_note(self) -> tuple[str, ...]:
        """Say that the curve falls at the score, and how many applicants are there."""
        stretch = self._falling_stretch()
        if stretch is None:
            return ()
        first, last = stretch
        falls = f"Between {first} and {last} the fitted curve falls as scores rise."
        about = (
            "Few applicants are there, the interval is wide, and a logistic curve does not bend: "
            "this does not say that a lower score goes with a higher rate."
            if self._share_between(first, last) < _FEW
            else "Applicants with other scores differ in other ways too: this does not say what a "
            "score does."
        )
        return (f"{falls} {about}",)

    def _falling_stretch(self) -> tuple[int, int] | None:
        """Return the ends of the falling stretch that the score lies on, None if it rises there."""
        first, last = (int(each) for each in self.ends)
        falling = np.diff(self.curve.between(first, last)["rate"]) < 0
        at = min(self.applicant.step2_ck - first, len(falling) - 1)
        if at < 0 or not falling[at]:
            return None
        start = end = at
        while start > 0 and falling[start - 1]:
            start -= 1
        while end + 1 < len(falling) and falling[end + 1]:
            end += 1
        return first + start, first + end + 1

    def _share_between(self, first: int, last: int) -> float:
        """Return the share of the whole group with scores between two, as fitted."""
        there = self.curve.between(first, last)
        base = self.table.base_rate
        matched, not_matched = (
            float(there[f"density_{name}"].sum()) for name in ("matched", "not_matched")
        )
        return base * matched + (1 - base) * not_matched


def _tried_sentence(model: ModelRange) -> str:
    """Say what the curves that were tried give: no more is known of other curves."""
    tried = [each for each in model.estimators if each.rate is not None]
    kept = [each for each in tried if each.kept]
    ends = interval_words(model.low, model.high)
    if len(kept) == len(tried):
        return f"The {small_number(len(tried))} curves tried give {ends}."
    return (
        f"Of the {small_number(len(tried))} curves tried, {small_number(len(kept))} could have "
        f"printed such digits: {ends}."
    )


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
