"""`TiltRate`: match rate by score from the printed summaries of matched and not matched."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Self

import numpy as np
import pandas as pd
from scipy.special import expit, logit

from imgstats.errors import InputError
from imgstats.estimators import tilt_model
from imgstats.estimators.contract import RateEstimator, as_points, logit_limits, need_table
from imgstats.estimators.parameters import Rule, one_of
from imgstats.estimators.tilt_design import make_design
from imgstats.estimators.tilt_digits import compare_both, digit_frame, lay_out
from imgstats.tables import OutcomeSummary

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.contract import Answer

    Array = NDArray[np.float64]

__all__ = ["TiltRate"]

# Outside the printed extremes the slope is unknown: this sd (logit per spread) is about the size
# of the slope inside, and makes the interval grow with the distance.
_OUTSIDE_SLOPE_SD = 0.5
# A misfit needs no more digits of the coefficients, and starts near where it ends.
_ROUGH, _SOON = 1e-3, 15
_MANY = 1000  # from so many points on, a table of the grid is worth its checks
_FURTHEST = 1e6  # spreads; the interval is 0 to 1 long before


def _is_ridge(value: object) -> bool:
    if value is None:
        return True
    sds = np.atleast_1d(np.asarray(value))
    return sds.dtype.kind in "if" and sds.shape == (2,) and bool((sds > 0).all())


class TiltRate(RateEstimator):
    """Match rate by score from an `OutcomeSummary`, by an exponential tilt.

    Use it where a report prints quartiles, extremes, mean or sd of a measure for the matched and
    for the not matched, and no counts by band.

    Parameters
    ----------
    degree : {1, 2, 3}
        Degree of the tilt t on the logit scale. 1 is a logistic curve.
    ridge : (float, float) or None
        Prior sd of the coefficients of z^2 and z^3, with z in units of the common spread. None
        leaves them free.
    shape : {"polynomial", "rising"}
        ``rising`` makes the tilt a spline that rises throughout, whatever degree and ridge are: a
        rival for those who hold that a higher score goes with a higher rate. Some tables say it
        does not, and it cannot be flat.

    Attributes
    ----------
    table_ : OutcomeSummary
        What was fitted.
    base_rate_ : float
        Match rate of the whole group, exactly as counted.
    coefficients_ : ndarray, shape (k,)
        Coefficients of t in z, z^2, z^3; of a rising tilt, the logarithms of its weights.
    coefficients_se_ : ndarray, shape (k,)
        Their standard errors, of sampling and rounding, with the prior's part in them.
    grid_ : ndarray, shape (g,)
        Whole scores of the scale.
    density_matched_, density_not_matched_ : ndarray, shape (g,)
        Fitted densities on the grid.
    extremes_ : (float, float) or None
        Lowest and highest printed score.
    ends_ : (float, float)
        Where the tilt becomes flat: the printed extremes, or three spreads from the middle.
    digits_ : DataFrame
        Printed digits against fitted ones: outcome, digit, printed, residual in its own sd.
    chi2_, n_digits_, n_iter_ : float, int, int
        Misfit of the digits, their number, and Gauss-Newton steps.

    Notes
    -----
    The likelihood is that of the printed digits: residuals have the covariance of sampling plus
    the variance of rounding, which no number of applicants removes. Intervals are by the delta
    method on the logit scale, from the inverse of information plus prior, and the base rate's own
    variance 1 / (N p (1 - p)).

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
    ...     matched=Summary(n=400, q1=240, median=250, q3=260, mean=250, sd=15),
    ...     not_matched=Summary(n=600, q1=230, median=240, q3=250, mean=240, sd=15),
    ... )
    >>> fitted = TiltRate(degree=1).fit(table)
    >>> fitted.predict_rate([230, 245]).round(2)
    array([0.25, 0.4 ])
    """

    _rules: ClassVar = {
        "degree": one_of(1, 2, 3, kind=int),
        "shape": one_of("polynomial", "rising"),
        "ridge": Rule("None or two positive prior sds", _is_ridge),
    }
    _log_scale = False

    def __init__(
        self,
        *,
        degree: int = 3,
        ridge: tuple[float, float] | None = (0.3, 0.1),
        shape: str = "polynomial",
    ) -> None:
        self.degree = degree
        self.ridge = ridge
        self.shape = shape

    def fit(self, table: OutcomeSummary) -> Self:
        """Fit to the printed digits of both outcomes.

        Raises
        ------
        InputError
            If `degree` or `ridge` is not allowed.
        TableError
            If the table is of another shape, lacks a field that the curve needs, or has nobody in
            one outcome.
        WorkError
            If the fit does not settle.
        """
        need_table(table, OutcomeSummary, self)
        self._check_parameters()
        rising = self.shape == "rising"
        design = make_design(
            table, self.degree, self.ridge, log_scale=self._log_scale, rising=rising
        )
        targets = lay_out(table, design)
        found = tilt_model.fit(design, lambda theta: compare_both(theta, design, targets))
        self._keep(table, design, found)
        self.digits_ = digit_frame(targets, compare_both(found.theta, design, targets))
        return self

    def refit_chi2(self, table: OutcomeSummary) -> float:
        """Return the misfit of other digits on this fit's grid and basis; nothing is learned.

        Raises
        ------
        WorkError
            If the fit does not settle.
        """
        self._need_fit()
        targets = lay_out(table, self._design_)
        found = tilt_model.fit(
            self._design_,
            lambda theta: compare_both(theta, self._design_, targets),
            start=self._theta_,
            tolerance=_ROUGH,
            patience=_SOON,
        )
        return found.chi2

    def _keep(
        self, table: OutcomeSummary, design: tilt_model.Design, found: tilt_model.Fit
    ) -> None:
        """Store what predictions need."""
        (matched, not_matched), log_z = tilt_model.densities(found.theta, design)
        self.table_ = table
        self.base_rate_ = table.base_rate
        self.base_n_ = table.base_n
        self.extremes_ = table.extremes
        low, high = (design.center + each * design.spread for each in design.ends)
        if design.log_scale:
            low, high = np.exp(low), np.exp(high)
        self.ends_ = (round(float(low), 6), round(float(high), 6))
        self.grid_ = design.grid
        self.density_matched_ = matched
        self.density_not_matched_ = not_matched
        self.coefficients_ = found.theta[design.base.shape[1] :]
        self.coefficients_se_ = np.sqrt(np.diag(found.covariance))[design.base.shape[1] :]
        self._weights_, self._columns_ = design.weights(found.theta), design.columns(found.theta)
        self.chi2_, self.n_digits_, self.n_iter_ = found.chi2, found.n_digits, found.n_iter
        self._design_ = design
        self._theta_, self._covariance_ = found.theta, found.covariance
        self._offset_ = float(logit(self.base_rate_)) - log_z[0] + log_z[1]
        self._rates_ = np.asarray(expit(self._eta(design.grid)))

    def _rates(self, points: Array) -> Array:
        whole = self._positions(points)
        if whole is not None:
            return self._rates_.take(whole)
        return np.asarray(expit(self._eta(points)))

    def _positions(self, points: Array) -> NDArray[np.intp] | None:
        """Return where points stand on the grid, None unless all are whole scores of it."""
        if len(points) < _MANY or points.min() < self.grid_[0] or points.max() > self.grid_[-1]:
            return None
        whole = points.astype(np.intp)
        return whole - int(self.grid_[0]) if (whole == points).all() else None

    def _limits(self, points: Array, level: float) -> Array:
        return logit_limits(self._eta(points), self._eta_variance(points), level)

    def predict_percentile(self, x: ArrayLike, level: float = 0.95) -> pd.DataFrame:
        """Return where each score stands among the matched and among the not matched.

        Returns
        -------
        DataFrame
            A row per score: x, and for ``matched`` and ``not_matched`` the fraction that scored
            lower (half of those who scored the same counts as lower), with ``_low`` and ``_high``.
        """
        self._need_fit()
        points = as_points(x)
        columns: dict[str, Array] = {"x": points}
        for name, density, basis in self._sides():
            below = (self.grid_ < points[:, None]) + 0.5 * (self.grid_ == points[:, None])
            share = np.clip(below @ density, 1e-9, 1 - 1e-9)
            gradient = (below * density) @ (basis - density @ basis)
            gradient /= (share * (1 - share))[:, None]
            variance = np.einsum("ij,jk,ik->i", gradient, self._covariance_, gradient)
            limits = logit_limits(np.asarray(logit(share)), variance, level)
            columns |= {name: share, f"{name}_low": limits[:, 0], f"{name}_high": limits[:, 1]}
        return pd.DataFrame(columns)

    def _sides(self) -> list[tuple[str, Array, Array]]:
        """Return each outcome's name, density and derivative of its log density."""
        return [
            ("matched", self.density_matched_, self._columns_[0]),
            ("not_matched", self.density_not_matched_, self._columns_[1]),
        ]

    def _eta(self, points: Array) -> Array:
        """Logit of the rate."""
        result: Array = (
            self._offset_ + self._design_.tilt_at(self._design_.z(points)) @ self._weights_
        )
        return result

    def _eta_variance(self, points: Array) -> Array:
        """Delta-method variance of the logit of the rate."""
        z = self._design_.z(points)
        n_base = self._design_.base.shape[1]
        slopes = self._design_.tilt_slopes(self._design_.tilt_at(z), self._theta_)
        gradient = np.hstack([np.zeros((len(z), n_base)), slopes])
        gradient -= self.density_matched_ @ self._columns_[0]
        gradient += self.density_not_matched_ @ self._columns_[1]
        variance: Array = self._variance(gradient) + self._outside_variance(points)
        return variance

    def _outside_variance(self, points: Array) -> Array:
        """Variance that grows with the distance from the printed scores."""
        z = self._design_.z(points)
        distance = np.clip(np.abs(z - np.clip(z, *self._design_.ends)), 0, _FURTHEST)
        result: Array = (_OUTSIDE_SLOPE_SD * distance) ** 2
        return result

    def _variance(self, gradient: Array) -> Array:
        """Variance of a logit rate whose derivative by the coefficients is given."""
        spread = np.einsum("ij,jk,ik->i", gradient, self._covariance_, gradient)
        result: Array = spread + 1 / (self.base_n_ * self.base_rate_ * (1 - self.base_rate_))
        return result

    def _band(self, least: float, most: float, level: float) -> Answer:
        inside = (self.grid_ >= least) & (self.grid_ <= most)
        if not inside.any():
            return self._band_off_grid(least, most, level)
        shares, gradient = [], np.zeros(len(self._covariance_))
        for (_, density, basis), sign in zip(self._sides(), (1.0, -1.0), strict=True):
            share = float(density[inside].sum())
            gradient += sign * (density[inside] @ basis[inside] / share - density @ basis)
            shares.append(share)
        eta = np.array([logit(self.base_rate_) + np.log(shares[0]) - np.log(shares[1])])
        n = self.base_n_ * (self.base_rate_ * shares[0] + (1 - self.base_rate_) * shares[1])
        nearest = as_points(float(np.clip(np.mean(self.ends_), least, most)))
        self._warn_outside(nearest)
        variance = self._variance(gradient[None]) + self._outside_variance(nearest)
        return float(expit(eta[0])), logit_limits(eta, variance, level)[0], n

    def _band_off_grid(self, least: float, most: float, level: float) -> Answer:
        """Answer for a band that nobody can be in: at its end nearest to the record."""
        if most < self.grid_[0]:
            nearest = as_points(most)
        elif least > self.grid_[-1]:
            nearest = as_points(least)
        else:
            raise InputError(f"band {least:g}..{most:g}", "a band with at least one whole score")
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
