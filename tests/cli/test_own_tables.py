"""``imgstats data add | template | own | remove``, and what the documentation says of them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from imgstats.cli.main import _run
from imgstats.own_tables import KINDS, OwnTables, reading
from tests.cohort.files import sheet
from tests.own_tables.adding import BAND, arguments
from tests.patience import PATIENCE

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = ["add", "template", "own", "remove"]


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """Stand in a folder of its own, with a good file, and keep own tables there."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path / "data"))
    (tmp_path / "attempts.csv").write_text(BAND, encoding="utf-8")
    return tmp_path


@pytest.fixture
def run(capsys):
    """Return a function that runs a command that must succeed, and returns its stdout."""

    def good(*words):
        code = _run(list(words))
        said = capsys.readouterr()
        assert (code, said.err) == (0, "")
        return said.out

    return good


@pytest.fixture
def refused(capsys):
    """Return a function that runs a command and returns the one line it is refused with."""

    def bad(*words):
        code = _run(list(words))
        said = capsys.readouterr()
        assert (code, said.out, len(said.err.splitlines())) == (2, "", 1)
        return said.err

    return bad


@pytest.mark.parametrize("command", COMMANDS)
def test_every_help_text_holds_an_example(run, command):
    assert f"Example: imgstats data {command}" in run("data", command, "--help")


def test_a_table_is_added_listed_and_removed(run):
    said = run(*arguments("attempts.csv"))
    assert said == "added attempts: band of attempts; 1-1, 2-2, 3+; 200 applicants\n"
    listed = " ".join(run("data", "own").split())
    for part in ("attempts", "band", "2026", "non_us_img", "Report X", "used in", "headline"):
        assert part in listed
    assert run("data", "remove", "attempts") == "removed attempts\n"
    assert "no table was added" in run("data", "own")


def test_the_list_in_json_is_every_certificate(run):
    assert json.loads(run("data", "own", "--json")) == []
    run(*arguments("attempts.csv", source='[bold]"x"[/bold]'))
    (found,) = json.loads(run("data", "own", "--json"))
    assert (found["name"], found["source"]) == ("attempts", '[bold]"x"[/bold]')
    assert re.fullmatch("[0-9a-f]{64}", found["sha256"])
    assert found["used_in"] == "exam attempts, the headline"
    assert "[bold]" in run("data", "own")


@pytest.mark.parametrize("kind", KINDS)
def test_a_printed_template_can_be_added(run, elsewhere, kind):
    (elsewhere / "t.csv").write_text(run("data", "template", kind), encoding="utf-8")
    measure = {"summary": "step2_ck", "count": ""}.get(kind, "attempts")
    assert run(*arguments("t.csv", kind=kind, measure=measure)).startswith(f"added t: {kind}")


def test_a_table_of_many_bands_is_told_in_short(run, elsewhere):
    rows = "".join(f"{n},{n},60,40\n" for n in range(1, 9))
    (elsewhere / "many.csv").write_text(f"low,high,matched,not_matched\n{rows}", encoding="utf-8")
    assert "5-5 and 3 more bands; 800 applicants" in run(*arguments("many.csv"))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["template", "bands"], "did you mean band?"),
        (["template"], "Missing argument 'KIND'"),
        (["remove", "atempts"], "there is no own table 'atempts'"),
        (["remove", "../attempts"], "there is no own table '../attempts'"),
        (["add"], "Missing argument 'FILE'"),
        (["add", "attempts.csv"], "Missing option"),
        (arguments("none.csv")[1:], "'none.csv': No such file"),
        (arguments("attempts.csv", measure="attemps")[1:], "did you mean attempts?"),
        (arguments("attempts.csv", source="a\nb")[1:], "source is 'a\\nb'"),
        (arguments("attempts.csv", name="../x")[1:], "name is '../x'"),
        (arguments("attempts.csv", year="soon")[1:], "year is 'soon'"),
    ],
)
def test_what_is_wrong_is_refused_in_one_line(refused, elsewhere, words, message):
    assert message in refused("data", *words)
    assert sorted(path.name for path in elsewhere.iterdir()) == ["attempts.csv"]


