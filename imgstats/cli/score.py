"""``imgstats score``: rates for each row of a file, without reports."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgstats.cli.parts.options import (
    REQUIRED,
    ColumnMeaning,
    IgnoreColumns,
    Sheet,
    columns_from,
    read_lines,
)
from imgstats.cli.parts.progress import score_progress
from imgstats.errors import InputError, StoppedError
from imgstats.extras import hidden, need_packages
from imgstats.wording import count_words
from imgstats.workers.signals import ends_like_ctrl_c

if TYPE_CHECKING:
    from collections.abc import Iterator

    from distributed import Client

__all__ = ["score"]


def score(
    cohort: Annotated[
        Path, typer.Argument(metavar="COHORT", help="Rows as .csv, .xlsx or .parquet.")
    ],
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help=f"A .parquet or .csv file.{REQUIRED}"),
    ] = None,
    scheduler: Annotated[
        str | None,
        typer.Option(
            "--scheduler",
            metavar="ADDRESS",
            help="A running Dask scheduler; its workers score the row groups of a .parquet file.",
        ),
    ] = None,
    ignore_columns: IgnoreColumns = False,
    column: ColumnMeaning = None,
    sheet: Sheet = "",
    workers: Annotated[int | None, typer.Option("--workers", metavar="N", hidden=True)] = None,
) -> None:
    """Write the historical rate of each row's score, its band and percentiles to a file.

    Columns as for `imgstats batch`; id may be missing. group is us-img for US citizens who studied
    abroad, and non-us-img for all others. Bad rows stay in their place with empty
    figures; the exit code is then 1.

    Example: imgstats score examples/cohort.csv --out scores.parquet
    """
    if out is None:
        raise InputError("--out is missing", "a .parquet or .csv file", "add --out scores.parquet")
    if workers is not None:
        _say_one_process(workers)
    need_packages("score")
    if scheduler is not None:
        need_packages("batch", "distributed", otherwise="leave --scheduler out")
    _spare_pandas()
    from imgstats.cohort.scoring.score import score_file

    with ends_like_ctrl_c(), score_progress() as say:
        try:
            with _client(scheduler) as client:
                result = score_file(
                    cohort,
                    out,
                    client=client,
                    ignore_columns=ignore_columns,
                    columns=columns_from(column),
                    sheet=sheet,
                    progress=say,
                )
        except KeyboardInterrupt as e:
            raise StoppedError(
                "stopped; nothing is half-written, and a file that stood there stands",
                todo="the same command begins anew",
            ) from e
    for line in read_lines(result.read):
        typer.echo(line, err=True)
    if result.ignored:
        typer.echo(f"columns passed over: {', '.join(result.ignored)}", err=True)
    for line in result.shown:
        typer.echo(f"bad row, {line}", err=True)
    typer.echo(f"{count_words(result.rows, 'row')}, {result.bad:,} bad", err=True)
    typer.echo(str(result.out))
    if result.bad:
        raise typer.Exit(1)


def _say_one_process(workers: int) -> None:
    """Take an option of older versions, and say that it does nothing."""
    if workers < 1:
        raise InputError(f"--workers is {workers}", "a whole number from 1", "leave it out")
    if workers > 1:
        typer.echo("score works in one process, which is faster: --workers does nothing", err=True)


def _spare_pandas() -> None:
    """Keep pyarrow from importing pandas, which takes longer than many a file.

    It looks for it once, when it is first given a list or a number.
    """
    import pyarrow as pa

    with hidden("pandas"):
        pa.scalar(0)


@contextmanager
def _client(scheduler: str | None) -> Iterator[Client | None]:
    """Give a client of a running scheduler, if one is wanted."""
    if scheduler is None:
        yield None
        return
    from imgstats.batch.pool import check_scheduler, connected

    check_scheduler(scheduler)
    with connected(scheduler, 0, {}) as client:
        yield client
