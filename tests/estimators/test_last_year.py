"""`LastYearRate`: the last year as it stands, its limits from past changes, beside `TrendRate`."""

from __future__ import annotations

import pickle
from itertools import pairwise
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import t as student
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from imgstats.errors import InputError, TableError
from imgstats.estimators import LastYearRate, TrendRate
from imgstats.estimators.trend import YearRate
from imgstats.estimators.trend_years import interval_score

GROUPS = ("us_img", "non_us_img")
RATES = [0.40, 0.44, 0.42, 0.47, 0.45, 0.50, 0.49]


def _years(rates, n=None, first=2010):
    return [YearRate(year=first + i, rate=rate, n=n) for i, rate in enumerate(rates)]


def _by_hand(years, rates, steps, level):
    """Return low, middle and high, written down from the definition with loops."""
    changes = []
    for (before, low), (after, high) in pairwise(zip(years, rates, strict=True)):
        change = np.log(high / (1 - high)) - np.log(low / (1 - low))
        changes.append(change / (after - before) ** 0.5)
    size = (sum(each**2 for each in changes) / len(changes)) ** 0.5
    last = np.log(rates[-1] / (1 - rates[-1]))
    half = student(len(changes)).ppf(0.5 + level / 2) * size * steps**0.5
    return [1 / (1 + np.exp(-each)) for each in (last - half, last, last + half)]


@pytest.fixture(scope="module")
def shipped(tables):
    frame = tables.frame("pgy1_by_year")
    return {name: frame[frame["applicant_group"] == name] for name in GROUPS}


@pytest.mark.parametrize("level", [0.5, 0.95])
@pytest.mark.parametrize("steps", [1, 2, 5])
def test_a_forecast_is_that_of_the_definition(steps, level):
    found = LastYearRate().fit(_years(RATES)).forecast(steps, level).iloc[-1]
    expected = _by_hand(range(len(RATES)), RATES, steps, level)
    assert found[["low", "rate", "high"]].to_list() == pytest.approx(expected)


def test_a_change_over_missing_years_counts_by_its_root():
    years, rates = [0, 1, 2, 3, 6, 7, 8], RATES
    found = LastYearRate().fit(
        [YearRate(year=2010 + year, rate=rate) for year, rate in zip(years, rates, strict=True)]
    )
    row = found.forecast().iloc[0]
    assert row[["low", "rate", "high"]].to_list() == pytest.approx(_by_hand(years, rates, 1, 0.95))


@pytest.mark.parametrize("group", GROUPS)
def test_past_years_of_the_shipped_rates_by_hand(shipped, group):
    found = LastYearRate().fit(shipped[group]).rolling_origin()
    known = LastYearRate().fit(shipped[group]).rates_.dropna(subset=["rate"])
    for row in found.to_dict("records"):
        before = known[known["year"] < row["year"]]
        expected = _by_hand(before["year"].to_list(), before["rate"].to_list(), row["steps"], 0.95)
        assert [row["low"], row["rate"], row["high"]] == pytest.approx(expected)
        assert row["score"] == pytest.approx(
            interval_score(row["low"], row["high"], row["observed"], 0.95)
        )


def test_both_ways_are_tried_on_the_same_years(shipped):
    for group in GROUPS:
        one, other = (
            each.fit(shipped[group]).rolling_origin() for each in (LastYearRate(), TrendRate())
        )
        assert one[["year", "observed"]].equals(other[["year", "observed"]])
        assert (one["held"] == one["observed"].between(one["low"], one["high"])).all()


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.1, 0.9), min_size=6, max_size=12), st.floats(-0.5, 0.5))
def test_moving_every_year_moves_the_forecast(rates, move):
    rates = [each + 1e-7 for each in rates]  # none that looks printed in whole per cents
    moved = expit(logit(np.array(rates)) + move)
    one = LastYearRate().fit(_years(rates, n=10**8)).forecast(2)
    other = LastYearRate().fit(_years(moved, n=10**8)).forecast(2)
    for column in ("rate", "low", "high"):
        expected = logit(one[column]).to_numpy() + move
        assert logit(other[column]).to_numpy() == pytest.approx(expected, abs=1e-3)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.1, 0.9), min_size=6, max_size=12))
def test_the_last_year_is_the_middle_and_far_years_are_known_less(rates):
    found = LastYearRate().fit(_years(rates, n=500)).forecast(4)
    assert found["rate"].to_list() == pytest.approx([rates[-1]] * 4)
    widths = (logit(found["high"]) - logit(found["low"])).to_numpy()
    assert widths == pytest.approx(widths[0] * np.sqrt([1, 2, 3, 4]))


def test_years_that_agree_leave_what_sampling_alone_leaves():
    found = LastYearRate().fit(_years([0.5] * 6, n=400))
    rounding = (0.01 * 4) ** 2 / 12  # a whole per cent, on the logit scale
    assert found.change_ == pytest.approx((2 * (4 / 400 + rounding)) ** 0.5)
    row = found.forecast().iloc[0]
    assert row["low"] < 0.5 < row["high"]
    uncounted = LastYearRate().fit([YearRate(year=2015 + i, rate=0.56) for i in range(8)])
    low, high = uncounted.forecast().iloc[0][["low", "high"]]
    assert high - low > 0.01


@settings(max_examples=60, deadline=None)
@given(st.floats(0, 1), st.floats(0, 1), st.floats(0, 1), st.floats(0.5, 0.99))
def test_a_miss_costs_and_a_hit_is_the_width(one, other, observed, level):
    low, high = sorted((one, other))
    score = interval_score(low, high, observed, level)
    outside = max(low - observed, observed - high, 0)
    assert score == pytest.approx(high - low + 2 / (1 - level) * outside)
    assert score >= high - low


def test_the_interval_that_is_true_scores_least_on_average():
    random = np.random.default_rng(20260402)
    seen = random.standard_normal(20_000)
    means = {
        half: np.mean([interval_score(-half, half, each, 0.9) for each in seen[:4000]])
        for half in (1.0, 1.645, 2.6)
    }
    assert min(means, key=means.__getitem__) == 1.645


def test_the_usual_manners():
    fitted = LastYearRate().fit(_years(RATES))
    again = pickle.loads(pickle.dumps(fitted))  # noqa: S301  made here
    assert again.forecast().equals(fitted.forecast())
    with pytest.raises(NotFittedError):
        clone(fitted).forecast()
    assert all(name.endswith("_") for name in set(vars(fitted)) - set(vars(LastYearRate())))
    with pytest.raises(InputError, match="steps"):
        fitted.forecast(0)
    with pytest.raises(InputError, match="level"):
        fitted.forecast(1, 95)
    with pytest.raises(TableError, match="LastYearRate got str"):
        LastYearRate().fit(cast("Any", "rates"))
    with pytest.raises(TableError, match="years with a rate"):
        LastYearRate().fit(_years(RATES[:5]))
