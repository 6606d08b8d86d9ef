"""Cohorts whose ids and labels are meant to do harm, from file to page.

The command runs over one for each way of naming files with real kernels, once with a worker too.
Over the other kinds of file, reports are only pretended.
"""

from __future__ import annotations

import csv
import os
import re
import sqlite3
import stat
import zipfile
from dataclasses import dataclass
from pathlib import Path
from unicodedata import normalize

import pyarrow as pa
import pytest
from openpyxl import load_workbook
from pyarrow import parquet

from imgstats.batch.run import run_batch
from imgstats.cohort.summary import read_summary
from imgstats.text import harmless
from tests.batch.hostile_cells import (
    MARK,
    MARKUP,
    SCRIPT,
    cells,
    folded,
    hostile_rows,
    write_hostile,
)
from tests.batch.making import (
    FIELDS,
    PRINT,
    ledger_rows,
    leftovers,
    pages,
    run_command,
    run_here,
    run_with_kernels,
    working,
    write_cohort,
    write_notebook,
)
from tests.reporting.page_text import soup

FILE = f"{MARKUP} \x1b[31m\u202e"  # the name of a cohort file may be meant to do harm too
JOINERS = {0x200C: None, 0x200D: None}
# matplotlib keeps a list of the machine's fonts, made once a machine, and makes its folders.
FONTS = re.compile(r"home/\.(cache|config)(/matplotlib(/fontlist-[\w.]+\.json)?)?")
SAID = re.compile(
    r"(starting workers|making reports|writing the index) \.\.\.|\d+ of \d+(: .*)?"
    r"|bad row, line \d+(, ['\"].*)?: .*|mend .* and give it with --mended, --resume"
    r"|failed, line \d+, .*|\.\.\. and \d+ more .*|columns passed over: .*"
    r"|\d+ made, \d+ kept from before, \d+ failed, \d+ bad rows"
)


REAL = ((".csv", "hash"), (".parquet", "id"))
PRETENDED = ((".csv", "id"), (".parquet", "hash"), (".xlsx", "hash"), (".xlsx", "id"))


@dataclass(frozen=True)
class Run:
    """A run: where, over what, what it said, and which reports it did not make."""

    place: Path
    kind: str
    rows: list[tuple[str, str, int, str]]
    names: str
    done: object
    before: set[str]

    @property
    def out(self):
        return self.place / "work" / "out"


def _files(place):
    return {path.relative_to(place).as_posix() for path in place.rglob("*")}


def _prepared(place):
    for name in ("home", "tmp", "work"):
        (place / name).mkdir()
    return place / "work"


def _run(place, cohort, *options):
    """Run the command with a home and a folder for temporary files of its own."""
    home = place / "home"
    own = {
        f"XDG_{name}_HOME": str(home / f".{name.lower()}") for name in ("CACHE", "CONFIG", "DATA")
    }
    arguments = ("batch", cohort, "--out", place / "work" / "out", "--workers", 1, *options)
    return run_command(*arguments, HOME=str(home), TMPDIR=str(place / "tmp"), **own)


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """Return a function that runs over a hostile cohort, once for each kind and way of naming."""
    known = {}

    def run_over(kind, names):
        if (kind, names) not in known:
            known[kind, names] = _ran(tmp_path_factory.mktemp("hostile"), kind, names)
        return known[kind, names]

    return run_over


def _ran(place, kind, names):
    work, rows = _prepared(place), hostile_rows(kind)
    cohort = write_hostile(work / f"{FILE}{kind}", rows)
    notebook = write_notebook(work, PRINT)
    before = _files(place)
    options = ("--notebook", notebook, "--names-from", names)
    if (kind, names) == REAL[0]:
        done = _run(place, cohort, *options)
    elif (kind, names) in REAL:
        done = run_with_kernels(cohort, "--out", work / "out", *options)
    else:
        done = run_batch(cohort, work / "out", notebook=notebook, names=names, opening=working())
    return Run(place, kind, rows, names, done, before)


def _cases(pairs, *marks):
    return [pytest.param(each, id=f"{each[0][1:]}-{each[1]}", marks=marks) for each in pairs]


@pytest.fixture(params=_cases(REAL, pytest.mark.slow))
def real(request, ran):
    """Return a run of the command."""
    return ran(*request.param)


@pytest.fixture(params=[*_cases(REAL, pytest.mark.slow), *_cases(PRETENDED)])
def run(request, ran):
    """Return a run over each kind of file by each way of naming files."""
    return ran(*request.param)


