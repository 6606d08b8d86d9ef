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
        score, bands = [self.applicant.step2_ck], [self.applicant.band]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", ExtrapolationWarning)  # `notes` says it in words
            rate = float(self.estimator.predict_rate(score)[0])
            low, high = self.estimator.predict_interval(score, self.level)[0]
            rivals = tuple(
                Rival(
                    name=name,
                    words=words,
                    rate=float(each.predict_rate(score)[0]),
                    band_rate=float(each.band_rates(bands)["rate"].iloc[0]),
                )
                for name, words, each in self.rivals
            )
            band = self._bands(bands)[0]
        rates = [rate, *(each.rate for each in rivals)]
        context = self.table.context
        return Headline(
            rate=rate,
            low=float(low),
            high=float(high),
            level=self.level,
            grade="direct",
            band=band,
            rivals=rivals,
            range_low=min(rates),
            range_high=max(rates),
            outcome=context.outcome,
            population=(
                f"{group_label(context.applicant_group)}s, {context.population}, "
                f"{context.specialty}"
            ),
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
        return (
            f"At a score of exactly {self.applicant.step2_ck} the fitted rate is {percent(rate)} "
            f"({level_words(self.level)} interval {interval_words(low, high)}). Other curves "
            "through the same printed digits give "
            f"{interval_words(min(rates[1:]), max(rates[1:]))}."
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
        sentence = (
            f"A score of {self.applicant.step2_ck} is higher than those of "
            f"{about_percent(fractions['matched'])} of the applicants who matched and "
            f"{about_percent(fractions['not_matched'])} of those who did not."
        )
        return Place(
            **fractions,
            printed=printed_digits(self.table),
            match_year=self.table.context.match_year,
            sentence=sentence,
            sources=self.sources,
        )

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
                sources=self.sources,
            ),
        )

    def notes(self) -> tuple[str, ...]:
        """Say where the score lies outside the record."""
        score = self.applicant.step2_ck
        if self.table.extremes is None or not self._outside(score, score):
            return ()
        low, high = (number_words(each) for each in self.table.extremes)
        note = (
            f"Nobody in the {self.table.context.match_year} table has a score of {score}: printed "
            f"scores run from {low} to {high}. The rate of the nearest of them stands in, with an "
            "interval that grows with the distance."
        )
        return (note,)


def _fresh_rivals() -> list[tuple[str, str, TiltRate]]:
    return [(name, words, TiltRate(**each.get_params())) for name, words, each in _RIVALS]


def _floats(values: np.ndarray[tuple[int, ...], np.dtype[np.float64]]) -> tuple[float, ...]:
    return tuple(float(each) for each in values)


def _whole_bands(low: int, high: int) -> list[tuple[int, int]]:
    """Return the 10-point bands that touch low..high by more than their last score."""
    first = -(-low // _BAND) * _BAND
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
