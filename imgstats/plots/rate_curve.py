"""Match rate by score: the fitted curve, its interval and the other curves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from imgstats.plots.theme import INK, MATCHED, OTHER, QUIET, new_axes, percent_axis, theme
from imgstats.wording import interval_words, level_words, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.comparison.score.records import Curve, Headline

__all__ = ["describe_rate_curve", "rate_curve"]

_SPOKEN_EVERY = 10
_FLOOR = 0.15  # so near to the bottom the label stands beside the point
_EDGE = 0.1  # so near to a side the label is set inwards
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
        _mark(ax, score, headline)
        ax.set(ylim=(0, 1), xlabel="Step 2 CK score")
        percent_axis(ax, "match rate")
        # Above: inside it would lie on a curve, an interval or the words at some score.
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9.5)
    return ax


def _curve_label(headline: Headline) -> str:
    return "borrowed match rate" if headline.borrowed else "fitted match rate"


def _mark(ax: Axes, score: int, headline: Headline) -> None:
    """Mark the applicant's score with its rate and interval."""
    ax.vlines(score, headline.low, headline.high, color=INK, lw=2)
    ax.plot([score], [headline.rate], "o", color=INK, ms=6.5, mec="white", mew=1.2, zorder=5)
    low, high = ax.get_xlim()
    share = (score - low) / (high - low)
    align = "left" if share < _EDGE else "right" if share > 1 - _EDGE else "center"
    words = f"{score}: {percent(headline.rate)}"
    style: dict[str, Any] = {"textcoords": "offset points", "fontweight": "bold"}
    if headline.low < _FLOOR:  # no room under the interval
        side, beside = (9, "left") if share < 0.5 else (-9, "right")
        ax.annotate(
            words, (score, headline.rate), xytext=(side, 0), ha=beside, va="center", **style
        )
    else:
        ax.annotate(words, (score, headline.low), xytext=(0, -13), ha=align, va="top", **style)


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
        f"The interval is narrow in the middle and wide at both ends, {others}"
    )
