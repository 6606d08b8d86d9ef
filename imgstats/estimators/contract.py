"""The contract every match-rate estimator keeps.

In scikit-learn's manner: ``__init__`` only stores, `fit` returns self, learned names end in ``_``,
a second fit forgets the first.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any, Self

import numpy as np
from scipy.special import expit, ndtri
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from imgstats.errors import InputError, TableError
from imgstats.levels import check_level

if TYPE_CHECKING:
    from collections.abc import Iterable

    import pandas as pd
    from numpy.typing import ArrayLike, NDArray

    Bands = Iterable[tuple[float | None, float | None]]

__all__ = [
    "BAND_COLUMNS",
    "RateEstimator",
    "as_points",
    "logit_limits",
    "need_table",
]


BAND_COLUMNS = ["low", "high", "rate", "rate_low", "rate_high", "n"]


def as_points(x: ArrayLike) -> NDArray[np.float64]:
    """Return `x` as a finite one-dimensional float array.

    Raises
    ------
    InputError
        If `x` is not one-dimensional or holds something that is not a finite number.

    Examples
    --------
    >>> as_points(242)
    array([242.])
    """
    try:
        points = np.atleast_1d(np.asarray(x, dtype=np.float64))
    except (TypeError, ValueError, OverflowError) as e:
        raise InputError(f"x is {x!r}", "a number or a sequence of numbers") from e
    if points.ndim != 1 or not np.isfinite(points).all():
        raise InputError("x holds NaN, infinity or more than one dimension", "finite numbers")
    return points


def logit_limits(
    eta: NDArray[np.float64], variance: NDArray[np.float64], level: float
) -> NDArray[np.float64]:
    """Return the interval of a rate, symmetric on the logit scale, shape (n, 2).

    Raises
    ------
    InputError
        If the level is not strictly between 0 and 1.

    Examples
    --------
    >>> logit_limits(np.array([0.0]), np.array([0.01]), 0.95).round(2)
    array([[0.45, 0.55]])
    """
    half = ndtri(0.5 + check_level(level) / 2) * np.sqrt(variance)
    return np.column_stack([expit(eta - half), expit(eta + half)])


def need_table(table: object, kind: type, estimator: object) -> None:
    """Refuse a table of another shape.

    Raises
    ------
    TableError
        If `table` is not of `kind`.
    """
    if not isinstance(table, kind):
        raise TableError(
            f"{type(estimator).__name__} got {type(table).__name__}", f"a {kind.__name__}"
        )


class RateEstimator(BaseEstimator, ABC):  # type: ignore[misc]
    """Base of all estimators: a rate with its interval from one published table."""

    @abstractmethod
    def fit(self, table: Any) -> Self:  # noqa: ANN401  each estimator names its table's shape
        """Fit to one table and return self."""

    @abstractmethod
    def predict_rate(self, x: ArrayLike) -> NDArray[np.float64]:
        """Return the match rate at each x, a fraction, shape (n,)."""

    @abstractmethod
    def predict_interval(self, x: ArrayLike, level: float = 0.95) -> NDArray[np.float64]:
        """Return lower and upper limit of the match rate at each x, shape (n, 2)."""

    @abstractmethod
    def band_rates(self, bands: Bands, level: float = 0.95) -> pd.DataFrame:
        """Return low, high, rate, rate_low, rate_high and n for each band."""

    def _need_fit(self) -> None:
        """Raise scikit-learn's NotFittedError before the first fit."""
        check_is_fitted(self)
