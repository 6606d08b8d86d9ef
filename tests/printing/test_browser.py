"""Which browser prints."""

from __future__ import annotations

import platform
import re
from pathlib import Path

import pytest

from imgstats.errors import WorkError
from imgstats.printing import browser
from imgstats.printing.browser import BROWSER_VARIABLE, NAMES, find_browser
from tests.printing.browsers import script


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv(BROWSER_VARIABLE, raising=False)


@pytest.mark.parametrize("name", NAMES)
def test_a_browser_is_found_by_its_name(tmp_path, name):
    found = script(tmp_path, "").rename(tmp_path / name)
    assert find_browser() == str(found)


def test_the_one_that_is_named_goes_first(tmp_path, monkeypatch):
    script(tmp_path, "").rename(tmp_path / "chromium")
    named = script(tmp_path, "")
    monkeypatch.setenv(BROWSER_VARIABLE, str(named))
    assert find_browser() == str(named)


def test_without_one_a_line_says_what_to_install():
    with pytest.raises(WorkError, match=r"no browser.*install Chromium.*IMGSTATS_BROWSER$"):
        find_browser()


def test_under_wsl_it_says_where(monkeypatch):
    monkeypatch.setattr(platform, "release", lambda: "5.15.1-microsoft-standard-WSL2")
    with pytest.raises(WorkError, match="inside Linux"):
        find_browser()


@pytest.mark.parametrize(("name", "why"), [("none", "no program"), ("chrome.exe", "of Windows")])
def test_a_name_that_is_wrong_is_not_passed_over(tmp_path, monkeypatch, name, why):
    script(tmp_path, "").rename(tmp_path / "chrome.exe")
    script(tmp_path, "").rename(tmp_path / "chromium")
    monkeypatch.setenv(BROWSER_VARIABLE, str(tmp_path / name))
    with pytest.raises(WorkError, match=f"{re.escape(name)}, which is .*{why}"):
        find_browser()


def test_macos_has_it_among_its_applications(tmp_path, monkeypatch):
    place = tmp_path / browser._APPS[0]
    place.parent.mkdir(parents=True)
    script(tmp_path, "").rename(place)
    monkeypatch.setattr(platform, "system", lambda: "Darwin")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert find_browser() == str(place)


def test_the_check_in_a_fresh_clone_looks_for_the_same_names():
    text = Path(__file__).parents[2].joinpath(".ci", "run").read_text(encoding="utf-8")
    names = re.search(r"for name in (.*); do", text)
    assert names is not None
    assert names.group(1).split() == list(NAMES)
