"""`--prune`: who left is removed, and nothing else, whatever happens in the middle."""

from __future__ import annotations

import os
import shutil
import sqlite3

import pytest

from imgstats.batch.earlier import pruning
from imgstats.batch.folder import BatchFolder
from imgstats.batch.run import run_batch
from imgstats.errors import InputError
from tests.batch.making import (
    PRINT,
    ledger_rows,
    leftovers,
    recorded,
    rows_of,
    run_here,
    working,
    write_cohort,
    write_notebook,
)

PDF = b"%PDF-1.4\n1 0 obj\n<</Creator (imgstats 1)>>"


class Bench:
    """A batch of four, of which A-003 will leave."""

    def __init__(self, folder):
        self.folder, self.out = folder, folder / "out"
        self.cohort = write_cohort(folder / "cohort.csv", rows_of(4))
        self.notebook = write_notebook(folder, PRINT)

    def run(self, rows=None, **options):
        if rows is not None:
            write_cohort(self.cohort, rows)
        opening = working(recorded)
        return run_batch(self.cohort, self.out, notebook=self.notebook, opening=opening, **options)

    def files(self, name="A-003"):
        key, folder = ledger_rows(self.out)[name]["key"], BatchFolder(self.out)
        return folder.page(key), folder.pdf(key), folder.record(key)

    def everything(self):
        return {p: p.read_bytes() for p in self.out.rglob("*") if p.is_file()}


@pytest.fixture(params=["hash", "id"])
def names(request):
    return request.param


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    made = Bench(tmp_path_factory.mktemp("made"))
    made.run()
    return made


@pytest.fixture
def bench(tmp_path, made_once):
    bench = Bench(tmp_path)
    shutil.copytree(made_once.folder, tmp_path, dirs_exist_ok=True)
    return bench


def test_prune_removes_page_pdf_record_and_row(tmp_path, names):
    bench = Bench(tmp_path)
    bench.run(names=names)
    page, pdf, record = bench.files()
    pdf.write_bytes(PDF)
    others = [path for each in ("A-000", "A-001", "A-002") for path in bench.files(each)]
    kept = {path: path.read_bytes() for path in others if path.exists()}
    result = bench.run(rows_of(3), prune=True, names=names)
    assert (result.pruned.ids, result.pruned.kept, result.pruned.withheld) == (("A-003",), (), "")
    assert (result.gone, result.made, result.kept) == ((), 0, 3)
    assert not any(path.exists() for path in (page, pdf, record))
    assert {path: path.read_bytes() for path in kept} == kept
    assert sorted(ledger_rows(bench.out)) == ["A-000", "A-001", "A-002"]
    assert leftovers(bench.out) == set()


def test_nothing_of_who_was_removed_is_left_in_the_folder(bench):
    bench.run(rows_of(3), prune=True)
    content = b"".join(bench.everything().values())
    assert b"A-002" in content
    told = (bench.out / "index.html").read_bytes()
    assert b"A-003" not in content.replace(told, b"")  # the index tells once who left
    bench.run(resume=True)
    assert b"A-003" not in b"".join(bench.everything().values())


def test_a_dry_run_says_who_and_removes_nothing(bench):
    before = bench.everything()
    result = bench.run(rows_of(3), prune=True, dry_run=True)
    assert (result.pruned.ids, result.changes.gone) == (("A-003",), ("A-003",))
    assert bench.everything() == before


def test_without_prune_nothing_is_removed(bench):
    page, _, record = bench.files()
    assert bench.run(rows_of(3), resume=True).gone == ("A-003",)
    assert page.exists()
    assert record.exists()


def test_files_that_are_gone_already_do_not_matter(bench):
    for path in bench.files():
        path.unlink(missing_ok=True)
    assert bench.run(rows_of(3), prune=True).pruned.ids == ("A-003",)
    assert "A-003" not in ledger_rows(bench.out)


@pytest.mark.parametrize("which", [0, 1, 2], ids=["page", "pdf", "record"])
def test_a_file_that_is_not_the_programs_stays_with_all_beside_it(bench, which):
    files = bench.files()
    files[which].write_bytes(b"mine")
    result = bench.run(rows_of(3), prune=True)
    name = files[which].relative_to(bench.out).as_posix()
    assert (result.pruned.ids, result.pruned.kept) == ((), (("A-003", name),))
    assert result.gone == ("A-003",)
    assert files[which].read_bytes() == b"mine"
    assert files[0].exists()
    assert files[2].exists()
    assert ledger_rows(bench.out)["A-003"]["state"] == "gone"


@pytest.mark.parametrize("which", [0, 1, 2], ids=["page", "pdf", "record"])
def test_a_link_is_not_followed(bench, which):
    files = bench.files()
    target = bench.folder / "elsewhere"
    target.write_bytes(files[which].read_bytes() if files[which].exists() else PDF)
    content = target.read_bytes()
    files[which].unlink(missing_ok=True)
    files[which].symlink_to(target)
    assert bench.run(rows_of(3), prune=True).pruned.ids == ()
    assert target.read_bytes() == content
    assert files[which].is_symlink()


