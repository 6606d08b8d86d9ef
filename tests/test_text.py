"""Texts that people gave: what is shown of them, read as a number, or made harmless."""

from __future__ import annotations

import pytest

from imgstats.text import harmless, is_formula, plain_number, printable, shown, visible


@pytest.mark.parametrize(
    "text",
    [
        "=1+1",
        "+1",
        "-1.5",
        "@SUM(A1)",
        "=cmd|' /C calc'!A0",
        "\t=1",
        "\r=1",
        "\n=1",
        "  =1+1",
        "\u00a0@x",
        "\uff1d1+1",
        "\uff0b1",
        "\uff0d1",
        "\uff20x",
    ],
)
def test_a_formula_gets_an_apostrophe(text):
    assert harmless(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", " ", "A-01", "Zoé", "a=b", "'=1", "12", "مريم", "..."])
def test_other_text_stays(text):
    assert harmless(text) == text


@pytest.mark.parametrize("text", ["=1+1", " +1", "-1+1", "@x", "\uff1d1"])
def test_a_formula_is_known_and_made_harmless(text):
    assert is_formula(text)
    assert not is_formula(harmless(text))


@pytest.mark.parametrize("text", ["-5", " -0.5", "", "A-01", "12"])
def test_a_negative_number_is_no_formula(text):
    assert not is_formula(text)


@pytest.mark.parametrize(
    ("text", "number"), [("242", 242), ("-0.5", -0.5), ("+3", 3), ("007", 7), ("1.0", 1.0)]
)
def test_a_plain_number_is_read(text, number):
    found = plain_number(text)
    assert found == number
    assert type(found) is type(number)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " 1",
        "1_000",
        "1,000",
        "1e3",
        "nan",
        "inf",
        "0x1",
        "1.",
        ".5",
        "\u0662\u0664",
        "1" * 18,
        "--1",
    ],
)
def test_a_number_that_is_not_written_plainly_is_none(text):
    assert plain_number(text) is None


def test_sign_and_digits_can_be_limited():
    assert plain_number("-1", signed=False) is None
    assert plain_number("1234567", digits=6) is None
    assert plain_number("123456.123456", digits=6) == 123456.123456


@pytest.mark.parametrize("text", ["a\nb", "\x1b[31m", "a\u202eb", "\u0085", "\u2028"])
def test_what_a_terminal_would_obey_is_spelled_out(text):
    assert not printable(text)
    assert printable(visible(text))


def test_a_shown_value_is_one_short_line():
    assert shown("a\nb") == "'a\\nb'"
    assert len(shown("x" * 10**7)) < 70
    assert shown("x" * 100, 200) == repr("x" * 100)
