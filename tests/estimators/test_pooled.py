"""`PooledRate`: what leans, how far, and how often its intervals hold."""

from __future__ import annotations

import pickle
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import expit, logit
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from imgstats.errors import InputError, TableError, WorkError
from imgstats.estimators import pooled_model
from imgstats.estimators.mixture import mixture_quantile
from imgstats.estimators.pooled import PooledRate
from imgstats.tables import Context, CountTable

COUNTS = {"A": (60, 40), "B": (110, 90), "C": (1, 4), "D": (45, 55), "E": (0, 3)}
NAMES = list(COUNTS)


def _kin(counts, **context):
    return {
        name: CountTable(matched=m, not_matched=u, context=Context(**context))
        for name, (m, u) in counts.items()
    }


@pytest.fixture(scope="module")
def fitted():
    return PooledRate().fit(_kin(COUNTS))


@pytest.fixture(scope="module")
def specialties(tables):
    frame = tables.select("counts", match_year="2026", applicant_group="non_us_img")
    names = [name for name in frame["specialty"] if name != "All specialties"]
    return PooledRate().fit(
        {name: tables.counts(group="non_us_img", year="2026", specialty=name) for name in names}
    )


def test_fit_returns_self():
    estimator = PooledRate()
    assert estimator.fit(_kin(COUNTS)) is estimator


def test_a_pooled_rate_lies_between_its_own_and_the_mean_of_the_kin(fitted):
    row = fitted.rates_.set_index("name").loc["C"]
    assert row["rate"] < row["pooled_rate"] < expit(fitted.mu_)


def test_a_small_member_leans_more_than_a_large_one(fitted):
    lean = fitted.rates_.set_index("name")["leaned"]
    assert lean["C"] > 2 * lean["B"]


def test_a_lean_is_a_fraction(fitted):
    assert fitted.rates_["leaned"].between(0, 1).all()


def test_weights_add_up_to_one(fitted):
    assert fitted.rates_["weight"].sum() == pytest.approx(1)


def test_an_interval_holds_its_rate(fitted):
    frame = fitted.rates_
    assert frame["pooled_rate"].between(frame["pooled_low"], frame["pooled_high"]).all()


def test_a_wider_level_gives_a_wider_interval(fitted):
    widths = [np.diff(fitted.predict_interval(NAMES, each)) for each in (0.5, 0.8, 0.95, 0.999)]
    assert all((narrow < wide).all() for narrow, wide in pairwise(widths))


def test_a_new_member_is_known_less_than_the_kin(fitted):
    low, high = fitted.predict_new()
    assert high - low > np.diff(fitted.predict_interval(NAMES)).min()


def test_a_new_member_is_known_better_with_more_kin_alike(fitted):
    more = {f"{name}{i}": counts for i in range(4) for name, counts in COUNTS.items()}
    assert np.diff(PooledRate().fit(_kin(more)).predict_new()) < np.diff(fitted.predict_new())


def test_nobody_matched_is_no_rate_of_zero(fitted):
    assert 0.01 < fitted.predict_rate("E")[0] < 0.5


def test_one_name_gives_one_rate(fitted):
    assert fitted.predict_rate("A").shape == (1,)


def test_no_name_gives_no_rate(fitted):
    assert (fitted.predict_rate([]).shape, fitted.predict_interval([]).shape) == ((0,), (0, 2))


def test_the_grade_is_borrowed(fitted):
    assert fitted.grade_ == "borrowed"


def test_kin_that_are_alike_have_no_spread():
    assert PooledRate().fit(_kin({"a": (20, 20), "b": (41, 39), "c": (30, 30)})).tau2_ == 0


@pytest.mark.parametrize("method", ["pm", "dl"])
def test_without_spread_the_mean_is_that_of_all_counts(method):
    fitted = PooledRate(method=method).fit(_kin({"a": (20, 30), "b": (40, 60), "c": (30, 45)}))
    assert expit(fitted.mu_) == pytest.approx(0.4)


def test_a_large_specialty_keeps_its_own_rate(specialties):
    assert specialties.predict_rate("Internal Medicine")[0] == pytest.approx(3392 / 6992, abs=1e-3)


def test_three_of_five_says_little_for_a_small_specialty(specialties):
    low, high = specialties.predict_interval("Public Health and Preventive Medicine")[0]
    rate = specialties.predict_rate("Public Health and Preventive Medicine")[0]
    assert (round(rate, 2), high - low > 0.4) == (0.48, True)


def test_small_specialties_have_narrower_pooled_intervals_on_average(specialties):
    frame = specialties.rates_[specialties.rates_["n"] < 30]
    pooled, own = (frame[f"{a}_high"] - frame[f"{a}_low"] for a in ("pooled", "rate"))
    assert pooled.mean() < 0.9 * own.mean()


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 400), st.integers(0, 400)).filter(any), min_size=3, max_size=7
    ),
    st.randoms(use_true_random=False),
)
def test_the_order_of_kin_does_not_matter(counts, random):
    kin = {str(i): each for i, each in enumerate(counts)}
    order = list(kin)
    random.shuffle(order)
    first, second = (
        PooledRate().fit(_kin({name: kin[name] for name in names})) for names in (kin, order)
    )
    np.testing.assert_allclose(
        first.predict_interval(list(kin)), second.predict_interval(list(kin)), atol=1e-6
    )


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(0, 5000), st.integers(0, 5000)).filter(any), min_size=3, max_size=6
    )
)
def test_matched_and_not_matched_are_mirror_images(counts):
    kin = {str(i): each for i, each in enumerate(counts)}
    mirror = {name: (u, m) for name, (m, u) in kin.items()}
    rate, other = (PooledRate().fit(_kin(each)).predict_rate(list(kin)) for each in (kin, mirror))
    np.testing.assert_allclose(rate, 1 - other, atol=1e-6)


