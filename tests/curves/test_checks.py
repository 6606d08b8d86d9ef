"""What is wrong with stored curves is named, with what to do."""

from __future__ import annotations

import pytest

from imgstats.curves import checks as checks_module
from imgstats.curves import tasks as tasks_module
from imgstats.curves.checks import check_curves
from imgstats.curves.record import CurveKey
from imgstats.errors import DataChangedError
from imgstats.sources import build, require_ok
from tests.conftest import MEASURES, change_number
from tests.curves.conftest import FEW, KEYS, SCORE, files_of

pytestmark = pytest.mark.slow

OTHER = CurveKey("2026", "non_us_img", "Pediatrics", "step2_ck")
LINE = "Internal Medicine,step2_ck,matched,2649,209,240,251,259,284,249,14"


def failures(root):
    return [result for result in check_curves(root) if not result.ok]


@pytest.fixture(autouse=True)
def few_checked(monkeypatch):
    monkeypatch.setattr(tasks_module, "summary_keys", lambda _: KEYS)


def test_fresh_curves_pass(built):
    results = check_curves(built)
    assert [result.message for result in results if not result.ok] == []
    # Each file, the list of files, each table and the code.
    assert len(results) == len(files_of(built)) - 1 + 1 + len(FEW) + 1


@pytest.mark.parametrize("name", ["bands.csv", "fits.csv", "step2_ck.csv"])
def test_a_changed_byte_is_named(built, name):
    path = built / "processed" / "curves" / name
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))
    (failure,) = failures(built)
    assert (failure.dataset, failure.check) == (f"processed/curves/{name}", "sha256")
    with pytest.raises(DataChangedError, match="imgstats data build"):
        require_ok(failures(built))


def test_a_lost_file_is_named(built):
    (built / "processed" / "curves" / "fits.csv").unlink()
    (failure,) = failures(built)
    assert failure.found == "no such file"
    assert "processed/curves/fits.csv" in failure.message


def test_an_unlisted_file_is_named(built):
    (built / "processed" / "curves" / "extra.csv").write_text("a\n", encoding="utf-8")
    (failure,) = failures(built)
    assert "processed/curves/extra.csv" in failure.message
    with pytest.raises(DataChangedError, match=r"extra\.csv"):
        require_ok([failure])


@pytest.mark.parametrize("part", range(5))
def test_a_changed_byte_of_the_manifest_is_found(built, part):
    path = built / "processed" / "curves" / "manifest.json"
    data = bytearray(path.read_bytes())
    data[part * (len(data) - 1) // 4] ^= 1
    path.write_bytes(bytes(data))
    assert failures(built)


def test_a_lost_manifest_is_found(built):
    (built / "processed" / "curves" / "manifest.json").unlink()
    (failure,) = failures(built)
    assert "imgstats data build" in failure.message


def test_other_code_is_found(built, monkeypatch):
    monkeypatch.setattr(checks_module, "code_hash", lambda: "of other code")
    (failure,) = failures(built)
    assert failure.check == "rebuild code"
    assert "run `imgstats data build`" in failure.message
    with pytest.raises(DataChangedError):
        require_ok([failure])


def test_tables_built_without_their_curves_are_found(built):
    change_number(built, MEASURES, LINE, LINE.replace(",251,", ",252,"))
    build(built)
    found = failures(built)
    assert [each.check for each in found] == [
        f"inputs of Internal Medicine, step2_ck, {group}, 2026"
        for group in ("non_us_img", "us_img")
    ]
    assert all("run `imgstats data build`" in each.message for each in found)


def test_tables_that_cannot_be_read_are_found(built):
    (built / "processed" / "summaries.csv").unlink()
    (failure,) = failures(built)
    assert "tables that cannot be used" in failure.found


def test_a_curve_that_was_not_built_is_named(built, monkeypatch):
    monkeypatch.setattr(tasks_module, "summary_keys", lambda _: [*KEYS, OTHER])
    (failure,) = failures(built)
    assert failure.check == "inputs of Pediatrics, step2_ck, non_us_img, 2026"
    assert failure.expected.startswith("no such curve")


def test_a_curve_without_its_table_is_named(built, monkeypatch):
    monkeypatch.setattr(tasks_module, "summary_keys", lambda _: [k for k in KEYS if k != SCORE])
    (failure,) = failures(built)
    assert failure.found == "no such table"
