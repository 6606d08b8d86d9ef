"""``imgstats report``: one applicant's page, with the executed notebook beside it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgstats.cli.extras import need_extra
from imgstats.cli.options import (
    Attempts,
    CorrelationMatched,
    CorrelationNotMatched,
    Date,
    Denominator,
    Group,
    Label,
    Ranks,
    Scenarios,
    Score,
    Specialty,
    UsceMonths,
    applicant_from,
    choices_from,
)
from imgstats.errors import InputError
from imgstats.processors import one_thread, uncollected

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from imgstats.applicant import Applicant

__all__ = ["report"]


def report(
    file: Annotated[
        Path | None,
        typer.Argument(metavar="FILE", help="One applicant as .yml, .yaml or .json."),
    ] = None,
    out: Annotated[
        str | None,
        typer.Option("--out", metavar="DIR", help="Folder for the report; made if missing."),
    ] = None,
    group: Group = None,
    step2_ck: Score = None,
    step2_ck_date: Date = None,
    attempts: Attempts = None,
    usce_months: UsceMonths = None,
    ranks: Ranks = None,
    specialty: Specialty = None,
    label: Label = None,
    scenario: Scenarios = None,
    denominator: Denominator = None,
    correlation_matched: CorrelationMatched = None,
    correlation_not_matched: CorrelationNotMatched = None,
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
    given = {
        "group": group,
        "step2_ck": step2_ck,
        "step2_ck_date": step2_ck_date,
        "attempts": attempts,
        "usce_months": usce_months,
        "ranks": ranks,
        "specialty": specialty,
        "label": label,
    }
    with one_thread(), uncollected():  # a process with more cannot be forked
        applicant = _applicant(file, given)
        choices = choices_from(scenario, denominator, correlation_matched, correlation_not_matched)
    if not out:
        raise InputError("--out is missing", "a folder for the report", "add --out reports/mine")
    need_extra("reports")
    from imgstats.reporting.own.chosen import chosen_sections
    from imgstats.reporting.report import write_report

    with uncollected(), _progress() as say:
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


def _applicant(file: Path | None, given: dict[str, str | None]) -> Applicant:
    """Read the applicant from the file or from the options, not from both."""
    if file is None:
        return applicant_from(given)
    named = [f"--{name.replace('_', '-')}" for name, value in given.items() if value is not None]
    if named:
        raise InputError(
            f"a file and {', '.join(named)}", "a file or options, not both", "put all into the file"
        )
    from imgstats.applicant_file import read_applicant

    return read_applicant(file)


def _progress() -> AbstractContextManager[Callable[[str], None]]:
    """Return a context that shows what is being done on stderr."""
    from contextlib import contextmanager

    @contextmanager
    def live() -> Iterator[Callable[[str], None]]:
        from rich.console import Console

        status = Console(stderr=True).status("")

        def say(words: str) -> None:
            status.update(words)
            status.start()  # not before there is a word: a thread shows it

        try:
            yield say
        finally:
            status.stop()

    @contextmanager
    def plain() -> Iterator[Callable[[str], None]]:
        seen: list[str] = []

        def say(words: str) -> None:
            stage = words.partition(",")[0]
            if stage not in seen:
                seen.append(stage)
                typer.echo(f"{stage} ...", err=True)

        yield say

    return live() if sys.stderr.isatty() else plain()
