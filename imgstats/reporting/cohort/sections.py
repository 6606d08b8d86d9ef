"""Sections of a cohort's page as HTML fragments: they draw a summary and its overview.

Each function returns a `Fragment`, as those of `imgstats.reporting.sections` do.
"""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from imgstats.applicant import group_label
from imgstats.cohort.changes import Changes
from imgstats.grades import BORROWED, DIRECT, kind_of
from imgstats.levels import LEVEL
from imgstats.reporting.fragments import Fragment, fragment
from imgstats.wording import percent

if TYPE_CHECKING:
    from collections.abc import Mapping

    import pandas as pd

    from imgstats.cohort.overview import Overview

__all__ = [
    "applicants",
    "failures",
    "header",
    "limits",
    "rates",
    "scores",
    "since",
    "sources",
]

_STATES = {"made": "made", "failed": "failed", "bad": "bad row", "waiting": "not yet made"}
# Columns of files beside a report, with the words of their links.
_BESIDE = {"pdf": "PDF", "plan": "Plan", "calendar": "Calendar"}
_FEW_KINDS = 4  # so many are told in a sentence
_FEW_NAMES = 8  # so many ids are told in a sentence
_OPEN = 20  # so many failures are shown unfolded


def _with_sources(template: str, found: Overview, **parts: object) -> Fragment:
    numbers = {each.key: i for i, each in enumerate(found.sources, start=1)}
    return fragment(
        template, cohort=found, comparison=found, source_number=numbers.__getitem__, **parts
    )


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows as plain values, None where a number is missing, with words for the page."""
    records = frame.astype(object).where(frame.notna(), None).to_dict("records")
    return [
        {str(name): value for name, value in row.items()}
        | {
            "group_words": group_label(row["group"]) if row["group"] else "",
            "state_words": _STATES[row["state"]],
            "href": quote(row["report"]),
            "beside": [
                (words, quote(row[column])) for column, words in _BESIDE.items() if row[column]
            ],
            "band_note": _band_note(row),
        }
        for row in records
    ]


def _band_note(row: Mapping[Any, Any]) -> str:
    """Return what the report says of the band that the rate by score does not."""
    notes = [] if row["in_record"] is not False else ["outside the record"]
    if row["combined_with"]:
        low, high = row["combined_low"], row["combined_high"]
        ends = "see the report" if low is None else f"{percent(low)} to {percent(high)}"
        notes.append(f"with {row['combined_with']}: {ends}")
    return "; ".join(notes)


def header(found: Overview, title: str) -> Fragment:
    """Return the page's head: how many applicants, and what a rate is."""
    years = sorted({kind.match_year for kind in found.kinds})
    return fragment(
        "cohort_header.html.j2",
        cohort=found,
        title=title,
        years=years,
        few_kinds=len(found.kinds) <= _FEW_KINDS,
    )


def failures(frame: pd.DataFrame) -> Fragment:
    """Return the rows without a report that should have one; nothing if there is none."""
    rows = _rows(frame[frame["state"].isin(["failed", "bad"])])
    return fragment("cohort_failures.html.j2", rows=rows, unfolded=len(rows) <= _OPEN)


def since(changes: Mapping[str, Any] | None) -> Fragment:
    """Return who is new, changed and gone since the last run; nothing where there was none.

    Parameters
    ----------
    changes : mapping or None
        As `imgstats.cohort.changes.Changes.to_plain` returns it.
    """
    if changes is None:
        return Fragment("")
    lists = tuple(Changes.from_plain(changes).lists())
    return fragment("cohort_since.html.j2", lists=lists, few=_FEW_NAMES)


def applicants(frame: pd.DataFrame, found: Overview) -> Fragment:
    """Return the table of applicants."""
    level = found.kinds[0].level if found.kinds else LEVEL
    return _with_sources(
        "cohort_table.html.j2",
        found,
        rows=_rows(frame),
        level=level,
        rate_sources=tuple(dict.fromkeys(key for kind in found.kinds for key in kind.sources)),
    )


def scores(found: Overview) -> Fragment:
    """Return where the cohort's scores lie, in a sentence."""
    middle = median(found.scores) if found.scores else None
    return fragment("cohort_scores.html.j2", cohort=found, middle=middle)


def rates(found: Overview) -> Fragment:
    """Return which rates there are, and why some applicants have none."""
    return _with_sources("cohort_rates.html.j2", found, few=_FEW_NAMES)


def limits(found: Overview) -> Fragment:
    """Return what a summary of a cohort cannot say."""
    by_grade = {
        grade: sum(kind.n for kind in found.kinds if kind_of(kind.grade) == grade)
        for grade in (DIRECT, BORROWED)
    }
    return _with_sources("cohort_limits.html.j2", found, by_grade=by_grade)


def sources(found: Overview) -> Fragment:
    """Return every source of the rates with its birth certificate."""
    if not found.sources:
        return Fragment("<p>No rate is shown, so there is no source to name.</p>")
    return _with_sources("sources.html.j2", found)
