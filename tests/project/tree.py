"""The files of the project, for the tests of this folder."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
MAKE = shutil.which("make")
INSTALL_READS = (
    "Makefile",
    "scripts/install.sh",
    "requirements.lock",
    "requirements-report.lock",
    "pyproject.toml",
)

# What a tree that is not a git checkout holds besides the project's files.
NOT_OURS = {
    ".git",
    ".hypothesis",
    ".ipynb_checkpoints",
    ".mypy_cache",
    ".pytest_cache",
    ".ruff_cache",
    ".venv",
    "__pycache__",
    "dist",
}


def project_files() -> list[Path]:
    """Return all files that git tracks or would add, relative to the root; sorted.

    Outside a git checkout (a source archive, say): all files but environments and caches.
    """
    names = _files_of_git() if (ROOT / ".git").exists() else None
    files = _files_of_tree() if names is None else [Path(name) for name in names]
    # A tracked file may have been removed and not yet committed.
    return sorted(file for file in files if (ROOT / file).is_file())


def _files_of_git() -> list[str] | None:
    git = shutil.which("git")
    if git is None:
        return None
    done = subprocess.run(
        [git, "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    # git also fails where the folder belongs to another user; then the tree itself is read.
    return os.fsdecode(done.stdout).rstrip("\0").split("\0") if done.returncode == 0 else None


def _files_of_tree() -> list[Path]:
    files = []
    for folder, subfolders, names in os.walk(ROOT):
        subfolders[:] = [name for name in subfolders if name not in NOT_OURS]
        files += [Path(folder, name).relative_to(ROOT) for name in names]
    return files


def copy_project(target: Path) -> Path:
    """Copy the project's files into a new folder and return it."""
    for file in project_files():
        (target / file).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(ROOT / file, target / file)
    return target


def make(folder: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run make in a folder, without what the `make test` around a test hands down."""
    handed_down = {"MAKEFLAGS", "MFLAGS", "MAKELEVEL", "MAKEOVERRIDES", "PYTHON"}
    env = {key: value for key, value in os.environ.items() if key not in handed_down}
    return subprocess.run(
        [MAKE or "make", "--no-print-directory", *words],
        cwd=folder,
        env=env | variables,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
