"""A whole plan: its page, and what stands beside it."""

from __future__ import annotations

import csv
import io
import json
import re
import stat
from datetime import date

import pytest
from icalendar import Calendar
from typer.testing import CliRunner

from imgstats import PublishedTables
from imgstats.cli.main import app
from imgstats.errors import InputError
from imgstats.reporting.plan.report import write_plan
from imgstats.strategy.plan import PlanFiles
from imgstats.strategy.rules import rules
from imgstats.strategy.situation import Situation
from tests.reporting.page_text import parsed, spoken
from tests.reporting.test_promises import promises

pytestmark = pytest.mark.slow
PLANS = ["plan_files", "plan_below_files", "plan_hostile_files"]


@pytest.fixture(params=PLANS)
def files(request):
    return request.getfixturevalue(request.param)


@pytest.fixture
def page(files):
    return files.page.read_text(encoding="utf-8")


def test_every_rule_of_the_guide_is_on_the_page_once_with_its_place(page):
    read = parsed(page)
    for rule in rules(PublishedTables()):
        (item,) = read.select(f"#rule-{rule.name}")
        assert rule.advice in item.get_text()
        assert rule.section in item.select_one(".place").get_text()
        assert (
            item.find_parent(class_="advice")
            or item.find_parent("ul").find_previous(class_="chip").get_text()
            == "advice, no data behind it"
        )


def test_each_part_has_a_heading_and_something_to_say(page):
    heads = [each.get_text().rstrip("\u00b6") for each in parsed(page).select("h2")]
    assert heads == [
        "What to do next",
        "Where you stand",
        "Scores to aim at",
        "Exam record",
        *(["Readiness"] if "Readiness" in heads else []),
        "Sample pathway with your dates",
        "Calendar",
        "Programs",
        "From applications to a match",
        "Beside the score",
        "How to study",
        "What this page cannot know",
        "Sources",
        "Words",
    ]


def test_what_to_do_is_first_after_the_title_and_each_line_leads_to_its_section(page):
    read = parsed(page)
    first = read.select_one("header").find_next_sibling()
    assert first.select_one("ol.actions")
    lines = read.select("ol.actions > li")
    assert 1 <= len(lines) <= 9
    for each in lines:
        link = each.select_one("a.to")
        assert read.find(id=link["href"].removeprefix("#")).name == "h2"
        assert each.strong.get_text().endswith(":")


def test_contents_list_every_section_after_the_first_sheet(page):
    read = parsed(page)
    listed = [each.get_text() for each in read.select(".contents a")]
    heads = [each.get_text().rstrip("\u00b6") for each in read.select("h2")]
    assert listed == heads[2:]
    assert not read.select(".appendix h2#Where-you-stand")


def test_no_figure_of_the_lowest_grade_stands_among_what_is_known(page):
    read = parsed(page)
    assert not read.select(".grade-D")
    assert "Grade D." not in spoken(page)
    line = read.find("p", string=re.compile("^Left out as grade D")) or next(
        each for each in read.select("p.small") if each.get_text().startswith("Left out as grade D")
    )
    assert line.find_previous("h2")["id"] == "What-this-page-cannot-know"


def test_safeguards_of_step_1_stand_under_the_exam_record(page):
    read = parsed(page)
    for name in ("daily-questions", "small-fluctuation", "stable-above-passing"):
        assert read.select_one(f"#rule-{name}").find_previous("h2")["id"] == "Exam-record"


def test_the_pathway_is_one_sequence_labelled_as_advice(page):
    read = parsed(page)
    (steps,) = read.select("ol.pathway")
    assert steps.select("#rule-pathway-usce-months, #rule-pathway-letters")
    chip = steps.find_previous(class_="chip").get_text()
    assert chip == "advice, no data behind it"


def test_the_page_promises_nothing(page):
    assert promises(spoken(page)) == []


def test_ids_are_unique_and_references_lead_somewhere(page):
    read = parsed(page)
    ids = [each["id"] for each in read.select("[id]")]
    assert len(ids) == len(set(ids))
    assert {each["href"][1:] for each in read.select('a[href^="#"]')} <= set(ids)


def test_no_script_no_request_and_no_path_of_this_machine(files, page):
    read = parsed(page)
    assert not read.select("script, iframe, object, embed, link[rel=stylesheet]")
    for each in files.page.parent.iterdir():
        data = each.read_bytes()
        assert str(files.page.parent).encode() not in data
        assert b"/examples/" not in data


def test_all_files_are_for_their_owner_alone(files):
    for each in (files.page, files.calendar, *files.others):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600


def test_the_figures_are_the_pages(plan_files):
    values = json.loads((plan_files.page.parent / "plan.json").read_text(encoding="utf-8"))
    text = spoken(plan_files.page.read_text(encoding="utf-8"))
    assert values["plan"]["target"] == [235, 245]
    for part in ("targets", "exam_record", "readiness", "calendar", "shortlist", "funnel"):
        for sentence in values[part]["sentences"]:
            assert " ".join(sentence.replace(" %", "\u00a0%").split()) in " ".join(text.split(" "))


