"""Where own tables are on machines of people without a home."""

from __future__ import annotations

from typing import Any

import pytest

from imgstats.errors import InputError
from imgstats.own_tables import OwnTables
from imgstats.own_tables.folder import DATA_DIR_VARIABLE, own_folder
from tests.own_tables.adding import BAND, WHO

ABOUT: dict[str, Any] = {
    "kind": "band",
    "source": "Report X",
    "year": 2026,
    "measure": "attempts",
    **WHO,
}


@pytest.fixture
def homeless(monkeypatch):
    """Take home, passwd entry and variables away."""

    def missing(*_):
        raise KeyError("uid not found")

    for each in ("HOME", "XDG_DATA_HOME", DATA_DIR_VARIABLE):
        monkeypatch.delenv(each, raising=False)
    monkeypatch.setattr("pwd.getpwuid", missing)
    monkeypatch.setattr("pwd.getpwnam", missing)
    return monkeypatch


def _has_none_and_takes_none(tmp_path):
    assert list(OwnTables().certificates()) == []
    file = tmp_path / "own.csv"
    file.write_text(BAND, encoding="utf-8")
    with pytest.raises(InputError, match="IMGSTATS_DATA_DIR"):
        OwnTables().add(file, **ABOUT)


@pytest.mark.usefixtures("homeless")
def test_who_has_no_home_has_no_own_tables(tmp_path):
    _has_none_and_takes_none(tmp_path)


@pytest.mark.parametrize("home", ["/dev/null", "relative"])
def test_a_home_that_is_none_holds_none(tmp_path, homeless, home):
    homeless.setenv("HOME", home)
    homeless.chdir(tmp_path)
    _has_none_and_takes_none(tmp_path)
    assert [each.name for each in tmp_path.iterdir()] == ["own.csv"]


def test_the_variable_does_without_a_home(homeless, tmp_path):
    homeless.setenv(DATA_DIR_VARIABLE, str(tmp_path))
    assert own_folder() == tmp_path / "own_tables"


@pytest.mark.parametrize("named", ["~/mine", "~nobody-of-that-name/mine"])
def test_a_home_that_nobody_knows_is_told(homeless, named):
    homeless.setenv(DATA_DIR_VARIABLE, named)
    with pytest.raises(InputError, match=r"there is no such home; allowed: a folder; name it in"):
        own_folder()
