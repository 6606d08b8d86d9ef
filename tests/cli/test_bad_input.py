"""Bad input: exit code 2, one line on stderr, nothing on stdout, no file written."""

from __future__ import annotations

import nbformat
import pytest

from imgstats.cli.main import _run
from tests.project.tree import ROOT

GOOD = ["--group", "non-us-img", "--step2-ck", "242"]


def with_options(options):
    """Return the options of a good applicant, each of those that are given in its place."""
    name = options[0].partition("=")[0]
    pairs = [GOOD[at : at + 2] for at in range(0, len(GOOD), 2)]
    return [*(word for pair in pairs if pair[0] != name for word in pair), *options]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Stand in an empty folder, so that whatever is written shows."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def refused(capsys, elsewhere):
    """Return a function that runs a command and returns the one line it is refused with."""

    def run(*arguments):
        before = sorted(elsewhere.rglob("*"))
        code = _run(list(arguments))
        said = capsys.readouterr()
        assert (code, said.out) == (2, "")
        assert said.err.startswith("imgstats: ")
        assert said.err.endswith("\n")
        assert len(said.err.splitlines()) == 1
        assert sorted(elsewhere.rglob("*")) == before
        return said.err

    return run


VALUES = [
    (["--step2-ck", "420"], "step2_ck is 420; allowed: a whole number from 100 to 300"),
    (["--step2-ck", "abc"], "step2_ck is 'abc'; allowed: a whole number"),
    (["--step2-ck", "nan"], "step2_ck is 'nan'; allowed: a whole number"),
    (["--step2-ck", "1_000"], "step2_ck is '1_000'; allowed: a whole number"),
    (["--step2-ck", ""], "step2_ck is empty; allowed: a whole number"),
    (["--step2-ck=-1"], "step2_ck is -1; allowed: a whole number"),
    (["--step2-ck", "2\n42"], "step2_ck is '2\\n42'; allowed: a whole number"),
    (["--step2-ck", "\x1b[31m242"], "step2_ck is '\\x1b[31m242'; allowed: a whole number"),
    (["--group", "martian"], "group is 'martian'; allowed: non-us-img or us-img"),
    (["--group", "us-mig"], "did you mean us-img or non-us-img?"),
    (["--attempts", "0"], "attempts is '0'; allowed: a whole number from 1"),
    (["--attempts", "two"], "attempts is 'two'; allowed: a whole number from 1"),
    (["--usce-months", "-1"], "usce_months is '-1'; allowed: a number from 0"),
    (["--usce-months", "inf"], "usce_months is 'inf'; allowed: a number from 0"),
    (["--ranks", "-3"], "ranks is '-3'; allowed: a whole number from 0"),
    (["--step2-ck-date", "soon"], "step2_ck_date is 'soon'; allowed: a past date"),
    (["--step2-ck-date", "0"], "step2_ck_date is '0'; allowed: a past date"),
    (["--label", "a\x07b"], "label is 'a\\x07b'; allowed: up to 200 printable characters"),
    (["--label", "a\u202eb"], "label is 'a\\u202eb'; allowed: up to 200 printable characters"),
    (["--label", "x" * 201], "allowed: up to 200 printable characters"),
]


@pytest.mark.parametrize(("options", "message"), VALUES)
def test_estimate_refuses_a_bad_value(refused, options, message):
    assert message in refused("estimate", *with_options(options))


@pytest.mark.parametrize(("options", "message"), VALUES)
def test_report_refuses_a_bad_value(refused, options, message):
    assert message in refused("report", *with_options(options), "--out", "out")


@pytest.mark.parametrize("command", ["estimate", "report"])
def test_a_missing_value_is_named(refused, command):
    assert "group is missing" in refused(command, "--step2-ck", "242")
    assert "step2_ck is missing" in refused(command, "--group", "us-img")


def test_a_report_needs_a_place(refused):
    assert "--out is missing" in refused("report", *GOOD)


def test_a_file_and_options_are_not_mixed(refused, elsewhere):
    (elsewhere / "a.yml").write_text("group: us-img\nstep2_ck: 230\n", encoding="utf-8")
    message = refused("report", "a.yml", "--step2-ck", "242", "--label", "x", "--out", "out")
    assert "a file and --step2-ck, --label; allowed: a file or options, not both" in message


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("group: us-img\nstep2_sk: 242\n", "did you mean step2_ck?"),
        ("- group\n", "a.yml is a list"),
        ("", "a.yml is empty"),
        ("!!python/object/apply:os.system ['touch hacked']\n", "a.yml: not readable"),
        ("!!python/object/new:os.system ['touch hacked']\n", "a.yml: not readable"),
        ("group: [\n", "a.yml: not readable"),
        ("group: us-img\nstep2_ck: !!timestamp x\n", "a.yml: not readable"),
    ],
)
def test_a_bad_file_is_refused(refused, elsewhere, text, message):
    (elsewhere / "a.yml").write_text(text, encoding="utf-8")
    assert message in refused("report", "a.yml", "--out", "out")


@pytest.mark.parametrize("command", ["estimate", "report"])
def test_who_gives_nothing_is_told_of_a_file_and_of_options(refused, command):
    message = refused(command)
    assert "a file, or --group and --step2-ck" in message
    assert "imgstats new applicant" in message


