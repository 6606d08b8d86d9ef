"""A printed total of matched beside hidden counts."""

from __future__ import annotations

from itertools import product

import numpy as np
import pytest
from scipy.special import expit
from scipy.stats import binom

from imgstats.estimators import LogisticRate
from imgstats.estimators._banded import band_counts
from imgstats.estimators._hidden import hidden_counts
from imgstats.estimators._hidden_total import hidden_total
from imgstats.estimators.logistic_density import band_scores, fit_density
from imgstats.estimators.logistic_model import _Likelihood
from imgstats.tables import Band, BandTable

FEW = ((30, 0, 4), (12, 1, 5), (20, 0, 6))
SHOWN = (Band(low=9, high=9, matched=30, not_matched=70),)


def _table(total, few=FEW, shown=SHOWN):
    hidden = tuple(
        Band(low=x, high=x, n=n, matched_range=(low, high))
        for x, (n, low, high) in enumerate(few, start=1)
    )
    return BandTable(measure="x", bands=(*hidden, *shown), total_matched=total)


@pytest.mark.parametrize("total", [38, (36, 39)])
def test_the_likelihood_is_the_sum_over_all_counts_that_add_up(total):
    table = _table(total)
    hidden = hidden_counts(table.bands)
    summed = hidden_total(table, hidden)
    assert summed is not None
    p = (0.05, 0.3, 0.2)
    shares = [each.shares(rate, 1 - rate) for each, rate in zip(hidden, p, strict=True)]
    own = sum(each.log_likelihood(rate, 1 - rate) for each, rate in zip(hidden, p, strict=True))
    low, high = np.atleast_1d(total)[[0, -1]] - 30
    truth = sum(
        np.prod([binom.pmf(k, n, rate) for k, (n, *_), rate in zip(counts, FEW, p, strict=True)])
        for counts in product(*(range(a, b + 1) for _, a, b in FEW))
        if low <= sum(counts) <= high
    )
    assert np.exp(own + summed.log_probability(shares)) == pytest.approx(truth, rel=1e-9)


@pytest.mark.parametrize("total", [38, (36, 39), None])
@pytest.mark.parametrize("with_n", [True, False])
def test_gradient_and_information_are_those_of_the_likelihood(total, with_n):
    few = (*FEW, (15, 0, 4))
    table = _table(total, few)
    if not with_n:  # inverse sampling, beside a printed count
        last = Band(low=4, high=4, matched_range=(0, 4), not_matched=11)
        table = BandTable(measure="x", bands=(*table.bands[:3], last, *SHOWN), total_matched=total)
    counts = band_counts(table)
    assert (counts.total is None) == (total is None)
    scores = band_scores(counts)
    likelihood = _Likelihood(
        design=np.column_stack([np.ones(len(scores.grid)), scores.grid / 5]),
        scores=scores,
        density=fit_density(scores, counts),
        counts=counts.without_hidden,
        hidden=counts.hidden,
        total=counts.total,
    )
    beta, h = np.array([-1.9, 0.5]), 1e-4
    gradient, information = likelihood.derivatives(beta)
    steps = h * np.eye(2)
    slopes = [(likelihood.value(beta + s) - likelihood.value(beta - s)) / (2 * h) for s in steps]
    np.testing.assert_allclose(gradient, slopes, rtol=1e-5, atol=1e-5)
    bend = [
        (likelihood.derivatives(beta + s)[0] - likelihood.derivatives(beta - s)[0]) / (2 * h)
        for s in steps
    ]
    np.testing.assert_allclose(information, -np.array(bend), rtol=1e-5, atol=1e-5)


@pytest.mark.slow
def test_a_total_that_ranges_alone_would_miss_moves_the_rates():
    shown = (
        Band(low=9, high=9, matched=30, not_matched=70),
        Band(low=10, high=10, matched=40, not_matched=60),
    )
    few = ((30, 0, 4),) * 8
    told = LogisticRate().fit(_table(95, few, shown)).band_rates([(1, 8)]).iloc[0]
    # The hidden ones hold exactly 25 of 240.
    assert told["rate_low"] < 25 / 240 < told["rate_high"]
    untold = LogisticRate().fit(_table(None, few, shown)).band_rates([(1, 8)]).iloc[0]
    assert untold["rate_high"] < 25 / 240


def test_a_total_that_leaves_all_open_moves_nothing():
    shown = (*SHOWN, Band(low=10, high=10, matched=40, not_matched=60))
    free, wide = (LogisticRate().fit(_table(total, shown=shown)) for total in (None, (0, 200)))
    np.testing.assert_array_equal(free.coefficients_, wide.coefficients_)


def test_a_total_takes_a_rounded_rate_for_all_its_counts():
    rounded = Band(low=9, high=9, n=1000, rate=0.08, rate_unit=0.01)
    table = _table(87, shown=(rounded,))
    found = hidden_total(table, hidden_counts(table.bands))
    assert found is not None
    # 75 to 85 print 8 %: 2 to 12 are left, of which the second band holds at least 1.
    assert (found.low, found.high) == (1, 11)
    assert found.parts == (0, 1, 2)


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::imgstats.errors.ImgstatsWarning")
def test_intervals_cover_beside_a_total_as_beside_all_counts():
    random = np.random.default_rng(5)
    x = np.arange(1, 9)
    truth = expit(-2.4 + 0.35 * x)
    held, widths = [], []
    for _ in range(200):
        matched = random.binomial(30, truth).tolist()
        whole = tuple(Band(low=i, high=i, n=30, matched=k) for i, k in enumerate(matched, 1))
        bands = tuple(
            Band(low=i, high=i, n=30, matched_range=(0, 5) if k < 6 else (k, k))
            for i, k in enumerate(matched, 1)
        )
        tables = (
            BandTable(measure="x", bands=bands),
            BandTable(measure="x", bands=bands, total_matched=sum(matched)),
            BandTable(measure="x", bands=whole),
        )
        limits = np.array([LogisticRate().fit(each).predict_interval(x) for each in tables])
        held.append(((limits[..., 0] <= truth) & (truth <= limits[..., 1])).mean(axis=1))
        widths.append(np.ptp(limits, axis=2).mean(axis=1))
    untold, told, known = np.mean(held, axis=0)
    # The draws are the same, so what the intervals hold differs by what is hidden alone.
    assert abs(told - known) <= 0.01
    assert min(untold, told, known) >= 0.92
    assert max(untold, told, known) <= 0.98
    wide, narrower, least = np.mean(widths, axis=0)
    assert least <= narrower < wide
