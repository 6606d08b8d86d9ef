"""What to do next and the guide's pathway: each date is the calendar's, and in order."""

import itertools
from datetime import date
from typing import Any

import pytest

from imgstats import PublishedTables
from imgstats.strategy.plan import make_plan
from imgstats.strategy.rules import rules
from imgstats.strategy.situation import Situation
from imgstats.strategy.timeline.actions import CALENDAR, actions
from imgstats.strategy.timeline.counting import calendar
from imgstats.strategy.timeline.pathway import PART, pathway

TABLES = PublishedTables()
TODAY = date(2026, 11, 30)
GUIDE = {"target": "235-245", "step1": "passed", "graduated": 2024, "exam_date": "2027-06-15"}
LOW = {"step2_ck": 225, "target": "235-245", "step1": "passed", "graduated": 2024}


def _both(today=TODAY, **values):
    me = Situation.parse({"group": "non-us-img", **values}, today)
    days = calendar(me, TABLES)
    low = bool(me.below_target)
    return actions(me, days, is_low=low), pathway(me, days, TABLES), days


SITUATIONS = [
    GUIDE,
    LOW,
    {"target": 240},
    {"target": 240, "step1": "not taken", "visa": "J-1"},
    {"step2_ck": 250, "usce_months": 4},
    {"step2_ck": 240, "season": 2027},
    {"step2_ck": 240, "season": 2026},
    {"target": 240, "exam_date": "2026-11-01"},
]


@pytest.mark.parametrize("values", SITUATIONS)
def test_a_few_lines_in_order_of_date_each_with_its_section(values):
    found, _, _ = _both(**values)
    assert 1 <= len(found) <= 9
    days = [each.day or date.max for each in found]
    assert days == sorted(days)
    assert all(day >= TODAY for day in days)
    assert all(each.text[0].isupper() and each.section for each in found)


def test_the_guides_example_is_told_in_eight_lines_with_the_calendars_dates():
    found, _, _ = _both(**GUIDE, visa="J-1")
    assert [(each.when, each.text.split(",")[0]) for each in found] == [
        ("by 15 December 2026", "Begin to study for Step 2 CK"),
        ("29 December 2026 and later", "Take practice tests"),
        ("from 4 February 2027", "Join a small project; later ask for letters of US faculty"),
        ("by 4 March 2027", "Begin US clinical experience in internal medicine"),
        ("15 June 2027", "Sit Step 2 CK"),
        ("13 July 2027 to 10 August 2027", "Give the score as step2_ck and plan again"),
        (
            "date unknown until the AAMC and the NRMP announce it",
            "Decide whether to apply or to wait a season",
        ),
        (
            "date unknown until ECFMG says it",
            "Ask ECFMG what certification needs and how long it takes; ask the same of the visa",
        ),
    ]


def test_a_low_score_is_told_what_to_lean_on_now_and_when_step_3_is_too_late():
    texts = {each.text: each for each in _both(**LOW)[0]}
    now = next(each for text, each in texts.items() if text.startswith("Put the weight"))
    assert (now.when, now.section) == ("now", "Beside the score")
    step3 = texts["Step 3 at the latest, if you choose it"]
    assert step3.when.startswith("6 July 2027")
    high = _both(step2_ck=250, target=240)[0]
    assert not any("Step 3" in each.text for each in high)


def test_what_is_late_is_said_with_the_day_that_is_past():
    found, _, _ = _both(date(2027, 2, 1), **GUIDE)
    assert found[0].when == "now: by the guide it had to begin by 15 December 2026"


def test_an_open_season_asks_whether_to_apply_still_and_a_past_one_for_another():
    still, _, _ = _both(step2_ck=240, season=2027)
    assert still[0].text.startswith("Decide whether to apply still (since 2 September 2026)")
    (only,) = _both(step2_ck=240, season=2026)[0]
    assert (only.text, only.section) == ("Name a later season to plan for it", CALENDAR)


@pytest.mark.parametrize("values", SITUATIONS)
def test_the_pathway_holds_every_rule_of_its_part_once_and_is_in_order(values):
    _, found, days = _both(**values)
    names = [rule.name for step in found.steps for rule in step.rules]
    assert sorted(names) == sorted(each.name for each in rules(TABLES, PART))
    done = [step.state == "done" for step in found.steps]
    assert done == sorted(done, reverse=True)
    dated = [step.first or date.max for step in found.steps if step.state != "done"]
    assert all(one <= two for one, two in itertools.pairwise(dated))
    for step in found.steps:
        event = days.event(step.name)
        if event is not None and event.earliest is not None:
            assert event.when in step.when


def test_the_pathway_says_what_is_done_what_comes_and_what_waits_for_the_score():
    steps = {each.name: each for each in _both(**GUIDE)[1].steps}
    assert steps["study-step1"].when == "done: Step 1 is passed, as you say"
    assert steps["study-step2"].when.startswith("begin 15 October 2026 to 15 December 2026")
    assert steps["below"].when == "once the score is there"
    assert "until it is announced by the AAMC" in steps["applications-open"].when
    assert steps["certification"].rules == ()
    low = {each.name: each for each in _both(**LOW)[1].steps}
    assert low["below"].when == "it does: from now on, until 31 August 2027"
    assert low["exam"].state == "done"
    assert _both(step2_ck=250, target=240)[1].steps[-1].name == "match-day"


def test_months_that_are_past_and_were_not_done_are_not_called_done():
    steps = {each.name: each for each in _both(step2_ck=240, season=2027)[1].steps}
    assert steps["usce"].state == "past"
    met = {each.name: each for each in _both(step2_ck=240, usce_months=4)[1].steps}
    assert met["usce"].when == "done: the months of the guide are met"


@pytest.mark.slow
def test_figures_that_nobody_checked_are_named_and_not_listed():
    plan = make_plan(Situation.parse({"group": "non-us-img", "target": 240}, TODAY))
    listed: list[Any] = [
        *plan.exam_record.evidence,
        *(each for lever in plan.low_score.levers for each in lever.evidence),
        *plan.funnel.beside,
    ]
    assert listed
    assert all(each.grade != "D" for each in listed)
    assert "two Step 1 attempts (no comparison group given)" in plan.refused.names
    assert any("survey quoted in 2011" in each for each in plan.refused.names)
    assert len(plan.refused.names) == len(set(plan.refused.names))
    assert all(each in plan.refused.sentence for each in plan.refused.names)
    assert "second-hand and unchecked" in plan.refused.sentence
    assert "medrookie" in plan.refused.sources


@pytest.mark.slow
def test_safeguards_of_step_1_stand_under_the_exam_record():
    plan = make_plan(Situation.parse({"group": "non-us-img", **GUIDE}, TODAY))
    names = {each.name for each in plan.exam_record.safeguards.yours}
    assert {"several-above-passing", "daily-questions", "delay-rather-than-borderline"} <= names
    assert "which is passed" in plan.exam_record.guarded
    assert not any(each.section == "Step 1" for each in plan.advice["readiness"].every)
