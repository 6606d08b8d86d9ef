"""One table through several estimators: values, drawing and words."""

from __future__ import annotations

import warnings

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from imgstats import TiltRate
from imgstats.errors import InputError
from imgstats.estimators import BandRate
from imgstats.plots.estimator_curves import (
    LOOKS,
    EstimatorCurve,
    curves_of,
    describe_estimator_curves,
    estimator_curves,
)
from imgstats.tables import BandTable
from imgstats.wording import percent

SCORES = range(209, 285)


@pytest.fixture(scope="module")
def fitted(tables):
    table = tables.outcome_summary(group="non_us_img", year="2026")
    estimators = {
        "ridge": TiltRate(),
        "degree 1": TiltRate(degree=1),
        "degree 2": TiltRate(degree=2, ridge=None),
    }
    return {name: each.fit(table) for name, each in estimators.items()}


@pytest.fixture(scope="module")
def curves(fitted):
    return curves_of(fitted, SCORES)


def draw(*values, **options):
    return estimator_curves(*values, **options)


def line(ax, name):
    return next(each for each in ax.lines if each.get_label() == name)


def area(ax, name):
    return next(each for each in ax.collections if each.get_label() == name)


def test_the_curves_are_those_of_the_estimators(fitted, curves):
    assert [curve.name for curve in curves] == list(fitted)
    for curve, estimator in zip(curves, fitted.values(), strict=True):
        assert curve.x == tuple(SCORES)
        np.testing.assert_array_equal(curve.rate, estimator.predict_rate(list(SCORES)))
        limits = estimator.predict_interval(list(SCORES))
        np.testing.assert_array_equal(np.column_stack([curve.low, curve.high]), limits)


def test_scores_beyond_the_table_raise_no_warning(fitted):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        (curve, *_) = curves_of(fitted, [100, 200, 290])
    assert len(curve.rate) == 3


def test_a_score_that_an_estimator_has_no_rate_for_is_refused():
    bands = BandRate().fit(BandTable.from_counts("step2_ck", [(220, 229, 4, 6), (230, 239, 6, 4)]))
    with pytest.raises(InputError, match="no band holds it"):
        curves_of({"bands": bands}, [300])


def test_it_draws_on_the_axes_it_is_given(curves):
    ax = Figure().add_subplot()
    assert draw(curves, ax=ax) is ax


def test_pyplot_keeps_no_figure_and_the_look_stays_inside(curves):
    before = dict(rcParams)
    assert isinstance(draw(curves), Axes)
    assert plt.get_fignums() == []
    assert dict(rcParams) == before


def test_every_curve_is_drawn_as_it_is(curves):
    ax = draw(curves)
    for curve in curves:
        drawn = line(ax, curve.name)
        assert tuple(drawn.get_xdata()) == curve.x
        assert tuple(drawn.get_ydata()) == curve.rate


def test_the_first_curve_lies_on_top(curves):
    assert draw(curves).lines[-1].get_label() == curves[0].name


def test_the_interval_is_that_of_the_first(curves):
    shaded = area(draw(curves), "95 % interval of the first")
    heights = {(round(x), round(y, 9)) for x, y in shaded.get_paths()[0].vertices}
    for x, low, high in zip(curves[0].x, curves[0].low, curves[0].high, strict=True):
        assert {(x, round(low, 9)), (x, round(high, 9))} <= heights


def test_the_range_holds_all_curves(curves):
    hatched = area(draw(curves), "range of all")
    heights = {(round(x), round(y, 9)) for x, y in hatched.get_paths()[0].vertices}
    rates = np.array([curve.rate for curve in curves])
    for x, low, high in zip(curves[0].x, rates.min(axis=0), rates.max(axis=0), strict=True):
        assert {(x, round(low, 9)), (x, round(high, 9))} <= heights


def test_one_curve_has_no_range(curves):
    names = [each.get_label() for each in draw(curves[:1]).collections]
    assert "range of all" not in names


def test_the_legend_names_the_curves_in_their_order(curves):
    named = [each.get_text() for each in draw(curves).get_legend().get_texts()]
    assert named == [
        "ridge",
        "degree 1",
        "degree 2",
        "95 % interval of the first",
        "range of all",
    ]


def test_the_styles_differ_without_colour(curves):
    dashes = [each.get_linestyle() for each in draw(curves).lines]
    assert len(set(dashes)) == len(curves)


def test_no_two_looks_share_a_dash():
    assert len({style for _, style in LOOKS}) == len(LOOKS)


def test_axes_are_labelled_and_run_from_0_to_1(curves):
    ax = draw(curves, label="months")
    assert ax.get_xlabel() == "months"
    assert ax.get_ylabel() == "match rate"
    assert ax.get_ylim() == (0, 1)


def test_the_legend_lies_on_no_curve():
    rate = tuple(np.linspace(0.95, 0.05, 11))
    curves = [
        EstimatorCurve(name=name, x=tuple(range(11)), rate=each, low=each, high=each)
        for name, each in (("falling", rate), ("rising", rate[::-1]))
    ]
    ax = draw(curves)
    figure = ax.get_figure()
    figure.draw_without_rendering()
    legend = ax.get_legend().get_window_extent()
    assert legend.y0 >= ax.get_window_extent().y1
    assert legend.y1 <= figure.bbox.y1


@pytest.mark.parametrize("function", [estimator_curves, describe_estimator_curves])
def test_no_curve_is_refused(function):
    with pytest.raises(InputError, match="no curve"):
        function([])


@pytest.mark.parametrize("function", [estimator_curves, describe_estimator_curves])
def test_curves_at_different_scores_are_refused(function, fitted):
    different = [*curves_of(fitted, [230, 240]), *curves_of(fitted, [230, 250])]
    with pytest.raises(InputError, match="different scores"):
        function(different)


@pytest.mark.slow
def test_two_drawings_are_alike_to_the_byte(curves, tmp_path):
    for name in ("a.png", "b.png"):
        draw(curves).get_figure().savefig(tmp_path / name, metadata={"Software": None})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()


def test_the_words_hold_both_ends_of_every_curve(curves):
    words = describe_estimator_curves(curves)
    for curve in curves:
        assert f"{curve.name}: {percent(curve.rate[0])} at 209" in words
        assert f"{percent(curve.rate[-1])} at 284" in words


def test_the_words_say_where_the_curves_part(curves):
    rates = np.array([curve.rate for curve in curves])
    gap = rates.max(axis=0) - rates.min(axis=0)
    words = describe_estimator_curves(curves)
    assert f"closest at {SCORES[int(gap.argmin())]}" in words
    assert f"furthest apart at {SCORES[int(gap.argmax())]}" in words


def test_the_words_of_one_curve_speak_of_no_range(curves):
    assert "apart" not in describe_estimator_curves(curves[:1])
