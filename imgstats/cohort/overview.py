"""What a page says about a cohort as a whole: counts, which rates they are, and their sources."""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from imgstats.applicant import Applicant, group_label
from imgstats.cohort.summary import STATES
from imgstats.errors import ImgstatsWarning

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from imgstats.comparison import Comparison
    from imgstats.comparison.citations import Citation
    from imgstats.comparison.score.records import Printed
    from imgstats.tables.published import PublishedTables

__all__ = ["Kind", "Overview", "Unrated", "overview", "unrated"]

# Rates of one kind come from the same tables by the same calculation.
_KIND = ["group", "specialty", "grade", "match_year"]
_SAME = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Rates of one group in one specialty and year, and what they are.

    Attributes
    ----------
    group, specialty, grade, match_year : str
        As in the summary.
    n : int
        Applicants of the cohort with such a rate.
    outcome, population : str
        What the rate is a rate of.
    level : float
        Level of the intervals, a fraction.
    by_score : bool
        Whether the rate depends on the score.
    lender : str
        Whose figures stand in; empty for a direct rate.
    printed : tuple of Printed
        Scores of the matched and the not matched as printed; empty where no table has them.
    sources : tuple of str
        Keys of `Overview.sources`.
    """

    group: str
    specialty: str
    grade: str
    match_year: str
    n: int
    outcome: str
    population: str
    level: float
    by_score: bool
    lender: str
    printed: tuple[Printed, ...]
    sources: tuple[str, ...]

    @property
    def group_label(self) -> str:
        """The group's name in a sentence."""
        return group_label(self.group)


@dataclass(frozen=True, slots=True, kw_only=True)
class Unrated:
    """A reason why applicants have a report and no rate, and the ids of those applicants."""

    reason: str
    ids: tuple[str, ...]

    @property
    def n(self) -> int:
        """How many they are."""
        return len(self.ids)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overview:
    """A cohort as a whole.

    Attributes
    ----------
    n : int
        Rows of the cohort file, bad ones included.
    states : dict of str to int
        Rows by state, all states of `STATES`.
    kinds : tuple of Kind
        Which rates there are, those of most applicants first.
    unrated : tuple of Unrated
        Why applicants with a report have no rate.
    scores : tuple of int
        Scores of the rows that could be read, in their order.
    stale : bool
        Whether the tables at hand no longer give a rate of the summary.
    sources : tuple of Citation
        Where the rates come from.
    """

    n: int
    states: dict[str, int]
    kinds: tuple[Kind, ...]
    unrated: tuple[Unrated, ...]
    scores: tuple[int, ...]
    stale: bool
    sources: tuple[Citation, ...]


def overview(frame: pd.DataFrame, tables: PublishedTables | None = None) -> Overview:
    """Describe a cohort by its summary.

    One applicant of each kind of rate is compared with the tables again: for the sources, and to
    see whether these tables still give the summary's rates.

    Parameters
    ----------
    frame : DataFrame
        As `imgstats.cohort.summary.summary_frame` returns it.
    tables : PublishedTables, optional
        The tables to look at. Default: those that ship with the package.

    Raises
    ------
    DataChangedError
        If a data file is not the one whose hash was recorded.
    """
    from imgstats.tables.published import PublishedTables

    tables = tables or PublishedTables()
    kinds: list[Kind] = []
    cited: dict[str, Citation] = {}
    stale = False
    for row, n in _examples(frame):
        found = _compared(row, tables)
        stale |= not _agrees(row, found)
        kind = _kind(row, n, found)
        if kind is not None:
            kinds.append(kind)
            _cite(cited, kind, found)
    counts = frame["state"].value_counts()
    return Overview(
        n=len(frame),
        states={state: int(counts.get(state, 0)) for state in STATES},
        kinds=tuple(kinds),
        unrated=unrated(frame),
        scores=tuple(int(each) for each in frame["step2_ck"].dropna()),
        stale=stale,
        sources=tuple(cited.values()),
    )


def _examples(frame: pd.DataFrame) -> Iterator[tuple[dict[str, Any], int]]:
    """Yield the first row of each kind of rate and how many there are, the most first."""
    rated = frame[frame["rate"].notna()]
    parts = [part for _, part in rated.groupby(_KIND, sort=True)]
    for part in sorted(parts, key=len, reverse=True):
        yield {str(name): value for name, value in part.iloc[0].items()}, len(part)


def _compared(row: dict[str, Any], tables: PublishedTables) -> Comparison:
    from imgstats.comparison import compare

    applicant = Applicant(
        group=row["group"], specialty=row["specialty"], step2_ck=int(row["step2_ck"])
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)  # each report's notes say it
        return compare(applicant, tables)


def _agrees(row: dict[str, Any], found: Comparison) -> bool:
    headline = found.headline
    return (
        headline is not None
        and (headline.grade, headline.match_year) == (row["grade"], row["match_year"])
        and abs(headline.rate - row["rate"]) < _SAME
        and abs(headline.band.rate - row["band_rate"]) < _SAME
    )


def _kind(row: dict[str, Any], n: int, found: Comparison) -> Kind | None:
    headline = found.headline
    if headline is None:  # other tables than those of the summary: `stale` says so
        return None
    return Kind(
        **{name: str(row[name]) for name in _KIND},
        n=n,
        outcome=headline.outcome,
        population=headline.population,
        level=headline.level,
        by_score=headline.by_score,
        lender=headline.borrowed.lender if headline.borrowed else "",
        printed=found.place.printed if found.place else (),
        sources=headline.sources,
    )


def _cite(cited: dict[str, Citation], kind: Kind, found: Comparison) -> None:
    """Add a kind's sources to those that are known, with all files of each."""
    for each in found.sources:
        if each.key in kind.sources:
            known = cited.get(each.key, each)
            files = tuple(dict.fromkeys((*known.files, *each.files)))
            cited[each.key] = replace(known, files=files)


def unrated(frame: pd.DataFrame) -> tuple[Unrated, ...]:
    """Return why applicants with a report have no rate, the reason of most of them first.

    Parameters
    ----------
    frame : DataFrame
        As `imgstats.cohort.summary.summary_frame` returns it.
    """
    rows = frame[(frame["state"] == "made") & frame["rate"].isna()]
    parts = [(str(reason), part) for reason, part in rows.groupby("reason", sort=True)]
    return tuple(
        Unrated(reason=reason, ids=tuple(map(str, part["id"])))
        for reason, part in sorted(parts, key=lambda each: -len(each[1]))
    )
