"""What is read from a PDF, without a library: its bytes and its streams."""

from __future__ import annotations

import re
import shutil
import subprocess
import zlib

import pytest

STREAM = re.compile(rb"stream\r?\n(.*?)\r?\nendstream", re.DOTALL)


def sheets(data):
    """Return how many sheets a PDF has."""
    return len(re.findall(rb"/Type\s*/Page\b", data))


def size(data):
    """Return width and height of the first sheet, rounded to points."""
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", data)
    assert box is not None
    return tuple(round(float(each)) for each in box.groups())


def inflated(data):
    """Return a PDF with every stream that can be inflated behind it."""
    found = [data]
    for each in STREAM.findall(data):
        try:
            found.append(zlib.decompress(each))
        except zlib.error:
            continue
    return b"\n".join(found)


def words(path):
    """Return the text of each sheet; skips where poppler is not installed."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext")
    done = subprocess.run(
        ["pdftotext", "-layout", path, "-"], capture_output=True, text=True, check=True
    )
    return done.stdout.split("\f")[:-1]
