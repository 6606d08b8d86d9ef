"""Joint rates: against the exact normal distribution, by simulation, and by their properties."""

from __future__ import annotations

import pickle
from dataclasses import FrozenInstanceError
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import dblquad
from scipy.stats import multivariate_normal

from imgstats.curves.store import borrowed_curve_for, curve_for
from imgstats.errors import InputError, TableError
from imgstats.joint.copula import correlation_grid, ends_over, log_rectangle
from imgstats.joint.margin import Margin, margin_from_bands, margin_from_curve
from imgstats.joint.rates import (
    EMERGING,
    FRECHET,
    joint_range,
    joint_rate,
    joint_share,
    joint_surface,
    margins_alone,
)
from imgstats.tables import Band, BandTable, Context

BASE = 3392 / 6992
AT = (242, 5)
NARROW = ((0.0, 0.6), (0.0, 0.6))
WIDE = ((-0.9, 0.9), (-0.9, 0.9))
BOTH = ("matched", "not_matched")


@pytest.fixture(scope="module")
def curves(tables):
    return {
        name: curve_for(tables.outcome_summary(group="non_us_img", year="2026", measure=name))
        for name in ("step2_ck", "contiguous_ranks")
    }


@pytest.fixture(scope="module")
def score(curves):
    return margin_from_curve(curves["step2_ck"], "score")


@pytest.fixture(scope="module")
def ranks(curves):
    return margin_from_curve(curves["contiguous_ranks"], "ranks")


@pytest.fixture(scope="module")
def attempts():
    rows = [(1, 1, 2300, 2000), (2, 2, 250, 500), (3, None, 50, 200)]
    return margin_from_bands(BandTable.from_counts("attempts", rows), "attempts")


def rate_at(first, second, r, s, at=AT, base=BASE):
    return joint_rate(base, first, second, at=at, correlation_matched=r, correlation_not_matched=s)


def exact(first, second, at, outcome, r):
    """Return a cell's share from scipy's bivariate normal distribution function."""
    (a, b), (c, d) = (
        each.cut_points(outcome, each.position(value))
        for each, value in zip((first, second), at, strict=True)
    )
    law = multivariate_normal([0, 0], [[1, r], [r, 1]])
    return law.cdf([b, d]) - law.cdf([a, d]) - law.cdf([b, c]) + law.cdf([a, c])


# Margins of three and four cells, none nearly empty.
def shares(cells):
    return st.lists(st.floats(0.02, 1), min_size=cells, max_size=cells).map(
        lambda parts: tuple(np.array(parts) / sum(parts))
    )


def margins(name, cells):
    places = tuple((i, i) for i in range(cells))
    return st.builds(
        lambda p, q: Margin(name=name, cells=places, matched=p, not_matched=q),
        shares(cells),
        shares(cells),
    )


CASES = {
    "base": st.floats(0.02, 0.98),
    "first": margins("first", 3),
    "second": margins("second", 4),
    "at": st.tuples(st.integers(0, 2), st.integers(0, 3)),
}
CORRELATIONS = st.floats(-0.99, 0.99)
ENDS = st.tuples(CORRELATIONS, CORRELATIONS).map(lambda pair: tuple(sorted(pair)))


def test_reference_value_of_242_with_5_ranks(score, ranks):
    found = joint_range(BASE, score, ranks, at=AT, region=NARROW)
    # By margins of smoother curves 0.646 to 0.742, worked out by another's hand.
    assert (found.low, found.high) == pytest.approx((0.628, 0.723), abs=0.002)
    assert (found.low, found.high) == pytest.approx((0.646, 0.742), abs=0.025)


def test_the_ends_are_far_wider(score, ranks):
    found = joint_range(BASE, score, ranks, at=AT, region=WIDE)
    assert found.high - found.low > 3 * (0.723 - 0.628)


