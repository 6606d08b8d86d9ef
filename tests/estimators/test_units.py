"""One table in any unit gives the same rates: steps, scales and shifts move nothing."""

from __future__ import annotations

import warnings
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgstats import (
    BandRate,
    BandTable,
    IsotonicRate,
    LogisticRate,
    OutcomeSummary,
    RankListRate,
    RateBounds,
    Rounding,
    Summary,
    TiltRate,
)
from imgstats.errors import ImgstatsWarning, RoundingWarning, TableError
from imgstats.measures import Measure, OutcomeWords

GPA = (
    {
        "n": 80,
        "min": 2.5,
        "q1": 3.1,
        "median": 3.4,
        "q3": 3.7,
        "max": 4.0,
        "mean": 3.38,
        "sd": 0.36,
    },
    {
        "n": 45,
        "min": 2.2,
        "q1": 2.9,
        "median": 3.1,
        "q3": 3.4,
        "max": 4.0,
        "mean": 3.14,
        "sd": 0.39,
    },
)
POINTS = np.array([2.4, 3.0, 3.25, 3.5, 3.9])
QUARTERS = [(3, 3.24, 10, 40), (3.25, 3.49, 25, 45), (3.5, 3.74, 50, 50), (3.75, 4, 60, 30)]


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ImgstatsWarning)
        yield


def _moved(value, unit, shift=0.0):
    return float(f"{value * unit + shift:.10g}")


def summaries(digits, unit=1.0, shift=0.0, measure="gpa", **others):
    sides = [
        Summary(
            n=side["n"],
            **{
                name: _moved(value, unit, 0.0 if name == "sd" else shift)
                for name, value in side.items()
                if name != "n"
            },
        )
        for side in digits
    ]
    return OutcomeSummary(measure=measure, matched=sides[0], not_matched=sides[1], **others)


def stepped(step, unit, shift=0.0, **rounding):
    """Return the table of a measure in such steps, its means printed in hundredths of the unit."""
    hundredth = _moved(0.01, unit)
    return summaries(
        GPA,
        unit,
        shift,
        measure=Measure("any", step=_moved(step, unit)),
        rounding=Rounding(mean=hundredth, sd=hundredth, **rounding),
    )


def only(*names):
    return [{name: side[name] for name in ("n", *names)} for side in GPA]


@pytest.mark.parametrize(
    "digits",
    [GPA, only("q1", "median", "q3"), only("min", "q1", "median", "q3", "max"), only("mean", "sd")],
    ids=["all", "quartiles", "order", "moments"],
)
@pytest.mark.parametrize("estimator", [TiltRate(), TiltRate(degree=1)], ids=repr)
def test_decimals_say_what_hundredths_say(estimator, digits):
    one, hundred = (
        estimator.fit(summaries(digits, unit)).predict_rate(POINTS * unit) for unit in (1, 100)
    )
    np.testing.assert_allclose(one, hundred, atol=1e-6)


@cache
def _answers(step, unit, shift):
    estimator = TiltRate().fit(stepped(step, unit, shift, quartile=0))
    x = POINTS * unit + shift
    bands = [tuple(np.array([3.0, 3.4]) * unit + shift), (None, 3.0 * unit + shift)]
    columns = ["rate", "rate_low", "rate_high", "n"]
    return np.concatenate(
        [
            estimator.predict_rate(x),
            estimator.predict_interval(x).ravel(),
            estimator.band_rates(bands)[columns].to_numpy(float).ravel(),
            estimator.predict_percentile(x).drop(columns="x").to_numpy().ravel(),
        ]
    )


