"""Options of more than one command: an applicant, what is asked beside, how a file is read.

Each stands here once; those of the first two by the name of its field in `Applicant` or `Choices`,
which judge the values: a test holds the names to theirs. They are not read from there, so that
help comes at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import wraps
from inspect import Parameter, signature
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from typer import Argument, Option

from imgstats.errors import InputError
from imgstats.printing.paper import PAPER, check_paper
from imgstats.text import plain_number, shown

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from imgstats.applicant import Applicant
    from imgstats.comparison.asked import Choices

__all__ = [
    "APPLICANT",
    "CHOICES",
    "REQUIRED",
    "ApplicantFile",
    "Asked",
    "ColumnMeaning",
    "Drift",
    "FormErrors",
    "High",
    "IgnoreColumns",
    "JoinSuppressed",
    "Low",
    "MeasureName",
    "People",
    "RateWord",
    "Sheet",
    "Step",
    "SuppressedBelow",
    "Today",
    "check_beside",
    "columns_from",
    "drift_from",
    "read_lines",
    "takes_applicant",
]

_MOST_READ = 20
# As typer marks an option that it asks for itself; these may stand in a file, or are asked for in
# the words of the package.
REQUIRED = " [required]"
_WITHOUT_FILE = " [required without FILE]"

APPLICANT = {
    "group": Option(
        metavar="GROUP",
        help="us-img, a US citizen who studied abroad, or non-us-img, any other graduate."
        f"{_WITHOUT_FILE}",
    ),
    "step2_ck": Option(metavar="SCORE", help=f"Step 2 CK score, 100 to 300.{_WITHOUT_FILE}"),
    "step2_ck_date": Option(
        metavar="DATE",
        help="Day of the exam, such as 2025-08-01; decides which passing score applied.",
    ),
    "attempts": Option(
        metavar="N", help="Largest number of attempts at any one Step; 1 is passed at the first."
    ),
    "usce_months": Option(metavar="MONTHS", help="Months of US clinical experience."),
    "ranks": Option(
        metavar="N",
        help="Contiguous ranks: programs of the specialty ranked in a row, not interviews.",
    ),
    "specialty": Option(
        metavar="NAME",
        help="Preferred specialty as the tables print it; internal medicine if not given.",
    ),
    "label": Option(metavar="TEXT", help="A name for the page, plain text."),
}
CHOICES = {
    "scenarios": Option(
        "--scenario",
        metavar="NAME=LOW..HIGH",
        help="An odds-ratio range that you assume, such as attempts=0.3..0.9; may be repeated.",
    ),
    "denominator": Option(
        metavar="NAME", help="What the headline counts: preferred (if not given) or any-pgy1."
    ),
    "correlation_matched": Option(
        metavar="LOW..HIGH",
        help="Correlation of score and ranks among the matched, such as 0..0.6.",
    ),
    "correlation_not_matched": Option(
        metavar="LOW..HIGH", help="The same among the not matched; both or neither."
    ),
}
_REPEATED = {"scenarios"}

ApplicantFile = Annotated[
    Path | None,
    Argument(metavar="FILE", help="One applicant as .yml, .yaml or .json."),
]
IgnoreColumns = Annotated[
    bool, Option("--ignore-columns", help="Pass over columns that nobody knows.")
]
ColumnMeaning = Annotated[
    list[str] | None,
    Option("--column", metavar="HEADER=FIELD", help="What a column is, if no one knows its name."),
]
Sheet = Annotated[str, Option("--sheet", metavar="NAME", help="The sheet of a workbook to read.")]
Step = Annotated[
    float | None,
    Option("--step", metavar="STEP", help="Distance of two neighbouring values, such as 0.01."),
]
Low = Annotated[float | None, Option("--low", metavar="VALUE", help="Lowest value of the scale.")]
High = Annotated[
    float | None, Option("--high", metavar="VALUE", help="Highest value of the scale.")
]
MeasureName = Annotated[
    str,
    Option(
        "--measure",
        metavar="NAME",
        help="attempts, usce_months, step2_ck, contiguous_ranks, or one of your own, such as gpa, "
        "with --step, --low, --high or --outcome.",
    ),
]
RateWord = Annotated[
    str, Option("--rate", metavar="WORDS", help="What the rate is called, such as 'pass rate'.")
]
People = Annotated[str, Option("--people", metavar="WORD", help="Who they are, such as students.")]
SuppressedBelow = Annotated[
    int,
    Option(
        "--suppressed-below",
        metavar="N",
        help="Counts under N are hidden: says how much a count marked * may be.",
    ),
]
JoinSuppressed = Annotated[
    bool,
    Option("--join-suppressed", help="Join a band that hides a count with its smaller neighbour."),
]
Pdf = Annotated[
    bool, Option("--pdf", help="A PDF too, printed by an installed Chromium or Chrome.")
]
Paper = Annotated[
    str | None, Option("--paper", metavar="NAME", help="For --pdf: a4 (if not given) or letter.")
]
FormErrors = Annotated[
    list[str] | None,
    Option(
        "--error",
        metavar="FORM=POINTS",
        help="Standard deviation of form minus real score that you assume; may be repeated.",
    ),
]
Drift = Annotated[
    str | None,
    Option("--drift", metavar="POINTS", help="Points a week that you assume until the exam."),
]
Today = Annotated[
    str | None,
    Option("--today", metavar="DATE", help="Answer as of this day; today if not given."),
]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed for the options above; one that was not given is left out."""

    given: dict[str, str]
    chosen: dict[str, Any]

    @property
    def named(self) -> list[str]:
        """Options of the applicant that were given, as they are typed."""
        return [f"--{name.replace('_', '-')}" for name in self.given]

    def applicant(self, file: Path | None = None) -> Applicant:
        """Make the applicant from a file or from the options, not from both.

        Raises
        ------
        InputError
            If both are given, the file cannot be read, a value is not allowed or a needed one is
            missing.
        """
        if file is None and not self.given:
            raise InputError(
                "no applicant is given",
                "a file, or --group and --step2-ck",
                "such as --group non-us-img --step2-ck 242; `imgstats new applicant` writes a file",
            )
        if file is None:
            from imgstats.applicant import Applicant

            return Applicant.parse(self.given)
        if self.given:
            raise InputError(
                f"a file and {', '.join(self.named)}",
                "a file or options, not both",
                "put all into the file",
            )
        from imgstats.applicant_file import read_applicant

        return read_applicant(file)

    def choices(self) -> Choices:
        """Return what was chosen beside the applicant."""
        from imgstats.comparison.asked import Choices

        return Choices(**self.chosen)


