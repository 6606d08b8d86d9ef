"""What means the same is taken and told; what is wrong or has two meanings is named."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from openpyxl.utils import get_column_letter

from imgstats.cohort.columns import match_columns
from imgstats.cohort.files.excel_out import sheet_bytes
from imgstats.cohort.reading import read_cohort
from imgstats.errors import InputError, did_you_mean
from imgstats.meanings import field_of, other_thing
from tests.cohort.messy import as_csv, as_xlsx

SHEETS = [("csv", as_csv, range(1, 801)), ("xlsx", as_xlsx, range(1, 201))]


@pytest.mark.slow
@pytest.mark.parametrize(("kind", "make", "numbers"), SHEETS, ids=[each[0] for each in SHEETS])
def test_every_value_is_read_right_or_its_cell_is_named(kind, make, numbers, tables, tmp_path):
    path, good, named = tmp_path / f"c.{kind}", 0, 0
    for number in numbers:
        data, rows = make(number)
        path.write_bytes(data)
        cohort = read_cohort(path, tables=tables)
        people = {each.id: each.applicant for each in cohort.rows}
        problems = {each.id: {one.column for one in each.problems} for each in cohort.bad}
        for row in rows:
            name = row["id"].value
            wrong = {field for field, cell in row.items() if cell.wrong}
            assert problems.get(name, set()) == wrong, (number, name)
            if not wrong:
                said = {field: getattr(people[name], field) for field in row if field != "id"}
                assert said == {f: cell.value for f, cell in row.items() if f != "id"}, number
            good, named = good + (not wrong), named + bool(wrong)
        assert len(people) + len(problems) == len(rows)
    assert good > len(numbers)  # so that the comparison is one
    assert named > len(numbers) / 4


def saved(path, text):
    path.write_text(text, encoding="utf-8")
    return path


def test_what_was_read_as_what_is_told(tmp_path):
    text = "ID,Group,Step 2 CK,USCE (months)\nA,Non-US IMG,242.0,3 months\nB,us-img,230,N/A\n"
    cohort = read_cohort(saved(tmp_path / "c.csv", text))
    assert cohort.read == (
        "'ID' as id",
        "'Group' as group",
        "'Step 2 CK' as step2_ck",
        "'USCE (months)' as usce_months",
        "group 'Non-US IMG' as non-us-img",
        "usce_months '3 months' as 3",
        "usce_months 'N/A' as nothing given",
    )
    assert cohort.rows[1].applicant.usce_months is None


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("Step 1", "another exam than Step 2 CK"),
        ("USMLE Step 3 score", "another exam than Step 2 CK"),
        ("COMLEX Level 2", "another exam than Step 2 CK"),
        ("Failed attempts", "failures are no attempts"),
        ("Number of failures", "failures are no attempts"),
        ("Interviews", r"did you mean ranks\?"),
        ("Visa", "no rate here goes by it"),
        ("Year of graduation", "no rate here goes by it"),
    ],
)
def test_another_thing_is_refused_by_name(header, said, tmp_path):
    assert field_of(header) is None
    path = saved(tmp_path / "c.csv", f"id,group,step2_ck,{header}\nA,us-img,242,1\n")
    with pytest.raises(InputError, match=said):
        read_cohort(path)


@pytest.mark.parametrize(
    ("name", "known", "guess"),
    [
        ("unmatched", ["matched", "not_matched"], "did you mean not_matched?"),
        ("notmatched", ["matched", "not_matched"], "did you mean not_matched?"),
        ("unmatchd", ["matched", "not_matched"], "did you mean not_matched?"),
        ("percent_matched", ["matched", "not_matched"], ""),
        ("match_rate", ["matched", "not_matched"], ""),
        ("match", ["matched", "not_matched"], "did you mean matched or not_matched?"),
        ("matchd", ["matched", "not_matched"], "did you mean matched?"),
        ("step1", ["step2_ck", "step2_ck_date"], ""),
        ("step3_ck", ["step2_ck"], ""),
        ("failed_attempts", ["attempts"], ""),
        ("img", ["us-img", "non-us-img"], "did you mean us-img or non-us-img?"),
        ("nonusimg", ["us-img", "non-us-img"], "did you mean non-us-img?"),
    ],
)
def test_a_guess_never_changes_a_meaning(name, known, guess):
    assert did_you_mean(name, known) == guess
    assert did_you_mean(name, known[::-1]).count("?") == guess.count("?")


def test_two_headers_of_one_meaning_are_both_named():
    with pytest.raises(InputError, match="step2_ck stands twice: 'step2_ck' and 'Step 2 CK'"):
        match_columns(["id", "group", "step2_ck", "Step 2 CK"])


def test_a_column_is_what_its_user_says(tmp_path):
    path = saved(tmp_path / "c.csv", "id,group,Result\nA,us-img,242\n")
    assert read_cohort(path, columns={"result": "step2_ck"}).rows[0].applicant.step2_ck == 242
    with pytest.raises(InputError, match="no column is named 'Score'; allowed: 'id', 'group'"):
        read_cohort(path, columns={"Score": "step2_ck"})
    with pytest.raises(InputError, match=r"--column names 'step2'; .*did you mean step2_ck"):
        read_cohort(path, columns={"Result": "step2"})
    with pytest.raises(InputError, match="stands twice: 'group' and 'Result'"):
        read_cohort(path, columns={"Result": "group"})


@pytest.mark.parametrize("title", ["Class of 2026,,", "Class of 2026", "Class of 2026;;"])
@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_title_above_the_header_is_named(title, separator, tmp_path):
    body = "ID,Group,Step 2 CK\nA,us-img,242\n".replace(",", separator)
    path = saved(tmp_path / "c.csv", f"{title}\n\n{body}")
    for ignore in (False, True):
        with pytest.raises(InputError, match=r"line 1 is a title: .* stand in line 3; .*delete"):
            read_cohort(path, ignore_columns=ignore)


@pytest.mark.parametrize("line", ["sep=;", '"sep=;"', "SEP=;"])
def test_excels_own_line_of_a_separator_is_obeyed(line, tmp_path):
    path = saved(tmp_path / "c.csv", f"{line}\nid;group;step2_ck\nA;us-img;abc\n")
    cohort = read_cohort(path)
    assert cohort.bad[0].line == 3


def book(**sheets: Any) -> Workbook:
    made = Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    return made


ROWS = [["ID", "Group", "Step 2 CK"], ["A", "US IMG", 242]]


def test_a_sheet_is_chosen_and_hidden_ones_are_passed_over(tmp_path):
    path = tmp_path / "c.xlsx"
    made = book(notes=[["x", "y"]], people=ROWS)
    made.save(path)
    with pytest.raises(InputError, match=r"2 sheets have content: .*--sheet 'notes'"):
        read_cohort(path)
    assert len(read_cohort(path, sheet="People").rows) == 1
    with pytest.raises(InputError, match=r"no sheet is named 'peple'; .*did you mean people"):
        read_cohort(path, sheet="peple")
    made["notes"].sheet_state = "hidden"
    made.save(path)
    assert len(read_cohort(path).rows) == 1
    (tmp_path / "c.csv").write_text("id,group,step2_ck\nA,us-img,242\n")
    with pytest.raises(InputError, match=r"a \.csv file has no sheets"):
        read_cohort(tmp_path / "c.csv", sheet="x")


def rezipped(data: bytes, change: Any) -> bytes:
    found = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(found, "w") as new:
        for each in old.infolist():
            new.writestr(each.filename, change(old.read(each)))
    return found.getvalue()


def test_a_strict_workbook_is_read(tmp_path):
    path = tmp_path / "c.xlsx"
    book(people=ROWS).save(path)

    def strict(data: bytes) -> bytes:
        return data.replace(
            b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
            b"http://purl.oclc.org/ooxml/spreadsheetml/main",
        ).replace(
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        )

    path.write_bytes(rezipped(path.read_bytes(), strict))
    assert [each.id for each in read_cohort(path).rows] == ["A"]


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("c.xlsx", OLD + b"\0" * 900 + "EncryptedPackage".encode("utf-16-le"), "password"),
        ("c.xlsx", OLD + b"\0" * 900 + "Workbook".encode("utf-16-le"), "Excel 97-2003"),
        ("c.xlsx", b"PK\x03\x04....mimetypeapplication/vnd.oasis.opendocument.sheet", "OpenDoc"),
        ("c.xlsx", b"id,group,step2_ck\nA,us-img,242\n", r"is text, .*rename it to \.csv"),
        ("c.xls", OLD, r"Excel 97-2003: save it as \.xlsx"),
        ("c.ods", b"PK", r"OpenDocument spreadsheet: save it as \.xlsx"),
    ],
)
def test_another_kind_of_workbook_is_named_for_what_it_is(name, data, said, tmp_path):
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(InputError, match=said):
        read_cohort(path)


def test_a_header_that_speaks_of_nothing_known_has_no_words():
    assert other_thing("shoe size") == ""


def test_every_column_of_a_wide_workbook_gets_its_width():
    header = ["x" * (12 + at % 3) for at in range(60)]
    sheet = load_workbook(io.BytesIO(sheet_bytes("s", header, [])))["s"]
    widths = [sheet.column_dimensions[get_column_letter(at)].width for at in range(1, 61)]
    assert widths == [len(each) + 2 for each in header]
