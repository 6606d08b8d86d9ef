"""Populations that no estimator was made for: their curves are no polynomial, their scores no bell.

Each is found by the names of its curve and of its density. Scores are the whole numbers 200 to 300,
ranks 1 to 60, publications 0 to 80, unless the density says otherwise. No table tells where the
scale ends.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.special import betaln, expit
from scipy.stats import gamma, nbinom, norm

from benchmarks.calibration.populations import Population

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from benchmarks.calibration.populations import Bands

    Array = NDArray[np.float64]

__all__ = ["OUTSIDE"]

_HIGHEST = 300.0
_SCORES = np.arange(200.0, _HIGHEST + 1)
_PASSED = np.arange(214.0, _HIGHEST + 1)
_RANKS = np.arange(1.0, 61.0)
_PUBLICATIONS = np.arange(0.0, 81.0)
_Z = (_SCORES - 245) / 14
_RANK_BANDS: Bands = ((1, 1), (2, 2), (3, 5), (6, 10), (11, 15), (16, None))
_PUBLICATION_BANDS: Bands = ((0, 0), (1, 2), (3, 5), (6, 10), (11, None))
# Where scores are skewed: their mean and sd, which are those of a gamma that ends at 275.
_SKEWED_MEAN, _SKEWED_SD = 255.2, 13.35
_SKEWED_LINE = expit(0.05 * (_SCORES - 252))
_WALL = 272.0
_NOBODY = 1e-12  # beyond the highest score that a skewed density has


def _normal(mean: float, sd: float, grid: Array = _SCORES) -> Array:
    return np.asarray(norm.pdf(grid, mean, sd))


def _skewed(skewness: float, highest: float = _HIGHEST) -> Array:
    """Return a gamma density turned round, with its long tail below, and nobody above a score."""
    shape = 4 / skewness**2
    scale = _SKEWED_SD / np.sqrt(shape)
    ceiling = _SKEWED_MEAN + scale * shape
    density = gamma.pdf(ceiling - _SCORES, shape, scale=scale)
    return np.asarray(np.where(highest >= _SCORES, density, 0.0) + _NOBODY)


def _heaped() -> Array:
    """Return a normal density of which every fifth score is six times as common."""
    return _normal(246, 14) * np.where(_SCORES % 5 == 0, 3.0, 0.5)


def _negative_binomial(x: Array, mean: float, size: float) -> Array:
    return np.asarray(nbinom.pmf(x, size, size / (size + mean)))


def _publications() -> Array:
    """Return a density of counts of which four in ten are nought, beside those that may be."""
    counted = _negative_binomial(_PUBLICATIONS, 4, 0.7)
    return np.asarray(0.4 * (_PUBLICATIONS == 0) + 0.6 * counted)


def _ten_points(grid: Array, share: Array) -> Bands:
    """Return bands of ten points from the 1st to the 99th percentile, both ends open."""
    cumulative = np.cumsum(share / share.sum())
    low, high = (float(grid[np.searchsorted(cumulative, each)]) for each in (0.01, 0.99))
    starts = [int(each) for each in np.arange(np.floor(low / 10) * 10, high + 1, 10)]
    inner = [(start, start + 9) for start in starts[1:-1]]
    return ((None, starts[1] - 1), *inner, (starts[-1], None))


def _scored(
    share: Array, rate: Array, grid: Array = _SCORES, quartile_unit: float = 0.0
) -> Population:
    return Population(
        measure="step2_ck",
        grid=grid,
        share=share / share.sum(),
        rate=rate,
        bands=_ten_points(grid, share),
        tells_scale=False,
        quartile_unit=quartile_unit,
    )


def _counted(measure: str, grid: Array, share: Array, rate: Array, bands: Bands) -> Population:
    return Population(
        measure=measure,
        grid=grid,
        share=share / share.sum(),
        rate=rate,
        bands=bands,
        tells_scale=False,
    )


def _ranked(share: Array, rate: Array) -> Population:
    return _counted("contiguous_ranks", _RANKS, share, rate, _RANK_BANDS)


def _published(rate: Array) -> Population:
    return _counted("publications", _PUBLICATIONS, _publications(), rate, _PUBLICATION_BANDS)


def _classes() -> Population:
    """Two kinds of applicants whose scores overlap, each with one rate."""
    weaker, stronger = 0.6 * _normal(236, 9), 0.4 * _normal(260, 7)
    return _scored(weaker + stronger, (0.25 * weaker + 0.75 * stronger) / (weaker + stronger))


def _any_of_many() -> Array:
    """Return the rate of lists each of whose ranks is one chance that differs between people."""
    first, second = 1.0, 3.0
    return np.asarray(1 - np.exp(betaln(first, second + _RANKS) - betaln(first, second)))


_STRAIGHT = expit(-0.1 + 0.035 * (_SCORES - 246))
_SKEWED_Z = (_SCORES - 252) / 14

OUTSIDE: dict[tuple[str, str], Population] = {
    ("floor_ceiling", "normal"): _scored(_normal(246, 15), 0.1 + 0.75 * expit(2.5 * _Z)),
    ("classes", "two_normals"): _classes(),
    ("threshold", "normal"): _scored(_normal(245, 14), np.where(_SCORES < 240, 0.25, 0.55)),
    ("tanh", "skewed_1.35"): _scored(
        _skewed(-1.35, _WALL), expit(-0.2 + 0.9 * np.tanh((_SCORES - 255) / 10))
    ),
    ("wave", "normal"): _scored(_normal(246, 14), expit(0.5 * _Z + 0.35 * np.sin(2.2 * _Z))),
    ("line", "heaped"): _scored(_heaped(), _STRAIGHT),
    ("line", "pass_mark"): _scored(
        _normal(222, 17, _PASSED), expit(-0.3 + 0.04 * (_PASSED - 230)), _PASSED
    ),
    ("line", "in_fives"): _scored(_normal(246, 14), _STRAIGHT, quartile_unit=5.0),
    ("line", "skewed_0.5"): _scored(_skewed(-0.5), _SKEWED_LINE),
    ("line", "skewed_0.8"): _scored(_skewed(-0.8), _SKEWED_LINE),
    ("line", "skewed_1.35"): _scored(_skewed(-1.35, _WALL), _SKEWED_LINE),
    ("bend", "skewed_0.8"): _scored(
        _skewed(-0.8), expit(-0.5 + 0.45 * _SKEWED_Z + 0.3 * _SKEWED_Z**2)
    ),
    ("one_chance", "geometric"): _ranked(_negative_binomial(_RANKS - 1, 3.5, 1.0), 1 - 0.8**_RANKS),
    ("many_chances", "geometric"): _ranked(_negative_binomial(_RANKS - 1, 4, 0.8), _any_of_many()),
    ("count_line", "geometric"): _ranked(
        _negative_binomial(_RANKS - 1, 4, 0.9), expit(-1.2 + 0.25 * _RANKS)
    ),
    ("count_plateau", "geometric"): _ranked(
        _negative_binomial(_RANKS - 1, 4, 0.9), np.minimum(0.12 + 0.145 * (_RANKS - 1), 0.85)
    ),
    ("flat", "publications"): _published(np.full(len(_PUBLICATIONS), 0.45)),
    ("log_count", "publications"): _published(expit(-0.5 + 0.5 * np.log1p(_PUBLICATIONS))),
    ("any", "publications"): _published(np.where(_PUBLICATIONS == 0, 0.3, 0.55)),
}
