"""Rates of a cohort: one mark for each rate at each score, as large as it has applicants."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from matplotlib.ticker import MaxNLocator

from imgstats.errors import InputError
from imgstats.grades import DIRECT, kind_of
from imgstats.plots.theme import INK, MATCHED, QUIET, new_axes, percent_axis, theme
from imgstats.wording import level_words, percent, thousands

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes

__all__ = ["RateMark", "cohort_rates", "describe_cohort_rates"]

_HALF = 0.5
_AREA = 26.0  # of one applicant's mark, in square points
_LARGEST = 240.0
_SMALLEST = 7.0
# So many kinds of rates are told apart by their marks; of more, the grades are.
_MOST_KINDS = 4
# Not the color of those who did not match, which is on the same page.
_COLORS = (MATCHED, "#7b5aa6", INK, QUIET)
_FILLED, _OPEN = ("o", "s", "^", "P"), ("D", "v", "X", "*")


@dataclass(frozen=True, slots=True, kw_only=True)
class RateMark:
    """The rate of all applicants with one score, group and specialty.

    Attributes
    ----------
    score : int
        Step 2 CK score.
    rate, low, high : float
        Rate at that score with its interval, fractions.
    grade : str
        As `imgstats.grades` has it, such as ``direct, fitted`` or ``borrowed``.
    kind : str
        Whose rate it is, in a few words.
    n : int
        How many applicants of the cohort have it.
    """

    score: int
    rate: float
    low: float
    high: float
    grade: str
    kind: str
    n: int


def cohort_rates(marks: Sequence[RateMark], *, level: float, ax: Axes | None = None) -> Axes:
    """Draw each rate with its interval over its score.

    The area of a mark grows with its applicants.

    Parameters
    ----------
    marks : sequence of RateMark
        In any order.
    level : float
        Level of the intervals, a fraction.

    Raises
    ------
    InputError
        If there is no rate.
    """
    if not marks:
        raise InputError("there is no rate to draw", "one or more")
    most = max(each.n for each in marks)
    with theme():
        ax = ax or new_axes()
        ax.axhline(_HALF, color=QUIET, lw=0.9, ls=":")
        for at, (name, own) in enumerate(_parts(marks).items()):
            _draw(ax, own, most, label=name, zorder=3 - 0.1 * at, **_look(at, own[0].grade))
        ax.set(ylim=(0, 1), xlabel="Step 2 CK score")
        percent_axis(ax, f"match rate, {level_words(level)} interval")
        _leave_room(ax, marks)
        _legend(ax)
    return ax


def _parts(marks: Sequence[RateMark]) -> dict[str, list[RateMark]]:
    """Return the marks by kind, those of most applicants first; of many kinds, by grade."""
    few = len({(each.kind, each.grade) for each in marks}) <= _MOST_KINDS
    parts: dict[str, list[RateMark]] = {}
    for each in marks:
        name = f"{each.kind} ({each.grade})" if few else f"{each.grade} rates of several kinds"
        parts.setdefault(name, []).append(each)
    return dict(sorted(parts.items(), key=lambda part: -sum(each.n for each in part[1])))


def _look(at: int, grade: str) -> dict[str, Any]:
    color = _COLORS[at % len(_COLORS)]
    if kind_of(grade) == DIRECT:
        return {"marker": _FILLED[at % len(_FILLED)], "facecolor": color, "edgecolor": "white"}
    return {"marker": _OPEN[at % len(_OPEN)], "facecolor": "white", "edgecolor": color}


def _draw(ax: Axes, marks: list[RateMark], most: int, **look: Any) -> None:  # noqa: ANN401  matplotlib's own
    scores = [each.score for each in marks]
    color = look["facecolor"] if look["facecolor"] != "white" else look["edgecolor"]
    ax.vlines(
        scores,
        [each.low for each in marks],
        [each.high for each in marks],
        color=color,
        lw=1.4,
        alpha=0.45,
        zorder=look["zorder"] - 0.5,
    )
    ax.scatter(
        scores,
        [each.rate for each in marks],
        s=[_area(each.n, most) for each in marks],
        linewidth=0.9,
        **look,
    )


def _area(n: int, most: int) -> float:
    """Return a mark's area: one applicant's times n, or less where the largest has no room."""
    return max(_AREA * n * min(1.0, _LARGEST / (_AREA * most)), _SMALLEST)


def _leave_room(ax: Axes, marks: Sequence[RateMark]) -> None:
    """Keep whole scores on the axis where there are few."""
    scores = [each.score for each in marks]
    pad = max(3.0, 0.04 * (max(scores) - min(scores)))
    ax.set_xlim(min(scores) - pad, max(scores) + pad)
    ax.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10]))


def _legend(ax: Axes) -> None:
    legend = ax.legend(loc="lower center", bbox_to_anchor=(0.5, 1), ncols=1, fontsize=9.5)
    for handle in legend.legend_handles:
        handle.set_sizes([_AREA * 1.4])  # type: ignore[union-attr]


def describe_cohort_rates(marks: Sequence[RateMark], *, level: float) -> str:
    """Return what the figure shows, in words with its figures."""
    parts = []
    for name, unsorted in _parts(marks).items():
        own = sorted(unsorted, key=lambda each: each.rate)
        n = sum(each.n for each in own)
        ends = (
            f"{percent(own[0].rate)} at {own[0].score}"
            if len(own) == 1
            else f"from {percent(own[0].rate)} at {own[0].score} "
            f"to {percent(own[-1].rate)} at {own[-1].score}"
        )
        parts.append(f"{name} for {thousands(n)} {'applicant' if n == 1 else 'applicants'}, {ends}")
    return (
        f"Points with {level_words(level)} intervals: match rate over Step 2 CK score, one point "
        f"for each rate at each score, larger for more applicants; {'; '.join(parts)}."
    )
