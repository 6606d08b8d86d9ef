"""How long a cell the csv module reads: a limit of the whole process, raised for a while."""

from __future__ import annotations

import csv
from contextlib import contextmanager
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["cells_up_to"]

_lock = Lock()
_before: list[int] = []  # the limits to go back to, one for each file that is being read


@contextmanager
def cells_up_to(characters: int) -> Iterator[None]:
    """Let cells be that long within the block.

    Several files may be read at a time, in several threads: the last one puts the limit back.

    Parameters
    ----------
    characters : int
        A limit that is higher already stays.
    """
    with _lock:
        found = csv.field_size_limit()
        _before.append(_before[0] if _before else found)
        csv.field_size_limit(max(characters, found))
    try:
        yield
    finally:
        with _lock:
            before = _before.pop()
            if not _before:
                csv.field_size_limit(before)