@pytest.mark.parametrize(("r", "s"), [(0.3, 0.6), (-0.6, 0.2), (0.9, 0.0), (0.95, -0.5)])
@pytest.mark.parametrize("at", [AT, (230, 2), (265, 12), (250, 1)])
def test_rates_agree_with_the_exact_distribution(score, ranks, r, s, at):
    matched, not_matched = (
        exact(score, ranks, at, outcome, each) for outcome, each in zip(BOTH, (r, s), strict=True)
    )
    wanted = BASE * matched / (BASE * matched + (1 - BASE) * not_matched)
    assert rate_at(score, ranks, r, s, at) == pytest.approx(wanted, rel=1e-6)


@pytest.mark.parametrize("r", [-0.99, -0.9, -0.4, 0.2, 0.8, 0.99])
def test_wide_cells_agree_with_the_exact_distribution(attempts, ranks, r):
    for at, outcome in product([(1, 1), (2, 3), (3, 5), (1, 12)], BOTH):
        found = joint_share(attempts, ranks, at=at, outcome=outcome, correlation=r)
        assert found == pytest.approx(exact(attempts, ranks, at, outcome, r), abs=1e-9)


def test_a_quadrant_has_its_known_share():
    r = np.linspace(-0.99, 0.99, 41)
    found = np.exp(log_rectangle((0.0, np.inf), (0.0, np.inf), r))
    assert found == pytest.approx(0.25 + np.arcsin(r) / (2 * np.pi), abs=1e-12)


def test_far_corners_keep_their_digits():
    # A difference of distribution functions is 0 here; the density, scaled by its top, is not.
    r, low, high = 0.9, 3.0, 3.1

    def log_density(x, y):
        quadratic = (x * x - 2 * r * x * y + y * y) / (2 * (1 - r * r))
        return -quadratic - np.log(2 * np.pi * np.sqrt(1 - r * r))

    top = log_density(low, -low)
    scaled, _ = dblquad(
        lambda y, x: np.exp(log_density(x, y) - top), low, high, -high, -low, epsabs=1e-14
    )
    found = log_rectangle((low, high), (-high, -low), np.array([r]))
    assert found[0] == pytest.approx(top + np.log(scaled), abs=1e-8)
    assert found[0] < -90


@pytest.mark.slow
def test_simulation_of_the_copula_gives_the_same_rate(attempts):
    banded = Margin(
        name="ranks",
        cells=((1, 2), (3, 5), (6, None)),
        matched=(0.2, 0.3, 0.5),
        not_matched=(0.6, 0.3, 0.1),
    )
    rng = np.random.default_rng(20260315)
    r, s, at, n = 0.5, -0.3, (2, 4), 400_000
    held = []
    for outcome, each in zip(BOTH, (r, s), strict=True):
        law = rng.multivariate_normal([0, 0], [[1, each], [each, 1]], size=n)
        inside = np.ones(n, dtype=bool)
        for margin, value, latent in zip((attempts, banded), at, law.T, strict=True):
            # The margin's own quantiles of the simulated people, not its normal scores.
            place = np.argsort(np.argsort(latent)) / n
            steps = np.cumsum(getattr(margin, outcome))
            inside &= np.searchsorted(steps, place, side="right") == margin.position(value)
        held.append(inside.mean())
    simulated = BASE * held[0] / (BASE * held[0] + (1 - BASE) * held[1])
    assert rate_at(attempts, banded, r, s, at) == pytest.approx(simulated, abs=0.006)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(**CASES)
def test_correlation_0_is_the_product_of_margins(base, first, second, at):
    odds = [
        first.share(each, at[0]) * second.share(each, at[1]) * part
        for each, part in zip(BOTH, (base, 1 - base), strict=True)
    ]
    wanted = odds[0] / sum(odds)
    assert rate_at(first, second, 0.0, 0.0, at, base) == pytest.approx(wanted, rel=1e-13)
    found = joint_range(base, first, second, at=at, region=((0.0, 0.0), (0.0, 0.0)))
    assert found.low == found.high == found.independent
    assert found.independent == pytest.approx(wanted, rel=1e-13)


