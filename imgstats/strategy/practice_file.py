"""A person's practice tests from a CSV file, read without belief."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from imgstats.applicant import LOWEST_SCORE
from imgstats.cohort.files.csv_rows import csv_records
from imgstats.errors import InputError, TableError, did_you_mean
from imgstats.evidence.pass_rates import EXAMS
from imgstats.files.opening import Wanted, named, open_plain
from imgstats.meanings import Two, day_of, folded, is_nothing
from imgstats.measures import MEASURES
from imgstats.own_tables.problems import Problems
from imgstats.strategy.readiness.forms import FREE, ITEMS, NBME, Form, form_of
from imgstats.text import is_formula, plain_number, printable, shown
from imgstats.wording import listed

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import date

__all__ = [
    "MOST_TESTS",
    "UNSCORED",
    "WIDEST_ERROR",
    "PracticeTest",
    "PracticeTests",
    "exam_of",
    "read_practice",
    "scale_of",
]

MOST_TESTS = 200
_FILE = Wanted(
    what="a CSV file of practice tests",
    most=200_000,
    size=f"up to {MOST_TESTS} tests, one a row",
    todo="keep the rows of one person's tests",
)
_HEADERS = {
    "date": "date|day|test date|taken|taken on|date taken",
    "form": "form|test|practice test|practice form|name|exam form",
    "score": "score|result|points|three digit score|percent|equated percent|percent correct",
    "error": "error|error points|sd|sd of the difference",
}
_HEADER_OF = {each: name for name, text in _HEADERS.items() for each in text.split("|")}
_NEEDED = ("date", "form", "score")
_STEP2 = MEASURES["step2_ck"]
_HIGHEST = _STEP2.high or 0
# Step 1 is reported as pass or fail, and its forms print an equated per cent.
UNSCORED = "step1"
_WHOLE = 100
# No error of a form that anybody gives is wider, points.
WIDEST_ERROR = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeTest:
    """One sitting of a practice test.

    Attributes
    ----------
    line : int
        Line of the file, the header being 1.
    day : date
        When it was taken.
    form : Form
        Which one it was.
    score : float
        Points, or per cent where the form has no points.
    error : float or None
        Standard deviation of form minus real score that the person gives, in points.
    """

    line: int
    day: date
    form: Form
    score: float
    error: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PracticeTests:
    """The practice tests of one person.

    Attributes
    ----------
    tests : tuple of PracticeTest
        By day, the oldest first.
    said : tuple of str
        What was read otherwise than it stands in the file, a sentence each.
    """

    tests: tuple[PracticeTest, ...]
    said: tuple[str, ...] = ()

    @property
    def scored(self) -> tuple[PracticeTest, ...]:
        """The tests that print a score, without sets of items."""
        return tuple(each for each in self.tests if each.form.kind != FREE)

    def first_sittings(self, official: str = "") -> PracticeTests:
        """Return the tests without forms that were taken again, and say which were left out.

        Parameters
        ----------
        official : str
            Another name of the exam's NBME forms: NBME 9 and CCSSA 9 are one.
        """
        seen: dict[Form, PracticeTest] = {}
        kept, said = [], list(self.said)
        for each in self.tests:
            if each.form.kind == FREE or not each.form.number:
                kept.append(each)  # whether it was the same one is not known
                continue
            form = replace(each.form, kind=NBME) if each.form.kind == official else each.form
            if (first := seen.setdefault(form, each)) is each:
                kept.append(each)
            else:
                said.append(
                    f"{first.form.name} was taken on {first.day} and again on {each.day}, when its "
                    "questions were known: the first sitting counts."
                )
        return PracticeTests(tests=tuple(kept), said=tuple(said))


def scale_of(exam: str, form: Form) -> tuple[float, float, str]:
    """Return lowest and highest score that a form prints, and the unit.

    Examples
    --------
    >>> scale_of("step2_ck", form_of("NBME 9")), scale_of("step1", form_of("NBME 30"))
    ((100, 300, 'points'), (0, 100, 'percent'))
    """
    if form.kind == FREE or exam == UNSCORED:
        return 0, _WHOLE, "percent"
    return LOWEST_SCORE, _HIGHEST, "points"


def read_practice(path: Path, exam: str, today: date) -> PracticeTests:
    """Read the practice tests of a file.

    Parameters
    ----------
    path : pathlib.Path
        CSV with the columns date, form, score and, if wanted, error.
    exam : str
        A name of `EXAMS`: it decides what a form's score may be.
    today : date
        No test is later.

    Raises
    ------
    InputError
        If it is no such file, holds more than `MOST_TESTS`, or a row is not allowed. The message
        names up to ten lines.
    """
    try:
        return _read(path, exam, today)
    except InputError as e:
        name = named(Path(path.name))
        found = e.found if name in e.found else f"{name}: {e.found}"
        raise InputError(found, e.allowed, e.todo) from e


def _read(path: Path, exam: str, today: date) -> PracticeTests:
    with open_plain(path, _FILE) as stream, closing(csv_records(stream)) as records:
        places, said = _places(records)
        problems, tests, seen = Problems(), [], 0
        for line, cells in records:
            if not any(cell.strip() for cell in cells):
                continue
            seen += 1
            if seen > MOST_TESTS:
                raise InputError(f"more than {MOST_TESTS} rows", _FILE.size, _FILE.todo)
            with problems.noted(line):
                tests.append(_test(line, _named(cells, places), exam, today))
    problems.settle()
    if not tests:
        raise InputError(
            "the file has a header and no practice test",
            f"1 to {MOST_TESTS} tests",
            "add a row with date, form and score for each",
        )
    return _in_order(tests, said)


def _places(records: Iterator[tuple[int, list[str]]]) -> tuple[dict[str, int], list[str]]:
    """Return where each column stands, and what is said of the others."""
    _, header = next(records)
    places: dict[str, int] = {}
    said = []
    for at, written in enumerate(header):
        name = _HEADER_OF.get(folded(written))
        if name is None:
            if guess := did_you_mean(folded(written), _HEADERS):
                raise InputError(f"column {shown(written)}", ", ".join(_HEADERS), guess)
            if written.strip():
                said.append(f"Column {shown(written)} is passed over.")
        elif name in places:
            raise InputError(
                f"columns {shown(header[places[name]])} and {shown(written)} both mean {name}",
                "each column once",
                "remove one",
            )
        else:
            places[name] = at
    missing = [name for name in _NEEDED if name not in places]
    if missing:
        raise InputError(
            f"no column {listed(missing)} in the first line",
            ", ".join(_HEADERS),
            "begin with the line date,form,score",
        )
    return places, said


def _named(cells: Sequence[str], places: Mapping[str, int]) -> dict[str, str]:
    """Return the known cells of a row by column, none of which a page or spreadsheet would obey."""
    if len(cells) <= max(places.values()):
        raise TableError(
            f"the row has {len(cells)} cells", "a cell for each column", "put a comma between cells"
        )
    found = {name: cells[at].strip() for name, at in places.items()}
    for name, cell in found.items():
        if is_formula(cell) or not printable(cell):
            raise TableError(f"{name} is {shown(cell)}", "plain text", "type the cell again")
    return found


def _test(line: int, cells: Mapping[str, str], exam: str, today: date) -> PracticeTest:
    form = form_of(cells["form"])
    if not folded(form.kind):
        raise TableError("form is missing", "such as NBME 14", "name the practice test")
    return PracticeTest(
        line=line,
        day=_day(cells["date"], today),
        form=form,
        score=_score(cells["score"], exam, form),
        error=_error(cells.get("error", "")),
    )


def _day(text: str, today: date) -> date:
    day = day_of(text)
    if isinstance(day, Two):
        raise TableError(
            f"date {shown(text)} is {day.first} or {day.second}",
            "a date such as 2026-11-05",
            "write year-month-day",
        )
    if day is None:
        raise TableError(
            f"date is {shown(text)}", "a date such as 2026-11-05", "write year-month-day"
        )
    if day > today:
        raise TableError(
            f"date is {day}, after today", f"a day until {today}", "leave out tests to come"
        )
    return day


def _score(text: str, exam: str, form: Form) -> float:
    low, high, unit = scale_of(exam, form)
    allowed = f"{unit} from {low:g} to {high:g}"
    right, slash, items = (each.strip() for each in text.partition("/"))
    if slash and unit == "percent" and form.kind == FREE:
        number, of = plain_number(right, signed=False), plain_number(items, signed=False)
        if of != ITEMS or number is None or number > ITEMS or not float(number).is_integer():
            raise TableError(f"score is {shown(text)}", f"such as {ITEMS // 2}/{ITEMS}")
        return number / ITEMS * _WHOLE
    bare = text.removesuffix("%").strip()
    value = plain_number(bare, signed=False)
    is_percent = bare != text
    is_fraction = value is not None and unit == "percent" and "." in bare and 0 < value < 1
    fits = value is not None and low <= value <= high
    if value is not None and fits and not is_fraction and not (is_percent and unit == "points"):
        return float(value)
    todo = "give the per cent, such as 70" if is_fraction else "write digits alone"
    if value is not None and unit == "points" and (is_percent or value <= _WHOLE):
        todo = "is it a per cent? give the three-digit score that the form's report prints"
    elif value is not None and unit == "percent" and value > _WHOLE:
        todo = "is it a three-digit score? give the per cent of the report"
    raise TableError(f"score of {form.name} is {shown(text)}", allowed, todo)


def _error(text: str) -> float | None:
    if not text or is_nothing(text):
        return None
    value = plain_number(text, signed=False)
    if value is None or not 0 < value <= WIDEST_ERROR:
        raise TableError(f"error is {shown(text)}", f"points above 0, up to {WIDEST_ERROR}")
    return float(value)


def _in_order(tests: Sequence[PracticeTest], said: Sequence[str]) -> PracticeTests:
    """Return the tests by day, each sitting once; what was left out or moved is said.

    Raises
    ------
    InputError
        If one form has two scores on one day.
    """
    notes = list(said)
    if any(later.day < sooner.day for sooner, later in pairwise(tests)):
        notes.append("The tests were not in the order of their days; they were sorted.")
    kept: dict[tuple[date, str], PracticeTest] = {}
    for each in sorted(tests, key=lambda test: (test.day, test.line)):
        key = each.day, each.form.name.casefold()
        first = kept.setdefault(key, each)
        if first is each:
            continue
        if (first.score, first.error) != (each.score, each.error):
            raise InputError(
                f"lines {first.line} and {each.line}: {each.form.name} on {each.day} twice, with "
                f"other figures",
                "each test once",
                "remove one",
            )
        notes.append(f"Lines {first.line} and {each.line} are the same test; it counts once.")
    return PracticeTests(tests=tuple(kept.values()), said=tuple(notes))


def exam_of(text: str) -> str:
    """Return the name of an exam as tables have it.

    Raises
    ------
    InputError
        If there is no such exam.

    Examples
    --------
    >>> exam_of("step2-ck"), exam_of("Step 1")
    ('step2_ck', 'step1')
    """
    words = folded(text).replace(" ", "")
    known = {name.replace("_", ""): name for name in EXAMS}
    if words not in known:
        allowed = [name.replace("_", "-") for name in EXAMS]
        raise InputError(
            f"exam is {shown(text)}", ", ".join(allowed), did_you_mean(text.casefold(), allowed)
        )
    return known[words]
