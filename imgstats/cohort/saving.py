"""Files that cannot be written, in one line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from imgstats.errors import WorkError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["saving"]


@contextmanager
def saving(place: Path) -> Iterator[None]:
    """Turn what the system says while something is written into one line.

    Parameters
    ----------
    place : pathlib.Path
        File or folder that is named.

    Raises
    ------
    WorkError
        In place of an OSError, such as that of a full disk.
    """
    try:
        yield
    except OSError as e:
        raise WorkError(
            f"{place} cannot be written: {e.strerror or e}",
            "",
            "free space there, or choose another --out",
        ) from e
