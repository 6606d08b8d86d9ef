"""The forest of specialties: what is drawn, and what is said of it."""

from __future__ import annotations

from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from scipy.special import expit

from imgstats.errors import InputError
from imgstats.estimators.pooled import PooledRate
from imgstats.plots.specialty_forest import describe_specialty_forest, specialty_forest
from imgstats.wording import counted_percent, percent

PREFERRED = "matched to the preferred specialty"


@pytest.fixture(scope="module")
def fitted(tables):
    names = tables.select("counts", match_year="2026", outcome=PREFERRED)["specialty"]
    return PooledRate().fit(
        {name: tables.counts(group="non_us_img", year="2026", specialty=name) for name in names}
    )


@pytest.fixture(scope="module")
def rates(fitted):
    return fitted.rates_


@pytest.fixture(scope="module")
def mean(fitted):
    return float(expit(fitted.mu_))


@pytest.fixture(scope="module")
def in_order(rates):
    return rates.sort_values("pooled_rate", ascending=False)


def draw(*values, **options):
    return specialty_forest(*values, **options)


def line(ax, beginning):
    return next(each for each in ax.lines if each.get_label().startswith(beginning))


def names(ax):
    return [each.get_text() for each in ax.get_yticklabels()]


def test_it_draws_on_the_axes_it_is_given(rates, mean):
    ax = Figure().add_subplot()
    assert draw(rates, mean=mean, ax=ax) is ax


def test_pyplot_keeps_no_figure_and_the_look_stays_inside(rates, mean):
    before = dict(rcParams)
    assert isinstance(draw(rates, mean=mean), Axes)
    assert plt.get_fignums() == []
    assert dict(rcParams) == before


def test_the_highest_is_on_top(rates, mean, in_order):
    ax = draw(rates, mean=mean)
    low, high = ax.get_ylim()
    assert low > high
    assert names(ax)[0].startswith(in_order["name"].iloc[0])


def test_every_specialty_is_named_with_its_applicants(rates, mean, in_order):
    written = [each.replace("\n", " ") for each in names(draw(rates, mean=mean))]
    wanted = [f"{name} ({n:,})" for name, n in zip(in_order["name"], in_order["n"], strict=True)]
    assert written == wanted


def test_no_two_names_overlap(rates, mean):
    ax = draw(rates, mean=mean)
    ax.get_figure().draw_without_rendering()
    boxes = [each.get_window_extent() for each in ax.get_yticklabels()]
    gaps = [above.y0 - below.y1 for above, below in pairwise(boxes)]
    assert min(gaps) > 0


def test_both_marks_stand_at_their_rates(rates, mean, in_order):
    ax = draw(rates, mean=mean)
    assert list(line(ax, "own").get_xdata()) == in_order["rate"].tolist()
    assert list(line(ax, "leaning").get_xdata()) == in_order["pooled_rate"].tolist()


def test_both_intervals_are_drawn(rates, mean, in_order):
    own, pooled = draw(rates, mean=mean).collections
    for drawn, columns in (
        (own, ["rate_low", "rate_high"]),
        (pooled, ["pooled_low", "pooled_high"]),
    ):
        segments = [each[:, 0].tolist() for each in drawn.get_segments()]
        assert segments == in_order[columns].to_numpy().tolist()


def test_the_two_marks_do_not_cover_each_other(rates, mean):
    ax = draw(rates, mean=mean)
    heights = np.asarray(line(ax, "leaning").get_ydata()) - np.asarray(line(ax, "own").get_ydata())
    assert (heights > 0.3).all()


def test_the_mean_is_a_line(rates, mean):
    drawn = line(draw(rates, mean=mean), "mean of all")
    assert set(drawn.get_xdata()) == {mean}
    assert percent(mean) in drawn.get_label()


def test_the_marks_differ_without_colour(rates, mean):
    ax = draw(rates, mean=mean)
    assert line(ax, "own").get_marker() != line(ax, "leaning").get_marker()


def test_more_specialties_make_a_higher_figure(rates, mean):
    heights = [
        draw(part, mean=mean).get_figure().get_figheight() for part in (rates.iloc[:5], rates)
    ]
    assert heights[0] < heights[1]


def test_a_rate_that_is_not_published_says_so(rates, mean):
    hidden = rates.copy()
    hidden.loc[3, ["rate", "rate_low", "rate_high"]] = np.nan
    ax = draw(hidden, mean=mean)
    assert [each.get_text() for each in ax.texts] == ["own rate not published"]
    assert f"{rates['name'][3]} " in describe_specialty_forest(hidden, mean=mean)
    assert "own not published of" in describe_specialty_forest(hidden, mean=mean)


def test_both_axes_are_labelled(rates, mean):
    ax = draw(rates, mean=mean)
    assert ax.get_xlabel() == "match rate with 95 % interval"
    assert ax.get_ylabel() == "specialty (applicants)"


@pytest.mark.parametrize("function", [specialty_forest, describe_specialty_forest])
def test_a_missing_column_is_named(function, rates, mean):
    with pytest.raises(InputError, match="no column pooled_rate"):
        function(rates.drop(columns="pooled_rate"), mean=mean)


@pytest.mark.parametrize("function", [specialty_forest, describe_specialty_forest])
def test_a_forest_of_nobody_is_refused(function, rates, mean):
    with pytest.raises(InputError, match="no row; allowed: at least one row"):
        function(rates.iloc[:0], mean=mean)


@pytest.mark.slow
def test_two_drawings_are_alike_to_the_byte(rates, mean, tmp_path):
    for name in ("a.png", "b.png"):
        figure = draw(rates, mean=mean).get_figure()
        figure.savefig(tmp_path / name, metadata={"Software": None})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_words_hold_every_specialty(rates, mean):
    words = describe_specialty_forest(rates, mean=mean)
    assert f"The mean of all is {percent(mean)}" in words
    for row in rates.to_dict("records"):
        assert f"{row['name']} {percent(row['pooled_rate'])} (" in words
        assert f"own {counted_percent(row['rate'])} of {row['n']:,}" in words
