"""What a curve is made from: the tables it enters with, and a digest of every digit that counts.

Nothing here fits anything, so that a lookup can tell whether a stored curve is still a table's own
without importing an estimator.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.curves.record import CurveKey
from imgstats.errors import TableError
from imgstats.measures import measure_of
from imgstats.sources.hashing import sha256_of
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.tables import CountTable, OutcomeSummary
from imgstats.tables.summary import OUTCOMES
from imgstats.tables.unsaid.gaps import GapPair

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from imgstats.sources.tabular import Record
    from imgstats.tables.published import PublishedTables

__all__ = [
    "KIN",
    "SCORE",
    "BorrowedInputs",
    "borrowed_inputs",
    "counts_digest",
    "digest_of",
    "gap_pairs",
    "key_of",
    "kin_counts",
    "last_year_with_means",
]

# Whose tables stand in for a group that has none.
KIN = {"us_img": "non_us_img"}
SCORE = "step2_ck"
# What of a year's rate moves the mean gap.
_HISTORY = ("match_year", "applicant_group", "active_applicants", "matched", "match_rate_pct")


def key_of(table: OutcomeSummary) -> CurveKey:
    """Return which table this is."""
    context = table.context
    return CurveKey(context.match_year, context.applicant_group, context.specialty, table.measure)


def digest_of(table: OutcomeSummary) -> str:
    """Return the SHA-256 of everything in a table that moves a number of its curve.

    Source, trust and names stay out: a corrected title leaves the curve as it is.

    Examples
    --------
    >>> from imgstats.tables import Summary
    >>> digits = Summary(n=40, q1=240, median=250, q3=258)
    >>> first = OutcomeSummary(measure="step2_ck", matched=digits, not_matched=digits)
    >>> second = OutcomeSummary(
    ...     measure="step2_ck", matched=digits, not_matched=digits, group_counts=(50, 75)
    ... )
    >>> digest_of(first) == digest_of(second)
    False
    """
    return _digest(_facts(table))


def counts_digest(counts: Mapping[str, CountTable]) -> str:
    """Return the SHA-256 of the counts of some specialties."""
    return _digest({name: _pair(table) for name, table in counts.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class BorrowedInputs:
    """The tables behind a borrowed rate.

    Attributes
    ----------
    own, kin : CountTable
        Both groups over all specialties.
    kin_specific : CountTable
        The kin in the specialty.
    table : OutcomeSummary
        The kin's scores in the specialty.
    own_scores, kin_scores : OutcomeSummary
        Both groups' mean scores in the last year that prints them.
    history : tuple of Record
        Yearly rates of all specialties.
    pairs : tuple of GapPair
        Where both groups are counted in a specialty and over all.
    """

    own: CountTable
    kin: CountTable
    kin_specific: CountTable
    table: OutcomeSummary
    own_scores: OutcomeSummary
    kin_scores: OutcomeSummary
    history: tuple[Record, ...]
    pairs: tuple[GapPair, ...]

    @property
    def digest(self) -> str:
        """SHA-256 of everything in them that moves the rate."""
        return _digest(
            {
                "own": _pair(self.own),
                "kin": _pair(self.kin),
                "kin_specific": _pair(self.kin_specific),
                "table": _facts(self.table),
                "own_scores": _facts(self.own_scores),
                "kin_scores": _facts(self.kin_scores),
                "history": [[row[name] for name in _HISTORY] for row in self.history],
                "pairs": [
                    _pair(table)
                    for each in self.pairs
                    for table in (each.own, each.kin, each.own_specific, each.kin_specific)
                ],
            }
        )


def borrowed_inputs(
    tables: PublishedTables, *, group: str, year: str, specialty: str
) -> BorrowedInputs:
    """Return the tables that a group's borrowed rate in a specialty is made from.

    Parameters
    ----------
    tables : PublishedTables
        The tables.
    group : str
        A key of `KIN`.
    year, specialty : str
        Where the kin has a table of scores.

    Raises
    ------
    TableError
        If no kin is named for the group, or one of the tables is not there.
    """
    if group not in KIN:
        raise TableError(f"no kin is named for {group}", ", ".join(KIN))
    kin = KIN[group]
    own_scores, kin_scores = _mean_scores(tables, group, kin, specialty)
    return BorrowedInputs(
        own=tables.counts(group=group, year=year, specialty=ALL_SPECIALTIES),
        kin=tables.counts(group=kin, year=year, specialty=ALL_SPECIALTIES),
        kin_specific=tables.counts(group=kin, year=year, specialty=specialty),
        table=tables.outcome_summary(group=kin, year=year, specialty=specialty),
        own_scores=own_scores,
        kin_scores=kin_scores,
        history=tables.rows("pgy1_by_year"),
        pairs=gap_pairs(tables, group, kin),
    )


def gap_pairs(tables: PublishedTables, group: str, kin: str) -> tuple[GapPair, ...]:
    """Return each specialty in which both groups are counted, in its latest such year.

    Years of one specialty are no further evidence of how far specialties differ.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> (pair,) = gap_pairs(PublishedTables(), "us_img", "non_us_img")
    >>> pair.year, pair.specialty
    ('2013', 'Anesthesiology')
    """
    found = {}
    for row in (*_both_outcomes(tables), *tables.rows("counts")):
        # Without anybody matched, or not matched, there is no logit.
        if row["matched"] and row["not_matched"]:
            table = CountTable.from_records([row])
            found[str(row["match_year"]), row["applicant_group"], row["specialty"]] = table
    pairs = {}
    for year, specialty in sorted({(year, specialty) for year, _, specialty in found}):
        names = [
            (year, each, which) for which in (ALL_SPECIALTIES, specialty) for each in (group, kin)
        ]
        if specialty != ALL_SPECIALTIES and all(each in found for each in names):
            own, kin_all, own_specific, kin_specific = (found[each] for each in names)
            pairs[specialty] = GapPair(
                own=own, kin=kin_all, own_specific=own_specific, kin_specific=kin_specific
            )
    return tuple(pairs.values())


def _both_outcomes(tables: PublishedTables) -> list[Record]:
    """Return a row of counts for each group and specialty whose two outcomes both have a number."""
    names = ("match_year", "applicant_group", "specialty")
    found: dict[tuple[object, ...], dict[str, object]] = {}
    for row in tables.rows("img_by_specialty"):
        if row["n"] is not None:
            kept = found.setdefault(tuple(row[name] for name in names), dict(row))
            kept[row["outcome"]] = row["n"]
    return [
        {**row, "outcome": "", "population": ""}
        for row in found.values()
        if all(outcome in row for outcome in OUTCOMES)
    ]


def kin_counts(tables: PublishedTables, *, group: str, year: str) -> dict[str, CountTable]:
    """Return a group's counts of all specialties of a year, by specialty.

    Raises
    ------
    TableError
        If the group or the year has no counts.
    """
    rows = tables.rows("counts", applicant_group=group, match_year=year)
    kin = {row["specialty"]: row for row in rows if row["specialty"] != ALL_SPECIALTIES}
    return {name: CountTable.from_records([kin[name]]) for name in sorted(kin)}


def _mean_scores(
    tables: PublishedTables, group: str, kin: str, specialty: str
) -> tuple[OutcomeSummary, OutcomeSummary]:
    """Return both groups' mean scores of the last year that prints both outcomes of both."""
    rows = tables.rows("summaries", specialty=specialty, measure=SCORE)
    year = last_year_with_means(rows, (group, kin))
    if year is None:
        raise TableError(
            f"no mean scores of {group_label(group)}s and {group_label(kin)}s in {specialty} of "
            "one year",
            "a year with means of matched and not matched of both groups",
        )
    last = [row for row in rows if row["match_year"] == year]
    first, second = (
        OutcomeSummary.from_records([row for row in last if row["applicant_group"] == each])
        for each in (group, kin)
    )
    return first, second


