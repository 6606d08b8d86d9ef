"""Workbooks that unpack to far more than they are, or that declare entities: refused at once."""

from __future__ import annotations

import io
import itertools
import json
import os
import struct
import subprocess
import sys
import zipfile

import pytest

from imgstats.cohort.reading import read_cohort
from imgstats.errors import InputError
from imgstats.files.workbooks import scan
from tests.cohort.files import HEADER, sheet
from tests.patience import PATIENCE

SHEET = "xl/worksheets/sheet1.xml"
STRINGS = "xl/sharedStrings.xml"
MIB = 1024**2
# Reads a workbook in a process of its own, and says what it cost: MiB at the most. The system ends
# it where it works for minutes.
_READ = """
import json, resource, sys
import openpyxl
from imgstats.cohort.reading import read_cohort
from imgstats.errors import InputError
resource.setrlimit(resource.RLIMIT_CPU, (60, 60))
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    read_cohort(sys.argv[1])
except InputError as e:
    said = str(e)
else:
    said = ""
more = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
print(json.dumps([said, more]))
"""
LAUGHS = (
    "<!DOCTYPE lolz [<!ENTITY a0 'lol'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)


@pytest.fixture
def workbook(tmp_path):
    """Return a function that writes a small workbook of which some parts are others.

    A part is given as a function from its bytes to pieces, so that no bomb lies in memory whole.
    """

    def write(parts):
        path = tmp_path / "cohort.xlsx"
        whole = zipfile.ZipFile(io.BytesIO(sheet([HEADER, ["A", "us-img", 242]])))
        content = {name: whole.read(name) for name in whole.namelist()} | dict.fromkeys(
            set(parts) - set(whole.namelist()), b""
        )
        with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in content.items():
                with archive.open(name, "w") as part:
                    part.writelines(parts.get(name, lambda data: [data])(data))
        return path

    return write


def read_apart(path, first="", **environment):
    """Return what a process of its own says of a workbook, and its MiB.

    Parameters
    ----------
    path : pathlib.Path
        The workbook.
    first : str
        What the process does first.
    **environment : str
        Variables of its own.
    """
    done = subprocess.run(
        [sys.executable, "-c", first + _READ, path],
        capture_output=True,
        text=True,
        check=True,
        timeout=PATIENCE,
        env={**os.environ, **environment},
    )
    return json.loads(done.stdout)


def _times(piece, count):
    """Yield a piece so many times, many at once."""
    at_once = MIB // len(piece) + 1
    yield from itertools.repeat(piece * at_once, count // at_once)
    yield piece * (count % at_once)


def _before_end(end, piece, count=1, opening=b"", closing=b""):
    def change(data):
        before, _, after = data.partition(end)
        return itertools.chain([before, opening], _times(piece, count), [closing, end, after])

    return change


# --- far larger inside than outside


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "change", "words"),
    [
        (SHEET, _before_end(b"</sheetData>", b" ", 300 * MIB), "unpacks to 314,5"),
        (
            SHEET,
            _before_end(b"</sheetData>", b"<c/>", 10 * MIB, b"<row>", b"</row>"),
            "more than 500,000 tags outside rows, or in one",
        ),
        (SHEET, _before_end(b"</sheetData>", b"<x/>", 10 * MIB), "more than 500,000 tags"),
        ("xl/styles.xml", _before_end(b"</cellXfs>", b"<xf/>", 10 * MIB), "more than 500,000"),
        (
            STRINGS,
            lambda _: itertools.chain([b"<sst>"], _times(b"<si/>", 10 * MIB)),
            "more than 5,000,000 tags",
        ),
    ],
    ids=["blanks", "cells", "no-rows", "styles", "strings"],
)
def test_a_zip_bomb_is_refused_in_little_memory_and_time(workbook, name, change, words):
    path = workbook({name: change})
    assert path.stat().st_size < MIB
    said, more = read_apart(path)
    assert said.startswith("cohort.xlsx: ")
    assert words in said
    assert "save the sheet as .csv" in said
    assert more < 100


def test_rows_without_end_are_refused(workbook, monkeypatch):
    monkeypatch.setattr(scan, "_MOST_IN_SHEET", 10_000)
    path = workbook({SHEET: _before_end(b"</sheetData>", b"<row></row>", 5_000)})
    with pytest.raises(InputError, match="more than 10,000 tags; allowed"):
        read_cohort(path)


