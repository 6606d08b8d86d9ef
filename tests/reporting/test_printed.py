"""A page on paper: few sheets, and a first one that is complete by itself."""

from __future__ import annotations

import re

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = ("A4", "Letter")
MOST = 6
ALONE = ".contents, .appendix, footer { display: none !important; }"


# A plan without files of one's own, and one with practice tests and programs.
PLANS = {"plan_below_files": 10, "plan_files": 13}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("name", PLANS)
def test_a_plan_prints_on_few_sheets_and_its_first_is_complete(name, size, request, chromium):
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(request.getfixturevalue(name).page.resolve().as_uri())
    assert 2 <= sheets(page, size) <= PLANS[name]
    page.add_style_tag(content=ALONE)
    assert sheets(page, size) == 1
    first = page.inner_text("main")
    context.close()
    for words in ("What to do next", "Where you stand", "Neither is a forecast for one person"):
        assert words in first


@pytest.fixture(params=["non_us_files", "us_files", "refused_files", "hostile_files"])
def page(request, chromium):
    files = request.getfixturevalue(request.param)
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, offline=True)
    page = context.new_page()
    page.goto(files.page.resolve().as_uri())
    yield page
    context.close()


def sheets(page, size):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=size)))


@pytest.mark.parametrize("size", SIZES)
def test_a_report_prints_on_few_sheets(page, size):
    assert 2 <= sheets(page, size) <= MOST


@pytest.mark.parametrize("size", SIZES)
def test_the_answer_with_its_source_fits_the_first_sheet(page, size):
    whole = sheets(page, size)
    page.add_style_tag(content=ALONE)
    assert sheets(page, size) == 1
    assert whole > 1
    first = page.inner_text("main")
    for words in ("What history shows", "What is not known", "Who says so", "It is here as grade"):
        assert words in first


def test_on_paper_no_table_repeats_its_totals_and_nothing_stays_folded(page):
    page.emulate_media(media="print")
    assert page.locator("table.years").is_visible()
    assert page.locator("table.states").is_visible()
    foot = "getComputedStyle(document.querySelector('.states tfoot')).display"
    assert page.evaluate(foot) == "table-row-group"
