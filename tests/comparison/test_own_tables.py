"""The user's own tables in a comparison: direct, before anything borrowed or assumed."""

from __future__ import annotations

import pytest

from imgstats import Applicant
from imgstats.comparison.shown.brief import brief
from imgstats.errors import InputError
from imgstats.own_tables import OwnTables
from imgstats.reporting import sections
from imgstats.wording import percent
from tests.reporting.page_text import soup

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
    plain = compared(Applicant(**NON_US)).headline
    one, two, three = (
        compared(Applicant(**NON_US, attempts=each), own=tables).headline for each in (1, 2, 3)
    )
    lows = [each.combined[0].low for each in (one, two, three)]
    assert lows == sorted(lows, reverse=True)
    assert len({plain.sentence, one.sentence, two.sentence, three.sentence}) == 4
    assert {each.grade for each in (one, two, three)} == {"direct, fitted"}
    # What is said of the score alone stays what it was.
    assert {(each.rate, each.low, each.high) for each in (one, two)} == {
        (plain.rate, plain.low, plain.high)
    }


def test_score_and_attempts_are_a_range_with_its_dependence_and_no_product(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    headline = compared(Applicant(**NON_US, attempts=2), own=tables).headline
    (both,) = headline.combined
    assert both.outer_low < both.low < both.high < both.outer_high
    assert both.region == ((-0.6, 0.6), (-0.6, 0.6))
    assert "assumed that they correlate from -0.6 to 0.6" in both.sentence
    assert "by exam attempts alone 30 %" in both.sentence
    assert both.sentence in headline.sentence


def test_the_correlations_of_ranks_leave_attempts_alone(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    applicant = Applicant(**NON_US, attempts=2, ranks=5)
    plain = compared(applicant, own=tables)
    told = compared(applicant, own=tables, correlations=((0.0, 0.6), (0.0, 0.6)))
    assert told.headline == plain.headline
    assert told.joint is not None


def test_own_ranks_are_taken_together_once(compared, own):
    ranks = "low,high,matched,not_matched\n1,3,100,400\n4,,300,200\n"
    tables = own(ranks, kind="band", measure="contiguous_ranks")
    told = compared(Applicant(**NON_US, ranks=5), own=tables, correlations=((0.0, 0.6), (0.0, 0.6)))
    assert told.joint is None
    assert told.headline.combined[0].region == ((0.0, 0.6), (0.0, 0.6))


def test_two_tables_give_two_ranges_and_no_rate_of_all(compared, own):
    own(ATTEMPTS, kind="band", measure="attempts")
    tables = own(USCE, kind="band", measure="usce_months", name="usce")
    headline = compared(Applicant(**NON_US, attempts=2, usce_months=4), own=tables).headline
    assert [each.factor for each in headline.combined] == ["attempts", "usce"]
    assert "No rate of the score, exam attempts and US clinical experience all together" in (
        headline.sentence
    )


@pytest.mark.parametrize(
    "text",
    [
        "low,high,matched,not_matched\n1,,600,400\n",  # one band tells nothing
        "low,high,matched,not_matched\n1,1,600,400\n2,,0,50\n",  # nobody matched there
        "low,high,matched,not_matched\n1,1,60,4000\n2,,1,400\n",  # other people
    ],
)
def test_a_table_that_cannot_be_combined_leaves_the_headline(compared, own, text):
    tables = own(text, kind="band", measure="attempts")
    found = compared(Applicant(**NON_US, attempts=2), own=tables)
    assert found.headline == compared(Applicant(**NON_US)).headline
    assert found.factor("attempts").grade == "direct"


@pytest.mark.parametrize("more", [{"year": "2024"}, {"rates": True}])
def test_another_year_or_rates_alone_are_combined_too(compared, own, more):
    text = (
        "low,high,n,rate\n1,1,1000,0.6\n2,2,200,0.3\n3,,100,0.1\n" if "rates" in more else ATTEMPTS
    )
    year = more.get("year", "2026")
    tables = own(text, kind="band", measure="attempts", year=year)
    (both,) = compared(Applicant(**NON_US, attempts=2), own=tables).headline.combined
    assert (both.low, both.high) == pytest.approx((0.06, 0.277), abs=0.01)
    assert ("is of 2024" in both.sentence) == (year == "2024")


def test_a_counted_headline_is_left_alone(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    applicant = Applicant(**NON_US, attempts=2)
    found = compared(applicant, own=tables, denominator="any-pgy1").headline
    assert found.combined == ()
    assert found.rate == pytest.approx(6733 / 11944)


def test_own_score_bands_without_the_score_fall_back_and_say_so(compared, own):
    tables = own(
        "low,high,matched,not_matched\n250,259,20,80\n260,,30,40\n", kind="band", measure="step2_ck"
    )
    found = compared(Applicant(**NON_US), own=tables)
    assert found.headline == compared(Applicant(**NON_US)).headline
    assert any("has no band for a score of 242" in note for note in found.notes)


def test_one_band_of_scores_has_no_curves(compared, own):
    tables = own("low,high,matched,not_matched\n1,,20,80\n", kind="band", measure="step2_ck")
    headline = compared(Applicant(**NON_US), own=tables).headline
    assert (headline.rate, headline.range) == (pytest.approx(0.2), None)


def test_a_table_that_gives_no_rate_is_named_with_its_way_out(compared, own):
    tables = own("outcome,n\nmatched,40\nnot_matched,60\n", kind="summary", measure="step2_ck")
    with pytest.raises(InputError, match="imgstats data remove summary"):
        compared(Applicant(**NON_US), own=tables)


def test_what_an_added_table_holds_is_no_longer_said_to_be_missing(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    found = compared(Applicant(**NON_US, attempts=2), own=tables)
    assert "exam attempts" not in found.not_in_data
    assert "visa need" in found.not_in_data


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


@pytest.mark.slow
def test_own_scores_of_a_borrowed_group_are_direct(compared, own):
    tables = own(SCORES, kind="summary", measure="step2_ck", group="us_img")
    found = compared(Applicant(group="us_img", step2_ck=242), own=tables)
    assert (found.headline.grade, found.headline.borrowed) == ("direct, fitted", None)
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
    assert mine.key in found.headline.combined[0].sources


def test_what_does_not_use_the_added_table_does_not_cite_it(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    told = {"scenarios": ("visa=0.5..0.9",)}
    with_own = compared(Applicant(**NON_US, attempts=2), own=tables, **told)
    without = compared(
        Applicant(**NON_US, attempts=2), own=OwnTables(tables.folder / "none"), **told
    )
    assert with_own.headline.sources == without.headline.sources


def test_a_scenario_says_which_rate_it_starts_from_where_the_headline_is_a_range(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    scenario = {"scenarios": ("visa=0.5",)}
    both = compared(Applicant(**NON_US, attempts=2), own=tables, **scenario)
    alone = compared(Applicant(**NON_US), own=tables, **scenario)
    found = [each.factor("visa").scenario.sentence for each in (both, alone)]
    assert f"the rate of the score alone, {percent(both.headline.rate)}, would read" in found[0]
    assert f"the rate of {percent(alone.headline.rate)} would read" in found[1]


def test_a_range_under_assumed_correlations_is_not_graded_direct(compared, own):
    tables = own(ATTEMPTS, kind="band", measure="attempts")
    found = compared(Applicant(**NON_US, attempts=2), own=tables)
    assert found.headline.combined[0].is_assumed
    lead = soup(sections.headline(found).html)
    paragraphs = lead.select(".hero-words > p")
    chips = [each.get_text() for each in lead.select(".chip")]
    assert chips == ["assumed", "direct, fitted"]
    at = [i for i, each in enumerate(paragraphs) if each.select(".chip")]
    # Each badge stands under the sentence that it grades.
    assert "lies between" in paragraphs[at[0] - 1].get_text()
    assert paragraphs[at[1] - 1].get_text().startswith("At a score of exactly 242")
    mine = str([each.key for each in found.sources].index("own:band") + 1)
    cited = {i: [a.get_text() for a in each.select("sup a")] for i, each in enumerate(paragraphs)}
    assert mine in cited[at[0] - 1]
    assert mine not in cited[at[1] - 1]
    lines = " ".join(each.text for each in brief(found).lines)
    assert "Grade of the two together: assumed. With a score of 242" in lines


def test_a_hidden_count_is_a_range_without_any_assumption(compared, own):
    hidden = "low,high,matched,not_matched\n,219,<5,20\n220,239,40,40\n240,,80,<5\n"
    tables = own(hidden, kind="band", measure="step2_ck")
    found = compared(Applicant(**NON_US), own=tables, scenarios=("visa=0.5",))
    assert "the rate of the middle of its range, " in found.factor("visa").scenario.sentence
    assert [each.is_assumed for each in found.headline.combined] == [False]
    assert "assumed" not in sections.headline(found).html
