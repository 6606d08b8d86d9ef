"""A file appears whole or not at all, and nothing half-written stays."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

import pytest

from imgstats.errors import InputError, WorkError
from imgstats.files import writing
from imgstats.files.writing import (
    DRAFT,
    SHARED_FILE,
    check_parent,
    remove_drafts,
    saving,
    write_all,
    write_whole,
)

OLD, NEW = {"a": b"old a", "b": b"old b"}, {"a": b"new a", "b": b"new b", "c": b"new c"}


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture
def folder(tmp_path):
    for name, data in OLD.items():
        (tmp_path / name).write_bytes(data)
    return tmp_path


def full(*_):
    raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def test_files_are_written_and_replaced(folder):
    write_all(folder, NEW)
    write_whole(folder / "d", b"new d")
    assert content(folder) == {**NEW, "d": b"new d"}


@pytest.mark.parametrize(("rights", "expected"), [(None, 0o600), (SHARED_FILE, 0o644)])
def test_a_persons_file_is_for_its_owner_alone(tmp_path, rights, expected):
    before = os.umask(0o022)
    try:
        write_whole(tmp_path / "a", b"x", **({} if rights is None else {"rights": rights}))
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == expected


def test_a_full_disk_leaves_what_stood_there(folder, monkeypatch):
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_all(folder, NEW)
    assert content(folder) == OLD


@pytest.mark.parametrize("moves", [0, 1, 2])
@pytest.mark.parametrize("error", [OSError(errno.EIO, "gone"), KeyboardInterrupt()])
def test_a_disk_that_gives_up_between_two_moves_leaves_what_stood_there(
    folder, monkeypatch, moves, error
):
    done: list[object] = []
    replace = Path.replace

    def fails(self, target):
        if self.name.startswith(DRAFT) and target.name in NEW and len(done) == moves:
            done.append(None)
            raise error
        done.append(target)
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", fails)
    with pytest.raises(type(error)):
        write_all(folder, NEW)
    assert content(folder) == OLD


def test_what_is_written_is_brought_to_the_disk_before_it_is_moved(folder, monkeypatch):
    happened = []
    fsync, replace = os.fsync, Path.replace

    def synced(handle):
        happened.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def moved(self, target):
        happened.append("move")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(Path, "replace", moved)
    write_all(folder, {"a": b"1", "b": b"2"})
    assert happened == ["file", "file", "move", "move", "folder"]


def test_drafts_of_killed_processes_are_removed_and_nothing_else(folder):
    (folder / f"{DRAFT}0123").write_bytes(b"half")
    (folder / f"{DRAFT}folder").mkdir()
    (folder / ".imgstats-other").write_bytes(b"mine")
    remove_drafts(folder)
    assert {path.name for path in folder.iterdir()} == {
        *OLD,
        f"{DRAFT}folder",
        ".imgstats-other",
    }


def test_what_the_system_says_becomes_one_line(tmp_path):
    with pytest.raises(WorkError) as caught, saving(tmp_path / "out", "free space"):
        full()
    assert (
        str(caught.value)
        == f"{tmp_path / 'out'} cannot be written: No space left on device; free space"
    )


def test_a_folder_that_can_be_written_holds_nothing_after_it_was_asked(tmp_path):
    check_parent(tmp_path / "a.svg", "choose another")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("place", "found"), [("/proc/a.svg", "/proc cannot be written"), ("none/a.svg", "not a folder")]
)
def test_a_place_that_cannot_be_written_is_refused(place, found):
    with pytest.raises(InputError, match=f"{found}.*; choose another"):
        check_parent(Path(place), "choose another")


def test_a_full_disk_is_no_fault_of_the_place_that_was_named(tmp_path, monkeypatch):
    monkeypatch.setattr(writing, "try_folder", full)
    with pytest.raises(WorkError, match="No space left on device; free space"):
        check_parent(tmp_path / "a.svg", "choose another")
