"""Figures of one's own fit, in a grid, and as files that scale."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from imgstats import OutcomeSummary, Summary, TiltRate
from imgstats.errors import InputError, WorkError
from imgstats.estimators import BandRate
from imgstats.plots import (
    band_bars,
    curve_of,
    curves_of,
    describe_rate_curve,
    describe_score_distribution,
    estimator_curves,
    rate_curve,
    score_distribution,
)
from imgstats.reporting.pictures import Picture
from imgstats.tables import Band, BandTable

GRADES = OutcomeSummary(
    measure="final grade",
    matched=Summary(n=400, min=20, q1=62, median=71, q3=80, max=99, mean=70.5, sd=12.0),
    not_matched=Summary(n=200, min=15, q1=48, median=57, q3=66, max=95, mean=57.0, sd=13.0),
)
BANDS = BandTable(
    measure="step2_ck",
    bands=(
        Band(low=220, high=239, matched=30, not_matched=30),
        Band(low=240, high=259, matched=60, not_matched=20),
    ),
)
WORDS: dict[str, Any] = {"xlabel": "final grade", "ylabel": "pass rate"}


@pytest.fixture(scope="module")
def fitted():
    return TiltRate().fit(GRADES)


def test_a_curve_of_a_fit_says_what_the_fit_says(fitted):
    found = curve_of(fitted, level=0.9)
    assert (found.x[0], found.x[-1]) == (15, 99)
    at = found.x.index(70)
    limits = fitted.predict_interval([70], 0.9)[0]
    assert found.rate[at] == pytest.approx(fitted.predict_rate(70)[0])
    assert (found.low[at], found.high[at]) == pytest.approx(tuple(limits))
    assert sum(found.density_matched) == pytest.approx(1, abs=0.01)


def test_an_own_fit_is_drawn_with_ones_own_words(fitted):
    ax = rate_curve(fitted, score=70, **WORDS)
    rate = fitted.predict_rate(70)[0]
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("final grade", "pass rate")
    assert [each.get_text() for each in ax.texts] == [f"70: {100 * rate:.0f} %"]
    legend = ax.get_legend()
    assert legend is not None
    names = [each.get_text() for each in legend.get_texts()]
    assert names == ["95 % interval", "fitted pass rate"]
    told = describe_rate_curve(fitted, score=70, **WORDS)
    assert told.startswith("Line chart of the fitted pass rate by final grade: ")
    assert "Step 2 CK" not in told


def test_what_is_said_of_the_width_of_the_interval_is_so(fitted):
    whole, middle = curve_of(fitted), curve_of(fitted, range(50, 76))
    for curve in (whole, middle):
        widths = np.subtract(curve.high, curve.low)
        widest = curve.x[int(widths.argmax())]
        # Near 0 and 1 an interval is narrow, however few people are there.
        assert min(widths[0], widths[-1]) < np.median(widths)
        assert describe_rate_curve(curve).endswith(f"The interval is widest at {widest:g}.")
    waist = replace(middle, low=middle.rate, high=tuple(np.abs(np.arange(26) - 12.5)))
    assert "The interval widens towards both ends" in describe_rate_curve(waist)


def test_a_fit_without_a_score_has_no_mark(fitted):
    assert not rate_curve(fitted).texts
    assert "is marked" not in describe_rate_curve(fitted)


def test_both_distributions_of_an_own_fit_are_drawn(fitted):
    ax = score_distribution(fitted, score=70, xlabel="final grade", ylabel="share")
    assert (ax.get_xlabel(), ax.get_ylabel()) == ("final grade", "share")
    assert [each.get_text() for each in ax.texts] == ["70"]
    told = describe_score_distribution(fitted, score=70, xlabel="final grade")
    assert told.endswith("A line marks 70.")


def test_what_cannot_be_drawn_is_refused(fitted):
    with pytest.raises(InputError, match=r"score 300; allowed: one of the curve.s, from 15 to 99"):
        rate_curve(fitted, score=300)
    bands = BandRate().fit(BANDS)
    with pytest.raises(InputError, match="without printed extremes"):
        rate_curve(bands)
    with pytest.raises(InputError, match="without the scores of both outcomes"):
        score_distribution(curve_of(bands, range(230, 250)))


def test_all_curves_take_the_words_of_the_vertical_axis(fitted):
    ax = estimator_curves(curves_of({"tilt": fitted}, range(40, 90)), ylabel="pass rate")
    assert ax.get_ylabel() == "pass rate"


@pytest.mark.parametrize("layout", [None, "constrained"])
def test_a_legend_in_a_grid_lies_on_no_neighbour(fitted, layout):
    figure = Figure(figsize=(11, 7), layout=layout)
    grid = figure.subplots(2, 2)
    for upper in grid[0]:
        rate_curve(fitted, score=70, ax=upper)
    score_distribution(fitted, ax=grid[1, 0])
    band_bars(BandRate().fit(BANDS).band_rates([(220, 239), (240, 259)]), ax=grid[1, 1])
    figure.canvas.draw()
    for upper, lower in zip(*grid, strict=True):
        legend = lower.get_legend().get_window_extent()
        assert not legend.overlaps(upper.xaxis.label.get_window_extent())
        assert not legend.overlaps(upper.get_window_extent())


@pytest.mark.parametrize("kind", ["png", "svg", pytest.param("pdf", marks=pytest.mark.slow)])
def test_a_picture_is_saved_the_same_each_time(fitted, tmp_path, kind):
    files = [
        Picture(rate_curve(fitted, score=70), "alt").save(tmp_path / f"{i}.{kind}").read_bytes()
        for i in (1, 2)
    ]
    assert files[0] == files[1]
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[kind]
    assert files[0].startswith(start)
    if kind == "svg":
        # Words are words, in letters that a program can change.
        assert re.search(r"<text[^>]*>match rate</text>", files[0].decode())


def test_a_picture_of_another_kind_or_in_no_folder_is_refused(fitted, tmp_path):
    picture = Picture(rate_curve(fitted), "alt")
    with pytest.raises(InputError, match=r"a figure as \.bmp; allowed: png, svg, pdf"):
        picture.save(tmp_path / "a.bmp")
    with pytest.raises(WorkError, match="none"):
        picture.save(tmp_path / "none" / "a.svg")


def test_a_figure_is_not_a_whole_screen_in_a_notebook(fitted):
    _, about = Picture(rate_curve(fitted), "alt")._repr_mimebundle_()
    assert int(about["image/png"]["width"]) < 600
