"""The map of a joint rate over both correlations: what is drawn, and what is said of it."""

from __future__ import annotations

from itertools import combinations

import matplotlib.pyplot as plt
import numpy as np
import pytest
from matplotlib import rcParams
from matplotlib.axes import Axes
from matplotlib.contour import ContourSet
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from imgstats.curves.store import curve_for
from imgstats.errors import InputError
from imgstats.joint.margin import Margin, margin_from_curve
from imgstats.joint.rates import EMERGING, joint_range, joint_surface
from imgstats.plots.joint_region import describe_joint_region, joint_region
from imgstats.wording import interval_words, percent

BASE = 3392 / 6992
REGION = ((0.0, 0.6), (0.0, 0.6))


@pytest.fixture(scope="module")
def both(tables):
    return tuple(
        margin_from_curve(
            curve_for(tables.outcome_summary(group="non_us_img", year="2026", measure=name)), words
        )
        for name, words in (("step2_ck", "Step 2 CK score"), ("contiguous_ranks", "ranks"))
    )


@pytest.fixture(scope="module")
def surface(both):
    return joint_surface(BASE, *both, at=(242, 5))


@pytest.fixture(scope="module")
def answer(both):
    return joint_range(BASE, *both, at=(242, 5), region=REGION)


@pytest.fixture(scope="module")
def drawn(surface, answer):
    ax = draw(surface, answer)
    ax.get_figure().draw_without_rendering()
    return ax


def draw(*values, **options):
    return joint_region(*values, **options)


def at_one(function, both, **options):
    """Return a range or a surface of both margins."""
    return function(BASE, *both, **options)


def contours(ax):
    return next(each for each in ax.collections if isinstance(each, ContourSet))


def legend(ax):
    return [each.get_text() for each in ax.get_legend().get_texts()]


def test_it_draws_on_the_axes_it_is_given(surface, answer):
    ax = Figure().add_subplot()
    assert draw(surface, answer, ax=ax) is ax


def test_pyplot_keeps_no_figure_and_the_look_stays_inside(surface, answer):
    before = dict(rcParams)
    assert isinstance(draw(surface, answer), Axes)
    assert plt.get_fignums() == []
    assert dict(rcParams) == before


def test_the_matched_run_along_x(drawn, surface):
    mesh = drawn.collections[0]
    assert np.asarray(mesh.get_array()) == pytest.approx(np.array(surface.rate).T)
    assert drawn.get_xlabel() == "assumed correlation among the matched"
    assert drawn.get_ylabel() == "assumed correlation\namong the not matched"


def test_the_region_is_outlined_where_it_was_stated(drawn, answer):
    boxes = [each for each in drawn.patches if isinstance(each, Rectangle) and not each.get_fill()]
    assert [list(each.get_bbox().extents) for each in boxes] == [
        pytest.approx([0.0, 0.0, 0.6, 0.6])
    ]
    assert f"stated region: {interval_words(answer.low, answer.high)}" in legend(drawn)


def test_the_product_of_margins_is_marked_at_0_and_0(drawn, answer):
    (mark,) = drawn.lines
    assert mark.get_xydata().tolist() == [[0.0, 0.0]]
    assert mark.get_label() == f"product of margins: {percent(answer.independent)}"
    assert mark.get_label() in legend(drawn)


def test_the_product_is_not_marked_outside_the_map(both):
    region = ((0.2, 0.4), (0.2, 0.4))
    ax = draw(
        joint_surface(BASE, *both, at=(242, 5), region=((0.1, 0.9), (0.1, 0.9))),
        joint_range(BASE, *both, at=(242, 5), region=region),
    )
    assert not len(ax.lines)


def test_lines_stand_at_round_rates_and_are_labelled_in_per_cent(drawn):
    levels = contours(drawn).levels
    assert 100 * levels == pytest.approx(np.round(100 * levels))
    words = {each.get_text() for each in contours(drawn).labelTexts}
    assert words
    assert words <= {percent(each) for each in levels}


