"""Ctrl-C and the request to end: held back for a while, or one answered like the other."""

from __future__ import annotations

import signal
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    Handler = Callable[[int, FrameType | None], object]

__all__ = ["ends_like_ctrl_c", "undisturbed"]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold Ctrl-C and a request to end back until the block is through.

    The second of them is not held back, so that a block that hangs can be left. Outside the main
    thread, which alone hears signals, nothing is done.

    Examples
    --------
    >>> done = []
    >>> try:
    ...     with undisturbed():
    ...         signal.raise_signal(signal.SIGINT)
    ...         done.append("all of it")
    ... except KeyboardInterrupt:
    ...     print(done)
    ['all of it']
    """
    before: dict[int, Handler] = {}
    held: list[tuple[int, FrameType | None]] = []

    def put_back() -> None:
        for each, handler in before.items():
            signal.signal(each, handler)

    def hold(number: int, frame: FrameType | None) -> None:
        held.append((number, frame))
        put_back()

    if threading.current_thread() is threading.main_thread():
        for number in (signal.SIGINT, signal.SIGTERM):
            handler = signal.getsignal(number)
            if callable(handler):  # what the system does, or nothing, stays
                before[number] = handler
                signal.signal(number, hold)
    try:
        yield
    finally:
        put_back()
        for each, frame in held:
            before[each](each, frame)


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
