"""Targets, exam record and the file beside the score, for people in different situations."""

from __future__ import annotations

import itertools
import warnings
from datetime import date, timedelta

import pytest

from imgstats import PublishedTables, compare
from imgstats.errors import ImgstatsWarning
from imgstats.strategy.exam_record import exam_record
from imgstats.strategy.low_score import low_score
from imgstats.strategy.plan import make_plan
from imgstats.strategy.situation import Situation
from imgstats.strategy.targets import targets

TABLES = PublishedTables()
TODAY = date(2026, 11, 30)


def _situation(**values):
    return Situation.parse({"group": "non-us-img", **values}, TODAY)


def _part(part, **values):
    me = _situation(**values)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)
        return part(me, compare(me.applicant), TABLES)


def test_the_rates_are_those_of_the_comparison():
    me = _situation(step2_ck=225)
    comparison = compare(me.applicant)
    assert comparison.curve is not None
    assert comparison.headline is not None
    found = targets(me, comparison, TABLES)
    assert [(each.low, each.rate) for each in reversed(found.bands)] == [
        (each.low, each.rate) for each in comparison.curve.bands
    ]
    assert found.grade == comparison.headline.grade


def test_words_of_a_band_stand_once_over_all_its_rows():
    bands = _part(targets, step2_ck=225).bands
    assert sum(each.rows_of_rules for each in bands) == len(bands)
    assert [each.rows_of_rules for each in bands if each.low == 230] == [1]


def test_filters_that_leave_a_score_out_are_named_with_those_matched_under_it():
    found = _part(targets, step2_ck=225, target="235-245")
    last = found.sentences[-1]
    assert last.startswith("A filter at 230 or 235 or 240 or 245 leaves 225 out; 6 % of those")
    us = _part(targets, group="us-img", step2_ck=225).sentences[-1]
    assert us.endswith("of the non-US IMGs who matched scored under 225.")
    # Not under the filters that were named last.
    assert last.endswith("who matched scored under 225.")
    assert _part(targets, step2_ck=262).sentences[-1].startswith("A filter at 262 keeps")


def test_the_screen_falls_and_keeps_more_of_the_matched():
    screen = _part(targets, step2_ck=238).screen
    assert [row.cut for row in screen] == [220, 230, 235, 238, 240, 245]
    for lower, higher in itertools.pairwise(screen):
        assert lower.matched > higher.matched
        assert lower.not_matched > higher.not_matched
    assert all(row.matched > row.not_matched for row in screen)
    assert all(row.matched_low < row.matched < row.matched_high for row in screen)


def test_us_imgs_are_told_whose_scores_a_screen_has():
    found = _part(targets, group="us-img", step2_ck=235)
    assert found.screen_grade.startswith("borrowed")
    assert any("scores are of non-US IMGs" in each for each in found.sentences)


def test_a_specialty_without_scores_has_no_screen_and_says_so():
    found = _part(targets, group="us-img", step2_ck=235, specialty="Dermatology")
    assert (found.bands, found.survey) == ((), ())
    assert found.sentences[0].startswith("No table here gives a rate by score")


def test_a_target_over_two_bands_gets_the_advice_on_both():
    yours = _part(targets, target="235-245").advice.yours
    names = {each.name for each in yours if each.kind == "band"}
    assert {"band-230-community", "band-240-university"} <= names
    assert "band-220-community" not in names


@pytest.mark.parametrize(
    ("values", "words"),
    [
        ({"step2_ck": 240}, "Nothing was said of Step 1"),
        ({"step2_ck": 240, "attempts": 2}, "At least one Step took more than one attempt."),
        ({"step2_ck": 240, "step1": "failed"}, "Step 1: failed."),
        ({"target": 240, "step1": "passed"}, "Step 1 was passed at the first attempt, as you say;"),
        ({"target": 240, "step1": "not taken"}, "Step 1: not taken."),
        ({"target": 240, "attempts": 1}, "Each Step so far was passed at the first attempt"),
        (
            {"step2_ck": 210, "attempts": 1, "step2_ck_date": "2026-10-01"},
            "The Step 2 CK score, 210, is under the passing score of its day, 218: the exam is not",
        ),
        (
            {"step2_ck": 216, "attempts": 1},
            "The Step 2 CK score, 216, is under the passing score of exams from 1 July 2025 on",
        ),
        (
            {"step2_ck": 216, "attempts": 1, "step2_ck_date": "2025-05-01"},
            "Each Step so far was passed at the first attempt",
        ),
        ({"step2_ck": 240, "step1": "passed"}, "Step 1: passed. Of the other attempts nothing"),
    ],
)
def test_the_exam_record_says_where_somebody_stands(values, words):
    assert _part(exam_record, **values).sentences[0].startswith(words)


