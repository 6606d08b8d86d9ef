"""``imgstats batch``: a report for each applicant of a cohort file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgstats.cli.batch_changes import ALL_ON_INDEX, changes_lines, ids_words, pruned_lines
from imgstats.cli.parts.options import (
    REQUIRED,
    ColumnMeaning,
    IgnoreColumns,
    Paper,
    Pdf,
    Sheet,
    columns_from,
    paper_of,
    read_lines,
)
from imgstats.cli.parts.progress import batch_progress
from imgstats.errors import InputError, StoppedError
from imgstats.extras import need_packages
from imgstats.workers.signals import ends_like_ctrl_c

if TYPE_CHECKING:
    from collections.abc import Iterator

    from imgstats.batch.records import BatchResult
    from imgstats.cohort.rows import Cohort

__all__ = ["batch"]

_SHOWN = 20


def batch(
    cohort: Annotated[
        Path,
        typer.Argument(metavar="COHORT", help="Applicants as .csv, .xlsx or .parquet."),
    ],
    out: Annotated[
        str | None,
        typer.Option(
            "--out", metavar="DIR", help=f"Folder for the batch; made if missing.{REQUIRED}"
        ),
    ] = None,
    workers: Annotated[
        int | None,
        typer.Option(
            "--workers", metavar="N", help="Processes; one for each core it may use, if not given."
        ),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="A running Dask scheduler, such as tcp://host:8786; its workers are used.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Make what is missing, failed or out of date in DIR.")
    ] = False,
    only_failed: Annotated[
        bool, typer.Option("--only-failed", help="Make only what failed in DIR.")
    ] = False,
    notebook: Annotated[
        Path | None,
        typer.Option("--notebook", metavar="IPYNB", help="A notebook of your own to run."),
    ] = None,
    timeout: Annotated[
        float | None,
        typer.Option(
            "--timeout", metavar="SECONDS", help="For one whole report; 120 if not given."
        ),
    ] = None,
    names_from: Annotated[
        str,
        typer.Option(
            "--names-from", metavar="WHAT", help="File names: hash (salted, of the id) or id."
        ),
    ] = "hash",
    ignore_columns: IgnoreColumns = False,
    column: ColumnMeaning = None,
    sheet: Sheet = "",
    mended: Annotated[
        Path | None,
        typer.Option(
            "--mended", metavar="FILE", help="Bad rows, mended: DIR/bad_rows.xlsx or the like."
        ),
    ] = None,
    pdf: Pdf = False,
    paper: Paper = None,
    with_plan: Annotated[
        bool, typer.Option("--with-plan", help="A plan of today beside each report.")
    ] = False,
    title: Annotated[
        str | None,
        typer.Option(
            "--title", metavar="WORDS", help="Title of the index; the file's name if none."
        ),
    ] = None,
    prune: Annotated[
        bool,
        typer.Option("--prune", help="As --resume, and remove reports of those who left COHORT."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be done and write nothing.")
    ] = False,
) -> None:
    """Make a report for each applicant of a spreadsheet, with an index of all.

    Columns: id, group, step2_ck, and any of step2_ck_date, attempts, usce_months, ranks, specialty,
    label; with --with-plan also of target, step1, exam_date, graduated, season, visa,
    goal. group is us-img for US citizens who studied abroad and non-us-img for all others.
    Headers and values in other words, such as Step 2 CK and Non-US IMG, are taken and told. Bad
    rows are listed and the others are made; the exit code is then 1.

    Example: imgstats batch examples/cohort.csv --out reports/cohort
    """
    if not out:
        raise InputError("--out is missing", "a folder for the batch", "add --out reports/cohort")
    sheets = paper_of(pdf=pdf, paper=paper)
    need_packages("batch")
    if with_plan:
        need_packages("plan")
    from imgstats.batch.run import SECONDS, run_batch

    with ends_like_ctrl_c(), batch_progress() as say:
        try:
            result = run_batch(
                cohort,
                out,
                workers=workers,
                scheduler=scheduler,
                resume=resume,
                only_failed=only_failed,
                notebook=notebook,
                ignore_columns=ignore_columns,
                columns=columns_from(column),
                sheet=sheet,
                mended=mended,
                names=names_from,
                seconds=SECONDS if timeout is None else timeout,
                paper=sheets,
                with_plan=with_plan,
                title=title,
                prune=prune,
                dry_run=dry_run,
                checked=_print_checked,
                progress=say,
            )
        except KeyboardInterrupt as e:
            raise StoppedError(
                "stopped; what was made stands, and nothing is half-written",
                todo="the same command with --resume goes on",
            ) from e
    _print(result, dry_run=dry_run)
    if result.bad or result.failed or result.unprinted or result.unplanned:
        raise typer.Exit(1)


def _print_checked(cohort: Cohort) -> None:
    """Say what is wrong with the file at once, and not after an hour of reports."""
    for line in read_lines(cohort.read):
        typer.echo(line, err=True)
    if cohort.ignored:
        typer.echo(f"columns passed over: {', '.join(cohort.ignored)}", err=True)
    for line in _cut([f"bad row, {each.named}" for each in cohort.bad], "bad rows"):
        typer.echo(line, err=True)


def _print(result: BatchResult, *, dry_run: bool) -> None:
    """Say failures and counts on stderr, and the index page on stdout."""
    for line in _lines(result, dry_run=dry_run):
        typer.echo(line, err=True)
    if not dry_run:
        typer.echo(str(result.index))


def _lines(result: BatchResult, *, dry_run: bool) -> Iterator[str]:
    failures = [f"failed, line {line}, {name!r}: {why}" for name, line, why in result.failed]
    yield from _cut(failures, "failures")
    unprinted = [f"no PDF, line {line}, {name!r}: {why}" for name, line, why in result.unprinted]
    yield from _cut(unprinted, "such pages", "--resume prints them")
    unplanned = [f"no plan, line {line}, {name!r}: {why}" for name, line, why in result.unplanned]
    yield from _cut(unplanned, "such plans", "--resume tries them again")
    yield from _cut([f"not on the pages: {each}" for each in result.lost], "such things")
    yield from (
        f"no rate for {ids_words(each.ids, ALL_ON_INDEX)}: {each.reason}" for each in result.unrated
    )
    if result.changes is not None:
        yield from changes_lines(result.changes, rest="" if dry_run else ALL_ON_INDEX)
    if result.pruned is not None:
        yield from pruned_lines(result.pruned, dry_run=dry_run)
    yield from _gone_lines(result)
    if result.left:
        yield f"{result.left} not yet made or out of date; --resume makes them"
    made = f"{result.wanted} to make" if dry_run else f"{result.made} made"
    if result.bad and not dry_run:
        yield f"mend {result.index.with_name('bad_rows.xlsx')} and give it with --mended, --resume"
    without = f"{len(result.failed)} failed, {_count(len(result.bad), 'bad row')}"
    yield f"{made}, {result.kept} kept from before, {without}"
    if result.to_plan:
        plans = _count(result.to_plan if dry_run else result.planned, "plan")
        yield f"{plans} to make" if dry_run else f"{plans} made"
    if result.to_print:
        yield f"{result.to_print} to print" if dry_run else f"{result.printed} printed"


def _gone_lines(result: BatchResult) -> Iterator[str]:
    if result.gone:
        stay = "their reports stay in the folder"
        todo = "" if result.pruned is not None else "; --prune removes them"
        yield f"no longer in the file, {len(result.gone)}: {ids_words(result.gone)}; {stay}{todo}"


def _count(n: int, what: str) -> str:
    return f"{n} {what}{'' if n == 1 else 's'}"


def _cut(lines: list[str], what: str, rest: str = "the index page lists all") -> list[str]:
    left = len(lines) - _SHOWN
    more = [f"... and {left} more {what}; {rest}"] if left > 0 else []
    return [*lines[:_SHOWN], *more]
