"""Programs that pretend to be a browser, and where the real one is."""

from __future__ import annotations

import os

import pytest

from imgstats.errors import WorkError
from imgstats.printing.browser import find_browser

# Nothing is answered; what the line says is never read.
HANGS = "exec sleep 600"
# Each program that ends notes that it was started, see `starts`.
_NOTES = 'echo >>"$0.starts"'
DIES = f"{_NOTES}; echo 'no display' >&2; exit 3"
# Answers everything as Chromium does and dies where it shall print.
DIES_AT_THE_PAGE = f"""{_NOTES}; exec python3 -c '
import json, os
buffer = b""
while piece := os.read(3, 65536):
    buffer += piece
    while b"\\0" in buffer:
        message, _, buffer = buffer.partition(b"\\0")
        asked = json.loads(message)
        if asked["method"] == "Page.navigate":
            raise SystemExit(7)
        result = dict(targetId="t", sessionId="s")
        os.write(4, json.dumps(dict(id=asked["id"], result=result)).encode() + b"\\0")
'"""
# As the one before, but the first time it dies at its start.
DIES_AT_FIRST = f'[ -e "$0.starts" ] || {{ {_NOTES}; exit 134; }}; {DIES_AT_THE_PAGE}'


def script(folder, body):
    """Write a program of the shell and return its path."""
    path = folder / "browser"
    path.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    path.chmod(0o700)
    return path


def starts(folder):
    """Return how often the program of `script` was started."""
    return len((folder / "browser.starts").read_text(encoding="utf-8").splitlines())


def the_browser():
    """Return the browser; without one, skip, or fail where one is required."""
    try:
        return find_browser()
    except WorkError as e:
        if os.environ.get("IMGSTATS_REQUIRE_BROWSER") == "1":
            pytest.fail(str(e))
        pytest.skip(str(e))
