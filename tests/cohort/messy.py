"""Made-up spreadsheets as people write them: each cell with what it truly says.

A sheet is made from its number alone. Every cell is written in one of the ways that people write
the value; some ways are clear, some leave two meanings or say something else.
"""
# ruff: noqa: S311, ARG001  random and not secret; all makers take the same

from __future__ import annotations

import csv
import io
import random
from dataclasses import dataclass
from datetime import date
from typing import Any

from openpyxl import Workbook

HEADERS = {
    "id": ["id", "ID", "Id", "Applicant ID", "AAMC ID", " id "],
    "group": ["group", "Group", "GROUP", "Applicant group", "Applicant Type"],
    "step2_ck": ["step2_ck", "Step 2 CK", "USMLE Step 2 CK Score", "STEP2CK", "Step 2 CK score"],
    "step2_ck_date": ["step2_ck_date", "Step 2 CK Date", "Date of Step 2 CK"],
    "attempts": ["attempts", "Attempts", "Number of attempts", "Exam Attempts"],
    "usce_months": ["usce_months", "USCE (months)", "Months of USCE"],
    "ranks": ["ranks", "Ranks", "Contiguous ranks"],
    "specialty": ["specialty", "Specialty", "Preferred specialty"],
}
NEEDED = ("id", "group", "step2_ck")
_GROUPS = {
    "non_us_img": [
        "non-us-img",
        "Non-US IMG",
        "non us img",
        "NonUS IMG",
        "NON-US-IMG",
        "Non-U.S. IMG",
    ],
    "us_img": ["us-img", "US IMG", "us img", "U.S. IMG", "US-IMG", "US citizen IMG"],
}
_SPECIALTIES = {
    "Internal Medicine": ["Internal Medicine", "internal medicine", "IM", "Internal Med"],
    "Pediatrics": ["Pediatrics", "Peds", "PEDIATRICS"],
    "Obstetrics and Gynecology": ["Obstetrics and Gynecology", "OB/GYN", "ob-gyn"],
    "Family Medicine": ["Family Medicine", "FM", "family med"],
}
_MONTH = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
_NOTHING = ["", "NA", "N/A", "n/a", "-", "#N/A"]


@dataclass(frozen=True)
class Cell:
    """What stands in a cell and what it says; `wrong` where nobody can tell."""

    text: object
    value: object
    wrong: bool = False


def _whole(r: random.Random, value: int, *, typed: bool) -> object:
    ways: list[object] = [str(value), f"{value}.0", f" {value} ", f"+{value}"]
    return r.choice([*ways, value, float(value)] if typed else ways)


def _group(r: random.Random, *, typed: bool) -> Cell:
    if r.random() < 0.06:
        return Cell(r.choice(["IMG", "US MD", "german", "", "non-IMG", "FMG"]), None, wrong=True)
    value = r.choice(list(_GROUPS))
    return Cell(r.choice(_GROUPS[value]), value)


def _score(r: random.Random, *, typed: bool) -> Cell:
    value = r.randint(200, 290)
    if r.random() < 0.08:
        wrong: list[object] = [
            "99",
            "24",
            "1",
            "2 42",
            "242.5",
            f"{value},5",
            "2,420",
            "pass",
            "",
            "N/A",
        ]
        return Cell(r.choice([*wrong, 301, True] if typed else wrong), None, wrong=True)
    return Cell(_whole(r, value, typed=typed), value)


def _date(r: random.Random, *, typed: bool) -> Cell:
    day = date(r.randint(2019, 2025), r.randint(1, 12), r.randint(1, 28))
    if r.random() < 0.2:
        return Cell(r.choice(_NOTHING), None)
    if r.random() < 0.06:
        return Cell(
            r.choice(["2099-01-01", "last summer", "20250801", "13/13/2025"]), None, wrong=True
        )
    ways: list[object] = [
        day.isoformat(), f"{day.day} {_MONTH[day.month - 1]} {day.year}",
        f"{_MONTH[day.month - 1]} {day.day}, {day.year}", day.isoformat().replace("-", "/"),
    ]  # fmt: skip
    if typed:
        ways.append(day)
    way = r.choice(
        [*ways, f"{day.month}/{day.day}/{day.year}", f"{day.day}.{day.month}.{day.year}"]
    )
    could_be_two = way not in ways and day.day <= 12 and day.day != day.month
    return Cell(way, None, wrong=True) if could_be_two else Cell(way, day)


