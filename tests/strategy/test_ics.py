"""The calendar file: what a program that opens it reads, and that it is the same each time."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, timedelta

import icalendar
import pytest

from imgstats import PublishedTables
from imgstats.errors import InputError
from imgstats.strategy.ics import calendar_file, is_calendar_file
from imgstats.strategy.situation import Situation
from imgstats.strategy.timeline.counting import calendar

TABLES = PublishedTables()
TODAY = date(2026, 11, 30)
LABEL = "Zoé; A, B\\n=1"


def _plan(today=TODAY, **values):
    return calendar(Situation.parse({"group": "non-us-img", **values}, today), TABLES)


@pytest.fixture(scope="module")
def plan():
    return _plan(target="235-245", exam_date="2027-06-15", label=LABEL)


@pytest.fixture(scope="module")
def read(plan):
    return icalendar.Calendar.from_ical(calendar_file(plan))


def _events(read):
    return list(read.walk("VEVENT"))


def _one(read, summary):
    (found,) = [each for each in _events(read) if each["summary"] == summary]
    return found


def test_it_is_what_the_standard_asks_for(plan):
    content = calendar_file(plan)
    lines = content.split(b"\r\n")
    assert (lines[0], lines[-2:]) == (b"BEGIN:VCALENDAR", [b"END:VCALENDAR", b""])
    assert b"VERSION:2.0" in lines
    assert b"\n" not in content.replace(b"\r\n", b"")
    assert max(len(line) for line in lines) <= 75
    assert is_calendar_file(content)
    assert not is_calendar_file(b"BEGIN:VCALENDAR\r\nPRODID:-//other//EN\r\n")


def test_no_component_has_an_error(read):
    assert not any(each.errors for each in read.walk())


def test_a_day_ends_before_the_next_begins(read):
    exam = _one(read, "Step 2 CK")
    assert (exam["dtstart"].dt, exam["dtend"].dt) == (date(2027, 6, 15), date(2027, 6, 16))
    study = _one(read, "Study for Step 2 CK")
    assert (study["dtstart"].dt, study["dtend"].dt) == (date(2026, 10, 15), date(2027, 6, 16))
    assert "advice, no data behind it" in study["description"]


def test_every_day_to_come_is_there_and_none_without_a_day(read, plan):
    days = {(each["summary"], each["dtstart"].dt) for each in _events(read)}
    wanted = {
        (each.label, day)
        for each in plan.events
        if each.latest
        for day in each.days or (each.earliest,)
    }
    assert days == wanted
    assert not {each.label for each in plan.unknown} & {name for name, _ in days}


def test_past_days_are_left_out():
    later = _plan(date(2027, 3, 1), target="235-245", exam_date="2027-06-15")
    found = icalendar.Calendar.from_ical(calendar_file(later))
    assert all(each["dtend"].dt - timedelta(days=1) >= date(2027, 3, 1) for each in _events(found))


def test_a_label_is_text(plan):
    # As RFC 5545, 3.3.11 escapes text: a backslash before each of \\ ; and ,
    line = r"X-WR-CALNAME:Plan for the 2028 Match: Zoé\; A\, B\\n=1"
    assert line.encode() in calendar_file(plan).split(b"\r\n")


def test_the_same_plan_gives_the_same_bytes(plan):
    assert calendar_file(plan) == calendar_file(
        _plan(target="235-245", exam_date="2027-06-15", label=LABEL)
    )


def test_the_stamp_is_the_day_of_the_plan(read):
    stamps = {each["dtstamp"].dt for each in _events(read)}
    assert stamps == {datetime(2026, 11, 30, tzinfo=UTC)}


def _identifiers(plan):
    found = icalendar.Calendar.from_ical(calendar_file(plan))
    return {(str(e["uid"]), str(e["summary"])) for e in _events(found)}


def test_identifiers_differ_by_event_and_person_and_name_nobody(plan, read):
    ids = [str(each["uid"]) for each in _events(read)]
    assert len(ids) == len(set(ids))
    assert not any("Zo" in each for each in ids)
    other = _plan(target="235-245", exam_date="2027-06-15", label="somebody else")
    assert not _identifiers(plan) & _identifiers(other)


def test_an_event_whose_day_moves_keeps_its_identifier(plan):
    moved = _plan(date(2027, 1, 5), target="235-245", exam_date="2027-06-29", label=LABEL)
    kept = {each for each in _identifiers(plan) if each[1] != "Practice tests"}
    assert kept <= _identifiers(moved)
    # The last practice test is the last of a shorter series too.
    both = _identifiers(plan) & _identifiers(moved)
    assert sum(summary == "Practice tests" for _, summary in both) >= 1


def test_a_plan_without_a_day_to_come_is_refused():
    over = _plan(date(2026, 7, 1), target=240, season=2026)
    with pytest.raises(InputError, match="no day of the 2026 season's plan lies after 2026-07-01"):
        calendar_file(over)


def test_a_missing_package_is_named(plan, monkeypatch):
    monkeypatch.setitem(sys.modules, "icalendar", None)
    with pytest.raises(InputError, match="icalendar not installed; allowed: the extra 'plan'"):
        calendar_file(plan)


def test_a_step_without_a_known_date_is_a_task_without_a_day(plan, read):
    tasks = {str(each["summary"]): each for each in read.walk("VTODO")}
    assert set(tasks) == {each.label for each in plan.not_known}
    assert {"ECFMG certification", "Visa"} <= set(tasks)
    for each in tasks.values():
        assert not {"DTSTART", "DUE", "DTEND"} & set(each)
        assert "not known here" in each["description"]
        assert str(each["description"]).startswith("date not known.")
    ids = [str(each["uid"]) for each in read.walk() if "uid" in each]
    assert len(ids) == len(set(ids))
