"""Days are counted back from a season's own or the guide's months, and none is made up."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from imgstats import PublishedTables
from imgstats.comparison.citations import citations_of
from imgstats.grades import LETTERS
from imgstats.strategy.rules import LABEL
from imgstats.strategy.situation import STEP1, Situation
from imgstats.strategy.timeline.counting import calendar
from imgstats.strategy.timeline.days import months_before, series_back
from imgstats.strategy.timeline.frame import OPENS, frame_of
from imgstats.strategy.timeline.records import (
    ADVICE,
    COUNTED,
    GIVEN,
    NOT_ANNOUNCED,
    NOT_KNOWN,
    PUBLISHED,
)
from imgstats.strategy.timeline.season import EVENTS

TABLES = PublishedTables()
TODAY = date(2026, 11, 30)
TARGET = {"target": "235-245"}


def _plan(today=TODAY, **values):
    return calendar(Situation.parse({"group": "non-us-img"} | values, today), TABLES)


def _days(plan, name):
    event = plan.event(name)
    return event.earliest, event.begin_by, event.latest


def _text(plan):
    return " ".join(plan.sentences)


def _score_need(plan, name):
    (choice,) = [each for each in plan.choices if each.name == name]
    (need,) = [each for each in choice.needs if each.text.startswith("The score is")]
    return need


@pytest.mark.parametrize(
    ("day", "months", "found"),
    [
        (date(2027, 6, 15), 8, date(2026, 10, 15)),
        (date(2027, 6, 15), 6, date(2026, 12, 15)),
        (date(2027, 8, 31), 6, date(2027, 2, 28)),
        (date(2028, 8, 31), 6, date(2028, 2, 29)),
        (date(2028, 2, 29), 8, date(2027, 6, 29)),
        (date(2027, 1, 31), 1, date(2026, 12, 31)),
        (date(2027, 12, 15), 12, date(2026, 12, 15)),
        (date(2027, 6, 15), 0, date(2027, 6, 15)),
        (date(2027, 6, 15), 1.5, date(2027, 4, 30)),
    ],
)
def test_months_are_counted_back_by_the_day_of_the_month(day, months, found):
    assert months_before(day, months) == found


@given(
    day=st.dates(date(1990, 1, 1), date(2090, 12, 31)),
    months=st.integers(0, 60),
)
def test_months_agree_with_another_library(day, months):
    assert months_before(day, months) == day - relativedelta(months=months)


def test_a_series_ends_before_its_end_and_may_begin_at_its_start():
    end = date(2027, 6, 15)
    assert series_back(end, end - timedelta(weeks=12), 6) == (
        date(2027, 3, 23),
        date(2027, 5, 4),
    )
    assert series_back(end, end - timedelta(weeks=5), 6) == ()
    assert series_back(end, end + timedelta(weeks=5), 6) == ()


def test_a_season_that_is_not_announced_is_counted_back_from_the_guides_months():
    plan = _plan(**TARGET, exam_date="2027-06-15", step1="passed")
    assert (plan.season, plan.deadline, plan.deadline_kind) == (2028, date(2027, 8, 31), ADVICE)
    assert _days(plan, "study-step2") == (
        date(2026, 10, 15),
        date(2026, 12, 15),
        date(2027, 6, 15),
    )
    assert _days(plan, "exam") == (date(2027, 6, 15), None, date(2027, 6, 15))
    assert _days(plan, "score") == (date(2027, 7, 13), None, date(2027, 8, 10))
    # 31 August less 56 and 28 days.
    assert _days(plan, "last-exam-opening") == (date(2027, 7, 6), None, date(2027, 8, 3))
    assert plan.event("last-exam-review") is None
    assert _days(plan, "usce") == (date(2027, 2, 4), date(2027, 3, 4), date(2027, 5, 4))
    assert _days(plan, "letters") == (date(2027, 4, 4), None, date(2027, 8, 31))
    assert plan.event("practice-tests").days == (
        date(2026, 12, 29),
        date(2027, 2, 9),
        date(2027, 3, 23),
        date(2027, 5, 4),
    )
    assert plan.event("study-step1") is None
    assert "is not announced" in plan.sentences[0]
    assert "July or August 2027" in plan.sentences[0]


def test_every_event_says_how_it_came_about():
    plan = _plan(**TARGET, exam_date="2027-06-15", step1="not taken")
    kinds = {each.name: (each.kind, each.grade) for each in plan.events}
    assert kinds["exam"] == (GIVEN, "assumed")
    assert kinds["score"] == (COUNTED, "B")
    assert kinds["study-step2"] == kinds["usce"] == kinds["last-exam-opening"] == (ADVICE, LABEL)
    assert kinds["match-day"] == (NOT_ANNOUNCED, "")


def test_what_is_not_announced_has_no_day_and_the_last_known_one_stays_its_own_seasons():
    plan = _plan(**TARGET)
    missing = {each.name: each for each in plan.unknown}
    assert set(missing) == {
        "season-begins",
        "applications-open",
        "programs-review",
        "rank-lists",
        "match-day",
    }
    assert missing["applications-open"].before == (
        "in season 2027 it was 2 September 2026 (grade C)"
    )
    assert missing["match-day"].before == "in season 2026 it was 20 March 2026 (grade A)"
    assert missing["rank-lists"].before == ""
    assert "AAMC" in missing["applications-open"].announced_by
    assert "NRMP" in missing["match-day"].announced_by
    for name in missing:
        event = plan.event(name)
        assert (event.earliest, event.latest, event.kind) == (None, None, NOT_ANNOUNCED)
        assert event in plan.events[-len(missing) - len(plan.not_known) :]


def test_without_an_exam_day_the_guides_months_stand_in():
    plan = _plan(**TARGET, step1="passed")
    assert _days(plan, "exam") == (date(2027, 6, 1), None, date(2027, 7, 31))
    assert _days(plan, "score") == (date(2027, 7, 1), None, date(2027, 8, 31))
    assert _days(plan, "study-step2") == (date(2026, 10, 1), date(2027, 1, 31), date(2027, 7, 31))
    assert {plan.event(name).kind for name in ("exam", "score")} == {ADVICE}
    assert "No exam day was given" in _text(plan)
    assert "After 6 July 2027" in plan.event("exam").note


def test_a_published_opening_replaces_the_guides_months():
    plan = _plan(date(2026, 1, 10), **TARGET, exam_date="2026-06-20", season=2027)
    assert (plan.deadline, plan.deadline_kind) == (date(2026, 9, 1), PUBLISHED)
    assert _days(plan, "last-exam-opening") == (date(2026, 7, 7), None, date(2026, 8, 4))
    # Programs review from 23 September on.
    assert _days(plan, "last-exam-review") == (date(2026, 7, 28), None, date(2026, 8, 25))
    assert plan.event("applications-open").grade == "C"
    assert plan.event("last-exam-opening").kind == COUNTED
    assert plan.event("last-exam-opening").grade == "C"  # the weaker of C and B
    assert "33 weeks from 10 January 2026" in plan.sentences[0]
    # A season is ordered by its days.
    dated = [each.earliest for each in plan.events if each.earliest]
    assert dated == sorted(dated)


@pytest.mark.parametrize(
    ("exam", "holds", "words"),
    [
        ("2027-07-06", True, "Both are by 31 August 2027"),
        ("2027-07-07", None, "Only the usual wait is by 31 August 2027"),
        ("2027-08-03", None, "Only the usual wait"),
        ("2027-08-04", False, "Neither is by 31 August 2027"),
    ],
)
def test_a_score_is_in_time_after_both_waits_one_or_none(exam, holds, words):
    plan = _plan(**TARGET, exam_date=exam)
    assert words in _text(plan)
    assert _score_need(plan, "apply").holds is holds


def test_study_for_step_1_comes_before_study_for_step_2():
    plan = _plan(**TARGET, exam_date="2028-06-15", step1="not taken", graduated=2020)
    # 4 to 8 months before 15 October and 15 December 2027.
    assert _days(plan, "study-step1") == (
        date(2027, 2, 15),
        date(2027, 8, 15),
        date(2027, 12, 15),
    )


@pytest.mark.parametrize("graduated", [None, 2023, 2026, 2027])
def test_without_a_sure_gap_both_ranges_of_step_1_hold(graduated):
    plan = _plan(**TARGET, exam_date="2028-06-15", step1="failed", graduated=graduated)
    assert _days(plan, "study-step1")[:2] == (date(2027, 2, 15), date(2027, 9, 15))


def test_what_was_not_said_of_step_1_is_told_and_not_assumed():
    plan = _plan(**TARGET, exam_date="2028-06-15")
    assert plan.event("study-step1") is None
    assert "between 15 February 2027 and 15 September 2027" in _text(plan)
    assert "Nothing was said of Step 1" not in _text(_plan(**TARGET, step1="passed"))


def test_a_late_begin_is_said_with_what_is_left():
    plan = _plan(date(2027, 2, 1), **TARGET, exam_date="2027-06-15")
    # 134 days are 19 weeks and a day.
    words = (
        "6 months would have had to begin by 15 December 2026; 19 weeks are left until 15 June 2027"
    )
    assert words in plan.event("study-step2").note
    assert words in _text(plan)
    assert plan.event("study-step2").state == "now"


def test_one_day_is_left():
    plan = _plan(today=date(2027, 8, 30), target="240")
    assert "1 day is left until 31 August 2027" in plan.event("usce").note


def test_a_score_that_is_there_needs_no_exam():
    plan = _plan(step2_ck=225, target="235-245", usce_months=3, step1="passed")
    names = {each.name for each in plan.events if each.earliest}
    assert names == {"letters", "research", "step3"}
    assert "3 months done" in _text(plan)
    assert _score_need(plan, "apply").holds is True
    reasons = {each.text[:5]: each.yours for each in plan.choices[1].reasons}
    assert set(reasons.values()) == {True}  # under the target


def test_certification_visa_and_step_3_have_no_day_and_say_who_says_it():
    plan = _plan(**TARGET, visa="J-1")
    found = {each.name: each for each in plan.not_known}
    assert set(found) == {"certification", "visa", "step3"}
    assert all(each.earliest is None and each.grade == "" for each in found.values())
    fees = {row["item"]: row for row in TABLES.rows("pathway_fees")}
    assert "Credential verification" in found["certification"].note
    assert f"{fees['J-1 sponsorship and SEVIS']['fee_usd']} USD (grade C)" in found["visa"].note
    assert all("not known here" in each.note for each in found.values())


@pytest.mark.parametrize(
    ("values", "label", "words"),
    [
        ({"visa": "H-1B"}, "Visa: H-1B", "the sponsor"),
        ({"visa": "either"}, "Visa: J-1 or H-1B", "SEVIS"),
        ({}, "Visa", "was not said"),
        ({"visa": "none needed"}, None, ""),
        ({"group": "us-img"}, None, ""),
    ],
)
def test_a_visa_stands_there_for_who_needs_one_or_did_not_say(values, label, words):
    event = _plan(**TARGET, **values).event("visa")
    assert (None if event is None else event.label) == label
    assert event is None or words in event.note
    if label == "Visa: H-1B":
        assert "J-1" not in event.note
        assert event.sources == ()


@pytest.mark.parametrize(
    ("values", "holds"),
    [
        ({"step2_ck": 210, "step2_ck_date": "2026-10-01"}, False),
        ({"step2_ck": 216}, None),
        ({"step2_ck": 216, "step2_ck_date": "2025-05-01"}, True),
        ({"step2_ck": 218}, True),
    ],
)
def test_a_score_under_the_passing_score_of_its_day_is_no_pass(values, holds):
    plan = _plan(**values)
    assert _score_need(plan, "apply").holds is holds
    assert ("It stands: a passed Step" in _text(plan)) is (holds is True)
    assert ("give a target in the place of step2_ck" in _text(plan)) is (holds is not True)


def test_step_3_has_its_last_days_once_the_score_is_there():
    step3 = _plan(step2_ck=225).event("step3")
    # 56 and 28 days before 31 August 2027.
    assert (step3.earliest, step3.latest) == (date(2027, 7, 6), date(2027, 8, 3))
    assert "exam record" in step3.note
    over = _plan(step2_ck=225, season=2026)
    assert over.not_known == ()


def test_step_1_may_be_pending_beside_a_score():
    plan = _plan(step2_ck=240, step1="not taken", graduated=2015)
    # 56 days before 31 August 2027, less 4 to 8 months.
    assert _days(plan, "study-step1") == (date(2026, 11, 6), date(2027, 3, 6), date(2027, 7, 6))
    assert plan.event("study-step2") is None


@pytest.mark.parametrize(
    ("done", "days"),
    [
        (0, (date(2027, 2, 4), date(2027, 3, 4))),
        (1, (date(2027, 3, 4), date(2027, 4, 4))),
        (2, (date(2027, 4, 4), None)),
        (2.5, (date(2027, 4, 19), None)),  # half of 30 days
        (3, None),
        (12, None),
    ],
)
def test_months_of_experience_that_are_done_are_not_planned_again(done, days):
    plan = _plan(**TARGET, exam_date="2027-06-15", usce_months=done)
    event = plan.event("usce")
    assert (event and (event.earliest, event.begin_by)) == days


@pytest.mark.parametrize("exam", ["2027-06-15", "2027-09-20", None])
def test_experience_is_over_before_the_last_weeks_of_study_and_says_that_it_overlaps(exam):
    plan = _plan(**TARGET, exam_date=exam)
    usce = plan.event("usce")
    # 6 weeks, the guide's longest gap between practice tests.
    assert usce.latest == plan.event("exam").earliest - timedelta(weeks=6)
    assert "before the last 6 weeks of study" in usce.reckoned
    until = plan.event("study-step2").latest
    assert f"overlap with study for Step 2 CK, which goes on until {until.day} {until:%B}" in (
        usce.note
    )


def test_in_the_last_weeks_of_study_experience_is_counted_back_from_the_deadline():
    on_the_day = _plan(date(2027, 5, 4), **TARGET, exam_date="2027-06-15")
    assert on_the_day.event("usce").latest == date(2027, 5, 4)
    assert "no day is left" in on_the_day.event("usce").note
    after = _plan(date(2027, 5, 5), **TARGET, exam_date="2027-06-15").event("usce")
    assert (after.earliest, after.latest) == (date(2027, 5, 31), date(2027, 8, 31))
    assert "goes on until 15 June 2027" in after.note


def test_experience_that_no_study_touches_says_nothing_of_it():
    later = _plan(**TARGET, exam_date="2028-06-15", season=2028).event("usce")
    assert later.latest == date(2027, 8, 31)
    assert "overlap" not in later.note
    assert "overlap" not in _plan(step2_ck=240).event("usce").note


def test_an_exam_behind_without_a_score_asks_for_it():
    plan = _plan(**TARGET, exam_date="2025-01-15")
    assert "give it as step2_ck" in _text(plan)
    assert plan.event("study-step2") is plan.event("practice-tests") is None
    assert (plan.event("exam").state, plan.event("score").state) == ("past", "past")
    waiting = _plan(**TARGET, exam_date="2026-10-20")
    assert waiting.event("score").state == "now"
    assert "give it as step2_ck" not in _text(waiting)


def test_an_exam_after_the_opening_of_the_season_comes_too_late():
    plan = _plan(**TARGET, exam_date="2026-12-20", season=2027)
    assert "after applications of the 2027 Match may be submitted (2 September 2026)" in _text(plan)
    assert _score_need(plan, "apply").holds is False
    assert _score_need(plan, "wait").holds is True
    assert "since 2 September 2026" in plan.sentences[0]
    assert all(each.past for each in plan.choices[0].decisions)


def test_a_season_that_is_over_is_said_to_be_over():
    plan = _plan(date(2026, 4, 1), **TARGET, season=2026)
    assert plan.over is True
    assert "Match Day was 20 March 2026" in plan.sentences[0]
    assert {each.kind for each in plan.events} == {PUBLISHED}
    assert plan.unknown == ()
    assert plan.choices[0].needs[0].holds is False
    assert plan.event("season-ends").state == "ahead"


def test_whether_a_season_without_a_match_day_is_over_is_not_known():
    plan = _plan(date(2027, 5, 1), step2_ck=240, season=2027)
    assert plan.over is None
    assert "is not told here" in _text(plan)


def test_an_exam_on_the_29th_of_february_is_counted_from():
    plan = _plan(**TARGET, exam_date="2028-02-29")
    assert _days(plan, "study-step2") == (
        date(2027, 6, 29),
        date(2027, 8, 29),
        date(2028, 2, 29),
    )
    assert _days(plan, "score") == (date(2028, 3, 28), None, date(2028, 4, 25))


def test_waiting_gives_the_exam_the_later_seasons_last_day():
    plan = _plan(date(2027, 3, 1), **TARGET, exam_date="2027-06-15", usce_months=2)
    apply, wait = plan.choices
    assert (apply.season, wait.season) == (2028, 2029)
    study = [each for each in apply.needs if each.text.startswith("Study")]
    assert [each.holds for each in study] == [False]
    (study,) = [each for each in wait.needs if each.text.startswith("Study")]
    assert study.text.endswith("begin by 6 January 2028 for an exam on 6 July 2028.")
    assert study.holds is True
    days = [each.day for each in wait.decisions]
    assert days == [date(2028, 7, 6), date(2028, 8, 3), date(2028, 8, 31), None, None]


def test_neither_choice_is_recommended():
    plan = _plan(**TARGET)
    words = " ".join([_text(plan), *(need.text for c in plan.choices for need in c.needs)])
    for each in ("should apply", "should wait", "recommend", "better to"):
        assert each not in words
    assert {choice.grade for choice in plan.choices} == {LABEL}


def test_every_event_of_the_table_has_words():
    assert {row["event"] for row in TABLES.rows("season_dates")} <= set(EVENTS)
    assert OPENS in EVENTS


def test_the_waits_are_those_of_the_table():
    found = frame_of(2028, TABLES).wait
    assert (found.usual, found.allow, found.letter) == (28, 56, "B")


def test_all_that_is_cited_is_known():
    plan = _plan(**TARGET, exam_date="2027-06-15")
    keys = {each.key for each in citations_of(plan, None)}
    assert keys == set(plan.sources)
    assert {"step-score-guide", "usmle-site-via-nbmecalc", "season-dates-looked-for"} <= keys


def _plain(value):
    if isinstance(value, tuple):
        return all(_plain(each) for each in value)
    if is_dataclass(value):
        return all(_plain(getattr(value, each.name)) for each in fields(value))
    return value is None or isinstance(value, str | int | float | date)


@pytest.mark.slow
@given(
    today=st.dates(date(2025, 1, 1), date(2032, 12, 31)),
    ahead=st.none() | st.integers(-2000, 1800),
    season=st.none() | st.integers(0, 6),
    step1=st.none() | st.sampled_from(sorted(STEP1)),
    usce=st.none() | st.sampled_from([0, 0.5, 2, 2.25, 3, 40]),
    graduated=st.none() | st.integers(1960, 2030),
    scored=st.booleans(),
)
def test_any_plan_is_whole_plain_and_in_order(today, ahead, season, step1, usce, graduated, scored):
    values = {
        "target": 240,
        "step2_ck": 225 if scored else None,
        "exam_date": None if ahead is None else today + timedelta(days=ahead),
        "season": None if season is None else today.year + season,
        "step1": step1,
        "usce_months": usce,
        "graduated": graduated,
    }
    plan = _plan(today, **values)
    assert _plain(plan)
    for event in plan.events:
        if event.earliest is None:
            assert event.latest is None
            assert event.state == event.kind
            assert event.kind in {NOT_ANNOUNCED, NOT_KNOWN}
            continue
        assert event.earliest <= event.latest
        assert event.begin_by is None or event.earliest <= event.begin_by <= event.latest
        assert (event.state == "past") is (event.latest < today)
        assert event.grade in {*LETTERS, "assumed", LABEL}
        assert event.sources or event.kind == GIVEN
        assert all(day >= today for day in event.days)
    names = [each.name for each in plan.events]
    assert len(names) == len(set(names))
    assert len(plan.choices) == 2
