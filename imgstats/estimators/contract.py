"""The contract every match-rate estimator keeps.

In scikit-learn's manner: ``__init__`` only stores, `fit` returns self, learned names end in ``_``,
a second fit forgets the first.

`PooledRate` and `TrendRate` keep that much and are no `RateEstimator`: the one is asked for a
member of its kin by name, the other for years to come. Neither has a measure x, or bands of it.
"""

from __future__ import annotations

import math
import warnings
from abc import ABC, abstractmethod
from contextlib import nullcontext
from functools import wraps
from typing import TYPE_CHECKING, Any, ClassVar, Self, TypeVar

import numpy as np
import pandas as pd
from sklearn.base import BaseEstimator
from sklearn.utils.validation import check_is_fitted

from imgstats.errors import ExtrapolationWarning, InputError, TableError
from imgstats.levels import check_level
from imgstats.tables.measured import Measured
from imgstats.tables.validation import band_pairs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from numpy.typing import ArrayLike, NDArray

    from imgstats.estimators.parameters import Rule

    Array = NDArray[np.float64]
    Pair = tuple[float | None, float | None]
    Bands = Iterable[Pair | str] | Pair | str
    # Rate, lower and upper limit, and n.
    Answer = tuple[float, Iterable[float], float]

__all__ = [
    "BAND_COLUMNS",
    "Estimator",
    "RateEstimator",
    "as_points",
    "band_ends",
    "band_frame",
    "in_its_words",
    "need_table",
]


_Fitted = TypeVar("_Fitted")
_Table = TypeVar("_Table")

BAND_COLUMNS = ["low", "high", "rate", "rate_low", "rate_high", "n"]


def as_points(x: ArrayLike) -> Array:
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


def in_its_words(fit: Callable[[_Fitted, _Table], _Fitted]) -> Callable[[_Fitted, _Table], _Fitted]:
    """Let the errors of a fit speak of the outcomes as the table calls them."""

    @wraps(fit)
    def told(self: _Fitted, table: _Table) -> _Fitted:
        with table.words.telling() if isinstance(table, Measured) else nullcontext():
            return fit(self, table)

    return told


def band_ends(low: float | None, high: float | None) -> tuple[float, float]:
    """Return both ends of a band that is asked for; an open one is infinite.

    Raises
    ------
    InputError
        If an end is not a number, or the low end is above the high end.
    """
    try:
        least = -math.inf if low is None else float(low)
        most = math.inf if high is None else float(high)
    except (TypeError, ValueError) as e:
        raise InputError(f"band {low!r}..{high!r}", "numbers, or None for an open end") from e
    if not least <= most:
        raise InputError(f"band {least:g}..{most:g}", "low at or below high")
    return least, most


def band_frame(
    bands: Iterable[tuple[float | None, float | None]], answers: Iterable[Answer]
) -> pd.DataFrame:
    """Return a row per band: its ends as they were given, and its answer."""
    rows = [
        (low, high, rate, *limits, n)
        for (low, high), (rate, limits, n) in zip(bands, answers, strict=True)
    ]
    return pd.DataFrame(rows, columns=BAND_COLUMNS)


class Estimator(BaseEstimator):  # type: ignore[misc]
    """What all estimators share: rules for their parameters, and a guard before the first fit."""

    _rules: ClassVar[Mapping[str, Rule]] = {}

    def _check_parameters(self) -> None:
        for name, rule in self._rules.items():
            value = getattr(self, name)
            if not rule.holds(value):
                raise InputError(f"{name} is {value!r}", rule.words)

    def _need_fit(self) -> None:
        """Raise scikit-learn's NotFittedError before the first fit."""
        check_is_fitted(self)


