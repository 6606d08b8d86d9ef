"""Published observations: as collected, graded, never turned into a rate."""

from __future__ import annotations

import pickle
import re
import tomllib
from dataclasses import FrozenInstanceError
from importlib.resources import files

import pytest

from imgstats.errors import TableError
from imgstats.evidence import Evidence, cited_factor, consideration, effects, pass_rate
from imgstats.sources import sources

FACTORS = [
    "failed_attempt",
    "usce",
    "visa",
    "age",
    "score",
    "citizenship",
    "reapplication",
    "interviews",
    "program_type",
    "signal",
    "step1_step2_correlation",
    "practice_test",
    "applications",
    "preferred_specialty",
    "step1_pass_fail",
]


@pytest.mark.parametrize("factor", FACTORS)
def test_every_collected_row_becomes_evidence(tables, factor):
    rows = tables.select("effects", factor=factor)
    assert len(effects(tables, factor, "x")) == len(rows)


def test_the_list_of_factors_above_is_complete(tables):
    assert set(tables.frame("effects")["factor"]) == set(FACTORS)


@pytest.mark.parametrize("factor", FACTORS)
def test_effects_come_strongest_first(tables, factor):
    grades = [each.grade for each in effects(tables, factor, "x")]
    assert grades == sorted(grades)


@pytest.mark.parametrize("factor", FACTORS)
def test_no_finding_is_empty_or_shows_a_missing_value(tables, factor):
    for each in effects(tables, factor, "x"):
        words = f"{each.finding} {each.note} {each.year} {each.sentence}"
        assert each.finding.strip(" :")
        assert not {"nan", "None", "<NA>"} & set(words.replace(":", " ").split())


@pytest.mark.parametrize("factor", FACTORS)
def test_every_effect_cites_its_own_paper(tables, factor):
    register = sources()
    for each in effects(tables, factor, "x"):
        assert register[each.source].kind == "paper"
        assert each.dataset == "published_effects"


def test_no_two_effects_are_said_alike(tables):
    said = [each.sentence for factor in FACTORS for each in effects(tables, factor, "x")]
    assert len(said) == len(set(said)) == len(tables.rows("effects"))
    assert not [each for each in said if re.search(r"predict|chance|will raise|[{}]|  ", each)]


def test_every_sentence_about_an_effect_is_of_a_row(tables):
    text = (files("imgstats.evidence") / "sentences.toml").read_text(encoding="utf-8")
    assert len(tomllib.loads(text)["effect"]) == len(tables.rows("effects"))


def test_a_year_of_a_paper_is_not_told_as_that_of_its_data(tables):
    for each in effects(tables, "usce", "usce")[:3]:
        assert each.year == ""
        assert "a letter of 2016 quotes" in each.sentence


def test_several_shares_are_told_in_per_cent(tables):
    (found,) = (each for each in effects(tables, "visa", "visa") if "travel ban" in each.statement)
    assert found.finding == "matched: 79 % and 65 %"
    assert found.n is None
    assert "29.2 % of 223 who answered" in found.sentence


def test_rows_of_the_weakest_grade_stay_and_are_marked(tables):
    found = {each.grade for factor in FACTORS for each in effects(tables, factor, "x")}
    assert found == {"A", "B", "C", "D"}


@pytest.mark.parametrize("exam", ["step1", "step2_ck", "step3"])
def test_a_pass_rate_is_told_as_what_it_is(tables, exam):
    found = pass_rate(tables, "attempts", exam)
    rows = tables.rows("pass_rates", exam=exam, school_location="non_us", period=found.year)
    for row in rows:
        if row["takers"] != "all":
            assert f"{row['passing_pct']} %" in found.sentence
            assert f"{row['tested_n']:,}" in found.sentence
    assert found.year == max(row["period"] for row in tables.rows("pass_rates", exam=exam))
    assert "no match rates" in found.sentence
    assert sources()[found.source].url


def test_an_exam_without_pass_rates_is_refused(tables):
    with pytest.raises(TableError, match="no pass_rates with exam step4"):
        pass_rate(tables, "attempts", "step4")


def test_a_fraction_is_shown_in_per_cent(tables):
    found = {each.statement: each.finding for each in effects(tables, "usce", "usce")}
    assert found["hospital observership among matched IMGs"] == "40 %"


def test_a_row_without_a_single_value_says_where_its_figures_are(tables):
    found = [
        each
        for each in effects(tables, "failed_attempt", "attempts")
        if "surgery" in each.population
    ]
    assert found[0].finding == "shares by group, listed under whom it is about"


def test_an_unknown_factor_lists_what_there_is(tables):
    with pytest.raises(TableError, match=r"no effects with factor usec.*did you mean usce\?"):
        effects(tables, "usec", "usce")


def test_an_unknown_question_is_refused(tables):
    with pytest.raises(TableError, match="no program_survey with question likes cats"):
        consideration(tables, "attempts", "likes cats")


def test_an_unknown_category_is_refused(tables):
    with pytest.raises(TableError, match="no program_survey with category Cats"):
        cited_factor(tables, "attempts", "Cats")


def test_a_cited_factor_tells_share_weight_and_number_asked(tables):
    found = cited_factor(tables, "attempts", "Any failed attempt in USMLE")
    assert found.finding == "cited by 73 % of 44 programs, mean importance 4.4 on a scale of 1 to 5"
    assert (found.n, found.year) == (44, "2020")


def test_the_survey_says_how_few_answered(tables):
    found = cited_factor(tables, "attempts", "Any failed attempt in USMLE")
    assert "69 of 854 programs took part" in found.note


@pytest.fixture
def piece():
    return Evidence(
        factor="usce", statement="s", finding="f", population="p", year="", n=None, grade="A",
        source="x",
    )  # fmt: skip


def test_evidence_does_not_change(piece):
    with pytest.raises(FrozenInstanceError, match="cannot assign"):
        piece.grade = "A"


def test_evidence_survives_pickling(piece):
    assert pickle.loads(pickle.dumps(piece)) == piece  # noqa: S301  made on this line
