"""The fragment of a plan's days: it shows the record, escapes it, and has no figure of its own."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from importlib.resources import files

import pytest
from jinja2 import ChoiceLoader, PackageLoader

from imgstats.reporting.fragments import _environment
from imgstats.strategy.situation import Situation
from imgstats.strategy.timeline.counting import calendar
from tests.reporting.page_text import soup

PLACE = files("imgstats.reporting") / "templates" / "plan" / "calendar.html.j2"


@pytest.fixture(scope="module")
def plan(tables):
    values = {"group": "non-us-img", "target": 240, "exam_date": "2027-06-15"}
    return calendar(Situation.parse(values, date(2026, 11, 30)), tables)


def _page(plan):
    folders = [
        PackageLoader("imgstats.reporting", f"templates/{each}") for each in ("sections", "plan")
    ]
    environment = _environment().overlay(loader=ChoiceLoader(folders))
    numbered = {key: place for place, key in enumerate(plan.sources, 1)}
    return environment.get_template("calendar.html.j2").render(
        calendar=plan, said=set(), source_number=numbered.__getitem__
    )


def test_it_shows_every_sentence_event_and_need(plan):
    text = " ".join(soup(_page(plan)).get_text(" ").split())
    for sentence in plan.sentences:
        assert sentence in text
    for event in plan.events:
        assert event.label in text
    for event in plan.not_known:
        assert event.note in text
    for choice in plan.choices:
        for each in (*choice.needs, *choice.reasons, *choice.decisions):
            assert each.text in text


def test_days_are_in_the_table_and_what_is_not_announced_below_it(plan):
    page = soup(_page(plan))
    rows = page.select("table.plan-days tbody tr")
    assert len(rows) == sum(event.earliest is not None for event in plan.events)
    assert page.select_one(".scroll[tabindex='0'] table.plan-days")
    assert "In season" not in page.select_one("table.plan-days").get_text()


def test_no_figure_is_typed_into_it():
    words = re.sub(r'</?h[34]>|\.j2|tabindex="0"', "", PLACE.read_text(encoding="utf-8"))
    assert re.findall(r"[0-9]", words) == []


def test_what_is_given_is_escaped(plan):
    bad = replace(plan.events[0], note="<script>alert(1)</script>")
    assert "<script>" not in _page(replace(plan, events=(bad,)))


def test_a_plan_without_unknown_days_has_no_heading_for_them(plan):
    assert "<h3>Not announced" not in _page(replace(plan, unknown=()))
