"""`TransportedRate`: the named calculation, its spread, and what it tells."""

from __future__ import annotations

import pickle
import warnings
from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from scipy.stats import t as student
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from imgstats.errors import ExtrapolationWarning, InputError, TableError
from imgstats.estimators import TiltRate, transported_model
from imgstats.estimators.transported import TransportedRate
from imgstats.specialties import ALL_SPECIALTIES
from imgstats.tables import Context, CountTable, OutcomeSummary, Summary
from imgstats.tables.unsaid.gaps import JUDGED_TAU, GapPair

BANDS = [(None, 219), (220, 229), (230, 239), (240, 249), (250, None)]
LEVELS = (0.5, 0.8, 0.95, 0.999)


def _means(tables, group):
    rows = tables.select("summaries", applicant_group=group, match_year="2018", measure="step2_ck")
    return OutcomeSummary.from_frame(rows)


@pytest.fixture(scope="module")
def counts(tables):
    return {
        "own": tables.counts(group="us_img", year="2026", specialty=ALL_SPECIALTIES),
        "kin": tables.counts(group="non_us_img", year="2026", specialty=ALL_SPECIALTIES),
        "kin_specific": tables.counts(group="non_us_img", year="2026"),
    }


@pytest.fixture(scope="module")
def scores(tables):
    slope = TiltRate().fit(tables.outcome_summary(group="non_us_img", year="2026"))
    return {
        "slope": slope,
        "own_scores": _means(tables, "us_img"),
        "kin_scores": _means(tables, "non_us_img"),
    }


@pytest.fixture(scope="module")
def plain(counts, tables):
    return TransportedRate().fit(**counts, history=tables.frame("pgy1_by_year"))


@pytest.fixture(scope="module")
def sloped(counts, scores):
    return TransportedRate().fit(**counts, **scores)


def test_the_rate_of_us_imgs_in_internal_medicine(plain):
    gap = logit(2949 / 4210) - logit(6733 / 11944)
    assert plain.base_rate_ == pytest.approx(expit(logit(3392 / 6992) + gap))


@pytest.mark.parametrize(
    ("tau", "low", "high"), [(0.15, 0.54, 0.72), (0.25, 0.47, 0.77), (JUDGED_TAU, 0.41, 0.81)]
)
def test_the_table_over_tau(plain, tau, low, high):
    row = plain.table_over_tau([tau]).iloc[0]
    np.testing.assert_allclose(row[["rate_low", "rate_high"]].to_list(), [low, high], atol=0.007)


def test_score_242_lies_above_the_middle_of_us_imgs(sloped):
    low, high = sloped.predict_interval(242)[0]
    found = [sloped.predict_rate(242)[0], low, high]
    np.testing.assert_allclose(found, [0.67, 0.43, 0.83], atol=0.03)


def test_us_imgs_have_lower_scores_than_the_others(sloped):
    assert sloped.mean_score_ == pytest.approx(239, abs=1)


def test_bends_are_not_carried_over(counts, scores, tables, sloped):
    line = TiltRate(degree=1).fit(tables.outcome_summary(group="non_us_img", year="2026"))
    straight = TransportedRate().fit(**counts, **scores | {"slope": line})
    np.testing.assert_allclose(
        sloped.predict_rate([230, 242, 255]), straight.predict_rate([230, 242, 255]), atol=0.01
    )


def test_rates_over_the_score_average_to_the_base_rate(sloped):
    rate = sloped.band_rates([(None, None)])["rate"][0]
    assert rate == pytest.approx(sloped.base_rate_, abs=1e-9)


def test_the_same_scores_put_the_base_rate_in_the_same_middle(counts, scores):
    own = replace(scores["kin_scores"], context=Context())
    fitted = TransportedRate().fit(**counts, **scores | {"own_scores": own})
    assert fitted.mean_score_ is not None
    assert fitted.predict_rate(fitted.mean_score_)[0] == pytest.approx(fitted.base_rate_, abs=0.015)


