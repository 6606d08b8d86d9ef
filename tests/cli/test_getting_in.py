"""A newcomer's first words: help in every spelling, files to start from, an option once."""

from __future__ import annotations

import csv
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

import imgstats
from imgstats.cli.main import _run
from imgstats.cohort.new_file import NEW_FILES
from imgstats.cohort.reading import read_cohort
from imgstats.errors import InputError
from imgstats.sources import locations
from tests.patience import PATIENCE

REQUIRED, WITHOUT_FILE = "[required]", "[required without FILE]"
GOOD = ["--group", "non-us-img", "--step2-ck", "242"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Stand in an empty folder."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def run(capsys):
    """Return a function that runs a command, and returns its exit code and both streams."""

    def ran(*words):
        code = _run(list(words))
        said = capsys.readouterr()
        return code, said.out, said.err

    return ran


COMMANDS = [
    [],
    ["estimate"],
    ["batch"],
    ["data"],
    ["data", "show"],
    ["notebook", "copy"],
    ["new", "cohort"],
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_help_is_the_same_in_three_spellings(run, command):
    code, text, said = run(*command, "--help")
    assert (code, said) == (0, "")
    assert run(*command, "-h") == (0, text, "")
    assert run("help", *command) == (0, text, "")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["estimat"], "no command 'estimat'; allowed: estimate, "),
        (["estimat"], "did you mean estimate?"),
        (["data", "shw"], "no command 'data shw'; allowed: "),
        (["estimate", "x"], "imgstats estimate has no commands of its own"),
    ],
)
def test_help_of_no_command_is_refused(run, words, message):
    code, text, said = run("help", *words)
    assert (code, text, len(said.splitlines())) == (2, "", 1)
    assert message in said


@pytest.mark.slow
def test_the_package_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "imgstats", "--version"],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    expected = (0, f"imgstats {imgstats.__version__}\n", "")
    assert (done.returncode, done.stdout, done.stderr) == expected


@pytest.mark.slow
def test_a_shell_can_complete_commands():
    asked = {"_IMGSTATS_COMPLETE": "complete_bash", "COMP_WORDS": "imgstats es", "COMP_CWORD": "1"}
    done = subprocess.run(
        [str(Path(sys.executable).with_name("imgstats"))],
        env=os.environ | asked,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )
    assert (done.stdout.split(), done.stderr) == (["estimate"], "")


def test_completion_is_offered(run):
    _, text, _ = run("--help")
    assert "--install-completion" in text


@pytest.mark.parametrize(
    ("command", "needed"),
    [
        ("estimate", {"--group": WITHOUT_FILE, "--step2-ck": WITHOUT_FILE}),
        ("report", {"--out": REQUIRED, "--group": WITHOUT_FILE}),
        ("batch", {"--out": REQUIRED}),
        ("score", {"--out": REQUIRED}),
        ("data add", {"--kind": REQUIRED, "--source": REQUIRED, "--year": REQUIRED}),
    ],
)
def test_help_marks_what_is_required(run, command, needed):
    _, text, _ = run(*command.split(), "--help")
    options = {
        each.split()[0]: " ".join(each.split())
        for each in re.split(r"\n  (?=-)", text.partition("Options:")[2])[1:]
    }
    for name, mark in needed.items():
        assert options[name].endswith(mark)


# --- an option twice


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (
            ["estimate", *GOOD, "--group", "us-img"],
            "--group is given twice: 'non-us-img' and 'us-img'; allowed: each option once",
        ),
        (["estimate", *GOOD, "--step2-ck=250"], "--step2-ck is given twice: '242' and '250'"),
        (["estimate", *GOOD, "--json", "--json"], "--json is given twice; allowed"),
        (
            ["estimate", *GOOD, *["--ranks", "1"] * 3],
            "--ranks is given 3 times: '1' and '1' and '1'",
        ),
        (["report", *GOOD, "--out", "a", "--out", "b"], "--out is given twice: 'a' and 'b'"),
        (["batch", "x.csv", "--out", "a", "--out", "b"], "--out is given twice: 'a' and 'b'"),
        (["score", "x.csv", "--out", "a", "--out", "b"], "--out is given twice: 'a' and 'b'"),
        (["data", "build", "--workers=1", "--workers=2"], "--workers is given twice: '1' and '2'"),
        (["new", "cohort", "--out", "a", "--out", "b"], "--out is given twice: 'a' and 'b'"),
    ],
)  # fmt: skip
def test_an_option_that_is_given_twice_is_refused_with_both_values(run, elsewhere, words, message):
    code, text, said = run(*words)
    assert (code, text, len(said.splitlines())) == (2, "", 1)
    assert message in said
    assert list(elsewhere.iterdir()) == []


def test_an_option_that_may_be_repeated_is_taken(run):
    words = ["--scenario", "visa=0.5..0.9", "--scenario", "age=0.5..0.9"]
    code, text, _ = run("estimate", *GOOD, *words)
    assert code == 0
    assert "Visa: " in text
    assert "Age: " in text


