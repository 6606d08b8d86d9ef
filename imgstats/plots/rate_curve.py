"""Match rate by score: the fitted curve, its interval and the other curves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from imgstats.comparison.score.records import Curve
from imgstats.errors import InputError
from imgstats.plots.estimator_curves import spread_places
from imgstats.plots.theme import (
    HALO,
    INK,
    MATCHED,
    OTHER,
    QUIET,
    legend_above,
    measure_axis,
    measure_told,
    new_axes,
    percent_axis,
    theme,
)
from imgstats.wording import interval_words, level_words, number_words, percent

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from matplotlib.axes import Axes

    from imgstats.comparison.score.records import Headline
    from imgstats.estimators.contract import RateEstimator
    from imgstats.measures import Measure
    from imgstats.plots.theme import Told

__all__ = ["FitCurve", "curve_of", "describe_rate_curve", "rate_curve"]

_SPOKEN_EVERY = 10
# The words at the mark, in fractions of the axes: their size, and their distance from the interval.
# Beyond three letters a score takes more room.
_WIDE, _HIGH, _GAP = 0.21, 0.08, 0.03
_LETTERS, _LETTER = 3, 0.024
_LABELLED_OTHERS = "other curves"


@dataclass(frozen=True, slots=True, kw_only=True)
class FitCurve(Curve):
    """A `Curve` of one's own fit.

    Attributes
    ----------
    of : Measure
        What x is, and what the outcomes are called.
    size : int
        Values of the measure that each density is a share of.
    """

    of: Measure
    size: int = 1


def curve_of(
    fitted: RateEstimator, x: Iterable[float] | None = None, *, level: float = 0.95
) -> FitCurve:
    """Return what a fitted estimator says as the record that `rate_curve` draws.

    Parameters
    ----------
    fitted : RateEstimator
        Fitted to any table.
    x : iterable of float, optional
        Values in rising order. Default: those that were fitted, between the printed extremes.
    level : float
        Level of the interval, a fraction.

    Returns
    -------
    FitCurve
        With the densities of both outcomes where the estimator fits them; without bands.

    Raises
    ------
    InputError
        If no values are given and the table prints no extremes.

    Examples
    --------
    >>> from imgstats import PublishedTables, TiltRate
    >>> table = PublishedTables().outcome_summary(group="non_us_img", year="2026")
    >>> found = curve_of(TiltRate().fit(table))
    >>> found.x[0] == table.extremes[0], round(found.rate[found.x.index(242)], 2)
    (True, 0.42)
    """
    points = tuple(_between(fitted) if x is None else map(float, x))
    limits = fitted.predict_interval(points, level)
    return FitCurve(
        x=points,
        rate=tuple(fitted.predict_rate(points).tolist()),
        low=tuple(limits[:, 0].tolist()),
        high=tuple(limits[:, 1].tolist()),
        rivals=(),
        density_matched=_density(fitted, "density_matched_", points),
        density_not_matched=_density(fitted, "density_not_matched_", points),
        bands=(),
        of=measure_told(None, fitted),
        size=fitted.cells_.size if hasattr(fitted, "cells_") else 1,
    )


def _between(fitted: RateEstimator) -> list[float]:
    ends, grid = getattr(fitted, "extremes_", None), getattr(fitted, "grid_", None)
    if ends is None or grid is None:
        raise InputError(
            f"a {type(fitted).__name__} without printed extremes", "values to draw", "give x"
        )
    found: list[float] = grid[(grid >= ends[0]) & (grid <= ends[1])].tolist()
    return found


def _density(fitted: RateEstimator, name: str, points: tuple[float, ...]) -> tuple[float, ...]:
    """Return a fitted density at each point; nothing where there is none."""
    density, grid = getattr(fitted, name, None), getattr(fitted, "grid_", None)
    if density is None or grid is None:
        return ()
    there = np.isin(grid, points)
    return tuple(density[there].tolist()) if there.sum() == len(points) else ()


def rate_curve(
    curve: Curve | RateEstimator,
    *,
    score: float | None = None,
    headline: Headline | None = None,
    level: float = 0.95,
    of: Told | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw the fitted rate by score with one score marked.

    Parameters
    ----------
    curve : Curve or RateEstimator
        Rates by score, fractions; or an own fit, see `curve_of`.
    score : float, optional
        The score to mark.
    headline : Headline, optional
        Rate, interval and counts at that score. Default: those of the curve, without the whole
        group's rate.
    level : float
        Level of the curve's interval, where no headline says it.
    of : Measure, table or fitted estimator, optional
        Whose label and words the figure uses. Default: those of the fit.
    xlabel, ylabel : str, optional
        Labels of the axes, in the place of those.

    Raises
    ------
    InputError
        If the score is none of the curve's.
    """
    curve, marked = _taken(curve, score, headline, level)
    told = measure_told(of, curve)
    rate_words = ylabel or told.words.rate
    with theme():
        ax = ax or new_axes()
        interval = f"{level_words(headline.level if headline else level)} interval"
        ax.fill_between(
            curve.x, curve.low, curve.high, color=MATCHED, alpha=0.16, lw=0, label=interval
        )
        for position, (_, rates) in enumerate(curve.rivals):
            label = _LABELLED_OTHERS if position == 0 else None
            ax.plot(curve.x, rates, color=OTHER, lw=1, ls="--", label=label)
        ax.plot(
            curve.x, curve.rate, color=MATCHED, lw=2.2, label=_curve_label(headline, rate_words)
        )
        if headline:
            whole = "borrowed" if headline.borrowed else "counted"
            base, label = headline.base_rate, f"whole group, {whole}"
            ax.axhline(base, color=QUIET, lw=0.9, ls=":", label=label)
        ax.set(ylim=(0, 1))
        measure_axis(ax, xlabel or told.label)
        if marked:
            _mark(ax, marked)
            _label(ax, curve, marked, headline)
        percent_axis(ax, rate_words)
        # Above: inside it would lie on a curve, an interval or the words at some score.
        legend_above(ax)
    return ax