@pytest.mark.parametrize("command", ["estimate", "report", "plan"])
def test_a_table_of_applicants_is_not_to_be_renamed(refused, elsewhere, command):
    (elsewhere / "a.csv").write_text("group,step2_ck\nus-img,230\n", encoding="utf-8")
    options = [] if command == "estimate" else ["--out", "out"]
    message = refused(command, "a.csv", *options)
    assert "imgstats batch" in message
    assert "rename" not in message


def test_a_missing_file_is_refused(refused):
    assert "none.yml': No such file" in refused("report", "none.yml", "--out", "out")


def test_a_file_is_no_place_for_a_report(refused, elsewhere):
    (elsewhere / "file").write_text("mine", encoding="utf-8")
    assert "file is not a folder" in refused("report", *GOOD, "--out", "file")
    assert "file is not a folder" in refused("report", *GOOD, "--out", "file/inside")
    assert (elsewhere / "file").read_text(encoding="utf-8") == "mine"


def test_an_empty_name_of_a_folder_is_refused(refused):
    # A script whose variable is empty would otherwise write into the working folder.
    assert "--out" in refused("report", *GOOD, "--out", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["estmate"], "No such command 'estmate'"),
        (["estimate", "--grup", "us-img"], "No such option"),
        (["estimate", "a.yml", "more"], "unexpected extra argument"),
        (["estimate", *GOOD, "more"], "a file and --group, --step2-ck; allowed: a file or options"),
        (["report", "a.yml", "b.yml"], "unexpected extra argument"),
        (["estimate", "--group"], "requires an argument"),
        (["data", "shw"], "No such command 'shw'"),
        (["data", "show"], "; see imgstats data show --help"),
        (["--bogus"], "; see imgstats --help"),
        (["data", "show"], "Missing argument 'NAME'"),
        (["data", "show", "sources", "--rows", "-1"], "--rows is '-1'; allowed: greater than"),
        (
            ["data", "show", "sources", "--rows", "x"],
            "--rows is 'x'; allowed: a valid integer; see",
        ),
        (
            ["fit", "a.csv", "--kind", "band", "--at", "3,2"],
            "--at is '3,2'; allowed: a valid number",
        ),
        (["data", "show", "source"], "there is no raw data set source; allowed: "),
        (["data", "show", "../../etc/passwd"], "there is no raw data set"),
        (["--bogus"], "No such option"),
    ],
)
def test_a_wrong_command_line_is_refused(refused, arguments, message):
    assert message in refused(*arguments)


def test_a_name_that_is_nearly_right_is_suggested(refused):
    assert "did you mean sources?" in refused("data", "show", "sorces")


def test_a_data_folder_that_is_none_is_refused(refused, monkeypatch, elsewhere):
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(elsewhere / "none"))
    for command in (["estimate", *GOOD], ["data", "list"], ["report", *GOOD, "--out", "out"]):
        assert "IMGSTATS_DATA_ROOT is" in refused(*command)


@pytest.mark.parametrize("command", [["estimate", *GOOD], ["report", *GOOD, "--out", "out"]])
def test_a_changed_byte_is_refused_with_file_expected_and_found(
    refused, monkeypatch, broken_root, command
):
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(broken_root))
    message = refused(*command)
    assert "charting_outcomes_2026_non_us_img_counts.csv has sha256" in message
    assert "allowed: sha256 55c85c1df2bc" in message


PYTHON = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python 3"}}


def write_notebook(path, metadata):
    cell = nbformat.v4.new_code_cell("group = None", metadata={"tags": ["parameters"]})
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=metadata), path)


def test_a_notebook_that_lacks_a_parameter_is_refused(refused, elsewhere):
    write_notebook(elsewhere / "own.ipynb", PYTHON)
    message = refused("report", *GOOD, "--out", "out", "--notebook", "own.ipynb")
    assert "its parameters cell lacks step2_ck; allowed: group" in message


@pytest.mark.parametrize(
    "metadata", [{}, {"kernelspec": {"name": "ir", "language": "R", "display_name": "R"}}]
)
def test_a_notebook_of_no_python_kernel_is_refused(refused, elsewhere, metadata):
    write_notebook(elsewhere / "own.ipynb", metadata)
    assert "own.ipynb" in refused("report", *GOOD, "--out", "out", "--notebook", "own.ipynb")


def test_a_missing_notebook_is_refused(refused):
    assert "none.ipynb': No such file" in refused(
        "report", *GOOD, "--out", "out", "--notebook", "none.ipynb"
    )


def test_a_missing_extra_is_named_with_the_command_to_get_it(refused, monkeypatch):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "seaborn" or None)
    message = refused("report", *GOOD, "--out", "out")
    assert "seaborn not installed" in message
    assert f"run `make install` in {ROOT}, or there `pip install '.[reports]'`" in message


def test_an_installed_package_names_the_packages_to_install(refused, monkeypatch, tmp_path):
    monkeypatch.setattr("importlib.util.find_spec", lambda name: name != "seaborn" or None)
    monkeypatch.setattr("imgstats.extras._BESIDE", tmp_path)
    message = refused("report", *GOOD, "--out", "out")
    assert message.endswith("; pip install seaborn\n")


@pytest.mark.parametrize("arguments", [[], ["data"]])
def test_no_command_shows_the_help_on_several_lines(capsys, arguments):
    _run(arguments)
    said = capsys.readouterr()
    assert len((said.out + said.err).splitlines()) > 5
