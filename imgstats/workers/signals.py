"""Ctrl-C, the request to end and a closed terminal: held back, or all answered like Ctrl-C."""

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

# What ends a command and is not Ctrl-C. Not every system has a terminal that hangs up.
_ENDS = [getattr(signal, name) for name in ("SIGTERM", "SIGHUP") if hasattr(signal, name)]


@contextmanager
def undisturbed() -> Iterator[None]:
    """Hold Ctrl-C, a request to end and a closed terminal back until the block is through.

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
        for number in (signal.SIGINT, *_ENDS):
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
    """Stop on a request to end, and where the terminal is closed, as on Ctrl-C.

    So neither a service manager nor a lost connection leaves anything behind. A command that was
    told to outlive its terminal, as by nohup, does. Outside the main thread nothing is done.

    Examples
    --------
    >>> try:
    ...     with ends_like_ctrl_c():
    ...         signal.raise_signal(signal.SIGTERM)
    ... except KeyboardInterrupt:
    ...     print("stopped")
    stopped
    """

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    before = {}
    if threading.current_thread() is threading.main_thread():
        ended_by = [each for each in _ENDS if signal.getsignal(each) is not signal.SIG_IGN]
        before = {each: signal.signal(each, stop) for each in ended_by}
    try:
        yield
    finally:
        for each, handler in before.items():
            signal.signal(each, handler)
