"""Read a table: its hash first, then its cells.

Raw tables are checked against their descriptor. Processed tables are checked against the manifest,
and so are the raw files they were made from: a raw figure that was changed stops every report.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from imgstats.errors import InputError, did_you_mean
from imgstats.sources.catalogue import DESCRIPTOR, dataset
from imgstats.sources.hashing import verified_bytes
from imgstats.sources.locations import resolve_root
from imgstats.sources.manifest import MANIFEST, load_manifest
from imgstats.sources.recipes import RECIPES
from imgstats.sources.tabular import parse_rows, to_frame, typed_rows

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from imgstats.sources.catalogue import Dataset
    from imgstats.sources.tabular import Record, Row

__all__ = ["processed_rows", "raw_rows", "read_processed", "read_raw"]


def read_raw(name: str, root: Path | str | None = None) -> pd.DataFrame:
    """Return a raw table, typed by its schema, after its hash was verified.

    Use it to see a report's figures as they were printed; reports and estimators read the processed
    tables.

    Parameters
    ----------
    name : str
        Data set name, a key of `catalogue`.
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    pandas.DataFrame
        Columns in printed order; an empty cell is missing, never zero.

    Raises
    ------
    InputError
        There is no data set of that name.
    DataChangedError
        The file is missing, or its hash is not the recorded one.
    TableError
        A cell is not of its column's type.

    Examples
    --------
    >>> counts = read_raw("charting_outcomes_2026_non_us_img_counts")
    >>> counts.set_index("specialty").loc["Internal Medicine", ["matched", "not_matched"]].tolist()
    [3392, 3600]
    """
    item = dataset(name, root)
    return to_frame(raw_rows(item), item.fields, str(item.path))


def raw_rows(item: Dataset) -> list[Row]:
    """Return the cells of a raw table as printed, after its hash was verified.

    Parameters
    ----------
    item : Dataset
        The data set's record.

    Returns
    -------
    list of dict
        One mapping from column to text for each row.

    Raises
    ------
    DataChangedError
        The file is missing, or its hash is not the recorded one.
    TableError
        It is not CSV with the columns of the schema.

    Examples
    --------
    >>> raw_rows(dataset("eras_application_fees"))[1]["to_program"]
    ''
    """
    data = verified_bytes(item.path, item.sha256, str(item.folder / DESCRIPTOR))
    return parse_rows(data, [field.name for field in item.fields], str(item.path))


def read_processed(name: str, root: Path | str | None = None) -> pd.DataFrame:
    """Return a processed table after it and the raw files it was made from were verified.

    Parameters
    ----------
    name : str
        Table name, for example ``counts``.
    root : pathlib.Path or str, optional
        Data folder; the default one when None.

    Returns
    -------
    pandas.DataFrame
        Typed columns; an empty cell is missing, never zero.

    Raises
    ------
    InputError
        There is no processed table of that name.
    DataChangedError
        The manifest, the table, or one of the raw files it was made from is missing or changed.

    Examples
    --------
    >>> read_processed("passing_scores")["minimum_passing_score"].max().item()
    218
    """
    rows = _parsed(*_processed(name, root))
    return to_frame(rows, RECIPES[name].fields(), name)


def processed_rows(name: str, root: Path | str | None = None) -> tuple[Record, ...]:
    """Return a processed table as plain records; it verifies and raises as `read_processed`.

    Examples
    --------
    >>> processed_rows("passing_scores")[-1]["effective_from"]
    datetime.date(2024, 1, 1)
    """
    return _typed(*_processed(name, root))


def _processed(name: str, root: Path | str | None) -> tuple[str, str, bytes]:
    """Return name, path and bytes of a processed table whose hashes are the recorded ones."""
    if name not in RECIPES:
        raise InputError(
            f"there is no processed table {name}", ", ".join(RECIPES), did_you_mean(name, RECIPES)
        )
    base = resolve_root(root)
    recipe = RECIPES[name]
    manifest_path = base / "processed" / MANIFEST
    record = load_manifest(manifest_path).entry(recipe.file_name)
    for raw_path, expected in record.inputs.items():
        verified_bytes(base / raw_path, expected, str(manifest_path))
    table = base / "processed" / recipe.file_name
    return name, str(table), verified_bytes(table, record.sha256, str(manifest_path))


def _parsed(name: str, label: str, data: bytes) -> list[Row]:
    return parse_rows(data, [field.name for field in RECIPES[name].fields()], label)


@lru_cache(maxsize=2 * len(RECIPES))
def _typed(name: str, label: str, data: bytes) -> tuple[Record, ...]:
    """Return the records of a file's bytes; parsed once as long as the bytes stay the same."""
    return typed_rows(_parsed(name, label, data), RECIPES[name].fields(), name)
