"""Figures: tested on what was drawn, and on what is said of it."""

from __future__ import annotations

from dataclasses import replace

import matplotlib.pyplot as plt
import pytest
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection
from matplotlib.figure import Figure

from imgstats import Applicant
from imgstats.applicant import GROUPS
from imgstats.comparison.trend import years as trend_years
from imgstats.plots import (
    describe_rate_curve,
    describe_score_distribution,
    describe_trend,
    rate_curve,
    score_distribution,
    trend_lines,
)
from imgstats.wording import counted_percent, percent


def made_outlook(trend):
    return trend_years.outlook(trend)


def draw_rate(comparison, ax=None):
    score, headline = comparison.applicant.step2_ck, comparison.headline
    return rate_curve(comparison.curve, score=score, headline=headline, ax=ax)


def draw_distribution(comparison, ax=None):
    score, place = comparison.applicant.step2_ck, comparison.place
    return score_distribution(comparison.curve, score=score, place=place, ax=ax)


def draw_trend(comparison, ax=None):
    return trend_lines(comparison.trend, ax=ax)


FIGURES = [draw_rate, draw_distribution, draw_trend]


def lines(ax):
    return {line.get_label(): line for line in ax.lines}


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize("draw", FIGURES)
def test_a_figure_draws_on_the_axes_it_is_given(non_us, draw):
    ax = Figure().add_subplot()
    assert draw(non_us, ax) is ax


@pytest.mark.slow
@pytest.mark.parametrize("specialty", ["Internal Medicine", "Family Medicine", "Anesthesiology"])
def test_the_legend_hides_no_words_and_no_curve(compared, specialty):
    for score in range(196, 290, 6):
        applicant = Applicant(group="non_us_img", specialty=specialty, step2_ck=score)
        comparison = compared(applicant)
        for draw in (draw_rate, draw_distribution):
            ax = draw(comparison)
            ax.figure.draw_without_rendering()
            legend = ax.get_legend().get_window_extent()
            assert legend.y0 >= ax.get_window_extent().y1 - 1, (draw, score)
            for text in ax.texts:
                assert not legend.overlaps(text.get_window_extent()), (score, text.get_text())


@pytest.mark.parametrize("draw", FIGURES)
def test_pyplot_keeps_no_figure(non_us, draw):
    assert isinstance(draw(non_us), Axes)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("draw", FIGURES)
def test_the_look_stays_inside(non_us, draw):
    before = dict(rcParams)
    draw(non_us)
    assert dict(rcParams) == before


@pytest.mark.parametrize("draw", FIGURES)
def test_every_axis_is_labelled(non_us, draw):
    ax = draw(non_us)
    assert ax.get_xlabel()
    assert ax.get_ylabel()


@pytest.mark.parametrize("draw", FIGURES)
def test_two_drawings_are_alike_to_the_byte(non_us, draw, tmp_path):
    for name in ("a.png", "b.png"):
        draw(non_us).get_figure().savefig(tmp_path / name, metadata={"Software": None})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_curve_is_drawn_as_it_is(non_us):
    line = lines(draw_rate(non_us))["fitted match rate"]
    assert tuple(line.get_xdata()) == non_us.curve.x
    assert tuple(line.get_ydata()) == non_us.curve.rate


def test_every_other_curve_is_drawn(non_us):
    drawn = [tuple(line.get_ydata()) for line in draw_rate(non_us).lines]
    assert all(rates in drawn for _, rates in non_us.curve.rivals)


def test_the_interval_is_the_shaded_band(non_us):
    band = draw_rate(non_us).collections[0]
    heights = {(round(x), round(y, 9)) for x, y in band.get_paths()[0].vertices}
    for x, low, high in zip(non_us.curve.x, non_us.curve.low, non_us.curve.high, strict=True):
        assert {(x, round(low, 9)), (x, round(high, 9))} <= heights


