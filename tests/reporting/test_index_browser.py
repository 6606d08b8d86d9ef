"""The index page of a cohort in a real browser, with the network off."""

from __future__ import annotations

from functools import partial

import pytest

from imgstats.reporting.cohort.index import index_page
from imgstats.reporting.page import render_page
from tests.browsing import WIDTHS, violations, visits, width_of
from tests.common import run_forked
from tests.looks import SCHEMES, found_in_all_looks, looks
from tests.reporting.index_cases import CASES, EVIL, MADE_ON, made, mixed
from tests.reporting.small_notebooks import notebook_of

pytestmark = [pytest.mark.browser, pytest.mark.slow]

IDS = [each.id for each in mixed()]


@pytest.fixture(scope="module")
def addresses(made_index):
    """Return a function that gives the address of a case's page."""
    return lambda name: made_index(name)[1].as_uri()


@pytest.fixture
def opened(chromium, addresses):
    """Return a function that opens a case's page anew without a network."""
    with visits(chromium) as go:
        yield lambda name="mixed", width=1440, **options: go(
            addresses(name), width, offline=True, **options
        )


@pytest.fixture(scope="module")
def looked(chromium, addresses):
    """Return a function that shows a case's page to tests that leave it as it was."""
    with looks(chromium) as look:
        yield lambda name="mixed", width=1440, **options: look(
            addresses(name), width, offline=True, **options
        )


@pytest.fixture
def searched(looked):
    """Return a function that gives the ids and words that a search shows."""
    pages = set()

    def search(name, typed):
        pages.add(page := looked(name))
        page.fill("#search", typed)
        return _shown(page), page.inner_text("#shown")

    yield search
    for page in pages:
        page.fill("#search", "")


def _shown(page):
    """Return the ids of the rows that are seen, in their order."""
    return page.evaluate(
        "[...document.querySelectorAll('#applicants tbody tr')].filter(r => r.offsetParent)"
        ".map(r => r.cells[0].querySelector('bdi')?.textContent ?? '')"
    )


def _head(page, words):
    return page.locator("#applicants thead th").filter(has_text=words)


def _sorted(key):
    """Return the ids in the order of a field, rows without it last, both in file order."""
    known = [each for each in mixed() if getattr(each, key) is not None]
    rest = [each.id for each in mixed() if getattr(each, key) is None]
    up = [each.id for each in sorted(known, key=lambda each: getattr(each, key))]
    down = [each.id for each in sorted(known, key=lambda each: -getattr(each, key))]
    return up + rest, down + rest


@pytest.mark.parametrize("name", ["mixed", "hostile", "failed", "bad", "nobody"])
def test_the_page_asks_for_nothing_and_says_nothing(opened, addresses, name):
    page = opened(name)
    if name != "nobody":
        page.fill("#search", "a")
        page.locator("thead button").first.click()
    assert [url for url in page.asked if not url.startswith("data:")] == [addresses(name)]
    assert page.said == []


@pytest.mark.parametrize("name", ["mixed", "hostile", "bad", "labelled"])
def test_axe_finds_no_violation(opened, name):
    page = opened(name)
    _head(page, "Band").first.locator("button").click()
    assert found_in_all_looks(page) == []


@pytest.mark.parametrize("name", CASES)
def test_the_document_never_scrolls_sideways(looked, name):
    assert [width for width in WIDTHS if width_of(looked(name, width)) > width] == []


SEARCHES = {
    "a-1": ["A-10"],
    "zoe": ["Zoë"],
    "ZOË": ["Zoë"],
    "dermatology borrowed": ["A-5"],
    "bad row": ["A-9", ""],
    "nobody at all": [],
    "   ": IDS,
}


def test_search_shows_the_rows_that_hold_all_words(searched):
    wanted = {
        typed: (ids, f"{len(ids)} of {len(IDS)} shown{'' if ids else '; no row has all of this'}")
        for typed, ids in SEARCHES.items()
    }
    assert {typed: searched("mixed", typed) for typed in SEARCHES} == wanted


