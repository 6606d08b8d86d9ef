"""Numbers in sentences: rounding, far ends, one form everywhere."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgstats import wording

RATES = st.floats(0, 1, allow_nan=False)


@given(RATES)
def test_people_of_100_lie_within_half_a_person(rate):
    assert abs(wording.of_hundred(rate) - 100 * rate) <= 0.5 + 1e-6


@given(st.integers(0, 99))
def test_a_half_goes_up(whole):
    # Binary floats hold few halves exactly: 0.285 * 100 is 28.499999999999996.
    assert wording.of_hundred((2 * whole + 1) / 200) == whole + 1


@given(RATES, RATES)
def test_people_of_100_never_fall_when_the_rate_rises(one, other):
    low, high = sorted([one, other])
    assert wording.of_hundred(low) <= wording.of_hundred(high)


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.0, "0 %"),
        (1e-9, "under 1 %"),
        (0.00499, "under 1 %"),
        (0.005, "1 %"),
        (0.5, "50 %"),
        (0.9949, "99 %"),
        (0.995, "over 99 %"),
        (1.0, "100 %"),
    ],
)
def test_a_fitted_rate_is_a_whole_per_cent_and_never_falsely_certain(rate, words):
    assert wording.percent(rate) == words


@given(st.integers(1, 20000), st.data())
def test_a_counted_rate_has_one_decimal(n, data):
    matched = data.draw(st.integers(0, n))
    number, sign = wording.counted_percent(matched / n).split(" ")
    assert sign == "%"
    assert abs(float(number) - 100 * matched / n) <= 0.05 + 1e-6
    assert len(number.partition(".")[2]) == 1


def test_an_interval_names_both_ends():
    assert wording.interval_words(0.001, 0.999) == "under 1 % to over 99 %"


@pytest.mark.parametrize(
    ("number", "words"), [(0, "0"), (999, "999"), (6992, "6,992"), (1687.9, "1,688")]
)
def test_thousands(number, words):
    assert wording.thousands(number) == words


@pytest.mark.parametrize(
    ("value", "words"), [(3, "3"), (3.0, "3"), (2.5, "2.5"), (1204, "1,204"), (0.1, "0.1")]
)
def test_a_number_has_no_needless_decimals(value, words):
    assert wording.number_words(value) == words


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (None, None, "all"),
        (None, 208, "up to 208"),
        (250, None, "250 and above"),
        (240, 249, "240 to 249"),
    ],
)
def test_a_band(low, high, words):
    assert wording.band_words(low, high) == words


@pytest.mark.parametrize(
    ("words", "joined"),
    [([], ""), (["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")],
)
def test_a_list(words, joined):
    assert wording.listed(words) == joined
