"""Row groups of a Parquet file scored by the workers of a Dask scheduler, and put in order here."""

from __future__ import annotations

from collections import deque
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from imgstats import __version__
from imgstats.cohort.columns import ID
from imgstats.cohort.files.kinds import open_cohort
from imgstats.cohort.files.parquet import open_parquet
from imgstats.cohort.scoring.scorer import Scorer, part_schema, scored_range
from imgstats.errors import ImgstatsError, WorkError
from imgstats.own_tables.digest import data_digest
from imgstats.workers.cluster import wait_for_a_worker

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    import pyarrow as pa
    from distributed import Client

    from imgstats.cohort.columns import Columns
    from imgstats.cohort.files.kinds import Stamp
    from imgstats.cohort.scoring.scorer import Part

__all__ = ["score_range", "scored_by_workers"]

_TASK_ROWS = 1 << 18
_EACH = 2  # tasks in flight for each worker: one that runs and one that waits for its turn


def scored_by_workers(
    client: Client, path: Path, stamp: Stamp, columns: Columns, metadata: object
) -> Generator[tuple[pa.Table, Part]]:
    """Yield what workers scored, in the order of the file, with a bounded number of tasks.

    Parameters
    ----------
    client : distributed.Client
        Of a scheduler, whose workers see the file under the same path.
    path : pathlib.Path
        The file.
    stamp : Stamp
        The state that it must be in.
    columns : Columns
        Which column is which.
    metadata : pyarrow.parquet.FileMetaData
        Says where its row groups begin.

    Raises
    ------
    InputError
        If the file is broken, or no longer the one that the run began with.
    WorkError
        If no worker is there, one fails, or one has another version or other tables.
    """
    import pyarrow as pa

    spans, waiting = _spans(metadata), deque[Any]()
    task = (str(path.absolute()), stamp.elsewhere(), columns, (__version__, data_digest()))

    def submit() -> None:
        for span in spans:
            waiting.append(client.submit(score_range, *task, span, pure=False))
            return

    try:
        with _told():
            for _ in range(_in_flight(client)):
                submit()
        while waiting:
            with _told():
                content, parts = waiting[0].result()
                waiting.popleft().release()  # or it would be computed again if its worker died now
                submit()
            reader = pa.ipc.open_stream(content)
            for batch, part in zip(reader, parts, strict=True):
                yield pa.Table.from_batches([batch]), part
    finally:
        # Whoever stops early leaves no work behind on workers that live on.
        with suppress(Exception):
            client.cancel(list(waiting), force=True)


def _spans(metadata: Any) -> Iterator[tuple[int, int]]:  # noqa: ANN401  pyarrow has no types
    """Yield first row and end of each task: of a row group, or of a piece of a long one."""
    at = 0
    for group in range(metadata.num_row_groups):
        end = at + metadata.row_group(group).num_rows
        for start in range(at, end, _TASK_ROWS):
            yield start, min(start + _TASK_ROWS, end)
        at = end


def _in_flight(client: Client) -> int:
    wait_for_a_worker(client)
    return _EACH * max(1, int(sum(client.nthreads().values())))


@contextmanager
def _told() -> Iterator[None]:
    """Say in one line what became of a worker or of the way to it."""
    from asyncio import CancelledError as Cancelled
    from concurrent.futures import CancelledError

    from distributed import KilledWorker

    try:
        yield
    except ImgstatsError:
        raise
    except KilledWorker as e:
        raise WorkError("a worker was killed", "", "give the workers more memory") from e
    except (Cancelled, CancelledError) as e:
        raise WorkError(
            f"the connection to the workers was lost ({type(e).__name__})",
            todo="see that they run, then run the same command",
        ) from e
    except Exception as e:
        raise WorkError(
            f"a worker failed ({type(e).__name__}: {e})", "", "run again without --scheduler"
        ) from e


def score_range(
    source: str, stamp: Stamp, columns: Columns, made_by: tuple[str, str], span: tuple[int, int]
) -> tuple[bytes, list[Part]]:
    """Score some rows of a Parquet file: the task of a worker.

    Returns
    -------
    bytes
        The rows as an Arrow stream, a batch for each part.
    list of Part
        What became of them.

    Raises
    ------
    InputError
        If the file is broken, or no longer the one that the run began with.
    WorkError
        If the version or the tables here are not those of the run.
    """
    import pyarrow as pa

    if (__version__, data_digest()) != made_by:
        raise WorkError(
            "a worker has another version of imgstats, or other tables",
            todo="install the same version and data on every machine",
        )
    schema, parts, sink = part_schema(with_id=ID in columns.places), [], pa.BufferOutputStream()
    options = pa.ipc.IpcWriteOptions(compression="zstd", use_threads=False)
    with (
        open_cohort(Path(source), whole=False) as stream,
        stamp.held(stream),
        pa.ipc.new_stream(sink, schema, options=options) as writer,
    ):
        for table, part in scored_range(_scorer(made_by), open_parquet(stream), columns, *span):
            writer.write_table(table)
            parts.append(part)
    return sink.getvalue().to_pybytes(), parts


@lru_cache(maxsize=1)
def _scorer(_: tuple[str, str]) -> Scorer:
    """Return a worker's scorer, which lives as long as its tables stay the same."""
    return Scorer()
