"""`imgstats report --pdf`: the page on paper, and the page alone where no browser prints."""

from __future__ import annotations

import shutil
from contextlib import nullcontext

import pytest

from imgstats.errors import InputError, WorkError
from imgstats.printing import printer as printers
from imgstats.printing.browser import BROWSER_VARIABLE
from imgstats.printing.printer import Printer
from imgstats.reporting.report import print_report, write_report
from tests.batch.making import run_here
from tests.printing.browsers import DIES, HANGS, script, the_browser
from tests.printing.papers import inflated, sheets, size, words
from tests.reporting.conftest import HOSTILE

pytestmark = [pytest.mark.browser, pytest.mark.slow]
POINTS = {"a4": (596, 842), "letter": (612, 792)}


@pytest.fixture
def copied(tmp_path):
    """Return a function that copies a report, which the test may then print."""

    def copy(files):
        folder = tmp_path / "out"
        shutil.copytree(files.page.parent, folder)
        return folder / files.page.name

    return copy


@pytest.fixture(scope="module")
def two_browsers():
    """Return a printer for each paper."""
    the_browser()
    with Printer("a4") as a4, Printer("letter") as letter:
        yield {"a4": a4, "letter": letter}


@pytest.mark.parametrize("paper", POINTS)
@pytest.mark.parametrize("files", ["non_us_files", "us_files", "refused_files", "hostile_files"])
def test_a_report_is_printed_on_few_tagged_sheets(
    request, copied, two_browsers, monkeypatch, files, paper
):
    monkeypatch.setattr(printers, "Printer", lambda each: nullcontext(two_browsers[each]))
    page = copied(request.getfixturevalue(files))
    path = print_report(page, paper)
    data = path.read_bytes()
    assert path == page.with_name("report.pdf")
    assert path.stat().st_mode & 0o777 == 0o600
    assert size(data) == POINTS[paper]
    assert 2 <= sheets(data) <= 6
    assert b"/StructTreeRoot" in data
    assert b"/Lang (en)" in data
    for each in (str(page.parent).encode(), b"file:", b"report.invalid"):
        assert each not in inflated(data)


def test_a_hostile_label_is_text_on_each_sheet(copied, hostile_files):
    the_browser()
    found = words(print_report(copied(hostile_files)))
    begin = HOSTILE.split("\n")[0][:25]
    assert all(begin in text.rstrip().splitlines()[-1] for text in found)


@pytest.mark.parametrize("body", [None, DIES, HANGS])
def test_without_a_browser_the_page_stands(copied, us_files, tmp_path, monkeypatch, body):
    named = tmp_path / "none" if body is None else script(tmp_path, body)
    monkeypatch.setenv(BROWSER_VARIABLE, str(named))
    monkeypatch.setattr(printers, "SECONDS", 0.5)
    page = copied(us_files)
    before = sorted(page.parent.iterdir())
    with pytest.raises(WorkError, match=r"^no PDF: .*the page stands$"):
        print_report(page)
    assert sorted(page.parent.iterdir()) == before


@pytest.mark.usefixtures("forked")
def test_the_pdf_of_the_page_before_goes(copied, us_files, example_applicant):
    the_browser()
    page = copied(us_files)
    path = print_report(page)
    write_report(example_applicant, page.parent)
    assert not path.exists()


@pytest.mark.usefixtures("forked")
def test_a_pdf_of_somebody_else_stays(copied, us_files, example_applicant):
    page = copied(us_files)
    theirs = page.with_name("report.pdf")
    theirs.write_bytes(b"%PDF-1.4 theirs")
    with pytest.raises(InputError, match="not made by imgstats"):
        print_report(page)
    write_report(example_applicant, page.parent)
    assert theirs.read_bytes() == b"%PDF-1.4 theirs"


@pytest.mark.usefixtures("forked")
def test_the_command_writes_the_page_and_exits_with_1(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv(BROWSER_VARIABLE, str(tmp_path / "none"))
    given = ("--group", "us-img", "--step2-ck", "230", "--out", tmp_path / "out", "--pdf")
    assert run_here("report", *given) == 1
    said = capsys.readouterr()
    assert said.out.strip() == str((tmp_path / "out" / "index.html").resolve())
    assert "no PDF: IMGSTATS_BROWSER names" in said.err
    assert sorted(each.name for each in (tmp_path / "out").iterdir()) == [
        "comparison.json",
        "index.html",
        "report.ipynb",
    ]
