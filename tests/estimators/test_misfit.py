"""The misfit diagnostic and the printing of samples."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.stats import binom, chi2

from imgstats import LogisticRate, PublishedTables, TiltRate
from imgstats.errors import InputError, TableError, WorkError
from imgstats.estimators import misfit
from imgstats.estimators.misfit import misfit_p, print_digits
from imgstats.tables import Band, BandTable, Rounding

ALL = ("min", "q1", "median", "q3", "max", "mean", "sd")


@pytest.fixture(scope="module")
def table():
    return PublishedTables().outcome_summary(group="non_us_img", year="2026")


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 8, 101, 1000])
def test_printed_digits_are_those_of_the_sorted_sample(n):
    random = np.random.default_rng(n)
    grid = np.arange(209.0, 301.0)
    values = np.sort(random.choice(grid, n))
    counts = np.array([(values == x).sum() for x in grid])
    printed = print_digits(counts, grid, ALL, Rounding())
    assert printed.min == values[0]
    assert printed.max == values[-1]
    assert printed.median == np.median(values)
    assert printed.q1 == values[int(np.ceil(n / 4)) - 1]
    assert printed.q3 == values[int(np.ceil(3 * n / 4)) - 1]
    assert printed.mean == np.floor(values.mean() + 0.5)


def test_a_unit_of_nought_prints_exactly():
    printed = print_digits(np.array([1, 2]), np.array([1.0, 2.0]), ("mean",), Rounding(mean=0))
    assert printed.mean == pytest.approx(5 / 3)


def test_the_same_seed_gives_the_same_p(table):
    fitted = TiltRate().fit(table)
    assert misfit_p(fitted, n_refits=20, seed=3) == misfit_p(fitted, n_refits=20, seed=3)


@pytest.mark.slow
def test_the_digits_speak_against_a_straight_line(table):
    assert misfit_p(TiltRate(degree=1).fit(table), n_refits=300) < 0.05
    assert misfit_p(TiltRate().fit(table), n_refits=300) > 0.02


@pytest.mark.slow
def test_p_of_a_true_model_is_not_small_too_often():
    # Digits drawn from a fitted curve: the p of the same curve must be spread over 0 to 1.
    fitted = TiltRate(degree=1).fit(
        PublishedTables().outcome_summary(group="non_us_img", year="2026", specialty="Neurology")
    )
    random = np.random.default_rng(1)
    from imgstats.estimators.misfit import _sample_table

    found = [
        misfit_p(TiltRate(degree=1).fit(_sample_table(fitted, random)), n_refits=40, seed=i)
        for i in range(25)
    ]
    assert np.mean(np.array(found) < 0.05) <= 0.2
    assert 0.25 < np.mean(found) < 0.75


@pytest.mark.parametrize("name", ["n_refits", "enough"])
def test_no_refit_is_refused(table, name):
    with pytest.raises(InputError, match=f"{name} is 0"):
        misfit_p(TiltRate().fit(table), **{name: 0})


# Drawing stops when enough is known


class _Counted(LogisticRate):
    """Counts its refits."""

    refits = 0

    def refit_chi2(self, table):
        self.refits += 1
        return super().refit_chi2(table)


def test_the_drawing_stops_at_enough_that_fit_as_badly():
    fitted = _Counted().fit(LINE)
    p = misfit_p(fitted, n_refits=500, enough=20)
    assert p == 20 / fitted.refits
    assert 20 <= fitted.refits < 100


def test_a_small_p_draws_to_the_end():
    fitted = _Counted().fit(HUMP)
    assert misfit_p(fitted, n_refits=30, enough=20) == 1 / 31
    assert fitted.refits == 30


@pytest.mark.parametrize(
    ("draws", "enough", "p"),
    [
        ([3.0, 1.0, 2.0, 0.0], 2, 2 / 3),
        ([3.0, 1.0, 1.0, 2.0], 2, 2 / 4),
        ([3.0, 1.0, 1.0], 2, 2 / 4),
        ([1.0, 1.0, 1.0], 1, 1 / 4),
        # What cannot be fitted is no draw.
        ([None, 3.0, None, 2.0], 2, 2 / 2),
        ([None, 1.0], 2, 1 / 2),
        ([None], 2, 1.0),
    ],
)
def test_p_is_that_of_besag_and_clifford(draws, enough, p):
    assert misfit._sequential_p(draws, 2.0, enough, len(draws)) == pytest.approx(p)


@pytest.mark.parametrize("level", [0.01, 0.05, 0.2, 0.5])
def test_under_the_null_p_is_under_a_level_no_more_often_than_the_level(level):
    # One misfit and its samples' are exchangeable: the table's rank among all is uniform.
    random = np.random.default_rng(5)
    times = 4000
    found = [misfit._sequential_p(random.random(99), random.random(), 5, 99) for _ in range(times)]
    assert np.sum(np.array(found) <= level) <= binom.ppf(0.999, times, level)
    assert np.sum(np.array(found) <= 0.5) >= binom.ppf(0.001, times, 0.5)


@pytest.mark.parametrize("error", [TableError("no top"), WorkError("not settled")])
def test_a_sample_that_cannot_be_fitted_is_no_draw(error):
    class Picky(LogisticRate):
        asked = 0

        def refit_chi2(self, table):
            self.asked += 1
            if self.asked % 2:
                raise error
            return super().refit_chi2(table)

    fitted = Picky().fit(HUMP)
    # The drawing goes on until so many could be fitted.
    assert misfit_p(fitted, n_refits=20) == 1 / 21
    assert fitted.asked == 40


# Bands

ENDS = [(None, 219), (220, 229), (230, 239), (240, 249), (250, 259), (260, None)]


def _bands(n, rates):
    matched = [round(each * rate) for each, rate in zip(n, rates, strict=True)]
    rows = [(*ends, m, each - m) for ends, m, each in zip(ENDS, matched, n, strict=True)]
    return BandTable.from_counts("step2_ck", rows)


def _in_per_cents(table):
    return BandTable(
        measure=table.measure,
        bands=tuple(
            Band(low=b.low, high=b.high, n=b.n, rate=round(b.rate, 2), rate_unit=0.01)
            for b in table.bands
        ),
    )


N = (40, 100, 140, 200, 180, 90)
LINE = _bands(N, (0.25, 0.32, 0.43, 0.54, 0.66, 0.76))
HUMP = _bands(N, (0.2, 0.5, 0.8, 0.8, 0.5, 0.2))
SMALL = _bands((6, 9, 12, 12, 8, 5), (0.2, 0.3, 0.4, 0.5, 0.6, 0.8))


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["linear", "spline"])
@pytest.mark.parametrize("printed", [lambda table: table, _in_per_cents])
def test_with_large_bands_p_is_that_of_the_chi_squared(shape, printed):
    # Not quite on a line, so that p is neither small nor 1.
    table = printed(_bands([3 * each for each in N], (0.25, 0.34, 0.42, 0.52, 0.68, 0.74)))
    fitted = LogisticRate(shape=shape).fit(table)
    p = misfit_p(fitted, n_refits=300, enough=300)
    assert p == pytest.approx(chi2.sf(fitted.chi2_, fitted.dof_), abs=0.07)


@pytest.mark.slow
@pytest.mark.parametrize("shape", ["linear", "spline"])
def test_a_hump_speaks_against_a_line(shape):
    p = misfit_p(LogisticRate(shape=shape).fit(HUMP), n_refits=200)
    assert p is not None
    assert (p < 0.01) == (shape == "linear")


def test_a_curve_with_a_coefficient_a_band_has_no_p():
    table = BandTable.from_counts("x", [(1, 1, 5, 9), (2, 2, 7, 7), (3, 3, 9, 4)])
    assert misfit_p(LogisticRate(shape="spline").fit(table)) is None


@pytest.mark.slow
@pytest.mark.parametrize("printed", [lambda table: table, _in_per_cents])
def test_the_same_seed_gives_the_same_p_of_bands(printed):
    bumpy = _bands((6, 9, 12, 12, 8, 5), (0.2, 0.5, 0.3, 0.6, 0.4, 0.8))
    fitted = LogisticRate().fit(printed(bumpy))
    # All samples are drawn: where the drawing stops early two seeds may stop at the same number.
    found = [misfit_p(fitted, n_refits=60, seed=seed, enough=61) for seed in (3, 3, 4)]
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize("printed", [lambda table: table, _in_per_cents])
def test_a_sample_of_bands_is_printed_as_the_table(printed):
    table = printed(SMALL)
    sample = misfit._sample_bands(LogisticRate().fit(table), np.random.default_rng(0))
    for drawn, band in zip(sample.bands, table.bands, strict=True):
        assert (drawn.low, drawn.high, drawn.n, drawn.rate_unit) == (
            band.low, band.high, band.n, band.rate_unit,
        )  # fmt: skip
        assert (drawn.matched is None) == (band.matched is None)
        percent = 100 * (drawn.rate or 0.0)
        assert band.rate_unit == 0 or percent == pytest.approx(round(percent))


def test_samples_follow_the_fitted_rates():
    fitted = LogisticRate().fit(LINE)
    random = np.random.default_rng(0)
    samples = [misfit._sample_bands(fitted, random) for _ in range(300)]
    rates = np.array([[band.rate or 0.0 for band in each.bands] for each in samples]).mean(axis=0)
    # Three standard errors of the smallest band.
    np.testing.assert_allclose(rates, fitted.fitted_rates_, atol=3 * np.sqrt(0.25 / 40 / 300))


def test_the_table_itself_refits_to_its_own_misfit():
    fitted = LogisticRate(shape="spline").fit(LINE)
    assert fitted.refit_chi2(LINE) == pytest.approx(fitted.chi2_, rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize("printed", [lambda table: table, _in_per_cents])
def test_p_of_a_true_line_is_spread_over_0_to_1_in_small_bands(printed):
    truth = LogisticRate().fit(SMALL)
    random = np.random.default_rng(11)
    found: list[float] = []
    while len(found) < 25:
        sample = printed(misfit._sample_bands(truth, random))
        try:
            fitted = LogisticRate().fit(sample)
        except TableError:
            continue
        p = misfit_p(fitted, n_refits=40, enough=10, seed=len(found))
        assert p is not None
        found.append(p)
    assert np.mean(np.array(found) <= 0.1) <= 0.2
    assert 0.35 < np.mean(found) < 0.7


def test_an_empty_band_is_no_one_to_draw():
    table = BandTable.from_counts("x", [(1, 1, 5, 9), (2, 2, 0, 0), (3, 3, 9, 4), (4, 4, 8, 2)])
    assert misfit_p(LogisticRate().fit(table), n_refits=50) > 0.05


# Several tables at once


def test_a_tilt_refits_its_own_table_to_its_own_misfit(table):
    for fitted in (TiltRate().fit(table), TiltRate(degree=3).fit(table)):
        assert fitted.refit_chi2s([table]) == [pytest.approx(fitted.chi2_, rel=1e-4)]


@pytest.mark.parametrize("estimator", [TiltRate(), TiltRate(degree=1), TiltRate(shape="rising")])
def test_tables_that_are_refitted_at_once_have_the_misfits_of_each_alone(table, estimator):
    fitted = estimator.fit(table)
    random = np.random.default_rng(4)
    samples = [misfit._sample_table(fitted, random) for _ in range(12)]
    # A tie prints one digit less, so these are two kinds.
    tied = replace(samples[3].matched, q1=samples[3].matched.median)
    samples[3] = replace(samples[3], matched=tied)
    together = fitted.refit_chi2s(samples)
    alone = [fitted.refit_chi2s([each])[0] for each in samples]
    assert len(set(together)) == 12
    np.testing.assert_allclose(together, alone, rtol=0.01)
