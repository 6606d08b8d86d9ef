"""The wheel carries what a report needs, and works far from the checkout."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tomllib
import venv
import zipfile
from pathlib import Path

import pytest

from tests.project.tree import ROOT, copy_project, project_files

pytestmark = pytest.mark.slow

VERSION = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]


def run(*command: str | Path, **options) -> str:
    """Run a command; on failure the test shows what it printed."""
    done: subprocess.CompletedProcess[str] = subprocess.run(
        [str(word) for word in command],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        **options,
    )
    assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}"
    return done.stdout


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    source = copy_project(tmp_path_factory.mktemp("source"))
    target = tmp_path_factory.mktemp("dist")
    build = (sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", target)
    run(*build, source, cwd=target)
    (path,) = target.glob("*.whl")
    return path


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """Return the Python of a new environment that holds the wheel.

    Its dependencies are those of the environment the tests run in, by a .pth file. Python does not
    read the .pth files of a folder added so: the editable install stays out of sight.
    """
    folder = tmp_path_factory.mktemp("fresh")
    venv.create(folder, with_pip=False, symlinks=True)
    new = folder / "bin" / "python"
    offline = ("--no-deps", "--no-index", "--disable-pip-version-check", "--quiet")
    run(sys.executable, "-m", "pip", "--python", new, "install", *offline, wheel)
    ask = "import sysconfig; print(sysconfig.get_path('purelib'))"
    (site,) = run(new, "-I", "-c", ask).split()
    known = sorted({sysconfig.get_path("purelib"), sysconfig.get_path("platlib")})
    Path(site, "dependencies.pth").write_text("\n".join(known) + "\n", encoding="utf-8")
    return new


@pytest.fixture
def elsewhere(tmp_path):
    """Return the options of a process that runs far from the checkout."""
    ours = ("IMGSTATS_", "JUPYTER", "PYTHON")
    env = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    # The data files of the Jupyter packages lie in the tests' own environment.
    env["JUPYTER_PATH"] = str(Path(sys.prefix, "share", "jupyter"))
    env["PATH"] = os.defpath
    return {"cwd": tmp_path, "env": env}


def test_contents(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())

    info = f"imgstats-{VERSION}.dist-info"
    shared = f"imgstats-{VERSION}.data"
    assert {name.split("/")[0] for name in names} == {"imgstats", info, shared}
    # The kernel that Jupyter finds by its name, and nothing else.
    kernel = f"{shared}/data/share/jupyter/kernels/imgstats-warm/kernel.json"
    assert [name for name in names if name.startswith(shared)] == [kernel]
    assert {f"{info}/licenses/LICENSE", f"{info}/licenses/CITATION.cff"} <= names
    assert not [name for name in names if "__pycache__" in name or ".ipynb_checkpoints" in name]

    expected = {
        "imgstats/py.typed",
        "imgstats/_bundled/data/processed/manifest.json",
        "imgstats/_bundled/notebooks/applicant_report.ipynb",
        "imgstats/_bundled/notebooks/cohort_report.ipynb",
        "imgstats/_bundled/notebooks/strategy_report.ipynb",
    }
    for file in project_files():
        if file.parts[0] == "imgstats":
            expected.add(file.as_posix())
        elif file.parts[:2] in {("data", "raw"), ("data", "processed")} or (
            file.parts[0] == "examples"
        ):
            expected.add(f"imgstats/_bundled/{file.as_posix()}")
    assert sorted(expected - names) == []

    for folder in ("imgstats/_bundled/data/raw/", "imgstats/reporting/templates/"):
        assert [name for name in names if name.startswith(folder)], folder


def test_imported_package_is_the_wheels(python, elsewhere):
    ask = (
        "import imgstats, importlib.metadata as m; "
        "print(imgstats.__file__); print(imgstats.__version__); print(m.version('imgstats'))"
    )
    file, *versions = run(python, "-c", ask, **elsewhere).split()
    assert Path(file).is_relative_to(python.parents[1])
    assert versions == [VERSION, VERSION]


@pytest.mark.parametrize("how", ["command", "module"])
def test_report(python, elsewhere, tmp_path, how):
    command = {
        "command": (python.with_name("imgstats"),),
        "module": (python, "-m", "imgstats.cli.main"),
    }[how]
    applicant = tmp_path / "applicant.yml"
    applicant.write_bytes((ROOT / "examples" / "applicant.yml").read_bytes())
    out = tmp_path / "report"
    run(*command, "report", applicant, "--out", out, **elsewhere)
    page = (out / "index.html").read_text(encoding="utf-8")
    assert "</html>" in page
    assert str(ROOT) not in page


def test_a_plan_from_the_examples_and_no_build(python, elsewhere, tmp_path):
    command = python.with_name("imgstats")
    for kind in ("plan", "practice"):
        run(command, "new", kind, **elsewhere)
    asked = ("plan.yml", "--practice", "practice.csv", "--today", "2026-11-30")
    said = run(command, "plan", *asked, "--out", "plan", **elsewhere)
    assert str(tmp_path / "plan" / "plan.html") in said
    assert "</html>" in (tmp_path / "plan" / "plan.html").read_text(encoding="utf-8")

    refused = subprocess.run(
        [command, "data", "build"], capture_output=True, text=True, check=False, **elsewhere
    )
    assert refused.returncode == 2
    assert "is part of an installed package" in refused.stderr
