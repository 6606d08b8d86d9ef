"""Every rule of the guide is there, has its place, and finds whom it is for."""

from collections import Counter
from datetime import date

import pytest

from imgstats import PublishedTables
from imgstats.strategy.rules import LABEL, advice, rule, rules
from imgstats.strategy.situation import Situation

TABLES = PublishedTables()
PARTS = sorted({each.part for each in rules(TABLES)})
TODAY = date(2026, 11, 30)


def _situation(**values):
    return Situation.parse({"group": "non-us-img", **values}, TODAY)


def test_pieces_of_advice_are_counted_by_section_of_the_guide():
    assert Counter(each.section for each in rules(TABLES)) == {
        "How programs use scores": 15,
        "Step 1": 20,
        "Step 2 CK": 30,
        "Low scores": 33,
        "Sample pathway": 17,
        "Questions": 6,
        "Tool": 1,
    }


def test_each_has_a_place_and_cites_the_guide():
    for each in rules(TABLES):
        assert each.place
        assert each.sources == ("step-score-guide",)


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize(
    "values",
    [
        {"step2_ck": 225, "target": "235-245", "step1": "passed", "graduated": 2024},
        {"target": 240, "step1": "not taken"},
        {"step2_ck": 262, "attempts": 2},
        {"step2_ck": 205},
    ],
)
def test_no_rule_of_a_part_is_lost_whoever_asks(part, values):
    found = advice(TABLES, _situation(**values), part)
    assert found.label == LABEL
    assert sorted(each.name for each in found.every) == sorted(
        each.name for each in rules(TABLES, part)
    )


@pytest.mark.parametrize(
    ("score", "bands"),
    [
        (205, {"band-under-220-hard"}),
        (219, {"band-under-220-hard"}),
        (220, {"band-220-community", "band-220-needs-profile"}),
        (235, {"band-230-community", "band-230-img-friendly"}),
        (240, {"band-240-university", "band-240-offsets"}),
        (271, {"band-240-university", "band-240-offsets"}),
    ],
)
def test_a_score_finds_its_band(score, bands):
    found = advice(TABLES, _situation(step2_ck=score), "targets").yours
    assert {each.name for each in found if each.kind == "band"} == bands


@pytest.mark.parametrize(
    ("goal", "where"),
    [
        ("cardiology", "yours"),
        ("hospitalist or cardiology", "yours"),
        ("other fellowship", "yours"),
        ("hospitalist", "others"),
        ("undecided", "unsure"),
        ("", "unsure"),
    ],
)
def test_what_turns_on_a_fellowship_is_for_whoever_wants_one(goal, where):
    found = advice(TABLES, _situation(target="235-245", goal=goal), "targets")
    names = {each.name for each in getattr(found, where)}
    assert {"band-240-fellowship", "competitive-needs-plan"} <= names


def test_a_score_under_the_range_or_already_there_has_no_use_for_it():
    low = advice(TABLES, _situation(step2_ck=225, goal="cardiology"), "targets")
    assert {"band-240-fellowship", "competitive-needs-plan"} <= {e.name for e in low.others}


def test_what_was_not_said_leaves_a_rule_unsure():
    name = "first-attempt-pass-helps"
    unknown = advice(TABLES, _situation(step2_ck=240), "exam_record")
    assert name in {each.name for each in unknown.unsure}
    passed = advice(TABLES, _situation(step2_ck=240, step1="passed"), "exam_record")
    assert name in {each.name for each in passed.yours}
    failed = advice(TABLES, _situation(step2_ck=240, step1="failed"), "exam_record")
    assert name in {each.name for each in failed.others}
    assert "step1-failure-red-flag" in {each.name for each in failed.yours}


def test_a_low_score_is_what_the_guide_calls_low():
    edge = int(rule(TABLES, "borderline-or-lower").high or 0)
    for score, low in ((edge, True), (edge + 1, False)):
        names = {
            each.name for each in advice(TABLES, _situation(step2_ck=score), "low_score").yours
        }
        assert ("one-exam-or-pattern" in names) is low
