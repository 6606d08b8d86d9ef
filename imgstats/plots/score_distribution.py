"""Scores of the matched against scores of the not matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from imgstats.comparison.score.records import Curve
from imgstats.errors import InputError
from imgstats.plots.rate_curve import curve_of
from imgstats.plots.theme import (
    HALO,
    INK,
    MATCHED,
    NOT_MATCHED,
    legend_above,
    new_axes,
    theme,
)
from imgstats.wording import number_words, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.comparison.score.records import Place
    from imgstats.estimators.contract import RateEstimator


__all__ = ["describe_score_distribution", "score_distribution"]


def score_distribution(
    curve: Curve | RateEstimator,
    *,
    score: int | None = None,
    place: Place | None = None,
    xlabel: str = "Step 2 CK score",
    ylabel: str = "share with each score",
    ax: Axes | None = None,
) -> Axes:
    """Draw both fitted score distributions with the applicant's score marked.

    Parameters
    ----------
    curve : Curve or RateEstimator
        Fitted share of each outcome at each whole score; or an own fit, see `curve_of`.
    score : int, optional
        The score to mark.
    place : Place, optional
        The score's percentiles.
    xlabel, ylabel : str
        Labels of the axes.

    Raises
    ------
    InputError
        If no distributions were fitted.
    """
    curve = _with_densities(curve)
    with theme():
        ax = ax or new_axes()
        for density, color, style, label in (
            (curve.density_not_matched, NOT_MATCHED, "--", "did not match"),
            (curve.density_matched, MATCHED, "-", "matched"),
        ):
            ax.fill_between(curve.x, density, color=color, alpha=0.12, lw=0)
            ax.plot(curve.x, density, color=color, lw=2, ls=style, label=label)
        top = max(*curve.density_matched, *curve.density_not_matched)
        ax.set(ylim=(0, top * 1.38), xlabel=xlabel, ylabel=ylabel)
        if score is not None:
            _mark(ax, score, place, top * 1.35)
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


def _mark(ax: Axes, score: int, place: Place | None, high: float) -> None:
    """Mark a score with a line, and write its percentiles where they are known."""
    ax.axvline(score, color=INK, lw=1.4)
    right = score < sum(ax.get_xlim()) / 2
    words = place and (
        f"\nabove {percent(place.matched)} of matched,\n{percent(place.not_matched)} of not matched"
    )
    ax.annotate(
        f"{score}{words or ''}",
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
    score: int | None = None,
    place: Place | None = None,
    xlabel: str = "Step 2 CK score",
) -> str:
    """Return what the figure shows, in words; parameters as of `score_distribution`."""
    curve = _with_densities(curve)
    medians = {each.outcome: each.median for each in place.printed} if place else {}
    matched, not_matched = medians.get("matched"), medians.get("not_matched")
    printed = mark = ""
    if matched is not None and not_matched is not None:
        printed = (
            f" The printed median is {number_words(matched)} for the matched and "
            f"{number_words(not_matched)} for the not matched."
        )
    if score is not None:
        mark = f" A line marks {score}"
        mark += (
            f", above {percent(place.matched)} of the matched and {percent(place.not_matched)} of "
            "the not matched."
            if place
            else "."
        )
    return (
        f"Two overlapping curves of {xlabel}s from {curve.x[0]} to {curve.x[-1]}: "
        f"applicants who matched and applicants who did not.{printed}{mark}"
    )
