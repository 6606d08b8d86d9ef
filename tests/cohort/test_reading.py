"""A cohort file of any kind gives the same rows, and a hostile one spoils its own rows only."""

from __future__ import annotations

import io
from datetime import date, datetime

import openpyxl
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imgstats import Applicant
from imgstats.applicant import GROUPS
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


# --- the same content in any kind of file


@pytest.mark.parametrize(
    ("content", "name"),
    [
        (csv_text([FULL, *PEOPLE]), "cohort.csv"),
        (csv_text([FULL, *PEOPLE], end="\r\n").encode("utf-8-sig"), "cohort.CSV"),
        (csv_text([FULL, *PEOPLE], end="\r"), "cohort.csv"),
        (csv_text([FULL, *PEOPLE], ";"), "cohort.csv"),
        (csv_text([FULL, *PEOPLE], "\t"), "cohort.csv"),
        (csv_text([FULL, *PEOPLE]).encode("utf-16"), "cohort.csv"),
        (b"\xfe\xff" + csv_text([FULL, *PEOPLE], ";").encode("utf-16-be"), "cohort.csv"),
        (sheet([FULL, *PEOPLE]), "cohort.xlsx"),
        (sheet([FULL, *PEOPLE], []), "cohort.xlsx"),
        (columnar(PEOPLE), "cohort.parquet"),
    ],
    ids=["csv", "bom", "cr", "semicolon", "tab", "utf-16", "utf-16-be", "xlsx", "empty-sheet",
         "parquet"],
)  # fmt: skip
def test_the_same_content_gives_the_same_cohort(saved, content, name):
    cohort = read_cohort(saved(content, name))
    assert [(each.line, each.id) for each in cohort.rows] == [
        (2, "A-01"), (3, "A-02"), (6, "مريم; 👩‍⚕️")]  # fmt: skip
    assert cohort.rows[0].applicant == Applicant(
        group="non_us_img", step2_ck=242, step2_ck_date=date(2025, 8, 1), attempts=1,
        usce_months=2.5, label="Zoé, M. D.")  # fmt: skip
    assert cohort.rows[1].applicant == Applicant(group="us_img", step2_ck=230)
    assert cohort.rows[2].applicant.label == 'the "best"'
    (bad,) = cohort.bad
    assert (bad.line, bad.id) == (5, "A-03")
    assert [each.column for each in bad.problems] == ["step2_ck", "attempts"]
    assert cohort.ignored == ()


VALUES = {
    "group": st.sampled_from([*GROUPS, "us-img", "US-IMG", "img", ""]),
    "step2_ck": st.sampled_from(["242", "0", "1", "300", "301", "2e2", "nan", " 250 ", "", "1_0"]),
    "attempts": st.sampled_from(["", "1", "0", "999", "1000", "1.0", "True"]),
    "usce_months": st.sampled_from(["", "2.5", "600", "601", "-1", "inf", ".5"]),
    "label": st.text(st.characters(codec="utf-8"), max_size=8),
}


@settings(max_examples=25)
@given(people=st.lists(st.fixed_dictionaries(VALUES), min_size=1, max_size=6))
def test_each_row_is_what_applicant_says_of_it(people, tmp_path_factory, tables):
    path = tmp_path_factory.mktemp("any") / "cohort.csv"
    rows = [[f"P{at}", *(each[name] for name in VALUES)] for at, each in enumerate(people)]
    path.write_bytes(csv_text([["id", *VALUES], *rows], end="\r\n").encode())
    cohort = read_cohort(path, tables=tables)
    good = {each.id: each.applicant for each in cohort.rows}
    bad = {each.id: each for each in cohort.bad}
    assert set(good) | set(bad) == {row[0] for row in rows}
    for at, each in enumerate(people):
        given_values = {name: text for name, text in each.items() if text.strip()}
        try:
            wanted = Applicant.parse(given_values)
        except InputError:
            assert f"P{at}" not in good
            assert bad[f"P{at}"].problems
        else:
            assert good[f"P{at}"] == wanted


# --- lines, empty rows, problems


