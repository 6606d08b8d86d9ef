"""requirements.lock: exact, hashed, complete, and free of addresses."""

from __future__ import annotations

import re
import tomllib

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.project.tree import ROOT

ENTRY = re.compile(r"(?P<name>[a-z0-9-]+)==(?P<version>[^\s;]+)(?: ; (?P<marker>[^\\]+))?")
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def entries() -> list[list[str]]:
    """Return the entries of the lock, each as its parts: requirement, hash, hash, ..."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    lines = text.replace("\\\n", "\0").splitlines()
    return [[part.strip() for part in line.split("\0")] for line in lines if line.strip()]


def direct_dependencies() -> list[str]:
    """Return what pyproject.toml asks for, with all extras and to build."""
    project = PROJECT["project"]
    asked = [*PROJECT["build-system"]["requires"], *project["dependencies"]]
    for extra in project["optional-dependencies"].values():
        asked += extra
    own = canonicalize_name(project["name"])
    return sorted({line for line in asked if canonicalize_name(Requirement(line).name) != own})


def environment(python: str, platform: str) -> dict[str, str]:
    """Return the marker environment of a Python on a platform."""
    values = {str(name): str(value) for name, value in default_environment().items()}
    return values | {
        "python_version": python.rpartition(".")[0],
        "python_full_version": python,
        "implementation_version": python,
        "sys_platform": platform,
        "platform_system": {"linux": "Linux", "darwin": "Darwin"}[platform],
        "os_name": "posix",
    }


def test_every_entry_is_exact_and_hashed():
    found = entries()
    assert found
    for requirement, *hashes in found:
        assert ENTRY.fullmatch(requirement), requirement
        assert hashes, requirement
        for value in hashes:
            assert HASH.fullmatch(value), f"{requirement}: {value}"


def test_no_address():
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    assert re.findall(r"://|@|--(?!hash=)[a-z-]+|^-", text, re.MULTILINE) == []


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("python", ["3.11.0", "3.11.13", "3.12.0", "3.13.0", "3.13.9"])
def test_every_direct_dependency_has_one_version_that_suits(python, platform):
    here = environment(python, platform)
    locked: dict[str, list[str]] = {}
    for requirement, *_ in entries():
        entry = Requirement(requirement)
        if entry.marker is None or entry.marker.evaluate(here):
            version = str(entry.specifier).removeprefix("==")
            locked.setdefault(canonicalize_name(entry.name), []).append(version)

    twice = {name: versions for name, versions in locked.items() if len(versions) > 1}
    assert twice == {}
    for line in direct_dependencies():
        asked = Requirement(line)
        if asked.marker is not None and not asked.marker.evaluate(here):
            continue
        versions = locked.get(canonicalize_name(asked.name))
        assert versions, f"{line} is not in requirements.lock; run make lock"
        assert asked.specifier.contains(versions[0], prereleases=True), f"{line}: {versions[0]}"
