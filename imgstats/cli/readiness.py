"""``imgstats readiness``: practice tests, and what they say of the real score."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from imgstats.cli.parts.options import REQUIRED, Drift, FormErrors, Today, drift_from
from imgstats.errors import InputError

if TYPE_CHECKING:
    from imgstats.strategy.readiness.records import Readiness, Sitting

__all__ = ["readiness"]

_MORE = "--json has every part, grade, criterion and source."


def readiness(
    practice: Annotated[
        Path,
        typer.Argument(
            metavar="PRACTICE", help="CSV with the columns date, form, score and, if wanted, error."
        ),
    ],
    exam: Annotated[
        str | None,
        typer.Option("--exam", metavar="EXAM", help=f"step1, step2-ck or step3.{REQUIRED}"),
    ] = None,
    target: Annotated[
        str | None,
        typer.Option("--target", metavar="SCORE", help="Such as 245 or 240-250; not for step1."),
    ] = None,
    date: Annotated[
        str | None,
        typer.Option("--date", metavar="DATE", help="Day of the exam, such as 2027-06-15."),
    ] = None,
    today: Today = None,
    error: FormErrors = None,
    drift: Drift = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON document and nothing else.")
    ] = False,
) -> None:
    """Show what practice tests say of the real score, with its interval, on one screen.

    Example: imgstats readiness examples/practice.csv --exam step2-ck
    """
    from imgstats.strategy.practice_file import UNSCORED, exam_of, read_practice
    from imgstats.strategy.readiness.assess import readiness as assess
    from imgstats.strategy.readiness.sizes import errors_from
    from imgstats.tables.published import PublishedTables

    if exam is None:
        raise InputError("--exam is missing", "step1, step2-ck or step3", "add --exam step2-ck")
    which = exam_of(exam)
    if target is not None and which == UNSCORED:
        raise InputError("--target for Step 1, which reports no score", "", "leave --target out")
    points = drift_from(drift)
    sitting = _sitting(target, date, today)
    found = assess(
        sitting,
        read_practice(practice, which, sitting.today),
        PublishedTables(),
        exam=which,
        errors=errors_from(error or ()),
        drift=points,
    )
    _print(found, as_json=as_json)


def _sitting(target: str | None, date: str | None, today: str | None) -> Sitting:
    """Return what the options say of the exam."""
    from imgstats.strategy.readiness.records import Sitting
    from imgstats.strategy.situation import day_of_plan, exam_day_of, target_of

    day = day_of_plan(today)
    return Sitting(
        target=target_of(target),
        exam_date=exam_day_of(date, day, "--date") if date is not None else None,
        today=day,
    )


def _print(found: Readiness, *, as_json: bool) -> None:
    """Print one screen, or one JSON document."""
    if as_json:
        import json

        from imgstats.comparison.plain_values import plain

        typer.echo(json.dumps(plain(found), indent=2, allow_nan=False))
        return
    from imgstats.cli.parts.screen import print_screen
    from imgstats.strategy.readiness.brief import brief

    print_screen(brief(found), _MORE)
