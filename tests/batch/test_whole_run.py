"""One whole batch by the command's own workers and kernels, with a small notebook."""

from __future__ import annotations

import json
import re
import stat

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from imgstats.batch.fingerprint import fingerprint
from tests.batch.making import (
    PRINT,
    ledger_rows,
    leftovers,
    pages,
    rows_of,
    run_command,
    run_with_kernels,
    states,
    write_cohort,
    write_notebook,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """Return folder and words of a run over six, of whom one fails and two have bad rows."""
    folder = tmp_path_factory.mktemp("whole")
    rows = [*rows_of(4), ("A-000", "us-img", 230, "twice"), ("A-004", "us-img", "abc", "bad")]
    cohort = write_cohort(folder / "cohort.csv", rows)
    notebook = write_notebook(folder, PRINT, "assert step2_ck != 218, 'a score I cannot bear'")
    out = folder / "out"
    options = ("--out", out, "--notebook", notebook, "--workers", 1)
    return out, run_command("batch", cohort, *options)


@pytest.fixture
def out(whole):
    return whole[0]


def test_good_rows_are_made_and_bad_and_failed_ones_named(whole):
    out, done = whole
    assert done.returncode == 1
    assert done.stdout == f"{out / 'index.html'}\n"
    assert "bad row, line 6: id is" in done.stderr
    assert "bad row, line 7, 'A-004': step2_ck is 'abc'" in done.stderr
    assert "failed, line 5, 'A-003'" in done.stderr
    assert "AssertionError: a score I cannot bear" in done.stderr
    assert done.stderr.splitlines()[-1] == "3 made, 0 kept from before, 1 failed, 2 bad rows"
    assert states(out) == {"made": 3, "failed": 1, "bad": 2}


def test_each_page_holds_its_own_applicant(out):
    for name, page in pages(out).items():
        number = int(name[2:])
        assert re.findall(r"score (\d+), label (\d+)", page.decode()) == [
            (str(215 + number), f"{number:03d}")
        ]


def test_files_are_their_owners_and_none_is_left_over(out):
    for path in [out, *out.rglob("*")]:
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path
    assert leftovers(out) == set()


def test_no_file_name_holds_an_id(out):
    assert [path for path in out.rglob("*") if "A-0" in path.name] == []


def test_the_index_links_to_every_report_and_lists_every_failure(out):
    page = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = {a["href"] for a in page.select("a[href^='reports/']")}
    assert links == {f"reports/{p.name}" for p in (out / "reports").iterdir()}
    text = page.get_text(" ")
    assert "step2_ck is 'abc'" in text
    assert "line 2 has the same id" in text
    assert "a score I cannot bear" in text


def test_summaries_hold_a_row_for_each_row_of_the_file(out):
    table = pd.read_csv(out / "summary.csv")
    assert table["line"].tolist() == [2, 3, 4, 5, 6, 7]
    assert table["state"].tolist() == ["made", "made", "made", "failed", "bad", "bad"]
    assert pd.read_parquet(out / "summary.parquet")["id"].tolist() == table["id"].tolist()


def test_the_record_keeps_what_the_report_was_made_from(out):
    row = ledger_rows(out)["A-001"]
    record = json.loads((out / "records" / f"{row['key']}.ipynb").read_text(encoding="utf-8"))
    kept = record["metadata"]["imgstats"]
    assert kept["data_sha256"] == fingerprint().data
    assert record["metadata"]["papermill"]["parameters"]["step2_ck"] == 216


def test_the_record_of_the_index_finds_the_summary_beside_it(out):
    record = nbformat.read(out / "records" / "_cohort.ipynb", as_version=4)
    assert record.metadata.papermill.parameters.summary == "../summary.parquet"
    given = next(c for c in record.cells if "injected-parameters" in c.metadata.get("tags", []))
    assert 'summary = "../summary.parquet"' in given.source
    text = (out / "records" / "_cohort.ipynb").read_text(encoding="utf-8")
    assert "/imgstats-" not in text


@pytest.mark.slow
def test_an_own_notebook_of_a_batch_finds_what_lies_beside_it(tmp_path):
    from tests.reporting.test_own_notebook import write_beside

    notebook = write_beside(tmp_path / "mine")
    cohort = write_cohort(tmp_path / "cohort.csv", rows_of(1))
    done = run_with_kernels(cohort, "--out", tmp_path / "out", "--notebook", notebook)
    assert done.returncode == 0, done.stderr
    (page,) = (tmp_path / "out" / "reports").iterdir()
    text = page.read_text(encoding="utf-8")
    assert "helped" in text
    assert text.count("data:image/png;base64,") >= 2
    assert "not on the pages: " in done.stderr
    assert "example.org" in done.stderr
