"""Cohorts for the tests of the index page."""

from __future__ import annotations

from dataclasses import replace

from imgstats import Applicant
from imgstats.cohort.changes import Change, Changes
from imgstats.cohort.summary import SummaryRow, summary_row
from imgstats.comparison.many import Rates

EVIL = [
    "<img src=x onerror=alert(1)>",
    "../../etc/x",
    "=cmd|' /C calc'!A0",
    "X" * 200,
    "مرحبا 123 abc",
    "👩‍⚕️ Zoë",
    "...",
    "</script><script>alert(2)</script>",
    "\" onmouseover='alert(3)'",
    "{{ 7*7 }}",
    "&amp;",
]
_RATES = Rates()
_KNOWN: dict[tuple[str, int, str], SummaryRow] = {}


def made(name, line, group, score, specialty="Internal Medicine", **changes):
    """Return the row of a made-up applicant; each rate is compared once."""
    key = (group, score, specialty)
    if key not in _KNOWN:
        applicant = Applicant(group=group, step2_ck=score, specialty=specialty)
        _KNOWN[key] = summary_row(applicant, _RATES.of(applicant), id="", line=0)
    row = replace(_KNOWN[key], id=name, line=line, report=f"reports/{line}.html")
    return replace(row, **changes)


def mixed():
    """Return eight applicants, one of whose reports failed, and two bad rows."""
    return [
        made("A-10", 2, "non_us_img", 242),
        made("A-2", 3, "non_us_img", 228),
        made("A-3", 4, "us_img", 251),
        made("A-4", 5, "non_us_img", 260),
        made("A-5", 6, "non_us_img", 242, "Dermatology"),
        made("A-6", 7, "us_img", 233, "Pediatrics"),
        made("Zoë", 8, "non_us_img", 206),
        made("A-8", 9, "non_us_img", 255, state="failed", report="", reason="the kernel gave up"),
        SummaryRow(id="A-9", line=10, state="bad", reason="step2_ck is 'abc'; allowed: whole"),
        SummaryRow(id="", line=11, state="bad", reason="id is missing"),
    ]


def hostile():
    """Return applicants whose ids and reasons are text that a page might obey."""
    rows = [
        made(evil, line, "non_us_img", 242, report=f"reports/{line} #?%é.html", label=evil)
        for line, evil in enumerate(EVIL, start=2)
    ]
    reason = f"step2_ck is '{EVIL[0]}{'Y' * 300}'"
    return [*rows, SummaryRow(id="<b>bad</b>", line=99, state="bad", reason=reason)]


def labelled():
    """Return people of both groups whose labels hold words that a search may be about."""
    return [
        made("N-1", 2, "non_us_img", 242, label="Usha Rao"),
        made("N-2", 3, "non_us_img", 228, label="李小明"),
        made("N-3", 4, "non_us_img", 233),
        made("U-1", 5, "us_img", 251, label="Usman Gómez"),
        made("U-2", 6, "us_img", 233, "Pediatrics", label="Ana <b>Non</b>"),
    ]


MADE_ON = "1 November 2026"
# What the page of a case says of the last run.
CHANGES = {
    "hostile": Changes(
        new=tuple(EVIL[:3]), changed=(Change(id=EVIL[7], what=("label",)),), gone=tuple(EVIL)
    ).to_plain(),
    "labelled": Changes(new=("N-1",), remade=(Change(id="U-1", what=("data",)),)).to_plain(),
    "one": Changes().to_plain(),
}
CASES = {
    "labelled": labelled,
    "mixed": mixed,
    "hostile": hostile,
    "one": lambda: [made("Only", 2, "non_us_img", 242)],
    "failed": lambda: [
        made(f"F-{line}", line, "non_us_img", 242, state="failed", report="", reason="gave up")
        for line in range(2, 6)
    ],
    "bad": lambda: [SummaryRow(id="B", line=2, state="bad", reason="step2_ck is missing")],
    "no_rate": lambda: [made("P", 2, "us_img", 233, "Pediatrics")],
    "us": lambda: [made(f"U-{line}", line, "us_img", 230) for line in range(2, 5)],
    "nobody": list,
}
