"""The way from applications to a match: money by hand, ranges over assumptions, what is refused."""

from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from scipy.stats import binom

from imgstats import PublishedTables
from imgstats.comparison.citations import citations_of
from imgstats.errors import InputError
from imgstats.grades import LETTERS
from imgstats.strategy.funnel import FeeStep, funnel
from imgstats.strategy.funnel.entry import MOST_SPREAD, _programs
from imgstats.strategy.funnel.interviews import poisson_binomial
from imgstats.strategy.funnel.match import rank_rates, thinned
from imgstats.strategy.funnel.money import cost_usd, fee_steps, required_usd, side_fees
from imgstats.strategy.situation import Situation

TABLES = PublishedTables()
TODAY = date(2026, 11, 30)


def _situation(**values):
    return Situation.parse({"group": "non-us-img", "step2_ck": 242, **values}, TODAY)


def _row(found, applications):
    row = found.row(applications)
    assert row is not None
    return row


def _own(**given):
    own = funnel(_situation(), TABLES, **given).own
    assert own is not None
    return own


@pytest.fixture(scope="module")
def found():
    return funnel(_situation(), TABLES, applications=120)


@pytest.fixture(scope="module")
def ranks():
    return rank_rates(TABLES, "non_us_img", "Internal Medicine")


@pytest.mark.parametrize(
    ("applications", "usd"),
    # By hand: 30 at 11 are 330; each further one is 30.
    [(0, 0), (1, 11), (30, 330), (31, 360), (77, 330 + 47 * 30), (100, 2430), (576, 16710)],
)
def test_money_is_reckoned_by_hand(applications, usd):
    assert cost_usd(fee_steps(TABLES.rows("application_fees")), applications) == usd


def test_the_publishers_own_example_recomputes():
    # Its page: 43 internal-medicine and 7 radiology programs cost 797 USD.
    steps = fee_steps(TABLES.rows("application_fees"))
    assert cost_usd(steps, 43) + cost_usd(steps, 7) == 797


def test_a_schedule_of_three_steps():
    steps = [
        FeeStep(from_program=low, to_program=high, fee_usd_each=usd)
        for low, high, usd in ((1, 10, 1), (11, 20, 2), (21, None, 5))
    ]
    assert [cost_usd(steps, n) for n in (0, 10, 15, 20, 22)] == [0, 10, 20, 30, 40]


def test_what_nobody_can_do_without_leaves_out_applications_and_what_is_optional():
    fees = side_fees(TABLES.rows("pathway_fees"))
    assert sum(each.within for each in fees) == 1
    by_hand = 110 + 580 + 220 + 945 + 905 + 930 + 455 + 185 + 85
    assert required_usd(fees) == by_hand


@pytest.mark.slow
def test_ranges_hold_both_ends(found):
    for row in (*found.rows, *found.curve):
        assert row.expected_low <= row.expected_high + 1e-9
        assert 0 <= row.interviews_low <= row.interviews_high <= row.applications
        assert 0 <= row.none_low <= row.none_high <= 1
        assert row.interval_low <= row.rate_low <= row.rate_high <= row.interval_high
        assert row.curves_low <= row.rate_low <= row.rate_high <= row.curves_high


def test_more_applications_never_lower_a_range(found):
    for one, other in pairwise(found.curve):
        assert one.cost_usd < other.cost_usd
        for name in ("expected_low", "expected_high", "rate_low", "rate_high", "interval_high"):
            assert getattr(one, name) <= getattr(other, name) + 1e-9
        assert one.none_high >= other.none_high


def test_no_application_leads_nowhere():
    row = _row(funnel(_situation(), TABLES, applications=0), 0)
    assert row.own
    assert (row.cost_usd, row.expected_high, row.interviews_high) == (0, 0, 0)
    assert (row.none_low, row.rate_high, row.interval_high) == (1, 0, 0)


def test_all_programs_at_once_leave_only_the_spread():
    last = funnel(_situation(), TABLES, level_spread=0).curve[-1]
    assert last.applications == 576
    assert last.expected_low == pytest.approx(12.5)
    assert last.expected_high == pytest.approx(12.5)
    assert last.rate_low == pytest.approx(last.rate_high)


def test_a_range_of_spreads_holds_the_single_ones(found):
    for spread in (0, 0.5, 1.0):
        for one in funnel(_situation(), TABLES, level_spread=spread).rows:
            both = found.row(one.applications)
            assert one.rate_low is not None
            assert one.rate_high is not None
            assert both.rate_low <= one.rate_low + 1e-12
            assert both.rate_high >= one.rate_high - 1e-12
            assert both.interviews_low <= one.interviews_low
            assert both.interviews_high >= one.interviews_high


