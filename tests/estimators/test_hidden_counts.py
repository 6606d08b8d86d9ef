"""Counts that a table hides: what the curves and the order make of them."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit, logsumexp
from scipy.stats import binom, nbinom

from imgstats.errors import TableError
from imgstats.estimators import BandRate, IsotonicRate, LogisticRate, misfit
from imgstats.estimators._hidden import hidden_counts
from imgstats.estimators.misfit import misfit_p
from imgstats.tables import Band, BandTable

patient = settings(deadline=None, max_examples=15, derandomize=True)
EDGES = ((200, 214), (215, 224), (225, 234), (235, 244), (245, 254), (255, 264), (265, 289))
MIDDLES = tuple((low + high) / 2 for low, high in EDGES)
# Ranges at one band of five, whose counts are 3 of 33.
SHOWN = ((2, 2, 9, 31), (3, 3, 22, 28), (4, 4, 33, 17), (5, 5, 25, 5))


def _with(band: Band) -> BandTable:
    shown = (Band(low=a, high=b, matched=m, not_matched=o) for a, b, m, o in SHOWN)
    return BandTable(measure="x", bands=(band, *shown))


def _first(**counts: Any) -> BandTable:
    return _with(Band(low=1, high=1, **counts))


# The likelihood


@given(n=st.integers(1, 60), ends=st.tuples(st.integers(0, 60), st.integers(0, 60)))
@patient
def test_with_n_known_a_hidden_count_has_the_binomial_probability(n, ends):
    low, high = sorted(min(each, n) for each in ends)
    band = Band(low=1, high=1, n=n, matched_range=(low, high))
    for count in hidden_counts([band]):
        found = np.exp(count.log_likelihood(0.3, 0.7))
        assert found == pytest.approx(binom.cdf(high, n, 0.3) - binom.cdf(low - 1, n, 0.3))


def test_beside_a_printed_count_it_has_that_of_inverse_sampling():
    (count,) = hidden_counts([Band(low=1, high=1, matched_range=(0, 4), not_matched=30)])
    found = [np.exp(count.log_likelihood(p, 1 - p)) for p in (0.05, 0.2)]
    truth = [nbinom.cdf(4, 30, 1 - p) for p in (0.05, 0.2)]
    np.testing.assert_allclose(found[0] / found[1], truth[0] / truth[1])


@pytest.mark.parametrize(("low", "printed"), [(0, 3), (5, 400), (700, 3)])
def test_a_long_range_gives_what_the_full_sum_gives(low, printed):
    (count,) = hidden_counts([Band(low=1, high=1, matched=printed, not_matched_range=(low, 10**5))])
    every = np.arange(low, 10**5 + 1)
    assert len(count.others) <= 10_001
    for p in (0.9, 0.4, 0.02):
        # The sum of 1 / n times the binomial probability is the inverse one over the count printed.
        logs = nbinom.logpmf(every, printed, p) - np.log(printed)
        assert count.log_likelihood(p, 1 - p) == pytest.approx(logsumexp(logs), rel=1e-5, abs=1e-6)
        expected = np.exp(logs - logsumexp(logs)) @ every
        assert count.expected(count.shares(p, 1 - p))[1] == pytest.approx(expected, rel=1e-4)


@pytest.mark.parametrize("printed", [{"matched": 3}, {"not_matched": 3}])
def test_a_longer_range_moves_no_rate(printed):
    name = "matched_range" if "not_matched" in printed else "not_matched_range"
    ends = [LogisticRate().fit(_first(**printed, **{name: (5, top)})) for top in (9_999, 500_000)]
    rates = [[*each.predict_rate([1, 3]), *each.predict_interval(3)[0]] for each in ends]
    np.testing.assert_allclose(rates[0], rates[1], rtol=1e-3)


def test_bands_that_hide_both_counts_and_n_give_no_rate_of_their_own():
    # They allow any rate from 20 of 100 to 80 of 100; their middle is no finding.
    bands = [Band(low=x, high=x, matched_range=(1, 4), not_matched_range=(1, 4)) for x in range(20)]
    with pytest.raises(TableError, match=r"0 band.* whose counts tell anything"):
        LogisticRate().fit(BandTable(measure="x", bands=tuple(bands)))


@pytest.mark.parametrize(
    "counts",
    [
        {"n": 30, "matched_range": (0, 4)},
        {"matched_range": (0, 4), "not_matched": 30},
        {"matched": 40, "not_matched_range": (20, 24)},
    ],
)
def test_the_information_is_the_curvature_of_the_likelihood(counts):
    (count,) = hidden_counts([Band(low=1, high=1, **counts)])
    eta, h = -1.2, 1e-3
    logs = [count.log_likelihood(expit(e), expit(-e)) for e in (eta - h, eta, eta + h)]
    p, q = expit(eta), expit(-eta)
    share, score = count.shares(p, q), count.scores(p, q)
    matched, others = count.expected(share)
    information = (matched + others) * p * q - share @ (score - share @ score) ** 2
    assert information == pytest.approx(-(logs[0] - 2 * logs[1] + logs[2]) / h**2, rel=1e-4)
    slope = matched * expit(-eta) - others * expit(eta)
    assert slope == pytest.approx((logs[2] - logs[0]) / (2 * h), rel=1e-4)


# The curve


@pytest.mark.parametrize("shape", ["linear", "spline"])
def test_exact_counts_give_what_they_always_gave(shape):
    rows = [(None, 209, 2, 8), (210, 219, 8, 22), (220, 229, 30, 70), (230, None, 60, 80)]
    fitted = LogisticRate(shape=shape).fit(BandTable.from_counts("step2_ck", rows))
    # Worked out before hidden counts were taken.
    np.testing.assert_allclose(fitted.predict_rate([205, 235]), PINNED[shape][0], rtol=1e-9)
    np.testing.assert_allclose(fitted.predict_interval(235)[0], PINNED[shape][1], rtol=1e-9)


PINNED = {
    "linear": (
        (0.18116499318864387, 0.3981931761766411),
        (0.3287437315699708, 0.47199782429840387),
    ),
    "spline": ((0.2126775274129176, 0.38965466816576866), (0.3088036890977641, 0.4770636206016121)),
}


def test_a_range_of_one_value_is_that_count():
    told = _first(matched_range=(3, 3), not_matched_range=(30, 30))
    assert told == _first(matched=3, not_matched=30)


@pytest.mark.parametrize("n", [33, None])
def test_a_hidden_count_lies_between_the_counts_it_may_be(n):
    others = None if n else 30
    hidden = LogisticRate().fit(_first(matched_range=(0, 4), n=n, not_matched=others))
    rates = [
        LogisticRate().fit(_first(matched=k, not_matched=33 - k if n else 30)).predict_rate(1)[0]
        for k in (0, 4)
    ]
    assert rates[0] < hidden.predict_rate(1)[0] < rates[1]


@pytest.mark.parametrize(
    "counts",
    [
        {"n": 33, "matched_range": (0, 33)},
        {"matched_range": (0, 4), "not_matched_range": (0, 4)},
        {"matched_range": (1, 4), "not_matched_range": (1, 4)},
        {"matched_range": (1, 4), "not_matched_range": (5, 20_000)},
    ],
    ids=["0 to n", "perhaps nobody", "both and n", "both and n, a long range"],
)
def test_a_band_that_tells_nothing_moves_no_rate(counts):
    without = LogisticRate().fit(_with(Band(low=1, high=1, n=0)))
    fitted = LogisticRate().fit(_first(**counts))
    np.testing.assert_allclose(fitted.predict_rate([2, 5]), without.predict_rate([2, 5]))
    np.testing.assert_allclose(fitted.predict_interval([2, 5]), without.predict_interval([2, 5]))
    assert fitted.chi2_ == pytest.approx(without.chi2_)
    assert fitted.dof_ == without.dof_


@pytest.mark.slow
@pytest.mark.parametrize("true", [2, 6, 12])
@pytest.mark.parametrize("n", [40, None])
def test_a_narrower_range_gives_no_wider_slope(true, n):
    others = None if n else 40 - true
    errors = []
    for slack in range(12, -1, -1):
        ends = (max(true - slack, 0), true + slack)
        fitted = LogisticRate().fit(_first(matched_range=ends, n=n, not_matched=others))
        errors.append(fitted.covariance_[1, 1] ** 0.5 / fitted.scale_)
    assert all(later <= before * 1.02 for before, later in pairwise(errors))
    assert errors[-1] < errors[0]


def test_a_rate_over_bands_holds_the_doubt_of_a_hidden_n():
    bands = (
        Band(low=1, high=1, matched_range=(0, 9), not_matched_range=(1, 20)),
        Band(low=2, high=2, matched=40, not_matched=10),
        Band(low=3, high=3, matched=46, not_matched=4),
    )
    fitted = LogisticRate().fit(BandTable(measure="x", bands=bands))
    found = fitted.band_rates([(1, 3)]).iloc[0]
    assert found["n"] == 15 + 50 + 50
    each = fitted.predict_rate([1, 2, 3])
    # By hand: from 1 to 29 people stand at the first band's rate instead of at the average.
    moved = (each[0] - found["rate"]) / 115 * (29**2 - 1) ** 0.5 / 12**0.5
    fitted._n_variance_ = np.zeros(3)
    known = fitted.band_rates([(1, 3)]).iloc[0]

    def variance(row):
        return (np.diff(logit([row["rate_low"], row["rate_high"]]))[0] / 2 / 1.959964) ** 2

    doubt = (moved / (found["rate"] * (1 - found["rate"]))) ** 2
    assert variance(found) - variance(known) == pytest.approx(doubt, rel=1e-4)


def test_bands_that_tell_too_little_are_refused():
    free = [Band(low=x, high=x, n=9, matched_range=(0, 9)) for x in (1, 2, 3)]
    bands = (*free, Band(low=4, high=4, matched=3, not_matched=5))
    with pytest.raises(TableError, match="1 band with applicants whose counts tell anything"):
        LogisticRate().fit(BandTable(measure="x", bands=bands))


def test_a_hidden_count_that_may_be_0_holds_no_slope():
    bands = (
        Band(low=1, high=1, n=30, matched_range=(0, 4)),
        Band(low=2, high=2, matched=9, not_matched=9),
        Band(low=3, high=3, n=30, not_matched_range=(0, 4)),
    )
    with pytest.raises(TableError, match="a step along the measure separates"):
        LogisticRate().fit(BandTable(measure="x", bands=bands))


def _drawn(random: np.random.Generator, n: int, *, hides: str, least: int = 5) -> BandTable:
    """Draw people on a line, and print counts under `least` as a range, with n or without."""
    grid = np.arange(200, 290)
    density = np.exp(-(((grid - 242) / 15.0) ** 2) / 2)
    x = random.choice(grid, n, p=density / density.sum())
    matched = random.random(n) < expit(-1.2 + 0.05 * (x - 242))
    bands = []
    for low, high in EDGES:
        inside = (x >= low) & (x <= high)
        counts = [int((inside & side).sum()) for side in (matched, ~matched)]
        if hides == "per cents":
            total = sum(counts)
            rate = np.floor(100 * counts[0] / max(total, 1) + 0.5) / 100
            bands.append(Band(low=low, high=high, n=total, rate=rate, rate_unit=0.01))
            continue
        ranges: list[tuple[int, int] | None] = [
            (0, least - 1) if each < least else (each, each) for each in counts
        ]
        people = None
        if hides == "counts" and min(counts) < least:
            # n and one count would tell the other: the larger is left out too.
            people = sum(counts)
            ranges = [
                each if count < least else None for each, count in zip(ranges, counts, strict=True)
            ]
        first, second = ranges
        bands.append(
            Band(low=low, high=high, n=people, matched_range=first, not_matched_range=second)
        )
    return BandTable(measure="score", bands=tuple(bands))


def _coverage(tables: list[BandTable]) -> tuple[np.ndarray, float, float]:
    """Return the coverage at the middle of each band, mean width and mean absolute error."""
    truth = expit(-1.2 + 0.05 * (np.array(MIDDLES) - 242))
    fits = [LogisticRate().fit(table) for table in tables]
    limits = np.array([each.predict_interval(MIDDLES) for each in fits])
    rates = np.array([each.predict_rate(MIDDLES) for each in fits])
    held = (limits[..., 0] <= truth) & (truth <= limits[..., 1])
    return held.mean(axis=0), float(np.ptp(limits, axis=2).mean()), float(abs(rates - truth).mean())


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::imgstats.errors.ExtrapolationWarning")
@pytest.mark.parametrize("hides", ["counts", "n too"])
def test_intervals_cover_with_hidden_cells(hides):
    random = np.random.default_rng(20261130)
    tables = [_drawn(random, 200, hides=hides) for _ in range(400)]
    assert np.mean([sum(band.hidden for band in each.bands) for each in tables]) > 2
    covered, width, _ = _coverage(tables)
    assert 0.93 <= covered.mean() <= 0.97
    assert ((covered >= 0.90) & (covered <= 0.98)).all(), covered
    assert width < 0.3


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::imgstats.errors.ExtrapolationWarning")
@pytest.mark.parametrize("n", [1000, 20_000])
def test_rounded_rates_lose_nothing_by_their_middle(n):
    """The sum over all counts that print a rate gives the same curve as the quasi-likelihood."""
    random = np.random.default_rng(7)
    printed = [_drawn(random, n, hides="per cents") for _ in range(120)]
    summed = [
        replace(
            table,
            bands=tuple(
                Band(low=b.low, high=b.high, n=b.n, matched_range=b.possible[0])
                for b in table.bands
            ),
        )
        for table in printed
    ]
    (quasi, width, error), (exact, other_width, other_error) = map(_coverage, (printed, summed))
    assert error == pytest.approx(other_error, rel=0.01)
    assert width == pytest.approx(other_width, rel=0.01)
    np.testing.assert_allclose(quasi, exact, atol=0.02)


# The bootstrap


def test_a_sample_hides_what_the_table_hides():
    fitted = LogisticRate().fit(_first(matched_range=(0, 4), not_matched=30))
    random = np.random.default_rng(0)
    first = [misfit._sample_bands(fitted, random).bands[0] for _ in range(300)]
    hidden = [each for each in first if each.hidden]
    assert 0 < len(hidden) < 300
    assert {each.matched_range for each in hidden} == {(0, 4)}
    shown = [each.matched for each in first if not each.hidden]
    assert all(matched is not None and matched > 4 for matched in shown)


@pytest.mark.parametrize("total", [91, (89, 92)])
def test_a_total_of_a_sample_is_printed_as_the_tables(total):
    table = replace(_first(matched_range=(0, 4), n=33), total_matched=total)
    fitted, random = LogisticRate().fit(table), np.random.default_rng(0)
    for _ in range(50):
        sample = misfit._sample_bands(fitted, random)
        assert sample.total_matched is not None
        low, high = np.atleast_1d(sample.total_matched)[[0, -1]]
        assert high - low == (0 if total == 91 else 3)
        assert (low - 89) % 4 == 0 or total == 91
        least, most = np.sum([band.possible[0] for band in sample.bands], axis=0)
        assert least <= high
        assert low <= most


@pytest.mark.slow
def test_p_is_spread_over_0_to_1_where_counts_are_hidden():
    random = np.random.default_rng(3)
    found = []
    for seed in range(25):
        fitted = LogisticRate().fit(_drawn(random, 200, hides=("counts", "n too")[seed % 2]))
        found.append(misfit_p(fitted, n_refits=40, seed=seed))
    assert np.mean(np.array(found) <= 0.1) <= 0.2
    assert 0.3 < np.mean(found) < 0.7


@pytest.mark.slow
def test_a_hump_speaks_against_a_line_though_its_ends_are_hidden():
    rows = [(40, 60), (70, 30), (80, 20), (70, 30)]
    ends = [Band(low=x, high=x, n=90, matched_range=(0, 4)) for x in (1, 6)]
    middle = [
        Band(low=x, high=x, matched=m, not_matched=o) for x, (m, o) in enumerate(rows, start=2)
    ]
    table = BandTable(measure="x", bands=(ends[0], *middle, ends[1]))
    assert misfit_p(LogisticRate().fit(table), n_refits=100) < 0.02


# The order


@given(
    counts=st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), min_size=1, max_size=5),
    slack=st.tuples(st.integers(0, 6), st.integers(0, 6)),
    knows=st.booleans(),
)
@patient
@pytest.mark.filterwarnings("ignore::imgstats.errors.ImgstatsWarning")
def test_an_order_holds_what_every_allowed_count_holds(counts, slack, knows):
    counts = [(a, b + 1) for a, b in counts]
    exact = BandTable.from_counts("x", [(i, i, a, b) for i, (a, b) in enumerate(counts)])
    ranges = [[(max(k - s, 0), k + s) for k, s in zip(pair, slack, strict=True)] for pair in counts]
    bands = tuple(
        Band(low=i, high=i, n=sum(pair) if knows else None, matched_range=a, not_matched_range=b)
        for i, (pair, (a, b)) in enumerate(zip(counts, ranges, strict=True))
    )
    truth = IsotonicRate().fit(exact)
    fitted = IsotonicRate().fit(BandTable(measure="x", bands=bands))
    x = np.arange(len(counts))
    rates, limits = fitted.predict_rate(x), fitted.predict_interval(x)
    assert (np.diff(rates) >= -1e-9).all()
    assert ((limits[:, 0] <= rates) & (rates <= limits[:, 1])).all()
    if not truth.refuted_ and not fitted.refuted_:
        plain = truth.predict_interval(x)
        assert (limits[:, 0] <= plain[:, 0] + 1e-9).all()
        assert (limits[:, 1] >= plain[:, 1] - 1e-9).all()


def test_a_hidden_count_that_the_order_leaves_alone_keeps_its_middle():
    rates = IsotonicRate().fit(_first(matched_range=(0, 4), n=33)).predict_rate([1, 2])
    np.testing.assert_allclose(rates, [2 / 33, 9 / 40])


def test_a_hidden_count_follows_the_order_as_far_as_its_range_goes():
    bands = (
        Band(low=1, high=1, n=50, matched_range=(10, 40)),
        Band(low=2, high=2, matched=10, not_matched=40),
        Band(low=3, high=3, n=50, matched_range=(0, 5)),
    )
    fitted = IsotonicRate().fit(BandTable(measure="x", bands=bands))
    # 10 of 50 in the first band is allowed and needs no pooling; 5 of 50 in the third is too few.
    np.testing.assert_allclose(fitted.predict_rate([1, 2, 3]), [1 / 6] * 3, atol=1e-6)


@pytest.mark.parametrize("estimator", [BandRate(), IsotonicRate()], ids=repr)
def test_where_n_is_hidden_the_fewest_are_counted(estimator):
    fitted = estimator.fit(_first(matched_range=(1, 4), not_matched_range=(1, 6)))
    assert fitted.bands_["n"].tolist() == [2, *(m + o for _, _, m, o in SHOWN)]
    assert fitted.band_rates([(1, 1), (1, 2)])["n"].tolist() == [2, 42]


def test_a_band_that_may_be_empty_breaks_no_order_for_sure():
    bands = (
        Band(low=1, high=1, matched=6, not_matched=4),
        Band(low=2, high=2, matched=0, not_matched_range=(0, 4)),
    )
    found = IsotonicRate().fit(BandTable(measure="x", bands=bands)).violations_
    assert found["is_within_rounding"].tolist() == [True]
