"""`TiltRate`: match rate by score from the printed summaries of matched and not matched."""

from __future__ import annotations

import warnings
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pandas as pd
from scipy.special import expit, logit, softmax

from imgstats.errors import InputError, MisfitWarning, RoundingWarning
from imgstats.estimators import tilt_model
from imgstats.estimators.contract import RateEstimator, as_points, in_its_words, need_table
from imgstats.estimators.mixture import mixture_limits, mixture_quantile
from imgstats.estimators.parameters import Rule, one_of
from imgstats.estimators.tilt_design import make_design, polynomial, rising_spline, walking
from imgstats.estimators.tilt_digits import (
    compare_both,
    digit_frame,
    lay_out,
    misfit_words,
    rounding_words,
    unsettled_words,
)
from imgstats.estimators.tilt_refit import refit
from imgstats.levels import check_level
from imgstats.tables import OutcomeSummary

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.contract import Answer
    from imgstats.estimators.tilt_design import Tilt

    Array = NDArray[np.float64]

__all__ = ["TiltRate"]

# Outside the printed extremes the slope is unknown: this sd (logit per spread) is about the size
# of the slope inside, and makes the interval grow with the distance.
_OUTSIDE_SLOPE_SD = 0.5
_MANY = 1000  # from so many points on, a table of the grid is worth its checks
_FURTHEST = 1e6  # spreads; the interval is 0 to 1 long before


def _is_ridge(value: object) -> bool:
    if value is None:
        return True
    sds = np.atleast_1d(np.asarray(value))
    return sds.dtype.kind in "if" and sds.shape == (2,) and bool((sds > 0).all())


def _is_degree(value: object) -> bool:
    return value is None or one_of(1, 2, 3, kind=int).holds(value)