@pytest.mark.slow
@given(
    step=st.sampled_from([0.01, 0.05, 0.1]),
    unit=st.sampled_from([0.001, 0.25, 1.0, 2.5, 60.0, 1e5]),
    shift=st.sampled_from([0.0, 1.0, -2.5, 400.0]),
)
@settings(max_examples=25, deadline=None)
def test_unit_step_and_shift_move_no_rate(step, unit, shift):
    moved, here = _answers(step, unit, shift), _answers(step, 1.0, 0.0)
    np.testing.assert_allclose(moved, here, rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize(
    "estimator",
    [BandRate(), IsotonicRate(), LogisticRate(), LogisticRate(shape="spline")],
    ids=repr,
)
@pytest.mark.parametrize("unit", [0.1, 7.0, 100.0])
def test_bands_in_any_unit_say_the_same(estimator, unit):
    def fitted(unit):
        rows = [(_moved(low, unit), _moved(high, unit), *counts) for low, high, *counts in QUARTERS]
        table = BandTable.from_counts(Measure("any", step=_moved(0.01, unit)), rows)
        x = np.array([3.0, 3.1, 3.3, 3.9]) * unit
        found = estimator.fit(table)
        wide = found.band_rates([(_moved(3, unit), _moved(3.49, unit))])
        return np.concatenate([found.predict_rate(x), wide.to_numpy(float)[0, 2:]])

    np.testing.assert_allclose(fitted(unit), fitted(1.0), atol=1e-6)


@pytest.mark.parametrize("assumption", ["digits", pytest.param("smooth", marks=pytest.mark.slow)])
def test_bounds_in_any_unit_say_the_same(assumption):
    def limits(unit):
        fitted = RateBounds(assumption=assumption).fit(stepped(0.05, unit))
        return fitted.predict_interval([3.0 * unit, 3.5 * unit])

    np.testing.assert_allclose(limits(400.0), limits(1.0), atol=1e-4)


def test_a_wide_scale_in_cells_says_what_its_steps_say():
    x = np.array([500.0, 600.0, 700.0])
    exact = TiltRate().fit(summaries(GPA, 200))
    wide = TiltRate().fit(
        summaries(
            GPA,
            200_000,
            measure=Measure("wide", step=1),
            rounding=Rounding(mean=1000, sd=1000, quartile=1000),
        )
    )
    assert wide.cells_.size > 1
    assert len(wide.grid_) <= 400
    np.testing.assert_allclose(wide.predict_rate(x * 1000), exact.predict_rate(x), atol=2e-3)
    np.testing.assert_allclose(
        wide.predict_interval(x * 1000), exact.predict_interval(x), atol=5e-3
    )
    assert wide.density_matched_.sum() == pytest.approx(1)


def test_a_wide_scale_in_bands_says_what_its_steps_say():
    rows = [(3000, 3249, 10, 40), (3250, 3499, 25, 45), (3500, 3749, 50, 50), (3750, None, 60, 30)]
    many = [
        (low * 1000, None if high is None else high * 1000 + 999, matched, others)
        for low, high, matched, others in rows
    ]
    few = LogisticRate().fit(BandTable.from_counts("x", rows))
    cells = LogisticRate().fit(BandTable.from_counts("x", many))
    assert len(cells.grid_) < 900
    x = np.array([3100.0, 3400.0, 3700.0])
    np.testing.assert_allclose(cells.predict_rate(x * 1000), few.predict_rate(x), atol=1e-3)
    found, known = (
        each.band_rates([(low, high)])["n"][0]
        for each, low, high in ((cells, 3_100_000, 3_299_999), (few, 3100, 3299))
    )
    assert found == pytest.approx(known, rel=0.01)


def test_rounded_quartiles_of_a_fine_measure_are_said_to_be_read_so():
    with pytest.warns(RoundingWarning, match=r"multiples of 0\.1"):
        TiltRate().fit(summaries(only("q1", "median", "q3")))


@pytest.mark.parametrize("value", [3.42, 3.14])
def test_an_extreme_between_two_steps_is_refused(value):
    with pytest.raises(TableError, match=rf"max {value:g} is no value of a grade in steps of 0\.5"):
        OutcomeSummary(
            measure=Measure("grade", step=0.5),
            matched=Summary(n=5, min=1, max=value),
            not_matched=Summary(n=5),
        )


def test_a_table_of_another_scale_is_refused_in_its_own_words():
    gpa = Measure("gpa", low=0, high=4, step=0.01, words=OutcomeWords("passed", "failed"))
    with pytest.raises(TableError, match=r"passed q1 is 310; gpa runs from 0 to 4"):
        TiltRate().fit(summaries(only("q1", "median", "q3"), 100, measure=gpa))


@pytest.mark.parametrize("printed", [(3.1, 3.4, 3.7), (3.1, 3.4)])
def test_few_quartiles_are_as_rounded_as_they_are_printed(printed):
    def width(quartile):
        digits = dict(zip(("q1", "median", "q3"), printed, strict=False))
        table = OutcomeSummary(
            measure="gpa",
            matched=Summary(n=2000, min=2, max=4, sd=0.5, **digits),
            not_matched=Summary(n=2000, mean=3.2, sd=0.5, min=1.8, max=4),
            rounding=Rounding(mean=0.1, sd=0.1, quartile=quartile),
        )
        low, high = TiltRate().fit(table).predict_interval([2.8])[0]
        return high - low

    assert width(None) == pytest.approx(width(0.1))
    assert width(None) != pytest.approx(width(0.0))


def test_a_count_has_its_own_step_and_no_end_of_cells():
    side: dict[str, Any] = {"n": 40, "min": 0.5, "q1": 2.5, "median": 4.5, "q3": 6.0, "max": 9.5}
    other = {**side, "q1": 1.5, "median": 3.0, "q3": 4.5}
    halves = Measure("halves", low=0, step=0.5, is_count=True)
    table = OutcomeSummary(measure=halves, matched=Summary(**side), not_matched=Summary(**other))
    assert np.diff(RankListRate().fit(table).grid_).tolist()[:3] == [0.5] * 3
    with pytest.raises(TableError, match="TiltRate"):
        RankListRate().fit(summaries(only("min", "q1", "median", "q3", "max"), 1e5))


def test_a_step_of_thirds_takes_values_that_are_printed_rounded():
    thirds = Measure("thirds", step=1 / 3)
    side = Summary(n=5, min=0.33, max=3.67)
    assert OutcomeSummary(measure=thirds, matched=side, not_matched=side).step == 1 / 3
