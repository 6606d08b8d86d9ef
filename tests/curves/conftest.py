"""Data folders of one's own, and builds of a few quick curves."""

from __future__ import annotations

import shutil

import pytest

from imgstats.curves import build as build_module
from imgstats.curves import tasks as tasks_module
from imgstats.curves.build import build_curves
from imgstats.curves.record import CurveKey
from tests.curves.fitted import looked_up

# Curves whose estimators are judged after few samples.
SCORE = CurveKey("2026", "non_us_img", "Radiation Oncology", "step2_ck")
RANKS = CurveKey("2026", "non_us_img", "Child Neurology", "contiguous_ranks")
IM = CurveKey("2026", "non_us_img", "Internal Medicine", "step2_ck")
TOO_FEW = CurveKey("2026", "non_us_img", "Dermatology", "step2_ck")
BORROWED = CurveKey("2026", "us_img", "Internal Medicine", "step2_ck")
# One of each kind: scores, a count, a table with too few digits; and a curve borrowed from IM.
KEYS = [IM, SCORE, RANKS, TOO_FEW]
FEW = (*KEYS, BORROWED)


def files_of(root):
    """Return the bytes of a data folder's files of curves by name."""
    folder = root / "processed" / "curves"
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def few(monkeypatch):
    """Let builds in this process make a few curves only, and return their keys."""
    monkeypatch.setattr(tasks_module, "summary_keys", lambda _: KEYS)
    monkeypatch.setattr(tasks_module, "fit_task", looked_up)
    return FEW


@pytest.fixture
def bare_root(data_copy):
    """Return a copy of the data without curves."""
    root = data_copy()
    shutil.rmtree(root / "processed" / "curves", ignore_errors=True)
    return root


@pytest.fixture(scope="session")
def few_built(data_copy):
    """Return data with a few curves, fitted in this process. Copy it before changing it."""
    root = data_copy()
    shutil.rmtree(root / "processed" / "curves", ignore_errors=True)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(tasks_module, "summary_keys", lambda _: KEYS)
        patch.setattr(tasks_module, "fit_task", looked_up)
        build_curves(root, workers=1)
    return root


@pytest.fixture
def built(few_built, tmp_path):
    """Return a data folder of one's own with a few curves."""
    return shutil.copytree(few_built, tmp_path / "data")


@pytest.fixture
def fitted_keys(monkeypatch):
    """Return a list that grows by the key of every curve that a build fits."""
    keys: list[CurveKey] = []
    fit_all = tasks_module.fit_all

    def counted(tasks, workers, progress=None):
        keys.extend(task.key for task in tasks if not task.reason)
        return fit_all(tasks, workers, progress)

    monkeypatch.setattr(build_module, "fit_all", counted)
    return keys