class TiltRate(RateEstimator):
    """Match rate by score from an `OutcomeSummary`, by an exponential tilt.

    Use it where a report prints quartiles, extremes, mean or sd of a measure for the matched and
    for the not matched, and no counts by band.

    Parameters
    ----------
    degree : {1, 2, 3} or None
        None lets the slope of the tilt walk: it may change at every quarter spread, by as much as
        the digits ask for (see Notes). A number makes the tilt a polynomial of that degree on the
        logit scale; 1 is a logistic curve.
    ridge : (float, float) or None
        Of a polynomial: prior sd of the coefficients of z^2 and z^3, with z in units of the common
        spread. None leaves them free.
    shape : {"any", "rising"}
        ``rising`` makes the tilt a spline that rises throughout, whatever degree and ridge are: a
        rival for those who hold that a higher score goes with a higher rate. Some tables say it
        does not, and it cannot be flat.

    Attributes
    ----------
    table_ : OutcomeSummary
        What was fitted.
    base_rate_ : float
        Match rate of the whole group, exactly as counted.
    components_ : DataFrame
        Of a walk a row for each size of its bends: bends (sd of the change of slope over one
        spread, logit per spread), weight (they add up to 1), chi2 (misfit of the digits). Of
        another tilt one row with bends NaN.
    coefficients_ : ndarray, shape (k,)
        Coefficients of t in z, z^2, z^3; of a rising tilt, the logarithms of its weights; of a
        walk its slope at the middle and each change of slope, for the likeliest size of bends.
    coefficients_se_ : ndarray, shape (k,)
        Their standard errors, of sampling and rounding, with the prior's part in them.
    grid_ : ndarray, shape (g,)
        Values of the scale; middles of cells where it has more than some hundred.
    cells_ : Cells
        The same, with their width.
    density_matched_, density_not_matched_ : ndarray, shape (g,)
        Fitted densities on the grid.
    extremes_ : (float, float) or None
        Lowest and highest printed score.
    ends_ : (float, float)
        Where the tilt becomes flat: the printed extremes, or three spreads from the middle.
    digits_ : DataFrame
        Printed digits against fitted ones: outcome, digit, printed, residual in its own sd. Of a
        walk, for the likeliest size of bends.
    chi2_, n_digits_, n_iter_ : float, int, int
        Misfit of these digits, their number, and Gauss-Newton steps.

    Notes
    -----
    The likelihood is that of the printed digits: residuals have the covariance of sampling plus
    the variance of rounding, which no number of applicants removes. Of a polynomial, rates are
    the likeliest and intervals are by the delta method on the logit scale, from the inverse of
    information plus prior, and the base rate's own variance 1 / (N p (1 - p)).

    A walk has t(z) = b z plus ramps, b ~ N(0, 2^2), the changes of slope over one spread
    ~ N(0, tau^2), tau one of 0.1, 0.25, 0.5, 1, 2 and 4. Each tau is fitted by itself and weighed
    by its marginal likelihood (Laplace). Rates and limits are the median and the quantiles of the
    mixture of their normal logits, so the doubt of how much the curve bends is in the interval.

    Assumed: the summarised part of a group (in the 2026 report, those who consented to research)
    has the score distributions of the whole group. Outside the printed extremes the curve is
    flat, its interval grows with the distance, and `ExtrapolationWarning` says so.

    References
    ----------
    Qin J, Zhang B. A goodness-of-fit test for logistic regression models based on case-control
    data. Biometrika 1997;84:609-618. doi:10.1093/biomet/84.3.609

    Examples
    --------
    >>> from imgstats.tables import OutcomeSummary, Summary
    >>> table = OutcomeSummary(
    ...     measure="step2_ck",
    ...     matched=Summary(n=400, q1=241, median=251, q3=260, mean=250, sd=15),
    ...     not_matched=Summary(n=600, q1=231, median=241, q3=250, mean=240, sd=15),
    ... )
    >>> fitted = TiltRate(degree=1).fit(table)
    >>> fitted.predict_rate([230, 245]).round(2)
    array([0.25, 0.4 ])

    A scale of six digits has more values than a curve can use; several of them make a cell:

    >>> from imgstats.measures import Measure
    >>> table = OutcomeSummary(
    ...     measure=Measure("admission_test", low=200_000, high=800_000, step=1),
    ...     matched=Summary(n=417, q1=563_207, median=610_259, q3=653_396),
    ...     not_matched=Summary(n=983, q1=432_976, median=489_673, q3=541_001),
    ... )
    >>> wide = TiltRate().fit(table)
    >>> wide.cells_.size, wide.predict_rate([500_000, 600_000]).round(2)
    (1501, array([0.12, 0.57]))
    """

    _rules: ClassVar = {
        "degree": Rule("None, 1, 2 or 3", _is_degree),
        "shape": one_of("any", "rising"),
        "ridge": Rule("None or two positive prior sds", _is_ridge),
    }
    _log_scale = False

    def __init__(
        self,
        *,
        degree: int | None = None,
        ridge: tuple[float, float] | None = (0.3, 0.1),
        shape: str = "any",
    ) -> None:
        self.degree = degree
        self.ridge = ridge
        self.shape = shape

    @in_its_words
    def fit(self, table: OutcomeSummary) -> Self:
        """Fit to the printed digits of both outcomes.

        Raises
        ------
        InputError
            If `degree`, `ridge` or `shape` is not allowed.
        TableError
            If the table is of another shape or scale, lacks a field that the curve needs, or has
            nobody in one outcome.
        WorkError
            If the fit does not settle.

        Warns
        -----
        MisfitWarning
            If a printed digit lies more than 3 of its standard deviations from the fitted curve.
        RoundingWarning
            If all quartiles are multiples of 5 and the table does not say how they are rounded:
            they are read as rounded.
        """
        need_table(table, OutcomeSummary, self)
        self._check_parameters()
        design = make_design(table, self._tilt(), log_scale=self._log_scale)
        targets = lay_out(table, design)
        found = tilt_model.fit(
            design,
            lambda theta: compare_both(theta, design, targets),
            tell=lambda both: unsettled_words(targets, both),
        )
        self._keep(table, design, found)
        both = compare_both(self._theta_, design, targets)
        self.digits_ = digit_frame(targets, both, self._likeliest_)
        for words, kind in (
            (rounding_words(table, log_scale=self._log_scale), RoundingWarning),
            (misfit_words(self.digits_), MisfitWarning),
        ):
            if words:
                warnings.warn(table.words.say(words), kind, stacklevel=3)
        return self

    @property
    def is_log_scale(self) -> bool:
        """Whether the tilt is a curve in the logarithm of the measure."""
        return self._log_scale

    def _tilt(self) -> Tilt:
        if self.shape == "rising":
            return rising_spline()
        return walking() if self.degree is None else polynomial(self.degree, self.ridge)

    def refit_chi2s(self, tables: Sequence[OutcomeSummary]) -> list[float | None]:
        """Return the misfit of other digits on this fit's grid and basis; nothing is learned.

        Of a walk, with the likeliest size of bends. None where a fit does not settle.
        """
        self._need_fit()
        row = slice(self._likeliest_, self._likeliest_ + 1)
        design = replace(self._design_, precision=self._design_.precision[row])
        return refit(design, self._theta_[row], tables)

    def _keep(
        self, table: OutcomeSummary, design: tilt_model.Design, found: tilt_model.Fit
    ) -> None:
        """Store what predictions need."""
        (matched, not_matched), log_z = tilt_model.densities(found.theta, design)
        self._weight_ = softmax(found.log_evidence)
        self._likeliest_ = int(self._weight_.argmax())
        self.table_ = table
        self.base_rate_ = table.base_rate
        self.base_n_ = table.base_n
        self.extremes_ = table.extremes
        self.ends_ = table.extremes or design.unscaled_ends()
        self.cells_, self.grid_ = design.cells, design.cells.grid
        self._matched_, self._not_matched_ = matched, not_matched
        self.density_matched_ = self._weight_ @ matched
        self.density_not_matched_ = self._weight_ @ not_matched
        n_base = design.base.shape[1]
        self.coefficients_ = found.theta[self._likeliest_, n_base:]
        variance = np.diag(found.covariance[self._likeliest_])
        self.coefficients_se_ = np.sqrt(variance)[n_base:]
        self.chi2_ = float(found.chi2[self._likeliest_])
        self.n_digits_, self.n_iter_ = found.n_digits, found.n_iter
        bends = self._tilt().bends[found.settled]
        self.components_ = pd.DataFrame(
            {"bends": bends, "weight": self._weight_, "chi2": found.chi2}
        )
        self._design_ = replace(design, precision=design.precision[found.settled])
        self._theta_, self._covariance_ = found.theta, found.covariance
        self._slopes_, self._columns_ = design.weights(found.theta), design.columns(found.theta)
        self._offset_ = float(logit(self.base_rate_)) - log_z[0] + log_z[1]
        self._rates_ = self._median(*self._logits(self.grid_))

    def _rates(self, points: Array) -> Array:
        whole = self._positions(points)
        if whole is not None:
            return self._rates_.take(whole)
        return self._median(*self._logits(points))

    def _positions(self, points: Array) -> NDArray[np.intp] | None:
        """Return where points stand on the grid, None unless all are whole scores of it."""
        if len(points) < _MANY or points.min() < self.grid_[0] or points.max() > self.grid_[-1]:
            return None
        places = (points - self.grid_[0]) / self.cells_.width
        whole = places.astype(np.intp)
        return whole if (whole == places).all() else None

    def _limits(self, points: Array, level: float) -> Array:
        return mixture_limits(*self._logits(points), self._weight_, level)

    def _median(self, eta: Array, variance: Array) -> Array:
        """Return the middle rate of the mixture."""
        return np.asarray(expit(mixture_quantile(eta, np.sqrt(variance), self._weight_, 0.5)))

    def predict_percentile(self, x: ArrayLike, level: float = 0.95) -> pd.DataFrame:
        """Return where each score stands among the matched and among the not matched.

        Returns
        -------
        DataFrame
            A row per score: x, and for ``matched`` and ``not_matched`` the fraction that scored
            lower (half of those who scored the same counts as lower), with ``_low`` and ``_high``.
        """
        self._need_fit()
        check_level(level)
        points = as_points(x)
        below = self.cells_.lower(points)
        columns: dict[str, Array] = {"x": points}
        for name, densities, basis in self._sides():
            shares = np.clip(densities @ below.T, 1e-9, 1 - 1e-9)
            eta = np.asarray(logit(shares))
            gradients = self._share_gradients(below, densities, basis)
            variance = self._spread(gradients / (shares * (1 - shares))[:, :, None])
            limits = mixture_limits(eta, variance, self._weight_, level)
            columns[name] = self._median(eta, variance)
            columns |= {f"{name}_low": limits[:, 0], f"{name}_high": limits[:, 1]}
        return pd.DataFrame(columns)

    def likeliest_densities(self) -> tuple[Array, Array]:
        """Return the densities of matched and not matched that `digits_` and `chi2_` belong to."""
        self._need_fit()
        return self._matched_[self._likeliest_], self._not_matched_[self._likeliest_]

    def _sides(self) -> list[tuple[str, Array, Array]]:
        """Return each outcome's name, densities (t, g) and derivatives of their logarithms."""
        return [
            ("matched", self._matched_, self._columns_[0]),
            ("not_matched", self._not_matched_, self._columns_[1]),
        ]

    @staticmethod
    def _share_gradients(inside: Array, densities: Array, basis: Array) -> Array:
        """Return the derivative of the share inside each set of scores, shape (t, n, k)."""
        centred = basis - densities[:, None] @ basis
        result: Array = inside @ (densities[:, :, None] * centred)
        return result

    def _logits(self, points: Array) -> tuple[Array, Array]:
        """Return the logit of the rate at each point and its variance, both of shape (t, n)."""
        z = self._design_.z(points)
        basis = self._design_.tilt_at(z)
        eta = self._offset_[:, None] + self._slopes_ @ basis.T
        slopes = self._design_.tilt_slopes(basis, self._theta_)
        n_base = self._design_.base.shape[1]
        gradient = np.pad(slopes, ((0, 0), (0, 0), (n_base, 0)))
        gradient = gradient - self._matched_[:, None] @ self._columns_[0]
        gradient += self._not_matched_[:, None] @ self._columns_[1]
        return eta, self._variance(gradient) + self._outside_variance(points)

    def _outside_variance(self, points: Array) -> Array:
        """Variance that grows with the distance from the printed scores."""
        z = self._design_.z(points)
        distance = np.clip(np.abs(z - np.clip(z, *self._design_.ends)), 0, _FURTHEST)
        result: Array = (_OUTSIDE_SLOPE_SD * distance) ** 2
        return result

    def _spread(self, gradient: Array) -> Array:
        """Delta-method variance of what has this derivative by the coefficients, shape (t, n)."""
        result: Array = ((gradient @ self._covariance_) * gradient).sum(axis=2)
        return result

    def _variance(self, gradient: Array) -> Array:
        """Variance of a logit rate whose derivative by the coefficients is given."""
        return self._spread(gradient) + 1 / (self.base_n_ * self.base_rate_ * (1 - self.base_rate_))

    def _band(self, least: float, most: float, level: float) -> Answer:
        inside = self.cells_.between(least, most)
        if not inside.any():
            return self._band_off_grid(least, most, level)
        eta, gradient, n = np.asarray(logit(self.base_rate_)), np.zeros(1), 0.0
        for (_, densities, basis), sign in zip(self._sides(), (1.0, -1.0), strict=True):
            shares = densities @ inside
            slopes = self._share_gradients(inside[None], densities, basis)
            eta = eta + sign * np.log(shares)
            gradient = gradient + sign * slopes / shares[:, None, None]
            part = self.base_rate_ if sign > 0 else 1 - self.base_rate_
            n += self.base_n_ * part * float(self._weight_ @ shares)
        nearest = as_points(float(np.clip(np.mean(self.ends_), least, most)))
        self._warn_outside(nearest)
        variance = self._variance(gradient) + self._outside_variance(nearest)
        limits = mixture_limits(eta[:, None], variance, self._weight_, level)
        return float(self._median(eta[:, None], variance)[0]), limits[0], n

    def _band_off_grid(self, least: float, most: float, level: float) -> Answer:
        """Answer for a band that nobody can be in: at its end nearest to the record."""
        if most < self.grid_[0]:
            nearest = as_points(most)
        elif least > self.grid_[-1]:
            nearest = as_points(least)
        else:
            raise InputError(f"band {least:g}..{most:g}", "a band with at least one value")
        self._warn_outside(nearest)
        return float(self._rates(nearest)[0]), self._limits(nearest, level)[0], 0.0

    def _outside(self, points: Array) -> str:
        low, high = self.ends_
        if not len(points) or (points.min() >= low and points.max() <= high):
            return ""
        outside = points[(points < low) | (points > high)]
        record = "printed scores" if self.extremes_ is not None else "scores the digits tell of,"
        return (
            f"{outside[0]:g} lies outside the {record} {low:g} to {high:g}: the rate of the "
            "nearest of them stands in"
        )
