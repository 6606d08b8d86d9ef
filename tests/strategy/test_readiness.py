"""Practice tests to the real score: reference numbers by hand, properties, what is refused."""

from __future__ import annotations

import json
import math
import re
from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from imgstats import PublishedTables
from imgstats.comparison.citations import citations_of
from imgstats.comparison.plain_values import plain
from imgstats.errors import InputError
from imgstats.strategy.practice_file import PracticeTest, PracticeTests, read_practice
from imgstats.strategy.readiness.assess import readiness
from imgstats.strategy.readiness.brief import brief
from imgstats.strategy.readiness.forms import form_of
from imgstats.strategy.readiness.model import agreement, combine, slope
from imgstats.strategy.readiness.records import CANNOT_BE_TOLD, MET, MET_SO_FAR, NOT_MET, Sitting
from imgstats.strategy.readiness.sizes import Sizes, errors_from
from imgstats.strategy.rules import LABEL, rules
from imgstats.strategy.situation import Situation
from tests.strategy.plan_pages import plan_fragment

TABLES = PublishedTables()
TODAY = date(2026, 11, 30)
EXAM = date(2027, 6, 15)
SITTING = Sitting(target=(245, 245), exam_date=EXAM, today=TODAY)
SCORES = st.lists(st.floats(150, 280), min_size=1, max_size=8)


def _tests(*pairs, error=None):
    return PracticeTests(
        tests=tuple(
            PracticeTest(
                line=at + 2,
                day=TODAY - timedelta(days=7 * (len(pairs) - at)),
                form=form_of(name),
                score=float(score),
                error=error,
            )
            for at, (name, score) in enumerate(pairs)
        )
    )


def _ask(*pairs, sitting=SITTING, **options):
    return readiness(sitting, _tests(*pairs), TABLES, **options)


def _value(statistic):
    (row,) = (row for row in TABLES.rows("practice_tests") if row["statistic"] == statistic)
    return row["value"]


SD, SEM = _value("sd_of_predicted_minus_actual"), 6.0


def test_one_form_has_the_spread_of_the_one_validation():
    found = _ask(("NBME 9", 240)).outlook
    assert (found.mean, found.sd) == (240, pytest.approx(SD))
    at = stats.norm(240, SD)
    ends = (found.low_50, found.high_50, found.low_90, found.high_90)
    assert ends == pytest.approx(at.ppf([0.25, 0.75, 0.05, 0.95]))
    assert found.reaches == pytest.approx(at.sf(244.5))
    assert found.passes == pytest.approx(at.sf(217.5))


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_k_forms_have_the_exams_error_once_and_their_own_by_k(k):
    found = _ask(*((f"NBME {9 + at}", 236 + at) for at in range(k)))
    assert found.outlook.mean == pytest.approx(236 + (k - 1) / 2)
    assert found.outlook.sd**2 == pytest.approx(SEM**2 + (SD**2 - SEM**2) / k)
    assert found.together.sd == pytest.approx(SD)
    assert sum(part.variance for part in found.parts) == pytest.approx(found.outlook.sd**2)


def test_forms_with_other_errors_are_weighed_by_their_precision():
    found = _ask(("NBME 9", 230), ("UWSA 1", 250), errors={"UWSA": 14.0})
    own, assumed = SD**2 - SEM**2, 14.0**2 - SEM**2
    weight = (1 / own) / (1 / own + 1 / assumed)
    assert [each.weight for each in found.tests] == pytest.approx([weight, 1 - weight])
    assert found.outlook.mean == pytest.approx(weight * 230 + (1 - weight) * 250)
    assert found.outlook.sd**2 == pytest.approx(SEM**2 + 1 / (1 / own + 1 / assumed))
    assert found.grade == "assumed"
    assert {part.grade for part in found.parts} == {"B", "B, carried over", "assumed"}


def test_the_combination_is_least_squares():
    scores, errors = [231.0, 240.0, 236.0, 250.0], [8.0, 9.0, 12.0, 8.5]
    found = combine(scores, errors)
    weights = np.diag(1 / np.square(errors))
    design = np.ones((4, 1))
    inner = np.linalg.inv(design.T @ weights @ design)
    assert found.mean == pytest.approx((inner @ design.T @ weights @ scores).item())
    assert found.apart**2 == pytest.approx(inner.item())
    days = [0.0, 2.0, 3.0, 9.0]
    line = np.column_stack([np.ones(4), days])
    inner = np.linalg.inv(line.T @ weights @ line)
    sloping = slope(days, scores, errors)
    assert sloping is not None
    rise, error = sloping
    assert rise == pytest.approx((inner @ line.T @ weights @ scores)[1])
    assert error == pytest.approx(inner[1, 1] ** 0.5)


