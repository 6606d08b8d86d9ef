"""A person's machine has no say: the same result everywhere, or one line that tells what is wrong.

Commands meet machines that have several things at once, as many as go together: each machine takes
seconds.
"""

from __future__ import annotations

import sys

import pytest

from imgstats.batch.run import run_batch
from tests.batch.making import (
    EPOCH,
    PRINT,
    kernels_here,
    pages,
    rows_of,
    write_cohort,
    write_notebook,
)
from tests.chaos.surroundings import (
    ALL,
    Place,
    all_of,
    ascii_only,
    broken_files,
    dask_files,
    dask_variables,
    developer,
    few_files,
    files_to_be_had,
    folder_is_gone,
    folder_is_read_only,
    home_that_is_a_file,
    long_tmpdir,
    missing_tmpdir,
    no_home,
    nothing,
    odd_xdg,
    programs,
    unwritable_home,
    warnings_are_errors,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="looks for folders in /proc"),
]
NOISE = ("Traceback", "Exception ignored", "Warning", "Error:", "unclosed")
ABOUT = ("--group", "non-us-img", "--step2-ck", "242")
QUICK = {
    "help": ("--help",),
    "estimate": ("estimate", *ABOUT, "--json"),
    "score": ("score", "{cohort}", "--out", "{out}"),
    "list": ("data", "list"),
    "check": ("data", "check"),
    "own": ("data", "own"),
    "template": ("data", "template", "band"),
}
# The last two change what a command says.
MACHINES = (
    all_of(dask_files, warnings_are_errors, missing_tmpdir),
    all_of(broken_files, odd_xdg, few_files),
    all_of(dask_variables, programs, long_tmpdir, files_to_be_had),
    all_of(no_home, developer, folder_is_read_only),
    all_of(unwritable_home),
    all_of(home_that_is_a_file),
    folder_is_gone,
    ascii_only,
)
# What names a folder of the machine's own.
_OWN_WORDS = ("own", "score")


@pytest.fixture(scope="module")
def inputs(tmp_path_factory):
    folder = tmp_path_factory.mktemp("inputs")
    cohort = write_cohort(folder / "cohort.csv", rows_of(2))
    return cohort, write_notebook(folder, PRINT)


def _place(tmp_path, prepare):
    place = Place(tmp_path)
    prepare(place)
    return place


@pytest.fixture(scope="module")
def ran(inputs, tmp_path_factory):
    """Return a function that runs all quick commands on a machine, once for each machine."""
    known = {}

    def run_on(prepare):
        if prepare not in known:
            place = _place(tmp_path_factory.mktemp("quick"), prepare)
            out = place.folder / "scores.csv"
            commands = {
                what: [each.format(cohort=inputs[0], out=out) for each in words]
                for what, words in QUICK.items()
            }
            done = place.run_all(commands)
            known[prepare] = done, out.read_bytes() if out.exists() else b""
        return known[prepare]

    return run_on


def _is_one_line(done):
    """Check that a command which gives up says so in one line."""
    assert done.returncode in {1, 2}, done
    assert [each for each in done.stderr.splitlines() if each.startswith("imgstats: ")] == [
        done.stderr.splitlines()[-1]
    ]


def _says_nothing_odd(done):
    assert not [each for each in NOISE if each in done.stderr], done.stderr


def test_each_odd_thing_is_on_some_machine():
    names = {name for machine in MACHINES for name in machine.__name__.split("-")}
    assert names == {each.__name__ for each in ALL}


@pytest.mark.parametrize("what", QUICK)
@pytest.mark.parametrize("prepare", MACHINES, ids=lambda each: each.__name__)
def test_quick_commands(ran, prepare, what):
    (usual, as_usual), (all_done, written) = ran(nothing), ran(prepare)
    done, expected = all_done[what], usual[what]
    _says_nothing_odd(done)
    if prepare is folder_is_gone and what == "score":
        _is_one_line(done)
        assert "the working folder is gone" in done.stderr
        return
    assert done.returncode == expected.returncode, done.stderr
    if what == "score":
        assert written == as_usual
    if what not in _OWN_WORDS and prepare is not ascii_only:
        assert done.stdout == expected.stdout


# --- a report


REPORTS = (
    all_of(no_home, missing_tmpdir, dask_files),
    all_of(unwritable_home, developer, files_to_be_had, folder_is_read_only),
)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    """Return the page of a report on a machine that has nothing odd."""
    return _report(_place(tmp_path_factory.mktemp("usual"), nothing))


def _report(place):
    done = place.run("report", *ABOUT, "--out", place.folder / "report")
    _says_nothing_odd(done)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines()[-1] == "rendering the page ..."
    return (place.folder / "report" / "index.html").read_bytes()


@pytest.mark.parametrize("prepare", REPORTS, ids=lambda each: each.__name__)
def test_a_report_is_the_same_page(tmp_path, page, prepare):
    assert _report(_place(tmp_path, prepare)) == page


@pytest.mark.parametrize("command", ["report", "batch"])
def test_a_working_folder_that_is_gone_is_named(tmp_path, inputs, command):
    place = _place(tmp_path, folder_is_gone)
    words = ABOUT if command == "report" else inputs[:1]
    done = place.run(command, *words, "--out", tmp_path / "out")
    _is_one_line(done)
    assert done.stderr.startswith("imgstats: the working folder is gone (")


@pytest.mark.parametrize("command", ["report", "batch"])
def test_too_few_files_for_a_kernel_are_told_before_it_starts(tmp_path, inputs, command):
    place = _place(tmp_path, few_files)
    words = ABOUT if command == "report" else inputs[:1]
    done = place.run(command, *words, "--out", tmp_path / "out")
    _is_one_line(done)
    assert done.stderr.splitlines()[-1] == (
        "imgstats: only 64 files may be open at once; allowed: at least 96; "
        "allow more with `ulimit -n 1024`"
    )


# --- a batch


BATCHES = (
    all_of(dask_files, dask_variables, odd_xdg, missing_tmpdir),
    all_of(broken_files, warnings_are_errors, long_tmpdir, ascii_only),
    all_of(no_home, developer, files_to_be_had, folder_is_read_only),
)


@pytest.fixture(scope="module")
def batch_pages(tmp_path_factory, inputs):
    """Return the pages of a batch that meets nothing odd, without workers."""
    cohort, notebook = inputs
    out = tmp_path_factory.mktemp("usual") / "out"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        run_batch(cohort, out, notebook=notebook, opening=kernels_here)
    return pages(out)


def _batch(place, inputs):
    cohort, notebook = inputs
    out = place.folder / "out"
    done = place.run("batch", cohort, "--out", out, "--workers", 1, "--notebook", notebook)
    _says_nothing_odd(done)
    assert done.returncode == 0, done.stderr
    assert done.stderr.splitlines() == [
        "starting workers ...",
        "making reports ...",
        "writing the index ...",
        "2 made, 0 kept from before, 0 failed, 0 bad rows",
    ]
    return pages(out)


@pytest.mark.parametrize("prepare", BATCHES, ids=lambda each: each.__name__)
def test_a_batch_makes_the_same_pages(tmp_path, inputs, batch_pages, prepare):
    assert _batch(_place(tmp_path, prepare), inputs) == batch_pages