@pytest.mark.slow
def test_the_rate_is_that_of_simulated_applicants(found, ranks):
    """Draw applicants and programs' answers, and add up the stored rates of their ranks."""
    programs = _programs(TABLES.rows("interview_concentration", applicant_group="non_us_img"))
    rates, rng = programs.even(100), np.random.default_rng(5)
    table = np.concatenate([[0], ranks.curves["rate"][1:]])
    means = []
    for spread in (0.5, 1.0):
        levels = rng.gamma(1 / spread**2, spread**2, (60_000, 1))
        hazards = ((1 - rates) ** -(spread**2) - 1) / spread**2
        met = (rng.random((60_000, 100)) < 1 - np.exp(-hazards * levels)).sum(axis=1)
        means.append(table[np.minimum(met, len(table) - 1)].mean())
    # Five standard errors of a mean of rates that differ by 0.3.
    assert found.row(100).rate_low == pytest.approx(min(means), abs=0.006)


def test_by_hand_with_one_program(ranks):
    own = _own(programs_rates=[("One", 0.25)], level_spread=0)
    assert own.expected == 0.25
    assert own.none_low == pytest.approx(0.75)
    assert own.rate_low == pytest.approx(0.25 * ranks.curves["rate"][1])
    assert own.interval_high == pytest.approx(0.25 * ranks.curves["high"][1])
    assert own.cost_usd == 11


def test_an_own_list_is_exact():
    rates = [0.5, 0.2, 0.0, 1.0]
    own = _own(programs_rates=list(zip("ABCD", rates, strict=True)), level_spread=0)
    assert own.expected == pytest.approx(1.7)
    assert own.none_high == 0
    # Numbers 1, 2 and 3 have 0.4, 0.5 and 0.1 of the people.
    assert (own.interviews_low, own.interviews_high) == (1, 3)


def test_an_own_list_says_which_programs_are_in_it_and_keeps_a_low_number():
    few = _own(programs_rates=[("A", 0.04), ("B", 0.03), ("C", 0.01)])
    assert few.sentence.startswith(
        "The 3 programs of your list with an interview rate interview an average applicant to "
        "them 0.08 times by their own rates, for 33 USD;"
    )
    assert few.sentence.endswith("Programs without a rate are not in it.")
    one = _own(programs_rates=[("A", 0.5)])
    assert one.sentence.startswith(
        "The 1 program of your list with an interview rate interviews an average applicant to it "
        "0.5 times by its own rate, for 11 USD;"
    )


def test_a_rate_says_how_those_without_an_interview_count(found):
    (told,) = (each for each in found.sentences if "so many ranks matched" in each)
    assert "Who gets no interview counts as not matched." in told


def test_an_own_list_stands_in_where_no_rates_of_programs_are_published():
    found = funnel(_situation(specialty="Neurology"), TABLES, programs_rates=[("One", 0.3)])
    assert found.own is not None
    assert found.own.rate_low is not None
    assert found.own.rate_low > 0
    assert found.programs == 0


def test_nothing_is_seen_where_all_further_applications_are_lost_in_the_interval(found):
    assert 0 < found.unseen_low < found.unseen_high < found.programs
    alike = funnel(_situation(), TABLES, level_spread=0)
    for n, choice in ((alike.unseen_low, "highest"), (alike.unseen_high, "even")):
        assert n is not None
        assert _is_lost(n, choice)
        assert not _is_lost(n - 1, choice)


def _is_lost(n, choice):
    programs = _programs(TABLES.rows("interview_concentration", applicant_group="non_us_img"))
    ranks = rank_rates(TABLES, "non_us_img", "Internal Medicine")
    assert ranks is not None
    here, most = (poisson_binomial(programs.chosen(choice, each)) for each in (n, 576))
    gain = ranks.over(most) - ranks.over(here)
    return bool(gain <= ranks.over(here, "high") - ranks.over(here, "low"))


def test_nobody_matches_without_a_rank_and_the_last_rate_stands_in(ranks):
    rates = ranks.at(60)
    assert rates[0] == 0
    assert rates[60] == rates[ranks.most] == ranks.curves["rate"][-1]
    assert ranks.over(np.array([1.0])) == 0


def test_thinning_keeps_the_share_of_the_average():
    counts = np.array([0.1, 0.2, 0.3, 0.4])
    fewer = thinned(counts, 0.75)
    assert fewer.sum() == pytest.approx(1)
    assert fewer @ np.arange(4) == pytest.approx(0.75 * (counts @ np.arange(4)))
    np.testing.assert_allclose(thinned(counts, 1), counts)


@pytest.mark.parametrize("share", [0, 0.93, 1])
def test_thinning_is_binomial_at_any_number(share):
    counts = np.random.default_rng(1).dirichlet(np.ones(1201))
    numbers = np.arange(1201)
    wanted = counts @ binom.pmf(numbers, numbers[:, None], share)
    np.testing.assert_allclose(thinned(counts, share), wanted, rtol=0, atol=1e-13)