@pytest.mark.slow
@given(SCORES)
def test_properties_of_any_scores(scores):
    found = _ask(*((f"NBME {at + 1}", score) for at, score in enumerate(scores)))
    one, two = found.outlook, found.together
    assert min(scores) - 1e-9 <= one.mean <= max(scores) + 1e-9
    assert one.low_90 <= one.low_50 <= one.high_50 <= one.high_90
    assert two.low_90 <= one.low_90 + 1e-9
    assert SEM < one.sd <= two.sd + 1e-9
    assert 0 <= one.reaches <= one.passes <= 1
    assert sum(each.weight for each in found.tests) == pytest.approx(1)
    expected = len(scores) > 1 and found.agreement.p < 0.01
    assert bool(found.by_spread) == expected


def test_more_forms_narrow_and_needs_are_where_the_shares_are_reached():
    found = _ask(("NBME 9", 240), ("NBME 10", 240))
    one, three = found.postpone.more
    more = _ask(*((f"NBME {9 + at}", 240) for at in range(3)))
    assert (one.added, one.outlook.sd) == (1, pytest.approx(more.outlook.sd))
    assert three.outlook.sd < one.outlook.sd < found.outlook.sd
    for need in found.postpone.needs:
        share = stats.norm(need.mean, found.outlook.sd).sf(need.score - 0.5)
        assert share == pytest.approx(need.share)
        assert need.more == pytest.approx(need.mean - 240)
    assert {need.goal for need in found.postpone.needs} == {"target", "passing score"}


def test_contradictory_forms_are_said_so_and_shown_by_their_spread():
    found = _ask(("NBME 9", 205), ("NBME 10", 250))
    adds = math.sqrt(SD**2 - SEM**2)
    squares = 2 * (22.5 / adds) ** 2
    assert found.agreement.chi_square == pytest.approx(squares)
    assert found.agreement.p == pytest.approx(stats.chi2(1).sf(squares))
    assert found.by_spread.sd**2 == pytest.approx(SEM**2 + adds**2 / 2 * squares)
    assert any("contradict each other" in each for each in found.sentences)
    agreed = _ask(("NBME 9", 235), ("NBME 10", 245))
    assert agreed.by_spread is None
    assert not any("contradict" in each for each in agreed.sentences)


def test_both_choices_and_the_first_sentence_go_by_the_spread_of_contradictory_forms():
    found = _ask(("NBME 9", 205), ("NBME 10", 250), ("NBME 11", 252))
    sd, mean = found.by_spread.sd, found.by_spread.mean
    low, high = stats.norm(mean, sd).interval(0.9)
    interval = f"{low:.0f} to {high:.0f}"
    assert sum(part.variance for part in found.parts) == pytest.approx(sd**2)
    assert "contradict each other" in found.sentences[0]
    assert interval in found.sentences[0]
    assert f"90 % interval {interval}" in found.sit[0]
    assert (
        f"{100 * stats.norm(mean, sd).sf(244.5):.0f} % lie at or above the target" in found.sit[0]
    )
    (need,) = (each for each in found.postpone.needs if each.score == 218 and each.share == 0.8)
    assert need.mean == pytest.approx(217.5 + sd * stats.norm.ppf(0.8))
    # One more form that errs as far: a third of the variance of the mean becomes a fourth.
    one_more = found.postpone.more[0].outlook
    assert one_more.sd**2 - SEM**2 == pytest.approx((sd**2 - SEM**2) * 3 / 4)


def test_what_stands_alone_says_what_it_rests_on_and_the_wider_interval():
    found = _ask(("NBME 9", 236), ("NBME 10", 240))
    wider = f"({found.together.low_90:.0f} to {found.together.high_90:.0f} if all forms err alike)"
    assert "if every form errs by itself, the real" in found.sentences[0]
    assert wider in found.sentences[0]
    assert wider in found.sit[0]
    one = _ask(("NBME 9", 236))
    assert "alike" not in f"{one.sentences[0]} {one.sit[0]}"


