"""Whole batches with small notebooks: what is made, kept, made again, refused and listed."""

from __future__ import annotations

import contextlib
import re
import shutil
import stat
import threading

import nbformat
import pandas as pd
import psutil
import pytest
from bs4 import BeautifulSoup

from imgstats.batch import making
from imgstats.batch.run import run_batch
from imgstats.errors import InputError, WorkError
from tests.batch.making import (
    ledger_rows,
    leftovers,
    pages,
    rows_of,
    run_command,
    states,
    write_cohort,
    write_notebook,
)
from tests.reporting.processes import all_gone

pytestmark = pytest.mark.slow
PRINT = "print(f'score {step2_ck}, {label}')"


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


@pytest.fixture
def copied(batch, tmp_path):
    """Return a copy of that batch, to be changed."""
    cohort, notebook, out, _ = batch
    shutil.copytree(out, tmp_path / "out")
    shutil.copy(cohort, tmp_path / "cohort.csv")
    shutil.copy(notebook, tmp_path / "own.ipynb")
    return tmp_path / "cohort.csv", tmp_path / "own.ipynb", tmp_path / "out"


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
    import json

    from imgstats.batch.fingerprint import fingerprint

    row = ledger_rows(batch[2])["A-001"]
    record = json.loads((batch[2] / "records" / f"{row['key']}.ipynb").read_text(encoding="utf-8"))
    kept = record["metadata"]["imgstats"]
    assert kept["data_sha256"] == fingerprint().data
    assert record["metadata"]["papermill"]["parameters"]["step2_ck"] == 216


# --- a second run


def test_the_record_of_the_index_finds_the_summary_beside_it(batch):
    out = batch[2]
    record = nbformat.read(out / "records" / "_cohort.ipynb", as_version=4)
    assert record.metadata.papermill.parameters.summary == "../summary.parquet"
    given = next(c for c in record.cells if "injected-parameters" in c.metadata.get("tags", []))
    assert 'summary = "../summary.parquet"' in given.source
    text = (out / "records" / "_cohort.ipynb").read_text(encoding="utf-8")
    assert "/imgstats-" not in text


def test_a_second_run_without_resume_is_refused(batch):
    cohort, notebook, out, _ = batch
    with pytest.raises(InputError, match=r"holds a batch already.*--resume"):
        run_batch(cohort, out, notebook=notebook)


def test_resume_makes_nothing_that_stands(copied):
    cohort, notebook, out = copied
    before = ledger_rows(out)
    result = run_batch(cohort, out, notebook=notebook, workers=1, resume=True)
    assert (result.wanted, result.made, result.kept) == (0, 0, 3)
    assert ledger_rows(out) == before


def _resumed(cohort, notebook, out):
    """Resume, and return the ids of those that were made again."""
    before = {name: row["attempts"] for name, row in ledger_rows(out).items()}
    run_batch(cohort, out, notebook=notebook, workers=1, resume=True)
    return {
        name
        for name, row in ledger_rows(out).items()
        if row["state"] == "made" and row["attempts"] > before.get(name, 0)
    }


def test_resume_makes_what_changed_and_what_is_new(copied):
    cohort, notebook, out = copied
    rows = [("A-000", "non-us-img", 230, "label 000"), *rows_of(3)[1:], *rows_of(1, first=7)]
    write_cohort(cohort, rows)
    assert _resumed(cohort, notebook, out) == {"A-000", "A-007"}
    assert b"score 230, label 000" in pages(out)["A-000"]


def test_resume_makes_all_for_another_notebook(copied):
    cohort, notebook, out = copied
    write_notebook(notebook.parent, PRINT, "print('more')")
    assert _resumed(cohort, notebook, out) == {"A-000", "A-001", "A-002"}


def test_resume_makes_all_for_other_data(copied, changed_root, monkeypatch):
    cohort, notebook, out = copied
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(changed_root))
    assert _resumed(cohort, notebook, out) == {"A-000", "A-001", "A-002"}


def test_resume_makes_what_somebody_removed_or_changed(copied):
    cohort, notebook, out = copied
    keys = {name: row["key"] for name, row in ledger_rows(out).items()}
    (out / "reports" / f"{keys['A-001']}.html").unlink()
    (out / "records" / f"{keys['A-002']}.ipynb").write_text("{}", encoding="utf-8")
    assert _resumed(cohort, notebook, out) == {"A-001", "A-002"}


