"""`LogisticRate`: a logistic curve through the counts of bands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
from scipy.special import expit, logit
from scipy.stats import norm

from imgstats.errors import InputError, TableError
from imgstats.estimators._banded import BandCounts, band_counts, band_middle
from imgstats.estimators.contract import (
    RateEstimator,
    as_points,
    in_its_words,
    need_table,
)
from imgstats.estimators.logistic_density import (
    Density,
    Scores,
    band_scores,
    band_sums,
    fit_density,
)
from imgstats.estimators.logistic_model import check_bands, fit_curve, telling
from imgstats.estimators.mixture import logit_limits
from imgstats.estimators.parameters import one_of
from imgstats.estimators.tilt_bases import natural_spline
from imgstats.levels import check_level
from imgstats.tables import BandTable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from imgstats.estimators.contract import Answer

    Array = NDArray[np.float64]

__all__ = ["LogisticRate", "OddsRatio"]

# Harrell, Regression Modeling Strategies, 2nd ed., table 2.3: quantiles of the measure.
_KNOTS = {3: (0.10, 0.50, 0.90), 4: (0.05, 0.35, 0.65, 0.95), 5: (0.05, 0.275, 0.5, 0.725, 0.95)}
_FEWEST_BANDS = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class OddsRatio:
    """Odds of a match at a value `step` higher, over the odds before.

    Attributes
    ----------
    step : float
        Distance in the measure's unit.
    ratio, low, high : float
        Estimate and limits of its interval.
    level : float
        Level of the interval, a fraction.
    """

    step: float
    ratio: float
    low: float
    high: float
    level: float


class LogisticRate(RateEstimator):
    """Match rate by score from a `BandTable`, by grouped logistic regression without shrinkage.

    Use it where a smooth curve can be assumed, and a rate at one score, in a band that the table
    does not print, or an odds ratio is asked for.

    Parameters
    ----------
    shape : {"linear", "spline"}
        The logit: a line, or a natural cubic spline.
    n_knots : {3, 4, 5}
        Knots of the spline, at quantiles of the measure.

    Attributes
    ----------
    table_ : BandTable
        What was fitted.
    fitted_rates_ : ndarray, shape (bands,)
        Fitted rate of each band of the table, a fraction.
    coefficients_ : ndarray, shape (k,)
        Of the logit: intercept, z, and with a spline its further columns (each in units of its
        standard deviation), where z = (x - center_) / scale_.
    covariance_ : ndarray, shape (k, k)
        Of the coefficients, with the doubt of rounding and of the fitted density.
    center_, scale_ : float
        Mean and standard deviation of the measure in the table, in its unit.
    knots_ : tuple of float
        Knots in the measure's unit; empty for a line.
    grid_, density_ : ndarray, shape (g,)
        Values of all bands, or middles of cells of them, and the share of applicants in each.
    density_degree_ : int
        Degree of the log density: 2, or less where the table holds no more.
    chi2_, dof_ : float, int
        Pearson's misfit of the bands' counts and its degrees of freedom. A hidden count is there by
        its expected number and strays less than a printed one: chi2 is then under its dof.
    density_chi2_, density_dof_ : float, int
        The same for the bands' n and the density.
    n_iter_ : int
        Scoring steps.

    Notes
    -----
    A band is an interval, not its midpoint: its rate is the average of the curve over the values
    in it, weighted by a density of the measure. That density is log-quadratic (a normal
    shape cut at the limits of the scale), fitted to the bands' n by multinomial maximum
    likelihood; between bands the printed n themselves are kept. It also fills open bands, up to the
    limits of the measure, or, where none are known, as far beyond the printed ends as these are
    apart. How applicants lie inside an open band is thus assumed, not printed: all intervals hold
    the doubt of the fitted coefficients (Murphy and Topel) and, for each open band, of a slope of
    the log density there with standard deviation 0.5 per standard deviation of the measure, which
    no number of applicants removes. `density_chi2_` shows how well the shape fits the bands.

    A rounded rate stands for all counts that print it: the middle one enters, with the variance of
    a whole number that is uniform between the fewest and the most, added to the binomial one
    (quasi-likelihood, Wedderburn). The sum over all counts that print it gives the same errors and
    widths within 1 % (tests/estimators/test_hidden_counts.py). With exact counts and bands of one
    score each this is the usual logistic regression.

    A hidden count, such as ``<5``, enters by the likelihood of what is printed: the sum over all
    counts that the range allows, with n known the binomial one. Where n is hidden too, beside a
    printed count, it is that of inverse sampling, how many matched before that many did not. A band
    tells nothing of the curve where both counts and n are hidden, or where from 0 to all of n may
    have matched: no weight of the counts that it may hold is free of a rate of its own. It counts
    for the density alone. A printed total of matched enters by the probability of the sum of the
    hidden counts beside it; one of n narrows ranges alone. The density takes the middle of a hidden
    n, and all intervals hold its doubt: each n of its range is as likely there. The information is
    then the observed one (Louis). With a bound on one side only, intervals at such a band are wide
    rather than short.

    Intervals are by the delta method on the logit scale, from the expected information. They hold
    where the curve has the assumed shape. Beyond the applicants the logit goes on in a straight
    line and `ExtrapolationWarning` says so. `band_rates` answers for any band, whether the table
    prints it or not: n is printed for whole bands, from the density for parts, and a band with
    nobody is answered at its middle.

    References
    ----------
    McLachlan GJ, Jones PN. Fitting mixture models to grouped and truncated data via the EM
    algorithm. Biometrics 1988;44:571-578. doi:10.2307/2531869

    Wedderburn RWM. Quasi-likelihood functions, generalized linear models, and the Gauss-Newton
    method. Biometrika 1974;61:439-447. doi:10.1093/biomet/61.3.439

    Murphy KM, Topel RH. Estimation and inference in two-step econometric models. Journal of
    Business and Economic Statistics 1985;3:370-379. doi:10.1080/07350015.1985.10509471

    Haldane JBS. On a method of estimating frequencies. Biometrika 1945;33:222-225.
    doi:10.1093/biomet/33.3.222

    Louis TA. Finding the observed information matrix when using the EM algorithm. Journal of the
    Royal Statistical Society B 1982;44:226-233. doi:10.1111/j.2517-6161.1982.tb01203.x

    Albert A, Anderson JA. On the existence of maximum likelihood estimates in logistic regression
    models. Biometrika 1984;71:1-10. doi:10.1093/biomet/71.1.1

    Examples
    --------
    >>> rows = [(220, 229, 30, 70), (230, 239, 45, 55), (240, 249, 55, 45), (250, 259, 35, 15)]
    >>> fitted = LogisticRate().fit(BandTable.from_counts("step2_ck", rows))
    >>> fitted.predict_rate([230, 245]).round(2)
    array([0.37, 0.58])
    >>> round(fitted.odds_ratio(step=10).ratio, 2)
    1.75

    A score from 0 to 1 in hundredths:

    >>> from imgstats.measures import Measure
    >>> score = Measure("admission_score", low=0, high=1, step=0.01)
    >>> rows = [(0, 0.24, 3, 40), (0.25, 0.49, 20, 60), (0.5, 0.74, 45, 45), (0.75, 1, 30, 10)]
    >>> fitted = LogisticRate().fit(BandTable.from_counts(score, rows))
    >>> fitted.predict_rate([0.3, 0.8]).round(2)
    array([0.17, 0.72])
    """

    _rules: ClassVar = {"shape": one_of("linear", "spline"), "n_knots": one_of(*_KNOTS)}

    def __init__(self, *, shape: str = "linear", n_knots: int = 3) -> None:
        self.shape = shape
        self.n_knots = n_knots

    @in_its_words
    def fit(self, table: BandTable) -> Self:
        """Fit the density to the bands' n, then the curve to their counts.

        Raises
        ------
        InputError
            If `shape` or `n_knots` is not allowed.
        TableError
            If the table is of another shape; a printed rate fits no whole number of matched; a band
            holds no whole score; fewer bands tell of their rate than there are coefficients; a step
            separates matched from not matched; an open band's density does not fall; or knots
            coincide.
        """
        need_table(table, BandTable, self)
        self._check_parameters()
        counts = band_counts(table)
        self._check_bands(counts)
        scores = band_scores(counts)
        density = fit_density(scores, counts)
        self.grid_, self.density_ = scores.grid, density.weight
        self.center_ = float(density.weight @ scores.grid)
        self.scale_ = float(np.sqrt(density.weight @ (scores.grid - self.center_) ** 2))
        self.knots_ = self._choose_knots()
        self._spline_sd_ = np.ones(max(len(self.knots_) - 2, 0))
        self._spline_sd_ = self._spline_sd()
        found = fit_curve(self._columns(scores.grid), scores, density, counts)
        self._keep(counts, scores, density)
        self.table_, self.fitted_rates_ = table, found.expected
        self.coefficients_ = found.beta
        self.covariance_ = found.covariance[: len(found.beta), : len(found.beta)]
        self._joint_ = found.covariance
        some = int(telling(counts).sum())
        self.chi2_, self.dof_ = found.chi2, some - len(found.beta)
        self.density_chi2_, self.density_dof_ = density.chi2, len(counts.n) - 1 - density.degree
        self.n_iter_ = found.n_iter
        return self

    def refit_chi2(self, table: BandTable) -> float:
        """Return the misfit of other counts in the same bands; nothing is learned.

        The bands' n have to be those that were fitted: density and knots, which follow from them,
        are kept.

        Raises
        ------
        TableError
            If the counts do not hold the curve.
        """
        self._need_fit()
        with table.words.telling():
            counts = band_counts(table)
            self._check_bands(counts)
            basis = self._columns(self.grid_)
            return fit_curve(basis, self._scores_, self._density_fit_, counts).chi2

    def _check_bands(self, counts: BandCounts) -> None:
        check_bands(counts, _FEWEST_BANDS if self.shape == "linear" else self.n_knots)

    def _keep(self, counts: BandCounts, scores: Scores, density: Density) -> None:
        """Store what predictions need."""
        self._total_ = float(counts.n.sum())
        self._scores_, self._density_fit_ = scores, density
        self._n_variance_ = counts.n_variance
        self.density_degree_ = density.degree
        # An open band reaches as far as its density leaves half an applicant or more beyond.
        beyond = self._total_ * np.cumsum(density.weight[::-1])[::-1]
        before = self._total_ * np.cumsum(density.weight)
        some = np.flatnonzero(counts.n > 0)
        first, last = (
            scores.grid[before >= 0.5][0],
            scores.grid[beyond >= 0.5][-1],
        )
        # Or to the measure's own end, where that is as near as an open end is taken to be.
        lows, highs = counts.low[~counts.is_open_low], counts.high[~counts.is_open_high]
        printed = np.concatenate([lows, highs])
        apart = float(np.ptp(printed))
        low, high = counts.low[some[0]], counts.high[some[-1]]
        if counts.is_open_low[some[0]] and low < printed.min() - apart:
            low = first
        if counts.is_open_high[some[-1]] and high > printed.max() + apart:
            high = last
        self._reach_ = (float(low), float(high))

    def _choose_knots(self) -> tuple[float, ...]:
        if self.shape == "linear":
            return ()
        below = np.cumsum(self.density_)
        places = [int(np.searchsorted(below, share - 1e-9)) for share in _KNOTS[self.n_knots]]
        knots = tuple(float(self.grid_[place]) for place in places)
        if len(set(knots)) < len(knots):
            raise TableError(
                f"knots at {', '.join(f'{knot:g}' for knot in knots)} coincide",
                "a measure spread over more scores",
                "use fewer knots or shape='linear'",
            )
        return knots

    def _spline_sd(self) -> Array:
        """Return the standard deviation of each spline column over the applicants."""
        further = self._columns(self.grid_)[:, 2:]
        centred = further - self.density_ @ further
        return np.sqrt(self.density_ @ centred**2)

    def _columns(self, points: Array) -> Array:
        """Return the basis of the logit: 1, z, spline columns, shape (n, k)."""
        z = (points - self.center_) / self.scale_
        knots = tuple((knot - self.center_) / self.scale_ for knot in self.knots_)
        return np.column_stack([np.ones(len(z)), z, natural_spline(z, knots) / self._spline_sd_])

    def _rates(self, points: Array) -> Array:
        return np.asarray(expit(self._columns(points) @ self.coefficients_))

    def _limits(self, points: Array, level: float) -> Array:
        columns = self._columns(points)
        variance = np.einsum("ij,jk,ik->i", columns, self.covariance_, columns)
        return logit_limits(columns @ self.coefficients_, variance, level)

    def odds_ratio(self, step: float = 10, level: float = 0.95) -> OddsRatio:
        """Return the odds ratio of a value `step` higher.

        Raises
        ------
        InputError
            If the curve is a spline, whose odds ratio differs from place to place; if `step` is not
            a finite number; or if the level is not between 0 and 1.
        """
        self._need_fit()
        distance = as_points(step)
        if len(self.coefficients_) > 2 or len(distance) != 1:
            raise InputError(
                f"shape {self.shape!r} and step {step!r}",
                "a linear curve and one step: a spline has no single odds ratio",
                "fit LogisticRate(shape='linear')",
            )
        slope = self.coefficients_[1] * distance[0] / self.scale_
        error = np.sqrt(self.covariance_[1, 1]) * abs(distance[0]) / self.scale_
        half = norm.ppf(0.5 + check_level(level) / 2) * error
        ratio, low, high = np.exp([slope, slope - half, slope + half]).tolist()
        return OddsRatio(step=float(distance[0]), ratio=ratio, low=low, high=high, level=level)

    def _band(self, least: float, most: float, level: float) -> Answer:
        inside = self._scores_.between(least, most)
        share = float(self.density_ @ inside)
        if most < self._reach_[0] or least > self._reach_[1]:
            self._warn_outside(np.array([band_middle(least, most)]))
        if share > 0:
            rate, variance = self._average(inside, share)
        else:
            columns = self._columns(np.array([band_middle(least, most)]))
            rate = float(expit(columns @ self.coefficients_)[0])
            variance = float((columns @ self.covariance_ @ columns.T)[0, 0])
        limits = logit_limits(np.array([logit(rate)]), np.array([variance]), level)[0]
        return rate, limits, self._total_ * share

    def _average(self, part: Array, share: float) -> tuple[float, float]:
        """Return the rate over parts of the cells and the variance of its logit."""
        inside = part > 0
        weight, columns = (self.density_ * part)[inside] / share, self._columns(self.grid_[inside])
        rates = np.asarray(expit(columns @ self.coefficients_))
        rate = float(weight @ rates)
        slopes = np.concatenate(
            [
                (weight * rates * (1 - rates)) @ columns,
                (weight * (rates - rate)) @ self._density_fit_.columns[inside],
            ]
        ) / (rate * (1 - rate))
        variance = float(slopes @ self._joint_ @ slopes)
        if self._n_variance_.any():
            variance += self._doubt_of_n(part, rate) / (rate * (1 - rate)) ** 2
        return rate, variance

    def _doubt_of_n(self, part: Array, rate: float) -> float:
        """Return the variance of an average rate that comes from n that the table hides."""
        held = part * self._density_fit_.inside
        away = held * (expit(self._columns(self.grid_) @ self.coefficients_) - rate)
        slopes = band_sums(away, self._scores_.band) / (self._total_ * (part @ self.density_))
        return float(slopes**2 @ self._n_variance_)

    def _outside(self, points: Array) -> str:
        low, high = self._reach_
        outside = points[(points < low) | (points > high)]
        if not len(outside):
            return ""
        return (
            f"{outside[0]:g} lies outside {low:g} to {high:g}, where the table has applicants: "
            "the curve goes on by assumption"
        )
