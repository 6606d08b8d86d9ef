"""A group without a table of its own: refused, with what is known."""

from __future__ import annotations

import pytest

from imgstats import Applicant


def test_a_us_img_gets_no_rate_by_score(us):
    assert (us.headline, us.place, us.curve) == (None, None, None)


def test_the_reason_says_which_table_is_missing(us):
    assert (
        "No 2026 table of Step 2 CK scores of matched and not matched US IMGs" in us.refusal.reason
    )


def test_the_rate_of_all_specialties_is_told(us):
    sentence = us.refusal.known[0].sentence
    assert "2,949 of 4,210 active US IMGs" in sentence
    assert sentence.endswith("70.0 %.")


def test_the_means_of_the_last_year_with_both_outcomes_are_told(us):
    sentence = us.refusal.known[1].sentence
    assert "In 2018" in sentence
    assert "234 for those who matched and 220 for those who did not match" in sentence


def test_every_known_fact_has_a_source(us):
    keys = {each.key for each in us.sources}
    assert all(fact.sources and set(fact.sources) <= keys for fact in us.refusal.known)


def test_a_refused_comparison_shows_no_figure_of_the_other_groups_curve(us):
    values = us.to_dict(curve=True)
    assert (values["headline"], values["curve"], values["place"]) == (None, None, None)
    assert values["assumptions"] == []


@pytest.mark.parametrize("score", [1, 150, 218, 242, 300])
def test_the_refusal_does_not_depend_on_the_score(compared, us, score):
    other = compared(Applicant(group="us_img", step2_ck=score))
    assert other.refusal == us.refusal


def test_the_ways_to_count_leave_out_what_is_not_published(us):
    assert [each.outcome for each in us.denominators if "preferred" in each.outcome] == []
    assert us.denominators[0].n == 4210