def test_published_figures_stand_beside_the_chain(found):
    values = [round(each.published, 3) for each in found.beside]
    assert values == [5, 2, pytest.approx(4.27, abs=0.01), 0.485, 0.464, 8, 2]
    for each in found.beside:
        assert each.factor_low == pytest.approx(each.published / each.chain_high)
        assert each.factor_high == pytest.approx(each.published / each.chain_low)
        assert each.grade in LETTERS
        assert each.sources
    # Nothing was tuned: the older survey lies outside.
    assert found.beside[5].chain_high < found.beside[5].published
    assert found.row(77).published


def test_us_imgs_have_interviews_and_no_rate():
    found = funnel(_situation(group="us-img"), TABLES, level_spread=0.5)
    row = _row(found, 100)
    assert row.expected_high == pytest.approx(11.1)
    assert row.rate_low is None
    assert "contiguous ranks" in " ".join(found.refused)
    assert (found.curve, found.beside, found.unseen_low) == ((), (), None)


def test_another_specialty_has_the_money_alone():
    found = funnel(_situation(specialty="Pediatrics"), TABLES, applications=40)
    row = _row(found, 40)
    assert row.cost_usd == 630
    assert row.expected_low is None
    assert "say nothing about it" in found.refused[0]
    assert found.assumptions == ()
    assert any("five gold can carry a signal" in each for each in found.sentences)


def test_every_link_has_a_grade_and_says_what_changes(found):
    assert len(found.assumptions) == 7
    for each in found.assumptions:
        assert each.grade.split(";")[0] in {*LETTERS, "assumed"}
        assert each.otherwise
    assert (found.grade, found.data_grade) == ("assumed", "C")


def test_the_same_input_gives_the_same_record(found):
    assert funnel(_situation(), PublishedTables(), applications=120) == found


def test_a_score_moves_nothing():
    low, high = (funnel(_situation(step2_ck=score), TABLES, level_spread=0) for score in (215, 270))
    assert low == high


def test_the_rows_cite_what_they_are_made_of_and_nothing_else(found):
    fees, interviews = "eras-fees-2026", "im-interview-rates-2024"
    assert found.row_sources == (interviews, fees, "charting-outcomes-2026-non-us-img")
    assert funnel(_situation(specialty="Pediatrics"), TABLES).row_sources[0] == fees
    assert "img-pathway-fees" not in found.row_sources


def test_the_sentence_on_what_is_not_seen_names_all_programs_that_no_row_shows(found):
    (words,) = (each for each in found.sentences if "can be seen" in each)
    assert f"after {found.unseen_low} applications to {found.unseen_high}, depending" in words
    assert f"up to {found.programs} together" in words
    assert found.row(found.programs) is None
    assert found.curve[-1].applications == found.programs


def test_every_source_has_a_birth_certificate(found):
    assert {each.key for each in citations_of(found, None)} == set(found.sources)


@pytest.mark.parametrize(
    ("given", "error", "todo"),
    [
        ({"applications": 577}, "applications is 577", "0 to 576"),
        ({"applications": -1}, "applications is -1", "0 to 576"),
        ({"applications": True}, "applications is True", "whole number"),
        ({"applications": 10.5}, "applications is 10.5", "whole number"),
        ({"level_spread": -0.1}, "level_spread is -0.1", f"0 to {MOST_SPREAD}"),
        ({"level_spread": (1, 0.5)}, "level_spread", "lower one first"),
        ({"level_spread": (0, 9)}, "level_spread", f"0 to {MOST_SPREAD}"),
        ({"level_spread": "much"}, "level_spread is 'much'", "one or two numbers"),
        ({"level_spread": float("nan")}, "level_spread is nan", "one or two numbers"),
        ({"level_spread": (True, 1)}, "level_spread", "one or two numbers"),
        ({"programs_rates": []}, "no program of the list", "at least one"),
        ({"programs_rates": [("A", 4.5)]}, "interview rate of 'A' is 4.5", "4.5 % is 0.045"),
        ({"programs_rates": [("A", -0.1)]}, "interview rate of 'A'", "0 to 1"),
        ({"programs_rates": [("A", float("nan"))]}, "interview rate of 'A'", "0 to 1"),
        ({"programs_rates": [("A", None)]}, "interview rate of 'A'", "0 to 1"),
        ({"programs_rates": [("A", True)]}, "interview rate of 'A'", "0 to 1"),
        ({"programs_rates": [("A", 0.1), ("A", 0.2)]}, "'A' is there twice", "once"),
    ],
)
def test_what_is_refused_says_what_is_allowed(given, error, todo):
    with pytest.raises(InputError) as raised:
        funnel(_situation(), TABLES, **given)
    assert error in str(raised.value)
    assert todo in str(raised.value)
