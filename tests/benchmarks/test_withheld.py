"""What a fit foretells of a digit it did not see."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from benchmarks.calibration.populations import population
from benchmarks.calibration.printing import draw, print_table
from benchmarks.calibration.withheld import COLUMNS, DIGITS, foretell
from benchmarks.calibration.withheld_words import score, sentences, table
from imgstats.estimators import TiltRate
from imgstats.tables import OutcomeSummary

pytestmark = pytest.mark.slow
N = 1500


def _tables(count: int) -> list[OutcomeSummary]:
    whole, random = population("bend", "normal"), np.random.default_rng(7)
    found = [print_table("summary", whole, *draw(random, whole, N)) for _ in range(count)]
    return [each for each in found if isinstance(each, OutcomeSummary)]


def _without(printed: OutcomeSummary, digit: str) -> TiltRate:
    return TiltRate().fit(replace(printed, matched=replace(printed.matched, **{digit: None})))


@pytest.fixture(scope="module")
def rows() -> pd.DataFrame:
    found = []
    for printed in _tables(6):
        for digit in DIGITS:
            fitted = _without(printed, digit)
            row: dict[str, object] = {"specialty": "", "outcome": "matched", "digit": digit}
            row |= {"n": printed.matched.n, "printed": printed.matched.value(digit)}
            for given, names in (
                (False, ("foretold", "low", "high")),
                (True, ("given", "given_low", "given_high")),
            ):
                told = foretell(fitted, "matched", digit, given=given)
                row |= dict(zip(names, (told.value, told.low, told.high), strict=True))
            found.append(row)
    return pd.DataFrame(found, columns=COLUMNS)


@pytest.mark.parametrize("given", [False, True])
def test_digits_of_a_known_population_are_foretold(rows, given):
    found = score(rows, given=given)
    assert found.held >= 0.9
    assert found.miss < 1.5


def test_what_the_sample_printed_makes_the_interval_narrower(rows):
    alone, given = rows["high"] - rows["low"], rows["given_high"] - rows["given_low"]
    assert (given < alone).all()


def test_a_mean_is_foretold_within_its_rounding_and_doubt(rows):
    means = rows[rows["digit"] == "mean"]
    assert score(means, given=True).miss < 1.0
    assert score(means, given=True).width < 3.0


def test_a_higher_level_is_wider():
    fitted = _without(_tables(1)[0], "median")
    widths = []
    for level in (0.5, 0.95):
        told = foretell(fitted, "matched", "median", level=level)
        assert told.low < told.value < told.high
        widths.append(told.high - told.low)
    assert widths[0] < widths[1]


def test_the_foretold_digit_is_that_of_the_density():
    fitted = _without(_tables(1)[0], "mean")
    density = fitted.density_matched_
    assert foretell(fitted, "matched", "mean").value == pytest.approx(
        float(density @ fitted.grid_), abs=0.05
    )


def test_words_and_table_say_the_scores(rows):
    whole = pd.concat([rows, rows.assign(outcome="not_matched")])
    words = " ".join(sentences(whole))
    assert f"The {len(whole)} digits are those of 2 printed summaries" in words
    held = 100 * score(whole).held
    assert f"holds {held:.1f} %" in words
    lines = table(whole).splitlines()
    assert len(lines) == 2 + 3 * len(DIGITS) + 1
    assert len({line.count("|") for line in lines}) == 1
