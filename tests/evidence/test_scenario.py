"""Scenarios: only what a person states, strictly read, always called assumed."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit

from imgstats.errors import InputError
from imgstats.evidence.scenario import Scenario, parse_scenarios, shift

RATES = st.floats(0.001, 0.999)
RATIOS = st.floats(0.01, 100)


@pytest.fixture
def attempts():
    return Scenario.parse("attempts=0.3..0.9")


def ends(scenario):
    return scenario.odds_ratio_low, scenario.odds_ratio_high


@pytest.mark.parametrize(
    ("text", "factor", "wanted"),
    [
        ("attempts=0.3..0.9", "attempts", (0.3, 0.9)),
        ("visa=0.5", "visa", (0.5, 0.5)),
        (" USCE = 1 .. 2.5 ", "usce", (1, 2.5)),
        ("gap  years=0.75..0.75", "gap years", (0.75, 0.75)),
        ("Années=2", "Années", (2, 2)),
    ],
)
def test_a_scenario_is_read(text, factor, wanted):
    found = Scenario.parse(text)
    assert found.factor == factor
    assert ends(found) == wanted


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("attempts=0,3", r"odds ratio '0,3'; allowed: .*; did you mean 0\.3\?"),
        ("attempts=0,3..0,9", r"did you mean 0\.3\.\.0\.9\?"),
        ("attempts=0.3-0.9", r"did you mean 0\.3\.\.0\.9\?"),
        ("attempts=0.3 to 0.9", r"did you mean 0\.3\.\.0\.9\?"),
        ("attempts=0.3...0.9", r"did you mean 0\.3\.\.0\.9\?"),
        ("attempts=1e3", "plainly written numbers"),
        ("attempts=1_000", "plainly written numbers"),
        ("attempts=nan", "plainly written numbers"),
        ("attempts=inf", "plainly written numbers"),
        ("attempts=+0.3", "plainly written numbers"),
        ("attempts=-0.3", "plainly written numbers"),
        ("attempts=.5", "plainly written numbers"),
        ("attempts=5.", "plainly written numbers"),
        ("attempts=٣", "plainly written numbers"),
        ("attempts=0.3..", "plainly written numbers"),
        ("attempts=..0.9", "plainly written numbers"),
        ("attempts=0.3..0.5..0.9", "plainly written numbers"),
        ("attempts=0.3=0.9", "plainly written numbers"),
        ("attempts=1234567", "plainly written numbers"),
        ("attempts=0", "odds ratio 0; allowed: a positive, finite number"),
        ("attempts=0..0.9", "odds ratio 0; allowed: a positive, finite number"),
        ("attempts=0.9..0.3", r"odds ratio 0\.9\.\.0\.3; .*; did you mean 0\.3\.\.0\.9\?"),
        ("attempts", "without an odds ratio; allowed: .* write factor=low..high"),
        ("attempts=", "without an odds ratio"),
        ("", "without an odds ratio"),
        ("=0.3..0.9", "without a factor; allowed: attempts, usce, visa or any plain name"),
        ("a" * 61 + "=0.5", "up to 60 printable characters"),
        ("a\x1b[31m=0.5", "remove control characters"),
        ("a\u202eb=0.5", "remove control characters"),
        (None, "scenario None; allowed: a text"),
    ],
)
def test_what_cannot_be_read_is_refused(text, message):
    with pytest.raises(InputError, match=message):
        Scenario.parse(text)


@pytest.mark.parametrize("text", ["x" * 5000, "attempts=" + "9" * 5000, "a\nb\x00=1"])
def test_a_message_stays_short_and_on_one_line(text):
    with pytest.raises(InputError) as caught:
        Scenario.parse(text)
    assert len(str(caught.value)) < 300
    assert str(caught.value).isprintable()


@pytest.mark.parametrize("bad", [0, -1.0, float("nan"), float("inf"), None, "0.5", True])
def test_an_odds_ratio_is_positive_and_finite(bad):
    with pytest.raises(InputError, match="a positive, finite number"):
        Scenario(factor="visa", odds_ratio_low=bad, odds_ratio_high=2.0)
    with pytest.raises(InputError, match="a positive, finite number"):
        shift(0.5, bad)


@given(rate=RATES, ratio=RATIOS)
def test_a_shift_adds_on_the_logit(rate, ratio):
    assert shift(rate, ratio) == pytest.approx(expit(logit(rate) + logit(ratio / (1 + ratio))))


@given(rate=RATES, ratio=RATIOS)
def test_a_shift_can_be_undone(rate, ratio):
    assert shift(shift(rate, ratio), 1 / ratio) == pytest.approx(rate, rel=1e-9)


@given(rate=st.floats(0, 1))
def test_an_odds_ratio_of_1_changes_nothing(rate):
    assert shift(rate, 1.0) == rate


@pytest.mark.parametrize("ratio", [0.3, 5])
def test_the_ends_stay(ratio):
    assert (shift(0, ratio), shift(1, ratio)) == (0, 1)


@pytest.mark.parametrize("bad", [-0.1, 42, float("nan"), None, "0.4", False])
def test_a_rate_is_a_fraction(attempts, bad):
    with pytest.raises(InputError, match=r"give 42 % as 0\.42"):
        shift(bad, 2.0)
    with pytest.raises(InputError, match="a fraction from 0 to 1"):
        attempts.band(0.42, 0.4, bad)


def test_a_band_shifts_the_rate_and_its_limits(attempts):
    found = attempts.band(0.42, 0.40, 0.45)
    assert (found.rate_low, found.rate_high) == (shift(0.42, 0.3), shift(0.42, 0.9))
    assert (found.outer_low, found.outer_high) == (shift(0.40, 0.3), shift(0.45, 0.9))
    assert (found.factor, found.grade) == ("attempts", "assumed")
    assert (found.odds_ratio_low, found.odds_ratio_high) == (0.3, 0.9)


@given(rate=RATES, low=RATIOS, high=RATIOS, inside=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_the_outer_limits_hold_the_inner_ones(rate, low, high, inside):
    least, most = sorted((low, high))
    scenario = Scenario(factor="visa", odds_ratio_low=least, odds_ratio_high=most)
    found = scenario.band(rate, rate * inside[0], rate + (1 - rate) * inside[1])
    values = [found.outer_low, found.rate_low, found.rate_high, found.outer_high]
    for first, second in pairwise(values):
        assert first <= second + 1e-12


def test_the_sentence_takes_its_figures_from_the_band(attempts):
    assert attempts.band(0.42, 0.40, 0.45).sentence == (
        "If attempts went with an odds ratio of 0.3 to 0.9, an assumption of whoever made this "
        "page, the rate of 42 % would read 18 % to 39 %; with the interval of the rate as well, "
        "17 % to 42 %."
    )


def test_a_single_value_is_one_number():
    sentence = Scenario.parse("usce=2").band(0.42, 0.40, 0.45).sentence
    assert "If US clinical experience went with an odds ratio of 2, an" in sentence
    assert "would read 59 %; with" in sentence


def test_a_rate_outside_its_interval_is_refused(attempts):
    with pytest.raises(InputError, match="a rate inside its interval"):
        attempts.band(0.5, 0.40, 0.45)


def test_nothing_is_assumed_without_a_scenario():
    assert parse_scenarios([]) == ()


def test_a_factor_comes_once():
    with pytest.raises(InputError, match="scenario visa is given 2 times"):
        parse_scenarios(["visa=0.5", "Visa=0.6"])


def test_records_are_frozen_and_survive_pickling(attempts):
    band = attempts.band(0.42, 0.40, 0.45)
    for record in (attempts, band):
        assert pickle.loads(pickle.dumps(record)) == record  # noqa: S301  made on this line
        with pytest.raises(FrozenInstanceError):
            record.factor = "x"