def _attempts(r: random.Random, *, typed: bool) -> Cell:
    if r.random() < 0.3:
        return Cell(r.choice(_NOTHING), None)
    if r.random() < 0.06:
        return Cell(r.choice(["0", "1.5", "1,5", "two", "-1"]), None, wrong=True)
    value = r.randint(1, 4)
    return Cell(_whole(r, value, typed=typed), value)


def _months(r: random.Random, *, typed: bool) -> Cell:
    if r.random() < 0.3:
        return Cell(r.choice(_NOTHING), None)
    if r.random() < 0.08:
        return Cell(r.choice(["6 weeks", "2,5", "some", "-1", "none"]), None, wrong=True)
    value = r.choice([0, 1, 2, 2.5, 3, 6])
    ways: list[object] = [f"{value} months", f"{value} mo", str(value), f"{value} Months"]
    return Cell(r.choice([*ways, value] if typed else ways), float(value))


def _ranks(r: random.Random, *, typed: bool) -> Cell:
    if r.random() < 0.3:
        return Cell(r.choice(_NOTHING), None)
    if r.random() < 0.05:
        return Cell(r.choice(["many", "3-5", "1,000"]), None, wrong=True)
    value = r.randint(0, 20)
    return Cell(_whole(r, value, typed=typed), value)


def _specialty(r: random.Random, *, typed: bool) -> Cell:
    if r.random() < 0.2:
        return Cell(r.choice(_NOTHING), "Internal Medicine")
    if r.random() < 0.06:
        return Cell(r.choice(["Cardiology", "Surgery or IM", "xyz", "Medicine"]), None, wrong=True)
    value = r.choice(list(_SPECIALTIES))
    return Cell(r.choice(_SPECIALTIES[value]), value)


_MAKERS: dict[str, Any] = {
    "group": _group,
    "step2_ck": _score,
    "step2_ck_date": _date,
    "attempts": _attempts,
    "usce_months": _months,
    "ranks": _ranks,
    "specialty": _specialty,
}


def messy(number: int, *, typed: bool) -> tuple[list[tuple[str, str]], list[dict[str, Cell]]]:
    """Return the header, in its own order, and the rows by field."""
    r = random.Random(number)
    fields = [name for name in HEADERS if name in NEEDED or r.random() < 0.6]
    r.shuffle(fields)
    rows = []
    for at in range(r.randint(1, 6)):
        row = {"id": Cell(f"A-{number}-{at}", f"A-{number}-{at}")}
        rows.append(row | {name: _MAKERS[name](r, typed=typed) for name in fields if name != "id"})
    return [(name, r.choice(HEADERS[name])) for name in fields], rows


def as_csv(number: int) -> tuple[bytes, list[dict[str, Cell]]]:
    """Return a sheet as CSV."""
    header, rows = messy(number, typed=False)
    r = random.Random(-number)
    separator = r.choice([",", ";", "\t"])
    text = io.StringIO(newline="")
    if r.random() < 0.1:
        text.write(f"sep={separator}\r\n")
    writer = csv.writer(text, delimiter=separator)
    writer.writerow([words for _, words in header])
    writer.writerows([[row[name].text for name, _ in header] for row in rows])
    return text.getvalue().encode(r.choice(["utf-8", "utf-8-sig"])), rows


def as_xlsx(number: int) -> tuple[bytes, list[dict[str, Cell]]]:
    """Return a sheet as a workbook, at times with a hidden sheet before it."""
    header, rows = messy(number, typed=True)
    book = Workbook()
    sheet: Any = book.active
    if random.Random(-number).random() < 0.3:
        sheet.append(["old", "notes"])
        sheet.sheet_state = "hidden"
        sheet = book.create_sheet("applicants")
        book.active = 1
    sheet.append([words for _, words in header])
    for row in rows:
        sheet.append([row[name].text if row[name].text != "" else None for name, _ in header])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue(), rows