def test_step_3_has_what_speaks_against_it_beside_what_programs_say():
    step3 = _part(exam_record, step2_ck=240).step3
    assert step3.fee_usd == TABLES.rows("pathway_fees", item="USMLE Step 3")[0]["fee_usd"]
    assert any("not required 92" in each.sentence for each in step3.evidence)
    assert step3.weighs_against


@pytest.mark.parametrize(
    ("values", "is_low", "words"),
    [
        ({"step2_ck": 225, "target": "235-245"}, True, "calls it low and it lies 10 points under"),
        ({"step2_ck": 232, "target": "235-245"}, True, "It lies 3 points under the target"),
        ({"step2_ck": 225}, True, "The guide calls it low"),
        ({"step2_ck": 240}, False, "does not call such a score low"),
    ],
)
def test_why_a_score_is_low_is_said(values, is_low, words):
    found = _part(low_score, **values)
    assert found.is_low is is_low
    assert words in found.sentences[0]


def test_each_lever_says_what_is_known_and_what_is_advised():
    for lever in _part(low_score, step2_ck=225).levers:
        assert lever.evidence
        assert lever.rules


def test_a_score_that_is_there_is_never_to_be_prepared_for_again():
    plan = make_plan(_situation(step2_ck=225, target="235-245", graduated=2024))
    yours = [rule.name for part in plan.advice.values() for rule in part.yours]
    assert "delay-for-step2" not in yours
    assert "delay-for-file" in yours
    reasons = [each.text for choice in plan.calendar.choices for each in choice.reasons]
    assert not any("prepare for Step 2 CK" in each for each in reasons)
    assert any("no other score" in each for each in plan.calendar.sentences)


def test_advice_on_a_score_to_come_waits_for_it():
    plan = make_plan(_situation(target="235-245"))
    later = {rule.name for part in plan.advice.values() for rule in part.later}
    assert {"below-target-list", "at-target-academic", "delay-brings"} <= later


def test_fees_of_exams_that_lie_behind_are_left_out():
    before = make_plan(_situation(target=240, step1="not taken")).funnel.required_usd
    step1 = make_plan(_situation(target=240, step1="passed")).funnel.required_usd
    both = make_plan(_situation(step2_ck=240, step1="passed")).funnel.required_usd
    fees = {row["item"]: row["fee_usd"] for row in TABLES.rows("pathway_fees")}
    assert before - step1 == fees["USMLE Step 1"]
    assert step1 - both == fees["USMLE Step 2 CK"]


@pytest.mark.parametrize("group", ["us_img", "non_us_img"])
def test_states_are_ranked_by_the_persons_own_group(group):
    states = make_plan(_situation(group=group, step2_ck=240)).shortlist.states
    assert states is not None
    counts = [getattr(row, group) for row in states.rows]
    assert counts == sorted(counts, reverse=True)
    label = {"us_img": "US IMGs", "non_us_img": "non-US IMGs"}[group]
    assert f"by the positions that {label} filled there" in states.sentences[0]


def test_without_a_target_nothing_waits_for_the_score():
    found = make_plan(_situation(step2_ck=240))
    parts = [*found.advice.values(), found.low_score.advice]
    assert all(part.later == () for part in parts)
    assert any(rule.applies == "below_target" for part in parts for rule in part.unsure)


def test_one_attempt_at_most_means_that_nothing_was_failed():
    assert _situation(step2_ck=240, attempts=1).failed is False
    assert _situation(step2_ck=240, attempts=1, step1="failed").failed is True


@pytest.mark.parametrize(
    ("group", "words"), [("non-us-img", "by the curve"), ("us-img", "by a rate that is borrowed")]
)
def test_a_rate_that_nobody_counted_is_told_as_what_it_is(group, words):
    sentence = _part(targets, group=group, step2_ck=235).sentences[0]
    assert f"about {38 if group == 'non-us-img' else 60} % matched to it {words} (95 %" in sentence


def test_the_month_in_which_a_season_opens_is_that_of_every_season_known():
    rows = TABLES.rows("season_dates", event="applicants may submit")
    known = {str(row["season"]): row["date"] for row in rows if row["date"] is not None}
    assert known
    for season, day in known.items():
        before = date.fromisoformat(str(day)) - timedelta(days=32)
        made = Situation.parse({"group": "us-img", "target": 240}, before)
        assert str(made.season) == season


def test_no_year_or_score_of_a_season_that_is_over_breaks_a_page():
    plan = make_plan(Situation.parse({"group": "us-img", "step2_ck": 240, "season": 2026}, TODAY))
    assert "is over" in plan.calendar.sentences[0]