def test_only_failed_never_shows_an_old_page_with_new_figures(copied):
    cohort, notebook, out = copied
    text = cohort.read_text(encoding="utf-8").replace(",215,", ",265,")
    cohort.write_text(text, encoding="utf-8")
    key = ledger_rows(out)["A-001"]["key"]
    (out / "reports" / f"{key}.html").unlink()
    result = run_batch(cohort, out, notebook=notebook, workers=1, only_failed=True)
    assert (result.made, result.kept, result.left) == (0, 1, 2)
    table = pd.read_csv(out / "summary.csv", keep_default_na=False)
    assert table["state"].tolist()[:3] == ["waiting", "waiting", "made"]
    assert table["report"].tolist()[:2] == ["", ""]
    page = BeautifulSoup((out / "index.html").read_text(encoding="utf-8"), "html.parser")
    assert len(page.select("a[href^='reports/']")) == 1
    assert run_batch(cohort, out, notebook=notebook, workers=1, resume=True).made == 2


def test_a_stopped_remake_leaves_no_index_of_other_values(copied, monkeypatch):
    cohort, notebook, out = copied
    cohort.write_text(
        cohort.read_text(encoding="utf-8").replace("non-us-img", "us-img"), encoding="utf-8"
    )
    for step, index in (("check_workers", True), ("results", False)):
        with monkeypatch.context() as patch:
            patch.setattr(making, step, _stopped)
            with pytest.raises(KeyboardInterrupt):
                run_batch(cohort, out, notebook=notebook, workers=1, resume=True)
        assert (out / "index.html").exists() is index
    assert not {"index.html", "summary.csv", "summary.parquet"} & {p.name for p in out.iterdir()}


def _stopped(*_):
    raise KeyboardInterrupt


def test_a_failed_remake_leaves_no_page_of_other_values(copied):
    cohort, notebook, out = copied
    failing = write_notebook(notebook.parent, "raise ValueError('no \x1b[31m' + 'x' * 900)")
    result = run_batch(cohort, out, notebook=failing, workers=1, resume=True)
    assert len(result.failed) == 3
    assert list((out / "reports").iterdir()) == []
    reason = ledger_rows(out)["A-000"]["error"]
    assert reason.isprintable()
    assert len(reason) <= 500
    assert b"\x1b" not in (out / "summary.csv").read_bytes() + (out / "index.html").read_bytes()


def test_a_row_that_turned_bad_did_not_leave_the_file(copied):
    cohort, notebook, out = copied
    text = cohort.read_text(encoding="utf-8").replace(",215,", ",2150,")
    cohort.write_text(text, encoding="utf-8")
    result = run_batch(cohort, out, notebook=notebook, workers=1, resume=True)
    assert result.gone == 0
    assert len(result.bad) == 3


def test_who_left_the_cohort_keeps_the_report_and_leaves_the_index(copied):
    cohort, notebook, out = copied
    write_cohort(cohort, rows_of(2))
    result = run_batch(cohort, out, notebook=notebook, workers=1, resume=True)
    assert result.gone == 1
    row = ledger_rows(out)["A-002"]
    assert row["state"] == "gone"
    assert (out / "reports" / f"{row['key']}.html").exists()
    assert row["key"] not in (out / "index.html").read_text(encoding="utf-8")


# --- failures


FAILING = "assert step2_ck != 216, 'a score I cannot bear'"


def test_a_failing_report_is_named_and_the_others_are_made(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(3))
    notebook = write_notebook(tmp_path, FAILING)
    done = run_command(
        "batch", cohort, "--out", tmp_path / "out", "--notebook", notebook, "--workers", 1
    )
    assert done.returncode == 1
    assert "failed, line 3, 'A-001'" in done.stderr
    assert "AssertionError: a score I cannot bear" in done.stderr
    assert "2 made, 0 stood already, 1 failed, 0 bad rows" in done.stderr
    assert states(tmp_path / "out") == {"made": 2, "failed": 1}
    assert "a score I cannot bear" in (tmp_path / "out" / "index.html").read_text(encoding="utf-8")

    # Mended, only what failed is made again; a new applicant waits.
    write_notebook(tmp_path, "print('mended')")
    write_cohort(cohort, rows_of(4))
    again = run_command(
        "batch", cohort, "--out", tmp_path / "out", "--notebook", notebook, "--only-failed"
    )
    assert again.returncode == 0, again.stderr
    rows = ledger_rows(tmp_path / "out")
    assert {name: row["attempts"] for name, row in rows.items()} == {
        "A-000": 1,
        "A-001": 2,
        "A-002": 1,
        "A-003": 0,
    }
    assert rows["A-003"]["state"] == "waiting"


def test_a_report_past_its_time_fails_and_leaves_no_process(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(2))
    file = tmp_path / "pid"
    hang = (
        "if step2_ck == 216:\n"
        "    import subprocess\n"
        "    child = subprocess.Popen(['sleep', '600'])\n"
        f"    open({str(file)!r}, 'w').write(str(child.pid))\n"
        "    while True: pass"
    )
    notebook = write_notebook(tmp_path, hang)
    result = run_batch(cohort, tmp_path / "out", notebook=notebook, workers=1, seconds=15)
    assert [name for name, _, _ in result.failed] == ["A-001"]
    assert "took longer than 15 s" in result.failed[0][2]
    assert result.made == 1
    with contextlib.suppress(psutil.NoSuchProcess):
        assert all_gone([psutil.Process(int(file.read_text()))])


