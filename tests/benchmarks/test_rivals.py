"""Published methods against densities that they must find, and formulas against their own terms."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import norm

from benchmarks.calibration.formulas import luo_mean, shi_sd, wan_sd
from benchmarks.calibration.rivals import METHODS, PublishedRate, main
from imgstats.tables import OutcomeSummary, Summary

GRID = np.arange(200.0, 301.0)


def _printed(mean: float, sd: float, n: int) -> Summary:
    """Return the digits that a normal sample has on average."""
    reach = float(norm.ppf((n - 0.375) / (n + 0.25)))
    return Summary(
        n=n,
        min=mean - reach * sd,
        q1=mean - 0.6745 * sd,
        median=mean,
        q3=mean + 0.6745 * sd,
        max=mean + reach * sd,
        mean=mean,
        sd=sd,
    )


@pytest.fixture
def table() -> OutcomeSummary:
    return OutcomeSummary(
        measure="step2_ck",
        matched=_printed(252.0, 12.0, 900),
        not_matched=_printed(243.0, 12.0, 900),
        scale=(200, 300),
    )


def _moments(density):
    mean = density @ GRID
    return mean, np.sqrt(density @ (GRID - mean) ** 2)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_makes_densities_with_the_printed_digits(table, method):
    fitted = PublishedRate(method=method).fit(table)
    # A histogram between few quantiles is wider than the sample that printed them.
    loose = method in {"piecewise uniform", "monotone cubic"}
    for density, mean in ((fitted.density_matched_, 252), (fitted.density_not_matched_, 243)):
        assert density.sum() == pytest.approx(1)
        assert (density >= 0).all()
        found, sd = _moments(density)
        assert found == pytest.approx(mean, abs=0.6)
        assert sd == pytest.approx(12, abs=7.0 if loose else 0.8)
        assert density[mean - 200 :].sum() == pytest.approx(0.5, abs=0.04)


@pytest.mark.parametrize("method", METHODS)
def test_a_method_answers_as_an_estimator_does(table, method):
    fitted = PublishedRate(method=method).fit(table)
    rates = fitted.predict_rate([230, 247, 265])
    assert ((rates > 0) & (rates < 1)).all()
    # A histogram does not tell scores apart between two quantiles.
    assert rates[0] <= 0.5 <= rates[2]
    assert rates[0] < rates[2]
    assert np.isnan(fitted.predict_interval([230, 247])).all()
    bands = fitted.band_rates([(None, 239), (240, None)])
    assert bands["rate"].iloc[0] < bands["rate"].iloc[1]
    assert bands["n"].sum() == pytest.approx(1800)
    assert bands[["rate_low", "rate_high"]].isna().all(axis=None)


def test_normals_with_one_sd_are_a_logistic_curve(table):
    fitted = PublishedRate(method="normals, one sd").fit(table)
    rates = fitted.predict_rate([235, 245, 255])
    slopes = np.diff(np.log(rates / (1 - rates)))
    assert slopes == pytest.approx([10 * 9 / 12**2] * 2, rel=0.01)


def test_the_most_even_density_has_the_printed_quartiles():
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=900, min=210, q1=240, median=251, q3=259, max=284, mean=249, sd=14),
        not_matched=Summary(n=900, min=209, q1=233, median=243, q3=253, max=279, mean=242, sd=14),
        scale=(200, 300),
    )
    density = PublishedRate(method="maximum entropy").fit(table).density_matched_
    for value, share in ((240, 0.25), (251, 0.5), (259, 0.75)):
        at = value - 200
        assert density[:at].sum() + density[at] / 2 == pytest.approx(share, abs=0.002)
    assert _moments(density) == pytest.approx((249, 14), abs=0.1)


@pytest.mark.parametrize("method", METHODS)
def test_one_median_borrows_the_spread_of_the_other_outcome(method):
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=600, q1=243, median=251, q3=259),
        not_matched=Summary(n=300, median=243),
        scale=(200, 300),
    )
    fitted = PublishedRate(method=method).fit(table)
    assert np.isfinite(fitted.predict_rate(GRID)).all()
    loose = method in {"piecewise uniform", "monotone cubic"}
    _, sd = _moments(fitted.density_not_matched_)
    assert sd == pytest.approx(16 / 1.349, abs=5.0 if loose else 0.8)


@pytest.mark.parametrize("n", [15, 150, 5000])
def test_the_formulas_find_a_normals_mean_and_sd(n):
    printed = _printed(250.0, 12.0, n)
    assert luo_mean(printed) == pytest.approx(250)
    assert wan_sd(printed) == pytest.approx(12, rel=0.06)
    assert shi_sd(printed) == pytest.approx(12, rel=0.06)


def test_the_formulas_weigh_the_digits_as_their_papers_say():
    quartiles = Summary(n=100, q1=40, median=52, q3=60)
    weight = 0.7 + 0.39 / 100
    assert luo_mean(quartiles) == pytest.approx(weight * 50 + (1 - weight) * 52)
    assert wan_sd(quartiles) == pytest.approx(20 / (2 * norm.ppf(74.875 / 100.25)))
    five = Summary(n=100, min=10, q1=40, median=52, q3=60, max=80)
    outer, inner = 2.2 / (2.2 + 100**0.75), 0.7 - 0.72 / 100**0.55
    wanted = outer * 45 + inner * 50 + (1 - outer - inner) * 52
    assert luo_mean(five) == pytest.approx(wanted)
    extreme, quarter = norm.ppf(99.625 / 100.25), norm.ppf(74.875 / 100.25)
    assert wan_sd(five) == pytest.approx((70 / (2 * extreme) + 20 / (2 * quarter)) / 2)
    first, second = (2 + 0.14 * 100**0.6) * extreme, (2 + 2 / (0.07 * 100**0.6)) * quarter
    assert shi_sd(five) == pytest.approx(70 / first + 20 / second)


def test_a_formula_without_its_digits_has_no_answer():
    median = Summary(n=100, median=52)
    assert luo_mean(median) is None
    assert wan_sd(median) is None
    assert shi_sd(Summary(n=100, q1=40, median=52, q3=60)) is None


def test_the_figures_to_compare_with_r_are_printed(capsys):
    assert main() == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == ["luo", "shi", "bc", "qe"]
