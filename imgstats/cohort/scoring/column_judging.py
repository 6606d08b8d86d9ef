"""Whole columns judged at once: the cells that are plainly good together, others one by one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from imgstats.cohort.columns import ID
from imgstats.cohort.files.parquet import values_and_codes
from imgstats.cohort.judging import LONGEST_ID, PLAIN_TEXT, Judged

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pyarrow as pa

    from imgstats.cohort.judging import Judge

__all__ = ["JudgedColumn", "judged_column"]

_PLAIN = f"^(?:{PLAIN_TEXT})$"
_GOOD = Judged(None)  # of a cell that `texts` tells


@dataclass(frozen=True, slots=True, kw_only=True)
class JudgedColumn:
    """What became of the cells of a column.

    Attributes
    ----------
    cells : sequence of Judged
        The distinct outcomes.
    codes : ndarray of int64, shape (n,)
        Which of them each row has.
    texts : pyarrow.Array of string, length n, or None
        What the cells of a column of free text say; null where nothing is given, or where it is
        bad. None of other columns, whose `cells` say it.
    """

    cells: Sequence[Judged]
    codes: Any
    texts: pa.Array | None = None


def judged_column(judge: Judge, name: str, column: pa.Array) -> JudgedColumn:
    """Judge a column of a file, as `Judge.cells` judges each of its cells.

    Parameters
    ----------
    judge : Judge
        Asked about every distinct cell; of ids and labels about those only that are no plain text.
    name : str
        One of `COLUMNS`.
    column : pyarrow.Array, length n
        Of any type.

    Raises
    ------
    InputError
        If a value has no place in Python.

    Examples
    --------
    >>> import pyarrow as pa
    >>> from imgstats.cohort.judging import Judge
    >>> found = judged_column(Judge([]), "id", pa.array(["A", " B ", None]))
    >>> found.texts.to_pylist(), [found.cells[code].problem is None for code in found.codes]
    (['A', 'B', None], [True, True, False])
    """
    if name in {ID, "label"}:
        return _free_text(judge, name, column)
    values, codes = values_and_codes(column)
    return JudgedColumn(cells=judge.cells(name, values), codes=codes)


def _free_text(judge: Judge, name: str, column: pa.Array) -> JudgedColumn:
    import numpy as np
    import pyarrow as pa
    from pyarrow import compute, types

    if types.is_dictionary(column.type):
        return _by_dictionary(judge, name, column)
    text = _as_text(column)
    if text is None:
        values, codes = values_and_codes(column)
        cells = judge.cells(name, values)
        return JudgedColumn(cells=cells, codes=codes, texts=_texts(cells).take(pa.array(codes)))
    short = compute.less_equal(compute.binary_length(text), LONGEST_ID)
    is_plain = compute.and_(compute.match_substring_regex(text, _PLAIN), short)
    is_odd = compute.invert(compute.fill_null(is_plain, fill_value=False))
    odd = compute.indices_nonzero(is_odd)
    values, where = values_and_codes(column.take(odd))
    cells = judge.cells(name, values)
    codes = np.zeros(len(column), dtype=np.int64)
    if len(odd):
        codes[odd.to_numpy()] = where + 1
        text = compute.replace_with_mask(
            text, is_odd, _texts(cells, text.type).take(pa.array(where))
        )
    return JudgedColumn(cells=[_GOOD, *cells], codes=codes, texts=text.cast(pa.string()))


def _by_dictionary(judge: Judge, name: str, column: pa.Array) -> JudgedColumn:
    """Judge the values that are used, however many rows say each of them."""
    import pyarrow as pa
    from pyarrow import compute

    used = column.indices.dictionary_encode()
    values = column.dictionary.take(used.dictionary)
    inner = _free_text(judge, name, pa.concat_arrays([values, pa.nulls(1, values.type)]))
    if inner.texts is None:
        raise ValueError("free text has its texts")
    rows = compute.fill_null(used.indices, len(values))
    codes = inner.codes[rows.to_numpy()]
    return JudgedColumn(cells=inner.cells, codes=codes, texts=inner.texts.take(rows))


def _as_text(column: pa.Array) -> pa.Array | None:
    """Return text or whole numbers as text; None where each cell has to be looked at."""
    import pyarrow as pa
    from pyarrow import types

    if types.is_string(column.type) or types.is_large_string(column.type):
        return column
    if types.is_integer(column.type):
        return column.cast(pa.string())
    if types.is_binary(column.type) or types.is_large_binary(column.type):
        try:
            return column.cast(pa.large_string())
        except pa.ArrowInvalid:
            return None
    return None


def _texts(cells: Sequence[Judged], kind: pa.DataType | None = None) -> pa.Array:
    import pyarrow as pa

    return pa.array([each.value for each in cells], kind or pa.string())
