"""A page on paper: few sheets, and a first one that is complete by itself."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import pytest

from tests.browsing import visits

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SIZES = ("A4", "Letter")
MOST = 6
ALONE = ".contents, .appendix, footer { display: none !important; }"


# A plan without files of one's own, and two with programs.
PLANS = {"plan_below_files": 10, "plan_files": 13, "plan_hostile_files": 13}
REPORTS = ["non_us_files", "us_files", "refused_files", "hostile_files"]


@dataclass(frozen=True)
class Printed:
    """How many sheets a page has by size, whole and its first part alone, and what that says."""

    whole: dict[str, int]
    alone: dict[str, int]
    first: str


@pytest.fixture(scope="module")
def printed(chromium, request):
    """Return a function that prints a page on both sizes, once."""

    @cache
    def prints(name):
        files = request.getfixturevalue(name)
        with visits(chromium) as go:
            page = go(files.page.resolve().as_uri(), offline=True)
            whole = {size: sheets(page, size) for size in SIZES}
            page.add_style_tag(content=ALONE)
            alone = {size: sheets(page, size) for size in SIZES}
            return Printed(whole, alone, page.inner_text("main"))

    return prints


def sheets(page, size):
    return len(re.findall(rb"/Type\s*/Page\b", page.pdf(format=size)))


@pytest.mark.parametrize("name", PLANS)
def test_a_plan_prints_on_few_sheets_and_its_first_is_complete(name, printed):
    found = printed(name)
    assert all(2 <= found.whole[size] <= PLANS[name] for size in SIZES)
    assert set(found.alone.values()) == {1}
    for words in ("What to do next", "Where you stand", "Neither is a forecast for one person"):
        assert words in found.first


@pytest.mark.parametrize("name", REPORTS)
def test_a_report_prints_on_few_sheets(name, printed):
    assert all(2 <= printed(name).whole[size] <= MOST for size in SIZES)


@pytest.mark.parametrize("name", REPORTS)
def test_the_answer_with_its_source_fits_the_first_sheet(name, printed):
    found = printed(name)
    assert set(found.alone.values()) == {1}
    for words in ("What history shows", "What is not known", "Who says so", "It is here as grade"):
        assert words in found.first


@pytest.mark.parametrize("name", REPORTS)
def test_on_paper_no_table_repeats_its_totals_and_nothing_stays_folded(name, request, chromium):
    files = request.getfixturevalue(name)
    with visits(chromium) as go:
        page = go(files.page.resolve().as_uri(), offline=True)
        page.emulate_media(media="print")
        assert page.locator("table.years").is_visible()
        assert page.locator("table.states").is_visible()
        foot = "getComputedStyle(document.querySelector('.states tfoot')).display"
        assert page.evaluate(foot) == "table-row-group"
