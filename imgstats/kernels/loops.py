"""The event loop that Jupyter's packages make in a thread, closed when nobody needs it any more."""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["loop_closed"]


@contextmanager
def loop_closed() -> Iterator[None]:
    """Close the loop in which a notebook ran in the block, with its sockets.

    Each task of a Dask worker has a context of its own, so that Jupyter makes a loop for each and
    leaves it to the collection of garbage, which complains.
    """
    try:
        yield
    finally:
        from jupyter_core.utils import ensure_event_loop

        loop = ensure_event_loop()
        if not loop.is_running():  # else it belongs to whoever called
            loop.close()
            asyncio.set_event_loop(None)