US, NON_US = ["U-1", "U-2"], ["N-1", "N-2", "N-3"]
OF_GROUPS = {
    "us img": US,
    "US-IMG": US,
    "us_img": US,
    "us": ["N-1", *US],
    "us im": ["N-1", *US],  # as long as the name of the group is not whole
    "non-us img": NON_US,
    "Non US IMG": NON_US,
    "non_us_img": NON_US,
    "non us": NON_US,
    "img": [*NON_US, *US],
    "us img pediatrics": ["U-2"],
    "medicine us img": ["U-1"],
    "non-us img usha": ["N-1"],
    "us img usha": [],
    "gomez": ["U-1"],
    "小明": ["N-2"],
    "non": [*NON_US, "U-2"],
    "233": ["N-3", "U-2"],
    "edicine": [],
    "<b>": ["U-2"],
}


def test_search_is_by_words_and_knows_the_groups(searched):
    assert {typed: searched("labelled", typed)[0] for typed in OF_GROUPS} == OF_GROUPS


def test_search_works_by_keyboard_alone(opened):
    page = opened("labelled")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search":
            break
    page.keyboard.type("us img")
    assert _shown(page) == US
    page.keyboard.press("Escape")
    assert _shown(page) == [*NON_US, *US]
    assert page.input_value("#search") == ""
    page.keyboard.press("Tab")  # into the table, whose links and heads follow
    assert page.evaluate("document.activeElement.id") != "search"


def test_what_a_search_does_is_said_where_there_is_a_search(looked):
    assert looked("labelled").is_visible("#search-help")
    assert not looked("labelled", java_script_enabled=False).is_visible("#search-help")


def test_a_label_stands_beside_the_id_as_it_was_given(looked):
    page = looked("labelled")
    cell = page.locator("#applicants tbody th").nth(4)
    assert cell.locator(".person").inner_text() == "Ana <b>Non</b>"
    assert cell.locator("b").count() == 0


def test_the_last_run_is_told_by_id(looked):
    page = looked("labelled")
    said = page.locator(".since li").all_inner_texts()
    assert said == ["1 new: N-1", "1 with the same values, made again for other data: U-1"]
    assert looked("one").inner_text(".since p") == "Nobody is new, changed or gone."
    assert looked().locator(".since").count() == 0


def test_a_long_list_of_ids_is_folded_and_is_text(opened):
    page = opened("hostile")
    page.click(".since summary")
    assert page.locator(".since details bdi").all_text_contents() == EVIL
    assert page.locator(".since").evaluate("e => e.querySelectorAll('script, img, a').length") == 0


def test_the_number_shown_is_announced(looked):
    assert looked().get_attribute("#shown", "role") == "status"


SORTED = {
    "Step 2 CK": "step2_ck",
    "Band": "band_low",
    "Rate of the band": "band_rate",
    "Rate at the score": "rate",
}


def test_numbers_sort_as_numbers_with_the_missing_last(opened):
    page, misfits = opened(), []
    for words, key in SORTED.items():
        head = _head(page, words).first
        up, down = _sorted(key)
        for state, wanted in (("ascending", up), ("descending", down), (None, IDS)):
            head.locator("button").click()
            shown, sort = _shown(page), head.get_attribute("aria-sort")
            count = page.locator("#applicants th[aria-sort]").count()
            if (shown, sort, count) != (wanted, state, 0 if state is None else 1):
                misfits.append((words, state, shown, sort, count))
    assert misfits == []


def test_names_sort_by_the_numbers_in_them(opened):
    page = opened()
    _head(page, "Applicant").locator("button").click()
    assert _shown(page) == ["A-2", "A-3", "A-4", "A-5", "A-6", "A-8", "A-9", "A-10", "Zoë", ""]


def test_sorting_keeps_what_the_search_hides_hidden(opened):
    page = opened()
    page.fill("#search", "direct")
    _head(page, "Step 2 CK").locator("button").click()
    assert _shown(page) == ["Zoë", "A-2", "A-10", "A-8", "A-4"]
    assert page.inner_text("#shown") == "5 of 10 shown, by \u201cStep 2 CK\u201d, ascending"


