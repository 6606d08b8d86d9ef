"""How far each form lies from the real score: from the published rows, or what the user says.

One validation of a single form was found, of another exam at one school. What the form adds is
what remains of it without the error of the exam. The range that the form's own report prints is
set beside it, read in the wider way, and the larger of both is used.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from imgstats.comparison.citations import cited, merged
from imgstats.errors import InputError
from imgstats.evidence.pass_rates import EXAMS
from imgstats.grades import ASSUMED, CARRIED_OVER, weakest
from imgstats.strategy.practice_file import WIDEST_ERROR
from imgstats.strategy.readiness.forms import FREE, NBME, Form, form_of
from imgstats.strategy.readiness.model import form_error
from imgstats.strategy.refused import REFUSED
from imgstats.text import plain_number, shown
from imgstats.wording import number_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from imgstats.sources.tabular import Record
    from imgstats.strategy.practice_file import PracticeTest
    from imgstats.tables.published import PublishedTables

__all__ = [
    "RETEST_RANGE",
    "FormSize",
    "Sizes",
    "errors_from",
    "official_form",
    "published_rows",
]

_TABLE = "practice_tests"
# As the table has it.
_VALIDATED, RETEST_RANGE = "sd_of_predicted_minus_actual", "retest_two_thirds_range"


@dataclass(frozen=True, slots=True, kw_only=True)
class FormSize:
    """How far a form lies from the real score.

    Attributes
    ----------
    error : float
        Standard deviation of form minus real score, points.
    adds : float
        What the form itself adds to the error of the exam, points.
    grade : str
        Letter of the source with ``carried over``, or ``assumed``.
    note : str
        Where the figure is from.
    sources : tuple of str
        Keys of the sources.
    """

    error: float
    adds: float
    grade: str
    note: str
    sources: tuple[str, ...]


def published_rows(tables: PublishedTables, exam: str, statistic: str) -> tuple[Record, ...]:
    """Return the rows of a statistic of an exam's practice tests; none where there is none."""
    return tuple(
        row for row in tables.rows(_TABLE) if (row["exam"], row["statistic"]) == (exam, statistic)
    )


def official_form(tables: PublishedTables, exam: str) -> str:
    """Return the name of the form that the NBME sells for an exam; empty where none is listed.

    Examples
    --------
    >>> from imgstats import PublishedTables
    >>> official_form(PublishedTables(), "step2_ck"), official_form(PublishedTables(), "step3")
    ('CCSSA', '')
    """
    return next((str(row["test"]) for row in published_rows(tables, exam, RETEST_RANGE)), "")


