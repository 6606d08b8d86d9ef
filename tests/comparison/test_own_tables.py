"""The user's own tables in a comparison: direct, before anything borrowed or assumed."""

from __future__ import annotations

import pytest

from imgstats import Applicant
from imgstats.own_tables import OwnTables

ATTEMPTS = "low,high,matched,not_matched\n1,1,600,400\n2,2,60,140\n3,,10,90\n"
USCE = "low,high,matched,not_matched\n0,0,100,200\n1,2,100,100\n3,,90,60\n"
SCORES = (
    "outcome,n,q1,median,q3,mean,sd\n"
    "matched,400,235,246,256,245,14\n"
    "not_matched,200,222,232,242,232,14\n"
)
BANDED = "low,high,matched,not_matched\n,219,5,20\n220,239,40,40\n240,,80,20\n"
ABOUT = {"source": "A program's own files", "year": "2026", "specialty": "Internal Medicine"}
NON_US = {"group": "non_us_img", "step2_ck": 242}


@pytest.fixture
def own(tmp_path):
    """Return a function that adds a table from text, and the tables."""
    tables = OwnTables(tmp_path / "own")

    def add(text, **wanted):
        path = tmp_path / f"{wanted['kind']}.csv"
        path.write_text(text, encoding="utf-8")
        tables.add(path, **(ABOUT | {"group": "non_us_img", "measure": ""} | wanted))
        return tables

    return add


@pytest.fixture
def no_tables(tmp_path):
    return OwnTables(tmp_path / "empty")


def test_without_a_table_attempts_never_move_the_headline(compared, no_tables):
    one, two = (compared(Applicant(**NON_US, attempts=each), own=no_tables) for each in (1, 2))
    assert one.headline == two.headline
    assert one.factor("attempts").grade == "no rate"


def test_an_added_table_of_attempts_is_used_directly(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    found = compared(Applicant(**NON_US, attempts=2), own=tables)
    factor = found.factor("attempts")
    assert (factor.grade, factor.rate.rate) == ("direct", pytest.approx(0.30))
    assert factor.rate.low < 0.30 < factor.rate.high
    assert "A program's own files" in factor.rate.sentence
    assert [row.label for row in factor.rows] == ["1 attempt", "2 attempts", "3 or more attempts"]
    assert factor.evidence  # what was published stays in sight


def test_with_the_table_attempts_move_the_headline(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    one, two, three = (
        compared(Applicant(**NON_US, attempts=each), own=tables).headline for each in (1, 2, 3)
    )
    assert one.rate > two.rate > three.rate
    assert {each.grade for each in (one, two, three)} == {"direct"}


def test_score_and_attempts_are_a_range_with_its_dependence_and_no_product(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    headline = compared(Applicant(**NON_US, attempts=2), own=tables).headline
    (both,) = headline.combined
    assert both.low < both.high
    assert both.outer_low < both.low < headline.rate < both.high < both.outer_high
    assert both.region == ((-0.6, 0.6), (-0.6, 0.6))
    assert "from -0.6 to 0.6" in both.sentence
    assert "30 %" in both.sentence


def test_stated_correlations_narrow_the_range(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    applicant = Applicant(**NON_US, attempts=2)
    wide = compared(applicant, own=tables).headline.combined[0]
    narrow = compared(
        applicant, own=tables, correlations=((-0.3, 0.0), (-0.3, 0.0))
    ).headline.combined[0]
    assert wide.low <= narrow.low < narrow.high <= wide.high


def test_two_tables_give_the_union_of_both_ranges(compared, own):
    own(ATTEMPTS, kind="band", measure="attempts")
    tables = own(USCE, kind="band", measure="usce_months", name="usce")
    headline = compared(Applicant(**NON_US, attempts=2, usce_months=4), own=tables).headline
    assert [each.factor for each in headline.combined] == ["attempts", "usce"]
    assert headline.low == min(each.outer_low for each in headline.combined)
    assert headline.high == max(each.outer_high for each in headline.combined)


def test_a_value_without_a_band_gets_no_rate_and_moves_nothing(compared, own):
    tables = own(
        "low,high,matched,not_matched\n2,3,60,140\n4,,10,90\n", kind="band", measure="attempts"
    )
    found = compared(Applicant(**NON_US, attempts=1), own=tables)
    assert found.factor("attempts").rate is None
    assert "no band for 1 attempt" in found.factor("attempts").sentence
    assert found.headline == compared(Applicant(**NON_US)).headline


def test_a_table_of_another_group_or_specialty_is_left_alone(compared, own):
    own(ATTEMPTS, kind="band", measure="attempts", group="us_img")
    tables = own(ATTEMPTS, kind="band", measure="attempts", specialty="Pediatrics", name="peds")
    found = compared(Applicant(**NON_US, attempts=2), own=tables)
    assert found.factor("attempts").grade == "no rate"


def test_the_newest_table_is_used(compared, own):
    own(ATTEMPTS, kind="band", measure="attempts", year="2024", name="old")
    tables = own(
        ATTEMPTS.replace("2,2,60,140", "2,2,100,100"), kind="band", measure="attempts", name="new"
    )
    found = compared(Applicant(**NON_US, attempts=2), own=tables)
    assert found.factor("attempts").rate.rate == pytest.approx(0.5)


def test_own_scores_of_a_borrowed_group_are_direct(compared, own):
    tables = own(SCORES, kind="summary", measure="step2_ck", group="us_img")
    found = compared(Applicant(group="us_img", step2_ck=242), own=tables)
    assert (found.headline.grade, found.headline.borrowed) == ("direct", None)
    assert found.headline.estimator == "TiltRate"
    assert found.headline.base_rate == pytest.approx(400 / 600)
    assert found.place is not None


def test_own_score_bands_are_direct(compared, own):
    tables = own(BANDED, kind="band", measure="step2_ck")
    found = compared(Applicant(**NON_US), own=tables)
    assert (found.headline.estimator, found.headline.grade) == ("BandRate", "direct")
    assert found.headline.rate == pytest.approx(0.8)
    assert found.headline.range.low <= 0.8 <= found.headline.range.high
    assert [band.own for band in found.curve.bands] == [False, False, True]
    assert found.to_dict(curve=True)


def test_own_counts_are_the_same_at_every_score(compared, own):
    tables = own("matched,not_matched\n30,70\n", kind="count", group="us_img")
    rates = {
        compared(Applicant(group="us_img", step2_ck=score), own=tables).headline.rate
        for score in (200, 250)
    }
    assert rates == {0.3}


def test_the_source_of_an_own_table_is_listed(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    found = compared(Applicant(**NON_US, attempts=2), own=tables)
    (mine,) = [each for each in found.sources if each.key.startswith("own:")]
    assert (mine.title, mine.trust) == ("A program's own files", "user")
    assert mine.files[0][1]
    assert mine.key in found.factor("attempts").sources
    assert mine.key in found.headline.sources
