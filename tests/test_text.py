"""Cells that a spreadsheet would run are made text."""

from __future__ import annotations

import pytest

from imgstats.text import harmless


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