class RateEstimator(Estimator, ABC):
    """Base of estimators of a rate, with its interval, from one published table.

    What is asked is checked here, once. An estimator answers in `_rates`, `_limits` and `_band`
    (or `_bands`), and says in `_outside` where nobody in its table is.
    """

    @abstractmethod
    def fit(self, table: Any) -> Self:  # noqa: ANN401  each estimator names its table's shape
        """Fit to one table and return self."""

    def predict_rate(self, x: ArrayLike) -> Array:
        """Return the match rate at each x.

        Parameters
        ----------
        x : array-like, shape (n,)
            In the measure's unit.

        Returns
        -------
        ndarray, shape (n,)
            Fractions; NaN where the estimator knows limits and no rate.

        Raises
        ------
        NotFittedError
            Before the first fit.
        InputError
            If an x is not a finite number, or the table tells nothing there.

        Warns
        -----
        ExtrapolationWarning
            If the table has nobody at an x and something else stands in.

        Examples
        --------
        >>> from imgstats import BandRate, BandTable
        >>> table = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)])
        >>> BandRate().fit(table).predict_rate([1, 2])
        array([0.6, 0.3])
        """
        return self._rates(self._points(x))

    def predict_interval(self, x: ArrayLike, level: float = 0.95) -> Array:
        """Return lower and upper limit of the match rate at each x.

        Parameters
        ----------
        x : array-like, shape (n,)
            In the measure's unit.
        level : float
            Level of the interval, a fraction.

        Returns
        -------
        ndarray, shape (n, 2)
            Fractions: the doubt of sampling and rounding, not that of the choice of estimator.

        Raises
        ------
        NotFittedError, InputError
            As `predict_rate`, and if the level is not between 0 and 1.

        Warns
        -----
        ExtrapolationWarning
            As `predict_rate`.

        Examples
        --------
        >>> from imgstats import BandRate, BandTable
        >>> table = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)])
        >>> BandRate().fit(table).predict_interval([1, 2]).round(2)
        array([[0.5 , 0.69],
               [0.14, 0.52]])
        """
        check_level(level)
        return self._limits(self._points(x), level)

    def band_rates(self, bands: Bands, level: float = 0.95) -> pd.DataFrame:
        """Return the match rate of each band with its interval.

        Parameters
        ----------
        bands : iterable of (low, high) or str
            Ends in the measure's unit, both included; None for an open end. A text such as
            ``230-239`` or ``250+`` stands for both ends, and a single band for a list of one.
        level : float
            Level of the interval, a fraction.

        Returns
        -------
        DataFrame
            Columns low, high, rate, rate_low, rate_high (fractions) and n, the table's applicants
            in the band: counted, or as the fitted curve puts them there; NaN where no table counts
            them.

        Raises
        ------
        NotFittedError
            Before the first fit.
        TableError
            If a band cuts one of the table's, and the estimator knows only these.
        InputError
            If a band is no pair and no such text, an end is not a number, a low end is above its
            high end, the table tells nothing of a band, or the level is not between 0 and 1.

        Warns
        -----
        ExtrapolationWarning
            If the table has nobody in a band and something else stands in.

        Examples
        --------
        >>> from imgstats import BandRate, BandTable
        >>> table = BandTable.from_counts("attempts", [(1, 1, 60, 40), (2, None, 6, 14)])
        >>> BandRate().fit(table).band_rates(["2+"]).round(2)
           low  high  rate  rate_low  rate_high   n
        0    2  None   0.3      0.14       0.52  20
        """
        check_level(level)
        self._need_fit()
        asked = band_pairs(bands)
        return band_frame(asked, self._bands([band_ends(low, high) for low, high in asked], level))

    @abstractmethod
    def _rates(self, points: Array) -> Array:
        """Return the rate at each point, shape (n,)."""

    @abstractmethod
    def _limits(self, points: Array, level: float) -> Array:
        """Return the limits at each point, shape (n, 2)."""

    def _bands(self, ends: list[tuple[float, float]], level: float) -> list[Answer]:
        """Return the answer for each band."""
        return [self._band(least, most, level) for least, most in ends]

    def _band(self, least: float, most: float, level: float) -> Answer:
        """Return the answer for one band; an open end is infinite."""
        raise NotImplementedError

    def _outside(self, points: Array) -> str:  # noqa: ARG002  for those that extrapolate
        """Say which point lies where the table has nobody; empty where none does."""
        return ""

    def _points(self, x: ArrayLike) -> Array:
        """Return what is asked as an array, and warn of what lies outside."""
        self._need_fit()
        points = as_points(x)
        self._warn_outside(points, stacklevel=4)
        return points

    def _warn_outside(self, points: Array, stacklevel: int = 3) -> None:
        words = self._outside(points)
        if words:
            said = self.table_.words.say(words) if hasattr(self, "table_") else words
            warnings.warn(said, ExtrapolationWarning, stacklevel=stacklevel)
