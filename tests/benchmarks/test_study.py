"""The study itself, in small: its populations, its printing, and that it can be run again."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.calibration import run as run_module
from benchmarks.calibration import study as study_module
from benchmarks.calibration.cells import CELLS, PUBLISHED, RIVALS, Cell
from benchmarks.calibration.outside import OUTSIDE
from benchmarks.calibration.populations import CURVES, DENSITIES, population
from benchmarks.calibration.printing import SHAPES, draw, print_table
from benchmarks.calibration.run import main, run
from benchmarks.calibration.study import COLUMNS, run_cell
from imgstats.tables import BandTable, OutcomeSummary

pytestmark = pytest.mark.slow

QUICK = [
    Cell(shape="summary", curve="bend", density="normal", n=1500),
    Cell(shape="band_percent", curve="line", density="normal", n=900),
]
REPLICATES = 10


@pytest.fixture(scope="module")
def quick() -> pd.DataFrame:
    return pd.concat([run_cell(cell, REPLICATES) for cell in QUICK], ignore_index=True)


def test_the_quick_study_has_a_row_for_each_rival(quick):
    assert list(quick.columns) == COLUMNS
    for cell in QUICK:
        mine = quick[quick["cell"] == cell.name]
        wanted = [*RIVALS[cell.shape], *PUBLISHED[cell.shape]]
        assert list(mine["estimator"]) == wanted
    assert (quick["replicates"] == REPLICATES).all()


def test_the_quick_study_tells_a_line_from_a_bend(quick):
    found = quick.set_index(["shape", "estimator"])
    bent = found.loc["summary"]
    assert bent.loc["degree 1", "coverage_95"] < 0.6
    assert bent.loc["cubic", "coverage_95"] > 0.85
    assert bent.loc["mixture", "coverage_95"] > 0.85
    assert found.loc[("band_percent", "bands, Jeffreys"), "coverage_95"] > 0.85


def test_the_quick_study_keeps_within_what_is_possible(quick):
    ours = quick[~quick["estimator"].isin(PUBLISHED["summary"])]
    shares = ours[["coverage_90", "coverage_95", "band_coverage_95", "width_95", "band_error"]]
    assert ((shares >= 0) & (shares <= 1)).all(axis=None)
    assert (ours["coverage_90"] <= ours["coverage_95"]).all()
    assert (quick["bias"].abs() <= quick["curve_bias"] + 1e-12).all()
    assert (quick["fit_ms"] > 0).all()


def test_published_methods_are_asked_on_the_first_tables_only(monkeypatch):
    monkeypatch.setattr(study_module, "FIRST", 2)
    cell = Cell(shape="quartiles", curve="line", density="normal", n=900)
    found = run_cell(cell, 3).set_index("estimator")
    assert (found.loc[list(RIVALS["quartiles"]), "replicates"] == 3).all()
    assert (found.loc[list(PUBLISHED["quartiles"]), "replicates"] == 2).all()
    assert found.loc[list(PUBLISHED["quartiles"]), "coverage_95"].isna().all()
    # The first tables' error is that of a shorter run.
    monkeypatch.setattr(study_module, "FIRST", 100)
    short = run_cell(cell, 2).set_index("estimator")
    names = ["mixture", "normals, one sd"]
    first, whole = found.loc[names, "band_error_first"], short.loc[names, "band_error"]
    assert first.tolist() == whole.tolist()


def _without_time(frame):
    return frame.drop(columns="fit_ms").reset_index(drop=True)


def test_a_cell_has_its_own_random_numbers():
    cell = Cell(shape="band_counts", curve="line", density="normal", n=150)
    first, again = run_cell(cell, 3), run_cell(cell, 3)
    pd.testing.assert_frame_equal(_without_time(first), _without_time(again))
    other = run_cell(cell, 3, seed=1)
    assert not _without_time(first).equals(_without_time(other))


@pytest.fixture
def counted(monkeypatch):
    """Count the cells that are run."""
    ran = []

    def note(cell, replicates):
        ran.append(cell.name)
        return run_cell(cell, replicates)

    monkeypatch.setattr(run_module, "run_cell", note)
    return ran


CHEAP = [
    Cell(shape="band_counts", curve="line", density="normal", n=150),
    Cell(shape="band_percent", curve="line", density="normal", n=20),
]


def test_a_stopped_run_goes_on_where_it_stopped(tmp_path, counted):
    whole = run(CHEAP, 2, 1, tmp_path / "whole.csv")
    counted.clear()
    run(CHEAP[:1], 2, 1, tmp_path / "half.csv")
    (tmp_path / "half.csv").rename(tmp_path / "again.csv.partial")
    again = run(CHEAP, 2, 1, tmp_path / "again.csv")
    assert counted == [cell.name for cell in CHEAP]
    pd.testing.assert_frame_equal(_without_time(whole), _without_time(again))
    assert not (tmp_path / "again.csv.partial").exists()


def test_a_stopped_run_of_another_size_is_not_used(tmp_path, counted):
    run(CHEAP[:1], 2, 1, tmp_path / "small.csv")
    (tmp_path / "small.csv").rename(tmp_path / "large.csv.partial")
    large = run(CHEAP[:1], 3, 1, tmp_path / "large.csv")
    assert len(counted) == 2
    assert (large["replicates"] == 3).all()


def test_the_command_refuses_an_unknown_cell(capsys):
    with pytest.raises(SystemExit):
        main(["--cells", "nothing-*"])
    assert "no cell is named nothing-*" in capsys.readouterr().err


@pytest.mark.parametrize("density", [name for name in DENSITIES if name != "ranks"])
def test_scores_lie_where_they_should(density):
    whole = population("line", density)
    assert whole.share.sum() == pytest.approx(1)
    mean = whole.share @ whole.grid
    sd = np.sqrt(whole.share @ (whole.grid - mean) ** 2)
    # Of 246 and 14 before they are cut at 209 and 300, which takes most from heavy tails.
    assert mean == pytest.approx(246, abs=1)
    assert 12 < sd < 14


def _skewness(whole):
    mean = whole.share @ whole.grid
    centred = whole.grid - mean
    return float(whole.share @ centred**3 / (whole.share @ centred**2) ** 1.5)


def test_the_skewed_scores_are_skewed_to_the_left():
    assert _skewness(population("line", "skewed")) < -0.4
    assert abs(_skewness(population("line", "normal"))) < 0.1


def test_the_curves_are_what_they_are_called():
    rates = {curve: population(curve, "normal").rate for curve in CURVES}
    assert (np.diff(rates["line"]) > 0).all()
    assert (np.diff(rates["plateau"]) >= 0).all()
    assert np.ptp(rates["plateau"][-50:]) < 1e-12
    assert 20 < int(np.argmax(rates["hump"])) < 70


@pytest.mark.parametrize("key", OUTSIDE, ids="-".join)
def test_a_population_outside_is_a_population(key):
    whole = OUTSIDE[key]
    assert whole.share.sum() == pytest.approx(1)
    assert (whole.share >= 0).all()
    assert ((whole.rate > 0) & (whole.rate < 1)).all()
    assert (whole.inside.sum(axis=0) == 1).all()
    assert (whole.band_share > 0).all()


def test_the_names_outside_are_asked_for_and_no_old_ones():
    asked = {(cell.curve, cell.density) for cell in CELLS if cell.is_outside}
    assert asked == set(OUTSIDE)
    assert not any(curve in CURVES and density in DENSITIES for curve, density in OUTSIDE)


@pytest.mark.parametrize(("density", "wanted"), [("skewed_0.5", -0.5), ("skewed_0.8", -0.8)])
def test_the_gammas_have_the_skewness_of_their_name(density, wanted):
    assert _skewness(OUTSIDE["line", density]) == pytest.approx(wanted, abs=0.1)  # cut at 200


def test_quartiles_are_rounded_to_fives_where_the_population_says_so():
    whole = OUTSIDE["line", "in_fives"]
    matched, not_matched = draw(np.random.default_rng(1), whole, 1500)
    table = print_table("summary", whole, matched, not_matched)
    assert isinstance(table, OutcomeSummary)
    for side in (table.matched, table.not_matched):
        assert all((side.value(name) or 0) % 5 == 0 for name in ("q1", "median", "q3"))
    assert (table.matched.max or 0) % 5 != 0 or (table.matched.mean or 0) % 5 != 0


def test_the_middle_is_95_per_cent_of_a_population():
    whole = population("line", "normal")
    low, high = whole.middle
    inside = (whole.grid >= low) & (whole.grid <= high)
    assert 0.95 <= whole.share[inside].sum() < 0.97
    assert whole.share[whole.grid < low].sum() < 0.025


def test_band_rates_are_averages_of_the_curve():
    whole = population("bend", "skewed")
    assert whole.band_share @ whole.band_rate == pytest.approx(whole.share @ whole.rate)
    assert whole.band_share.sum() == pytest.approx(1)


@pytest.mark.parametrize("shape", SHAPES)
def test_a_shape_prints_what_it_says(shape):
    cell = next(cell for cell in CELLS if cell.shape == shape and cell.n >= 150)
    whole = cell.whole
    matched, not_matched = draw(np.random.default_rng(1), whole, cell.n)
    table = print_table(shape, whole, matched, not_matched)
    if isinstance(table, BandTable):
        assert sum(band.n or 0 for band in table.bands) == cell.n
        assert {band.rate_unit for band in table.bands if band.n} == {
            0.0 if shape == "band_counts" else 0.01
        }
        return
    assert isinstance(table, OutcomeSummary)
    assert table.base_n == cell.n
    assert len(table.matched.printed) == {"one_median": 3, "quartiles": 3}.get(shape, 7)
    assert len(table.not_matched.printed) == {"one_median": 1, "quartiles": 3}.get(shape, 7)


def test_an_outcome_with_nobody_is_printed_empty():
    whole = population("line", "normal")
    nobody = np.zeros(len(whole.grid), dtype=np.int64)
    somebody = nobody.copy()
    somebody[40] = 3
    table = print_table("summary", whole, nobody, somebody)
    assert isinstance(table, OutcomeSummary)
    assert table.matched.n == 0
    assert table.matched.printed == ()


def test_halves_of_a_per_cent_are_printed_upwards():
    whole = population("line", "normal")
    matched, not_matched = np.zeros((2, len(whole.grid)), dtype=np.int64)
    matched[15], not_matched[15] = 1, 7
    table = print_table("band_percent", whole, matched, not_matched)
    assert isinstance(table, BandTable)
    assert [band.rate for band in table.bands if band.n] == [0.13]