def test_without_a_slope_the_rate_is_the_same_everywhere(plain):
    assert set(plain.predict_rate([210, 242, 280])) == {plain.predict_rate(242)[0]}


def _pairs(differences, cell=100_000):
    """Return pairs whose gap in the specialty is so much wider, of so many people."""
    even = CountTable(matched=cell, not_matched=cell)
    return tuple(
        GapPair(
            own=even,
            kin=even,
            own_specific=CountTable(
                matched=round(2 * cell * expit(each)),
                not_matched=2 * cell - round(2 * cell * expit(each)),
            ),
            kin_specific=even,
        )
        for each in differences
    )


def test_pairs_that_decide_give_the_spread_and_say_so(counts):
    found = TransportedRate().fit(**counts, pairs=_pairs([0.1, -0.12, 0.09, -0.1, 0.11] * 3))
    assert found.spread_ is not None
    assert found.tau_ == found.spread_.estimate == pytest.approx(0.105, abs=0.01)
    said = " ".join(found.against_)
    assert "is estimated from 15 specialties" in said
    assert "judgement" not in said


def test_pairs_that_do_not_decide_give_no_less_than_the_judgement(counts):
    for differences in ([0.01], [0.3, -0.2], [0.0] * 20):
        found = TransportedRate().fit(**counts, pairs=_pairs(differences))
        assert found.tau_ == JUDGED_TAU
        assert f"The spread of {JUDGED_TAU}" in " ".join(found.against_)
    assert TransportedRate().fit(**counts, pairs=_pairs([1.0])).tau_ == pytest.approx(1, abs=0.01)


def test_a_spread_that_was_asked_for_is_used_whatever_the_pairs(counts):
    found = TransportedRate(tau=0.1).fit(**counts, pairs=_pairs([1.0]))
    assert (found.tau_, found.spread_) == (0.1, None)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.floats(-1, 1), min_size=1, max_size=6))
def test_no_pairs_move_the_rate(differences):
    table = CountTable(matched=50, not_matched=60)
    one = TransportedRate().fit(own=table, kin=table, kin_specific=table)
    other = TransportedRate().fit(
        own=table, kin=table, kin_specific=table, pairs=_pairs(differences)
    )
    assert other.base_rate_ == one.base_rate_
    assert other.tau_ >= one.tau_


def test_the_mean_gap_of_years_moves_rate_steps_and_sampling(counts, scores, tables, sloped):
    history = tables.frame("pgy1_by_year")
    found = TransportedRate(gap_years=5).fit(**counts, **scores, history=history)
    assert found.gap_by_year_ is not None
    rows = found.gap_by_year_.tail(5)
    assert found.gap_years_ == (2022, 2026)
    assert found.gap_ == pytest.approx(rows["gap"].mean())
    assert found.base_rate_ == pytest.approx(expit(logit(3392 / 6992) + found.gap_))
    specific = 1 / 3392 + 1 / 3600
    assert found.base_variance_ == pytest.approx(rows["variance"].sum() / 25 + specific)
    assert found.derivation_[2].label.endswith("mean of 2022 to 2026")
    assert found.derivation_[2].value == found.gap_
    assert found.band_rates([(None, None)])["rate"][0] == pytest.approx(found.base_rate_, abs=1e-9)
    assert found.predict_rate(242) < sloped.predict_rate(242)


def test_the_variance_of_a_years_gap_is_that_of_its_counts(plain):
    rows = plain.gap_by_year_.set_index("match_year")
    parts = [2949, 1261, 6733, 5211]
    assert rows.loc[2026, "variance"] == pytest.approx(sum(1 / n for n in parts))
    assert rows["variance"].notna().all()


def test_no_later_year_enters_the_mean_gap(counts, tables):
    earlier = {
        name: replace(table, context=replace(table.context, match_year="2017"))
        for name, table in counts.items()
    }
    history = tables.frame("pgy1_by_year")
    found = TransportedRate(gap_years=3).fit(**earlier, history=history)
    assert found.gap_years_ == (2015, 2017)