def test_a_full_disk_is_said_and_the_ledger_resumes(tmp_path, monkeypatch):
    from imgstats.batch import folder

    cohort = write_cohort(tmp_path / "c.csv", rows_of(4))
    notebook = write_notebook(tmp_path, PRINT)
    out, write = tmp_path / "out", folder._write_and_sync
    written: list[object] = []

    def full_after_four(path, data):
        if len(written) == 4:
            path.write_bytes(data[:10])
            raise OSError(28, "No space left on device")
        written.append(path)
        write(path, data)

    monkeypatch.setattr(folder, "_write_and_sync", full_after_four)
    with pytest.raises(WorkError, match=r"No space left on device.*--resume"):
        run_batch(cohort, out, notebook=notebook, workers=1)
    assert states(out)["made"] == 2
    assert leftovers(out) == set()
    monkeypatch.undo()
    result = run_batch(cohort, out, notebook=notebook, workers=1, resume=True)
    assert (result.made, result.kept) == (2, 2)


def test_data_that_change_midway_stop_the_batch(tmp_path, data_copy, monkeypatch):
    root = data_copy()
    monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(root))
    cohort = write_cohort(tmp_path / "c.csv", rows_of(3))
    touch = f"open({str(root / 'raw' / 'new.txt')!r}, 'w').write('x')"
    notebook = write_notebook(tmp_path, touch)
    with pytest.raises(WorkError, match=r"the worker's data differ.*--resume"):
        run_batch(cohort, tmp_path / "out", notebook=notebook, workers=1)


# --- choices


def test_a_dry_run_writes_nothing(tmp_path):
    cohort = write_cohort(tmp_path / "c.csv", [*rows_of(2), ("A-9", "us-img", 900, "")])
    done = run_command("batch", cohort, "--out", tmp_path / "out", "--dry-run")
    assert done.returncode == 1
    assert "2 to make, 0 stood already, 0 failed, 1 bad row" in done.stderr
    assert "bad row, line 4: step2_ck is" in done.stderr
    assert done.stdout == ""
    assert [path.name for path in tmp_path.iterdir()] == ["c.csv"]


def test_an_applicant_called_as_the_cohort_keeps_the_record(tmp_path):
    rows = [("cohort", "us-img", 230, "x"), ("_cohort", "us-img", 230, "y")]
    cohort = write_cohort(tmp_path / "c.csv", rows)
    notebook, out = write_notebook(tmp_path, PRINT), tmp_path / "out"
    result = run_batch(cohort, out, notebook=notebook, workers=1, names="id")
    assert (result.made, [each.line for each in result.bad]) == (1, [3])
    assert "score 230" in (out / "records" / "cohort.ipynb").read_text(encoding="utf-8")
    again = run_batch(cohort, out, notebook=notebook, names="id", resume=True, dry_run=True)
    assert (again.wanted, again.kept) == (0, 1)


def test_a_second_batch_of_the_same_process_waits_for_the_first(tmp_path):
    notebook = write_notebook(tmp_path, "import time; time.sleep(0.5); " + PRINT)
    results = {}

    def run(name):
        cohort = write_cohort(tmp_path / f"{name}.csv", rows_of(3))
        results[name] = run_batch(cohort, tmp_path / name, notebook=notebook, workers=1)

    threads = [threading.Thread(target=run, args=(name,)) for name in ("one", "two")]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert {name: (found.made, found.failed) for name, found in results.items()} == {
        "one": (3, ()),
        "two": (3, ()),
    }


def test_names_from_the_id_and_ids_that_can_be_none(tmp_path):
    rows = [("A-1", "us-img", 230, ""), ("../x", "us-img", 230, ""), ("...", "us-img", 230, "")]
    cohort = write_cohort(tmp_path / "c.csv", [*rows, ("a-1", "us-img", 231, "")])
    notebook = write_notebook(tmp_path, PRINT)
    out = tmp_path / "out"
    result = run_batch(cohort, out, notebook=notebook, workers=1, names="id")
    assert [each.line for each in result.bad] == [3, 4, 5]
    assert [path.name for path in (out / "reports").iterdir()] == ["A-1.html"]
    with pytest.raises(InputError, match="add --names-from id"):
        run_batch(cohort, out, notebook=notebook, resume=True)


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
        (["--notebook", "/nowhere.ipynb"], "a notebook that can be read"),
    ],
)
def test_bad_options_are_refused_before_anything_is_written(tmp_path, options, message):
    cohort = write_cohort(tmp_path / "c.csv", rows_of(1))
    done = run_command("batch", cohort, "--out", tmp_path / "out", *options)
    assert done.returncode == 2
    assert message in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert not (tmp_path / "out").exists()


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
