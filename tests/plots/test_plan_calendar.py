"""The days of a plan on a line of time: what was drawn, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from itertools import pairwise

import pytest
from matplotlib import rcParams
from matplotlib.dates import date2num
from matplotlib.figure import Figure

from imgstats.errors import InputError
from imgstats.plots import describe_plan_calendar, plan_calendar
from imgstats.strategy.situation import Situation
from imgstats.strategy.timeline.counting import calendar

TODAY = date(2026, 11, 30)
CASES = [
    (TODAY, {"target": 240, "exam_date": "2027-06-15", "step1": "passed"}),
    (TODAY, {"target": 240, "step1": "not taken"}),
    (TODAY, {"step2_ck": 225, "season": 2032}),
    (TODAY, {"target": 240, "exam_date": "2026-12-20", "season": 2027}),
    (TODAY, {"target": 240, "exam_date": "2019-01-15"}),
    (date(2026, 5, 2), {"target": 240, "season": 2027}),
    (date(2026, 7, 1), {"target": 240, "season": 2026}),
]
PHONE, LEAST = 326, 9  # CSS pixels of a figure on a phone 360 wide, and of the smallest letters


def _plan(tables, today, values):
    return calendar(Situation.parse({"group": "non-us-img", **values}, today), tables)


@pytest.fixture(scope="module")
def plan(tables):
    return _plan(tables, *CASES[0])


@pytest.fixture(scope="module")
def ax(plan):
    return plan_calendar(plan)


def _texts(ax):
    return [text.get_text() for text in ax.texts]


def _ends(ax):
    return [
        (bar.get_x(), bar.get_x() + bar.get_width()) for bar in ax.patches if bar.get_width() > 0
    ]


def test_a_period_is_pale_until_its_latest_begin_and_full_from_there(ax):
    study = [float(date2num(date(*day))) for day in [(2026, 10, 15), (2026, 12, 15), (2027, 6, 15)]]
    assert _ends(ax)[:2] == list(pairwise(study))
    pale, full = ax.patches[:2]
    assert pale.get_alpha() < full.get_alpha() == 1


def test_each_day_of_a_series_is_a_diamond(ax, plan):
    (series,) = [line for line in ax.lines if len(line.get_xdata()) == 4]
    assert list(series.get_xdata()) == [date2num(day) for day in plan.event("practice-tests").days]
    assert series.get_marker() == "D"


def test_today_is_a_line(ax):
    (line,) = [each for each in ax.lines if each.get_linestyle() == "--"]
    assert set(line.get_xdata()) == {date2num(TODAY)}
    assert "today" in _texts(ax)


def test_what_is_not_announced_is_named_below_and_not_drawn(ax, plan):
    below = " ".join(ax.get_xlabel().split())
    for each in plan.unknown:
        assert each.label in below
        assert each.label not in _texts(ax)


@pytest.mark.parametrize(("today", "values"), CASES)
def test_every_text_is_inside_stands_alone_and_is_legible_on_a_phone(tables, today, values):
    ax = plan_calendar(_plan(tables, today, values))
    figure = ax.get_figure()
    assert isinstance(figure, Figure)
    figure.draw_without_rendering()
    width, height = figure.get_size_inches() * figure.dpi
    texts = [*ax.texts, ax.xaxis.label]
    boxes = sorted((each.get_window_extent() for each in texts), key=lambda box: -box.y1)
    for box in boxes:
        assert -1 <= box.x0 < box.x1 <= width + 1
        assert -1 <= box.y0 < box.y1 <= height + 1
    for upper, lower in pairwise(boxes):
        assert lower.y1 <= upper.y0 + 1 or lower.x1 <= upper.x0 or upper.x1 <= lower.x0
    for each in texts:
        # Points of 72 to an inch, on a page that shows the figure as wide as the phone.
        assert float(each.get_fontsize()) / 72 / figure.get_size_inches()[0] * PHONE >= LEAST - 0.25


def test_what_is_long_past_is_named_and_does_not_press_the_rest_together(tables):
    plan = _plan(tables, *CASES[4])
    ax = plan_calendar(plan)
    assert ax.get_xlim()[0] > date2num(date(2026, 1, 1))
    assert "Step 2 CK (15 January 2019)" in " ".join(ax.get_xlabel().split())


def test_the_description_has_every_day_that_is_drawn(plan):
    words = describe_plan_calendar(plan)
    for each in plan.events:
        assert each.label in words
        assert each.earliest is None or each.when in words
    assert "Not announced, so not drawn" in words


def test_a_plan_without_days_is_refused(plan):
    with pytest.raises(InputError, match="no day of the 2028 season's plan can be drawn"):
        plan_calendar(replace(plan, events=()))


def test_it_draws_on_given_axes_and_leaves_the_look_alone(plan):
    before = dict(rcParams)
    ax = Figure().add_subplot()
    assert plan_calendar(plan, ax=ax) is ax
    assert dict(rcParams) == before
