"""What `make` does to an environment: makes it, lets it grow, leaves it; after an interruption too.

A stand-in for Python notes what it is asked to do, so that nothing is installed.
"""

from __future__ import annotations

import re
import shutil

import pytest

from tests.project.tree import INSTALL_READS, MAKE, ROOT, make

pytestmark = pytest.mark.skipif(MAKE is None, reason="no make on PATH")

# `-m pip install` notes the packages of its file and fails where FAIL_AT is among them.
PYTHON = r"""#!/bin/sh
self=$(cd "$(dirname "$0")" && pwd)/$(basename "$0")
case "$*" in
  *"print("*) echo "${FAKE_VERSION:-3.12.4}"; echo "$FAKE_PYTHON" ;;
  "-m venv --clear "*)
    echo venv >>"$LOG"
    rm -rf "$4"; mkdir -p "$4/bin" "$4/lib"; cp "$self" "$4/bin/python"
    printf '#!/bin/sh\n' >"$4/bin/imgstats"; chmod +x "$4/bin/imgstats" ;;
  *--editable*) echo imgstats >>"$LOG" ;;
  *"pip install"*)
    for file; do :; done
    names=$(sed -n 's/==.*//p' "$file")
    echo $names >>"$LOG"
    for name in $names; do [ "$name" != "${FAIL_AT:-}" ] || exit 1; done ;;
esac
exit 0
"""
SMALL = ["a", "b"]
WHOLE = ["a", "b", "c"]


def lock(names):
    return "".join(f"{name}==1.0 \\\n    --hash=sha256:{'0' * 64}\n" for name in names)


class Tree:
    """A project with two small locks and a Python that only notes."""

    def __init__(self, folder):
        self.folder = folder
        (folder / "scripts").mkdir(parents=True)
        for name in INSTALL_READS:
            shutil.copy2(ROOT / name, folder / name)
        self.write("requirements-report.lock", lock(SMALL))
        self.write("requirements.lock", lock(WHOLE))
        self.python = folder / "python-fake"
        self.write("python-fake", PYTHON)
        self.python.chmod(0o755)
        self.log = folder / "log"

    def write(self, name, text):
        (self.folder / name).write_text(text, encoding="utf-8")

    def run(self, goal, *words, **variables):
        """Return what was asked of Python, and what was printed."""
        self.log.write_text("", encoding="utf-8")
        told = {"LOG": str(self.log), "FAKE_PYTHON": str(self.python), "PATH": self.path()}
        done = make(self.folder, goal, *words, **told | variables)
        self.code = done.returncode
        return self.log.read_text(encoding="utf-8").splitlines(), done.stdout + done.stderr

    def path(self):
        """Return a PATH whose python3 is the stand-in."""
        tools = self.folder / "tools"
        if not tools.exists():
            tools.mkdir()
            (tools / "python3").symlink_to(self.python)
        return f"{tools}:/usr/bin:/bin"


@pytest.fixture
def tree(tmp_path):
    return Tree(tmp_path / "a copy")


NEW_SMALL = ["venv", "a b", "imgstats"]
NEW_WHOLE = ["venv", "a b c", "imgstats"]


def test_a_report_installs_what_it_needs_and_a_second_one_nothing(tree):
    asked, said = tree.run("report")
    assert (tree.code, asked) == (0, NEW_SMALL)
    assert "packages of requirements-report.lock (550 MB on disk" in said
    asked, said = tree.run("report")
    assert (tree.code, asked) == (0, [])
    assert ".venv is up to date (Python 3.12.4)" in said


def test_the_rest_is_added_to_the_same_environment_and_serves_reports_too(tree):
    tree.run("report")
    asked, said = tree.run("install")
    assert (tree.code, asked) == (0, ["a b c"])
    assert "1/4 environment: .venv stays" in said
    for goal in ("install", "report"):
        assert tree.run(goal)[0] == []
    assert not (tree.folder / ".venv" / ".growing").exists()


def test_an_environment_with_everything_is_left_alone_by_a_report(tree):
    assert tree.run("install")[0] == NEW_WHOLE
    assert tree.run("report")[0] == []
    assert tree.run("install")[0] == []


def test_an_install_that_failed_begins_anew(tree):
    tree.run("report", FAIL_AT="b")
    assert tree.code != 0
    assert tree.run("report")[0] == NEW_SMALL


def test_reports_go_on_while_growing_failed_and_all_begins_anew(tree):
    tree.run("report")
    asked, said = tree.run("install", FAIL_AT="c")
    assert tree.code != 0
    assert asked == ["a b c"]
    assert "make install: the packages could not be installed" in said
    assert tree.run("report")[0] == []
    assert tree.run("install")[0] == NEW_WHOLE
    assert tree.run("install")[0] == []


def test_a_project_that_changed_is_installed_again_and_no_package_is(tree):
    for goal in ("report", "install"):
        tree.run(goal)
        with (tree.folder / "pyproject.toml").open("a", encoding="utf-8") as stream:
            stream.write("# changed\n")
        assert tree.run(goal)[0] == ["imgstats"]
        assert tree.run(goal)[0] == []


def test_growing_takes_a_changed_project_along(tree):
    tree.run("report")
    with (tree.folder / "pyproject.toml").open("a", encoding="utf-8") as stream:
        stream.write("# changed\n")
    assert tree.run("install")[0] == ["a b c", "imgstats"]


@pytest.mark.parametrize(
    ("had", "changed", "goal", "expected"),
    [
        ("report", "requirements-report.lock", "report", ["venv", "a b d", "imgstats"]),
        ("report", "requirements-report.lock", "install", NEW_WHOLE),
        ("report", "requirements.lock", "report", []),
        ("report", "requirements.lock", "install", ["a b d"]),
        ("install", "requirements.lock", "install", ["venv", "a b d", "imgstats"]),
        ("install", "requirements.lock", "report", NEW_SMALL),
        ("install", "requirements-report.lock", "install", []),
    ],
)
def test_a_lock_that_changed(tree, had, changed, goal, expected):
    tree.run(had)
    tree.write(changed, lock(["a", "b", "d"]))
    assert tree.run(goal)[0] == expected
    assert tree.run(goal)[0] == []


def test_another_python_gets_another_environment(tree):
    tree.run("report")
    newer = {"FAKE_VERSION": "3.13.1"}
    assert tree.run("install", f"PYTHON={tree.python}", **newer)[0] == NEW_WHOLE
    assert tree.run("report", f"PYTHON={tree.python}", **newer)[0] == []


def test_an_environment_that_lost_its_python_is_made_anew(tree):
    tree.run("report")
    (tree.folder / ".venv" / "bin" / "python").unlink()
    assert tree.run("install")[0] == NEW_WHOLE


def test_progress_is_told_part_by_part(tree):
    tree.write("requirements-report.lock", lock([f"p{n:02}" for n in range(1, 33)]))
    asked, said = tree.run("report")
    told = re.findall(r"==> +(\d+) to (\d+) of 32: (\w+) to (\w+)\n", said)
    assert told == [
        ("1", "15", "p01", "p15"),
        ("16", "30", "p16", "p30"),
        ("31", "32", "p31", "p32"),
    ]
    assert " ".join(asked[1:4]).split() == [f"p{n:02}" for n in range(1, 33)]


def test_the_readme_says_what_the_script_says():
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    script = (ROOT / "scripts" / "install.sh").read_text(encoding="utf-8")
    sizes = re.findall(r'size="(.+?)"', script)
    assert len(sizes) == 2
    assert [size for size in sizes if size not in text] == []
