"""A user's programs are left out with their reasons, sorted with their parts, and never dropped."""

import io
import zipfile
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from openpyxl import Workbook, load_workbook

from imgstats import PublishedTables
from imgstats.comparison.where.states import DIVISION_OF, STATES
from imgstats.errors import InputError
from imgstats.strategy.programs.fit import WEIGHTS, weights_of
from imgstats.strategy.programs.program import Check, Program, Programs
from imgstats.strategy.programs.reading import MOST_ROWS, read_programs
from imgstats.strategy.programs.screen import Screens
from imgstats.strategy.programs.shortlist import shortlist
from imgstats.strategy.programs.signals import suggested
from imgstats.strategy.programs.template import new_programs_file
from imgstats.strategy.programs.writing import HEADER, shortlist_csv, shortlist_xlsx
from imgstats.strategy.situation import Situation
from tests.strategy.plan_pages import plan_fragment

TABLES = PublishedTables()
TODAY = date(2026, 11, 30)
EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "programs.csv"
SEEN = Check(field="", by="A. Reader", on=date(2026, 10, 1))
SAID = {"step2_ck": 235, "visa": "J-1", "graduated": 2022, "attempts": 1, "usce_months": 2}


def _me(**values):
    return Situation.parse({"group": "non-us-img", **SAID, **values}, TODAY)


def _program(name="P", **values):
    return Program(**{"line": 2, "program": name, "check": SEEN, **values})


def _list(*programs, me=None, **asked):
    rows = tuple(replace(each, line=at) for at, each in enumerate(programs, start=2))
    return shortlist(me or _me(), Programs(rows=rows, bad=()), TABLES, **asked)


def _read(tmp_path, text, name="programs.csv", **asked):
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_programs(path, today=TODAY, **asked)


# Season 2028 opens in 2027: five years after 2022.
@pytest.mark.parametrize(
    ("field", "kept", "left_out", "reason"),
    [
        ("visa", ("J-1",), ("H-1B",), "no visa"),
        ("visa", ("J-1", "H-1B"), (), "no visa"),
        ("max_years_since_graduation", 5, 4, "graduation-year limit"),
        ("max_attempts", 2, 1, "attempts limit"),
        ("min_step2_ck", 235, 236, "minimum score"),
        ("min_usce_months", 2, 2.5, "USCE needed"),
        ("specialty", "Internal Medicine", "Pediatrics", "another specialty"),
    ],
)
def test_the_very_limit_is_kept_and_one_beyond_is_left_out_with_its_reason(
    field, kept, left_out, reason
):
    me = _me(attempts=2, season=2028)
    found = _list(_program("A", **{field: kept}), _program("B", **{field: left_out}), me=me)
    assert [each.program.program for each in found.entries] == ["A"]
    (why,) = found.excluded[0].reasons
    assert why.reason == reason
    assert "checked by A. Reader on 2026-10-01" in why.sentence
    assert why.program_value
    assert why.your_value


@pytest.mark.parametrize("value", [None, "none"])
def test_what_is_not_known_or_no_limit_leaves_nobody_out(value):
    fields = ("min_step2_ck", "max_attempts", "max_years_since_graduation", "min_usce_months")
    found = _list(_program(**dict.fromkeys(fields, value)))
    assert not found.excluded
    assert set(fields) & set(found.entries[0].unknown) == (set(fields) if value is None else set())


def test_what_the_person_did_not_say_is_said_and_leaves_nobody_out():
    me = Situation.parse({"group": "non-us-img", "step2_ck": 235}, TODAY)
    found = _list(_program(visa=(), max_attempts=1, min_usce_months=12), me=me)
    assert not found.excluded
    assert "You did not say visa, graduated, attempts and usce_months" in " ".join(found.sentences)


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ({"attempts": None, "step1": "passed after a failure"}, ["two"]),
        ({"attempts": None, "step1": "failed"}, ["two"]),
        ({"attempts": None, "step1": "passed"}, ["one", "two"]),
        ({"attempts": 3, "step1": "passed after a failure"}, []),
    ],
)
def test_a_failure_is_more_than_one_attempt(said, kept):
    me = _me(**said)
    found = _list(_program("one", max_attempts=1), _program("two", max_attempts=2), me=me)
    assert [each.program.program for each in found.entries] == kept


def test_every_reason_is_told_in_the_order_of_the_filters():
    (out,) = _list(_program(min_step2_ck=240, visa=(), min_usce_months=9)).excluded
    assert [each.reason for each in out.reasons] == ["no visa", "minimum score", "USCE needed"]


