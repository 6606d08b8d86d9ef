"""One changed byte anywhere below raw/ or processed/ is found and named."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

import pytest

from imgstats.errors import DataChangedError
from imgstats.sources import check, dataset, require_ok
from imgstats.sources.file_checks import manifest_results
from imgstats.sources.hashing import sha256_of
from imgstats.sources.locations import PACKAGE

if TYPE_CHECKING:
    from pathlib import Path

    from imgstats.sources import CheckResult

DATA = PACKAGE.parent / "data"
CURVES = DATA / "processed" / "curves"
# Curves have a manifest and checks of their own: tests/curves/test_checks.py.
FILES = sorted(
    path.relative_to(DATA).as_posix()
    for path in DATA.rglob("*")
    if path.is_file() and not path.is_relative_to(CURVES)
)
MANIFEST = "processed/manifest.json"


def _failures(root: Path) -> list[CheckResult]:
    return [result for result in check(root) if not result.ok]


def _flip(path: Path, offset: int) -> None:
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(bytes(data))


def test_the_committed_data_pass() -> None:
    assert [result.message for result in check() if not result.ok] == []


def test_there_are_files_to_look_at() -> None:
    assert MANIFEST in FILES
    assert len([name for name in FILES if name.endswith("datapackage.json")]) == 25
    assert len(FILES) == 31 + 25 + 25


@pytest.mark.usefixtures("no_schemas")
@pytest.mark.parametrize("name", FILES)
def test_one_changed_byte_is_named_with_expected_and_found(root: Path, name: str) -> None:
    before = (root / name).read_bytes()
    _flip(root / name, len(before) // 2)
    results = check(root)
    failures = [result for result in results if not result.ok and name in result.message]
    assert failures, name
    for result in failures:
        assert result.expected != result.found
        assert result.expected in result.message
        assert result.found in result.message
    after = sha256_of((root / name).read_bytes())
    if name != MANIFEST:
        hashes = [(result.expected, result.found) for result in failures]
        assert (sha256_of(before), after) in hashes
    with pytest.raises(DataChangedError, match=re.escape(name)):
        require_ok(results)


@pytest.mark.slow
@pytest.mark.usefixtures("no_schemas")
def test_any_changed_byte_of_the_manifest_is_found(root: Path) -> None:
    path = root / MANIFEST
    size = path.stat().st_size
    missed = []
    for part in range(40):
        offset = part * (size - 1) // 39
        _flip(path, offset)
        failures = [result for result in manifest_results(root) if not result.ok]
        if not any("manifest.json" in result.message for result in failures):
            missed.append(offset)
        _flip(path, offset)
    assert missed == []


@pytest.mark.usefixtures("no_schemas")
@pytest.mark.parametrize("name", FILES[::7])
def test_a_lost_file_is_named(root: Path, name: str) -> None:
    (root / name).unlink()
    assert any(name in result.message for result in _failures(root))


@pytest.mark.parametrize("folder", ["raw", "raw/source-register", "processed"])
def test_an_unlisted_file_is_named(root: Path, folder: str) -> None:
    (root / folder / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    failures = _failures(root)
    assert any(f"{folder}/extra.csv" in result.message for result in failures)
    with pytest.raises(DataChangedError, match=r"extra\.csv"):
        require_ok(failures)


def test_files_of_curves_are_left_to_their_own_checks(root: Path) -> None:
    (root / "processed" / "curves" / "extra.csv").write_text("a\n1\n", encoding="utf-8")
    (root / "processed" / "curves" / "manifest.json").unlink()
    assert _failures(root) == []


def test_a_folder_without_a_descriptor_is_named(root: Path) -> None:
    (root / "raw" / "new-report").mkdir()
    (failure,) = _failures(root)
    assert failure.dataset == "raw/new-report/datapackage.json"


def test_a_lost_folder_is_named(root: Path) -> None:
    shutil.rmtree(dataset("published_effects", root).folder)
    messages = " ".join(result.message for result in _failures(root))
    assert "raw/published-effects/published_effects.csv" in messages
    assert "published_effects.csv on one side only" in messages


def test_a_second_data_set_of_one_name_is_found(root: Path) -> None:
    shutil.copytree(dataset("season_dates", root).folder, root / "raw" / "zz-copy")
    assert any(
        result.check == "name" and result.found == "season_dates of season-dates-2026"
        for result in _failures(root)
    )


def test_a_processed_figure_changed_together_with_its_hash_is_found(root: Path) -> None:
    path = root / "processed" / "counts.csv"
    data = path.read_bytes().replace(b"3392,3600", b"3393,3600")
    path.write_bytes(data)
    manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    manifest["processed"]["counts.csv"]["sha256"] = sha256_of(data)
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (root / MANIFEST).write_text(text, encoding="utf-8")
    (failure,) = _failures(root)
    assert (failure.dataset, failure.check) == ("processed/counts.csv", "rebuild")


def test_a_manifest_that_leaves_out_an_input_is_found(root: Path) -> None:
    manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
    manifest["processed"]["effects.csv"]["inputs"].popitem()
    text = json.dumps(manifest, indent=2, sort_keys=True) + "\n"
    (root / MANIFEST).write_text(text, encoding="utf-8")
    (failure,) = _failures(root)
    assert failure.check == "inputs of effects.csv"
    assert failure.found.endswith("not listed")
