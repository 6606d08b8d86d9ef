"""What differs from the last run: by id, field by field, and across runs that were stopped."""

from __future__ import annotations

import json
import shutil
import sqlite3

import pytest

from imgstats.batch.run import run_batch
from imgstats.cohort.changes import Change, Changes
from tests.batch.making import (
    PRINT,
    ledger_rows,
    plain_index,
    recorded,
    rows_of,
    run_here,
    working,
    write_cohort,
    write_notebook,
)


class Bench:
    """A cohort, its notebook and its folder; runs that only pretend to make reports."""

    def __init__(self, folder):
        self.folder = folder
        self.cohort, self.out = folder / "cohort.csv", folder / "out"
        self.notebook = write_notebook(folder, PRINT)
        self.told = []

    def run(self, rows, make=recorded, **options):
        write_cohort(self.cohort, rows)
        options = {"resume": self.out.exists(), **options}
        opening = working(make, self._index)
        return run_batch(self.cohort, self.out, notebook=self.notebook, opening=opening, **options)

    def _index(self, summary, *, changes, **about):
        self.told.append(changes)
        return plain_index(summary, **about)


@pytest.fixture
def bench(tmp_path):
    return Bench(tmp_path)


@pytest.fixture(scope="module")
def made_once(tmp_path_factory):
    bench = Bench(tmp_path_factory.mktemp("made"))
    bench.run(rows_of(4))
    return bench


@pytest.fixture
def begun(bench, made_once):
    shutil.copytree(made_once.folder, bench.folder, dirs_exist_ok=True)
    bench.told = [*made_once.told]
    return bench


def _stop(at):
    """Return what makes reports until a label comes, and is stopped there."""

    def make(job):
        if job.parameters["label"] == at:
            raise KeyboardInterrupt
        return recorded(job)

    return make


def test_a_first_run_tells_no_changes(begun):
    assert begun.told == [None]


def test_a_run_where_nothing_changed_says_so(begun):
    result = begun.run(rows_of(4))
    assert result.changes == Changes()
    assert begun.told[-1] == Changes().to_plain()


def test_new_changed_and_gone_are_told_by_id_and_field(begun):
    changed = ("A-001", "us-img", 216, "another label")
    result = begun.run([rows_of(1)[0], changed, *rows_of(1, first=2), *rows_of(2, first=7)])
    assert result.changes == Changes(
        new=("A-007", "A-008"),
        changed=(Change(id="A-001", what=("group", "label")),),
        gone=("A-003",),
    )
    assert begun.told[-1] == result.changes.to_plain()


def test_nothing_of_a_person_is_kept_for_it(begun):
    begun.run([("A-000", "non-us-img", 215, "a secret name"), *rows_of(3, first=1)])
    content = b"".join(each.read_bytes() for each in begun.out.glob("ledger.sqlite*"))
    assert b"A-000" in content
    assert b"a secret name" not in content
    assert b"label 000" not in content


@pytest.mark.parametrize("what", ["notebook", "data", "files"])
def test_what_is_made_again_with_the_same_values_says_why(begun, data_copy, monkeypatch, what):
    if what == "notebook":
        write_notebook(begun.folder, PRINT, "print('more')")
    elif what == "data":
        root = data_copy()
        (root / "raw" / "new.txt").write_text("x", encoding="utf-8")
        monkeypatch.setenv("IMGSTATS_DATA_ROOT", str(root))
    else:
        for each in (begun.out / "reports").iterdir():
            each.unlink()
    changes = begun.run(rows_of(4)).changes
    assert changes == Changes(remade=tuple(Change(id=f"A-00{i}", what=(what,)) for i in range(4)))


def test_a_changed_value_is_told_as_such_though_the_notebook_changed_too(begun):
    write_notebook(begun.folder, PRINT, "print('more')")
    changes = begun.run([("A-000", "non-us-img", 230, "label 000"), *rows_of(3, first=1)]).changes
    assert changes.changed == (Change(id="A-000", what=("step2_ck",)),)
    assert [each.id for each in changes.remade] == ["A-001", "A-002", "A-003"]


