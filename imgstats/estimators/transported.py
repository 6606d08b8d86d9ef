"""`TransportedRate`: the rate of a group without a table of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Self

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from imgstats.errors import InputError
from imgstats.estimators import transported_checks, transported_model, transported_steps
from imgstats.estimators.contract import RateEstimator, as_points
from imgstats.estimators.parameters import Rule, between
from imgstats.estimators.transported_spread import spread_of
from imgstats.levels import check_level
from imgstats.tables.unsaid.gaps import JUDGED_TAU, gap_between

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.contract import Answer
    from imgstats.estimators.tilt import TiltRate
    from imgstats.tables import CountTable, OutcomeSummary
    from imgstats.tables.unsaid.gaps import GapPair, Spread

    Array = NDArray[np.float64]

__all__ = ["TAUS", "TransportedRate"]

# Spreads whose intervals are shown beside the one used.
TAUS = (0.25, JUDGED_TAU, 0.5)
_TAU = between(0, np.inf, closed="left")


def _is_years(value: Any) -> bool:  # noqa: ANN401  whatever was given
    whole = isinstance(value, int | np.integer) and not isinstance(value, bool)
    return whole and bool(value >= 1)


class TransportedRate(RateEstimator):
    """Match rate of a group in a specialty, borrowed from another group by a named calculation.

    Use it where a group has a rate over all specialties and none in the specialty, and another
    group has both. Kin that merely lend strength to small tables are for `PooledRate`.

    Parameters
    ----------
    tau : float, optional
        Scale, on the logit, of the doubt that the gap between the groups in the specialty is
        their gap in all specialties. None: the spread between the pairs of tables that `fit` is
        given, and where these do not decide no less than `JUDGED_TAU`; see `Spread`.
        `table_over_tau` shows others.
    degrees : float
        Degrees of freedom of the Student t that this doubt follows; infinite for a normal. Five
        make an interval of 95 % 2.57 tau wide to each side instead of 1.96: who has to judge
        tau does not know it for sure.
    gap_years : int
        The gap over all specialties is that of the tables' own year (1), or the mean of the last
        so many years of the history with a gap.
    tau_slope : float
        Scale, on the logit per ten points, of the doubt that the group's curve is as steep as the
        other's, normal. The degree-1 slopes of the specialties of the 2026 report differ from one
        another by about 0.15.

    Attributes
    ----------
    base_rate_ : float
        The group's rate in the specialty, all scores together.
    base_variance_ : float
        Sampling variance of its logit: those of the three counted rates added up.
    gap_ : float
        The gap over all specialties that was carried over, logits.
    tau_ : float
        The spread that the intervals have.
    spread_ : Spread or None
        What the pairs of tables say of it; None without pairs.
    derivation_ : tuple of Step
        The steps from the tables to the rate: label, value, scale and the tables' contexts.
    against_ : tuple of str
        What speaks against it, a sentence each.
    gap_by_year_ : DataFrame or None
        The groups' gap in all specialties over the years, where a history was given.
    gap_years_ : tuple of int
        First and last year of the gap that was carried over; empty where it is the tables' own.
    mean_score_ : float or None
        Mean score that the group is taken to have, where a curve was given.
    slope_per_point_ : float or None
        Logit per point that was carried over.
    grade_ : str
        ``borrowed``.

    Notes
    -----
    logit(rate) = logit(kin's rate in the specialty) + logit(own rate, all specialties) -
    logit(kin's rate, all specialties).

    With a curve over the score: the base rate is that of the group's own applicants, so it
    belongs to the middle of the group's own scores and not to the middle of the other group's.
    Their scores in the specialty are taken to be the other group's (as its curve was fitted), with
    the matched and the not matched moved by the difference of the printed means of both groups, and
    mixed in the proportion of the base rate. Only the steepness of the other group's curve is
    carried over, as the straight line on the logit scale that is nearest to it where that group's
    scores are: its bends are its own. The line stands at the level at which its average over the
    group's scores is the base rate. A group with lower scores and the same base rate so has the
    higher rate at the same score.

    The interval adds up, on the logit scale: sampling of the three rates; sampling of the curve
    as the other group's table has it, bends and all; tau_slope times the distance from the group's
    mean score (all three normal); and the judged tau. **No coverage is claimed**: no table says
    how far the truth lies from such a calculation. It leaves out that the groups' scores may have
    moved against each other since the year of the means.

    Without a curve the rate is the base rate everywhere. With one, outside the other group's
    printed extremes the rate of the nearest printed score stands in, and `ExtrapolationWarning`
    says so. A band's rate is the average over those of the group's scores that lie in it; n is
    NaN, since no table counts the group in the specialty.

    Examples
    --------
    >>> from imgstats.tables import CountTable
    >>> fitted = TransportedRate().fit(
    ...     own=CountTable(matched=2949, not_matched=1261),
    ...     kin=CountTable(matched=6733, not_matched=5211),
    ...     kin_specific=CountTable(matched=3392, not_matched=3600),
    ... )
    >>> round(fitted.base_rate_, 2)
    0.63
    >>> fitted.table_over_tau().round(2)
        tau  rate  rate_low  rate_high
    0  0.25  0.63      0.47       0.77
    1  0.35  0.63      0.41       0.81
    2  0.50  0.63      0.32       0.86
    """

    _rules: ClassVar = {
        "tau": Rule(f"{_TAU.words}, or None", lambda value: value is None or _TAU.holds(value)),
        "gap_years": Rule("a whole number, 1 or more", _is_years),
        "tau_slope": between(0, np.inf, closed="left"),
        "degrees": between(0, np.inf, closed="right"),
    }

    def __init__(
        self,
        *,
        tau: float | None = None,
        degrees: float = 5.0,
        tau_slope: float = 0.15,
        gap_years: int = 1,
    ) -> None:
        self.tau = tau
        self.degrees = degrees
        self.tau_slope = tau_slope
        self.gap_years = gap_years

    def fit(  # type: ignore[override]  # four tables in their roles, not one
        self,
        *,
        own: CountTable,
        kin: CountTable,
        kin_specific: CountTable,
        slope: TiltRate | None = None,
        own_scores: OutcomeSummary | None = None,
        kin_scores: OutcomeSummary | None = None,
        history: pd.DataFrame | None = None,
        pairs: Sequence[GapPair] = (),
    ) -> Self:
        """Carry the other group's rate over.

        Parameters
        ----------
        own : CountTable
            The group itself, all specialties.
        kin : CountTable
            The other group, all specialties, same year and outcome.
        kin_specific : CountTable
            The other group in the specialty.
        slope : TiltRate, optional
            Fitted to the other group's scores in the specialty. Without it the rate is the same
            at every x.
        own_scores, kin_scores : OutcomeSummary, optional
            Mean scores of both outcomes of either group in one and the same year; needed with
            `slope`.
        history : DataFrame, optional
            Yearly rates of both groups: match_year, applicant_group, match_rate_pct and, where
            known, matched and active_applicants. Needed with `gap_years` above 1; otherwise for
            `against_` only.
        pairs : sequence of GapPair
            Where both groups are counted in a specialty and over all; tau is made from them.

        Raises
        ------
        InputError
            If a parameter is not allowed.
        TableError
            If a table is of another shape, is of the wrong group, year or outcome, has a rate of
            0 or 1, or lacks a mean; if `slope` was fitted to another table or is not fitted; or if
            the history has too few years.
        """
        self._check_parameters()
        transported_checks.check_counts(own, kin, kin_specific, self)
        names = transported_steps.Names.of(own, kin, kin_specific)
        self._fit_gap(own, kin, history)
        self._fit_tau(pairs)
        specific = transported_model.logit_and_variance(kin_specific)
        self.base_rate_ = float(expit(specific[0] + self.gap_))
        self.base_variance_ = specific[1] + self._gap_variance_
        self.derivation_ = transported_steps.base_steps(
            names, own, kin, kin_specific, self.gap_, self.gap_years_
        )
        self.against_ = transported_steps.sentences(
            names, own, kin_specific, self.gap_by_year_
        ) + transported_steps.spread_sentences(self.tau_, self.spread_, pairs)
        self.grade_ = "borrowed"
        self.mean_score_: float | None = None
        self.slope_per_point_: float | None = None
        self._curve_: TiltRate | None = None
        self._scores_: transported_model.Scores | None = None
        self._level_ = float(logit(self.base_rate_))
        if slope is not None:
            self._fit_slope(names, kin_specific, slope, own_scores, kin_scores)
        return self

    def _fit_gap(self, own: CountTable, kin: CountTable, history: pd.DataFrame | None) -> None:
        """Work out the gap over all specialties and its sampling variance."""
        self.gap_by_year_: pd.DataFrame | None = None
        self.gap_years_: tuple[int, ...] = ()
        self.gap_, self._gap_variance_ = gap_between(own, kin)
        if history is not None:
            groups = own.context.applicant_group, kin.context.applicant_group
            self.gap_by_year_ = transported_steps.gap_by_year(history, *groups)
        if self.gap_years > 1:
            found = transported_steps.mean_gap(
                self.gap_by_year_, self.gap_years, own.context.match_year
            )
            self.gap_, self._gap_variance_, self.gap_years_ = found

    def _fit_tau(self, pairs: Sequence[GapPair]) -> None:
        """Take the spread that was asked for, that of the pairs, or the judgement."""
        self.spread_: Spread | None = None
        if pairs and self.tau is None:
            self.spread_ = spread_of(
                [each.difference for each in pairs], [each.variance for each in pairs]
            )
        found = JUDGED_TAU if self.spread_ is None else self.spread_.used
        self.tau_ = found if self.tau is None else float(self.tau)

    def _fit_slope(
        self,
        names: transported_steps.Names,
        kin_specific: CountTable,
        slope: TiltRate,
        own_scores: OutcomeSummary | None,
        kin_scores: OutcomeSummary | None,
    ) -> None:
        """Move the other group's curve and tell so."""
        transported_checks.check_slope(slope, kin_specific)
        moves, contexts = transported_checks.moves(own_scores, kin_scores, self)
        densities = slope.density_matched_, slope.density_not_matched_
        scores = transported_model.move_scores(slope.grid_, densities, moves, self.base_rate_)
        per_point = transported_model.line_slope(*transported_model.weighted_curve(slope))
        self._curve_, self._scores_ = slope, scores
        self.mean_score_, self.slope_per_point_ = scores.mean, per_point
        self._level_ = transported_model.level_at(
            self._within(scores.points), per_point, scores.share, self.base_rate_
        )
        self.derivation_ += transported_steps.slope_steps(
            names, moves, scores.mean, per_point, contexts, slope.table_.words
        )
        self.against_ += transported_steps.slope_sentences(
            names, contexts[0].match_year, self.tau_slope
        )

    def _rates(self, points: Array) -> Array:
        return np.asarray(expit(self._eta(points)))

    def _limits(self, points: Array, level: float) -> Array:
        return self._around(self._eta(points), self._variance(points), self.tau_, level)

    def table_over_tau(
        self, taus: Iterable[float] = TAUS, level: float = 0.95, x: float | None = None
    ) -> pd.DataFrame:
        """Return the interval for other values of tau.

        Parameters
        ----------
        taus : iterable of float
            Scales on the logit, 0 or more.
        level : float
            Level of the interval, a fraction.
        x : float, optional
            A score; the base rate where None.

        Returns
        -------
        DataFrame
            Columns tau, rate, rate_low, rate_high.

        Raises
        ------
        InputError
            If a tau is negative or no number.
        """
        self._need_fit()
        rate = self.base_rate_ if x is None else float(expit(self._eta(as_points(x))[0]))
        rows = [
            (tau, rate, *limits[0])
            for tau, limits in self.limits_over_tau(None if x is None else [x], taus, level)
        ]
        return pd.DataFrame(rows, columns=["tau", "rate", "rate_low", "rate_high"])

    def limits_over_tau(
        self, x: ArrayLike | None, taus: Iterable[float] = TAUS, level: float = 0.95
    ) -> list[tuple[float, Array]]:
        """Return each tau with the limits of the rate at each score, shape (n, 2).

        Where `x` is None they are those of the base rate. Parameters and errors are those of
        `table_over_tau`.
        """
        self._need_fit()
        eta, variance = np.array([logit(self.base_rate_)]), np.array([self.base_variance_])
        if x is not None:
            eta, variance = self._eta(as_points(x)), self._variance(as_points(x))
        found = []
        for tau in as_points(list(taus)):
            if tau < 0:
                raise InputError(f"tau is {tau:g}", "0 or more")
            found.append((float(tau), self._around(eta, variance, float(tau), level)))
        return found

    def _around(self, eta: Array, variance: Array, tau: float, level: float) -> Array:
        half = transported_model.half_width(variance, tau, self.degrees, check_level(level))
        return np.column_stack([expit(eta - half), expit(eta + half)])

    def _within(self, points: Array) -> Array:
        """Move points outside the other group's printed extremes to the nearest of these."""
        if self._curve_ is None or self._curve_.extremes_ is None:
            return points
        return np.clip(points, *self._curve_.extremes_)

    def _outside(self, points: Array) -> str:
        outside = points[self._within(points) != points]
        if not len(outside):
            return ""
        return (
            f"{outside[0]:g} lies outside the printed scores of the other group: nobody in its "
            "table is there, and the rate of the nearest printed score stands in"
        )

    def _eta(self, points: Array) -> Array:
        """Logit of the rate."""
        slope = self.slope_per_point_ or 0.0
        result: Array = self._level_ + slope * self._within(points)
        return result

    def _variance(self, points: Array) -> Array:
        """Variance of the logit of the rate, without the judged tau."""
        if self._curve_ is None or self.mean_score_ is None:
            return np.full(len(points), self.base_variance_)
        slope = self.tau_slope * (points - self.mean_score_) / 10
        result: Array = (
            self.base_variance_ + transported_model.curve_variance(self._curve_, points) + slope**2
        )
        return result

    def _band(self, least: float, most: float, level: float) -> Answer:
        eta, variance = self._band_logit(least, most)
        limits = self._around(np.array([eta]), np.array([variance]), self.tau_, level)[0]
        return float(expit(eta)), limits, np.nan

    def _band_logit(self, least: float, most: float) -> tuple[float, float]:
        """Return the logit of a band's rate and its variance without the judged tau."""
        if self._scores_ is None:
            return float(logit(self.base_rate_)), self.base_variance_
        points, share = self._scores_.points, self._scores_.share
        inside = (points >= least) & (points <= most)
        if not share[inside].sum() > 0:
            nearest = as_points(float(np.clip(self._scores_.mean, least, most)))
            self._warn_outside(nearest)
            return float(self._eta(nearest)[0]), float(self._variance(nearest)[0])
        points, share = points[inside], share[inside] / share[inside].sum()
        rate = expit(self._eta(points))
        pull = share * rate * (1 - rate)
        # As if all of the curve's errors in a band had one sign: the wider of what is possible.
        extra = np.sqrt(self._variance(points) - self.base_variance_)
        spread = float(pull @ extra / pull.sum())
        return float(logit(share @ rate)), self.base_variance_ + spread**2
