"""File names of reports: they tell nothing, or are an id that every file system can hold."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from imgstats import Applicant
from imgstats.batch.names import HASH, ID, check_names, file_name, id_problem, with_file_names
from imgstats.cohort.rows import BadRow, Cohort, CohortRow, Problem
from imgstats.errors import InputError

APPLICANT = Applicant(group="us_img", step2_ck=242)
HOSTILE = ["../../etc/x", "/etc/passwd", "...", ".", "..", "a/b", "a\\b", "a:b", "=cmd|x", "-rf",
           "_a", "<img src=x>", "A 1", "A.html", "Zoé", "مريم", "x" * 101, "", "a\n", "A-01\n",
           "a\0"]  # fmt: skip


def _cohort(*ids, bad=()):
    rows = tuple(
        CohortRow(line=line, id=each, applicant=APPLICANT) for line, each in enumerate(ids, 2)
    )
    return Cohort(rows=rows, bad=tuple(bad), ignored=("x",))


@given(identity=st.text(max_size=40))
def test_a_hash_is_a_plain_name_whatever_the_id(identity):
    name = file_name(identity, "salt")
    assert re.fullmatch("[0-9a-f]{20}", name)
    assert file_name(identity, "salt", HASH) == name


def test_a_hash_depends_on_id_and_salt():
    names = {file_name(each, salt) for each in ("A", "B") for salt in ("s", "t")}
    assert len(names) == 4


def test_an_id_is_its_own_name_where_asked():
    assert file_name("A-01", "salt", ID) == "A-01"


@pytest.mark.parametrize("names", ["Id", "", "hsah"])
def test_another_way_of_naming_is_refused(names):
    with pytest.raises(InputError, match="allowed: hash or id"):
        check_names(names)


def test_both_ways_of_naming_are_known():
    assert (check_names("hash"), check_names("id")) == (HASH, ID)


@pytest.mark.parametrize("identity", ["A-01", "7", "a_b", "x" * 100, "console", "com", "com10"])
def test_a_plain_id_can_be_a_name(identity):
    assert id_problem(identity) == ""


@pytest.mark.parametrize("identity", HOSTILE)
def test_no_other_id_can_be_a_name(identity):
    assert id_problem(identity).startswith("allowed with --names-from id: letters")


@pytest.mark.parametrize("identity", ["con", "CON", "Nul", "aux", "prn", "com1", "LPT9"])
def test_names_that_windows_keeps_are_refused(identity):
    assert id_problem(identity) == "Windows keeps this name for itself; rename it"


def test_any_id_will_do_for_a_hash():
    cohort = _cohort(*HOSTILE)
    assert with_file_names(cohort, HASH) is cohort


def test_an_id_that_can_be_no_name_makes_its_row_bad():
    before = BadRow(line=3, id="", problems=(Problem(column="id", value="", reason="x"),))
    cohort = Cohort(
        rows=tuple(
            CohortRow(line=line, id=each, applicant=APPLICANT)
            for line, each in ((2, "../x"), (4, "ok"), (5, "..."))
        ),
        bad=(before,),
        ignored=("x",),
    )
    found = with_file_names(cohort, ID)
    assert [each.id for each in found.rows] == ["ok"]
    assert [each.line for each in found.bad] == [2, 3, 5]
    assert found.bad[1] is before
    assert found.ignored == ("x",)
    assert str(found.bad[0]).startswith("line 2: id is '../x'; allowed with --names-from id")


def test_ids_that_some_file_systems_take_for_one_name_are_refused():
    found = with_file_names(_cohort("a-1", "B", "A-1"), ID)
    assert [each.id for each in found.rows] == ["a-1", "B"]
    assert "line 2 has the same name in other letters; rename one" in str(found.bad[0])


def test_two_ways_to_write_one_letter_give_one_name():
    assert file_name("Zo\u0301e", "s", HASH) == file_name("Z\u00f3e", "s", HASH)