@settings(max_examples=60, deadline=None)
@given(**CASES, r=CORRELATIONS, s=CORRELATIONS)
def test_a_rate_lies_between_0_and_1(base, first, second, at, r, s):
    assert 0 < rate_at(first, second, r, s, at, base) < 1


@settings(max_examples=60, deadline=None)
@given(**CASES, r=CORRELATIONS, s=CORRELATIONS)
def test_margins_may_be_swapped(base, first, second, at, r, s):
    one = rate_at(first, second, r, s, at, base)
    assert one == pytest.approx(rate_at(second, first, r, s, at[::-1], base), rel=1e-9)


@settings(max_examples=40, deadline=None)
@given(first=CASES["first"], second=CASES["second"], r=CORRELATIONS)
def test_cells_add_up_to_the_margins(first, second, r):
    for outcome in BOTH:
        joint = np.array(
            [
                [joint_share(first, second, at=(i, j), outcome=outcome, correlation=r)
                 for j in range(4)]
                for i in range(3)
            ]
        )  # fmt: skip
        assert joint.sum(axis=1) == pytest.approx(getattr(first, outcome), abs=1e-9)
        assert joint.sum(axis=0) == pytest.approx(getattr(second, outcome), abs=1e-9)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(**CASES, inner=st.tuples(ENDS, ENDS), outer=st.tuples(ENDS, ENDS))
def test_a_larger_region_never_narrows_the_range(base, first, second, at, inner, outer):
    matched, not_matched = (
        (min(a[0], b[0]), max(a[1], b[1])) for a, b in zip(inner, outer, strict=True)
    )
    small = joint_range(base, first, second, at=at, region=inner)
    large = joint_range(base, first, second, at=at, region=(matched, not_matched))
    assert large.low <= small.low + 1e-9
    assert large.high >= small.high - 1e-9


@pytest.mark.slow
@settings(max_examples=40, deadline=None)
@given(**CASES, region=st.tuples(ENDS, ENDS), shares=st.tuples(st.floats(0, 1), st.floats(0, 1)))
def test_no_rate_of_the_region_lies_outside_the_range(base, first, second, at, region, shares):
    found = joint_range(base, first, second, at=at, region=region)
    point = [low + each * (high - low) for (low, high), each in zip(region, shares, strict=True)]
    r, s = (min(max(r, low), high) for r, (low, high) in zip(point, region, strict=True))
    assert found.low - 1e-9 <= rate_at(first, second, r, s, at, base) <= found.high + 1e-9
    assert 0 < found.low <= found.high < 1


@pytest.mark.slow
@settings(max_examples=30, deadline=None)
@given(**CASES, region=st.tuples(ENDS, ENDS))
def test_the_ends_stand_where_they_were_found(base, first, second, at, region):
    found = joint_range(base, first, second, at=at, region=region)
    assert rate_at(first, second, *found.low_at, at, base) == pytest.approx(found.low, rel=1e-9)
    assert rate_at(first, second, *found.high_at, at, base) == pytest.approx(found.high, rel=1e-9)


def test_ends_are_found_between_the_grids_points():
    least, greatest = ends_over(lambda r: -((r - 0.2718) ** 2) * (r + 0.7) ** 2, -0.9, 0.9)
    assert greatest[1] == pytest.approx(0, abs=1e-12)
    assert least[0] == pytest.approx(0.9)


def test_the_grid_holds_ends_and_zero():
    grid = correlation_grid(-0.3, 0.7, 9)
    assert (grid[0], grid[-1]) == (-0.3, 0.7)
    assert 0 in grid
    assert (np.diff(grid) > 0).all()


