"""``imgstats plan``: one person's plan, with calendar and shortlist beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgstats.cli.parts.options import (
    REQUIRED,
    ColumnMeaning,
    Drift,
    FormErrors,
    IgnoreColumns,
    Sheet,
    Today,
    check_beside,
    columns_from,
    drift_from,
    read_lines,
)
from imgstats.cli.parts.progress import stage_progress
from imgstats.errors import InputError
from imgstats.extras import need_packages
from imgstats.processors import one_thread, uncollected
from imgstats.text import plain_number, shown

if TYPE_CHECKING:
    from collections.abc import Mapping

    from imgstats.reporting.plan.report import WrittenPlan

__all__ = ["plan"]

_TEMPLATE = "template"
_MOST_UNREAD = 10


def plan(
    file: Annotated[
        str | None,
        typer.Argument(
            metavar="FILE",
            help="One person as .yml or .json: what an applicant's file holds, and target, step1, "
            "exam_date, graduated, season, visa, goal. Or the word template, for a file of "
            "programs.",
        ),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="DIR", help=f"Folder for the plan; made if missing.{REQUIRED}"
        ),
    ] = None,
    practice: Annotated[
        Path | None,
        typer.Option(
            "--practice", metavar="CSV", help="Practice tests: date, form, score and maybe error."
        ),
    ] = None,
    programs: Annotated[
        Path | None,
        typer.Option("--programs", metavar="FILE", help="Your own programs, .csv or .xlsx."),
    ] = None,
    column: ColumnMeaning = None,
    sheet: Sheet = "",
    ignore_columns: IgnoreColumns = False,
    applications: Annotated[
        str | None,
        typer.Option("--applications", metavar="N", help="How many programs you may apply to."),
    ] = None,
    error: FormErrors = None,
    drift: Drift = None,
    today: Today = None,
) -> None:
    """Make a plan: where a score stands, the days ahead, programs, applications, and advice.

    Example: imgstats plan examples/plan.yml --practice examples/practice.csv --out reports/plan
    """
    if file == _TEMPLATE:
        _write_template(
            out,
            {"--practice": practice, "--programs": programs, "--applications": applications},
        )
        return
    file, out = _needed(file, out)
    need_packages("plan")
    with one_thread(), uncollected():  # a process with more cannot be forked
        from imgstats.applicant_file import read_values
        from imgstats.strategy.situation import Situation, day_of_plan

        situation = Situation.parse(read_values(file), day_of_plan(today))
        # What is wrong so far is said before anything heavy is imported.
        from imgstats.reporting.plan.report import write_plan
        from imgstats.strategy.plan import PlanFiles
        from imgstats.strategy.readiness.sizes import errors_from

        files = PlanFiles(
            practice=practice,
            programs=programs,
            columns=columns_from(column),
            sheet=sheet,
            ignore_columns=ignore_columns,
        )
        options = {
            "applications": _whole("--applications", applications),
            "errors": errors_from(error or ()),
            "drift": drift_from(drift),
        }
    if practice is None:
        check_beside({"--error": error, "--drift": drift}, "--practice")
    if programs is None:
        reading = {"--column": column, "--sheet": sheet, "--ignore-columns": ignore_columns}
        check_beside(reading, "--programs")
    with uncollected(), stage_progress() as say:
        found = write_plan(situation, out, files, options=options, progress=say, own_process=True)
    _print(found)


def _needed(file: str | None, out: str | None) -> tuple[str, str]:
    """Return the file and the folder of a plan, which are both needed."""
    if file is None:
        raise InputError("FILE is missing", "a person's .yml or .json", "see imgstats plan --help")
    if not out:
        raise InputError("--out is missing", "a folder for the plan", "add --out reports/plan")
    return file, out


def _print(found: WrittenPlan) -> None:
    """Say what was read in other words or not at all, then where the files stand."""
    for line in read_lines(found.read):
        typer.echo(line, err=True)
    for line in found.unread[:_MOST_UNREAD]:
        typer.echo(f"not read, {line}", err=True)
    if more := len(found.unread[_MOST_UNREAD:]):
        typer.echo(f"... and {more} more rows, all on the page", err=True)
    typer.echo(f"{found.page.resolve()}")
    if found.calendar is None:
        typer.echo("no calendar file: no day of this season's plan lies ahead", err=True)
    else:
        typer.echo(f"{found.calendar.resolve()}")
    for each in found.others:
        if each.name.startswith("shortlist"):
            typer.echo(f"{each.resolve()}")


def _whole(name: str, text: str | None) -> int | None:
    if text is None:
        return None
    number = plain_number(text.strip())
    if number is None or not float(number).is_integer():
        raise InputError(f"{name} is {shown(text)}", "a whole number", "such as 100")
    return int(number)


def _write_template(out: str | None, given: Mapping[str, object]) -> None:
    """Write a file of programs to fill in, programs.csv if no name is given."""
    if others := [name for name, value in given.items() if value is not None]:
        raise InputError(f"template with {', '.join(others)}", "template and --out alone")
    from imgstats.strategy.programs.template import new_programs_file

    place = new_programs_file(out)
    typer.echo(str(place))
    typer.echo("delete the made-up rows and put in the programs that you looked up", err=True)
