"""Shares that stay above a filter: looked up, fitted, and held against what was simulated."""

from __future__ import annotations

import numpy as np
import pytest

from imgstats import OutcomeSummary, PublishedTables, Summary
from imgstats.curves.layout import SCREEN
from imgstats.curves.screen import render_screen, screen_shares, stored_screen_shares
from imgstats.curves.store import StoredCurves
from imgstats.curves.tasks import wanted_curves
from imgstats.errors import InputError, TableError
from imgstats.sources import data_root
from tests.curves.conftest import files_of
from tests.estimators.printing import HIGH, LOW, simulate

TABLE = PublishedTables().outcome_summary(group="non_us_img", year="2026")
FIELDS = ("share", "low", "high")


def _numbers(shares):
    return np.array([[getattr(each, name) for name in FIELDS] for each in shares])


def _by_cut(shares, outcome):
    return {each.cut: each for each in shares if each.outcome == outcome}


@pytest.mark.slow
def test_the_committed_shares_are_those_of_a_fresh_fit():
    keys = [
        task
        for task in wanted_curves(PublishedTables(data_root()), data_root())
        if task.key.measure == "step2_ck"
    ]
    manifest = StoredCurves(data_root()).manifest
    assert manifest is not None
    tables = {
        task.key: task.table
        for task in keys
        if task.table is not None and not manifest.curves[task.key].reason
    }
    fresh = render_screen(tables).decode().splitlines()
    committed = files_of(data_root())[SCREEN].decode().splitlines()
    assert len(tables) == 17
    assert fresh[0] == committed[0]
    split = [[line.rsplit(",", 7) for line in each[1:]] for each in (fresh, committed)]
    assert [row[:2] for row in split[0]] == [row[:2] for row in split[1]]
    found, wanted = (np.array([row[2:] for row in each], dtype=float) for each in split)
    np.testing.assert_allclose(found, wanted, atol=2e-4)


def test_a_lookup_says_what_a_fit_says_at_every_printed_score():
    stored, fitted = stored_screen_shares(TABLE), screen_shares(TABLE)
    assert [(each.cut, each.outcome) for each in stored] == [
        (each.cut, each.outcome) for each in fitted
    ]
    assert TABLE.extremes is not None
    low, high = TABLE.extremes
    assert (stored[0].cut, stored[-1].cut) == (low, high)
    np.testing.assert_allclose(_numbers(stored), _numbers(fitted), atol=2e-4)


def test_a_cut_keeps_those_who_have_that_very_score():
    from imgstats.estimators import TiltRate

    fit = TiltRate().fit(TABLE)
    kept = fit.density_matched_[fit.grid_ >= 240].sum()
    (share,) = _by_cut(screen_shares(TABLE, [240]), "matched").values()
    assert share.share == pytest.approx(kept, abs=1e-3)  # a median beside a mean
    assert _numbers(screen_shares(TABLE, [239.5])) == pytest.approx(
        _numbers([share, *screen_shares(TABLE, [240])[1:]])
    )


@pytest.mark.parametrize("outcome", ["matched", "not_matched"])
def test_a_higher_filter_keeps_fewer_and_the_share_lies_in_its_interval(outcome):
    found = _numbers(_by_cut(stored_screen_shares(TABLE), outcome).values())
    assert (np.diff(found[:, 0]) <= 0).all()
    assert (found[:, 1] <= found[:, 0]).all()
    assert (found[:, 0] <= found[:, 2]).all()
    assert (found >= 0).all()
    assert (found <= 1).all()


def test_of_each_outcome_about_as_many_stay_as_its_printed_quartiles_say():
    for outcome in ("matched", "not_matched"):
        printed = getattr(TABLE, outcome)
        found = _by_cut(stored_screen_shares(TABLE), outcome)
        for digit, share in ((printed.q1, 0.75), (printed.median, 0.5), (printed.q3, 0.25)):
            above, at = found[int(digit) + 1], found[int(digit)]
            assert above.low <= share <= at.high


def test_other_digits_are_fitted_and_not_looked_up():
    digits = Summary(n=400, min=215, q1=241, median=251, q3=260, max=280, mean=250, sd=15)
    table = OutcomeSummary(measure="step2_ck", matched=digits, not_matched=digits)
    both = stored_screen_shares(table)
    assert {each.outcome for each in both} == {"matched", "not_matched"}
    assert _by_cut(both, "matched")[251].share == pytest.approx(0.5, abs=0.04)


def test_what_cannot_be_screened_is_refused():
    digits = Summary(n=400, q1=241, median=251, q3=260)
    table = OutcomeSummary(measure="step2_ck", matched=digits, not_matched=digits)
    with pytest.raises(TableError, match="no extremes are printed"):
        screen_shares(table)
    with pytest.raises(InputError, match="finite"):
        screen_shares(TABLE, [np.nan])
    with pytest.raises(InputError, match="level"):
        screen_shares(TABLE, [240], level=2)


@pytest.mark.slow
def test_intervals_hold_the_share_of_the_population_as_often_as_they_say():
    grid = np.arange(LOW, HIGH + 1, dtype=float)
    share = np.exp(-(((grid - 245) / 15) ** 2) / 2 + 0.15 * ((grid - 245) / 15) ** 3 / 6)
    share /= share.sum()
    logit = 0.05 * (grid - 245) - 0.001 * (grid - 245) ** 2
    rate = 1 / (1 + np.exp(-logit))
    cuts = [225, 235, 240, 250, 260]
    truth = {
        "matched": [share[grid >= cut] @ rate[grid >= cut] / (share @ rate) for cut in cuts],
        "not_matched": [
            share[grid >= cut] @ (1 - rate[grid >= cut]) / (share @ (1 - rate)) for cut in cuts
        ],
    }
    rng, held = np.random.default_rng(2026), []
    for _ in range(120):
        table = simulate(rng, 1200, share, logit, grid)
        for each in screen_shares(table, cuts):
            true = truth[each.outcome][cuts.index(each.cut)]
            held.append(each.low <= true <= each.high)
    assert 0.92 <= np.mean(held) <= 0.985
