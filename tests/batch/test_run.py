"""Whole batches: what is made, kept, made again, refused and listed.

Here reports are only pretended: no worker and no kernel is started.
"""

from __future__ import annotations

import shutil
import threading
from contextlib import contextmanager

import pandas as pd
import pytest
from bs4 import BeautifulSoup

from imgstats.batch.run import run_batch
from imgstats.batch.tasks import Unmade
from imgstats.batch.work import Work
from imgstats.errors import InputError, WorkError
from imgstats.files.writing import write_whole
from tests.batch.making import (
    PRINT,
    RECORD,
    failing,
    ledger_rows,
    leftovers,
    pages,
    plain_index,
    pretended,
    rows_of,
    run_here,
    states,
    working,
    write_cohort,
    write_notebook,
)
from tests.patience import PATIENCE


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    """Return cohort, notebook and folder of a batch of five, two of whose rows are bad."""
    tmp_path = tmp_path_factory.mktemp("made")
    rows = [*rows_of(3), ("A-000", "us-img", 230, "twice"), ("A-004", "us-img", "abc", "bad")]
    cohort = write_cohort(tmp_path / "cohort.csv", rows)
    notebook, out = write_notebook(tmp_path, PRINT), tmp_path / "out"
    result = run_batch(cohort, out, notebook=notebook, opening=working())
    assert (result.wanted, result.made, result.kept, result.failed) == (3, 3, 0, ())
    assert [(each.line, each.problems[0].column) for each in result.bad] == [
        (5, "id"),
        (6, "step2_ck"),
    ]
    assert result.timings == ((0.2, 0.1),) * 3
    assert states(out) == {"made": 3, "bad": 2}
    return cohort, notebook, out


@pytest.fixture
def begun(tmp_path, made_once):
    """Return the same in a folder of one's own."""
    shutil.copytree(made_once[0].parent, tmp_path, dirs_exist_ok=True)
    return tuple(tmp_path / each.name for each in made_once)


# --- a second run


def test_a_second_run_without_resume_is_refused(begun):
    cohort, notebook, out = begun
    with pytest.raises(InputError, match=r"holds a batch already.*--resume"):
        run_batch(cohort, out, notebook=notebook, opening=working())


def test_resume_makes_nothing_that_stands(begun):
    cohort, notebook, out = begun
    before = ledger_rows(out)
    result = run_batch(cohort, out, notebook=notebook, resume=True, opening=working())
    assert (result.wanted, result.made, result.kept) == (0, 0, 3)
    assert ledger_rows(out) == before


def _resumed(cohort, notebook, out):
    """Resume, and return the ids of those that were made again."""
    before = {name: row["attempts"] for name, row in ledger_rows(out).items()}
    run_batch(cohort, out, notebook=notebook, resume=True, opening=working())
    return {
        name
        for name, row in ledger_rows(out).items()
        if row["state"] == "made" and row["attempts"] > before.get(name, 0)
    }


def test_resume_makes_what_changed_and_what_is_new(begun):
    cohort, notebook, out = begun
    rows = [("A-000", "non-us-img", 230, "label 000"), *rows_of(3)[1:], *rows_of(1, first=7)]
    write_cohort(cohort, rows)
    assert _resumed(cohort, notebook, out) == {"A-000", "A-007"}
    assert b"score 230, label 000" in pages(out)["A-000"]


def test_resume_makes_all_for_another_notebook(begun):
    cohort, notebook, out = begun
    write_notebook(notebook.parent, PRINT, "print('more')")
    assert _resumed(cohort, notebook, out) == {"A-000", "A-001", "A-002"}


def test_resume_makes_all_for_other_data(begun, data_copy, monkeypatch):
    cohort, notebook, out = begun
    root = data_copy()
    (root / "raw" / "new.txt").write_text("x", encoding="utf-8")
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(root))
    assert _resumed(cohort, notebook, out) == {"A-000", "A-001", "A-002"}


def test_resume_makes_what_somebody_removed_or_changed(begun):
    cohort, notebook, out = begun
    keys = {name: row["key"] for name, row in ledger_rows(out).items()}
    (out / "reports" / f"{keys['A-001']}.html").unlink()
    (out / "records" / f"{keys['A-002']}.ipynb").write_text("{}", encoding="utf-8")
    assert _resumed(cohort, notebook, out) == {"A-001", "A-002"}


