"""The real score from practice tests: what was drawn, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.figure import Figure

from imgstats.plots import describe_readiness, readiness_distribution
from imgstats.strategy.practice_file import PracticeTest, PracticeTests
from imgstats.strategy.readiness.assess import readiness
from imgstats.strategy.readiness.forms import form_of
from imgstats.strategy.readiness.records import Sitting

SITTING = Sitting(target=(245, 250), exam_date=date(2027, 6, 15), today=date(2026, 11, 30))


def _found(tables, *scores, sitting=SITTING, exam="step2_ck"):
    tests = tuple(
        PracticeTest(line=at, day=date(2026, 10, at), form=form_of(f"NBME {at}"), score=score)
        for at, score in enumerate(scores, 1)
    )
    return readiness(sitting, PracticeTests(tests=tests), tables, exam=exam)


@pytest.fixture
def found(tables):
    return _found(tables, 231.0, 238.0, 243.0)


def _legend(ax):
    return [text.get_text() for text in ax.get_legend().get_texts()]


def _dots(ax):
    (dots,) = [line for line in ax.lines if line.get_marker() == "o"]
    return dots


def test_dots_lie_at_the_scores_the_newest_on_top(found):
    dots = _dots(readiness_distribution(found))
    assert list(dots.get_xdata()) == [243, 238, 231]
    heights = list(dots.get_ydata())
    assert heights == sorted(heights, reverse=True)
    assert max(heights) < 0


def test_both_intervals_are_shaded_and_named(found):
    ax = readiness_distribution(found)
    ends = sorted((box.x0, box.x1) for box in (
        each.get_paths()[0].get_extents() for each in ax.collections))  # fmt: skip
    outlook = found.outlook
    assert ends[0] == pytest.approx((outlook.low_90, outlook.high_90))
    assert ends[1] == pytest.approx((outlook.low_50, outlook.high_50))
    named = " ".join(_legend(ax))
    assert f"90 %: {outlook.low_90:.0f} to {outlook.high_90:.0f}" in named


@pytest.mark.parametrize("target", [(245, 245), (219, 219), (218, 218), (200, 200), (300, 300)])
@pytest.mark.parametrize("score", [150.0, 230.0, 290.0])
def test_no_name_lies_on_another_or_outside(tables, target, score):
    sitting = replace(SITTING, target=target)
    ax = readiness_distribution(_found(tables, score, score, sitting=sitting))
    assert {text.get_text() for text in ax.texts} == {"pass 218", f"target {target[0]}"}
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    one, other = (text.get_window_extent() for text in ax.texts)
    assert not one.overlaps(other)
    inside = ax.get_window_extent()
    assert all(inside.x0 <= box.x0 < box.x1 <= inside.x1 for box in (one, other))


def test_a_single_form_has_no_second_curve(tables):
    found = _found(tables, 240.0)
    assert "alike" not in " ".join(_legend(readiness_distribution(found)))
    assert "alike" not in describe_readiness(found)


def test_without_a_distribution_nothing_is_drawn(tables):
    found = _found(tables, 70.0, exam="step1")
    for face in (readiness_distribution, describe_readiness):
        with pytest.raises(ValueError, match="refusal"):
            face(found)


def test_it_draws_on_the_axes_it_is_given_and_keeps_nothing(found):
    before, axes = dict(rcParams), Figure().add_subplot()
    assert readiness_distribution(found, ax=axes) is axes
    assert plt.get_fignums() == []
    assert dict(rcParams) == before


def test_the_words_hold_every_test_and_line(found):
    words = describe_readiness(found)
    assert "NBME 1 231, NBME 2 238 and NBME 3 243" in words
    assert "Lines mark pass at 218 and target at 245." in words


def test_contradictory_forms_are_drawn_by_how_far_they_lie_apart(tables):
    contrary = _found(tables, 205.0, 250.0, 252.0)
    assert contrary.by_spread is not None
    low, high = contrary.by_spread.low_90, contrary.by_spread.high_90
    assert f"90 %: {low:.0f} to {high:.0f}" in " ".join(_legend(readiness_distribution(contrary)))
    ax = readiness_distribution(contrary)
    assert max(np.max(np.asarray(line.get_ydata())) for line in ax.lines[:2]) < ax.get_ylim()[1]
    words = describe_readiness(contrary)
    assert f"by how far the forms lie apart, around {contrary.by_spread.mean:.0f}" in words
    assert f"90 % interval {low:.0f} to {high:.0f}" in words
    assert "A narrower dashed curve" in words
