"""`Summary`, `Rounding` and `OutcomeSummary`."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from imgstats.errors import TableError
from imgstats.estimators import TiltRate
from imgstats.tables import OutcomeSummary, Rounding, Summary

ORDER = {"min": 209, "q1": 240, "median": 250.5, "q3": 259, "max": 284}
DIGITS: dict[str, Any] = ORDER | {"mean": 249, "sd": 14}


def _table(**changes: object) -> OutcomeSummary:
    given = {
        "measure": "step2_ck",
        "matched": Summary(n=40, **DIGITS),
        "not_matched": Summary(n=60, median=243),
    }
    return OutcomeSummary(**(given | changes))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["n", *DIGITS])
def test_any_field_may_be_missing(name):
    given = {"n": 40, **DIGITS}
    del given[name]
    assert getattr(Summary(**given), name) is None


def test_all_fields_may_be_missing():
    assert Summary().printed == ()


def test_printed_names_what_is_there():
    assert Summary(n=40, median=250, sd=14).printed == ("median", "sd")


def test_a_zero_is_printed():
    assert Summary(n=40, min=0, sd=0).printed == ("min", "sd")


@pytest.mark.parametrize(("first", "second"), list(pairwise(ORDER)))
def test_falling_order_statistics_are_refused(first, second):
    with pytest.raises(TableError, match=f"{first} 251 above {second} 250"):
        Summary(n=40, **{first: 251, second: 250})


def test_order_is_checked_across_missing_fields():
    with pytest.raises(TableError, match="min 300 above max 200"):
        Summary(n=40, min=300, max=200)


def test_ties_are_allowed():
    assert Summary(n=40, min=1, q1=1, median=1, q3=1, max=1, mean=1, sd=0).q1 == 1


def test_a_negative_sd_is_refused():
    with pytest.raises(TableError, match="sd -1"):
        Summary(n=40, sd=-1)


@pytest.mark.parametrize("name", DIGITS)
def test_digits_of_nobody_are_refused(name):
    with pytest.raises(TableError, match="n 0 with printed digits"):
        Summary(n=0, **{name: 1})


def test_nobody_without_digits_is_allowed():
    assert Summary(n=0).n == 0


@pytest.mark.parametrize(
    "value", [float("nan"), float("inf"), -float("inf"), True, "240", [240], 1j], ids=str
)
@pytest.mark.parametrize("name", DIGITS)
def test_what_is_no_number_is_refused_by_name(name, value):
    with pytest.raises(TableError, match=f"^{name} is"):
        Summary(n=40, **{name: value})


def test_a_number_too_large_for_a_float_is_refused():
    with pytest.raises(TableError, match=r"^max is"):
        Summary(n=40, max=10**400)


@pytest.mark.parametrize("value", [-1, 1.5, float("nan"), float("inf"), True, "40"], ids=repr)
def test_what_is_no_count_is_refused(value):
    with pytest.raises(TableError, match=r"^n is"):
        Summary(n=value)


def test_numpy_numbers_become_plain_ones():
    numbers: dict[str, Any] = {"n": np.int64(40), "median": np.float32(250)}
    summary = Summary(**numbers)
    assert (type(summary.n), type(summary.median)) == (int, float)


def test_the_group_counts_are_the_base():
    table = _table(group_counts=(50, 75))
    assert (table.base_rate, table.base_n) == (0.4, 125)


def test_without_group_counts_the_summaries_are_the_base():
    assert (_table().base_rate, _table().base_n) == (0.4, 100)


def test_a_missing_n_is_named_when_the_base_is_asked_for():
    table = _table(not_matched=Summary(median=243))
    with pytest.raises(TableError, match="n missing for not_matched"):
        _ = table.base_rate


def test_group_counts_stand_in_for_a_missing_n():
    table = _table(not_matched=Summary(median=243), group_counts=(50, 75))
    assert table.base_n == 125


@pytest.mark.parametrize("counts", [(39, 75), (50, 59)])
def test_a_group_smaller_than_its_part_is_refused(counts):
    with pytest.raises(TableError, match="above the whole group's"):
        _table(group_counts=counts)


@pytest.mark.parametrize(
    "counts", [(50,), (50, 75, 1), (-1, 75), (50.5, 75), (True, 75), ("50", 75), 5, "57"], ids=repr
)
def test_group_counts_are_two_counts(counts):
    with pytest.raises(TableError, match="group"):
        _table(group_counts=counts)


def test_group_counts_from_a_list_become_a_tuple():
    assert _table(group_counts=[50, 75]).group_counts == (50, 75)


def test_the_rate_of_nobody_is_refused():
    table = _table(matched=Summary(n=0), not_matched=Summary(n=0))
    with pytest.raises(TableError, match="nobody"):
        _ = table.base_rate


@pytest.mark.parametrize("scale", [(210, 300), (1, 283)])
def test_digits_outside_the_scale_are_refused(scale):
    with pytest.raises(TableError, match="outside the scale"):
        _table(scale=scale)


@pytest.mark.parametrize("scale", [(300, 209), (300, 300)])
def test_a_scale_that_falls_is_refused(scale):
    with pytest.raises(TableError, match="lowest below highest"):
        _table(scale=scale)


@pytest.mark.parametrize(
    "scale",
    [(209,), (1, 2, 300), ("1", "300"), (float("nan"), 300), (1, float("inf")), (0.5, 300), 300],
    ids=repr,
)
def test_a_scale_is_two_values_of_the_measure(scale):
    with pytest.raises(TableError, match="scale"):
        _table(scale=scale)


def test_a_scale_from_a_list_makes_the_same_table():
    assert _table(scale=[1, 300]) == _table(scale=(1, 300))


def test_rounding_follows_the_measure():
    assert _table(measure="contiguous_ranks").rounding == Rounding(mean=0.1, sd=0.1)


@pytest.mark.parametrize(
    ("digits", "mean", "sd"),
    [
        ({"mean": 27, "sd": 4}, 1.0, 1.0),
        ({"mean": 27.5, "sd": 4}, 0.1, 0.1),
        ({"mean": 27.5, "sd": 4.25}, 0.1, 0.01),
        ({"median": 27.5, "mean": 27, "sd": 4}, 1.0, 1.0),
    ],
    ids=repr,
)
def test_rounding_of_an_unknown_measure_is_its_last_printed_place(digits, mean, sd):
    side = Summary(n=40, **digits)
    table = OutcomeSummary(measure="age", matched=side, not_matched=side)
    assert table.rounding == Rounding(mean=mean, sd=sd)


@pytest.mark.parametrize("value", [-0.1, float("nan"), True, "1", None], ids=repr)
@pytest.mark.parametrize("name", ["mean", "sd"])
def test_a_rounding_unit_is_a_number_not_below_0(name, value):
    with pytest.raises(TableError, match=name):
        Rounding(**{name: value})


def test_extremes_are_those_of_both_outcomes():
    table = _table(not_matched=Summary(n=60, min=211, max=290))
    assert table.extremes == (209, 290)


@pytest.mark.parametrize("digits", [{"min": 211}, {"max": 290}, {}])
def test_extremes_of_one_outcome_only_are_none(digits):
    assert _table(not_matched=Summary(n=60, **digits)).extremes is None


@pytest.mark.parametrize("n", ["<5", "100-120", (100, 120), [100, 120]])
def test_a_hidden_n_is_refused_with_what_to_give(n):
    with pytest.raises(TableError, match=r"give the fewest .* the interval is then the widest"):
        Summary(n=n, median=243)


def test_the_fewest_of_a_range_make_the_widest_interval():
    widths = [
        np.ptp(TiltRate(degree=1).fit(_table(matched=Summary(n=n, **DIGITS))).predict_interval(250))
        for n in (100, 110, 120)
    ]
    assert widths == sorted(widths, reverse=True)


@pytest.mark.parametrize("hidden", ["min", "max"])
def test_a_hidden_extreme_is_left_out(hidden):
    order: dict[str, Any] = {**ORDER, hidden: "*"}
    with pytest.raises(TableError, match=rf"{hidden} is '\*'.*leave unpublished fields out"):
        Summary(n=40, **order)
    digits = {name: value for name, value in ORDER.items() if name != hidden}
    fitted = TiltRate(degree=1).fit(_table(matched=Summary(n=40, **digits)))
    assert 0 < fitted.predict_rate(250)[0] < 1


def test_an_n_above_the_group_is_refused_with_the_arithmetic():
    with pytest.raises(TableError, match=r"n 40 above the whole group's 38 by 2.*was rounded"):
        _table(group_counts=(38, 60))