@pytest.mark.parametrize(
    ("visa", "kept"), [("none needed", 3), ("either", 2), ("H-1B", 1), ("J-1", 1)]
)
def test_one_of_the_visas_that_would_do_is_enough(visa, kept):
    programs = [_program(str(at), visa=each) for at, each in enumerate([(), ("J-1",), ("H-1B",)])]
    assert len(_list(*programs, me=_me(visa=visa)).entries) == kept


def test_states_that_are_not_wanted_are_left_out_and_unknown_ones_kept():
    found = _list(
        _program("A", state="NY"), _program("B", state="TX"), _program("C"), states=["new york"]
    )
    assert {each.program.program for each in found.entries} == {"A", "C"}
    assert found.excluded[0].reasons[0].reason == "another state"
    with pytest.raises(InputError, match="did you mean New York"):
        _list(_program(), states=["New Yrk"])


def test_fit_is_the_sum_of_its_parts_by_hand():
    it = _program(
        state="NY",
        type="community",
        img_share=0.65,
        min_step2_ck=225,
        min_usce_months=2,
        positions=24,
    )
    fit = _list(it).entries[0].fit
    # New York 2026: 786 of 1,674 filled positions by IMGs.
    by_hand = (3 * 0.5 + 3 * 0.65 + 2 * 1 + 0.5 + 24 / 30 + 786 / 1674) / 11
    assert fit.low == pytest.approx(by_hand)
    assert fit.high == pytest.approx(by_hand)


def test_the_types_of_a_target_are_those_of_the_score_that_programs_are_judged_at():
    me = Situation.parse({"group": "non-us-img", "target": "235-245"}, TODAY)
    found = _list(_program("U", type="university"), _program("C", type="community"), me=me)
    types = {
        each.program.program: part.value
        for each in found.entries
        for part in each.fit.parts
        if part.name == "type"
    }
    # The guide names universities from 240 on; such a program is a reach at 235.
    assert types == {"U": 0, "C": 1}
    assert {each.program.program: each.screen.tier for each in found.entries}["U"] == "reach"


def test_what_is_not_known_widens_the_fit_and_lifts_no_program():
    found = _list(_program("little", img_share=0.9), _program("more", img_share=0.9, positions=3))
    assert [each.program.program for each in found.entries] == ["more", "little"]
    assert all(0 <= each.fit.low < each.fit.high <= 1 for each in found.entries)


@pytest.mark.parametrize(
    ("weights", "message"),
    [
        ({"scor": 1}, "did you mean score"),
        ({"score": -1}, "from 0 to 1,000"),
        ({"score": float("nan")}, "from 0 to 1,000"),
        ({"score": True}, "from 0 to 1,000"),
        (dict.fromkeys(WEIGHTS, 0), "every weight is 0"),
    ],
)
def test_weights_that_mean_nothing_are_refused(weights, message):
    with pytest.raises(InputError, match=message):
        weights_of(weights)


@pytest.mark.parametrize(
    ("values", "tier"),
    [
        ({"min_step2_ck": 226}, "target"),
        ({"min_step2_ck": 225}, "safety"),
        ({"min_step2_ck": 210, "type": "community"}, "target"),
        ({"min_step2_ck": 210, "type": "university"}, "target"),
        ({"min_step2_ck": 210, "type": "university-affiliated"}, "target"),
        ({"type": "university"}, "reach"),
        ({"type": "university-affiliated"}, "target"),
        ({"type": "community", "min_step2_ck": "none"}, "target"),
        ({"type": "military"}, "not known"),
        ({}, "not known"),
    ],
)
def test_reach_target_and_safety_stand_beside_the_screen(values, tier):
    screen = _list(_program(**values)).entries[0].screen
    assert screen.tier == tier
    if tier != "not known" and not isinstance(values.get("min_step2_ck"), int):
        assert "advice, no data behind it" in screen.by


def test_over_a_low_minimum_alone_nobody_is_safe():
    low = _program(min_step2_ck=210, type="community")
    screens = Screens(TABLES)
    at_228, at_239 = (screens.of(low, score) for score in (228, 239))
    assert (at_228.tier, at_239.tier) == ("target", "safety")
    assert "own minimum of 210" in at_228.by
    assert at_228.by.endswith("; not 10 points above the guide's 220 to 229")
    assert at_228.sources
    assert "the guide's" not in at_239.by