def test_edges_and_corners_are_in_the_range(score, ranks):
    found = joint_range(BASE, score, ranks, at=AT, region=NARROW)
    grid = found.grid
    assert (grid.correlation_matched[0], grid.correlation_matched[-1]) == (0.0, 0.6)
    for i, j in product((0, -1), (0, -1)):
        r, s = grid.correlation_matched[i], grid.correlation_not_matched[j]
        assert grid.rate[i][j] == pytest.approx(rate_at(score, ranks, r, s), rel=1e-12)
    values = np.array(grid.rate)
    assert found.low <= values.min() + 1e-12
    assert values.max() <= found.high + 1e-12


def test_independence_may_lie_outside_a_region_without_it(score, ranks):
    found = joint_range(BASE, score, ranks, at=AT, region=((0.3, 0.6), (0.5, 0.6)))
    assert found.independent < found.low


def test_independence_is_the_product_of_both_curves_odds(curves, score, ranks):
    odds = BASE / (1 - BASE)
    for name, value in zip(("step2_ck", "contiguous_ranks"), AT, strict=True):
        rate = curves[name].columns["rate"][curves[name].position(value)]
        odds *= rate / (1 - rate) / (BASE / (1 - BASE))
    # A rate is the median of a mixture, a margin its average density.
    assert rate_at(score, ranks, 0, 0) == pytest.approx(odds / (1 + odds), abs=2e-3)


def test_margins_alone_allow_every_rate(score, ranks):
    assert margins_alone(BASE, score, ranks, at=AT) == (0.0, 1.0)
    ends = ((-0.99, 0.99), (-0.99, 0.99))
    found = joint_range(BASE, score, ranks, at=AT, region=ends)
    assert found.low < 0.03
    assert found.high > 0.999
    assert "0 to 1" in FRECHET


def test_opposite_correlations_go_to_the_frechet_bounds():
    halves = Margin(name="a", cells=((0, 0), (1, 1)), matched=(0.5, 0.5), not_matched=(0.5, 0.5))
    other = Margin(name="b", cells=((0, 0), (1, 1)), matched=(0.5, 0.5), not_matched=(0.5, 0.5))
    ends = [0.5, 0.9, 0.99]
    up = [rate_at(halves, other, r, -r, (1, 1), 0.5) for r in ends]
    down = [rate_at(halves, other, -r, r, (1, 1), 0.5) for r in ends]
    assert up == sorted(up)
    assert down == sorted(down, reverse=True)
    assert up[-1] > 0.9
    assert down[-1] < 0.1
    assert margins_alone(0.5, halves, other, at=(1, 1)) == (0.0, 1.0)


def test_large_cells_leave_less_than_everything():
    most = Margin(name="a", cells=((0, 0), (1, 1)), matched=(0.1, 0.9), not_matched=(0.2, 0.8))
    many = Margin(name="b", cells=((0, 0), (1, 1)), matched=(0.3, 0.7), not_matched=(0.4, 0.6))
    low, high = margins_alone(0.5, most, many, at=(1, 1))
    assert (low, high) == pytest.approx((0.6 / (0.6 + 0.6), 0.7 / (0.7 + 0.4)))
    found = joint_range(0.5, most, many, at=(1, 1), region=((-0.99, 0.99), (-0.99, 0.99)))
    assert low <= found.low < found.high <= high


def test_a_banded_factor_joins_a_score(score, attempts):
    found = joint_range(BASE, score, attempts, at=(242, 4), region=((-0.5, 0), (-0.5, 0)))
    assert attempts.label(4) == "3 and above"
    assert 0 < found.low < found.independent < found.high < 1


def test_a_surface_holds_the_same_rates(score, ranks):
    surface = joint_surface(BASE, score, ranks, at=AT, points=11)
    i, j = 3, 7
    r, s = surface.correlation_matched[i], surface.correlation_not_matched[j]
    assert surface.rate[i][j] == pytest.approx(rate_at(score, ranks, r, s), rel=1e-12)
    assert 0.0 in surface.correlation_matched