def test_only_failed_never_shows_an_old_page_with_new_figures(begun):
    cohort, notebook, out = begun
    text = cohort.read_text(encoding="utf-8").replace(",215,", ",265,")
    cohort.write_text(text, encoding="utf-8")
    key = ledger_rows(out)["A-001"]["key"]
    (out / "reports" / f"{key}.html").unlink()
    result = run_batch(cohort, out, notebook=notebook, only_failed=True, opening=working())
    assert (result.made, result.kept, result.left) == (0, 1, 2)
    table = pd.read_csv(out / "summary.csv", keep_default_na=False)
    assert table["state"].tolist()[:3] == ["waiting", "waiting", "made"]
    assert table["report"].tolist()[:2] == ["", ""]
    page = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert len(page.select("a[href^='reports/']")) == 1
    assert run_batch(cohort, out, notebook=notebook, resume=True, opening=working()).made == 2


@pytest.mark.parametrize("stage", ["workers", "reports"])
def test_a_stopped_remake_leaves_no_index_of_other_values(begun, stage):
    cohort, notebook, out = begun
    text = cohort.read_text(encoding="utf-8").replace("non-us-img", "us-img")
    cohort.write_text(text, encoding="utf-8")
    of_the_cohort = {"index.html", "summary.csv", "summary.parquet", "summary.xlsx"}

    @contextmanager
    def stopped(wanted):
        if stage == "workers":  # nothing of the batch was touched yet
            raise KeyboardInterrupt
        with working(_stopped)(wanted) as work:
            yield work

    with pytest.raises(KeyboardInterrupt):
        run_batch(cohort, out, notebook=notebook, resume=True, opening=stopped)
    left = of_the_cohort & {path.name for path in out.iterdir()}
    assert left == (of_the_cohort if stage == "workers" else set())


def _stopped(*_):
    raise KeyboardInterrupt


def test_a_failed_remake_leaves_no_page_of_other_values(begun):
    cohort, notebook, out = begun
    write_notebook(notebook.parent, PRINT, "1 / 0")
    all_fail = working(failing({f"label {number:03d}" for number in range(3)}, "no wheel"))
    result = run_batch(cohort, out, notebook=notebook, resume=True, opening=all_fail)
    assert len(result.failed) == 3
    assert list((out / "reports").iterdir()) == []
    assert list((out / "records").iterdir()) == [out / "records" / "_cohort.ipynb"]
    assert ledger_rows(out)["A-000"]["error"] == "no wheel"
    assert "no wheel" in (out / "index.html").read_text(encoding="utf-8")


def test_a_row_that_turned_bad_did_not_leave_the_file(begun):
    cohort, notebook, out = begun
    text = cohort.read_text(encoding="utf-8").replace(",215,", ",2150,")
    cohort.write_text(text, encoding="utf-8")
    result = run_batch(cohort, out, notebook=notebook, resume=True, opening=working())
    assert result.gone == ()
    assert len(result.bad) == 3


def test_who_left_the_cohort_keeps_the_report_and_leaves_the_index(begun):
    cohort, notebook, out = begun
    write_cohort(cohort, rows_of(2))
    result = run_batch(cohort, out, notebook=notebook, resume=True, opening=working())
    assert result.gone == ("A-002",)
    row = ledger_rows(out)["A-002"]
    assert row["state"] == "gone"
    assert (out / "reports" / f"{row['key']}.html").exists()
    assert row["key"] not in (out / "index.html").read_text(encoding="utf-8")


# --- failures


def test_mended_only_what_failed_is_made_again_and_a_new_applicant_waits(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(3))
    notebook, out = write_notebook(tmp_path, PRINT), tmp_path / "out"
    fails = working(failing({"label 001"}, "a score I cannot bear"))
    result = run_batch(cohort, out, notebook=notebook, opening=fails)
    assert result.failed == (("A-001", 3, "a score I cannot bear"),)
    assert (result.made, states(out)) == (2, {"made": 2, "failed": 1})
    assert "a score I cannot bear" in (out / "summary.csv").read_text(encoding="utf-8")

    write_cohort(cohort, rows_of(4))
    write_notebook(tmp_path, PRINT, "'mended'")
    again = run_batch(cohort, out, notebook=notebook, only_failed=True, opening=working())
    assert (again.made, again.kept, again.left, again.failed) == (1, 0, 3, ())
    rows = ledger_rows(out)
    assert {name: row["attempts"] for name, row in rows.items()} == {
        "A-000": 1,
        "A-001": 2,
        "A-002": 1,
        "A-003": 0,
    }
    assert (rows["A-001"]["error"], rows["A-003"]["state"]) == ("", "waiting")