def test_the_wider_alternative_of_many_contradictory_forms_is_told():
    found = _ask(*((f"NBME {at}", 215 + 30 * (at % 2)) for at in range(1, 11)))
    assert found.agreement.contradictory
    assert found.by_spread.sd < found.together.sd
    assert "if all forms err alike" in found.sit[0]


def test_agreement_of_one_form_is_none():
    assert agreement([240.0], [8.0], combine([240.0], [8.0])) is None


def test_a_drift_moves_each_test_by_its_weeks():
    found = _ask(("NBME 9", 230), ("NBME 10", 240), drift=0.5)
    weeks = [(EXAM - each.day).days / 7 for each in found.tests]
    assert [each.moved - each.score for each in found.tests] == pytest.approx(
        [0.5 * each for each in weeks]
    )
    assert found.grade == "assumed"
    assert _ask(("NBME 9", 230)).tests[0].moved == 230


@pytest.mark.parametrize(
    ("day", "score"), [(date(2027, 6, 15), 218), (None, 218), (date(2026, 12, 1), 218)]
)
def test_the_newest_passing_score_not_after_the_exam_holds(day, score):
    found = _ask(("NBME 9", 230), sitting=replace(SITTING, exam_date=day))
    assert found.passing.score == score
    assert any("a later one may come" in each for each in found.sentences)


def test_an_older_passing_score_holds_for_an_older_day():
    before = date(2025, 6, 1)
    sitting = Sitting(target=None, exam_date=date(2025, 6, 30), today=before)
    test = PracticeTest(line=2, day=date(2025, 5, 1), form=form_of("NBME 9"), score=230.0)
    passing = readiness(sitting, PracticeTests(tests=(test,)), TABLES).passing
    assert passing is not None
    assert passing.score == 214


def test_free_120_is_a_share_and_enters_no_score():
    with_free = _ask(("NBME 9", 240), ("Free 120", 70))
    without = _ask(("NBME 9", 240))
    assert with_free.outlook == without.outlook
    (share,) = with_free.shares
    low, high = stats.binomtest(84, 120).proportion_ci(0.9, method="wilson")
    assert (share.right, share.low, share.high) == (84, pytest.approx(low), pytest.approx(high))


def test_a_numbered_form_that_was_taken_again_counts_once():
    found = _ask(("NBME 9", 230), ("NBME 9", 250))
    assert found.outlook.mean == 230
    assert "the first sitting counts" in found.notes[0]
    assert len(_ask(("NBME", 230), ("NBME", 250)).tests) == 2


@pytest.mark.parametrize(("exam", "other"), [("step2_ck", "CCSSA 9"), ("step1", "CBSSA 9")])
def test_a_form_under_its_other_name_is_the_same_form(exam, other):
    scores = (230, 250) if exam == "step2_ck" else (61, 75)
    for pair in (("NBME 9", other), (other, "NBME 9")):
        found = _ask(*zip(pair, scores, strict=True), exam=exam)
        assert [each.form for each in found.tests] == [pair[0]]
        assert "the first sitting counts" in found.notes[0]


@pytest.mark.parametrize("named", ["NBME", "ccssa", "NBME 9", "CCSSA 9"])
def test_an_error_of_an_official_form_goes_by_either_name(named):
    found = _ask(("NBME 9", 240), errors=errors_from([f"{named}=12"]))
    assert found.outlook.sd == pytest.approx(12)


def test_the_error_of_the_row_goes_first():
    found = readiness(SITTING, _tests(("UWSA 1", 240), error=15.0), TABLES)
    assert found.outlook is not None
    assert found.outlook.sd == pytest.approx(15)


def test_the_larger_of_both_errors_of_an_official_form_is_used():
    sizes = Sizes(TABLES, "step2_ck", {})
    found = sizes.find(_tests(("NBME 9", 240)).tests[0])
    printed = 8.0
    assert found.adds == pytest.approx(max(math.sqrt(SD**2 - SEM**2), printed))
    assert found.grade == "B, carried over"
    assert "141" in found.note


