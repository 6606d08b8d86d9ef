"""Published figures beside what the chain says of the same; nothing is tuned to them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from imgstats.applicant import group_label
from imgstats.comparison.citations import cited, merged
from imgstats.errors import TableError
from imgstats.grades import weakest
from imgstats.sources import sources as known_sources
from imgstats.strategy.funnel.interviews import quantile_of
from imgstats.strategy.funnel.records import Beside
from imgstats.strategy.funnel.sentences import span_words
from imgstats.wording import counted_percent, number_words, thousands

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from imgstats.sources.tabular import Record
    from imgstats.strategy.funnel.chain import Chain
    from imgstats.strategy.funnel.match import RankRates
    from imgstats.tables import Summary
    from imgstats.tables.published import PublishedTables

    Array = NDArray[np.float64]

__all__ = ["beside", "mean_applications"]

_MEDIANS = re.compile(
    r"median applications (\d+) vs (\d+), median interviews (\d+) vs (\d+)", re.ASCII
)
_SURVEY = {"factor": "interviews", "effect": "medians"}
_HALF = 0.5
_LISTED_ONLY = "The published figure is of people with a rank list, whatever they applied to"


def mean_applications(tables: PublishedTables, specialty: str) -> Record:
    """Return the latest published number of applications per IMG in a specialty.

    Raises
    ------
    TableError
        If none is there.
    """
    rows = tables.rows("application_volumes", group="img", quantity="applications per applicant")
    there = [row for row in rows if str(row["specialty"]).startswith(specialty)]
    if not there:
        raise TableError(f"no applications per IMG in {specialty}", "at least one row")
    return max(there, key=lambda row: int(row["season"]))


def beside(tables: PublishedTables, chain: Chain, group: str, specialty: str) -> tuple[Beside, ...]:
    """Return published figures of interviews, ranks and rates, each with the chain's.

    Parameters
    ----------
    tables : PublishedTables
        Where they stand.
    chain : Chain
        With rates by ranks; without them nothing can be compared.
    group, specialty : str
        Whom the chain is about.

    Raises
    ------
    TableError
        If a published figure is not there or not written as expected.
    """
    ranks = chain.ranks
    if ranks is None:
        return ()
    volume = mean_applications(tables, specialty)
    return (
        *_of_ranks(chain, ranks, volume),
        _of_rate(chain, ranks, volume, group),
        _of_people(tables, chain, ranks, volume),
        *_of_survey(tables, chain, ranks),
    )


def _listed(counts: Array) -> Array:
    """Return how people with at least one interview spread over the numbers of them."""
    there = counts.copy()
    there[0] = 0
    return there


def _mean(sides: Sequence[Summary]) -> float | None:
    """Return the mean of all people of both outcomes; None where a side lacks its own."""
    known = [(each.n, each.mean) for each in sides if each.n is not None and each.mean is not None]
    if len(known) < len(sides):
        return None
    return sum(n * mean for n, mean in known) / sum(n for n, _ in known)


def _median(weights: Array) -> float:
    return float(quantile_of(weights / weights.sum(), _HALF))


def _matched(ranks: RankRates, counts: Array) -> Array:
    return counts * ranks.at(len(counts) - 1)


def _not_matched(ranks: RankRates, counts: Array) -> Array:
    return _listed(counts * (1 - ranks.at(len(counts) - 1)))


def _of_ranks(chain: Chain, ranks: RankRates, volume: Record) -> list[Beside]:
    """Compare the ranks of the matched, of the others and of all who had a list."""
    n, years = int(volume["value"]), int(ranks.match_year) - int(volume["season"])
    matched, others = ranks.table.matched, ranks.table.not_matched
    both = (matched, others)
    pairs: list[tuple[str, float | None, Callable[[Array], float]]] = [
        ("Median ranks of the matched", matched.median, lambda c: _median(_matched(ranks, c))),
        (
            "Median ranks of those with a list who did not match",
            others.median,
            lambda c: _median(_not_matched(ranks, c)),
        ),
        (
            "Mean ranks of all with a list",
            _mean(both),
            lambda c: float(_listed(c) @ np.arange(len(c))) / (1 - float(c[0])),
        ),
    ]
    sources = merged(cited([(volume["source"], volume["dataset"])]), ranks.sources)
    return [
        _row(
            what=f"{what}, {ranks.match_year}",
            published=published,
            chain=chain.range_of(n, value),
            unit="ranks",
            grade=weakest(ranks.grade, str(volume["trust"])),
            words=f"at the {n} applications per IMG of {volume['season']}",
            against=f"{_LISTED_ONLY}, and {years} years lie between the two.",
            sources=sources,
        )
        for what, published, value in pairs
        if published is not None
    ]


def _of_rate(chain: Chain, ranks: RankRates, volume: Record, group: str) -> Beside:
    """Compare the rate of the whole group, who all had a list."""
    counted = ranks.table.group_counts
    if counted is None:
        raise TableError(f"no counts of {group_label(group)}s", "matched and not matched")
    return _row(
        what=f"Match rate of all {group_label(group)}s with a list, {ranks.match_year}",
        published=counted[0] / sum(counted),
        chain=chain.range_of(
            int(volume["value"]), lambda counts: ranks.over(counts) / (1 - float(counts[0]))
        ),
        unit="share",
        grade=weakest(ranks.grade, str(volume["trust"])),
        words=f"of those with an interview at {int(volume['value'])} applications",
        against=f"{_LISTED_ONLY}.",
        sources=merged(cited([(volume["source"], volume["dataset"])]), ranks.sources),
    )


def _of_people(tables: PublishedTables, chain: Chain, ranks: RankRates, volume: Record) -> Beside:
    """Compare the share of applicants who had a list at all."""
    group, specialty = ranks.table.context.applicant_group, ranks.table.context.specialty
    rows = tables.rows(
        "application_volumes", group="img", quantity="applicants", specialty=specialty
    )
    # The latest season of which the whole is known, not its first week.
    applied = max(
        (row for row in rows if "preliminary" not in str(row["note"])),
        key=lambda row: int(row["season"]),
    )
    people = sum(ranks.table.group_counts or ())
    return _row(
        what=f"Share of applicants who ranked {specialty} first",
        published=people / float(applied["value"]),
        chain=chain.range_of(int(volume["value"]), lambda counts: 1 - float(counts[0])),
        unit="share",
        grade=weakest(ranks.grade, str(applied["trust"]), str(volume["trust"])),
        words=f"with an interview at {int(volume['value'])} applications",
        against=(
            f"Published are {thousands(people)} {group_label(group)}s who ranked it first in "
            f"{ranks.match_year} and {thousands(float(applied['value']))} IMGs of both "
            f"groups who applied in season {applied['season']}: the share is too low, since the "
            "other group and those who ranked something else first are not counted."
        ),
        sources=merged(
            cited([(volume["source"], volume["dataset"]), (applied["source"], applied["dataset"])]),
            ranks.sources,
        ),
    )


def _of_survey(tables: PublishedTables, chain: Chain, ranks: RankRates) -> list[Beside]:
    """Compare the interviews of a survey of applicants, by outcome."""
    (row,) = tables.rows("effects", **_SURVEY)
    found = _MEDIANS.search(str(row["comparison"]))
    if found is None:
        raise TableError(
            f"the medians are written {str(row['comparison'])!r}",
            "median applications A vs B, median interviews C vs D",
        )
    applied, others_applied, interviewed, others_interviewed = map(int, found.groups())
    year = known_sources(tables.root)[str(row["source"])].year
    sides = (
        ("matched", applied, interviewed, _matched),
        ("did not match", others_applied, others_interviewed, _not_matched),
    )
    return [
        _row(
            what=f"Median interviews of those who {name}, a survey quoted in {year}",
            published=published,
            chain=chain.range_of(n, lambda c, side=side: _median(side(ranks, c))),  # type: ignore[misc]
            unit="interviews",
            grade=weakest(ranks.grade, str(row["grade"])),
            words=f"at their median of {n} applications",
            against=f"Asked were {row['population']}; those who answered are others than today's.",
            sources=cited([(row["source"], row["dataset"])]),
        )
        for name, n, published, side in sides
    ]


def _row(
    *,
    what: str,
    published: float,
    chain: tuple[float, float],
    unit: str,
    grade: str,
    words: str,
    against: str,
    sources: tuple[str, ...],
) -> Beside:
    low, high = chain
    if unit == "share":
        said, ours = counted_percent(published), span_words(low, high)
    else:
        said = number_words(round(published, 1))
        ours = " to ".join(number_words(round(each, 1)) for each in chain)
    return Beside(
        what=what,
        published=published,
        chain_low=low,
        chain_high=high,
        unit=unit,
        factor_low=published / high if high else np.inf,
        factor_high=published / low if low else np.inf,
        grade=grade,
        sentence=f"{what}: published {said}; the chain says {ours} {words}. {against}",
        sources=sources,
    )