def takes_applicant(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command these options in the place of its argument ``asked``."""
    here = signature(command, eval_str=True)
    ours = [
        Parameter(
            name,
            Parameter.KEYWORD_ONLY,
            default=None,
            annotation=Annotated[(list[str] if name in _REPEATED else str) | None, option],
        )
        for name, option in (APPLICANT | CHOICES).items()
    ]
    parameters: list[Parameter] = []
    for each in here.parameters.values():
        new = ours if each.name == "asked" else [each.replace(kind=Parameter.KEYWORD_ONLY)]
        parameters += new

    @wraps(command)
    def run(**typed: Any) -> None:  # noqa: ANN401  as many types as options
        asked = Asked(_taken(typed, APPLICANT), _taken(typed, CHOICES))
        command(asked=asked, **typed)

    run.__signature__ = here.replace(parameters=parameters)  # type: ignore[attr-defined]
    return run


def _taken(typed: dict[str, Any], options: dict[str, Any]) -> dict[str, Any]:
    """Take the values of some options out of all, and return those that were given."""
    values = {name: typed.pop(name) for name in options}
    return {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in values.items()
        if value is not None
    }


def columns_from(given: list[str] | None) -> dict[str, str]:
    """Return what ``--column HEADER=FIELD`` says of some columns.

    Raises
    ------
    InputError
        If it is written otherwise, or one header twice.

    Examples
    --------
    >>> columns_from(["Result (3 digits)=step2_ck"])
    {'Result (3 digits)': 'step2_ck'}
    """
    found: dict[str, str] = {}
    for each in given or ():
        header, equals, field = each.rpartition("=")
        if not equals or not header.strip() or not field.strip():
            raise InputError(f"--column {shown(each)}", "HEADER=FIELD", "such as --column Name=id")
        if header.strip() in found:
            raise InputError(f"--column names {shown(header.strip())} twice", "each header once")
        found[header.strip()] = field.strip()
    return found


def check_beside(given: Mapping[str, object], needed: str) -> None:
    """Refuse options that say something of a file which is not given.

    Raises
    ------
    InputError
        If one of them is given; nobody would read it.

    Examples
    --------
    >>> check_beside({"--sheet": "", "--column": None}, "--programs")
    """
    if names := ", ".join(name for name, value in given.items() if value):
        raise InputError(f"{names} without {needed}", f"{names} beside {needed}", f"add {needed}")


def drift_from(given: str | None) -> float:
    """Return what ``--drift`` says, in points a week; 0 if it is not given.

    Raises
    ------
    InputError
        If it is no number.

    Examples
    --------
    >>> drift_from("1.5"), drift_from(None)
    (1.5, 0.0)
    """
    number = 0 if given is None else plain_number(given.strip())
    if number is None:
        raise InputError(f"--drift is {shown(given)}", "points a week, such as 1.5")
    return float(number)


def read_lines(read: Sequence[str]) -> list[str]:
    """Return what was read as something written otherwise, a line each, the first of them.

    Examples
    --------
    >>> read_lines(["'Step 2 CK' as step2_ck"])
    ["read 'Step 2 CK' as step2_ck"]
    """
    left = len(read) - _MOST_READ
    more = [f"... and {left} more values in other words"] if left > 0 else []
    return [*(f"read {each}" for each in read[:_MOST_READ]), *more]


def paper_of(*, pdf: bool, paper: str | None) -> str | None:
    """Return what is printed on, or None where no PDF is asked for.

    Raises
    ------
    InputError
        If there is no such paper, or it is named and nothing is to be printed.

    Examples
    --------
    >>> paper_of(pdf=True, paper=None), paper_of(pdf=False, paper=None)
    ('a4', None)
    """
    if not pdf:
        check_beside({"--paper": paper is not None}, "--pdf")
    return check_paper(PAPER if paper is None else paper) if pdf else None