def test_a_pickle_predicts_the_same(fitted):
    copy = pickle.loads(pickle.dumps(fitted))  # noqa: S301  made here
    np.testing.assert_array_equal(copy.predict_interval(NAMES), fitted.predict_interval(NAMES))


def test_a_clone_has_nothing_learned(fitted):
    with pytest.raises(NotFittedError, match="not fitted"):
        clone(fitted).predict_rate("A")


def test_a_second_fit_forgets_the_first(fitted):
    again = PooledRate().fit(_kin({"x": (1, 2), "y": (3, 4), "z": (5, 6)})).fit(_kin(COUNTS))
    np.testing.assert_array_equal(again.predict_interval(NAMES), fitted.predict_interval(NAMES))


def test_fit_learns_names_that_end_in_an_underscore(fitted):
    learned = set(vars(fitted)) - set(vars(PooledRate()))
    assert learned
    assert all(name.endswith("_") for name in learned)


def test_two_tables_are_no_kin():
    with pytest.raises(TableError, match="needs kin"):
        PooledRate().fit(_kin({"A": (1, 2), "B": (3, 4)}))


def test_tables_without_names_are_refused():
    with pytest.raises(TableError, match="PooledRate got list"):
        PooledRate().fit(list(_kin(COUNTS).values()))  # type: ignore[arg-type]


def test_a_table_of_another_shape_is_refused():
    with pytest.raises(TableError, match="PooledRate got tuple; allowed: a CountTable"):
        PooledRate().fit(COUNTS)  # type: ignore[arg-type]


@pytest.mark.parametrize("field", ["outcome", "population"])
def test_kin_over_different_denominators_are_refused(field):
    mixed = (
        _kin(COUNTS) | _kin({"F": (1, 2)}, **{field: "one"}) | _kin({"G": (1, 2)}, **{field: "b"})
    )
    with pytest.raises(TableError, match=f"kin with the {field} b and one"):
        PooledRate().fit(mixed)


def test_an_unknown_member_is_refused(fitted):
    with pytest.raises(InputError, match=r"no member 'Z'.*predict_new"):
        fitted.predict_rate("Z")


def test_a_misspelt_member_is_helped(specialties):
    with pytest.raises(InputError, match="did you mean Neurology"):
        specialties.predict_rate("Neurologie")


@pytest.mark.parametrize("level", [0, 1, 95])
def test_a_level_out_of_range_is_refused(fitted, level):
    with pytest.raises(InputError, match="level"):
        fitted.predict_interval("A", level)


def test_an_unknown_method_is_refused():
    with pytest.raises(InputError, match="method is 'reml'; allowed: pm or dl"):
        PooledRate(method="reml").fit(_kin(COUNTS))


@pytest.mark.parametrize("continuity", [0, -1, 2])
def test_a_continuity_out_of_range_is_refused(continuity):
    with pytest.raises(InputError, match="continuity"):
        PooledRate(continuity=continuity).fit(_kin(COUNTS))


def test_a_spread_that_did_not_settle_is_refused(monkeypatch):
    monkeypatch.setattr(pooled_model, "_MOST_ITERATIONS", 1)
    with pytest.raises(WorkError, match="did not settle in 1 steps; use method dl"):
        PooledRate().fit(_kin(COUNTS))


def _held(k, spread, sizes, replicates, seed):
    """Return how many of the members, and of the new members, lay in their 95 % intervals."""
    random = np.random.default_rng(seed)
    members, new = [], []
    for _ in range(replicates):
        truth = random.normal(-0.5, spread, k + 1)
        n = random.integers(sizes[0], sizes[1], k)
        matched = random.binomial(n, expit(truth[:k]))
        kin = {
            str(i): (int(m), int(a - m)) for i, (m, a) in enumerate(zip(matched, n, strict=True))
        }
        fitted = PooledRate().fit(_kin(kin))
        low, high = logit(fitted.predict_interval(list(kin))).T
        members.append(np.mean((low <= truth[:k]) & (truth[:k] <= high)))
        low, high = logit(fitted.predict_new())
        new.append(low <= truth[k] <= high)
    return np.mean(members), np.mean(new)


# Small runs; what larger ones found stands in the notes of `PooledRate`.
@pytest.mark.slow
@pytest.mark.parametrize(
    ("k", "spread", "sizes"),
    [
        (6, 0.5, (3, 31)),
        (6, 0.3, (20, 1000)),
        (24, 0.5, (3, 31)),
        (24, 0.6, (20, 1000)),
    ],
)
def test_intervals_hold_members_and_newcomers(k, spread, sizes):
    members, new = _held(k, spread, sizes, 60 if k < 10 else 20, seed=20260315)
    assert members >= 0.92
    assert new >= 0.84


def test_a_quantile_of_one_normal_is_its_own():
    one = np.ones((1, 1))
    found = mixture_quantile(2 * one, 3 * one, np.ones(1), 0.975)
    assert found[0] == pytest.approx(2 + 3 * 1.959963984540054)
