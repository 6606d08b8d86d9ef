"""The explore page, made once, and opened in a browser without a network."""

from __future__ import annotations

import json
import re

import pytest

from imgstats.explore.page import write_explore
from tests.browsing import visits
from tests.common import made_once
from tests.looks import looks


@pytest.fixture(scope="session")
def page_file(tmp_path_factory):
    """Return the page of all specialties, made once a run."""

    def write(folder):
        folder.mkdir()
        return write_explore(folder / "explore.html")

    return made_once(tmp_path_factory, "explore", write)


@pytest.fixture(scope="session")
def page_data(page_file):
    """Return what the page holds."""
    text = page_file.read_text(encoding="utf-8")
    held = re.search(r'id="explore-data">(.*?)</script>', text, re.DOTALL)
    assert held is not None
    return json.loads(held.group(1))


@pytest.fixture
def opened(chromium, page_file):
    """Return a function that opens the page in a state, without a network."""
    address = page_file.resolve().as_uri()
    with visits(chromium) as go:
        yield lambda state="", width=1440, **options: go(
            address + (f"#{state}" if state else ""), width, offline=True, **options
        )


@pytest.fixture(scope="module")
def looked(chromium, page_file):
    """Return a function that shows the page to tests that leave it as it was."""
    address = page_file.resolve().as_uri()
    with looks(chromium) as look:
        yield lambda state="", width=1440, **options: look(
            address + (f"#{state}" if state else ""), width, offline=True, **options
        )
