"""Plans beside the reports of a batch: made, kept, made again, removed, and failing alone.

Reports and plans are only pretended, but for the last tests.
"""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from dataclasses import replace
from html import escape

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from imgstats.batch.run import run_batch
from imgstats.batch.tasks import Job, MadePlan, Unmade
from imgstats.errors import InputError
from imgstats.strategy.ics import PRODID
from tests.batch.making import (
    EPOCH,
    PRINT,
    ledger_rows,
    pages,
    recorded,
    run_here,
    working,
    write_cohort,
    write_notebook,
)

FIELDS = ("id", "group", "step2_ck", "label", "target", "visa")
ROWS = [
    ("A-00", "non-us-img", 231, "label 00", "240", "j1"),
    ("A-01", "us-img", 232, "label 01", "241-250", ""),
    ("A-02", "us-img", 233, "label 02", "", ""),
]
MARK = '<!DOCTYPE html><meta name="generator" content="imgstats 1">'


def planned(job):
    """Return at once a report or a plan that holds what the job gives."""
    if not job.is_plan:
        return recorded(job)
    given = job.parameters["values"]
    # Who has no target is taken for one without a day ahead.
    days = f"BEGIN:VCALENDAR\r\nPRODID:{PRODID}\r\n{given.get('target')}".encode()
    page = f"{MARK}<p>{job.parameters['today']}</p><p>{escape(str(given))}</p>"
    return MadePlan(
        key=job.key,
        page=page.encode(),
        calendar=days if "target" in given else b"",
    )


def without_plan_of(label):
    """Return what fails at the plan of one person."""

    def make(job):
        if job.is_plan and job.parameters["values"]["label"] == label:
            return Unmade.of(job, "no such day")
        return planned(job)

    return make


class Bench:
    """A cohort, and batches over it with plans."""

    def __init__(self, folder):
        self.folder = folder
        self.cohort = write_cohort(folder / "cohort.csv", ROWS, FIELDS)
        self.notebook = write_notebook(folder, PRINT)
        self.out = folder / "out"
        self.jobs: list[Job] = []

    def run(self, make=planned, **options):
        self.jobs = []

        def noting(job):
            self.jobs.append(job)
            return make(job)

        options = {"with_plan": True, "notebook": self.notebook} | options
        return run_batch(self.cohort, self.out, opening=working(noting), **options)

    def key(self, name):
        return ledger_rows(self.out)[name]["key"]

    def page(self, name):
        return self.out / "reports" / f"{self.key(name)}.plan.html"

    def days(self, name):
        return self.out / "reports" / f"{self.key(name)}.plan.ics"

    def summary(self):
        return pd.read_parquet(self.out / "summary.parquet").set_index("id")

    def plans(self):
        """Return page and calendar of each plan by id."""
        return {
            name: (self.page(name).read_bytes(), self.days(name).exists())
            for name in ledger_rows(self.out)
            if self.page(name).exists()
        }