def test_lines_are_those_that_an_editor_shows(saved):
    text = 'id,group,step2_ck,label\n\nA,us-img,242,"two\nlines"\n,,,\nB,us-img,242,\n\n\nC,x,1,\n'
    cohort = read_cohort(saved(text))
    assert [(each.line, each.id) for each in cohort.rows] == [(3, "A"), (6, "B")]
    assert [each.line for each in cohort.bad] == [9]
    assert cohort.rows[0].applicant.label == "two lines"


def test_rows_of_a_sheet_are_numbered_as_excel_does(saved):
    book = openpyxl.Workbook()
    for at, row in ((1, HEADER), (2, ["A", "us-img", 242]), (7, ["B", "us-img", "abc"])):
        for column, value in enumerate(row, 1):
            book.active.cell(at, column, value)
    stream = io.BytesIO()
    book.save(stream)
    cohort = read_cohort(saved(stream.getvalue(), "cohort.xlsx"))
    assert [each.line for each in cohort.rows] == [2]
    assert [each.line for each in cohort.bad] == [7]


def test_all_problems_of_a_row_are_listed_in_order(saved):
    text = "id,attempts,group,step2_ck\n,0,img,abc\nA,1,us-img,242\n"
    (bad,) = read_cohort(saved(text)).bad
    assert [each.column for each in bad.problems] == ["id", "group", "step2_ck", "attempts"]
    assert str(bad).startswith("line 2: id is missing; ")
    assert "\n" not in str(bad)


def test_a_row_with_too_few_or_too_many_cells_is_bad(saved):
    text = "id,group,step2_ck\nA,us-img\nB,us-img,1,000\nC,us-img,242,,\nD,us-img,242\n"
    cohort = read_cohort(saved(text))
    assert [each.id for each in cohort.rows] == ["C", "D"]
    assert [str(each.problems[0]).split(";")[0] for each in cohort.bad] == [
        "the row has 2 cells", "the row has 4 cells"]  # fmt: skip


def test_the_later_of_two_rows_with_one_id_is_bad(saved):
    text = csv_text([HEADER, *([each, "us-img", 242] for each in ("A", "B", " A ", "a"))])
    cohort = read_cohort(saved(text))
    assert [each.id for each in cohort.rows] == ["A", "B", "a"]
    assert str(cohort.bad[0]) == (
        "line 4: id is 'A'; line 2 has the same id; give each applicant their own"
    )


def test_an_id_of_a_bad_row_is_taken_as_well(saved):
    text = csv_text([HEADER, ["A", "us-img", "abc"], ["A", "us-img", 242], ["B", "us-img", 242]])
    cohort = read_cohort(saved(text))
    assert [each.line for each in cohort.bad] == [2, 3]


def test_ids_as_numbers_are_their_plain_text(saved):
    rows = [[1, "us-img", 242], [2.0, "us-img", 242], ["3", "us-img", 242]]
    assert [each.id for each in read_cohort(saved(sheet([HEADER, *rows]), "c.xlsx")).rows] == [
        "1", "2", "3"]  # fmt: skip
    numbers = columnar([[1, "us-img", 242], [2, "us-img", 242]], HEADER, {"id": pa.float64()})
    assert [each.id for each in read_cohort(saved(numbers, "c.parquet")).rows] == ["1", "2"]


def test_labels_as_numbers_are_their_plain_text(saved):
    rows = [["A", "us-img", 242, 12], ["B", "us-img", 242, 7.5], ["C", "us-img", 242, "x"]]
    for content, name in (
        (sheet([[*HEADER, "label"], *rows]), "c.xlsx"),
        (columnar(rows[:2], [*HEADER, "label"], {"label": pa.float64()}), "c.parquet"),
    ):
        cohort = read_cohort(saved(content, name))
        assert cohort.bad == ()
        assert [each.applicant.label for each in cohort.rows[:2]] == ["12", "7.5"]


