"""Where data and notebooks are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from imgstats.errors import InputError
from imgstats.sources import data_root, locations, notebook_path
from imgstats.sources.locations import DATA_ROOT_VARIABLE, resolve_root

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def _no_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(DATA_ROOT_VARIABLE, raising=False)


def _package(monkeypatch: pytest.MonkeyPatch, parent: Path) -> Path:
    package = parent / "imgstats"
    package.mkdir(parents=True)
    monkeypatch.setattr(locations, "PACKAGE", package)
    return package


def _data(place: Path) -> Path:
    for name in ("raw", "processed"):
        (place / name).mkdir(parents=True)
    return place


def test_the_variable_wins(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(_data(tmp_path / "mine")))
    assert data_root() == tmp_path / "mine"


@pytest.mark.parametrize("missing", ["raw", "processed"])
def test_an_incomplete_folder_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, missing: str
) -> None:
    (_data(tmp_path / "mine") / missing).rmdir()
    monkeypatch.setenv(DATA_ROOT_VARIABLE, str(tmp_path / "mine"))
    with pytest.raises(InputError, match=f"IMGSTATS_DATA_ROOT is .*mine, which lacks {missing}/"):
        data_root()


def test_a_checkout_comes_before_the_bundled_copy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = _package(monkeypatch, tmp_path)
    bundled = _data(package / "_bundled" / "data")
    checkout = _data(tmp_path / "data")
    (tmp_path / "pyproject.toml").touch()
    assert data_root() == checkout
    (tmp_path / "pyproject.toml").unlink()
    assert data_root() == bundled


def test_no_data_at_all_is_an_input_error(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    _package(monkeypatch, tmp_path)
    with pytest.raises(InputError, match=r"lacks raw/ and processed/; allowed: .*; set IMGSTATS"):
        data_root()


def test_a_root_without_raw_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"has no folder raw/; allowed: a folder that holds raw/"):
        resolve_root(tmp_path)


def test_notebooks_follow_the_checkout_then_the_package(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    package = _package(monkeypatch, tmp_path)
    places = [tmp_path / "notebooks", package / "_bundled" / "notebooks"]
    for place in places:
        place.mkdir(parents=True)
        (place / "applicant_report.ipynb").touch()
    (tmp_path / "pyproject.toml").touch()
    assert notebook_path() == places[0] / "applicant_report.ipynb"
    (tmp_path / "pyproject.toml").unlink()
    assert notebook_path() == places[1] / "applicant_report.ipynb"


def test_an_unknown_notebook_suggests(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    place = _package(monkeypatch, tmp_path) / "_bundled" / "notebooks"
    place.mkdir(parents=True)
    (place / "applicant_report.ipynb").touch()
    with pytest.raises(InputError, match=r"did you mean applicant_report\.ipynb\?"):
        notebook_path("aplicant_report.ipynb")
