"""Writing a report: whole or not at all, the same twice, and no trace left behind."""

from __future__ import annotations

import errno
import gc
import json
import os
import re
import stat
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

import nbformat
import papermill
import pytest

from imgstats import Applicant
from imgstats.comparison.asked import Choices
from imgstats.errors import DataChangedError, InputError, WorkError
from imgstats.files.writing import OWNER_FILE, OWNER_FOLDER
from imgstats.reporting.files import check_folder, write_report_files
from imgstats.reporting.notebook import check_parameters, read_notebook, run_notebook
from imgstats.reporting.report import write_report
from imgstats.sources import notebook_path
from tests.patience import PATIENCE
from tests.reporting.conftest import EPOCH, HOSTILE
from tests.reporting.page_text import soup
from tests.reporting.small_notebooks import older_report

APPLICANT = Applicant(group="us_img", step2_ck=230)
PARAMETERS = "\n".join(f"{name} = None" for name in Applicant.model_fields)


def notebook_of(folder, *cells, parameters=PARAMETERS):
    """Write a small notebook with a parameters cell and more code cells."""
    notebook = nbformat.v4.new_notebook()
    if parameters is not None:
        cell = nbformat.v4.new_code_cell(parameters, metadata={"tags": ["parameters"]})
        notebook.cells.append(cell)
    notebook.cells += [nbformat.v4.new_code_cell(source) for source in cells]
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "language": "python",
        "display_name": "Python 3",
    }
    path = folder / "own.ipynb"
    nbformat.write(notebook, path)
    return path


