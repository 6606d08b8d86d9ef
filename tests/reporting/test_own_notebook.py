"""A notebook of one's own runs where it lies, as in JupyterLab, and its end is told rightly."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from base64 import b64decode
from pathlib import Path

import nbformat
import pytest

from imgstats import Applicant
from imgstats.errors import WorkError
from imgstats.reporting.report import write_report
from imgstats.sources import notebook_path
from tests.common import run_forked
from tests.patience import PATIENCE
from tests.reporting.page_text import soup
from tests.reporting.small_notebooks import notebook_of, printed

pytestmark = pytest.mark.slow

APPLICANT = Applicant(group="us_img", step2_ck=230)
PARAMETERS = "\n".join(f"{name} = None" for name in Applicant.model_fields)
PNG = (
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk"
    "+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
ASKED = """
import json, os, sys
import helpers, tools.deep
from IPython.display import Image
from pathlib import Path
print(json.dumps({
    "cwd": os.getcwd(), "text": Path("school.csv").read_text(), "helper": helpers.word,
    "deep": tools.deep.word, "last": sys.path[-1], "names": [n for n in dir() if "stand" in n],
}))
"""
OTHERS = ["Image('seal.png')", "![seal](seal.png)", "$x^2$", "![](https://example.org/a.png)"]


def write_beside(folder):
    """Write an own notebook with all that it needs beside it."""
    (folder / "tools").mkdir(parents=True)
    (folder / "helpers.py").write_text("word = 'helped'\n", encoding="utf-8")
    (folder / "tools" / "deep.py").write_text("word = 'deep'\n", encoding="utf-8")
    (folder / "school.csv").write_text("a\n", encoding="utf-8")
    (folder / "seal.png").write_bytes(b64decode(PNG))
    notebook = notebook_of(ASKED, OTHERS[0], parameters=PARAMETERS)
    notebook.cells += [nbformat.v4.new_markdown_cell(each) for each in OTHERS[1:]]
    path = folder / "own {2026} {x}.ipynb"
    nbformat.write(notebook, path)
    return path


def state():
    """Return what a report must not change in its process."""
    variables = {name: value for name, value in os.environ.items() if "PYTEST" not in name}
    return Path.cwd(), list(sys.path), variables


@pytest.fixture(scope="module")
def guest(tmp_path_factory):
    """Return the folder of an own notebook, what the process was before, and its report."""
    folder = tmp_path_factory.mktemp("guest") / "{2026} é"
    path = write_beside(folder)
    before = state()
    made = write_report(APPLICANT, folder / "out", notebook=path)
    return folder, before, made


def test_files_pictures_and_modules_beside_it_are_found(guest):
    folder, _, made = guest
    found = json.loads(printed(nbformat.read(made.record, as_version=4))[0])
    assert found == {
        "cwd": str(folder),
        "text": "a\n",
        "helper": "helped",
        "deep": "deep",
        "last": str(folder),
        "names": [],
    }


def test_what_it_shows_is_on_the_page_and_the_rest_is_named(guest):
    page = soup(guest[2].page.read_text(encoding="utf-8"))
    assert [image["src"] for image in page.select("main img")] == [
        f"data:image/png;base64,{PNG}",
        f"data:image/png;base64,{PNG}",
    ]
    assert len(page.select("math")) == 1
    (line,) = guest[2].lost
    assert line.startswith("cell 6: the picture 'https://example.org/a.png': it is on the network")


def test_the_process_that_makes_the_report_stays_where_it_was(guest):
    assert state() == guest[1]


def test_nothing_is_left_beside_it(guest):
    names = {path.name for path in guest[0].rglob("*")}
    assert "__pycache__" not in names
    assert {path.name for path in guest[0].iterdir()} == {
        "helpers.py",
        "tools",
        "school.csv",
        "seal.png",
        "out",
        "own {2026} {x}.ipynb",
    }


@pytest.mark.parametrize("seed", ["0", None])
def test_the_command_runs_it_there_too_forked_or_not(tmp_path, seed):
    path = write_beside(tmp_path / "there")
    environment = {**os.environ, "PYTHONHASHSEED": seed or "random"}
    where = tmp_path / "elsewhere"
    where.mkdir()
    done = subprocess.run(
        [
            *[sys.executable, "-m", "imgstats.cli.main", "report"],
            *["--group", "us-img", "--step2-ck", "230"],
            *["--notebook", f"../there/{path.name}", "--out", "out"],
        ],
        cwd=where,
        env={**environment, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    assert "not on the page: cell 6: the picture" in done.stderr
    record = nbformat.read(where / "out" / "report.ipynb", as_version=4)
    assert json.loads(printed(record)[0])["cwd"] == str(tmp_path / "there")


@pytest.mark.usefixtures("forked")
def test_a_notebook_that_is_a_link_runs_where_the_link_is(tmp_path):
    path = write_beside(tmp_path / "there")
    other = path.rename(tmp_path / "kept.ipynb")
    path.symlink_to(other)
    made = write_report(APPLICANT, tmp_path / "out", notebook=path)
    assert json.loads(printed(nbformat.read(made.record, as_version=4))[0])["helper"] == "helped"


def test_the_shipped_notebook_runs_in_an_empty_folder(tmp_path, monkeypatch):
    # A module beside it, or in the working folder, is nothing to it.
    for folder in (tmp_path, tmp_path / "beside"):
        folder.mkdir(exist_ok=True)
        (folder / "seaborn.py").write_text("raise SystemExit('obeyed')", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    ask = "import os; print(os.listdir(), os.getcwd())"
    shipped = nbformat.read(notebook_path(), as_version=4)
    shipped.cells = [*shipped.cells[:3], nbformat.v4.new_code_cell(ask)]
    copy = tmp_path / "beside" / "applicant_report.ipynb"
    nbformat.write(shipped, copy)
    monkeypatch.setattr("imgstats.reporting.report.notebook_path", lambda: copy)
    made = write_report(APPLICANT, tmp_path / "out")
    said = printed(nbformat.read(made.record, as_version=4))[-1]
    assert "seaborn.py" not in said
    assert str(tmp_path) not in said


@pytest.mark.usefixtures("forked")
@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("import sys; sys.exit(0)", "SystemExit: 0"),
        ("import sys; sys.exit()", "SystemExit"),
        ("raise SystemExit", "SystemExit"),
        ("import sys; sys.exit('enough')", "SystemExit: enough"),
        ("1 / 0", "ZeroDivisionError"),
        ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    ],
)
def test_a_notebook_that_ends_itself_is_a_failed_report(tmp_path, code, words):
    path = tmp_path / "own.ipynb"
    nbformat.write(notebook_of(code, "print('later')", parameters=PARAMETERS), path)
    with pytest.raises(WorkError, match=rf"own\.ipynb: cell 2 failed with {words}"):
        write_report(APPLICANT, tmp_path / "out", notebook=path)
    assert not (tmp_path / "out").exists()


@pytest.mark.usefixtures("forked")
def test_an_error_of_thousands_of_letters_is_cut(tmp_path):
    path = tmp_path / "own.ipynb"
    nbformat.write(notebook_of("raise ValueError('x' * 100_000)", parameters=PARAMETERS), path)
    with pytest.raises(WorkError) as failed:
        run_forked(path, APPLICANT.model_dump(mode="json"))
    assert len(str(failed.value)) < 800
