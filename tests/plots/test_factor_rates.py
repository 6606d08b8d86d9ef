"""The figure of rates by value of a factor."""

from __future__ import annotations

import numpy as np
import pytest

from imgstats import Applicant
from imgstats.plots import describe_factor_rates, factor_rates
from imgstats.wording import interval_words, percent

NAME = "contiguous ranks"


@pytest.fixture(scope="module")
def ranks(compared):
    return compared(Applicant(group="non_us_img", step2_ck=242, ranks=5)).factor("ranks")


def test_every_rate_is_a_point(ranks):
    ax = factor_rates(ranks, xlabel=NAME, level=0.95)
    drawn = next(line for line in ax.lines if line.get_label() == "match rate")
    assert np.asarray(drawn.get_ydata()).tolist() == [row.rate for row in ranks.rows]
    assert [text.get_text() for text in ax.get_xticklabels()] == [
        row.label.split()[0] for row in ranks.rows
    ]


def test_every_interval_is_a_line(ranks):
    ax = factor_rates(ranks, xlabel=NAME, level=0.95)
    found = [np.asarray(path.vertices)[:, 1] for path in ax.collections[0].get_paths()]
    assert [tuple(each) for each in found] == [(row.low, row.high) for row in ranks.rows]


@pytest.mark.parametrize("value", [1, 5, 20])
def test_the_applicants_value_is_labelled_inside_the_picture(compared, value):
    found = compared(Applicant(group="non_us_img", step2_ck=242, ranks=value)).factor("ranks")
    ax = factor_rates(found, xlabel=NAME, level=0.95)
    (label,) = [text for text in ax.texts if text.get_text()]
    assert label.get_text().endswith(percent(found.rate.rate))
    figure = ax.get_figure(root=True)
    assert figure is not None
    figure.canvas.draw()
    inside, box = figure.bbox, label.get_window_extent()
    assert inside.x0 <= box.x0 < box.x1 <= inside.x1


def test_rates_are_drawn_from_0_to_1(ranks):
    assert factor_rates(ranks, xlabel=NAME, level=0.95).get_ylim() == (0, 1)


def test_the_words_hold_every_figure(ranks):
    words = describe_factor_rates(ranks, xlabel=NAME)
    for row in ranks.rows:
        said = f"{percent(row.rate)} ({interval_words(row.low, row.high)}) for {row.label}"
        assert said in words