def test_a_bad_row_is_named_with_file_and_line(refused, elsewhere):
    (elsewhere / "attempts.csv").write_text(BAND.replace("30", "-30"), encoding="utf-8")
    assert "'attempts.csv': line 3: not_matched is '-30'" in refused(*arguments("attempts.csv"))


def test_a_name_is_replaced_only_when_asked(run, refused):
    run(*arguments("attempts.csv"))
    assert "--replace" in refused(*arguments("attempts.csv"))
    run(*arguments("attempts.csv", source="Report Y"), "--replace")
    assert [each.source for each in OwnTables().certificates()] == ["Report Y"]


def test_a_changed_table_says_so_where_it_is_read(run, refused, elsewhere):
    run(*arguments("attempts.csv"))
    (elsewhere / "data" / "own_tables" / "attempts.json").write_text("{}", encoding="utf-8")
    assert "imgstats data remove attempts" in refused("data", "own")
    run("data", "remove", "attempts")


def test_a_data_folder_that_is_none_is_refused(refused, monkeypatch, elsewhere):
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(elsewhere / "attempts.csv"))
    for words in (["own"], ["remove", "x"], arguments("attempts.csv")[1:]):
        assert "choose another folder with IMGSTATS_DATA_DIR" in refused("data", *words)


@pytest.mark.slow
def test_the_commands_of_the_documentation_run_in_their_order():
    page = (ROOT / "docs" / "advisors.md").read_text(encoding="utf-8")
    section = page.partition("## Your own table\n")[2].partition("\n## ")[0]
    (block,) = re.findall(r"```shell\n(.*?)```", section, flags=re.DOTALL)
    words = re.findall(r"^imgstats data (\w+)", block, flags=re.MULTILINE)
    assert sorted(words) == sorted(COMMANDS)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["sh", "-e", "-c", block],
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
        env={**os.environ, "PATH": path},
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert OwnTables().all() == ()


def test_what_is_read_by_another_name_or_hidden_is_said(run, elsewhere):
    text = "low,high,Matched,total\n1,1,60,100\n2,2,<5,30\n3,,7,50\n"
    (elsewhere / "few.csv").write_text(text, encoding="utf-8")
    assert run(*arguments("few.csv")).splitlines() == [
        "read 'Matched' as matched",
        "read 'total' as n",
        "2-2: a count is hidden, 0 to 4 of 30 matched",
        "added few: band of attempts; 1-1, 2-2, 3+; 180 applicants",
    ]


def test_joined_bands_are_said_and_listed(run, elsewhere):
    text = "low,high,matched,n\n1,1,60,100\n2,2,*,30\n3,,7,50\n"
    (elsewhere / "few.csv").write_text(text, encoding="utf-8")
    words = arguments("few.csv", **{"suppressed-below": 11})
    said = run(*words, "--join-suppressed")
    assert "joined band 2-2 with 3+: a count is hidden" in said
    assert "2+: a count is hidden, 7 to 17 of 80 matched" in said
    listed = run("data", "own", "--json")
    assert (json.loads(listed)[0]["joined"], json.loads(listed)[0]["suppressed_below"]) == (
        True,
        11,
    )
    # Folded by a narrow terminal, so without the spaces.
    assert "bandsjoined" in re.sub(r"\s", "", run("data", "own"))


def test_other_spreadsheets_are_refused_by_name(refused, elsewhere):
    (elsewhere / "t.ods").write_bytes(b"PK")
    assert "'t.ods' is a .ods file; allowed: a CSV or .xlsx file; save it as .xlsx" in refused(
        *arguments("t.ods")
    )


BOOK = [
    ["low", "high", "matched", "did not\nmatch"],
    [1, 1, 60, 40.0],
    [],
    [2, 2, "<5", 30],
    [3, None, 10, 40],
]