@pytest.fixture(scope="module")
def shipped(tmp_path_factory):
    """Return a run of the notebook that ships, whose pages show ids and labels everywhere."""
    place = tmp_path_factory.mktemp("shipped")
    rows = [(text, "non-us-img", 242, text) for text in ("plain", MARKUP, SCRIPT)]
    cohort = write_cohort(_prepared(place) / f"{FILE}.csv", rows)
    before = _files(place)
    return Run(place, ".csv", rows, "hash", _run(place, cohort), before)


# --- what becomes of each row


def _same(text):
    return normalize("NFC", folded(text))


def _reason(run, at):
    """Return what is said of a row; empty if it can be used."""
    name, *_, label = run.rows[at]
    good, refused = cells(run.kind)
    if name in refused or label in refused:
        return "printable characters; shorten it or remove control characters"
    if _same(name) in [_same(row[0]) for row in run.rows[:at]]:
        return "has the same id; give each applicant their own"
    if run.names == "id" and name in good:
        return "keeps this name for itself" if name == "CON" else "allowed with --names-from id"
    return ""


def _expected(run):
    """Return what is said of each line of the file, empty of those that are made."""
    found, line = {}, 2
    for at, row in enumerate(run.rows):
        found[line] = _reason(run, at)
        line += 1 + (run.kind == ".csv") * "".join(map(str, row)).count("\n")
    return found


def test_each_row_is_made_or_told_what_is_wrong_with_it(run):
    expected = _expected(run)
    rows = {row["line"]: row for row in ledger_rows(run.out).values()}
    assert set(rows) == set(expected)
    index = " ".join(soup((run.out / "index.html").read_text(encoding="utf-8")).get_text().split())
    for line, reason in expected.items():
        row = rows[line]
        assert row["state"] == ("bad" if reason else "made"), row
        assert reason in row["error"]
        assert row["error"] in index
    assert 0 < sum(map(bool, expected.values())) < len(expected)


def test_the_command_counts_them(real):
    expected = _expected(real)
    bad = sum(map(bool, expected.values()))
    assert real.done.returncode == 1
    counts = f"{len(expected) - bad} made, 0 kept from before, 0 failed, {bad} bad rows"
    assert real.done.stderr.splitlines()[-1] == counts


def test_each_page_shows_its_own_label_as_text(run):
    labels = {folded(row[0]): folded(row[3]) for row in run.rows if len(row[0]) <= 200}
    made = pages(run.out)
    assert set(made) == {row["id"] for row in ledger_rows(run.out).values() if row["page_sha256"]}
    for name, page in made.items():
        assert f"score 230, {labels[name]}" in " ".join(soup(page.decode()).get_text().split())


# --- where files are


def _inside(run):
    place = run.out.relative_to(run.place).as_posix()
    return {place, *(f"{place}/{each}" for each in _files(run.out))}


def test_nothing_is_new_outside_the_folder(run):
    new = _files(run.place) - run.before - _inside(run)
    assert [each for each in new if not FONTS.fullmatch(each)] == []
    for path in run.out.rglob("*"):
        assert not path.is_symlink()
        assert path.resolve().is_relative_to(run.out.resolve())
    assert leftovers(run.out) == set()


def test_the_list_of_fonts_holds_nothing_of_the_cohort(real):
    for path in (real.place / "home").rglob("*"):
        if path.is_file():
            text = path.read_text(encoding="utf-8")
            assert not any(each in text for each in ("L-1", MARK, "HYPERLINK", "plain"))


def test_everything_is_its_owners(run):
    for path in [run.out, *run.out.rglob("*")]:
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path


def test_a_file_is_named_by_a_hash_or_by_a_plain_id(run):
    names = {path.stem for path in (run.out / "reports").iterdir()}
    assert {path.stem for path in (run.out / "records").iterdir()} == names | {"_cohort"}
    if run.names == "hash":
        assert all(re.fullmatch("[0-9a-f]{20}", each) for each in names)
    else:
        assert names == set(pages(run.out))
        assert all(re.fullmatch(r"L-\d+|twice", each) for each in names)


# --- what a cell could make a program do


def _shape(html):
    """Return the elements of a page with the names of their attributes."""
    return [(each.name, sorted(each.attrs)) for each in soup(html).find_all()]


def test_no_cell_is_markup_in_any_page(real):
    shapes = {name: _shape(page.decode()) for name, page in pages(real.out).items()}
    assert len(shapes) > 10
    first = next(iter(shapes.values()))
    assert [name for name, shape in shapes.items() if shape != first] == []


def test_no_cell_is_markup_in_the_index(real):
    html = (real.out / "index.html").read_text(encoding="utf-8")
    page = soup(html)
    assert MARK in page.get_text()
    assert page.select("[onerror], img[src=x], a[href*=etc]") == []
    assert not any(MARK in each.get_text() for each in page.select("script, style"))
    assert {a["href"] for a in page.select("a[href^='reports/']")} == {
        f"reports/{path.name}" for path in (real.out / "reports").iterdir()
    }
    assert _unseen(html) == set()


