"""Populations with a known rate curve: how scores lie, and the match rate at each.

Scores are the whole numbers 209 to 300, ranks the whole numbers 1 to 40. Curves are written on the
logit scale, scores in z = (x - 246) / 14, ranks in log x. `benchmarks.calibration.outside` has the
populations that no estimator was made for.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import expit
from scipy.stats import skewnorm, t

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]
    Bands = tuple[tuple[int | None, int | None], ...]

__all__ = ["CURVES", "DENSITIES", "Population", "population"]

LOW, HIGH = 209, 300
MOST_RANKS = 40
_MIDDLE, _SPREAD = 246.0, 14.0

_SCORES = np.arange(LOW, HIGH + 1).astype(np.float64)
_RANKS = np.arange(1, MOST_RANKS + 1).astype(np.float64)
_SCORE_BANDS: Bands = (
    (None, 219),
    *((low, low + 9) for low in range(220, 280, 10)),
    (280, None),
)
_RANK_BANDS: Bands = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 15), (16, None))


def _skewed(x: Array) -> Array:
    """Left-skewed with the same mean and sd as the normal."""
    shape = -5.0
    delta = shape / np.sqrt(1 + shape**2)
    scale = _SPREAD / np.sqrt(1 - 2 * delta**2 / np.pi)
    place = _MIDDLE - scale * delta * np.sqrt(2 / np.pi)
    return np.asarray(skewnorm.pdf(x, shape, place, scale))


def _heavy(x: Array) -> Array:
    """Student's t with 4 degrees of freedom and, before it is cut, the sd of the normal."""
    return np.asarray(t.pdf((x - _MIDDLE) / (_SPREAD / np.sqrt(2)), 4))


def _ranks(x: Array) -> Array:
    """Log-normal, as rank lists are: many short, few very long."""
    return np.asarray(np.exp(-(((np.log(x) - 1.3) / 0.85) ** 2) / 2) / x)


DENSITIES: dict[str, Callable[[Array], Array]] = {
    "normal": lambda x: np.exp(-(((x - _MIDDLE) / _SPREAD) ** 2) / 2),
    "skewed": _skewed,
    "heavy": _heavy,
    "ranks": _ranks,
}

# On z for scores, on log x for ranks.
CURVES: dict[str, Callable[[Array], Array]] = {
    "line": lambda z: -0.1 + 0.5 * z,
    # As strong as internal medicine's in the 2026 report; "bend" is three times as strong.
    "mild_bend": lambda z: -0.2 + 0.5 * z + 0.1 * z**2,
    "bend": lambda z: -0.5 + 0.45 * z + 0.3 * z**2,
    "plateau": lambda z: 0.5 + 1.0 * np.minimum(z - 0.3, 0),
    "hump": lambda z: -1.0 + 1.6 * np.exp(-((z - 0.5) ** 2) / 2),
    "log_line": lambda u: -1.4 + 1.1 * u,
    "long_lists_fall": lambda u: -1.6 + 1.9 * u - 0.35 * u**2,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Population:
    """Endlessly many applicants.

    Attributes
    ----------
    measure : str
        ``step2_ck`` or ``contiguous_ranks``.
    grid : ndarray, shape (g,)
        Whole values of the measure.
    share : ndarray, shape (g,)
        Share of applicants at each.
    rate : ndarray, shape (g,)
        True match rate at each, a fraction.
    bands : tuple of (low, high)
        Bands of a report, both ends included; None for an open end.
    tells_scale : bool
        Whether its tables say which values anybody can have: those of the grid.
    quartile_unit : float
        To which quartiles are rounded in print; 0 prints them as they are.
    """

    measure: str
    grid: Array
    share: Array
    rate: Array
    bands: Bands
    tells_scale: bool
    quartile_unit: float = 0.0

    @property
    def inside(self) -> Array:
        """1 where a band holds a value, shape (bands, g)."""
        rows = [
            (self.grid >= (-np.inf if low is None else low))
            & (self.grid <= (np.inf if high is None else high))
            for low, high in self.bands
        ]
        return np.array(rows, dtype=np.float64)

    @property
    def band_share(self) -> Array:
        """Share of applicants in each band, shape (bands,)."""
        result: Array = self.inside @ self.share
        return result

    @property
    def middle(self) -> tuple[float, float]:
        """Values between which 95 % of the applicants lie: the 2.5 and the 97.5 percentile."""
        cumulative = np.cumsum(self.share)
        low, high = np.searchsorted(cumulative, [0.025, 0.975])
        return float(self.grid[low]), float(self.grid[high])

    @property
    def band_rate(self) -> Array:
        """True match rate of each band, shape (bands,)."""
        result: Array = self.inside @ (self.share * self.rate) / self.band_share
        return result


def population(curve: str, density: str) -> Population:
    """Return the population with that curve and that density.

    Parameters
    ----------
    curve : str
        A name of `CURVES`.
    density : str
        A name of `DENSITIES`; ``ranks`` makes it a population of rank lists.
    """
    ranks = density == "ranks"
    grid = _RANKS if ranks else _SCORES
    weight = DENSITIES[density](grid)
    place = np.log(grid) if ranks else (grid - _MIDDLE) / _SPREAD
    return Population(
        measure="contiguous_ranks" if ranks else "step2_ck",
        grid=grid,
        share=weight / weight.sum(),
        rate=np.asarray(expit(CURVES[curve](place))),
        bands=_RANK_BANDS if ranks else _SCORE_BANDS,
        # As the package reads the reports: scores have two ends, rank lists have none printed.
        tells_scale=not ranks,
    )
