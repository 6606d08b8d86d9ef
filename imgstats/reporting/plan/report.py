"""One person's plan: run the notebook, render the page, write calendar and shortlist beside it."""

from __future__ import annotations

import json
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import imgstats
from imgstats.comparison.kept import Kept, data_words, keeping
from imgstats.errors import InputError
from imgstats.files.opening import Wanted, read_plain
from imgstats.processors import one_thread
from imgstats.reporting.files import held_report, write_report_files
from imgstats.reporting.marks import cells_digest, is_page, is_record, json_of
from imgstats.reporting.report import Look, birth_certificate, made_on_words, run_look
from imgstats.sources import notebook_path
from imgstats.strategy.ics import calendar_file, has_days
from imgstats.strategy.plan import PlanAsked, PlanFiles, make_plan
from imgstats.strategy.programs.writing import shortlist_csv, shortlist_xlsx
from imgstats.strategy.situation import Situation
from imgstats.strategy.timeline.counting import calendar
from imgstats.tables.published import PublishedTables

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from nbformat import NotebookNode

    from imgstats.strategy.plan import Plan

__all__ = [
    "NOTEBOOK",
    "PAGE",
    "WrittenPlan",
    "calendar_of",
    "plan_parameters",
    "plan_title",
    "write_plan",
]

NOTEBOOK = "strategy_report.ipynb"
PAGE, RECORD, VALUES = "plan.html", "plan.ipynb", "plan.json"
CALENDAR, LIST_CSV, LIST_XLSX = "plan.ics", "shortlist.csv", "shortlist.xlsx"
# In the figures: the hashes of what stands beside them.
_BESIDE = "files"
_LARGEST = 64 * 1024**2
_VALUES = {"plan", "targets", "calendar", "funnel", "sources"}
# Names of parameters that hold the path of a person's file.
_PATHS = ("practice", "programs")
_READING = ("columns", "sheet", "ignore_columns")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenPlan:
    """Where a plan stands.

    Attributes
    ----------
    page, calendar : Path
        The page, and the days for a calendar program; None where none lies ahead.
    others : tuple of Path
        Record, figures, and the shortlist in both forms where programs were given.
    read : tuple of str
        What was read in other words in the file of programs, a line each.
    unread : tuple of str
        Rows of that file that could not be read, a line each.
    """

    page: Path
    calendar: Path | None
    others: tuple[Path, ...]
    read: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


def is_plan_values(path: Path) -> bool:
    """Return whether a file holds the figures of a plan."""
    return json_of(path).keys() >= _VALUES


def is_recorded(path: Path) -> bool:
    """Return whether a file is one that the plan beside it wrote, and nobody changed since."""
    known = json_of(path.with_name(VALUES)).get(_BESIDE)
    if not isinstance(known, dict) or path.name not in known:
        return False
    try:
        data = read_plain(path, Wanted(what="a file", most=_LARGEST), follow=False)
    except (InputError, OSError):
        return False
    return bool(known[path.name] == sha256(data).hexdigest())


_OURS = {
    PAGE: is_page,
    RECORD: is_record,
    VALUES: is_plan_values,
    CALENDAR: is_recorded,
    LIST_CSV: is_recorded,
    LIST_XLSX: is_recorded,
}


