"""A factor by the user's own table: rates counted in its bands, graded direct."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.comparison.factors.records import Factor, FactorRate, FactorRow
from imgstats.evidence import Evidence
from imgstats.factors import FACTORS
from imgstats.tables import BandTable, ShareTable
from imgstats.wording import (
    band_words,
    count_words,
    counted_percent,
    level_words,
    listed,
    number_words,
    percent,
    thousands,
)

if TYPE_CHECKING:
    from imgstats.comparison.request import Request
    from imgstats.own_tables import OwnTable
    from imgstats.tables import Band

__all__ = ["band_at", "own_factor", "own_shares", "value_words"]


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
    """Return a factor with the rates of the user's own table.

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
        grade="direct",
        sentence=_sentence(name, value, mine, own),
        evidence=(),
        scenario=None,
        rate=_rate(next((row for row in rows if row.own), None), own, request.level, sources),
        rows=rows,
        printed=(),
        sources=sources,
    )


def _label(name: str, band: Band) -> str:
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
    return f"{first} It counts one number at a time: people who differ in it differ in other ways."


def _rate(
    row: FactorRow | None, own: OwnTable, level: float, sources: tuple[str, ...]
) -> FactorRate | None:
    if row is None:
        return None
    ends = listed([counted_percent(row.low), counted_percent(row.high)])
    return FactorRate(
        rate=row.rate,
        low=row.low,
        high=row.high,
        level=level,
        n=row.n,
        range_low=None,
        range_high=None,
        estimator="BandRate",
        sentence=(
            f"Of {thousands(row.n or 0)} applicants of that table with {row.label}, "
            f"{counted_percent(row.rate)} matched ({level_words(level)} interval between {ends}), "
            f"whatever the score ({own.certificate.source})."
        ),
        sources=sources,
    )


def own_shares(name: str, measure: str, request: Request) -> tuple[Evidence, ...]:
    """Return the user's own shares of answers about a factor as evidence."""
    own = request.own_table(measure, "share")
    if own is None or not isinstance(own.table, ShareTable):
        return ()
    shares = listed([f"{each.answer} {percent(each.share)}" for each in own.table.shares])
    n = own.table.respondents
    asked = "" if n is None else f" of {number_words(n)} who answered"
    return (
        Evidence(
            factor=name,
            statement=own.table.question,
            finding=f"{shares}{asked}",
            population=own.certificate.population,
            year=own.certificate.year,
            n=n,
            grade="user",
            source=own.table.context.source,
            sentence=(
                f"\u201c{own.table.question}\u201d: {shares}{asked} ({own.certificate.source})."
            ),
        ),
    )