def test_a_mean_gap_needs_a_history_that_is_long_enough(counts, tables):
    with pytest.raises(TableError, match="without a history"):
        TransportedRate(gap_years=5).fit(**counts)
    history = tables.frame("pgy1_by_year").query("match_year > 2023")
    with pytest.raises(TableError, match="3 years with a gap"):
        TransportedRate(gap_years=5).fit(**counts, history=history)


@pytest.mark.parametrize("years", [0, -1, 2.5, True, None])
def test_a_number_of_years_that_is_none_is_refused(counts, years):
    with pytest.raises(InputError, match="gap_years"):
        TransportedRate(gap_years=years).fit(**counts)


def test_the_sampling_variances_of_three_rates_add_up(plain):
    parts = [3392, 3600, 2949, 1261, 6733, 5211]
    assert plain.base_variance_ == pytest.approx(sum(1 / n for n in parts))


def test_the_doubt_of_the_slope_grows_with_the_distance(sloped):
    low, high = logit(sloped.predict_interval([240, 255, 270])).T
    assert (np.diff(high - low) > 0).all()


def test_more_doubt_of_the_slope_widens_the_interval(counts, scores):
    widths = [
        np.diff(TransportedRate(tau_slope=each).fit(**counts, **scores).predict_interval(270))
        for each in (0, 0.15, 0.3)
    ]
    assert widths[0] < widths[1] < widths[2]


def test_a_table_over_tau_at_a_score_has_the_fitted_interval(sloped):
    row = sloped.table_over_tau([sloped.tau_], x=242).iloc[0]
    np.testing.assert_allclose(row[["rate_low", "rate_high"]], sloped.predict_interval(242)[0])


def test_an_infinite_number_of_degrees_is_a_normal(counts):
    fitted = TransportedRate(degrees=np.inf, tau=0.25).fit(**counts)
    low, high = logit(fitted.predict_interval(0)[0])
    expected = 1.959963984540054 * np.sqrt(0.25**2 + fitted.base_variance_)
    assert (high - low) / 2 == pytest.approx(expected)


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("degrees", [2, 5, 30])
def test_tau_alone_follows_a_student_t(level, degrees):
    found = transported_model.half_width(np.zeros(1), 0.25, degrees, level)[0]
    assert found == pytest.approx(0.25 * student.ppf(0.5 + level / 2, degrees), rel=1e-6)


def test_a_judged_and_a_normal_error_add_up():
    random = np.random.default_rng(20260315)
    sample = 0.3 * random.standard_t(5, 200_000) + 0.2 * random.standard_normal(200_000)
    found = transported_model.half_width(np.array([0.04]), 0.3, 5, 0.9)[0]
    assert np.mean(np.abs(sample) < found) == pytest.approx(0.9, abs=0.003)


@settings(max_examples=40, deadline=None)
@given(*[st.tuples(st.integers(1, 5000), st.integers(1, 5000)) for _ in range(2)])
def test_groups_alike_carry_the_rate_over_as_it_is(own, specific):
    both = CountTable(matched=own[0], not_matched=own[1])
    kin_specific = CountTable(matched=specific[0], not_matched=specific[1])
    fitted = TransportedRate().fit(own=both, kin=both, kin_specific=kin_specific)
    assert fitted.base_rate_ == pytest.approx(kin_specific.rate)


