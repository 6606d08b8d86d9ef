"""Nine methods of the literature on the same printed digits, asked as an estimator is asked.

Each makes a density of one outcome from that outcome's digits; the rate follows from both
densities and the base rate by Bayes' rule. None of them comes with an interval for a rate.

``python -m benchmarks.calibration.rivals`` prints mean and sd by the formulas and by the methods
that R has too; ``reference.R`` prints R's.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Self

import numpy as np

from benchmarks.calibration import rivals_fitted, rivals_free, rivals_normal
from benchmarks.calibration.formulas import luo_mean, shi_sd
from imgstats.errors import WorkError
from imgstats.estimators import RateEstimator
from imgstats.measures import MEASURES
from imgstats.tables import Summary

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from imgstats.estimators.contract import Answer
    from imgstats.tables import OutcomeSummary

    Array = NDArray[np.float64]
    Method = Callable[[OutcomeSummary, Array], tuple[Array, Array]]

__all__ = ["METHODS", "PublishedRate"]

METHODS: dict[str, Method] = {
    "normals, Luo and Wan": rivals_normal.from_quartiles,
    "normals, mean and sd": rivals_normal.from_moments,
    "normals, one sd": rivals_normal.one_sd,
    "skew-normals": rivals_fitted.skew_normals,
    "Box-Cox": rivals_fitted.box_cox,
    "quantile estimation": rivals_fitted.quantile_estimation,
    "piecewise uniform": rivals_free.piecewise_uniform,
    "monotone cubic": rivals_free.monotone_cubic,
    "maximum entropy": rivals_free.maximum_entropy,
}


class PublishedRate(RateEstimator):
    """Match rate from densities that a published method makes of each outcome's digits.

    Parameters
    ----------
    method : str
        A name of `METHODS`.

    Attributes
    ----------
    grid_ : ndarray, shape (g,)
        Whole scores of the table's scale, or of the measure.
    density_matched_, density_not_matched_ : ndarray, shape (g,)
        The method's densities.

    Notes
    -----
    The limits are NaN: the methods say nothing of how sure they are.
    """

    def __init__(self, *, method: str) -> None:
        self.method = method

    def fit(self, table: OutcomeSummary) -> Self:
        """Make both densities on the table's scale, or on the measure's limits.

        Raises
        ------
        WorkError
            If a density is not finite.
        """
        limits = MEASURES[table.measure]
        low, high = table.scale or (limits.low or 0, limits.high or 0)
        self.grid_ = np.arange(low, high + 1).astype(np.float64)
        matched, not_matched = METHODS[self.method](table, self.grid_)
        if not np.isfinite([matched, not_matched]).all():
            raise WorkError(f"{self.method} made no density")
        self.density_matched_, self.density_not_matched_ = matched, not_matched
        self.base_rate_, self.base_n_ = table.base_rate, table.base_n
        return self

    def _rates(self, points: Array) -> Array:
        at = (points - self.grid_[0]).astype(np.intp)
        return self._bayes(self.density_matched_[at], self.density_not_matched_[at])

    def _limits(self, points: Array, level: float) -> Array:  # noqa: ARG002  there are none
        return np.full((len(points), 2), np.nan)

    def _band(self, least: float, most: float, level: float) -> Answer:  # noqa: ARG002  as above
        inside = (self.grid_ >= least) & (self.grid_ <= most)
        matched = np.array([self.density_matched_[inside].sum()])
        not_matched = np.array([self.density_not_matched_[inside].sum()])
        rate = float(self._bayes(matched, not_matched)[0])
        share = self.base_rate_ * matched + (1 - self.base_rate_) * not_matched
        return rate, (np.nan, np.nan), self.base_n_ * float(share[0])

    def _bayes(self, matched: Array, not_matched: Array) -> Array:
        """Return the rate; the base rate where neither outcome has anybody."""
        won, lost = self.base_rate_ * matched, (1 - self.base_rate_) * not_matched
        found = np.full(len(won), self.base_rate_)
        np.divide(won, won + lost, out=found, where=won + lost > 0)
        return found


def main() -> int:
    """Print the figures that ``reference.R`` prints."""
    printed = Summary(n=2649, min=209, q1=240, median=251, q3=259, max=284)
    grid = np.arange(1.0, 401.0)  # wide, so that no density is cut
    print(f"luo mean {luo_mean(printed):.4f}")
    print(f"shi sd {shi_sd(printed):.4f}")
    densities = {
        "bc": rivals_fitted.box_cox_density(printed, grid),
        "qe": rivals_fitted.quantile_density(printed, grid),
    }
    for name, density in densities.items():
        mean = float(density @ grid)
        sd = float(np.sqrt(density @ (grid - mean) ** 2))
        print(f"{name} mean {mean:.2f} sd {sd:.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
