"""Both choices side by side: to sit on the day, or to postpone; neither is called right."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from imgstats.strategy.readiness.model import needed_mean, outlook
from imgstats.strategy.readiness.records import MoreForms, Need, Outlook, Postpone
from imgstats.wording import about_percent, count_words, day_words, listed, percent

if TYPE_CHECKING:
    from datetime import date

    from imgstats.strategy.readiness.model import Combined

__all__ = ["alike_words", "goals", "interval_points", "postpone", "sit"]

_MORE = (1, 3)
_SHARES = (0.5, 0.8)
# One form has both standard deviations but for the last digit.
_SAME = 1 + 1e-9


def goals(passing: int | None, target: int | None) -> dict[str, int]:
    """Return what may be reached, by name; the passing score first."""
    both = {"passing score": passing, "target": target}
    return {name: score for name, score in both.items() if score is not None}


def interval_points(low: float, high: float) -> str:
    """Return an interval of scores in whole points.

    Examples
    --------
    >>> interval_points(220.4, 249.6)
    '220 to 250'
    """
    return f"{low:.0f} to {high:.0f}"


def alike_words(found: Outlook, together: Outlook) -> str:
    """Return the 90 % interval of forms that all err alike; empty where it is no wider."""
    if together.sd <= found.sd * _SAME:
        return ""
    return f" ({interval_points(together.low_90, together.high_90)} if all forms err alike)"


def sit(
    apart: Outlook,
    together: Outlook,
    goals: dict[str, int],
    day: date | None,
    by_spread: Outlook | None = None,
) -> tuple[str, ...]:
    """Return what sitting on the day means, in words.

    Parameters
    ----------
    apart, together : Outlook
        If every form errs by itself, and if all err alike.
    goals : dict of str to int
        As `goals` returns them.
    day : date or None
        Day of the exam.
    by_spread : Outlook or None
        By how far the forms lie apart, where they contradict each other: it goes before both.
    """
    when = f"on {day_words(day)}" if day else "on a day with these practice scores"
    parts = []
    for name, score in goals.items():
        one, other = _share(by_spread or apart, name), _share(together, name)
        told = other != one and bool(alike_words(by_spread or apart, together))
        alike = f" ({percent(other)} if all forms err alike)" if told else ""
        parts.append(f"{percent(one)}{alike} lie at or above the {name} {score}")
    shares = f" Of real scores so distributed, {listed(parts)}." if parts else ""
    found = by_spread or apart
    how = ", by how far the forms lie apart" if by_spread else ""
    interval = interval_points(found.low_90, found.high_90) + alike_words(found, together)
    return (f"Sit {when}: 90 % interval {interval}{how}.{shares}",)


def postpone(
    combined: Combined,
    of_exam: float,
    one_more: float,
    goals: dict[str, int],
    ends: tuple[float, float],
    widened: float = 1.0,
) -> Postpone:
    """Return what would have to be true for a later day to look otherwise.

    Parameters
    ----------
    combined : Combined
        The forms so far, with the assumed drift.
    of_exam : float
        Error of measurement of the exam, points.
    one_more : float
        What one more form would add, points.
    goals : dict of str to int
        As `goals` returns them.
    ends : (float, float)
        Ends of the scale.
    widened : float
        How many times their errors the forms lie apart, where they contradict each other: further
        forms are then taken to err as far.
    """
    combined, one_more = replace(combined, apart=combined.apart * widened), one_more * widened
    more = tuple(
        MoreForms(added=added, outlook=_with_more(combined, of_exam, one_more, added, goals, ends))
        for added in _MORE
    )
    sd = (combined.apart**2 + of_exam**2) ** 0.5
    needs = tuple(
        Need(
            goal=name,
            score=score,
            share=share,
            mean=(mean := needed_mean(score, sd, share)),
            more=mean - combined.mean,
        )
        for name, score in goals.items()
        for share in _SHARES
    )
    return Postpone(more=more, needs=needs, sentences=_words(more, needs, widened))


def _with_more(
    combined: Combined,
    of_exam: float,
    one_more: float,
    added: int,
    goals: dict[str, int],
    ends: tuple[float, float],
) -> Outlook:
    variance = 1 / (combined.apart**-2 + added * one_more**-2)
    return outlook(
        combined.mean,
        (variance + of_exam**2) ** 0.5,
        passing=goals.get("passing score"),
        target=goals.get("target"),
        ends=ends,
    )


def _share(found: Outlook, goal: str) -> float:
    share = found.reaches if goal == "target" else found.passes
    assert share is not None  # noqa: S101  a goal is there
    return share


def _words(more: tuple[MoreForms, ...], needs: tuple[Need, ...], widened: float) -> tuple[str, ...]:
    intervals = [
        f"{interval_points(each.outlook.low_90, each.outlook.high_90)} with "
        f"{count_words(each.added, 'more form')}"
        for each in more
    ]
    how = "every form errs by itself" if widened == 1 else "they err as far as these lie apart"
    first = (
        "Postpone: at the same combined score the 90 % interval would be "
        f"{listed(intervals)}, if {how}."
    )
    return (first, *(_need_words(goal, needs) for goal in dict.fromkeys(n.goal for n in needs)))


def _need_words(goal: str, needs: tuple[Need, ...]) -> str:
    mine = [each for each in needs if each.goal == goal]
    if all(each.more <= 0 for each in mine):
        return (
            f"The combined score is above the {mine[-1].mean:.0f} that puts "
            f"{about_percent(mine[-1].share)} at or above the {goal} {mine[0].score:.0f}."
        )
    parts = [
        f"{each.mean:.0f} ({each.more:+.0f}) puts {about_percent(each.share)}" for each in mine
    ]
    return (
        f"With as many forms, a combined score of {listed(parts)} at or above the {goal} "
        f"{mine[0].score:.0f}."
    )
