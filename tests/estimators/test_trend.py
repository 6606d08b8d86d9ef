"""`TrendRate`: forecasts from yearly rates, and whether their intervals hold."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from scipy.special import expit, logit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from imgstats.errors import InputError, TableError, WorkError
from imgstats.estimators import trend_model
from imgstats.estimators.trend import TrendRate, YearRate

GROUPS = ("us_img", "non_us_img")


def _years(matched, n=1000, first=2010):
    return [YearRate(year=first + i, matched=m, n=n) for i, m in enumerate(matched)]


RISING = _years([400, 430, 425, 460, 480, 470, 510, 530])


@pytest.fixture(scope="module")
def fitted():
    return TrendRate().fit(RISING)


@pytest.fixture(scope="module")
def shipped(tables):
    frame = tables.frame("pgy1_by_year")
    return {name: TrendRate().fit(frame[frame["applicant_group"] == name]) for name in GROUPS}


def test_fit_returns_self():
    estimator = TrendRate()
    assert estimator.fit(RISING) is estimator


def test_a_rising_series_is_taken_to_rise(fitted):
    assert fitted.forecast()["rate"][0] > 0.53


def test_without_drift_the_next_year_is_like_the_last():
    matched = [400_000, 430_000, 420_000, 450_000, 440_000, 460_000]
    fitted = TrendRate(drift=False).fit(_years(matched, n=1_000_000))
    assert fitted.forecast()["rate"][0] == pytest.approx(0.46, abs=1e-4)


def test_the_drift_is_the_mean_yearly_change_when_counts_are_huge():
    rate = expit(np.array([-0.2, -0.05, 0.12, 0.2, 0.33, 0.4, 0.55]))
    fitted = TrendRate().fit([YearRate(year=2000 + i, rate=r) for i, r in enumerate(rate)])
    assert fitted.drift_ == pytest.approx(0.75 / 6, rel=1e-6)


def test_far_years_are_known_less(fitted):
    frame = fitted.forecast(5)
    assert (np.diff(frame["high"] - frame["low"]) > 0).all()


def test_years_ahead_are_numbered_from_the_last(fitted):
    assert fitted.forecast(3)["year"].to_list() == [2018, 2019, 2020]


def test_the_first_year_ahead_does_not_depend_on_how_many_are_asked(fitted):
    one, three = fitted.forecast(1), fitted.forecast(3)
    np.testing.assert_allclose(one.iloc[0], three.iloc[0], rtol=1e-9)


def test_a_wider_level_gives_a_wider_interval(fitted):
    frames = [fitted.forecast(level=each) for each in (0.5, 0.8, 0.95, 0.999)]
    widths = [float(each["high"][0] - each["low"][0]) for each in frames]
    assert all(narrow < wide for narrow, wide in pairwise(widths))


def test_fewer_applicants_widen_the_interval():
    rates = [0.40, 0.43, 0.42, 0.46, 0.48, 0.47, 0.51, 0.53]
    widths = []
    for n in (10_000, 100):
        frame = TrendRate().fit(_years([round(n * rate) for rate in rates], n=n)).forecast()
        widths.append(frame["high"][0] - frame["low"][0])
    assert widths[0] < widths[1]


def test_the_order_of_years_does_not_matter(fitted):
    np.testing.assert_array_equal(TrendRate().fit(RISING[::-1]).forecast(), fitted.forecast())


def test_a_missing_year_is_a_row_of_its_own():
    frame = TrendRate().fit([*RISING[:3], *RISING[4:]]).rates_
    assert frame["rate"].isna().to_list() == [False] * 3 + [True] + [False] * 4


def test_a_missing_year_widens_little(fitted):
    gap = TrendRate().fit([*RISING[:3], *RISING[4:]]).forecast()
    assert gap["rate"][0] == pytest.approx(fitted.forecast()["rate"][0], abs=0.02)


def test_years_after_the_last_rate_are_for_the_forecast():
    later = [*RISING, YearRate(year=2018, matched=500)]
    assert TrendRate().fit(later).forecast()["year"].to_list() == [2018]


def test_a_frame_and_a_sequence_give_the_same(fitted):
    frame = pd.DataFrame(
        [{"match_year": e.year, "matched": e.matched, "active_applicants": e.n} for e in RISING]
    )
    np.testing.assert_array_equal(TrendRate().fit(frame).forecast(), fitted.forecast())


def test_counts_come_before_the_printed_rate():
    assert YearRate(year=2000, matched=1, n=3, rate=0.3).fraction == 1 / 3


def test_nobody_matched_is_no_level_of_zero():
    frame = TrendRate().fit(_years([0, 1, 0, 2, 1, 0, 1], n=20)).forecast()
    assert 0 < frame["low"][0] < frame["rate"][0] < 0.3


def test_a_series_that_never_moves_still_has_a_forecast():
    frame = TrendRate().fit(_years([500] * 8)).forecast()
    assert frame["low"][0] < 0.5 < frame["high"][0]


def test_the_shipped_series_hold_their_intervals(shipped):
    held = [each.rolling_origin()["held"] for each in shipped.values()]
    assert [(int(each.sum()), len(each)) for each in held] == [(8, 9), (10, 10)]


def test_the_year_that_was_missed_is_2023_of_us_imgs(shipped):
    frame = shipped["us_img"].rolling_origin()
    assert frame.loc[~frame["held"], "year"].to_list() == [2023]


def test_a_forecast_over_a_gap_counts_its_years(shipped):
    frame = shipped["us_img"].rolling_origin().set_index("year")
    assert frame.loc[2021, "steps"] == 3


def test_a_rolling_forecast_knows_nothing_of_later_years(shipped, tables):
    frame = tables.frame("pgy1_by_year")
    early = frame[(frame["applicant_group"] == "non_us_img") & (frame["match_year"] <= 2024)]
    alone = TrendRate().fit(early).forecast().iloc[0]
    row = shipped["non_us_img"].rolling_origin().set_index("year").loc[2025]
    np.testing.assert_allclose(
        row[["rate", "low", "high"]].astype(float), alone[["rate", "low", "high"]], rtol=1e-9
    )


def _held(years, step, n, replicates):
    random = np.random.default_rng(20260315)
    held = []
    for _ in range(replicates):
        level = 0.2 + np.cumsum(random.normal(0.03, step, years + 1))
        matched = random.binomial(n, expit(level))
        frame = TrendRate().fit(_years(matched[:-1], n=n)).forecast()
        held.append(frame["low"][0] <= matched[-1] / n <= frame["high"][0])
    return np.mean(held)


# Small runs; 200 replicates held 0.95 to 1.00.
@pytest.mark.slow
@pytest.mark.parametrize(("years", "step", "n"), [(6, 0.1, 4000), (12, 0.1, 4000), (12, 0.1, 60)])
def test_intervals_hold_the_next_year_of_a_walk(years, step, n):
    assert _held(years, step, n, 40) >= 0.9


@pytest.mark.slow
def test_a_known_step_gives_the_textbook_interval():
    # Steps of exactly +0.1 and -0.1 without drift: with many years their sd is known.
    level = np.cumsum([0.0] + [0.1, -0.1] * 150)
    ahead = trend_model.forecast(level, np.full(301, 1e-9), 1, 1e-9, drift=False)
    half = ahead.quantile(0.975)[0] - level[-1]
    assert half == pytest.approx(1.96 * 0.1, rel=0.03)


def test_a_pickle_forecasts_the_same(fitted):
    copy = pickle.loads(pickle.dumps(fitted))  # noqa: S301  made here
    np.testing.assert_array_equal(copy.forecast(), fitted.forecast())


def test_a_clone_has_nothing_learned(fitted):
    with pytest.raises(NotFittedError, match="not fitted"):
        clone(fitted).forecast()


def test_a_second_fit_forgets_the_first(fitted):
    again = TrendRate().fit(_years([1, 5, 2, 8, 3, 4], n=9)).fit(RISING)
    np.testing.assert_array_equal(again.forecast(), fitted.forecast())


def test_fit_learns_names_that_end_in_an_underscore(fitted):
    learned = set(vars(fitted)) - set(vars(TrendRate()))
    assert all(name.endswith("_") for name in learned)


def test_few_years_are_refused():
    with pytest.raises(TableError, match="5 years with a rate; allowed: 6 or more"):
        TrendRate().fit(RISING[:5])


def test_years_without_a_rate_do_not_count():
    with pytest.raises(TableError, match="5 years with a rate"):
        TrendRate().fit([*RISING[:5], YearRate(year=2015, n=1000)])


def test_a_year_twice_is_refused(tables):
    with pytest.raises(TableError, match=r"year 2008 is there twice.*choose one group"):
        TrendRate().fit(tables.frame("pgy1_by_year"))


@pytest.mark.parametrize("wrong", [None, 3, "text", {"year": 2010}, [(2010, 1, 2)]], ids=repr)
def test_what_is_no_series_is_refused(wrong):
    with pytest.raises(TableError, match="TrendRate got"):
        TrendRate().fit(wrong)


def test_a_frame_without_years_is_refused():
    with pytest.raises(TableError, match="also match_year or year"):
        TrendRate().fit(pd.DataFrame({"rate": [0.5] * 8}))


def test_an_edge_rate_without_count_is_refused():
    with pytest.raises(TableError, match="2006: rate 1 without n"):
        TrendRate().fit([YearRate(year=2000 + i, rate=min(1.0, 0.4 + i / 10)) for i in range(7)])


@pytest.mark.parametrize(
    ("numbers", "match"),
    [
        ({"matched": 5, "n": 4}, "5 matched of n 4"),
        ({"matched": 0, "n": 0}, "0 matched of n 0"),
        ({"rate": 56.4}, "give 56.4 % as 0.564"),
        ({"matched": 1.5, "n": 4}, "matched is 1.5"),
    ],
)
def test_an_impossible_year_is_refused(numbers, match):
    with pytest.raises(TableError, match=match):
        YearRate(year=2010, **numbers)


def test_half_a_year_is_refused():
    with pytest.raises(TableError, match=r"year is 2010\.5"):
        YearRate(year=2010.5, rate=0.5)  # type: ignore[arg-type]


@pytest.mark.parametrize("steps", [0, -1, 1.5, True])
def test_steps_out_of_range_are_refused(fitted, steps):
    with pytest.raises(InputError, match="steps is"):
        fitted.forecast(steps)


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_out_of_range_is_refused(fitted, level):
    with pytest.raises(InputError, match="level"):
        fitted.forecast(level=level)


def test_a_rolling_origin_needs_six_years(fitted):
    with pytest.raises(InputError, match="min_years is 5; allowed: a whole number, 6 or more"):
        fitted.rolling_origin(5)


def test_a_rolling_origin_needs_a_year_to_look_at(fitted):
    with pytest.raises(TableError, match="8 years with a rate; allowed: more than min_years"):
        fitted.rolling_origin(8)


def test_drift_is_true_or_false():
    with pytest.raises(InputError, match="drift is 'some'"):
        TrendRate(drift="some").fit(RISING)  # type: ignore[arg-type]


def test_what_statsmodels_warns_of_is_an_error(monkeypatch):
    def warn(*_arguments, **_options):
        raise UserWarning("no convergence")

    monkeypatch.setattr(trend_model, "_forecast", warn)
    with pytest.raises(WorkError, match="the trend could not be fitted: no convergence"):
        trend_model.forecast(logit([0.5] * 6), np.full(6, 0.01), 1, 0.01, drift=True)
