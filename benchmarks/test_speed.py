"""How long the estimators take, as ratios within one run where a ratio means something.

Run with ``make benchmarks``. Times depend on the machine and on what else it does, so none is
asserted; that what was timed gave an answer is. The tests do not run these.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.special import expit

from imgstats import OutcomeSummary, PublishedTables, RankListRate, RateBounds, TiltRate
from imgstats.curves import layout, store
from imgstats.curves.compute import compute_curve
from imgstats.curves.store import curve_for
from imgstats.curves.tasks import fit_all, wanted_curves
from imgstats.estimators.bounds import LADDER
from imgstats.estimators.misfit import misfit_p
from imgstats.joint.margin import margin_from_curve
from imgstats.joint.rates import joint_range
from imgstats.sources import data_root

if TYPE_CHECKING:
    from pytest_benchmark.fixture import BenchmarkFixture

BANDS = [(low, low + 9) for low in range(210, 290, 10)]
MILLION = np.random.default_rng(0).integers(210, 285, 1_000_000)


def forget_files() -> None:
    """Let the next lookup parse its files again, as the first one of a process does."""
    layout._lines.cache_clear()  # noqa: SLF001
    store._parsed_manifest.cache_clear()  # noqa: SLF001


@pytest.fixture(scope="module")
def table() -> OutcomeSummary:
    return PublishedTables().outcome_summary(group="non_us_img", year="2026")


@pytest.mark.benchmark(group="one fit with its interval (aim: 0.2 s)")
def test_one_fit_with_its_interval(benchmark: BenchmarkFixture, table: OutcomeSummary) -> None:
    limits = benchmark(lambda: TiltRate().fit(table).predict_interval(np.arange(209, 285)))
    assert (limits[:, 0] < limits[:, 1]).all()


@pytest.mark.benchmark(group="500 refits on one core (aim: 1 s on two)")
def test_five_hundred_refits(benchmark: BenchmarkFixture, table: OutcomeSummary) -> None:
    fitted = TiltRate().fit(table)
    p = benchmark.pedantic(lambda: misfit_p(fitted, n_refits=500, enough=501), rounds=3)  # type: ignore[no-untyped-call]
    assert 0 < p <= 1


@pytest.mark.benchmark(group="all defaults for internal medicine (aim: 3 s)")
def test_all_defaults_for_internal_medicine(
    benchmark: BenchmarkFixture, table: OutcomeSummary
) -> None:
    ranks = PublishedTables().outcome_summary(
        group="non_us_img", year="2026", measure="contiguous_ranks"
    )
    bands, limits = benchmark(
        lambda: (
            TiltRate().fit(table).band_rates(BANDS),
            RankListRate().fit(ranks).predict_interval(np.arange(1, 45)),
        )
    )
    assert len(bands) == len(BANDS)
    assert (limits[:, 0] < limits[:, 1]).all()


@pytest.mark.benchmark(group="bounds of all bands, a rung each (aim: 5 s)")
@pytest.mark.parametrize("rung", LADDER)
def test_bounds_of_all_bands(benchmark: BenchmarkFixture, table: OutcomeSummary, rung: str) -> None:
    bands = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: RateBounds(assumption=rung).fit(table).band_rates(BANDS), rounds=2
    )
    assert (bands["rate_low"] <= bands["rate_high"]).all()


@pytest.mark.benchmark(group="a curve with its rivals (aim: 60 ms for a lookup)")
def test_a_curve_looked_up(benchmark: BenchmarkFixture, table: OutcomeSummary) -> None:
    assert benchmark(lambda: curve_for(table)).key.measure == table.measure


@pytest.mark.benchmark(group="a curve with its rivals (aim: 60 ms for a lookup)")
def test_a_curve_looked_up_with_files_parsed_anew(
    benchmark: BenchmarkFixture, table: OutcomeSummary
) -> None:
    curve = benchmark.pedantic(  # type: ignore[no-untyped-call]
        lambda: curve_for(table), setup=forget_files, rounds=10
    )
    assert curve.key.measure == table.measure


@pytest.mark.benchmark(group="a curve with its rivals (aim: 60 ms for a lookup)")
def test_a_curve_fitted(benchmark: BenchmarkFixture, table: OutcomeSummary) -> None:
    curve = benchmark.pedantic(lambda: compute_curve(table), rounds=3)  # type: ignore[no-untyped-call]
    assert curve.estimator == "TiltRate()"


@pytest.mark.benchmark(group="a joint range over all correlations (aim: 50 ms)")
def test_a_joint_range(benchmark: BenchmarkFixture) -> None:
    tables = PublishedTables()
    base_rate = tables.counts(group="non_us_img", year="2026").rate
    score, ranks = (
        margin_from_curve(
            curve_for(tables.outcome_summary(group="non_us_img", year="2026", measure=name)), name
        )
        for name in ("step2_ck", "contiguous_ranks")
    )
    region = ((-0.9, 0.9), (-0.9, 0.9))
    found = benchmark(lambda: joint_range(base_rate, score, ranks, at=(242, 5), region=region))
    assert 0 < found.low < found.high < 1


@pytest.mark.benchmark(group="nine curves of a specialty in one process")
def test_the_curves_of_internal_medicine(benchmark: BenchmarkFixture) -> None:
    base = data_root()
    tasks = [
        task
        for task in wanted_curves(PublishedTables(), base)
        if task.key.specialty == "Internal Medicine" and task.table is not None
    ]
    curves = benchmark.pedantic(lambda: fit_all(tasks, 1), rounds=1)  # type: ignore[no-untyped-call]
    assert len(curves) == len(tasks) > 1


@pytest.mark.benchmark(group="a million whole scores (aim: 3 times the bare function)")
def test_a_million_rates(benchmark: BenchmarkFixture, table: OutcomeSummary) -> None:
    fitted = TiltRate().fit(table)
    assert len(benchmark(lambda: fitted.predict_rate(MILLION))) == len(MILLION)


@pytest.mark.benchmark(group="a million whole scores (aim: 3 times the bare function)")
def test_a_million_bare_logistic_values(benchmark: BenchmarkFixture) -> None:
    assert len(benchmark(lambda: expit(0.03 * MILLION - 7.5))) == len(MILLION)
