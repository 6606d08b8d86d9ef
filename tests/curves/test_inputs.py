"""A digest changes with every figure that moves a number, and with nothing else."""

from __future__ import annotations

from dataclasses import fields, replace

import pytest

from imgstats.curves.inputs import borrowed_inputs, digest_of, key_of, kin_counts
from imgstats.errors import TableError
from imgstats.measures import MEASURES, Measure
from imgstats.tables import Context, OutcomeSummary, Rounding

US = {"group": "us_img", "year": "2026", "specialty": "Internal Medicine"}


@pytest.fixture
def table(tables):
    return tables.outcome_summary(group="non_us_img", year="2026")


@pytest.mark.parametrize("digit", ["n", "min", "q1", "median", "q3", "max", "mean", "sd"])
@pytest.mark.parametrize("outcome", ["matched", "not_matched"])
def test_every_printed_digit_counts(table, outcome, digit):
    summary = table.outcome(outcome)
    # One less keeps the group's counts above n, and every digit possible.
    value = summary.value(digit) + (1 if digit == "min" else -1)
    changed = replace(table, **{outcome: replace(summary, **{digit: value})})
    assert digest_of(changed) != digest_of(table)


@pytest.mark.parametrize(
    "change",
    [
        {"measure": "other"},
        {"group_counts": (3392, 3601)},
        {"group_counts": None},
        {"scale": (208, 300)},
        {"scale": None},
        {"rounding": Rounding(mean=0.5, sd=1.0)},
        {"n_exact": True},
    ],
    ids=str,
)
def test_everything_around_the_digits_counts(table, change):
    assert digest_of(replace(table, **change)) != digest_of(table)


def test_every_field_is_looked_at():
    named = {"measure", "matched", "not_matched", "group_counts", "scale", "rounding", "n_exact"}
    assert {each.name for each in fields(OutcomeSummary)} == named | {"context", "of"}


def test_a_measure_of_ones_own_counts_and_a_known_one_does_not(table):
    assert digest_of(replace(table, of=MEASURES["step2_ck"])) == digest_of(table)
    own = replace(table, of=Measure("step2_ck", low=1, high=300, step=0.5))
    assert digest_of(own) != digest_of(table)


def test_names_and_sources_do_not_count(table):
    assert digest_of(replace(table, context=Context())) == digest_of(table)


def test_a_whole_number_is_the_same_digit_with_and_without_a_point(table):
    pointed = replace(table.matched, mean=float(table.matched.mean), q1=float(table.matched.q1))
    assert digest_of(replace(table, matched=pointed)) == digest_of(table)


def test_a_key_is_the_tables_context(table):
    key = key_of(table)
    assert (key.match_year, key.applicant_group) == ("2026", "non_us_img")
    assert (key.specialty, key.measure) == ("Internal Medicine", "step2_ck")


@pytest.mark.parametrize("part", ["own", "kin", "kin_specific"])
def test_every_count_of_a_borrowed_rate_counts(tables, part):
    found = borrowed_inputs(tables, **US)
    counts = getattr(found, part)
    changed = replace(found, **{part: replace(counts, matched=counts.matched + 1)})
    assert changed.digest != found.digest


@pytest.mark.parametrize("part", ["table", "own_scores", "kin_scores"])
def test_every_summary_of_a_borrowed_rate_counts(tables, part):
    found = borrowed_inputs(tables, **US)
    summary = getattr(found, part)
    matched = replace(summary.matched, mean=summary.matched.mean + 1)
    changed = replace(found, **{part: replace(summary, matched=matched)})
    assert changed.digest != found.digest


def test_a_group_without_kin_is_refused(tables):
    with pytest.raises(TableError, match="no kin is named for non_us_img; allowed: us_img"):
        borrowed_inputs(tables, group="non_us_img", year="2026", specialty="Internal Medicine")


def test_counts_by_specialty_leave_out_all_specialties(tables):
    found = kin_counts(tables, group="non_us_img", year="2026")
    assert len(found) == 24
    assert "All specialties" not in found
