"""Match rate by score: the fitted curve, its interval and the other curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from imgstats.plots.theme import HALO, INK, MATCHED, OTHER, QUIET, new_axes, percent_axis, theme
from imgstats.wording import interval_words, level_words, percent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from imgstats.comparison.score.records import Curve, Headline

__all__ = ["describe_rate_curve", "rate_curve"]

_SPOKEN_EVERY = 10
# The words at the mark, in fractions of the axes: their size, and their distance from the interval.
_WIDE, _HIGH, _GAP = 0.21, 0.08, 0.03
_LABELLED_OTHERS = "other curves"


def rate_curve(curve: Curve, *, score: int, headline: Headline, ax: Axes | None = None) -> Axes:
    """Draw the fitted match rate by score with the applicant's score marked.

    Parameters
    ----------
    curve : Curve
        Rates by whole score, fractions.
    score : int
        The applicant's score.
    headline : Headline
        Rate, interval and counts at that score.
    """
    with theme():
        ax = ax or new_axes()
        interval = f"{level_words(headline.level)} interval"
        ax.fill_between(
            curve.x, curve.low, curve.high, color=MATCHED, alpha=0.16, lw=0, label=interval
        )
        for position, (_, rates) in enumerate(curve.rivals):
            label = _LABELLED_OTHERS if position == 0 else None
            ax.plot(curve.x, rates, color=OTHER, lw=1, ls="--", label=label)
        ax.plot(curve.x, curve.rate, color=MATCHED, lw=2.2, label=_curve_label(headline))
        whole = "borrowed" if headline.borrowed else "counted"
        ax.axhline(headline.base_rate, color=QUIET, lw=0.9, ls=":", label=f"whole group, {whole}")
        ax.set(ylim=(0, 1), xlabel="Step 2 CK score")
        _mark(ax, score, headline)
        _label(ax, curve, score, headline)
        percent_axis(ax, "match rate")
        # Above: inside it would lie on a curve, an interval or the words at some score.
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9.5)
    return ax


def _curve_label(headline: Headline) -> str:
    return "borrowed match rate" if headline.borrowed else "fitted match rate"


def _mark(ax: Axes, score: int, headline: Headline) -> None:
    """Mark the applicant's score with its rate and interval; the bar's ends show past the dot."""
    below, above = headline.rate - headline.low, headline.high - headline.rate
    ax.errorbar(
        [score],
        [headline.rate],
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

    def crossed(self, lines: Sequence[tuple[Sequence[float], Sequence[float]]]) -> int:
        """Return how many points of lines run through the words."""
        return sum(
            self.left <= x <= self.left + _WIDE and self.bottom <= y <= self.bottom + _HIGH
            for xs, ys in lines
            for x, y in zip(xs, ys, strict=True)
        )


def _label(ax: Axes, curve: Curve, score: int, headline: Headline) -> None:
    """Write score and rate at the mark, where no line runs through the words."""
    low, high = ax.get_xlim()
    across = [(x - low) / (high - low) for x in curve.x]
    whole = (headline.base_rate,) * len(across)
    lines = [(across, each) for each in (curve.rate, *(rates for _, rates in curve.rivals), whole)]
    at = (score - low) / (high - low)
    left = min(max(at - _WIDE / 2, _GAP), 1 - _WIDE)
    beside = at + _GAP if at < 1 / 2 else at - _GAP - _WIDE
    spots = [
        _Spot(left, headline.low - _GAP - _HIGH),
        _Spot(left, headline.high + _GAP),
        _Spot(beside, max(headline.low, 0) + _GAP),
        _Spot(beside, headline.high - _GAP - _HIGH),
    ]
    inside = [spot for spot in spots if 0 < spot.bottom < 1 - _HIGH]
    best = min(inside or spots, key=lambda spot: spot.crossed(lines))
    ax.text(
        best.left + _WIDE / 2,
        best.bottom + _HIGH / 2,
        f"{score}: {percent(headline.rate)}",
        transform=ax.transAxes,
        ha="center",
        va="center",
        fontweight="bold",
        path_effects=list(HALO),
        zorder=6,
    )


def describe_rate_curve(curve: Curve, *, score: int, headline: Headline) -> str:
    """Return what the figure shows, in words with its figures."""
    points = [
        f"{percent(rate)} at {x}"
        for x, rate in zip(curve.x, curve.rate, strict=True)
        if x % _SPOKEN_EVERY == 0
    ]
    others = (
        "where few applicants are and where the other curves, drawn dashed, part from the fitted "
        "one."
        if curve.rivals
        else "far from the scores that most of the group have."
    )
    return (
        f"Line chart of the {_curve_label(headline)} by Step 2 CK score: {', '.join(points)}. "
        f"The score {score} is marked at {percent(headline.rate)}, with the "
        f"{level_words(headline.level)} interval {interval_words(headline.low, headline.high)}. "
        f"The interval widens towards both ends, {others}"
    )
