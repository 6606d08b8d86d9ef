"""`funnel`: what applications cost, and what is known of interviews, ranks and a match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from imgstats.comparison.citations import cited, merged
from imgstats.errors import InputError, TableError
from imgstats.grades import ASSUMED, weakest
from imgstats.levels import LEVEL
from imgstats.strategy.funnel import sentences as said
from imgstats.strategy.funnel.assumptions import assumptions
from imgstats.strategy.funnel.beside import beside, mean_applications
from imgstats.strategy.funnel.chain import SHARE, Chain
from imgstats.strategy.funnel.interviews import ProgramList
from imgstats.strategy.funnel.match import rank_rates
from imgstats.strategy.funnel.money import cost_usd, fee_steps, required_usd, side_fees
from imgstats.strategy.funnel.own import own_list
from imgstats.strategy.funnel.records import Funnel, FunnelRow
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Sequence

    from imgstats.sources.tabular import Record
    from imgstats.strategy.funnel.match import RankRates
    from imgstats.strategy.funnel.records import Assumption, FeeStep
    from imgstats.strategy.situation import Situation
    from imgstats.tables.published import PublishedTables

__all__ = ["LEVEL_SPREAD", "MOST_SPREAD", "funnel"]

# How far applicants differ is not published: from not at all to as far as the average itself.
LEVEL_SPREAD = (0.0, 1.0)
# Over this the sum over levels is no longer exact to a thousandth.
MOST_SPREAD = 1.5
# Numbers of applications that are shown, and the one at which alternatives are worked out.
_SHOWN = (10, 30, 50, 100, 150, 200, 300)
_REFERENCE = 100
# Applications between two points of the figure: few where the first ones count most.
_STEP, _FIRST_STEP, _FIRST = 24, 6, 48
_MOST = 999  # where no table says how many programs there are


def funnel(
    situation: Situation,
    tables: PublishedTables,
    *,
    applications: int | None = None,
    programs_rates: Sequence[tuple[str, float]] | None = None,
    level_spread: float | tuple[float, float] = LEVEL_SPREAD,
) -> Funnel:
    """Return what is known of the way from applications to a match.

    Parameters
    ----------
    situation : Situation
        Who plans; its score enters no rate, since no table of interviews knows scores.
    tables : PublishedTables
        Where the published figures stand.
    applications : int, optional
        A number of applications to show beside the usual ones.
    programs_rates : sequence of (str, float), optional
        Programs of one's own list, each with the share of its applicants that it interviews.
    level_spread : float or (float, float)
        How far applicants differ: standard deviation of their levels around the average of 1, or
        the lowest and the highest to be tried. It is assumed.

    Raises
    ------
    InputError
        If an argument is not allowed.
    TableError
        If a table does not hold what it should.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "non-us-img", "step2_ck": 242})
    >>> row = funnel(me, PublishedTables(), level_spread=0.5).row(30)
    >>> row.cost_usd, round(row.expected_low, 1), round(row.expected_high, 1)
    (330, 0.7, 2.9)
    """
    parts = _Parts.read(situation, tables, _spreads(level_spread))
    chain, n = parts.chain, _checked(applications, parts.most)
    reference = _REFERENCE if n is None else n
    rows = parts.rows(n)
    unseen = chain.unseen() if chain else None
    own = None
    if programs_rates is not None:
        own = own_list(programs_rates, parts.spreads, parts.ranks, parts.steps)
    side = side_fees(parts.side)
    compared = beside(tables, chain, parts.group, parts.specialty) if chain else ()
    return Funnel(
        group=parts.group,
        specialty=parts.specialty,
        data_year=parts.data_year,
        match_year=parts.ranks.match_year if parts.ranks else "",
        fee_season=str(parts.fees[0]["season"]),
        programs=chain.programs.n if chain else 0,
        level=parts.ranks.level if parts.ranks else LEVEL,
        share=SHARE,
        spreads=parts.spreads,
        rows=rows,
        curve=parts.curve(),
        unseen_low=unseen[0] if unseen else None,
        unseen_high=unseen[1] if unseen else None,
        own=own,
        fees=parts.steps,
        side_fees=side,
        required_usd=required_usd(side, _paid(situation)),
        assumptions=parts.assumptions(reference, situation.season),
        beside=compared,
        refused=parts.refused(),
        sentences=parts.sentences(reference, unseen),
        grade=ASSUMED,
        data_grade=parts.letter,
        sources=merged(parts.sources, *(each.sources for each in compared)),
        row_sources=parts.row_sources,
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Parts:
    """The tables of one specialty and group, and the chain that is made of them."""

    group: str
    specialty: str
    spreads: tuple[float, ...]
    concentration: tuple[Record, ...]
    quantiles: tuple[Record, ...]
    fees: tuple[Record, ...]
    side: tuple[Record, ...]
    signals: tuple[Record, ...]
    volumes: tuple[Record, ...]
    steps: tuple[FeeStep, ...]
    ranks: RankRates | None
    chain: Chain | None

    @classmethod
    def read(
        cls, situation: Situation, tables: PublishedTables, spreads: tuple[float, ...]
    ) -> _Parts:
        """Read the tables."""
        group, specialty = situation.applicant.group, situation.specialty
        wanted = {"applicant_group": group, "specialty": specialty}
        concentration = _rows_or_none(tables, "interview_concentration", **wanted)
        ranks = rank_rates(tables, group, specialty)
        fees = tables.rows("application_fees")
        return cls(
            group=group,
            specialty=specialty,
            spreads=spreads,
            concentration=concentration,
            quantiles=_rows_or_none(tables, "interview_quantiles", **wanted),
            fees=fees,
            side=tables.rows("pathway_fees"),
            signals=_rows_or_none(tables, "program_signals", specialty=specialty),
            volumes=(mean_applications(tables, specialty),) if concentration else (),
            steps=fee_steps(fees),
            ranks=ranks,
            chain=Chain(_programs(concentration), ranks, spreads) if concentration else None,
        )

    @property
    def most(self) -> int:
        """The highest number of applications that anything is known about."""
        return self.chain.programs.n if self.chain else _MOST

    @property
    def data_year(self) -> str:
        """Year of the interviews; empty where there are none."""
        return str(self.concentration[0]["data_year"]) if self.concentration else ""

    @property
    def letter(self) -> str:
        """The weakest letter of the tables that the chain is made of."""
        rows = (*self.concentration, *self.fees)
        return weakest(*(str(row["trust"]) for row in rows), self.ranks.grade if self.ranks else "")

    @property
    def row_sources(self) -> tuple[str, ...]:
        """Keys of the tables that the rows are made of."""
        pairs = ((row["source"], row["dataset"]) for row in (*self.concentration, *self.fees))
        return merged(cited(pairs), self.ranks.sources if self.ranks else ())

    @property
    def sources(self) -> tuple[str, ...]:
        """Keys of all tables that were read."""
        rows = (
            *self.concentration,
            *self.quantiles,
            *self.fees,
            *self.side,
            *self.signals,
            *self.volumes,
        )
        pairs = cited((row["source"], row["dataset"]) for row in rows)
        return merged(pairs, self.ranks.sources if self.ranks else ())

    def rows(self, own: int | None) -> tuple[FunnelRow, ...]:
        """Return the rows of the table, in order of the number of applications."""
        published = {int(row["value"]) for row in self.volumes}
        numbers = {*_SHOWN, *published, *(() if own is None else (own,))}
        return tuple(
            self.row(n, own=n == own, published=n in published)
            for n in sorted(numbers)
            if n <= self.most
        )

    def row(self, n: int, *, own: bool = False, published: bool = False) -> FunnelRow:
        """Return what is known of n applications: the money alone where there is no chain."""
        cost = cost_usd(self.steps, n)
        if self.chain is None:
            return FunnelRow(applications=n, cost_usd=cost, own=own, published=published)
        return self.chain.row(n, cost, own=own, published=published)

    def curve(self) -> tuple[FunnelRow, ...]:
        """Return the points of the figure; none without a rate."""
        if self.chain is None or self.ranks is None:
            return ()
        last = self.chain.programs.n
        # The fees have a corner, which a point shows.
        corners = {each.to_program for each in self.steps if each.to_program is not None}
        numbers = {*range(0, _FIRST, _FIRST_STEP), *range(_FIRST, last, _STEP), last, *corners}
        return tuple(self.row(n) for n in sorted(numbers) if n <= last)

    def assumptions(self, n: int, season: int) -> tuple[Assumption, ...]:
        """Return the links of the chain."""
        if self.chain is None:
            return ()
        letter = weakest(*(str(row["trust"]) for row in self.concentration))
        return assumptions(self.chain, n, data_year=self.data_year, letter=letter, season=season)

    def refused(self) -> tuple[str, ...]:
        """Return what the tables cannot say."""
        found = []
        if self.chain is None:
            found.append(said.no_programs(self.specialty))
        if self.ranks is None:
            found.append(said.no_ranks(self.group, self.specialty))
        return tuple(found)

    def sentences(self, n: int, unseen: tuple[int, int] | None) -> tuple[str, ...]:
        """Return what may be said, at n applications where it needs a number."""
        money = (
            said.money_sentence(self.steps, str(self.fees[0]["season"])),
            said.signals_sentence(self.signals, self.specialty),
        )
        if self.chain is None:
            return money
        row = self.row(n)
        rate = (said.rate_sentence(row, self.ranks),) if self.ranks else ()
        end: tuple[str, ...] = ()
        if unseen and self.ranks:
            end = (said.unseen_sentence(unseen, self.chain.programs.n, self.ranks.level),)
        return (
            said.interviews_sentence(row, self.group),
            *rate,
            *end,
            *(said.programs_sentence(each, self.data_year) for each in self.quantiles),
            *money,
            said.what_it_is_not(),
        )


def _rows_or_none(tables: PublishedTables, name: str, **wanted: str) -> tuple[Record, ...]:
    """Return the rows of a table, none where it does not know a group or specialty."""
    try:
        return tables.rows(name, **wanted)
    except TableError:
        return ()


def _programs(rows: Sequence[Record]) -> ProgramList:
    """Return the list of programs that its sums are printed of."""
    numbers = [int(row["programs_with_the_highest_rate"]) for row in rows]
    sums = [float(row["expected_interviews_if_one_applied_to_all_of_them"]) for row in rows]
    lowest = [float(row["lowest_rate_among_them_pct"]) / 100 for row in rows]
    return ProgramList.from_printed(
        dict(zip(numbers, sums, strict=True)), dict(zip(numbers, lowest, strict=True))
    )


def _paid(situation: Situation) -> tuple[str, ...]:
    """Return the fees of exams that lie behind, by their items."""
    return (
        *(() if situation.step1_pending in {True, None} else ("USMLE Step 1",)),
        *(("USMLE Step 2 CK",) if situation.scored else ()),
    )


def _checked(applications: object, most: int) -> int | None:
    """Return the number of applications, None where it is not given."""
    if applications is None:
        return None
    if (
        isinstance(applications, bool)
        or not isinstance(applications, int | np.integer)
        or not 0 <= applications <= most
    ):
        raise InputError(
            f"applications is {shown(applications)}",
            f"a whole number from 0 to {most}, the programs of one specialty",
            "give the number of programs that you apply to",
        )
    return int(applications)


def _spreads(given: object) -> tuple[float, ...]:
    """Return the spreads to be tried: both ends, and between them the middle."""
    pair = (given, given) if isinstance(given, int | float) else given
    allowed = f"one or two numbers from 0 to {MOST_SPREAD:g}, the lower one first"
    error = InputError(f"level_spread is {shown(given)}", allowed, "0 is all applicants alike")
    if not isinstance(pair, tuple | list) or len(pair) != 2:
        raise error
    low, high = pair
    if not all(isinstance(each, int | float) and not isinstance(each, bool) for each in pair):
        raise error
    if not 0 <= low <= high <= MOST_SPREAD:
        raise error
    # A rate need not rise or fall all the way from one end to the other.
    return tuple(dict.fromkeys((float(low), float(low + high) / 2, float(high))))
