"""The form served by the command, and a browser for it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

from tests.patience import PATIENCE
from tests.reporting import test_browser

chromium = test_browser.chromium


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
    """Return a function that opens the form as a new visitor; requests and errors stand on it."""
    contexts = []

    def go(width=1440, scheme="light"):
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, color_scheme=scheme)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(PATIENCE * 1000)
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("websocket", lambda socket: page.asked.append(socket.url))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on(
            "console",
            lambda message: page.said.append(message.text) if message.type == "error" else None,
        )
        page.goto(served)
        page.locator(".hero").wait_for()
        return page

    yield go
    for context in contexts:
        context.close()
