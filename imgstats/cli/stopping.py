"""Stopping a command that was asked to end as Ctrl-C stops it."""

from __future__ import annotations

import signal
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["ends_like_ctrl_c"]


@contextmanager
def ends_like_ctrl_c() -> Iterator[None]:
    """Stop on a request to end as on Ctrl-C, so that a service manager leaves nothing behind."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, stop)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
