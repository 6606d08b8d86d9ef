"""Tables of other fields than matching, and what must not be said of them."""

from __future__ import annotations

import re

from imgstats import BandTable, CountTable, OutcomeSummary, Summary
from imgstats.measures import Measure, OutcomeWords

_FOREIGN = re.compile(r"step\s*2|match|applicant", re.IGNORECASE)
# Names of parameters and columns, which are the same for every field.
_API = re.compile(r"\b(not_)?matched(_range|_low|_high)?\b")

EXAM = Measure(
    "nursing_exam",
    label="nursing exam",
    low=0,
    high=100,
    step=1,
    words=OutcomeWords("passed", "failed", people="students"),
)
GPA = Measure(
    "gpa",
    label="grade point average",
    low=0,
    high=4,
    step=0.01,
    words=OutcomeWords("admitted", "not admitted"),
)


def foreign(text, *, api=False):
    """Return the words of another field in a text; with `api` but for names of parameters."""
    return _FOREIGN.findall(_API.sub("", str(text)) if api else str(text))


_SUMMARIES = {
    EXAM: (
        {"n": 400, "min": 40, "q1": 68, "median": 75, "q3": 82, "max": 99, "mean": 74.6, "sd": 9.8},
        {"n": 200, "min": 30, "q1": 50, "median": 58, "q3": 66, "max": 90, "mean": 58, "sd": 11.2},
    ),
    GPA: (
        {
            "n": 80,
            "min": 2.51,
            "q1": 3.12,
            "median": 3.41,
            "q3": 3.73,
            "max": 4,
            "mean": 3.38,
            "sd": 0.36,
        },
        {
            "n": 45,
            "min": 2.23,
            "q1": 2.91,
            "median": 3.14,
            "q3": 3.42,
            "max": 4,
            "mean": 3.14,
            "sd": 0.39,
        },
    ),
}
_BANDS: dict[Measure, list[tuple[float | None, float | None, int, int]]] = {
    EXAM: [(30, 49, 5, 60), (50, 69, 60, 90), (70, 84, 220, 40), (85, 99, 115, 10)],
    GPA: [(2.5, 2.99, 6, 30), (3, 3.24, 10, 40), (3.25, 3.49, 25, 45), (3.5, 4, 80, 50)],
}
FIELDS = tuple(_BANDS)


def summary(of, *, first=(), second=(), **others):
    """Return a table of a measure, with some digits of either outcome changed."""
    sides = [
        Summary(**{k: v for k, v in {**digits, **dict(changed)}.items() if v is not None})
        for digits, changed in zip(_SUMMARIES[of], (first, second), strict=True)
    ]
    return OutcomeSummary(measure=of, matched=sides[0], not_matched=sides[1], **others)


def bands(of, rows=None):
    """Return a table of a measure by band."""
    return BandTable.from_counts(of, rows or _BANDS[of])


def kin():
    """Return counts of four schools."""
    counts = {"North": (60, 40), "South": (110, 90), "East": (1, 4), "West": (45, 55)}
    return {name: CountTable(matched=m, not_matched=u) for name, (m, u) in counts.items()}
