"""Small cohort files of each kind, for the tests of reading."""

from __future__ import annotations

import csv
import io
from datetime import date

import openpyxl
import pyarrow as pa
from pyarrow import parquet

HEADER = ["id", "group", "step2_ck"]
FULL = ["id", "group", "step2_ck", "step2_ck_date", "attempts", "usce_months", "specialty", "label"]
PEOPLE = [
    ["A-01", "non-us-img", 242, date(2025, 8, 1), 1, 2.5, "Internal Medicine", "Zoé, M. D."],
    ["A-02", "us_img", 230, None, None, None, None, None],
    [None] * len(FULL),
    ["A-03", "us-img", 301, None, 0, None, None, None],
    ["مريم; 👩‍⚕️", "NON-US-IMG", 255, None, None, 3, "Dermatology", 'the "best"'],
]


def csv_text(rows, separator=",", end="\n"):
    stream = io.StringIO()
    csv.writer(stream, delimiter=separator, lineterminator=end).writerows(rows)
    return stream.getvalue()


def sheet(rows, *more_sheets):
    book = openpyxl.Workbook()
    for each in (rows, *more_sheets):
        page = book.active if each is rows else book.create_sheet()
        for row in each:
            page.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def columnar(rows, names=FULL, types=None):
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = [pa.array(list(each), type=(types or {}).get(name)) for name, each
              in zip(names, columns, strict=True)]  # fmt: skip
    stream = io.BytesIO()
    parquet.write_table(pa.Table.from_arrays(arrays, names=list(names)), stream)
    return stream.getvalue()


def row_of(identity="A-01", group="us-img", score="242"):
    return csv_text([HEADER, [identity, group, score], ["B", "us-img", "230"]])
