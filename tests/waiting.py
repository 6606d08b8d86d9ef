"""Waiting for what must happen: an event, and never a time."""

from __future__ import annotations

import time

from tests.patience import PATIENCE


def until(condition, command=None):
    """Wait until a condition holds; fail at once where a command ended without it."""
    end = time.monotonic() + PATIENCE
    while not condition():
        if command is not None and command.poll() is not None and not condition():
            raise AssertionError(f"it ended before that: {command.communicate()}")
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