def test_the_marker_stands_at_the_score(non_us):
    markers = [line for line in draw_rate(non_us).lines if line.get_marker() == "o"]
    assert [(m.get_xdata()[0], m.get_ydata()[0]) for m in markers] == [(242, non_us.headline.rate)]


def test_the_whole_groups_rate_is_a_line(non_us):
    line = lines(draw_rate(non_us))["whole group, counted"]
    assert set(line.get_ydata()) == {3392 / 6992}


def test_the_marked_rate_is_written(non_us):
    assert f"242: {percent(non_us.headline.rate)}" in texts(draw_rate(non_us))


def test_the_legend_names_what_is_drawn(non_us):
    named = [text.get_text() for text in draw_rate(non_us).get_legend().get_texts()]
    assert named == ["95 % interval", "other curves", "fitted match rate", "whole group, counted"]


def test_a_borrowed_curve_says_so(us):
    named = [text.get_text() for text in draw_rate(us).get_legend().get_texts()]
    assert named == ["95 % interval", "borrowed match rate", "whole group, borrowed"]


@pytest.mark.parametrize("score", [100, 209, 284, 300])
def test_a_score_at_or_past_the_end_is_inside_the_picture(compared, score):
    ax = draw_rate(compared(Applicant(group="non_us_img", step2_ck=score)))
    low, high = ax.get_xlim()
    assert low <= score <= high


def test_rates_are_drawn_from_0_to_1(non_us):
    assert draw_rate(non_us).get_ylim() == (0, 1)
    assert draw_trend(non_us).get_ylim() == (0, 1)


def test_both_distributions_are_drawn_as_they_are(non_us):
    found = lines(draw_distribution(non_us))
    assert tuple(found["matched"].get_ydata()) == non_us.curve.density_matched
    assert tuple(found["did not match"].get_ydata()) == non_us.curve.density_not_matched


def test_the_score_is_a_line_among_the_distributions(non_us):
    drawn = [list(line.get_xdata()) for line in draw_distribution(non_us).lines]
    assert [242, 242] in drawn


def test_both_places_are_written(non_us):
    (words,) = texts(draw_distribution(non_us))
    assert f"above {percent(non_us.place.matched)} of matched" in words
    assert f"{percent(non_us.place.not_matched)} of not matched" in words


@pytest.mark.parametrize("group", GROUPS)
def test_the_yearly_rates_are_drawn_and_named(non_us, group):
    known = [
        (int(row.match_year), rate)
        for row in non_us.trend.rows
        if (rate := getattr(row, f"{group}_rate")) is not None
    ]
    ax = draw_trend(non_us)
    drawn = [list(zip(line.get_xdata(), line.get_ydata(), strict=True)) for line in ax.lines]
    assert known in drawn
    assert GROUPS[group] in texts(ax)


def test_the_words_of_the_curve_hold_its_figures(non_us):
    words = describe_rate_curve(non_us.curve, score=242, headline=non_us.headline)
    for x, rate in zip(non_us.curve.x, non_us.curve.rate, strict=True):
        if x % 10 == 0:
            assert f"{percent(rate)} at {x}" in words
    assert f"marked at {percent(non_us.headline.rate)}" in words


def test_the_words_of_the_distributions_hold_their_figures(non_us):
    words = describe_score_distribution(non_us.curve, score=242, place=non_us.place)
    assert "from 209 to 284" in words
    assert "median is 251 for the matched and 243 for the not matched" in words
    assert f"above {percent(non_us.place.matched)} of the matched" in words


def test_the_words_of_the_trend_hold_both_ends_and_both_extremes(non_us):
    words = describe_trend(non_us.trend)
    for group, label in GROUPS.items():
        rates = [getattr(row, f"{group}_rate") for row in non_us.trend.rows]
        known = [rate for rate in rates if rate is not None]
        assert f"{label}s went from {counted_percent(known[0])} in 2008" in words
        assert f"{counted_percent(known[-1])} in 2026" in words
        assert f"lowest {counted_percent(min(known))}" in words
        assert f"highest {counted_percent(max(known))}" in words


