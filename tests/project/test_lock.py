"""The lock files: exact, hashed, complete, free of addresses, and one a part of the other."""

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
ALL, FOR_REPORTS = "requirements.lock", "requirements-report.lock"
# By lock, the extras it holds.
EXTRAS = {
    ALL: tuple(PROJECT["project"]["optional-dependencies"]),
    FOR_REPORTS: ("reports", "plan", "clone"),
}
locks = pytest.mark.parametrize("lock", EXTRAS)


def entries(lock: str) -> list[list[str]]:
    """Return the entries of a lock, each as its parts: requirement, hash, hash, ..."""
    text = (ROOT / lock).read_text(encoding="utf-8")
    lines = text.replace("\\\n", "\0").splitlines()
    return [[part.strip() for part in line.split("\0")] for line in lines if line.strip()]


def direct_dependencies(lock: str) -> list[str]:
    """Return what pyproject.toml asks for, with the extras of a lock and to build."""
    project = PROJECT["project"]
    asked = [*PROJECT["build-system"]["requires"], *project["dependencies"]]
    for extra in EXTRAS[lock]:
        asked += project["optional-dependencies"][extra]
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


@locks
def test_every_entry_is_exact_and_hashed(lock):
    found = entries(lock)
    assert found
    for requirement, *hashes in found:
        assert ENTRY.fullmatch(requirement), requirement
        assert hashes, requirement
        for value in hashes:
            assert HASH.fullmatch(value), f"{requirement}: {value}"


@locks
def test_no_address(lock):
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert re.findall(r"://|@|--(?!hash=)[a-z-]+|^-", text, re.MULTILINE) == []


def test_what_reports_need_is_a_part_of_all_version_by_version():
    whole, part = (
        {requirement.partition(" ;")[0]: set(hashes) for requirement, *hashes in entries(lock)}
        for lock in (ALL, FOR_REPORTS)
    )
    assert sorted(part.keys() - whole.keys()) == []
    assert [name for name in part if not part[name] & whole[name]] == []
    assert len(part) < 0.6 * len(whole)


@pytest.mark.parametrize("name", ["mypy", "playwright", "jupyterlab", "pyarrow", "pytest"])
def test_reports_do_without(name):
    assert name not in {requirement.partition("==")[0] for requirement, *_ in entries(FOR_REPORTS)}


@locks
@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize("python", ["3.11.0", "3.11.13", "3.12.0", "3.13.0", "3.13.9"])
def test_every_direct_dependency_has_one_version_that_suits(python, platform, lock):
    here = environment(python, platform)
    locked: dict[str, list[str]] = {}
    for requirement, *_ in entries(lock):
        entry = Requirement(requirement)
        if entry.marker is None or entry.marker.evaluate(here):
            version = str(entry.specifier).removeprefix("==")
            locked.setdefault(canonicalize_name(entry.name), []).append(version)

    twice = {name: versions for name, versions in locked.items() if len(versions) > 1}
    assert twice == {}
    for line in direct_dependencies(lock):
        asked = Requirement(line)
        if asked.marker is not None and not asked.marker.evaluate(here):
            continue
        versions = locked.get(canonicalize_name(asked.name))
        assert versions, f"{line} is not in {lock}; run make lock"
        assert asked.specifier.contains(versions[0], prereleases=True), f"{line}: {versions[0]}"
