"""Digits that no sample can have are refused; digits of a sample never are."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize_scalar

from benchmarks.calibration.populations import DENSITIES, population
from benchmarks.calibration.printing import draw, print_table
from imgstats.errors import TableError
from imgstats.sources import read_processed
from imgstats.tables import OutcomeSummary, Rounding, Summary, feasible
from imgstats.tables.feasible import Known, check_feasible
from tests.tables.strategies import in_steps

if TYPE_CHECKING:
    from collections.abc import Callable

ORDER: dict[str, Any] = {"min": 209, "q1": 240, "median": 251, "q3": 259, "max": 289}
FIELDS = (*ORDER, "mean", "sd")
METHODS = (
    "inverted_cdf", "averaged_inverted_cdf", "closest_observation", "interpolated_inverted_cdf",
    "hazen", "weibull", "linear", "median_unbiased", "normal_unbiased", "lower", "higher",
    "midpoint", "nearest",
)  # fmt: skip
WHOLE = Known(mean_unit=1, sd_unit=1)


def _table(n: int | None = 900, *, scale: tuple[int, int] | None = None, **digits: Any) -> None:
    OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=n, **digits),
        not_matched=Summary(n=10),
        scale=scale,
    )


def _without(*names: str) -> dict[str, Any]:
    return {name: value for name, value in ORDER.items() if name not in names}


ENDS, QUARTILES = ("min", "max"), ("q1", "q3")

# What no sample can have


@pytest.mark.parametrize(
    ("given_digits", "message"),
    [
        (
            ORDER | {"mean": 270},
            r"matched: mean 270 with n 900, min 209.*; allowed: 239.2 to 260.3",
        ),
        (ORDER | {"mean": 225}, r"mean 225 with .*; allowed: 239.2 to 260.3"),
        (ORDER | {"mean": 249, "sd": 60}, r"matched: sd 60 with .*mean 249; allowed: 6.6 to 29.6"),
        (ORDER | {"mean": 249, "sd": 1}, r"sd 1 with .*, mean 249; allowed: 6.6 to 29.6"),
        (ORDER | {"sd": 60}, r"sd 60 with .*, max 289; allowed: 6.6 to 29.6"),
        (ORDER | {"sd": 1}, "sd 1 with"),
        # |mean - median| is at most the sd.
        ({"median": 251, "mean": 270, "sd": 10}, "sd 10 with n 900, median 251, mean 270"),
        ({"median": 251, "mean": 230, "sd": 10}, "allowed: 20 or more"),
        # Half of the range is the most; people have to stand at both ends.
        (_without(*QUARTILES, "median") | {"sd": 45}, "sd 45 with n 900, min 209, max 289"),
        (_without(*QUARTILES, "median") | {"sd": 1}, "sd 1 with n 900, min 209, max 289"),
        (_without(*QUARTILES, "median") | {"mean": 300}, "mean 300 with"),
        (_without(*QUARTILES, "median") | {"mean": 200}, "mean 200 with"),
        (_without(*ENDS) | {"sd": 5}, "sd 5 with n 900, q1 240, median 251, q3 259"),
        # A skewed mean needs a wide sd.
        ({"q3": 259, "mean": 300, "sd": 50}, "sd 50 with"),
    ],
)
def test_what_no_sample_has_is_refused(given_digits, message):
    with pytest.raises(TableError, match=message):
        _table(**given_digits)


def test_the_scale_stands_in_for_missing_ends():
    digits = _without(*ENDS) | {"mean": 249, "sd": 60}
    _table(**digits)
    with pytest.raises(
        TableError, match=r"sd 60 with .*, scale 209\.\.300; allowed: 6\.4 to 32\.7"
    ):
        _table(scale=(209, 300), **digits)


def test_a_mean_outside_the_scale_is_refused():
    with pytest.raises(TableError, match=r"mean 305 with n 900, scale 209\.\.300"):
        _table(scale=(209, 300), mean=305)


def test_one_person_has_one_value():
    with pytest.raises(TableError, match=r"matched: n 1 with min 209, .*; allowed: 2 or more"):
        _table(n=1, **ORDER)


def test_quartiles_without_n_still_say_something():
    _table(n=None, **ORDER, mean=249, sd=14)
    with pytest.raises(TableError, match="mean 285 with min 209"):
        _table(n=None, **ORDER, mean=285)
    with pytest.raises(TableError, match="sd 10 with median 251, mean 270"):
        _table(n=None, median=251, mean=270, sd=10)


def test_the_error_is_about_the_outcome_that_has_the_digits():
    with pytest.raises(TableError, match=r"^not_matched: mean 270"):
        OutcomeSummary(
            measure="step2_ck",
            matched=Summary(n=900, **ORDER, mean=249),
            not_matched=Summary(n=900, **ORDER, mean=270),
        )


# The limits themselves


@pytest.mark.parametrize(
    ("mean_unit", "mean", "fits"),
    [
        (1.0, 260, True),
        (1.0, 261, False),
        (5.0, 262, True),
        (0.1, 260.3, True),
        (0.1, 260.5, False),
    ],
)
def test_a_mean_may_be_rounded_by_half_its_unit(mean_unit, mean, fits):
    summary, known = Summary(n=900, **ORDER, mean=mean), Known(mean_unit=mean_unit, sd_unit=1)
    if fits:
        check_feasible(summary, known)
        return
    with pytest.raises(TableError, match="mean"):
        check_feasible(summary, known)


@pytest.mark.parametrize(("sd_unit", "sd"), [(1.0, 7.2), (0.1, 7.1), (0.0, math.sqrt(50))])
def test_two_people_may_have_the_widest_sd(sd_unit, sd):
    check_feasible(Summary(n=2, min=240, max=250, sd=sd), Known(mean_unit=1, sd_unit=sd_unit))


def test_an_exact_n_leaves_less_room():
    summary = Summary(n=12, **ORDER, mean=238)
    check_feasible(summary, WHOLE)
    with pytest.raises(TableError, match="mean 238"):
        check_feasible(summary, Known(mean_unit=1, sd_unit=1, n_exact=True))


def _random_cells(random: np.random.Generator) -> list[feasible._Cell]:
    weights = random.dirichlet(np.ones(5))
    low = np.sort(random.integers(0, 40, 5))
    # Both bounds rise, as those of a quantile function do; some cells are single values.
    high = np.maximum.accumulate(low + random.integers(0, 15, 5))
    return [feasible._Cell(*each) for each in zip(weights, low.astype(float), high, strict=True)]


def _second_moment(cells: list[feasible._Cell], mean: float, sign: int) -> float:
    """Return the least (sign 1) or greatest second moment, by a linear program on a fine grid."""
    step = 0.125
    points = [np.arange(c.low, c.high + step / 2, step) for c in cells]
    values = np.concatenate(points)
    cell = np.repeat(np.arange(len(cells)), [len(each) for each in points])
    equal = np.vstack([cell == number for number in range(len(cells))] + [values])
    wanted = [*(c.weight for c in cells), mean]
    found = linprog(sign * values**2, A_eq=equal, b_eq=wanted, method="highs")
    assert found.status == 0
    return float(sign * found.fun)


@pytest.mark.parametrize("seed", range(40))
def test_the_limits_of_the_variance_are_those_of_a_linear_program(seed):
    random = np.random.default_rng(seed)
    cells = _random_cells(random)
    low, high = feasible._mean_range(cells)
    mean = low + random.uniform(0.02, 0.98) * (high - low)
    least = _second_moment(cells, mean, 1) - mean**2
    most = _second_moment(cells, mean, -1) - mean**2
    # On a grid the least is a little more: a quarter of a squared step, at most.
    assert feasible._least_variance(cells, (mean, mean)) == pytest.approx(least, abs=0.005)
    assert feasible._greatest_variance(cells, (mean, mean)) == pytest.approx(most, abs=1e-4)


def _lowest(limit: Callable[[float], float], first: float, last: float) -> float:
    """Return the lowest value between two means; the least variance is convex in the mean.

    The greatest is concave: moments are linear programs, and a square is taken from them.
    """
    found = minimize_scalar(limit, bounds=(first, last), options={"xatol": 1e-8})
    return float(min(found.fun, limit(first), limit(last)))


@pytest.mark.parametrize("seed", range(40))
def test_over_a_range_of_means_the_limits_are_the_furthest(seed):
    random = np.random.default_rng(seed)
    cells = _random_cells(random)
    low, high = feasible._mean_range(cells)
    first, last = np.sort(low + random.uniform(0, 1, 2) * (high - low))
    least = _lowest(lambda mean: feasible._least_variance(cells, (mean, mean)), first, last)
    most = -_lowest(lambda mean: -feasible._greatest_variance(cells, (mean, mean)), first, last)
    assert feasible._least_variance(cells, (first, last)) == pytest.approx(least, abs=1e-4)
    assert feasible._greatest_variance(cells, (first, last)) == pytest.approx(most, abs=1e-4)


# Digits of a sample are never refused


def _values(random: np.random.Generator, shape: str, n: int) -> np.ndarray:
    """Return whole numbers of any skew."""
    values = {
        "normal": lambda: random.normal(245, 14, n),
        "few": lambda: random.integers(1, 4, n),
        "counts": lambda: random.geometric(random.uniform(0.01, 0.9), n),
        "heavy": lambda: np.minimum(random.pareto(random.uniform(0.3, 2), n) * 5, 1e6),
        "mirrored": lambda: 300 - np.minimum(random.pareto(1, n) * 5, 299),
        "two values": lambda: np.where(random.random(n) < random.random(), 0, 300),
        "two heaps": lambda: np.where(random.random(n) < 0.25, 10, 200) + random.integers(0, 3, n),
        "one value": lambda: np.full(n, 242),
        "outlier": lambda: np.r_[np.full(n - 1, 3), 500],
    }
    return np.asarray(np.floor(values[shape]()))


SHAPES = ("normal", "few", "counts", "heavy", "mirrored", "two values", "two heaps", "one value",
          "outlier")  # fmt: skip


@st.composite
def _printed(drawn: st.DrawFn) -> tuple[Summary, Rounding, bool]:
    """Return a random sample's digits, however a report may compute and round them."""
    own = drawn(st.one_of(st.integers(1, 12), st.integers(1, 5000)))
    random = np.random.default_rng(drawn(st.integers(0, 2**32 - 1)))
    values = _values(random, drawn(st.sampled_from(SHAPES)), own)
    unit = drawn(st.sampled_from([0.0, 0.1, 1.0, 5.0]))
    method: Any = drawn(st.sampled_from(METHODS))
    q1, q3 = np.percentile(values, [25, 75], method=method)
    # By some methods the median of two people is one of them, and not, as here, their average.
    assume(q1 <= np.median(values) <= q3)
    digits = {
        "min": values.min(), "q1": q1, "median": np.median(values), "q3": q3, "max": values.max(),
        "mean": values.mean(), "sd": values.std(ddof=drawn(st.sampled_from([0, min(1, own - 1)]))),
    }  # fmt: skip
    whole = drawn(st.booleans())
    digits |= {name: in_steps(digits[name], float(whole)) for name in ("q1", "median", "q3")}
    digits |= {name: in_steps(digits[name], unit) for name in ("mean", "sd")}
    kept = drawn(st.sets(st.sampled_from(FIELDS)))
    exact = drawn(st.booleans())
    n = own if exact else drawn(st.one_of(st.none(), st.integers(own, 2 * own)))
    summary = Summary(n=n, **{name: float(digits[name]) for name in FIELDS if name in kept})
    return summary, Rounding(mean=unit, sd=unit), exact


