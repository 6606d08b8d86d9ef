"""The version stands in several places; they agree. So do the other facts of CITATION.cff."""

from __future__ import annotations

import tomllib
from importlib.metadata import version

import yaml

import imgstats
from tests.project.tree import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CITATION = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))


def test_versions_agree():
    assert imgstats.__version__ == PROJECT["version"]
    assert version("imgstats") == PROJECT["version"]
    assert str(CITATION["version"]) == PROJECT["version"]


def test_citation_agrees_with_the_project():
    assert CITATION["cff-version"] == "1.2.0"
    assert CITATION["type"] == "software"
    assert CITATION["license"] == PROJECT["license"]
    assert CITATION["authors"] == PROJECT["authors"]
    assert CITATION["keywords"] == PROJECT["keywords"]
    assert CITATION["title"]
    assert CITATION["abstract"]
    assert CITATION["message"]


def test_licence_text():
    text = (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert text.startswith("BSD 3-Clause License\n")
    assert "Copyright (c) 2026, The imgstats developers" in text
