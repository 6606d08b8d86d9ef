"""`make_plan`: all parts of one person's plan."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from imgstats.comparison import compare
from imgstats.comparison.citations import citations_of
from imgstats.comparison.kept import recalled
from imgstats.comparison.plain_values import plain
from imgstats.errors import InputError
from imgstats.files.opening import Wanted, named, read_plain
from imgstats.sources.hashing import sha256_of
from imgstats.strategy.exam_record import exam_record
from imgstats.strategy.funnel import funnel
from imgstats.strategy.goal import goal
from imgstats.strategy.low_score import low_score
from imgstats.strategy.practice_file import read_practice
from imgstats.strategy.programs.reading import read_programs
from imgstats.strategy.programs.shortlist import shortlist
from imgstats.strategy.readiness.assess import readiness
from imgstats.strategy.refused import refuse
from imgstats.strategy.rules import Advice, advice
from imgstats.strategy.targets import targets
from imgstats.strategy.timeline.actions import actions
from imgstats.strategy.timeline.counting import calendar
from imgstats.strategy.timeline.pathway import pathway
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from imgstats.comparison import Comparison
    from imgstats.comparison.citations import Citation
    from imgstats.strategy.exam_record import ExamRecord
    from imgstats.strategy.funnel import Funnel
    from imgstats.strategy.goal import Goal
    from imgstats.strategy.low_score import LowScore
    from imgstats.strategy.programs.program import Programs
    from imgstats.strategy.programs.records import Shortlist
    from imgstats.strategy.readiness.records import Readiness
    from imgstats.strategy.refused import Refused
    from imgstats.strategy.situation import Situation
    from imgstats.strategy.targets import Targets
    from imgstats.strategy.timeline.actions import Action
    from imgstats.strategy.timeline.pathway import Pathway
    from imgstats.strategy.timeline.records import Calendar

__all__ = ["NOT_KNOWN", "Plan", "PlanAsked", "PlanFiles", "make_plan"]

NOT_KNOWN = (
    "how a program reads a file, and which filters it sets",
    "how an interview goes",
    "what following the advice does to anybody\u2019s result: nobody has measured it",
    "what somebody does after residency: no table here follows anybody so far",
    "whether programs, dates, fees and rules stay as they are",
)
# Parts of the guide's advice that no other part of a plan holds.
_ADVICE = ("study", "readiness", "calendar", "shortlist")
_EXAM = "step2_ck"


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanFiles:
    """The files that a plan may read beside the person's own values.

    Attributes
    ----------
    practice : path or None
        Practice tests, see `practice_file.read_practice`.
    programs : path or None
        Programs, see `programs.reading.read_programs`.
    columns : mapping of str to str
        What columns of the programs are, by header.
    sheet : str
        The sheet of a workbook to read; empty for the only one.
    ignore_columns : bool
        Whether unknown columns are passed over.
    """

    practice: Path | None = None
    programs: Path | None = None
    columns: Mapping[str, str] = field(default_factory=dict)
    sheet: str = ""
    ignore_columns: bool = False

    @property
    def given(self) -> tuple[Path, ...]:
        """Those that were given."""
        return tuple(each for each in (self.practice, self.programs) if each is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanAsked:
    """What `make_plan` was asked for, of the shipped tables; as `comparison.kept.Asked`.

    Attributes
    ----------
    situation, files, applications, errors, drift
        As of `make_plan`.
    """

    situation: Situation
    files: PlanFiles
    applications: int | None = None
    errors: Mapping[str, float] | None = None
    drift: float = 0.0

    @property
    def words(self) -> str:
        """All of it as text, with the hashes of the files as they are now."""
        files = self.files
        paths = [(str(each.absolute()), _digest(each)) for each in files.given]
        reading = (files.practice is None, dict(files.columns), files.sheet, files.ignore_columns)
        options = (self.applications, dict(self.errors or {}), self.drift)
        applicant = type(self.situation.applicant)
        return repr((Plan, applicant, self.situation, paths, *reading, *options))


def _digest(path: Path) -> str:
    try:
        return sha256_of(read_plain(path, Wanted(what="a file of a plan")))
    except InputError:
        return ""  # no plan is made of it, and who reads it says why


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """Everything that a plan's page shows.

    Attributes
    ----------
    situation : Situation
        Where the person stands.
    comparison : Comparison
        The historical record at the score, or at the lower end of the target.
    actions : tuple of Action
        What to do next, by date; each line points to its section.
    targets, exam_record, calendar, pathway, shortlist, funnel, low_score, goal : record
        The parts, each with its own advice or with that of `advice`.
    readiness : Readiness or None
        What practice tests say; None without any.
    advice : mapping of str to Advice
        The guide's advice on parts that hold none themselves.
    not_known : tuple of str
        What this page cannot know.
    refused : Refused
        Figures that are not listed, and why.
    sources : tuple of Citation
        In the order in which they are first used.
    read : tuple of str
        What was read in other words in a file of programs, a line each; not on the page.
    unread : tuple of str
        Rows of that file that could not be read, a line each.
    """

    situation: Situation
    comparison: Comparison
    actions: tuple[Action, ...]
    targets: Targets
    exam_record: ExamRecord
    readiness: Readiness | None
    calendar: Calendar
    pathway: Pathway
    shortlist: Shortlist
    funnel: Funnel
    low_score: LowScore
    goal: Goal
    advice: Mapping[str, Advice]
    not_known: tuple[str, ...]
    refused: Refused
    sources: tuple[Citation, ...]
    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()

    def to_json(self, **more: object) -> str:
        """Return all figures and sentences as JSON, the comparison apart, and what is added."""
        values = {
            name: getattr(self, name)
            for name in self.__dataclass_fields__
            if name not in {"comparison", "situation", "read", "unread"}
        }
        stands = {
            name: getattr(self.situation, name) for name in self.situation.__dataclass_fields__
        }
        stands["applicant"] = self.situation.applicant.model_dump(mode="json")
        content = {"plan": plain(stands), **plain(values), **more}
        return f"{json.dumps(content, indent=1, ensure_ascii=False, allow_nan=False)}\n"


def make_plan(
    situation: Situation,
    files: PlanFiles | None = None,
    tables: PublishedTables | None = None,
    *,
    applications: int | None = None,
    errors: Mapping[str, float] | None = None,
    drift: float = 0.0,
) -> Plan:
    """Return all parts of a plan.

    Parameters
    ----------
    situation : Situation
        Where the person stands.
    files : PlanFiles, optional
        Practice tests and programs. Default: none.
    tables : PublishedTables, optional
        Default: those that ship with the package.
    applications : int, optional
        A number of applications to show beside the usual ones.
    errors : mapping of str to float, optional
        Error sizes of practice forms without a published one; assumed.
    drift : float
        Points a week that the level is assumed to rise until the exam.

    Raises
    ------
    InputError
        If a file or a value is not allowed.
    DataChangedError
        If a data file is not the one whose hash was recorded.

    Examples
    --------
    >>> from datetime import date
    >>> from imgstats.strategy.situation import Situation
    >>> me = Situation.parse({"group": "non-us-img", "target": "235-245"}, date(2026, 11, 30))
    >>> plan = make_plan(me)
    >>> plan.readiness is None, plan.calendar.season
    (True, 2028)
    """
    known, given = tables or PublishedTables(), files or PlanFiles()
    asked = PlanAsked(
        situation=situation, files=given, applications=applications, errors=errors, drift=drift
    )
    found: Plan | None = recalled(asked) if tables is None else None
    if found is not None:
        return found
    comparison = compare(situation.applicant, tables)
    programs = _programs(situation, given, known)
    listed = shortlist(situation, programs, known)
    advised = {part: advice(known, situation, part) for part in _ADVICE}
    days = calendar(situation, known)
    record, beside, chain, refused = refuse(
        exam_record(situation, comparison, known),
        low_score(situation, comparison, known),
        funnel(situation, known, applications=applications, programs_rates=_rates(listed)),
    )
    parts = {
        "targets": targets(situation, comparison, known),
        "exam_record": record,
        "readiness": _ready(situation, given, known, errors, drift),
        "pathway": pathway(situation, days, known),
        "calendar": days,
        "shortlist": listed,
        "funnel": chain,
        "low_score": beside,
        "goal": goal(situation, known),
        "refused": refused,
    }
    cites = (comparison, *parts.values(), *advised.values())
    return Plan(
        situation=situation,
        comparison=comparison,
        actions=actions(situation, days, is_low=beside.is_low),
        advice=advised,
        not_known=NOT_KNOWN,
        sources=citations_of(cites, known.root),
        read=() if programs is None else programs.read,
        unread=listed.bad,
        **parts,  # type: ignore[arg-type]  # each by its name
    )


def _programs(situation: Situation, files: PlanFiles, tables: PublishedTables) -> Programs | None:
    """Return the programs of a file, of which at least one row can be read; None without a file."""
    if files.programs is None:
        return None
    found = read_programs(
        files.programs,
        today=situation.today,
        tables=tables,
        columns=files.columns,
        sheet=files.sheet,
        ignore_columns=files.ignore_columns,
    )
    if not found.rows and found.bad:
        first = found.bad[0]
        raise InputError(
            f"{named(files.programs)}: no row can be read; line {first.line}: {first.problems[0]}",
            todo="mend it and run again",
        )
    return found


def _ready(
    situation: Situation,
    files: PlanFiles,
    tables: PublishedTables,
    errors: Mapping[str, float] | None,
    drift: float,
) -> Readiness | None:
    """Return what the practice tests of a file say of Step 2 CK; None without a file."""
    if files.practice is None:
        return None
    found = read_practice(files.practice, _EXAM, situation.today)
    return readiness(situation, found, tables, exam=_EXAM, errors=errors, drift=drift)


def _rates(found: Shortlist) -> tuple[tuple[str, float], ...] | None:
    """Return the kept programs whose interview rate the file says; None where it says none."""
    rates = tuple(
        (each.program.program, each.program.interview_rate)
        for each in found.entries
        if each.program.interview_rate is not None
    )
    return rates or None
