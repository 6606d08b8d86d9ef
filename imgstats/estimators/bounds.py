"""`RateBounds`: what the printed digits alone allow, on a ladder of assumptions."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from scipy.stats import norm

from imgstats.errors import RoundingWarning, TableError
from imgstats.estimators import bounds_model as model
from imgstats.estimators.cells import cells_between
from imgstats.estimators.contract import (
    RateEstimator,
    band_ends,
    band_frame,
    in_its_words,
    need_table,
)
from imgstats.estimators.parameters import Rule, between
from imgstats.estimators.tilt_digits import quartile_unit, rounding_words
from imgstats.levels import check_level
from imgstats.tables import OutcomeSummary
from imgstats.tables.validation import band_pairs

if TYPE_CHECKING:
    from collections.abc import Callable

    import pandas as pd
    from numpy.typing import NDArray

    from imgstats.estimators.cells import Cells
    from imgstats.estimators.contract import Answer, Bands

    Array = NDArray[np.float64]

__all__ = ["LADDER", "RateBounds"]

LADDER = ("digits", "unimodal", "smooth")
# Log odds ratios searched for the monotone branch, and how finely its ends are found.
_WIDEST, _SCAN, _HALVINGS = 6.0, 41, 10
# A linear program for each place of the peak: twice as many cells take about eight times as long.
_MOST_CELLS = 75


class RateBounds(RateEstimator):
    """Bounds on the match rate of a band, without a curve.

    Use it to see how much of an answer comes from the table and how much from the assumption of a
    smooth curve: the lower the rung, the weaker the assumption and the wider the bounds (Manski's
    law of decreasing credibility).

    Parameters
    ----------
    assumption : {"digits", "unimodal", "smooth"}
        Rung of the ladder. ``digits``: the sample prints these digits, nothing else. ``unimodal``:
        the scores of each outcome also come from a population with a single peak. ``smooth``: and
        neighbouring scores there differ by at most the factor `ratio`.
    ratio : float
        Largest ratio of the shares of neighbouring scores, or cells, over 1.
    joint_level : float
        On the upper rungs the population may differ from the sample by sampling; all digits
        together are covered at this level (Bonferroni).

    Attributes
    ----------
    table_ : OutcomeSummary
        What was fitted.
    base_rate_ : float
        Match rate of the summarised sample, which the bounds speak of.

    Notes
    -----
    Both outcomes are separate linear programs, solved by HiGHS; a single peak is searched over all
    its places. Bounds are not intervals: they do not shrink to a point with more applicants, and a
    `level` changes nothing. They single out no rate and count nobody, so rate and n are NaN. They
    speak of the people in the summaries, not of the whole group. A scale of more than some hundred
    values is looked at in cells of several, and a value is answered as its cell.

    References
    ----------
    Manski CF. Partial Identification of Probability Distributions. Springer 2003.
    doi:10.1007/b97478

    Examples
    --------
    >>> from imgstats.tables import OutcomeSummary, Summary
    >>> table = OutcomeSummary(
    ...     measure="step2_ck",
    ...     matched=Summary(n=400, min=212, q1=241, median=251, q3=259, max=284),
    ...     not_matched=Summary(n=600, min=209, q1=231, median=241, q3=249, max=280),
    ... )
    >>> bounds = RateBounds(assumption="digits").fit(table)
    >>> bounds.band_rates([(240, None)])[["rate_low", "rate_high"]].round(2).to_numpy()
    array([[0.4 , 0.57]])
    """

    _rules: ClassVar = {
        "assumption": Rule(", ".join(LADDER), LADDER.__contains__),
        "ratio": between(1, np.inf, closed="right"),
    }

    def __init__(
        self, *, assumption: str = "smooth", ratio: float = 1.2, joint_level: float = 0.95
    ) -> None:
        self.assumption = assumption
        self.ratio = ratio
        self.joint_level = joint_level

    @in_its_words
    def fit(self, table: OutcomeSummary) -> Self:
        """Set up the programs of both outcomes.

        Raises
        ------
        InputError
            If a parameter is not allowed.
        TableError
            If n or the extremes are missing, or no distribution prints the digits.

        Warns
        -----
        RoundingWarning
            As `TiltRate.fit`.
        """
        need_table(table, OutcomeSummary, self)
        self.table_ = table
        self._check_parameters()
        check_level(self.joint_level)
        if table.extremes is None or table.matched.n is None or table.not_matched.n is None:
            raise TableError("n, min or max is missing", "n, min and max of both outcomes")
        counts = (table.matched.n, table.not_matched.n)
        if min(counts) == 0:
            raise TableError("an outcome has nobody", "at least one applicant in each outcome")
        if words := rounding_words(table):
            warnings.warn(table.words.say(words), RoundingWarning, stacklevel=3)
        self.base_rate_ = counts[0] / sum(counts)
        self.base_n_ = sum(counts)
        self.extremes_ = table.extremes
        self.cells_ = self._cells(table)
        self.grid_ = self.cells_.grid
        sides = (table.matched, table.not_matched)
        self._plain_ = [self._polytope(table, each.n or 1, i) for i, each in enumerate(sides)]
        self._pieces_ = [self._single_peaks(each) for each in self._plain_]
        for name, pieces in zip(("matched", "not_matched"), self._pieces_, strict=True):
            if not pieces:
                raise TableError(
                    f"{name}: no distribution prints these digits under '{self.assumption}'",
                    "digits of one sample",
                    "check the digits, their rounding units, or take a lower rung",
                )
        return self

    def _cells(self, table: OutcomeSummary) -> Cells:
        low, high = self.extremes_
        if self.assumption != "digits" and table.scale is not None:
            low, high = table.scale
        return cells_between(low, high, table.step, table.origin, most=_MOST_CELLS)

    def _polytope(self, table: OutcomeSummary, n: int, side: int) -> model.Polytope:
        """Return what one outcome's digits allow, in the sample or in its population."""
        if table.rounding is None:
            raise TableError("rounding units are missing", "units of mean and sd")
        summary = (table.matched, table.not_matched)[side]
        rounding = replace(table.rounding, quartile=quartile_unit(table))
        if self.assumption == "digits":
            return model.printing(self.cells_, summary, rounding)
        n_digits = len(table.matched.printed) + len(table.not_matched.printed)
        error = (1 - self.joint_level) / n_digits
        slack = float(norm.isf(error / 2))
        polytope = model.printing(
            self.cells_, summary, rounding, slack=slack, rare=-np.log(error) / n
        )
        if self.assumption == "smooth":
            low, high = summary.min or 0.0, summary.max or 0.0
            polytope = model.with_ratio(polytope, self.ratio, low, high)
        return polytope

    def _single_peaks(self, polytope: model.Polytope) -> list[model.Polytope]:
        """Return the polytope cut by each place of the peak at which it is not empty."""
        cuts = [polytope]
        if self.assumption != "digits":
            cuts = [model.with_mode(polytope, place) for place in range(len(self.grid_))]
        everyone = np.ones((1, len(self.grid_)))
        return [each for each in cuts if model.share_ranges(each, everyone) is not None]

    def _rates(self, points: Array) -> Array:
        return np.full(len(points), np.nan)

    def _limits(self, points: Array, level: float) -> Array:  # noqa: ARG002  bounds have no level
        return self._bounds([(point, point) for point in points])

    def _bands(self, ends: list[tuple[float, float]], level: float) -> list[Answer]:  # noqa: ARG002
        return [(np.nan, limits, np.nan) for limits in self._bounds(ends)]

    def monotone_rates(self, bands: Bands) -> pd.DataFrame:
        """Return outer bounds if the match rate also never falls as the score rises.

        A branch of its own: single peaks are not asked for here. Columns as `band_rates`.
        """
        self._need_fit()
        asked = band_pairs(bands)
        insides = [self._inside(*band_ends(low, high)) for low, high in asked]
        return band_frame(asked, [(np.nan, self._monotone(each), np.nan) for each in insides])

    def _inside(self, least: float, most: float) -> Array:
        return (self.cells_.between(least, most) > 0).astype(np.float64)

    def _bounds(self, ends: list[tuple[float, float]]) -> Array:
        """Return the lowest and highest rate between each pair of ends, shape (n, 2)."""
        masks = np.array([self._inside(*each) for each in ends]).reshape(-1, len(self.grid_))
        matched, not_matched = (self._share_ranges(pieces, masks) for pieces in self._pieces_)
        found = [
            (self._rate(first[0], second[1], empty=0.0), self._rate(first[1], second[0], empty=1.0))
            for first, second in zip(matched, not_matched, strict=True)
        ]
        return np.array(found).reshape(-1, 2)

    def _share_ranges(self, pieces: list[model.Polytope], masks: Array) -> Array:
        found = [each for piece in pieces if (each := model.share_ranges(piece, masks)) is not None]
        stacked = np.array(found)
        return np.column_stack([stacked[:, :, 0].min(axis=0), stacked[:, :, 1].max(axis=0)])

    def _rate(self, matched: float, not_matched: float, empty: float) -> float:
        """Return the rate that goes with two shares inside a band."""
        first, second = self.base_rate_ * matched, (1 - self.base_rate_) * not_matched
        return first / (first + second) if first + second > 0 else empty

    def _monotone(self, inside: Array) -> tuple[float, float]:
        if not inside.any():
            return 0.0, 1.0

        def feasible(log_ratio: float) -> bool:
            matched, not_matched = self._plain_
            return model.crossing_feasible(matched, not_matched, inside, float(np.exp(log_ratio)))

        scan = np.linspace(-_WIDEST, _WIDEST, _SCAN)
        fits = [ratio for ratio in scan if feasible(ratio)]
        if not fits:
            raise TableError("no rising rate fits these digits", "see band_rates for the rest")
        step = scan[1] - scan[0]
        low = _edge(feasible, fits[0], fits[0] - step) if fits[0] > scan[0] else -np.inf
        high = _edge(feasible, fits[-1], fits[-1] + step) if fits[-1] < scan[-1] else np.inf
        return self._from_log_ratio(low), self._from_log_ratio(high)

    def _from_log_ratio(self, value: float) -> float:
        if np.isinf(value):
            return 0.0 if value < 0 else 1.0
        return self._rate(float(np.exp(value)), 1.0, empty=0.0)


def _edge(feasible: Callable[[float], bool], inner: float, outer: float) -> float:
    """Return the end of the feasible part, rounded outwards."""
    for _ in range(_HALVINGS):
        middle = (inner + outer) / 2
        if feasible(middle):
            inner = middle
        else:
            outer = middle
    return outer