def last_year_with_means(rows: Iterable[Record], groups: Collection[str]) -> int | None:
    """Return the last year in which a mean of both outcomes is printed for each of the groups.

    Parameters
    ----------
    rows : iterable of Record
        Rows of the summaries of one specialty and measure.
    groups : collection of str
        Names of groups.
    """
    printed = {
        (row["match_year"], row["applicant_group"], row["outcome"])
        for row in rows
        if row["mean"] is not None
    }
    wanted = [(group, outcome) for group in groups for outcome in OUTCOMES]
    years = {year for year, _, _ in printed}
    full = [year for year in years if all((year, *each) in printed for each in wanted)]
    return max(full, default=None)


def _pair(table: CountTable) -> list[int]:
    return [table.matched, table.not_matched]


def _facts(table: OutcomeSummary) -> dict[str, object]:
    # What `MEASURES` knows of a measure is code, and the code has a hash of its own.
    own = {} if table.of == measure_of(table.measure) else {"of": asdict(table.of)}
    return own | {
        "measure": table.measure,
        "matched": _numbers(asdict(table.matched)),
        "not_matched": _numbers(asdict(table.not_matched)),
        "group_counts": None if table.group_counts is None else list(table.group_counts),
        "scale": None if table.scale is None else list(table.scale),
        "rounding": None if table.rounding is None else _numbers(asdict(table.rounding)),
        "n_exact": table.n_exact,
    }


def _numbers(values: Mapping[str, float | None]) -> dict[str, float | None]:
    # 240 and 240.0 are one digit on paper and two texts in JSON.
    return {name: None if value is None else float(value) for name, value in values.items()}


def _digest(facts: object) -> str:
    return sha256_of(json.dumps(facts, sort_keys=True, separators=(",", ":")).encode("utf-8"))
