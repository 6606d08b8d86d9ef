"""A page speaks of the applicant's own specialty wherever the tables have it."""

from __future__ import annotations

import pytest

from imgstats import Applicant
from imgstats.comparison.where.positions import where
from imgstats.plots import describe_state_tiles
from imgstats.reporting import sections
from imgstats.specialties import ALL_SPECIALTIES, INTERNAL_MEDICINE
from imgstats.wording import thousands
from tests.reporting.page_text import cells, soup


@pytest.fixture(
    params=[
        ("non_us_img", "Family Medicine"),
        ("us_img", "Family Medicine"),
        ("us_img", "Pediatrics"),
        ("non_us_img", "Dermatology"),
    ],
    ids=" ".join,
)
def found(request, compared):
    group, specialty = request.param
    return compared(Applicant(group=group, step2_ck=238, specialty=specialty))


def text_of(section, found):
    return repr(section(found)).replace("\N{NO-BREAK SPACE}", " ")


def test_the_positions_are_those_of_the_specialty(found):
    specialty = found.applicant.specialty
    assert found.where.specialty.startswith(f"{specialty} (")
    assert f"{specialty.lower()} PGY-1" in found.where.sentences[0]
    assert specialty.lower() in describe_state_tiles(found.where)
    section = text_of(sections.where, found)
    assert "internal" not in section.lower()
    assert thousands(found.where.total.imgs) in section


def test_the_counts_by_state_add_up_to_the_sentence(found):
    for name in ("positions_offered", "filled", "us_img", "non_us_img"):
        total = getattr(found.where.total, name)
        assert total == sum(getattr(row, name) for row in found.where.rows)
    rows = cells(soup(sections.where(found).html).select_one("table.states"))
    assert len(rows) == len(found.where.rows)


def test_the_years_hold_no_positions_of_another_specialty(found):
    shown = sections.trend_table(found)
    heads = [each.get_text() for each in soup(shown.html).select("table.years thead th")]
    assert heads == ["Match", "US IMG rate", "non-US IMG rate"]
    said = text_of(sections.trend, found) + repr(shown)
    assert "internal-medicine" not in said
    assert f"Positions of {found.applicant.specialty.lower()} by year are not at hand" in said


def test_the_ways_to_count_end_with_its_positions(found):
    last = found.denominators[-1]
    assert found.applicant.specialty.lower() in last.population
    assert (last.matched, last.n) == (
        getattr(found.where.total, found.applicant.group),
        found.where.total.filled,
    )


def test_the_survey_says_whose_programs_were_asked(found):
    assert "The programs asked are those of internal medicine." in text_of(
        lambda one: sections.factor(one, "attempts"), found
    )


def test_what_has_nothing_to_say_is_empty(compared):
    refused = compared(Applicant(group="us_img", step2_ck=238, specialty="Pediatrics"))
    for section in (sections.place, sections.doubt, sections.rests, sections.what_if):
        assert section(refused).html.strip() == ""
    assert sections.factor(refused, "ranks").html.strip() == ""
    assert sections.ladder(refused).html.strip() == ""


def test_a_rate_that_is_the_same_at_every_score_has_no_table_by_score(compared):
    found = compared(Applicant(group="non_us_img", step2_ck=238, specialty="Dermatology"))
    assert sections.what_if(found).html.strip() == ""


def test_every_specialty_has_positions(tables):
    for each in tables.specialties:
        if each not in (ALL_SPECIALTIES, INTERNAL_MEDICINE):
            assert where(tables, each).total.filled > 0
