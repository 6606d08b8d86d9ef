"""The page in a real browser, with the network off."""

from __future__ import annotations

import pytest

from tests.browsing import visits, width_of
from tests.looks import found_in_all_looks, looks
from tests.reporting.page_text import soup

pytestmark = [pytest.mark.browser, pytest.mark.slow]

PLANS = ["plan_files", "plan_hostile_files"]
REPORTS = ["non_us_files", "us_files", "hostile_files"]


@pytest.fixture(scope="module", params=[*REPORTS, *PLANS])
def address(request):
    return request.getfixturevalue(request.param).page.resolve().as_uri()


@pytest.fixture(scope="module")
def looked(chromium, address):
    """Return a function that shows the page without a network to tests that alter nothing."""
    with looks(chromium) as look:
        yield lambda width=1440, **options: look(address, width, offline=True, **options)


@pytest.fixture
def opened(chromium, address):
    """Return a function that opens the page anew without a network."""
    with visits(chromium) as go:
        yield lambda width=1440, **options: go(address, width, offline=True, **options)


def test_the_page_asks_for_nothing_but_itself_and_says_nothing(looked, address):
    page = looked()
    assert [url for url in page.asked if not url.startswith("data:")] == [address]
    assert page.said == []


def test_axe_finds_no_violation_and_the_document_never_scrolls_sideways(looked):
    assert found_in_all_looks(looked()) == []


def test_every_picture_is_shown(looked):
    sizes = looked(360).evaluate("[...document.images].map(i => [i.naturalWidth, i.clientWidth])")
    assert sizes
    assert all(natural > 0 and 200 < shown <= 360 for natural, shown in sizes)


def test_scrolling_boxes_can_be_reached_by_keyboard(looked):
    boxes = looked(360).evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))"
        ".map(e => [e.tabIndex, e.getAttribute('aria-label')])"
    )
    assert all(tab == 0 and label for tab, label in boxes)


def test_captions_stay_on_the_screen_beside_tables_that_scroll(opened):
    page = opened(360)
    page.evaluate("document.querySelectorAll('details').forEach(each => { each.open = true; })")
    ends = page.evaluate(
        "[...document.querySelectorAll('.scroll')].map(each => { each.scrollLeft = 30;"
        " const box = each.querySelector('caption').getBoundingClientRect();"
        " return [box.left, box.right]; })"
    )
    assert ends
    assert all(left >= 0 and right <= 360 for left, right in ends)


@pytest.mark.parametrize("address", REPORTS, indirect=True)
def test_the_yearly_figures_are_printed_though_folded_on_the_screen(looked):
    page = looked()
    assert (
        page.locator("table.years").bounding_box() is None
        or not page.locator("table.years").is_visible()
    )
    page.emulate_media(media="print")
    assert page.locator("table.years").is_visible()


def test_nothing_is_cut_off_in_print(looked):
    page = looked(700)  # about the text width of A4 in CSS pixels
    page.emulate_media(media="print")
    assert width_of(page) <= 700


def test_the_text_is_the_same_without_javascript(looked):
    text = looked(java_script_enabled=False).inner_text("main")
    assert text == looked().inner_text("main")
    assert len(text) > 3000


@pytest.mark.parametrize("address", REPORTS, indirect=True)
def test_the_yearly_figures_unfold_by_keyboard_without_javascript(opened):
    page = opened(java_script_enabled=False)
    for at, table in enumerate(("table.years", "table.states")):
        page.locator("summary").nth(at).focus()
        page.keyboard.press("Enter")
        assert page.locator(table).is_visible()


def test_a_source_link_leads_to_its_source(opened):
    page = opened()
    link = page.locator("sup.refs a").first
    target = link.get_attribute("href")
    link.click()
    assert page.url.endswith(target)
    assert page.locator(target).is_visible()


def test_the_hostile_label_runs_nothing(chromium, hostile_files):
    context = chromium.new_context(offline=True)
    page = context.new_page()
    alerts = []

    def note(dialog):
        alerts.append(dialog.message)
        dialog.dismiss()

    page.on("dialog", note)
    page.goto(hostile_files.page.resolve().as_uri())
    page.hover("p.label")
    assert alerts == []
    assert (
        page.inner_text("p.label")
        == soup(hostile_files.page.read_bytes()).select_one("p.label").get_text()
    )
    context.close()