def test_a_workbook_is_taken_and_its_rows_are_shown(run, elsewhere):
    (elsewhere / "t.xlsx").write_bytes(sheet(BOOK))
    added = run(*arguments("t.xlsx"))
    assert "read 'did not match' as not_matched" in added
    assert "2-2: a count is hidden, 0 to 4 of 30 to 34 matched" in added
    for name in ("t", "own:t"):
        document = json.loads(run("data", "show", name, "--json"))
        rows = [list(each.values()) for each in document["rows"]]
        assert rows == [["1", "1", "60", "40"], ["2", "2", "<5", "30"], ["3", "", "10", "40"]]
        assert document["file_name"] == "t.xlsx"
    told = run("data", "show", "t", "--rows", "2")
    assert re.search(r"^ *2 +2 +<5 +30$", told, re.MULTILINE)
    assert "Report X" in told
    assert " 10 " not in told.partition("not_matched")[2]


def test_a_bad_row_of_a_workbook_has_the_number_that_the_program_shows(refused, elsewhere):
    (elsewhere / "t.xlsx").write_bytes(sheet([*BOOK, [4, 4, "x", 1], [5, 5, -1, 1]]))
    said = refused(*arguments("t.xlsx"))
    assert "'t.xlsx': line 6: matched is 'x'" in said
    assert "line 7: matched is '-1'" in said


def test_a_sheet_is_named_and_a_csv_file_has_none(run, refused, elsewhere):
    (elsewhere / "t.xlsx").write_bytes(sheet(BOOK, BOOK[:2]))
    assert "2 sheets have content" in refused(*arguments("t.xlsx"))
    assert "no sheet is named 'x'; allowed: " in refused(*arguments("t.xlsx", sheet="x"))
    assert "1-1; 100 applicants" in run(*arguments("t.xlsx", sheet="Sheet1"))
    assert "'attempts.csv' has no sheets" in refused(*arguments("attempts.csv", sheet="x"))


def test_a_workbook_with_more_text_than_a_csv_file_may_have_is_refused(
    refused, elsewhere, monkeypatch
):
    # Bytes are counted, as where the kept file is read again: each of these signs has three.
    asked = "\u8868" * 20
    rows = [["question", "answer", "share"], [asked, "yes", 0.4], [asked, "no", 0.6]]
    (elsewhere / "t.xlsx").write_bytes(sheet(rows))
    monkeypatch.setattr(reading, "MOST_BYTES", 100)
    assert "the sheet holds more than 100 bytes of text" in refused(*arguments("t.xlsx"))


def test_an_own_table_that_is_not_there_is_told(refused):
    assert "there is no own table 'nothing'" in refused("data", "show", "own:nothing")


def test_a_table_by_score_that_is_no_band_table_is_told_what_it_lacks(refused, elsewhere):
    (elsewhere / "t.csv").write_text("attempts,matched,total\n1,60,100\n", encoding="utf-8")
    said = refused(*arguments("t.csv"))
    assert "low and high, the ends of each band of the measure" in said
    assert "`imgstats data template band` prints an example" in said


def test_a_measure_of_ones_own_is_listed_in_short_and_shown_whole(run, refused, elsewhere):
    text = "low,high,passed,failed\n-20,-11,10,40\n-10,9,30,20\n"
    (elsewhere / "own.csv").write_text(text, encoding="utf-8")
    about = ["--kind=band", "--measure=balance", "--outcome=passed/failed", "--source=a report"]
    said = refused("data", "add", "own.csv", *about, "--year=1800")
    assert "match" not in said.lower()
    assert "-20 to -11, -10 to 9" in run("data", "add", "own.csv", *about, "--year=2025")
    (elsewhere / "two.csv").write_text(text.replace("-20,-11", "0,4").replace("-10,9", "5,9"))
    run("data", "add", "two.csv", *about, "--low=0", "--year=2025")
    listed = run("data", "own")
    assert listed.count("answers for it") == 1
    assert "see fit: no report uses it" in listed
    shown = run("data", "show", "own:two")
    assert "measure low: 0" in shown
    assert "suppressed below" not in shown
