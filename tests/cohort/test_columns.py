"""The header of a cohort file: which column is which, and what is refused."""

from __future__ import annotations

import pytest

from imgstats.cohort.columns import COLUMNS, match_columns, refuse_no_rows
from imgstats.errors import InputError

NEEDED = ["id", "group", "step2_ck"]


def test_columns_are_found_in_any_order_and_spacing():
    found = match_columns(["step2_ck ", " id", "label", "group"])
    assert found.places == {"id": 1, "group": 3, "step2_ck": 0, "label": 2}
    assert (found.ignored, found.width) == ((), 4)


def test_every_field_of_an_applicant_can_be_a_column():
    assert list(match_columns(list(reversed(COLUMNS))).places) == list(COLUMNS)


def test_empty_cells_after_the_header_belong_to_no_column():
    assert match_columns([*NEEDED, None, " "]).width == 3


def test_all_unknown_columns_are_listed_with_a_guess():
    with pytest.raises(InputError) as caught:
        match_columns([*NEEDED, "Step 2 CK Datum", "shoe size"])
    message = str(caught.value)
    assert "unknown columns 'Step 2 CK Datum' (did you mean step2_ck_date?), 'shoe size'" in message
    assert "allowed: id, group, step2_ck" in message
    assert "--ignore-columns" in message


def test_a_header_in_other_words_is_read_and_noted():
    found = match_columns(["id", "Group", "Step 2 CK"])
    assert found.places == {"id": 0, "group": 1, "step2_ck": 2}
    assert found.read == (("Group", "group"), ("Step 2 CK", "step2_ck"))


def test_a_column_without_a_name_is_refused_by_its_place():
    with pytest.raises(InputError, match=r"unknown column \(column 2, without a name\)"):
        match_columns(["id", "", "group", "step2_ck"])


def test_unknown_columns_are_passed_over_where_asked():
    found = match_columns(["x", "id", None, "group", "step2_ck"], ignore=True)
    assert found.ignored == ("x", "(column 3, without a name)")
    assert found.places == {"id": 1, "group": 3, "step2_ck": 4}


def test_a_long_list_of_unknown_columns_is_cut():
    with pytest.raises(InputError, match=r"'x19', 5 more;"):
        match_columns([*NEEDED, *(f"x{i}" for i in range(25))])


def test_a_huge_column_name_is_cut():
    with pytest.raises(InputError, match="unknown column 'xxx") as caught:
        match_columns([*NEEDED, "x" * 1_000_000])
    assert len(str(caught.value)) < 500


@pytest.mark.parametrize("ignore", [False, True])
def test_a_column_that_stands_twice_is_refused(ignore):
    with pytest.raises(InputError, match="column group stands twice; allowed: each column once"):
        match_columns([*NEEDED, "group "], ignore=ignore)


@pytest.mark.parametrize("name", NEEDED)
def test_a_needed_column_that_is_missing_is_refused(name):
    with pytest.raises(InputError, match=f"the header has no column {name};"):
        match_columns([each for each in NEEDED if each != name])


def test_all_missing_columns_are_named():
    with pytest.raises(InputError, match="the header has no column group, step2_ck;"):
        match_columns(["id"])


def test_what_is_needed_can_be_chosen():
    assert match_columns(["group", "step2_ck"], needed=("group", "step2_ck")).width == 2


def test_no_rows_are_refused():
    refuse_no_rows(1)
    with pytest.raises(InputError, match="the file has no rows; allowed: a header and at least"):
        refuse_no_rows(0)