@pytest.mark.parametrize(
    ("pairs", "options", "said"),
    [
        ([("UWSA 1", 240)], {}, r"'UWSA 1' has no published error.*grade D.*--error UWSA=POINTS"),
        ([("AMBOSS SA", 240)], {}, r'no published error.*--error "AMBOSS SA"=POINTS'),
        ([("my own", 240)], {}, "'my own' has no published error"),
        ([("CBSSA 30", 240)], {}, "is a form of Step 1"),
        ([("NBME 9", 240)], {"errors": {"UWSA": 12.0}}, "no test needs it"),
        ([("NBME 9", 240)], {"errors": {"NBME": 6.0}}, "above 6, the exam's own error"),
        ([("NBME 9", 240)], {"errors": {"NBME": 61.0}}, "up to 60"),
        ([("NBME 9", 240)], {"drift": 21.0}, "from -20 to 20"),
        ([("NBME 9", 240)], {"drift": math.nan}, "from -20 to 20"),
        ([("Free 120", 70)], {}, "no published way to a score"),
        ([], {}, "no practice test is given"),
        ([("NBME 5", 200)], {"exam": "step3"}, "no form by itself"),
    ],
)
def test_what_is_refused(pairs, options, said):
    with pytest.raises(InputError, match=said):
        _ask(*pairs, **options)


def test_a_past_exam_a_later_test_and_a_drift_without_a_day_are_refused():
    past = replace(SITTING, exam_date=date(2026, 1, 1))
    with pytest.raises(InputError, match="the exam was on 2026-01-01"):
        _ask(("NBME 9", 240), sitting=past)
    with pytest.raises(InputError, match="without the day"):
        _ask(("NBME 9", 240), sitting=replace(SITTING, exam_date=None), drift=1.0)
    early = replace(SITTING, today=date(2026, 1, 1))
    with pytest.raises(InputError, match="is after"):
        _ask(("NBME 9", 240), sitting=early)


@pytest.mark.parametrize("given", ["UWSA", "=12", "UWSA=", "UWSA=x", "UWSA=-3"])
def test_an_error_that_is_written_otherwise_is_refused(given):
    with pytest.raises(InputError, match="FORM=POINTS"):
        errors_from([given])


def test_an_error_that_is_given_twice_is_refused():
    with pytest.raises(InputError, match="twice"):
        errors_from(["uwsa 1=12", "UWSA1=13"])


def _verdicts(found):
    return {each.name: each.verdict for each in found.criteria}


def test_every_criterion_of_the_guide_is_judged():
    wanted = [
        each.name
        for each in rules(TABLES)
        if each.kind == "criterion" or (each.kind == "count" and each.part == "readiness")
    ]
    found = _ask(("NBME 9", 230), ("NBME 10", 240))
    assert [each.name for each in found.criteria] == wanted
    places = {"Step 1, part 2", "Step 1, part 4", "Step 2 CK, part 3", "Sample pathway"}
    assert {each.place for each in found.criteria} == places
    assert found.advice_label == LABEL


def test_days_in_sentences_have_their_month_as_a_word():
    found = _ask(("NBME 9", 230), ("Free 120", 82))
    said = [*found.sentences, *found.sit, *found.postpone.sentences]
    assert any("June 2027" in each for each in found.sit)
    assert not [each for each in said if re.search(r"\d{4}-\d{2}-\d{2}", each)]


def test_the_verdicts_follow_the_figures():
    good = _verdicts(_ask(("NBME 9", 244), ("NBME 10", 246), ("NBME 11", 248)))
    assert good.pop("pathway-in-range") == MET_SO_FAR
    assert set(good.values()) == {MET}
    bad = _verdicts(_ask(("NBME 9", 260), ("NBME 10", 200)))
    assert bad == {
        "stable-above-passing": NOT_MET,
        "several-above-passing": NOT_MET,
        "small-fluctuation": NOT_MET,
        "practice-forms": MET,
        "practice-trend": NOT_MET,
        "pathway-in-range": NOT_MET,
    }
    one = _verdicts(_ask(("NBME 9", 230), sitting=replace(SITTING, target=None)))
    assert one["small-fluctuation"] == one["practice-trend"] == CANNOT_BE_TOLD
    assert one["pathway-in-range"] == CANNOT_BE_TOLD
    falling = _verdicts(_ask(("NBME 9", 242), ("NBME 10", 240)))
    assert falling["practice-trend"] == CANNOT_BE_TOLD


