"""The ladder of a comparison: its rungs as they are drawn, the curve's interval below them."""

from __future__ import annotations

from typing import Any

import pytest

from imgstats import plots
from imgstats.comparison.score.records import Ladder, Rung
from imgstats.plots import laddered
from imgstats.wording import interval_words

drawn: Any = plots
RUNGS = (
    Rung(name="digits", low=0.0, high=1.0),
    Rung(name="unimodal", low=0.03, high=0.93),
    Rung(name="smooth", low=0.11, high=0.73),
)


@pytest.fixture(scope="module")
def rungs(non_us):
    return laddered(non_us.headline, Ladder(rungs=RUNGS, sentence="", caption=""))


def test_the_curve_comes_last(non_us, rungs):
    assert [each.kind for each in rungs] == ["bounds"] * 3 + ["interval"]
    last, headline = rungs[-1], non_us.headline
    assert (last.low, last.rate, last.high) == (headline.low, headline.rate, headline.high)
    assert "95 % interval" in last.name


def test_every_rung_is_drawn_with_its_ends(rungs):
    ax = drawn.assumption_ladder(rungs, band=(242, 242))
    assert [each.get_text() for each in ax.get_yticklabels()] == [each.name for each in rungs]
    for rung, written in zip(rungs, ax.texts, strict=True):
        assert interval_words(rung.low, rung.high) in written.get_text()


def test_a_single_score_is_named_once(rungs):
    ax = drawn.assumption_ladder(rungs, band=(242, 242))
    assert ax.get_xlabel() == "match rate, Step 2 CK score 242"