@pytest.mark.parametrize("apart", ["<!--", "<![CDATA[", "<?x "])
def test_what_only_looks_like_a_row_is_none(workbook, monkeypatch, apart):
    monkeypatch.setattr(scan, "_MOST_AT_ONCE", 5_000)
    monkeypatch.setattr(scan, "_CHUNK", 1_000)
    ends = {"<!--": "-->", "<![CDATA[": "]]>", "<?x ": "?>"}
    cheat = (b"<c/>" * 200 + f"{apart}<row {ends[apart]}".encode()) * 100
    path = workbook({SHEET: _before_end(b"</sheetData>", b"<row>" + cheat + b"</row>")})
    with pytest.raises(InputError, match="more than 5,000 tags outside rows, or in one"):
        read_cohort(path)


@pytest.mark.parametrize("prefix", [b"", b"x:"])
def test_many_plain_rows_are_no_bomb(workbook, monkeypatch, prefix):
    monkeypatch.setattr(scan, "_MOST_AT_ONCE", 2_000)
    monkeypatch.setattr(scan, "_CHUNK", 1_000)
    row = b"<%srow><%sc/><%sc/></%srow>" % ((prefix,) * 4)
    filling = row * 2_000
    if prefix:
        filling = filling.replace(b"<x:row>", b"<x:row xmlns:x='http://schemas.openxmlformats.org/"
                                  b"spreadsheetml/2006/main'>")  # fmt: skip
    cohort = read_cohort(workbook({SHEET: _before_end(b"</sheetData>", filling)}))
    assert [each.id for each in cohort.rows] == ["A"]


def test_a_part_that_says_less_than_it_holds_is_refused(workbook):
    path = workbook({SHEET: _before_end(b"</sheetData>", b" ", MIB)})
    data = bytearray(path.read_bytes())
    with zipfile.ZipFile(path) as archive:
        real = struct.pack("<I", archive.getinfo(SHEET).file_size)
    assert data.count(real) >= 1
    path.write_bytes(data.replace(real, struct.pack("<I", 500)))
    with pytest.raises(InputError, match=r"no readable \.xlsx"):
        read_cohort(path)


# --- entities


def _laughing(end):
    """Put a declaration before the first element, and its last entity into a cell."""

    def change(data):
        start = data.index(b"<", data.index(b"?>") if data.startswith(b"<?xml") else 0)
        row = b'<row><c t="inlineStr"><is><t>&a11;</t></is></c></row>'
        rest = data[start:].replace(b"</sheetData>", row + b"</sheetData>")
        return [data[:start] + end(LAUGHS.encode()) + rest]

    return change


def _in_utf_16(data):
    text = b"".join(_laughing(lambda laughs: laughs)(data)).decode()
    if text.startswith("<?xml"):
        text = "<?xml version='1.0' encoding='UTF-16'?>" + text.partition("?>")[2]
    return [text.encode("utf-16")]


LAUGHING = {
    "at-once": _laughing(lambda laughs: laughs),
    "late": _laughing(lambda laughs: b"<!--" + b" " * 2 * MIB + b"-->" + laughs),
    "utf-16": _in_utf_16,
}


@pytest.mark.slow
@pytest.mark.parametrize("change", LAUGHING.values(), ids=LAUGHING)
def test_entities_are_refused_before_anything_parses_them(workbook, change):
    said, more = read_apart(workbook({SHEET: change}))
    assert said.startswith("cohort.xlsx: the .xlsx declares XML entities; allowed: ")
    assert more < 100


@pytest.mark.slow
@pytest.mark.parametrize("guard", ["True", "False"])
def test_a_parser_that_meets_entities_refuses_them_too(workbook, guard):
    """Whether openpyxl's own guard is there or the parser's limit alone has to hold."""
    path = workbook({SHEET: LAUGHING["at-once"]})
    unseen = "from imgstats.files.workbooks import sheets; sheets.refuse_dangerous = id"
    said, more = read_apart(path, unseen, OPENPYXL_DEFUSEDXML=guard)
    assert said.startswith("cohort.xlsx: the file is no readable .xlsx (")
    assert more < 200


def test_cells_that_never_end_take_no_time():
    # A pattern that goes back over what it read would take hours for these.
    assert scan._NEVER_COUNTED.search(b"<c " * 300_000) is None
    never = b'<c r="A1"><f>1+1</f></c>'
    assert scan._NEVER_COUNTED.search(b"<c " * 300_000 + never)