def tree(folder):
    """Return every file below a folder with its bytes, folders with None."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() if path.is_file() else None
        for path in folder.rglob("*")
    }


@pytest.fixture
def in_place(tmp_path):
    """Return a folder with an older report in it."""
    out = tmp_path / "out"
    out.mkdir()
    for name, text in older_report().items():
        (out / name).write_text(text, encoding="utf-8")
    return out


# --- a label that tries everything


@pytest.mark.slow
def test_a_hostile_label_is_text_and_nothing_else(hostile_files):
    folded = " ".join(HOSTILE.split())
    html = hostile_files.page.read_text(encoding="utf-8")
    page = soup(html)
    assert page.select_one("p.label").get_text() == folded
    assert folded in page.title.get_text()
    assert "<script" not in html.lower()
    assert page.select("[onmouseover]") == []
    assert html.count("alert(1)") == 2


@pytest.mark.slow
def test_a_hostile_label_makes_no_path(hostile_files):
    parent = hostile_files.page.parent.parent
    assert set(tree(parent)) == {
        "out",
        "out/index.html",
        "out/report.ipynb",
        "out/comparison.json",
    }


@pytest.mark.slow
def test_the_note_on_the_passing_score_stands_in_the_head(hostile_files):
    page = soup(hostile_files.page.read_text(encoding="utf-8"))
    assert "under the passing score of 218" in page.select_one(".notes").get_text(" ")


# --- the same twice


def _report_elsewhere(applicant_file, out, cwd, **environment):
    program = [str(Path(sys.executable).with_name("imgstats")), "report", str(applicant_file)]
    done = subprocess.run(
        [*program, "--out", str(out)],
        cwd=cwd,
        env={**os.environ, "SOURCE_DATE_EPOCH": EPOCH, **environment},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert done.returncode == 0, done.stderr
    return (out / "index.html").read_bytes()


@pytest.mark.slow
def test_a_run_elsewhere_gives_the_same_bytes(non_us_files, example_applicant, tmp_path):
    # Another process, working folder, hash seed, time zone and width of terminal.
    file = tmp_path / "a.json"
    file.write_text(json.dumps(example_applicant.model_dump(mode="json")), encoding="utf-8")
    elsewhere = _report_elsewhere(
        file, tmp_path / "out", tmp_path, PYTHONHASHSEED="7", TZ="Asia/Tokyo", COLUMNS="40"
    )
    assert elsewhere == non_us_files.page.read_bytes()


@pytest.mark.slow
def test_the_date_is_that_of_source_date_epoch(us_files):
    assert "1 November 2026" in soup(us_files.page.read_bytes()).footer.get_text()


@pytest.mark.usefixtures("no_kernel")
@pytest.mark.parametrize("epoch", ["", "soon", "1.5", "9" * 30])
def test_a_strange_source_date_epoch_is_refused(tmp_path, monkeypatch, epoch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", epoch)
    with pytest.raises(InputError, match=r"SOURCE_DATE_EPOCH is .*; allowed: seconds since 1970"):
        write_report(APPLICANT, tmp_path / "out")
    assert tree(tmp_path) == {}


# --- notebooks that cannot be run


@pytest.mark.parametrize("missing", list(Applicant.model_fields))
def test_a_parameters_cell_that_lacks_a_name_is_refused(tmp_path, missing):
    lines = "\n".join(f"{name} = None" for name in Applicant.model_fields if name != missing)
    path = notebook_of(tmp_path, parameters=lines)
    with pytest.raises(InputError, match=rf"own\.ipynb: its parameters cell lacks {missing};"):
        check_parameters(path, APPLICANT.model_dump(mode="json"))


def test_a_notebook_without_a_parameters_cell_is_refused(tmp_path):
    path = notebook_of(tmp_path, "1", parameters=None)
    with pytest.raises(
        InputError, match=r"own\.ipynb has no parameters cell; allowed: a code cell"
    ):
        check_parameters(path, {})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"not json",
        b"[]",
        b"null",
        b"42",
        b'"text"',
        b"{}",
        b'{"nbformat": 4}',
        b'{"nbformat": 4, "nbformat_minor": 5}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": {}}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [1]}',
        b'{"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{}]}',
        b'{"nbformat": 99, "nbformat_minor": 0, "metadata": {}, "cells": []}',
        b"\xff\xfe",
        b"[" * 20_000,
    ],
    ids=lambda content: content[:70].decode("ascii", "replace"),
)
def test_a_file_that_is_no_notebook_is_refused(tmp_path, content):
    path = tmp_path / "own.ipynb"
    path.write_bytes(content)
    with pytest.raises(InputError, match=r"own\.ipynb"):
        check_parameters(path, {"group": "us_img"})


def test_a_missing_notebook_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"none\.ipynb': No such file"):
        read_notebook(tmp_path / "none.ipynb")


def test_a_folder_is_no_notebook(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read_notebook(tmp_path)


@pytest.mark.slow
def test_a_failing_cell_is_failed_work_and_leaves_the_old_report(tmp_path, in_place, watched):
    path = notebook_of(tmp_path, "raise ValueError('the third wheel')")
    before, variables = tree(in_place), dict(os.environ)
    with pytest.raises(WorkError, match=r"own\.ipynb: cell \d+ failed with ValueError: the third"):
        write_report(APPLICANT, in_place, notebook=path)
    assert tree(in_place) == before
    assert_no_trace(watched, variables)


@pytest.mark.slow
def test_a_kernel_that_dies_is_failed_work_and_leaves_no_new_folder(tmp_path):
    path = notebook_of(tmp_path, "import os; os._exit(3)")
    with pytest.raises(WorkError, match=r"own\.ipynb: the kernel gave up"):
        write_report(APPLICANT, tmp_path / "a" / "b", notebook=path)
    assert set(tree(tmp_path)) == {"own.ipynb"}


@pytest.fixture
def no_kernel(monkeypatch):
    """Let no notebook be run: what is refused is refused before."""

    def execute(*_, **__):
        raise AssertionError("a kernel would be started")

    monkeypatch.setattr("imgstats.reporting.notebook.execute", execute)


@pytest.mark.usefixtures("no_kernel")
def test_a_notebook_that_lacks_a_parameter_stops_a_report_before_it_starts(tmp_path):
    path = notebook_of(tmp_path, parameters="group = None")
    with pytest.raises(InputError, match=r"own\.ipynb: its parameters cell lacks step2_ck;"):
        write_report(APPLICANT, tmp_path / "out", notebook=path)
    assert set(tree(tmp_path)) == {"own.ipynb"}


@pytest.mark.usefixtures("no_kernel")
def test_changed_data_stop_a_report_before_it_starts(tmp_path, monkeypatch, broken_root):
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(broken_root))
    with pytest.raises(DataChangedError, match=r"counts\.csv has sha256 .* allowed: sha256"):
        write_report(APPLICANT, tmp_path / "out")
    assert tree(tmp_path) == {}


# --- folders that cannot be written


@pytest.mark.usefixtures("no_kernel")
def test_a_file_is_no_folder(tmp_path):
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="file is not a folder; allowed: a folder that can be"):
        write_report(APPLICANT, file)
    assert file.read_text(encoding="utf-8") == "mine"


@pytest.mark.usefixtures("no_kernel")
def test_nothing_can_be_made_inside_a_file(tmp_path):
    file = tmp_path / "file"
    file.write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="file is not a folder; allowed: a folder that can be"):
        write_report(APPLICANT, file / "a" / "b")


def test_a_link_to_nowhere_is_no_folder(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="link is not a folder"):
        check_folder(link / "out")


def test_a_folder_without_the_right_to_write_is_refused(tmp_path, monkeypatch):
    def refuse(**_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("imgstats.files.writing.mkdtemp", refuse)
    with pytest.raises(
        InputError, match=r"cannot be written \(Permission denied\); allowed: a folder that can be"
    ):
        check_folder(tmp_path / "out")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_no_fault_of_the_folder_that_was_named(tmp_path, monkeypatch, number):
    def refuse(**_):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr("imgstats.files.writing.mkdtemp", refuse)
    for write in (check_folder, lambda folder: write_report_files(folder, {"index.html": ""})):
        with pytest.raises(WorkError, match="free space or choose another folder"):
            write(tmp_path / "out")
    assert tree(tmp_path) == {}


def test_a_full_disk_of_temporary_files_is_named(monkeypatch, tmp_path):
    def refuse(*_, **__):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("imgstats.kernels.manager.TemporaryDirectory", refuse)
    with pytest.raises(WorkError, match=r"temporary files, .*: No space left .*TMPDIR"):
        write_report(APPLICANT, tmp_path / "out")
    assert tree(tmp_path) == {}


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="needs a folder that nobody can write")
def test_a_folder_that_even_root_cannot_write_is_refused():
    with pytest.raises(InputError, match="/proc/nobody"):
        write_report_files(Path("/proc/nobody/a"), {"index.html": ""})


def test_checking_a_folder_makes_nothing(tmp_path):
    check_folder(tmp_path / "a" / "b")
    assert tree(tmp_path) == {}


# --- a disk that gives up midway

NEW = {"index.html": "new page", "report.ipynb": "new record", "comparison.json": "new values"}


def failing_at(nth, real, error):
    """Return a function that does the real thing until its nth call."""
    calls = []

    def replacement(*arguments, **options):
        calls.append(arguments)
        if len(calls) == nth:
            raise error
        return real(*arguments, **options)

    return replacement


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_full_disk_while_writing_keeps_the_old_report(in_place, monkeypatch, nth):
    before = tree(in_place)
    full = OSError(28, "No space left on device")
    monkeypatch.setattr(os, "fsync", failing_at(nth, os.fsync, full))
    with pytest.raises(WorkError, match="No space left on device; free space"):
        write_report_files(in_place, NEW)
    assert tree(in_place) == before


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_failed_move_keeps_the_old_report(in_place, monkeypatch, nth):
    # A new page beside an old record would be two different reports in one folder.
    before = tree(in_place)
    denied = OSError(13, "Permission denied")
    monkeypatch.setattr(Path, "replace", failing_at(nth, Path.replace, denied))
    with pytest.raises(WorkError, match="Permission denied"):
        write_report_files(in_place, NEW)
    assert tree(in_place) == before


@pytest.mark.parametrize("nth", [1, 2, 3])
def test_a_failed_move_into_a_new_folder_leaves_nothing(tmp_path, monkeypatch, nth):
    denied = OSError(13, "Permission denied")
    monkeypatch.setattr(Path, "replace", failing_at(nth, Path.replace, denied))
    with pytest.raises(WorkError, match="Permission denied"):
        write_report_files(tmp_path / "a" / "b", NEW)
    assert tree(tmp_path) == {}


@pytest.mark.parametrize("error", [KeyboardInterrupt(), MemoryError()])
def test_an_interruption_while_writing_leaves_no_draft(in_place, monkeypatch, error):
    before = tree(in_place)
    monkeypatch.setattr(os, "fsync", failing_at(2, os.fsync, error))
    with pytest.raises(type(error)):
        write_report_files(in_place, NEW)
    assert tree(in_place) == before


def test_all_files_are_written_whole(in_place):
    write_report_files(in_place, NEW)
    assert {name: data.decode() for name, data in tree(in_place).items()} == NEW


def test_other_files_of_the_folder_stay(in_place):
    (in_place / "mine.txt").write_text("mine", encoding="utf-8")
    write_report_files(in_place, NEW)
    assert (in_place / "mine.txt").read_text(encoding="utf-8") == "mine"


def test_a_report_is_for_its_owner_alone(tmp_path):
    write_report_files(tmp_path / "out", NEW)
    assert stat.S_IMODE((tmp_path / "out").stat().st_mode) == OWNER_FOLDER
    for name in NEW:
        assert stat.S_IMODE((tmp_path / "out" / name).stat().st_mode) == OWNER_FILE


# --- no trace


def kernels():
    """Return ids of kernel processes that this process started."""
    found = set()
    for place in Path("/proc").glob("[0-9]*"):
        try:
            command = (place / "cmdline").read_bytes()
            status = (place / "status").read_text(encoding="utf-8")
        except OSError:
            continue
        if b"ipykernel_launcher" in command and f"PPid:\t{os.getpid()}\n" in status:
            found.add(place.name)
    return found


@pytest.fixture
def watched(tmp_path, monkeypatch):
    """Return a temporary folder that everything temporary goes to."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    tempfile.tempdir = None


