"""Waiting for what must happen: an event, never a time. One limit holds for every wait."""

from __future__ import annotations

import time

# Only what never happens takes so long, however busy the machine is.
LIMIT = 900.0


def until(condition, command=None):
    """Wait until a condition holds; fail at once where a command ended without it."""
    end = time.monotonic() + LIMIT
    while not condition():
        if command is not None and command.poll() is not None and not condition():
            raise AssertionError(f"it ended before that: {command.communicate()}")
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)
