"""The form served by the command, and a browser for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from contextlib import contextmanager

import pytest

from tests.browsing import visits
from tests.patience import PATIENCE


@contextmanager
def serving(*command, address="http://127.0.0.1:"):
    """Give the address that a command prints; it is stopped by Ctrl-C afterwards."""
    process = subprocess.Popen(
        [sys.executable, *command],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert process.stdout is not None
        found = process.stdout.readline().strip()
        assert found.startswith(address), process.communicate()
        yield found
        os.kill(process.pid, signal.SIGINT)
        _, said = process.communicate(timeout=PATIENCE)
        assert (process.returncode, said) == (0, "")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()


@pytest.fixture(scope="session")
def served():
    """Return the address of the form."""
    with serving("-m", "imgstats", "app", "--port", "0") as address:
        yield address


@pytest.fixture
def visit(chromium, served):
    """Return a function that opens the form as a new visitor; only errors of the console count."""
    with visits(chromium, hears=lambda message: message.type == "error") as go:

        def come(width=1440, scheme="light"):
            page = go(served, width, color_scheme=scheme)
            page.set_default_timeout(PATIENCE * 1000)
            page.locator(".hero").wait_for()
            return page

        yield come
