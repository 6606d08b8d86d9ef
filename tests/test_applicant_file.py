"""Reading an applicant's file: nothing in it is believed, obeyed or left out in silence."""

from __future__ import annotations

import json
import os
import threading
from datetime import date

import pytest

from imgstats import read_applicant
from imgstats.errors import InputError

GOOD = "group: non-us-img\nstep2_ck: 242\n"
DEEP = 15_000


def write(folder, text, name="applicant.yml", encoding="utf-8"):
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode(encoding))
    return path


@pytest.mark.parametrize("suffix", [".yml", ".yaml", ".YML"])
def test_yaml_is_read(tmp_path, suffix):
    text = GOOD + "step2_ck_date: 2025-08-01\nusce_months: 2.5\nlabel: yes\nranks: null\n"
    applicant = read_applicant(write(tmp_path, text, f"a{suffix}"))
    assert (applicant.step2_ck_date, applicant.usce_months) == (date(2025, 8, 1), 2.5)
    assert (applicant.label, applicant.ranks) == ("yes", None)


def test_json_is_read(tmp_path):
    text = json.dumps({"group": "us_img", "step2_ck": 230, "label": "ü"})
    assert read_applicant(write(tmp_path, text, "a.json")).label == "ü"


def test_a_byte_order_mark_is_no_part_of_the_first_key(tmp_path):
    assert read_applicant(write(tmp_path, GOOD, encoding="utf-8-sig")).step2_ck == 242


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (GOOD.replace("ck", "sk"), "unknown key 'step2_sk'.*did you mean step2_ck"),
        (GOOD.replace("242", "420"), "step2_ck is 420"),
        (GOOD.replace("242", "1_000"), "step2_ck is '1_000'"),
        (GOOD.replace("242", "3:20"), "step2_ck is '3:20'"),
        (GOOD.replace("242", "0o362"), "step2_ck is '0o362'"),
        (GOOD.replace("242", ".nan"), "step2_ck is '.nan'"),
        (GOOD.replace("242", "yes"), "step2_ck is 'yes'"),
        (GOOD.replace("242", ""), "step2_ck is empty"),
        (GOOD.replace("242", "[242]"), r"step2_ck is \['242'\]"),
        (GOOD + "attempts: 0\n", "attempts is '0'"),
        (GOOD + "usce_months: -1\n", "usce_months is '-1'"),
        ("- a\n- b\n", "applicant.yml is a list; allowed: a mapping"),
        ("just words\n", "applicant.yml is a str; allowed: a mapping"),
        ("", "applicant.yml is empty; allowed: a mapping"),
        ("# only a comment\n", "applicant.yml is empty; allowed: a mapping"),
        ("---\n...\n", "applicant.yml is empty; allowed: a mapping"),
        ("a: [1\n", "applicant.yml: not readable"),
        ("group: x\n\tstep2_ck: 1\n", "applicant.yml: not readable"),
        ("a: 'open\n", "applicant.yml: not readable"),
        (GOOD + "---\n" + GOOD, "applicant.yml: not readable"),
        (GOOD + "step2_ck: 250\n", "key 'step2_ck' stands twice"),
        ("a: &x [1]\nb: *x\n", r"an alias \(\*name\) is not allowed"),
        ("a: &x {b: 1}\n<<: *x\n", r"an alias \(\*name\) is not allowed"),
        ("!!python/object/apply:os.system ['true']\n", "applicant.yml: not readable"),
        ("a: !!python/name:os.system\n", "applicant.yml: not readable"),
        ("? [a, b]\n: 1\n", "applicant.yml: not readable|unknown key"),
        ("? {a: b}\n: 1\n", "applicant.yml: not readable|unknown key"),
        ("a\x00b: 1\n", "applicant.yml: not readable"),
        (GOOD.replace("242", "!!int abc"), "applicant.yml: not readable"),
        (GOOD.replace("242", "!!float x"), "applicant.yml: not readable"),
        (GOOD.replace("242", "!!timestamp x"), "applicant.yml: not readable"),
        (GOOD.replace("242", "!!bool x"), "applicant.yml: not readable"),
        (GOOD.replace("242", "!!int ''"), "applicant.yml: not readable"),
        (GOOD.replace("242", "!!int 2_42"), "applicant.yml: not readable|step2_ck is"),
        (GOOD.replace("242", "!!int 4:2"), "applicant.yml: not readable|step2_ck is"),
        (GOOD.replace("242", "!!binary '***'"), "applicant.yml: not readable|step2_ck is"),
        ("!!set {group, step2_ck}\n", "applicant.yml is|group is empty|not readable"),
        ("!!omap [group: us-img]\n", "applicant.yml is a list|not readable"),
        ("[" * DEEP, "applicant.yml: not readable"),
        ("a: " + "{b: " * (DEEP), "applicant.yml: not readable"),
    ],
)
def test_a_bad_yaml_file_gets_one_sentence(tmp_path, text, message):
    with pytest.raises(InputError, match=message) as caught:
        read_applicant(write(tmp_path, text))
    assert len(str(caught.value).splitlines()) == 1


