"""A build of the curves: the same bytes from the same tables, nothing fitted twice, all or none."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import replace

import pytest

from imgstats import PublishedTables
from imgstats.curves import build as build_module
from imgstats.curves import compute as compute_module
from imgstats.curves import tasks as tasks_module
from imgstats.curves.build import build_curves
from imgstats.curves.compute import compute_curve
from imgstats.curves.manifest import code_hash
from imgstats.curves.store import StoredCurves, curve_for
from imgstats.curves.tasks import fit_task, wanted_curves
from imgstats.errors import InputError, WorkError
from imgstats.sources import build, data_root
from tests.conftest import MEASURES, change_number
from tests.curves.conftest import BORROWED, FEW, IM, KEYS, RANKS, SCORE, TOO_FEW, files_of
from tests.curves.fitted import fit_once
from tests.curves.same import assert_same
from tests.patience import PATIENCE

pytestmark = pytest.mark.slow

MOST_BYTES = 3_000_000


def _manifest(base):
    manifest = StoredCurves(base).manifest
    assert manifest is not None
    return manifest


def test_the_committed_curves_were_made_by_this_code():
    manifest = _manifest(data_root())
    assert manifest.code == code_hash(), "run `imgstats data build` and commit data/processed"


@pytest.fixture(scope="module")
def wanted():
    """Return the curves that the committed tables ask for."""
    return wanted_curves(PublishedTables(data_root()), data_root())


def test_every_table_has_a_curve_or_a_reason(wanted):
    manifest = _manifest(data_root())
    assert [task.key for task in wanted] == sorted(manifest.curves)
    assert len(wanted) == 24 * 9 + 1
    reasons = {key: entry.reason for key, entry in manifest.curves.items() if entry.reason}
    assert len({key.specialty for key in reasons}) == 7
    assert all("allowed:" in reason for reason in reasons.values())


def test_the_committed_files_are_small():
    assert sum(len(data) for data in files_of(data_root()).values()) < MOST_BYTES


@pytest.mark.parametrize("key", [SCORE, RANKS, BORROWED], ids=lambda key: f"{key.measure}")
def test_a_fresh_fit_agrees_with_the_committed_files(wanted, key):
    (task,) = (each for each in wanted if each.key == key)
    stored = StoredCurves(data_root()).curve(key, task.inputs)
    assert_same(stored, fit_once(task), within=1e-5)


def test_the_bytes_do_not_depend_on_workers_nor_on_order(bare_root, data_copy, monkeypatch):
    keys = [IM, RANKS, TOO_FEW]  # of each kind one; the fourth is borrowed
    monkeypatch.setattr(tasks_module, "summary_keys", lambda _: keys)
    with monkeypatch.context() as here:
        here.setattr(tasks_module, "fit_task", fit_once)
        alone = data_copy()
        shutil.rmtree(alone / "processed" / "curves")
        build_curves(alone, workers=1)
    forwards = tasks_module.fit_all
    monkeypatch.setattr(
        build_module, "fit_all", lambda tasks, *rest: forwards(list(reversed(tasks)), *rest)
    )
    done = build_curves(bare_root, workers=2)
    assert (done.fitted, done.kept, done.without) == (3, 0, 1)
    assert files_of(bare_root) == files_of(alone)


@pytest.mark.usefixtures("few")
def test_what_did_not_change_is_not_fitted_again(built, fitted_keys):
    before = files_of(built)
    done = build_curves(built, workers=1)
    assert (done.fitted, done.kept, done.without) == (0, 4, 1)
    assert fitted_keys == []
    assert files_of(built) == before
    assert {path.name for path in done.files} == set(before)
    assert done.files[-1].name == "manifest.json"


@pytest.mark.usefixtures("few")
def test_a_changed_digit_fits_its_own_curve_again(built, fitted_keys, monkeypatch):
    # As for a table whose digits have no extremes: its bounds would cost most of the time.
    monkeypatch.setattr(compute_module, "ladder_columns", lambda *_: {})
    old = files_of(built)
    path = next((built / "raw").rglob(f"{MEASURES}.csv"))
    line = next(
        each
        for each in path.read_text(encoding="utf-8").splitlines()
        if each.startswith(f"{SCORE.specialty},step2_ck,matched,")
    )
    cells = line.split(",")
    cells[-2] = str(int(cells[-2]) + 1)
    change_number(built, MEASURES, line, ",".join(cells))
    build(built)
    done = build_curves(built, workers=1)
    assert fitted_keys == [SCORE]
    assert (done.fitted, done.kept) == (1, 3)
    new = files_of(built)
    changed = {name for name in new if new[name] != old[name]}
    assert changed == {"step2_ck.csv", "bands.csv", "fits.csv", "screen.csv", "manifest.json"}
    table = PublishedTables(built).outcome_summary(
        group="non_us_img", year="2026", specialty=SCORE.specialty
    )
    assert_same(curve_for(table, built), compute_curve(table))


@pytest.mark.usefixtures("few")
def test_other_code_fits_everything_again(built, fitted_keys, monkeypatch):
    monkeypatch.setattr(build_module, "code_hash", lambda: "of other code")
    build_curves(built, workers=1)
    assert sorted(fitted_keys) == sorted(FEW)


@pytest.mark.usefixtures("few")
def test_a_damaged_file_is_not_kept(built, fitted_keys):
    before = files_of(built)
    path = built / "processed" / "curves" / "step2_ck.csv"
    path.write_bytes(path.read_bytes().replace(b"0.4", b"0.5"))
    build_curves(built, workers=1)
    assert sorted(fitted_keys) == sorted(FEW)
    assert files_of(built) == before


@pytest.mark.usefixtures("few")
def test_what_is_no_longer_made_is_removed(built):
    folder = built / "processed" / "curves"
    (folder / "step1.csv").write_text("old\n", encoding="utf-8")
    (folder / ".bands.csv.1.tmp").write_text("half", encoding="utf-8")
    before = set(files_of(built)) - {"step1.csv", ".bands.csv.1.tmp"}
    build_curves(built, workers=1)
    assert set(files_of(built)) == before


@pytest.mark.usefixtures("few")
def test_progress_is_told_after_each_fit(bare_root):
    told = []
    build_curves(bare_root, workers=1, progress=lambda *each: told.append(each))
    assert [(done, total) for done, total, _ in told] == [(n, 5) for n in range(1, 6)]
    assert {key for *_, key in told} == set(FEW)


@pytest.mark.usefixtures("few")
def test_a_failed_write_leaves_the_old_files(built, monkeypatch):
    before = files_of(built)

    def full_disk(_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full_disk)
    with pytest.raises(OSError, match="No space left"):
        build_curves(built, workers=1)
    assert files_of(built) == before


@pytest.mark.parametrize("workers", [1, 2])
def test_a_killed_build_leaves_the_old_files_valid(built, workers, tables):
    before = files_of(built)
    # Everything is to be fitted again, and the parent dies after the first fit.
    program = (
        "import os, sys\n"
        "from imgstats.curves import build, tasks\n"
        "from imgstats.curves.record import CurveKey\n"
        f"tasks.summary_keys = lambda _: {[RANKS, TOO_FEW]!r}\n"
        "build.code_hash = lambda: 'of other code'\n"
        "def told(done, total, key):\n"
        "    os.kill(os.getpid(), 9)\n"
        f"build.build_curves({str(built)!r}, workers={workers}, progress=told)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=PATIENCE)
    assert done.returncode == -signal.SIGKILL
    assert files_of(built) == before
    table = tables.outcome_summary(group="non_us_img", year="2026", specialty=SCORE.specialty)
    assert curve_for(table, built).key == SCORE


def test_a_worker_that_dies_is_an_error_and_nothing_is_written(bare_root, monkeypatch):
    monkeypatch.setattr(tasks_module, "summary_keys", lambda _: KEYS)
    monkeypatch.setattr(tasks_module, "_start_worker", _die)
    with pytest.raises(WorkError, match="--workers 1"):
        build_curves(bare_root, workers=2)
    assert not (bare_root / "processed" / "curves").exists()


def _die():
    os._exit(3)


@pytest.mark.parametrize("workers", [0, -1])
def test_workers_are_one_or_more(workers):
    with pytest.raises(InputError, match="1 or more"):
        build_curves(workers=workers)


def test_the_manifest_says_nothing_of_day_or_machine(built):
    text = (built / "processed" / "curves" / "manifest.json").read_text(encoding="utf-8")
    content = json.loads(text)
    assert set(content) == {"code", "curves", "files", "format", "level"}
    assert str(built) not in text
    entry = next(each for each in content["curves"] if each["key"]["specialty"] == "Dermatology")
    assert entry["key"]["measure"] == TOO_FEW.measure
    assert "median and mean are missing" in entry["reason"]


def test_the_borrowed_curve_without_its_tables_has_a_reason(bare_root, monkeypatch):
    # No mean scores of US IMGs are printed there.
    monkeypatch.setattr(tasks_module, "INTERNAL_MEDICINE", "Pediatrics")
    monkeypatch.setattr(
        tasks_module, "summary_keys", lambda _: [replace(IM, specialty="Pediatrics")]
    )
    wanted = wanted_curves(PublishedTables(bare_root), bare_root)
    (task,) = (each for each in wanted if each.key.applicant_group == "us_img")
    assert task.inputs == ""
    assert fit_task(task) == task.reason != ""
