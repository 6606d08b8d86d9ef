"""`PooledRate` against results of R, pinned in pooled_reference.json.

R is not run here. `pooled_reference.R` made the file in about two minutes, with R 4.2.2 and metafor
3.8.1; it says what it computes. Tolerances:

- pooling: 1e-8. metafor and statsmodels solve the same equations and agreed within 3e-10.
- members: 0.006, and 0.02 for tables of fewer than 15 applicants. R sums over a plain grid; the
  package takes a member's logit as normal given the kin's mean and spread, which is slightly off
  where a likelihood of few applicants is skewed. The largest differences found were 0.0045 and
  0.0165.
- a new member: 0.003; 0.0018 was found. Not compared for three kin, whose limits lie beyond R's
  grid.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from imgstats.estimators.pooled import PooledRate
from imgstats.tables import CountTable

REFERENCE = json.loads(
    Path(__file__).with_name("pooled_reference.json").read_text(encoding="utf-8")
)
CASES: dict[str, Any] = {case["id"]: case for case in REFERENCE["cases"]}
SMALL = 15

every_case = pytest.mark.parametrize("name", CASES)
every_method = pytest.mark.parametrize("method", ["pm", "dl"])


@cache
def _fitted(name: str, method: str = "pm") -> PooledRate:
    kin = {
        row["name"]: CountTable(matched=row["matched"], not_matched=row["not_matched"])
        for row in CASES[name]["members"]
    }
    return PooledRate(method=method).fit(kin)


def test_the_grid_of_cases_is_complete():
    assert set(CASES) == {"specialties", "few_and_small", "alike", "three"}


def test_the_specialties_are_the_shipped_ones(tables):
    shipped = tables.select("counts", match_year="2026", applicant_group="non_us_img")
    shipped = shipped[shipped["specialty"] != "All specialties"]
    pinned = {(row["name"], row["matched"]) for row in CASES["specialties"]["members"]}
    assert pinned == set(zip(shipped["specialty"], shipped["matched"], strict=True))


@every_method
@every_case
@pytest.mark.parametrize("number", ["mu", "mu_se", "tau2", "q", "i2"])
def test_pooling_agrees_with_metafor(name, method, number):
    ours = getattr(_fitted(name, method), f"{number}_")
    assert ours == pytest.approx(CASES[name][method][number], rel=1e-8, abs=1e-8)


@every_method
@every_case
def test_weights_agree_with_metafor(name, method):
    ours = _fitted(name, method).rates_["weight"]
    np.testing.assert_allclose(ours, CASES[name][method]["weights"], atol=1e-8)


@every_case
def test_members_agree_with_sums_over_a_grid(name):
    frame = _fitted(name).rates_
    theirs = [[row[end] for end in ("low", "middle", "high")] for row in CASES[name]["members"]]
    ours = frame[["pooled_low", "pooled_rate", "pooled_high"]].to_numpy()
    allowed = np.where(frame["n"] < SMALL, 0.02, 0.006)[:, None]
    assert (np.abs(ours - theirs) < allowed).all()


@pytest.mark.parametrize("name", ["specialties", "few_and_small", "alike"])
def test_a_new_member_agrees_with_sums_over_a_grid(name):
    low, _, high = CASES[name]["new"]
    np.testing.assert_allclose(_fitted(name).predict_new(), [low, high], atol=0.003)
