"""The file of the scores: written as a draft, and there as a whole or not at all."""

from __future__ import annotations

import os
import shutil
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any, Self

from imgstats import __version__
from imgstats.cohort.columns import ID
from imgstats.cohort.scoring.scorer import part_schema
from imgstats.errors import InputError
from imgstats.files.writing import DRAFT, OWNER_FILE, check_replaceable, move_whole, saving
from imgstats.text import FORMULA_STARTS, harmless

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import TracebackType

    import pyarrow as pa

__all__ = ["ScoreWriter", "check_target", "draft_folder", "publish"]

_ALLOWED = "a .parquet or .csv file in a folder that can be written"
_ADVICE = "free space there, or choose another --out"
_LONGEST_HEADER = 4_096
_MEANING = "historical rates of groups; no statement about a person"


def check_target(source: Path, target: Path) -> None:
    """Refuse a place where no scores can be written.

    Raises
    ------
    InputError
        If it is of another kind, in no folder that is there, or the cohort itself.
    """
    if target.suffix.lower() not in {".parquet", ".csv"}:
        raise InputError(f"{target.name}: unknown kind of output", _ALLOWED, "rename it")
    if target.is_dir() or not target.parent.is_dir():
        what = "is a folder" if target.is_dir() else "is in no folder that is there"
        raise InputError(f"{target} {what}", _ALLOWED, "choose another --out")
    check_replaceable(target, _is_scores, inputs=(source,), todo="choose another --out")


def _is_scores(path: Path) -> bool:
    """Say whether a file is one of scores, by its metadata or its header."""
    try:
        if path.suffix.lower() == ".csv":
            with path.open(encoding="utf-8") as stream:
                header = stream.readline(_LONGEST_HEADER).strip()
            return header in {_csv_header(with_id=False), _csv_header(with_id=True)}
        from pyarrow import parquet

        return b"imgstats_meaning" in (parquet.read_schema(path).metadata or {})
    except (OSError, ValueError):  # pyarrow's own errors are of these two
        return False


def _csv_header(*, with_id: bool) -> str:
    return ",".join(f'"{name}"' for name in part_schema(with_id=with_id).names)


@contextmanager
def draft_folder(target: Path) -> Iterator[Path]:
    """Give a hidden folder beside the target; it is removed with the block, whatever happens."""
    try:
        folder = Path(mkdtemp(prefix=DRAFT, dir=target.parent))
    except OSError as e:
        raise InputError(f"{target.parent}: {e.strerror or e}", _ALLOWED, "choose another") from e
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class ScoreWriter:
    """Appends tables to a new file, which nobody else may read.

    Parameters
    ----------
    draft : pathlib.Path
        Where it is written.
    target : pathlib.Path
        Where it will stand; errors name it.
    with_id : bool
        Whether the rows have ids.
    data : str
        Hash over the tables that the rates come from. With the version and what the figures mean it
        goes into the metadata of a Parquet file's schema.

    Raises
    ------
    WorkError
        If it cannot be written, at any moment up to its closing.
    """

    def __init__(self, draft: Path, target: Path, *, with_id: bool, data: str) -> None:
        self._target = target
        self._is_csv = draft.suffix.lower() == ".csv"
        self._said = {
            "imgstats_version": __version__,
            "imgstats_meaning": _MEANING,
            "imgstats_data_sha256": data,
        }
        with saving(target, _ADVICE), ExitStack() as stack:
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_FILE)
            sink = stack.enter_context(os.fdopen(descriptor, "wb"))
            self._writer = self._opened(sink, part_schema(with_id=with_id))
            stack.callback(_close, self._writer)
            self._stack = stack.pop_all()

    def _opened(self, sink: object, schema: pa.Schema) -> Any:  # noqa: ANN401  pyarrow has no types
        from pyarrow import csv, parquet

        if self._is_csv:
            return csv.CSVWriter(sink, schema)
        return parquet.ParquetWriter(sink, schema.with_metadata(self._said), compression="zstd")

    def write(self, table: pa.Table) -> None:
        """Append the rows of a table."""
        with saving(self._target, _ADVICE):
            self._writer.write_table(_guarded(table) if self._is_csv else table)

    def note_years(self, years: Iterable[str]) -> None:
        """Put the Matches that the rates come from into a Parquet file's own metadata."""
        if not self._is_csv:
            self._writer.add_key_value_metadata({"imgstats_match_years": ", ".join(sorted(years))})

    def __enter__(self) -> Self:
        """Return the writer."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        """Close the file; after an error that error is told, and none of the closing."""
        with saving(self._target, _ADVICE) if kind is None else suppress(Exception):
            self._stack.close()


def _close(writer: Any) -> None:  # noqa: ANN401
    try:
        writer.close()
    finally:
        if hasattr(writer, "is_open"):
            # A writer of Parquet would try again when it goes, where nobody catches what it raises.
            writer.is_open = False


def _guarded(table: pa.Table) -> pa.Table:
    """Guard the ids, the one text of the user's own that begins a cell."""
    if ID not in table.column_names:
        return table
    ids = harmless_column(table.column(ID).combine_chunks())
    return table.set_column(table.column_names.index(ID), ID, ids)


def publish(draft: Path, target: Path, source: Path) -> None:
    """Put a whole file into its place.

    Raises
    ------
    InputError
        If somebody put another file there meanwhile.
    WorkError
        If the disk does not take it.
    """
    check_target(source, target)
    with saving(target, _ADVICE):
        move_whole(draft, target)


def harmless_column(column: pa.Array) -> pa.Array:
    """Return a column of text as `harmless` returns each of its cells; null stays null.

    Examples
    --------
    >>> import pyarrow as pa
    >>> harmless_column(pa.array(["=1+1", None, "A-01"])).to_pylist()
    ["'=1+1", None, 'A-01']
    """
    import pyarrow as pa
    from pyarrow import compute

    # Few begin so, and with white space: they are found together and looked at one by one.
    starts = "".join(f"\\x{{{ord(each):x}}}" for each in FORMULA_STARTS)
    may_begin = compute.match_substring_regex(column, rf"^[^!-~]*[{starts}]")
    may_begin = compute.fill_null(may_begin, fill_value=False)
    found = column.filter(may_begin).to_pylist()
    safe = pa.array([harmless(each) for each in found], column.type)
    return compute.replace_with_mask(column, may_begin, safe)
