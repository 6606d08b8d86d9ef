"""The manifest is read as it was written or not at all, and knows the code."""

from __future__ import annotations

import ast
import shutil
from functools import cache

import pytest

from imgstats.curves import manifest
from imgstats.curves.inputs import digest_of
from imgstats.curves.manifest import (
    CurveEntry,
    CurvesManifest,
    code_hash,
    parse_manifest,
)
from imgstats.curves.record import CurveKey
from imgstats.errors import DataChangedError
from imgstats.sources.locations import PACKAGE

pytestmark = pytest.mark.slow

MADE = CurvesManifest(
    code="ab",
    files={"fits.csv": "cd"},
    curves={
        CurveKey("2026", "us_img", "B", "m"): CurveEntry("12", ""),
        CurveKey("2026", "us_img", "A", "m"): CurveEntry("34", "too few digits"),
    },
)


def test_it_comes_back_as_it_was():
    assert parse_manifest(MADE.render(), "m") == MADE
    assert parse_manifest(MADE.render(), "m").render() == MADE.render()


def test_another_format_is_refused():
    data = MADE.render().replace(b'"format": 2', b'"format": 1')
    with pytest.raises(DataChangedError, match="format 1"):
        parse_manifest(data, "m")


def test_another_form_is_refused():
    with pytest.raises(DataChangedError, match="as a build writes it"):
        parse_manifest(MADE.render().replace(b"\n", b" \n", 1), "m")


@pytest.fixture(scope="module", autouse=True)
def _each_source_is_read_once():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(manifest, "_meaning_hash", cache(manifest._meaning_hash))
        yield


@pytest.fixture
def package(tmp_path):
    return shutil.copytree(PACKAGE, tmp_path / "imgstats", ignore=shutil.ignore_patterns("*.pyc"))


def test_what_decides_the_numbers_moves_the_hash(package):
    known = code_hash()
    assert code_hash(package) == known
    unmoved = []
    for name in (
        "estimators/tilt.py",
        "estimators/misfit.py",
        "curves/compute.py",
        "curves/borrowed.py",
        "curves/record.py",
        "levels.py",
        "measures.py",
        "tables/summary.py",
    ):
        before = (package / name).read_bytes()
        (package / name).write_bytes(before + b"\nMORE = 1\n")
        unmoved += [name] * (code_hash(package) == known)
        (package / name).write_bytes(before)
    assert unmoved == []
    assert code_hash(package) == known


def test_a_changed_number_moves_the_hash(package):
    path = package / "levels.py"
    before = path.read_text(encoding="utf-8")
    path.write_text(before.replace("0.95", "0.9"), encoding="utf-8")
    assert path.read_text(encoding="utf-8") != before
    assert code_hash(package) != code_hash()


def test_words_and_layout_do_not_move_the_hash(package):
    for name in ("estimators/tilt.py", "tables/summary.py"):
        path = package / name
        source = path.read_text(encoding="utf-8")
        words = ast.get_docstring(ast.parse(source), clean=False)
        assert words is not None
        path.write_text(source.replace(words, "Other words.") + "\n# A remark.\n", encoding="utf-8")
    assert code_hash(package) == code_hash()


def test_a_module_that_moved_does_not_move_the_hash(package):
    tilt, moved = package / "estimators" / "tilt_design.py", package / "estimators" / "tilt_fit.py"
    source = tilt.read_text(encoding="utf-8")
    assert "from imgstats.estimators.tilt_model import" in source
    tilt.write_text(source.replace("tilt_model import", "tilt_fit import"), encoding="utf-8")
    (package / "estimators" / "tilt_model.py").rename(moved)
    assert code_hash(package) == code_hash()


def test_an_estimator_of_curves_moves_the_hash_and_a_page_does_not(package):
    (package / "reporting" / "page.py").write_text("", encoding="utf-8")
    assert code_hash(package) == code_hash()
    # Trends are no curves that are stored.
    (package / "estimators" / "trend.py").write_text("", encoding="utf-8")
    assert code_hash(package) == code_hash()
    (package / "estimators" / "tilt_new.py").write_text("", encoding="utf-8")
    assert code_hash(package) != code_hash()


def test_a_digest_is_not_pythons_own_hash(tables):
    table = tables.outcome_summary(group="non_us_img", year="2026")
    assert len(digest_of(table)) == 64
