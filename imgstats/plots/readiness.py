"""The real score that practice tests speak of, with the tests themselves on the same axis."""

from __future__ import annotations

from operator import attrgetter, itemgetter
from statistics import NormalDist
from typing import TYPE_CHECKING

from imgstats.plots.theme import (
    HALO,
    INK,
    MATCHED,
    NOT_MATCHED,
    QUIET,
    legend_above,
    new_axes,
    theme,
)
from imgstats.strategy.readiness.choices import interval_points
from imgstats.wording import count_words, listed, number_words

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.strategy.readiness.records import Outlook, Readiness

__all__ = ["describe_readiness", "readiness_distribution"]

_STEPS = 240
_REACH = 3.2  # standard deviations that are drawn on each side
_ROOM = 0.24  # of the width, for the name of a goal
_TESTS = 0.42  # room under the axis for the tests, of the curve's height
_LINES = 1.28  # room over the curve for the words at the lines


def readiness_distribution(found: Readiness, *, ax: Axes | None = None) -> Axes:
    """Draw the distribution of the real score, its intervals, the practice tests and the goals.

    The tests lie under the axis, the oldest at the bottom; their place is the score that counts,
    with an assumed drift in it. The curve is that of forms that err by themselves, or by how far
    they lie apart where they contradict each other; the thin dashed one that of forms which all
    err alike.

    Parameters
    ----------
    found : Readiness
        With a distribution.

    Raises
    ------
    ValueError
        If it has none.
    """
    outlook, together = _distributions(found)
    with theme():
        ax = ax or new_axes()
        xs = _xs(found, max(outlook, together, key=attrgetter("sd")))
        top = max(_curve(each).pdf(each.mean) for each in (outlook, together))
        _draw_curves(ax, xs, outlook, together, alone=len(found.tests) == 1)
        _draw_tests(ax, found, top)
        _draw_goals(ax, found, top)
        ax.axhline(0, color=QUIET, lw=0.8)
        ax.set(xlim=(xs[0], xs[-1]), ylim=(-top * _TESTS, top * _LINES))
        ax.set_xlabel(f"{found.exam_name} score")
        ax.set_yticks([])
        ax.spines["left"].set_visible(False)
        ax.grid(visible=False)
        legend_above(ax)
    return ax


def _distributions(found: Readiness) -> tuple[Outlook, Outlook]:
    if found.outlook is None or found.together is None:
        raise ValueError("no distribution to draw: see the refusal")
    return found.by_spread or found.outlook, found.together


def _curve(found: Outlook) -> NormalDist:
    return NormalDist(found.mean, found.sd)


def _xs(found: Readiness, widest: Outlook) -> list[float]:
    """Return where the curve is drawn: as far as tests and goals lie, with room for their names."""
    seen = [each.moved for each in found.tests] + [score for _, score in _goals(found)]
    low = min(widest.mean - _REACH * widest.sd, *(each - 4 for each in seen))
    high = max(widest.mean + _REACH * widest.sd, *(each + 4 for each in seen))
    room = _ROOM * (high - low)
    for _, score in _goals(found):
        low, high = min(low, score - room), max(high, score + room)
    return [low + (high - low) * step / _STEPS for step in range(_STEPS + 1)]


def _draw_curves(
    ax: Axes, xs: list[float], outlook: Outlook, together: Outlook, *, alone: bool
) -> None:
    """Draw the curve over its two intervals, and the one of forms that all err alike."""
    at = _curve(outlook)
    for low, high, alpha, name in (
        (outlook.low_90, outlook.high_90, 0.16, "90 %"),
        (outlook.low_50, outlook.high_50, 0.34, "50 %"),
    ):
        inside = [low, *(x for x in xs if low < x < high), high]
        heights = [at.pdf(x) for x in inside]
        label = f"{name}: {interval_points(low, high)}"
        ax.fill_between(inside, heights, color=MATCHED, alpha=alpha, lw=0, label=label)
    ax.plot(xs, [at.pdf(x) for x in xs], color=MATCHED, lw=2)
    if not alone:
        other = _curve(together)
        ax.plot(
            xs,
            [other.pdf(x) for x in xs],
            color=QUIET,
            lw=1.3,
            ls=(0, (4, 2)),
            label="if all forms err alike",
        )


def _draw_tests(ax: Axes, found: Readiness, top: float) -> None:
    """Draw the tests under the axis, the newest next to it."""
    rows = list(reversed(found.tests))
    step = top * _TESTS / (len(rows) + 1)
    heights = [-step * (at + 1) for at in range(len(rows))]
    ax.plot(
        [each.moved for each in rows],
        heights,
        ls="none",
        marker="o",
        ms=6 if len(rows) < 12 else 4,
        color=NOT_MATCHED,
        mec="w",
        mew=0.75,
        label="practice tests, newest on top",
    )


def _goals(found: Readiness) -> list[tuple[str, float]]:
    """Return name and score of each line, the lower first."""
    passing = [("pass", float(found.passing.score))] if found.passing else []
    target = [("target", float(found.target[0]))] if found.target else []
    return sorted([*passing, *target], key=itemgetter(1))


def _draw_goals(ax: Axes, found: Readiness, top: float) -> None:
    """Draw the goals as lines: the lower one's name on its left, the upper one's on its right."""
    goals = _goals(found)
    for at, (name, score) in enumerate(goals):
        ax.axvline(score, color=INK, lw=1.3, ls="-" if name == "target" else ":")
        right = at == len(goals) - 1
        ax.annotate(
            f"{name} {score:.0f}",
            (score, top * (_LINES - 0.03)),
            xytext=(5 if right else -5, 0),
            textcoords="offset points",
            ha="left" if right else "right",
            va="top",
            path_effects=list(HALO),
        )


def describe_readiness(found: Readiness) -> str:
    """Return what the figure shows, in words with its figures.

    Raises
    ------
    ValueError
        If there is no distribution.
    """
    outlook, together = _distributions(found)
    tests = [f"{each.form} {number_words(round(each.moved, 1))}" for each in found.tests]
    lines = [f"{name} at {score:.0f}" for name, score in _goals(found)]
    beside = "narrower" if together.sd < outlook.sd else "wider"
    other = (
        ""
        if len(found.tests) == 1
        else f" A {beside} dashed curve shows it if all forms err alike, 90 % interval "
        f"{interval_points(together.low_90, together.high_90)}."
    )
    how = ", by how far the forms lie apart," if found.by_spread else ""
    return (
        f"A bell curve of the real {found.exam_name} score{how} around {outlook.mean:.0f}, 50 % "
        f"interval {interval_points(outlook.low_50, outlook.high_50)} and 90 % interval "
        f"{interval_points(outlook.low_90, outlook.high_90)}.{other} Under it, as dots, "
        f"{count_words(len(tests), 'practice test')}, the oldest first: {listed(tests)}."
        f"{f' Lines mark {listed(lines)}.' if lines else ''}"
    )
