"""The commands: what they print, where, and with which exit code."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest

import imgstats
from imgstats.cli.main import _run, main
from imgstats.comparison.score import direct
from imgstats.comparison.score.records import Ladder
from imgstats.curves import tasks
from imgstats.curves.checks import check_curves
from imgstats.curves.record import CurveKey
from imgstats.grades import letter_legend, rate_legend
from imgstats.sources import catalogue, check
from imgstats.wording import interval_words, percent
from tests.patience import PATIENCE

SCRIPT = str(Path(sys.executable).with_name("imgstats"))
GOOD = ["--group", "non-us-img", "--step2-ck", "242"]
FULL = [*GOOD, "--full"]
COMMANDS = [
    [],
    ["estimate"],
    ["report"],
    ["readiness"],
    ["data"],
    ["data", "list"],
    ["data", "show"],
    ["data", "check"],
    ["data", "build"],
    ["notebook"],
    ["notebook", "copy"],
    ["new"],
    ["new", "applicant"],
    ["new", "cohort"],
    ["help"],
]


def shell(*arguments, **options):
    environment = {**os.environ, **options.pop("environment", {})}
    return subprocess.run(
        [SCRIPT, *arguments],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env=environment,
        **options,
    )


@pytest.fixture
def run(capsys):
    """Return a function that runs a command that must succeed, and returns its stdout."""

    def good(*arguments):
        code = _run(list(arguments))
        said = capsys.readouterr()
        assert (code, said.err) == (0, "")
        return said.out

    return good


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_every_help_text_holds_an_example(run, command):
    assert re.search(r"Example: imgstats \w+", run(*command, "--help"))


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_the_example_of_a_help_text_is_a_command_that_exists(run, command):
    words = re.search(r"Example: imgstats ([^\n]+(?:\n\s*[^\n]+)*)", run(*command, "--help"))
    assert words is not None
    first = words.group(1).split()[0]
    assert first in {"estimate", "readiness", "report", "data", "notebook", "new", "help"}


def test_the_version_is_that_of_the_package(run):
    assert run("--version") == f"imgstats {imgstats.__version__}\n"


def test_main_leaves_with_the_exit_code():
    with pytest.raises(SystemExit, match="2"):
        main(["estimate"])


# --- estimate


def test_json_is_one_document_with_the_promised_keys(run):
    document = json.loads(run("estimate", *GOOD, "--json"))
    assert {"applicant", "headline", "factors", "not_in_data"} <= set(document)
    headline = document["headline"]
    assert {
        "rate", "low", "high", "grade", "band", "outcome", "population", "match_year",
        "estimator", "sources",
    } <= set(headline)  # fmt: skip
    assert {"low", "high", "rate", "rate_low", "rate_high"} <= set(headline["band"])


def test_json_has_the_promised_values(run):
    document = json.loads(run("estimate", *GOOD, "--json"))
    headline = document["headline"]
    assert 0.4 <= headline["rate"] < 0.5
    assert (headline["grade"], headline["estimator"]) == ("direct, fitted", "TiltRate")
    assert (headline["band"]["low"], headline["band"]["high"]) == (240, 249)
    assert headline["outcome"] == "matched to the preferred specialty"
    assert isinstance(headline["sources"], list)
    assert [each["factor"] for each in document["factors"]][:2] == ["attempts", "usce"]
    assert "visa need" in document["not_in_data"]


def test_the_match_year_is_a_number_in_json(run):
    assert json.loads(run("estimate", *GOOD, "--json"))["headline"]["match_year"] == 2026


REFUSED = ("--group", "us-img", "--step2-ck", "230", "--specialty", "pediatrics")


def test_json_of_a_refused_group_says_why(run):
    document = json.loads(run("estimate", *REFUSED, "--json"))
    assert document["headline"] is None
    assert "No 2026 table" in document["refusal"]["reason"]


def test_json_of_a_borrowed_headline_says_how(run):
    document = json.loads(run("estimate", "--group", "us-img", "--step2-ck", "230", "--json"))
    headline = document["headline"]
    assert (headline["grade"], headline["range"]) == ("borrowed", None)
    borrowed = headline["borrowed"]
    assert {"lender", "sentence", "steps", "over_tau", "against", "over_gap"} <= set(borrowed)
    assert borrowed["judged"] is True
    assert borrowed["spread"]["pairs"] == len(borrowed["pairs"]) > 0
    year, mean = borrowed["over_gap"]
    assert (year["used"], year["rate"]) == (True, headline["rate"])
    assert mean["base_rate"] < year["base_rate"]
    assert mean["label"].startswith("mean of")


def test_json_gives_the_model_range(run):
    found = json.loads(run("estimate", *GOOD, "--json"))["headline"]["range"]
    assert found["low"] <= found["high"]
    assert {"name", "words", "rate", "p", "kept", "reason"} <= set(found["estimators"][0])


def test_the_text_shows_the_model_range_and_each_curve(run):
    text = " ".join(run("estimate", *FULL).split())
    assert "curves tried" in text
    assert "bends as far as the printed figures ask" in text
    assert "(p: how often such a curve would print figures that fit it as badly)" in text
    assert re.search(r"a logistic line, p 0\.\d+", text)


def test_the_text_of_a_borrowed_headline_tells_its_calculation(run):
    text = " ".join(run("estimate", "--group", "us-img", "--step2-ck", "230", "--full").split())
    assert "borrowed" in text
    assert "+0.59 the gap between them on the logit scale" in text
    assert "tau 0.25" in text
    assert "(used)" in text
    assert "The gap over all specialties in 2026 was 0.59" in text
    assert "Against it:" in text


def test_json_is_the_comparison(run, compared):
    applicant = imgstats.Applicant(group="non_us_img", step2_ck=242)
    assert json.loads(run("estimate", *GOOD, "--json")) == compared(applicant).to_dict()


@pytest.mark.parametrize("label", ["a \"quote\" 'x'", "<b>", "زینب", "[bold]x[/bold]", "\\n"])
def test_a_label_passes_through_json_and_text(run, label):
    document = json.loads(run("estimate", *GOOD, "--label", label, "--json"))
    assert document["applicant"]["label"] == label
    assert label in run("estimate", *GOOD, "--label", label)


@pytest.mark.slow
def test_json_has_no_note_on_stderr_even_when_there_is_a_warning():
    done = shell("estimate", "--group", "us-img", "--step2-ck", "200", "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert "passing score" in json.loads(done.stdout)["notes"][0]


def test_the_text_shows_rate_interval_outcome_and_source(run, compared):
    text = " ".join(run("estimate", *FULL).split())
    found = compared(imgstats.Applicant(group="non_us_img", step2_ck=242)).headline
    band = found.band
    for part in (
        f"240 to 249 {percent(band.rate)} {interval_words(band.rate_low, band.rate_high)}",
        f"exactly 242 {percent(found.rate)}",
        "matched to the preferred specialty",
        "non-US IMGs",
        "2026 Match",
        "Charting Outcomes",
        "an estimate. Neither is a forecast for one person",
    ):
        assert part in text


def test_the_text_of_a_refused_group_shows_no_rate_by_score(run):
    text = " ".join(run("estimate", *REFUSED, "--full").split())
    assert "No 2026 table" in text
    assert "2,949 of 4,210" in text
    assert "match rate 95 % interval" not in text


def test_the_grades_of_the_text_are_explained(run):
    # "A  Programs asked ..." says nothing to a reader who was not told what A is.
    text = " ".join(run("estimate", *FULL).split())
    assert f"Grades: {rate_legend()}. {letter_legend()}." in text


def test_the_text_says_what_the_rate_rests_on(run, compared):
    text = " ".join(run("estimate", *FULL).split())
    found = compared(imgstats.Applicant(group="non_us_img", step2_ck=242))
    assert found.assumptions
    for each in found.assumptions:
        assert each.sentence in text
    assert found.headline.table_sentence in text


def test_the_text_shows_what_the_figures_allow_where_that_is_known(run, monkeypatch):
    ladder = Ladder(rungs=(), sentence="The figures alone allow much.", caption="")
    for known in (ladder, None):
        monkeypatch.setattr(direct, "ladder_at", lambda *_, known=known: known)
        assert (ladder.sentence in run("estimate", *FULL)) == (known is ladder)


@pytest.mark.slow
def test_an_ascii_terminal_gets_no_traceback():
    done = shell("estimate", *GOOD, "--label", "Zoé", environment={"PYTHONIOENCODING": "ascii"})
    assert "Traceback" not in done.stderr


# --- data


def test_the_list_names_every_table(run):
    listed = run("data", "list")
    assert [name for name in catalogue() if name not in listed] == []


def test_the_list_is_a_line_a_table_within_80_columns(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    lines = run("data", "list").splitlines()
    names = [line.split()[0] for line in lines[1 : len(catalogue()) + 1]]
    assert names == list(catalogue())
    assert max(map(len, lines)) <= 80


@pytest.mark.parametrize("name", ["sources", "published_effects"])
def test_a_table_is_shown_within_80_columns_but_for_what_has_no_space(run, monkeypatch, name):
    monkeypatch.setenv("COLUMNS", "80")
    text = run("data", "show", name, "--rows", "1")
    long = [line for line in text.splitlines() if len(line) > 80]
    assert [line for line in long if " " in line.strip() and not line.startswith("file: ")] == []
    assert re.search(r"^row 1$", text, re.MULTILINE)


def test_rows_that_fit_are_a_table(run, monkeypatch):
    monkeypatch.setenv("COLUMNS", "200")
    text = run("data", "show", "img_pgy1_match_by_year", "--rows", "1")
    assert text.splitlines()[-1].split() == ["2008", "us_img", "2969", "1541", "51.9",
                                             "ecfmg-img-performance", "B"]  # fmt: skip


def test_the_list_in_json_is_every_certificate(run):
    listed = json.loads(run("data", "list", "--json"))
    assert [each["name"] for each in listed] == list(catalogue())
    assert all(re.fullmatch("[0-9a-f]{64}", each["sha256"]) for each in listed)


@pytest.mark.parametrize("name", list(catalogue()))
def test_every_table_can_be_shown(run, name):
    text = run("data", "show", name)
    assert catalogue()[name].sha256 in text.replace("\n", "")


def test_rows_are_shown_on_request(run):
    document = json.loads(run("data", "show", "eras_application_fees", "--json", "--rows", "2"))
    assert len(document["rows"]) == 2
    assert document["rows"][1]["to_program"] is None
    none = json.loads(run("data", "show", "eras_application_fees", "--json", "--rows", "0"))
    assert none["rows"] == []


def bytes_below(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.slow
def test_check_says_how_many_checks_passed_those_of_curves_too(run):
    said = re.search(
        r"^(\d+) checks of \d+ tables and records passed$", run("data", "check"), re.MULTILINE
    )
    assert said is not None
    assert int(said.group(1)) == len(check()) + len(check_curves())


@pytest.mark.slow
def test_build_names_what_it_wrote(run, data_copy, monkeypatch):
    root = data_copy()
    before = bytes_below(root / "processed")
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(root))
    *written, last = run("data", "build").splitlines()
    assert {Path(line) for line in written} == set(before)
    assert bytes_below(root / "processed") == before
    assert re.fullmatch(
        r"curves: 0 fitted, \d+ kept as they were; \d+ tables print too little for one", last
    )


@pytest.mark.slow
def test_progress_of_a_build_goes_to_stderr(capsys, data_copy, monkeypatch):
    root = data_copy()
    shutil.rmtree(root / "processed" / "curves")
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(root))
    key = CurveKey("2026", "non_us_img", "Pediatrics", "contiguous_ranks")
    monkeypatch.setattr(tasks, "summary_keys", lambda _: [key])
    assert _run(["data", "build", "--workers", "1"]) == 0
    said = capsys.readouterr()
    assert said.err == "fitting curves: 1 of 1 (Pediatrics, contiguous_ranks)\n"
    assert "fitting" not in said.out
    assert said.out.splitlines()[-1].startswith("curves: 1 fitted, 0 kept")


def test_a_build_needs_a_worker(capsys):
    assert _run(["data", "build", "--workers", "0"]) == 2
    assert "--workers" in capsys.readouterr().err


@pytest.mark.slow
@pytest.mark.parametrize("command", ["check", "build"])
def test_a_changed_byte_is_named_with_expected_and_found(capsys, broken_root, monkeypatch, command):
    before = bytes_below(broken_root / "processed")
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(broken_root))
    code = _run(["data", command])
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert "charting_outcomes_2026_non_us_img_counts.csv" in said.err
    assert "55c85c1df2bc99d7255bd2dbbbcd69de6573cf73f68a0f293f98c9cda81a5aec" in said.err
    assert bytes_below(broken_root / "processed") == before


@pytest.mark.slow
@pytest.mark.skipif(os.name != "posix", reason="needs a POSIX shell")
@pytest.mark.parametrize("arguments", ["data list", "data list --json", "data show sources --json"])
def test_a_reader_that_leaves_early_sees_no_traceback(arguments):
    done = subprocess.run(
        ["sh", "-c", f"'{SCRIPT}' {arguments} | head -1"],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    assert len(done.stdout.splitlines()) == 1
    assert done.stderr == ""


@pytest.mark.slow
@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full")
def test_a_full_disk_behind_stdout_is_one_line():
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [SCRIPT, "estimate", *GOOD],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert done.returncode == 1
    assert "Traceback" not in done.stderr


# --- report, whole path


@pytest.fixture(scope="module")
def reported(tmp_path_factory):
    """Make the example report as a newcomer would, once."""
    out = tmp_path_factory.mktemp("shell") / "a" / "b"
    example = Path(__file__).resolve().parents[2] / "examples" / "applicant.yml"
    return shell("report", str(example), "--out", str(out)), out


@pytest.mark.slow
def test_a_report_says_on_stdout_where_it_is(reported):
    done, out = reported
    assert done.returncode == 0
    assert done.stdout == f"{out / 'index.html'}\n"
    assert (out / "index.html").is_file()


@pytest.mark.slow
def test_progress_goes_to_stderr(reported):
    assert reported[0].stderr.splitlines() == [
        "starting the notebook ...",
        "running the notebook ...",
        "rendering the page ...",
    ]


@pytest.fixture
def own_notebook(tmp_path):
    """Return a function that writes a small notebook, so that a run is quick."""

    def write(source):
        names = "\n".join(f"{name} = None" for name in imgstats.Applicant.model_fields)
        cells = [
            nbformat.v4.new_code_cell(names, metadata={"tags": ["parameters"]}),
            nbformat.v4.new_code_cell(source),
        ]
        kernel = {"name": "python3", "language": "python", "display_name": "Python 3"}
        notebook = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
        nbformat.write(notebook, tmp_path / "own.ipynb")
        return str(tmp_path / "own.ipynb")

    return write


@pytest.mark.slow
def test_options_make_a_report_too(own_notebook, tmp_path, capsys):
    out = tmp_path / "out"
    options = ["--group", "us-img", "--step2-ck", "200", "--label", "../x", "--out", str(out)]
    code = _run(["report", *options, "--notebook", own_notebook("print(label)")])
    assert (code, capsys.readouterr().out) == (0, f"{out / 'index.html'}\n")
    assert sorted(path.name for path in tmp_path.rglob("*")) == [
        "comparison.json",
        "index.html",
        "out",
        "own.ipynb",
        "report.ipynb",
    ]


@pytest.mark.slow
def test_a_failing_notebook_is_exit_code_1_and_one_line(own_notebook, tmp_path, capsys):
    out = tmp_path / "out"
    notebook = own_notebook("raise ValueError('two\\nlines')")
    code = _run(["report", *GOOD, "--out", str(out), "--notebook", notebook])
    said = capsys.readouterr()
    assert (code, said.out) == (1, "")
    last = said.err.splitlines()[-1]
    assert last.startswith("imgstats: own.ipynb: cell ")
    assert "failed with ValueError: two lines" in last
    assert "Traceback" not in said.err
    assert not out.exists()


@pytest.mark.slow
@pytest.mark.parametrize("closed", ["<&-", ">&-", "2>&-", "<&- >&- 2>&-"])
def test_closed_streams_are_no_error(closed):
    command = Path(sys.executable).with_name("imgstats")
    words = f"{command} estimate --group us-img --step2-ck 242 {closed}"
    done = subprocess.run(["/bin/sh", "-c", words], capture_output=True, check=False)
    assert done.returncode == 0
    assert b"Traceback" not in done.stdout + done.stderr


@pytest.mark.slow
def test_an_estimate_is_a_lookup_and_imports_nothing_that_fits():
    asked = [
        GOOD,
        [*GOOD, "--ranks", "5", "--scenario", "visa=0.5..0.9", "--json"],
        ["--group", "us-img", "--step2-ck", "242"],
        [*GOOD, "--specialty", "Dermatology"],
        FULL,
    ]
    program = (
        "import contextlib, io, json, sys\n"
        "from imgstats.cli.main import main\n"
        "loaded = []\n"
        f"for words in {asked!r}:\n"
        "    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):\n"
        "        main(['estimate', *words])\n"
        "    loaded.append(list(sys.modules))\n"
        "print(json.dumps(loaded))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
    )
    heavy = ("pandas", "scipy", "statsmodels", "sklearn", "pandera", "imgstats.estimators")
    loaded = json.loads(done.stdout)
    assert all("imgstats.comparison.compare" in each for each in loaded)
    assert [[name for name in each if name.startswith(heavy)] for each in loaded] == [[]] * 5