def test_no_spreadsheet_runs_a_cell_of_the_summary(run):
    with (run.out / "summary.csv").open(encoding="utf-8", newline="") as stream:
        plain = [cell for row in csv.reader(stream) for cell in row]
    table = parquet.read_table(run.out / "summary.parquet")
    texts = [
        name for name in table.column_names if pa.types.is_string(table.schema.field(name).type)
    ]
    stored = [cell for name in texts for cell in table.column(name).to_pylist()]
    assert all(_unseen(cell) == set() for cell in (*plain, *stored))
    assert all(harmless(cell) == cell for cell in plain)
    assert {*map(harmless, stored)} <= {*plain}
    if run.names == "hash":
        assert {'\'=HYPERLINK("http://x","y")', "'@SUM(A1)", "'+1", "'-2"} <= {*plain}
    for name in ("summary.xlsx", "bad_rows.xlsx"):
        book = load_workbook(run.out / name)
        kinds = {cell.data_type for row in book.active.iter_rows() for cell in row}
        assert "f" not in kinds  # no formula
    assert set(read_summary(run.out / "summary.parquet")["id"]) >= set(pages(run.out))


def test_the_ledger_is_whole_and_holds_printable_text(run):
    with sqlite3.connect(f"file:{run.out / 'ledger.sqlite'}?mode=ro", uri=True) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()
    for row in ledger_rows(run.out).values():
        for text in filter(lambda each: isinstance(each, str), row.values()):
            assert _unseen(text) == set()
            assert len(text) < 500


def _unseen(text):
    """Return the characters that a terminal or page would obey."""
    return {
        each
        for each in text.translate(JOINERS)
        if each not in "\n\t\xa0" and not each.isprintable()
    }


def test_a_terminal_gets_lines_of_the_commands_own(real):
    for line in real.done.stderr.splitlines():
        assert SAID.fullmatch(line), line
        assert len(line) < 500
    assert _unseen(real.done.stderr) == set()
    assert real.done.stdout == f"{real.out / 'index.html'}\n"


# --- what no file can hold, and what is not a cell


def _strings(*values):
    """Return text that is no text, as a careless program writes it."""
    ends = pa.array([sum(map(len, values[:at])) for at in range(len(values) + 1)], pa.int32())
    parts = [None, ends.buffers()[1], pa.py_buffer(b"".join(values))]
    return pa.Array.from_buffers(pa.string(), len(values), parts)


def _with_lone_surrogate(folder, kind):
    header = ",".join(FIELDS)
    path = folder / f"cohort{kind[kind.index('.') :]}"
    if kind == "utf-8.csv":
        path.write_bytes(f"{header}\nA,us-img,230,x\ud800y\n".encode(errors="surrogatepass"))
    elif kind == "utf-16.csv":
        text = f"\ufeff{header}\nA,us-img,230,x\ud800y\n"
        path.write_bytes(text.encode("utf-16-le", "surrogatepass"))
    elif kind == "text.parquet":
        rows = {"id": _strings(b"A\xed\xa0\x80"), "group": ["us-img"], "step2_ck": [230]}
        parquet.write_table(pa.table(rows), path)
    else:
        whole = write_hostile(folder / "whole.xlsx", [("A", "us-img", 230, "LONE")])
        with zipfile.ZipFile(whole) as old, zipfile.ZipFile(path, "w") as new:
            for name in old.namelist():
                new.writestr(name, old.read(name).replace(b"LONE", b"&#xD800;"))
    return path


@pytest.mark.parametrize("kind", ["utf-8.csv", "utf-16.csv", "text.parquet", "book.xlsx"])
def test_a_file_with_half_a_character_is_refused_as_a_whole(tmp_path, monkeypatch, capsys, kind):
    work = _prepared(tmp_path)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
    cohort = _with_lone_surrogate(work, kind)
    before = _files(tmp_path)
    assert run_here("batch", cohort, "--out", work / "out") == 2
    told = capsys.readouterr()
    assert re.fullmatch(r"imgstats: cohort\.\w+: .*; .+\n", told.err)
    assert _unseen(told.err) == set()
    assert told.out == ""
    assert _files(tmp_path) == before


def test_an_id_of_half_a_character_is_refused_as_what_it_is(tmp_path):
    cohort = _prepared(tmp_path) / "cohort.parquet"
    rows = {"id": [b"A\xed\xa0\x80"], "group": ["us-img"], "step2_ck": [230]}
    parquet.write_table(pa.table(rows), cohort)
    out = tmp_path / "work" / "out"
    result = run_batch(cohort, out, opening=working())
    said = r"line 2: id is b'A\xed\xa0\x80'; allowed: 1 to 200"
    assert [str(each).startswith(said) for each in result.bad] == [True]
    assert list(ledger_rows(out)) == ["line:2"]