def assert_no_trace(folder, variables):
    """Check that a run left no process, no temporary folder and no variable."""
    gc.collect()
    assert dict(os.environ) == variables
    assert tree(folder) == {}
    if Path("/proc/self").exists():
        assert kernels() == set()


@pytest.mark.slow
def test_a_run_leaves_no_process_no_folder_and_no_variable(tmp_path, watched):
    before = dict(os.environ)
    run_notebook(notebook_of(tmp_path, "print(1)"), APPLICANT.model_dump(mode="json"))
    assert_no_trace(watched, before)


@pytest.mark.slow
def test_a_long_temporary_path_is_no_hindrance(tmp_path, monkeypatch):
    # The path of a socket may have about a hundred bytes; a person's TMPDIR may be longer.
    folder = tmp_path / ("long" * 30)
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    path = notebook_of(tmp_path, "print(1)")
    executed = run_notebook(path, APPLICANT.model_dump(mode="json"))
    monkeypatch.undo()
    tempfile.tempdir = None
    assert executed.cells[-1].outputs


ASKED = """
import json, matplotlib, seaborn, sys
rc = matplotlib.rcParams
print("hush", file=sys.stderr)
print(json.dumps({
    "given": [group, step2_ck, usce_months, ranks, label],
    "sizes": [rc["xtick.labelsize"], rc["ytick.labelsize"], rc["axes.labelsize"]],
    "usual": [matplotlib.rcParamsDefault[name] for name in
              ("xtick.labelsize", "ytick.labelsize", "axes.labelsize")],
    "seaborn": seaborn.__file__,
    "spoilt": "spoilt" in globals(),
}))
"""
DEMANDING = Applicant.parse(
    {"group": "us-img", "step2_ck": 230, "usce_months": "2.5", "label": HOSTILE + " \\ \xe9 {{x}}"}
)


