"""Rates where those whose scores are not summarised have other scores: laws and refusals."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import norm

from imgstats import OutcomeSummary, Summary, TiltRate
from imgstats.errors import InputError, TableError
from imgstats.estimators.consent import rate_if_others_differ
from imgstats.tables.unsaid.consent import SHIFT, rates_if_others_differ, summarised_shares

GRID = np.arange(209.0, 301)
SHARE = st.floats(0.05, 0.99)
# The curve's rate is the median over sizes of bends, the densities are their mean; one specialty's
# furthest score parts by this much, internal medicine's by a tenth of it.
MIXED = 0.01


def _normal(middle, sd=14.0):
    found = norm.pdf(GRID, middle, sd)
    return found / found.sum()


MATCHED, NOT_MATCHED, BASE = _normal(250), _normal(242, 15), 0.48
RATE = BASE * MATCHED / (BASE * MATCHED + (1 - BASE) * NOT_MATCHED)


def _rates(shares=(0.78, 0.76), shift=SHIFT, rate=RATE):
    return rates_if_others_differ(GRID, rate, MATCHED, NOT_MATCHED, shares=shares, shift=shift)


@pytest.fixture(scope="module")
def table(tables):
    return tables.outcome_summary(group="non_us_img", year="2026")


@pytest.fixture(scope="module")
def fitted(table):
    return TiltRate().fit(table)


@given(SHARE, SHARE)
def test_like_scores_give_the_rate_itself(first, second):
    np.testing.assert_allclose(_rates((first, second), 0), [RATE, RATE], rtol=1e-12)


@given(st.floats(-14, 14))
def test_where_all_agreed_the_rate_stays(shift):
    np.testing.assert_allclose(_rates((1, 1), shift), [RATE, RATE], rtol=1e-12)


@given(SHARE, st.floats(-14, 14))
def test_the_rate_of_the_whole_group_stays_as_counted(share, shift):
    # Where one outcome is known whole, the rates tell how the other lies: all of it, once.
    known = BASE / (1 - BASE)
    for matched_known, shares in ((False, (share, 1)), (True, (1, share))):
        for rate in _rates(shares, shift):
            times = rate / (1 - rate) / known
            found = MATCHED / times if matched_known else NOT_MATCHED * times
            assert found.sum() == pytest.approx(1, rel=1e-9)


@given(SHARE, SHARE, st.floats(0.5, 14))
def test_a_shift_below_nought_swaps_the_directions(first, second, shift):
    forth, back = (_rates((first, second), each) for each in (shift, -shift))
    np.testing.assert_array_equal(forth, back[::-1])


def test_the_more_are_left_out_and_the_further_off_the_wider():
    at = int(270 - GRID[0])
    widths = [
        np.ptp(_rates((share, share), shift)[:, at])
        for share, shift in ((0.9, 5), (0.7, 5), (0.7, 8))
    ]
    assert widths == sorted(widths)
    assert widths[0] > 0


def test_a_cut_of_the_scale_makes_no_corner():
    # Moved along the scale and cut at its end, a geometric density is itself.
    falling, growing = 0.9**GRID, 0.9**-GRID
    flat = np.full(len(GRID), 0.4)
    found = rates_if_others_differ(
        GRID, flat, falling / falling.sum(), growing / growing.sum(), shares=(0.5, 0.6), shift=5
    )
    np.testing.assert_allclose(found, 0.4)


def test_there_is_no_rate_where_nobody_is():
    density = np.where(GRID < 220, 0, MATCHED)
    found = rates_if_others_differ(GRID, RATE, density, NOT_MATCHED, shares=(0.7, 0.7))
    assert np.isnan(found[:, GRID < 220]).all()
    assert not np.isnan(found[:, GRID >= 220]).any()


@pytest.mark.parametrize(
    ("wanted", "said"),
    [
        ({"shift": np.nan}, "shift nan"),
        ({"shift": np.inf}, "shift inf"),
        ({"shift": 91}, "shift 91; allowed: at most a standard deviation of the scores"),
        ({"shares": (0, 0.5)}, "shares"),
        ({"shares": (0.5, 1.1)}, "shares"),
    ],
)
def test_what_is_no_shift_or_share_is_refused(wanted, said):
    with pytest.raises(InputError, match=said):
        _rates(**wanted)


# Of a fitted curve


def test_the_shares_are_those_of_the_counts(table):
    whole, parts = table.group_counts, (table.matched.n, table.not_matched.n)
    assert summarised_shares(table) == (parts[0] / whole[0], parts[1] / whole[1])
    assert summarised_shares(replace(table, group_counts=parts)) == (1, 1)
    assert summarised_shares(replace(table, group_counts=None)) == (1, 1)


def test_a_table_of_the_whole_group_gives_the_curve_itself(table):
    whole = TiltRate(degree=1).fit(replace(table, group_counts=None))
    found = rate_if_others_differ(whole, [220, 242.5, 270])
    rates = whole.predict_rate([220, 242.5, 270])
    np.testing.assert_allclose(found, np.column_stack([rates, rates]), atol=1e-5)


def test_like_scores_give_the_curve_itself(fitted):
    points = [209, 242, 284]
    rates = fitted.predict_rate(points)
    np.testing.assert_allclose(
        rate_if_others_differ(fitted, points, 0), np.column_stack([rates, rates])
    )


def test_outside_the_printed_scores_there_is_no_rate(fitted):
    low, high = fitted.ends_
    found = rate_if_others_differ(fitted, [low - 1, low, high, high + 1])
    assert np.isnan(found).all(axis=1).tolist() == [True, False, False, True]


def test_a_part_without_its_number_is_refused():
    digits = {"q1": 241, "median": 250, "q3": 260, "mean": 250, "sd": 14}
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=400, **digits),
        not_matched=Summary(n=600, **digits),
        group_counts=(500, 700),
    )
    fitted = TiltRate(degree=1).fit(table)
    fitted.table_ = replace(table, matched=Summary(**digits))
    with pytest.raises(TableError, match="without n"):
        rate_if_others_differ(fitted, [242])


def test_the_mixture_is_near_each_size_of_bends_moved_by_itself(fitted, table):
    points = np.arange(fitted.ends_[0], fitted.ends_[1] + 1)
    at = np.isin(fitted.grid_, points)
    shares = summarised_shares(table)
    assert shares is not None
    eta, variance = fitted._logits(fitted.grid_)
    for column, shift in enumerate((SHIFT, -SHIFT)):
        moved = [
            rates_if_others_differ(fitted.grid_, expit(each), f1, f0, shares=shares, shift=shift)[0]
            for each, f1, f0 in zip(eta, fitted._matched_, fitted._not_matched_, strict=True)
        ]
        each = fitted._median(logit(np.array(moved)), variance)[at]
        np.testing.assert_allclose(
            rate_if_others_differ(fitted, points)[:, column], each, atol=MIXED
        )


def test_another_measure_has_no_usual_shift_and_a_wide_one_is_refused():
    digits = {"n": 40, "q1": 6, "median": 7, "q3": 8, "min": 1, "max": 10}
    table = OutcomeSummary(
        measure="grade",
        matched=Summary(**digits),
        not_matched=Summary(**{**digits, "q1": 5, "median": 6, "q3": 7}),
        group_counts=(80, 90),
    )
    fitted = TiltRate().fit(table)
    with pytest.raises(InputError, match="no shift of grade"):
        rate_if_others_differ(fitted, [6])
    with pytest.raises(InputError, match="at most a standard deviation"):
        rate_if_others_differ(fitted, [6], shift=5)
    low, high = rate_if_others_differ(fitted, [6], shift=0.5)[0]
    assert low != high