class _Marked(NamedTuple):
    """A score with its rate and interval, fractions."""

    score: float
    rate: float
    low: float
    high: float


def _taken(
    curve: Curve | RateEstimator, score: float | None, headline: Headline | None, level: float
) -> tuple[Curve, _Marked | None]:
    """Return the curve to draw, and the marked score, of which a fit itself is asked."""
    if isinstance(curve, Curve):
        return curve, _marked(curve, score, headline)
    drawn = curve_of(curve, level=level)
    if score is None or headline is not None or not drawn.x[0] <= score <= drawn.x[-1]:
        return drawn, _marked(drawn, score, headline)
    return drawn, _marked(curve_of(curve, [score], level=level), score, None)


def _marked(curve: Curve, score: float | None, headline: Headline | None) -> _Marked | None:
    if score is None:
        return None
    if headline is not None:
        return _Marked(score, headline.rate, headline.low, headline.high)
    if score not in curve.x:
        low, high = number_words(curve.x[0]), number_words(curve.x[-1])
        kind = "one of the curve's," if isinstance(curve, FitCurve) else "a whole one"
        raise InputError(f"score {number_words(score)}", f"{kind} from {low} to {high}")
    at = curve.x.index(score)
    return _Marked(score, curve.rate[at], curve.low[at], curve.high[at])


def _curve_label(headline: Headline | None, what: str) -> str:
    return f"{'borrowed' if headline and headline.borrowed else 'fitted'} {what}"


def _mark(ax: Axes, marked: _Marked) -> None:
    """Mark a score with its rate and interval; the bar's ends show past the dot."""
    below, above = marked.rate - marked.low, marked.high - marked.rate
    ax.errorbar(
        [marked.score],
        [marked.rate],
        yerr=[[max(below, 0)], [max(above, 0)]],
        fmt="o",
        color=INK,
        ms=5,
        mec="white",
        mew=1,
        elinewidth=2.4,
        capsize=6,
        capthick=2,
        zorder=5,
    )


