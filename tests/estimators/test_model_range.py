"""`rate_range`: the same table through all defensible estimators."""

import numpy as np
import pytest

from imgstats import BandRate, CountTable, OutcomeSummary, PublishedTables, Summary
from imgstats.errors import TableError
from imgstats.estimators.model_range import rate_range
from imgstats.tables import BandTable
from imgstats.wording import p_words

SCORES = [215, 230, 242, 260, 280]


@pytest.fixture(scope="module")
def table():
    return PublishedTables().outcome_summary(group="non_us_img", year="2026")


@pytest.fixture(scope="module")
def found(table):
    return rate_range(table, SCORES, n_refits=100)


@pytest.mark.slow
def test_the_range_holds_the_default(found):
    assert (found.low <= found.rate).all()
    assert (found.rate <= found.high).all()


@pytest.mark.slow
def test_the_range_is_that_of_the_kept_estimators(found):
    kept = np.array([each.rate for each in found.candidates if each.kept])
    assert np.array_equal(found.low, kept.min(axis=0))
    assert np.array_equal(found.high, kept.max(axis=0))


@pytest.mark.slow
def test_nobody_is_left_out_who_could_have_printed_the_digits(found):
    assert all(each.kept == ((each.p or 0) >= 0.01) for each in found.candidates)


@pytest.mark.slow
def test_who_is_left_out_says_why_with_its_p():
    table = PublishedTables().outcome_summary(
        group="non_us_img", year="2026", specialty="Family Medicine"
    )
    found = rate_range(table, SCORES, n_refits=200)
    (out,) = [each for each in found.candidates if not each.kept]
    assert out.name == "TiltRate(shape='rising')"
    assert out.p is not None
    assert out.p < 0.01
    assert out.reason == f"{p_words(out.p)} under 0.01"
    kept = [each.rate for each in found.candidates if each.kept]
    assert np.array_equal(found.high, np.max(kept, axis=0))


@pytest.mark.slow
def test_where_no_curve_fits_none_is_left_out_for_it():
    table = PublishedTables().outcome_summary(
        group="non_us_img", year="2026", specialty="Pediatrics"
    )
    found = rate_range(table, SCORES, n_refits=200)
    assert (found.candidates[0].p or 1) < 0.01
    assert all(each.kept for each in found.candidates)


@pytest.mark.slow
def test_the_default_is_first_and_kept(found):
    assert found.candidates[0].name == "TiltRate()"
    assert found.candidates[0].kept
    assert np.array_equal(found.candidates[0].rate, found.rate)


def test_few_digits_leave_out_what_they_cannot_identify():
    table = OutcomeSummary(
        measure="step2_ck",
        matched=Summary(n=400, q1=240, median=251, q3=259),
        not_matched=Summary(n=500, median=243),
    )
    found = rate_range(table, [242], n_refits=30)
    reasons = {each.name: each.reason for each in found.candidates if not each.kept}
    assert set(reasons) == {"TiltRate(degree=2, ridge=None)"}
    assert all("cannot show how a curve bends" in each for each in reasons.values())


@pytest.mark.slow
def test_a_count_goes_through_rank_lists():
    table = PublishedTables().outcome_summary(
        group="non_us_img", year="2026", measure="contiguous_ranks"
    )
    found = rate_range(table, [1, 5], n_refits=30)
    assert all(each.name.startswith("RankListRate") for each in found.candidates)


def test_bands_go_through_banded_estimators():
    table = BandTable.from_counts(
        "step2_ck",
        [(None, 219, 10, 30), (220, 229, 30, 70), (230, 239, 60, 80), (240, None, 110, 90)],
    )
    found = rate_range(table, [215, 245])
    assert [each.name.partition("(")[0] for each in found.candidates] == [
        "BandRate",
        "IsotonicRate",
        "LogisticRate",
        "LogisticRate",
    ]
    assert (found.low <= found.high).all()
    # What stands first is the default: each band by itself, whatever a curve through them says.
    np.testing.assert_allclose(found.rate, BandRate().fit(table).predict_rate([215, 245]))


def test_another_shape_is_refused():
    with pytest.raises(TableError, match="rate_range got CountTable"):
        rate_range(CountTable(matched=1, not_matched=1), [1])  # type: ignore[arg-type]
