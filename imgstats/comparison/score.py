"""The score's part of a comparison: headline, place and curve from one outcome summary."""

from __future__ import annotations

import warnings
from typing import TYPE_CHECKING

import numpy as np

from imgstats.applicant import group_label
from imgstats.comparison.records import (
    BandEstimate,
    Curve,
    Fact,
    Headline,
    Place,
    Printed,
    Rival,
)
from imgstats.errors import ExtrapolationWarning
from imgstats.estimators import TiltRate
from imgstats.wording import (
    about_percent,
    band_words,
    counted_percent,
    interval_words,
    level_words,
    listed,
    number_words,
    of_hundred,
    percent,
    thousands,
)

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.citations import Citations
    from imgstats.tables import OutcomeSummary

__all__ = ["ScoreFit", "printed_digits"]

_RIVALS = (
    ("degree 1", "a logistic curve", TiltRate(degree=1)),
    ("degree 2", "a curve with one bend", TiltRate(degree=2, ridge=None)),
    ("degree 3, free", "a curve with two bends", TiltRate(degree=3, ridge=None)),
)
_BAND = 10


class ScoreFit:
    """The default estimator and its rivals, fitted once, asked for one applicant.

    Parameters
    ----------
    table : OutcomeSummary
        Step 2 CK of the matched and of the not matched.
    applicant : Applicant
        Whose score it is.
    level : float
        Level of the intervals, a fraction.
    citations : Citations
        Where the table's source is noted.
    """

    def __init__(
        self, table: OutcomeSummary, applicant: Applicant, level: float, citations: Citations
    ) -> None:
        self.table = table
        self.applicant = applicant
        self.level = level
        self.estimator = TiltRate().fit(table)
        self.rivals = [(name, words, each.fit(table)) for name, words, each in _fresh_rivals()]
        self.sources = (citations.cite(table.context.source, table.context.dataset),)

    def headline(self) -> Headline:
        """Return the rate at the score and in its band, with what the other curves give."""
        score = [self.applicant.step2_ck]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExtrapolationWarning)  # `notes` says it in words
            rate = float(self.estimator.predict_rate(score)[0])
            low, high = (float(x) for x in self.estimator.predict_interval(score, self.level)[0])
            rivals, band = self._rivals(), self._bands([self.applicant.band])[0]
        rates = [rate, *(each.rate for each in rivals)]
        context = self.table.context
        group = f"{group_label(context.applicant_group)}s"
        return Headline(
            rate=rate,
            low=low,
            high=high,
            level=self.level,
            grade="direct",
            band=band,
            in_record=not self._outside(band.low, band.high),
            rivals=rivals,
            range_low=min(rates),
            range_high=max(rates),
            outcome=context.outcome,
            population=f"{group}, {context.population}, {context.specialty}",
            specialty=context.specialty,
            match_year=context.match_year,
            group_matched=self.table.counts[0],
            group_n=self.table.base_n,
            summarised_n=self._summarised,
            estimator=type(self.estimator).__name__,
            sources=self.sources,
            sentence=self._band_sentence(band),
            score_sentence=self._score_sentence(rate, low, high, rates),
        )

    def _rivals(self) -> tuple[Rival, ...]:
        """Return what the other curves give at the score and in its band."""
        score, bands = [self.applicant.step2_ck], [self.applicant.band]
        return tuple(
            Rival(
                name=name,
                words=words,
                rate=float(each.predict_rate(score)[0]),
                band_rate=float(each.band_rates(bands)["rate"].iloc[0]),
            )
            for name, words, each in self.rivals
        )

    @property
    def _summarised(self) -> int:
        return (self.table.matched.n or 0) + (self.table.not_matched.n or 0)

    def _band_sentence(self, band: BandEstimate) -> str:
        context = self.table.context
        specialty = context.specialty.lower()
        people = f"{group_label(context.applicant_group)}s who ranked {specialty} first"
        scores = f"a Step 2 CK score of {band_words(band.low, band.high)}"
        interval = f"{level_words(self.level)} interval " + interval_words(
            band.rate_low, band.rate_high
        )
        if self._outside(band.low, band.high):
            return (
                f"Nobody among the {people} in the {context.match_year} table has {scores}. At the "
                f"nearest printed score the fitted rate is {percent(band.rate)}; so far from it, "
                f"the {interval} is wide."
            )
        return (
            f"Of 100 {people} in the {context.match_year} Match with {scores}, about "
            f"{of_hundred(band.rate)} matched to it ({interval})."
        )

    def _outside(self, low: float, high: float) -> bool:
        """Say whether nobody in the table lies between the two scores."""
        ends = self.table.extremes
        return ends is not None and (high < ends[0] or low > ends[1])

    def _score_sentence(self, rate: float, low: float, high: float, rates: list[float]) -> str:
        score = self.applicant.step2_ck
        interval = f"{level_words(self.level)} interval {interval_words(low, high)}"
        others = interval_words(min(rates[1:]), max(rates[1:]))
        if self._outside(score, score):
            return (
                f"For {score} itself the rate of the nearest printed score stands in, "
                f"{percent(rate)} ({interval}). Other curves fitted to the same printed digits "
                f"give {others}."
            )
        return (
            f"At a score of exactly {score} the fitted rate is {percent(rate)} ({interval}). Other "
            f"curves fitted to the same printed digits give {others}."
        )

    def _bands(self, bands: list[tuple[int, int]]) -> tuple[BandEstimate, ...]:
        frame = self.estimator.band_rates(bands, self.level)
        return tuple(
            BandEstimate(
                low=int(row["low"]),
                high=int(row["high"]),
                rate=row["rate"],
                rate_low=row["rate_low"],
                rate_high=row["rate_high"],
                n=row["n"],
                own=(row["low"], row["high"]) == self.applicant.band,
            )
            for row in frame.to_dict("records")
        )

    def place(self) -> Place:
        """Return the score's percentiles beside the printed digits."""
        found = self.estimator.predict_percentile([self.applicant.step2_ck], self.level).iloc[0]
        fractions = {
            f"{name}{end}": float(found[f"{name}{end}"])
            for name in ("matched", "not_matched")
            for end in ("", "_low", "_high")
        }
        return Place(
            **fractions,
            printed=printed_digits(self.table),
            match_year=self.table.context.match_year,
            sentence=self._place_sentence(fractions),
            interval_sentence=self._place_interval(fractions),
            sources=self.sources,
        )

    def _place_sentence(self, fractions: dict[str, float]) -> str:
        score = self.applicant.step2_ck
        if self.table.extremes is not None and self._outside(score, score):
            low, high = self.table.extremes
            side, end = ("under the lowest", low) if score < low else ("over the highest", high)
            return (
                f"A score of {score} is {side} printed score, {number_words(end)}: nobody in the "
                f"{self.table.context.match_year} table, matched or not, lies beyond it."
            )
        return (
            f"A score of {score} is higher than those of {about_percent(fractions['matched'])} of "
            f"the applicants who matched and {about_percent(fractions['not_matched'])} of those "
            "who did not."
        )

    def _place_interval(self, fractions: dict[str, float]) -> str:
        """Say the intervals of both places, unless rounding leaves nothing to say."""
        words = [
            interval_words(fractions[f"{name}_low"], fractions[f"{name}_high"])
            for name in ("matched", "not_matched")
            if percent(fractions[f"{name}_low"]) != percent(fractions[f"{name}_high"])
        ]
        if len(words) < 2:  # noqa: PLR2004  both or none
            return ""
        return f"The {level_words(self.level)} intervals of these two shares are {listed(words)}."

    def curve(self) -> Curve:
        """Return the curve between the printed extremes."""
        low, high = self.table.extremes or (
            self.estimator.grid_[0],
            self.estimator.grid_[-1],
        )
        x = np.arange(int(low), int(high) + 1)
        limits = self.estimator.predict_interval(x, self.level)
        inside = np.isin(self.estimator.grid_, x)
        return Curve(
            x=tuple(int(each) for each in x),
            rate=_floats(self.estimator.predict_rate(x)),
            low=_floats(limits[:, 0]),
            high=_floats(limits[:, 1]),
            rivals=tuple((name, _floats(each.predict_rate(x))) for name, _, each in self.rivals),
            density_matched=_floats(self.estimator.density_matched_[inside]),
            density_not_matched=_floats(self.estimator.density_not_matched_[inside]),
            bands=self._bands(_whole_bands(int(low), int(high))),
        )

    def assumptions(self) -> tuple[Fact, ...]:
        """Return what the headline takes for granted."""
        context, (matched, _) = self.table.context, self.table.counts
        return (
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
        )

    def notes(self) -> tuple[str, ...]:
        """Say where the score lies outside the record, or where the curve bends back."""
        score = self.applicant.step2_ck
        if self.table.extremes is None:
            return ()
        first, last = self.table.extremes
        if self._outside(score, score):
            return (
                (
                    f"Nobody in the {self.table.context.match_year} table has a score of {score}: "
                    f"printed scores run from {number_words(first)} to {number_words(last)}. The "
                    "rate of the nearest of them stands in, with an interval that grows with the "
                    "distance."
                ),
            )
        x = np.arange(int(first), int(last) + 1)
        lowest = int(x[np.argmin(self.estimator.predict_rate(x))])
        if score >= lowest:
            return ()
        return (
            (
                f"Under a score of {lowest} the fitted curve falls as scores rise. Few applicants "
                "are there, the interval is wide, and a logistic curve does not bend: this does "
                "not say that a lower score goes with a higher rate."
            ),
        )


def _fresh_rivals() -> list[tuple[str, str, TiltRate]]:
    return [(name, words, TiltRate(**each.get_params())) for name, words, each in _RIVALS]


def _floats(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, ...]:
    return tuple(float(each) for each in values)


def _whole_bands(low: int, high: int) -> list[tuple[int, int]]:
    """Return the 10-point bands that touch low..high."""
    first = low // _BAND * _BAND
    return [(start, start + _BAND - 1) for start in range(first, high + 1, _BAND)]


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
