"""`CountTable`."""

from __future__ import annotations

import numpy as np
import pytest
from statsmodels.stats.proportion import proportion_confint

from imgstats.errors import TableError
from imgstats.tables import Context, CountTable


def test_plain_numbers_are_enough():
    table = CountTable(matched=3392, not_matched=3600)
    assert (table.n, table.rate) == (6992, 3392 / 6992)


def test_a_table_of_plain_numbers_has_an_empty_context():
    assert CountTable(matched=3, not_matched=1).context == Context()


@pytest.mark.parametrize("value", [np.int64(3), np.float64(3.0), 3.0])
def test_a_whole_number_becomes_an_int(value):
    assert type(CountTable(matched=value, not_matched=1).matched) is int


@pytest.mark.parametrize(("matched", "rate"), [(0, 0.0), (5, 1.0)])
def test_one_count_may_be_zero(matched, rate):
    assert CountTable(matched=matched, not_matched=5 - matched).rate == rate


def test_nobody_at_all_is_refused():
    with pytest.raises(TableError, match="at least one person"):
        CountTable(matched=0, not_matched=0)


@pytest.mark.parametrize(
    "value",
    [-1, 1.5, float("nan"), float("inf"), True, np.True_, "3", b"3", None, [3], 3j],
    ids=repr,
)
@pytest.mark.parametrize("name", ["matched", "not_matched"])
def test_what_is_no_count_is_refused_by_name(name, value):
    counts = {"matched": 1, "not_matched": 1} | {name: value}
    with pytest.raises(TableError, match=f"^{name} is"):
        CountTable(**counts)


def test_counts_are_given_by_name():
    with pytest.raises(TypeError, match="positional"):
        CountTable(3, 1)  # type: ignore[call-arg]


@pytest.mark.parametrize("level", [0.5, 0.8, 0.95, 0.999])
@pytest.mark.parametrize("counts", [(3392, 3600), (5, 25), (0, 7), (7, 0), (1, 0), (1, 1)])
def test_the_interval_is_that_of_statsmodels(counts, level):
    table = CountTable(matched=counts[0], not_matched=counts[1])
    expected = proportion_confint(table.matched, table.n, alpha=1 - level, method="wilson")
    assert table.wilson(level) == pytest.approx(expected, abs=1e-12)
