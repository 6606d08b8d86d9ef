"""Figures of a cohort: what was drawn is what was given, and the words say the same."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg

from imgstats import plots
from imgstats.comparison.score.records import Printed
from imgstats.errors import InputError
from imgstats.plots import (
    RateMark,
    describe_cohort_bands,
    describe_cohort_rates,
    describe_cohort_scores,
)

# What matplotlib's axes hold is typed too widely to be read without casts.
drawn: Any = plots
N, U = "non_us_img", "us_img"
SCORES = [242, 244, 244, 251, 230, 229]
GROUPS = [N, N, U, U, N, N]
GRADES = ["direct", "direct", "borrowed", "", "direct", "direct"]


def printed(outcome, q1, median, q3):
    return Printed(
        outcome=outcome, n=9, min=None, q1=q1, median=median, q3=q3, max=None, mean=None, sd=None
    )


PRINTED = (printed("matched", 240.0, 251.0, 259.0), printed("not_matched", 233.0, 243.0, 253.0))


def mark(score, rate, grade="direct", n=1, kind="IMGs"):
    return RateMark(
        score=score, rate=rate, low=rate - 0.1, high=rate + 0.1, grade=grade, kind=kind, n=n
    )


def _bars(ax):
    """Return each bar that has a height: its left end, foot and height."""
    return [
        (round(bar.get_x(), 6), bar.get_y(), bar.get_height())
        for bar in ax.patches
        if bar.get_height()
    ]


def test_scores_are_counted_in_steps_that_lie_in_one_band():
    ax = drawn.cohort_scores(SCORES, GROUPS)
    # 229; 230; 242, 244 and a US IMG on them; 251
    assert sorted(_bars(ax)) == [(225, 0, 1), (230, 0, 1), (240, 0, 2), (240, 2, 1), (250, 0, 1)]


def test_only_groups_that_are_there_are_in_the_legend():
    words = [text.get_text() for text in drawn.cohort_scores([242], [U]).get_legend().get_texts()]
    assert words == ["US IMG"]


def test_printed_quartiles_are_drawn_where_they_are():
    ax = drawn.cohort_scores(SCORES, GROUPS, printed=PRINTED, whose="non-US IMGs")
    ends = [tuple(line.get_xdata()) for line in ax.lines]
    assert ends == [(240, 259), (251,), (233, 253), (243,)]
    heights = [line.get_ydata()[0] for line in ax.lines]
    assert min(heights) > max(foot + height for _, foot, height in _bars(ax))
    assert max(heights) < ax.get_ylim()[1]
    assert "non-US IMGs" in ax.get_legend().get_title().get_text()


def test_quartiles_that_are_not_printed_are_not_drawn():
    ax = drawn.cohort_scores(
        SCORES, GROUPS, printed=(printed("matched", None, 251.0, 259.0),), whose="x"
    )
    assert list(ax.lines) == []
    assert ax.get_legend().get_title().get_text() == ""


def test_scores_in_words():
    said = describe_cohort_scores(SCORES, GROUPS, printed=PRINTED, whose="non-US IMGs")
    assert said == (
        "Bars: Step 2 CK scores of 4 non-US IMGs and 2 US IMGs in steps of five points, from 229 "
        "to 251, median 243. Lines over them: the printed middle half of non-US IMGs, matched 240 "
        "to 259, did not match 233 to 253."
    )
    assert "1 US IMG in steps" in describe_cohort_scores([242], [U])


def test_bands_are_stacked_by_grade_and_empty_ones_shown():
    ax = drawn.cohort_bands(SCORES, GRADES)
    assert _bars(ax) == [
        (-0.43, 0, 1),
        (0.57, 0, 1),
        (1.57, 0, 2),
        (1.57, 2, 1),
        (2.57, 0, 1),
    ]
    assert [text.get_text() for text in ax.texts] == ["1", "1", "3", "1"]
    assert [text.get_text() for text in drawn.cohort_bands([229, 242], ["", ""]).texts] == [
        "1",
        "0",
        "1",
    ]


@pytest.mark.parametrize("highest", [241, 280, 300])
def test_the_names_of_bands_do_not_overlap(highest):
    ax = drawn.cohort_bands([highest, 240, 1 if highest == 300 else 211], ["direct"] * 3)
    FigureCanvasAgg(ax.get_figure()).draw()
    boxes = [label.get_window_extent() for label in ax.get_xticklabels()]
    assert len(boxes) > 3
    assert all(left.x1 < right.x0 for left, right in pairwise(boxes))


def test_bands_in_words():
    assert describe_cohort_bands(SCORES, GRADES) == (
        "Bars: applicants by score band, 1 in 220 to 229, 1 in 230 to 239, 3 in 240 to 249 and 1 "
        "in 250 to 259; 4 with a direct rate, 1 with a borrowed rate and 1 with no rate."
    )


def test_a_rate_that_is_fitted_or_carried_over_is_in_its_bar_too():
    grades = ["direct, fitted", "direct, fitted, carried over", "borrowed, carried over"]
    ax = drawn.cohort_bands([242, 244, 246], grades)
    assert sum(height for _, _, height in _bars(ax)) == 3
    assert "2 with a direct rate and 1 with a borrowed rate" in (
        describe_cohort_bands([242, 244, 246], grades)
    )


def test_each_rate_is_drawn_at_its_score_with_its_interval():
    marks = [mark(240, 0.4), mark(250, 0.5), mark(240, 0.7, "borrowed")]
    ax = drawn.cohort_rates(marks, level=0.95)
    parts = {part.get_label(): part for part in ax.collections if part.get_label()[0] != "_"}
    assert parts["IMGs (direct)"].get_offsets().tolist() == [[240, 0.4], [250, 0.5]]
    assert parts["IMGs (borrowed)"].get_offsets().tolist() == [[240, 0.7]]
    lines = [
        [round(float(y), 6) for y in segment[:, 1]]
        for part in ax.collections
        if hasattr(part, "get_segments")
        for segment in part.get_segments()
    ]
    assert lines == [[0.3, 0.5], [0.4, 0.6], [0.6, 0.8]]
    assert ax.get_ylim() == (0, 1)


def test_the_area_of_a_mark_grows_with_its_applicants():
    ax = drawn.cohort_rates([mark(240, 0.4, n=1), mark(250, 0.5, n=4)], level=0.95)
    one, four = ax.collections[1].get_sizes()
    assert four == pytest.approx(4 * one)


def test_a_thousand_applicants_with_one_score_leave_room_for_others():
    ax = drawn.cohort_rates([mark(240, 0.4, n=1000), mark(250, 0.5, n=1)], level=0.95)
    many, one = ax.collections[1].get_sizes()
    assert many < 300
    assert 5 < one < many


def test_rates_in_words():
    marks = [mark(250, 0.5, n=2), mark(240, 0.4), mark(240, 0.7, "borrowed")]
    assert describe_cohort_rates(marks, level=0.95) == (
        "Points with 95 % intervals: match rate over Step 2 CK score, one point for each rate at "
        "each score, larger for more applicants; IMGs (direct) for 3 applicants, from 40 % at 240 "
        "to 50 % at 250; IMGs (borrowed) for 1 applicant, 70 % at 240."
    )


def test_two_kinds_at_one_score_are_told_apart():
    marks = [mark(240, 0.4, kind="A"), mark(240, 0.7, kind="B", n=3)]
    ax = drawn.cohort_rates(marks, level=0.95)
    parts = {part.get_label(): part for part in ax.collections if part.get_label()[0] != "_"}
    assert list(parts) == ["B (direct)", "A (direct)"]
    colors = {tuple(part.get_facecolor()[0]) for part in parts.values()}
    shapes = {part.get_paths()[0].vertices.tobytes() for part in parts.values()}
    assert len(colors) == len(shapes) == 2
    assert "A (direct) for 1 applicant, 40 % at 240" in describe_cohort_rates(marks, level=0.95)


def test_many_kinds_are_told_by_their_grade():
    marks = [mark(240 + i, 0.4, kind=f"K{i}") for i in range(5)]
    said = describe_cohort_rates(marks, level=0.95)
    assert "direct rates of several kinds for 5 applicants" in said
    ax = drawn.cohort_rates(marks, level=0.95)
    assert len([part for part in ax.collections if part.get_label()[0] != "_"]) == 1


@pytest.mark.parametrize(
    "draw",
    [
        lambda: drawn.cohort_scores([], []),
        lambda: drawn.cohort_bands([], []),
    ],
)
def test_no_score_is_refused(draw):
    with pytest.raises(InputError, match="there is no score to draw; allowed: one or more"):
        draw()


def test_no_rate_is_refused():
    with pytest.raises(InputError, match="there is no rate to draw; allowed: one or more"):
        drawn.cohort_rates([], level=0.95)


def test_one_applicant_is_drawn():
    assert _bars(drawn.cohort_scores([242], [N])) == [(240, 0, 1)]
    assert drawn.cohort_rates([mark(242, 0.4)], level=0.95).get_xlim() == (239, 245)
