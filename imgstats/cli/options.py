"""Options that describe an applicant, shared by the commands; `Applicant` judges their values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from imgstats.applicant import Applicant
    from imgstats.comparison.asked import Choices

__all__ = [
    "Attempts",
    "CorrelationMatched",
    "CorrelationNotMatched",
    "Date",
    "Denominator",
    "Group",
    "Label",
    "Ranks",
    "Scenarios",
    "Score",
    "Specialty",
    "UsceMonths",
    "applicant_from",
    "choices_from",
]

Group = Annotated[
    str | None, typer.Option("--group", metavar="GROUP", help="non-us-img or us-img.")
]
Score = Annotated[
    str | None, typer.Option("--step2-ck", metavar="SCORE", help="Step 2 CK score, 1 to 300.")
]
Date = Annotated[
    str | None,
    typer.Option(
        "--step2-ck-date",
        metavar="DATE",
        help="Day of the exam, such as 2025-08-01; decides which passing score applied.",
    ),
]
Attempts = Annotated[
    str | None,
    typer.Option(
        "--attempts",
        metavar="N",
        help="Largest number of attempts at any one Step; 1 is passed at the first.",
    ),
]
UsceMonths = Annotated[
    str | None,
    typer.Option("--usce-months", metavar="MONTHS", help="Months of US clinical experience."),
]
Ranks = Annotated[
    str | None,
    typer.Option("--ranks", metavar="N", help="Contiguous ranks of the preferred specialty."),
]
Specialty = Annotated[
    str | None,
    typer.Option(
        "--specialty",
        metavar="NAME",
        help="Preferred specialty as the tables print it; internal medicine if not given.",
    ),
]
Label = Annotated[
    str | None, typer.Option("--label", metavar="TEXT", help="A name for the page, plain text.")
]


Scenarios = Annotated[
    list[str] | None,
    typer.Option(
        "--scenario",
        metavar="NAME=LOW..HIGH",
        help="An odds-ratio range that you assume, such as attempts=0.3..0.9; may be repeated.",
    ),
]
Denominator = Annotated[
    str | None,
    typer.Option(
        "--denominator",
        metavar="NAME",
        help="What the headline counts: preferred (if not given) or any-pgy1.",
    ),
]
CorrelationMatched = Annotated[
    str | None,
    typer.Option(
        "--correlation-matched",
        metavar="LOW..HIGH",
        help="Correlation of score and ranks among the matched, such as 0..0.6.",
    ),
]
CorrelationNotMatched = Annotated[
    str | None,
    typer.Option(
        "--correlation-not-matched",
        metavar="LOW..HIGH",
        help="The same among the not matched; both or neither.",
    ),
]


def choices_from(
    scenarios: list[str] | None,
    denominator: str | None,
    correlation_matched: str | None,
    correlation_not_matched: str | None,
) -> Choices:
    """Return what was chosen beside the applicant; an option that is not given is left out."""
    from imgstats.comparison.asked import Choices

    return Choices(
        scenarios=tuple(scenarios or ()),
        denominator="preferred" if denominator is None else denominator,
        correlation_matched=correlation_matched or "",
        correlation_not_matched=correlation_not_matched or "",
    )


def applicant_from(given: dict[str, str | None]) -> Applicant:
    """Make an applicant from option values; an option that is not given is left out.

    Raises
    ------
    InputError
        If a value is not allowed or a needed one is missing.
    """
    from imgstats.applicant import Applicant

    return Applicant.parse({name: value for name, value in given.items() if value is not None})
