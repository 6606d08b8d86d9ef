"""The ledger: one row for each key, whole after a kill, plain words when it cannot be written."""

from __future__ import annotations

import contextlib
import os
import signal
import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from imgstats.batch.ledger import BAD, FAILED, GONE, MADE, RUNNING, WAITING, Entry, Ledger
from imgstats.errors import InputError, WorkError
from imgstats.files.writing import DRAFT

ENTRY = Entry(key="k1", id="A-01", line=2, state=WAITING)


@pytest.fixture
def path(tmp_path):
    return tmp_path / "ledger.sqlite"


@pytest.fixture
def ledger(path):
    with Ledger.create(path, names="hash") as made:
        yield made


def _one(ledger, key="k1"):
    return ledger.entries()[key]


def test_a_new_ledger_is_empty_and_knows_how_names_are_made(ledger):
    facts = ledger.facts()
    assert ledger.entries() == {}
    assert (facts["format"], facts["names"]) == ("1", "hash")
    assert len(facts["salt"]) == 32


def test_each_ledger_has_its_own_salt(ledger, tmp_path):
    with Ledger.create(tmp_path / "other.sqlite", names="hash") as other:
        assert other.facts()["salt"] != ledger.facts()["salt"]


def test_the_files_are_their_owners_alone(ledger, path):
    before = os.umask(0)
    try:
        ledger.put([ENTRY])
        files = list(path.parent.iterdir())
        assert {each.name for each in files} >= {"ledger.sqlite", "ledger.sqlite-wal"}
        assert {each.stat().st_mode & 0o777 for each in files} == {0o600}
    finally:
        os.umask(before)


def test_a_database_of_others_is_refused_unchanged(path):
    with contextlib.closing(sqlite3.connect(path)) as db:
        db.execute("CREATE TABLE facts (name TEXT, value TEXT)")
    before = path.read_bytes()
    with pytest.raises(InputError, match="is no ledger of a batch"):
        Ledger.open(path, names="hash")
    assert path.read_bytes() == before


@pytest.mark.parametrize("content", [b"", b"not a ledger"], ids=["empty", "text"])
def test_a_file_of_others_is_refused_unchanged(path, content):
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no ledger of a batch") as caught:
        Ledger.open(path, names="hash")
    assert str(caught.value).count("choose another --out") == 1
    assert "free space" not in str(caught.value)
    assert path.read_bytes() == content
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_ledger_that_another_program_holds_is_said_to_be_held(ledger, path):
    ledger._db.execute("PRAGMA busy_timeout = 10")
    with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(WorkError, match="held by another program") as caught:
            ledger.put([ENTRY])
        assert "close it there" in str(caught.value)
        other.execute("ROLLBACK")
    ledger.put([ENTRY])
    assert _one(ledger) == ENTRY


def test_changes_are_written_ahead_and_synced(ledger):
    assert ledger._db.execute("PRAGMA journal_mode").fetchone() == ("wal",)
    assert ledger._db.execute("PRAGMA synchronous").fetchone() == (2,)


def test_rows_come_back_in_the_order_of_the_file(ledger):
    entries = [replace(ENTRY, key=f"k{line}", line=line) for line in (9, 3, 12)]
    ledger.put(entries)
    assert list(ledger.entries()) == ["k3", "k9", "k12"]
    assert ledger.entries()["k9"] == entries[0]


def test_every_value_comes_back(ledger):
    entry = Entry(
        key="k",
        id="=cmd|'x'!A0 مريم",
        line=7,
        state=MADE,
        attempts=3,
        started_at="a",
        finished_at="b",
        error="c",
        inputs_sha256="d",
        page_sha256="e",
        record_sha256="f",
    )
    ledger.put([entry])
    assert _one(ledger, "k") == entry


def test_a_key_has_one_row(ledger):
    ledger.put([ENTRY, replace(ENTRY, line=5)])
    ledger.put([replace(ENTRY, line=8, state=GONE)])
    assert ledger.entries() == {"k1": replace(ENTRY, line=8, state=GONE)}


