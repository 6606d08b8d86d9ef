"""Scores of a cohort: a histogram by group, with the printed quartiles for comparison."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from imgstats.applicant import GROUPS, group_label
from imgstats.errors import InputError
from imgstats.plots.theme import INK, MATCHED, NOT_MATCHED, OTHER, new_axes, theme
from imgstats.wording import number_words, thousands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

    from imgstats.comparison.score.records import Printed

__all__ = ["cohort_scores", "describe_cohort_scores"]

_STEP = 5
_RISE = 0.09  # from one line of quartiles to the next, of the bars' height
_LOOKS = {"non_us_img": (MATCHED, ""), "us_img": (OTHER, "////")}
_WORDS = {"matched": "matched", "not_matched": "did not match"}
_MARKS = {"matched": (MATCHED, "-"), "not_matched": (NOT_MATCHED, "--")}


def cohort_scores(
    scores: Sequence[int],
    groups: Sequence[str],
    *,
    printed: Sequence[Printed] = (),
    whose: str = "",
    ax: Axes | None = None,
) -> Axes:
    """Draw how many applicants have which score, in steps of five points.

    Parameters
    ----------
    scores : sequence of int, shape (n,)
        Step 2 CK scores.
    groups : sequence of str, shape (n,)
        Group of each.
    printed : sequence of Printed, optional
        Quartiles that a report prints, by outcome; drawn over the bars.
    whose : str
        Of whom the report prints them, for the legend.

    Raises
    ------
    InputError
        If there is no score.
    """
    if not scores:
        raise InputError("there is no score to draw", "one or more")
    edges = _edges(scores)
    parts = {
        group: [score for score, own in zip(scores, groups, strict=True) if own == group]
        for group in GROUPS
    }
    present = {group: part for group, part in parts.items() if part}
    with theme():
        ax = ax or new_axes()
        ax.hist(
            list(present.values()),
            bins=edges,
            stacked=True,
            color=[_LOOKS[group][0] for group in present],
            label=[group_label(group) for group in present],
            edgecolor="white",
            hatch=[_LOOKS[group][1] for group in present],
            linewidth=0.6,
        )
        ax.set(xlabel="Step 2 CK score, in steps of five points", ylabel="applicants")
        ax.yaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
        ax.grid(visible=False, axis="x")
        _quartiles(ax, printed)
        ax.legend(
            loc="lower center",
            bbox_to_anchor=(0.5, 1),
            ncols=2,
            fontsize=9,
            title=_title(printed, whose),
            title_fontsize=9,
        )
    return ax


def _title(printed: Sequence[Printed], whose: str) -> str | None:
    return f"lines: {whose}, as printed; dots: medians" if _halves(printed) else None


def _edges(scores: Sequence[int]) -> list[int]:
    """Return ends of steps that begin at whole multiples, so that a step lies in one band."""
    first = min(scores) // _STEP * _STEP
    last = (max(scores) // _STEP + 1) * _STEP
    return list(range(first, last + 1, _STEP))


def _quartiles(ax: Axes, printed: Sequence[Printed]) -> None:
    """Draw each outcome's middle half and median as a line over the bars."""
    top = ax.get_ylim()[1]
    halves = _halves(printed)
    for at, (each, q1, q3) in enumerate(halves):
        color, style = _MARKS[each.outcome]
        height = top * (1 + _RISE * (at + 1))
        words = f"{_WORDS[each.outcome]}, middle half"
        ax.plot([q1, q3], [height, height], color=color, ls=style, lw=2.2, label=words)
        if each.median is not None:
            ax.plot([each.median], [height], "o", color=color, mec=INK, mew=0.8, ms=6)
    if halves:
        ax.set_ylim(0, top * (1 + _RISE * (len(halves) + 0.7)))


def _halves(printed: Sequence[Printed]) -> list[tuple[Printed, float, float]]:
    """Return the outcomes with both quartiles printed."""
    return [
        (each, each.q1, each.q3) for each in printed if each.q1 is not None and each.q3 is not None
    ]


def describe_cohort_scores(
    scores: Sequence[int],
    groups: Sequence[str],
    *,
    printed: Sequence[Printed] = (),
    whose: str = "",
) -> str:
    """Return what the figure shows, in words with its figures."""
    counts = [
        f"{thousands(n)} {group_label(group)}{'' if n == 1 else 's'}"
        for group in GROUPS
        if (n := list(groups).count(group))
    ]
    words = (
        f"Bars: Step 2 CK scores of {' and '.join(counts)} in steps of five points, "
        f"from {min(scores)} to {max(scores)}, median {number_words(median(scores))}."
    )
    lines = [
        f"{_WORDS[each.outcome]} {number_words(q1)} to {number_words(q3)}"
        for each, q1, q3 in _halves(printed)
    ]
    if lines:
        words += f" Lines over them: the printed middle half of {whose}, {', '.join(lines)}."
    return words
