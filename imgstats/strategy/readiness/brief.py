"""Readiness in few lines, for a screen."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from imgstats.comparison.shown.brief import Brief, Line
from imgstats.grades import ASSUMED
from imgstats.strategy.readiness.choices import interval_points
from imgstats.strategy.readiness.records import CANNOT_BE_TOLD, MET, MET_SO_FAR, NOT_MET
from imgstats.strategy.readiness.words import (
    agreement_sentences,
    passing_sentences,
    share_sentence,
)
from imgstats.wording import capital, count_words, day_words, listed, percent, small_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.strategy.readiness.records import Outlook, Readiness

__all__ = ["brief"]

_NO_FORECAST = "A distribution of scores like these, not a promise for one person."


def brief(found: Readiness) -> Brief:
    """Return readiness in few lines: the distribution, both choices and the criteria."""
    when = f"on {day_words(found.exam_date)}" if found.exam_date else "no day given"
    head = f"{found.exam_name}, {when}, {count_words(len(found.tests), 'practice form')}"
    columns, rows = _table(found)
    return Brief(head=head, label="", columns=columns, rows=rows, lines=tuple(_lines(found)))


def _table(found: Readiness) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    if found.outlook is None or found.together is None:
        return (), ()
    passes = (f"{found.passing.score}+, pass",) if found.passing else ()
    reaches = (f"{found.target[0]}+, target",) if found.target else ()
    columns = ("real score", "middle", "50 %", "90 % interval", *passes, *reaches)
    rows = [("forms err apart", found.outlook)]
    if len(found.tests) > 1:
        rows.append(("all err alike", found.together))
    if found.by_spread:
        rows.append(("by their spread", found.by_spread))
    return columns, tuple((name, *_row(each)) for name, each in rows)


def _row(found: Outlook) -> tuple[str, ...]:
    shares = (each for each in (found.passes, found.reaches) if each is not None)
    return (
        f"{found.mean:.0f}",
        interval_points(found.low_50, found.high_50),
        interval_points(found.low_90, found.high_90),
        *(percent(each) for each in shares),
    )


def _lines(found: Readiness) -> Iterator[Line]:
    """Yield what follows the table; what warns goes first."""
    if found.agreement is not None and found.agreement.contradictory:
        yield Line(text=agreement_sentences(found.agreement)[0], least=3, bold=True)
    yield from _of_step1(found) if found.refusal else _of_choices(found)
    if found.criteria:
        yield Line(text=_of_criteria(found), least=2)
    if found.shares:
        more = len(found.shares) - 1
        words = f" {capital(small_number(more))} more in --json." if more else ""
        yield Line(text=f"{share_sentence(found.shares[-1])}{words}")
    if found.notes:
        yield Line(text=" ".join(found.notes))
    if found.passing:
        yield Line(text=passing_sentences(found.passing, found.exam_name)[0])
    if not found.refusal:
        yield Line(text=_NO_FORECAST)


def _of_step1(found: Readiness) -> Iterator[Line]:
    """Yield why there is no distribution, and what is known."""
    yield Line(text=f"No distribution. {found.refusal}", least=3)
    said = {*agreement_sentences(found.agreement), *map(share_sentence, found.shares)}
    for each in found.sentences:
        if each not in said:
            yield Line(text=each, least=2)


def _of_choices(found: Readiness) -> Iterator[Line]:
    """Yield the parts of the distribution and both choices; the table is that of sitting."""
    yield Line(text=_of_parts(found), least=2)
    when = f"on {day_words(found.exam_date)}" if found.exam_date else "with these practice scores"
    yield Line(text=f"Sit {when}: the rows above.")
    for each in found.postpone.sentences if found.postpone else ():
        yield Line(text=each, least=2)


def _of_parts(found: Readiness) -> str:
    """Return the parts of the variance and their grades in a line."""
    parts = [f"{each.size:.1f} {each.name} ({each.grade})" for each in found.parts if each.size]
    drift = f"drift {found.drift:+g} a week" if found.drift else "no drift"
    return f"Parts, sd in points: {listed(parts)}; {drift} ({ASSUMED})."


def _of_criteria(found: Readiness) -> str:
    """Return how many of the guide's criteria are met, and which are met so far or not."""
    number = Counter(each.verdict for each in found.criteria)
    met = small_number(number[MET]) if number[MET] else "none"
    parts = [f"{met} of {small_number(len(found.criteria))} met"]
    for verdict in (MET_SO_FAR, NOT_MET, CANNOT_BE_TOLD):
        names = [each.name for each in found.criteria if each.verdict == verdict]
        if names:
            parts.append(f"{verdict}: {', '.join(names)}")
    return f"The guide's criteria ({found.advice_label}): {'; '.join(parts)}."
