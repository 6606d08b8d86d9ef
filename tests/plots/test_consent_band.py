"""The rate where others differ: what was drawn, and what is said of it."""

from __future__ import annotations

import numpy as np
import pytest

from imgstats import TiltRate
from imgstats.errors import InputError
from imgstats.estimators.consent import rate_if_others_differ
from imgstats.plots import consent_band, curves_of, describe_consent_band
from imgstats.wording import interval_words, percent

SCORES = range(209, 285)


@pytest.fixture(scope="module")
def drawn(tables):
    """Return a curve and its two directions."""
    fitted = TiltRate().fit(tables.outcome_summary(group="non_us_img", year="2026"))
    (curve,) = curves_of({"default": fitted}, SCORES)
    return curve, rate_if_others_differ(fitted, SCORES)


def test_rate_interval_and_both_directions_are_drawn(drawn):
    curve, differing = drawn
    ax = consent_band(curve, differing, shift=5)
    lines = {str(line.get_label()): line.get_ydata() for line in ax.lines}
    (up,) = (each for each in lines if "matched +5, not matched \N{MINUS SIGN}5" in each)
    (down,) = (each for each in lines if "matched \N{MINUS SIGN}5, not matched +5" in each)
    np.testing.assert_array_equal(lines[up], differing[:, 0])
    np.testing.assert_array_equal(lines[down], differing[:, 1])
    np.testing.assert_array_equal(lines["95 % interval"], curve.low)
    np.testing.assert_array_equal(lines["those left out have like scores"], curve.rate)
    assert ax.get_xlabel() == "Step 2 CK score"


def test_the_band_lies_between_the_directions(drawn):
    curve, differing = drawn
    (band,) = consent_band(curve, differing, shift=5).collections
    corners = np.asarray(band.get_paths()[0].vertices)
    at = SCORES.index(270)
    heights = sorted({y for x, y in corners if x == curve.x[at]})
    assert heights == pytest.approx(sorted(differing[at]))


def test_the_words_have_the_figures(drawn):
    curve, differing = drawn
    said = describe_consent_band(curve, differing, shift=5)
    at = SCORES.index(269)
    assert f"{percent(curve.rate[at])} at 269 ({interval_words(*sorted(differing[at]))})" in said
    widths = np.abs(differing[:, 0] - differing[:, 1])
    closest, furthest = SCORES[int(widths.argmin())], SCORES[int(widths.argmax())]
    assert f"closest at {closest} and furthest apart at {furthest}" in said


@pytest.mark.parametrize("draw", [consent_band, describe_consent_band])
def test_two_rates_are_needed_at_each_score(drawn, draw):
    curve, differing = drawn
    with pytest.raises(InputError, match=f"two rates at each of {len(curve.x)} scores"):
        draw(curve, differing[:-1], shift=5)
