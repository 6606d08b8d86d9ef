"""Bars of bands: what is drawn, and what is said of it."""

from __future__ import annotations

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd
import pytest
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from imgstats.errors import InputError
from imgstats.estimators import BandRate, LogisticRate
from imgstats.plots.band_bars import band_bars, describe_band_bars
from imgstats.plots.estimator_curves import curves_of
from imgstats.tables import BandTable

ROWS: list[tuple[float | None, float | None, int, int]] = [
    (None, 219, 0, 0),
    (220, 229, 30, 70),
    (230, 239, 45, 55),
    (240, 249, 55, 45),
    (250, None, 900, 600),
]


@pytest.fixture(scope="module")
def table():
    return BandTable.from_counts("step2_ck", ROWS)


@pytest.fixture(scope="module")
def bands(table):
    return BandRate().fit(table).band_rates([(low, high) for low, high, _, _ in ROWS])


@pytest.fixture(scope="module")
def curves(table):
    fitted = {"a line": LogisticRate(), "a spline": LogisticRate(shape="spline")}
    return curves_of({name: each.fit(table) for name, each in fitted.items()}, range(200, 280))


def draw(*values, **options):
    return band_bars(*values, **options)


def ticks(ax):
    return [each.get_text().split("\n") for each in ax.get_xticklabels()]


def test_it_draws_on_the_axes_it_is_given(bands):
    ax = Figure().add_subplot()
    assert draw(bands, ax=ax) is ax


def test_pyplot_keeps_no_figure_and_the_look_stays_inside(bands, curves):
    before = dict(rcParams)
    assert isinstance(draw(bands, curves=curves), Axes)
    assert plt.get_fignums() == []
    assert dict(rcParams) == before


def test_a_bar_is_as_high_as_its_rate_and_stands_over_its_band(bands):
    heights = [bar.get_height() for bar in draw(bands).patches]
    middles = [bar.get_x() + bar.get_width() / 2 for bar in draw(bands).patches]
    assert heights == bands["rate"].dropna().tolist()
    assert middles == pytest.approx([224.5, 234.5, 244.5, 254.5])


def test_an_open_band_is_as_wide_as_the_others(bands):
    widths = {round(bar.get_width(), 9) for bar in draw(bands).patches}
    assert len(widths) == 1
    assert draw(bands).get_xlim() == (209.5, 259.5)


def test_the_interval_stands_on_each_bar(bands):
    drawn = [each[:, 1].tolist() for each in draw(bands).collections[0].get_segments()]
    assert drawn == bands[["rate_low", "rate_high"]][bands["n"] > 0].to_numpy().tolist()


def test_a_band_with_nobody_says_so(bands):
    assert [each.get_text() for each in draw(bands).texts] == ["nobody"]


def test_every_band_is_named_with_its_applicants(bands):
    assert ticks(draw(bands)) == [
        ["up to", "219", "0"],
        ["220", "to 229", "100"],
        ["230", "to 239", "100"],
        ["240", "to 249", "100"],
        ["250", "and up", "1,500"],
    ]


def test_bands_of_one_value_are_named_by_it():
    rows: list[tuple[float | None, float | None, int, int]]
    rows = [(1, 1, 60, 40), (2, 2, 6, 14), (3, None, 1, 9)]
    fitted = BandRate().fit(BandTable.from_counts("attempts", rows))
    ax = draw(fitted.band_rates([(low, high) for low, high, _, _ in rows]), label="attempts")
    assert [each[0] for each in ticks(ax)] == ["1", "2", "3"]
    assert ax.get_xlabel().startswith("attempts")


def test_a_band_open_at_both_ends_is_drawn():
    fitted = BandRate().fit(BandTable.from_counts("step2_ck", [(None, None, 6, 4)]))
    ax = draw(fitted.band_rates([(None, None)]))
    assert [bar.get_height() for bar in ax.patches] == [0.6]


def test_curves_are_drawn_as_far_as_the_bars_reach(bands, curves):
    ax = draw(bands, curves=curves)
    for curve in curves:
        line = next(each for each in ax.lines if each.get_label() == curve.name)
        assert list(line.get_xdata()) == list(range(210, 260))
        inside = slice(curve.x.index(210), curve.x.index(260))
        assert tuple(line.get_ydata()) == curve.rate[inside]


def test_no_curve_is_left_out_where_there_are_many(bands, curves):
    assert len(draw(bands, curves=[*curves] * 4).lines) == 8


def test_the_legend_names_what_is_drawn(bands, curves):
    legend = draw(bands, curves=curves, level=0.9).get_legend()
    named = [each.get_text() for each in legend.get_texts()]
    assert named == ["rate of the band", "90 % interval", "a line", "a spline"]


def test_the_styles_differ_without_colour(bands, curves):
    dashes = [each.get_linestyle() for each in draw(bands, curves=curves).lines]
    assert len(set(dashes)) == len(curves)


def test_both_axes_are_labelled_and_zero_is_shown(bands):
    ax = draw(bands)
    assert "Step 2 CK" in ax.get_xlabel()
    assert ax.get_ylabel() == "match rate"
    assert ax.get_ylim()[0] == 0


@pytest.mark.parametrize("function", [band_bars, describe_band_bars])
def test_a_missing_column_is_named(function, bands):
    with pytest.raises(InputError, match="no column rate_low"):
        function(bands.drop(columns="rate_low"))


@pytest.mark.parametrize("function", [band_bars, describe_band_bars])
def test_no_band_is_refused(function, bands):
    with pytest.raises(InputError, match="no band"):
        function(bands.iloc[:0])


def test_two_drawings_are_alike_to_the_byte(bands, curves, tmp_path):
    for name in ("a.png", "b.png"):
        figure = draw(bands, curves=curves).get_figure()
        figure.savefig(tmp_path / name, metadata={"Software": None})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_words_hold_every_band(bands):
    words = describe_band_bars(bands)
    assert "up to 219: nobody" in words
    assert "220 to 229: 30 % of 100 (22 % to 39 %)" in words
    assert "250 and above: 60 % of 1,500" in words


def test_the_words_hold_both_ends_of_a_curve(bands, curves):
    words = describe_band_bars(bands, curves=curves)
    for curve in curves:
        assert f"{curve.name}, from" in words
    assert "at 210 to" in words


def test_the_words_say_so_of_a_curve_beside_the_bars(bands, table):
    far = curves_of({"far": LogisticRate().fit(table)}, [290, 300])
    assert "far, outside the bars" in describe_band_bars(bands, curves=far)
    assert len(draw(bands, curves=far).lines[0].get_xdata()) == 0


def test_an_open_end_may_be_none_or_nan(bands):
    as_nan = bands.assign(
        low=pd.array([np.nan, 220, 230, 240, 250]), high=[219, 229, 239, 249, np.nan]
    )
    assert describe_band_bars(as_nan) == describe_band_bars(bands)
