"""A whole batch by the command's own workers and kernels, with a small notebook."""

from __future__ import annotations

import json
import re
import stat

import nbformat
import pandas as pd
import pytest
from bs4 import BeautifulSoup

from imgstats.batch.fingerprint import fingerprint
from imgstats.batch.run import run_batch
from tests.batch.making import (
    PRINT,
    ledger_rows,
    leftovers,
    pages,
    rows_of,
    run_command,
    states,
    write_cohort,
    write_notebook,
)

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def batch(tmp_path_factory):
    """Return cohort, notebook and folder of a batch of five, two of whose rows are bad."""
    folder = tmp_path_factory.mktemp("batch")
    rows = [*rows_of(3), ("A-000", "us-img", 230, "twice"), ("A-004", "us-img", "abc", "bad")]
    cohort = write_cohort(folder / "cohort.csv", rows)
    notebook = write_notebook(folder, PRINT)
    out = folder / "out"
    result = run_batch(cohort, out, notebook=notebook, workers=1)
    return cohort, notebook, out, result


def test_good_rows_are_made_and_bad_ones_named(batch):
    *_, out, result = batch
    assert (result.wanted, result.made, result.kept, result.failed) == (3, 3, 0, ())
    assert [(each.line, each.problems[0].column) for each in result.bad] == [
        (5, "id"),
        (6, "step2_ck"),
    ]
    assert states(out) == {"made": 3, "bad": 2}
    assert len(result.timings) == 3
    assert all(0 < cells < whole for whole, cells in result.timings)


def test_each_page_holds_its_own_applicant(batch):
    for name, page in pages(batch[2]).items():
        number = int(name[2:])
        assert re.findall(r"score (\d+), label (\d+)", page.decode()) == [
            (str(215 + number), f"{number:03d}")
        ]


def test_files_are_their_owners_and_none_is_left_over(batch):
    out = batch[2]
    for path in [out, *out.rglob("*")]:
        expected = 0o700 if path.is_dir() else 0o600
        assert stat.S_IMODE(path.stat().st_mode) == expected, path
    assert leftovers(out) == set()


def test_no_file_name_holds_an_id(batch):
    assert [path for path in batch[2].rglob("*") if "A-0" in path.name] == []


def test_the_index_links_to_every_report_and_lists_every_failure(batch):
    out = batch[2]
    page = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")
    links = {a["href"] for a in page.select("a[href^='reports/']")}
    assert links == {f"reports/{p.name}" for p in (out / "reports").iterdir()}
    text = page.get_text(" ")
    assert "step2_ck is 'abc'" in text
    assert "line 2 has the same id" in text


def test_summaries_hold_a_row_for_each_row_of_the_file(batch):
    out = batch[2]
    table = pd.read_csv(out / "summary.csv")
    assert table["line"].tolist() == [2, 3, 4, 5, 6]
    assert table["state"].tolist() == ["made", "made", "made", "bad", "bad"]
    assert pd.read_parquet(out / "summary.parquet")["id"].tolist() == table["id"].tolist()


def test_the_record_keeps_what_the_report_was_made_from(batch):
    row = ledger_rows(batch[2])["A-001"]
    record = json.loads((batch[2] / "records" / f"{row['key']}.ipynb").read_text(encoding="utf-8"))
    kept = record["metadata"]["imgstats"]
    assert kept["data_sha256"] == fingerprint().data
    assert record["metadata"]["papermill"]["parameters"]["step2_ck"] == 216


def test_the_record_of_the_index_finds_the_summary_beside_it(batch):
    out = batch[2]
    record = nbformat.read(out / "records" / "_cohort.ipynb", as_version=4)
    assert record.metadata.papermill.parameters.summary == "../summary.parquet"
    given = next(c for c in record.cells if "injected-parameters" in c.metadata.get("tags", []))
    assert 'summary = "../summary.parquet"' in given.source
    text = (out / "records" / "_cohort.ipynb").read_text(encoding="utf-8")
    assert "/imgstats-" not in text


def test_a_failing_report_is_named_and_the_others_are_made(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(3))
    notebook = write_notebook(tmp_path, "assert step2_ck != 216, 'a score I cannot bear'")
    options = ("batch", cohort, "--out", tmp_path / "out", "--notebook", notebook)
    done = run_command(*options, "--workers", 1)
    assert done.returncode == 1
    assert "failed, line 3, 'A-001'" in done.stderr
    assert "AssertionError: a score I cannot bear" in done.stderr
    assert "2 made, 0 stood already, 1 failed, 0 bad rows" in done.stderr
    assert states(tmp_path / "out") == {"made": 2, "failed": 1}
    assert "a score I cannot bear" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")
