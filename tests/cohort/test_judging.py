"""Single cells: what they say, what is refused, and that this is what `Applicant` says."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest

from imgstats import Applicant
from imgstats.cohort.judging import Judge, same_id
from imgstats.errors import InputError

NAMES = ["Internal Medicine", "Emergency Medicine"]


@pytest.fixture
def judge():
    return Judge(NAMES)


def _one(judge, column, cell):
    (found,) = judge.cells(column, [cell])
    return found


@pytest.mark.parametrize("cell", [None, "", "  ", "\t", float("nan"), b"", Decimal("nan")])
def test_nothing_given_is_missing_where_needed_and_else_none(judge, cell):
    assert str(_one(judge, "step2_ck", cell).problem).startswith("step2_ck is missing; allowed: a")
    assert str(_one(judge, "id", cell).problem).startswith("id is missing; allowed: 1 to 200")
    found = _one(judge, "attempts", cell)
    assert (found.value, found.problem) == (None, None)


@pytest.mark.parametrize("cell", ["242", " 242 ", 242, 242.0, Decimal(242), b"242", "+242"])
def test_a_score_is_read_as_any_file_holds_it(judge, cell):
    found = _one(judge, "step2_ck", cell)
    assert (found.value, found.problem) == (242, None)
    assert type(found.value) is int


@pytest.mark.parametrize(
    "cell",
    ["1_000", "2e2", "True", True, "242.5", 242.5, "nan", "inf", float("inf"), "0", 301, "٢٤٢",
     [242], {"a": 1}, date(2025, 1, 1), time(1, 2), b"\xff", "24\0002", "1,000", Decimal("inf")],
    ids=repr,
)  # fmt: skip
def test_what_is_no_plain_score_is_refused(judge, cell):
    found = _one(judge, "step2_ck", cell)
    assert found.value is None
    assert str(found.problem).startswith("step2_ck is ")
    assert "allowed: a whole number from 100 to 300" in str(found.problem)


def test_equal_cells_of_other_types_are_not_one(judge):
    found = judge.cells("attempts", [1, True, 1.0, "1"])
    assert [each.value for each in found] == [1, None, 1, 1]
    assert found[1].problem.value == "True"


@pytest.mark.parametrize(
    "cell",
    ["2025-08-01", date(2025, 8, 1), datetime(2025, 8, 1), " 2025-08-01 "],  # noqa: DTZ001
)
def test_a_day_is_read_and_excels_midnight_is_one(judge, cell):
    assert _one(judge, "step2_ck_date", cell).value == date(2025, 8, 1)


@pytest.mark.parametrize(
    "cell",
    [datetime(2025, 8, 1, 9, 30), 45870, "45870", "01/08/2025", "2025-02-30", "9999-01-01"],  # noqa: DTZ001
    ids=str,
)
def test_what_is_no_past_day_is_refused(judge, cell):
    problem = _one(judge, "step2_ck_date", cell).problem
    assert "allowed: a past date such as 2025-08-01" in str(problem)


@pytest.mark.parametrize(
    ("cell", "text"),
    [("A-01", "A-01"), (" A \n 1 ", "A 1"), (7, "7"), (7.0, "7"),
     (7.5, "7.5"), ("007", "007"), ("...", "..."), (Decimal(12), "12"), ("Zoé 👩‍⚕️", "Zoé 👩‍⚕️")],
)  # fmt: skip
def test_an_id_is_text_on_one_line(judge, cell, text):
    found = _one(judge, "id", cell)
    assert (found.value, found.problem) == (text, None)


@pytest.mark.parametrize(
    "cell",
    [
        True,
        "a\0b",
        "a\x1b[31mb",
        "a\u202eb",
        "x" * 201,
        float("inf"),
        1e300,
        ["A"],
        date(2025, 1, 1),
    ],
)
def test_an_id_that_no_page_could_show_is_refused(judge, cell):
    found = _one(judge, "id", cell)
    assert found.value is None
    assert str(found.problem).isprintable()
    assert "1 to 200 printable characters" in str(found.problem)


def test_a_huge_cell_is_cut_in_the_message(judge):
    for column in ("id", "group", "step2_ck", "label", "specialty"):
        assert len(str(_one(judge, column, "x" * 1_000_000).problem)) < 400, column


def test_a_specialty_is_that_of_the_tables_or_what_applicant_takes(judge):
    assert _one(judge, "specialty", " internal  medicine ").value == "Internal Medicine"


@pytest.mark.parametrize(
    ("column", "cell"),
    [("group", "img"), ("attempts", "0"), ("usce_months", "-1"), ("ranks", "1e3"),
     ("label", "x" * 201), ("label", "a\0b"), ("step2_ck", "abc"), ("step2_ck_date", "soon")],
)  # fmt: skip
def test_a_refusal_is_worded_as_applicant_words_it(judge, column, cell):
    values = {"group": "us_img", "step2_ck": 242, column: cell}
    with pytest.raises(InputError, match=column) as caught:
        Applicant.parse(values)
    assert str(_one(judge, column, cell).problem) == str(caught.value)


def test_forgetting_changes_no_answer(judge):
    before = judge.cells("group", ["us-img", "x"])
    judge.forget()
    assert judge.cells("group", ["us-img", "x"]) == before


def test_ids_that_look_the_same_are_the_same():
    assert same_id("Zoe\u0301") == same_id("Zo\u00e9")
    assert same_id("a") != same_id("A")


@pytest.mark.parametrize(
    ("cell", "text"), [(12, "12"), (12.0, "12"), (7.5, "7.5"), (Decimal("0.5"), "0.5"), (-1, "-1")]
)
def test_a_label_that_a_sheet_made_a_number_is_its_plain_text(judge, cell, text):
    found = _one(judge, "label", cell)
    assert (found.value, found.problem) == (text, None)


@pytest.mark.parametrize("cell", [True, float("inf"), 1e300, date(2025, 1, 1), [1]], ids=repr)
def test_a_label_that_is_no_text_and_no_plain_number_is_refused(judge, cell):
    found = _one(judge, "label", cell)
    assert found.value is None
    assert "up to 200 printable characters" in str(found.problem)


@pytest.mark.parametrize("column", ["id", "group", "step2_ck", "attempts", "specialty", "label"])
def test_bytes_that_are_no_text_are_refused(judge, column):
    found = _one(judge, column, b"caf\xe9")
    assert found.value is None
    assert "'caf\\xe9'" in str(found.problem)
