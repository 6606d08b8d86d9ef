"""The grid of the study: which populations, how many applicants, which shape, which rivals.

Not a full factorial: each cell answers a question. The rule that picks a default was written
before the run and stands in `benchmarks.calibration.rule`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from benchmarks.calibration.outside import OUTSIDE
from benchmarks.calibration.populations import Population, population
from benchmarks.calibration.rivals import METHODS, PublishedRate
from imgstats.estimators import BandRate, IsotonicRate, LogisticRate, RankListRate, TiltRate

if TYPE_CHECKING:
    from imgstats.estimators import RateEstimator

__all__ = ["CELLS", "DEFAULTS", "PUBLISHED", "RIVALS", "Cell"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One population, number of applicants and printed shape."""

    shape: str
    curve: str
    density: str
    n: int

    @property
    def name(self) -> str:
        """Name in the results, such as ``summary-bend-normal-1500``."""
        return f"{self.shape}-{self.curve}-{self.density}-{self.n}"

    @property
    def is_outside(self) -> bool:
        """Whether its population is one that no estimator was made for."""
        return (self.curve, self.density) in OUTSIDE

    @property
    def whole(self) -> Population:
        """Its population."""
        key = self.curve, self.density
        return OUTSIDE[key] if key in OUTSIDE else population(*key)


_GRID = {
    "summary": [
        ("line", "normal", 20),
        ("line", "normal", 150),
        ("line", "normal", 1500),
        ("line", "skewed", 5000),
        ("line", "heavy", 1500),
        ("bend", "normal", 900),
        ("bend", "normal", 1500),
        ("bend", "heavy", 5000),
        ("bend", "normal", 20000),
        ("plateau", "normal", 1500),
        ("plateau", "normal", 20000),
        ("hump", "skewed", 5000),
        ("floor_ceiling", "normal", 3000),
        ("classes", "two_normals", 3000),
        ("threshold", "normal", 1500),
        ("threshold", "normal", 6992),
        ("tanh", "skewed_1.35", 4000),
        ("wave", "normal", 8000),
        ("line", "heaped", 2000),
        ("line", "pass_mark", 2500),
        ("line", "in_fives", 1500),
    ],
    "one_median": [
        ("line", "normal", 900),
        ("line", "skewed", 900),
        ("mild_bend", "normal", 900),
        ("bend", "normal", 900),
    ],
    "quartiles": [
        ("bend", "normal", 900),
        ("line", "heavy", 1500),
        ("line", "skewed_0.5", 1500),
        ("line", "skewed_0.8", 1500),
        ("line", "skewed_1.35", 1500),
        ("bend", "skewed_0.8", 1500),
        ("line", "in_fives", 1500),
    ],
    "band_counts": [
        ("line", "normal", 20),
        ("plateau", "normal", 5000),
        ("hump", "skewed", 20000),
    ],
    "band_percent": [
        ("line", "normal", 900),
        ("bend", "skewed", 5000),
        ("hump", "heavy", 1500),
        ("plateau", "normal", 20000),
    ],
    "ranks": [
        ("log_line", "ranks", 900),
        ("long_lists_fall", "ranks", 5000),
        ("one_chance", "geometric", 900),
        ("one_chance", "geometric", 6992),
        ("many_chances", "geometric", 3000),
        ("count_line", "geometric", 1500),
        ("count_plateau", "geometric", 3000),
        ("flat", "publications", 1500),
        ("log_count", "publications", 1500),
        ("any", "publications", 1500),
    ],
}

CELLS = tuple(
    Cell(shape=shape, curve=curve, density=density, n=n)
    for shape, rows in _GRID.items()
    for curve, density, n in rows
)

_TILTS: dict[str, RateEstimator] = {
    "mixture": TiltRate(),
    "degree 1": TiltRate(degree=1),
    "degree 2 free": TiltRate(degree=2, ridge=None),
    "cubic": TiltRate(degree=3),
    "degree 3 free": TiltRate(degree=3, ridge=None),
    "rising spline": TiltRate(shape="rising"),
}
_BANDED: dict[str, RateEstimator] = {
    "bands, Jeffreys": BandRate(interval="jeffreys"),
    "bands, Wilson": BandRate(interval="wilson"),
    "isotonic": IsotonicRate(),
    "logistic line": LogisticRate(shape="linear"),
    "logistic spline": LogisticRate(shape="spline"),
}
_RANKED: dict[str, RateEstimator] = {
    "mixture": RankListRate(),
    "degree 1": RankListRate(degree=1),
    "degree 2 ridge": RankListRate(degree=2),
    "degree 2 free": RankListRate(degree=2, ridge=None),
    "degree 3 ridge": RankListRate(degree=3),
}
_METHODS: dict[str, RateEstimator] = {name: PublishedRate(method=name) for name in METHODS}

# Every estimator of the package that takes a table of the shape.
RIVALS: dict[str, dict[str, RateEstimator]] = {
    "summary": _TILTS,
    "one_median": _TILTS,
    "quartiles": _TILTS,
    "band_counts": _BANDED,
    "band_percent": _BANDED,
    "ranks": _RANKED,
}

# Methods of the literature; they have no intervals, and are asked on a cell's first tables only.
PUBLISHED: dict[str, dict[str, RateEstimator]] = {
    "summary": _METHODS,
    "one_median": _METHODS,
    "quartiles": _METHODS,
    "band_counts": {},
    "band_percent": {},
    "ranks": {},
}

# What the package uses for each shape unless told otherwise: the classes' own defaults.
DEFAULTS: dict[str, RateEstimator] = {
    "summary": TiltRate(),
    "one_median": TiltRate(),
    "quartiles": TiltRate(),
    "band_counts": BandRate(),
    "band_percent": BandRate(),
    "ranks": RankListRate(),
}