def test_files_of_the_user_beside_the_pages_stay(bench):
    mine = bench.out / "reports" / "notes.html"
    mine.write_text("mine", encoding="utf-8")
    bench.run(rows_of(3), prune=True)
    assert mine.read_text(encoding="utf-8") == "mine"


@pytest.mark.parametrize("key", ["../../victim", "A-003/../../../victim", "/victim"])
def test_a_key_that_somebody_put_into_the_ledger_names_no_file(bench, key):
    victim = bench.folder / "victim.html"
    victim.write_bytes(bench.files()[0].read_bytes())
    with sqlite3.connect(bench.out / "ledger.sqlite") as db:
        db.execute("UPDATE applicants SET key = ? WHERE id = 'A-003'", (key,))
    assert bench.run(rows_of(3), prune=True).pruned.ids == ()
    assert victim.exists()


def test_a_bad_row_is_nobody_who_left(bench):
    page, _, record = bench.files()
    rows = [*rows_of(2), ("A-003", "non-us-img", "abc", "typo")]
    assert bench.run(rows, prune=True).pruned.ids == ("A-002",)
    assert page.exists()
    assert record.exists()


@pytest.mark.parametrize("name", ["", "A-\x07003", "x" * 300], ids=["none", "control", "long"])
def test_a_bad_row_without_an_id_that_can_be_read_holds_everything_back(bench, name):
    page = bench.files()[0]
    result = bench.run([*rows_of(3), (name, "non-us-img", 218, "")], prune=True)
    assert len(result.bad) == 1
    assert result.pruned.ids == ()
    assert result.pruned.withheld.startswith("nothing is removed: the bad row in line 5 has no id")
    assert page.exists()


def test_a_row_that_is_bad_for_being_there_twice_holds_nothing_back(bench):
    result = bench.run([*rows_of(3), rows_of(1)[0]], prune=True)
    assert len(result.bad) == 1
    assert result.pruned.ids == ("A-003",)


def test_another_cohorts_file_is_refused_and_nothing_is_touched(bench):
    before = bench.everything()
    with pytest.raises(InputError, match=r"nobody of this batch is in the file.*--resume first"):
        bench.run(rows_of(4, first=50), prune=True)
    assert {p: c for p, c in bench.everything().items() if p in before} == before


def test_prune_needs_a_batch(tmp_path):
    with pytest.raises(InputError, match=r"no batch was begun.*leave --prune out"):
        Bench(tmp_path).run(prune=True)


@pytest.mark.parametrize("at", ["first file", "second file", "row"])
def test_a_stop_in_the_middle_leaves_no_page_that_no_row_knows(bench, monkeypatch, at):
    class StopError(BaseException):
        pass

    files, unlink = bench.files(), type(bench.out).unlink

    def stopping(path, missing_ok=False):
        if path == files[{"first file": 0, "second file": 2}.get(at, -1)] and at != "row":
            raise StopError
        unlink(path, missing_ok=missing_ok)

    def stop(*_):
        raise StopError

    with monkeypatch.context() as patch:
        patch.setattr(type(bench.out), "unlink", stopping)
        if at == "row":
            patch.setattr(pruning, "sync_folder", stop)
        with pytest.raises(StopError):
            bench.run(rows_of(3), prune=True)
    assert "A-003" in ledger_rows(bench.out)
    assert not (bench.out / "index.html").exists()
    result = bench.run(prune=True)
    assert (result.pruned.ids, result.changes.gone) == (("A-003",), ("A-003",))
    assert not any(path.exists() for path in files)
    assert leftovers(bench.out) == set()


def test_who_comes_back_after_a_stop_is_made_again(bench):
    page, _, record = bench.files()
    bench.run(rows_of(3), resume=True)
    page.unlink()
    assert bench.run(rows_of(4), resume=True).made == 1
    assert page.exists()
    assert record.exists()


def test_a_folder_that_cannot_be_written_is_said(bench, monkeypatch):
    def full(*_):
        raise OSError(5, os.strerror(5))

    monkeypatch.setattr(pruning, "sync_folder", full)
    with pytest.raises(Exception, match=r"Input/output error.*--resume"):
        bench.run(rows_of(3), prune=True)
    assert "A-003" in ledger_rows(bench.out)


def test_the_terminal_says_who_would_be_removed(bench, capsys):
    write_cohort(bench.cohort, rows_of(2))
    code = run_here(
        "batch", bench.cohort, "--out", bench.out, "--notebook", bench.notebook,
        "--prune", "--dry-run",
    )  # fmt: skip
    said = capsys.readouterr().err
    assert code == 0
    assert "would remove all files of 2: 'A-002' and 'A-003'\n" in said
    assert "stay in the folder" not in said