def test_an_altered_record_is_not_believed(begun):
    key = ledger_rows(begun.out)["A-000"]["key"]
    record = begun.out / "records" / f"{key}.ipynb"
    record.write_text(record.read_text(encoding="utf-8").replace("215", "299"), encoding="utf-8")
    changes = begun.run([("A-000", "non-us-img", 230, "label 000"), *rows_of(3, first=1)]).changes
    assert changes == Changes(remade=(Change(id="A-000", what=()),))


def test_who_comes_back_is_new_and_who_was_only_bad_is_not_gone(begun):
    bad = [("A-003", "non-us-img", "abc", "label 003")]
    assert begun.run([*rows_of(2), *bad]).changes == Changes(gone=("A-002",))
    assert begun.run(rows_of(4)).changes == Changes(new=("A-002",))


def test_who_was_bad_before_leaving_is_told_as_gone(begun):
    begun.run([*rows_of(3), ("A-003", "non-us-img", "abc", "")])
    assert begun.run(rows_of(3)).changes == Changes(gone=("A-003",))


def test_a_stopped_run_loses_nothing_of_what_it_found(begun):
    rows = [("A-000", "us-img", 215, "label 000"), *rows_of(2, first=1), *rows_of(2, first=7)]
    with pytest.raises(KeyboardInterrupt):
        begun.run(rows, make=_stop("label 008"))
    assert len(begun.told) == 1
    expected = Changes(
        new=("A-007", "A-008"),
        changed=(Change(id="A-000", what=("group",)),),
        gone=("A-003",),
    )
    assert begun.run(rows).changes == expected
    assert begun.run(rows).changes == Changes()


def test_a_first_run_that_was_stopped_is_a_first_run_still(bench):
    with pytest.raises(KeyboardInterrupt):
        bench.run(rows_of(3), make=_stop("label 001"))
    assert bench.run(rows_of(3)).changes is None
    assert bench.told == [None]


def test_a_dry_run_tells_the_same_and_writes_nothing(begun):
    before = {
        p: (p.stat().st_mtime_ns, p.read_bytes()) for p in begun.out.rglob("*.*") if p.is_file()
    }
    rows = [*rows_of(3), *rows_of(1, first=9)]
    assert begun.run(rows, dry_run=True).changes == Changes(new=("A-009",), gone=("A-003",))
    after = {
        p: (p.stat().st_mtime_ns, p.read_bytes()) for p in begun.out.rglob("*.*") if p.is_file()
    }
    assert after == before
    assert begun.run(rows).changes == Changes(new=("A-009",), gone=("A-003",))


def test_a_run_that_ended_leaves_no_note(begun):
    with sqlite3.connect(begun.out / "ledger.sqlite") as db:
        assert dict(db.execute("SELECT * FROM facts")).keys() == {"format", "names", "salt"}


def test_the_terminal_names_them(begun, capsys):
    write_cohort(begun.cohort, [*rows_of(2), *rows_of(12, first=10)])
    code = run_here(
        "batch", begun.cohort, "--out", begun.out, "--notebook", begun.notebook,
        "--resume", "--dry-run",
    )  # fmt: skip
    said = capsys.readouterr().err
    assert code == 0
    assert "since the last run: 12 new: 'A-010', 'A-011', " in said
    assert "'A-017' and 4 more\n" in said
    assert "since the last run: 2 gone: 'A-002' and 'A-003'\n" in said
    assert (
        "no longer in the file, 2: 'A-002' and 'A-003'; their reports stay in the folder; "
        "--prune removes them\n"
    ) in said


def test_changes_pass_through_json():
    found = Changes(new=("<b>",), remade=(Change(id="é", what=("data", "package")),))
    assert Changes.from_plain(json.loads(json.dumps(found.to_plain()))) == found
