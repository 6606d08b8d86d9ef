"""A lookup gives what a fit would give, for the very digits only, and imports no estimator."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from copy import deepcopy
from dataclasses import asdict, replace
from typing import Any

import numpy as np
import pytest

from imgstats import OutcomeSummary, PublishedTables, Summary
from imgstats.curves import compute
from imgstats.curves.borrowed import fit_pooled, pooled_member, transported_curve
from imgstats.curves.compute import compute_curve
from imgstats.curves.inputs import digest_of, key_of
from imgstats.curves.ladder import ladder_columns
from imgstats.curves.record import LADDER_COLUMNS
from imgstats.curves.store import (
    StoredCurves,
    borrowed_curve_for,
    curve_for,
    pooled_member_for,
)
from imgstats.errors import DataChangedError, TableError
from imgstats.levels import LEVEL
from imgstats.sources import data_root
from tests.curves.conftest import BORROWED, RANKS, SCORE, TOO_FEW
from tests.curves.same import assert_same
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow

POOLED: dict[str, Any] = {"group": "non_us_img", "year": "2026"}
US: dict[str, Any] = {"group": "us_img", "year": "2026", "specialty": "Internal Medicine"}
HEAVY = ("pandas", "sklearn", "scipy", "statsmodels", "highspy", "imgstats.estimators")


def table_of(tables, specialty, measure="step2_ck"):
    return tables.outcome_summary(
        group="non_us_img", year="2026", specialty=specialty, measure=measure
    )


@pytest.fixture
def no_fits(monkeypatch):
    """Let every fit of a curve fail."""

    def refuse(*_, **__):
        raise AssertionError("a curve was fitted")

    monkeypatch.setattr(compute, "fit_candidates", refuse)


@pytest.mark.parametrize(
    ("specialty", "measure"),
    [
        ("Internal Medicine", "step2_ck"),
        ("Family Medicine", "step2_ck"),
        ("Anesthesiology", "step2_ck"),
        ("Neurological Surgery", "step2_ck"),
        ("Internal Medicine", "contiguous_ranks"),
        ("Pediatrics", "publications"),
        ("Psychiatry", "distinct_specialties_ranked"),
    ],
)
def test_a_lookup_equals_a_fit(tables, specialty, measure):
    table = table_of(tables, specialty, measure)
    stored = StoredCurves(data_root()).curve(key_of(table), digest_of(table))
    assert stored is not None
    p_values = {stored.estimator: stored.p} | {each.name: each.p for each in stored.candidates}
    made = compute_curve(table, p_values=p_values)
    bounds = {name: each for name, each in stored.columns.items() if name in LADDER_COLUMNS}
    others = {name: each for name, each in stored.columns.items() if name not in bounds}
    assert_same(replace(stored, columns=others), made)
    # The bounds of every score take long: some of them, and where they begin and end.
    inside = (stored.x >= table.extremes[0]) & (stored.x <= table.extremes[1])
    some = np.flatnonzero(inside)[[*range(0, inside.sum(), 15), -1]]
    for name, numbers in ladder_columns(table, stored.x[some]).items():
        np.testing.assert_array_equal(~np.isnan(bounds[name]), inside)
        np.testing.assert_allclose(bounds.pop(name)[some], numbers, rtol=0, atol=1e-4)
    assert bounds == {}


@pytest.mark.usefixtures("no_fits")
def test_a_lookup_fits_nothing(tables):
    curve = curve_for(table_of(tables, "Internal Medicine"))
    assert curve.level == LEVEL
    assert len(curve.x) == 300
    assert curve.range_at(242)[0] <= curve.columns["rate"][curve.position(242)]


def test_a_rival_that_could_not_be_fitted_has_no_rates_and_says_why():
    stored = StoredCurves(data_root())
    assert stored.manifest is not None
    curves = [stored.curve(key, entry.inputs) for key, entry in stored.manifest.curves.items()]
    unfitted = [
        rival
        for curve in curves
        if curve is not None
        for rival in curve.candidates
        if np.isnan(rival.rate).any()
    ]
    assert unfitted
    assert all(np.isnan(rival.rate).all() and rival.p is None for rival in unfitted)
    assert all(rival.reason and not rival.kept for rival in unfitted)


def test_another_level_is_fitted_with_the_stored_p_values(tables, monkeypatch):
    table = table_of(tables, SCORE.specialty)
    monkeypatch.setattr("imgstats.estimators.model_range.misfit_p", None)
    wide, narrow = curve_for(table), curve_for(table, level=0.8)
    assert narrow.level == 0.8
    assert narrow.p == wide.p
    assert [each.p for each in narrow.candidates] == [each.p for each in wide.candidates]
    np.testing.assert_allclose(narrow.columns["rate"], wide.columns["rate"], atol=1e-6)
    printed = slice(210, 280)
    assert (narrow.columns["low"] > wide.columns["low"])[printed].all()
    assert (narrow.columns["high"] < wide.columns["high"])[printed].all()


def test_the_borrowed_curve_equals_the_calculation(tables):
    assert_same(borrowed_curve_for(tables, **US), transported_curve(tables, **US))
    other = borrowed_curve_for(tables, **US, level=0.8)
    assert_same(other, transported_curve(tables, **US, level=0.8), within=0)


@pytest.mark.usefixtures("no_fits")
def test_the_borrowed_curve_is_looked_up(tables, monkeypatch):
    monkeypatch.setattr("imgstats.curves.borrowed.TransportedRate", None)
    curve = borrowed_curve_for(tables, **US)
    assert (curve.key, curve.grade, curve.p, curve.candidates) == (BORROWED, "borrowed", None, ())
    assert list(curve.columns) == ["rate", "low", "high"]
    assert np.isnan(curve.bands["n"]).all()


def test_how_a_borrowed_curve_was_worked_out_is_looked_up_too(tables):
    found, made = (get(tables, **US).transport for get in (borrowed_curve_for, transported_curve))
    assert found is not None
    assert made is not None
    assert (found.steps, found.against, found.tau) == (made.steps, made.against, made.tau)
    assert found.base_rate == pytest.approx(made.base_rate, abs=1e-12)
    for one, other in zip(found.over_tau, made.over_tau, strict=True):
        assert one.tau == other.tau
        np.testing.assert_allclose(one.low, other.low, atol=1e-12)
        np.testing.assert_allclose(one.high, other.high, atol=1e-12)
    assert found.pairs == made.pairs
    assert found.spread is not None
    assert made.spread is not None
    assert found.spread.estimate == pytest.approx(made.spread.estimate)
    for gap, again in zip(found.over_gap, made.over_gap, strict=True):
        assert (gap.first_year, gap.last_year) == (again.first_year, again.last_year)
        np.testing.assert_allclose(gap.rate, again.rate, atol=1e-12)
        np.testing.assert_allclose(gap.low, again.low, atol=1e-12)


def test_a_pooled_rate_is_looked_up_and_equals_the_calculation(tables, monkeypatch):
    made = pooled_member(fit_pooled(tables, **POOLED), "Dermatology")
    narrow = pooled_member(fit_pooled(tables, **POOLED), "Dermatology", 0.8)
    assert pooled_member_for(tables, **POOLED, specialty="Dermatology", level=0.8) == narrow
    monkeypatch.setattr("imgstats.curves.borrowed.PooledRate", None)
    found = pooled_member_for(tables, **POOLED, specialty="Dermatology")
    assert asdict(found) == pytest.approx(asdict(made), abs=1e-12)


def test_changed_digits_are_fitted_and_the_others_looked_up(changed_root, monkeypatch):
    changed = PublishedTables(changed_root)
    table = table_of(changed, "Internal Medicine")
    found = curve_for(table, changed_root)
    p_values = {found.estimator: found.p} | {each.name: each.p for each in found.candidates}
    assert_same(found, compute_curve(table, p_values=p_values), within=0)
    old = curve_for(table_of(PublishedTables(), "Internal Medicine"))
    assert abs(found.columns["rate"] - old.columns["rate"]).max() > 0.01
    borrowed = borrowed_curve_for(changed, **US)
    assert_same(borrowed, transported_curve(changed, **US), within=0)
    pooled = pooled_member_for(changed, **POOLED, specialty="Dermatology")
    assert pooled == pooled_member(fit_pooled(changed, **POOLED), "Dermatology")
    assert pooled != pooled_member_for(PublishedTables(), **POOLED, specialty="Dermatology")
    monkeypatch.setattr(compute, "fit_candidates", None)
    assert curve_for(table_of(changed, "Pediatrics"), changed_root).level == LEVEL


def test_a_folder_without_curves_is_fitted(bare_root, tables):
    table = table_of(tables, SCORE.specialty)
    assert StoredCurves(bare_root).manifest is None
    assert_same(curve_for(table, bare_root), compute_curve(table), within=0)


def test_a_table_of_ones_own_is_fitted():
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=400, min=209, q1=240, median=250, q3=260, max=290, mean=250, sd=15),
        not_matched=Summary(n=600, min=209, q1=230, median=240, q3=250, max=285, mean=240, sd=15),
    )
    assert_same(curve_for(table), compute_curve(table), within=0)


def test_a_table_without_a_curve_says_why(tables):
    manifest = StoredCurves(data_root()).manifest
    assert manifest is not None
    with pytest.raises(TableError) as caught:
        curve_for(table_of(tables, "Dermatology"))
    assert str(caught.value) == manifest.curves[TOO_FEW].reason


@pytest.mark.parametrize("name", ["step2_ck.csv", "bands.csv", "fits.csv"])
def test_a_changed_byte_stops_the_lookup(built, tables, name):
    path = built / "processed" / "curves" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    with pytest.raises(DataChangedError, match=rf"{name} has sha256.*imgstats data build"):
        curve_for(table_of(tables, SCORE.specialty), built)


def test_a_changed_byte_is_seen_after_a_good_lookup(built, tables):
    table = table_of(tables, RANKS.specialty, RANKS.measure)
    assert curve_for(table, built).key == RANKS
    path = built / "processed" / "curves" / "contiguous_ranks.csv"
    path.write_bytes(path.read_bytes().replace(b"0.1", b"0.2", 1))
    with pytest.raises(DataChangedError):
        curve_for(table, built)


def test_a_lost_file_stops_the_lookup(built, tables):
    (built / "processed" / "curves" / "fits.csv").unlink()
    with pytest.raises(DataChangedError, match=r"fits\.csv cannot be read"):
        curve_for(table_of(tables, SCORE.specialty), built)


@pytest.mark.parametrize("content", [b"", b"[]", b"{}", b'{"format": 99}'])
def test_a_broken_manifest_stops_the_lookup(built, tables, content):
    (built / "processed" / "curves" / "manifest.json").write_bytes(content)
    with pytest.raises(DataChangedError, match="imgstats data build"):
        curve_for(table_of(tables, SCORE.specialty), built)


@pytest.mark.usefixtures("no_fits")
def test_curves_are_looked_up_in_the_folder_that_is_named(built, tables, monkeypatch):
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(built))
    shutil.rmtree(built / "processed" / "curves")
    with pytest.raises(AssertionError, match="a curve was fitted"):
        curve_for(table_of(tables, SCORE.specialty))


def test_what_is_handed_out_can_be_changed_without_harm(tables):
    table = table_of(tables, SCORE.specialty)
    first = curve_for(table)
    before = deepcopy(first)
    first.columns["rate"][:] = 0.0
    first.x[:] = 0
    assert_same(curve_for(table), before, within=0)


def test_a_cold_lookup_imports_no_estimator():
    program = (
        "from imgstats import PublishedTables\n"
        "from imgstats.curves.store import borrowed_curve_for, curve_for, pooled_member_for\n"
        "tables = PublishedTables()\n"
        "curve_for(tables.outcome_summary(group='non_us_img', year='2026'))\n"
        f"borrowed_curve_for(tables, **{US})\n"
        f"pooled_member_for(tables, specialty='Dermatology', **{POOLED})\n"
        "import json, sys\n"
        "print(json.dumps(sorted(sys.modules)))\n"
    )
    environment = {k: v for k, v in os.environ.items() if not k.startswith("IMGSTATS_")}
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env=environment,
    )
    modules = json.loads(done.stdout)
    assert [name for name in modules if name.startswith(HEAVY)] == []
