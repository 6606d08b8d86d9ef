"""The figure of money and rate: what was drawn, and what is said of it."""

from datetime import date

import numpy as np
import pytest
from matplotlib.figure import Figure

from imgstats.errors import InputError
from imgstats.plots import describe_funnel, funnel_range
from imgstats.strategy.funnel import funnel
from imgstats.strategy.situation import Situation
from imgstats.wording import interval_words, thousands


@pytest.fixture(scope="module")
def me():
    return Situation.parse({"group": "non-us-img", "step2_ck": 242}, date(2026, 11, 30))


@pytest.fixture(scope="module")
def found(tables, me):
    return funnel(me, tables, applications=120, level_spread=(0, 0.5))


@pytest.fixture(scope="module")
def ax(found):
    return funnel_range(found)


def _heights(ax, label):
    (band,) = (each for each in ax.collections if each.get_label() == label)
    points = band.get_paths()[0].vertices
    return points[:, 0], points[:, 1]


@pytest.mark.parametrize(("label", "name"), [("assumptions", "rate"), ("interval", "interval")])
def test_both_bands_are_the_record(ax, found, label, name):
    money, heights = _heights(ax, label)
    for row in found.curve:
        here = heights[np.isclose(money, row.cost_usd)]
        assert here.min() == pytest.approx(getattr(row, f"{name}_low"))
        assert here.max() == pytest.approx(getattr(row, f"{name}_high"))


def test_the_strips_begin_where_nothing_more_is_seen(ax, found):
    numbers = [each.applications for each in found.curve]
    money = [each.cost_usd for each in found.curve]
    strips = {each.get_gid(): each for each in ax.patches if each.get_gid()}
    for gid, n in (("unseen-some", found.unseen_low), ("unseen-all", found.unseen_high)):
        assert strips[gid].get_x() == pytest.approx(np.interp(n, numbers, money))


def test_the_own_number_is_marked(ax, found):
    (line,) = (each for each in ax.lines if each.get_gid() == "own")
    row = found.row(120)
    assert list(line.get_xdata()) == [row.cost_usd] * 2
    assert list(line.get_ydata()) == [row.rate_low, row.rate_high]
    assert "120" in [each.get_text() for each in ax.texts]


def test_it_draws_on_the_axes_it_is_given_and_no_line_through_the_middle(tables, me):
    ax = Figure().add_subplot()
    assert funnel_range(funnel(me, tables, level_spread=0), ax=ax) is ax
    assert list(ax.lines) == []


def test_the_words_hold_the_figures(found):
    words, last = describe_funnel(found), found.curve[-1]
    assert thousands(last.cost_usd) in words
    assert interval_words(last.rate_low, last.rate_high) in words
    assert f"begins at {found.unseen_low} applications" in words


def test_without_a_rate_there_is_no_figure(tables):
    us = Situation.parse({"group": "us-img", "step2_ck": 242}, date(2026, 11, 30))
    bare = funnel(us, tables, level_spread=0)
    for draw in (funnel_range, describe_funnel):
        with pytest.raises(InputError, match="no rate for Internal Medicine"):
            draw(bare)
