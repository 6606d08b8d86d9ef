"""``imgstats new``: example files to start from."""

from __future__ import annotations

from typing import Annotated

import typer

from imgstats.cli.parts.strict import StrictCommand

__all__ = ["app"]

app = typer.Typer(
    help=(
        "Write a commented example file to put your own values into.\n\n"
        "Example: imgstats new applicant --out mine.yml"
    ),
    no_args_is_help=True,
    rich_markup_mode=None,
)
_Out = Annotated[
    str | None,
    typer.Option("--out", metavar="FILE", help="Its name, or a folder; nothing is written over."),
]


@app.command(cls=StrictCommand)
def applicant(out: _Out = None) -> None:
    """Write a file of one applicant, applicant.yml if no name is given.

    Example: imgstats new applicant --out mine.yml
    """
    _write("applicant", out, "imgstats estimate {0}, or imgstats report {0} --out reports/mine")


@app.command(cls=StrictCommand)
def cohort(out: _Out = None) -> None:
    """Write a spreadsheet of some applicants, cohort.csv if no name is given.

    Example: imgstats new cohort --out mine.csv
    """
    _write("cohort", out, "imgstats batch {0} --out reports/cohort")


@app.command(cls=StrictCommand)
def plan(out: _Out = None) -> None:
    """Write a file of one person who plans, plan.yml if no name is given.

    Example: imgstats new plan --out mine.yml
    """
    _write("plan", out, "imgstats plan {0} --out reports/plan")


@app.command(cls=StrictCommand)
def practice(out: _Out = None) -> None:
    """Write a file of practice tests, practice.csv if no name is given.

    Example: imgstats new practice --out mine.csv
    """
    _write("practice", out, "imgstats readiness {0} --exam step2-ck")


def _write(kind: str, out: str | None, todo: str) -> None:
    """Write the file; its name goes to stdout, what to do next to stderr."""
    from shlex import quote

    from imgstats.cohort.new_file import new_file

    place = new_file(kind, out)
    typer.echo(str(place))
    typer.echo(f"put your own values in, then: {todo.format(quote(str(place)))}", err=True)