def test_a_file_name_that_is_no_text_is_spelled_out(tmp_path):
    work = _prepared(tmp_path)
    cohort = Path(os.fsdecode(os.fsencode(work) + b"/\xff.csv"))
    write_cohort(cohort, [("A", "us-img", 230, "")])
    notebook = write_notebook(work, PRINT)
    result = run_batch(cohort, work / "out", notebook=notebook, opening=working())
    assert result.made == 1
    assert "\\udcff" in (work / "out" / "index.html").read_text(encoding="utf-8")


@pytest.mark.slow
def test_a_column_and_a_failing_notebook_cannot_speak_to_the_terminal(tmp_path, capfd):
    work = _prepared(tmp_path)
    evil = f"\x1b]0;x\x07\x9b31m\u202e{MARKUP}"
    cohort = write_cohort(work / "c.csv", [("A", "us-img", 230, "x", "y")], (*FIELDS, evil))
    notebook = write_notebook(work, f"raise ValueError({evil!r})")
    assert run_here("batch", cohort, "--out", work / "out", "--notebook", notebook) == 2
    refused = capfd.readouterr()
    options = ("--notebook", notebook, "--ignore-columns")
    done = run_with_kernels(cohort, "--out", work / "out", *options)
    assert done.returncode == 1
    spelled = "\\x9b31m\\u202e<img"
    for said in (refused.err, done.stderr + capfd.readouterr().err):  # a kernel has its own stderr
        assert spelled in said
        assert _unseen(said) == set()
    out = work / "out"
    for file in (out / "index.html", out / "summary.csv"):
        text = file.read_text(encoding="utf-8")
        assert "\\x9b31m\\u202e" in text
        assert _unseen(text) == set()
    assert soup((out / "index.html").read_text(encoding="utf-8")).select("[onerror]") == []
    assert spelled in ledger_rows(out)["A"]["error"]


# --- the notebook that ships, and a real browser


@pytest.mark.slow
def test_the_pages_of_the_shipped_notebook_hold_no_markup_of_a_cell(shipped):
    assert shipped.done.returncode == 0, shipped.done.stderr
    found = {name: page.decode() for name, page in pages(shipped.out).items()}
    assert set(found) == {"plain", MARKUP, SCRIPT}
    assert len({str(_shape(page)) for page in found.values()}) == 1
    for name, page in found.items():
        assert name in soup(page).get_text()
        assert soup(page).select("[onerror], img[src=x]") == []
    test_nothing_is_new_outside_the_folder(shipped)
    test_everything_is_its_owners(shipped)
    test_a_terminal_gets_lines_of_the_commands_own(shipped)
    test_no_cell_is_markup_in_the_index(shipped)


@pytest.fixture
def opened(chromium):
    """Return a function that opens a page, with what it asked for and said noted on it."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900})

    def go(file):
        page = context.new_page()
        page.asked, page.said = [], []
        page.on("request", lambda request: page.asked.append(request.url))
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.on("dialog", lambda dialog: (page.said.append(dialog.message), dialog.dismiss()))
        page.goto(file.as_uri())
        page.wait_for_load_state("load")
        return page

    yield go
    context.close()


def _ran_nothing(page, file):
    assert page.evaluate(f"window.{MARK}") is None
    assert page.evaluate(f"'{MARK}' in window") is False
    assert [url for url in page.asked if not url.startswith("data:")] == [file.as_uri()]
    assert page.said == []


@pytest.mark.browser
def test_a_browser_runs_no_cell_of_the_index(opened, real):
    page = opened(real.out / "index.html")
    page.fill("#search", "img")
    page.locator("thead button").first.click()
    assert MARK in page.inner_text("body")
    _ran_nothing(page, real.out / "index.html")


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.parametrize("name", [MARKUP, SCRIPT], ids=["markup", "script"])
def test_a_browser_runs_no_cell_of_a_report(opened, shipped, name):
    file = shipped.out / "reports" / f"{ledger_rows(shipped.out)[name]['key']}.html"
    page = opened(file)
    assert name in page.inner_text("body")
    _ran_nothing(page, file)


@pytest.mark.browser
def test_a_browser_runs_no_cell_that_a_notebook_prints(opened, real):
    file = real.out / "reports" / f"{ledger_rows(real.out)['L-0']['key']}.html"
    page = opened(file)
    assert MARKUP in page.inner_text("body")
    _ran_nothing(page, file)
