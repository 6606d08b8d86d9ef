"""Others with other scores against people who are counted one by one, or drawn.

Nothing of the package is taken but a fit's base rate, its grid and its two densities: every outcome
is parted into those whose scores are summarised and the others, the others are moved, and the rate
at a score is the matched among all who stand there.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest

from imgstats import OutcomeSummary, Summary, TiltRate
from imgstats.estimators.consent import rate_if_others_differ

SCORES = (215, 225, 235, 242, 250, 260, 270)
COUNTS, PART = (3392, 3600), (2649, 2730)
# A polynomial is one curve: its rate is the quotient of its densities. A mixture's is a median.
DIGITS_LEFT_OUT = 1e-6
STANDARD_ERRORS = 4.5


@pytest.fixture(scope="module")
def fitted():
    """Return a curve on a scale that nobody reaches the ends of, moved or not."""
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=PART[0], q1=241, median=251, q3=260, mean=250, sd=14),
        not_matched=Summary(n=PART[1], q1=232, median=242, q3=252, mean=242, sd=15),
        group_counts=COUNTS,
        scale=(120, 360),
    )
    return TiltRate(degree=2).fit(table)


def _counted(fitted, shift):
    """Return the rate at each score by counting people, and the rate of all of them."""
    people = []
    for side, density, way in (
        (0, fitted.density_matched_, 1),
        (1, fitted.density_not_matched_, -1),
    ):
        there: Counter[float] = Counter()
        for score, share in zip(fitted.grid_, density, strict=True):
            there[score] += PART[side] * share
            there[score + way * shift] += (COUNTS[side] - PART[side]) * share
        people.append(there)
    matched, others = people
    whole = sum(matched.values()) / (sum(matched.values()) + sum(others.values()))
    return [matched[each] / (matched[each] + others[each]) for each in SCORES], whole


@pytest.mark.parametrize("shift", [1, 5, 10, -5])
def test_the_rates_are_those_of_people_counted_one_by_one(fitted, shift):
    ours = rate_if_others_differ(fitted, SCORES, shift)
    for column, way in enumerate((shift, -shift)):
        theirs, whole = _counted(fitted, way)
        np.testing.assert_allclose(ours[:, column], theirs, atol=DIGITS_LEFT_OUT)
        assert whole == pytest.approx(COUNTS[0] / sum(COUNTS), abs=1e-9)


def test_the_rates_are_those_of_people_who_are_drawn(fitted):
    rng, n, shift = np.random.default_rng(7), 500_000, 5
    matched = rng.random(n) < COUNTS[0] / sum(COUNTS)
    score = np.where(
        matched,
        rng.choice(fitted.grid_, n, p=fitted.density_matched_),
        rng.choice(fitted.grid_, n, p=fitted.density_not_matched_),
    )
    part = np.where(matched, PART[0] / COUNTS[0], PART[1] / COUNTS[1])
    other = rng.random(n) > part
    score = score + np.where(other, np.where(matched, shift, -shift), 0)
    for at, rate in zip(SCORES, rate_if_others_differ(fitted, SCORES, shift)[:, 0], strict=True):
        there = matched[score == at]
        error = np.sqrt(rate * (1 - rate) / len(there))
        assert there.mean() == pytest.approx(rate, abs=STANDARD_ERRORS * error)
