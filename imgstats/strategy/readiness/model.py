"""The mathematics: scores of forms with their errors, combined to a distribution of the real score.

The real score is the level of a person plus the error of the exam itself; a form's score is the
same level plus what the form adds. Forms are weighed by their precision. The error of the exam is
there once, however many forms were taken.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

from imgstats.strategy.readiness.records import Agreement, Outlook

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Combined", "agreement", "combine", "form_error", "needed_mean", "outlook", "slope"]

_NORMAL = NormalDist()
_HALF_POINT = 0.5
# Below this p the forms contradict each other.
_CONTRADICTORY = 0.01


@dataclass(frozen=True, slots=True)
class Combined:
    """Forms taken together.

    Attributes
    ----------
    mean : float
        Combined score, points.
    weights : tuple of float, length k
        Share of each form; they add up to 1.
    apart : float
        Standard deviation of the mean if every form errs by itself, points.
    alike : float
        The same if all err alike.
    """

    mean: float
    weights: tuple[float, ...]
    apart: float
    alike: float


def form_error(difference: float, exam: float) -> float:
    """Return what a form adds to the error of the exam.

    Parameters
    ----------
    difference : float
        Standard deviation of form minus real score, points.
    exam : float
        Standard error of measurement of the exam, points; less than `difference`.

    Examples
    --------
    >>> form_error(10.0, 6.0)
    8.0
    """
    return math.sqrt(difference**2 - exam**2)


def combine(scores: Sequence[float], errors: Sequence[float]) -> Combined:
    """Combine forms by their precision.

    Parameters
    ----------
    scores : sequence of float, length k
        Points; k is at least 1.
    errors : sequence of float, length k
        What each form adds, standard deviations above 0.

    Examples
    --------
    >>> found = combine([230.0, 240.0], [8.0, 8.0])
    >>> found.mean, found.weights, round(found.apart, 2), found.alike
    (235.0, (0.5, 0.5), 5.66, 8.0)
    """
    precisions = [1 / each**2 for each in errors]
    total = math.fsum(precisions)
    weights = tuple(each / total for each in precisions)
    return Combined(
        mean=math.fsum(map(math.prod, zip(weights, scores, strict=True))),
        weights=weights,
        apart=total**-0.5,
        alike=math.fsum(map(math.prod, zip(weights, errors, strict=True))),
    )


def outlook(
    mean: float,
    sd: float,
    *,
    passing: float | None,
    target: float | None,
    ends: tuple[float, float],
) -> Outlook:
    """Return a normal distribution of the real score with its intervals and shares.

    Parameters
    ----------
    mean, sd : float
        Points.
    passing, target : float or None
        Scores whose shares are asked for. A real score is a whole number, so a share at or above
        one begins half a point under it.
    ends : (float, float)
        Ends of the scale; intervals are cut there.

    Examples
    --------
    >>> found = outlook(240.0, 10.0, passing=218, target=240, ends=(100, 300))
    >>> round(found.reaches, 2), round(found.passes, 3), round(found.low_90, 1)
    (0.52, 0.988, 223.6)
    """
    at = NormalDist(mean, sd)

    def cut(share: float) -> float:
        return min(max(at.inv_cdf(share), ends[0]), ends[1])

    def above(score: float | None) -> float | None:
        return None if score is None else 1 - at.cdf(score - _HALF_POINT)

    return Outlook(
        mean=mean,
        sd=sd,
        low_50=cut(0.25),
        high_50=cut(0.75),
        low_90=cut(0.05),
        high_90=cut(0.95),
        passes=above(passing),
        reaches=above(target),
    )


def needed_mean(score: float, sd: float, share: float) -> float:
    """Return the mean at which a share of the distribution is at or above a score.

    Examples
    --------
    >>> needed_mean(245, 10, 0.5), round(needed_mean(245, 10, 0.8), 1)
    (244.5, 252.9)
    """
    return score - _HALF_POINT + sd * _NORMAL.inv_cdf(share)


def agreement(
    scores: Sequence[float], errors: Sequence[float], combined: Combined
) -> Agreement | None:
    """Return whether forms differ by more than their errors allow; None of fewer than two.

    Examples
    --------
    >>> scores, errors = [200.0, 250.0], [8.0, 8.0]
    >>> agreement(scores, errors, combine(scores, errors)).contradictory
    True
    """
    if len(scores) < 2:
        return None
    from scipy.special import chdtrc

    squares = math.fsum(
        ((score - combined.mean) / error) ** 2 for score, error in zip(scores, errors, strict=True)
    )
    p = float(chdtrc(len(scores) - 1, squares))
    return Agreement(
        chi_square=squares, degrees=len(scores) - 1, p=p, contradictory=p < _CONTRADICTORY
    )


def slope(
    days: Sequence[float], scores: Sequence[float], errors: Sequence[float]
) -> tuple[float, float] | None:
    """Return the weighted slope of scores over time and its standard error; None on a single day.

    Parameters
    ----------
    days, scores, errors : sequence of float, length k
        Time in any unit, points, and what each form adds.

    Examples
    --------
    >>> rise, error = slope([0, 1], [230, 238], [8, 8])
    >>> rise, round(error, 2)
    (8.0, 11.31)
    """
    if len(set(days)) < 2:
        return None
    found = combine(days, errors)
    precision = [1 / each**2 for each in errors]
    spread = math.fsum(w * (day - found.mean) ** 2 for w, day in zip(precision, days, strict=True))
    up = math.fsum(
        w * (day - found.mean) * score
        for w, day, score in zip(precision, days, scores, strict=True)
    )
    return up / spread, spread**-0.5
