"""Nothing is written over: a report takes an empty place or its own, and keeps others out."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

from imgstats import Applicant
from imgstats.errors import InputError
from imgstats.files.locking import held_bare
from imgstats.reporting.files import check_folder, held_report, write_report_files
from imgstats.reporting.marks import is_page, is_record, is_values
from imgstats.reporting.report import write_report
from tests.patience import PATIENCE
from tests.reporting.small_notebooks import notebook_of, older_report

APPLICANT = Applicant(group="us_img", step2_ck=230)
PARAMETERS = "\n".join(f"{name} = None" for name in Applicant.model_fields)
NEW = {"index.html": "new page", "report.ipynb": "new record", "comparison.json": "new values"}
FOREIGN = {
    "index.html": [
        "<h1>My home page</h1>",
        '<meta name="generator" content="Hugo 0.140">',
        '<meta name="generator" content="imgstats 0.1.0"><meta content="script-src \'sha256-x\'">',
        " " * 5000 + '<meta name="generator" content="imgstats 0.1.0">',
    ],
    "report.ipynb": [
        '{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
        '{"cells": [], "metadata": {"imgstats": "mine"}}',
        '{"cells": [], "metadata": {"imgstats": {"version": "1"}}}',
        "not json",
        "[]",
    ],
    "comparison.json": ['{"group": "us-img", "step2_ck": 230}', "[1]", "null", "\ufeff{}"],
}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def no_kernel(monkeypatch):
    """Let no notebook be run: what is refused is refused before."""

    def execute(*_, **__):
        raise AssertionError("a kernel would be started")

    monkeypatch.setattr("imgstats.reporting.notebook.execute", execute)


@pytest.fixture
def own(tmp_path):
    path = tmp_path / "own.ipynb"
    nbformat.write(notebook_of("print(step2_ck)", parameters=PARAMETERS), path)
    return path


# --- files of others


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    ("name", "text"), [(name, text) for name, texts in FOREIGN.items() for text in texts]
)
def test_a_file_of_somebody_else_stops_a_report_before_it_starts(tmp_path, name, text):
    (tmp_path / name).write_text(text, encoding="utf-8")
    before = content(tmp_path)
    with pytest.raises(InputError, match=rf"{name} was not made by imgstats .* --out$"):
        write_report(APPLICANT, tmp_path)
    assert content(tmp_path) == before


@pytest.mark.parametrize("name", list(NEW))
def test_a_file_that_comes_meanwhile_stops_the_writing(tmp_path, name):
    with held_report(tmp_path):
        (tmp_path / name).write_text("mine", encoding="utf-8")
        with pytest.raises(InputError, match="was not made by imgstats"):
            write_report_files(tmp_path, NEW)
    assert content(tmp_path) == {name: b"mine"}


@pytest.mark.parametrize("name", list(NEW))
def test_an_older_report_may_be_made_again(tmp_path, name):
    for each, text in older_report().items():
        (tmp_path / each).write_text(text, encoding="utf-8")
    (tmp_path / name).unlink()
    with held_report(tmp_path):
        write_report_files(tmp_path, NEW)
    assert content(tmp_path) == {each: text.encode() for each, text in NEW.items()}


def test_what_an_older_report_had_and_this_one_has_not_is_removed(tmp_path):
    ours = dict.fromkeys((*NEW, "shortlist.csv"), lambda path: b"made" in path.read_bytes())
    (tmp_path / "shortlist.csv").write_text("made")
    (tmp_path / "notes.txt").write_text("mine")
    with held_report(tmp_path, ours=ours):
        write_report_files(tmp_path, NEW, ours=ours)
    assert set(content(tmp_path)) == {*NEW, "notes.txt"}


@pytest.mark.slow
def test_what_a_report_wrote_is_known_again(us_files):
    assert is_page(us_files.page)
    assert is_record(us_files.record)
    assert is_values(us_files.values)
    check = {us_files.page: is_record, us_files.record: is_values, us_files.values: is_page}
    assert not any(other(path) for path, other in check.items())


@pytest.mark.slow
def test_a_record_that_somebody_edited_is_theirs(us_files, tmp_path):
    record = nbformat.read(us_files.record, as_version=4)
    copy = tmp_path / "report.ipynb"
    record.cells[-1].outputs = []
    nbformat.write(record, copy)
    assert is_record(copy)
    record.cells[-1].source += "\n# my own line"
    nbformat.write(record, copy)
    assert not is_record(copy)


def test_a_file_that_cannot_be_read_is_nobodys(tmp_path):
    deep = tmp_path / "deep"
    deep.write_text("[" * 100_000, encoding="utf-8")
    for path in (deep, tmp_path, tmp_path / "none"):
        assert not is_page(path)
        assert not is_record(path)
        assert not is_values(path)


@pytest.mark.usefixtures("no_kernel")
def test_a_batchs_folder_is_no_place_for_a_report(tmp_path):
    (tmp_path / "ledger.sqlite").touch()
    with pytest.raises(InputError, match="holds a batch"):
        write_report(APPLICANT, tmp_path)


# --- what was given


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("tie", [os.link, os.symlink, lambda a, b: b.write_bytes(a.read_bytes())])
@pytest.mark.parametrize("name", list(NEW))
def test_ones_own_notebook_stays_whatever_it_is_called(tmp_path, own, tie, name):
    out = tmp_path / "out"
    out.mkdir()
    tie(own, out / name)
    before = content(out)
    with pytest.raises(InputError, match=rf"{name} (is the very file|was not made by imgstats)"):
        write_report(APPLICANT, out, notebook=own)
    assert content(out) == before


@pytest.mark.usefixtures("no_kernel")
def test_a_record_that_is_run_again_is_not_written_over(tmp_path):
    for each, text in older_report().items():
        (tmp_path / each).write_text(text, encoding="utf-8")
    before = content(tmp_path)
    with pytest.raises(InputError, match="is the very file that was given"):
        write_report(APPLICANT, tmp_path, notebook=tmp_path / ".." / tmp_path.name / "report.ipynb")
    with pytest.raises(InputError, match="is the very file that was given"):
        write_report(APPLICANT, tmp_path, notebook=tmp_path / "report.ipynb")
    assert content(tmp_path) == before


# --- two at once


@pytest.mark.usefixtures("no_kernel")
def test_a_second_report_into_a_folder_is_refused(tmp_path):
    with held_report(tmp_path / "out"):
        with pytest.raises(InputError, match=r"another report is being made in .*out; allowed"):
            write_report(APPLICANT, tmp_path / "out")
        assert list((tmp_path / "out").iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_another_process_is_kept_out_until_the_first_has_ended(tmp_path):
    program = (
        "import sys; from pathlib import Path\n"
        "from imgstats.files.locking import held_bare\n"
        "with held_bare(Path(sys.argv[1])): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "held\n"
        with pytest.raises(InputError, match="another report is being made"), held_report(tmp_path):
            pass
        other.kill()
        other.wait(PATIENCE)
    with held_report(tmp_path):
        pass
    assert content(tmp_path) == {}


def test_folders_side_by_side_are_free(tmp_path):
    with held_report(tmp_path / "new" / "a"), held_report(tmp_path / "new" / "b"):
        assert {path.name for path in (tmp_path / "new").iterdir()} == {"a", "b"}
    assert content(tmp_path) == {}


def test_where_folders_cannot_be_locked_the_work_goes_on(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(9, "Bad file descriptor")

    monkeypatch.setattr("fcntl.flock", refuse)
    with held_bare(tmp_path):
        pass


# --- names that cannot be


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize(
    "name", ["n" * 300, "a/" + "n" * 300 + "/b", "é" * 200, "x/" * 3000 + "y", "a\0b"]
)
def test_a_folder_that_cannot_be_is_refused_before_any_work(tmp_path, name):
    with pytest.raises(InputError) as refused:
        write_report(APPLICANT, tmp_path / name)
    assert "a name that a folder can have" in str(refused.value)
    assert len(str(refused.value)) < 500
    assert list(tmp_path.iterdir()) == []


def test_a_folder_below_missing_ones_may_have_any_name_that_can_be(tmp_path):
    check_folder(tmp_path / "a" / ("n" * 255) / "{2026}" / "é")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.usefixtures("no_kernel")
def test_a_working_folder_that_is_gone_is_named(tmp_path, monkeypatch):
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    for out in ("out", tmp_path / "out"):
        with pytest.raises(InputError, match="the folder that you are in is gone"):
            write_report(APPLICANT, out)


def test_the_applicants_file_is_none_of_the_reports(tmp_path):
    file = tmp_path / "comparison.json"
    file.write_text(json.dumps({"group": "us-img", "step2_ck": 230}), encoding="utf-8")
    assert not is_values(Path(file))
