"""`score_file`: historical rates for each row of a file, however long, without reports."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgstats.cohort.cluster import local_cluster
from imgstats.cohort.columns import ID, NEEDED_FIELDS, match_columns, refuse_no_rows
from imgstats.cohort.parquet_rows import column_names, need_pyarrow, open_parquet
from imgstats.cohort.plain_files import MOST_BYTES, Stamp, kind_of, named, open_plain
from imgstats.cohort.raw_tables import opened_tables
from imgstats.cohort.saving import saving
from imgstats.cohort.score_parts import MOST_SHOWN, Scorer, score_range, scored_range
from imgstats.cohort.score_writing import ScoreWriter, check_target, draft_folder, publish
from imgstats.errors import ImgstatsError, InputError, WorkError
from imgstats.own_tables.digest import data_digest
from imgstats.processors import default_workers

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import BinaryIO

    import pyarrow as pa

    from imgstats.cohort.columns import Columns
    from imgstats.cohort.score_parts import Part

    Parts = Iterator[tuple[pa.Table, Part]]

__all__ = ["ScoreResult", "score_file"]

_TASK_ROWS = 250_000
_WINDOW = 2


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
    """

    rows: int
    bad: int
    out: Path
    shown: tuple[str, ...]
    ignored: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Opened:
    """A cohort: its columns, number of rows if known, and scored rows some at a time."""

    columns: Columns
    total: int | None
    parts: Parts


def score_file(
    source: str | Path,
    out: str | Path,
    *,
    workers: int | None = None,
    ignore_columns: bool = False,
    progress: Callable[[int, int | None], None] | None = None,
) -> ScoreResult:
    """Write what `compare` says of each row's score beside the row.

    Parameters
    ----------
    source : str or pathlib.Path
        A ``.csv``, ``.xlsx`` or ``.parquet`` file with the columns of `read_cohort`; ``id`` may be
        missing, and ids may repeat. Only Parquet is read by several processes.
    out : str or pathlib.Path
        A ``.parquet`` or ``.csv`` file; one that is there is replaced.
    workers : int, optional
        Processes. Default: one for each core this process may use.
    ignore_columns : bool
        Whether unknown columns are passed over instead of refused.
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
    if workers is not None and workers < 1:
        raise InputError(f"workers is {workers}", "a whole number from 1", "leave it out")
    check_target(path, target)
    # Only a workbook is held as a whole.
    most = MOST_BYTES if kind == ".xlsx" else None
    with open_plain(path, most) as stream, draft_folder(target) as folder:
        draft, stamp = folder / target.name, Stamp.of(stream)
        with (
            named(path),
            stamp.held(stream),
            _opened(stream, path, kind, folder, workers, ignore_columns) as opened,
        ):
            result = _write(opened, draft, target, progress)
        publish(draft, target)
    return result


@contextmanager
def _opened(
    stream: BinaryIO, path: Path, kind: str, draft: Path, workers: int | None, ignore: bool
) -> Iterator[_Opened]:
    """Give the columns of the cohort, and its scored rows some at a time."""
    if kind != ".parquet":
        with opened_tables(stream, kind, needed=NEEDED_FIELDS, ignore=ignore) as (columns, raw):
            scorer = Scorer()
            yield _Opened(columns, None, (scorer.raw(table) for table in raw))
        return
    file = open_parquet(stream)
    columns = match_columns(column_names(file), needed=NEEDED_FIELDS, ignore=ignore)
    rows = file.metadata.num_rows
    count = min(workers or default_workers(), -(-rows // _TASK_ROWS))
    if count <= 1:
        yield _Opened(columns, rows, scored_range(Scorer(), file, columns, 0, rows))
        return
    with local_cluster(count) as client:
        stamp = Stamp.of(stream)
        parts = _from_workers(client, path, stamp, columns, rows, draft, count)
        yield _Opened(columns, rows, parts)


def _from_workers(
    client: Any,  # noqa: ANN401  distributed has no types
    path: Path,
    stamp: Stamp,
    columns: Columns,
    rows: int,
    draft: Path,
    count: int,
) -> Parts:
    """Yield what workers scored, in the order of the file, with a bounded number of tasks."""
    import pyarrow as pa

    starts = iter(range(0, rows, _TASK_ROWS))
    waiting: deque[tuple[Any, Path]] = deque()

    def submit() -> None:
        for start in starts:
            out, span = draft / f"{start}.arrow", (start, min(start + _TASK_ROWS, rows))
            task = (str(path.absolute()), stamp, columns, span, str(out))
            waiting.append((client.submit(score_range, *task, pure=False), out))
            return

    for _ in range(_WINDOW * count):
        submit()
    while waiting:
        future, out = waiting.popleft()
        parts = _result(future)
        future.release()  # or it would be computed again if its worker died now
        submit()
        with saving(draft.parent), pa.memory_map(str(out)) as source:
            reader = pa.ipc.open_file(source)
            for at, part in enumerate(parts):
                yield pa.Table.from_batches([reader.get_batch(at)]), part
            out.unlink()


def _result(future: Any) -> list[Part]:  # noqa: ANN401
    from distributed import KilledWorker

    try:
        found: list[Part] = future.result()
    except ImgstatsError:
        raise
    except KilledWorker as e:
        raise WorkError("a worker was killed", "", "free memory, or give fewer --workers") from e
    except Exception as e:
        raise WorkError(
            f"a worker failed ({type(e).__name__}: {e})", "", "run again with --workers 1"
        ) from e
    return found


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
    with ScoreWriter(draft, target, with_id=with_id, data=data) as writer:
        for table, part in cohort.parts:
            writer.write(table)
            rows, bad, years = rows + part.rows, bad + part.bad, years | part.match_years
            shown += part.shown[: MOST_SHOWN - len(shown)]
            if progress:
                progress(rows, cohort.total)
        refuse_no_rows(rows)
        writer.note_years(years)
    if data_digest() != data:
        raise WorkError("the tables changed while rows were scored", "", "run again")
    return ScoreResult(
        rows=rows, bad=bad, out=target, shown=tuple(shown), ignored=cohort.columns.ignored
    )
