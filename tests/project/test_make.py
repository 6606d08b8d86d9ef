"""What `make` and the scripts say when something is missing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.project.tree import INSTALL_READS, MAKE, ROOT, make

if TYPE_CHECKING:
    from pathlib import Path

SH = shutil.which("sh") or "/bin/sh"

pytestmark = pytest.mark.skipif(MAKE is None, reason="no make on PATH")


@pytest.fixture
def tree(tmp_path):
    """Return a folder that holds only what `make install` reads."""
    folder = tmp_path / "a copy"
    (folder / "scripts").mkdir(parents=True)
    for name in INSTALL_READS:
        shutil.copy2(ROOT / name, folder / name)
    return folder


def fake_python(folder: Path, body: str) -> Path:
    script = folder / "python-fake"
    script.write_text(f"#!{SH}\n{body}\n", encoding="utf-8")
    script.chmod(0o755)
    return script


def complaint(done: subprocess.CompletedProcess[str]) -> str:
    """Return the one line that the script printed; make itself adds a line of its own."""
    assert done.returncode != 0
    assert "Traceback" not in done.stdout + done.stderr
    lines = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    ours = [line for line in lines if line.startswith("make install: ")]
    of_make = [line for line in lines if "***" in line]
    assert len(ours) == 1, lines
    assert sorted(ours + of_make) == sorted(lines)
    return ours[0]


@pytest.mark.slow
@pytest.mark.parametrize("version", ["2.7.18", "3.9.2", "3.10.14", "3.14.0"])
def test_unsuited_python(tree, tmp_path, version):
    python = fake_python(tmp_path, f"echo {version}")
    line = complaint(make(tree, "install", f"PYTHON={python}"))
    assert f"is Python {version}; imgstats needs Python 3.11, 3.12 or 3.13" in line
    assert "PYTHON=" in line
    assert not (tree / ".venv").exists()


@pytest.mark.slow
def test_no_such_python(tree):
    line = complaint(make(tree, "install", "PYTHON=no-such-python"))
    assert "no command no-such-python" in line
    assert "imgstats needs Python 3.11, 3.12 or 3.13" in line


@pytest.mark.slow
def test_python_that_does_not_run(tree, tmp_path):
    python = fake_python(tmp_path, "echo a long story >&2; exit 3")
    assert "does not run" in complaint(make(tree, "install", f"PYTHON={python}"))


def test_python_without_venv(tree, tmp_path):
    python = fake_python(
        tmp_path,
        f"""case "$*" in
*ensurepip*) echo "Traceback: No module named ensurepip" >&2; exit 1 ;;
*"print("*) echo 3.12.4; exit 0 ;;
*) exec {sys.executable} "$@" ;;
esac""",
    )
    line = complaint(make(tree, "install", f"PYTHON={python}"))
    assert "lacks its venv or ensurepip module" in line
    assert "python3.12-venv" in line
    assert not (tree / ".venv").exists()


@pytest.mark.slow
def test_failed_install_leaves_no_stamp(tree):
    hashed = f"no-such-package==1.0 --hash=sha256:{'0' * 64}\n"
    (tree / "requirements.lock").write_text(hashed, encoding="utf-8")
    done = make(tree, "install", f"PYTHON={sys.executable}", PIP_NO_INDEX="1", PIP_FIND_LINKS="")
    assert done.returncode != 0
    assert "==> 1/4 environment" in done.stdout
    assert "make install: the packages could not be installed" in done.stderr
    assert "Traceback" not in done.stderr
    assert (tree / ".venv" / "bin" / "python").exists()
    assert not (tree / ".venv" / ".installed").exists()


def test_help_is_the_default_and_lists_the_commands(tree):
    done = make(tree)
    assert done.returncode == 0
    assert make(tree, "help").stdout == done.stdout
    for command in ("install", "report", "test", "lint", "format", "lock", "wheel", "clean"):
        assert f"\n  {command} " in done.stdout


def test_lock_without_uv(tree, tmp_path):
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("sh", "awk"):
        (tools / name).symlink_to(shutil.which(name) or f"/usr/bin/{name}")
    locks = sorted(tree.glob("*.lock"))
    before = [lock.read_bytes() for lock in locks]
    done = make(tree, "lock", PATH=str(tools))
    assert done.returncode != 0
    assert "make lock: no command uv" in done.stderr
    assert len(locks) == 2
    assert [lock.read_bytes() for lock in locks] == before


@pytest.mark.parametrize("script", ["scripts/install.sh", ".ci/run"])
def test_scripts_parse(script):
    shell = SH if script.endswith(".sh") else shutil.which("bash")
    if shell is None:
        pytest.skip("no bash on PATH")
    assert subprocess.run([shell, "-n", str(ROOT / script)], check=False).returncode == 0
