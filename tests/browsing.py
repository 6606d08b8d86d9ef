"""Pages in a real browser: how it starts, how a page is opened and heard, what axe says of it."""

from __future__ import annotations

from contextlib import contextmanager

import pytest

from tests.printing.browsers import the_browser

WIDTHS = (360, 768, 1440)
_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


@pytest.fixture(scope="module")
def chromium():
    """Return a headless browser; without one, skip, or fail where one is required."""
    found = the_browser()
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=_ARGUMENTS)
        yield browser
        browser.close()


@contextmanager
def visits(browser, hears=lambda _: True):
    """Give a function that opens an address, each time as a new visitor.

    What the page asked for stands on it as ``asked``, what it said as ``said``; `hears` tells which
    messages of the console count.
    """
    contexts = []

    def go(address, width=1440, **options):
        size = {"width": width, "height": 900}
        contexts.append(browser.new_context(viewport=size, **options))
        page = contexts[-1].new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("websocket", lambda socket: page.asked.append(socket.url))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.on("console", lambda said: page.said.append(said.text) if hears(said) else None)
        page.goto(address)
        page.wait_for_load_state("load")
        return page

    try:
        yield go
    finally:
        for context in contexts:
            context.close()


def violations(page, **options):
    """Return what axe finds on a page, each with the place and what is to be done."""
    from axe_playwright_python.sync_playwright import Axe

    return [
        f"{rule['id']} ({rule['impact']}): {node['html'][:200]} {node['failureSummary'][:300]}"
        for rule in Axe().run(page, **options).response["violations"]
        for node in rule["nodes"]
    ]


def width_of(page):
    """Return how wide the document is."""
    return page.evaluate("document.documentElement.scrollWidth")
