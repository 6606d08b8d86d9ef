"""The days that hold a plan: those of its season, or, not announced, the guide's months."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited, merged
from imgstats.grades import weakest
from imgstats.strategy.rules import LABEL, rules
from imgstats.strategy.timeline.days import last_day
from imgstats.strategy.timeline.records import ADVICE, COUNTED, PUBLISHED
from imgstats.wording import day_words

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgstats.sources.tabular import Record
    from imgstats.strategy.rules import Rule
    from imgstats.tables.published import PublishedTables

__all__ = ["MATCH_DAY", "OPENS", "REVIEW", "Frame", "Known", "Wait", "frame_of"]

OPENS = "applicants may submit"
REVIEW = "programs may review applications"
MATCH_DAY = "Match Day"
# Whichever of these is past, the season is over.
ENDS = (MATCH_DAY, "ERAS season ends")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """A day of a season that was published.

    Attributes
    ----------
    day : date
        The day.
    letter, note : str
        Its grade, and what to know of it; the note may be empty.
    sources : tuple of str
        Key of its source.
    """

    day: date
    letter: str
    note: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How long a Step score takes.

    Attributes
    ----------
    usual, allow : int
        Days it usually takes, and days that people are told to allow.
    letter : str
        Grade of the source.
    sources : tuple of str
        Key of the source.
    """

    usual: int
    allow: int
    letter: str
    sources: tuple[str, ...]

    def latest_exams(self, deadline: date) -> tuple[date, date]:
        """Return the last exam days with a score by a deadline: after the long and the usual wait.

        Examples
        --------
        >>> wait = Wait(usual=28, allow=56, letter="B", sources=())
        >>> [str(day) for day in wait.latest_exams(date(2027, 8, 31))]
        ['2027-07-06', '2027-08-03']
        """
        return deadline - timedelta(days=self.allow), deadline - timedelta(days=self.usual)

    def scores(self, exam: date) -> tuple[date, date]:
        """Return when a score is out: usually, and by when at the latest one is told to expect it.

        Examples
        --------
        >>> wait = Wait(usual=28, allow=56, letter="B", sources=())
        >>> [str(day) for day in wait.scores(date(2028, 2, 29))]
        ['2028-03-28', '2028-04-25']
        """
        return exam + timedelta(days=self.usual), exam + timedelta(days=self.allow)


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """What a plan for one season is counted from.

    Attributes
    ----------
    season : int
        Year of the Match.
    known : mapping of str to Known
        The published days of the season, by event.
    looked_for : tuple of str
        Keys that say which of its days were looked for and not found.
    wait : Wait
        How long a score takes.
    rules : mapping of str to Rule
        The guide's rules, by name.
    """

    season: int
    known: Mapping[str, Known]
    looked_for: tuple[str, ...]
    wait: Wait
    rules: Mapping[str, Rule]

    def window(self, name: str) -> tuple[date, date]:
        """Return the first and last day of the months that a rule names, in the year of applying.

        The season of a Match begins in the year before it.
        """
        low, high = self.range_of(name)
        year = self.season - 1
        return date(year, int(low), 1), last_day(year, int(high))

    def range_of(self, name: str) -> tuple[float, float]:
        """Return the figures of a rule; both are printed in every rule that is counted with."""
        found = self.rules[name]
        return float(found.low or 0), float(found.high or 0)

    @property
    def deadline(self) -> date:
        """The day by which the score is to be out."""
        opens = self.known.get(OPENS)
        return opens.day - timedelta(days=1) if opens else self.window("score-by-august")[1]

    @property
    def deadline_kind(self) -> str:
        """Whether that day rests on a published date or on the guide's months."""
        return PUBLISHED if OPENS in self.known else ADVICE

    @property
    def counted_kind(self) -> str:
        """How a day came about that is counted back from the deadline by the wait for a score."""
        return COUNTED if OPENS in self.known else ADVICE

    @property
    def counted_grade(self) -> str:
        """Grade of such a day."""
        opens = self.known.get(OPENS)
        return weakest(opens.letter, self.wait.letter) if opens else LABEL

    @property
    def deadline_words(self) -> str:
        """What the deadline is."""
        opens = self.known.get(OPENS)
        if opens:
            return f"before applications may be submitted on {day_words(opens.day)}"
        return f"by {day_words(self.deadline)}, the last day of the guide's months for it"

    @property
    def deadline_short(self) -> str:
        """The same in a few words."""
        if OPENS in self.known:
            return "before applications open"
        return f"by the end of {self.deadline:%B}"

    @property
    def deadline_sources(self) -> tuple[str, ...]:
        """What the deadline rests on."""
        opens = self.known.get(OPENS)
        return opens.sources if opens else self.rules["score-by-august"].sources

    def in_time(self, exam: date) -> bool | None:
        """Return whether an exam's score is in time; None where it is after the usual wait only."""
        usually, latest = self.wait.scores(exam)
        if latest <= self.deadline:
            return True
        return False if usually > self.deadline else None

    def ended(self, today: date) -> str:
        """Return what ended the season before a day, with its day; empty where nothing did."""
        ends = ((name, self.known[name].day) for name in ENDS if name in self.known)
        return next((f"{name} was {day_words(day)}" for name, day in ends if day < today), "")

    def over(self, today: date) -> bool | None:
        """Return whether the season is over on a day; None where no published day tells."""
        if self.ended(today):
            return True
        # No season was over before the year it is named after.
        return False if MATCH_DAY in self.known or today.year < self.season else None


def frame_of(season: int, tables: PublishedTables) -> Frame:
    """Return what a plan for a season is counted from.

    Parameters
    ----------
    season : int
        Year of the Match.
    tables : PublishedTables
        With ``season_dates``, ``score_waits`` and ``guide_rules``.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> frame_of(2028, PublishedTables()).deadline
    datetime.date(2027, 8, 31)
    """
    rows = [row for row in tables.rows("season_dates") if row["season"] == season]
    return Frame(
        season=season,
        known={str(row["event"]): known(row) for row in rows if row["date"] is not None},
        looked_for=cited((row["source"], row["dataset"]) for row in rows if row["date"] is None),
        wait=_wait(tables),
        rules={each.name: each for each in rules(tables)},
    )


def known(row: Record) -> Known:
    """Return a row of the season's dates that has a day."""
    day = row["date"]
    return Known(
        day=day if isinstance(day, date) else date.fromisoformat(str(day)),
        letter=str(row["trust"] or ""),
        note=str(row["note"] or ""),
        sources=cited([(row["source"], row["dataset"])]),
    )


def _wait(tables: PublishedTables) -> Wait:
    rows = tables.rows("score_waits")
    days = [int(row["days"]) for row in rows]
    return Wait(
        usual=min(days),
        allow=max(days),
        letter=weakest(*(str(row["trust"]) for row in rows)),
        sources=merged(cited((row["source"], row["dataset"]) for row in rows)),
    )
