"""Applicants of a cohort by score band, and what kind of rate each band's applicants have."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from matplotlib.ticker import MaxNLocator

from imgstats.errors import InputError
from imgstats.grades import BORROWED, DIRECT, kind_of
from imgstats.measures import MEASURES, band_of
from imgstats.plots.theme import MATCHED, legend_above, new_axes, theme
from imgstats.wording import band_words, listed, thousands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["cohort_bands", "describe_cohort_bands"]

# By the first word of a grade, in the order in which they are stacked.
_LOOKS = {
    DIRECT: (MATCHED, "", "direct rate"),
    BORROWED: ("#8fb9ca", "////", "borrowed rate"),
    "": ("#d5dbdf", "....", "no rate"),
}
# So many bands have room for their names on one line, and side by side at all.
_FEW = 6
_MOST = 14
_LEAST_WIDE = 5  # bars that the axis has room for, whatever there are


def cohort_bands(scores: Sequence[int], grades: Sequence[str], *, ax: Axes | None = None) -> Axes:
    """Draw a bar for each ten-point score band, as high as it has applicants.

    Bands between the lowest and the highest are drawn though empty.

    Parameters
    ----------
    scores : sequence of int, shape (n,)
        Step 2 CK scores.
    grades : sequence of str, shape (n,)
        Grade of each applicant's rate, of which the first word counts; empty where there is none.

    Raises
    ------
    InputError
        If there is no score.
    """
    counts = _counts(scores, grades)
    bands = _bands(scores)
    with theme():
        ax = ax or new_axes()
        floor = [0] * len(bands)
        for grade, (color, hatch, label) in _LOOKS.items():
            heights = [counts[band, grade] for band in bands]
            if any(heights):
                ax.bar(
                    range(len(bands)),
                    heights,
                    bottom=floor,
                    color=color,
                    hatch=hatch,
                    edgecolor="white",
                    linewidth=0.6,
                    width=0.86,
                    label=label,
                )
                floor = [low + more for low, more in zip(floor, heights, strict=True)]
        _label(ax, bands, floor)
    return ax


def _label(ax: Axes, bands: list[tuple[int, int]], totals: list[int]) -> None:
    for at, total in enumerate(totals):
        ax.annotate(
            thousands(total),
            (at, total),
            xytext=(0, 2),
            textcoords="offset points",
            ha="center",
            fontsize=9 if len(bands) <= _MOST else 7,
        )
    ax.set_xticks(range(len(bands)), [_tick(band, len(bands)) for band in bands])
    ax.tick_params(
        axis="x", labelsize=8.5 if len(bands) <= _MOST else 7, rotation=_turn(len(bands))
    )
    ax.set(xlabel="Step 2 CK score band", ylabel="applicants", ylim=(0, max(totals) * 1.12))
    spare = max(0, _LEAST_WIDE - len(bands)) / 2  # a single bar would fill the figure
    ax.set_xlim(-0.6 - spare, len(bands) - 0.4 + spare)
    ax.yaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))
    ax.grid(visible=False, axis="x")
    legend_above(ax, ncols=3)


def _tick(band: tuple[int, int], n_bands: int) -> str:
    """Return a band's name, on two lines where there is little room."""
    low, high = band
    dash = "\u2013"
    return f"{low}{dash}\n{high}" if _FEW < n_bands <= _MOST else f"{low}{dash}{high}"


def _turn(n_bands: int) -> int:
    return 90 if n_bands > _MOST else 0


def _counts(scores: Sequence[int], grades: Sequence[str]) -> Counter[tuple[tuple[int, int], str]]:
    if not scores:
        raise InputError("there is no score to draw", "one or more")
    scale = MEASURES["step2_ck"]
    return Counter(
        (band_of(score, scale), kind_of(grade)) for score, grade in zip(scores, grades, strict=True)
    )


def _bands(scores: Sequence[int]) -> list[tuple[int, int]]:
    """Return all bands from the lowest to the highest that holds somebody."""
    scale = MEASURES["step2_ck"]
    every = (band_of(score, scale) for score in range(min(scores), max(scores) + 1))
    return list(dict.fromkeys(every))


def describe_cohort_bands(scores: Sequence[int], grades: Sequence[str]) -> str:
    """Return what the figure shows, in words with its figures."""
    counts = _counts(scores, grades)
    bars = [
        f"{thousands(sum(counts[band, grade] for grade in _LOOKS))} in {band_words(*band)}"
        for band in _bands(scores)
    ]
    kinds = Counter(map(kind_of, grades))
    parts = [
        f"{thousands(kinds[grade])} with {'a ' if grade else ''}{label}"
        for grade, (_, _, label) in _LOOKS.items()
        if kinds[grade]
    ]
    return f"Bars: applicants by score band, {listed(bars)}; {listed(parts)}."
