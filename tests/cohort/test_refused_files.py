"""What is no cohort file, in plain words: one line, the file named once."""

from __future__ import annotations

import os
import threading

import pyarrow as pa
import pytest

from imgstats.cohort import reading
from imgstats.cohort.files import kinds
from imgstats.cohort.reading import read_cohort
from imgstats.errors import InputError
from tests.cohort.files import FULL, HEADER, PEOPLE, columnar, csv_text, row_of, sheet


@pytest.fixture
def saved(tmp_path):
    """Return a function that writes bytes or text to a file of a name."""

    def save(content, name="cohort.csv"):
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return save


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "the file is empty; allowed: a header"),
        (b"\n\nid,group,step2_ck\n", "the first line is empty"),
        (b"id,group,step2_ck\n", "the file has no rows; allowed: a header and at least one row"),
        (b"id,group,step2_ck\n,,\n\n", "the file has no rows"),
        (b"id,group\nA,us-img\n", "the header has no column step2_ck"),
        (b"id,group,step2_sk\n", r"unknown column 'step2_sk' \(did you mean step2_ck\?\)"),
        (b"id,group,step2_ck,id\nA,us-img,242,B\n", "column id stands twice"),
        (b"id,group,step2_ck\nA,us-img,242\nB\xff,us-img,242\n", "line 3: byte 0xff is not UTF-8"),
        (b"id,group,step2_ck\xe9\n", "line 1: byte 0xe9 is not UTF-8"),
        (b"id,gr\0oup,step2_ck\n", "the first line holds a NUL byte"),
        (b'id,group,step2_ck\nA,us-img,"242\nB,us-img,242\n', "line 2: a quote is not closed"),
        (b'id,group,step2_ck\nA,us-img,"2"42\n', "line 2: .* allowed: CSV"),
        ("id,group,step2_ck\n".encode("utf-32"), "the file is UTF-32"),
        (csv_text([HEADER]).encode("utf-16") + b"\x00", "is not utf-16"),
        (b"x" * 70_000 + b"\n", "the first line has more than 65,536 characters"),
        (b"PK\x03\x04" + bytes(range(256)), "first line holds a NUL|not UTF-8|unknown column"),
    ],
)
def test_a_broken_csv_file_is_refused(saved, content, message):
    with pytest.raises(InputError, match=message) as caught:
        read_cohort(saved(content))
    assert str(caught.value).count("cohort.csv") <= 1


def test_unknown_columns_are_passed_over_where_asked(saved):
    path = saved("id,group,step2_ck,shoe size\nA,us-img,242,44\n")
    with pytest.raises(InputError, match=r"unknown column 'shoe size'.*--ignore-columns"):
        read_cohort(path)
    cohort = read_cohort(path, ignore_columns=True)
    assert (cohort.ignored, len(cohort.rows)) == (("shoe size",), 1)


@pytest.mark.parametrize("name", ["cohort.xls", "cohort", "cohort.csv.gz", ".csv"])
def test_another_kind_of_file_is_refused(saved, name):
    path = saved("id,group,step2_ck\nA,us-img,242\n", name)
    with pytest.raises(InputError, match=r"unknown kind of file; allowed: \.csv, \.xlsx or \.par"):
        read_cohort(path)


def test_a_folder_is_refused(tmp_path):
    (tmp_path / "cohort.csv").mkdir()
    with pytest.raises(InputError, match=r"^'.*cohort\.csv' is a folder; allowed: a \.csv"):
        read_cohort(tmp_path / "cohort.csv")


def test_a_file_that_is_not_there_is_named_once(tmp_path):
    with pytest.raises(InputError, match=r"cohort\.csv': No such file or directory") as caught:
        read_cohort(tmp_path / "cohort.csv")
    assert str(caught.value).count("cohort.csv") == 1


def test_a_name_that_no_file_can_have_is_refused():
    with pytest.raises(InputError, match=r"null byte|null character"):
        read_cohort("a\0.csv")


def test_a_pipe_is_refused_without_waiting(tmp_path):
    os.mkfifo(tmp_path / "cohort.csv")
    caught = []

    def read():
        with pytest.raises(InputError, match="is a pipe") as found:
            read_cohort(tmp_path / "cohort.csv")
        caught.append(found)

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    thread.join(60)
    assert caught