def test_a_job_is_noted_as_begun_when_it_is_taken_and_not_before(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(3))
    notebook, out = write_notebook(tmp_path, PRINT), tmp_path / "out"
    found = []

    def make(job):
        found.append(states(out))
        return pretended(job)

    run_batch(cohort, out, notebook=notebook, opening=working(make))
    assert found == [
        {"running": 1, "waiting": 2},
        {"made": 1, "running": 1, "waiting": 1},
        {"made": 2, "running": 1},
    ]


def test_who_stops_early_closes_the_work_and_what_was_made_stands(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(4))
    notebook, out = write_notebook(tmp_path, PRINT), tmp_path / "out"
    closed = []

    def reports(jobs):
        try:
            for job in jobs:
                yield pretended(job)
        finally:
            closed.append(True)

    @contextmanager
    def opening(_):
        yield Work(reports=reports, index=plain_index)

    def stop(standing):
        if standing.made == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_batch(cohort, out, notebook=notebook, opening=opening, progress=stop)
    assert closed == [True]
    assert states(out) == {"made": 2, "waiting": 2}
    assert leftovers(out) == set()
    result = run_batch(cohort, out, notebook=notebook, resume=True, opening=working())
    assert (result.made, result.kept) == (2, 2)


def test_a_full_disk_is_said_and_the_ledger_resumes(tmp_path, monkeypatch):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(4))
    notebook = write_notebook(tmp_path, PRINT)
    out = tmp_path / "out"
    written: list[object] = []

    def full_after_four(path, data):
        if len(written) == 4:
            raise OSError(28, "No space left on device")
        written.append(path)
        write_whole(path, data)

    monkeypatch.setattr("imgstats.batch.folder.write_whole", full_after_four)
    with pytest.raises(WorkError, match=r"No space left on device.*--resume"):
        run_batch(cohort, out, notebook=notebook, opening=working())
    assert states(out)["made"] == 2
    assert leftovers(out) == set()
    monkeypatch.undo()
    result = run_batch(cohort, out, notebook=notebook, resume=True, opening=working())
    assert (result.made, result.kept) == (2, 2)


def test_data_that_change_midway_stop_the_batch(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(3))
    notebook, out = write_notebook(tmp_path, PRINT), tmp_path / "out"

    def make(job):
        if job.parameters["label"] == "label 001":
            return Unmade(key=job.key, reason="the worker's data differ", elsewhere=True)
        return pretended(job)

    with pytest.raises(WorkError, match=r"the worker's data differ.*--resume"):
        run_batch(cohort, out, notebook=notebook, opening=working(make))
    assert states(out) == {"made": 1, "running": 1, "waiting": 1}
    assert not (out / "index.html").exists()


# --- choices


def test_a_dry_run_writes_nothing(tmp_path, capsys):
    cohort = write_cohort(tmp_path / "c.csv", [*rows_of(2), ("A-9", "us-img", 900, "")])
    assert run_here("batch", cohort, "--out", tmp_path / "out", "--dry-run") == 1
    told = capsys.readouterr()
    assert "2 to make, 0 kept from before, 0 failed, 1 bad row" in told.err
    assert "bad row, line 4, 'A-9': step2_ck is" in told.err
    assert told.out == ""
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]


def test_an_applicant_called_as_the_cohort_keeps_the_record(tmp_path):
    rows = [("cohort", "us-img", 230, "x"), ("_cohort", "us-img", 230, "y")]
    cohort = write_cohort(tmp_path / "c.csv", rows)
    notebook, out = write_notebook(tmp_path, PRINT), tmp_path / "out"
    result = run_batch(cohort, out, notebook=notebook, names="id", opening=working())
    assert (result.made, [each.line for each in result.bad]) == (1, [3])
    assert (out / "records" / "cohort.ipynb").read_bytes() == RECORD
    again = run_batch(cohort, out, notebook=notebook, names="id", resume=True, dry_run=True)
    assert (again.wanted, again.kept) == (0, 1)