def test_sorting_works_by_keyboard_and_keeps_the_focus(opened):
    page = opened()
    page.focus("#search")
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement.textContent") != "Step 2 CK":
        page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Space")
    assert _shown(page) == _sorted("step2_ck")[1]
    assert page.evaluate("document.activeElement.textContent") == "Step 2 CK"


@pytest.mark.parametrize("name", ["mixed", "hostile"])
def test_without_javascript_the_table_is_whole_and_the_controls_are_hidden(looked, name):
    page = looked(name, java_script_enabled=False)
    assert page.locator("#applicants tbody tr:visible").count() == len(CASES[name]())
    assert not page.locator("#search").is_visible()
    assert page.locator("thead button").count() == 0


def test_the_table_prints_whole_and_the_controls_do_not(opened):
    page = opened(width=680)
    page.fill("#search", "zoe")
    page.emulate_media(media="print")
    assert _shown(page) == IDS
    assert not page.locator("#search").is_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 680


def test_the_box_that_scrolls_can_be_reached_by_keyboard(looked):
    boxes = looked(width=360).evaluate(
        "[...document.querySelectorAll('main *')].filter(e => e.scrollWidth > e.clientWidth + 1"
        " && ['auto', 'scroll'].includes(getComputedStyle(e).overflowX))"
        ".map(e => [e.tabIndex, e.getAttribute('aria-label')])"
    )
    assert boxes == [[0, "Applicants"]]


def test_a_link_leads_beside_the_page(looked, addresses):
    href = looked().locator("#applicants tbody a").first.evaluate("a => a.href")
    assert href == addresses("mixed").rsplit("/", 1)[0] + "/reports/2.html"


def test_thousands_of_rows_are_sorted_and_searched_whole(
    chromium, tmp_path, forking, write_summary
):
    rows = [made(f"P-{n}", n, "non_us_img", 228 + n % 3) for n in range(2000)]
    summary, place = write_summary(tmp_path, rows), tmp_path / "many.html"
    with forking():
        files = index_page(summary, title="Many", made_on=MADE_ON, run=run_forked)
    place.write_text(files.page, encoding="utf-8")
    page = chromium.new_page()
    page.goto(place.as_uri())
    page.fill("#search", "p-1999")
    assert _shown(page) == ["P-1999"]
    page.fill("#search", "")
    _head(page, "Step 2 CK").locator("button").click()
    assert _shown(page) == [f"P-{n}" for n in sorted(range(2000), key=lambda n: n % 3)]
    page.close()


# --- from a page back to the index


@pytest.fixture
def batch_page(chromium, tmp_path):
    """Return a page of a batch in a browser without network, its index beside the folder."""
    notebook = notebook_of("print('a page')")
    render = partial(render_page, title="A page", made_on="1 November 2026", version="1")
    (tmp_path / "reports").mkdir()
    place = tmp_path / "reports" / "k.html"
    place.write_text(render(notebook, index="../index.html"), encoding="utf-8")
    (tmp_path / "index.html").write_text("<title>The index</title>", encoding="utf-8")
    assert "nav" not in render(notebook)  # a report by itself has no index
    context = chromium.new_context(offline=True)
    page = context.new_page()
    page.goto(place.as_uri())
    yield page
    context.close()


def test_the_first_tab_leads_back_to_the_index(batch_page):
    batch_page.keyboard.press("Tab")
    batch_page.keyboard.press("Enter")
    batch_page.wait_for_url("**/index.html")
    assert batch_page.title() == "The index"


def test_the_way_back_is_not_printed(batch_page):
    assert batch_page.is_visible(".back")
    batch_page.emulate_media(media="print")
    assert not batch_page.is_visible(".back")


def test_axe_finds_no_violation_in_the_way_back(batch_page):
    for scheme in SCHEMES:
        batch_page.emulate_media(color_scheme=scheme)
        assert violations(batch_page, context=".back") == [], scheme