def test_signals_go_to_targets_first_and_the_own_ones_win():
    tiers = ["safety", "not known", "target", "reach", "target"]
    own = ["", "", "", "none", "gold"]
    assert suggested(own, tiers, {"gold": 2, "silver": 2}) == ("silver", "silver", "gold", "", "")


def test_too_many_signals_and_those_on_programs_left_out_are_said():
    golds = [_program(str(at), signal="gold") for at in range(4)]
    found = _list(*golds, _program("out", visa=(), signal="silver"))
    words = " ".join(found.signals.sentences)
    assert "4 gold signals and 3 are allowed: take 1 away" in words
    assert "left out: out" in words
    assert "for the season of the 2028 Match no number is known" in words


def test_a_check_of_a_year_ago_is_not_old_and_a_day_more_is():
    on = {"A": date(2025, 11, 30), "B": date(2025, 11, 29)}
    checks = {name: replace(SEEN, on=day) for name, day in on.items()}
    found = _list(*(_program(name, visa=("J-1",), check=each) for name, each in checks.items()))
    assert {each.program.program: each.checks.words for each in found.entries} == {
        "A": "1 checked",
        "B": "1 old",
    }
    assert (found.checks.known, found.checks.checked, found.checks.old) == (2, 1, 1)


def test_a_check_without_name_or_day_is_none_and_a_field_may_have_its_own(tmp_path):
    text = "program,visa,positions,checked_by,visa_checked_on\nA,J-1,3,Me,2026-11-01\n"
    (it,) = _read(tmp_path, text).rows
    assert it.checked("visa").words == "checked by Me on 2026-11-01"
    entry = _list(it).entries[0]
    assert (entry.checks.checked, entry.checks.unchecked_fields) == (1, ("positions",))


def test_the_example_is_read_and_its_twin_is_named_with_both_lines():
    programs = read_programs(EXAMPLE, today=TODAY)
    assert len(programs.rows) == 11
    assert all(each.program.startswith("Example ") for each in programs.rows)
    (twin,) = programs.bad
    assert str(twin).startswith("line 13: ")
    assert "line 2 has the same program and state" in str(twin)
    assert programs.comments == 1


@pytest.mark.parametrize("name", ["programs.csv", "programs.xlsx"])
def test_the_template_is_read_again_and_nothing_is_written_over(name, tmp_path):
    path = new_programs_file(tmp_path / name)
    programs = read_programs(path, today=TODAY)
    assert [each.program[:7] for each in programs.rows] == ["EXAMPLE"] * 2
    assert not programs.bad
    assert programs.rows[0].img_share == pytest.approx(0.45)
    with pytest.raises(InputError, match="is there already"):
        new_programs_file(path)


@pytest.mark.parametrize(
    ("cell", "said"),
    [
        ("img_share,80", "did you mean 80%"),
        ("img_share,1", "did you mean 100% or 1%"),
        ("img_share,1.0", "did you mean 100% or 1%"),
        ("img_share,101%", "a fraction under 1"),
        ("img_share,80% or so", "a fraction under 1"),
        ('img_share,"0,8"', "a point for the comma"),
        ("interview_rate,-.5%", "a fraction under 1"),
        ("visa,yes", "name the visas"),
        ("min_step2_ck,24", "100 to 300"),
        ("state,York", "two letters"),
        ("type,comunity", "did you mean community"),
        ("signal,bronze", "gold, silver, none"),
        ("checked_on,03/04/2026", "did you mean 2026-03-04 or 2026-04-03"),
        ("checked_on,2027-01-01", "a day to come"),
        ("positions,2.5", "whole number"),
        ("img_share,80", "did you mean 80%?"),
        ('img_share,"0,8"', "write a point for the comma: 0.8"),
        ('img_share,"12,5 %"', "write a point for the comma: 12.5 %"),
    ],
)
def test_a_cell_that_cannot_be_read_makes_a_bad_row_that_says_why(cell, said, tmp_path):
    column, value = cell.split(",", maxsplit=1)
    programs = _read(tmp_path, f"program,{column}\nA,{value}\nB,\n")
    assert [each.program for each in programs.rows] == ["B"]
    assert said in str(programs.bad[0])


@pytest.mark.parametrize(
    ("cell", "share"),
    [
        ("80%", 0.8), ("80 %", 0.8), ("80 percent", 0.8), ("80 Per  cent", 0.8), ("80pct.", 0.8),
        (".8", 0.8), ("0.80", 0.8), (".5%", 0.005), ("100%", 1), ("1%", 0.01), ("0", 0),
    ],
)  # fmt: skip
def test_a_share_is_read_where_it_can_mean_one_thing(cell, share, tmp_path):
    (it,) = _read(tmp_path, f"program,img_share\nA,{cell}\n").rows
    assert it.img_share == pytest.approx(share)


