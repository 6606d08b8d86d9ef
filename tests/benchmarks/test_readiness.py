"""The study of readiness: its committed figures hold, and a cell can be run again."""

from __future__ import annotations

import pytest

from benchmarks.readiness.run import BEGIN, END, README, generated
from benchmarks.readiness.study import CELLS, HISTORIES, load, run_cell

RESULTS = load()
HOLDS = [cell for cell in CELLS if not cell.rise and not cell.alike]


def test_every_cell_has_its_row():
    assert list(RESULTS) == [cell.name for cell in CELLS]
    assert {each.histories for each in RESULTS.values()} == {HISTORIES}


@pytest.mark.parametrize("cell", HOLDS, ids=lambda cell: cell.name)
def test_where_the_model_holds_the_intervals_hold(cell):
    found = RESULTS[cell.name]
    assert 0.87 <= found.holds_90 <= 0.93
    assert 0.46 <= found.holds_50 <= 0.54
    assert abs(found.bias) < 1


def test_the_forms_asked_for_are_there():
    assert [cell.forms for cell in HOLDS] == [1, 2, 3, 5]


def test_the_wider_interval_holds_whatever_the_correlation():
    found = [each for each in RESULTS.values() if not each.rise]
    assert min(each.together_90 for each in found) >= 0.87


def test_an_unknown_rise_and_shared_errors_cost_what_the_readme_says():
    rises = [each for each in RESULTS.values() if each.rise]
    assert all(each.bias < 0 for each in rises)
    assert min(each.holds_90 for each in rises) < 0.7
    alike = [each for each in RESULTS.values() if each.alike == 1]
    assert all(each.holds_90 < 0.87 for each in alike)


@pytest.mark.parametrize("cell", [CELLS[0], CELLS[7], CELLS[-1]], ids=lambda cell: cell.name)
def test_a_cell_run_again_gives_its_row(cell):
    found, stored = run_cell(cell), RESULTS[cell.name]
    for name in ("holds_50", "holds_90", "together_90", "bias", "width_90"):
        assert getattr(found, name) == pytest.approx(getattr(stored, name), abs=6e-4)


def test_the_readme_holds_the_tables():
    text = README.read_text(encoding="utf-8")
    assert text.partition(BEGIN)[2].partition(END)[0].strip() == generated()
