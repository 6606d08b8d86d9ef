"""``imgstats report``: one applicant's page, with the executed notebook beside it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgstats.cli.options import Asked, takes_applicant
from imgstats.cli.progress import stage_progress
from imgstats.errors import InputError
from imgstats.extras import need_packages
from imgstats.processors import one_thread, uncollected

if TYPE_CHECKING:
    from imgstats.applicant import Applicant

__all__ = ["report"]


@takes_applicant
def report(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="One applicant as .yml, .yaml or .json."),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR", help="Folder for the report; made if missing."),
    ] = None,
    *,
    asked: Asked,
    notebook: Annotated[
        Path | None,
        typer.Option("--notebook", metavar="IPYNB", help="A notebook of your own to run."),
    ] = None,
    sections: Annotated[
        str | None,
        typer.Option(
            "--sections",
            metavar="NAME,NAME",
            help="The sections to show, such as history,ranks; all if not given.",
        ),
    ] = None,
    logo: Annotated[
        Path | None,
        typer.Option("--logo", metavar="FILE", help="A .png, .jpeg or .svg for the page's top."),
    ] = None,
) -> None:
    """Make the report of one applicant from a file or from options.

    Example: imgstats report examples/applicant.yml --out reports/example
    """
    with one_thread(), uncollected():  # a process with more cannot be forked
        applicant, choices = _applicant(file, asked), asked.choices()
    if not out:
        raise InputError("--out is missing", "a folder for the report", "add --out reports/mine")
    need_packages("reports")
    from imgstats.reporting.own.chosen import chosen_sections
    from imgstats.reporting.report import write_report

    with uncollected(), stage_progress() as say:
        files = write_report(
            applicant,
            out,
            choices=choices,
            notebook=notebook,
            sections=None if sections is None else chosen_sections(sections),
            logo=logo,
            progress=say,
            own_process=True,
        )
    for each in files.lost:
        typer.echo(f"not on the page: {each}", err=True)
    typer.echo(f"{files.page.resolve()}")


def _applicant(file: Path | None, asked: Asked) -> Applicant:
    """Read the applicant from the file or from the options, not from both."""
    if file is None:
        return asked.applicant()
    if asked.given:
        raise InputError(
            f"a file and {', '.join(asked.named)}",
            "a file or options, not both",
            "put all into the file",
        )
    from imgstats.applicant_file import read_applicant

    return read_applicant(file)