class _Spot(NamedTuple):
    """Where words stand: their left and lower end and their size, in fractions of the axes."""

    left: float
    bottom: float
    wide: float

    def crossed(self, lines: Sequence[tuple[Sequence[float], Sequence[float]]]) -> int:
        """Return how many points of lines run through the words."""
        return sum(
            self.left <= x <= self.left + self.wide and self.bottom <= y <= self.bottom + _HIGH
            for xs, ys in lines
            for x, y in zip(xs, ys, strict=True)
        )


def _label(ax: Axes, curve: Curve, marked: _Marked, headline: Headline | None) -> None:
    """Write score and rate at the mark, where no line runs through the words."""
    low, high = ax.get_xlim()
    across = [(x - low) / (high - low) for x in curve.x]
    drawn = [curve.rate, *(rates for _, rates in curve.rivals)]
    drawn += [(headline.base_rate,) * len(across)] if headline else []
    lines = [(across, each) for each in drawn]
    at = (marked.score - low) / (high - low)
    name = number_words(marked.score)
    wide = _WIDE + _LETTER * max(0, len(name) - _LETTERS)
    left = min(max(at - wide / 2, _GAP), 1 - wide)
    beside = at + _GAP if at < 1 / 2 else at - _GAP - wide
    spots = [
        _Spot(left, marked.low - _GAP - _HIGH, wide),
        _Spot(left, marked.high + _GAP, wide),
        _Spot(beside, max(marked.low, 0) + _GAP, wide),
        _Spot(beside, marked.high - _GAP - _HIGH, wide),
    ]
    inside = [spot for spot in spots if 0 < spot.bottom < 1 - _HIGH]
    best = min(inside or spots, key=lambda spot: spot.crossed(lines))
    ax.text(
        best.left + wide / 2,
        best.bottom + _HIGH / 2,
        f"{name}: {percent(marked.rate)}",
        transform=ax.transAxes,
        ha="center",
        va="center",
        fontweight="bold",
        path_effects=list(HALO),
        zorder=6,
    )


def describe_rate_curve(
    curve: Curve | RateEstimator,
    *,
    score: float | None = None,
    headline: Headline | None = None,
    level: float = 0.95,
    of: Told | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
) -> str:
    """Return what the figure shows, in words with its figures; parameters as of `rate_curve`."""
    curve, marked = _taken(curve, score, headline, level)
    told = measure_told(of, curve)
    points = [f"{percent(curve.rate[at])} at {number_words(curve.x[at])}" for at in _spoken(curve)]
    mark = marked and (
        f"The score {number_words(marked.score)} is marked at {percent(marked.rate)}, with the "
        f"{level_words(headline.level if headline else level)} interval "
        f"{interval_words(marked.low, marked.high)}. "
    )
    return (
        f"Line chart of the {_curve_label(headline, ylabel or told.words.rate)} by "
        f"{xlabel or told.label}: {', '.join(points)}. {mark or ''}"
        f"{_width_words(curve, told.words.people)}"
    )


def _width_words(curve: Curve, people: str) -> str:
    """Say where the interval is wide; near 0 and 1 it is narrow, however few people are there."""
    widths = np.subtract(curve.high, curve.low)
    if min(widths[0], widths[-1]) <= np.nanmedian(widths):
        return f"The interval is widest at {number_words(curve.x[int(np.nanargmax(widths))])}."
    others = (
        f"where few {people} are and where the other curves, drawn dashed, part from the fitted "
        "one."
        if curve.rivals
        else "far from the scores that most of the group have."
    )
    return f"The interval widens towards both ends, {others}"


def _spoken(curve: Curve) -> list[int]:
    """Return the places of the scores that the words tell of."""
    if isinstance(curve, FitCurve):
        return spread_places(len(curve.x))
    return [at for at, x in enumerate(curve.x) if x % _SPOKEN_EVERY == 0]
