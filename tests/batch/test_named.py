"""Who and what a batch names: its title, whom a refusal is about, the closest specialties."""

from __future__ import annotations

import csv

import pytest
from bs4 import BeautifulSoup

from imgstats.batch.run import run_batch
from imgstats.cohort.overview import overview, unrated
from imgstats.cohort.summary import summary_frame
from imgstats.errors import InputError
from imgstats.reporting.cohort import sections as cohort_sections
from tests.batch.making import (
    PRINT,
    recorded,
    rows_of,
    run_here,
    working,
    write_cohort,
    write_notebook,
)
from tests.reporting.index_cases import EVIL, made

CLOSEST = "one of 24, such as Neurology, Otolaryngology, Radiation Oncology"
FIELDS = ("id", "group", "step2_ck", "specialty")


def _run(folder, rows, fields=("id", "group", "step2_ck", "label"), **options):
    cohort = write_cohort(folder / "cohort.csv", rows, fields)
    notebook = folder / "own.ipynb"
    if not notebook.exists():  # each one that is written has other names of cells
        write_notebook(folder, PRINT)
    return run_batch(
        cohort, folder / "out", notebook=notebook, opening=working(recorded), **options
    )


# --- the title


@pytest.mark.parametrize("title", ["Class of 2027", EVIL[0], "</title><script>alert(1)</script>"])
def test_a_title_of_ones_own_is_text(tmp_path, title):
    result = _run(tmp_path, rows_of(1), title=title)
    page = BeautifulSoup(result.index.read_text(encoding="utf-8"), "html.parser")
    assert [each.get_text() for each in page.select("h1")] == [title]
    assert page.select("script, img") == []


def test_without_a_title_the_index_has_the_name_of_the_file(tmp_path):
    result = _run(tmp_path, rows_of(1))
    assert "<h1>cohort</h1>" in result.index.read_text(encoding="utf-8")


@pytest.mark.parametrize("title", ["", "  \n", "x" * 201], ids=["empty", "blank", "long"])
def test_a_title_that_is_none_is_refused(tmp_path, title):
    with pytest.raises(InputError, match=r"the title is .*1 to 200 characters"):
        _run(tmp_path, rows_of(1), title=title)
    assert not (tmp_path / "out").exists()


def test_a_title_changes_no_report(tmp_path):
    _run(tmp_path, rows_of(2), title="One")
    assert _run(tmp_path, rows_of(2), title="Two", resume=True).kept == 2


# --- whom a refusal is about


def _without_rate(n):
    return [made(f"P-{i}", i + 2, "us_img", 233, "Pediatrics") for i in range(n)]


def test_a_refused_rate_names_the_ids(tmp_path):
    rows = [
        ("A-1", "us-img", 233, "Pediatrics"),
        ("A-2", "non-us-img", 242, ""),
        ("A-3", "us-img", 251, "pediatrics"),
    ]
    found = _run(tmp_path, rows, FIELDS).unrated
    assert [each.ids for each in found] == [("A-1", "A-3")]
    assert found[0].reason.startswith("No 2026 table")


def test_the_index_names_a_few_and_says_where_the_others_are():
    def said(n):
        frame = summary_frame(_without_rate(n))
        return BeautifulSoup(cohort_sections.rates(overview(frame)).html, "html.parser").get_text()

    assert "2 applicants (P-0, P-1): No 2026 table" in said(2)
    assert "P-7 and 3 more, all with \u201cno rate\u201d in the table): No 2026 table" in said(11)


def test_hostile_ids_of_a_refusal_are_text():
    rows = [made(evil, i, "us_img", 233, "Pediatrics") for i, evil in enumerate(EVIL[:8], start=2)]
    html = cohort_sections.rates(overview(summary_frame(rows))).html
    page = BeautifulSoup(html, "html.parser")
    assert [each.get_text() for each in page.select(".refused bdi")] == EVIL[:8]
    assert page.select("script, img") == []


def test_the_reason_of_most_comes_first():
    rows = [
        made("A", 2, "us_img", 233, "Psychiatry"),
        made("B", 3, "us_img", 233, "Pediatrics"),
        made("C", 4, "us_img", 240, "Pediatrics"),
    ]
    assert [each.ids for each in unrated(summary_frame(rows))] == [("B", "C"), ("A",)]


# --- a specialty that is none


def test_a_batch_names_line_id_and_the_closest_three(tmp_path, capsys):
    cohort = write_cohort(tmp_path / "c.csv", [("A-1", "us-img", 233, "Cardiology")], FIELDS)
    assert run_here("batch", cohort, "--out", tmp_path / "out", "--dry-run") == 1
    said = capsys.readouterr().err
    assert "bad row, line 2, 'A-1': specialty is 'Cardiology'; allowed: " + CLOSEST in said
    assert "Pediatrics" not in said


def test_the_index_and_the_summary_tell_it_so(tmp_path):
    rows = [("A-1", "us-img", 233, "Cardiology"), ("A-2", "us-img", 233, "")]
    result = _run(tmp_path, rows, FIELDS)
    with result.index.with_name("summary.csv").open(encoding="utf-8", newline="") as stream:
        reason = next(csv.DictReader(stream))["reason"]
    assert CLOSEST in reason
    assert "Pediatrics" not in reason
    assert result.index.read_text(encoding="utf-8").count(CLOSEST) == 1


@pytest.mark.parametrize(
    "command",
    [
        ("estimate", "--group", "us-img", "--step2-ck", 233, "--specialty", "Cardiology"),
        ("score", "c.csv", "--out", "scores.csv"),
        (
            "data", "add", "t.csv", "--kind", "count", "--year", 2026, "--group", "us-img",
            "--specialty", "Cardiology", "--source", "x", "--population", "y",
            "--outcome", "matched to the preferred specialty",
        ),
    ],
    ids=lambda command: command[0],
)  # fmt: skip
def test_every_command_names_the_closest_three(tmp_path, monkeypatch, capsys, command):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("IMGSTATS_DATA_DIR", str(tmp_path / "own"))
    write_cohort(tmp_path / "c.csv", [("A-1", "us-img", 233, "Cardiology")], FIELDS)
    (tmp_path / "t.csv").write_text("matched,not_matched\n400,600\n", encoding="utf-8")
    assert run_here(*command) in {1, 2}
    said = capsys.readouterr().err
    assert CLOSEST in said
    assert "Pediatrics" not in said