def test_the_screen_of_240_keeps_about_three_quarters_and_three_fifths(plan_files):
    values = json.loads((plan_files.page.parent / "plan.json").read_text(encoding="utf-8"))
    (row,) = [each for each in values["targets"]["screen"] if each["cut"] == 240]
    assert row["matched"] == pytest.approx(0.76, abs=0.01)
    assert row["not_matched"] == pytest.approx(0.59, abs=0.01)
    assert row["matched_low"] < row["matched"] < row["matched_high"]


def test_the_calendar_opens_in_a_calendar_program(plan_files):
    found = Calendar.from_ical(plan_files.calendar.read_bytes())
    days = {str(each["SUMMARY"]): each.decoded("DTSTART") for each in found.walk("VEVENT")}
    assert date(2027, 6, 15) in days.values()


def test_the_shortlist_is_beside_the_page_in_both_forms(plan_files):
    folder = plan_files.page.parent
    rows = list(csv.DictReader(io.StringIO((folder / "shortlist.csv").read_text("utf-8"))))
    assert {each["kept"] for each in rows} == {"yes", "no"}
    assert (folder / "shortlist.xlsx").stat().st_size > 1000


def test_the_same_input_gives_the_same_bytes(plan_files, make_plan_files, tmp_path):
    again = make_plan_files("example", tmp_path)
    for one in (plan_files.page, plan_files.calendar, *plan_files.others):
        if one.suffix != ".ipynb":
            assert (again.page.parent / one.name).read_bytes() == one.read_bytes(), one.name


@pytest.mark.usefixtures("forked")
def test_a_second_plan_replaces_the_first_and_a_changed_file_stays(tmp_path):
    me = Situation.parse({"group": "us-img", "step2_ck": 225}, date(2026, 11, 30))
    first = write_plan(me, tmp_path)
    assert not (tmp_path / "shortlist.csv").exists()
    write_plan(me, tmp_path)
    assert first.calendar is not None
    first.calendar.write_bytes(first.calendar.read_bytes() + b"\r\n")
    with pytest.raises(InputError, match=r"plan\.ics"):
        write_plan(me, tmp_path)


@pytest.mark.usefixtures("forked")
def test_a_plan_without_days_ahead_takes_the_calendar_of_the_one_before_away(tmp_path):
    day = date(2026, 11, 30)
    first = write_plan(Situation.parse({"group": "us-img", "step2_ck": 225}, day), tmp_path)
    assert first.calendar is not None
    later = Situation.parse({"group": "us-img", "step2_ck": 225, "season": "2027"}, day)
    assert write_plan(later, tmp_path).calendar is None
    assert not first.calendar.exists()
    write_plan(later, tmp_path)  # and the folder may be used again


def test_a_file_that_is_no_plan_is_refused_before_any_work(tmp_path):
    me = Situation.parse({"group": "us-img", "step2_ck": 225}, date(2026, 11, 30))
    (tmp_path / "plan.html").write_text("mine")
    with pytest.raises(InputError, match=r"plan\.html"):
        write_plan(me, tmp_path)
    assert (tmp_path / "plan.html").read_text() == "mine"


@pytest.mark.parametrize(
    ("content", "options", "said"),
    [
        ("group: us-img\nstep2_ck: 320\n", [], "step2_ck"),
        ("group: us-img\ntarget: 310\n", [], "100 to 300"),
        ("group: us-img\nstep2_ck: 240\ntargt: 1\n", [], "did you mean target"),
        ("group: us-img\nstep2_ck: 240\n", ["--applications", "many"], "--applications"),
        ("group: us-img\nstep2_ck: 240\n", ["--drift", "x"], "--drift"),
        ("group: us-img\nstep2_ck: 240\n", ["--today", "soon"], "soon"),
        ("group: us-img\nstep2_ck: 240\n", ["--practice", "none.csv"], "none.csv"),
        ("group: us-img\nstep2_ck: 240\n", ["--programs", "none.csv"], "none.csv"),
        ("group: us-img\nstep2_ck: 240\n", ["--error", "UWSA1"], "UWSA1"),
        *(
            ("group: us-img\nstep2_ck: 240\n", options, f"{options[0]} without {needed}")
            for options, needed in (
                (["--error", "UWSA 1=12"], "--practice"),
                (["--drift", "0"], "--practice"),
                (["--column", "a=program"], "--programs"),
                (["--sheet", "a"], "--programs"),
                (["--ignore-columns"], "--programs"),
            )
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line_and_leaves_nothing(tmp_path, content, options, said):
    place = tmp_path / "me.yml"
    place.write_text(content)
    out = tmp_path / "out"
    result = CliRunner().invoke(app, ["plan", str(place), "--out", str(out), *options])
    assert isinstance(result.exception, InputError)
    assert said in str(result.exception)
    assert not out.exists()


@pytest.mark.usefixtures("forked")
def test_a_practice_test_that_is_refused_stops_the_plan(tmp_path):
    place = tmp_path / "practice.csv"
    place.write_text("date,form,score\n2026-10-01,UWSA 1,250\n")
    me = Situation.parse({"group": "us-img", "target": 240}, date(2026, 11, 30))
    with pytest.raises(InputError, match="UWSA"):
        write_plan(me, tmp_path / "out", PlanFiles(practice=place))
    written = write_plan(
        me, tmp_path / "out", PlanFiles(practice=place), options={"errors": {"UWSA 1": 12.0}}
    )
    assert "assumed" in spoken(written.page.read_text(encoding="utf-8"))