def test_excels_midnight_is_a_day_and_another_hour_is_not(saved):
    rows = [[f"A{hour}", "us-img", 242, datetime(2025, 8, 1, hour)] for hour in (0, 9)]  # noqa: DTZ001
    content = sheet([[*HEADER, "step2_ck_date"], *rows])
    cohort = read_cohort(saved(content, "cohort.xlsx"))
    assert cohort.rows[0].applicant.step2_ck_date == date(2025, 8, 1)
    assert [each.id for each in cohort.bad] == ["A9"]


@pytest.mark.parametrize(
    "value", ["1_000", "nan", "2e2", "True", "1e400", "0x10", "\uff12\uff14\uff12"]
)
def test_a_number_has_to_be_written_plainly(saved, value):
    cohort = read_cohort(saved(row_of(score=value)))
    assert [each.id for each in cohort.rows] == ["B"]
    assert [each.column for each in cohort.bad[0].problems] == ["step2_ck"]


def test_truth_in_a_sheet_is_no_number(saved):
    content = sheet([[*HEADER, "attempts"], ["A", "us-img", 242, True], ["B", "us-img", 242, 1]])
    cohort = read_cohort(saved(content, "cohort.xlsx"))
    assert [each.id for each in cohort.rows] == ["B"]
    assert str(cohort.bad[0].problems[0]).startswith("attempts is True; allowed: a whole number")


# --- hostile cells


@pytest.mark.parametrize(
    "identity",
    ["<img src=x onerror=alert(1)>", "../../etc/x", "=cmd|'/C calc'!A0", "...", "👩‍⚕️", "مريم",
     "{{ 7*7 }}", "A" * 200, "-", "con"],
)  # fmt: skip
def test_odd_ids_are_text_and_nothing_more(saved, identity):
    cohort = read_cohort(saved(row_of(identity)))
    assert [each.id for each in cohort.rows] == [identity, "B"]


@pytest.mark.parametrize("identity", ["a\0b", "a\u202eb", "\x1b[2J", "x" * 1_000_000, "\ufeff"])
def test_an_id_that_cannot_be_shown_spoils_its_own_row(saved, identity):
    cohort = read_cohort(saved(row_of(identity)))
    assert [each.id for each in cohort.rows] == ["B"]
    (bad,) = cohort.bad
    assert [each.column for each in bad.problems] == ["id"]
    assert bad.id.isprintable()
    assert len(bad.id) < 100
    assert str(bad).isprintable()
    assert len(str(bad)) < 400


@pytest.mark.parametrize("column", ["group", "step2_ck", "attempts", "usce_months", "ranks",
                                    "step2_ck_date", "specialty", "label"])  # fmt: skip
@pytest.mark.parametrize("cell", ["\x1b[2J\0", "x" * 1_000_000], ids=["control", "long"])
def test_a_hostile_cell_spoils_its_own_row(saved, column, cell):
    values = {"id": "A", "group": "us-img", "step2_ck": "242", column: cell}
    names = list(values)
    good = [{"id": "B", "group": "us-img", "step2_ck": "230"}.get(name, "") for name in names]
    cohort = read_cohort(saved(csv_text([names, list(values.values()), good])))
    assert [each.id for each in cohort.rows] == ["B"]
    assert [each.column for each in cohort.bad[0].problems] == [column]
    assert str(cohort.bad[0]).isprintable()
    assert len(str(cohort.bad[0])) < 400


def test_a_label_may_hold_markup_and_formulas_as_text(saved):
    label = "<img src=x onerror=alert(1)>=cmd|x"
    rows = [[*HEADER, "label"], ["A", "us-img", 242, label]]
    assert read_cohort(saved(csv_text(rows))).rows[0].applicant.label == label


def test_a_list_in_a_parquet_cell_spoils_its_own_row(saved):
    content = columnar([["A", "us-img", 242, [1]], ["B", "us-img", 242, None]],
                       [*HEADER, "attempts"])  # fmt: skip
    cohort = read_cohort(saved(content, "cohort.parquet"))
    assert [each.id for each in cohort.rows] == ["B"]
    assert str(cohort.bad[0].problems[0]).startswith("attempts is [1]; allowed: a whole number")
