"""A group without a table of its own, in a specialty to which no rate can be carried over."""

from __future__ import annotations

import pytest

from imgstats import Applicant

ELSEWHERE = {"group": "us_img", "specialty": "Pediatrics"}


@pytest.fixture(scope="module")
def refused(compared):
    return compared(Applicant(step2_ck=230, **ELSEWHERE))


def test_no_rate_by_score_is_given(refused):
    assert (refused.headline, refused.place, refused.curve) == (None, None, None)


def test_the_reason_says_what_is_missing(refused):
    reason = refused.refusal.reason
    assert "No 2026 table counts matched and not matched US IMGs in pediatrics" in reason
    assert "Nor can a rate be borrowed from non-US IMGs" in reason
    assert "mean scores of both groups in pediatrics in one year" in reason


def test_the_rate_of_all_specialties_is_told(refused):
    sentence = refused.refusal.known[0].sentence
    assert "2,949 of 4,210 active US IMGs" in sentence
    assert sentence.endswith("70.0 %.")


def test_what_is_known_of_the_specialty_is_told(refused, tables):
    _, other, positions = (each.sentence for each in refused.refusal.known)
    counts = tables.counts(group="non_us_img", year="2026", specialty="Pediatrics")
    assert f"{counts.matched} of {counts.n:,} who ranked pediatrics first" in other
    assert "It is no rate of US IMGs." in other
    filled = refused.where.total.us_img
    assert f"US IMGs filled {filled} of the" in positions
    assert "pediatrics PGY-1 positions" in positions


def test_every_known_fact_has_a_source(refused):
    keys = {each.key for each in refused.sources}
    assert all(fact.sources and set(fact.sources) <= keys for fact in refused.refusal.known)


def test_a_refused_comparison_shows_no_figure_of_another_groups_curve(refused):
    values = refused.to_dict(curve=True)
    assert (values["headline"], values["curve"], values["place"]) == (None, None, None)
    assert values["assumptions"] == []


@pytest.mark.parametrize("score", [100, 150, 218, 242, 300])
def test_the_refusal_does_not_depend_on_the_score(compared, refused, score):
    other = compared(Applicant(step2_ck=score, **ELSEWHERE))
    assert other.refusal == refused.refusal


def test_without_the_means_internal_medicine_is_refused_too(compared, edited_tables):
    def without_means(rows):
        return rows[rows["applicant_group"] != "us_img"]

    tables = edited_tables("summaries", without_means)
    found = compared(Applicant(group="us_img", step2_ck=230), tables)
    assert found.headline is None
    assert "mean scores of both groups" in found.refusal.reason


def test_the_ways_to_count_leave_out_what_is_not_published(us):
    assert [each.outcome for each in us.denominators if "preferred" in each.outcome] == []
    assert us.denominators[0].n == 4210
