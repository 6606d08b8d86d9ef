"""Only what the program made before is written over, and never what was given to it."""

from __future__ import annotations

import os

import pytest

from imgstats.errors import InputError
from imgstats.files.writing import check_replaceable

MARK = b"made by imgstats"


def is_ours(path):
    return path.read_bytes().startswith(MARK)


def never_asked(path):
    raise AssertionError(f"asked about {path}")


@pytest.mark.parametrize("path", ["new", "new/folder/file", "file/below"])
def test_an_absent_place_is_free(tmp_path, path):
    (tmp_path / "file").write_bytes(b"x")
    check_replaceable(tmp_path / path, never_asked)


def test_an_empty_file_holds_nothing_to_lose(tmp_path):
    (tmp_path / "a").touch()
    check_replaceable(tmp_path / "a", never_asked)


def test_what_was_made_before_may_be_made_again(tmp_path):
    (tmp_path / "a").write_bytes(MARK)
    check_replaceable(tmp_path / "a", is_ours)


def test_anybody_elses_file_is_refused_with_what_to_do(tmp_path):
    (tmp_path / "a").write_bytes(b"mine")
    with pytest.raises(InputError) as refused:
        check_replaceable(tmp_path / "a", is_ours, todo="name another")
    assert str(refused.value) == (
        f"{tmp_path}/a was not made by imgstats and would be written over; allowed: an empty place,"
        " or a file that imgstats made there before; name another"
    )


def link(made, given):
    made.symlink_to(given)


def hard_link(made, given):
    os.link(given, made)


def given_is_a_link(made, given):
    given.rename(made)
    given.symlink_to(made)


def given_is_a_chain(made, given):
    given.rename(made)
    given.with_name("between").symlink_to(made)
    given.symlink_to(given.with_name("between"))


@pytest.mark.parametrize("tie", [link, hard_link, given_is_a_link, given_is_a_chain])
@pytest.mark.parametrize("content", [MARK, b""])
def test_what_was_given_is_not_written_over_by_whatever_way(tmp_path, tie, content):
    made, given = tmp_path / "made", tmp_path / "given"
    given.write_bytes(content)
    tie(made, given)
    with pytest.raises(InputError, match="is the very file that was given"):
        check_replaceable(made, is_ours, inputs=[tmp_path / "none", given])


@pytest.mark.parametrize("spelling", ["x/../made", "./made", "x//../made"])
def test_another_spelling_is_the_same_file(tmp_path, monkeypatch, spelling):
    (tmp_path / "made").write_bytes(MARK)
    (tmp_path / "x").mkdir()
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match="is the very file that was given"):
        check_replaceable(tmp_path / "made", is_ours, inputs=[tmp_path / spelling])


@pytest.mark.parametrize(
    ("make", "kind"),
    [
        (lambda path: path.mkdir(), "a folder"),
        (lambda path: path.symlink_to("nowhere"), "a link"),
        (os.mkfifo, "no plain file"),
    ],
)
def test_what_is_no_plain_file_is_refused_unasked(tmp_path, make, kind):
    make(tmp_path / "a")
    with pytest.raises(InputError, match=f"a is {kind}; allowed"):
        check_replaceable(tmp_path / "a", never_asked)


def test_a_link_to_what_was_made_is_a_persons_own(tmp_path):
    (tmp_path / "there").write_bytes(MARK)
    (tmp_path / "a").symlink_to("there")
    with pytest.raises(InputError, match="is a link"):
        check_replaceable(tmp_path / "a", never_asked)


@pytest.mark.parametrize("name", ["n" * 300, "a\0b", "é" * 200])
def test_a_name_that_cannot_be_is_refused_in_a_short_line(tmp_path, name):
    with pytest.raises(InputError) as refused:
        check_replaceable(tmp_path / name, never_asked)
    assert len(str(refused.value)) < 400