def test_a_share_of_a_workbook_that_is_1_may_be_one_per_cent(tmp_path):
    book = Workbook()
    for row in (("program", "img_share"), ("A", 1), ("B", 1.0), ("C", 0.45), ("D", "100%")):
        book.active.append(row)
    book.save(tmp_path / "programs.xlsx")
    programs = read_programs(tmp_path / "programs.xlsx", today=TODAY)
    assert [(each.program, each.img_share) for each in programs.rows] == [("C", 0.45), ("D", 1)]
    assert all("in a workbook write it as text" in str(each) for each in programs.bad)


def test_every_region_with_interview_rates_is_a_division_of_some_state():
    regions = {row["region"] for row in TABLES.rows("interview_regions")}
    assert regions == set(DIVISION_OF.values())
    assert set(DIVISION_OF) == set(STATES.values())


def test_other_headers_are_read_by_meaning_or_as_the_user_says(tmp_path):
    text = "Site;Program Type;Minimum Step 2 CK;Visa checked on\nA;Community-based;225;2026-10-01\n"
    (it,) = _read(tmp_path, text, columns={"Site": "program"}).rows
    assert (it.program, it.type, it.min_step2_ck) == ("A", "community", 225)
    with pytest.raises(InputError, match="unknown column 'shoe size'"):
        _read(tmp_path, "program,shoe size\nA,3\n")
    with pytest.raises(InputError, match="no column program"):
        _read(tmp_path, "state\nNY\n")
    with pytest.raises(InputError, match="give each program a row"):
        _read(tmp_path, "program\n")


def test_too_many_rows_are_a_clear_error(tmp_path):
    rows = "\n".join(f"P{at}" for at in range(MOST_ROWS + 1))
    with pytest.raises(InputError, match="more than 10,000 rows"):
        _read(tmp_path, f"program\n{rows}\n")


HOSTILE = "=cmd|'/C calc'!A0 <script>alert(1)</script>"


def test_formulas_and_markup_stay_text_in_every_file_and_on_the_page(tmp_path):
    programs = _read(tmp_path, f'program,notes\n"{HOSTILE}",@x\n')
    found = shortlist(_me(), programs, TABLES)
    assert f"'{HOSTILE}" in shortlist_csv(found).decode("utf-8-sig")
    book = load_workbook(io.BytesIO(shortlist_xlsx(found)))
    cell = book["shortlist"].cell(2, HEADER.index("program") + 1)
    assert (cell.value, cell.data_type) == (HOSTILE, "s")
    page = plan_fragment("shortlist.html.j2", shortlist=found)
    assert "<script>" not in page
    assert "&lt;script&gt;" in page


def test_the_same_list_is_the_same_bytes_with_every_program_in_it():
    found = shortlist(_me(), read_programs(EXAMPLE, today=TODAY), TABLES)
    first = shortlist_xlsx(found)
    assert shortlist_xlsx(found) == first
    stamps = {each.date_time for each in zipfile.ZipFile(io.BytesIO(first)).infolist()}
    assert stamps == {(2000, 1, 1, 0, 0, 0)}
    rows = list(load_workbook(io.BytesIO(first))["shortlist"].iter_rows(values_only=True))
    assert len(rows) == 1 + len(found.entries) + len(found.excluded) == 12
    assert {len(row) for row in rows} == {len(HEADER)}


def test_the_page_shows_the_first_fifty_and_says_where_the_rest_are():
    page = plan_fragment(
        "shortlist.html.j2", shortlist=_list(*(_program(f"P{at:03}") for at in range(51)))
    )
    assert "the first 50 of 51" in page
    assert "P049" in page
    assert "P050" not in page


def test_without_a_file_states_are_ranked_with_both_groups_apart():
    found = shortlist(_me(), None, TABLES)
    assert found.states is not None
    first = found.states.rows[0]
    assert (found.given, first.state, first.us_img, first.non_us_img) == (
        False,
        "New York",
        160,
        626,
    )
    assert first.non_us_img_interviews == pytest.approx(0.0242)
    assert found.states.interview_grade == "C"
    assert "New York" in plan_fragment("shortlist.html.j2", shortlist=found)
    other = shortlist(_me(specialty="Pediatrics"), None, TABLES)
    assert other.states is not None
    assert other.states.interview_year == ""
    assert other.states.rows[0].non_us_img_interviews is None