def write_plan(
    situation: Situation,
    out: str | Path,
    files: PlanFiles | None = None,
    *,
    options: Mapping[str, Any] | None = None,
    progress: Callable[[str], None] | None = None,
    own_process: bool = False,
) -> WrittenPlan:
    """Make the plan of one person.

    Parameters
    ----------
    situation : Situation
        Where the person stands.
    out : path
        Folder for the files; made if it is not there. No file is written over that imgstats did
        not make.
    files : PlanFiles, optional
        Practice tests and programs.
    options : mapping, optional
        Keywords of `make_plan`: applications, errors, drift.
    progress : callable, optional
        Called with a few words at each stage.
    own_process : bool
        Whether this process does nothing but this plan; the kernel is then forked from it.

    Returns
    -------
    WrittenPlan
        ``plan.html``, ``plan.ics``, ``plan.ipynb`` and ``plan.json`` in `out`, and
        ``shortlist.csv`` and ``shortlist.xlsx`` where programs were given.

    Raises
    ------
    InputError
        If a value, a file or the folder is not allowed.
    WorkError
        If the notebook fails; nothing is left behind.
    """
    from imgstats.reporting.notebook import notebook_text
    from imgstats.reporting.page import render_page

    say = progress or (lambda _: None)
    folder, made_on = Path(out), made_on_words()
    given, chosen = files or PlanFiles(), dict(options or {})
    with held_report(folder, given.given, _OURS):
        with one_thread() if own_process else nullcontext():
            kept = _made(situation, given, chosen)
        plan: Plan = kept.answer
        look = Look(source=notebook_path(NOTEBOOK), folder=None, sections=None, logo="")
        parameters = plan_parameters(situation, given, chosen)
        with keeping(kept):
            executed = _nameless(run_look(look, parameters, say, fork=own_process), given)
        executed.metadata["imgstats"] = {
            **birth_certificate(plan.sources, made_on),
            "cells_sha256": cells_digest(executed.cells),
        }
        say("rendering the page")
        page = render_page(
            executed, title=plan_title(situation), made_on=made_on, version=imgstats.__version__
        )
        beside = _beside(plan)
        hashes = {name: sha256(data).hexdigest() for name, data in beside.items()}
        contents: dict[str, str | bytes] = {
            PAGE: page,
            RECORD: notebook_text(executed),
            VALUES: plan.to_json(**{_BESIDE: hashes}),
            **beside,
        }
        write_report_files(folder, contents, given.given, _OURS)
    others = tuple(folder / name for name in contents if name not in {PAGE, CALENDAR})
    days = folder / CALENDAR if CALENDAR in contents else None
    return WrittenPlan(
        page=folder / PAGE, calendar=days, others=others, read=plan.read, unread=plan.unread
    )


def _made(situation: Situation, files: PlanFiles, options: Mapping[str, Any]) -> Kept:
    """Make the plan before any kernel starts, for all that is written and for the kernel."""
    words = PlanAsked(situation=situation, files=files, **options).words
    data = data_words()
    return Kept(words=words, data=data, answer=make_plan(situation, files, **options), said=())


def _beside(plan: Plan) -> dict[str, bytes]:
    """Return the files that other programs open."""
    found = {CALENDAR: calendar_file(plan.calendar)} if has_days(plan.calendar) else {}
    if plan.shortlist.given:
        found[LIST_CSV] = shortlist_csv(plan.shortlist)
        found[LIST_XLSX] = shortlist_xlsx(plan.shortlist)
    return found


def calendar_of(parameters: Mapping[str, Any]) -> bytes:
    """Return the calendar file of a plan that was given no files.

    Parameters
    ----------
    parameters : mapping
        What `plan_parameters` returns.

    Returns
    -------
    bytes
        As `write_plan` writes them; empty where no day of the plan lies ahead.
    """
    day = date.fromisoformat(parameters["today"])
    found = calendar(Situation.parse(parameters["values"], day), PublishedTables())
    return calendar_file(found) if has_days(found) else b""


def plan_parameters(
    situation: Situation, files: PlanFiles, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the notebook is run with."""
    paths = {name: getattr(files, name) for name in _PATHS}
    return {
        "values": situation.values(),
        "today": situation.today.isoformat(),
        **{name: str(path.absolute()) for name, path in paths.items() if path is not None},
        **{name: each for name in _READING if (each := getattr(files, name))},
        **{name: each for name, each in options.items() if each},
    }


def _nameless(executed: NotebookNode, files: PlanFiles) -> NotebookNode:
    """Take the folders of a person's files out of the record; their names stay."""
    for path in files.given:
        whole, name = json.dumps(str(path.absolute())), json.dumps(path.name)
        for cell in executed.cells:
            cell["source"] = cell["source"].replace(whole, name)
    known = executed.metadata.get("papermill", {}).get("parameters", {})
    for name in _PATHS:
        if known.get(name):
            known[name] = Path(known[name]).name
    return executed


def plan_title(situation: Situation) -> str:
    """Return the title of a plan's page."""
    applicant = situation.applicant
    exam = "Step 2 CK"
    score = f"{exam} {applicant.step2_ck}" if situation.scored else f"{exam} target {situation.aim}"
    about = f"{score}, {applicant.group_label}: a plan, {applicant.specialty.lower()}"
    return f"{applicant.label} - {about}" if applicant.label else about
