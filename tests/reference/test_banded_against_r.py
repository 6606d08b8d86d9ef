"""BandRate, IsotonicRate and LogisticRate against what R found; R itself is not run.

`banded_reference.R` says how the numbers were made, and its "tolerance" why they may differ.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import logit

from imgstats.estimators.band import BandRate
from imgstats.estimators.isotonic import IsotonicRate
from imgstats.estimators.logistic import LogisticRate
from imgstats.tables import Band, BandTable

REFERENCE: dict[str, Any] = json.loads(
    Path(__file__).with_name("banded_reference.json").read_text(encoding="utf-8")
)
GLM: list[dict[str, Any]] = REFERENCE["glm"]
WIDE: list[dict[str, Any]] = REFERENCE["wide"]
# Why these: the field "tolerance" of the file.
TOLERANCE, TOLERANCE_OF_N = 1e-8, 1e-6
NORMAL_975 = 1.959963984540054

every_binomial = pytest.mark.parametrize(
    "case", REFERENCE["binomial"], ids=lambda case: f"{case['matched']} of {case['n']}"
)
every_printed = pytest.mark.parametrize(
    "case", REFERENCE["printed"], ids=lambda case: f"{case['rate']} of {case['n']}"
)
every_glm = pytest.mark.parametrize("case", GLM, ids=lambda case: case["name"])
every_wide = pytest.mark.parametrize("case", WIDE, ids=lambda case: case["name"])
RATES = ["rate", "rate_low", "rate_high"]


def test_the_file_says_how_it_was_made_and_why_it_is_tolerant():
    assert "banded_reference.R" in REFERENCE["made_by"]
    assert REFERENCE["tolerance"].startswith("1e-8 for rates")


def test_the_grid_of_cases_is_complete():
    assert [len(case["knots"]) for case in GLM] == [0, 3, 4, 0]
    assert [case["printed"] is None for case in WIDE] == [True, False]


@every_binomial
@pytest.mark.parametrize("interval", ["wilson", "jeffreys"])
def test_binomial_intervals_agree(case, interval):
    table = BandTable.from_counts("x", [(1, 1, case["matched"], case["n"] - case["matched"])])
    limits = BandRate(interval=interval).fit(table).predict_interval(1)[0]
    np.testing.assert_allclose(limits, case[interval], atol=TOLERANCE)


@every_printed
def test_the_counts_that_print_a_rate_agree(case):
    band = Band(low=1, high=1, n=case["n"], rate=case["rate"], rate_unit=0.01)
    assert band.possible[0] == (case["fewest"], case["most"])


@every_printed
def test_the_interval_of_a_printed_rate_agrees(case):
    band = Band(low=1, high=1, n=case["n"], rate=case["rate"], rate_unit=0.01)
    limits = BandRate().fit(BandTable(measure="x", bands=(band,))).predict_interval(1)[0]
    np.testing.assert_allclose(limits, case["jeffreys"], atol=TOLERANCE)


def _isotonic() -> IsotonicRate:
    return IsotonicRate().fit(BandTable.from_counts("step2_ck", REFERENCE["isotonic"]["table"]))


@pytest.mark.parametrize("kind", ["pooled", "individuals"])
def test_isotonic_rates_agree(kind):
    np.testing.assert_allclose(
        _isotonic().bands_["pooled_rate"], REFERENCE["isotonic"][kind], atol=TOLERANCE
    )


def test_isotonic_limits_agree():
    bands = [(low, high) for low, high, *_ in REFERENCE["isotonic"]["table"]]
    found = _isotonic().band_rates(bands)
    # The package never leaves its own rate out; the bare limits may.
    low = np.minimum(REFERENCE["isotonic"]["low"], REFERENCE["isotonic"]["pooled"])
    high = np.maximum(REFERENCE["isotonic"]["high"], REFERENCE["isotonic"]["pooled"])
    np.testing.assert_allclose(found["rate_low"], low, atol=TOLERANCE)
    np.testing.assert_allclose(found["rate_high"], high, atol=TOLERANCE)


def _of_glm(case: dict[str, Any]) -> LogisticRate:
    knots = len(case["knots"])
    estimator = LogisticRate(shape="spline" if knots else "linear", n_knots=knots or 3)
    return estimator.fit(BandTable.from_counts("score", case["table"]))


@every_glm
def test_knots_agree_with_quantiles_of_all_applicants(case):
    assert list(_of_glm(case).knots_) == case["knots"]


@every_glm
def test_rates_agree_with_glm_on_all_applicants(case):
    np.testing.assert_allclose(_of_glm(case).predict_rate(case["at"]), case["rate"], atol=TOLERANCE)


@every_glm
def test_standard_errors_agree_with_glm_on_all_applicants(case):
    limits = logit(_of_glm(case).predict_interval(case["at"]))
    errors = np.diff(limits)[:, 0] / 2 / NORMAL_975
    np.testing.assert_allclose(errors, case["se"], rtol=TOLERANCE)


def _odds(estimator: LogisticRate) -> list[float]:
    found = estimator.odds_ratio(step=10)
    return [found.ratio, found.low, found.high]


@pytest.mark.parametrize(
    "case", [case for case in GLM if case["odds_ratio"]], ids=lambda case: case["name"]
)
def test_odds_ratios_agree_with_glm(case):
    np.testing.assert_allclose(_odds(_of_glm(case)), case["odds_ratio"], rtol=TOLERANCE)


def _of_wide(case: dict[str, Any]) -> LogisticRate:
    rows = case["table"]
    if case["printed"] is None:
        return LogisticRate().fit(BandTable.from_counts("step2_ck", rows))
    bands = tuple(
        Band(low=low, high=high, n=round(matched + not_matched), rate=rate, rate_unit=0.01)
        for (low, high, matched, not_matched), rate in zip(rows, case["printed"], strict=True)
    )
    return LogisticRate().fit(BandTable(measure="step2_ck", bands=bands))


@every_wide
def test_rates_at_scores_agree_where_bands_are_wide_and_open(case):
    fitted = _of_wide(case)
    ours = [fitted.predict_rate(case["points"]), *fitted.predict_interval(case["points"]).T]
    np.testing.assert_allclose(np.transpose(ours), case["at_points"], atol=TOLERANCE)


@every_wide
def test_rates_of_any_band_agree_where_bands_are_wide_and_open(case):
    found = _of_wide(case).band_rates([(low, high) for low, high in case["bands"]])
    np.testing.assert_allclose(found[RATES], case["in_bands"], atol=TOLERANCE)


@every_wide
def test_numbers_of_applicants_agree_where_bands_are_cut(case):
    found = _of_wide(case).band_rates([(low, high) for low, high in case["bands"]])
    np.testing.assert_allclose(found["n"], case["n"], atol=TOLERANCE_OF_N)


@every_wide
def test_odds_ratios_agree_where_bands_are_wide_and_open(case):
    np.testing.assert_allclose(_odds(_of_wide(case)), case["odds_ratio"], rtol=TOLERANCE)
