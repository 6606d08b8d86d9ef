"""Cells that somebody chose to do harm with, and cohorts of them as each kind of file."""

from __future__ import annotations

import openpyxl
import pyarrow as pa
from pyarrow import parquet

from tests.batch.making import FIELDS, write_cohort

MARK = "__hacked"
MARKUP = f"<img src=x onerror=window.{MARK}=1>"
SCRIPT = f"'\"></script></title><script>window.{MARK}=1</script>"
# What any cell may hold: it is text and nothing else.
HARMLESS = (
    MARKUP,
    SCRIPT,
    "../../etc/x",
    '=HYPERLINK("http://x","y")',
    "@SUM(A1)",
    "+1",
    "-2",
    "👩‍⚕️",
    "مريم",
    ".",
    "..",
    "CON",
    "{{ 7*7 }}",
    "two\nlines",
    "Zoe\u0301",
    "l" * 200,
)
CONTROLS = ("nu\0l", "\x1b[31mred\x07")
# What no cell may hold.
REFUSED = (
    "x" * 2**20,
    "abc\u202egnp.exe",
    "\x9b31m",
    "tag\U000e0041",
    "m" * 201,
    *CONTROLS,
)
SAME = ("Zo\u00e9", "twice", "twice")  # the first is as HARMLESS has it, in other code points


def cells(kind):
    """Return what is harmless and what is refused among that which a kind of file can hold."""
    refused = [each for each in REFUSED if kind != ".xlsx" or each not in CONTROLS]
    return list(HARMLESS), refused


def folded(text):
    """Return an id or label as a page shows it."""
    return " ".join(text.split())


def hostile_rows(kind):
    """Return rows with each cell as an id, and as the label of a plain id."""
    texts = [each for group in cells(kind) for each in group]
    ids = [(text, "non-us-img", 230, "plain") for text in (*texts, *SAME)]
    labels = [(f"L-{at}", "non-us-img", 230, text) for at, text in enumerate(texts)]
    return [*ids, *labels]


def write_hostile(path, rows):
    """Write rows as the kind of file that the path's ending says."""
    if path.suffix == ".csv":
        return write_cohort(path, rows)
    if path.suffix == ".xlsx":
        return _write_sheet(path, rows)
    columns = dict(zip(FIELDS, map(list, zip(*rows, strict=True)), strict=True))
    parquet.write_table(pa.table(columns), path)
    return path


def _write_sheet(path, rows):
    book = openpyxl.Workbook()
    for at, row in enumerate((FIELDS, *rows), start=1):
        for column, value in enumerate(row, start=1):
            cell = book.active.cell(at, column, value)
            if isinstance(value, str):
                cell.data_type = "s"  # a text that begins like a formula is none
    book.save(path)
    return path
