"""`imgstats readiness`: one screen, one JSON document, one line for what is wrong."""

from __future__ import annotations

import json

import pytest
from rich.cells import cell_len

from imgstats.cli.main import _run
from tests.project.tree import ROOT

EXAMPLE = str(ROOT / "examples" / "practice.csv")
ASKED = ["--exam", "step2-ck", "--target", "245", "--today", "2026-11-30"]


@pytest.fixture(autouse=True)
def usual_terminal(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")


@pytest.fixture
def run(capsys):
    def command(*words):
        code = _run(["readiness", *words])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


def _file(tmp_path, text):
    path = tmp_path / "mine.csv"
    path.write_text(f"date,form,score\n{text}", encoding="utf-8")
    return str(path)


def test_the_example_fits_on_a_screen(run):
    code, out, err = run(EXAMPLE, *ASKED, "--date", "2027-06-15")
    lines = out.splitlines()
    assert (code, err) == (0, "")
    assert len(lines) <= 23
    assert max(map(cell_len, lines)) <= 80
    for words in ("218+, pass", "245+, target", "90 % interval", "Postpone", "advice, no data"):
        assert words in out


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ("2026-10-01,NBME 9,240\n", []),
        ("2026-10-01,NBME 9,200\n2026-10-02,UWSA 1,260\n", ["--error", "UWSA=12"]),
        ("".join(f"2026-10-{at:02},NBME {at},23{at % 10}\n" for at in range(1, 30)), []),
        ("".join(f"2026-10-{at:02},Free 120,7{at % 10}\n" for at in range(1, 30))
         + "2026-10-02,NBME 1,230\n", []),
    ],
    ids=["one", "contradictory", "many", "shares"],
)  # fmt: skip
def test_any_history_fits_on_a_screen(run, tmp_path, rows, words):
    code, out, _ = run(_file(tmp_path, rows), *ASKED, "--date", "2027-06-15", *words)
    assert code == 0
    assert len(out.splitlines()) <= 23
    assert max(map(cell_len, out.splitlines())) <= 80


def test_contradictory_forms_warn_first(run, tmp_path):
    out = run(_file(tmp_path, "2026-10-01,NBME 9,200\n2026-10-02,NBME 10,260\n"), *ASKED)[1]
    assert out.splitlines()[6].startswith("The forms contradict each other")


def test_step_1_says_what_is_known(run, tmp_path):
    path = _file(tmp_path, "2026-10-01,NBME 30,70\n")
    code, out, _ = run(path, "--exam", "step1", "--today", "2026-11-30")
    assert code == 0
    assert "No distribution" in out
    assert len(out.splitlines()) <= 23


def test_json_is_one_document_with_every_part(run):
    code, out, err = run(EXAMPLE, *ASKED, "--json", "--drift", "0.5", "--date", "2027-06-15")
    found = json.loads(out)
    assert (code, err) == (0, "")
    assert found["drift"] == 0.5
    assert {"outlook", "together", "parts", "criteria", "postpone", "sit"} <= set(found)
    assert found["grade"] == "assumed"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([EXAMPLE], "--exam is missing"),
        ([EXAMPLE, "--exam", "step9"], "step1, step2-ck, step3"),
        ([EXAMPLE, "--exam", "step1", "--target", "245"], "leave --target out"),
        ([EXAMPLE, *ASKED[:2], "--target", "90"], "target is '90'"),
        ([EXAMPLE, *ASKED, "--date", "soon"], "--date is 'soon'"),
        ([EXAMPLE, *ASKED, "--drift", "fast"], "--drift is 'fast'"),
        ([EXAMPLE, *ASKED, "--error", "UWSA"], "FORM=POINTS"),
        (["nowhere.csv", *ASKED], "nowhere.csv"),
        ([EXAMPLE, *ASKED[:4], "--today", "2026-10-05"], "after today"),
    ],
)
def test_what_is_wrong_is_one_line_and_code_2(run, words, said):
    code, out, err = run(*words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.splitlines()) == 1