def test_a_state_that_there_is_not_is_refused_and_nothing_is_written(ledger):
    with pytest.raises(sqlite3.IntegrityError, match="CHECK constraint"):
        ledger.put([ENTRY, replace(ENTRY, key="k2", state="done")])
    assert ledger.entries() == {}


@pytest.mark.parametrize("state", [WAITING, RUNNING, MADE, FAILED, BAD, GONE])
def test_every_state_is_kept(ledger, state):
    ledger.put([replace(ENTRY, state=state)])
    assert _one(ledger).state == state


def test_removed_rows_are_gone(ledger):
    ledger.put([ENTRY, replace(ENTRY, key="k2")])
    ledger.remove(["k1", "none"])
    assert list(ledger.entries()) == ["k2"]


def _is_now(text):
    age = datetime.now(tz=UTC) - datetime.fromisoformat(text)
    return abs(age.total_seconds()) < 3600


def test_a_report_is_begun_and_made(ledger):
    ledger.put([ENTRY, replace(ENTRY, key="k2")])
    ledger.start("k1")
    begun = _one(ledger)
    assert (begun.state, begun.attempts, begun.finished_at) == (RUNNING, 1, "")
    assert _is_now(begun.started_at)
    ledger.finish("k1", inputs="i", page="p", record="r")
    made = _one(ledger)
    assert (made.state, made.attempts, made.error) == (MADE, 1, "")
    assert (made.inputs_sha256, made.page_sha256, made.record_sha256) == ("i", "p", "r")
    assert _is_now(made.finished_at)
    assert _one(ledger, "k2").state == WAITING


def test_a_failure_is_kept_until_the_report_is_made_and_attempts_are_counted(ledger):
    ledger.put([ENTRY])
    ledger.start("k1")
    ledger.fail("k1", "no memory")
    failed = _one(ledger)
    assert (failed.state, failed.error, failed.attempts) == (FAILED, "no memory", 1)
    assert _is_now(failed.finished_at)
    ledger.start("k1")
    again = _one(ledger)
    assert (again.state, again.attempts, again.finished_at) == (RUNNING, 2, "")
    assert again.error == "no memory"
    ledger.finish("k1", inputs="i", page="p", record="r")
    assert (_one(ledger).state, _one(ledger).error) == (MADE, "")


def test_what_was_written_is_there_when_opened_again(path):
    with Ledger.create(path, names="id") as first:
        first.put([ENTRY])
        salt = first.facts()["salt"]
    with Ledger.open(path, names="id") as second:
        assert second.entries() == {"k1": ENTRY}
        assert second.facts()["salt"] == salt


def test_a_ledger_with_other_names_is_refused(path):
    Ledger.create(path, names="id").close()
    with pytest.raises(InputError, match=r"names from id; allowed: .*; add --names-from id, or"):
        Ledger.open(path, names="hash")


def test_a_ledger_of_another_format_is_refused(ledger, path):
    ledger._db.execute("UPDATE facts SET value = '99' WHERE name = 'format'")
    with pytest.raises(InputError, match=r"the batch there has format 99 .*choose another --out"):
        Ledger.open(path, names="hash")


@pytest.mark.parametrize("content", [b"", b"no database at all" * 100])
def test_what_is_no_ledger_is_refused(path, content):
    path.write_bytes(content)
    with pytest.raises(InputError, match="is no ledger of a batch; choose another --out"):
        Ledger.open(path, names="hash")


def test_another_programs_database_is_refused(path):
    other = sqlite3.connect(path)
    other.execute("CREATE TABLE notes (text TEXT)")
    other.close()
    with pytest.raises(InputError, match="is no ledger of a batch"):
        Ledger.open(path, names="hash")


def test_a_ledger_that_sqlite_refuses_is_one_line(path):
    Ledger.create(path, names="hash").close()
    content = bytearray(path.read_bytes())
    content[16:18] = b"\x12\x34"  # no size of a page
    path.write_bytes(content)
    with pytest.raises((InputError, WorkError), match="choose another --out"):
        Ledger.open(path, names="hash")


