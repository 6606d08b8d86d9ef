"""Scenarios, denominator, correlations: what a user may choose, and what it never moves."""

from __future__ import annotations

import json

import pytest

from imgstats import Applicant
from imgstats.comparison.asked import Choices
from imgstats.errors import InputError
from imgstats.estimators import RankListRate
from imgstats.evidence.scenario import Scenario

NON_US = Applicant(group="non_us_img", step2_ck=242, ranks=5)
VISA = Scenario(factor="visa", odds_ratio_low=0.3, odds_ratio_high=0.9)


@pytest.fixture(scope="module")
def plain(compared):
    return compared(NON_US)


def test_without_a_scenario_nothing_is_assumed(plain):
    assert '"assumed"' not in json.dumps(plain.to_dict())  # no grade is this word
    assert all(each.scenario is None for each in plain.factors)


def test_a_scenario_stands_beside_the_headline_and_never_moves_it(compared, plain):
    found = compared(NON_US, scenarios=("attempts=0.3..0.9",))
    assert found.headline == plain.headline
    scenario = found.factor("attempts").scenario
    assert scenario.grade == "assumed"
    odds = plain.headline.rate / (1 - plain.headline.rate)
    assert scenario.rate_low == pytest.approx(0.3 * odds / (1 + 0.3 * odds))
    assert scenario.rate_high == pytest.approx(0.9 * odds / (1 + 0.9 * odds))
    assert scenario.outer_low < scenario.rate_low < scenario.rate_high < scenario.outer_high


def test_a_scenario_of_any_name_makes_a_factor(compared):
    found = compared(NON_US, scenarios=("visa=0.5..0.9", "late application=0.7"))
    assert found.factor("visa").evidence
    assert found.factor("visa").grade == "assumed"
    assert found.factor("late application").evidence == ()


@pytest.mark.parametrize("text", ["attempts", "attempts=", "attempts=2..1", "=0.5", "a=nan", "a=0"])
def test_a_bad_scenario_is_refused(compared, text):
    with pytest.raises(InputError, match=r"scenario|odds ratio|name|factor"):
        compared(NON_US, scenarios=(text,))


@pytest.mark.parametrize(("group", "rate"), [("non_us_img", 6733 / 11944), ("us_img", 2949 / 4210)])
def test_any_pgy1_is_counted_and_the_same_at_every_score(compared, group, rate):
    found = compared(Applicant(group=group, step2_ck=242), denominator="any-pgy1").headline
    assert (found.grade, found.by_score, found.outcome) == (
        "direct",
        False,
        "matched to any PGY-1 position",
    )
    assert found.rate == pytest.approx(rate)
    assert found.low < rate < found.high


def test_an_unknown_denominator_is_refused(compared):
    with pytest.raises(InputError, match="did you mean preferred"):
        compared(NON_US, denominator="prefered")


def test_score_and_ranks_are_not_taken_together_unasked(plain):
    assert plain.joint is None


def test_both_correlations_are_needed():
    with pytest.raises(InputError, match="among the not matched is missing"):
        Choices(correlation_matched="0..0.6").keywords()


@pytest.mark.parametrize("text", ["0", "0.6..0", "-1..1", "0..x", "0,0..0,6", "nan..1"])
def test_a_bad_correlation_is_refused(text):
    with pytest.raises(InputError, match="correlation"):
        Choices(correlation_matched=text, correlation_not_matched="0..0.6").keywords()


def test_score_and_ranks_together_are_a_range(compared):
    narrow = compared(NON_US, correlations=((0.0, 0.6), (0.0, 0.6))).joint
    wide = compared(NON_US, correlations=((-0.9, 0.9), (-0.9, 0.9))).joint
    assert wide.low < narrow.low < narrow.high < wide.high
    assert narrow.low <= narrow.independent <= narrow.high
    for words in ("emerging", "product", "allow 0 % to 100 %", "assumption"):
        assert words in narrow.sentence


def test_ranks_get_the_rate_of_their_table(plain, tables):
    table = tables.outcome_summary(group="non_us_img", year="2026", measure="contiguous_ranks")
    fitted = RankListRate().fit(table)
    found = plain.factor("ranks")
    assert found.rate.rate == pytest.approx(fitted.predict_rate([5])[0], abs=1e-6)
    assert found.rate.range_low <= found.rate.rate <= found.rate.range_high
    assert fitted.half_ is not None
    assert f"reaches one half at about {round(fitted.half_, 1):g}" in found.sentence
    assert [row.own for row in found.rows].count(True) == 1
    assert "no lever" in found.sentence


@pytest.mark.parametrize("ranks", [0, 45, 999])
def test_ranks_that_nobody_had_get_no_rate(compared, ranks):
    found = compared(Applicant(group="non_us_img", step2_ck=242, ranks=ranks))
    assert found.factor("ranks").rate is None
    assert not any(row.own for row in found.factor("ranks").rows)


def test_the_what_if_table_repeats_rates_and_makes_none(plain):
    bands = {(b.rate, b.rate_low, b.rate_high) for b in plain.curve.bands}
    ranks = {(row.rate, row.low, row.high) for row in plain.factor("ranks").rows}
    shown = {(row.rate, row.low, row.high) for row in plain.what_if.rows}
    assert shown <= bands | ranks
    assert sum(row.own for row in plain.what_if.rows) == 2
    assert "differ in other ways too" in plain.what_if.sentence


def test_a_scenario_is_a_line_of_the_what_if_table(compared):
    found = compared(NON_US, scenarios=("visa=0.5..0.9",))
    (row,) = [each for each in found.what_if.rows if each.changed == "visa"]
    assert (row.grade, row.rate) == ("assumed", None)


def test_json_factors_have_their_shape(compared):
    found = compared(NON_US, scenarios=("visa=0.5..0.9",)).to_dict()
    for each in found["factors"]:
        assert {"factor", "value", "evidence", "scenario", "grade"} <= set(each)
        assert all({"grade", "source", "sentence"} <= set(one) for one in each["evidence"])


@pytest.mark.parametrize("changed", [{"attempts": 3}, {"usce_months": 6}, {"ranks": 1}])
def test_other_numbers_change_their_section_and_never_the_headline(compared, plain, changed):
    found = compared(Applicant(**({"group": "non_us_img", "step2_ck": 242, "ranks": 5} | changed)))
    assert found.headline == plain.headline
    assert found.factors != plain.factors


@pytest.mark.parametrize(
    ("more", "reason"),
    [
        ({"ranks": None}, "no number of ranks was given"),
        ({"ranks": 999}, "no table gives both outcomes"),
    ],
)
def test_correlations_that_are_not_used_are_said_to_be_so(compared, more, reason):
    applicant = Applicant(**({"group": "non_us_img", "step2_ck": 242} | more))
    found = compared(applicant, correlations=((0.0, 0.6), (0.0, 0.6)))
    assert any(reason in note for note in found.notes)


def test_ranks_that_nobody_had_are_said_to_be_so(compared):
    found = compared(Applicant(group="non_us_img", step2_ck=242, ranks=999)).factor("ranks")
    assert "run from 1 to 44, so no rate is given for 999" in found.sentence


def test_no_scenario_goes_by_the_scores_name(compared):
    with pytest.raises(InputError, match="table of its own"):
        compared(NON_US, scenarios=("score=0.5..0.9",))


@pytest.mark.parametrize("second", [VISA, "visa=0.5..0.9"])
def test_a_factor_given_twice_is_refused_however_it_is_given(compared, second):
    with pytest.raises(InputError, match="scenario visa is given 2 times"):
        compared(NON_US, scenarios=(VISA, second))
