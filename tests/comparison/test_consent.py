"""What a headline says of those whose scores the printed figures leave out."""

from __future__ import annotations

import numpy as np
import pytest

from imgstats import Applicant, TiltRate
from imgstats.comparison.score.consent import consent_at
from imgstats.curves.store import curve_for
from imgstats.estimators.consent import rate_if_others_differ
from imgstats.own_tables import OwnTables
from imgstats.wording import interval_words

SCORES = (209, 220, 242, 270, 284)
OWN = (
    "outcome,n,q1,median,q3,mean,sd{more}\n"
    "matched,400,235,246,256,245,14{matched}\n"
    "not_matched,200,222,232,242,232,14{not_matched}\n"
)


def _applicant(score=242, **more):
    return Applicant(**{"group": "non_us_img", "step2_ck": score} | more)


@pytest.fixture
def own(tmp_path, compared):
    """Return a function that compares with an own summary, with group counts or without."""

    def compare(**cells):
        file, tables = tmp_path / "own.csv", OwnTables(tmp_path / "own")
        text = OWN.format(**({"more": "", "matched": "", "not_matched": ""} | cells))
        file.write_text(text, encoding="utf-8")
        tables.add(
            file,
            kind="summary",
            measure="step2_ck",
            source="a school",
            year="2026",
            group="non_us_img",
            specialty="Internal Medicine",
        )
        return compared(_applicant(), own=tables)

    return compare


@pytest.mark.parametrize("specialty", ["Internal Medicine", "Pediatrics", "Surgery-General"])
def test_the_stored_curve_gives_what_the_fitted_one_gives(tables, specialty):
    table = tables.outcome_summary(group="non_us_img", year="2026", specialty=specialty)
    curve, ends = curve_for(table), table.extremes
    scores = [each for each in SCORES if ends[0] <= each <= ends[1]]
    found = [consent_at(table, curve, each) for each in scores]
    fitted = rate_if_others_differ(TiltRate().fit(table), scores)
    ours = [[each.matched_higher, each.matched_lower] for each in found if each is not None]
    # Densities are stored to seven decimals.
    np.testing.assert_allclose(ours, fitted, atol=5e-4)


def test_the_ends_are_wider_than_the_middle(compared):
    width = {}
    for score in (220, 242, 270):
        found = compared(_applicant(score)).headline.consent
        width[score] = abs(found.matched_higher - found.matched_lower)
    assert width[242] < width[220] < width[270]


def test_high_scores_rise_where_the_other_matched_lie_higher(compared):
    low, high = (compared(_applicant(each)).headline for each in (220, 270))
    assert low.consent.matched_higher < low.rate < low.consent.matched_lower
    assert high.consent.matched_lower < high.rate < high.consent.matched_higher


def test_the_sentence_has_the_figures_and_says_what_is_assumed(compared):
    headline = compared(_applicant()).headline
    found, said = headline.consent, headline.consent.sentence
    ends = sorted((found.matched_higher, found.matched_lower))
    assert f"the rate at 242 is {interval_words(*ends)}." in said
    assert "78.1 % of the matched and 75.8 % of the not matched, those who agreed to" in said
    assert "by 5 points in opposite directions" in said
    assert "The 5 points are assumed" in said


def test_json_holds_it(compared):
    found = compared(_applicant())
    assert found.to_dict()["headline"]["consent"] == {
        "shift": found.headline.consent.shift,
        "matched_share": pytest.approx(2649 / 3392, abs=1e-6),
        "not_matched_share": pytest.approx(2730 / 3600, abs=1e-6),
        "matched_higher": pytest.approx(found.headline.consent.matched_higher, abs=1e-6),
        "matched_lower": pytest.approx(found.headline.consent.matched_lower, abs=1e-6),
        "sentence": found.headline.consent.sentence,
    }


@pytest.mark.parametrize(
    ("applicant", "more"),
    [
        ({}, {"denominator": "any-pgy1"}),
        ({"group": "us_img"}, {}),
        ({"specialty": "Dermatology"}, {}),
        ({"score": 100}, {}),
        ({"score": 300}, {}),
    ],
    ids=["counted", "borrowed", "pooled", "below the record", "above it"],
)
def test_without_a_fitted_rate_at_a_printed_score_there_is_none(compared, applicant, more):
    found = compared(_applicant(**applicant), **more)
    assert found.headline.consent is None
    assert found.to_dict()["headline"]["consent"] is None


@pytest.mark.slow
def test_an_own_table_of_its_whole_group_leaves_nobody_out(own):
    found = own()
    assert found.headline.consent is None
    said = [each.sentence for each in found.assumptions]
    assert not [each for each in said if "research" in each or "like scores" in each]
    assert [each for each in said if each.startswith("The rate of the whole group is counted")]


@pytest.mark.slow
def test_an_own_table_of_a_part_says_so_and_nothing_of_research(own):
    found = own(more=",group_count", matched=",500", not_matched=",300")
    said = found.headline.consent.sentence
    assert said.startswith("The printed figures are about 80.0 % of the matched and 66.7 % of the")
    (part,) = [each.sentence for each in found.assumptions if "like scores" in each.sentence]
    assert part.startswith("Those digits are about 75 % of the group of 800.")
    assert "research" not in said + part