def test_aliases_that_grow_without_bound_are_refused_at_once(tmp_path):
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{i}: &a{i} [{', '.join([f'*a{i - 1}'] * 9)}]" for i in range(1, 40)]
    with pytest.raises(InputError, match="an alias"):
        read_applicant(write(tmp_path, "\n".join(lines)))


def test_a_python_tag_does_nothing(tmp_path):
    mark = tmp_path / "mark"
    text = f"!!python/object/apply:os.mkdir ['{mark}']\n"
    with pytest.raises(InputError, match="not readable"):
        read_applicant(write(tmp_path, text))
    assert not mark.exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"group": "us-img", "step2_ck": NaN}', "NaN is not a number"),
        ('{"group": "us-img", "step2_ck": Infinity}', "Infinity is not a number"),
        ('{"group": "us-img", "step2_ck": 230, "usce_months": 1e400}', "usce_months is inf"),
        ('{"group": "us-img", "step2_ck": 1e400}', "step2_ck is inf"),
        ('{"group": "us-img", "step2_ck": 230, "step2_ck": 250}', "'step2_ck' stands twice"),
        ('{"group": "us-img", "step2_ck": true}', "step2_ck is True"),
        ('{"group": "us-img", "step2_ck": 230, "step2_ck_date": 0}', "step2_ck_date is 0"),
        ('{"group": "us-img", "step2_ck": 230, "label": "\\ud800"}', "label is"),
        ("[1, 2]", "a.json is a list"),
        ("null", "a.json is empty"),
        ("", "a.json: not readable"),
        ("{", "a.json: not readable"),
        ("[" * DEEP, "a.json: not readable"),
        ('{"step2_ck": ' + "9" * 5000 + "}", "a.json: not readable|step2_ck is|group is missing"),
    ],
)
def test_a_bad_json_file_gets_one_sentence(tmp_path, text, message):
    with pytest.raises(InputError, match=message) as caught:
        read_applicant(write(tmp_path, text, "a.json"))
    assert len(str(caught.value).splitlines()) == 1


@pytest.mark.parametrize(
    ("name", "advice"),
    [("a.json", 'write {"group": "non-us-img"'), ("a.yml", "write lines such as")],
)
def test_a_bad_file_is_told_what_to_write_in_its_own_format(tmp_path, name, advice):
    with pytest.raises(InputError) as caught:
        read_applicant(write(tmp_path, "[1, 2]", name))
    assert caught.value.todo.startswith(advice)


@pytest.mark.parametrize("encoding", ["utf-16", "latin-1", "cp1252"])
def test_another_encoding_is_refused_not_guessed(tmp_path, encoding):
    path = write(tmp_path, GOOD + "label: Zoé\n", encoding=encoding)
    with pytest.raises(InputError, match="is not UTF-8; allowed: UTF-8 text; save it"):
        read_applicant(path)


def test_utf_16_without_a_mark_is_refused_too(tmp_path):
    with pytest.raises(InputError, match=r"applicant\.yml: not readable"):
        read_applicant(write(tmp_path, GOOD, encoding="utf-16-le"))


def test_a_huge_file_is_refused_before_it_is_parsed(tmp_path):
    with pytest.raises(InputError, match=r"larger than 65,536 bytes"):
        read_applicant(write(tmp_path, GOOD + "#" * 65536))


def test_a_file_of_exactly_the_largest_size_is_read(tmp_path):
    text = GOOD + "#" * (65536 - len(GOOD))
    assert read_applicant(write(tmp_path, text)).step2_ck == 242


def test_an_endless_file_is_not_read_to_its_end(tmp_path):
    link = tmp_path / "a.yml"
    link.symlink_to("/dev/zero")
    with pytest.raises(InputError, match=r"is a device"):
        read_applicant(link)


def test_a_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"none\.yml': No such file"):
        read_applicant(tmp_path / "none.yml")


def test_a_folder_is_no_file(tmp_path):
    folder = tmp_path / "a.yml"
    folder.mkdir()
    with pytest.raises(InputError, match=r"a\.yml' is a folder"):
        read_applicant(folder)


@pytest.mark.parametrize("name", ["a.txt", "a.toml", "a", "a.yml.bak"])
def test_an_unknown_kind_of_file_is_refused(tmp_path, name):
    with pytest.raises(InputError, match=r"unknown kind of file; allowed: \.yml, \.yaml or \.json"):
        read_applicant(write(tmp_path, GOOD, name))


def test_a_pipe_is_refused_at_once(tmp_path):
    path = tmp_path / "applicant.yml"
    os.mkfifo(path)
    said = []

    def read():
        with pytest.raises(InputError) as caught:
            read_applicant(path)
        said.append(str(caught.value))

    reader = threading.Thread(target=read, daemon=True)  # one that waits for ever is left behind
    reader.start()
    reader.join(30)
    assert "is a pipe" in said[0]
