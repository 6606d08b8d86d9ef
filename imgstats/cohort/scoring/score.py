"""`score_file`: historical rates for each row of a file, however long, without reports."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.cohort.columns import ID, NEEDED_FIELDS, match_columns, read_words, refuse_no_rows
from imgstats.cohort.files.csv_columns import opened_csv
from imgstats.cohort.files.kinds import Stamp, kind_of, named, open_cohort
from imgstats.cohort.files.parquet import column_names, need_pyarrow, open_parquet
from imgstats.cohort.files.tables import opened_tables
from imgstats.cohort.scoring.scorer import MOST_SHOWN, Scorer, scored_range
from imgstats.cohort.scoring.writer import ScoreWriter, check_target, draft_folder, publish
from imgstats.errors import InputError, WorkError
from imgstats.own_tables.digest import data_digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from concurrent.futures import Future
    from typing import BinaryIO

    import pyarrow as pa
    from distributed import Client

    from imgstats.cohort.columns import Columns, HeaderAsked
    from imgstats.cohort.scoring.scorer import Part

    Parts = Iterator[tuple[pa.Table, Part]]

__all__ = ["ScoreResult", "score_file"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreResult:
    """What a run wrote.

    Attributes
    ----------
    rows, bad : int
        Number of rows, and of bad ones among them.
    out : pathlib.Path
        The file.
    shown : tuple of str
        The first bad rows, a line each.
    ignored : tuple of str
        Columns that were passed over.
    read : tuple of str
        Headers and values that were read as something written otherwise, a line each. The workers
        of a scheduler tell headers only.
    """

    rows: int
    bad: int
    out: Path
    shown: tuple[str, ...]
    ignored: tuple[str, ...]
    read: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A cohort: its columns, number of rows if known, and scored rows some at a time."""

    columns: Columns
    total: int | None
    parts: Parts
    scorer: Scorer | None


def score_file(
    source: str | Path,
    out: str | Path,
    *,
    client: Client | None = None,
    ignore_columns: bool = False,
    columns: Mapping[str, str] | None = None,
    sheet: str = "",
    progress: Callable[[int, int | None], None] | None = None,
) -> ScoreResult:
    """Write what `compare` says of each row's score beside the row.

    Parameters
    ----------
    source : str or pathlib.Path
        A ``.csv``, ``.xlsx`` or ``.parquet`` file with the columns of `read_cohort`; ``id`` may be
        missing, and ids may repeat.
    out : str or pathlib.Path
        A ``.parquet`` or ``.csv`` file; only one of scores that is there is replaced.
    client : distributed.Client, optional
        Of a Dask scheduler whose workers see a Parquet file under the same path: they score its row
        groups. Default: this process does, and it alone reads the other kinds of files.
    ignore_columns, columns, sheet
        As in `read_cohort`.
    progress : callable, optional
        Called with the number of rows written so far and that of all; None where only the end of
        the file will tell.

    Returns
    -------
    ScoreResult
        A bad row stays in its place, with empty figures and what is wrong with it. Of a Parquet
        file an empty row does too, so that row n of the output is row n of the file. A blank line
        of a CSV file or a sheet is no row and is passed over.

    Raises
    ------
    InputError
        If a file cannot be used.
    WorkError
        If writing or a worker fails.

    Notes
    -----
    The file appears whole or not at all. A hidden folder beside it holds what is half-written; it
    is removed after errors and Ctrl-C, and only a kill leaves it there.
    """
    need_pyarrow()
    path, target = Path(source), Path(out)
    kind = kind_of(path)
    if client is not None and kind != ".parquet":
        raise InputError(
            f"{path.name} is no Parquet file",
            "one whose row groups workers can share",
            "leave --scheduler out, or save the table as .parquet",
        )
    check_target(path, target)
    asked: HeaderAsked = {
        "needed": NEEDED_FIELDS, "ignore": ignore_columns, "named": columns or {},
    }  # fmt: skip
    # Only a workbook is held as a whole.
    with open_cohort(path, whole=kind == ".xlsx") as stream, draft_folder(target) as folder:
        draft, stamp = folder / target.name, Stamp.of(stream)
        with (
            named(path),
            stamp.held(stream),
            _opened(stream, path, kind, client, sheet, asked) as opened,
        ):
            result = _write(opened, draft, target, progress)
        publish(draft, target, path)
    return result


@contextmanager
def _opened(
    stream: BinaryIO,
    path: Path,
    kind: str,
    client: Client | None,
    sheet: str,
    asked: HeaderAsked,
) -> Iterator[_Opened]:
    """Give the columns of the cohort, and its scored rows some at a time."""
    if kind == ".csv" and not sheet:
        with opened_csv(stream, **asked) as (columns, tables):
            scorer = Scorer()
            parts = (scorer.batch(each.columns, each.lines, each.faults) for each in tables)
            yield _Opened(columns, None, parts, scorer)
    elif kind != ".parquet" or sheet:
        with opened_tables(stream, kind, sheet=sheet, **asked) as (columns, raw):
            scorer = Scorer()
            yield _Opened(columns, None, (scorer.raw(table) for table in raw), scorer)
    else:
        file = open_parquet(stream)
        columns = match_columns(column_names(file), **asked)
        rows = file.metadata.num_rows
        if client is None:
            scorer = Scorer()
            yield _Opened(columns, rows, scored_range(scorer, file, columns, 0, rows), scorer)
            return
        from imgstats.cohort.scoring.by_workers import scored_by_workers

        stamp = Stamp.of(stream)
        shared = scored_by_workers(client, path, stamp, columns, file.metadata)
        with closing(shared) as parts:
            yield _Opened(columns, rows, parts, None)


@contextmanager
def _behind() -> Iterator[Callable[..., None]]:
    """Give what has a thread do one thing while the caller goes on to the next, in their order.

    Whatever the thread raises is raised by the next call, or at the end of the block.
    """
    done: list[Future[None]] = []

    def do(work: Callable[..., None], *given: object) -> None:
        if done:
            done.pop().result()
        done.append(pool.submit(work, *given))

    with ThreadPoolExecutor(1) as pool:
        yield do
        for each in done:
            each.result()


def _write(
    cohort: _Opened,
    draft: Path,
    target: Path,
    progress: Callable[[int, int | None], None] | None,
) -> ScoreResult:
    rows = bad = 0
    shown: list[str] = []
    years: set[str] = set()
    data, with_id = data_digest(), ID in cohort.columns.places
    with ScoreWriter(draft, target, with_id=with_id, data=data) as writer, _behind() as do:
        for table, part in cohort.parts:
            do(writer.write, table)
            rows, bad, years = rows + part.rows, bad + part.bad, years | part.match_years
            shown += part.shown[: MOST_SHOWN - len(shown)]
            if progress:
                progress(rows, cohort.total)
        refuse_no_rows(rows)
        do(writer.note_years, years)
    if data_digest() != data:
        raise WorkError("the tables changed while rows were scored", "", "run again")
    values = cohort.scorer.read_words() if cohort.scorer else ()
    return ScoreResult(
        rows=rows,
        bad=bad,
        out=target,
        shown=tuple(shown),
        ignored=cohort.columns.ignored,
        read=(*read_words(cohort.columns.read), *values),
    )