@pytest.mark.slow
@settings(deadline=None, max_examples=1500, derandomize=True)
@given(_printed())
def test_digits_of_a_sample_are_never_refused(printed):
    summary, rounding, exact = printed
    OutcomeSummary(
        measure="publications",
        matched=summary,
        not_matched=Summary(),
        rounding=rounding,
        n_exact=exact,
    )


@pytest.mark.parametrize("method", METHODS)
def test_every_convention_keeps_the_least_shares_of_a_quartile(method):
    for n in range(1, 60):
        values = np.arange(n)
        shares = feasible._shares(Summary(n=n), Known(mean_unit=1, sd_unit=1, n_exact=True))
        for name, share in (("q1", 25), ("q3", 75)):
            quartile = np.percentile(values, share, method=method)
            at_most, at_least = shares[name]
            assert (values <= quartile + 1e-9).mean() >= at_most - 1e-12, n
            assert (values >= quartile - 1e-9).mean() >= at_least - 1e-12, n


@pytest.mark.parametrize("n", [20, 60, 250, 2000])
@pytest.mark.parametrize("density", DENSITIES)
def test_tables_of_the_calibration_study_are_never_refused(density, n):
    random = np.random.default_rng(n)
    ranks = density == "ranks"
    whole = population("log_line" if ranks else "bend", density)
    for _ in range(30):
        matched, not_matched = draw(random, whole, n)
        for shape in ("ranks",) if ranks else ("summary", "one_median", "quartiles"):
            print_table(shape, whole, matched, not_matched)


@pytest.mark.slow
def test_every_table_of_the_reports_is_read():
    frame = read_processed("summaries")
    frame = frame[frame["match_year"].astype(str) == "2026"]
    tables = [
        OutcomeSummary.from_frame(rows)
        for _, rows in frame.groupby(["applicant_group", "specialty", "measure"])
    ]
    assert len(tables) > 200
    assert {each.measure for each in tables} >= {"step2_ck", "contiguous_ranks", "publications"}