@pytest.fixture
def bench(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    return Bench(tmp_path)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    bench = Bench(tmp_path_factory.mktemp("made"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", EPOCH)
        result = bench.run()
    assert (result.made, result.to_plan, result.planned, result.unplanned) == (3, 3, 3, ())
    return bench


@pytest.fixture
def begun(bench, made_once):
    shutil.copytree(made_once.folder, bench.folder, dirs_exist_ok=True)
    bench.jobs = [*made_once.jobs]
    return bench


# --- made


def test_each_plan_stands_beside_its_report_for_its_owner_alone(begun):
    assert [begun.days(name).exists() for name in ("A-00", "A-01", "A-02")] == [True, True, False]
    for file in [*map(begun.page, ("A-00", "A-01", "A-02")), begun.days("A-00")]:
        assert file.stat().st_mode & 0o777 == 0o600
    found = begun.summary()
    assert all((begun.out / each).is_file() for each in found["plan"])
    assert (begun.out / found.loc["A-00", "calendar"]).is_file()
    assert found.loc["A-02", "calendar"] == ""


def test_a_plan_is_made_of_its_row_and_of_no_other(begun):
    jobs = {each.parameters["values"]["label"]: each for each in begun.jobs if each.is_plan}
    assert jobs["label 00"].parameters["values"] == {
        "group": "non_us_img",
        "step2_ck": 231,
        "label": "label 00",
        "specialty": "Internal Medicine",
        "target": "240",
        "visa": "J-1",
    }
    for name, _, score, label, *_ in ROWS:
        text = begun.page(name).read_text()
        assert label in text
        assert not any(
            other[3] in text or str(other[2]) in text for other in ROWS if other[2] != score
        )


def test_the_day_is_that_of_the_run_and_the_same_for_all(begun):
    assert {each.parameters["today"] for each in begun.jobs if each.is_plan} == {"2026-11-01"}
    assert {each.made_on for each in begun.jobs} == {"1 November 2026"}


def test_an_own_notebook_is_for_the_reports_alone(begun):
    assert {(each.is_plan, each.notebook_name) for each in begun.jobs} == {
        (False, "own.ipynb"),
        (True, "strategy_report.ipynb"),
    }
    assert all(not each.folder for each in begun.jobs if each.is_plan)


def test_a_plans_columns_are_refused_without_plans(bench):
    with pytest.raises(InputError, match="unknown columns 'target', 'visa'"):
        bench.run(with_plan=False)


def test_a_bad_value_of_a_plan_makes_its_row_bad_and_can_be_mended(bench, tmp_path):
    write_cohort(bench.cohort, [*ROWS[:2], (*ROWS[2][:4], "high", "none")], FIELDS)
    result = bench.run()
    assert [str(each).partition(";")[0] for each in result.bad] == ["line 4: target is 'high'"]
    bad = (bench.out / "bad_rows.csv").read_text("utf-8-sig")
    assert bad.splitlines()[0] == "id,group,step2_ck,label,target,visa,problem"
    mended = tmp_path / "mended.csv"
    mended.write_text(bad.replace("high", "255"))
    assert bench.run(resume=True, mended=mended).planned == 1
    assert b"255" in bench.page("A-02").read_bytes()


def test_a_hostile_label_is_text_in_the_plan_and_in_no_name(bench):
    label = "<script>alert(1)</script>/../../x"
    write_cohort(bench.cohort, [(*ROWS[0][:3], label, "", "")], FIELDS)
    bench.run()
    assert b"<script>" not in bench.page("A-00").read_bytes()
    assert {each.name.split(".")[0] for each in (bench.out / "reports").iterdir()} == {
        bench.key("A-00")
    }


# --- kept, and made again


def test_resume_keeps_a_plan_that_stands_on_another_day_too(begun, monkeypatch):
    before = begun.plans()
    monkeypatch.setenv("SOURCE_DATE_EPOCH", str(int(EPOCH) + 86_400))
    result = begun.run(resume=True)
    assert (begun.jobs, result.to_plan, begun.plans()) == ([], 0, before)
    assert all(begun.summary()["plan"])


@pytest.mark.parametrize("how", ["missing page", "altered page", "missing days", "altered days"])
def test_resume_makes_a_plan_again_and_leaves_the_reports(begun, how):
    verb, what = how.split()
    file = begun.page("A-00") if what == "page" else begun.days("A-00")
    before, reports, content = begun.plans(), pages(begun.out), file.read_bytes()
    if verb == "missing":
        file.unlink()
    else:
        file.write_bytes(content + b" ")
    assert begun.run(resume=True, dry_run=True).to_plan == 1
    result = begun.run(resume=True)
    assert (result.made, result.kept, result.planned) == (0, 3, 1)
    assert [each.is_plan for each in begun.jobs] == [True]
    assert (begun.plans(), pages(begun.out), file.read_bytes()) == (before, reports, content)


def test_another_value_of_a_plan_makes_that_plan_anew_and_no_report(begun):
    write_cohort(begun.cohort, [(*ROWS[0][:4], "", "j1"), *ROWS[1:]], FIELDS)
    result = begun.run(resume=True)
    assert (result.made, result.planned) == (0, 1)
    assert not begun.days("A-00").exists()  # it has no day ahead any more
    assert begun.summary().loc["A-00", "calendar"] == ""


def test_plans_of_reports_that_stand_are_made_when_they_are_asked_for(bench):
    first = bench.run(with_plan=False, ignore_columns=True)
    assert (first.to_plan, bench.plans()) == (0, {})
    result = bench.run(resume=True)
    assert (result.made, result.kept, result.planned) == (0, 3, 3)


def test_plans_that_nobody_asks_for_stay_beside_reports_that_stand(begun):
    before = begun.plans()
    begun.run(resume=True, with_plan=False, ignore_columns=True)
    assert begun.plans() == before
    assert all(begun.summary()["plan"])


def test_a_report_that_is_made_anew_without_plans_loses_its_own(begun):
    write_cohort(begun.cohort, [("A-00", "us-img", 250, "new", "", ""), *ROWS[1:]], FIELDS)
    begun.run(resume=True, with_plan=False, ignore_columns=True)
    assert sorted(begun.plans()) == ["A-01", "A-02"]
    assert not begun.days("A-00").exists()
    assert begun.summary().loc["A-00", "plan"] == ""


def test_an_older_ledger_has_no_table_of_plans(begun):
    with sqlite3.connect(begun.out / "ledger.sqlite") as db:
        db.execute("DROP TABLE plans")
    db.close()
    assert begun.run(resume=True).planned == 3


def test_a_kill_before_the_ledger_knows_has_the_plan_made_again(bench, monkeypatch):
    def killed(*_):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("imgstats.batch.ledger.Ledger.note_plan", killed)
        with pytest.raises(KeyboardInterrupt):
            bench.run()
    assert bench.run(resume=True).planned == 3
    assert len(bench.plans()) == 3


# --- failing alone


def test_a_failing_plan_fails_alone_and_is_tried_again(bench):
    result = bench.run(without_plan_of("label 01"))
    assert result.unplanned == (("A-01", 3, "no such day"),)
    assert (result.made, result.failed, result.planned) == (3, (), 2)
    assert sorted(bench.plans()) == ["A-00", "A-02"]
    assert bench.summary().loc["A-01", ["state", "plan"]].tolist() == ["made", ""]
    assert bench.run(resume=True).planned == 1


def test_a_plan_of_other_values_goes_where_none_can_be_made(begun):
    write_cohort(begun.cohort, [ROWS[0], (*ROWS[1][:4], "260", ""), ROWS[2]], FIELDS)
    result = begun.run(without_plan_of("label 01"), resume=True)
    assert (result.made, len(result.unplanned)) == (0, 1)
    assert sorted(begun.plans()) == ["A-00", "A-02"]
    assert not begun.days("A-01").exists()


def test_a_failing_report_leaves_its_plan(bench):
    def make(job):
        bad = not job.is_plan and job.parameters["label"] == "label 01"
        return Unmade.of(job, "no") if bad else planned(job)

    result = bench.run(make)
    assert (len(result.failed), result.planned) == (1, 3)


def test_the_command_says_which_plan_failed(bench, capsys, monkeypatch):
    told = replace(bench.run(), unplanned=(("A-04", 4, "no such day"),), planned=2)
    monkeypatch.setattr("imgstats.batch.run.run_batch", lambda *_, **__: told)
    assert run_here("batch", bench.cohort, "--out", bench.out, "--with-plan") == 1
    said = capsys.readouterr().err
    assert "no plan, line 4, 'A-04': no such day" in said
    assert "2 plans made" in said


# --- pruned


def test_prune_removes_the_plans_of_those_who_left(begun):
    gone = [begun.page("A-00"), begun.days("A-00")]
    write_cohort(begun.cohort, ROWS[1:], FIELDS)
    assert begun.run(prune=True).pruned.ids == ("A-00",)
    assert not any(each.exists() for each in gone)
    with sqlite3.connect(begun.out / "ledger.sqlite") as db:
        assert db.execute("SELECT count(*) FROM plans").fetchone() == (2,)
    db.close()


def test_prune_keeps_a_calendar_that_imgstats_did_not_make(begun):
    begun.days("A-00").write_text("BEGIN:VCALENDAR\r\nPRODID:somebody\r\n")
    write_cohort(begun.cohort, ROWS[1:], FIELDS)
    key = begun.key("A-00")
    result = begun.run(prune=True)
    assert (result.pruned.ids, result.pruned.kept) == ((), (("A-00", f"reports/{key}.plan.ics"),))
    assert begun.page("A-00").exists()


# --- one real run


@pytest.mark.slow
def test_a_batch_without_plans_imports_nothing_of_them():
    plans = {"imgstats.strategy.plan", "scipy"}
    look = f"import sys, imgstats.batch.run; print(*{plans} & {{*sys.modules}})"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert done.stdout == "\n"


@pytest.mark.slow
def test_two_real_reports_with_their_plans(tmp_path, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", EPOCH)
    label = "Zuzanka <script>alert(1)</script>"
    cohort = write_cohort(
        tmp_path / "cohort.csv",
        [("A-00", "non-us-img", 231, label, "240", "j1"), ("A-01", "us-img", 252, "Bo", "", "")],
        FIELDS,
    )
    out = tmp_path / "out"
    result = run_batch(cohort, out, workers=1, with_plan=True)
    assert (result.made, result.planned, result.unplanned) == (2, 2, ())
    found = pd.read_parquet(out / "summary.parquet").set_index("id")
    plan = BeautifulSoup((out / found.loc["A-00", "plan"]).read_text(), "html.parser")
    assert plan.title is not None
    assert label in plan.title.text
    assert "1 November 2026" in plan.text
    assert not plan.find_all("script")
    assert plan.find("a", href="../index.html")
    other = (out / found.loc["A-01", "plan"]).read_text()
    assert "Zuzanka" not in other
    head = BeautifulSoup(other, "html.parser").title
    assert head is not None
    assert "231" not in head.text
    assert b"BEGIN:VEVENT" in (out / found.loc["A-00", "calendar"]).read_bytes()
    index = BeautifulSoup((out / "index.html").read_text(), "html.parser")
    hrefs = {each["href"] for each in index.find_all("a", href=True)}
    assert {*found["plan"], *found["calendar"]} <= hrefs
