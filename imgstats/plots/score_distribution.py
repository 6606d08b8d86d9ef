"""Scores of one outcome against scores of the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from imgstats.comparison.score.records import Curve
from imgstats.errors import InputError
from imgstats.plots.rate_curve import FitCurve, curve_of
from imgstats.plots.theme import (
    HALO,
    INK,
    MATCHED,
    NOT_MATCHED,
    legend_above,
    measure_axis,
    measure_told,
    new_axes,
    theme,
)
from imgstats.wording import number_words, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.comparison.score.records import Place
    from imgstats.estimators.contract import RateEstimator
    from imgstats.measures import OutcomeWords
    from imgstats.plots.theme import Told


__all__ = ["describe_score_distribution", "score_distribution"]


def score_distribution(
    curve: Curve | RateEstimator,
    *,
    score: float | None = None,
    place: Place | None = None,
    of: Told | None = None,
    xlabel: str | None = None,
    ylabel: str | None = None,
    ax: Axes | None = None,
) -> Axes:
    """Draw both fitted score distributions with one score marked.

    Parameters
    ----------
    curve : Curve or RateEstimator
        Fitted share of each outcome at each score; or an own fit, see `curve_of`.
    score : float, optional
        The score to mark.
    place : Place, optional
        The score's percentiles.
    of : Measure, table or fitted estimator, optional
        Whose label and words the figure uses. Default: those of the fit.
    xlabel, ylabel : str, optional
        Labels of the axes, in the place of those.

    Raises
    ------
    InputError
        If no distributions were fitted.
    """
    curve = _with_densities(curve)
    told = measure_told(of, curve)
    with theme():
        ax = ax or new_axes()
        for density, color, style, label in (
            (curve.density_not_matched, NOT_MATCHED, "--", told.words.say("did not match")),
            (curve.density_matched, MATCHED, "-", told.words.yes),
        ):
            ax.fill_between(curve.x, density, color=color, alpha=0.12, lw=0)
            ax.plot(curve.x, density, color=color, lw=2, ls=style, label=label)
        top = max(*curve.density_matched, *curve.density_not_matched)
        ax.set(ylim=(0, top * 1.38), ylabel=ylabel or _share(curve))
        measure_axis(ax, xlabel or told.label)
        if score is not None:
            _mark(ax, score, place, top * 1.35, told.words)
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
        ax.grid(visible=False, axis="x")
        # Above: inside it would lie on the words at some score.
        legend_above(ax)
    return ax


def _with_densities(curve: Curve | RateEstimator) -> Curve:
    found = curve if isinstance(curve, Curve) else curve_of(curve)
    if not found.density_matched:
        raise InputError(
            "a curve without the scores of both outcomes",
            "a fit to digits of both, such as TiltRate's",
        )
    return found


def _share(curve: Curve) -> str:
    """Return of what the distributions are shares: one value each, or several on a wide scale."""
    if not isinstance(curve, FitCurve):
        return "share with each score"
    if curve.size == 1:
        return "share with each value"
    return f"share per {number_words(curve.size)} values"


def _mark(ax: Axes, score: float, place: Place | None, high: float, words: OutcomeWords) -> None:
    """Mark a score with a line, and write its percentiles where they are known."""
    ax.axvline(score, color=INK, lw=1.4)
    right = score < sum(ax.get_xlim()) / 2
    above = place and (
        f"\nabove {percent(place.matched)} of {words.yes},"
        f"\n{percent(place.not_matched)} of {words.no}"
    )
    ax.annotate(
        f"{number_words(score)}{above or ''}",
        (score, high),
        xytext=(6 if right else -6, 0),
        textcoords="offset points",
        ha="left" if right else "right",
        va="top",
        fontsize=9.5,
        path_effects=list(HALO),
    )


def describe_score_distribution(
    curve: Curve | RateEstimator,
    *,
    score: float | None = None,
    place: Place | None = None,
    of: Told | None = None,
    xlabel: str | None = None,
) -> str:
    """Return what the figure shows, in words; parameters as of `score_distribution`."""
    curve = _with_densities(curve)
    told = measure_told(of, curve)
    yes, no = told.words.yes, told.words.no
    medians = {each.outcome: each.median for each in place.printed} if place else {}
    matched, not_matched = medians.get("matched"), medians.get("not_matched")
    printed = mark = ""
    if matched is not None and not_matched is not None:
        printed = (
            f" The printed median is {number_words(matched)} for the {yes} and "
            f"{number_words(not_matched)} for the {no}."
        )
    if score is not None:
        mark = f" A line marks {number_words(score)}"
        mark += (
            f", above {percent(place.matched)} of the {yes} and {percent(place.not_matched)} of "
            f"the {no}."
            if place
            else "."
        )
    return (
        f"Two overlapping curves by {xlabel or told.label} from {number_words(curve.x[0])} to "
        f"{number_words(curve.x[-1])}: of the {yes} and of the {no}.{printed}{mark}"
    )
