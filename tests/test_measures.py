"""Measures of one's own: what they take, what they refuse, and how they tell a sentence."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgstats.errors import InputError
from imgstats.measures import MEASURES, Measure, OutcomeWords, measure_of
from imgstats.tables import Summary
from imgstats.tables.steps import band_step, moment_unit, summary_step

NURSING = OutcomeWords("passed", "failed")


@pytest.mark.parametrize(
    ("made", "message"),
    [
        ({"name": ""}, "a name"),
        ({"name": "x", "low": 4, "high": 0}, "low below high"),
        ({"name": "x", "step": 0}, "above 0"),
        ({"name": "x", "step": -1}, "above 0"),
        ({"name": "x", "low": 0, "high": 1, "step": 2}, "within the scale"),
        ({"name": "x", "low": float("nan")}, "finite"),
        ({"name": "x", "step": True}, "finite"),
        ({"name": "x", "words": "passed"}, "OutcomeWords"),
    ],
)
def test_a_measure_that_cannot_be_is_refused(made, message):
    with pytest.raises(InputError, match=message):
        Measure(**made)


@pytest.mark.parametrize("pair", [("passed", "passed"), ("A", "a"), ("", "failed"), ("a", "  ")])
def test_two_outcomes_have_two_words(pair):
    with pytest.raises(InputError, match="two different words"):
        OutcomeWords(*pair)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ("not_matched q1 and matched q3", "failed q1 and passed q3"),
        ("at least one applicant in each outcome", "at least one person in each outcome"),
        ("Match rates of applicants", "Pass rates of people"),
        ("unmatched rematched", "unmatched rematched"),
    ],
)
def test_a_sentence_is_told_in_the_words_of_another_field(told, said):
    assert NURSING.say(told) == said


@given(st.text(max_size=80))
def test_the_words_of_matching_change_no_sentence(text):
    assert OutcomeWords().say(text) == text


def test_what_is_known_is_looked_up():
    assert measure_of("step2_ck") is MEASURES["step2_ck"]
    assert measure_of("gpa") == Measure("gpa")


@pytest.mark.parametrize(
    ("quartiles", "step"),
    [
        ((240, 251, 259), 1.0),
        ((240, 250.5, 259), 1.0),
        ((3.22, 3.54, 3.755), 0.01),
        ((0.42, 0.55, 0.71), 0.01),
        ((3.1, 3.4, 3.7), 0.01),
        ((402.5, 510, 560.5), 1.0),
    ],
)
def test_decimals_tell_the_step(quartiles, step):
    names = ("q1", "median", "q3")
    side = Summary(n=40, **dict(zip(names, quartiles, strict=True)))
    assert summary_step([side]) == step
    hundred = Summary(
        n=40,
        **{
            name: 100 * value for name, value in zip(("q1", "median", "q3"), quartiles, strict=True)
        },
    )
    if step < 1:
        assert summary_step([hundred]) == pytest.approx(100 * step)


@pytest.mark.parametrize(
    ("ends", "step"),
    [
        ([(None, 219), (220, 229)], 1.0),
        ([(5, 5.5), (6, 6.5), (7, 9)], 0.5),
        ([(3, 3.24), (3.25, None)], 0.01),
        ([(1.5, 1.5)], 0.1),
    ],
)
def test_bands_tell_the_step(ends, step):
    assert band_step(ends) == pytest.approx(step)


def test_a_median_that_ends_in_a_half_makes_no_mean_finer():
    sides = [Summary(n=40, median=245.5, mean=245, sd=14), Summary(n=40, mean=243, sd=13)]
    assert moment_unit(sides, "mean") == moment_unit(sides, "sd") == 1.0