def test_a_labelled_line_runs_where_the_rate_is_that(drawn, surface):
    lines = contours(drawn)
    across, up = map(np.array, (surface.correlation_matched, surface.correlation_not_matched))
    for level, segments in zip(lines.levels, lines.allsegs, strict=True):
        for x, y in (each[len(each) // 2] for each in segments if len(each)):
            near = surface.rate[int(abs(across - x).argmin())][int(abs(up - y).argmin())]
            assert near == pytest.approx(level, abs=0.03)


@pytest.mark.parametrize("at", [(242, 5), (220, 1), (270, 15), (255, 3)])
def test_no_two_labels_overlap_and_none_is_cut(both, at):
    ax = draw(joint_surface(BASE, *both, at=at), joint_range(BASE, *both, at=at, region=REGION))
    figure = ax.get_figure()
    figure.draw_without_rendering()
    frame = ax.get_window_extent()
    boxes = [each.get_window_extent() for each in contours(ax).labelTexts]
    for box in boxes:
        assert frame.x0 <= box.x0 < box.x1 <= frame.x1
        assert frame.y0 <= box.y0 < box.y1 <= frame.y1
    assert not any(one.overlaps(other) for one, other in combinations(boxes, 2))
    whole = ax.get_legend().get_window_extent()
    assert whole.x1 <= figure.bbox.x1
    assert whole.y1 <= figure.bbox.y1


def test_a_map_where_nothing_moves_has_no_lines():
    one, other = (
        Margin(name=name, cells=((0, None),), matched=(1,), not_matched=(1,)) for name in "ab"
    )
    surface = joint_surface(0.485, one, other, at=(1, 1))
    answer = joint_range(0.485, one, other, at=(1, 1), region=REGION)
    ax = draw(surface, answer)
    assert not any(isinstance(each, ContourSet) for each in ax.collections)
    assert "stated region: 49 %" in legend(ax)


def test_a_region_may_be_a_point(surface, both):
    point = joint_range(BASE, *both, at=(242, 5), region=((0.3, 0.3), (0.2, 0.2)))
    words = describe_joint_region(surface, point)
    assert "In the outlined region, 0.3 among the matched and 0.2 among the not matched" in words
    assert draw(surface, point)


def test_the_words_hold_the_figures(surface, answer):
    words = describe_joint_region(surface, answer)
    assert "at Step 2 CK score 242 and ranks 5 by two assumed correlations" in words
    assert f"the product of margins, it is {percent(answer.independent)}" in words
    assert f"it is {interval_words(answer.low, answer.high)}: lowest at 0 among" in words
    assert f"Over the whole map it is {interval_words(0.63, 0.97)}." in words
    assert EMERGING in words


def test_a_minus_is_read_aloud(surface, answer):
    words = describe_joint_region(surface, answer)
    assert "from \u22120.9 to 0.9" in words
    assert " -0" not in words


@pytest.mark.parametrize("function", [joint_region, describe_joint_region])
def test_a_map_without_the_region_is_refused(function, both, answer):
    small = joint_surface(BASE, *both, at=(242, 5), region=((-0.5, 0.5), (-0.9, 0.9)))
    with pytest.raises(InputError, match=r"one that holds the stated region, 0 to 0\.6"):
        function(small, answer)


@pytest.mark.parametrize("function", [joint_region, describe_joint_region])
def test_a_map_of_one_point_is_refused(function, both):
    at = {"at": (242, 5), "region": ((0.0, 0.0), (0.0, 0.0))}
    with pytest.raises(InputError, match="two or more a side"):
        function(at_one(joint_surface, both, **at), at_one(joint_range, both, **at))


@pytest.mark.slow
def test_two_drawings_are_alike_to_the_byte(surface, answer, tmp_path):
    for name in ("a.png", "b.png"):
        figure = draw(surface, answer).get_figure()
        figure.savefig(tmp_path / name, metadata={"Software": None})
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