def test_a_ledger_without_its_salt_is_refused(ledger, path):
    ledger._db.execute("DELETE FROM facts WHERE name = 'salt'")
    with pytest.raises(InputError, match="no whole ledger"):
        Ledger.open(path, names="hash")


def test_a_broken_ledger_is_said_so_in_plain_words(path):
    with Ledger.create(path, names="hash") as made:
        made.put([replace(ENTRY, key=f"k{i}", error="x" * 500) for i in range(200)])
    content = bytearray(path.read_bytes())
    content[3 * 4096 :] = b"\xff" * (len(content) - 3 * 4096)
    path.write_bytes(content)
    with (
        pytest.raises((InputError, WorkError), match=r"ledger\.sqlite"),
        Ledger.open(path, names="hash") as broken,
    ):
        broken.entries()


def test_a_ledger_gets_its_name_when_it_is_whole(path, monkeypatch):
    def broken(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", broken)
    with pytest.raises(WorkError, match=r"No space left on device; free space .* --resume"):
        Ledger.create(path, names="hash")
    assert list(path.parent.iterdir()) == []


def test_half_a_ledger_of_a_killed_run_is_written_anew(path):
    path.with_name(f"{DRAFT}{path.name}").write_bytes(b"half")
    with Ledger.create(path, names="hash") as made:
        assert made.entries() == {}
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_a_folder_that_is_not_there_is_said_so(tmp_path):
    with pytest.raises(WorkError, match=r"No such file or directory; .*--resume"):
        Ledger.create(tmp_path / "none" / "ledger.sqlite", names="hash")


def test_a_full_place_says_how_to_go_on_and_leaves_what_was_there(ledger):
    ledger.put([ENTRY])
    ledger._db.execute("PRAGMA max_page_count = 1")  # a full disk, as SQLite sees it
    many = [replace(ENTRY, key=f"n{i}", error="x" * 1000) for i in range(200)]
    with pytest.raises(WorkError, match=r"disk is full; free space .* with --resume"):
        ledger.put(many)
    assert ledger.entries() == {"k1": ENTRY}


@pytest.mark.parametrize(
    "act",
    [
        lambda ledger: ledger.start("k1"),
        lambda ledger: ledger.fail("k1", "x"),
        lambda ledger: ledger.finish("k1", inputs="i", page="p", record="r"),
        lambda ledger: ledger.remove(["k1"]),
        lambda ledger: ledger.put([replace(ENTRY, line=9)]),
    ],
    ids=["start", "fail", "finish", "remove", "put"],
)
def test_a_place_that_cannot_be_written_says_how_to_go_on(ledger, act):
    ledger.put([ENTRY])
    ledger._db.execute("PRAGMA query_only = 1")
    with pytest.raises(WorkError, match=r"readonly database; .*make the folder writable.*--resume"):
        act(ledger)
    assert ledger.entries() == {"k1": ENTRY}


WRITER = """
import sys
from pathlib import Path
from imgstats.batch.ledger import Entry, Ledger

ledger = Ledger.create(Path(sys.argv[1]), names="hash")
at = 0
while True:
    key = f"k{at}"
    ledger.put([Entry(key=key, id=key, line=at, state="waiting")])
    ledger.start(key)
    print(key, flush=True)
    at += 1
"""


def test_a_killed_writer_leaves_all_that_it_had_written(path):
    process = subprocess.Popen(
        [sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    try:
        said = [process.stdout.readline().strip() for _ in range(25)]
    finally:
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split()
    assert process.returncode == -signal.SIGKILL
    with Ledger.open(path, names="hash") as after:
        found = after.entries()
        after.put([replace(ENTRY, key="more")])
        assert after._db.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert said[-1] == "k24"
    assert all(found[key].state == RUNNING and found[key].attempts == 1 for key in [*said, *rest])