def test_a_device_is_refused(tmp_path):
    (tmp_path / "cohort.csv").symlink_to("/dev/zero")
    with pytest.raises(InputError, match="is a device"):
        read_cohort(tmp_path / "cohort.csv")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read anything")
def test_a_file_that_may_not_be_read_is_refused(saved):
    path = saved("id\n")
    path.chmod(0)
    with pytest.raises(InputError, match="Permission denied"):
        read_cohort(path)


def test_a_file_that_the_system_does_not_let_be_read_is_refused(saved, monkeypatch):
    path = saved("id\n")

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    with pytest.raises(InputError, match=r"cohort\.csv': Permission denied; allowed: a \.csv"):
        read_cohort(path)


def test_a_link_to_a_file_is_read(saved, tmp_path):
    (tmp_path / "link.csv").symlink_to(saved("id,group,step2_ck\nA,us-img,242\n"))
    assert len(read_cohort(tmp_path / "link.csv").rows) == 1


def test_a_file_with_too_many_bytes_is_refused(tmp_path):
    path = tmp_path / "cohort.csv"
    with path.open("wb") as stream:
        stream.truncate(kinds.MOST_BYTES + 1)
    with pytest.raises(InputError, match=r"larger than 268,435,456 bytes; allowed: up to 256 MiB"):
        read_cohort(path)


def test_a_file_with_too_many_rows_is_refused(saved, monkeypatch):
    monkeypatch.setattr(reading, "MOST_ROWS", 1)
    with pytest.raises(InputError, match=r"more than 1 rows; allowed: .*`imgstats score`"):
        read_cohort(saved(row_of()))


@pytest.mark.parametrize("name", ["cohort.xlsx", "cohort.parquet"])
@pytest.mark.parametrize("content", [b"", b"id,group\n", b"PK\x03\x04", b"PAR1" + b"\0" * 64])
def test_what_only_has_the_name_is_refused(saved, content, name):
    with pytest.raises(
        InputError, match=r"the file is (no readable \.|text, and no \.xlsx)"
    ) as caught:
        read_cohort(saved(content, name))
    assert str(caught.value).startswith(f"{name}: ")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("part", [0.3, 0.6, 0.95])
@pytest.mark.parametrize("name", ["cohort.xlsx", "cohort.parquet"])
def test_half_a_file_is_refused(saved, name, part):
    whole = sheet([FULL, *PEOPLE]) if name.endswith("xlsx") else columnar(PEOPLE)
    with pytest.raises(InputError, match="no readable"):
        read_cohort(saved(whole[: int(len(whole) * part)], name))


def test_a_parquet_file_with_a_broken_page_is_refused(saved):
    whole = bytearray(columnar(PEOPLE))
    whole[4:300] = b"\xff" * 296
    with pytest.raises(InputError, match=r"no readable \.parquet"):
        read_cohort(saved(bytes(whole), "cohort.parquet"))


def test_a_parquet_time_that_no_calendar_has_is_refused(saved):
    content = columnar([["A", "us-img", 242, 2**62]], [*HEADER, "step2_ck_date"],
                       {"step2_ck_date": pa.timestamp("us")})  # fmt: skip
    with pytest.raises(InputError, match=r"no readable \.parquet"):
        read_cohort(saved(content, "cohort.parquet"))


def test_two_sheets_with_content_are_refused(saved):
    content = sheet([HEADER, ["A", "us-img", 242]], [["notes"]])
    with pytest.raises(InputError, match="2 sheets have content: 'Sheet', 'Sheet1'; allowed: one"):
        read_cohort(saved(content, "cohort.xlsx"))


@pytest.mark.parametrize("rows", [[], [HEADER]], ids=["nothing", "header"])
def test_a_sheet_without_rows_is_refused(saved, rows):
    with pytest.raises(InputError, match="the file has no rows"):
        read_cohort(saved(sheet(rows), "cohort.xlsx"))


def test_a_parquet_file_without_rows_is_refused(saved):
    with pytest.raises(InputError, match="the file has no rows"):
        read_cohort(saved(columnar([], HEADER), "cohort.parquet"))


def test_a_formula_that_was_never_calculated_is_refused(saved):
    content = sheet([HEADER, ["A", "us-img", "=200+42"]])
    with pytest.raises(InputError, match="formulas that were never calculated"):
        read_cohort(saved(content, "cohort.xlsx"))
