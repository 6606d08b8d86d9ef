"""The form served by the command, and a browser for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.browsing import visits
from tests.patience import PATIENCE


@pytest.fixture(scope="session")
def served():
    """Return the address that the command printed; it is stopped by Ctrl-C afterwards."""
    command = subprocess.Popen(
        [sys.executable, "-m", "imgstats", "app", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        assert command.stdout is not None
        address = command.stdout.readline().strip()
        assert address.startswith("http://127.0.0.1:"), command.communicate()
        yield address
        os.kill(command.pid, signal.SIGINT)
        _, said = command.communicate(timeout=PATIENCE)
        assert (command.returncode, said) == (0, "")
    finally:
        if command.poll() is None:
            os.killpg(command.pid, signal.SIGKILL)
            command.communicate()


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
