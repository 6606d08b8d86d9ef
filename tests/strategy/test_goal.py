"""A long-term goal beside the guide's range, and what no table knows of it."""

from datetime import date

import pytest

from imgstats import PublishedTables
from imgstats.strategy.goal import goal
from imgstats.strategy.rules import LABEL, rule
from imgstats.strategy.situation import Situation

TABLES = PublishedTables()
TODAY = date(2026, 11, 30)


def _goal(**values):
    return goal(Situation.parse({"group": "non-us-img", **values}, TODAY), TABLES)


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"target": "235-245"}, "your target, 235 to 245, begins under it and reaches into it"),
        ({"target": "225-235"}, "your target, 225 to 235, lies under it"),
        ({"target": 250}, "your target, 250, lies in it or above"),
        ({"step2_ck": 225, "target": "235-245"}, "your score, 225, lies under it"),
        ({"step2_ck": 240}, "your score, 240, lies in it or above"),
    ],
)
def test_score_or_target_stand_beside_the_guides_range_for_fellowships(values, words):
    said = " ".join(_goal(goal="cardiology", **values).sentences)
    assert words in said
    assert f"from {rule(TABLES, 'band-240-fellowship').low:.0f} on" in said


def test_a_hospitalist_is_told_what_the_guide_says_and_no_range():
    said = " ".join(_goal(target=240, goal="hospitalist").sentences)
    assert "is not for you" in said
    assert "personal statement" in said
    assert "240 on" not in said
    both = " ".join(_goal(target=240, goal="hospitalist or cardiology").sentences)
    assert "240 on" in both
    assert "Of a hospitalist" in both


@pytest.mark.parametrize("given", ["", "undecided"])
def test_what_is_not_decided_leaves_the_rules_open_and_says_so(given):
    assert "may be for you" in " ".join(_goal(target=240, goal=given).sentences)


@pytest.mark.parametrize("given", ["", "hospitalist", "cardiology", "undecided"])
def test_that_no_table_follows_anybody_so_far_is_always_said(given):
    found = _goal(target=240, goal=given)
    assert found.sentences[-1].startswith("No table here follows anybody past the Match")
    assert found.grade == LABEL
    assert found.rules
