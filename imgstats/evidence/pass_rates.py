"""Who passed an exam: facts about an exam and its takers, never about who matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from imgstats.evidence.records import Evidence
from imgstats.wording import percent, thousands

if TYPE_CHECKING:
    from imgstats.sources.tabular import Record
    from imgstats.tables.published import PublishedTables

__all__ = ["EXAMS", "pass_rate"]

EXAMS = {"step1": "Step 1", "step2_ck": "Step 2 CK", "step3": "Step 3"}
_TABLE = "pass_rates"
# IMGs of both groups went to schools outside the US.
_SCHOOLS = "non_us"


def pass_rate(tables: PublishedTables, factor: str, exam: str) -> Evidence:
    """Return how many first and repeat takers of schools outside the US passed, newest period.

    Parameters
    ----------
    tables : PublishedTables
        Where the rows stand.
    factor : str
        The factor's name in a comparison, such as ``attempts``.
    exam : str
        One of `EXAMS`.

    Raises
    ------
    TableError
        If there is no such exam.
    """
    every = tables.rows(_TABLE, exam=exam, school_location=_SCHOOLS)
    period = max(str(row["period"]) for row in every)
    rows = {row["takers"]: row for row in every if row["period"] == period}
    first, repeat, name = rows["first"], rows["repeat"], EXAMS[exam]
    return Evidence(
        factor=factor,
        statement=f"{name}: share of takers who passed",
        finding=f"passed: {_share(first)} of first takers, {_share(repeat)} of repeat takers",
        population="all takers from schools outside the US",
        year=period,
        n=int(rows["all"]["tested_n"]),
        grade=str(first["trust"]),
        source=str(first["source"]),
        dataset=str(first["dataset"]),
        note="all takers, not only those who apply for a residency; printed to whole per cent",
        sentence=(
            f"In {period}, {_share(first)} of {_people(first)} first takers of {name} from schools "
            f"outside the US passed, and {_share(repeat)} of {_people(repeat)} repeat takers: pass "
            "rates of an exam, no match rates."
        ),
    )


def _share(row: Record) -> str:
    return percent(int(row["passing_pct"]) / 100)


def _people(row: Record) -> str:
    return thousands(int(row["tested_n"]))