@pytest.mark.parametrize("fitted", ["plain", "sloped"])
class TestContract:
    @pytest.fixture
    def estimator(self, fitted, request):
        return request.getfixturevalue(fitted)

    def test_an_interval_holds_its_rate(self, estimator):
        rate, limits = estimator.predict_rate([220, 242]), estimator.predict_interval([220, 242])
        assert ((limits[:, 0] < rate) & (rate < limits[:, 1])).all()

    def test_a_wider_level_gives_a_wider_interval(self, estimator):
        widths = [np.diff(estimator.predict_interval([220, 242], each)) for each in LEVELS]
        assert all((narrow < wide).all() for narrow, wide in pairwise(widths))

    def test_no_x_gives_no_rate(self, estimator):
        shapes = estimator.predict_rate([]).shape, estimator.predict_interval([]).shape
        assert shapes == ((0,), (0, 2))

    def test_bands_have_the_agreed_columns_hold_their_rates_and_count_nobody(self, estimator):
        frame = estimator.band_rates(BANDS)
        columns = ["low", "high", "rate", "rate_low", "rate_high", "n"]
        assert list(frame.columns) == list(estimator.band_rates([]).columns) == columns
        assert frame["rate"].between(frame["rate_low"], frame["rate_high"]).all()
        assert frame["n"].isna().all()

    def test_a_pickle_predicts_the_same(self, estimator):
        copy = pickle.loads(pickle.dumps(estimator))  # noqa: S301  made here
        np.testing.assert_array_equal(copy.predict_interval(242), estimator.predict_interval(242))

    def test_a_clone_has_nothing_learned(self, estimator):
        with pytest.raises(NotFittedError, match="not fitted"):
            clone(estimator).predict_rate(242)

    def test_fit_learns_names_that_end_in_an_underscore(self, estimator):
        learned = set(vars(estimator)) - set(vars(TransportedRate()))
        assert all(name.endswith("_") for name in learned)

    @pytest.mark.parametrize("level", [0, 1, 95])
    def test_a_level_out_of_range_is_refused(self, estimator, level):
        with pytest.raises(InputError, match="level"):
            estimator.band_rates(BANDS, level)

    def test_a_band_upside_down_is_refused(self, estimator):
        with pytest.raises(InputError, match="low at or below high"):
            estimator.band_rates([(250, 240)])

    def test_the_grade_is_borrowed(self, estimator):
        assert estimator.grade_ == "borrowed"


def test_a_second_fit_forgets_the_slope(counts, scores, plain):
    again = TransportedRate().fit(**counts, **scores).fit(**counts)
    np.testing.assert_array_equal(again.predict_interval(270), plain.predict_interval(270))


def test_a_score_outside_the_record_warns(sloped):
    with pytest.warns(ExtrapolationWarning, match="290 lies outside"):
        sloped.predict_rate(290)


def test_a_band_outside_the_record_warns(sloped):
    with pytest.warns(ExtrapolationWarning, match="310 lies outside"):
        sloped.band_rates([(310, 320)])


def test_outside_the_record_the_rate_is_that_of_the_nearest_score(sloped):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ExtrapolationWarning)
        assert sloped.predict_rate(290)[0] == sloped.predict_rate(284)[0]


def test_the_derivation_ends_in_the_rate(plain):
    assert plain.derivation_[-1].value == plain.base_rate_


def test_every_counted_step_names_its_table(sloped):
    counted = [step for step in sloped.derivation_ if step.scale == "rate"][:-1]
    assert all(step.contexts[0].dataset for step in counted)


def test_the_derivation_of_a_slope_shows_the_moves_of_the_means(sloped):
    assert [step.value for step in sloped.derivation_ if step.scale == "points"][:2] == [-7, -8]


@pytest.mark.parametrize(("year", "gap"), [(2008, 0.38), (2018, 0.04), (2026, 0.59)])
def test_the_gap_moved_over_the_years(plain, year, gap):
    rows = plain.gap_by_year_.set_index("match_year")
    assert rows.loc[year, "gap"] == pytest.approx(gap, abs=0.005)


@pytest.mark.parametrize(
    "sentence",
    [
        "The gap is no constant: it was 0.38 in 2008, 0.04 in 2018 and 0.59 in 2026.",
        f"The spread of {JUDGED_TAU} on the logit scale is a judgement, not an estimate.",
        (
            "The gap is about 'matched to any PGY-1 position', and is carried over to "
            "'matched to the preferred specialty'."
        ),
    ],
)
def test_what_speaks_against_it(plain, sentence):
    assert sentence in plain.against_


def test_a_critic_of_the_slope_names_the_year_of_the_means(sloped):
    assert any("the means of 2018" in sentence for sentence in sloped.against_)


