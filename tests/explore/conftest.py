"""The explore page, made once, and opened in a browser without a network."""

from __future__ import annotations

import json
import re

import pytest

from imgstats.explore.page import write_explore
from tests.reporting import test_browser

chromium = test_browser.chromium


@pytest.fixture(scope="session")
def page_file(tmp_path_factory):
    """Return the page of all specialties."""
    return write_explore(tmp_path_factory.mktemp("explore") / "explore.html")


@pytest.fixture(scope="session")
def page_data(page_file):
    """Return what the page holds."""
    text = page_file.read_text(encoding="utf-8")
    held = re.search(r'id="explore-data">(.*?)</script>', text, re.DOTALL)
    assert held is not None
    return json.loads(held.group(1))


@pytest.fixture
def opened(chromium, page_file):
    """Return a function that opens the page; what it asked for and said stands on it."""
    contexts = []

    def go(state="", width=1440, **options):
        size = {"width": width, "height": 900}
        context = chromium.new_context(viewport=size, offline=True, **options)
        contexts.append(context)
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto(page_file.resolve().as_uri() + (f"#{state}" if state else ""))
        page.wait_for_load_state("load")
        return page

    yield go
    for context in contexts:
        context.close()