def test_the_criterion_of_the_time_before_the_exam_is_met_so_far():
    found = _ask(("NBME 9", 250), sitting=replace(SITTING, target=(245, 245)))
    (judged,) = [each for each in found.criteria if each.name == "pathway-in-range"]
    assert judged.verdict == MET_SO_FAR
    assert judged.figures.startswith("So far: one of one test reaches 245, the newest of 23 Nov")
    assert "drift" not in judged.figures
    drifted = _ask(("NBME 9", 240), drift=1.0)
    (judged,) = [each for each in drifted.criteria if each.name == "pathway-in-range"]
    assert (judged.verdict, judged.figures[:12]) == (MET_SO_FAR, "So far: none")
    assert "with the drift that you assume" in judged.figures
    assert "met so far: pathway-in-range" in " ".join(each.text for each in brief(found).lines)


def test_a_combined_score_just_under_the_target_is_not_shown_as_the_target():
    found = _ask(("NBME 9", 244), ("NBME 10", 245), ("NBME 11", 245))
    (judged,) = (each for each in found.criteria if each.name == "pathway-in-range")
    assert judged.verdict == NOT_MET
    assert judged.figures.endswith("it is 244.7.")


def test_the_age_of_the_oldest_test_is_said():
    old = PracticeTest(line=2, day=date(2020, 11, 1), form=form_of("NBME 9"), score=240.0)
    found = readiness(SITTING, PracticeTests(tests=(old,)), TABLES)
    assert any("the oldest is of 1 November 2020" in each for each in found.sentences)


@pytest.mark.parametrize(("score", "drift"), [(290, 3.0), (110, -3.0)])
def test_a_drift_that_leaves_the_scale_is_refused(score, drift):
    with pytest.raises(InputError, match="by the exam") as refused:
        _ask(("NBME 9", score), drift=drift)
    assert "100 to 300" in str(refused.value)


def test_a_sentence_has_no_gap():
    for each in _ask(("NBME 9", 240), ("NBME 10", 250)).sentences:
        assert "  " not in each


def test_a_form_of_step_1_that_was_taken_again_counts_once_too():
    found = _ask(("NBME 30", 61), ("NBME 30", 75), exam="step1")
    assert [each.score for each in found.tests] == [61]
    assert "the first sitting counts" in found.notes[0]


def test_step_1_has_what_is_printed_and_no_distribution():
    found = _ask(("NBME 30", 61), ("CBSSA 31", 65), ("NBME 32", 74), exam="step1")
    assert (found.outlook, found.sit, found.postpone) == (None, (), None)
    assert "pass or fail" in found.refusal
    said = " ".join(found.sentences)
    assert "one under, one within, one above" in said
    assert "62 to 68" in said
    assert "99 percent at 73" in said
    assert found.grade == "C"


@pytest.mark.parametrize(
    ("name", "options"),
    [("UWSA 1", {}), ("NBME 30", {"drift": 1.0}), ("NBME 30", {"errors": {"NBME": 5.0}})],
)
def test_step_1_refuses_what_leads_nowhere(name, options):
    with pytest.raises(InputError, match="Step 1"):
        _ask((name, 70), exam="step1", **options)


def test_a_situation_is_a_plan_too():
    values = {"group": "non-us-img", "target": "245", "exam_date": "2027-06-15"}
    mine = Situation.parse(values, TODAY)
    assert _ask(("NBME 9", 240), sitting=mine) == _ask(("NBME 9", 240))


@pytest.mark.parametrize("exam", ["step2_ck", "step1"])
def test_a_record_is_plain_and_its_sources_are_known(exam):
    found = _ask(("NBME 9", 100 if exam == "step1" else 240), ("Free 120", 70), exam=exam)
    assert json.loads(json.dumps(plain(found), allow_nan=False))["today"] == "2026-11-30"
    assert len(citations_of(found, None)) >= 2
    words = json.dumps(plain(found)).casefold()
    assert not any(each in words for each in ("predict", "chance", "will raise"))


def test_a_single_test_fills_the_fragment_of_a_page(tmp_path):
    place = tmp_path / "practice.csv"
    place.write_text("date,form,score\n2026-11-01,NBME 9,240\n", encoding="utf-8")
    today = date(2026, 11, 30)
    sitting = Sitting(target=(240, 250), exam_date=date(2027, 6, 15), today=today)
    found = readiness(sitting, read_practice(place, "step2_ck", today), TABLES)
    html = plan_fragment("readiness.html.j2", readiness=found)
    assert "every form errs by itself" in html
    assert "all forms err alike" not in html.split("</table>")[0]
