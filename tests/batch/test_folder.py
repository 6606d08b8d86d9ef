"""The folder of a batch: one batch at a time, nothing of others touched, files whole or absent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from imgstats.batch.folder import BatchFolder
from imgstats.batch.ledger import Ledger
from imgstats.errors import InputError, WorkError
from imgstats.files.writing import DRAFT


@pytest.fixture
def folder(tmp_path):
    return BatchFolder(tmp_path / "out")


@pytest.fixture
def made(folder):
    with folder.locked():
        pass
    return folder


def _names(place):
    return sorted(each.name for each in place.iterdir())


def test_files_stand_where_the_index_links_to(folder):
    assert folder.page("k").relative_to(folder.root).as_posix() == "reports/k.html"
    assert folder.record("k").relative_to(folder.root).as_posix() == "records/k.ipynb"
    assert folder.index.name == "index.html"


def test_a_lock_that_is_a_link_is_not_followed(made, tmp_path):
    (made.root / ".lock").unlink()
    (made.root / ".lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match="is a link"):
        made.check()
    with pytest.raises(WorkError), made.locked():
        pass
    assert not (tmp_path / "elsewhere").exists()


@pytest.mark.parametrize("name", [".DS_Store", "Thumbs.db", ".imgstats-abc"])
def test_what_the_system_or_a_killed_try_left_is_no_foreign_file(folder, name):
    folder.root.mkdir()
    (folder.root / name).touch()
    folder.check()


def test_a_folder_named_like_a_draft_is_left_alone(made):
    (made.reports / f"{DRAFT}x").mkdir()
    with made.locked():
        pass
    assert (made.reports / f"{DRAFT}x").is_dir()


def test_removing_what_is_not_there_is_no_error(made):
    made.write(made.index, b"x")
    made.remove(made.index, made.page("k"))
    assert not made.index.exists()


def test_checking_makes_nothing(folder, tmp_path):
    folder.check()
    assert _names(tmp_path) == []


def test_a_deep_folder_is_made_for_its_owner(tmp_path):
    folder = BatchFolder(tmp_path / "a" / "b")
    with folder.locked():
        for place in (folder.root, folder.reports, folder.records):
            assert place.stat().st_mode & 0o777 == 0o700
        assert (folder.root / ".lock").stat().st_mode & 0o777 == 0o600


def test_an_empty_folder_and_one_that_was_only_made_are_taken(made, tmp_path):
    made.check()
    (tmp_path / "empty").mkdir()
    BatchFolder(tmp_path / "empty").check()


@pytest.mark.parametrize("name", ["notes.txt", "index.html", ".hidden"])
def test_a_folder_with_files_of_others_is_refused(folder, name):
    folder.root.mkdir()
    (folder.root / name).write_text("mine")
    with pytest.raises(InputError, match=r"holds files that no batch made; .*choose another --out"):
        folder.check()
    assert (folder.root / name).read_text() == "mine"


def test_a_folder_with_a_batch_is_taken_whatever_else_is_there(made):
    Ledger.create(made.ledger, names="hash").close()
    (made.root / "notes.txt").write_text("mine")
    made.check()
    assert made.is_begun


def test_half_a_ledger_of_a_killed_run_keeps_nobody_out(made):
    leftover = made.root / f"{DRAFT}{made.ledger.name}"
    leftover.write_bytes(b"half")
    leftover.with_name(f"{leftover.name}-journal").write_bytes(b"half")
    made.check()
    with made.locked():
        assert not leftover.exists()


def test_a_file_in_place_of_the_folder_is_refused(folder):
    folder.root.write_text("mine")
    with pytest.raises(InputError, match="is not a folder"):
        folder.check()


@pytest.mark.parametrize("name", ["reports", "records", "ledger.sqlite"])
def test_links_to_elsewhere_are_refused(folder, tmp_path, name):
    folder.root.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (folder.root / name).symlink_to(tmp_path / "elsewhere")
    with pytest.raises(InputError, match=f"{name} is a link; allowed: a folder of its own"):
        folder.check()


def test_a_dangling_link_is_refused_as_well(folder, tmp_path):
    folder.root.mkdir()
    folder.ledger.symlink_to(tmp_path / "nowhere")
    with pytest.raises(InputError, match="is a link"):
        folder.check()


def test_a_second_batch_is_kept_out_and_the_next_let_in(folder):
    with folder.locked():
        other = BatchFolder(folder.root)
        with pytest.raises(InputError, match="another batch is at work in"), other.locked():
            pass
    with folder.locked():
        pass


@pytest.mark.slow
def test_another_process_is_kept_out(folder):
    code = (
        "import sys; from pathlib import Path; from imgstats.batch.folder import BatchFolder\n"
        "with BatchFolder(Path(sys.argv[1])).locked(): pass"
    )
    command = [sys.executable, "-c", code, str(folder.root)]
    with folder.locked():
        kept_out = subprocess.run(command, capture_output=True, text=True, check=False)
    assert kept_out.returncode == 1
    assert "another batch is at work in" in kept_out.stderr
    assert subprocess.run(command, capture_output=True, check=False).returncode == 0


def test_a_second_batch_clears_nothing_of_the_first(folder):
    with folder.locked():
        draft = folder.reports / f"{DRAFT}k.html"
        draft.write_bytes(b"half")
        with pytest.raises(InputError, match="another batch"), BatchFolder(folder.root).locked():
            pass
        assert draft.exists()


def test_the_lock_is_given_back_after_an_error(folder):
    with pytest.raises(KeyError, match="x"), folder.locked():
        raise KeyError("x")
    with folder.locked():
        pass


def test_what_a_killed_run_left_half_written_is_cleared_and_the_rest_stays(made):
    for place in (made.root, made.reports, made.records):
        (place / f"{DRAFT}x").write_bytes(b"half")
        (place / "x").write_bytes(b"whole")
    with made.locked():
        for place in (made.root, made.reports, made.records):
            assert not (place / f"{DRAFT}x").exists()
            assert (place / "x").read_bytes() == b"whole"


def test_a_file_is_written_for_its_owner_and_replaced(made):
    before = os.umask(0)
    try:
        made.write(made.page("k"), b"one")
        made.write(made.page("k"), b"two")
    finally:
        os.umask(before)
    assert made.page("k").read_bytes() == b"two"
    assert made.page("k").stat().st_mode & 0o777 == 0o600
    assert _names(made.reports) == ["k.html"]


@pytest.mark.parametrize("error", [OSError(28, "No space left on device"), KeyboardInterrupt()])
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_file_that_is_not_whole_does_not_appear(made, monkeypatch, error, step):
    made.write(made.page("k"), b"old")

    def fail(*_):
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(*((os, "fsync") if step == "fsync" else (Path, "replace")), fail)
        wanted = WorkError if isinstance(error, OSError) else KeyboardInterrupt
        with pytest.raises(wanted) as caught:
            made.write(made.page("k"), b"new")
    assert wanted is KeyboardInterrupt or "No space left on device; free" in str(caught.value)
    assert made.page("k").read_bytes() == b"old"
    assert _names(made.reports) == ["k.html"]


def test_a_draft_that_is_a_link_is_not_followed(made, tmp_path):
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    (made.reports / f"{DRAFT}k.html").symlink_to(target)
    made.write(made.page("k"), b"new")
    assert target.read_bytes() == b"mine"
    assert made.page("k").read_bytes() == b"new"


def test_a_page_that_is_a_link_is_replaced_and_not_followed(made, tmp_path):
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    made.page("k").symlink_to(target)
    made.write(made.page("k"), b"new")
    assert target.read_bytes() == b"mine"
    assert made.page("k").read_bytes() == b"new"


def test_a_folder_that_cannot_be_made_says_how_to_go_on(tmp_path):
    (tmp_path / "file").write_text("x")
    with (
        pytest.raises(WorkError, match=r"Not a directory; .*--resume"),
        BatchFolder(tmp_path / "file" / "out").locked(),
    ):
        pass
