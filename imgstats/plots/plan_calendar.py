"""The days of a plan on a line of time: periods as bars, days as diamonds."""

from __future__ import annotations

from datetime import date, timedelta
from textwrap import fill
from typing import TYPE_CHECKING

from matplotlib.dates import AutoDateLocator, ConciseDateFormatter, date2num
from matplotlib.figure import Figure

from imgstats.errors import InputError
from imgstats.plots.theme import HALO, INK, MATCHED, NOT_MATCHED, QUIET, theme
from imgstats.strategy.timeline.records import ADVICE, COUNTED, GIVEN, PUBLISHED
from imgstats.wording import capital, day_words, listed

if TYPE_CHECKING:
    from matplotlib.axes import Axes

    from imgstats.strategy.timeline.records import Calendar, Event

__all__ = ["describe_plan_calendar", "plan_calendar"]

_WIDTH, _ROW, _REST = 4.9, 0.46, 1.15  # inches
_LETTERS, _LINE = 62, 0.19  # of a note below on one line, and its height in inches
_COLOURS = {
    ADVICE: (MATCHED, "blue"),
    COUNTED: (QUIET, "grey"),
    GIVEN: (NOT_MATCHED, "orange"),
    PUBLISHED: (INK, "black"),
}
_BAR, _PALE = 0.26, 0.3
# What lies further back than this would press together what is to come.
_BACK = timedelta(days=270)
_LABEL_UP = 0.34  # rows above the bar
_ACROSS, _EDGE = 56, 0.01  # letters from side to side, and the room left at the side


def plan_calendar(calendar: Calendar, *, ax: Axes | None = None) -> Axes:
    """Draw the days of a plan, the first on top; days that are not announced are named below.

    A bar is pale from the earliest begin to the latest, and full from there to its end.

    Parameters
    ----------
    calendar : Calendar
        The plan.

    Raises
    ------
    InputError
        If no day of it can be drawn.
    """
    rows = _drawn(calendar)
    if not rows:
        raise InputError(
            f"no day of the {calendar.season} season's plan can be drawn", "a plan with a day"
        )
    below = _below(calendar)
    with theme():
        ax = ax or _new_axes(len(rows), below.count("\n") + 1)
        ax.set(ylim=(len(rows) - 0.4, -0.85), yticks=[])
        ax.grid(visible=False, axis="y")
        _set_time(ax, calendar, rows)
        ax.axvline(_at(calendar.today), color=NOT_MATCHED, lw=1.2, ls=(0, (4, 2)), zorder=1)
        ax.annotate(
            "today",
            (_at(calendar.today), -0.85),
            xytext=(0, 3),
            textcoords="offset points",
            color=NOT_MATCHED,
            ha="center",
            va="bottom",
            fontsize=9.5,
            annotation_clip=False,
        )
        for place, event in enumerate(rows):
            _draw(ax, place, event)
        ax.set_xlabel(below, loc="left", color=QUIET, fontsize=9.5, labelpad=7)
    return ax


def _new_axes(rows: int, lines: int) -> Axes:
    height = rows * _ROW + _REST + lines * _LINE
    return Figure(figsize=(_WIDTH, height), layout="constrained").add_subplot()


def _at(day: date) -> float:
    """Return where a day lies on the line of time."""
    return float(date2num(day))  # type: ignore[no-untyped-call]


def _drawn(calendar: Calendar) -> list[Event]:
    """Return the events that have a day and are not long past."""
    first = calendar.today - _BACK
    return [each for each in calendar.events if each.latest is not None and each.latest >= first]


def _left(calendar: Calendar, event: Event) -> date:
    """Return where an event begins on the figure, which does not go back for ever."""
    return max(event.earliest or calendar.today, calendar.today - _BACK)


def _set_time(ax: Axes, calendar: Calendar, rows: list[Event]) -> None:
    first = min(calendar.today, *(_left(calendar, each) for each in rows))
    last = max(calendar.today, *(each.latest for each in rows if each.latest))
    margin = max((last - first).days * 0.03, 7)
    ax.set_xlim(_at(first) - margin, _at(last) + margin)
    locator = AutoDateLocator(minticks=3, maxticks=7)  # type: ignore[no-untyped-call]
    ax.xaxis.set_major_locator(locator)
    # Each tick has its year: the formatter's own corner for it is where the notes begin.
    formats = ["%Y", *["%b\n%Y"] * 2, *["%d %b\n%Y"] * 3]
    formatter = ConciseDateFormatter(  # type: ignore[no-untyped-call]
        locator, formats=formats, zero_formats=formats, show_offset=False
    )
    ax.xaxis.set_major_formatter(formatter)


def _draw(ax: Axes, place: int, event: Event) -> None:
    if event.earliest is None or event.latest is None:
        return
    color, _ = _COLOURS[event.kind]
    low = ax.get_xlim()[0]
    if event.days or event.earliest == event.latest:
        days = [_at(day) for day in event.days or (event.earliest,)]
        ax.plot(days, [place] * len(days), "D", color=color, ms=6, mec="w", mew=0.75, zorder=4)
        start = days[0]
    else:
        full = event.begin_by or event.earliest
        ends = [max(_at(day), low) for day in (event.earliest, full, event.latest)]
        for left, right, alpha in ((ends[0], ends[1], _PALE), (ends[1], ends[2], 1)):
            if right > left:
                ax.barh(place, right - left, left=left, height=_BAR, color=color, alpha=alpha, lw=0)
        start = ends[0]
    _write(ax, place, event, start, _at(event.latest))


def _write(ax: Axes, place: int, event: Event, start: float, end: float) -> None:
    """Write what an event is above its mark, where there is room for it on one line."""
    low, high = ax.get_xlim()
    words = f"{event.label} (past)" if event.state == "past" else event.label
    width = (high - low) * len(words) / _ACROSS
    x, align = high - (high - low) * _EDGE, "right"
    if start + width <= high:
        x, align = start, "left"
    elif end - width >= low:
        x = end
    ax.annotate(
        words,
        (x, place - _LABEL_UP),
        color=QUIET if event.state == "past" else INK,
        ha=align,
        va="center",
        fontsize=9.5,
        path_effects=list(HALO),
        zorder=5,
    )


def _below(calendar: Calendar) -> str:
    """Return what the figure does not draw, and what its marks mean."""
    long_ago = [
        f"{each.label} ({each.when})"
        for each in calendar.events
        if each.latest is not None and each.latest < calendar.today - _BACK
    ]
    kinds = {each.kind for each in _drawn(calendar)}
    colours = [f"{word}, {kind}" for kind, (_, word) in _COLOURS.items() if kind in kinds]
    parts = [
        f"{capital('; '.join(colours))}.",
        _named("Not announced, so not drawn", [each.label for each in calendar.unknown]),
        _named("Date not known, so not drawn", [each.label for each in calendar.not_known]),
        _named("Long past, so not drawn", long_ago),
    ]
    return "\n".join(fill(each, _LETTERS) for each in parts if each)


def _named(name: str, labels: list[str]) -> str:
    return f"{name}: {listed(labels)}." if labels else ""


def describe_plan_calendar(calendar: Calendar) -> str:
    """Return what the figure shows, in words with its days."""
    parts = [f"{each.label}: {each.when} ({each.kind})" for each in _drawn(calendar)]
    below = " ".join(_below(calendar).split())
    text = (
        f"The days of a plan for the {calendar.season} Match on a line of time, with a line at "
        f"{day_words(calendar.today)}, the day of the plan. {'; '.join(parts)}."
    )
    return f"{text} {below}"
