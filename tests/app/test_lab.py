"""JupyterLab as the command starts it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request

import pytest

from tests.patience import PATIENCE

pytestmark = [pytest.mark.slow]


def _address(lines):
    found = (re.search(r"http://127\.0\.0\.1:\d+/lab\?token=\w+", line) for line in lines)
    return next(filter(None, found)).group()


def _answer(address):
    """Return what stands there; JupyterLab prints its address before it listens."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=PATIENCE) as answer:  # noqa: S310  its own
                return answer.read().decode()
        except urllib.error.HTTPError:
            raise
        except urllib.error.URLError:
            assert time.monotonic() < end
            time.sleep(0.1)


def test_jupyterlab_answers_at_the_address_that_it_prints(tmp_path):
    own = {f"JUPYTER_{each}_DIR": str(tmp_path / each) for each in ("CONFIG", "DATA", "RUNTIME")}
    # A container's tests may run as root.
    words = ["lab", str(tmp_path / "own"), "--no-browser", "--allow-root"]
    command = subprocess.Popen(
        [sys.executable, "-m", "imgstats", *words],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        env={**os.environ, **own},
        start_new_session=True,
    )
    try:
        assert command.stderr is not None
        page = _answer(_address(command.stderr))
        assert "<title>JupyterLab</title>" in page
        assert str(tmp_path / "own") in page
    finally:
        os.killpg(command.pid, signal.SIGTERM)
        command.communicate(timeout=PATIENCE)
