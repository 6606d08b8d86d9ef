"""Fingerprints change with what a report is made from, and with nothing else."""

from __future__ import annotations

import os
from dataclasses import replace

import pytest

import imgstats
from imgstats.batch.fingerprint import Fingerprint, fingerprint, inputs_digest
from imgstats.own_tables.digest import digest_of, files_under

MADE_BY = Fingerprint(version="1", code="c", data="d")


@pytest.fixture
def data(data_copy, monkeypatch):
    root = data_copy()
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(root))
    return root


@pytest.fixture
def own(tmp_path, monkeypatch):
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path))
    return tmp_path / "own_tables"


def _first(root):
    return min(each for each in (root / "raw").rglob("*") if each.is_file())


def test_a_copy_of_the_data_is_the_same_data(data, monkeypatch):
    assert data.is_dir()
    there = fingerprint()
    monkeypatch.delenv("IMGSTATS_DATA_ROOT")
    assert fingerprint() == there
    assert there.version == imgstats.__version__


def test_time_changes_nothing(data):
    before = fingerprint()
    for path in data.rglob("*"):
        os.utime(path, (1, 1))
    assert fingerprint() == before


def test_one_byte_of_the_data_changes_it(data):
    before = fingerprint()
    path = _first(data)
    content = bytearray(path.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    after = fingerprint()
    assert after.data != before.data
    assert replace(after, data=before.data) == before


def test_a_file_more_less_or_renamed_changes_it(data):
    found = {fingerprint().data}
    path = _first(data)
    path.rename(path.with_name("renamed"))
    found.add(fingerprint().data)
    path.with_name("renamed").unlink()
    found.add(fingerprint().data)
    (data / "raw" / "new").write_bytes(b"")
    found.add(fingerprint().data)
    assert len(found) == 4


def test_own_tables_change_it_and_none_is_none(own):
    none = fingerprint()
    own.mkdir()
    assert fingerprint() == none
    (own / "mine.csv").write_text("a")
    one = fingerprint()
    (own / "mine.csv").write_text("b")
    assert len({none.data, one.data, fingerprint().data}) == 3
    (own / "mine.csv").unlink()
    assert fingerprint() == none


def test_one_byte_of_the_package_changes_it_and_built_files_do_not(tmp_path):
    (tmp_path / "__pycache__").mkdir()
    (tmp_path / "a.py").write_text("1")
    before = digest_of(files_under(tmp_path))
    (tmp_path / "__pycache__" / "a.pyc").write_text("x")
    assert digest_of(files_under(tmp_path)) == before
    (tmp_path / "a.py").write_text("2")
    assert digest_of(files_under(tmp_path)) != before


def test_everything_that_goes_in_changes_the_digest():
    digests = {
        inputs_digest({"a": 1}, "n", MADE_BY),
        inputs_digest({"a": 2}, "n", MADE_BY),
        inputs_digest({"b": 1}, "n", MADE_BY),
        inputs_digest({"a": 1}, "m", MADE_BY),
        *(inputs_digest({"a": 1}, "n", replace(MADE_BY, **{name: "x"}))
          for name in ("version", "code", "data")),
    }  # fmt: skip
    assert len(digests) == 7


def test_the_order_of_parameters_is_nothing():
    assert inputs_digest({"a": 1, "b": None}, "n", MADE_BY) == inputs_digest(
        {"b": None, "a": 1}, "n", MADE_BY
    )
