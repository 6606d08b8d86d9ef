"""The bounds at each score that are stored beside a curve."""

from __future__ import annotations

import numpy as np
import pytest

from imgstats import OutcomeSummary, PublishedTables, RateBounds, Summary
from imgstats.curves.ladder import ladder_columns
from imgstats.curves.record import LADDER_COLUMNS
from imgstats.curves.store import curve_for

TABLES = PublishedTables()
STRONGER = ("unimodal", "smooth")


def _table(**which):
    return TABLES.outcome_summary(group="non_us_img", year="2026", **which)


@pytest.mark.parametrize(
    "rung", ["digits", *(pytest.param(each, marks=pytest.mark.slow) for each in STRONGER)]
)
def test_stored_bounds_are_those_of_the_estimator(rung):
    table = _table(specialty="Neurology")
    curve = curve_for(table)
    points = [230, 250]
    limits = RateBounds(assumption=rung).fit(table).predict_interval(points)
    at = [curve.position(each) for each in points]
    stored = np.column_stack([curve.columns[f"{rung}_{end}"][at] for end in ("low", "high")])
    np.testing.assert_allclose(stored, limits, atol=1e-5)


@pytest.mark.parametrize("specialty", ["Internal Medicine", "Pediatrics", "Surgery-General"])
def test_a_stronger_assumption_allows_less_and_the_curve_lies_within(specialty):
    table = _table(specialty=specialty)
    columns = curve_for(table).columns
    # The rung of the digits is about the sample, the two others about its population.
    inside = ~np.isnan(columns["digits_low"])
    one_peak, smooth = (
        np.array([columns[f"{rung}_{end}"][inside] for end in ("low", "high")]) for rung in STRONGER
    )
    assert (smooth[0] >= one_peak[0] - 1e-6).all()
    assert (smooth[1] <= one_peak[1] + 1e-6).all()
    assert (one_peak[1] - one_peak[0] > smooth[1] - smooth[0] + 0.01).any()
    within = (columns["matched"][inside] > 0.05) & (columns["not_matched"][inside] < 0.95)
    rate = columns["rate"][inside][within]
    assert ((smooth[0][within] < rate) & (rate < smooth[1][within])).all()


def test_bounds_end_with_the_printed_scores():
    table = _table()
    curve = curve_for(table)
    low, high = table.extremes
    known = curve.x[~np.isnan(curve.columns["smooth_low"])]
    assert (known.min(), known.max()) == (low, high)


def test_another_level_keeps_the_bounds():
    table = _table(specialty="Child Neurology")
    stored, fitted = curve_for(table), curve_for(table, level=0.8)
    for name in LADDER_COLUMNS:
        np.testing.assert_array_equal(fitted.columns[name], stored.columns[name])


def test_a_count_has_no_ladder():
    assert LADDER_COLUMNS[0] not in curve_for(_table(measure="contiguous_ranks")).columns


def test_digits_that_have_no_extremes_have_no_ladder():
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=400, q1=241, median=250, q3=259),
        not_matched=Summary(n=600, q1=231, median=240, q3=249),
    )
    assert ladder_columns(table, np.arange(220.0, 260)) == {}
