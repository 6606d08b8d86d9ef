"""What a parser says of a broken file, as one line."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from imgstats.errors import ImgstatsError, InputError
from imgstats.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["readable"]


@contextmanager
def readable(kind: str, allowed: str, todo: str) -> Iterator[None]:
    """Turn whatever a parser raises into one line.

    Parameters
    ----------
    kind : str
        What the file is meant to be, such as ``.xlsx``.
    allowed, todo : str
        What it should be, and what to do.

    Raises
    ------
    InputError
        In place of any error that is not the package's own. Memory that ran out is no fault of the
        file.
    """
    try:
        yield
    except (ImgstatsError, MemoryError):
        raise
    except Exception as e:
        raise InputError(
            f"the file is no readable {kind} ({type(e).__name__}: {shown(str(e))})", allowed, todo
        ) from e