@pytest.mark.slow
def test_a_second_batch_of_the_same_process_waits_for_the_first(tmp_path):
    notebook = write_notebook(tmp_path, PRINT)
    at_work, second_is_there, second_at_work = (threading.Event() for _ in range(3))
    results = {}

    @contextmanager
    def first_work(wanted):
        at_work.set()
        assert second_is_there.wait(PATIENCE)
        # The second has read its cohort, and would be at work by now if it did not wait.
        assert not second_at_work.wait(0.3)
        with working()(wanted) as work:
            yield work

    @contextmanager
    def second_work(wanted):
        second_at_work.set()
        with working()(wanted) as work:
            yield work

    def run(name, **options):
        cohort = write_cohort(tmp_path / f"{name}.csv", rows_of(3))
        results[name] = run_batch(cohort, tmp_path / name, notebook=notebook, **options)

    first = threading.Thread(target=run, args=("one",), kwargs={"opening": first_work})
    first.start()
    assert at_work.wait(PATIENCE)
    run("two", opening=second_work, checked=lambda _: second_is_there.set())
    first.join()
    assert {name: (found.made, found.failed) for name, found in results.items()} == {
        "one": (3, ()),
        "two": (3, ()),
    }


def test_names_from_the_id_and_ids_that_can_be_none(tmp_path):
    rows = [("A-1", "us-img", 230, ""), ("../x", "us-img", 230, ""), ("...", "us-img", 230, "")]
    cohort = write_cohort(tmp_path / "c.csv", [*rows, ("a-1", "us-img", 231, "")])
    notebook = write_notebook(tmp_path, PRINT)
    out = tmp_path / "out"
    result = run_batch(cohort, out, notebook=notebook, names="id", opening=working())
    assert [each.line for each in result.bad] == [3, 4, 5]
    assert [path.name for path in (out / "reports").iterdir()] == ["A-1.html"]
    with pytest.raises(InputError, match="add --names-from id"):
        run_batch(cohort, out, notebook=notebook, resume=True, opening=working())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--workers", "0"], "workers is 0; allowed: a whole number from 1"),
        (["--timeout", "0"], "more than 0 seconds"),
        (["--timeout", "nan"], "more than 0 seconds"),
        (["--names-from", "label"], "allowed: hash or id"),
        (["--only-failed"], "no batch was begun"),
        (["--workers", "2", "--scheduler", "tcp://127.0.0.1:1"], "one of them"),
        (["--timeout", "1e10"], "at most 86,400"),
        (["--scheduler", "nonsense"], "tcp:// or tls://, a host, a colon and a port"),
        (["--scheduler", ""], "--scheduler is ''"),
        (["--scheduler", "foo://1:2"], "tcp:// or tls://"),
        (["--scheduler", "tcp://h:99999"], "tcp:// or tls://"),
    ],
)
def test_bad_options_are_refused_before_anything_is_written(tmp_path, capsys, options, message):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(1))
    assert run_here("batch", cohort, "--out", tmp_path / "out", *options) == 2
    said = capsys.readouterr().err
    assert message in said
    assert len(said.splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_a_notebook_that_is_not_there_is_refused(tmp_path):
    cohort, missing = write_cohort(tmp_path / "c.csv", rows_of(1)), tmp_path / "none.ipynb"
    with pytest.raises(
        InputError, match=r"none\.ipynb': No such file .* notebook that can be read"
    ):
        run_batch(cohort, tmp_path / "out", notebook=missing, opening=working())
    assert not (tmp_path / "out").exists()


@pytest.mark.slow
def test_a_scheduler_that_is_not_there_is_refused(tmp_path, monkeypatch):
    from imgstats.batch import pool

    monkeypatch.setattr(pool, "_CONNECT_SECONDS", 1)
    cohort = write_cohort(tmp_path / "c.csv", rows_of(1))
    with pytest.raises(InputError, match=r"no scheduler answers at tcp://127\.0\.0\.1:1"):
        run_batch(cohort, tmp_path / "out", scheduler="tcp://127.0.0.1:1")
    assert not (tmp_path / "out").exists()


def test_a_folder_with_other_files_is_refused(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(1))
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "index.html").write_text("mine", encoding="utf-8")
    with pytest.raises(InputError, match="holds files that no batch made"):
        run_batch(cohort, tmp_path / "out")
    assert (tmp_path / "out" / "index.html").read_text(encoding="utf-8") == "mine"