def test_a_result_is_frozen_equal_to_itself_and_survives_pickling(score, ranks):
    found = joint_range(BASE, score, ranks, at=AT, region=NARROW)
    assert found == joint_range(BASE, score, ranks, at=AT, region=NARROW)
    assert pickle.loads(pickle.dumps(found)) == found  # noqa: S301  made on this line
    with pytest.raises(FrozenInstanceError):
        found.low = 0.0  # type: ignore[misc]


@pytest.mark.parametrize("missing", BOTH)
def test_no_correlation_is_ever_assumed(score, ranks, missing):
    given_both: dict[str, Any] = {"correlation_matched": 0.0, "correlation_not_matched": 0.0}
    message = f"correlation_{missing} is missing; allowed: .* no table tells them"
    with pytest.raises(InputError, match=message):
        joint_rate(BASE, score, ranks, at=AT, **given_both | {f"correlation_{missing}": None})
    given_both.pop(f"correlation_{missing}")
    with pytest.raises(TypeError, match="correlation"):
        joint_rate(BASE, score, ranks, at=AT, **given_both)


@pytest.mark.parametrize("bad", [1, -1.0, 0.995, float("nan"), float("inf"), "0.3", True])
def test_a_correlation_out_of_range_is_refused(score, ranks, bad):
    with pytest.raises(InputError, match=r"a number from -0\.99 to 0\.99"):
        rate_at(score, ranks, bad, 0.0)


@pytest.mark.parametrize(
    ("region", "message"),
    [
        (None, "no region of correlations"),
        (0.6, r"region 0\.6"),
        ((0.0, 0.6), r"region \(0\.0, 0\.6\)"),
        (((0, 0.6),), "region"),
        (((0.6, 0), (0, 0.6)), "correlation among the matched from 0.6 to 0;"),
        (((0, 0.6), (0, 1)), "correlation among the not matched is 1;"),
        (((0, None), (0, 0.6)), "correlation among the matched is missing"),
        (("ab", "cd"), "region"),
    ],
)
def test_a_region_that_is_none_is_refused(score, ranks, region, message):
    with pytest.raises(InputError, match=message):
        joint_range(BASE, score, ranks, at=AT, region=region)


@pytest.mark.parametrize("base", [0, 1, -0.1, 48.5, None, "0.5", float("nan")])
def test_a_base_rate_is_a_fraction(score, ranks, base):
    with pytest.raises(InputError, match="base_rate"):
        rate_at(score, ranks, 0.1, 0.1, base=base)


@pytest.mark.parametrize("at", [242, (242,), (242, 5, 1), None, "24"])
def test_at_is_a_value_of_each(score, ranks, at):
    with pytest.raises(InputError, match="a value of each of the two margins"):
        rate_at(score, ranks, 0.1, 0.1, at)


@pytest.mark.parametrize("at", [(150, 5), (242.5, 5), (242, 0), (242, 99)])
def test_a_value_without_a_cell_is_refused(score, ranks, at):
    with pytest.raises(InputError, match="allowed: a value of its cells, "):
        rate_at(score, ranks, 0.1, 0.1, at)


def test_a_cell_that_holds_nobody_is_refused(score):
    rows = [(1, 1, 60, 40), (2, None, 0, 14)]
    empty = margin_from_bands(BandTable.from_counts("attempts", rows), "attempts")
    with pytest.raises(InputError, match="attempts 2 and above holds none of the matched"):
        rate_at(score, empty, 0.1, 0.1, (242, 2))


def test_two_populations_are_refused(score):
    rows = [(1, 1, 60, 40), (2, None, 6, 14)]
    other = Context(
        applicant_group="us_img", specialty="Internal Medicine", match_year="2026", source="x"
    )
    table = margin_from_bands(BandTable.from_counts("attempts", rows, other), "attempts")
    assert table.sources == ("x",)
    with pytest.raises(InputError, match="two margins of one population"):
        rate_at(score, table, 0.1, 0.1, (242, 2))


def test_two_tables_of_one_measure_are_refused(score, curves):
    again = margin_from_curve(curves["step2_ck"], "score")
    with pytest.raises(InputError, match="two different margins"):
        rate_at(score, again, 0.1, 0.1, (242, 242))