def test_without_names_the_sentences_still_read():
    table = CountTable(matched=5, not_matched=4)
    fitted = TransportedRate().fit(own=table, kin=table, kin_specific=table)
    assert fitted.against_[0].startswith("No table at hand counts the group in the specialty")


def test_a_history_of_other_groups_is_refused(counts, tables):
    history = tables.frame("pgy1_by_year").replace("us_img", "somebody")
    with pytest.raises(TableError, match="without a year of both us_img and non_us_img"):
        TransportedRate().fit(**counts, history=history)


def test_a_history_without_rates_is_refused(counts, tables):
    history = tables.frame("pgy1_by_year").drop(columns="match_rate_pct")
    with pytest.raises(TableError, match="history without match_rate_pct"):
        TransportedRate().fit(**counts, history=history)


@pytest.mark.parametrize("role", ["own", "kin", "kin_specific"])
def test_a_table_of_another_shape_is_refused(counts, role):
    with pytest.raises(TableError, match="TransportedRate got dict"):
        TransportedRate().fit(**counts | {role: {}})


@pytest.mark.parametrize("cells", [(0, 5), (5, 0)])
def test_a_rate_without_a_logit_is_refused(counts, cells):
    empty = CountTable(matched=cells[0], not_matched=cells[1])
    with pytest.raises(TableError, match="no logit"):
        TransportedRate().fit(**counts | {"own": empty})


def test_tables_of_different_years_are_refused(counts, tables):
    old = tables.counts(group="us_img", year="2017", specialty=ALL_SPECIALTIES)
    with pytest.raises(TableError, match="match_year 2017 beside 2026"):
        TransportedRate().fit(**counts | {"own": old})


def test_a_group_is_not_its_own_kin(counts):
    with pytest.raises(TableError, match="own and kin are both non_us_img"):
        TransportedRate().fit(**counts | {"own": counts["kin"]})


def test_another_groups_specialty_is_refused(counts):
    with pytest.raises(TableError, match="applicant_group non_us_img beside us_img"):
        TransportedRate().fit(**counts | {"kin_specific": counts["own"]})


def test_a_slope_of_another_table_is_refused(counts, scores, tables):
    other = tables.outcome_summary(group="non_us_img", year="2026", specialty="Neurology")
    with pytest.raises(TableError, match="slope fitted to 513 people"):
        TransportedRate().fit(**counts, **scores | {"slope": TiltRate().fit(other)})


def test_an_unfitted_slope_is_refused(counts, scores):
    with pytest.raises(TableError, match="slope is no fitted TiltRate"):
        TransportedRate().fit(**counts, **scores | {"slope": TiltRate()})


def test_a_slope_without_mean_scores_is_refused(counts, scores):
    with pytest.raises(TableError, match="without own_scores and kin_scores"):
        TransportedRate().fit(**counts, slope=scores["slope"])


def test_a_missing_mean_is_named(counts, scores):
    lacking = replace(scores["own_scores"], not_matched=Summary(median=220))
    with pytest.raises(TableError, match="not_matched: mean is missing"):
        TransportedRate().fit(**counts, **scores | {"own_scores": lacking})


def test_means_of_another_measure_are_refused(counts, scores):
    other = replace(scores["own_scores"], measure="step1")
    with pytest.raises(TableError, match="means of step1 and step2_ck"):
        TransportedRate().fit(**counts, **scores | {"own_scores": other})


@pytest.mark.parametrize("name", ["tau", "tau_slope"])
@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_a_spread_out_of_range_is_refused(counts, name, value):
    with pytest.raises(InputError, match=f"{name} is"):
        TransportedRate(**{name: value}).fit(**counts)


def test_degrees_out_of_range_are_refused(counts):
    with pytest.raises(InputError, match="degrees is 0"):
        TransportedRate(degrees=0).fit(**counts)


def test_a_negative_tau_in_the_table_is_refused(plain):
    with pytest.raises(InputError, match=r"tau is -0\.1"):
        plain.table_over_tau([-0.1])
