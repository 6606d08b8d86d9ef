"""The assumption ladder: its values, what is drawn, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from imgstats import TiltRate
from imgstats.errors import InputError, TableError
from imgstats.estimators import RateBounds
from imgstats.plots.doubt.assumption_ladder import (
    Rung,
    assumption_ladder,
    assumption_rungs,
    describe_assumption_ladder,
)
from imgstats.wording import interval_words, percent

pytestmark = pytest.mark.slow

BAND = (240, 249)


@pytest.fixture(scope="module")
def table(tables):
    return tables.outcome_summary(group="non_us_img", year="2026")


@pytest.fixture(scope="module")
def rungs(table):
    return assumption_rungs(table, bands=[BAND])[0]


@pytest.fixture(scope="module")
def both(table):
    """Return the rungs of an open band, and of the band after it."""
    return assumption_rungs(table, bands=[(240, None), BAND])


def draw(*values, **options):
    return assumption_ladder(*values, **options)


def test_there_are_three_rungs_a_branch_and_an_interval(rungs):
    assert [rung.kind for rung in rungs] == ["bounds"] * 3 + ["branch", "interval"]


def test_a_stronger_assumption_leaves_less_room(rungs):
    # A rung may lie slightly beyond a weaker one: from one peak on the bounds speak of the
    # population, not of the sample.
    widths = [rung.high - rung.low for rung in rungs if rung.kind != "branch"]
    assert all(first > second for first, second in pairwise(widths))


def test_the_digits_rung_is_that_of_the_bounds(table, rungs):
    frame = RateBounds(assumption="digits").fit(table).band_rates([BAND])
    assert (rungs[0].low, rungs[0].high) == (frame["rate_low"].item(), frame["rate_high"].item())


def test_the_branch_is_that_of_a_rising_rate(table, rungs):
    frame = RateBounds(assumption="digits").fit(table).monotone_rates([BAND])
    assert (rungs[3].low, rungs[3].high) == (frame["rate_low"].item(), frame["rate_high"].item())


def test_the_interval_speaks_of_the_same_people_as_the_bounds(table, rungs):
    own = TiltRate().fit(replace(table, group_counts=None)).band_rates([BAND])
    assert rungs[-1].rate == own["rate"].item()
    assert rungs[-1].rate != TiltRate().fit(table).band_rates([BAND])["rate"].item()


def test_only_the_interval_has_a_rate(rungs):
    assert [rung.rate is None for rung in rungs] == [True] * 4 + [False]
    assert rungs[-1].low < rungs[-1].rate < rungs[-1].high


def test_an_open_band_is_served(both):
    half_line, _ = both
    assert half_line[0].high - half_line[0].low < 0.2


def test_bands_are_answered_in_their_order(both, rungs):
    ends = [[(rung.low, rung.high) for rung in each] for each in (*both, rungs)]
    np.testing.assert_allclose(ends[1], ends[2], atol=1e-6)  # the solver starts elsewhere
    assert np.abs(np.subtract(ends[0], ends[2])).max() > 0.1


def test_the_level_moves_the_interval_alone(table, rungs):
    (narrow,) = assumption_rungs(table, bands=[BAND], level=0.5)
    assert narrow[:4] == rungs[:4]
    assert narrow[-1].high - narrow[-1].low < rungs[-1].high - rungs[-1].low
    assert "50 %" in narrow[-1].name


def test_a_band_upside_down_is_refused(table):
    with pytest.raises(InputError, match="low at or below high"):
        assumption_rungs(table, bands=[(249, 240)])


def test_a_table_without_extremes_is_refused(table):
    bare = replace(table, matched=replace(table.matched, max=None))
    with pytest.raises(TableError, match="min or max is missing"):
        assumption_rungs(bare, bands=[BAND])


def test_it_draws_on_the_axes_it_is_given(rungs):
    ax = Figure().add_subplot()
    assert draw(rungs, band=BAND, ax=ax) is ax


def test_pyplot_keeps_no_figure_and_the_look_stays_inside(rungs):
    before = dict(rcParams)
    assert isinstance(draw(rungs, band=BAND), Axes)
    assert plt.get_fignums() == []
    assert dict(rcParams) == before


def test_each_bar_runs_from_low_to_high(rungs):
    ax = draw(rungs, band=BAND)
    drawn = {(round(bar.get_x(), 9), round(bar.get_x() + bar.get_width(), 9)) for bar in ax.patches}
    assert drawn == {(round(rung.low, 9), round(rung.high, 9)) for rung in rungs[:4]}


def test_the_interval_is_a_line_with_its_rate(rungs):
    ax = draw(rungs, band=BAND)
    ((start, end),) = ax.collections[0].get_segments()
    assert (start[0], end[0]) == (rungs[-1].low, rungs[-1].high)
    (dot,) = ax.lines
    assert list(dot.get_xdata()) == [rungs[-1].rate]


def test_the_weakest_assumption_is_on_top(rungs):
    low, high = draw(rungs, band=BAND).get_ylim()
    assert low > high


def test_every_rung_is_named_and_its_ends_are_written(rungs):
    ax = draw(rungs, band=BAND)
    assert [each.get_text() for each in ax.get_yticklabels()] == [rung.name for rung in rungs]
    words = [each.get_text() for each in ax.texts]
    for rung, written in zip(rungs, words, strict=True):
        assert interval_words(rung.low, rung.high) in written


def test_both_axes_are_labelled(rungs):
    ax = draw(rungs, band=(250, None))
    assert ax.get_xlabel() == "match rate, Step 2 CK score 250 and above"
    assert ax.get_ylabel()


def test_the_branch_differs_without_colour(rungs):
    hatches = {bar.get_hatch() for bar in draw(rungs, band=BAND).patches}
    assert hatches == {None, "///"}


def test_two_drawings_are_alike_to_the_byte(rungs, tmp_path):
    for name in ("a.png", "b.png"):
        figure = draw(rungs, band=BAND).get_figure()
        figure.savefig(tmp_path / name, metadata={"Software": None})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


@pytest.mark.parametrize(
    ("low", "high"), [(0.0, 1.0), (0.0, 0.1), (0.9, 1.0), (0.5, 0.9), (0.3, 0.3)]
)
def test_the_written_ends_stay_inside_the_picture(low, high):
    ax = draw((Rung(name="a", kind="bounds", low=low, high=high),), band=BAND)
    figure = ax.get_figure()
    figure.draw_without_rendering()
    written = ax.texts[0].get_window_extent()
    assert written.x0 >= ax.bbox.x0
    assert written.x1 <= figure.bbox.x1


def test_the_words_hold_every_figure(rungs):
    words = describe_assumption_ladder(rungs, band=BAND)
    assert "Step 2 CK score 240 to 249" in words
    for rung in rungs:
        assert f"{rung.name.replace(chr(10), ' ')}: {interval_words(rung.low, rung.high)}" in words
    assert f"around {percent(rungs[-1].rate)}" in words
