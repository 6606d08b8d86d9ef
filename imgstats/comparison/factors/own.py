"""A factor by the user's own table: rates counted in its bands, graded direct."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from imgstats.comparison.citations import Cited
from imgstats.comparison.factors.records import Factor, FactorRate, FactorRow
from imgstats.errors import InputError, TableError, WorkError
from imgstats.evidence import Evidence
from imgstats.factors import FACTORS
from imgstats.grades import DIRECT
from imgstats.tables import BandTable, OutcomeSummary, ShareTable
from imgstats.wording import (
    band_words,
    capital,
    count_words,
    counted_percent,
    level_words,
    listed,
    number_words,
    percent,
    thousands,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.comparison.request import Request
    from imgstats.own_tables import OwnTable
    from imgstats.tables import Band, Summary

__all__ = [
    "band_at",
    "hidden_words",
    "named",
    "own_evidence",
    "own_factor",
    "people_words",
    "range_words",
    "value_words",
    "with_evidence",
]

_HIDES = "It hides a count, so it is not taken together with the score."


@contextmanager
def named(own: OwnTable) -> Iterator[None]:
    """Name the added table where it gives no rate.

    Raises
    ------
    InputError
        In place of whatever is refused inside.
    """
    try:
        yield
    except (TableError, WorkError) as e:
        raise InputError(
            f"the added table {own.name} gives no rate: {e.found}",
            e.allowed,
            f"`imgstats data remove {own.name}` takes it away",
        ) from e


def value_words(factor: str, value: float) -> str:
    """Return a factor's value with its unit.

    Examples
    --------
    >>> value_words("attempts", 2), value_words("usce", 1)
    ('2 attempts', '1 month')
    """
    return count_words(value, FACTORS[factor].unit)


def band_at(table: BandTable, value: float) -> Band | None:
    """Return the band that a value lies in, None where there is none."""
    for band in table.bands:
        above = band.low is None or value >= band.low
        if above and (band.high is None or value <= band.high):
            return band
    return None


def own_factor(name: str, value: float | None, own: OwnTable, request: Request) -> Factor:
    """Return a factor with the rates of the user's own table; a range where a count is hidden.

    Parameters
    ----------
    name : str
        ``attempts``, ``usce`` or ``ranks``.
    value : float or None
        The applicant's value.
    own : OwnTable
        A table of kind ``band``.
    request : Request
        Whom it is about.
    """
    from imgstats.estimators import BandRate

    table = own.table
    if not isinstance(table, BandTable):  # `Request.own_table` asked for the kind
        raise TypeError(f"a table of kind {own.kind}")
    sources = request.cite_table(table.context)
    fitted = BandRate().fit(table)
    frame = fitted.band_rates([(each.low, each.high) for each in table.bands], request.level)
    mine = None if value is None else band_at(table, value)
    rows = tuple(
        FactorRow(
            label=_label(name, band),
            rate=row["rate"],
            low=row["rate_low"],
            high=row["rate_high"],
            n=float(row["n"]),
            own=band is mine,
        )
        for band, row in zip(table.bands, frame.to_dict("records"), strict=True)
    )
    return Factor(
        factor=name,
        value=value,
        grade=DIRECT,
        sentence=_sentence(name, value, mine, own),
        evidence=(),
        scenario=None,
        rate=_rate(next((row for row in rows if row.own), None), mine, own, request.level, sources),
        rows=rows,
        printed=(),
        sources=sources,
    )


def _label(name: str, band: Band) -> str:
    """Return a band in words; one that hides a count with the range of its rate."""
    words = _band_label(name, band)
    return f"{words} ({range_words(band)}: {hidden_words(band)})" if band.hidden else words


def _band_label(name: str, band: Band) -> str:
    if band.low == band.high and band.low is not None:
        return value_words(name, band.low)
    if band.high is None and band.low is not None:
        return f"{number_words(band.low)} or more {FACTORS[name].unit}s"
    return f"{band_words(band.low, band.high)} {FACTORS[name].unit}s"


def _sentence(name: str, value: float | None, mine: Band | None, own: OwnTable) -> str:
    certificate = own.certificate
    first = (
        f"These rates come from a table that was added on this machine: {certificate.source} "
        f"({certificate.year})."
    )
    if value is not None and mine is None:
        return f"{first} It has no band for {value_words(name, value)}, so no rate is given."
    words = f"{first} It counts one number at a time: people who differ in it differ in other ways."
    hides = isinstance(own.table, BandTable) and own.table.hidden
    return f"{words} {_HIDES}" if hides else words


def _rate(
    row: FactorRow | None,
    mine: Band | None,
    own: OwnTable,
    level: float,
    sources: tuple[str, ...],
) -> FactorRate | None:
    if row is None or mine is None:
        return None
    ends = listed([counted_percent(row.low), counted_percent(row.high)])
    name = next(each for each, known in FACTORS.items() if known.measure == own.measure)
    words, low, high = _band_label(name, mine), None, None
    if mine.hidden:
        low, high = mine.rate_range
        finding = (
            f"{range_words(mine)} matched: {hidden_words(mine)} ({level_words(level)} interval "
            f"from both ends between {ends})"
        )
    else:
        finding = (
            f"{counted_percent(row.rate)} matched ({level_words(level)} interval between {ends})"
        )
    return FactorRate(
        rate=row.rate,
        low=row.low,
        high=row.high,
        level=level,
        n=row.n,
        range_low=low,
        range_high=high,
        estimator="BandRate",
        sentence=(
            f"Of {people_words(mine)} applicants of that table with {words}, {finding}, whatever "
            f"the score ({own.certificate.source})."
        ),
        sources=sources,
    )


def own_evidence(name: str, measure: str, request: Request) -> tuple[Evidence, ...]:
    """Return the user's own shares and summaries about a factor; they give no rate by its value.

    Parameters
    ----------
    name, measure : str
        The factor and its measure.
    request : Request
        Whom it is about, and the tables.
    """
    return tuple(_evidence(name, each) for each in request.own_evidence(measure))


def with_evidence(factor: Factor, evidence: tuple[Evidence, ...]) -> Factor:
    """Return a factor with the user's own evidence before what was published."""
    return replace(
        factor,
        evidence=(*evidence, *factor.evidence),
        sources=(*factor.sources, *(Cited(each.source) for each in evidence)),
    )