def test_an_outcome_has_two_names(score, ranks):
    with pytest.raises(InputError, match="matched or not_matched"):
        joint_share(score, ranks, at=AT, outcome="unmatched", correlation=0.0)


def test_a_surface_has_two_ends(score, ranks):
    with pytest.raises(InputError, match="2 or more"):
        joint_surface(BASE, score, ranks, at=AT, points=1)


def test_it_says_that_it_is_not_peer_reviewed():
    assert "emerging" in EMERGING
    assert "not been peer reviewed" in EMERGING


def test_a_curves_margin_adds_up_and_keeps_its_sources(curves):
    margin = margin_from_curve(curves["contiguous_ranks"], "ranks", sources=["report"])
    for outcome in BOTH:
        assert sum(getattr(margin, outcome)) == pytest.approx(1, abs=1e-12)
    assert margin.sources == ("report",)
    density = curves["contiguous_ranks"].columns["density_matched"]
    assert margin.matched[4] == pytest.approx(density[4] / density.sum())


def test_a_borrowed_curve_has_no_margin(tables):
    curve = borrowed_curve_for(tables, group="us_img", year="2026", specialty="Internal Medicine")
    with pytest.raises(TableError, match="the borrowed curve of step2_ck holds no distributions"):
        margin_from_curve(curve, "score")


def test_a_rate_with_its_people_is_as_good_as_counts():
    bands = (Band(low=0, high=1, n=40, rate=0.5), Band(low=2, high=None, n=20, rate=0.25))
    found = margin_from_bands(BandTable(measure="usce", bands=bands), "usce")
    rows = [(0, 1, 20, 20), (2, None, 5, 15)]
    assert found == margin_from_bands(BandTable.from_counts("usce", rows), "usce")


def test_bands_need_people_of_both_outcomes():
    none = BandTable.from_counts("usce", [(0, 2, 0, 3), (3, None, 0, 4)])
    with pytest.raises(TableError, match="0 matched and 7 not matched by usce"):
        margin_from_bands(none, "usce")


GOOD: dict[str, Any] = {
    "name": "m",
    "cells": ((0, 0), (1, 1)),
    "matched": (0.5, 0.5),
    "not_matched": (0.5, 0.5),
}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"name": " "}, "a margin without a name"),
        ({"matched": (0.5, 0.4)}, r"shares of m, matched add up to 0\.9"),
        ({"matched": (1.5, -0.5)}, "fractions of 0 or more"),
        ({"matched": (1.0,)}, "1 shares matched; allowed: 2, one a cell"),
        ({"not_matched": (0.5, "x")}, "m, not_matched is 'x'"),
        ({"cells": ((0, 1), (1, 2))}, "disjoint cells in rising order"),
        ({"cells": ((2, 1), (3, 3))}, "disjoint cells"),
        ({"cells": ((0, None), (1, 1))}, "disjoint cells"),
        ({"cells": ((0, 0), (None, 1))}, "disjoint cells"),
        ({"cells": ()}, "m has no cell"),
    ],
)
def test_a_margin_that_cannot_be_is_refused(change, message):
    with pytest.raises(TableError, match=message):
        Margin(**GOOD | change)


def test_a_margin_of_one_open_cell_says_nothing():
    whole = Margin(name="all", cells=((None, None),), matched=(1,), not_matched=(1,))
    other = Margin(**GOOD)
    assert rate_at(whole, other, 0.7, -0.7, (3, 1), 0.3) == pytest.approx(0.3, abs=1e-12)


def test_cut_points_are_exact_in_the_upper_tail():
    tail = Margin(
        name="m", cells=((0, 0), (1, 1)), matched=(1 - 1e-12, 1e-12), not_matched=(0.5, 0.5)
    )
    assert tail.cut_points("matched", 1)[0] == pytest.approx(7.034483825, abs=1e-6)
