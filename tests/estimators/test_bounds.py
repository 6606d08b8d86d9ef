"""`RateBounds`: what printed digits allow, rung by rung."""

import numpy as np
import pytest
from sklearn.base import clone

from imgstats import OutcomeSummary, PublishedTables, Summary, TiltRate
from imgstats.errors import InputError, TableError
from imgstats.estimators import RateBounds
from imgstats.estimators.bounds import LADDER

BANDS = [(240, 249), (250, 259), (240, None), (None, 250)]


@pytest.fixture(scope="module")
def table():
    return PublishedTables().outcome_summary(group="non_us_img", year="2026")


@pytest.fixture(scope="module")
def digits(table):
    return RateBounds(assumption="digits").fit(table)


@pytest.fixture(scope="module")
def smooth(table):
    return RateBounds(assumption="smooth").fit(table)


@pytest.fixture(scope="module")
def rungs(table, digits, smooth):
    fitted = [digits, RateBounds(assumption="unimodal").fit(table), smooth]
    assert [each.assumption for each in fitted] == list(LADDER)
    return {each.assumption: each.band_rates(BANDS) for each in fitted}


def _limits(frame, position):
    return frame.iloc[position][["rate_low", "rate_high"]].to_numpy(dtype=float)


@pytest.mark.slow
def test_half_lines_are_bounded_by_the_digits_alone(rungs):
    # Computed once by other means: 240 and above 0.49 to 0.66, 250 and below 0.24 to 0.49.
    assert np.allclose(_limits(rungs["digits"], 2), [0.49, 0.66], atol=0.01)
    assert np.allclose(_limits(rungs["digits"], 3), [0.24, 0.49], atol=0.01)


@pytest.mark.slow
def test_a_band_is_nearly_free_without_a_shape(rungs):
    assert np.allclose(_limits(rungs["digits"], 0), [0, 1], atol=0.01)


@pytest.mark.slow
def test_a_single_peak_and_smoothness_narrow_a_band(rungs):
    assert np.allclose(_limits(rungs["unimodal"], 0), [0.13, 0.69], atol=0.025)
    assert np.allclose(_limits(rungs["smooth"], 0), [0.23, 0.62], atol=0.025)


@pytest.mark.slow
@pytest.mark.parametrize("position", range(len(BANDS)))
def test_smooth_lies_within_unimodal(rungs, position):
    wide, narrow = _limits(rungs["unimodal"], position), _limits(rungs["smooth"], position)
    assert wide[0] <= narrow[0] + 1e-6
    assert narrow[1] <= wide[1] + 1e-6


@pytest.mark.slow
@pytest.mark.parametrize("position", range(len(BANDS)))
def test_the_fitted_curve_lies_within_all_bounds(table, rungs, position):
    # The bounds speak of the sample, so the curve gets the sample's base rate.
    sample = OutcomeSummary(
        measure="step2_ck",
        matched=table.matched,
        not_matched=table.not_matched,
        scale=table.scale,
    )
    rate = TiltRate().fit(sample).band_rates(BANDS)["rate"].iloc[position]
    for frame in rungs.values():
        low, high = _limits(frame, position)
        assert low - 0.005 <= rate <= high + 0.005


@pytest.mark.slow
def test_a_rising_rate_is_a_branch_of_its_own(digits):
    found = digits.monotone_rates([(240, 249)])
    low, high = found[["rate_low", "rate_high"]].iloc[0]
    assert 0.15 < low < 0.45 < high < 0.75


def test_bounds_name_no_rate(digits):
    assert np.isnan(digits.predict_rate([240, 250])).all()
    assert digits.predict_interval([240]).tolist() == [[0.0, 1.0]]


@pytest.mark.slow
def test_a_true_population_lies_within_its_own_bounds():
    # Exact shares of a population whose rate in each band is known.
    grid = np.arange(209, 301)
    shares = {
        "matched": np.exp(-((grid - 250) ** 2) / 400),
        "not_matched": np.exp(-((grid - 243) ** 2) / 400),
    }
    summaries, inside = {}, (grid >= 240) & (grid <= 249)
    for name, weights in shares.items():
        counts = np.floor(weights / weights.sum() * 20_000).astype(int)
        values = np.repeat(grid, counts)
        shares[name] = counts / counts.sum()
        summaries[name] = Summary(
            n=len(values),
            min=values[0],
            q1=values[int(np.ceil(len(values) / 4)) - 1],
            median=values[len(values) // 2 - 1],
            q3=values[int(np.ceil(len(values) * 3 / 4)) - 1],
            max=values[-1],
            mean=round(values.mean()),
            sd=round(values.std(ddof=1)),
        )
    table = OutcomeSummary(
        measure="step2_ck",
        matched=summaries["matched"],
        not_matched=summaries["not_matched"],
        scale=(209, 300),
    )
    n1, n0 = table.counts
    first, second = (
        n * shares[name][inside].sum() for n, name in ((n1, "matched"), (n0, "not_matched"))
    )
    for name in LADDER:
        low, high = _limits(RateBounds(assumption=name).fit(table).band_rates([(240, 249)]), 0)
        assert low <= first / (first + second) <= high, name


def test_digits_that_no_sample_prints_are_refused():
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=400, min=210, q1=241, median=251, q3=259, max=284, sd=28, mean=250),
        not_matched=Summary(n=400, min=210, q1=241, median=251, q3=259, max=284, sd=15, mean=250),
    )
    with pytest.raises(TableError, match="no distribution prints"):
        RateBounds(assumption="digits").fit(table)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"assumption": "none"}, "assumption is 'none'; allowed: digits, unimodal, smooth"),
        ({"ratio": 1.0}, "ratio is 1.0"),
        ({"joint_level": 1}, "level 1"),
    ],
)
def test_parameters_are_judged(table, change, message):
    with pytest.raises(InputError, match=message):
        RateBounds(**change).fit(table)


def test_extremes_are_needed():
    table = OutcomeSummary(
        measure="step2_ck", matched=Summary(n=9, median=1), not_matched=Summary(n=9, median=1)
    )
    with pytest.raises(TableError, match="n, min or max is missing"):
        RateBounds().fit(table)


def test_a_clone_has_the_same_parameters():
    assert clone(RateBounds(ratio=1.4)).get_params()["ratio"] == 1.4


def test_an_upside_down_band_is_refused(digits):
    with pytest.raises(InputError, match="low at or below high"):
        digits.band_rates([(250, 240)])


def test_the_solver_prints_nothing(table, capfd):
    RateBounds(assumption="digits").fit(table).band_rates([(240, None)])
    assert capfd.readouterr() == ("", "")


def _alone(bounds, points):
    return [bounds.predict_interval(each)[0] for each in points]


def test_many_scores_at_once_have_the_bounds_of_each_alone(digits):
    points = [220, 241, 242, 275]
    np.testing.assert_allclose(digits.predict_interval(points), _alone(digits, points), atol=1e-6)


@pytest.mark.slow
def test_many_scores_at_once_have_the_smooth_bounds_of_each_alone(smooth):
    points = [220, 241, 242, 275]
    np.testing.assert_allclose(smooth.predict_interval(points), _alone(smooth, points), atol=1e-6)
