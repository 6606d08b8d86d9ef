"""The errors: messages, exit codes, pickles."""

from __future__ import annotations

import pickle

import pytest

from imgstats import errors
from imgstats.errors import (
    DataChangedError,
    ImgstatsError,
    ImgstatsWarning,
    InputError,
    TableError,
    WorkError,
    did_you_mean,
)
from imgstats.text import visible

ERRORS = [ImgstatsError, InputError, TableError, DataChangedError, WorkError]
WARNINGS = [
    errors.ExtrapolationWarning,
    errors.MisfitWarning,
    errors.PassingScoreWarning,
    errors.RoundingWarning,
]


@pytest.mark.parametrize("kind", ERRORS)
def test_an_error_survives_pickling(kind):
    error = kind("n is 0", "1 or more", "leave it out")
    copy = pickle.loads(pickle.dumps(error))  # noqa: S301  made one line above
    assert (type(copy), copy.found, copy.allowed, copy.todo) == (
        kind,
        "n is 0",
        "1 or more",
        "leave it out",
    )


@pytest.mark.parametrize("kind", ERRORS)
def test_a_message_says_what_was_found_what_is_allowed_and_what_to_do(kind):
    assert str(kind("n is 0", "1 or more", "leave it out")) == (
        "n is 0; allowed: 1 or more; leave it out"
    )


@pytest.mark.parametrize(
    ("parts", "message"),
    [
        (("n is 0",), "n is 0"),
        (("n is 0", "1 or more"), "n is 0; allowed: 1 or more"),
        (("n is 0", "", "leave it out"), "n is 0; leave it out"),
        (("n\nis\t 0",), "n is 0"),
    ],
)
def test_a_message_is_one_line_without_empty_parts(parts, message):
    assert str(ImgstatsError(*parts)) == message


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("Zoé \u202bx", "Zoé \\u202bx"),
        ("a\x1b[31m\x9b\x07\0", "a\\x1b[31m\\x9b\\x07\\x00"),
        ("lone \ud800", "lone \\ud800"),
        ("tag \U000e0041", "tag \\U000e0041"),
        ("Zoé مريم \u200c 👩\u200d⚕️", "Zoé مريم \u200c 👩\u200d⚕️"),
        ("two\r\nlines\u2028", "two lines"),
        ("", ""),
    ],
)
def test_what_a_terminal_would_obey_is_spelled_out(text, line):
    assert visible(text) == line
    assert str(WorkError(text)) == (line if text else "")


@pytest.mark.parametrize("kind", ERRORS)
def test_every_error_can_be_caught_as_one(kind):
    with pytest.raises(ImgstatsError, match="n is 0"):
        raise kind("n is 0")


@pytest.mark.parametrize(
    ("kind", "code"), [(InputError, 2), (TableError, 2), (DataChangedError, 2), (WorkError, 1)]
)
def test_the_exit_code_tells_input_from_work(kind, code):
    assert kind("n is 0").exit_code == code


@pytest.mark.parametrize("kind", WARNINGS)
def test_every_warning_can_be_filtered_as_one(kind):
    assert issubclass(kind, ImgstatsWarning)


def test_all_public_names_are_there():
    ends = ("Error", "Warning", "did_you_mean", "one_of_many")
    assert sorted(errors.__all__) == sorted(name for name in vars(errors) if name.endswith(ends))


@pytest.mark.parametrize(
    ("name", "answer"), [("step2_sk", "did you mean step2_ck?"), ("zzz", ""), ("", "")]
)
def test_the_closest_known_name_is_offered(name, answer):
    assert did_you_mean(name, ["group", "step2_ck"]) == answer


def test_nothing_is_offered_where_nothing_is_known():
    assert did_you_mean("group", []) == ""
