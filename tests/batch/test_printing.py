"""PDFs of a batch: printed beside the pages, kept, made again, and asked for in vain.

Reports are only pretended; the browser is a real one.
"""

from __future__ import annotations

import re
import shutil
import sqlite3

import pandas as pd
import pytest

from imgstats.batch.run import run_batch
from imgstats.errors import InputError, WorkError
from imgstats.printing import printer as printers
from imgstats.printing.browser import BROWSER_VARIABLE
from tests.batch.making import (
    PRINT,
    failing,
    ledger_rows,
    pages,
    pretended,
    rows_of,
    run_here,
    states,
    working,
    write_cohort,
    write_notebook,
)
from tests.printing.browsers import DIES, DIES_AT_THE_PAGE, HANGS, script, the_browser
from tests.printing.papers import size

pytestmark = [pytest.mark.browser, pytest.mark.slow]
COUNT = 4


class Bench:
    """A cohort, and batches over it that are printed."""

    def __init__(self, folder):
        self.cohort = write_cohort(folder / "cohort.csv", rows_of(COUNT))
        self.notebook = write_notebook(folder, PRINT)
        self.out = folder / "out"

    def run(self, *, paper="a4", opening=None, **options):
        opening = opening or working()
        return run_batch(
            self.cohort, self.out, notebook=self.notebook, paper=paper, opening=opening, **options
        )

    def pdfs(self):
        """Return the PDFs by id."""
        found = {name: self.file(name) for name in ledger_rows(self.out)}
        return {name: file.read_bytes() for name, file in found.items() if file.exists()}

    def file(self, name):
        return self.out / "reports" / f"{ledger_rows(self.out)[name]['key']}.pdf"


@pytest.fixture
def bench(tmp_path):
    the_browser()
    return Bench(tmp_path)


@pytest.fixture(scope="module")
def printed_once(tmp_path_factory):
    """Return a batch that was printed."""
    the_browser()
    bench = Bench(tmp_path_factory.mktemp("printed"))
    result = bench.run()
    assert (result.made, result.to_print, result.printed) == (COUNT, COUNT, COUNT)
    assert result.unprinted == ()
    return bench


@pytest.fixture
def begun(bench, printed_once):
    """Return a batch of one's own that was printed."""
    shutil.copytree(printed_once.out, bench.out)
    shutil.copy(printed_once.notebook, bench.notebook)  # its cells have names of chance
    return bench


def test_each_page_has_a_pdf_for_its_owner_alone_and_the_index_knows(begun):
    assert sorted(begun.pdfs()) == sorted(pages(begun.out))
    for name in pages(begun.out):
        assert begun.file(name).stat().st_mode & 0o777 == 0o600
    frame = pd.read_parquet(begun.out / "summary.parquet")
    assert all((begun.out / each).is_file() for each in frame["pdf"])
    assert [each.replace(".pdf", ".html") for each in frame["pdf"]] == list(frame["report"])


def test_resume_prints_nothing_that_stands(begun):
    before = begun.pdfs()
    result = begun.run(resume=True)
    assert (result.made, result.to_print, begun.pdfs()) == (0, 0, before)


def test_resume_prints_what_is_missing_or_another_and_leaves_the_pages(begun):
    before, ledger, pdfs = pages(begun.out), ledger_rows(begun.out), begun.pdfs()
    begun.file("A-000").unlink()
    begun.file("A-001").write_bytes(b"%PDF-1.4")
    begun.file("A-002").write_bytes(pdfs["A-003"])
    result = begun.run(resume=True)
    assert (result.made, result.kept, result.printed) == (0, COUNT, 3)
    assert begun.pdfs()["A-003"] == pdfs["A-003"]
    assert all(len(each) > 1000 for each in begun.pdfs().values())
    assert begun.pdfs()["A-002"] != pdfs["A-003"]
    assert (pages(begun.out), ledger_rows(begun.out)) == (before, ledger)


def test_another_paper_prints_all_anew(begun):
    assert begun.run(resume=True, paper="letter").printed == COUNT
    assert {size(each) for each in begun.pdfs().values()} == {(612, 792)}


def test_pages_that_stand_are_printed_when_it_is_asked_for(bench):
    assert bench.run(paper=None).to_print == 0
    assert bench.pdfs() == {}
    assert bench.run(resume=True, dry_run=True).to_print == COUNT
    assert bench.pdfs() == {}
    assert bench.run(resume=True).printed == COUNT


def _change_one(bench):
    """Let the third applicant have other values."""
    rows = rows_of(COUNT)
    rows[2] = ("A-002", "us-img", 230, "another")
    write_cohort(bench.cohort, rows)


def test_the_pdf_of_a_page_that_is_made_anew_goes(begun):
    _change_one(begun)
    begun.run(resume=True, paper=None)
    assert sorted(begun.pdfs()) == ["A-000", "A-001", "A-003"]
    frame = pd.read_parquet(begun.out / "summary.parquet").set_index("id")
    assert frame.loc["A-002", "pdf"] == ""


def test_the_pdf_of_a_report_that_fails_goes(begun):
    _change_one(begun)
    begun.run(resume=True, opening=working(failing({"another"})))
    assert sorted(begun.pdfs()) == ["A-000", "A-001", "A-003"]


@pytest.mark.parametrize("body", [None, DIES, HANGS])
def test_without_a_browser_nothing_is_made(bench, tmp_path, monkeypatch, body):
    named = tmp_path / "none" if body is None else script(tmp_path, body)
    monkeypatch.setenv(BROWSER_VARIABLE, str(named))
    monkeypatch.setattr(printers, "SECONDS", 0.5)
    with pytest.raises(WorkError, match=re.escape(str(named))):
        bench.run()
    assert not bench.out.exists()


def test_a_browser_that_dies_at_each_page_leaves_the_pages(bench, tmp_path, monkeypatch):
    write_cohort(bench.cohort, rows_of(5))
    with monkeypatch.context() as patch:
        patch.setenv(BROWSER_VARIABLE, str(script(tmp_path, DIES_AT_THE_PAGE)))
        result = bench.run()
    assert (result.made, result.printed, bench.pdfs()) == (5, 0, {})
    reasons = [why for _, _, why in result.unprinted]
    assert all("ended with code 7" in why for why in reasons[:3])
    assert all("3 pages in a row" in why for why in reasons[3:])
    assert len(reasons) == 5
    assert bench.run(resume=True).printed == 5


def test_a_batch_that_stops_leaves_no_half_pdf_and_goes_on(bench):
    def stop(job):
        if made:
            raise KeyboardInterrupt
        made.append(1)
        return pretended(job)

    made: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        bench.run(opening=working(stop))
    assert not list(bench.out.rglob(".imgstats-part-*"))
    bench.run(resume=True)
    assert states(bench.out) == {"made": COUNT}
    assert len(bench.pdfs()) == COUNT


def test_a_ledger_of_before_has_no_table_of_pdfs(begun):
    with sqlite3.connect(begun.out / "ledger.sqlite") as db:
        db.execute("DROP TABLE prints")
    db.close()
    assert begun.run(resume=True).printed == COUNT


def test_an_unknown_paper_is_refused(bench):
    with pytest.raises(InputError, match="a4 or letter"):
        bench.run(paper="a5")


def test_the_command_refuses_a_paper_without_pdf(bench, capsys):
    assert run_here("batch", bench.cohort, "--out", bench.out, "--paper", "a4") == 2
    assert "--paper without --pdf" in capsys.readouterr().err