def _evidence(name: str, own: OwnTable) -> Evidence:
    table, certificate = own.table, own.certificate
    if isinstance(table, ShareTable):
        statement, n = table.question, table.respondents
        finding = listed([f"{each.answer} {percent(each.share)}" for each in table.shares])
        finding += "" if n is None else f" of {number_words(n)} who answered"
        sentence = f"\u201c{statement}\u201d: {finding} ({certificate.source})."
    elif isinstance(table, OutcomeSummary):
        statement, n = f"{capital(FACTORS[name].label)} by outcome", None
        finding = (
            f"{_digits(table.matched)} among the matched, "
            f"{_digits(table.not_matched)} among the not matched"
        )
        sentence = (
            f"{statement}: {finding} ({certificate.source}, "
            f"{certificate.year}). Such a summary gives no rate by value."
        )
    else:  # `USES` names no other kind
        raise TypeError(f"a table of kind {own.kind}")
    return Evidence(
        factor=name,
        statement=statement,
        finding=finding,
        population=certificate.population,
        year=certificate.year,
        n=n,
        grade="user",
        source=table.context.source,
        sentence=sentence,
    )


def _digits(side: Summary) -> str:
    """Return an outcome's digits in words."""
    printed = [f"{each} {number_words(side.value(each) or 0)}" for each in side.printed]
    n = [] if side.n is None else [f"n {thousands(side.n)}"]
    return ", ".join([*printed, *n]) or "nothing printed"


def hidden_words(band: Band) -> str:
    """Say what a table hides of a band.

    Examples
    --------
    >>> from imgstats.tables import Band
    >>> hidden_words(Band(low=1, high=1, matched_range=(0, 4), not_matched=30))
    'the table hides counts under 5'
    """
    fewest = band.n_range[0]
    for ends in (band.matched_range, band.not_matched_range):
        if ends is not None and ends[0] == 0 and ends[1] < fewest:
            return f"the table hides counts under {ends[1] + 1}"
    return "the table hides how many matched"


def people_words(band: Band) -> str:
    """Return how many applicants a band has, a range where the table hides it.

    Examples
    --------
    >>> from imgstats.tables import Band
    >>> people_words(Band(low=1, high=1, matched_range=(0, 4), not_matched=30))
    '30 to 34'
    """
    low, high = band.n_range
    return thousands(low) if low == high else f"{thousands(low)} to {thousands(high)}"


def range_words(band: Band) -> str:
    """Return the rates that a band's hidden count allows.

    Examples
    --------
    >>> from imgstats.tables import Band
    >>> range_words(Band(low=1, high=1, matched_range=(0, 4), not_matched=30))
    'between 0.0 % and 11.8 %'
    """
    return f"between {listed([counted_percent(each) for each in band.rate_range])}"
