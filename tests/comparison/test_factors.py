"""Attempts, US clinical experience and ranks: evidence with grades, strongest first."""

from __future__ import annotations

import pytest

GRADES = {"A", "B", "C", "D"}


@pytest.mark.parametrize("name", ["attempts", "usce"])
def test_evidence_comes_strongest_first(non_us, name):
    grades = [each.grade for each in non_us.factor(name).evidence]
    assert grades == sorted(grades)


@pytest.mark.parametrize("name", ["attempts", "usce"])
def test_every_piece_of_evidence_has_a_grade_and_a_finding(non_us, name):
    evidence = non_us.factor(name).evidence
    assert evidence
    assert all(each.grade in GRADES and each.finding and each.population for each in evidence)


@pytest.mark.parametrize("name", ["attempts", "usce"])
def test_no_rate_is_claimed(non_us, name):
    factor = non_us.factor(name)
    assert factor.grade == "no rate"
    assert "No public table at hand gives a match rate" in factor.sentence


def test_the_applicants_values_are_kept(non_us):
    assert [(each.factor, each.value) for each in non_us.factors] == [
        ("attempts", 1),
        ("usce", 3),
        ("ranks", 5),
    ]


def test_a_value_that_was_not_given_stays_unknown(us):
    assert [each.value for each in us.factors] == [None, None, None]


def test_what_programs_say_of_a_failed_step_1(non_us):
    first = non_us.factor("attempts").evidence[0]
    assert first.finding == "never 18 %, seldom 71 % and often 11 % of 45 programs"
    assert "69 of 854 programs took part" in first.note


def test_ranks_show_the_printed_digits(non_us):
    ranks = non_us.factor("ranks")
    assert [(each.q1, each.median, each.q3) for each in ranks.printed] == [(3, 5, 8), (1, 2, 3)]
    assert "3 to 8 contiguous ranks (median 5)" in ranks.sentence


def test_ranks_of_a_group_without_a_table_say_so(us):
    ranks = us.factor("ranks")
    assert ranks.printed == ()
    assert "No recent table" in ranks.sentence


def test_ranks_with_a_table_of_this_group_are_graded_direct_and_fitted(non_us):
    # The record's own description: direct, and fitted where a curve answers for the table.
    assert non_us.factor("ranks").grade == "direct, fitted"


def test_an_unknown_factor_is_a_key_error(non_us):
    with pytest.raises(KeyError, match="luck"):
        non_us.factor("luck")


@pytest.mark.parametrize("name", ["attempts", "usce"])
def test_the_sources_of_a_factor_are_those_of_its_evidence(non_us, name):
    factor = non_us.factor(name)
    assert set(factor.sources) == {each.source for each in factor.evidence}