class Sizes:
    """The errors of forms for an exam.

    Parameters
    ----------
    tables : PublishedTables
        Where the rows stand.
    exam : str
        An exam that prints a score.
    given : mapping of str to float
        Errors that the user gives, by name of a form or of its kind, points.

    Raises
    ------
    TableError
        If the table has no error of measurement of the exam.
    InputError
        If a given error is not above it, or too wide.
    """

    def __init__(self, tables: PublishedTables, exam: str, given: Mapping[str, float]) -> None:
        self.tables, self.exam = tables, exam
        self.official = official_form(tables, exam)
        rows = [row for row in tables.rows("score_norms", exam=exam) if row["sem_points"]]
        self._measured = rows[0]
        self.of_exam = float(rows[0]["sem_points"])
        self._given = {
            _key(form_of(name)): self._assumed(name, size) for name, size in given.items()
        }
        self._asked: set[str] = set()

    @property
    def exam_note(self) -> str:
        """Whose error of measurement it is."""
        return f"standard error of measurement of {EXAMS[self.exam]}, {self._measured['cohort']}"

    @property
    def exam_grade(self) -> str:
        """Letter of the source of the exam's own error."""
        return str(self._measured["trust"])

    @property
    def exam_sources(self) -> tuple[str, ...]:
        """Key of the source of the exam's own error."""
        return cited([(self._measured["source"], self._measured["dataset"])])

    def find(self, test: PracticeTest) -> FormSize:
        """Return the error of one test: the row's own, that of an option, or the published one.

        Raises
        ------
        InputError
            If it is a form of another exam, or has no published error and none was given.
        """
        form = test.form
        self._refuse_other_exam(form)
        if test.error is not None:
            return self._assumed(f"line {test.line}", test.error)
        for key in (_key(form), *self._other_names(form), _key(Form(form.kind))):
            if key in self._given:
                self._asked.add(key)
                return self._given[key]
        if self.official and form.kind in (NBME, self.official):
            return self._published()
        raise self._refusal(form)

    def refuse_unused(self) -> None:
        """Refuse a given error that no test was asked for.

        Raises
        ------
        InputError
            If there is one: its name may be misspelt.
        """
        for name in self._given.keys() - self._asked:
            raise InputError(
                f"an error is given for {shown(name)}, and no test needs it",
                "the name of a form in the file, such as UWSA",
                "leave it out, or write the name as in the file",
            )

    def _other_names(self, form: Form) -> Sequence[str]:
        """Return other names of an official form: NBME 9 and CCSSA 9 are one."""
        if not self.official or form.kind not in (NBME, self.official):
            return ()
        kinds = (NBME, self.official)
        return [_key(Form(kind, number)) for number in (form.number, "") for kind in kinds]

    def _published(self) -> FormSize:
        """Return the larger of the carried-over and the printed error of an official form."""
        (validated,) = (row for row in self.tables.rows(_TABLE) if row["statistic"] == _VALIDATED)
        (printed,) = published_rows(self.tables, self.exam, RETEST_RANGE)
        carried, own = form_error(float(validated["value"]), self.of_exam), float(printed["value"])
        grade = weakest(str(validated["trust"]), str(printed["trust"]))
        whose = f"{validated['test']} and {EXAMS[str(validated['exam'])]}"
        words = (
            f"{number_words(float(validated['value']))} points between one form and the real score "
            f"({whose}, n {validated['n']}, {validated['population']}), less the "
            f"{number_words(self.of_exam)} of the exam; {self.official} prints about "
            f"{number_words(own)} points for two thirds of retests, and the larger is used"
        )
        adds = max(carried, own)
        return FormSize(
            error=(adds**2 + self.of_exam**2) ** 0.5,
            adds=adds,
            grade=f"{grade}{CARRIED_OVER}" if carried >= own else grade,
            note=words,
            sources=merged(
                *(cited([(row["source"], row["dataset"])]) for row in (validated, printed))
            ),
        )

    def _assumed(self, name: str, size: float) -> FormSize:
        if not self.of_exam < size <= WIDEST_ERROR:
            raise InputError(
                f"error of {shown(name)} is {number_words(size)} points",
                f"above {number_words(self.of_exam)}, the exam's own error, up to {WIDEST_ERROR}",
                "give the standard deviation of form minus real score",
            )
        note = f"{number_words(size)} points between form and real score, as the user says"
        adds = form_error(size, self.of_exam)
        return FormSize(error=size, adds=adds, grade=ASSUMED, note=note, sources=())

    def _refuse_other_exam(self, form: Form) -> None:
        rows = [row for row in self.tables.rows(_TABLE) if row["test"] == form.kind]
        exams = {str(row["exam"]) for row in rows if row["statistic"] == RETEST_RANGE}
        if form.kind != FREE and exams and self.exam not in exams:
            other = ", ".join(EXAMS[each] for each in sorted(exams))
            raise InputError(
                f"{form.name} is a form of {other}",
                f"practice tests of {EXAMS[self.exam]}",
                "remove its row, or name the exam with --exam",
            )

    def _refusal(self, form: Form) -> InputError:
        """Return why a form cannot count, with what a source of grade D claims of it."""
        claimed = [
            f"grade {row['trust']}: {row['note']}"
            for row in self.tables.rows(_TABLE)
            if row["trust"] == REFUSED
            and form.kind in {form_of(each).kind for each in str(row["test"]).split(",")}
        ]
        why = f" ({'; '.join(claimed)})" if claimed else ""
        known = f"{self.official} forms of the NBME" if self.official else "no form by itself"
        return InputError(
            f"{shown(form.name)} has no published error that can be used{why}",
            f"{known}, or a form with an error that you assume",
            f"add --error {_typed(form)}=POINTS, the standard deviation of form minus real score, "
            "or remove its rows",
        )


def _key(form: Form) -> str:
    return form.name.casefold()


def _typed(form: Form) -> str:
    """Return the kind of a form as it is typed after an option."""
    return f'"{form.kind}"' if " " in form.kind else form.kind


def errors_from(given: Sequence[str]) -> dict[str, float]:
    """Return what ``--error FORM=POINTS`` says of some forms.

    Raises
    ------
    InputError
        If it is written otherwise, or says two things of one form.

    Examples
    --------
    >>> errors_from(["UWSA=12", "AMBOSS SA=11.5"])
    {'UWSA': 12.0, 'AMBOSS SA': 11.5}
    """
    found: dict[str, float] = {}
    for each in given:
        name, equals, points = each.rpartition("=")
        value = plain_number(points.strip(), signed=False)
        if not equals or not name.strip() or value is None:
            raise InputError(f"--error {shown(each)}", "FORM=POINTS", "such as --error UWSA=12")
        key = form_of(name).name
        if key in found:
            raise InputError(f"--error names {shown(key)} twice", "each form once")
        found[key] = float(value)
    return found