# --- a file, and new ones


@pytest.mark.parametrize("command", ["estimate", "report"])
def test_a_file_and_options_are_refused_together(run, elsewhere, command):
    (elsewhere / "a.yml").write_text("group: us-img\nstep2_ck: 242\n", encoding="utf-8")
    code, text, said = run(command, "a.yml", "--attempts", "2")
    assert (code, text) == (2, "")
    assert "a file and --attempts; allowed: a file or options, not both" in said


def test_an_estimate_takes_a_file_as_a_report_does(run, elsewhere):
    (elsewhere / "a.yml").write_text("group: non-us-img\nstep2_ck: 242\n", encoding="utf-8")
    assert run("estimate", "a.yml", "--json") == run("estimate", *GOOD, "--json")
    code, _, said = run("estimate", "none.yml")
    assert code == 2
    assert "none.yml" in said


def test_a_new_applicant_is_commented_and_can_be_asked_for(run, elsewhere):
    code, text, said = run("new", "applicant")
    assert (code, text) == (0, "applicant.yml\n")
    assert "imgstats estimate applicant.yml" in said
    content = (elsewhere / "applicant.yml").read_text(encoding="utf-8")
    assert [each for each in imgstats.Applicant.model_fields if f"{each}: " not in content] == []
    assert content.count("#") > 5
    code, text, said = run("estimate", "applicant.yml")
    assert (code, said) == (0, "")
    assert "Step 2 CK 242, non-US IMG" in text


def test_a_new_cohort_says_what_its_rows_show_and_has_no_bad_row(run, elsewhere):
    assert run("new", "cohort", "--out", "mine.csv")[:2] == (0, "mine.csv\n")
    found = read_cohort(elsewhere / "mine.csv")
    assert (len(found.rows), found.bad, found.read) == (4, (), ())
    assert all(each.applicant.label for each in found.rows)
    with (elsewhere / "mine.csv").open(encoding="utf-8", newline="") as stream:
        assert next(csv.reader(stream)) == ["id", *imgstats.Applicant.model_fields]


@pytest.mark.parametrize("name", ["plan.yml", "practice.csv"])
def test_a_new_file_for_plans_is_the_example(run, elsewhere, name):
    code, text, said = run("new", name.partition(".")[0])
    assert (code, text) == (0, f"{name}\n")
    assert name in said
    assert (elsewhere / name).read_bytes() == locations.example_path(name).read_bytes()


def test_an_example_that_is_not_there_is_refused():
    with pytest.raises(InputError, match=r"no example plan\.yaml .*plan\.yml"):
        locations.example_path("plan.yaml")


@pytest.mark.parametrize("kind", NEW_FILES)
def test_a_new_file_is_never_written_over_one_that_is_there(run, elsewhere, kind):
    (elsewhere / "folder").mkdir()
    assert run("new", kind, "--out", "folder")[0] == 0
    before = {path: path.read_bytes() for path in elsewhere.rglob("*.*")}
    code, text, said = run("new", kind, "--out", "folder")
    assert (code, text, len(said.splitlines())) == (2, "", 1)
    assert "is there already; allowed: a new file; name another file" in said
    assert {path: path.read_bytes() for path in elsewhere.rglob("*.*")} == before


@pytest.mark.parametrize(
    ("out", "message"),
    [
        ("mine.txt", "mine.txt is no folder and no name of such a file"),
        ("mine.csv", "allowed: a name ending in .yml or .yaml"),
        ("none/mine.yml", "No such file or directory; allowed: a place that can be written"),
        ("a\0b.yml", "allowed: a place that can be written"),
    ],
)
def test_a_place_that_cannot_hold_a_new_file_is_refused(run, elsewhere, out, message):
    code, text, said = run("new", "applicant", "--out", out)
    assert (code, text, len(said.splitlines())) == (2, "", 1)
    assert message in said
    assert list(elsewhere.iterdir()) == []


# --- an installed package


@pytest.mark.parametrize("place", ["_bundled", "site-packages", "dist-packages"])
def test_a_build_never_writes_into_an_installed_package(run, elsewhere, monkeypatch, place):
    root = elsewhere / "imgstats" / place / "data"
    for name in ("raw", "processed"):
        (root / name).mkdir(parents=True)
    if place == "_bundled":
        monkeypatch.delenv("IMGSTATS_DATA_ROOT", raising=False)
        monkeypatch.setattr(locations, "PACKAGE", elsewhere / "imgstats")
    else:
        monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(root))
    code, text, said = run("data", "build")
    assert (code, text, len(said.splitlines())) == (2, "", 1)
    assert "is part of an installed package; allowed: a data folder of your own" in said
    assert "set IMGSTATS_DATA_ROOT=" in said
    assert list((root / "processed").iterdir()) == []
