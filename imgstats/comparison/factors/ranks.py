"""Contiguous ranks: the rate by their number, by `RankListRate` or the user's own table."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from imgstats.comparison.factors.own import own_evidence, own_factor, with_evidence
from imgstats.comparison.factors.records import Factor, FactorRate, FactorRow
from imgstats.comparison.score.part import printed_digits
from imgstats.curves.store import curve_for
from imgstats.errors import TableError, WorkError
from imgstats.factors import FACTORS
from imgstats.grades import DIRECT, NO_RATE, rate_grade
from imgstats.tables import OutcomeSummary
from imgstats.wording import (
    count_words,
    interval_words,
    level_words,
    number_words,
    percent,
)

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.curves.record import RateCurve

__all__ = ["ranks_curve", "ranks_factor"]

_MEASURE = FACTORS["ranks"].measure
# Numbers of ranks that are shown: each of the few, then some of the many.
_SHOWN = (1, 2, 3, 4, 5, 6, 8, 10, 12, 15, 20)
_HALF = 0.5
_LEVER = (
    "A rank list comes out of interviews: it is no lever by itself, and who gets many interviews "
    "differs in other ways."
)


def ranks_curve(request: Request) -> tuple[OutcomeSummary, RateCurve] | None:
    """Return the table of contiguous ranks with its curve, the user's own before a published one.

    Returns
    -------
    (OutcomeSummary, RateCurve) or None
        None where none is printed of the group.
    """
    return _curve(request)[0]


def _curve(request: Request) -> tuple[tuple[OutcomeSummary, RateCurve] | None, str]:
    """Return table and curve, and why the user's own summary gives none."""
    own, said = request.own_table(_MEASURE), ""
    if own is not None and isinstance(own.table, OutcomeSummary):
        try:
            return (own.table, curve_for(own.table, request.tables.root, level=request.level)), ""
        except (TableError, WorkError) as e:
            said = f"The added table {own.name} gives no rate: {e.found}. "
    try:
        table = request.tables.outcome_summary(
            group=request.applicant.group,
            year=request.year,
            specialty=request.specialty,
            measure=_MEASURE,
        )
        return (table, curve_for(table, request.tables.root, level=request.level)), said
    except TableError:
        return None, said


def ranks_factor(request: Request) -> Factor:
    """Return what is known of contiguous ranks."""
    value = request.applicant.ranks
    evidence = own_evidence("ranks", _MEASURE, request)
    own = request.own_table(_MEASURE)
    if own is not None and own.kind == "band":
        return with_evidence(own_factor("ranks", value, own, request), evidence)
    return with_evidence(_from_summary(value, request), evidence)


def _from_summary(value: int | None, request: Request) -> Factor:
    """Return the fitted rates of a summary, the user's own or the published one."""
    found, passed_over = _curve(request)
    if found is None:
        return Factor(
            factor="ranks",
            value=value,
            grade=NO_RATE,
            sentence=(
                f"{passed_over}No recent table of contiguous ranks is at hand for this group."
            ),
            evidence=(),
            scenario=None,
            rate=None,
            rows=(),
            printed=(),
            sources=(),
        )
    table, curve = found
    sources = request.cite_table(table.context)
    return Factor(
        factor="ranks",
        value=value,
        grade=rate_grade(DIRECT, fitted=True),
        sentence=f"{passed_over}{_sentence(value, table, curve)}",
        evidence=(),
        scenario=None,
        rate=_rate(value, table, curve, sources),
        rows=_rows(value, curve),
        printed=printed_digits(table),
        sources=sources,
    )


def _sentence(value: int | None, table: OutcomeSummary, curve: RateCurve) -> str:
    words = [
        f"the middle half of those who {name} had {number_words(side.q1)} to "
        f"{number_words(side.q3)} contiguous ranks (median {number_words(side.median)})"
        for name, side in (("matched", table.matched), ("did not match", table.not_matched))
        if side.q1 is not None and side.median is not None and side.q3 is not None
    ]
    parts = [f"In the {table.context.match_year} Match {', and '.join(words)}."] if words else []
    if value is not None and not _inside(value, curve):
        first, last = (number_words(float(each)) for each in curve.x[[0, -1]])
        parts.append(
            f"Printed numbers of ranks run from {first} to {last}, so no rate is given for {value}."
        )
    return " ".join([*parts, *_shape(curve), _LEVER])


def _shape(curve: RateCurve) -> list[str]:
    """Say where half match, and from where more ranks go with a lower rate."""
    rates = curve.columns["rate"]
    said = []
    half = _first_half(curve.x, rates)
    if half is not None:
        said.append(f"The fitted rate reaches one half at about {number_words(round(half, 1))}.")
    falling = np.flatnonzero(np.diff(rates) < 0)
    if len(falling):
        start = number_words(float(curve.x[falling[0]]))
        said.append(
            f"From {start} ranks on the fitted rate falls: very long lists can match less often, "
            "since who ends up with one differs."
        )
    return said


def _first_half(
    counts: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
    rates: np.ndarray[tuple[int, ...], np.dtype[np.float64]],
) -> float | None:
    """Return where the rate first reaches one half, between two counts where it crosses there."""
    reached = np.flatnonzero(rates >= _HALF)
    if not len(reached):
        return None
    first = int(reached[0])
    if first == 0:
        return float(counts[0])
    two = slice(first - 1, first + 1)
    return float(np.interp(_HALF, rates[two], counts[two]))


def _inside(value: float | None, curve: RateCurve) -> bool:
    return value is not None and curve.x[0] <= value <= curve.x[-1]


def _rate(
    value: int | None, table: OutcomeSummary, curve: RateCurve, sources: tuple[str, ...]
) -> FactorRate | None:
    """Return the rate at the applicant's number of ranks, None outside the printed ones."""
    if value is None or not _inside(value, curve):
        return None
    at = curve.at(value)
    rate, low, high = (at[name] for name in ("rate", "low", "high"))
    ends = curve.range_at(value)
    return FactorRate(
        rate=rate,
        low=low,
        high=high,
        level=curve.level,
        n=None,
        range_low=ends[0],
        range_high=ends[1],
        estimator=curve.estimator.partition("(")[0],
        sentence=(
            f"With {count_words(value, 'rank')} the fitted rate in the {table.context.match_year} "
            f"Match is {percent(rate)} ({level_words(curve.level)} interval "
            f"{interval_words(low, high)}; the curves tried {interval_words(*ends)}), whatever the "
            "score."
        ),
        sources=sources,
    )


def _rows(value: int | None, curve: RateCurve) -> tuple[FactorRow, ...]:
    shown = {*_SHOWN, *([value] if value is not None else [])}
    return tuple(
        FactorRow(
            label=count_words(count, "rank"),
            rate=at["rate"],
            low=at["low"],
            high=at["high"],
            n=None,
            own=count == value,
        )
        for count in sorted(shown)
        if _inside(count, curve)
        for at in [curve.at(count)]
    )
