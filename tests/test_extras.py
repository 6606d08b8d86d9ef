"""What a command looks for is what its extra installs."""

from __future__ import annotations

import tomllib

import pytest
from packaging.requirements import Requirement

from imgstats.extras import PACKAGES
from tests.project.tree import ROOT

EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "optional-dependencies"
]


def _installed(extra):
    """Return the packages of an extra, as they are imported, with those of the extras in it."""
    asked = [Requirement(line) for line in EXTRAS[extra]]
    inner = {name for each in asked for part in each.extras for name in _installed(part)}
    return inner | {each.name.replace("-", "_") for each in asked}


@pytest.mark.parametrize("extra", PACKAGES)
def test_an_extra_installs_what_its_commands_look_for(extra):
    assert set(PACKAGES[extra]) <= _installed(extra)
