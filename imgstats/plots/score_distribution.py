"""Scores of the matched against scores of the not matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from imgstats.plots.theme import HALO, INK, MATCHED, NOT_MATCHED, new_axes, theme
from imgstats.wording import number_words, percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.comparison.score.records import Curve, Place


__all__ = ["describe_score_distribution", "score_distribution"]


def score_distribution(curve: Curve, *, score: int, place: Place, ax: Axes | None = None) -> Axes:
    """Draw both fitted score distributions with the applicant's score marked.

    Parameters
    ----------
    curve : Curve
        Fitted share of each outcome at each whole score.
    score : int
        The applicant's score.
    place : Place
        The score's percentiles.
    """
    with theme():
        ax = ax or new_axes()
        for density, color, style, label in (
            (curve.density_not_matched, NOT_MATCHED, "--", "did not match"),
            (curve.density_matched, MATCHED, "-", "matched"),
        ):
            ax.fill_between(curve.x, density, color=color, alpha=0.12, lw=0)
            ax.plot(curve.x, density, color=color, lw=2, ls=style, label=label)
        ax.axvline(score, color=INK, lw=1.4)
        top = max(*curve.density_matched, *curve.density_not_matched)
        ax.set(ylim=(0, top * 1.38), xlabel="Step 2 CK score", ylabel="share with each score")
        right = score < sum(ax.get_xlim()) / 2
        ax.annotate(
            f"{score}\nabove {percent(place.matched)} of matched,\n"
            f"{percent(place.not_matched)} of not matched",
            (score, top * 1.35),
            xytext=(6 if right else -6, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="top",
            fontsize=9.5,
            path_effects=list(HALO),
        )
        ax.yaxis.set_major_locator(MaxNLocator(nbins=5, steps=[1, 2, 5, 10]))
        ax.yaxis.set_major_formatter(lambda share, _: f"{100 * share:g} %")
        ax.grid(visible=False, axis="x")
        # Above: inside it would lie on the words at some score.
        ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=2, fontsize=9.5)
    return ax


def describe_score_distribution(curve: Curve, *, score: int, place: Place) -> str:
    """Return what the figure shows, in words with its figures."""
    medians = {each.outcome: each.median for each in place.printed}
    matched, not_matched = medians["matched"], medians["not_matched"]
    printed = ""
    if matched is not None and not_matched is not None:
        printed = (
            f" The printed median is {number_words(matched)} for the matched and "
            f"{number_words(not_matched)} for the not matched."
        )
    return (
        f"Two overlapping curves of Step 2 CK scores from {curve.x[0]} to {curve.x[-1]}: "
        f"applicants who matched and applicants who did not.{printed} A line "
        f"marks {score}, above {percent(place.matched)} of the matched and "
        f"{percent(place.not_matched)} of the not matched."
    )
