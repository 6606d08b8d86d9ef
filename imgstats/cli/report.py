"""``imgstats report``: one applicant's page, with the executed notebook beside it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from imgstats.cli.parts.options import (
    REQUIRED,
    ApplicantFile,
    Asked,
    Paper,
    Pdf,
    paper_of,
    takes_applicant,
)
from imgstats.cli.parts.progress import stage_progress
from imgstats.errors import InputError
from imgstats.extras import need_packages
from imgstats.processors import one_thread, uncollected

__all__ = ["report"]


@takes_applicant
def report(
    file: ApplicantFile = None,
    out: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="DIR", help=f"Folder for the report; made if missing.{REQUIRED}"
        ),
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
    pdf: Pdf = False,
    paper: Paper = None,
) -> None:
    """Make the report of one applicant from a file or from options.

    Example: imgstats report examples/applicant.yml --out reports/example
    """
    with one_thread(), uncollected():  # a process with more cannot be forked
        applicant, choices = asked.applicant(file), asked.choices()
    if not out:
        raise InputError("--out is missing", "a folder for the report", "add --out reports/mine")
    sheets = paper_of(pdf=pdf, paper=paper)
    need_packages("reports")
    from imgstats.reporting.files import check_pdf
    from imgstats.reporting.own.chosen import chosen_sections
    from imgstats.reporting.report import print_report, write_report

    if sheets is not None:
        check_pdf(Path(out))  # before any work

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
    if sheets is not None:
        with stage_progress() as say:
            say("printing the page")
            printed = print_report(files.page, sheets)
        typer.echo(f"{printed.resolve()}")
