"""A fit on one screen, in the words of its table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from imgstats.comparison.shown.brief import Brief, Line
from imgstats.tables import BandTable, OutcomeSummary
from imgstats.wording import (
    capital,
    count_words,
    counted_percent,
    interval_words,
    level_words,
    listed,
    number_words,
    p_words,
    percent,
    thousands,
    thousands_range,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.fitting.records import BandAnswer, Fit, RateAt

__all__ = ["brief_of", "not_known"]

_MOST_ROWS = 8
# Longer words would push the numbers off the screen.
_MOST_HEAD, _COLUMNS = 18, 80
_OUTSIDE = "outside the table"
_NOT = "Not known:"
_NO_FORECAST = (
    "The interval holds sampling and rounding, not the choice of curve. An association is no "
    "effect, and a rate is no forecast for one person."
)
# What the library says of Python's words, as a file says it.
_PYTHON = re.compile(r"say Rounding\(quartile=([^)]*)\), or quartile=0 if they are exact")
_IN_A_FILE = r"a column quartile_unit of \1 says so too, one of 0 that they are exact"
_STEP = {
    "given": "as it was given",
    "known": "as it is known of this measure",
    "printed": "from the printed decimals; --step says another",
    "finer": "finer than the printed places: the real step is not known; --step says it",
}


def brief_of(found: Fit, assumed: str = "") -> Brief:
    """Return a fit in few lines.

    Parameters
    ----------
    found : Fit
        The answers.
    assumed : str
        What nobody said of the file, a sentence.

    Returns
    -------
    Brief
        Of more than eight values the first eight.

    Examples
    --------
    >>> from imgstats.fitting import fit
    >>> from imgstats.measures import Measure, OutcomeWords
    >>> from imgstats.tables import BandTable
    >>> passing = Measure("gpa", words=OutcomeWords("passed", "failed"))
    >>> table = BandTable.from_counts(passing, [("1-2", 10, 40), ("3-4", 30, 30)])
    >>> brief_of(fit(table, [3], n_refits=50)).head
    'Pass rate by gpa'
    """
    table, words = found.table, found.table.words
    banded = isinstance(table, BandTable)
    columns = (
        table.of.label if len(table.of.label) <= _MOST_HEAD else "value",
        words.rate if len(words.rate) <= _MOST_HEAD else "rate",
        f"{level_words(found.level)} interval",
        "all tried",
        *((("its band by itself" if found.has_curve else "of band"),) if banded else ()),
    )
    lines = [*_lines(found), *(Line(text=each) for each in not_known(found))]
    head, label = f"{capital(words.rate)} by {table.of.label}", _whom(found)
    if assumed:
        lines.insert(0, Line(text=assumed))
    if len(head) + len(label) + 2 > _COLUMNS:
        lines.insert(0, Line(text=f"{label}.", least=2))
        label = ""
    return Brief(
        head=head,
        label=label,
        columns=columns,
        rows=tuple(_row(each, found, banded=banded) for each in found.rates[:_MOST_ROWS]),
        lines=tuple(lines),
    )


def not_known(found: Fit) -> tuple[str, ...]:
    """Return what the table does not tell, a sentence or two each."""
    table, words = found.table, found.table.words
    if isinstance(table, OutcomeSummary):
        between = f"{_NOT} how {words.people} lie between the printed figures; a curve is assumed."
        part = table.group_counts is not None
        whole = f" Those summarised are taken to be like all {words.people}." if part else ""
    else:
        within = "a line is assumed" if found.has_curve else "it is that of the whole band"
        between = f"{_NOT} how the {words.rate} runs inside a band; {within}."
        is_open = any(None in (each.low, each.high) for each in table.bands)
        whole = " How far open bands reach is assumed." if is_open and found.has_curve else ""
    return between + whole, _NO_FORECAST


def _whom(found: Fit) -> str:
    table, words = found.table, found.table.words
    if isinstance(table, BandTable):
        ends = (sum(band.n_range[at] for band in table.bands) for at in (0, 1))
        return f"{thousands_range(*ends)} {words.people} in {count_words(len(table.bands), 'band')}"
    rate = counted_percent(table.base_rate)
    return f"{thousands(table.base_n)} {words.people}, {rate} {words.yes}"


def _row(each: RateAt, found: Fit, *, banded: bool) -> tuple[str, ...]:
    cells = (
        number_words(each.x),
        *(("none", _OUTSIDE, "") if each.outside else _numbers(each)),
    )
    if not banded:
        return cells
    # Without a curve the band's own rate stands in the columns before.
    label = each.band.label if each.band and not found.has_curve else ""
    return (*cells, label or _band_words(each.band))


def _numbers(each: RateAt) -> tuple[str, str, str]:
    """Return rate, interval and the range of those tried."""
    return (
        _rate_words(each),
        "" if each.low is None or each.high is None else interval_words(each.low, each.high),
        "" if each.tried is None else interval_words(*each.tried),
    )


def _rate_words(each: RateAt) -> str:
    if each.rate is not None:
        return percent(each.rate)
    hidden = each.band is not None and each.band.allowed is not None
    return interval_words(*each.tried) if hidden and each.tried else "none"


def _band_words(band: BandAnswer | None) -> str:
    if band is None:
        return "no band holds it"
    if band.low is None or band.high is None:
        return f"{band.label}: nobody"
    if band.allowed is not None:
        return f"{band.label}: {interval_words(*band.allowed)}"
    return f"{band.label}: {percent(band.rate or 0)} ({interval_words(band.low, band.high)})"


def _lines(found: Fit) -> Iterator[Line]:
    for each in found.warnings:
        yield Line(text=f"Please note: {_PYTHON.sub(_IN_A_FILE, each)}.", least=2, bold=True)
    left = len(found.rates) - _MOST_ROWS
    more = f", the first {_MOST_ROWS} of {len(found.rates)}" if left > 0 else ""
    if found.asked:
        if more:
            yield Line(text=f"At the values asked for{more}; --json has all.")
    else:
        yield Line(text=f"At {_where(found)}; --at VALUE asks for another.")
    yield Line(text=_tried(found), least=2)
    if alone := _alone(found):
        yield Line(text=alone, least=2)
    step = f"Step {number_words(found.table.step)}, {_STEP[found.step_from]}."
    yield Line(text=step + _scale(found))
    if found.estimator.p is not None:
        yield Line(
            text=f"Misfit: {p_words(found.estimator.p)}, how often such a curve would print "
            "figures that fit it as badly."
        )


def _where(found: Fit) -> str:
    if isinstance(found.table, BandTable):
        every = len(found.rates) == len(found.table.bands)
        return "the middle of each band" if every else "the middle of closed bands"
    sides = (found.table.matched, found.table.not_matched)
    quartiles = any(each is not None for side in sides for each in (side.q1, side.median, side.q3))
    return f"the printed {'quartiles' if quartiles else 'means'} of both outcomes"


def _tried(found: Fit) -> str:
    """Return who answers, who else was tried, and who does not count."""
    kept = [each for each in found.candidates if each.kept or each is found.estimator]
    out = [each for each in found.candidates if each not in kept]
    told = f"Rates are of {found.estimator.name}: {found.estimator.words}."
    if len(kept) > 1:
        told += f" All tried: the range of {len(kept)} estimators on the same figures."
    for reason in dict.fromkeys(each.reason for each in out):
        names = listed([each.name for each in out if each.reason == reason])
        told += f" Left out {names}: {reason}."
    return told


def _alone(found: Fit) -> str:
    """Return what the figures allow without a curve, at the middle one of the values."""
    each = found.rates[len(found.rates) // 2]
    if each.alone is None or each.alone_above is None:
        return ""
    x = number_words(each.x)
    return (
        f"The figures alone, without a curve, allow {interval_words(*each.alone)} at {x}, and "
        f"{interval_words(*each.alone_above)} of all with {x} or more{_of_a_part(found.table)}."
    )


def _of_a_part(table: OutcomeSummary | BandTable) -> str:
    """Say whom figures are about that summarise a part of the group."""
    if not isinstance(table, OutcomeSummary) or table.group_counts is None:
        return ""
    parts = table.matched.n or 0, table.not_matched.n or 0
    if parts == table.group_counts or not sum(parts):
        return ""
    return (
        f", among the {thousands(sum(parts))} whose values are summarised "
        f"({counted_percent(parts[0] / sum(parts))} {table.words.yes})"
    )


def _scale(found: Fit) -> str:
    low, high = (found.table.of.low, found.table.of.high)
    if low is None and high is None:
        return " The ends of the scale were not given: --low, --high."
    ends = [f"from {number_words(low)}"] if low is not None else []
    ends += [f"to {number_words(high)}"] if high is not None else []
    return f" Scale {' '.join(ends)}."
