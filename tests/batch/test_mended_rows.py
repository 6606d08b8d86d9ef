"""A messy file of twelve: its bad rows come back as a workbook, are mended and read again."""

from __future__ import annotations

import csv
import io

import pytest
from openpyxl import load_workbook

from imgstats.batch.run import run_batch
from imgstats.cohort.bad_rows import bad_rows_csv, bad_rows_xlsx, with_mended
from imgstats.cohort.reading import read_cohort
from tests.batch.making import working

MESSY = """ID,Group,Step 2 CK,Attempts,USCE (months),Specialty
A-01,Non-US IMG,242,1,3 months,IM
A-02,non us img,238.0,,2,Internal Medicine
A-03,US IMG,251,1,N/A,Peds
A-04,IMG,240,1,2,IM
A-05,non-us-img,24,1,2,IM
A-06,non-us-img,245,0,2,IM
A-07,U.S. IMG,233,2,"2,5",Family Med
A-08,Non-US IMG,229,1,6 weeks,IM
A-09,non-us-img,236,1,4 mo,Cardiology
A-10,Non-US IMG,255,-,1,OB/GYN
=A-11,non-us-img,nope,1,1,IM
A-12,Non-US IMG,247,1,0,FM
"""
MENDED: dict[str, dict[str, object]] = {
    "A-04": {"group": "US IMG"},
    "A-05": {"step2_ck": 240},
    "A-06": {"attempts": 1},
    "A-07": {"usce_months": 2.5},
    "A-08": {"usce_months": 1.5},
    "A-09": {"specialty": "Neurology"},
    "=A-11": {"step2_ck": 250},
}


@pytest.fixture
def messy(tmp_path):
    path = tmp_path / "messy.csv"
    path.write_text(MESSY, encoding="utf-8")
    return path


def mend(path):
    """Mend a workbook as a person in a spreadsheet program does, and return what its notes said."""
    book = load_workbook(path)
    sheet = book.active
    header = [cell.value for cell in sheet[1]]
    notes = {}
    for row in sheet.iter_rows(min_row=2):
        name = row[header.index("id")].value
        notes[name] = [header[cell.column - 1] for cell in row if cell.comment is not None]
        for field, value in MENDED[name].items():
            row[header.index(field)].value = value
    book.save(path)
    return notes


def test_all_twelve_are_made_once_the_bad_rows_are_mended(messy, tmp_path):
    out = tmp_path / "out"
    first = run_batch(messy, out, opening=working())
    assert (first.made, len(first.bad)) == (5, 7)
    notes = mend(out / "bad_rows.xlsx")
    assert notes == {name: list(fields) for name, fields in MENDED.items()}
    again = run_batch(messy, out, resume=True, mended=out / "bad_rows.xlsx", opening=working())
    assert (again.made, again.kept, again.bad) == (7, 5, ())
    assert len(list((out / "reports").iterdir())) == 12
    assert not (out / "bad_rows.xlsx").exists()
    assert not (out / "bad_rows.csv").exists()


def test_a_row_that_is_bad_still_is_listed_again(messy, tmp_path):
    out = tmp_path / "out"
    run_batch(messy, out, opening=working())
    again = run_batch(messy, out, resume=True, mended=out / "bad_rows.csv", opening=working())
    assert (again.made, again.kept, len(again.bad)) == (0, 5, 7)


def test_a_mended_row_with_the_id_of_a_good_one_is_bad(messy, tmp_path):
    cohort = read_cohort(messy)
    other = tmp_path / "other.csv"
    other.write_text("id,group,step2_ck\nA-01,us-img,242\nA-20,us-img,242\n")
    found = with_mended(cohort, read_cohort(other))
    assert [row.id for row in found.rows][-1] == "A-20"
    assert [str(each) for each in found.bad] == [
        "line 2: id is 'A-01'; line 2 of the cohort has the same id; give each applicant their own"
    ]


def test_both_files_hold_each_cell_as_read_and_no_formula(messy):
    bad = read_cohort(messy).bad
    rows = list(csv.DictReader(io.StringIO(bad_rows_csv(bad).decode("utf-8-sig"), newline="")))
    assert rows[1]["step2_ck"] == "24"
    assert rows[1]["problem"].startswith("line 6: step2_ck is '24'; allowed")
    assert rows[-1]["id"] == "'=A-11"
    sheet = load_workbook(io.BytesIO(bad_rows_xlsx(bad))).active
    kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
    assert kinds <= {"s", "n"}
    assert sheet["A8"].value == "=A-11"
