"""A file that somebody names is plain and not too large, or is refused at once."""

from __future__ import annotations

import os
import socket
import threading

import pytest

from imgstats.errors import InputError
from imgstats.files import opening
from imgstats.files.opening import Wanted, open_plain, read_plain

SMALL = Wanted(what="a list", most=100, size="a short list", todo="split it")


def test_the_bytes_come_back(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(b"x" * 100)
    assert read_plain(path, SMALL) == b"x" * 100
    with open_plain(path, SMALL) as stream:
        assert stream.read(3) == b"xxx"


def test_a_file_may_be_of_any_size_where_no_most_is_said(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(b"x" * 1000)
    assert len(read_plain(path, Wanted(what="a list"))) == 1000


def test_too_many_bytes_are_refused_with_what_is_allowed_and_what_to_do(tmp_path):
    path = tmp_path / "list"
    path.write_bytes(b"x" * 101)
    with pytest.raises(InputError) as caught:
        read_plain(path, SMALL)
    assert caught.value.found.endswith("is larger than 100 bytes")
    assert (caught.value.allowed, caught.value.todo) == ("a short list", "split it")


def test_a_file_that_grows_while_it_is_read_is_refused(tmp_path, monkeypatch):
    path = tmp_path / "list"
    path.write_bytes(b"x" * 10)
    monkeypatch.setattr(opening, "_refuse_other_than_file", lambda *_: path.write_bytes(b"x" * 999))
    with pytest.raises(InputError, match="larger than 100 bytes"):
        read_plain(path, SMALL)


def _pipe(path):
    os.mkfifo(path)


def _socket(path):
    with socket.socket(socket.AF_UNIX) as made:
        made.bind(str(path))


def _device(path):
    path.symlink_to("/dev/zero")


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda path: path.mkdir(), "a folder"),
        (_pipe, "a pipe"),
        (_socket, "a socket"),
        (_device, "a device or a link"),
    ],
)
def test_another_kind_of_thing_is_named_at_once(tmp_path, monkeypatch, make, kind):
    monkeypatch.chdir(tmp_path)  # a socket's path may be short only
    path = tmp_path / "it"
    make(path)
    said = []

    def read():
        with pytest.raises(InputError) as caught:
            read_plain(path, SMALL)
        said.append(caught.value)

    reader = threading.Thread(target=read, daemon=True)  # one that waits for ever is left behind
    reader.start()
    reader.join(30)
    assert said[0].found.endswith(f"is {kind}")
    assert said[0].allowed == "a list"


def test_a_link_is_followed_only_where_it_may_be(tmp_path):
    (tmp_path / "list").write_bytes(b"x")
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "list")
    assert read_plain(link, SMALL) == b"x"
    with pytest.raises(InputError, match="a device or a link"):
        read_plain(link, SMALL, follow=False)


@pytest.mark.parametrize("name", ["missing", "a" * 5000, "nul\0byte"])
def test_a_file_that_is_not_there_is_one_short_line(tmp_path, name):
    with pytest.raises(InputError, match="a list that can be read") as caught:
        read_plain(tmp_path / name, SMALL)
    assert len(str(caught.value)) < 500
    assert "\0" not in str(caught.value)
