"""Without a file of programs: states by the positions that IMGs filled there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.applicant import group_label
from imgstats.comparison.citations import cited
from imgstats.comparison.where.positions import has_positions, where
from imgstats.comparison.where.states import DIVISION_OF
from imgstats.grades import weakest

if TYPE_CHECKING:
    from imgstats.comparison.where.records import Where
    from imgstats.sources.tabular import Record
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["MOST_STATES", "StateLine", "States", "positions_of", "states_of"]

MOST_STATES = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class StateLine:
    """One state.

    Attributes
    ----------
    state, code : str
        Name and postal code.
    us_img, non_us_img, filled : int
        Positions that both groups filled, each apart, and all that were filled.
    share : float or None
        Part of the filled ones that IMGs filled.
    division : str
        Division of the US Census Bureau; empty for a territory.
    us_img_interviews, non_us_img_interviews : float or None
        Mean interview rate per application over programs of the division, fractions; None where
        none is known.
    """

    state: str
    code: str
    us_img: int
    non_us_img: int
    filled: int
    share: float | None
    division: str
    us_img_interviews: float | None
    non_us_img_interviews: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class States:
    """States, those where IMGs filled most positions first.

    Attributes
    ----------
    match_year, positions : str
        Year of the Match, and which positions, in words.
    rows : tuple of StateLine
        The first of them.
    all_states : int
        How many there are.
    interview_year : str
        Year of the interview rates; empty where there are none.
    sentences : tuple of str
        What the table is and is not.
    grade, interview_grade : str
        Letters of the sources of positions and of interview rates.
    sources, interview_sources : tuple of str
        Their keys.
    """

    match_year: str
    positions: str
    rows: tuple[StateLine, ...]
    all_states: int
    interview_year: str
    sentences: tuple[str, ...]
    grade: str
    interview_grade: str
    sources: tuple[str, ...]
    interview_sources: tuple[str, ...]


def positions_of(situation: Situation, tables: PublishedTables) -> Where | None:
    """Return the positions of the specialty by state, None where the table has none."""
    specialty = situation.specialty
    return where(tables, specialty) if has_positions(tables, specialty) else None


def states_of(situation: Situation, tables: PublishedTables) -> States | None:
    """Return the states for a person without a file; None where the table has none.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "non-us-img", "step2_ck": 235})
    >>> first = states_of(me, PublishedTables()).rows[0]
    >>> first.state, first.us_img + first.non_us_img, first.non_us_img_interviews
    ('New York', 786, 0.0242)
    """
    found = positions_of(situation, tables)
    if found is None:
        return None
    group = situation.applicant.group
    ordered = sorted(found.rows, key=lambda row: (-getattr(row, group), row.state))
    rates = _interviews(situation, tables)
    first = next(iter(rates.values()), None)
    rows = tuple(
        StateLine(
            state=row.state,
            code=row.code,
            us_img=row.us_img,
            non_us_img=row.non_us_img,
            filled=row.filled,
            share=row.share,
            division=(division := DIVISION_OF.get(row.code, "")),
            us_img_interviews=_rate(rates.get(division), "us_img"),
            non_us_img_interviews=_rate(rates.get(division), "non_us_img"),
        )
        for row in ordered[:MOST_STATES]
    )
    return States(
        match_year=found.match_year,
        positions=found.positions,
        rows=rows,
        all_states=len(found.rows),
        interview_year="" if first is None else str(first["data_year"]),
        sentences=_sentences(found, group, bool(rates)),
        grade=found.grade,
        interview_grade=weakest(*(str(row["trust"]) for row in rates.values())),
        sources=found.sources,
        interview_sources=cited((row["source"], row["dataset"]) for row in rates.values()),
    )


def _interviews(situation: Situation, tables: PublishedTables) -> dict[str, Record]:
    """Return the interview rates of the specialty by division; none of another specialty."""
    return {
        str(row["region"]): row
        for row in tables.rows("interview_regions")
        if row["specialty"] == situation.specialty
    }


def _rate(row: Record | None, group: str) -> float | None:
    percent = None if row is None else row[f"{group}_mean_pct"]
    return None if percent is None else round(float(percent) / 100, 6)


def _sentences(found: Where, group: str, has_rates: bool) -> tuple[str, ...]:
    first = (
        "Without a file of programs the plan ranks states, by the positions that "
        f"{group_label(group)}s filled there in the {found.match_year} Match; both groups are "
        "shown."
    )
    no_rate = "They count positions and are no match rates: how many applied there is not known."
    if not has_rates:
        return first, no_rate, "No interview rates by region are known here for this specialty."
    caveat = (
        "Interviews per application are means over the programs of a region, of all who applied "
        "there, not weighted by applications, from a source that is not named (grade C): an "
        "interview rate is no match rate, and small differences between regions mean little."
    )
    return first, no_rate, caveat
