"""Cells far longer than anything that can be said: their beginning is judged in their place.

A file of some kilobytes may hold a text of many megabytes, and each look at it would take another
copy.
"""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pyarrow as pa

__all__ = ["LONG", "shortened"]

LONG = 1_000  # bytes; whatever is allowed is shorter, but for white space
_HEAD = 300  # characters; more than any allowed text has, and more than a message shows
_PIECE = 1 << 16


def shortened(column: pa.Array) -> pa.Array:
    """Return a column in which no text or bytes are long.

    Parameters
    ----------
    column : pyarrow.Array, length n
        Of any type; of a dictionary its values are looked at.

    Returns
    -------
    pyarrow.Array, length n
        A long cell has its first characters, and of the rest the first words on one line. So it is
        judged as the whole would be, and described by the same words. Other cells are as they were.

    Raises
    ------
    UnicodeDecodeError
        If a long text is none.

    Examples
    --------
    >>> import pyarrow as pa
    >>> column = shortened(pa.array(["A", " " * 5_000 + "B", "x" * 5_000]))
    >>> [len(each) for each in column.to_pylist()], column[1].as_py().strip()
    ([1, 302, 601], 'B')
    """
    import pyarrow as pa
    from pyarrow import compute, types

    if types.is_dictionary(column.type):
        values = shortened(column.dictionary)
        if values is column.dictionary:
            return column
        return pa.DictionaryArray.from_arrays(column.indices, values, safe=False)
    kinds = (types.is_string, types.is_large_string, types.is_binary, types.is_large_binary)
    if not len(column) or not any(is_one(column.type) for is_one in kinds):
        return column
    lengths = compute.binary_length(column)
    if (compute.max(lengths).as_py() or 0) <= LONG:
        return column
    is_long = compute.fill_null(compute.greater(lengths, LONG), fill_value=False)
    places = compute.indices_nonzero(is_long).to_pylist()
    instead = pa.array([_short(column.slice(at, 1)) for at in places], column.type)
    return compute.replace_with_mask(column, is_long, instead)


def _short(cell: pa.Array) -> str | bytes:
    """Return what stands for the one long cell of an array."""
    import pyarrow as pa
    from pyarrow import types

    is_text = types.is_string(cell.type) or types.is_large_string(cell.type)
    whole = cell[0].as_buffer()
    try:
        (cell if is_text else cell.cast(pa.large_string())).validate(full=True)
    except pa.ArrowInvalid:
        if is_text:
            cell[0].as_py()  # raises what says where it is no text
        return _short_bytes(whole)
    text = _short_text(_texts(whole))
    return text if is_text else text.encode()


def _texts(whole: Any) -> Iterator[str]:  # noqa: ANN401  a pyarrow.Buffer
    decoder = codecs.getincrementaldecoder("utf-8")()
    for start in range(0, whole.size, _PIECE):
        yield decoder.decode(whole.slice(start, min(_PIECE, whole.size - start)).to_pybytes())


def _short_text(pieces: Iterator[str]) -> str:
    head = rest = ""
    for piece in pieces:
        missing = _HEAD - len(head)
        head, rest = head + piece[:missing], rest + piece[missing:]
        # White space at the ends is kept, so that no two words become one.
        rest = " ".join(f"|{rest}|".split())[1:-1]
        if len(rest) > _HEAD:
            break
    return head + rest[: _HEAD + 1]


def _short_bytes(whole: Any) -> bytes:  # noqa: ANN401  a pyarrow.Buffer
    """Return bytes that are no text either, and that Python writes in the same quotes."""
    import pyarrow as pa
    from pyarrow import compute

    cell = pa.Array.from_buffers(pa.large_binary(), 1, [None, _ends(whole.size), whole])
    marks = (mark for mark in (b"'", b'"') if compute.match_substring(cell, mark)[0].as_py())
    head: bytes = whole.slice(0, _HEAD).to_pybytes()
    return head + b"\xff" + b"".join(marks)


def _ends(size: int) -> Any:  # noqa: ANN401
    import pyarrow as pa

    return pa.py_buffer((0).to_bytes(8, "little") + size.to_bytes(8, "little"))
