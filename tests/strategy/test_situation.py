"""A plan's input is judged once, and what is refused says what is allowed."""

from datetime import date

import pytest

from imgstats.errors import InputError
from imgstats.strategy.situation import STEP1, Situation

TODAY = date(2026, 11, 30)
GROUP = {"group": "non-us-img"}


def _parse(**values):
    return Situation.parse({**GROUP, **values}, TODAY)


def test_the_target_stands_in_for_a_score_that_is_not_there():
    plan = _parse(target="235-245")
    assert (plan.scored, plan.score, plan.target) == (False, 235, (235, 245))
    assert plan.below_target is None


def test_a_score_is_set_beside_the_target():
    assert _parse(step2_ck=225, target="235-245").below_target is True
    assert _parse(step2_ck=235, target="235-245").below_target is False
    assert _parse(step2_ck=235).below_target is None


@pytest.mark.parametrize("text", ["240", 240, " 240 ", "240-240"])
def test_one_score_is_a_target_of_its_own(text):
    assert _parse(target=text).target == (240, 240)


@pytest.mark.parametrize("text", ["235 - 245", "235\u2013245", "235 to 245", "235..245"])
def test_a_range_may_be_written_in_the_usual_ways(text):
    assert _parse(target=text).target == (235, 245)


@pytest.mark.parametrize(
    ("values", "found", "todo"),
    [
        ({"target": "310"}, "target is '310'", "from 100 to 300"),
        ({"target": "245-235"}, "target is '245-235'", "lower end goes first"),
        ({"target": "good"}, "target is 'good'", "such as 240"),
        ({"target": "24"}, "target is '24'", "Step 2 CK scores"),
        ({}, "neither step2_ck nor target", "give the one you have"),
        ({"step2_ck": 240, "step1": "pased"}, "step1 is 'pased'", "did you mean passed"),
        ({"step2_ck": 240, "season": "2019"}, "season is '2019'", "2026 to 2032"),
        ({"step2_ck": 240, "season": "twenty"}, "season is 'twenty'", "year of the Match"),
        ({"step2_ck": 240, "graduated": "1820"}, "graduated is '1820'", "1950"),
        ({"target": 240, "exam_date": "soon"}, "exam_date is 'soon'", "2027-06-15"),
        ({"target": 240, "exam_date": "2127-06-15"}, "exam_date is 2127-06-15", "a day until"),
        ({"target": 240, "targt": 240}, "unknown key 'targt'", "did you mean target"),
        ({"step2_ck": 320}, "step2_ck is", "100 to 300"),
        ({"target": 240, "goal": "cardiolgy"}, "goal is 'cardiolgy'", "did you mean cardiology"),
        ({"target": 240, "goal": "nephrology"}, "goal is 'nephrology'", "other fellowship"),
        ({"target": 240, "goal": "undecided or cardiology"}, "goal is", "stands alone"),
        ({"target": 240, "goal": 7}, "goal is 7", "hospitalist, cardiology, other fellowship"),
    ],
)
def test_what_is_refused_says_what_is_allowed(values, found, todo):
    with pytest.raises(InputError) as error:
        _parse(**values)
    assert found in str(error.value)
    assert todo in str(error.value)


@pytest.mark.parametrize(
    ("exam", "season"),
    [("2027-06-15", 2028), ("2027-08-31", 2028), ("2027-09-01", 2029), ("2026-05-01", 2028)],
)
def test_the_season_not_given_is_the_first_that_opens_after_exam_and_today(exam, season):
    plan = _parse(target=240, exam_date=exam)
    assert (plan.season, plan.season_given) == (season, False)


def test_a_given_season_stands_and_another_day_moves_the_one_not_given():
    assert _parse(target=240, season=2029).season == 2029
    late = _parse(target=240, exam_date="2027-06-15").on(date(2027, 10, 1))
    assert late.season == 2029
    assert _parse(target=240, season=2028).on(date(2027, 10, 1)).season == 2028


def test_failures_are_known_unknown_or_excluded():
    assert _parse(step2_ck=240).failed is None
    assert _parse(step2_ck=240, attempts=2).failed is True
    assert _parse(step2_ck=240, step1="passed after a failure").failed is True
    assert _parse(step2_ck=240, step1="passed", attempts=1).failed is False
    # Passed Step 1 at the first attempt says nothing of Step 2 CK.
    assert _parse(step2_ck=240, step1="passed").failed is None


@pytest.mark.parametrize("words", STEP1)
def test_step_1_is_read_in_any_case(words):
    assert _parse(step2_ck=240, step1=words.upper()).step1 == words


@pytest.mark.parametrize(
    ("text", "visa"),
    [
        ("none", "none needed"),
        ("not needed", "none needed"),
        ("J-1", "J-1"),
        ("j1 visa", "J-1"),
        ("H1B", "H-1B"),
        ("either", "either"),
        ("J-1 or H-1B", "either"),
        ("", ""),
        (None, ""),
    ],
)
def test_the_visa_is_read_by_its_meaning(text, visa):
    assert _parse(step2_ck=240, visa=text).visa == visa


@pytest.mark.parametrize("text", ["yes", "F-1", "no J-1", True])
def test_another_visa_is_refused_with_those_that_are_allowed(text):
    with pytest.raises(InputError, match=r"visa is .*none needed, J-1, H-1B, either"):
        _parse(step2_ck=240, visa=text)


@pytest.mark.parametrize(
    ("text", "goal", "fellowship"),
    [
        ("hospitalist", ("hospitalist",), False),
        ("Hospitalist or cardiology", ("hospitalist", "cardiology"), True),
        ("cardiology, hospitalist", ("hospitalist", "cardiology"), True),
        ("Fellowship in Cardiology", ("cardiology",), True),
        ("other_fellowship", ("other fellowship",), True),
        ("undecided", ("undecided",), None),
        ("", (), None),
        (None, (), None),
    ],
)
def test_a_goal_is_one_or_several_and_says_whether_a_fellowship_leads_there(text, goal, fellowship):
    plan = _parse(target=240, goal=text)
    assert (plan.goal, plan.fellowship) == (goal, fellowship)
    assert Situation.parse(plan.values(), TODAY) == plan