@dataclass(frozen=True)
class Found:
    """What a notebook found that ran among a person's own settings, and what was said meanwhile."""

    folder: Path
    answers: dict[str, object]
    page: str
    said: list[str]
    ipython: str


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Return what one report gave in a folder full of settings that must not be obeyed."""
    folder = tmp_path_factory.mktemp("own")
    ipython = _own_settings(folder)
    said: list[str] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        patch.setenv("XDG_CONFIG_HOME", str(folder))
        patch.setenv("MATPLOTLIBRC", str(folder / "own"))
        patch.setenv("IPYTHONDIR", ipython)
        made = write_report(
            DEMANDING,
            folder / "out",
            notebook=notebook_of(folder, ASKED, "print('<b>loud</b>')"),
            progress=said.append,
        )
        after = os.environ["IPYTHONDIR"]
    record = nbformat.read(made.record, as_version=4)
    printed = [
        out.text
        for cell in record.cells
        for out in cell.get("outputs", [])
        if out.get("name") == "stdout"
    ]
    page = made.page.read_text(encoding="utf-8")
    return Found(folder, json.loads(printed[0]), page, said, after)


def _own_settings(folder):
    """Write settings wherever matplotlib, Python and IPython would look for them."""
    (folder / "matplotlibrc").write_text("xtick.labelsize: 20\n", encoding="utf-8")
    (folder / "own").write_text("ytick.labelsize: 20\n", encoding="utf-8")
    (folder / "matplotlib").mkdir()
    (folder / "matplotlib" / "matplotlibrc").write_text("axes.labelsize: 20\n", encoding="utf-8")
    # A person's folder may hold a seaborn.py of its own.
    (folder / "seaborn.py").write_text("raise SystemExit('obeyed')\n", encoding="utf-8")
    startup = folder / "ipython" / "profile_default" / "startup"
    startup.mkdir(parents=True)
    (startup / "00.py").write_text("raise SystemExit('obeyed')\nspoilt = 1\n", encoding="utf-8")
    return str(folder / "ipython")


@pytest.mark.slow
def test_a_persons_own_figure_settings_are_left_out(found):
    # matplotlib obeys the working folder first, then the variable, then the folder of settings.
    assert found.answers["sizes"] == found.answers["usual"]
    assert 20.0 not in found.answers["usual"]


@pytest.mark.slow
def test_a_file_of_the_working_folder_is_no_module(found):
    assert str(found.folder) not in found.answers["seaborn"]


@pytest.mark.slow
def test_a_persons_own_ipython_settings_are_left_out(found):
    assert found.answers["spoilt"] is False
    assert found.ipython == str(found.folder / "ipython")


@pytest.mark.slow
def test_parameters_reach_the_notebook_as_they_are(found):
    assert found.answers["given"] == ["us_img", 230, 2.5, None, DEMANDING.label]


@pytest.mark.slow
def test_what_a_cell_prints_on_stderr_is_not_on_the_page(found):
    page = soup(found.page)
    assert "hush" not in page.get_text()
    assert page.select("pre")[-1].get_text().strip() == "<b>loud</b>"


@pytest.mark.slow
def test_progress_names_each_stage(found):
    stages = list(dict.fromkeys(re.sub(r", cell \d+", "", words) for words in found.said))
    assert stages == [
        "starting the notebook",
        "running the notebook",
        "rendering the page",
    ]


def test_the_shipped_notebook_takes_every_value_of_an_applicant():
    # Nothing is raised, and nothing that the notebook takes is missing from an applicant.
    chosen = Choices(
        scenarios=("visa=0.5..0.9",),
        denominator="any-pgy1",
        correlation_matched="0..0.6",
        correlation_not_matched="0..0.6",
    )
    given = APPLICANT.model_dump(mode="json") | chosen.parameters()
    check_parameters(notebook_path(), given)
    assert set(papermill.inspect_notebook(str(notebook_path()))) == set(given)
