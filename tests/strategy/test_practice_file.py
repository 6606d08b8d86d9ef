"""Practice tests from a file: what is taken, what is said, and what is refused in one line."""

from __future__ import annotations

import time
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgstats.errors import InputError
from imgstats.strategy.practice_file import MOST_TESTS, exam_of, read_practice
from imgstats.strategy.readiness.forms import FREE, form_of

TODAY = date(2026, 11, 30)
HEAD = "date,form,score\n"


@pytest.fixture
def read(tmp_path):
    def from_text(text, exam="step2_ck"):
        path = tmp_path / "practice.csv"
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
        return read_practice(path, exam, TODAY)

    return from_text


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("nbme 9", "NBME 9"),
        ("NBME9", "NBME 9"),
        ("NBME form 14", "NBME 14"),
        ("NBME 09", "NBME 9"),
        ("CCSSA 9", "CCSSA 9"),
        ("NBME CCSSA Form 9", "CCSSA 9"),
        ("Comprehensive Clinical Science Self-Assessment 10", "CCSSA 10"),
        ("CBSSA form 30", "CBSSA 30"),
        ("UWSA1", "UWSA 1"),
        ("UWSA 2", "UWSA 2"),
        ("UWorld Self-Assessment 2", "UWSA 2"),
        ("AMBOSS SA", "AMBOSS SA"),
        ("Amboss self assessment", "AMBOSS SA"),
        ("Free 120", "Free 120"),
        ("new free120", "Free 120"),
        ("CBSE", "CBSE"),
    ],
)
def test_usual_spellings_name_one_form(written, name):
    assert form_of(written).name == name
    assert form_of(written).known


@pytest.mark.slow
@given(st.text())
def test_no_name_of_a_form_holds_what_a_terminal_obeys(text):
    assert form_of(text).name.isprintable() or "\u200c" in text or "\u200d" in text


def test_tests_out_of_order_are_sorted_and_said(read):
    found = read(f"{HEAD}2026-10-01,NBME 10,240\n2026-09-01,NBME 9,231\n")
    assert [each.form.name for each in found.tests] == ["NBME 9", "NBME 10"]
    assert found.said == ("The tests were not in the order of their days; they were sorted.",)


def test_the_same_test_twice_counts_once_and_is_said(read):
    found = read(f"{HEAD}2026-10-01,NBME 10,240\n2026-10-01,nbme form 10,240\n")
    assert len(found.tests) == 1
    assert "Lines 2 and 3 are the same test" in found.said[0]


def test_semicolons_other_headers_and_a_column_of_errors(read):
    found = read("Test date;Practice test;Result;Error;Mood\n1 Oct 2026;UWSA 1;240;12;good\n")
    assert (found.tests[0].day, found.tests[0].error) == (date(2026, 10, 1), 12.0)
    assert found.said == ("Column 'Mood' is passed over.",)


@pytest.mark.parametrize(
    ("written", "percent"), [("90/120", 75.0), ("75 %", 75.0), ("75.5", 75.5), ("0/120", 0.0)]
)
def test_a_share_of_items_is_written_in_three_ways(read, written, percent):
    (test,) = read(f"{HEAD}2026-10-01,{FREE},{written}\n").tests
    assert test.score == percent


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("2026-12-01,NBME 9,240", r"line 2: date is 2026-12-01, after today.*until 2026-11-30"),
        ("03/04/2026,NBME 9,240", "is 2026-03-04 or 2026-04-03"),
        ("soon,NBME 9,240", "write year-month-day"),
        ("2026-10-01,NBME 9,74", "is it a per cent"),
        ("2026-10-01,NBME 9,74 %", "is it a per cent"),
        ("2026-10-01,NBME 9,301", "points from 100 to 300"),
        ("2026-10-01,NBME 9,99", "points from 100 to 300"),
        ("2026-10-01,NBME 9,-240", "points from 100 to 300"),
        ("2026-10-01,NBME 9,2e2", "write digits alone"),
        ("2026-10-01,NBME 9,nan", "write digits alone"),
        ("2026-10-01,NBME 9,", "write digits alone"),
        ("2026-10-01,Free 120,240", "is it a three-digit score"),
        ("2026-10-01,Free 120,0.75", "such as 70"),
        ("2026-10-01,Free 120,130/120", "such as 60/120"),
        ("2026-10-01,Free 120,30/40", "such as 60/120"),
        ("2026-10-01,,240", "form is missing"),
        ("2026-10-01,=1+1,240", "plain text"),
        ("2026-10-01,NBME 9", "the row has 2 cells"),
        ("2026-10-01,NBME\x1b[31m 9,240", "plain text"),
    ],
)
def test_a_row_that_is_not_allowed_is_named(read, row, said):
    with pytest.raises(InputError, match=said) as caught:
        read(HEAD + row + "\n")
    assert str(caught.value).isprintable()


def test_markup_in_a_name_stays_text(read):
    (test,) = read(f"{HEAD}2026-10-01,<b>mine</b>,240\n").tests
    assert test.form.name == "<b>mine</b>"
    assert not test.form.known


def test_a_three_digit_score_of_step_1_is_refused(read):
    with pytest.raises(InputError, match=r"percent from 0 to 100; is it a three-digit score"):
        read(f"{HEAD}2026-10-01,NBME 30,232\n", "step1")


def test_one_form_with_two_scores_on_a_day_is_refused(read):
    with pytest.raises(InputError, match="lines 2 and 3: NBME 9 on 2026-10-01 twice"):
        read(f"{HEAD}2026-10-01,NBME 9,240\n2026-10-01,NBME 9,241\n")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "the file is empty"),
        (HEAD, "a header and no practice test"),
        ("date,score\n2026-10-01,240\n", "no column form"),
        ("date,form,scoer\n2026-10-01,NBME 9,240\n", "did you mean score"),
        ("date,day,form,score\n", "both mean date"),
        (HEAD + '2026-10-01,"NBME 9,240\n', "a quote is not closed"),
        (b"date,form,score\n2026-10-01,NBME \xff,240\n", "not UTF-8"),
        (HEAD + "2026-10-01,NBME,240\n" * (MOST_TESTS + 1), "more than 200 rows"),
        (HEAD + "2026-10-01,NBME 9,x\n" * 30, "and 20 more rows"),
    ],
)
def test_a_file_that_is_none_is_refused(read, text, said):
    with pytest.raises(InputError, match=said):
        read(text)


def test_a_file_of_many_rows_is_refused_at_once(read):
    begin = time.monotonic()
    with pytest.raises(InputError, match="is larger than 200,000 bytes; allowed: up to 200 tests"):
        read(HEAD + "2026-10-01,NBME 9,240\n" * 100_000)
    assert time.monotonic() - begin < 2


def test_a_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="is a folder"):
        read_practice(tmp_path, "step2_ck", TODAY)


@pytest.mark.parametrize("written", ["step2-ck", "Step 2 CK", "step2_ck"])
def test_an_exam_goes_by_its_usual_spellings(written):
    assert exam_of(written) == "step2_ck"


def test_an_unknown_exam_is_refused():
    with pytest.raises(InputError, match=r"step1, step2-ck, step3; did you mean step2-ck"):
        exam_of("step2-cs-ck")