@pytest.mark.parametrize("group", GROUPS)
def test_a_forecast_is_a_hollow_mark_with_its_interval_that_no_line_leads_to(non_us, group):
    forecast = made_outlook(non_us.trend).find(group)
    ax = draw_trend(non_us)
    at = [int(forecast.match_year)], [forecast.value]
    (mark,) = [each for each in ax.lines if (list(each.get_xdata()), list(each.get_ydata())) == at]
    assert mark.get_markerfacecolor() == "white"
    bars = [bar for bar in ax.collections if isinstance(bar, LineCollection)]
    ends = [bar.get_segments()[0][:, 1].tolist() for bar in bars]
    assert pytest.approx([forecast.low, forecast.high]) in ends
    long = [line for line in ax.lines if len(line.get_xdata()) > 1]
    assert all(max(line.get_xdata()) < int(forecast.match_year) for line in long)


def test_the_forecast_year_is_shaded_and_named(non_us):
    ax, outlook = draw_trend(non_us), made_outlook(non_us.trend)
    assert f"forecast for {outlook.match_year},\n95 % interval" in texts(ax)
    (strip,) = ax.patches
    low, high = strip.get_extents().transformed(ax.transData.inverted()).intervalx
    assert low < int(outlook.match_year) < high
    assert low > int(non_us.trend.rows[-1].match_year)


def test_the_words_of_the_trend_hold_both_forecasts(non_us):
    words = describe_trend(non_us.trend)
    for group, label in GROUPS.items():
        forecast = made_outlook(non_us.trend).find(group)
        assert f"{label}s {forecast.words} ({forecast.interval}, {forecast.way})" in words
    assert "by a trend or like the last year" in words


def test_without_a_forecast_none_is_drawn_or_said(non_us):
    short = replace(non_us.trend, rows=non_us.trend.rows[-6:])
    assert list(trend_lines(short).patches) == []
    assert "forecast" not in describe_trend(short)


@pytest.mark.parametrize("draw", FIGURES)
def test_the_styles_differ_without_colour(non_us, draw):
    # For readers who tell no colours apart: labelled lines differ in dash or marker too.
    named = [line for line in draw(non_us).lines if not line.get_label().startswith("_")]
    looks = [(line.get_linestyle(), line.get_marker()) for line in named]
    assert len(set(looks)) == len(looks)


@pytest.mark.parametrize("score", [199, 214, 242, 262, 290])
def test_the_bar_of_the_applicant_shows_past_its_dot(compared, score):
    found = compared(Applicant(group="non_us_img", step2_ck=score))
    ax = rate_curve(found.curve, score=score, headline=found.headline)
    (mark,) = ax.containers
    dot, caps, bars = mark.lines  # type: ignore[attr-defined]  # an ErrorbarContainer
    assert all(cap.get_markersize() > 2 * dot.get_markersize() for cap in caps)
    (ends,) = bars[0].get_segments()
    assert [y for _, y in ends] == pytest.approx([found.headline.low, found.headline.high])


@pytest.mark.parametrize("score", [199, 214, 230, 242, 251, 262, 275, 290])
def test_no_curve_strikes_the_words_at_the_mark_through(compared, score):
    found = compared(Applicant(group="non_us_img", step2_ck=score))
    ax = rate_curve(found.curve, score=score, headline=found.headline)
    ax.figure.canvas.draw()
    (words,) = [text for text in ax.texts if text.get_text().startswith(f"{score}: ")]
    box = words.get_window_extent()
    own = ax.transData.transform(list(zip(found.curve.x, found.curve.rate, strict=True)))
    assert not any(box.contains(x, y) for x, y in own)
    assert words.get_path_effects()  # and what lies under them is covered


def test_the_shares_of_the_distributions_have_a_scale(non_us):
    ax = draw_distribution(non_us)
    ax.figure.canvas.draw()
    ticks = [tick.get_text() for tick in ax.get_yticklabels()]
    assert ticks[:3] == ["0 %", "1 %", "2 %"]
